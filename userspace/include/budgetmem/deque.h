/* SPDX-License-Identifier: MIT */
/*
 * deque.h: elements that come and go at both ends, at most N of them
 *
 *	BM_DEQUE(events, struct event, 1000)
 *
 * declares struct events, a small handle in the program's private memory, and these
 * functions. `d` is the handle; index 0 is the first element, whatever was taken in
 * front of it; lengths are in elements; items are copied, and those that go in do not
 * lie in the deque itself. O(1) unless stated; n is the length. N is any number: the
 * deque holds exactly so many.
 *
 *	int events_create(struct events *d, struct bm_region region, const char *name)
 *		Makes a new, empty deque in the region. Errors: bm_layout_reserve().
 *	int events_attach(struct events *d, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int events_push_back(struct events *d, const struct event *item)
 *	int events_push_front(struct events *d, const struct event *item)
 *		Put the item behind the last or before the first. -ENOSPC.
 *	int events_pop_back(struct events *d, struct event *item)
 *	int events_pop_front(struct events *d, struct event *item)
 *		Take the last or the first; item may be NULL. -ENOENT if empty.
 *	int events_push(struct events *d, const struct event *item)
 *	int events_pop(struct events *d, struct event *item)
 *		As events_push_back() and events_pop_back(): what is pushed last is
 *		popped first, as in a vec. First in, first out: BM_QUEUE().
 *	int events_extend(struct events *d, const struct event *items, size_t count)
 *		Puts all of them behind the last, in their order, or none. O(count).
 *		-ENOSPC.
 *	int events_get(const struct events *d, size_t index, struct event *item)
 *	int events_first(const struct events *d, struct event *item)
 *	int events_last(const struct events *d, struct event *item)
 *		Copy out. -ERANGE; -ENOENT if empty.
 *	int events_set(struct events *d, size_t index, const struct event *item)
 *		Overwrites. -ERANGE.
 *	int events_insert(struct events *d, size_t index, const struct event *item)
 *		Puts the item before @index, or behind the last if that is n. Moves the
 *		shorter side: O(min(index, n - index)). -ERANGE, -ENOSPC.
 *	int events_remove(struct events *d, size_t index, struct event *item)
 *		Takes an item out; item may be NULL. Moves the shorter side:
 *		O(min(index, n - index)). -ERANGE.
 *	int events_swap_remove_back(struct events *d, size_t index, struct event *item)
 *	int events_swap_remove_front(struct events *d, size_t index, struct event *item)
 *		Take an item out, and put the last or the first into its place; item may
 *		be NULL. -ERANGE.
 *	int events_drain(struct events *d, size_t from, size_t to, struct event *items)
 *		Takes the items from @from to before @to out; items may be NULL. Moves the
 *		shorter side: O(to - from + min(from, n - to)). -ERANGE if there are not so
 *		many; none is taken then.
 *	int events_truncate(struct events *d, size_t len)
 *		Drops all from index @len on. 0 if there are none.
 *	int events_retain(struct events *d,
 *			  bool (*keep)(const struct event *item, void *argument),
 *			  void *argument)
 *		Drops all for which keep() is false; the others keep their order. keep()
 *		is called once for each, from the first to the last, with the element
 *		itself, and does not use the deque. O(n).
 *	int events_rotate_left(struct events *d, size_t count)
 *	int events_rotate_right(struct events *d, size_t count)
 *		Make index @count the first, or the first index @count: as if so many
 *		had been taken at one end and put to the other. O(1) if full, otherwise
 *		O(min(count, n - count)). -ERANGE if count > n.
 *	int events_find(const struct events *d, const struct event *item, size_t *index)
 *		Where the first such item is; index may be NULL. Compares all bytes,
 *		padding included. -ENOENT. O(n).
 *	bool events_contains(const struct events *d, const struct event *item)
 *		The same without an error. O(n).
 *	int events_next(const struct events *d, size_t *cursor, struct event *item)
 *	int events_next_back(const struct events *d, size_t *cursor, struct event *item)
 *		Iterate from the first to the last, or from the last to the first:
 *		size_t cursor = 0; while (!events_next(&d, &cursor, &item)). -ENOENT at
 *		the end.
 *	struct event *events_at(const struct events *d, size_t index)
 *		The element itself, or NULL. Until a verb moves or takes it.
 *	int events_slices(const struct events *d, struct event **first,
 *			  size_t *first_len, struct event **second, size_t *second_len)
 *		The elements themselves, in order, as two arrays; the second is often
 *		empty. Until a verb moves or takes them.
 *	void events_clear(struct events *d)
 *		Makes it empty and sound, whatever it was.
 *	int events_count(const struct events *d, size_t *len)
 *		The length, or that it is damaged.
 *	size_t events_len(const struct events *d)
 *	size_t events_capacity(const struct events *d)
 *	bool events_is_empty(const struct events *d)
 *	bool events_is_full(const struct events *d)
 *	int events_repair(struct events *d)
 *		After -EOWNERDEAD. No element is lost that was not to go, but those on
 *		which a verb was at work may be there twice or, if they are more than one
 *		store (object.h), half written: by a set, insert, remove, swap_remove,
 *		drain or retain. A retain or rotate may have done a part of its work.
 *	int events_invariants(const struct events *d)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; events_len() of a damaged deque is at most its capacity.
 *
 * BM_DEQUE_CHECKED(events, struct event, 1000, sampled) declares one that is checked
 * while it is used: integrity.h. It has no events_len(), _is_empty(), _is_full(),
 * _contains(), _at() and _slices().
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Cost: if N is a power of two, a push or pop changes one number and compares less: it is
 * a quarter faster.
 *
 * Death within a verb: push and pop at either end, extend, truncate, clear, and a drain
 * at either end are published by one store: a process that is killed leaves what was
 * before or what comes after, and nothing to repair. The other verbs that write set the
 * mark.
 *
 * Counters: as counted.h says.
 *
 * Threads: see object.h. What events_at() and events_slices() give is memory that
 * another process may change between two looks at it.
 *
 * Example:
 *
 *	struct event item = { 17 };
 *	struct events waiting;
 *	int err = events_create(&waiting, bm_pool_region(pool), "waiting");
 *
 *	if (!err)
 *		err = events_push_back(&waiting, &item);
 *	while (!err && !events_pop_front(&waiting, &item))
 *		handle(&item);
 */
