// SPDX-License-Identifier: MIT
/*
 * Queues, from every state of the pool; one verb from there.
 */
#include <budgetmem/queue.h>

#include "deque.h"

BM_QUEUE(things, struct thing, CAPACITY)

static bool was_sound;

static struct things any_queue(void)
{
	struct things q = { .queue = any_object(CAPACITY, SIZE) };

	was_sound = !things_invariants(&q);
	return q;
}

static void assert_len(const struct things *q, int err, uint32_t len)
{
	assert_ends(err, len, was_sound, !things_invariants(q));
}

/* At the back. */
void prove_queue_push(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push(&q, &item);

	assert(err == either(write_error(), if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&q, err, len + 1);
	if (!err && i <= len)
		assert(same(new_element(i), i == len ? item : old_element(i)));
	REACHED();
}

/* At the front. */
void prove_queue_pop(void)
{
	struct things q = any_queue();
	struct thing item;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_pop(&q, &item);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&q, err, len - 1);
	assert_contents_kept();
	if (!err) {
		assert(same(item, old_element(0)));
		assert(i >= len - 1 || same(new_element(i), old_element(i + 1)));
	}
	REACHED();
}
