/* SPDX-License-Identifier: MIT */
/*
 * vec-order.h: sorting a vec, and searching in a sorted one
 *
 *	int by_score(const struct ranked *a, const struct ranked *b);
 *
 *	BM_VEC(ranking, struct ranked, 4096)
 *	BM_VEC_ORDER(ranking, struct ranked, by_score)
 *
 * declares these functions for the vec that was declared before. by_score() returns
 * less than 0, 0 or more than 0, as a comes before b, is equal to it or comes after
 * it. `v` is the handle, n its length.
 *
 *	int ranking_sort(struct ranking *v)
 *		Puts the elements in order; not stable: which of equal ones comes first
 *		is not defined. O(n log n).
 *	int ranking_is_sorted(const struct ranking *v, bool *sorted)
 *		Is no element less than the one before it? O(n).
 *	int ranking_search(const struct ranking *v, const struct ranked *item,
 *			   size_t *index)
 *		Where the first element that is equal is; with -ENOENT, where the item
 *		would go. index may be NULL. O(log n).
 *	int ranking_insert_sorted(struct ranking *v, const struct ranked *item)
 *		Puts the item where it belongs, behind those that are equal. O(n).
 *		-ENOSPC.
 *
 * All return -EUCLEAN, and those that write -EOWNERDEAD, as object.h says. search and
 * insert_sorted of a vec that is not sorted give an index within it, and no more is
 * said of which.
 *
 * by_score() is called with elements in the pool, whatever their bytes are, and returns
 * always. One that contradicts itself, or a process that writes meanwhile, costs the
 * order and at worst elements, as any writing at the wrong moment; never a crash, and
 * never more than the stated cost.
 *
 * Cost: a sort compares at most 6 * n * log2(n) + 15 * n times, needs no memory beside
 * less than 512 bytes of stack and does not call itself. Equal elements make it faster,
 * and sorted or reversed ones take O(n). It is compiled for each vec, with by_score() in
 * it: that makes it several times faster than qsort(3), at about 2 KiB of text.
 *
 * Death within a sort: after ranking_repair() the elements are in some order. Of two
 * that were being exchanged one may be there twice and the other be lost.
 *
 * Threads: see object.h.
 *
 * Example:
 *
 *	err = ranking_sort(&best);
 *	if (!err && !ranking_search(&best, &wanted, &index))
 *		ranking_get(&best, index, &wanted);
 */
#ifndef BUDGETMEM_VEC_ORDER_H
#define BUDGETMEM_VEC_ORDER_H

#include <budgetmem/vec.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that a sort holds outside the vec at a time, in each of its parts. */
#define BM_ORDER_HELD_		32

/* Elements up to which a sort inserts one by one. */
#define BM_ORDER_FEW_		20

/* Halves of BM_CAPACITY_MAX until no more than BM_ORDER_FEW_ are left: 26. */
#define BM_ORDER_LATER_		26

typedef int bm_order_function(const void *a, const void *b);

void bm_order_heap_sort_(unsigned char *base, size_t count, size_t size,
			 bm_order_function *compare);

/*
 * Where size and function are constant, the comparison is some instructions without a
 * jump: all of this becomes part of one function for each type.
 */
BM_FORCE_INLINE_ void bm_order_exchange_(unsigned char *a, unsigned char *b,
					 size_t size)
{
	unsigned char held[BM_ORDER_HELD_];
	size_t bytes = size < sizeof(held) ? size : sizeof(held);

	for (size_t at = 0; at < size; at += bytes) {
		if (size - at < bytes)
			bytes = size - at;
		memcpy(held, a + at, bytes);
		memmove(a + at, b + at, bytes);
		memcpy(b + at, held, bytes);
	}
}

/* Elements too large to be held sink by exchanges. */
BM_FORCE_INLINE_ void bm_order_insert_each_(unsigned char *base, size_t count,
					    size_t size,
					    bm_order_function *compare)
{
	unsigned char held[BM_ORDER_HELD_]
		__attribute__((__aligned__(BM_ORDER_HELD_)));
	unsigned char *end = base + count * size;
	unsigned char *to;

	for (unsigned char *next = base + size; next < end; next += size) {
		to = next;
		if (size > sizeof(held)) {
			for (; to > base && compare(to, to - size) < 0; to -= size)
				bm_order_exchange_(to, to - size, size);
			continue;
		}
		memcpy(held, next, size);
		for (; to > base && compare(held, to - size) < 0; to -= size)
			memcpy(to, to - size, size);
		memcpy(to, held, size);
	}
}

/* Of three elements, the one in the middle. */
BM_FORCE_INLINE_ unsigned char *bm_order_median_(unsigned char *a, unsigned char *b,
						 unsigned char *c,
						 bm_order_function *compare)
{
	if (compare(a, b) < 0)
		return compare(b, c) < 0 ? b : compare(a, c) < 0 ? c : a;
	return compare(a, c) < 0 ? a : compare(b, c) < 0 ? c : b;
}

