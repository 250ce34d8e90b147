// SPDX-License-Identifier: MIT
/*
 * vec-range.c: verbs of a vec that are about many elements
 */
#include "vec.h"

/* Bytes that an exchange holds at a time: elements may be larger than the stack. */
#define HELD_SIZE	64

int bm_vec_extend_(struct bm_handle *vec, const void *items, size_t count)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (count > vec->capacity - len)
		return bm_handle_refuse_(vec);
	if (!count)
		return 0;
	memcpy(bm_vec_place(vec, len), items, count * vec->element_size);
	bm_counted_set_len_(vec, len + (uint32_t)count, vec->capacity);
	return 0;
}

/*
 * What comes to lie behind the last is put there first, and the length says so before
 * anything else is overwritten: no element is lost with the process.
 */
static void open_gap(const struct bm_handle *vec, size_t index, uint32_t len,
		     const unsigned char *items, size_t count)
{
	size_t size = vec->element_size;
	size_t tail = len - index;
	size_t beyond = tail < count ? tail : count;

	bm_vec_move(vec, len - beyond, len + count - beyond, beyond);
	memcpy(bm_vec_place(vec, len), items + beyond * size,
	       (count - beyond) * size);
	bm_counted_set_len_(vec, len + (uint32_t)count, vec->capacity);
	bm_vec_move(vec, index, index + count, tail - beyond);
	memcpy(bm_vec_place(vec, index), items, beyond * size);
}

int bm_vec_insert_many_(struct bm_handle *vec, size_t index, const void *items,
			size_t count)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index > len)
		return -ERANGE;
	if (index == len || !count)
		return bm_vec_extend_(vec, items, count);
	if (count > vec->capacity - len)
		return bm_handle_refuse_(vec);
	bm_vec_update_begin_(vec);
	open_gap(vec, index, len, items, count);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_truncate_(struct bm_handle *vec, size_t new_len)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (!err && new_len < len)
		bm_counted_set_len_(vec, (uint32_t)new_len, vec->capacity);
	return err;
}

int bm_vec_resize_(struct bm_handle *vec, size_t new_len, const void *item)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err || new_len == len)
		return err;
	if (new_len < len)
		return bm_vec_truncate_(vec, new_len);
	if (new_len > vec->capacity)
		return bm_handle_refuse_(vec);
	for (size_t i = len; i < new_len; i++)
		memcpy(bm_vec_place(vec, i), item, vec->element_size);
	bm_counted_set_len_(vec, (uint32_t)new_len, vec->capacity);
	return 0;
}

int bm_vec_swap_remove_(struct bm_handle *vec, size_t index, void *item)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index >= len)
		return -ERANGE;
	if (item)
		memcpy(item, bm_vec_place(vec, index), vec->element_size);
	if (index + 1 == len) {
		bm_counted_set_len_(vec, len - 1, vec->capacity);
		return 0;
	}
	bm_vec_update_begin_(vec);
	memcpy(bm_vec_place(vec, index), bm_vec_place(vec, len - 1),
	       vec->element_size);
	bm_counted_set_len_(vec, len - 1, vec->capacity);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_drain_(struct bm_handle *vec, size_t from, size_t to, void *items)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (from > to || to > len)
		return -ERANGE;
	if (from == to)
		return 0;
	if (items)
		memcpy(items, bm_vec_place(vec, from),
		       (to - from) * vec->element_size);
	bm_vec_update_begin_(vec);
	bm_vec_move(vec, to, from, len - to);
	bm_counted_set_len_(vec, len - (uint32_t)(to - from), vec->capacity);
	bm_vec_update_end_(vec);
	return 0;
}

/* Ends an update that kept the first @kept of @len elements. */
static int keep_first(const struct bm_handle *vec, uint32_t len, uint32_t kept)
{
	if (kept < len)
		bm_counted_set_len_(vec, kept, vec->capacity);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_retain_(struct bm_handle *vec, bm_vec_keep_function *keep,
		   void *context)
{
	uint32_t kept = 0;
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	bm_vec_update_begin_(vec);
	for (uint32_t i = 0; i < len; i++) {
		if (!keep(bm_vec_place(vec, i), context))
			continue;
		if (kept < i)
			bm_vec_move(vec, i, kept, 1);
		kept++;
	}
	return keep_first(vec, len, kept);
}

static bool is_equal(const struct bm_handle *vec, const void *a, const void *b,
		     bm_vec_equal_function *equal, void *context)
{
	return equal ? equal(a, b, context) : !memcmp(a, b, vec->element_size);
}

int bm_vec_dedup_(struct bm_handle *vec, bm_vec_equal_function *equal,
		  void *context)
{
	uint32_t kept = 0;
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	bm_vec_update_begin_(vec);
	for (uint32_t i = 0; i < len; i++) {
		if (kept && is_equal(vec, bm_vec_place(vec, kept - 1),
				     bm_vec_place(vec, i), equal, context))
			continue;
		if (kept < i)
			bm_vec_move(vec, i, kept, 1);
		kept++;
	}
	return keep_first(vec, len, kept);
}

static void exchange(const struct bm_handle *vec, size_t a, size_t b)
{
	unsigned char *first = bm_vec_place(vec, a);
	unsigned char *second = bm_vec_place(vec, b);
	unsigned char held[HELD_SIZE];
	size_t bytes;

	for (size_t at = 0; at < vec->element_size; at += bytes) {
		bytes = vec->element_size - at;
		if (bytes > sizeof(held))
			bytes = sizeof(held);
		memcpy(held, first + at, bytes);
		memcpy(first + at, second + at, bytes);
		memcpy(second + at, held, bytes);
	}
}

int bm_vec_swap_(struct bm_handle *vec, size_t a, size_t b)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (a >= len || b >= len)
		return -ERANGE;
	if (a == b)
		return 0;
	bm_vec_update_begin_(vec);
	exchange(vec, a, b);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_reverse_(struct bm_handle *vec)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	bm_vec_update_begin_(vec);
	for (uint32_t i = 0; i < len / 2; i++)
		exchange(vec, i, len - 1 - i);
	bm_vec_update_end_(vec);
	return 0;
}
