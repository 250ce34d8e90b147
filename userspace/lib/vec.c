// SPDX-License-Identifier: MIT
/*
 * vec.c: elements one behind the other, where an element's size is not constant
 */
#include <budgetmem/vec.h>

#include "object.h"

static unsigned char *element(const struct bm_handle *vec, size_t index)
{
	return bm_vec_element_(vec, index, vec->element_size);
}

/*
 * One element after the other, and not memmove(): it may hold many of them in
 * registers only, and they would be lost with the process.
 */
static void copy_element(const struct bm_handle *vec, size_t from, size_t to)
{
	memcpy(element(vec, to), element(vec, from), vec->element_size);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

int bm_vec_insert_(struct bm_handle *vec, size_t index, const void *item)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index > len)
		return -ERANGE;
	if (index == len)
		return bm_vec_push_(vec, item, vec->element_size);
	if (len == vec->capacity)
		return bm_handle_refuse_(vec);
	bm_handle_update_begin_(vec);
	copy_element(vec, len - 1, len);
	bm_handle_set_len_(vec, len, len + 1);
	for (size_t i = len - 1; i > index; i--)
		copy_element(vec, i - 1, i);
	memcpy(element(vec, index), item, vec->element_size);
	bm_handle_update_end_(vec);
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
		memcpy(item, element(vec, index), vec->element_size);
	bm_handle_update_begin_(vec);
	for (size_t i = index; i + 1 < len; i++)
		copy_element(vec, i + 1, i);
	bm_handle_set_len_(vec, len, len - 1);
	bm_handle_update_end_(vec);
	return 0;
}

int bm_vec_find_(const struct bm_handle *vec, const void *item, size_t *index)
{
	uint32_t len;
	int err = bm_handle_len_(vec, &len);

	if (err)
		return err;
	for (uint32_t i = 0; i < len; i++) {
		if (memcmp(element(vec, i), item, vec->element_size))
			continue;
		if (index)
			*index = i;
		return 0;
	}
	return -ENOENT;
}

int bm_vec_repair_(struct bm_handle *vec)
{
	return bm_handle_settle(vec);
}

int bm_vec_invariants_(const struct bm_handle *vec)
{
	return bm_handle_invariants(vec);
}