/* Puts one that is about in the middle first. */
BM_FORCE_INLINE_ void bm_order_choose_pivot_(unsigned char *base, size_t count,
					     size_t size,
					     bm_order_function *compare)
{
	size_t step = count / 8 * size;
	unsigned char *median[3];

	for (size_t i = 0; i < 3; i++) {
		unsigned char *at = base + (i * 2 + 1) * step;

		median[i] = bm_order_median_(at, at + step, at + 2 * step, compare);
	}
	bm_order_exchange_(base, bm_order_median_(median[0], median[1], median[2],
						  compare), size);
}

/*
 * Brings those that are less than the first element, or with @equal those that are not
 * greater, before all others. Returns how many there are, the first included; it is
 * then the last of them.
 */
BM_FORCE_INLINE_ size_t bm_order_partition_(unsigned char *base, size_t count,
					    size_t size, bool equal,
					    bm_order_function *compare)
{
	unsigned char held[BM_ORDER_HELD_]
		__attribute__((__aligned__(BM_ORDER_HELD_)));
	const unsigned char *pivot = size > sizeof(held) ? base : held;
	unsigned char *end = base + count * size;
	unsigned char *to = base + size;
	size_t before = 1;

	if (size <= sizeof(held))
		memcpy(held, base, size);
	for (unsigned char *next = to; next < end; next += size) {
		bool less = equal ? compare(pivot, next) >= 0 :
				    compare(next, pivot) < 0;

		/* To exchange a few words costs less than to guess whether to. */
		if (size > 32 && !less)
			continue;
		bm_order_exchange_(next, to, size);
		to += less * size;
		before += less;
	}
	bm_order_exchange_(base, to - size, size);
	return before;
}

struct bm_order_range_ {
	uint32_t from;
	uint32_t count;
};

/*
 * Cuts a range in two: the smaller part into @small, the larger one stays. @all is
 * where the vec begins: what lies before the range is not greater than what is in it,
 * so a pivot that is equal to it is the least.
 */
BM_FORCE_INLINE_ void bm_order_cut_(unsigned char *all, size_t size,
				    bm_order_function *compare,
				    struct bm_order_range_ *range,
				    struct bm_order_range_ *small)
{
	unsigned char *base = all + range->from * size;
	uint32_t before;
	uint32_t after;
	bool equal;

	bm_order_choose_pivot_(base, range->count, size, compare);
	equal = range->from && compare(base - size, base) >= 0;
	if (equal)
		before = (uint32_t)bm_order_partition_(base, range->count, size, true,
						       compare);
	else
		before = (uint32_t)bm_order_partition_(base, range->count, size, false,
						       compare);
	after = range->count - before;
	small->from = range->from;
	small->count = equal ? 0 : before - 1;
	range->from += before;
	range->count = after;
	if (small->count > after) {
		struct bm_order_range_ larger = *small;

		*small = *range;
		*range = larger;
	}
}

/*
 * Elements up to the first that is out of order, which with @falling is the reverse.
 * Equal ones are in order either way.
 */
BM_FORCE_INLINE_ size_t bm_order_run_(const unsigned char *base, size_t count,
				      size_t size, bool falling,
				      bm_order_function *compare)
{
	size_t i = 1;

	for (; i < count; i++) {
		int order = compare(base + (i - 1) * size, base + i * size);

		if (falling ? order < 0 : order > 0)
			break;
	}
	return i;
}

BM_FORCE_INLINE_ void bm_order_reverse_(unsigned char *base, size_t count, size_t size)
{
	for (size_t i = 0; i < count / 2; i++)
		bm_order_exchange_(base + i * size, base + (count - 1 - i) * size,
				   size);
}

/*
 * Quicksort until it has looked at as many elements as a good one would do twice over,
 * heapsort for what is left then. A part that is put off is at least as large as all
 * that is smaller: there are never more of them than log2(count).
 */
BM_FORCE_INLINE_ void bm_order_sort_(unsigned char *all, uint32_t count, size_t size,
				     bm_order_function *compare)
{
	struct bm_order_range_ later[BM_ORDER_LATER_];
	struct bm_order_range_ range = { 0, count };
	struct bm_order_range_ small;
	unsigned int waiting = 0;
	uint64_t effort = 0;

	if (bm_order_run_(all, count, size, false, compare) >= count)
		return;
	if (bm_order_run_(all, count, size, true, compare) >= count) {
		bm_order_reverse_(all, count, size);
		return;
	}
	for (uint32_t half = count; half; half /= 2)
		effort += 2 * (uint64_t)count;
	for (;;) {
		while (range.count > BM_ORDER_FEW_ && effort > range.count) {
			effort -= range.count;
			bm_order_cut_(all, size, compare, &range, &small);
			later[waiting++] = range;
			range = small;
		}
		if (range.count > BM_ORDER_FEW_)
			bm_order_heap_sort_(all + range.from * size, range.count, size,
					    compare);
		else if (range.count > 1)
			bm_order_insert_each_(all + range.from * size, range.count,
					      size, compare);
		if (!waiting)
			return;
		range = later[--waiting];
	}
}