#ifndef BUDGETMEM_DEQUE_H
#define BUDGETMEM_DEQUE_H

#include <budgetmem/deque-core.h>

/**
 * BM_DEQUE() - declare a deque
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_DEQUE(name, T, N)	BM_DEQUE_DEFINE_(name, T, N, off, #T)

/**
 * BM_DEQUE_CHECKED() - declare a deque that is checked
 * @name: as BM_DEQUE()
 * @T: as BM_DEQUE()
 * @N: as BM_DEQUE()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_DEQUE_CHECKED(name, T, N, level)				\
	BM_DEQUE_DEFINE_(name, T, N, level, #T)

#define BM_DEQUE_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle deque;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, deque,			\
				    bm_deque_invariants_(&object->deque)) \
	BM_DEFINE_MAKE_(name, deque, level,				\
			bm_deque_type_(BM_KIND_DEQUE, sizeof(T),	\
				       BM_ALIGNOF(T), N, spelling),	\
			bm_object_create_, bm_object_attach_)		\
	BM_DEQUE_PUSH_(name, T, N)					\
	BM_DEQUE_POP_(name, T, N)					\
	BM_DEQUE_INDEXED_(name, T, N)					\
	BM_DEQUE_MOVING_(name, T)					\
	BM_DEQUE_RETAIN_(name, T)					\
	BM_DEQUE_LOOK_(name, deque, T, N)				\
	BM_DEQUE_WHOLE_(name, deque)					\
	BM_COUNTED_CAPACITY_(name, deque, bm_deque_count_)		\
	BM_IF_OFF_##level(BM_DEQUE_DIRECT_(name, deque, T, N)		\
			  BM_COUNTED_LENGTHS_(name, deque, bm_deque_len_))

#define BM_DEQUE_PUSH_(name, T, N)					\
	BM_INLINE_ int name##_push_back(struct name *d, const T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_push_back_(&d->deque, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_push_front(struct name *d, const T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_push_front_(&d->deque, item,		\
					       sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_push(struct name *d, const T *item)	\
	{								\
		return name##_push_back(d, item);			\
	}								\
	BM_INLINE_ int name##_extend(struct name *d,			\
				     const T *items, size_t count)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_extend_(&d->deque, items, count));	\
	}

#define BM_DEQUE_POP_(name, T, N)					\
	BM_INLINE_ int name##_pop_back(struct name *d, T *item)		\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_pop_back_(&d->deque, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_pop_front(struct name *d, T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_pop_front_(&d->deque, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_pop(struct name *d, T *item)		\
	{								\
		return name##_pop_back(d, item);			\
	}

#define BM_DEQUE_INDEXED_(name, T, N)					\
	BM_INLINE_ int name##_set(struct name *d,			\
				  size_t index, const T *item)		\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_set_(&d->deque, index, item,		\
					sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_insert(struct name *d,			\
				     size_t index, const T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_insert_(&d->deque, index, item));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *d,			\
				     size_t index, T *item)		\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_drain_(&d->deque, index, 1, item));	\
	}								\
	BM_INLINE_ int name##_swap_remove_back(struct name *d,		\
					       size_t index, T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_swap_back_(&d->deque, index, item));	\
	}								\
	BM_INLINE_ int name##_swap_remove_front(struct name *d,		\
						size_t index, T *item)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_swap_front_(&d->deque, index, item)); \
	}

#define BM_DEQUE_MOVING_(name, T)					\
	BM_INLINE_ int name##_drain(struct name *d,			\
				    size_t from, size_t to, T *items)	\
	{								\
		/* A count below 0 is more than there can be. */	\
		BM_WRITE_(name, d,					\
			  bm_deque_drain_(&d->deque, from, to - from,	\
					  items));			\
	}								\
	BM_INLINE_ int name##_truncate(struct name *d, size_t len)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_truncate_(&d->deque, len));		\
	}								\
	BM_INLINE_ int name##_rotate_left(struct name *d, size_t count)	\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_rotate_left_(&d->deque, count));	\
	}								\
	BM_INLINE_ int name##_rotate_right(struct name *d,		\
					   size_t count)		\
	{								\
		BM_WRITE_(name, d,					\
			  bm_deque_rotate_right_(&d->deque, count));	\
	}

/* The loop is here and not in the core because keep() takes elements of a type. */
#define BM_DEQUE_RETAIN_(name, T)					\
	BM_INLINE_ int name##_retain_(struct bm_handle *deque,		\
				       bool (*keep)(const T *, void *),	\
				       void *argument)			\
	{								\
		struct bm_deque_retained retained;			\
		int err = bm_deque_retain_begin_(deque, &retained);	\
		const void *item;					\
									\
		while (!err && (item = bm_deque_retain_next_(deque,	\
							     &retained))) { \
			if (keep((const T *)item, argument))		\
				bm_deque_retain_keep_(deque, &retained); \
		}							\
		if (!err)						\
			bm_deque_retain_end_(deque, &retained);		\
		return err;						\
	}								\
	BM_INLINE_ int name##_retain(struct name *d,			\
				     bool (*keep)(const T *item,	\
				     void *argument), void *argument)	\
	{								\
		BM_WRITE_(name, d,					\
			  name##_retain_(&d->deque, keep, argument));	\
	}

#endif /* BUDGETMEM_DEQUE_H */
