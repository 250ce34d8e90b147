/* SPDX-License-Identifier: MIT */
/*
 * priority-queue.h: at most N elements, of which the first by an order is at hand
 *
 *	bool is_earlier(const struct timer *a, const struct timer *b);
 *	BM_PRIORITY_QUEUE(timers, struct timer, 4096, is_earlier)
 *
 * declares struct timers, a small handle in the program's private memory, and these
 * functions. is_earlier() says whether `a` comes out before `b`; it is total: it returns for elements of any bytes. `q` is the
 * handle; items are copied; n is the length. Positions are 0 to n - 1: the first element
 * is at 0, the others are in no order, and every writing verb may move all of them. O(1)
 * unless stated. Equal elements come out in any order.
 *
 *	int timers_create(struct timers *q, struct bm_region region, const char *name)
 *		Makes a new, empty one in the region. Errors: bm_layout_reserve().
 *	int timers_attach(struct timers *q, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int timers_push(struct timers *q, const struct timer *item)
 *		Puts an item in. O(log n). -ENOSPC.
 *	int timers_pop(struct timers *q, struct timer *item)
 *		Takes the first; item may be NULL. O(log n). -ENOENT if empty.
 *	int timers_replace_first(struct timers *q, const struct timer *item,
 *				 struct timer *first)
 *		Takes the first, which may be NULL, and puts another item in, in one: half
 *		the work of both. Two different places. O(log n). -ENOENT if empty.
 *	int timers_first(const struct timers *q, struct timer *item)
 *		Copies the first out. -ENOENT if empty.
 *	int timers_get(const struct timers *q, size_t position, struct timer *item)
 *		Copies an element out. -ERANGE.
 *	int timers_set(struct timers *q, size_t position, const struct timer *item)
 *		Puts an item in an element's place. O(log n). -ERANGE.
 *	int timers_update(struct timers *q, size_t position)
 *		After the program has changed an element that timers_at() gave: moves it
 *		to where it belongs. Before any other verb; a death in between leaves a
 *		damaged order, which set does not. O(log n). -ERANGE.
 *	int timers_remove(struct timers *q, size_t position, struct timer *item)
 *		Takes an element out; item may be NULL. O(log n). -ERANGE.
 *	int timers_extend(struct timers *q, const struct timer *items, size_t count)
 *		Puts all in, or none of them. O(n + count). -ENOSPC.
 *	int timers_drain(struct timers *q, struct timer *items, size_t room, size_t *count)
 *		Takes as many as there is room for, in order, and says how many: sorts.
 *		O(room log n).
 *	int timers_retain(struct timers *q,
 *			  bool (*keep)(const struct timer *item, void *context),
 *			  void *context)
 *		Takes out what is not to be kept. O(n).
 *	int timers_find(const struct timers *q, const struct timer *item,
 *			size_t *position)
 *		Where such an item is; position may be NULL. Compares all bytes, padding
 *		included. -ENOENT. O(n).
 *	bool timers_contains(const struct timers *q, const struct timer *item)
 *		The same without an error. O(n).
 *	int timers_next(const struct timers *q, size_t *cursor, struct timer *item)
 *		Iterates, in no order: size_t cursor = 0;
 *		while (!timers_next(&q, &cursor, &item)). -ENOENT at the end.
 *	struct timer *timers_at(const struct timers *q, size_t position)
 *		The element itself, or NULL. Until a verb moves it.
 *	void timers_clear(struct timers *q)
 *		Makes it empty and sound, whatever it was.
 *	int timers_count(const struct timers *q, size_t *len)
 *		The length, or that it is damaged.
 *	size_t timers_len(const struct timers *q)
 *	size_t timers_capacity(const struct timers *q)
 *	bool timers_is_empty(const struct timers *q)
 *	bool timers_is_full(const struct timers *q)
 *	int timers_repair(struct timers *q)
 *		After -EOWNERDEAD, and whenever the order is damaged. Each element is there
 *		once, as if the verb that was interrupted had been done or not; a
 *		replace_first or set may have done no more than to take its element out, and
 *		an extend or retain been done for some items. O(n).
 *	int timers_invariants(const struct timers *q)
 *		For tests: 0, or what is wrong as one of the errors below. O(n).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; timers_len() of a damaged one is its capacity. A damaged order gives
 * elements too late, and never more or fewer of them.
 *
 * BM_PRIORITY_QUEUE_CHECKED(timers, struct timer, 4096, is_earlier, sampled) declares one
 * that is checked while it is used: integrity.h. It has no timers_len(), _is_empty(),
 * _is_full(), _contains(), _at() and _update().
 *
 * Space: 64 bytes and three elements beside the elements, rounded up to a multiple of 64.
 *
 * Cost: a heap in which each element has four children, which lie in one line of the
 * cache if they have 16 bytes or less. Pop, replace_first and remove compare three times
 * a level on the way down and once on each that the last element climbs again: at worst
 * four times a level, and mostly little more than three. A push compares at most once a
 * level. Below the first there is one level for each factor of four in n.
 *
 * Threads: see object.h. What timers_at() gives is memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct timer next = { 1500, 7 };
 *	struct timers pending;
 *	int err = timers_create(&pending, bm_pool_region(pool), "pending");
 *
 *	if (!err)
 *		err = timers_push(&pending, &next);
 *	while (!err && !timers_first(&pending, &next) && next.due <= now)
 *		err = timers_pop(&pending, NULL);
 */