/*
 * Puts elements in order, and leaves equal ones in theirs, where no more than one is out
 * of place. False if more are: some may have been moved then.
 */
BM_FORCE_INLINE_ bool bm_order_put_back_(unsigned char *base, size_t count, size_t size,
					 bm_order_function *compare)
{
	unsigned char *end = base + count * size;
	size_t effort = count;

	for (unsigned char *next = base + size; next < end; next += size) {
		for (unsigned char *to = next;
		     to > base && compare(to, to - size) < 0; to -= size) {
			if (!effort--)
				return false;
			bm_order_exchange_(to, to - size, size);
		}
	}
	return true;
}

/* How many come before a key, or with @equal are not after it. */
BM_FORCE_INLINE_ size_t bm_order_before_(const unsigned char *base, size_t count,
					 const void *key, size_t size, bool equal,
					 bm_order_function *compare)
{
	size_t at = 0;

	while (count) {
		size_t half = (count + 1) / 2;
		int order = compare(base + (at + half - 1) * size, key);

		at += (order < equal) * half;
		count -= half;
	}
	return at;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_VEC_ORDER() - declare what a vec needs an order for
 * @name: of a vec that has been declared, by BM_VEC() or BM_VEC_CHECKED()
 * @T: type of its elements
 * @compare: int compare(const T *a, const T *b)
 *
 * At file scope. What it declares is described above.
 */
#define BM_VEC_ORDER(name, T, compare)					\
	BM_ORDER_COMPARE_(name, T, compare)				\
	BM_INLINE_ int name##_sort(struct name *v)			\
	{								\
		BM_WRITE_(name, v, name##_sort_(&v->vec));		\
	}								\
	BM_INLINE_ int name##_is_sorted(const struct name *v, bool *sorted) \
	{								\
		BM_READ_(name, v, name##_check_order_(&v->vec, sorted)); \
	}								\
	BM_INLINE_ int name##_search(const struct name *v, const T *item, \
				     size_t *index)			\
	{								\
		BM_READ_(name, v, name##_search_(&v->vec, item, index)); \
	}								\
	BM_INLINE_ int name##_insert_sorted(struct name *v, const T *item) \
	{								\
		BM_WRITE_(name, v, name##_insert_sorted_(&v->vec, item)); \
	}

/* The same for a bm_handle: a sorted list is made with it as well. */
#define BM_ORDER_COMPARE_(name, T, compare)				\
	BM_INLINE_ int name##_compare_(const void *a, const void *b)	\
	{								\
		return compare((const T *)a, (const T *)b);		\
	}								\
	BM_INLINE_ int name##_sort_(const struct bm_handle *handle)	\
	{								\
		uint32_t len;						\
		int err = bm_handle_writable_(handle, &len);		\
									\
		if (err || len < 2)					\
			return err;					\
		bm_vec_update_begin_(handle);				\
		bm_order_sort_(bm_handle_contents_(handle), len,	\
			       sizeof(T), name##_compare_);		\
		bm_vec_update_end_(handle);				\
		return 0;						\
	}								\
	BM_INLINE_ int name##_check_order_(const struct bm_handle *handle, \
					   bool *sorted)		\
	{								\
		uint32_t len;						\
		int err = bm_handle_len_(handle, &len);			\
									\
		if (err)						\
			return err;					\
		*sorted = bm_order_run_(bm_handle_contents_(handle),	\
					len, sizeof(T), false,		\
					name##_compare_) >= len;	\
		return 0;						\
	}								\
	BM_INLINE_ int name##_bound_(const struct bm_handle *handle,	\
				     const T *item, bool equal,		\
				     size_t *index)			\
	{								\
		uint32_t len;						\
		int err = bm_handle_len_(handle, &len);			\
									\
		if (err)						\
			return err;					\
		*index = bm_order_before_(bm_handle_contents_(handle), len, \
					  item, sizeof(T), equal,	\
					  name##_compare_);		\
		return 0;						\
	}								\
	BM_INLINE_ int name##_search_(const struct bm_handle *handle,	\
				      const T *item, size_t *index)	\
	{								\
		size_t len = bm_handle_bounded_len_(handle);		\
		size_t at = 0;						\
		int err = name##_bound_(handle, item, false, &at);	\
									\
		if (err)						\
			return err;					\
		if (index)						\
			*index = at;					\
		return at < len && !name##_compare_(			\
			bm_vec_element_(handle, at, sizeof(T)), item) ?	\
		       0 : -ENOENT;					\
	}								\
	BM_INLINE_ int name##_insert_sorted_(struct bm_handle *handle,	\
					     const T *item)		\
	{								\
		size_t at = 0;						\
		int err = name##_bound_(handle, item, true, &at);	\
									\
		return err ? err : bm_vec_insert_(handle, at, item);	\
	}

#endif /* BUDGETMEM_VEC_ORDER_H */
