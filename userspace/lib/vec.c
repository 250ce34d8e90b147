// SPDX-License-Identifier: MIT
/*
 * vec.c: elements one behind the other, where an element's size is not constant
 */
#include "vec.h"

int bm_vec_insert_(struct bm_handle *vec, size_t index, const void *item)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index > len)
		return -ERANGE;
	if (index == len)
		return bm_vec_push_(vec, item, vec->element_size, vec->capacity);
	if (len == vec->capacity)
		return bm_handle_refuse_(vec);
	bm_vec_update_begin_(vec);
	bm_vec_move(vec, len - 1, len, 1);
	bm_counted_set_len_(vec, len + 1, vec->capacity);
	bm_vec_move(vec, index, index + 1, len - 1 - index);
	memcpy(bm_vec_place(vec, index), item, vec->element_size);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_remove_(struct bm_handle *vec, size_t index, void *item)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index >= len)
		return -ERANGE;
	if (item)
		memcpy(item, bm_vec_place(vec, index), vec->element_size);
	bm_vec_update_begin_(vec);
	bm_vec_move(vec, index + 1, index, len - 1 - index);
	bm_counted_set_len_(vec, len - 1, vec->capacity);
	bm_vec_update_end_(vec);
	return 0;
}

int bm_vec_find_(const struct bm_handle *vec, const void *item, size_t *index)
{
	uint32_t len;
	int err = bm_handle_len_(vec, &len);

	if (err)
		return err;
	for (uint32_t i = 0; i < len; i++) {
		if (memcmp(bm_vec_place(vec, i), item, vec->element_size))
			continue;
		if (index)
			*index = i;
		return 0;
	}
	return -ENOENT;
}

int bm_vec_repair_(struct bm_handle *vec)
{
	uint32_t len;
	int err = bm_handle_len_(vec, &len);

	if (err)
		return err;
	bm_counted_end_repair(vec, bm_counted_place_(vec), len);
	return 0;
}

int bm_vec_invariants_(const struct bm_handle *vec)
{
	uint32_t len;
	int err = bm_handle_len_(vec, &len);

	return err ? err : bm_counted_invariants_(vec, *bm_counted_place_(vec), len);
}
