/* SPDX-License-Identifier: MIT */
/*
 * deque-core.h: the inside of deques, queues and histories
 *
 * No program needs this file itself. The elements lie in as many places as the capacity
 * says, behind the last place comes the first one again.
 */
#ifndef BUDGETMEM_DEQUE_CORE_H
#define BUDGETMEM_DEQUE_CORE_H

#include <string.h>

#include <budgetmem/counted.h>
#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_DEQUE_VERSION	3

/**
 * struct bm_deque_ends - where the elements of a deque lie, as read once
 * @head: place of the first one, less than the capacity
 * @len: how many there are; behind the last place comes the first one again
 * @word: the two numbers in the pool that say so
 */
struct bm_deque_ends {
	uint32_t head;
	uint32_t len;
	uint32_t word[2];
};

/**
 * struct bm_deque_slices - the elements of a deque as two arrays
 * @part: where each begins
 * @len: elements of each
 */
struct bm_deque_slices {
	unsigned char *part[2];
	uint32_t len[2];
};

/**
 * struct bm_deque_retained - a retain at work
 * @ends: before it began
 * @looked_at: elements
 * @kept: of those
 */
struct bm_deque_retained {
	struct bm_deque_ends ends;
	uint32_t looked_at;
	uint32_t kept;
};

int bm_deque_extend_(struct bm_handle *deque, const void *items, size_t count);
void bm_deque_write_(const struct bm_handle *deque, struct bm_deque_ends ends,
		     const void *items, uint32_t count);
int bm_deque_insert_(struct bm_handle *deque, size_t index, const void *item);
int bm_deque_swap_back_(struct bm_handle *deque, size_t index, void *item);
int bm_deque_swap_front_(struct bm_handle *deque, size_t index, void *item);
int bm_deque_drain_(struct bm_handle *deque, size_t index, size_t count,
		    void *items);
int bm_deque_take_(struct bm_handle *deque, void *items, size_t count,
		   size_t *taken);
int bm_deque_truncate_(struct bm_handle *deque, size_t len);
int bm_deque_rotate_left_(struct bm_handle *deque, size_t count);
int bm_deque_rotate_right_(struct bm_handle *deque, size_t count);
int bm_deque_retain_begin_(struct bm_handle *deque,
			   struct bm_deque_retained *retained);
const void *bm_deque_retain_next_(struct bm_handle *deque,
				  struct bm_deque_retained *retained);
void bm_deque_retain_keep_(struct bm_handle *deque,
			   struct bm_deque_retained *retained);
void bm_deque_retain_end_(struct bm_handle *deque,
			  const struct bm_deque_retained *retained);
int bm_deque_find_(const struct bm_handle *deque, const void *item, size_t *index);
int bm_deque_slices_(const struct bm_handle *deque, struct bm_deque_slices *slices);
void bm_deque_clear_(struct bm_handle *deque);
int bm_deque_repair_(struct bm_handle *deque);
int bm_deque_invariants_(const struct bm_handle *deque);

/*
 * What follows is inline because an element's size and the capacity are known here:
 * the copy is one or two instructions, and a call would cost more than the work. The
 * compiler is told so where it would not see it.
 *
 * Where the elements lie is said by two numbers in the header's places. If the capacity
 * is a power of two, they count what was ever put in and taken out at the front, and at
 * the back: the lower bits of the first one are the head, their difference is the
 * length, and each push or pop changes one of them. Otherwise they are the head and
 * the length. What changes both stores them as one number of 64 bits: no death leaves
 * one without the other. The header's `len` is not the length but what counted.h says.
 */
static inline struct bm_type bm_deque_type_(enum bm_kind kind, size_t size,
					    size_t alignment, size_t capacity,
					    const char *spelling)
{
	struct bm_type type;

	type.kind = (uint32_t)kind;
	type.version = BM_DEQUE_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = (uint64_t)size * capacity;
	return type;
}

#define BM_DEQUE_IS_POWER_(capacity)	(!((capacity) & ((capacity) - 1)))

/* The place @index behind the place @head; by comparing, which is no division. */
static inline uint32_t bm_deque_place_(uint32_t head, uint32_t index,
				       uint32_t capacity)
{
	uint32_t place = head + index;

	if (BM_DEQUE_IS_POWER_(capacity))
		return place & (capacity - 1);
	return place < capacity ? place : place - capacity;
}

