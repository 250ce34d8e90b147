/* SPDX-License-Identifier: MIT */
/*
 * queue.h: first in, first out, at most N of them
 *
 *	BM_QUEUE(requests, struct request, 1000)
 *
 * declares struct requests, a small handle in the program's private memory, and these
 * functions. `q` is the handle; lengths are in elements; items are copied, and those
 * that go in do not lie in the queue itself. O(1) unless stated; n is the length. N is
 * any number: the queue holds exactly so many.
 *
 *	int requests_create(struct requests *q, struct bm_region region, const char *name)
 *		Makes a new, empty queue in the region. Errors: bm_layout_reserve().
 *	int requests_attach(struct requests *q, struct bm_region region, const char *name,
 *			    struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int requests_push(struct requests *q, const struct request *item)
 *		Puts the item behind the last. -ENOSPC.
 *	int requests_pop(struct requests *q, struct request *item)
 *		Takes the first, which has been there for longest; item may be NULL.
 *		-ENOENT if empty.
 *	int requests_extend(struct requests *q, const struct request *items, size_t count)
 *		Pushes all of them in their order, or none. O(count). -ENOSPC.
 *	int requests_pop_many(struct requests *q, struct request *items, size_t count,
 *			      size_t *taken)
 *		Takes the first @count, or all if there are fewer, and says how many;
 *		items may be NULL. O(count). -ENOENT if empty.
 *	int requests_first(const struct requests *q, struct request *item)
 *	int requests_last(const struct requests *q, struct request *item)
 *		Copy out what will be popped next, and what was pushed last. -ENOENT if
 *		empty.
 *	int requests_get(const struct requests *q, size_t index, struct request *item)
 *		Copies out; index 0 is the first. -ERANGE.
 *	int requests_find(const struct requests *q, const struct request *item,
 *			  size_t *index)
 *		Where the first such item is; index may be NULL. Compares all bytes,
 *		padding included. -ENOENT. O(n).
 *	bool requests_contains(const struct requests *q, const struct request *item)
 *		The same without an error. O(n).
 *	int requests_next(const struct requests *q, size_t *cursor, struct request *item)
 *	int requests_next_back(const struct requests *q, size_t *cursor,
 *			       struct request *item)
 *		Iterate from the first to the last, or from the last to the first:
 *		size_t cursor = 0; while (!requests_next(&q, &cursor, &item)). -ENOENT at
 *		the end.
 *	struct request *requests_at(const struct requests *q, size_t index)
 *		The element itself, or NULL. Until it is popped.
 *	int requests_slices(const struct requests *q, struct request **first,
 *			    size_t *first_len, struct request **second,
 *			    size_t *second_len)
 *		The elements themselves, in order, as two arrays; the second is often
 *		empty. Until they are popped: what is used in place is then taken with
 *		requests_pop_many(&q, NULL, ...).
 *	void requests_clear(struct requests *q)
 *		Makes it empty and sound, whatever it was.
 *	int requests_count(const struct requests *q, size_t *len)
 *		The length, or that it is damaged.
 *	size_t requests_len(const struct requests *q)
 *	size_t requests_capacity(const struct requests *q)
 *	bool requests_is_empty(const struct requests *q)
 *	bool requests_is_full(const struct requests *q)
 *	int requests_repair(struct requests *q)
 *		After -EOWNERDEAD, which only a redundant queue returns of itself. No
 *		element is lost.
 *	int requests_invariants(const struct requests *q)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; requests_len() of a damaged queue is at most its capacity.
 *
 * BM_QUEUE_CHECKED(requests, struct request, 1000, sampled) declares one that is checked
 * while it is used: integrity.h. It has no requests_len(), _is_empty(), _is_full(),
 * _contains(), _at() and _slices().
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Cost: if N is a power of two, a push or pop changes one number and compares less: it is
 * a quarter faster.
 *
 * Death within a verb: every verb that writes is published by one store: a process that
 * is killed leaves what was before or what comes after, and nothing to repair.
 *
 * Counters: as counted.h says.
 *
 * Threads: see object.h: one writes at a time, and who pops writes. What requests_at()
 * and requests_slices() give is memory that another process may change between two looks
 * at it.
 *
 * Example:
 *
 *	struct request item = { 17 };
 *	struct requests waiting;
 *	int err = requests_create(&waiting, bm_pool_region(pool), "waiting");
 *
 *	if (!err)
 *		err = requests_push(&waiting, &item);
 *	while (!err && !requests_pop(&waiting, &item))
 *		answer(&item);
 */
#ifndef BUDGETMEM_QUEUE_H
#define BUDGETMEM_QUEUE_H

#include <budgetmem/deque-core.h>

/**
 * BM_QUEUE() - declare a queue
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_QUEUE(name, T, N)	BM_QUEUE_DEFINE_(name, T, N, off, #T)

/**
 * BM_QUEUE_CHECKED() - declare a queue that is checked
 * @name: as BM_QUEUE()
 * @T: as BM_QUEUE()
 * @N: as BM_QUEUE()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_QUEUE_CHECKED(name, T, N, level)				\
	BM_QUEUE_DEFINE_(name, T, N, level, #T)

#define BM_QUEUE_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle queue;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, queue,			\
				    bm_deque_invariants_(&object->queue)) \
	BM_DEFINE_MAKE_(name, queue, level,				\
			bm_deque_type_(BM_KIND_QUEUE, sizeof(T),	\
				       BM_ALIGNOF(T), N, spelling),	\
			bm_object_create_, bm_object_attach_)		\
	BM_QUEUE_ENDS_(name, T, N)					\
	BM_DEQUE_LOOK_(name, queue, T, N)				\
	BM_DEQUE_WHOLE_(name, queue)					\
	BM_COUNTED_CAPACITY_(name, queue, bm_deque_count_)		\
	BM_IF_OFF_##level(BM_DEQUE_DIRECT_(name, queue, T, N)		\
			  BM_COUNTED_LENGTHS_(name, queue, bm_deque_len_))

#define BM_QUEUE_ENDS_(name, T, N)					\
	BM_INLINE_ int name##_push(struct name *q, const T *item)	\
	{								\
		BM_WRITE_(name, q,					\
			  bm_deque_push_back_(&q->queue, item,		\
					      sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_pop(struct name *q, T *item)		\
	{								\
		BM_WRITE_(name, q,					\
			  bm_deque_pop_front_(&q->queue, item,		\
					      sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_extend(struct name *q, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, q,					\
			  bm_deque_extend_(&q->queue, items, count));	\
	}								\
	BM_INLINE_ int name##_pop_many(struct name *q, T *items,	\
				       size_t count, size_t *taken)	\
	{								\
		BM_WRITE_(name, q,					\
			  bm_deque_take_(&q->queue, items, count, taken)); \
	}

#endif /* BUDGETMEM_QUEUE_H */
