/* SPDX-License-Identifier: MIT */
/*
 * history.h: the newest elements, N of them; the oldest make room
 *
 *	BM_HISTORY(samples, struct sample, 1000)
 *
 * declares struct samples, a small handle in the program's private memory, and these
 * functions. `h` is the handle; index 0 is the oldest element; lengths are in elements;
 * items are copied, and those that go in do not lie in the history itself. O(1) unless
 * stated; n is the length. N is any number: the history holds exactly so many.
 *
 *	int samples_create(struct samples *h, struct bm_region region, const char *name)
 *		Makes a new, empty history in the region. Errors: bm_layout_reserve().
 *	int samples_attach(struct samples *h, struct bm_region region, const char *name,
 *			   struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int samples_push(struct samples *h, const struct sample *item)
 *		Adds the item as the newest. If the history is full, the oldest goes:
 *		there is always room.
 *	int samples_push_evict(struct samples *h, const struct sample *item,
 *			       struct sample *evicted, bool *was_full)
 *		The same, and copies out the oldest if it went; @was_full says so.
 *		@evicted is not @item.
 *	int samples_extend(struct samples *h, const struct sample *items, size_t count)
 *		Pushes all of them in their order; of more than N only the last N stay.
 *		O(min(count, N)).
 *	int samples_pop(struct samples *h, struct sample *item)
 *		Takes the oldest; item may be NULL. -ENOENT if empty.
 *	int samples_get(const struct samples *h, size_t index, struct sample *item)
 *	int samples_first(const struct samples *h, struct sample *item)
 *	int samples_last(const struct samples *h, struct sample *item)
 *		Copy out: from the oldest on, the oldest, the newest. -ERANGE; -ENOENT if
 *		empty.
 *	int samples_find(const struct samples *h, const struct sample *item,
 *			 size_t *index)
 *		Where the oldest such item is; index may be NULL. Compares all bytes,
 *		padding included. -ENOENT. O(n).
 *	bool samples_contains(const struct samples *h, const struct sample *item)
 *		The same without an error. O(n).
 *	int samples_next(const struct samples *h, size_t *cursor, struct sample *item)
 *	int samples_next_back(const struct samples *h, size_t *cursor,
 *			      struct sample *item)
 *		Iterate from the oldest to the newest, or from the newest to the oldest:
 *		size_t cursor = 0; while (!samples_next(&h, &cursor, &item)). -ENOENT at
 *		the end. A push in between moves the others by one.
 *	struct sample *samples_at(const struct samples *h, size_t index)
 *		The element itself, or NULL. Until it makes room.
 *	int samples_slices(const struct samples *h, struct sample **first,
 *			   size_t *first_len, struct sample **second,
 *			   size_t *second_len)
 *		The elements themselves, from the oldest on, as two arrays; the second is
 *		often empty. Until they make room.
 *	void samples_clear(struct samples *h)
 *		Makes it empty and sound, whatever it was.
 *	int samples_count(const struct samples *h, size_t *len)
 *		The length, or that it is damaged.
 *	size_t samples_len(const struct samples *h)
 *	size_t samples_capacity(const struct samples *h)
 *	bool samples_is_empty(const struct samples *h)
 *	bool samples_is_full(const struct samples *h)
 *	int samples_repair(struct samples *h)
 *		After -EOWNERDEAD, which only a redundant history returns of itself.
 *	int samples_invariants(const struct samples *h)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; samples_len() of a damaged history is at most its capacity. Nothing is
 * ever refused, and -ENOSPC does not occur.
 *
 * BM_HISTORY_CHECKED(samples, struct sample, 1000, sampled) declares one that is checked
 * while it is used: integrity.h. It has no samples_len(), _is_empty(), _is_full(),
 * _contains(), _at() and _slices().
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Cost: if N is a power of two, a push or pop changes one number and compares less: it is
 * a quarter faster.
 *
 * Death within a verb: nothing is left half done, and there is nothing to repair. What
 * has to make room goes first, by one store, and what is new comes by another: a
 * process that is killed within a push to a full history may leave it without both.
 *
 * Counters: as counted.h says.
 *
 * Threads: see object.h. What samples_at() and samples_slices() give is memory that
 * another process may change between two looks at it.
 *
 * Example:
 *
 *	struct sample item = { 17 };
 *	struct samples recent;
 *	size_t cursor = 0;
 *	int err = samples_create(&recent, bm_pool_region(pool), "recent");
 *
 *	if (!err)
 *		err = samples_push(&recent, &item);
 *	while (!err && !samples_next(&recent, &cursor, &item))
 *		show(&item);
 */
