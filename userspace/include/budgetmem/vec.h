/* SPDX-License-Identifier: MIT */
/*
 * vec.h: elements one behind the other, at most N of them
 *
 *	BM_VEC(ranking, struct ranked, 4096)
 *
 * declares struct ranking, a small handle in the program's private memory, and
 * these functions. `v` is the handle; indices and lengths are in elements; items
 * are copied, and those that go in do not lie in the vec itself. O(1) unless
 * stated; n is the length.
 *
 *	int ranking_create(struct ranking *v, struct bm_region region, const char *name)
 *		Makes a new, empty vec in the region. Errors: bm_layout_reserve().
 *	int ranking_attach(struct ranking *v, struct bm_region region, const char *name,
 *			   struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int ranking_push(struct ranking *v, const struct ranked *item)
 *		Appends. -ENOSPC.
 *	int ranking_pop(struct ranking *v, struct ranked *item)
 *		Takes the last; item may be NULL. -ENOENT if empty.
 *	int ranking_get(const struct ranking *v, size_t index, struct ranked *item)
 *	int ranking_first(const struct ranking *v, struct ranked *item)
 *	int ranking_last(const struct ranking *v, struct ranked *item)
 *		Copy out. -ERANGE; -ENOENT if empty.
 *	int ranking_set(struct ranking *v, size_t index, const struct ranked *item)
 *		Overwrites. -ERANGE.
 *	int ranking_insert(struct ranking *v, size_t index, const struct ranked *item)
 *		Puts the item before @index, or behind the last if that is n.
 *		O(n - index). -ERANGE, -ENOSPC.
 *	int ranking_remove(struct ranking *v, size_t index, struct ranked *item)
 *		Takes an item out; item may be NULL. O(n - index). -ERANGE.
 *	int ranking_swap_remove(struct ranking *v, size_t index, struct ranked *item)
 *		The same at O(1): the last takes its place. -ERANGE.
 *	int ranking_swap(struct ranking *v, size_t a, size_t b)
 *		Exchanges two elements. -ERANGE.
 *	int ranking_extend(struct ranking *v, const struct ranked *items, size_t count)
 *		Appends all of them or none. O(count). -ENOSPC.
 *	int ranking_insert_many(struct ranking *v, size_t index,
 *				const struct ranked *items, size_t count)
 *		Puts all of them before @index, or none. O(n - index + count). -ERANGE,
 *		-ENOSPC.
 *	int ranking_drain(struct ranking *v, size_t from, size_t to,
 *			  struct ranked *items)
 *		Takes out the elements from @from to before @to, in order; items may be
 *		NULL. O(n - from). -ERANGE.
 *	int ranking_truncate(struct ranking *v, size_t len)
 *		Leaves the first @len, or all if there are no more.
 *	int ranking_resize(struct ranking *v, size_t len, const struct ranked *item)
 *		Makes it @len long, with copies of the item if it was shorter. O(len - n).
 *		-ENOSPC.
 *	int ranking_retain(struct ranking *v,
 *			   bool keep(const struct ranked *item, void *context),
 *			   void *context)
 *		Takes out those for which keep() is false; the rest stay in order. O(n).
 *	int ranking_dedup(struct ranking *v)
 *		Of neighbours that are equal, leaves the first. Compares all bytes. O(n).
 *	int ranking_dedup_with(struct ranking *v,
 *			       bool equal(const struct ranked *first,
 *					  const struct ranked *item, void *context),
 *			       void *context)
 *		The same with a function of the program.
 *	int ranking_reverse(struct ranking *v)
 *		The last becomes the first. O(n).
 *	int ranking_find(const struct ranking *v, const struct ranked *item,
 *			 size_t *index)
 *		Where the first such item is; index may be NULL. Compares all bytes,
 *		padding included. -ENOENT. O(n).
 *	bool ranking_contains(const struct ranking *v, const struct ranked *item)
 *		The same without an error. O(n).
 *	int ranking_next(const struct ranking *v, size_t *cursor, struct ranked *item)
 *		Iterates: size_t cursor = 0; while (!ranking_next(&v, &cursor, &item)).
 *		-ENOENT at the end.
 *	struct ranked *ranking_at(const struct ranking *v, size_t index)
 *		The element itself, or NULL. Until an insert or remove moves it.
 *	struct ranked *ranking_data(const struct ranking *v)
 *		The elements themselves, ranking_len() of them, for qsort() and such.
 *	struct ranking_slice ranking_as_slice(const struct ranking *v)
 *		All of them, as a struct with members data and len.
 *	int ranking_range(const struct ranking *v, size_t from, size_t to,
 *			  struct ranking_slice *slice)
 *		Those from @from to before @to, in place. -ERANGE.
 *	void ranking_clear(struct ranking *v)
 *		Makes it empty and sound, whatever it was.
 *	int ranking_count(const struct ranking *v, size_t *len)
 *		The length, or that it is damaged.
 *	size_t ranking_len(const struct ranking *v)
 *	size_t ranking_capacity(const struct ranking *v)
 *	bool ranking_is_empty(const struct ranking *v)
 *	bool ranking_is_full(const struct ranking *v)
 *	int ranking_repair(struct ranking *v)
 *		After -EOWNERDEAD. No element is lost but one of two that were being
 *		exchanged (swap, reverse); those on which another verb was at work may be
 *		there twice or, if they are more than one store (object.h), half written.
 *	int ranking_invariants(const struct ranking *v)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; ranking_len() of a damaged vec is its capacity.
 *
 * BM_VEC_CHECKED(ranking, struct ranked, 4096, sampled) declares one that is checked
 * while it is used: integrity.h. It has no ranking_len(), _is_empty(), _is_full(),
 * _contains(), _at(), _data(), _as_slice() and _range().
 *
 * Functions of the program are called with elements in the pool, whatever their bytes
 * are, and do not write to the vec. vec-order.h: sorting and binary search.
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Threads: see object.h. What ranking_at(), ranking_data() and the slices give is
 * memory that another process may change between two looks at it.
 *
 * Example:
 *
 *	struct ranked item = { "lock", 17 };
 *	struct ranking best;
 *	size_t cursor = 0;
 *	int err = ranking_create(&best, bm_pool_region(pool), "best");
 *
 *	if (!err)
 *		err = ranking_push(&best, &item);
 *	while (!err && !ranking_next(&best, &cursor, &item))
 *		printf("%s %u\n", item.text, item.count);
 */
