// SPDX-License-Identifier: MIT
/*
 * A set of states. See states.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model.h"
#include "states.h"

/* More than there are in any test, twice. */
#define SLOTS	(1u << 20)

struct states {
	struct state state[SLOTS / 2];
	size_t count;
	/* Index of a state and 1, or 0. */
	uint32_t slot[SLOTS];
};

struct states *states_create(void)
{
	struct states *states = calloc(1, sizeof(*states));

	assert_non_null(states);
	return states;
}

void states_destroy(struct states *states)
{
	free(states);
}

static uint32_t slot_of(struct state state)
{
	uint64_t hash = 0;
	size_t i;

	for (i = 0; i < STATE_BYTES; i++)
		hash = (hash + state.byte[i]) * 0x9e3779b97f4a7c15u;
	return hash >> 44;
}

void states_add(struct states *states, struct state state)
{
	uint32_t slot = slot_of(state);

	while (states->slot[slot]) {
		const struct state *known = &states->state[states->slot[slot] - 1];

		if (!memcmp(known, &state, sizeof(state)))
			return;
		slot = (slot + 1) % SLOTS;
	}
	assert_true(states->count < SLOTS / 2);
	states->state[states->count++] = state;
	states->slot[slot] = states->count;
}

size_t states_count(const struct states *states)
{
	return states->count;
}

struct state states_get(const struct states *states, size_t index)
{
	return states->state[index];
}

/* One byte for each page, one for each taker. */
struct state state_of(const struct model *model)
{
	const struct bm_extent *record = model->extents.record;
	struct state state = { { 0 } };
	u32 taker, first, i, length = 0;

	assert_true(model->extents.pages + model->takers <= STATE_BYTES);
	for (taker = 0; taker < model->takers; taker++) {
		first = model->chain[taker].first;
		for (; first != BM_NO_PAGE; first = record[first].next)
			for (i = 0; i < record[first].pages; i++)
				state.byte[length++] =
					(first + i) | (i ? 0 : STATE_BEGINS);
		state.byte[length++] = STATE_ENDS;
	}
	return state;
}

/* A page that @chain gets at its end, as an extent of its own or not. */
static void restore_page(struct model *model, u32 taker, uint8_t byte)
{
	struct bm_extent *record = model->extents.record;
	struct model_chain *expected = &model->expected[taker];
	struct bm_chain *chain = &model->chain[taker];
	u32 page = byte & ~STATE_BEGINS;

	if (byte & STATE_BEGINS) {
		record[page] = (struct bm_extent) { .next = BM_NO_PAGE };
		if (chain->first == BM_NO_PAGE)
			chain->first = page;
		else
			record[chain->last].next = page;
		chain->last = page;
	}
	record[chain->last].pages++;
	chain->pages++;
	expected->page[expected->pages++] = page;
	model->is_free[page] = false;
}

/* The free chain, sorted and merged. */
static void restore_free(struct model *model)
{
	struct bm_extent *record = model->extents.record;
	struct bm_chain *chain = &model->extents.free;
	u32 page;

	bm_chain_init(chain);
	for (page = 0; page < model->extents.pages; page++)
		if (model->is_free[page])
			bm_chain_append(record, chain, page);
}

/* @model has been made for as many pages and takers. */
void state_restore(struct state state, struct model *model)
{
	u32 pages = model->extents.pages, taker, i = 0;

	memset(model->extents.record, 0xa5,
	       pages * sizeof(*model->extents.record));
	memset(model->is_free, true, pages * sizeof(*model->is_free));
	for (taker = 0; taker < model->takers; taker++) {
		bm_chain_init(&model->chain[taker]);
		model->expected[taker].pages = 0;
		while (state.byte[i] != STATE_ENDS)
			restore_page(model, taker, state.byte[i++]);
		i++;
	}
	restore_free(model);
}
