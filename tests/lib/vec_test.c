// SPDX-License-Identifier: MIT
/*
 * vec_test.c: exact behaviour of vecs
 */
#include "cmocka_test.h"

/* Sixteen bytes: a size at which a vec elsewhere mixed up its elements. */
struct sixteen {
	uint64_t low;
	uint64_t high;
};

struct odd {
	char text[7];
};

struct __attribute__((aligned(64))) line {
	char byte[64];
};

BM_VEC(three, uint32_t, 3)
BM_VEC(thousand, uint32_t, 1000)
BM_VEC(sixteens, struct sixteen, 100)
BM_VEC(odds, struct odd, 5)
BM_VEC(lines, struct line, 4)

REGION_OF_EACH_CASE(8192)

static struct three make_three(uint32_t count)
{
	struct three v;

	assert_int_equal(three_create(&v, region, "three"), 0);
	for (uint32_t i = 1; i <= count; i++) {
		uint32_t item = i * 10;

		assert_int_equal(three_push(&v, &item), 0);
	}
	return v;
}

static void check_three(const struct three *v, size_t len, uint32_t a, uint32_t b,
			uint32_t c)
{
	uint32_t expected[] = { a, b, c };
	uint32_t item;

	assert_int_equal(three_len(v), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(three_get(v, i, &item), 0);
		assert_int_equal(item, expected[i]);
	}
	assert_int_equal(three_invariants(v), 0);
	check_layout(region);
}

static void new_vec_is_empty(void **state)
{
	struct three v = make_three(0);
	uint32_t item = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(three_is_empty(&v));
	assert_false(three_is_full(&v));
	assert_int_equal(three_capacity(&v), 3);
	assert_int_equal(three_pop(&v, &item), -ENOENT);
	assert_int_equal(three_first(&v, &item), -ENOENT);
	assert_int_equal(three_last(&v, &item), -ENOENT);
	assert_int_equal(three_next(&v, &cursor, &item), -ENOENT);
	assert_int_equal(three_get(&v, 0, &item), -ERANGE);
	assert_int_equal(three_set(&v, 0, &item), -ERANGE);
	assert_int_equal(three_remove(&v, 0, &item), -ERANGE);
	assert_int_equal(three_insert(&v, 1, &item), -ERANGE);
	assert_null(three_at(&v, 0));
	assert_int_equal(item, 7);
	check_three(&v, 0, 0, 0, 0);
}

static void full_push_keeps_the_item(void **state)
{
	struct three v = make_three(3);
	uint32_t item = 40;

	(void)state;
	assert_true(three_is_full(&v));
	assert_int_equal(three_push(&v, &item), -ENOSPC);
	assert_int_equal(three_insert(&v, 1, &item), -ENOSPC);
	assert_int_equal(item, 40);
	check_three(&v, 3, 10, 20, 30);
	assert_int_equal(v.vec.object->refused, 2);
	assert_int_equal(header_of(region)->refused, 2);
}

static void refusals_stop_at_the_largest_count(void **state)
{
	struct three v = make_three(3);
	uint32_t item = 40;

	(void)state;
	v.vec.object->refused = UINT32_MAX - 1;
	assert_int_equal(three_push(&v, &item), -ENOSPC);
	assert_int_equal(three_push(&v, &item), -ENOSPC);
	assert_int_equal(v.vec.object->refused, UINT32_MAX);
}

