// SPDX-License-Identifier: MIT
/*
 * stack_test.c: exact behaviour of stacks
 */
#include "cmocka_test.h"

struct odd {
	char text[7];
};

BM_STACK(three, uint32_t, 3)
BM_VEC(three_vec, uint32_t, 3)
BM_STACK(thousand, uint32_t, 1000)
BM_STACK(large, uint32_t, 8192)
BM_STACK(odds, struct odd, 3)
BM_STACK_CHECKED(looked_at, uint32_t, 3, every)
BM_STACK_CHECKED(twice, uint32_t, 3, redundant)

REGION_OF_EACH_CASE(8192)

static struct three make_three(uint32_t count)
{
	struct three s;

	assert_int_equal(three_create(&s, region, "three"), 0);
	for (uint32_t i = 1; i <= count; i++) {
		uint32_t item = i * 10;

		assert_int_equal(three_push(&s, &item), 0);
	}
	return s;
}

/* @expected from the top down. */
static void check_three(const struct three *s, size_t len, const uint32_t *expected)
{
	uint32_t item;

	assert_int_equal(three_len(s), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(three_get(s, i, &item), 0);
		assert_int_equal(item, expected[i]);
	}
	assert_int_equal(three_get(s, len, &item), -ERANGE);
	assert_int_equal(three_invariants(s), 0);
	check_layout(region);
}

#define CHECK(s, ...)							\
	check_three(s, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		    (uint32_t[]){ __VA_ARGS__ })

static void new_stack_is_empty(void **state)
{
	struct three s = make_three(0);
	uint32_t item = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(three_is_empty(&s));
	assert_false(three_is_full(&s));
	assert_int_equal(three_capacity(&s), 3);
	assert_int_equal(three_pop(&s, &item), -ENOENT);
	assert_int_equal(three_last(&s, &item), -ENOENT);
	assert_int_equal(three_first(&s, &item), -ENOENT);
	assert_int_equal(three_next(&s, &cursor, &item), -ENOENT);
	assert_int_equal(three_find(&s, &item, &cursor), -ENOENT);
	assert_int_equal(three_truncate(&s, 0), 0);
	assert_null(three_at(&s, 0));
	assert_int_equal(item, 7);
	check_three(&s, 0, NULL);
}

static void full_push_keeps_the_item(void **state)
{
	struct three s = make_three(3);
	uint32_t item = 40;

	(void)state;
	assert_true(three_is_full(&s));
	assert_int_equal(three_push(&s, &item), -ENOSPC);
	assert_int_equal(three_extend(&s, &item, 1), -ENOSPC);
	assert_int_equal(item, 40);
	assert_int_equal(s.stack.object->refused, 2);
	assert_int_equal(header_of(region)->refused, 2);
	CHECK(&s, 30, 20, 10);
}

