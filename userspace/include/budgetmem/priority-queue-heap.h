/* SPDX-License-Identifier: MIT */
/*
 * priority-queue-heap.h: the inside of priority-queue.h
 *
 * All of this is inline, with an element's size and the order as constants, because
 * a comparison is one or two instructions and there are dozens in a verb.
 *
 * Elements have slots. The first is in slot 3, the children of slot s are in 4 s - 8 and
 * the three behind it, its parent in s / 4 + 2: so four children begin at a multiple of
 * four. Slot 0 is the spare one, where an element waits for which none else is free.
 *
 * An element is never moved on its own: there is a hole, into which the best of its
 * children moves, down to where it has none, and from there parents move into it until
 * the element that has to go somewhere fits. Most elements belong far down: that is a
 * quarter fewer comparisons than to look on each level whether it fits, and none of
 * those on the way down is one that the processor has to guess.
 *
 * While the object is marked, place[0] is the slot of the hole, or 0 if there is none;
 * place[1] is how many elements there are without it, or BM_HEAP_SPARE_. Whoever finds
 * the mark fills the hole, with the element behind these or the spare one, and has each
 * element once.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_PRIORITY_QUEUE_HEAP_H
#define BUDGETMEM_PRIORITY_QUEUE_HEAP_H

#include <string.h>

#include <budgetmem/priority-queue.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_HEAP_CHILDREN_	4
#define BM_HEAP_SPARE_		UINT32_MAX

/* What fills more lines of the cache than this is not fetched before it is known. */
#define BM_HEAP_LINES_		8

/* More bytes than this are not all in a cache that answers at once. */
#define BM_HEAP_NEAR_		((size_t)1 << 20)

/* Inline by force: without it the order would be called, not compiled in. */
BM_FORCE_INLINE_ unsigned char *bm_heap_element_(struct bm_object *object,
						size_t slot, size_t size)
{
	return (unsigned char *)(object + 1) + slot * size;
}

/* Behind all others where 32 bits cannot say where: slots up to there have none. */
BM_FORCE_INLINE_ size_t bm_heap_children_(size_t slot)
{
	if (sizeof(slot) < sizeof(uint64_t) && slot > BM_CAPACITY_MAX)
		return 2 * BM_CAPACITY_MAX;
	return BM_HEAP_CHILDREN_ * slot - 8;
}

BM_FORCE_INLINE_ size_t bm_heap_parent_(size_t slot)
{
	return slot / BM_HEAP_CHILDREN_ + 2;
}

/* After what was moved into the last hole, for who finds it after a death. */
BM_FORCE_INLINE_ void bm_heap_set_hole_(struct bm_object *object, size_t slot)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&object->place[0], (uint32_t)slot, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* @len: elements without the one that the hole was made for */
BM_FORCE_INLINE_ void bm_heap_begin_(const struct bm_handle *queue, size_t hole,
				    uint32_t len)
{
	__atomic_store_n(&queue->object->place[1], len, __ATOMIC_RELAXED);
	bm_heap_set_hole_(queue->object, hole);
	bm_handle_update_begin_(queue);
}

BM_FORCE_INLINE_ void bm_heap_move_(struct bm_object *object, size_t from,
				   size_t hole, size_t size)
{
	memcpy(bm_heap_element_(object, hole, size),
	       bm_heap_element_(object, from, size), size);
	bm_heap_set_hole_(object, from);
}

/* The best of four, without a branch: it would be guessed wrong half the time. */
BM_FORCE_INLINE_ size_t bm_heap_best_(struct bm_object *object, size_t child,
				     size_t size, bm_before before)
{
	size_t left = child + before(bm_heap_element_(object, child + 1, size),
				     bm_heap_element_(object, child, size));
	size_t right = child + 2 +
		       before(bm_heap_element_(object, child + 3, size),
			      bm_heap_element_(object, child + 2, size));
	size_t mask = (size_t)0 - before(bm_heap_element_(object, right, size),
					 bm_heap_element_(object, left, size));

	return left ^ ((left ^ right) & mask);
}

/* The best where there are fewer than four. */
BM_FORCE_INLINE_ size_t bm_heap_best_of_last_(struct bm_object *object,
					     size_t child, size_t end, size_t size,
					     bm_before before)
{
	size_t best = child;

	while (++child < end)
		if (before(bm_heap_element_(object, child, size),
			   bm_heap_element_(object, best, size)))
			best = child;
	return best;
}

