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
