// SPDX-License-Identifier: MIT
/*
 * Histories, from every state of the pool; one verb from there.
 */
#include <budgetmem/history.h>

/* As many as fit, and more. */
#define GIVEN	(CAPACITY + 2)
#include "deque.h"
#include "given.h"
#include "history.c"

BM_HISTORY(things, struct thing, CAPACITY)

/* The oldest one makes room, and is handed out. */
void prove_history_push(void)
{
	struct things h = { .history = any_deque() };
	bool was_full = false;
	const struct thing item = nondet_thing();
	struct thing evicted;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push_evict(&h, &item, &evicted, &was_full);
	uint32_t gone = len == CAPACITY;

	assert(err == write_error());
	assert_ends(&h.history, err, len + 1 - gone);
	if (!err) {
		assert(was_full == gone);
		assert(!was_full || same(evicted, old_element(0)));
	}
	if (!err && i < len + 1 - gone)
		assert(same(new_element(i), i + gone == len ? item :
			    old_element(i + gone)));
	REACHED();
}

/* Of what was there and what comes then, the last are kept. */
void prove_history_extend(void)
{
	struct things h = { .history = any_deque() };
	uint32_t len = len_before(), i = any_below(CAPACITY), count = any_below(GIVEN + 1);
	const struct thing *items = any_given(count);
	int err = things_extend(&h, items, count);
	uint32_t now = least_of(len + count, CAPACITY), from = len + count - now;

	assert(err == update_error());
	assert_ends(&h.history, err, now);
	if (!err && i < now)
		assert(same(new_element(i), from + i < len ? old_element(from + i) :
			    given(items, from + i - len)));
	REACHED();
}