/*
 * The children of four siblings, one of which will be looked at next; where they come
 * from afar the generation behind them, for theirs are under way.
 */
BM_FORCE_INLINE_ void bm_heap_prefetch_(struct bm_object *object, size_t child,
				       size_t size, bool is_far)
{
	size_t first = bm_heap_children_(child);
	size_t bytes = BM_HEAP_CHILDREN_ * BM_HEAP_CHILDREN_ * size;
	uintptr_t line;

	if (is_far && BM_HEAP_CHILDREN_ * bytes <= BM_HEAP_LINES_ * 64) {
		first = bm_heap_children_(first);
		bytes *= BM_HEAP_CHILDREN_;
	}
	if (bytes > BM_HEAP_LINES_ * 64)
		return;
	line = (uintptr_t)(object + 1) + first * size;
	for (size_t i = 0; i < bytes; i += 64)
		__builtin_prefetch((const void *)(line + i));
}

/* Lets the best child move up until the hole has none. Where the hole is then. */
BM_FORCE_INLINE_ size_t bm_heap_descend_(struct bm_object *object, size_t hole,
					size_t end, size_t size,
					bm_before before)
{
	bool is_far = end > BM_HEAP_NEAR_ / size;
	size_t child = bm_heap_children_(hole);

	while (child + BM_HEAP_CHILDREN_ <= end) {
		size_t best;

		bm_heap_prefetch_(object, child, size, is_far);
		best = bm_heap_best_(object, child, size, before);
		bm_heap_move_(object, best, hole, size);
		hole = best;
		child = bm_heap_children_(hole);
	}
	if (child < end) {
		child = bm_heap_best_of_last_(object, child, end, size, before);
		bm_heap_move_(object, child, hole, size);
		hole = child;
	}
	return hole;
}

/* Lets parents, up to that in @top, move down until the item fits in the hole. */
BM_FORCE_INLINE_ void bm_heap_ascend_(struct bm_object *object, size_t hole,
				     size_t top, const void *item, size_t size,
				     bm_before before)
{
	while (hole > top) {
		size_t parent = bm_heap_parent_(hole);

		if (!before(item, bm_heap_element_(object, parent, size)))
			break;
		bm_heap_move_(object, parent, hole, size);
		hole = parent;
	}
	memcpy(bm_heap_element_(object, hole, size), item, size);
}

/* @end: behind the last slot in use; @item is in none of these */
BM_FORCE_INLINE_ void bm_heap_fill_(struct bm_object *object, size_t hole,
				   size_t end, const void *item, size_t size,
				   bm_before before)
{
	hole = bm_heap_descend_(object, hole, end, size, before);
	bm_heap_ascend_(object, hole, BM_PRIORITY_QUEUE_FIRST_, item, size, before);
}

/* Lets the element in @slot sink; those in the slots above it come later. */
BM_FORCE_INLINE_ void bm_heap_sink_(struct bm_object *object, size_t slot,
				   size_t end, size_t size, bm_before before)
{
	unsigned char *spare = bm_heap_element_(object, 0, size);
	size_t hole;

	memcpy(spare, bm_heap_element_(object, slot, size), size);
	bm_heap_set_hole_(object, slot);
	hole = bm_heap_descend_(object, slot, end, size, before);
	bm_heap_ascend_(object, hole, slot, spare, size, before);
	bm_heap_set_hole_(object, 0);
}

/* Puts all of a marked object in order. */
BM_FORCE_INLINE_ void bm_heap_order_(struct bm_object *object, uint32_t len,
				    size_t size, bm_before before)
{
	size_t end = (size_t)len + BM_PRIORITY_QUEUE_FIRST_;

	bm_heap_set_hole_(object, 0);
	__atomic_store_n(&object->place[1], BM_HEAP_SPARE_, __ATOMIC_RELAXED);
	if (len < 2)
		return;
	for (size_t slot = bm_heap_parent_(end - 1);
	     slot >= BM_PRIORITY_QUEUE_FIRST_; slot--)
		bm_heap_sink_(object, slot, end, size, before);
}