static void what_is_pushed_last_is_popped_first(void **state)
{
	struct three s = make_three(3);
	uint32_t item;

	(void)state;
	assert_int_equal(three_last(&s, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(three_first(&s, &item), 0);
	assert_int_equal(item, 10);
	assert_int_equal(three_pop(&s, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(three_pop(&s, NULL), 0);
	CHECK(&s, 10);
	item = 50;
	assert_int_equal(three_push(&s, &item), 0);
	CHECK(&s, 50, 10);
}

static void extend_is_all_or_nothing(void **state)
{
	uint32_t items[] = { 20, 30, 40 };
	struct three s = make_three(1);

	(void)state;
	assert_int_equal(three_extend(&s, items, 3), -ENOSPC);
	assert_int_equal(three_extend(&s, items, SIZE_MAX), -ENOSPC);
	CHECK(&s, 10);
	assert_int_equal(three_extend(&s, items, 2), 0);
	CHECK(&s, 30, 20, 10);
	assert_int_equal(three_extend(&s, items, 0), 0);
	CHECK(&s, 30, 20, 10);
}

static void truncate_takes_from_the_top(void **state)
{
	struct three s = make_three(3);

	(void)state;
	assert_int_equal(three_truncate(&s, SIZE_MAX), 0);
	assert_int_equal(three_truncate(&s, 3), 0);
	CHECK(&s, 30, 20, 10);
	assert_int_equal(three_truncate(&s, 1), 0);
	CHECK(&s, 10);
}

static void iteration_goes_from_the_top_down(void **state)
{
	struct three s = make_three(3);
	size_t cursor = 0;
	uint32_t seen = 0;
	uint32_t item;

	(void)state;
	while (!three_next(&s, &cursor, &item))
		seen = seen * 10 + item / 10;
	assert_int_equal(seen, 321);
	assert_int_equal(three_next(&s, &cursor, &item), -ENOENT);
}

static void find_and_at_count_from_the_top(void **state)
{
	struct three s = make_three(2);
	uint32_t item = 10;
	size_t index;

	(void)state;
	assert_int_equal(three_push(&s, &item), 0);
	assert_int_equal(three_find(&s, &item, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(three_pop(&s, NULL), 0);
	assert_int_equal(three_find(&s, &item, &index), 0);
	assert_int_equal(index, 1);
	*three_at(&s, 1) = 11;
	assert_false(three_contains(&s, &item));
	assert_null(three_at(&s, 2));
	CHECK(&s, 20, 11);
}

static void clear_makes_room(void **state)
{
	struct three s = make_three(3);

	(void)state;
	three_clear(&s);
	check_three(&s, 0, NULL);
	assert_int_equal(three_push(&s, &(uint32_t){ 1 }), 0);
	CHECK(&s, 1);
	assert_int_equal(s.stack.object->peak, 3);
}

static void odd_sizes_stay_apart(void **state)
{
	struct odd items[] = { { "aaaaaa" }, { "bbbbbb" }, { "cccccc" } };
	struct odds s;
	struct odd item;

	(void)state;
	assert_int_equal(odds_create(&s, region, "s"), 0);
	assert_int_equal(odds_push(&s, items), 0);
	assert_int_equal(odds_extend(&s, items + 1, 2), 0);
	for (size_t i = 3; i-- > 0;) {
		assert_int_equal(odds_pop(&s, &item), 0);
		assert_string_equal(item.text, items[i].text);
	}
}

static void count_is_the_length(void **state)
{
	struct three s = make_three(2);
	size_t count = 9;

	(void)state;
	assert_int_equal(three_count(&s, &count), 0);
	assert_int_equal(count, 2);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct three s = make_three(2);
	uint32_t item = 5;
	size_t count = 0;

	(void)state;
	s.stack.object->place[0] = 4;
	assert_int_equal(three_push(&s, &item), -EUCLEAN);
	assert_int_equal(three_pop(&s, &item), -EUCLEAN);
	assert_int_equal(three_extend(&s, &item, 1), -EUCLEAN);
	assert_int_equal(three_truncate(&s, 1), -EUCLEAN);
	assert_int_equal(three_last(&s, &item), -EUCLEAN);
	assert_int_equal(three_first(&s, &item), -EUCLEAN);
	assert_int_equal(three_get(&s, 0, &item), -EUCLEAN);
	assert_int_equal(three_next(&s, &count, &item), -EUCLEAN);
	assert_int_equal(three_find(&s, &item, &count), -EUCLEAN);
	assert_int_equal(three_count(&s, &count), -EUCLEAN);
	assert_int_equal(three_repair(&s), -EUCLEAN);
	assert_int_equal(three_invariants(&s), -EUCLEAN);
	assert_int_equal(three_len(&s), 3);
	assert_null(three_at(&s, 0));
	assert_int_equal(item, 5);
	three_clear(&s);
	assert_int_equal(three_push(&s, &item), 0);
	CHECK(&s, 5);
}

static void length_beyond_what_is_listed_is_damage(void **state)
{
	struct three s = make_three(2);

	(void)state;
	s.stack.object->len = 1;
	assert_int_equal(three_invariants(&s), -EUCLEAN);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct three s = make_three(2);
	uint32_t item = 5;

	(void)state;
	bm_counted_update_begin_(&s.stack, &s.stack.object->len);
	assert_int_equal(three_push(&s, &item), -EOWNERDEAD);
	assert_int_equal(three_pop(&s, &item), -EOWNERDEAD);
	assert_int_equal(three_extend(&s, &item, 1), -EOWNERDEAD);
	assert_int_equal(three_truncate(&s, 1), -EOWNERDEAD);
	assert_int_equal(three_invariants(&s), -EOWNERDEAD);
	assert_int_equal(three_last(&s, &item), 0);
	assert_int_equal(item, 20);
	assert_int_equal(three_repair(&s), 0);
	CHECK(&s, 20, 10);
}

static void a_vec_is_no_stack(void **state)
{
	struct bm_mismatch mismatch;
	struct three_vec v;
	struct three s;

	(void)state;
	(void)make_three(2);
	assert_int_equal(three_vec_attach(&v, region, "three", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "kind of collection");
	assert_int_equal(three_attach(&s, region, "three", NULL), 0);
	CHECK(&s, 20, 10);
}

/* The pool's counters may know of more than there is, never of less. */
static void counters_follow_with_slack(void **state)
{
	struct thousand s;
	uint64_t base;
	uint32_t known;

	(void)state;
	assert_int_equal(thousand_create(&s, region, "s"), 0);
	base = header_of(region)->used;
	for (uint32_t i = 0; i < 2000; i++) {
		int err = i < 1000 ? thousand_push(&s, &i) : thousand_pop(&s, NULL);

		assert_int_equal(err, 0);
		known = s.stack.object->len;
		assert_true(known >= thousand_len(&s));
		assert_true(known <= thousand_len(&s) + 128);
		assert_true(header_of(region)->used >= base + known * 4);
		assert_int_equal(s.stack.object->peak, i < 1000 ? i + 1 : 1000);
		assert_int_equal(thousand_invariants(&s), 0);
	}
	check_layout(region);
	thousand_clear(&s);
	assert_int_equal(header_of(region)->used, base);
	assert_int_equal(header_of(region)->high_water, base + 4000);
}

static void every_verb_looks(void **state)
{
	struct looked_at s;
	uint32_t item = 5;
	size_t count;

	(void)state;
	assert_int_equal(looked_at_create(&s, region, "s"), 0);
	assert_int_equal(looked_at_push(&s, &item), 0);
	s.stack.object->peak = 1000;
	assert_int_equal(looked_at_push(&s, &item), -EUCLEAN);
	assert_int_equal(looked_at_pop(&s, &item), -EUCLEAN);
	assert_int_equal(looked_at_extend(&s, &item, 1), -EUCLEAN);
	assert_int_equal(looked_at_truncate(&s, 0), -EUCLEAN);
	assert_int_equal(looked_at_last(&s, &item), -EUCLEAN);
	assert_int_equal(looked_at_count(&s, &count), -EUCLEAN);
}

static void redundant_copy_follows(void **state)
{
	struct twice s;
	uint32_t item = 1;

	(void)state;
	assert_int_equal(twice_create(&s, region, "twice"), 0);
	assert_int_equal(twice_push(&s, &item), 0);
	assert_int_equal(twice_extend(&s, ((uint32_t[]){ 7, 8 }), 2), 0);
	assert_int_equal(twice_truncate(&s, 2), 0);
	assert_int_equal(twice_pop(&s, &item), 0);
	assert_int_equal(item, 7);
	((unsigned char *)(s.stack.object + 1))[1] ^= 1;
	assert_int_equal(twice_pop(&s, &item), -EUCLEAN);
}

/* From 4096 elements on a thirty-second of the capacity. */
static void counters_follow_a_large_stack_with_more_slack(void **state)
{
	struct bm_region wide = take_region(BM_REGION_OVERHEAD + BM_BYTES(large));
	struct large s;
	uint32_t known = 0;
	unsigned int moves = 0;

	(void)state;
	assert_int_equal(large_create(&s, wide, "s"), 0);
	for (uint32_t i = 0; i < 3000; i++)
		assert_int_equal(large_push(&s, &i), 0);
	for (uint32_t i = 3000; i-- > 0;) {
		assert_int_equal(large_pop(&s, NULL), 0);
		moves += known != s.stack.object->len;
		known = s.stack.object->len;
		assert_true(known >= i && known <= i + 8192 / 32);
	}
	assert_true(moves > 3000 / 256 && moves <= 3000 / 128);
	check_layout(wide);
	give_region(wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_stack_is_empty),
		CASE_IN_REGION(full_push_keeps_the_item),
		CASE_IN_REGION(what_is_pushed_last_is_popped_first),
		CASE_IN_REGION(extend_is_all_or_nothing),
		CASE_IN_REGION(truncate_takes_from_the_top),
		CASE_IN_REGION(iteration_goes_from_the_top_down),
		CASE_IN_REGION(find_and_at_count_from_the_top),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(odd_sizes_stay_apart),
		CASE_IN_REGION(count_is_the_length),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(length_beyond_what_is_listed_is_damage),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(a_vec_is_no_stack),
		CASE_IN_REGION(counters_follow_with_slack),
		CASE_IN_REGION(counters_follow_a_large_stack_with_more_slack),
		CASE_IN_REGION(every_verb_looks),
		CASE_IN_REGION(redundant_copy_follows),
	};

	return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
