// SPDX-License-Identifier: MIT
/*
 * integrity.c: the copy of a redundant collection
 *
 * The copy lies behind the object and begins with a copy of its header. The mark of
 * an update there is set before a verb writes to the object, and taken away when the
 * copy is complete: without it both are the same. The first time it is set before the
 * object can be found (bm_layout_reserve()).
 */
#include <budgetmem/integrity.h>

#include "object.h"

#include <string.h>

/* Room for the header's copy and the contents': two objects with nothing between. */
struct bm_type bm_integrity_twice_(struct bm_type type)
{
	type.version |= BM_TYPE_TWICE_;
	type.bytes = BM_BYTES_ROUND_(type.bytes) + BM_OBJECT_OVERHEAD + type.bytes;
	return type;
}

/*
 * Handles are private and never constant. Readers of one share the count, and may lose
 * some of it to each other, which is less than an atomic addition in each verb.
 */
bool bm_integrity_is_due_(const struct bm_integrity *integrity)
{
	uint32_t *verbs = (uint32_t *)(uintptr_t)&integrity->verbs;
	uint32_t verb = __atomic_load_n(verbs, __ATOMIC_RELAXED);

	__atomic_store_n(verbs, verb + 1, __ATOMIC_RELAXED);
	return verb % BM_INTEGRITY_PERIOD == 0;
}

static struct bm_object *copy_of(const struct bm_integrity *integrity,
				 const struct bm_handle *handle)
{
	return (struct bm_object *)((char *)handle->object + integrity->bytes);
}

int bm_integrity_compare_(const struct bm_integrity *integrity,
			  const struct bm_handle *handle)
{
	const struct bm_object *copy = copy_of(integrity, handle);

	if (bm_object_is_updating_(handle->object) || bm_object_is_updating_(copy))
		return 0;
	return memcmp(handle->object, copy, (size_t)integrity->bytes) ?
	       -EUCLEAN : 0;
}

int bm_integrity_begin_(const struct bm_integrity *integrity, const struct bm_handle *handle)
{
	struct bm_object *copy = copy_of(integrity, handle);

	if (bm_object_is_updating_(copy))
		return -EOWNERDEAD;
	__atomic_store_n(&copy->updating, 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 0;
}

void bm_integrity_end_(const struct bm_integrity *integrity,
		       const struct bm_handle *handle)
{
	struct bm_object *copy = copy_of(integrity, handle);
	struct bm_object header = *handle->object;
	size_t contents = (size_t)integrity->bytes - sizeof(header);

	memcpy(copy + 1, handle->object + 1, contents);
	header.updating = 1;
	*copy = header;
	__atomic_store_n(&copy->updating, bm_object_is_updating_(handle->object),
			 __ATOMIC_RELEASE);
}
