// SPDX-License-Identifier: MIT
/*
 * Vecs with an order, from every state of the pool, in order or not.
 */
#include "vecs.h"
#include "sort-parts.h"

BM_VEC_ORDER(things, struct thing, compare)

static bool was_sorted(void)
{
	return are_in_order(was, before.object.len);
}

void prove_vec_is_sorted(void)
{
	struct things v = any_vec();
	bool untouched = nondet_bool();
	bool sorted = untouched;
	int err = things_is_sorted(&v, &sorted);

	assert(err == read_error());
	assert(sorted == (err ? untouched : was_sorted()));
	assert_nothing_done(0);
	REACHED();
}

/* The first of those that are equal, or where it would go: an index within in any case. */
void prove_vec_search(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len;
	size_t index = CAPACITY + 1;
	int err = things_search(&v, &item, nondet_bool() ? NULL : &index);

	if (read_error())
		assert(err == read_error() && index == CAPACITY + 1);
	else
		assert(index == CAPACITY + 1 || index <= len);
	if (!read_error() && index <= len)
		assert(err == if_so(index == len ||
				    was((uint32_t)index).byte[0] != item.byte[0],
				    -ENOENT));
	if (!read_error() && was_sorted()) {
		uint32_t at = count_before(item, false);

		assert(index == CAPACITY + 1 || index == at);
		assert(err == if_so(at == count_before(item, true), -ENOENT));
	}
	assert_nothing_done(0);
	REACHED();
}

/*
 * Behind those equal to it; somewhere if there is no order. Where it goes is looked for
 * before the mark of an update: a length that cannot be is told first.
 */
void prove_vec_insert_sorted(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing(), any = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	uint32_t at = count_before(item, true);
	int err = things_insert_sorted(&v, &item);

	assert(err == either(either(read_error(), write_error()),
			     if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&v, err, len + 1);
	if (!err)
		assert(times(is, len + 1, any) ==
		       times(was, len, any) + same(item, any));
	if (!err && was_sorted() && i <= len)
		assert(same(is(i), i < at ? was(i) : i == at ? item : was(i - 1)));
	REACHED();
}

/* In order, and each element as often as before. */
void prove_vec_sort(void)
{
	struct things v = any_vec();
	const struct thing any = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_sort(&v);

	assert(err == write_error());
	if (len < 2)
		assert_stored(&v, err, len);
	else
		assert_len(&v, err, len);
	if (!err) {
		assert(are_in_order(is, len));
		assert(times(is, len, any) == times(was, len, any));
	}
	if (err || i >= len)
		assert(same(is(i), was(i)));
	REACHED();
}

/*
 * The parts of a sort of many elements are of any number of them here. Each is as often
 * there as before, and none behind them is touched.
 */
static void assert_permuted(uint32_t count)
{
	const struct thing any = nondet_thing();
	uint32_t i = any_below(CAPACITY);

	assert(times(is, count, any) == times(was, count, any));
	if (i >= count)
		assert(same(is(i), was(i)));
	assert_headers_kept(0);
}

/* What is less, or not greater, comes before the one that was the first. */
void prove_order_partition(void)
{
	uint32_t count = any_below(CAPACITY) + 1, i = any_below(CAPACITY);
	bool equal = nondet_bool();
	uint32_t before_it;
	int order;

	any_vec();
	before_it = (uint32_t)bm_order_partition_(CONTENTS_NOW, count, SIZE, equal,
						  things_compare_);
	assert(before_it && before_it <= count);
	assert(same(is(before_it - 1), was(0)));
	order = is(i).byte[0] - was(0).byte[0];
	if (i < count && i != before_it - 1)
		assert((i < before_it) == (order < equal));
	assert_permuted(count);
	REACHED();
}

void prove_order_cut(void)
{
	uint32_t i = any_below(CAPACITY), k = any_below(CAPACITY);
	struct bm_order_range_ all = { any_below(CAPACITY), any_below(CAPACITY) + 1 };
	struct bm_order_range_ range = all, small;

	__CPROVER_assume(all.from + all.count <= CAPACITY);
	any_vec();
	__CPROVER_assume(is_range_above(was, &all));
	bm_order_cut_(CONTENTS_NOW, SIZE, things_compare_, &range, &small);
	assert(is_cut_at(i, &all, &range, &small));
	assert(is_pair_cut(i, k, &all, &range, &small));
	assert(is_within(i, &all) || same(is(i), was(i)));
	assert_permuted(CAPACITY);
	REACHED();
}

/* What a sort falls back to where it has cut in vain. */
void prove_order_heap_sort(void)
{
	uint32_t count = any_below(CAPACITY + 1);

	any_vec();
	bm_order_heap_sort_(CONTENTS_NOW, count, SIZE, things_compare_);
	assert(are_in_order(is, count));
	assert_permuted(count);
	REACHED();
}
