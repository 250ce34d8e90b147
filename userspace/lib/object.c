// SPDX-License-Identifier: MIT
/*
 * object.c: what all collections have in common
 */
#include "object.h"

_Static_assert(__GCC_ATOMIC_LLONG_LOCK_FREE == 2,
	       "pools are shared between processes: no lock can stand in for an atomic operation");

void bm_handle_fill(struct bm_handle *handle, void *base, uint64_t offset,
		    const struct bm_type *type)
{
	handle->object = (struct bm_object *)((char *)base + offset);
	handle->pool = base;
	handle->capacity = type->capacity;
	handle->element_size = type->element_size;
	handle->step = BM_STEP_(type->capacity);
}

static uint64_t bytes_of(uint32_t capacity, uint32_t element_size, uint32_t step,
			 uint32_t len)
{
	uint32_t counted = (len + step - 1) & ~(step - 1);

	return (uint64_t)(counted < capacity ? counted : capacity) * element_size;
}

uint64_t bm_object_counted(uint32_t capacity, uint32_t element_size, uint32_t len)
{
	return bytes_of(capacity, element_size, BM_STEP_(capacity), len);
}

static uint64_t counted(const struct bm_handle *handle, uint32_t len)
{
	return bytes_of(handle->capacity, handle->element_size, handle->step, len);
}

int bm_object_create_(struct bm_handle *handle, struct bm_region region,
		      const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, handle);

	if (!err)
		bm_layout_commit(&layout, handle);
	return err;
}

void bm_pool_raise_high_water(struct budgetmem_pool_header *pool, uint64_t used)
{
	__u64 highest = __atomic_load_n(&pool->high_water, __ATOMIC_RELAXED);

	while (used > highest &&
	       !__atomic_compare_exchange_n(&pool->high_water, &highest, used, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

int bm_handle_account_(const struct bm_handle *handle, uint32_t before,
		       uint32_t after)
{
	uint64_t more = counted(handle, after) - counted(handle, before);
	uint64_t used;

	if (!more)
		return 0;
	used = __atomic_add_fetch(&handle->pool->used, more, __ATOMIC_RELAXED);
	if (after > before)
		bm_pool_raise_high_water(handle->pool, used);
	return 0;
}

int bm_handle_refuse_(const struct bm_handle *handle)
{
	struct bm_object *object = handle->object;
	uint32_t refused = __atomic_load_n(&object->refused, __ATOMIC_RELAXED);

	if (refused != UINT32_MAX)
		__atomic_store_n(&object->refused, refused + 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&handle->pool->refused, 1, __ATOMIC_RELAXED);
	return -ENOSPC;
}

void bm_handle_set_len_(const struct bm_handle *handle, uint32_t before,
			uint32_t after)
{
	if (after < before)
		bm_handle_note_peak_(handle, before);
	bm_handle_account_(handle, before, after);
	__atomic_store_n(&handle->object->len, after, __ATOMIC_RELEASE);
}

/* A damaged mark would be found wrong for ever. */
void bm_handle_bound_peak(const struct bm_handle *handle)
{
	struct bm_object *object = handle->object;

	if (__atomic_load_n(&object->peak, __ATOMIC_RELAXED) > handle->capacity)
		__atomic_store_n(&object->peak, handle->capacity, __ATOMIC_RELAXED);
}

void bm_handle_end_repair(const struct bm_handle *handle)
{
	bm_handle_bound_peak(handle);
	bm_handle_update_end_(handle);
}

void bm_handle_empty_(const struct bm_handle *handle)
{
	uint32_t len = (uint32_t)bm_handle_bounded_len_(handle);

	bm_handle_bound_peak(handle);
	bm_handle_set_len_(handle, len, 0);
	bm_handle_update_end_(handle);
}

int bm_handle_header_invariants(const struct bm_handle *handle)
{
	const struct bm_object *object = handle->object;

	if (object->magic != BM_OBJECT_MAGIC ||
	    object->capacity != handle->capacity ||
	    object->element_size != handle->element_size)
		return -EUCLEAN;
	if (__atomic_load_n(&object->peak, __ATOMIC_RELAXED) > handle->capacity)
		return -EUCLEAN;
	return 0;
}

int bm_handle_invariants(const struct bm_handle *handle)
{
	uint32_t len;
	int err = bm_handle_header_invariants(handle);

	return err ? err : bm_handle_writable_(handle, &len);
}
