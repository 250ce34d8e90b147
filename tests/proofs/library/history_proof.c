// SPDX-License-Identifier: MIT
/*
 * Histories, from every state of the pool; one verb from there.
 */
#include <budgetmem/history.h>

#include "deque.h"
#include "history.c"

BM_HISTORY(things, struct thing, CAPACITY)

/* The oldest one makes room, and is handed out. */
void prove_history_push(void)
{
	struct things h = { .history = any_object(CAPACITY, SIZE) };
	bool was_sound = !things_invariants(&h), was_full = false;
	const struct thing item = nondet_thing();
	struct thing evicted;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push_evict(&h, &item, &evicted, &was_full);
	uint32_t gone = len == CAPACITY;

	assert(err == write_error());
	assert_ends(err, len + 1 - gone, was_sound, !things_invariants(&h));
	if (!err) {
		assert(was_full == gone);
		assert(!was_full || same(evicted, old_element(0)));
	}
	if (!err && i < len + 1 - gone)
		assert(same(new_element(i), i + gone == len ? item :
			    old_element(i + gone)));
	REACHED();
}
