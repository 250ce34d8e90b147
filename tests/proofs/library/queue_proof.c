// SPDX-License-Identifier: MIT
/*
 * Queues, from every state of the pool; one verb from there.
 */
#include <budgetmem/queue.h>

#include "deque.h"
#include "given.h"

BM_QUEUE(things, struct thing, CAPACITY)

/* At the back. */
void prove_queue_push(void)
{
	struct things q = { .queue = any_deque() };
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push(&q, &item);

	assert(err == either(write_error(), if_so(len == CAPACITY, -ENOSPC)));
	assert_ends(&q.queue, err, len + 1);
	if (!err && i <= len)
		assert(same(new_element(i), i == len ? item : old_element(i)));
	REACHED();
}

/* So many or all that there are, at the front. */
void prove_queue_pop_many(void)
{
	struct things q = { .queue = any_deque() };
	uint32_t len = len_before(), i = any_below(CAPACITY);
	const size_t untouched = nondet_u64();
	size_t count = nondet_u64(), taken = untouched;
	uint32_t gone = count < len ? (uint32_t)count : len;
	struct thing *items = any_given(gone);
	bool wanted = nondet_bool();
	int err = things_pop_many(&q, wanted ? items : NULL, count, &taken);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert(taken == (err ? untouched : gone));
	assert_ends(&q.queue, err, len - gone);
	assert_contents_kept();
	if (!err && wanted && i < gone)
		assert(same(given(items, i), old_element(i)));
	if (!err && i < len - gone)
		assert(same(new_element(i), old_element(i + gone)));
	REACHED();
}
