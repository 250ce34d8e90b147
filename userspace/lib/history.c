// SPDX-License-Identifier: MIT
/*
 * history.c: the newest elements, many at a time
 */
#include <budgetmem/history.h>

/* The first @count make room: nobody counts them any more. */
static void forget(struct bm_handle *history, struct bm_deque_ends *ends,
		   uint32_t count)
{
	ends->head = bm_deque_place_(ends->head, count, history->capacity);
	ends->len -= count;
	bm_deque_store_(history->object, ends->head, ends->len, history->capacity);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

int bm_history_extend_(struct bm_handle *history, const void *items, size_t count)
{
	const unsigned char *next = (const unsigned char *)items;
	uint32_t capacity = history->capacity;
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(history->object, &ends, capacity);

	if (err || !count)
		return err;
	if (count > capacity) {
		next += (count - capacity) * history->element_size;
		count = capacity;
	}
	if (count > capacity - ends.len)
		forget(history, &ends, (uint32_t)count - (capacity - ends.len));
	bm_deque_write_(history, ends, next, (uint32_t)count);
	ends.len += (uint32_t)count;
	bm_counted_grow_(history, &history->object->len, ends.len);
	bm_deque_store_(history->object, ends.head, ends.len, capacity);
	return 0;
}