static inline uint32_t bm_deque_place_before_(uint32_t head, uint32_t capacity)
{
	if (BM_DEQUE_IS_POWER_(capacity))
		return (head - 1) & (capacity - 1);
	return (head ? head : capacity) - 1;
}

static inline void bm_deque_store_(struct bm_object *object, uint32_t head,
				   uint32_t len, uint32_t capacity)
{
	uint32_t word[2];
	uint64_t both;

	word[0] = head;
	word[1] = BM_DEQUE_IS_POWER_(capacity) ? head + len : len;
	memcpy(&both, word, sizeof(both));
	__atomic_store_n(&object->seed, both, __ATOMIC_RELEASE);
}

/* Once: the pool's memory is not read again. */
static inline void bm_deque_load_(const struct bm_object *object,
				  struct bm_deque_ends *ends, uint32_t capacity)
{
	ends->word[0] = bm_read_once_(&object->place[0]);
	ends->word[1] = bm_read_once_(&object->place[1]);
	ends->head = ends->word[0];
	ends->len = ends->word[1];
	if (BM_DEQUE_IS_POWER_(capacity)) {
		ends->head &= capacity - 1;
		ends->len -= ends->word[0];
	}
}

/* Reads where all lie. -EUCLEAN if that cannot be. */
static inline int bm_deque_read_(const struct bm_object *object,
				 struct bm_deque_ends *ends, uint32_t capacity)
{
	bm_deque_load_(object, ends, capacity);
	return ends->head >= capacity || ends->len > capacity ? -EUCLEAN : 0;
}

static inline int bm_deque_writable_(const struct bm_object *object,
				     struct bm_deque_ends *ends,
				     uint32_t capacity)
{
	return bm_object_is_updating_(object) ?
	       -EOWNERDEAD : bm_deque_read_(object, ends, capacity);
}

static inline void bm_deque_update_begin_(const struct bm_handle *deque)
{
	bm_counted_update_begin_(deque, &deque->object->len);
}

static inline void bm_deque_update_end_(const struct bm_handle *deque)
{
	bm_counted_update_end_(deque, &deque->object->len);
}

/* The answer of who puts one in where there is no room, */
static inline int bm_deque_refuse_push_(const struct bm_handle *deque,
					struct bm_deque_ends ends, uint32_t capacity)
{
	if (bm_object_is_updating_(deque->object))
		return -EOWNERDEAD;
	if (ends.head >= capacity || ends.len > capacity)
		return -EUCLEAN;
	return bm_handle_refuse_(deque);
}

/* and of who takes one where there is none. */
static inline int bm_deque_refuse_pop_(const struct bm_object *object,
				       struct bm_deque_ends ends, uint32_t capacity)
{
	if (bm_object_is_updating_(object))
		return -EOWNERDEAD;
	return ends.head < capacity && !ends.len ? -ENOENT : -EUCLEAN;
}

/*
 * Reads where all lie, where there must be room for one, which the counters will know of:
 * all errors for two comparisons.
 */
static inline int bm_deque_fillable_(const struct bm_handle *deque,
				     struct bm_object *object,
				     struct bm_deque_ends *ends, uint32_t capacity)
{
	bm_deque_load_(object, ends, capacity);
	if (__builtin_expect(ends->head >= capacity || ends->len >= capacity, 0))
		return bm_deque_refuse_push_(deque, *ends, capacity);
	return bm_counted_grow_one_(deque, &object->len, ends->len);
}

/* And where there must be an element, which the counters need not know of any more. */
static inline int bm_deque_takeable_(const struct bm_handle *deque,
				     struct bm_object *object,
				     struct bm_deque_ends *ends, uint32_t capacity)
{
	bm_deque_load_(object, ends, capacity);
	if (__builtin_expect(ends->head >= capacity || ends->len - 1 >= capacity, 0))
		return bm_deque_refuse_pop_(object, *ends, capacity);
	return bm_counted_shrink_one_(deque, &object->len, ends->len - 1, capacity);
}

static inline void *bm_deque_at_place_(const struct bm_object *object,
				       uint32_t place, size_t size)
{
	return (unsigned char *)(uintptr_t)(object + 1) + (size_t)place * size;
}

