/* SPDX-License-Identifier: MIT */
/*
 * counted.h: lengths that the pool's counters follow at a distance
 *
 * An atomic addition to the pool's counters for each element would cost many times what
 * the element does, and a collection that is nearly empty comes back to the same
 * length with every other verb, whatever the counters are rounded to. Of vecs, strings,
 * sorted lists, deques, queues, stacks and histories the counters therefore know a length that
 * is
 *
 *	never less than the real one;
 *	more than it by at most N / 4 + 8 elements, 128 if N is 480 or more, N / 32 if N
 *	is 4096 or more, and never more than the high-water mark;
 *	changed at most once in half as many verbs, however single elements come and go,
 *	new high-water marks excepted: there are N of them at most. A verb that adds
 *	or takes many at once may change it each time.
 *
 * A vec, a string and a sorted list keep it in the header's first place, the others in
 * its `len`. *_clear() makes it exact. The pool's header counts it rounded up to the step
 * of bm_handle_account_(), but to N at most: there the collection has more elements than
 * it really has, by at most N / 4 + 8, N / 4 + 15 if N is 128 or more, 191 if N is 480 or
 * more, N / 16 if N is 4096 or more; and may have more than its high-water mark, by less
 * than a step.
 *
 * *_len() and *_count() of the collection are exact, and so are the high-water mark and
 * what bm_layout_next() lists.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_COUNTED_H
#define BUDGETMEM_COUNTED_H

#include <budgetmem/object.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Half of the distance, at most. A constant expression. */
#define BM_COUNTED_SLACK_(capacity)					\
	((capacity) / 8 < 60 ? (capacity) / 8 + 4 :			\
	 (capacity) / 64 < 64 ? 64 : (capacity) / 64)

void bm_counted_raise_(const struct bm_handle *handle, uint32_t *known,
		       uint32_t len);
void bm_counted_raise_far_(const struct bm_handle *handle, uint32_t *known,
			   uint32_t len);
void bm_counted_lower_(const struct bm_handle *handle, uint32_t *known,
		       uint32_t len);
void bm_counted_clear_(const struct bm_handle *handle);
int bm_counted_invariants_(const struct bm_handle *handle, uint32_t known,
			   uint32_t len);

/* Where a vec, a string and a sorted list keep it. */
static inline uint32_t *bm_counted_place_(const struct bm_handle *handle)
{
	return &handle->object->place[0];
}

/*
 * What is known is read here to decide whether there is something to do, which does itself
 * look again: it is of no use to anybody if the compiler reads it twice.
 */

/* Before more elements than there were are published. */
static inline void bm_counted_grow_(const struct bm_handle *handle,
				    uint32_t *known, uint32_t len)
{
	if (__builtin_expect(*known < len, 0))
		bm_counted_raise_(handle, known, len);
}

/* The same where there will be one more than @len. */
static inline void bm_counted_grow_one_(const struct bm_handle *handle,
					uint32_t *known, uint32_t len)
{
	if (__builtin_expect(*known <= len, 0))
		bm_counted_raise_(handle, known, len + 1);
}

/* After fewer have been published. */
static inline void bm_counted_shrink_(const struct bm_handle *handle,
				      uint32_t *known, uint32_t len,
				      uint32_t capacity)
{
	if (__builtin_expect(*known > len + 2 * BM_COUNTED_SLACK_(capacity), 0))
		bm_counted_lower_(handle, known, len);
}

/* A vec, a string or a sorted list becomes longer or shorter, by one store. */
static inline void bm_counted_set_len_(const struct bm_handle *handle,
				       uint32_t len, uint32_t capacity)
{
	bm_counted_grow_(handle, bm_counted_place_(handle), len);
	__atomic_store_n(&handle->object->len, len, __ATOMIC_RELEASE);
	bm_counted_shrink_(handle, bm_counted_place_(handle), len, capacity);
}

#ifdef __cplusplus
}
#endif

/* BM_DEFINE_CAPACITY_() and _COUNTS_() for these: @count and @len of the real length. */
#define BM_COUNTED_CAPACITY_(name, member, count)			\
	BM_INLINE_ size_t name##_capacity(const struct name *object)	\
	{								\
		return object->member.capacity;				\
	}								\
	BM_INLINE_ int name##_count(const struct name *object,		\
				    size_t *length)			\
	{								\
		BM_READ_(name, object, count(&object->member, length));	\
	}

#define BM_COUNTED_LENGTHS_(name, member, len)				\
	BM_INLINE_ size_t name##_len(const struct name *object)		\
	{								\
		return len(&object->member);				\
	}								\
	BM_INLINE_ bool name##_is_empty(const struct name *object)	\
	{								\
		return name##_len(object) == 0;				\
	}								\
	BM_INLINE_ bool name##_is_full(const struct name *object)	\
	{								\
		return name##_len(object) == name##_capacity(object);	\
	}

#endif /* BUDGETMEM_COUNTED_H */