#ifndef BUDGETMEM_VEC_H
#define BUDGETMEM_VEC_H

#include <string.h>

#include <budgetmem/counted.h>
#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_VEC_VERSION		3

int bm_vec_insert_(struct bm_handle *vec, size_t index, const void *item);
int bm_vec_remove_(struct bm_handle *vec, size_t index, void *item);
int bm_vec_find_(const struct bm_handle *vec, const void *item, size_t *index);
typedef bool bm_vec_keep_function(const void *item, void *context);
typedef bool bm_vec_equal_function(const void *first, const void *item,
				   void *context);

int bm_vec_extend_(struct bm_handle *vec, const void *items, size_t count);
int bm_vec_insert_many_(struct bm_handle *vec, size_t index, const void *items,
			size_t count);
int bm_vec_truncate_(struct bm_handle *vec, size_t new_len);
int bm_vec_resize_(struct bm_handle *vec, size_t new_len, const void *item);
int bm_vec_swap_remove_(struct bm_handle *vec, size_t index, void *item);
int bm_vec_drain_(struct bm_handle *vec, size_t from, size_t to, void *items);
int bm_vec_retain_(struct bm_handle *vec, bm_vec_keep_function *keep,
		   void *context);
int bm_vec_dedup_(struct bm_handle *vec, bm_vec_equal_function *equal,
		  void *context);
int bm_vec_swap_(struct bm_handle *vec, size_t a, size_t b);
int bm_vec_reverse_(struct bm_handle *vec);
int bm_vec_repair_(struct bm_handle *vec);
int bm_vec_invariants_(const struct bm_handle *vec);

