// SPDX-License-Identifier: MIT
/*
 * priority-queue.c: what is seldom done with a priority queue
 */
#include <budgetmem/priority-queue.h>

#include "object.h"

static const unsigned char *element(const struct bm_handle *queue, size_t position)
{
	return bm_heap_element_(queue->object, position + BM_PRIORITY_QUEUE_FIRST_,
				queue->element_size);
}

int bm_priority_queue_find_(const struct bm_handle *queue, const void *item,
			    size_t *position)
{
	uint32_t len;
	int err = bm_handle_len_(queue, &len);

	if (err)
		return err;
	for (uint32_t i = 0; i < len; i++) {
		if (memcmp(element(queue, i), item, queue->element_size))
			continue;
		if (position)
			*position = i;
		return 0;
	}
	return -ENOENT;
}

/*
 * Each element is there once afterwards. What is written in the pool about the hole
 * is looked at once, and must be about elements that there are.
 */
static int fill_hole(const struct bm_handle *queue, uint32_t *len)
{
	struct bm_object *object = queue->object;
	uint32_t hole = __atomic_load_n(&object->place[0], __ATOMIC_RELAXED);
	uint32_t without = __atomic_load_n(&object->place[1], __ATOMIC_RELAXED);
	size_t slot = 0;

	if (!hole)
		return 0;
	if (without != BM_HEAP_SPARE_)
		slot = (size_t)without + BM_PRIORITY_QUEUE_FIRST_;
	if (hole < BM_PRIORITY_QUEUE_FIRST_ ||
	    (!slot && hole - BM_PRIORITY_QUEUE_FIRST_ >= *len) ||
	    (slot && (without > *len || *len - without > 1 || hole > slot ||
		      without == queue->capacity)))
		return -EUCLEAN;
	if (hole != slot)
		memcpy(bm_heap_element_(object, hole, queue->element_size),
		       bm_heap_element_(object, slot, queue->element_size),
		       queue->element_size);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (slot && without != *len)
		bm_handle_set_len_(queue, *len, without);
	if (slot)
		*len = without;
	return 0;
}

int bm_priority_queue_repair_(struct bm_handle *queue, bm_before before)
{
	uint32_t len;
	int err = bm_handle_len_(queue, &len);

	if (!err && bm_object_is_updating_(queue->object))
		err = fill_hole(queue, &len);
	if (err)
		return err;
	bm_heap_set_hole_(queue->object, 0);
	bm_handle_update_begin_(queue);
	bm_heap_order_(queue->object, len, queue->element_size, before);
	bm_handle_end_repair(queue);
	return 0;
}

int bm_priority_queue_invariants_(const struct bm_handle *queue, bm_before before)
{
	int err = bm_handle_invariants(queue);
	uint32_t len;

	if (err)
		return err;
	err = bm_handle_len_(queue, &len);
	for (uint32_t i = 1; i < len && !err; i++)
		if (before(element(queue, i), element(queue, (i - 1) / 4)))
			err = -EUCLEAN;
	return err;
}