BM_FORCE_INLINE_ int bm_deque_push_back_(struct bm_handle *deque, const void *item,
				      size_t size, uint32_t capacity)
{
	struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_fillable_(deque, object, &ends, capacity);
	uint32_t place;

	if (err)
		return err;
	place = bm_deque_place_(ends.head, ends.len, capacity);
	memcpy(bm_deque_at_place_(object, place, size), item, size);
	__atomic_store_n(&object->place[1], ends.word[1] + 1, __ATOMIC_RELEASE);
	return 0;
}

BM_FORCE_INLINE_ int bm_deque_push_front_(struct bm_handle *deque, const void *item,
				       size_t size, uint32_t capacity)
{
	struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_fillable_(deque, object, &ends, capacity);
	uint32_t place;

	if (err)
		return err;
	place = bm_deque_place_before_(ends.head, capacity);
	memcpy(bm_deque_at_place_(object, place, size), item, size);
	if (BM_DEQUE_IS_POWER_(capacity))
		__atomic_store_n(&object->place[0], ends.word[0] - 1,
				 __ATOMIC_RELEASE);
	else
		bm_deque_store_(object, place, ends.len + 1, capacity);
	return 0;
}

BM_FORCE_INLINE_ int bm_deque_pop_back_(struct bm_handle *deque, void *item,
				     size_t size, uint32_t capacity)
{
	struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_takeable_(deque, object, &ends, capacity);
	uint32_t place;

	if (err)
		return err;
	place = bm_deque_place_(ends.head, ends.len - 1, capacity);
	if (item)
		memcpy(item, bm_deque_at_place_(object, place, size), size);
	__atomic_store_n(&object->place[1], ends.word[1] - 1, __ATOMIC_RELEASE);
	return 0;
}

/* The first is taken, by one store. */
static inline void bm_deque_drop_first_(struct bm_object *object,
					struct bm_deque_ends *ends,
					uint32_t capacity)
{
	ends->head = bm_deque_place_(ends->head, 1, capacity);
	ends->len--;
	if (BM_DEQUE_IS_POWER_(capacity)) {
		__atomic_store_n(&object->place[0], ++ends->word[0],
				 __ATOMIC_RELEASE);
		return;
	}
	ends->word[1] = ends->len;
	bm_deque_store_(object, ends->head, ends->len, capacity);
}

BM_FORCE_INLINE_ int bm_deque_pop_front_(struct bm_handle *deque, void *item,
				      size_t size, uint32_t capacity)
{
	struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_takeable_(deque, object, &ends, capacity);

	if (err)
		return err;
	if (item)
		memcpy(item, bm_deque_at_place_(object, ends.head, size), size);
	bm_deque_drop_first_(object, &ends, capacity);
	return 0;
}

/* The element itself; -ERANGE if there is none. */
static inline int bm_deque_look_(const struct bm_handle *deque, size_t index,
				 void **element, size_t size, uint32_t capacity)
{
	const struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_read_(object, &ends, capacity);
	uint32_t place;

	if (err)
		return err;
	if (index >= ends.len)
		return -ERANGE;
	place = bm_deque_place_(ends.head, (uint32_t)index, capacity);
	*element = bm_deque_at_place_(object, place, size);
	return 0;
}

static inline int bm_deque_get_(const struct bm_handle *deque, size_t index,
				void *item, size_t size, uint32_t capacity)
{
	void *element;
	int err = bm_deque_look_(deque, index, &element, size, capacity);

	if (!err)
		memcpy(item, element, size);
	return err;
}

/* Index 0 is the last. -ENOENT if there is none. */
static inline int bm_deque_get_back_(const struct bm_handle *deque, size_t index,
				     void *item, size_t size, uint32_t capacity)
{
	const struct bm_object *object = deque->object;
	struct bm_deque_ends ends;
	int err = bm_deque_read_(object, &ends, capacity);
	uint32_t place;

	if (err)
		return err;
	if (index >= ends.len)
		return -ENOENT;
	place = bm_deque_place_(ends.head, ends.len - 1 - (uint32_t)index,
				capacity);
	memcpy(item, bm_deque_at_place_(object, place, size), size);
	return 0;
}

