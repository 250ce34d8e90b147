// SPDX-License-Identifier: MIT
/*
 * deque.c: elements that come and go at both ends, where an element's size is not
 * constant
 *
 * What fills or frees places at an end writes first what nobody counts yet, and then
 * moves both ends by one store. What moves elements sets the mark, and copies so that
 * each one is somewhere at every instant.
 */
#include <budgetmem/deque-core.h>

#include "object.h"

static uint32_t place(const struct bm_handle *deque, uint32_t head, uint32_t index)
{
	return bm_deque_place_(head, index, deque->capacity);
}

static uint32_t place_before(const struct bm_handle *deque, uint32_t head)
{
	return bm_deque_place_before_(head, deque->capacity);
}

static void shrink(struct bm_handle *deque, uint32_t head, uint32_t len)
{
	bm_deque_store_(deque->object, head, len, deque->capacity);
	bm_counted_shrink_(deque, &deque->object->len, len, deque->capacity);
}

/* These two before whatever is written next: the compiler must not turn them round. */
static void grow(struct bm_handle *deque, uint32_t head, uint32_t len)
{
	bm_counted_grow_(deque, &deque->object->len, len);
	bm_deque_store_(deque->object, head, len, deque->capacity);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void move_head(struct bm_handle *deque, uint32_t head, uint32_t len)
{
	bm_deque_store_(deque->object, head, len, deque->capacity);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static unsigned char *element(const struct bm_handle *deque, uint32_t head,
			      uint32_t index)
{
	return bm_deque_at_place_(deque->object, place(deque, head, index),
				  deque->element_size);
}

/*
 * One element after the other, and not memmove() of many: it may hold them in
 * registers only, and they would be lost with the process. The common sizes are
 * constants, so that there is no call.
 */
static void copy_element(const struct bm_handle *deque, uint32_t head,
			 uint32_t from, uint32_t to)
{
	unsigned char *target = element(deque, head, to);
	const unsigned char *source = element(deque, head, from);

	switch (deque->element_size) {
	case 4:
		memcpy(target, source, 4);
		break;
	case 8:
		memcpy(target, source, 8);
		break;
	default:
		memcpy(target, source, deque->element_size);
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Elements @index to @index + @count, as two arrays: in front of the wrap and behind. */
static struct bm_deque_slices slice(const struct bm_handle *deque,
				    struct bm_deque_ends ends, uint32_t index,
				    uint32_t count)
{
	uint32_t start = place(deque, ends.head, index);
	uint32_t until_wrap = deque->capacity - start;
	struct bm_deque_slices slices;

	slices.len[0] = count < until_wrap ? count : until_wrap;
	slices.len[1] = count - slices.len[0];
	slices.part[1] = bm_handle_contents_(deque);
	slices.part[0] = slices.part[1] + (size_t)start * deque->element_size;
	return slices;
}

static void copy_out(const struct bm_handle *deque, struct bm_deque_ends ends,
		     uint32_t index, uint32_t count, void *items)
{
	struct bm_deque_slices slices = slice(deque, ends, index, count);
	size_t first = (size_t)slices.len[0] * deque->element_size;
	size_t second = (size_t)slices.len[1] * deque->element_size;

	memcpy(items, slices.part[0], first);
	if (second)
		memcpy((unsigned char *)items + first, slices.part[1], second);
}

void bm_deque_write_(const struct bm_handle *deque, struct bm_deque_ends ends,
		     const void *items, uint32_t count)
{
	struct bm_deque_slices slices = slice(deque, ends, ends.len, count);
	size_t first = (size_t)slices.len[0] * deque->element_size;
	size_t second = (size_t)slices.len[1] * deque->element_size;

	memcpy(slices.part[0], items, first);
	if (second)
		memcpy(slices.part[1], (const unsigned char *)items + first,
		       second);
}

int bm_deque_extend_(struct bm_handle *deque, const void *items, size_t count)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err || !count)
		return err;
	if (count > deque->capacity - ends.len)
		return bm_handle_refuse_(deque);
	bm_deque_write_(deque, ends, items, (uint32_t)count);
	grow(deque, ends.head, ends.len + (uint32_t)count);
	return 0;
}

/* Opens a gap before element @index, which is not the first, by moving those before. */
static void open_front(struct bm_handle *deque, struct bm_deque_ends ends,
		       uint32_t index)
{
	uint32_t head = place_before(deque, ends.head);

	copy_element(deque, head, 1, 0);
	grow(deque, head, ends.len + 1);
	for (uint32_t i = 1; i < index; i++)
		copy_element(deque, head, i + 1, i);
}

/* The same by moving those from @index on; it is not behind the last. */
static void open_back(struct bm_handle *deque, struct bm_deque_ends ends,
		      uint32_t index)
{
	copy_element(deque, ends.head, ends.len - 1, ends.len);
	grow(deque, ends.head, ends.len + 1);
	for (uint32_t i = ends.len - 1; i > index; i--)
		copy_element(deque, ends.head, i - 1, i);
}

int bm_deque_insert_(struct bm_handle *deque, size_t index, const void *item)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);
	uint32_t at = (uint32_t)index;

	if (err)
		return err;
	if (index > ends.len)
		return -ERANGE;
	if (index == ends.len)
		return bm_deque_push_back_(deque, item, deque->element_size,
					   deque->capacity);
	if (!index)
		return bm_deque_push_front_(deque, item, deque->element_size,
					    deque->capacity);
	if (ends.len == deque->capacity)
		return bm_handle_refuse_(deque);
	bm_deque_update_begin_(deque);
	if (at < ends.len - at) {
		open_front(deque, ends, at);
		ends.head = place_before(deque, ends.head);
	} else {
		open_back(deque, ends, at);
	}
	memcpy(element(deque, ends.head, at), item, deque->element_size);
	bm_deque_update_end_(deque);
	return 0;
}

