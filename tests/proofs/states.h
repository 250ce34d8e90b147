/* SPDX-License-Identifier: MIT */
/*
 * A set of states, in the order in which they were found.
 *
 * A state is what a model has: for each taker the pages of its chain in order, one
 * byte each, with STATE_BEGINS where an extent begins, then STATE_ENDS. What is not
 * in a chain is free, and the free chain follows from that.
 */
#ifndef BUDGETMEM_PROOFS_STATES_H
#define BUDGETMEM_PROOFS_STATES_H

#include <stddef.h>
#include <stdint.h>

struct model;

#define STATE_BYTES	16
#define STATE_BEGINS	0x80
#define STATE_ENDS	0xff

struct state {
	uint8_t byte[STATE_BYTES];
};

struct states;

/* The caller owns what states_create() returns. All memory errors abort. */
struct states *states_create(void);
void states_destroy(struct states *states);

/* O(1) expected. */
void states_add(struct states *states, struct state state);
size_t states_count(const struct states *states);
struct state states_get(const struct states *states, size_t index);

struct state state_of(const struct model *model);
void state_restore(struct state state, struct model *model);

#endif
