/* SPDX-License-Identifier: MIT */
/*
 * sorted-list.h: elements always in order, at most N of them
 *
 *	int by_deadline(const struct task *a, const struct task *b);
 *
 *	BM_SORTED_LIST(agenda, struct task, 256, by_deadline)
 *
 * declares struct agenda, a small handle in the program's private memory, and these
 * functions. by_deadline() returns less than 0, 0 or more than 0, as a comes before b,
 * is equal to it or comes after it; equal elements stay in the order in which they
 * came. `l` is the handle; indices and lengths are in elements, n is the length; items
 * are copied, and those that go in do not lie in the list itself. O(1) unless stated.
 *
 *	int agenda_create(struct agenda *l, struct bm_region region, const char *name)
 *		Makes a new, empty list in the region. Errors: bm_layout_reserve().
 *	int agenda_attach(struct agenda *l, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int agenda_push(struct agenda *l, const struct task *item)
 *		Puts the item where it belongs, behind those that are equal.
 *		O(log n + elements behind it). -ENOSPC.
 *	int agenda_extend(struct agenda *l, const struct task *items, size_t count)
 *		Pushes all of them, or none if there is not room for all. O(count) pushes.
 *		-ENOSPC.
 *	int agenda_pop(struct agenda *l, struct task *item)
 *		Takes the last, the greatest; item may be NULL. -ENOENT if empty.
 *	int agenda_pop_first(struct agenda *l, struct task *item)
 *		Takes the first; item may be NULL. O(n). -ENOENT if empty.
 *	int agenda_first(const struct agenda *l, struct task *item)
 *	int agenda_last(const struct agenda *l, struct task *item)
 *	int agenda_get(const struct agenda *l, size_t index, struct task *item)
 *		Copy out. -ENOENT if empty; -ERANGE.
 *	int agenda_find(const struct agenda *l, const struct task *item, size_t *index)
 *		Where the first that is equal is; index may be NULL. O(log n). -ENOENT.
 *	bool agenda_contains(const struct agenda *l, const struct task *item)
 *		The same without an error. O(log n).
 *	int agenda_lower_bound(const struct agenda *l, const struct task *item,
 *			       size_t *index)
 *		The first that is not before the item, n if all are. O(log n).
 *	int agenda_upper_bound(const struct agenda *l, const struct task *item,
 *			       size_t *index)
 *		The first that is behind the item, n if none is. O(log n).
 *	int agenda_remove(struct agenda *l, size_t index, struct task *item)
 *		Takes an item out; item may be NULL. O(n - index). -ERANGE.
 *	int agenda_remove_item(struct agenda *l, const struct task *item,
 *			       struct task *removed)
 *		Takes the first out that is equal; removed may be NULL.
 *		O(log n + elements behind it). -ENOENT.
 *	int agenda_drain(struct agenda *l, size_t from, size_t to, struct task *items)
 *		Takes out the elements from @from to before @to, in order; items may be
 *		NULL. O(n - from). -ERANGE.
 *	int agenda_next(const struct agenda *l, size_t *cursor, struct task *item)
 *		Iterates: size_t cursor = 0; while (!agenda_next(&l, &cursor, &item)). A
 *		bound is a cursor too. -ENOENT at the end.
 *	int agenda_previous(const struct agenda *l, size_t *cursor, struct task *item)
 *		The same from the end: size_t cursor = SIZE_MAX.
 *	const struct task *agenda_at(const struct agenda *l, size_t index)
 *		The element itself, or NULL. Until a verb that writes moves it.
 *	const struct task *agenda_data(const struct agenda *l)
 *		The elements themselves, agenda_len() of them.
 *	void agenda_clear(struct agenda *l)
 *		Makes it empty and sound, whatever it was.
 *	int agenda_count(const struct agenda *l, size_t *len)
 *		The length, or that it is damaged.
 *	size_t agenda_len(const struct agenda *l)
 *	size_t agenda_capacity(const struct agenda *l)
 *	bool agenda_is_empty(const struct agenda *l)
 *	bool agenda_is_full(const struct agenda *l)
 *	int agenda_repair(struct agenda *l)
 *		After -EOWNERDEAD, or when the order is damaged. No element is lost, but
 *		those on which a verb was at work may be there twice or, if they are
 *		more than one store (object.h), half written. Equal elements stay in
 *		their order, O(n); but not after a death within a drain, nor where more
 *		than one element is out of place: O(n log n) then. A death within the
 *		repair may lose an element, see vec-order.h.
 *	int agenda_invariants(const struct agenda *l)
 *		For tests: 0, or what is wrong as one of the errors below. O(n).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; agenda_len() of a damaged list is its capacity. An order that is
 * damaged is noticed by agenda_invariants() alone: other verbs then find less than there
 * is, and put items where it does not matter.
 *
 * by_deadline() is called with elements in the pool, whatever their bytes are, and
 * returns always. All programs that use one list use the same order.
 *
 * BM_SORTED_LIST_CHECKED(agenda, struct task, 256, by_deadline, sampled) declares one
 * that is checked while it is used: integrity.h. It has no agenda_len(), _is_empty(),
 * _is_full(), _contains(), _at() and _data().
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Cost: elements lie one behind the other, so a push moves all that come behind it:
 * at 16 bytes a time that is less than what a tree costs up to some thousand elements.
 * For more, and for keys with values: sorted-map.h.
 *
 * Threads: see object.h. What agenda_at() and agenda_data() give is memory that another
 * process may change between two looks at it.
 *
 * Example:
 *
 *	struct task task = { .deadline = 5 };
 *	struct agenda agenda;
 *	int err = agenda_create(&agenda, bm_pool_region(pool), "agenda");
 *
 *	if (!err)
 *		err = agenda_push(&agenda, &task);
 *	while (!err && !agenda_pop_first(&agenda, &task))
 *		run(&task);
 */