/* Takes @count elements out; there are @before in front of them and @behind. */
static void close_gap(struct bm_handle *deque, struct bm_deque_ends ends,
		      uint32_t before, uint32_t count, uint32_t behind)
{
	if (before < behind) {
		for (uint32_t i = before; i > 0; i--)
			copy_element(deque, ends.head, i - 1, i - 1 + count);
		ends.head = place(deque, ends.head, count);
	} else {
		for (uint32_t i = ends.len - behind; i < ends.len; i++)
			copy_element(deque, ends.head, i, i - count);
	}
	shrink(deque, ends.head, ends.len - count);
}

static void drain(struct bm_handle *deque, struct bm_deque_ends ends,
		  uint32_t index, uint32_t count, void *items)
{
	uint32_t behind = ends.len - index - count;

	if (!count)
		return;
	if (items)
		copy_out(deque, ends, index, count, items);
	if (index && behind)
		bm_deque_update_begin_(deque);
	close_gap(deque, ends, index, count, behind);
	if (index && behind)
		bm_deque_update_end_(deque);
}

int bm_deque_drain_(struct bm_handle *deque, size_t index, size_t count,
		    void *items)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	if (index > ends.len || count > ends.len - index)
		return -ERANGE;
	drain(deque, ends, (uint32_t)index, (uint32_t)count, items);
	return 0;
}

int bm_deque_take_(struct bm_handle *deque, void *items, size_t count,
		   size_t *taken)
{
	struct bm_deque_ends ends;
	int err = bm_deque_takeable_(deque, deque->object, &ends, deque->capacity);

	if (err)
		return err;
	*taken = count < ends.len ? count : ends.len;
	drain(deque, ends, 0, (uint32_t)*taken, items);
	return 0;
}

int bm_deque_truncate_(struct bm_handle *deque, size_t len)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (!err && len < ends.len)
		shrink(deque, ends.head, (uint32_t)len);
	return err;
}

/* Both of swap_remove: element @other goes to @index. */
static void replace(struct bm_handle *deque, struct bm_deque_ends ends,
		    uint32_t other, uint32_t index)
{
	uint32_t head = other ? ends.head : place(deque, ends.head, 1);

	if (other == index) {
		shrink(deque, head, ends.len - 1);
		return;
	}
	bm_deque_update_begin_(deque);
	copy_element(deque, ends.head, other, index);
	shrink(deque, head, ends.len - 1);
	bm_deque_update_end_(deque);
}

int bm_deque_swap_back_(struct bm_handle *deque, size_t index, void *item)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	if (index >= ends.len)
		return -ERANGE;
	if (item)
		copy_out(deque, ends, (uint32_t)index, 1, item);
	replace(deque, ends, ends.len - 1, (uint32_t)index);
	return 0;
}

int bm_deque_swap_front_(struct bm_handle *deque, size_t index, void *item)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	if (index >= ends.len)
		return -ERANGE;
	if (item)
		copy_out(deque, ends, (uint32_t)index, 1, item);
	replace(deque, ends, 0, (uint32_t)index);
	return 0;
}