#ifndef BUDGETMEM_PRIORITY_QUEUE_H
#define BUDGETMEM_PRIORITY_QUEUE_H

#include <string.h>

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Four children each is part of it. */
#define BM_PRIORITY_QUEUE_VERSION	1

/* Elements before the first one, so that children begin where a line does. */
#define BM_PRIORITY_QUEUE_FIRST_	3

/* Has the first of two elements to come out before the second? */
typedef bool (*bm_before)(const void *a, const void *b);

int bm_priority_queue_find_(const struct bm_handle *queue, const void *item,
			    size_t *position);
int bm_priority_queue_repair_(struct bm_handle *queue, bm_before before);
int bm_priority_queue_invariants_(const struct bm_handle *queue,
				  bm_before before);

static inline struct bm_type bm_priority_queue_type_(size_t size, size_t alignment,
						     size_t capacity,
						     const char *spelling)
{
	struct bm_type type;

	type.kind = BM_KIND_PRIORITY_QUEUE;
	type.version = BM_PRIORITY_QUEUE_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = (uint64_t)size * (capacity + BM_PRIORITY_QUEUE_FIRST_);
	return type;
}

#ifdef __cplusplus
}
#endif

#include <budgetmem/priority-queue-heap.h>

/**
 * BM_PRIORITY_QUEUE() - declare a priority queue
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 * @before: bool before(const T *a, const T *b)
 *
 * At file scope. What it declares is described above.
 */