/*
 * What follows is inline because an element's size is known here: the copy is one
 * or two instructions, and a call would cost more than the work.
 */
static inline struct bm_type bm_vec_type_(size_t size, size_t alignment,
					  size_t capacity, const char *spelling)
{
	struct bm_type type;

	type.kind = BM_KIND_VEC;
	type.version = BM_VEC_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = (uint64_t)size * capacity;
	return type;
}

/*
 * Of the object, and not of the handle, which the compiler would read again after each
 * look at the pool.
 */
static inline void *bm_vec_place_(const struct bm_object *object, size_t index,
				  size_t size)
{
	return (unsigned char *)(uintptr_t)(object + 1) + index * size;
}

static inline void *bm_vec_element_(const struct bm_handle *vec, size_t index,
				    size_t size)
{
	return bm_handle_contents_(vec) + index * size;
}

static inline void bm_vec_update_begin_(const struct bm_handle *vec)
{
	bm_counted_update_begin_(vec, bm_counted_place_(vec));
}

static inline void bm_vec_update_end_(const struct bm_handle *vec)
{
	bm_counted_update_end_(vec, bm_counted_place_(vec));
}

static inline int bm_vec_push_(struct bm_handle *vec, const void *item,
			       size_t size, uint32_t capacity)
{
	struct bm_object *object = vec->object;
	size_t len = bm_read_index_(&object->len);
	int err;

	if (__builtin_expect(len >= capacity, 0))
		return bm_counted_refuse_push_(vec, (uint32_t)len);
	err = bm_counted_grow_one_(vec, &object->place[0], (uint32_t)len);
	if (__builtin_expect(err, 0))
		return err;
	memcpy(bm_vec_place_(object, len, size), item, size);
	__atomic_store_n(&object->len, (uint32_t)len + 1, __ATOMIC_RELEASE);
	return 0;
}

static inline int bm_vec_get_(const struct bm_handle *vec, size_t index,
			      void *item, size_t size, uint32_t capacity)
{
	const struct bm_object *object = vec->object;
	size_t len = bm_read_index_(&object->len);

	if (__builtin_expect(len > capacity, 0))
		return -EUCLEAN;
	if (index >= len)
		return -ERANGE;
	memcpy(item, bm_vec_place_(object, index, size), size);
	return 0;
}

static inline int bm_vec_pop_(struct bm_handle *vec, void *item, size_t size,
			      uint32_t capacity)
{
	struct bm_object *object = vec->object;
	size_t last = bm_read_index_(&object->len) - 1;
	int err;

	if (__builtin_expect(last >= capacity, 0))
		return bm_counted_refuse_pop_(vec, (uint32_t)last + 1);
	err = bm_counted_shrink_one_(vec, &object->place[0], (uint32_t)last, capacity);
	if (__builtin_expect(err, 0))
		return err;
	if (item)
		memcpy(item, bm_vec_place_(object, last, size), size);
	__atomic_store_n(&object->len, (uint32_t)last, __ATOMIC_RELEASE);
	return 0;
}

static inline int bm_vec_last_(const struct bm_handle *vec, void *item,
			       size_t size)
{
	uint32_t len;
	int err = bm_handle_len_(vec, &len);

	if (err)
		return err;
	if (!len)
		return -ENOENT;
	memcpy(item, bm_vec_element_(vec, len - 1, size), size);
	return 0;
}