BM_FORCE_INLINE_ int bm_priority_queue_push_(struct bm_handle *queue,
					    const void *item, size_t size,
					    bm_before before)
{
	struct bm_object *object = queue->object;
	uint32_t len;
	size_t slot;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	if (len == queue->capacity)
		return bm_handle_refuse_(queue);
	slot = (size_t)len + BM_PRIORITY_QUEUE_FIRST_;
	if (!(len & (queue->step - 1)))
		bm_handle_account_(queue, len, len + 1);
	if (!len || !before(item, bm_heap_element_(object, bm_heap_parent_(slot),
						   size))) {
		memcpy(bm_heap_element_(object, slot, size), item, size);
		__atomic_store_n(&object->len, len + 1, __ATOMIC_RELEASE);
		return 0;
	}
	bm_heap_begin_(queue, slot, len);
	bm_heap_ascend_(object, slot, BM_PRIORITY_QUEUE_FIRST_, item, size, before);
	__atomic_store_n(&object->len, len + 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(queue);
	return 0;
}

/* @index: the caller has seen that it is below @len */
BM_FORCE_INLINE_ void bm_heap_take_out_(struct bm_handle *queue, size_t index,
				       uint32_t len, size_t size,
				       bm_before before)
{
	struct bm_object *object = queue->object;
	size_t slot = index + BM_PRIORITY_QUEUE_FIRST_;
	size_t last = (size_t)len - 1 + BM_PRIORITY_QUEUE_FIRST_;

	bm_heap_begin_(queue, slot, len - 1);
	if (slot < last)
		bm_heap_fill_(object, slot, last,
			      bm_heap_element_(object, last, size), size, before);
	bm_handle_shrink_(queue, len);
	bm_handle_update_end_(queue);
}

BM_FORCE_INLINE_ int bm_priority_queue_remove_(struct bm_handle *queue,
					      size_t position, void *item,
					      size_t size, bm_before before)
{
	size_t slot = position + BM_PRIORITY_QUEUE_FIRST_;
	uint32_t len;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	if (position >= len)
		return -ERANGE;
	if (item)
		memcpy(item, bm_heap_element_(queue->object, slot, size), size);
	bm_heap_take_out_(queue, position, len, size, before);
	return 0;
}

BM_FORCE_INLINE_ int bm_priority_queue_pop_(struct bm_handle *queue, void *item,
					   size_t size, bm_before before)
{
	int err = bm_priority_queue_remove_(queue, 0, item, size, before);

	return err == -ERANGE ? -ENOENT : err;
}

BM_FORCE_INLINE_ int bm_priority_queue_replace_at_(struct bm_handle *queue,
						  size_t position,
						  const void *item, void *old,
						  size_t size, bm_before before)
{
	struct bm_object *object = queue->object;
	size_t slot = position + BM_PRIORITY_QUEUE_FIRST_;
	uint32_t len;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	if (position >= len)
		return -ERANGE;
	if (old)
		memcpy(old, bm_heap_element_(object, slot, size), size);
	bm_heap_begin_(queue, slot, len - 1);
	bm_heap_fill_(object, slot, (size_t)len + BM_PRIORITY_QUEUE_FIRST_, item,
		      size, before);
	bm_handle_update_end_(queue);
	return 0;
}

BM_FORCE_INLINE_ int bm_priority_queue_replace_(struct bm_handle *queue,
					       const void *item, void *first,
					       size_t size, bm_before before)
{
	int err = bm_priority_queue_replace_at_(queue, 0, item, first, size,
						before);

	return err == -ERANGE ? -ENOENT : err;
}

BM_FORCE_INLINE_ int bm_priority_queue_set_(struct bm_handle *queue,
					   size_t position, const void *item,
					   size_t size, bm_before before)
{
	return bm_priority_queue_replace_at_(queue, position, item, NULL, size,
					     before);
}

BM_FORCE_INLINE_ int bm_priority_queue_update_(struct bm_handle *queue,
					      size_t position, size_t size,
					      bm_before before)
{
	struct bm_object *object = queue->object;
	unsigned char *spare = bm_heap_element_(object, 0, size);
	size_t slot = position + BM_PRIORITY_QUEUE_FIRST_;
	uint32_t len;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	if (position >= len)
		return -ERANGE;
	memcpy(spare, bm_heap_element_(object, slot, size), size);
	bm_heap_begin_(queue, slot, BM_HEAP_SPARE_);
	bm_heap_fill_(object, slot, (size_t)len + BM_PRIORITY_QUEUE_FIRST_, spare,
		      size, before);
	bm_handle_update_end_(queue);
	return 0;
}

/* So few that it is less work to push them than to put all in order. */
BM_FORCE_INLINE_ int bm_heap_push_all_(struct bm_handle *queue, const void *items,
				      size_t count, size_t size,
				      bm_before before)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = bm_priority_queue_push_(
			queue, (const unsigned char *)items + i * size, size,
			before);
	return err;
}