/* Takes elements at the front and puts them to the back, where there is room for one. */
static void carry_back(struct bm_handle *deque, struct bm_deque_ends ends,
		       uint32_t count)
{
	while (count--) {
		copy_element(deque, ends.head, 0, ends.len);
		ends.head = place(deque, ends.head, 1);
		move_head(deque, ends.head, ends.len);
	}
}

static void carry_front(struct bm_handle *deque, struct bm_deque_ends ends,
			uint32_t count)
{
	while (count--) {
		ends.head = place_before(deque, ends.head);
		copy_element(deque, ends.head, ends.len, 0);
		move_head(deque, ends.head, ends.len);
	}
}

static void rotate(struct bm_handle *deque, struct bm_deque_ends ends,
		   uint32_t count)
{
	if (ends.len == deque->capacity) {
		move_head(deque, place(deque, ends.head, count), ends.len);
		return;
	}
	bm_deque_update_begin_(deque);
	if (count <= ends.len - count)
		carry_back(deque, ends, count);
	else
		carry_front(deque, ends, ends.len - count);
	bm_deque_update_end_(deque);
}

int bm_deque_rotate_left_(struct bm_handle *deque, size_t count)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	if (count > ends.len)
		return -ERANGE;
	if (count && count < ends.len)
		rotate(deque, ends, (uint32_t)count);
	return 0;
}

int bm_deque_rotate_right_(struct bm_handle *deque, size_t count)
{
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	if (count > ends.len)
		return -ERANGE;
	if (count && count < ends.len)
		rotate(deque, ends, ends.len - (uint32_t)count);
	return 0;
}

int bm_deque_retain_begin_(struct bm_handle *deque,
			   struct bm_deque_retained *retained)
{
	int err = bm_deque_writable_(deque->object, &retained->ends,
				     deque->capacity);

	if (err)
		return err;
	retained->looked_at = 0;
	retained->kept = 0;
	bm_deque_update_begin_(deque);
	return 0;
}

const void *bm_deque_retain_next_(struct bm_handle *deque,
				  struct bm_deque_retained *retained)
{
	if (retained->looked_at == retained->ends.len)
		return NULL;
	return element(deque, retained->ends.head, retained->looked_at++);
}

void bm_deque_retain_keep_(struct bm_handle *deque,
			   struct bm_deque_retained *retained)
{
	uint32_t index = retained->looked_at - 1;

	if (index != retained->kept)
		copy_element(deque, retained->ends.head, index, retained->kept);
	retained->kept++;
}

void bm_deque_retain_end_(struct bm_handle *deque,
			  const struct bm_deque_retained *retained)
{
	shrink(deque, retained->ends.head, retained->kept);
	bm_deque_update_end_(deque);
}

int bm_deque_find_(const struct bm_handle *deque, const void *item, size_t *index)
{
	struct bm_deque_ends ends;
	int err = bm_deque_read_(deque->object, &ends, deque->capacity);

	if (err)
		return err;
	for (uint32_t i = 0; i < ends.len; i++) {
		if (memcmp(element(deque, ends.head, i), item,
			   deque->element_size))
			continue;
		if (index)
			*index = i;
		return 0;
	}
	return -ENOENT;
}

int bm_deque_slices_(const struct bm_handle *deque, struct bm_deque_slices *slices)
{
	struct bm_deque_ends ends;
	int err = bm_deque_read_(deque->object, &ends, deque->capacity);

	if (!err)
		*slices = slice(deque, ends, 0, ends.len);
	return err;
}

void bm_deque_clear_(struct bm_handle *deque)
{
	move_head(deque, 0, 0);
	bm_deque_update_end_(deque);
	bm_handle_empty_(deque);
}

int bm_deque_repair_(struct bm_handle *deque)
{
	struct bm_deque_ends ends;
	int err = bm_deque_read_(deque->object, &ends, deque->capacity);

	if (!err)
		bm_counted_end_repair(deque, &deque->object->len, ends.len);
	return err;
}

int bm_deque_invariants_(const struct bm_handle *deque)
{
	struct bm_deque_ends ends;
	int err = bm_deque_read_(deque->object, &ends, deque->capacity);

	return err ? err : bm_counted_invariants_(deque, deque->object->len,
							       ends.len);
}
