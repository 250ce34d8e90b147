/* SPDX-License-Identifier: MIT */
/*
 * What a sort of many elements is made of: how it cuts a range in two, and the heapsort
 * of what is left when it has cut too often. What is said of them here is proved of them,
 * and where PARTS is defined they are taken for anything of which it is true.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_SORT_PARTS_H
#define BUDGETMEM_PROOFS_LIBRARY_SORT_PARTS_H

#include "orders.h"

#ifdef PARTS
struct bm_order_range_;
static void bm_order_cut_(unsigned char *all, size_t size,
			  int (*compare)(const void *a, const void *b),
			  struct bm_order_range_ *range,
			  struct bm_order_range_ *small);
#endif
#include <budgetmem/vec-order.h>

static bool is_within(uint32_t place, const struct bm_order_range_ *range)
{
	return place >= range->from && place - range->from < range->count;
}

/* What a cut asks for: nothing in the range is less than what lies before it. */
static bool is_range_above(struct thing (*at)(uint32_t place),
			   const struct bm_order_range_ *range)
{
	for (uint32_t place = 0; range->from && place < CAPACITY; place++)
		if (is_within(place, range) &&
		    at(range->from - 1).byte[0] > at(place).byte[0])
			return false;
	return true;
}

static uint32_t end_of(const struct bm_order_range_ *range)
{
	return range->from + range->count;
}

/* Both parts lie in what there was, which has become less. */
static bool is_cut_at(uint32_t place, const struct bm_order_range_ *all,
		      const struct bm_order_range_ *range,
		      const struct bm_order_range_ *small)
{
	bool in_range = is_within(place, range), in_small = is_within(place, small);

	return small->count <= range->count &&
	       small->count + range->count < all->count &&
	       end_of(range) <= end_of(all) && end_of(small) <= end_of(all) &&
	       !(in_range && in_small) &&
	       (is_within(place, all) || !(in_range || in_small));
}

/* Only within one of the parts is anything still out of order. */
static bool is_pair_cut(uint32_t i, uint32_t k, const struct bm_order_range_ *all,
			const struct bm_order_range_ *range,
			const struct bm_order_range_ *small)
{
	return !(i < k && is_within(i, all) && is_within(k, all)) ||
	       (is_within(i, small) && is_within(k, small)) ||
	       (is_within(i, range) && is_within(k, range)) ||
	       is(i).byte[0] <= is(k).byte[0];
}

#ifdef PARTS
/* Puts the elements of a range in any order. */
static void permute(const struct bm_order_range_ *range)
{
	struct thing old[CAPACITY];
	bool taken[CAPACITY] = { false };

	for (uint32_t i = 0; i < CAPACITY; i++)
		old[i] = is(i);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		uint32_t from = any_below(CAPACITY);

		if (!is_within(i, range))
			continue;
		__CPROVER_assume(is_within(from, range) && !taken[from]);
		taken[from] = true;
		for (uint32_t byte = 0; byte < SIZE; byte++)
			CONTENTS_NOW[i * SIZE + byte] = old[from].byte[byte];
	}
}

static struct bm_order_range_ any_range(void)
{
	struct bm_order_range_ range = { any_below(CAPACITY + 1), any_below(CAPACITY) };

	return range;
}

static void bm_order_cut_(unsigned char *all, size_t size, bm_order_function *compare,
			  struct bm_order_range_ *range,
			  struct bm_order_range_ *small)
{
	const struct bm_order_range_ old = *range;

	assert(all == CONTENTS_NOW && size == SIZE);
	assert(old.count && end_of(&old) <= CAPACITY);
	assert(is_range_above(is, &old));
	permute(&old);
	*range = any_range();
	*small = any_range();
	for (uint32_t i = 0; i < CAPACITY; i++) {
		__CPROVER_assume(is_cut_at(i, &old, range, small));
		for (uint32_t k = 0; k < CAPACITY; k++)
			__CPROVER_assume(is_pair_cut(i, k, &old, range, small));
	}
}

void bm_order_heap_sort_(unsigned char *base, size_t count, size_t size,
			 bm_order_function *compare)
{
	struct bm_order_range_ all = {
		(uint32_t)(base - CONTENTS_NOW) / SIZE, (uint32_t)count,
	};

	assert(base == CONTENTS_NOW + all.from * SIZE && size == SIZE);
	assert(end_of(&all) <= CAPACITY);
	permute(&all);
	for (uint32_t i = 1; i < CAPACITY; i++)
		__CPROVER_assume(i <= all.from || !is_within(i, &all) ||
				 is(i - 1).byte[0] <= is(i).byte[0]);
}
#else
#include "vec-order.c"
#endif

#endif
