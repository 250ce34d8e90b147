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

/* At most to @ahead elements more than @len. */
static void raise(const struct bm_handle *handle, uint32_t *known, uint32_t len,
		  uint32_t ahead)
{
	uint32_t further = len + ahead;
	struct bm_object *object = handle->object;
	uint32_t peak = __atomic_load_n(&object->peak, __ATOMIC_RELAXED);

	if (len > peak) {
		peak = len;
		__atomic_store_n(&object->peak, peak, __ATOMIC_RELAXED);
	}
	further = least(further, least(peak, handle->capacity));
	bm_handle_account_(handle, __atomic_load_n(known, __ATOMIC_RELAXED), further);
	__atomic_store_n(known, further, __ATOMIC_RELEASE);
}

void bm_counted_raise_(const struct bm_handle *handle, uint32_t *known, uint32_t len)
{
	raise(handle, known, len, BM_COUNTED_SLACK_(handle->capacity) - 1);
}

void bm_counted_raise_far_(const struct bm_handle *handle, uint32_t *known,
			   uint32_t len)
{
	raise(handle, known, len, 2 * BM_COUNTED_SLACK_(handle->capacity) - 1);
}

void bm_counted_lower_(const struct bm_handle *handle, uint32_t *known, uint32_t len)
{
	uint32_t slack = BM_COUNTED_SLACK_(handle->capacity);
	uint32_t nearer = least(len + slack, handle->capacity);
	uint32_t before = __atomic_load_n(known, __ATOMIC_RELAXED);

	bm_handle_note_peak_(handle, least(before, handle->capacity));
	bm_handle_account_(handle, before, nearer);
	__atomic_store_n(known, nearer, __ATOMIC_RELEASE);
}

/* Empty and sound, and the counters know. */
void bm_counted_clear_(const struct bm_handle *handle)
{
	uint32_t *known = bm_counted_place_(handle);

	bm_handle_bound_peak(handle);
	bm_handle_note_peak_(handle, (uint32_t)bm_handle_bounded_len_(handle));
	__atomic_store_n(&handle->object->len, 0, __ATOMIC_RELEASE);
	bm_handle_account_(handle, __atomic_load_n(known, __ATOMIC_RELAXED), 0);
	__atomic_store_n(known, 0, __ATOMIC_RELEASE);
	bm_handle_update_end_(handle);
}

/* The counters take more than the capacity for the capacity: so nothing is told them. */
static void bound(const struct bm_handle *handle, uint32_t *known)
{
	if (__atomic_load_n(known, __ATOMIC_RELAXED) > handle->capacity)
		__atomic_store_n(known, handle->capacity, __ATOMIC_RELAXED);
}

void bm_counted_end_repair(const struct bm_handle *handle, uint32_t *known,
			   uint32_t len)
{
	bound(handle, known);
	bm_counted_grow_(handle, known, len);
	bm_counted_shrink_(handle, known, len, handle->capacity);
	bm_handle_end_repair(handle);
}

int bm_counted_invariants_(const struct bm_handle *handle, uint32_t known,
			   uint32_t len)
{
	if (len > known || known > handle->capacity)
		return -EUCLEAN;
	return bm_handle_invariants(handle);
}
