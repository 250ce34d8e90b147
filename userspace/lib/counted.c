// SPDX-License-Identifier: MIT
/*
 * counted.c: lengths that the pool's counters follow at a distance
 *
 * The stores are in an order in which, wherever a death is, the peak is not below what
 * the counters know, nor that below the length.
 */
#include <budgetmem/counted.h>

#include "object.h"

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t known(const struct bm_handle *handle)
{
	return __atomic_load_n(&handle->object->len, __ATOMIC_RELAXED);
}

void bm_counted_raise_(const struct bm_handle *handle, uint32_t len)
{
	uint32_t further = len - 1 + BM_COUNTED_SLACK_(handle->capacity);
	struct bm_object *object = handle->object;
	uint32_t peak = __atomic_load_n(&object->peak, __ATOMIC_RELAXED);

	if (len > peak) {
		peak = len;
		__atomic_store_n(&object->peak, peak, __ATOMIC_RELAXED);
	}
	further = least(further, least(peak, handle->capacity));
	bm_handle_account_(handle, known(handle), further);
	__atomic_store_n(&object->len, further, __ATOMIC_RELEASE);
}

void bm_counted_lower_(const struct bm_handle *handle, uint32_t len)
{
	uint32_t slack = BM_COUNTED_SLACK_(handle->capacity);

	bm_handle_set_len_(handle, known(handle),
			   least(len + slack, handle->capacity));
}

int bm_counted_invariants_(const struct bm_handle *handle, uint32_t len)
{
	return len > known(handle) ? -EUCLEAN : bm_handle_invariants(handle);
}