#ifndef BUDGETMEM_SORTED_LIST_H
#define BUDGETMEM_SORTED_LIST_H

#include <budgetmem/vec-order.h>

#ifdef __cplusplus
extern "C" {
#endif

/* It is a vec in order, and changed by the verbs of one. */
#define BM_SORTED_LIST_VERSION	BM_VEC_VERSION

static inline struct bm_type bm_sorted_list_type_(size_t size, size_t alignment,
						  size_t capacity,
						  const char *spelling)
{
	struct bm_type type = bm_vec_type_(size, alignment, capacity, spelling);

	type.kind = BM_KIND_SORTED_LIST;
	type.version = BM_SORTED_LIST_VERSION;
	return type;
}

static inline int bm_sorted_list_pop_first_(struct bm_handle *list, void *item)
{
	int err = bm_vec_remove_(list, 0, item);

	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_sorted_list_previous_(const struct bm_handle *list,
					   size_t *cursor, void *item, size_t size)
{
	uint32_t len;
	int err = bm_handle_len_(list, &len);
	size_t behind;

	if (err)
		return err;
	behind = *cursor < len ? *cursor : len;
	*cursor = behind;
	if (!behind)
		return -ENOENT;
	--*cursor;
	memcpy(item, bm_vec_element_(list, behind - 1, size), size);
	return 0;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_SORTED_LIST() - declare a sorted list
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 * @compare: int compare(const T *a, const T *b)
 *
 * At file scope. What it declares is described above.
 */
#define BM_SORTED_LIST(name, T, N, compare)				\
	BM_SORTED_LIST_DEFINE_(name, T, N, compare, off, #T)

/**
 * BM_SORTED_LIST_CHECKED() - declare a sorted list that is checked
 * @name: as BM_SORTED_LIST()
 * @T: as BM_SORTED_LIST()
 * @N: as BM_SORTED_LIST()
 * @compare: as BM_SORTED_LIST()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_SORTED_LIST_CHECKED(name, T, N, compare, level)		\
	BM_SORTED_LIST_DEFINE_(name, T, N, compare, level, #T)

#define BM_SORTED_LIST_DEFINE_(name, T, N, compare, level, spelling)	\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle list;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_ORDER_COMPARE_(name, T, compare)				\
	BM_SORTED_LIST_SOUND_(name, T)					\
	BM_DEFINE_INTEGRITY_##level(name, list,				\
				    name##_check_(&object->list))	\
	BM_DEFINE_MAKE_(name, list, level,				\
			bm_sorted_list_type_(sizeof(T), BM_ALIGNOF(T), N, \
					     spelling),			\
			bm_object_create_, bm_object_attach_)		\
	BM_SORTED_LIST_READ_(name, T, N)				\
	BM_SORTED_LIST_SEARCH_(name, T)					\
	BM_SORTED_LIST_WRITE_(name, T)					\
	BM_SORTED_LIST_REMOVE_(name, T)					\
	BM_SORTED_LIST_WHOLE_(name)					\
	BM_DEFINE_CAPACITY_(name, list)					\
	BM_IF_OFF_##level(BM_SORTED_LIST_DIRECT_(name, T)		\
			  BM_DEFINE_COUNTS_(name, list))

#define BM_SORTED_LIST_SOUND_(name, T)					\
	BM_INLINE_ int name##_check_(const struct bm_handle *list)	\
	{								\
		bool sorted = true;					\
		int err = bm_vec_invariants_(list);			\
									\
		if (!err)						\
			err = name##_check_order_(list, &sorted);	\
		return err ? err : sorted ? 0 : -EUCLEAN;		\
	}								\
	BM_INLINE_ int name##_repair_(struct bm_handle *list)		\
	{								\
		uint32_t len;						\
		int err = bm_handle_len_(list, &len);			\
									\
		if (err)						\
			return err;					\
		bm_vec_update_begin_(list);				\
		if (!bm_order_put_back_(bm_handle_contents_(list), len,	\
					sizeof(T), name##_compare_))	\
			bm_order_sort_(bm_handle_contents_(list), len,	\
				       sizeof(T), name##_compare_);	\
		return bm_vec_repair_(list);				\
	}								\
	BM_INLINE_ int name##_extend_(struct bm_handle *list,		\
				      const T *items, size_t count)	\
	{								\
		uint32_t len;						\
		int err = bm_handle_writable_(list, &len);		\
									\
		if (!err && count > list->capacity - len)		\
			err = bm_handle_refuse_(list);			\
		for (size_t i = 0; !err && i < count; i++)		\
			err = name##_insert_sorted_(list, items + i);	\
		return err;						\
	}								\
	BM_INLINE_ int name##_remove_item_(struct bm_handle *list,	\
					   const T *item, T *removed)	\
	{								\
		size_t index = 0;					\
		uint32_t len;						\
		int err = bm_handle_writable_(list, &len);		\
									\
		if (!err)						\
			err = name##_search_(list, item, &index);	\
		return err ? err : bm_vec_remove_(list, index, removed); \
	}

#define BM_SORTED_LIST_READ_(name, T, N)				\
	BM_INLINE_ int name##_first(const struct name *l, T *item)	\
	{								\
		BM_READ_(name, l,					\
			 bm_vec_first_(&l->list, item, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_last(const struct name *l, T *item)	\
	{								\
		BM_READ_(name, l,					\
			 bm_vec_last_(&l->list, item, sizeof(T)));	\
	}								\
	BM_INLINE_ int name##_get(const struct name *l, size_t index,	\
				  T *item)				\
	{								\
		BM_READ_(name, l,					\
			 bm_vec_get_(&l->list, index, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_next(const struct name *l, size_t *cursor, \
				   T *item)				\
	{								\
		BM_READ_(name, l,					\
			 bm_vec_next_(&l->list, cursor, item, sizeof(T), \
				      N));				\
	}								\
	BM_INLINE_ int name##_previous(const struct name *l,		\
				       size_t *cursor, T *item)		\
	{								\
		BM_READ_(name, l,					\
			 bm_sorted_list_previous_(&l->list, cursor, item, \
						  sizeof(T)));		\
	}

#define BM_SORTED_LIST_SEARCH_(name, T)					\
	BM_INLINE_ int name##_find(const struct name *l, const T *item,	\
				   size_t *index)			\
	{								\
		size_t at = 0;						\
		int err = name##_verify_(l);				\
									\
		if (!err)						\
			err = name##_search_(&l->list, item, &at);	\
		if (!err && index)					\
			*index = at;					\
		return err;						\
	}								\
	BM_INLINE_ int name##_lower_bound(const struct name *l,		\
					  const T *item, size_t *index)	\
	{								\
		BM_READ_(name, l,					\
			 name##_bound_(&l->list, item, false, index));	\
	}								\
	BM_INLINE_ int name##_upper_bound(const struct name *l,		\
					  const T *item, size_t *index)	\
	{								\
		BM_READ_(name, l,					\
			 name##_bound_(&l->list, item, true, index));	\
	}

#define BM_SORTED_LIST_WRITE_(name, T)					\
	BM_INLINE_ int name##_push(struct name *l, const T *item)	\
	{								\
		BM_WRITE_(name, l,					\
			  name##_insert_sorted_(&l->list, item));	\
	}								\
	BM_INLINE_ int name##_extend(struct name *l, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, l,					\
			  name##_extend_(&l->list, items, count));	\
	}

#define BM_SORTED_LIST_REMOVE_(name, T)					\
	BM_INLINE_ int name##_pop(struct name *l, T *item)		\
	{								\
		BM_WRITE_(name, l,					\
			  bm_vec_pop_(&l->list, item, sizeof(T),		\
				      l->list.capacity));	\
	}								\
	BM_INLINE_ int name##_pop_first(struct name *l, T *item)	\
	{								\
		BM_WRITE_(name, l,					\
			  bm_sorted_list_pop_first_(&l->list, item));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *l, size_t index,	\
				     T *item)				\
	{								\
		BM_WRITE_(name, l,					\
			  bm_vec_remove_(&l->list, index, item));	\
	}								\
	BM_INLINE_ int name##_remove_item(struct name *l, const T *item, \
					  T *removed)			\
	{								\
		BM_WRITE_(name, l,					\
			  name##_remove_item_(&l->list, item, removed)); \
	}								\
	BM_INLINE_ int name##_drain(struct name *l, size_t from,	\
				    size_t to, T *items)		\
	{								\
		BM_WRITE_(name, l,					\
			  bm_vec_drain_(&l->list, from, to, items));	\
	}

#define BM_SORTED_LIST_WHOLE_(name)					\
	BM_WHOLE_(name, bm_counted_clear_(&object->list),		\
		  name##_repair_(&object->list),			\
		  name##_check_(&object->list))

#define BM_SORTED_LIST_DIRECT_(name, T)					\
	BM_INLINE_ const T *name##_data(const struct name *l)		\
	{								\
		return (const T *)bm_vec_element_(&l->list, 0, sizeof(T)); \
	}								\
	BM_INLINE_ const T *name##_at(const struct name *l, size_t index) \
	{								\
		return index < bm_handle_bounded_len_(&l->list) ?	\
		       name##_data(l) + index : NULL;			\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *l,		\
					const T *item)			\
	{								\
		return !name##_search_(&l->list, item, NULL);		\
	}

#endif /* BUDGETMEM_SORTED_LIST_H */