#define BM_PRIORITY_QUEUE(name, T, N, before)				\
	BM_PRIORITY_QUEUE_DEFINE_(name, T, N, before, off, #T)

/**
 * BM_PRIORITY_QUEUE_CHECKED() - declare a priority queue that is checked
 * @name: as BM_PRIORITY_QUEUE()
 * @T: as BM_PRIORITY_QUEUE()
 * @N: as BM_PRIORITY_QUEUE()
 * @before: as BM_PRIORITY_QUEUE()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_PRIORITY_QUEUE_CHECKED(name, T, N, before, level)		\
	BM_PRIORITY_QUEUE_DEFINE_(name, T, N, before, level, #T)

#define BM_PRIORITY_QUEUE_DEFINE_(name, T, N, before, level, spelling)	\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
		(uint64_t)sizeof(T) * ((N) + BM_PRIORITY_QUEUE_FIRST_)));	\
	struct name {							\
		struct bm_handle queue;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_INLINE_ bool name##_before_(const void *a, const void *b)	\
	{								\
		return before((const T *)a, (const T *)b);		\
	}								\
	BM_DEFINE_INTEGRITY_##level(name, queue,			\
		bm_priority_queue_invariants_(&object->queue, name##_before_)) \
	BM_DEFINE_MAKE_(name, queue, level,				\
			bm_priority_queue_type_(sizeof(T), BM_ALIGNOF(T), N, \
						spelling),		\
			bm_object_create_, bm_object_attach_)		\
	BM_PRIORITY_QUEUE_FIRST_ONES_(name, T)				\
	BM_PRIORITY_QUEUE_PLACES_(name, T)				\
	BM_PRIORITY_QUEUE_MANY_(name, T)				\
	BM_PRIORITY_QUEUE_READ_(name, T)				\
	BM_PRIORITY_QUEUE_WHOLE_(name)					\
	BM_DEFINE_CAPACITY_(name, queue)				\
	BM_IF_OFF_##level(BM_PRIORITY_QUEUE_DIRECT_(name, T)		\
			  BM_DEFINE_COUNTS_(name, queue))

#define BM_PRIORITY_QUEUE_FIRST_ONES_(name, T)				\
	BM_INLINE_ int name##_push(struct name *q, const T *item)	\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_push_(&q->queue, item, sizeof(T), \
						  name##_before_));	\
	}								\
	BM_INLINE_ int name##_pop(struct name *q, T *item)		\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_pop_(&q->queue, item, sizeof(T), \
						 name##_before_));	\
	}								\
	BM_INLINE_ int name##_replace_first(struct name *q, const T *item, \
					    T *first)			\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_replace_(&q->queue, item, first, \
						     sizeof(T),		\
						     name##_before_));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *q, T *item)	\
	{								\
		BM_READ_(name, q,					\
			 bm_priority_queue_first_(&q->queue, item, sizeof(T))); \
	}

#define BM_PRIORITY_QUEUE_PLACES_(name, T)				\
	BM_INLINE_ int name##_set(struct name *q, size_t position,	\
				  const T *item)			\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_set_(&q->queue, position, item, \
						 sizeof(T), name##_before_)); \
	}								\
	BM_INLINE_ int name##_remove(struct name *q, size_t position, T *item) \
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_remove_(&q->queue, position, item, \
						    sizeof(T),		\
						    name##_before_));	\
	}

#define BM_PRIORITY_QUEUE_MANY_(name, T)				\
	BM_INLINE_ int name##_extend(struct name *q, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_extend_(&q->queue, items, count, \
						    sizeof(T),		\
						    name##_before_));	\
	}								\
	BM_INLINE_ int name##_drain(struct name *q, T *items, size_t room, \
				    size_t *count)			\
	{								\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_drain_(&q->queue, items, room, \
						   count, sizeof(T),	\
						   name##_before_));	\
	}								\
	struct name##_keep_ {						\
		bool (*keep)(const T *item, void *context);		\
		void *context;						\
	};								\
	BM_INLINE_ bool name##_keeps_(const void *item, void *context)	\
	{								\
		struct name##_keep_ *with = (struct name##_keep_ *)context; \
									\
		return with->keep((const T *)item, with->context);	\
	}								\
	BM_INLINE_ int name##_retain(struct name *q,			\
				     bool (*keep)(const T *item, void *context), \
				     void *context)			\
	{								\
		struct name##_keep_ with = { keep, context };		\
									\
		BM_WRITE_(name, q,					\
			  bm_priority_queue_retain_(&q->queue, name##_keeps_, \
						    &with, sizeof(T),	\
						    name##_before_));	\
	}

#define BM_PRIORITY_QUEUE_READ_(name, T)				\
	BM_INLINE_ int name##_get(const struct name *q, size_t position, \
				  T *item)				\
	{								\
		BM_READ_(name, q,					\
			 bm_priority_queue_get_(&q->queue, position, item, \
						sizeof(T)));		\
	}								\
	BM_INLINE_ int name##_next(const struct name *q, size_t *cursor, \
				   T *item)				\
	{								\
		BM_READ_(name, q,					\
			 bm_priority_queue_next_(&q->queue, cursor, item, \
						 sizeof(T)));		\
	}								\
	BM_INLINE_ int name##_find(const struct name *q, const T *item,	\
				   size_t *position)			\
	{								\
		BM_READ_(name, q,					\
			 bm_priority_queue_find_(&q->queue, item, position)); \
	}

#define BM_PRIORITY_QUEUE_WHOLE_(name)					\
	BM_WHOLE_(name, bm_handle_empty_(&object->queue),		\
		  bm_priority_queue_repair_(&object->queue, name##_before_), \
		  bm_priority_queue_invariants_(&object->queue,		\
						name##_before_))

#define BM_PRIORITY_QUEUE_DIRECT_(name, T)				\
	BM_INLINE_ T *name##_at(const struct name *q, size_t position)	\
	{								\
		return position < bm_handle_bounded_len_(&q->queue) ?	\
		       (T *)(void *)bm_heap_element_(			\
			       q->queue.object,				\
			       position + BM_PRIORITY_QUEUE_FIRST_,	\
			       sizeof(T)) : NULL;			\
	}								\
	BM_INLINE_ int name##_update(struct name *q, size_t position)	\
	{								\
		return bm_priority_queue_update_(&q->queue, position,	\
						 sizeof(T), name##_before_); \
	}								\
	BM_INLINE_ bool name##_contains(const struct name *q, const T *item) \
	{								\
		return !bm_priority_queue_find_(&q->queue, item, NULL);	\
	}

#endif /* BUDGETMEM_PRIORITY_QUEUE_H */