static inline int bm_deque_first_(const struct bm_handle *deque, void *item,
				  size_t size, uint32_t capacity)
{
	int err = bm_deque_get_(deque, 0, item, size, capacity);

	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_deque_next_(const struct bm_handle *deque, size_t *cursor,
				 void *item, size_t size, uint32_t capacity)
{
	int err = bm_deque_get_(deque, *cursor, item, size, capacity);

	if (!err)
		++*cursor;
	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_deque_next_back_(const struct bm_handle *deque, size_t *cursor,
				      void *item, size_t size, uint32_t capacity)
{
	int err = bm_deque_get_back_(deque, *cursor, item, size, capacity);

	if (!err)
		++*cursor;
	return err;
}

static inline int bm_deque_set_(struct bm_handle *deque, size_t index,
				const void *item, size_t size, uint32_t capacity)
{
	void *element;
	int err;

	if (bm_object_is_updating_(deque->object))
		return -EOWNERDEAD;
	err = bm_deque_look_(deque, index, &element, size, capacity);
	if (err)
		return err;
	bm_deque_update_begin_(deque);
	memcpy(element, item, size);
	bm_deque_update_end_(deque);
	return 0;
}

static inline void *bm_deque_at_(const struct bm_handle *deque, size_t index,
				 size_t size, uint32_t capacity)
{
	void *element;

	return bm_deque_look_(deque, index, &element, size, capacity) ? NULL :
									element;
}

static inline int bm_deque_count_(const struct bm_handle *deque, size_t *len)
{
	struct bm_deque_ends ends;
	int err = bm_deque_read_(deque->object, &ends, deque->capacity);

	if (!err)
		*len = ends.len;
	return err;
}

/* For those who cannot return an error: never beyond the capacity. */
static inline size_t bm_deque_len_(const struct bm_handle *deque)
{
	struct bm_deque_ends ends;

	(void)bm_deque_read_(deque->object, &ends, deque->capacity);
	return ends.len < deque->capacity ? ends.len : deque->capacity;
}

#ifdef __cplusplus
}
#endif

/*
 * What deques, queues and histories are made with; @member is the handle.
 */
#define BM_DEQUE_LOOK_(name, member, T, N)				\
	BM_INLINE_ int name##_get(const struct name *object,		\
				  size_t index, T *item)		\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_get_(&object->member, index, item,	\
				       sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_first(const struct name *object, T *item)	\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_first_(&object->member, item,		\
					 sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_last(const struct name *object, T *item)	\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_get_back_(&object->member, 0, item,	\
					    sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_next(const struct name *object,		\
				   size_t *cursor, T *item)		\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_next_(&object->member, cursor, item,	\
					sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_next_back(const struct name *object,	\
					size_t *cursor, T *item)	\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_next_back_(&object->member, cursor,	\
					     item, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_find(const struct name *object,		\
				   const T *item, size_t *index)	\
	{								\
		BM_READ_(name, object,					\
			 bm_deque_find_(&object->member, item, index));	\
	}

#define BM_DEQUE_WHOLE_(name, member)					\
	BM_WHOLE_(name, bm_deque_clear_(&object->member),		\
		  bm_deque_repair_(&object->member),			\
		  bm_deque_invariants_(&object->member))

#define BM_DEQUE_DIRECT_(name, member, T, N)				\
	BM_INLINE_ T *name##_at(const struct name *object, size_t index) \
	{								\
		return (T *)bm_deque_at_(&object->member, index,	\
					 sizeof(T), N);			\
	}								\
	BM_INLINE_ int name##_slices(const struct name *object, T **first, \
				     size_t *first_len, T **second,	\
				     size_t *second_len)		\
	{								\
		struct bm_deque_slices slices;				\
		int err = bm_deque_slices_(&object->member, &slices);	\
									\
		if (err)						\
			return err;					\
		*first = (T *)(void *)slices.part[0];			\
		*first_len = slices.len[0];				\
		*second = (T *)(void *)slices.part[1];			\
		*second_len = slices.len[1];				\
		return 0;						\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *object,	\
					const T *item)			\
	{								\
		return !bm_deque_find_(&object->member, item, NULL);	\
	}

#endif /* BUDGETMEM_DEQUE_CORE_H */