static inline int bm_vec_first_(const struct bm_handle *vec, void *item,
				size_t size, uint32_t capacity)
{
	int err = bm_vec_get_(vec, 0, item, size, capacity);

	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_vec_next_(const struct bm_handle *vec, size_t *cursor,
			       void *item, size_t size, uint32_t capacity)
{
	int err = bm_vec_get_(vec, *cursor, item, size, capacity);

	if (!err)
		++*cursor;
	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_vec_set_(struct bm_handle *vec, size_t index,
			      const void *item, size_t size)
{
	uint32_t len;
	int err = bm_handle_writable_(vec, &len);

	if (err)
		return err;
	if (index >= len)
		return -ERANGE;
	bm_vec_update_begin_(vec);
	memcpy(bm_vec_element_(vec, index, size), item, size);
	bm_vec_update_end_(vec);
	return 0;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_VEC() - declare a vec
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_VEC(name, T, N)	BM_VEC_DEFINE_(name, T, N, off, #T)

/**
 * BM_VEC_CHECKED() - declare a vec that is checked
 * @name: as BM_VEC()
 * @T: as BM_VEC()
 * @N: as BM_VEC()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_VEC_CHECKED(name, T, N, level)				\
	BM_VEC_DEFINE_(name, T, N, level, #T)

#define BM_VEC_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle vec;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, vec,				\
				    bm_vec_invariants_(&object->vec))	\
	BM_DEFINE_MAKE_(name, vec, level,				\
			bm_vec_type_(sizeof(T), BM_ALIGNOF(T), N, spelling), \
			bm_object_create_, bm_object_attach_)		\
	BM_VEC_ENDS_(name, T, N)					\
	BM_VEC_INDEXED_(name, T, N)					\
	BM_VEC_WHOLE_(name, T)						\
	BM_VEC_MANY_(name, T)						\
	BM_VEC_FILTER_(name, T)						\
	BM_DEFINE_CAPACITY_(name, vec)					\
	BM_IF_OFF_##level(BM_VEC_DIRECT_(name, T)			\
			  BM_DEFINE_COUNTS_(name, vec))

#define BM_VEC_ENDS_(name, T, N)					\
	BM_INLINE_ int name##_push(struct name *v, const T *item)	\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_push_(&v->vec, item, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_pop(struct name *v, T *item)		\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_pop_(&v->vec, item, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *v, T *item)	\
	{								\
		BM_READ_(name, v,					\
			 bm_vec_first_(&v->vec, item, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_last(const struct name *v, T *item)	\
	{								\
		BM_READ_(name, v,					\
			 bm_vec_last_(&v->vec, item, sizeof(T)));	\
	}

#define BM_VEC_INDEXED_(name, T, N)					\
	BM_INLINE_ int name##_get(const struct name *v, size_t index,	\
				  T *item)				\
	{								\
		BM_READ_(name, v,					\
			 bm_vec_get_(&v->vec, index, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_set(struct name *v, size_t index,		\
				  const T *item)			\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_set_(&v->vec, index, item, sizeof(T))); \
	}								\
	BM_INLINE_ int name##_insert(struct name *v, size_t index,	\
				     const T *item)			\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_insert_(&v->vec, index, item));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *v, size_t index,	\
				     T *item)				\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_remove_(&v->vec, index, item));	\
	}								\
	BM_INLINE_ int name##_next(const struct name *v, size_t *cursor, \
				   T *item)				\
	{								\
		BM_READ_(name, v,					\
			 bm_vec_next_(&v->vec, cursor, item, sizeof(T), N)); \
	}

#define BM_VEC_MANY_(name, T)						\
	BM_INLINE_ int name##_swap_remove(struct name *v, size_t index,	\
					  T *item)			\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_swap_remove_(&v->vec, index, item));	\
	}								\
	BM_INLINE_ int name##_swap(struct name *v, size_t a, size_t b)	\
	{								\
		BM_WRITE_(name, v, bm_vec_swap_(&v->vec, a, b));	\
	}								\
	BM_INLINE_ int name##_extend(struct name *v, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_extend_(&v->vec, items, count));	\
	}								\
	BM_INLINE_ int name##_insert_many(struct name *v, size_t index,	\
					  const T *items, size_t count)	\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_insert_many_(&v->vec, index, items,	\
					      count));			\
	}								\
	BM_INLINE_ int name##_drain(struct name *v, size_t from,	\
				    size_t to, T *items)		\
	{								\
		BM_WRITE_(name, v,					\
			  bm_vec_drain_(&v->vec, from, to, items));	\
	}								\
	BM_INLINE_ int name##_truncate(struct name *v, size_t len)	\
	{								\
		BM_WRITE_(name, v, bm_vec_truncate_(&v->vec, len));	\
	}								\
	BM_INLINE_ int name##_resize(struct name *v, size_t len,	\
				     const T *item)			\
	{								\
		BM_WRITE_(name, v, bm_vec_resize_(&v->vec, len, item));	\
	}								\
	BM_INLINE_ int name##_reverse(struct name *v)			\
	{								\
		BM_WRITE_(name, v, bm_vec_reverse_(&v->vec));		\
	}								\
	BM_INLINE_ int name##_dedup(struct name *v)			\
	{								\
		BM_WRITE_(name, v, bm_vec_dedup_(&v->vec, NULL, NULL));	\
	}

/* The program's functions, as the core calls them: C has no cast for that. */
#define BM_VEC_FILTER_(name, T)						\
	struct name##_call_ {						\
		bool (*keep)(const T *item, void *context);		\
		bool (*equal)(const T *first, const T *item,		\
			      void *context);				\
		void *context;						\
	};								\
	BM_INLINE_ bool name##_keep_(const void *item, void *context)	\
	{								\
		const struct name##_call_ *call =			\
			(const struct name##_call_ *)context;		\
									\
		return call->keep((const T *)item, call->context);	\
	}								\
	BM_INLINE_ bool name##_equal_(const void *first,		\
				      const void *item, void *context)	\
	{								\
		const struct name##_call_ *call =			\
			(const struct name##_call_ *)context;		\
									\
		return call->equal((const T *)first, (const T *)item,	\
				   call->context);			\
	}								\
	BM_INLINE_ int name##_retain(struct name *v,			\
				     bool (*keep)(const T *item,	\
						  void *context),	\
				     void *context)			\
	{								\
		struct name##_call_ call = { keep, NULL, context };	\
									\
		BM_WRITE_(name, v,					\
			  bm_vec_retain_(&v->vec, name##_keep_, &call)); \
	}								\
	BM_INLINE_ int name##_dedup_with(struct name *v,		\
					 bool (*equal)(const T *first,	\
						       const T *item,	\
						       void *context),	\
					 void *context)			\
	{								\
		struct name##_call_ call = { NULL, equal, context };	\
									\
		BM_WRITE_(name, v,					\
			  bm_vec_dedup_(&v->vec, name##_equal_, &call)); \
	}

#define BM_VEC_WHOLE_(name, T)						\
	BM_INLINE_ int name##_find(const struct name *v, const T *item,	\
				   size_t *index)			\
	{								\
		BM_READ_(name, v, bm_vec_find_(&v->vec, item, index));	\
	}								\
	BM_WHOLE_(name, bm_counted_clear_(&object->vec),		\
		  bm_vec_repair_(&object->vec),				\
		  bm_vec_invariants_(&object->vec))

#define BM_VEC_DIRECT_(name, T)						\
	BM_INLINE_ T *name##_data(const struct name *v)			\
	{								\
		return (T *)bm_vec_element_(&v->vec, 0, sizeof(T));	\
	}								\
	BM_INLINE_ T *name##_at(const struct name *v, size_t index)	\
	{								\
		return index < bm_handle_bounded_len_(&v->vec) ?	\
		       name##_data(v) + index : NULL;			\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *v,		\
					const T *item)			\
	{								\
		return !bm_vec_find_(&v->vec, item, NULL);		\
	}								\
	struct name##_slice {						\
		T *data;						\
		size_t len;						\
	};								\
	BM_INLINE_ struct name##_slice					\
	name##_as_slice(const struct name *v)				\
	{								\
		struct name##_slice slice;				\
									\
		slice.data = name##_data(v);				\
		slice.len = bm_handle_bounded_len_(&v->vec);		\
		return slice;						\
	}								\
	BM_INLINE_ int name##_range(const struct name *v, size_t from,	\
				    size_t to, struct name##_slice *slice) \
	{								\
		uint32_t len;						\
		int err = bm_handle_len_(&v->vec, &len);		\
									\
		if (err)						\
			return err;					\
		if (from > to || to > len)				\
			return -ERANGE;					\
		slice->data = name##_data(v) + from;			\
		slice->len = to - from;					\
		return 0;						\
	}

#endif /* BUDGETMEM_VEC_H */