BM_FORCE_INLINE_ int bm_priority_queue_extend_(struct bm_handle *queue,
					      const void *items, size_t count,
					      size_t size, bm_before before)
{
	struct bm_object *object = queue->object;
	uint32_t len;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	if (count > queue->capacity - len)
		return bm_handle_refuse_(queue);
	if (count <= len / 8)
		return bm_heap_push_all_(queue, items, count, size, before);
	memcpy(bm_heap_element_(object, (size_t)len + BM_PRIORITY_QUEUE_FIRST_, size),
	       items, count * size);
	bm_heap_begin_(queue, 0, BM_HEAP_SPARE_);
	bm_handle_set_len_(queue, len, len + (uint32_t)count);
	bm_heap_order_(object, len + (uint32_t)count, size, before);
	bm_handle_update_end_(queue);
	return 0;
}

BM_FORCE_INLINE_ int bm_priority_queue_drain_(struct bm_handle *queue, void *items,
					     size_t room, size_t *count,
					     size_t size, bm_before before)
{
	int err = 0;

	*count = 0;
	if (room > queue->capacity)
		room = queue->capacity;
	while (*count < room && !err) {
		err = bm_priority_queue_pop_(
			queue, (unsigned char *)items + *count * size, size, before);
		*count += !err;
	}
	return err == -ENOENT ? 0 : err;
}

/* The last takes the place of what goes: order is made afterwards. */
BM_FORCE_INLINE_ int bm_priority_queue_retain_(struct bm_handle *queue,
					      bool (*keep)(const void *item,
							   void *context),
					      void *context, size_t size,
					      bm_before before)
{
	struct bm_object *object = queue->object;
	size_t slot = BM_PRIORITY_QUEUE_FIRST_;
	uint32_t len;
	int err = bm_handle_writable_(queue, &len);

	if (err)
		return err;
	bm_heap_begin_(queue, 0, len);
	while (slot < (size_t)len + BM_PRIORITY_QUEUE_FIRST_) {
		if (keep(bm_heap_element_(object, slot, size), context)) {
			slot++;
			continue;
		}
		__atomic_store_n(&object->place[1], --len, __ATOMIC_RELAXED);
		bm_heap_set_hole_(object, slot);
		memmove(bm_heap_element_(object, slot, size),
			bm_heap_element_(object, (size_t)len +
					 BM_PRIORITY_QUEUE_FIRST_, size), size);
		bm_handle_shrink_(queue, len + 1);
		bm_heap_set_hole_(object, 0);
	}
	bm_heap_order_(object, len, size, before);
	bm_handle_update_end_(queue);
	return 0;
}

BM_FORCE_INLINE_ int bm_priority_queue_get_(const struct bm_handle *queue,
					   size_t position, void *item,
					   size_t size)
{
	uint32_t len;
	int err = bm_handle_len_(queue, &len);

	if (err)
		return err;
	if (position >= len)
		return -ERANGE;
	memcpy(item,
	       bm_heap_element_(queue->object, position + BM_PRIORITY_QUEUE_FIRST_,
				size), size);
	return 0;
}

BM_FORCE_INLINE_ int bm_priority_queue_first_(const struct bm_handle *queue,
					     void *item, size_t size)
{
	int err = bm_priority_queue_get_(queue, 0, item, size);

	return err == -ERANGE ? -ENOENT : err;
}

BM_FORCE_INLINE_ int bm_priority_queue_next_(const struct bm_handle *queue,
					    size_t *cursor, void *item,
					    size_t size)
{
	int err = bm_priority_queue_get_(queue, *cursor, item, size);

	if (!err)
		++*cursor;
	return err == -ERANGE ? -ENOENT : err;
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_PRIORITY_QUEUE_HEAP_H */
