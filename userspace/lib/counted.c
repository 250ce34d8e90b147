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

/* The mark stays as it is: both are called within updates too. */
static void store(uint32_t *known, uint32_t len)
{
	uint32_t mark = __atomic_load_n(known, __ATOMIC_RELAXED) & BM_COUNTED_MARK_;

	__atomic_store_n(known, len | mark, __ATOMIC_RELEASE);
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
	bm_handle_account_(handle, bm_counted_known_(known), further);
	store(known, further);
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
	uint32_t before = bm_counted_known_(known);

	bm_handle_note_peak_(handle, least(before, handle->capacity));
	bm_handle_account_(handle, before, nearer);
	store(known, nearer);
}

/* Is a verb at work? If not, a mark is of one that died when it had done nothing or all. */
static int look_closer(const struct bm_handle *handle, uint32_t *known)
{
	if (bm_object_is_updating_(handle->object))
		return -EOWNERDEAD;
	__atomic_store_n(known, bm_counted_known_(known), __ATOMIC_RELAXED);
	return 0;
}

int bm_counted_raise_closer_(const struct bm_handle *handle, uint32_t *known,
			     uint32_t len)
{
	int err = look_closer(handle, known);

	if (!err)
		bm_counted_grow_(handle, known, len);
	return err;
}

int bm_counted_lower_closer_(const struct bm_handle *handle, uint32_t *known,
			     uint32_t len)
{
	int err = look_closer(handle, known);

	if (!err)
		bm_counted_shrink_(handle, known, len, handle->capacity);
	return err;
}

/* Empty and sound, and the counters know. */
void bm_counted_clear_(const struct bm_handle *handle)
{
	uint32_t *known = bm_counted_place_(handle);

	bm_handle_bound_peak(handle);
	bm_handle_note_peak_(handle, (uint32_t)bm_handle_bounded_len_(handle));
	__atomic_store_n(&handle->object->len, 0, __ATOMIC_RELEASE);
	bm_handle_account_(handle, bm_counted_known_(known), 0);
	store(known, 0);
	bm_counted_update_end_(handle, known);
}

/* The counters take more than the capacity for the capacity: so nothing is told them. */
static void bound(const struct bm_handle *handle, uint32_t *known)
{
	if (bm_counted_known_(known) > handle->capacity)
		store(known, handle->capacity);
}

void bm_counted_end_repair(const struct bm_handle *handle, uint32_t *known,
			   uint32_t len)
{
	bound(handle, known);
	bm_counted_grow_(handle, known, len);
	bm_counted_shrink_(handle, known, len, handle->capacity);
	bm_handle_bound_peak(handle);
	bm_counted_update_end_(handle, known);
}

int bm_counted_invariants_(const struct bm_handle *handle, uint32_t known,
			   uint32_t len)
{
	bool is_marked = known & BM_COUNTED_MARK_;
	int err = bm_handle_header_invariants(handle);

	known &= ~BM_COUNTED_MARK_;
	if (err || len > known || known > handle->capacity)
		return -EUCLEAN;
	if (!bm_object_is_updating_(handle->object))
		return 0;
	return is_marked ? -EOWNERDEAD : -EUCLEAN;
}
