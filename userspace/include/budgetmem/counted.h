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
 * its `len`. *_clear() makes it exact. Its highest bit is a mark: who sets the mark of
 * an update in any of these but a string sets this one before, and takes it away
 * after. What is marked is no length, so that a push or a pop, which compares with it
 * anyway, looks closer and finds the update's mark, for which it need not look
 * otherwise. This mark alone is what a process left that died between the two:
 * nothing, and the next verb that looks closer takes it away. That of an update alone
 * is damage.
 *
 * The pool's header counts it rounded up to the step of bm_handle_account_(), but to N
 * at most: there the collection has more elements than it really has, by at most
 * N / 4 + 8, N / 4 + 15 if N is 128 or more, 191 if N is 480 or more, N / 16 if N is 4096 or
 * more; and may have more than its high-water mark, by less than a step.
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
int bm_counted_raise_closer_(const struct bm_handle *handle, uint32_t *known,
			     uint32_t len) __attribute__((__cold__));
int bm_counted_lower_closer_(const struct bm_handle *handle, uint32_t *known,
			     uint32_t len) __attribute__((__cold__));
void bm_counted_clear_(const struct bm_handle *handle);
int bm_counted_invariants_(const struct bm_handle *handle, uint32_t known,
			   uint32_t len);

/* Where a vec, a string and a sorted list keep it. */
static inline uint32_t *bm_counted_place_(const struct bm_handle *handle)
{
	return &handle->object->place[0];
}

#define BM_COUNTED_MARK_	(UINT32_C(1) << 31)

/*
 * What is known is read here to decide whether there is something to do, which does itself
 * look again: it is of no use to anybody if the compiler reads it twice.
 */

static inline uint32_t bm_counted_known_(const uint32_t *known)
{
	return __atomic_load_n(known, __ATOMIC_RELAXED) & ~BM_COUNTED_MARK_;
}

/* Both marks. */
static inline void bm_counted_update_begin_(const struct bm_handle *handle,
					    uint32_t *known)
{
	__atomic_store_n(known, bm_counted_known_(known) | BM_COUNTED_MARK_,
			 __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	bm_handle_update_begin_(handle);
}

static inline void bm_counted_update_end_(const struct bm_handle *handle,
					  uint32_t *known)
{
	bm_handle_update_end_(handle);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(known, bm_counted_known_(known), __ATOMIC_RELAXED);
}

/* Before more elements than there were are published, by who has looked for an update. */
static inline void bm_counted_grow_(const struct bm_handle *handle,
				    uint32_t *known, uint32_t len)
{
	if (__builtin_expect(bm_counted_known_(known) < len, 0))
		bm_counted_raise_(handle, known, len);
}

/* After fewer have been published, likewise. */
static inline void bm_counted_shrink_(const struct bm_handle *handle,
				      uint32_t *known, uint32_t len,
				      uint32_t capacity)
{
	if (__builtin_expect(bm_counted_known_(known) >
			     len + 2 * BM_COUNTED_SLACK_(capacity), 0))
		bm_counted_lower_(handle, known, len);
}

/*
 * Before one more than @len is published, by who has not looked for an update: what is
 * marked is less than any length. -EOWNERDEAD.
 */
static inline int bm_counted_grow_one_(const struct bm_handle *handle,
				       uint32_t *known, uint32_t len)
{
	if (__builtin_expect((int32_t)*known <= (int32_t)len, 0))
		return bm_counted_raise_closer_(handle, known, len + 1);
	return 0;
}

/*
 * Before one less, @len, is published, by who has not looked for an update: what is marked
 * is more than any length. -EOWNERDEAD.
 */
static inline int bm_counted_shrink_one_(const struct bm_handle *handle,
					 uint32_t *known, uint32_t len,
					 uint32_t capacity)
{
	if (__builtin_expect(*known > len + 2 * BM_COUNTED_SLACK_(capacity), 0))
		return bm_counted_lower_closer_(handle, known, len);
	return 0;
}

/* The answer of a push that finds no room for one more than @len, as read once, */
static inline int bm_counted_refuse_push_(const struct bm_handle *handle, uint32_t len)
{
	if (bm_object_is_updating_(handle->object))
		return -EOWNERDEAD;
	return len > handle->capacity ? -EUCLEAN : bm_handle_refuse_(handle);
}

/* and of a pop that finds nothing. */
static inline int bm_counted_refuse_pop_(const struct bm_handle *handle, uint32_t len)
{
	if (bm_object_is_updating_(handle->object))
		return -EOWNERDEAD;
	return len ? -EUCLEAN : -ENOENT;
}

/* A vec, a string or a sorted list becomes longer or shorter, by one store. */
static inline void bm_counted_set_len_(const struct bm_handle *handle,
				       uint32_t len, uint32_t capacity)
{
	uint32_t *known = bm_counted_place_(handle);

	bm_counted_grow_(handle, known, len);
	__atomic_store_n(&handle->object->len, len, __ATOMIC_RELEASE);
	bm_counted_shrink_(handle, known, len, capacity);
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
