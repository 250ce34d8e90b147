/* SPDX-License-Identifier: MIT */
/*
 * turn.h: threads that wait for each other, in the order in which they came
 *
 * A plain mutex goes to whoever is quickest, and a thread that creates and destroys
 * pools in a loop is always quicker than the one that has slept for it: the one
 * that wants to lock the client could wait without bound.
 */
#ifndef BUDGETMEM_LIB_TURN_H
#define BUDGETMEM_LIB_TURN_H

#include <pthread.h>

/**
 * struct bm_turn - whose turn it is
 * @mutex: protects the numbers; held for a few instructions only
 * @changed: @now has changed
 * @next: number of the thread that comes next
 * @now: number of the thread whose turn it is
 */
struct bm_turn {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned int next;
	unsigned int now;
};

void bm_turn_init(struct bm_turn *turn);
void bm_turn_destroy(struct bm_turn *turn);

/* Waits until it is the caller's turn, which lasts until bm_turn_end(). */
void bm_turn_begin(struct bm_turn *turn);
void bm_turn_end(struct bm_turn *turn);

#endif /* BUDGETMEM_LIB_TURN_H */