static void pop_takes_the_last(void **state)
{
	struct three v = make_three(3);
	uint32_t item;

	(void)state;
	assert_int_equal(three_last(&v, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(three_pop(&v, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(three_pop(&v, NULL), 0);
	check_three(&v, 1, 10, 0, 0);
}

static void insert_and_remove_move_the_rest(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 15;

	(void)state;
	assert_int_equal(three_insert(&v, 1, &item), 0);
	check_three(&v, 3, 10, 15, 20);
	assert_int_equal(three_remove(&v, 0, &item), 0);
	assert_int_equal(item, 10);
	check_three(&v, 2, 15, 20, 0);
	assert_int_equal(three_insert(&v, 2, &item), 0);
	check_three(&v, 3, 15, 20, 10);
	assert_int_equal(three_remove(&v, 2, NULL), 0);
	assert_int_equal(three_remove(&v, 2, NULL), -ERANGE);
	check_three(&v, 2, 15, 20, 0);
}

static void set_at_and_data_are_the_element_itself(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 21;

	(void)state;
	assert_int_equal(three_set(&v, 1, &item), 0);
	*three_at(&v, 0) += 1;
	assert_ptr_equal(three_data(&v) + 1, three_at(&v, 1));
	check_three(&v, 2, 11, 21, 0);
	assert_null(three_at(&v, 2));
}

static void contains_looks_at_elements_only(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 20;

	(void)state;
	assert_true(three_contains(&v, &item));
	assert_int_equal(three_pop(&v, NULL), 0);
	assert_false(three_contains(&v, &item));
}

static void find_tells_where_the_first_one_is(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 20;
	size_t index = 7;

	(void)state;
	assert_int_equal(three_push(&v, &item), 0);
	assert_int_equal(three_find(&v, &item, &index), 0);
	assert_int_equal(index, 1);
	item = 40;
	assert_int_equal(three_find(&v, &item, &index), -ENOENT);
	assert_int_equal(index, 1);
}

static void iteration_gives_all_in_order(void **state)
{
	struct three v = make_three(3);
	size_t cursor = 0;
	uint32_t item;
	uint32_t sum = 0;

	(void)state;
	while (!three_next(&v, &cursor, &item)) {
		sum += item;
		assert_int_equal(item, cursor * 10);
	}
	assert_int_equal(sum, 60);
	assert_int_equal(three_next(&v, &cursor, &item), -ENOENT);
}

static void clear_makes_room(void **state)
{
	struct three v = make_three(3);

	(void)state;
	three_clear(&v);
	check_three(&v, 0, 0, 0, 0);
	assert_int_equal(three_push(&v, &(uint32_t){ 1 }), 0);
	check_three(&v, 1, 1, 0, 0);
	assert_int_equal(v.vec.object->peak, 3);
}

static void sixteen_bytes_stay_apart(void **state)
{
	struct sixteens v;
	struct sixteen item;

	(void)state;
	assert_int_equal(sixteens_create(&v, region, "v"), 0);
	for (uint64_t i = 0; i < 100; i++) {
		item = (struct sixteen){ i, ~i };
		assert_int_equal(sixteens_push(&v, &item), 0);
	}
	for (uint64_t i = 0; i < 100; i++) {
		assert_int_equal(sixteens_get(&v, i, &item), 0);
		assert_true(item.low == i && item.high == ~i);
	}
	assert_int_equal(sixteens_remove(&v, 50, &item), 0);
	assert_true(item.low == 50);
	assert_int_equal(sixteens_insert(&v, 10, &item), 0);
	for (uint64_t i = 0; i < 100; i++) {
		uint64_t expected = i < 10 || i > 50 ? i : i == 10 ? 50 : i - 1;

		assert_int_equal(sixteens_get(&v, i, &item), 0);
		assert_true(item.low == expected && item.high == ~expected);
	}
}

static void odd_sizes_are_not_padded(void **state)
{
	struct odds v;
	struct odd item = { "abcdef" };

	(void)state;
	assert_int_equal(odds_create(&v, region, "v"), 0);
	for (int i = 0; i < 5; i++) {
		item.text[0] = (char)('0' + i);
		assert_int_equal(odds_push(&v, &item), 0);
	}
	assert_memory_equal(odds_data(&v), "0bcdef\0001bcdef\0002bcdef", 21);
	assert_int_equal(odds_is_full(&v), true);
}

static void large_alignment_is_kept(void **state)
{
	struct lines v;

	(void)state;
	(void)make_three(1);
	assert_int_equal(lines_create(&v, region, "v"), 0);
	assert_int_equal((uintptr_t)lines_data(&v) % 64, 0);
}

/* Whatever a neighbour puts there: the counters see the capacity at most. */
static void what_the_counters_know_is_bounded(void **state)
{
	struct three v = make_three(2);

	(void)state;
	for (uint32_t known = 4; known; known *= 2) {
		v.vec.object->place[0] = known;
		assert_int_equal(three_invariants(&v), -EUCLEAN);
		assert_int_equal(three_repair(&v), 0);
		assert_int_equal(three_invariants(&v), 0);
	}
	v.vec.object->place[0] = 1;
	assert_int_equal(three_invariants(&v), -EUCLEAN);
	assert_int_equal(three_repair(&v), 0);
	assert_int_equal(three_invariants(&v), 0);
	assert_int_equal(three_len(&v), 2);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 5;
	size_t cursor = 0;

	(void)state;
	v.vec.object->len = 4;
	assert_int_equal(three_push(&v, &item), -EUCLEAN);
	assert_int_equal(three_pop(&v, &item), -EUCLEAN);
	assert_int_equal(three_get(&v, 0, &item), -EUCLEAN);
	assert_int_equal(three_set(&v, 0, &item), -EUCLEAN);
	assert_int_equal(three_first(&v, &item), -EUCLEAN);
	assert_int_equal(three_last(&v, &item), -EUCLEAN);
	assert_int_equal(three_insert(&v, 0, &item), -EUCLEAN);
	assert_int_equal(three_remove(&v, 0, &item), -EUCLEAN);
	assert_int_equal(three_next(&v, &cursor, &item), -EUCLEAN);
	assert_int_equal(three_find(&v, &item, &cursor), -EUCLEAN);
	assert_int_equal(three_repair(&v), -EUCLEAN);
	assert_int_equal(three_invariants(&v), -EUCLEAN);
	assert_int_equal(three_len(&v), 3);
	assert_int_equal(item, 5);
	three_clear(&v);
	assert_int_equal(three_push(&v, &item), 0);
	assert_int_equal(three_invariants(&v), 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct three v = make_three(2);
	uint32_t item = 5;

	(void)state;
	bm_vec_update_begin_(&v.vec);
	assert_int_equal(three_push(&v, &item), -EOWNERDEAD);
	assert_int_equal(three_pop(&v, NULL), -EOWNERDEAD);
	assert_int_equal(three_set(&v, 0, &item), -EOWNERDEAD);
	assert_int_equal(three_insert(&v, 0, &item), -EOWNERDEAD);
	assert_int_equal(three_remove(&v, 0, NULL), -EOWNERDEAD);
	assert_int_equal(three_invariants(&v), -EOWNERDEAD);
	assert_int_equal(three_get(&v, 1, &item), 0);
	assert_int_equal(item, 20);
	assert_int_equal(three_repair(&v), 0);
	check_three(&v, 2, 10, 20, 0);
}

/*
 * Never less, and not much more: 2 * 64 elements at this capacity (counted.h), and a step
 * of 16 elements, as 1000 / 64 is 15.
 */
static void counters_of_the_pool_follow_at_a_distance(void **state)
{
	struct thousand v;
	uint64_t base;

	(void)state;
	assert_int_equal(thousand_create(&v, region, "v"), 0);
	base = header_of(region)->used;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(thousand_push(&v, &i), 0);
		assert_true(header_of(region)->used >= base + 4 * (i + 1));
		assert_true(header_of(region)->used < base + 4 * (i + 1 + 16));
	}
	for (uint32_t i = 999; i > 0; i--) {
		assert_int_equal(thousand_pop(&v, NULL), 0);
		assert_true(header_of(region)->used >= base + 4 * i);
		assert_true(header_of(region)->used <= base + 4 * (i + 128 + 16));
		assert_int_equal(header_of(region)->high_water, base + 4000);
	}
	check_layout(region);
	thousand_clear(&v);
	assert_int_equal(header_of(region)->used, base);
	check_layout(region);
}

/* An atomic addition for each would cost more than the elements. */
static void counters_rest_while_elements_come_and_go(void **state)
{
	struct thousand v;
	uint32_t item = 1;
	uint64_t used;

	(void)state;
	assert_int_equal(thousand_create(&v, region, "v"), 0);
	for (uint32_t i = 0; i < 500; i++)
		assert_int_equal(thousand_push(&v, &i), 0);
	used = header_of(region)->used;
	for (int i = 0; i < 50; i++) {
		assert_int_equal(thousand_pop(&v, NULL), 0);
		assert_int_equal(thousand_push(&v, &item), 0);
		assert_int_equal(header_of(region)->used, used);
	}
	check_layout(region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_vec_is_empty),
		CASE_IN_REGION(full_push_keeps_the_item),
		CASE_IN_REGION(refusals_stop_at_the_largest_count),
		CASE_IN_REGION(pop_takes_the_last),
		CASE_IN_REGION(insert_and_remove_move_the_rest),
		CASE_IN_REGION(set_at_and_data_are_the_element_itself),
		CASE_IN_REGION(contains_looks_at_elements_only),
		CASE_IN_REGION(find_tells_where_the_first_one_is),
		CASE_IN_REGION(iteration_gives_all_in_order),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(sixteen_bytes_stay_apart),
		CASE_IN_REGION(odd_sizes_are_not_padded),
		CASE_IN_REGION(large_alignment_is_kept),
		CASE_IN_REGION(what_the_counters_know_is_bounded),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(counters_of_the_pool_follow_at_a_distance),
		CASE_IN_REGION(counters_rest_while_elements_come_and_go),
	};

	return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