#ifndef BUDGETMEM_HISTORY_H
#define BUDGETMEM_HISTORY_H

#include <budgetmem/deque-core.h>

#ifdef __cplusplus
extern "C" {
#endif

int bm_history_extend_(struct bm_handle *history, const void *items, size_t count);

/*
 * Inline as the rest of deque-core.h. The oldest one's place is where the new one goes:
 * it is not counted any more before it is written, so that a death never leaves half of
 * each.
 */
static inline int bm_history_push_(struct bm_handle *history, const void *item,
				   void *evicted, bool *was_full, size_t size,
				   uint32_t capacity)
{
	struct bm_object *object = history->object;
	struct bm_deque_ends ends;
	int err = bm_deque_writable_(object, &ends, capacity);
	void *element;

	if (err)
		return err;
	element = bm_deque_at_place_(object,
				     bm_deque_place_(ends.head, ends.len, capacity),
				     size);
	*was_full = ends.len == capacity;
	if (*was_full) {
		if (evicted)
			memcpy(evicted, element, size);
		bm_deque_drop_first_(object, &ends, capacity);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
	memcpy(element, item, size);
	bm_counted_grow_(history, &object->len, ends.len + 1);
	__atomic_store_n(&object->place[1], ends.word[1] + 1, __ATOMIC_RELEASE);
	return 0;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_HISTORY() - declare a history
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_HISTORY(name, T, N)	BM_HISTORY_DEFINE_(name, T, N, off, #T)

/**
 * BM_HISTORY_CHECKED() - declare a history that is checked
 * @name: as BM_HISTORY()
 * @T: as BM_HISTORY()
 * @N: as BM_HISTORY()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_HISTORY_CHECKED(name, T, N, level)				\
	BM_HISTORY_DEFINE_(name, T, N, level, #T)

#define BM_HISTORY_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle history;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, history,			\
				    bm_deque_invariants_(&object->history)) \
	BM_DEFINE_MAKE_(name, history, level,				\
			bm_deque_type_(BM_KIND_HISTORY, sizeof(T),	\
				       BM_ALIGNOF(T), N, spelling),	\
			bm_object_create_, bm_object_attach_)		\
	BM_HISTORY_ENDS_(name, T, N)					\
	BM_DEQUE_LOOK_(name, history, T, N)				\
	BM_DEQUE_WHOLE_(name, history)					\
	BM_COUNTED_CAPACITY_(name, history, bm_deque_count_)		\
	BM_IF_OFF_##level(BM_DEQUE_DIRECT_(name, history, T, N)		\
			  BM_COUNTED_LENGTHS_(name, history, bm_deque_len_))

#define BM_HISTORY_ENDS_(name, T, N)					\
	BM_INLINE_ int name##_push_evict(struct name *h, const T *item,	\
					 T *evicted, bool *was_full)	\
	{								\
		BM_WRITE_(name, h,					\
			  bm_history_push_(&h->history, item, evicted,	\
					   was_full, sizeof(T), N));	\
	}								\
	BM_INLINE_ int name##_push(struct name *h, const T *item)	\
	{								\
		bool was_full;						\
									\
		return name##_push_evict(h, item, NULL, &was_full);	\
	}								\
	BM_INLINE_ int name##_extend(struct name *h, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, h,					\
			  bm_history_extend_(&h->history, items, count)); \
	}								\
	BM_INLINE_ int name##_pop(struct name *h, T *item)		\
	{								\
		BM_WRITE_(name, h,					\
			  bm_deque_pop_front_(&h->history, item,	\
					      sizeof(T), N));		\
	}

#endif /* BUDGETMEM_HISTORY_H */
