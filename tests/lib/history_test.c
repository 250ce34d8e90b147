// SPDX-License-Identifier: MIT
/*
 * history_test.c: exact behaviour of histories
 */
#include "cmocka_test.h"

struct odd {
	char text[7];
};

BM_HISTORY(four, uint32_t, 4)
BM_HISTORY(one, uint32_t, 1)
BM_HISTORY(hundred, uint16_t, 100)
BM_HISTORY(odds, struct odd, 3)
BM_HISTORY_CHECKED(looked_at, uint32_t, 4, every)
BM_HISTORY_CHECKED(twice, uint32_t, 2, redundant)

REGION_OF_EACH_CASE(8192)

/* After pushes of 1, 2 and so on until @count. */
static struct four make_four(uint32_t count)
{
	struct four h;

	assert_int_equal(four_create(&h, region, "four"), 0);
	for (uint32_t i = 1; i <= count; i++)
		assert_int_equal(four_push(&h, &i), 0);
	return h;
}

static struct four make_again(uint32_t count)
{
	memset(region.base, 0, region.size);
	return make_four(count);
}

static void check_four(const struct four *h, size_t len, const uint32_t *expected)
{
	uint32_t item;

	assert_int_equal(four_len(h), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(four_get(h, i, &item), 0);
		assert_int_equal(item, expected[i]);
	}
	assert_int_equal(four_get(h, len, &item), -ERANGE);
	assert_int_equal(four_invariants(h), 0);
	assert_int_equal(h->history.object->refused, 0);
	check_layout(region);
}

#define CHECK(h, ...)							\
	check_four(h, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		   (uint32_t[]){ __VA_ARGS__ })

static void new_history_is_empty(void **state)
{
	struct four h = make_four(0);
	uint32_t item = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(four_is_empty(&h));
	assert_false(four_is_full(&h));
	assert_int_equal(four_capacity(&h), 4);
	assert_int_equal(four_first(&h, &item), -ENOENT);
	assert_int_equal(four_last(&h, &item), -ENOENT);
	assert_int_equal(four_pop(&h, &item), -ENOENT);
	assert_int_equal(four_next(&h, &cursor, &item), -ENOENT);
	assert_int_equal(four_next_back(&h, &cursor, &item), -ENOENT);
	assert_int_equal(four_find(&h, &item, &cursor), -ENOENT);
	assert_null(four_at(&h, 0));
	assert_int_equal(four_extend(&h, &item, 0), 0);
	assert_int_equal(item, 7);
	check_four(&h, 0, NULL);
}

static void the_oldest_make_room(void **state)
{
	struct four h = make_four(3);
	uint32_t item;

	(void)state;
	CHECK(&h, 1, 2, 3);
	for (uint32_t i = 4; i < 20; i++) {
		assert_int_equal(four_push(&h, &i), 0);
		CHECK(&h, i - 3, i - 2, i - 1, i);
		assert_int_equal(four_first(&h, &item), 0);
		assert_int_equal(item, i - 3);
		assert_int_equal(four_last(&h, &item), 0);
		assert_int_equal(item, i);
	}
	assert_true(four_is_full(&h));
}

static void push_evict_hands_the_oldest_over(void **state)
{
	struct four h = make_four(3);
	bool was_full = true;
	uint32_t evicted = 77;

	(void)state;
	assert_int_equal(four_push_evict(&h, &(uint32_t){ 4 }, &evicted, &was_full), 0);
	assert_false(was_full);
	assert_int_equal(evicted, 77);
	assert_int_equal(four_push_evict(&h, &(uint32_t){ 5 }, &evicted, &was_full), 0);
	assert_true(was_full);
	assert_int_equal(evicted, 1);
	assert_int_equal(four_push_evict(&h, &(uint32_t){ 6 }, NULL, &was_full), 0);
	assert_true(was_full);
	CHECK(&h, 3, 4, 5, 6);
}

static void of_many_the_last_stay(void **state)
{
	uint32_t items[] = { 11, 12, 13, 14, 15, 16 };
	struct four h;

	(void)state;
	for (uint32_t before = 0; before < 8; before++) {
		h = make_again(before);
		assert_int_equal(four_extend(&h, items, 6), 0);
		CHECK(&h, 13, 14, 15, 16);
		h = make_again(before);
		assert_int_equal(four_extend(&h, items, 4), 0);
		CHECK(&h, 11, 12, 13, 14);
	}
	h = make_again(1);
	assert_int_equal(four_extend(&h, items, 2), 0);
	CHECK(&h, 1, 11, 12);
	assert_int_equal(four_extend(&h, items + 2, 3), 0);
	CHECK(&h, 12, 13, 14, 15);
}

static void pop_takes_the_oldest(void **state)
{
	struct four h = make_four(6);
	uint32_t item;

	(void)state;
	assert_int_equal(four_pop(&h, &item), 0);
	assert_int_equal(item, 3);
	assert_int_equal(four_pop(&h, NULL), 0);
	CHECK(&h, 5, 6);
	item = 7;
	assert_int_equal(four_push(&h, &item), 0);
	CHECK(&h, 5, 6, 7);
}

static void iteration_goes_both_ways(void **state)
{
	struct four h = make_four(6);
	size_t cursor = 0;
	uint32_t seen = 0;
	uint32_t item;

	(void)state;
	while (!four_next(&h, &cursor, &item))
		seen = seen * 10 + item;
	assert_int_equal(seen, 3456);
	cursor = 0;
	while (!four_next_back(&h, &cursor, &item))
		seen = seen * 10 + item;
	assert_int_equal(seen, 34566543);
}

static void find_and_slices_begin_with_the_oldest(void **state)
{
	struct four h = make_four(6);
	uint32_t *first;
	uint32_t *second;
	size_t first_len;
	size_t second_len;
	uint32_t item = 5;
	size_t index;

	(void)state;
	assert_int_equal(four_find(&h, &item, &index), 0);
	assert_int_equal(index, 2);
	item = 2;
	assert_false(four_contains(&h, &item));
	assert_int_equal(four_slices(&h, &first, &first_len, &second, &second_len), 0);
	assert_int_equal(first_len, 2);
	assert_int_equal(second_len, 2);
	assert_int_equal(first[0] * 1000 + first[1] * 100 + second[0] * 10 + second[1],
			 3456);
	assert_ptr_equal(second, four_at(&h, 2));
}

static void clear_makes_room(void **state)
{
	struct four h = make_four(6);

	(void)state;
	four_clear(&h);
	check_four(&h, 0, NULL);
	assert_int_equal(four_push(&h, &(uint32_t){ 9 }), 0);
	CHECK(&h, 9);
}

static void one_place_is_enough(void **state)
{
	bool was_full;
	uint32_t item;
	struct one h;

	(void)state;
	assert_int_equal(one_create(&h, region, "one"), 0);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(one_push_evict(&h, &i, &item, &was_full), 0);
		assert_int_equal(was_full, i > 0);
		if (i)
			assert_int_equal(item, i - 1);
		assert_int_equal(one_first(&h, &item), 0);
		assert_int_equal(item, i);
		assert_int_equal(one_len(&h), 1);
	}
	assert_int_equal(one_extend(&h, ((uint32_t[]){ 8, 9 }), 2), 0);
	assert_int_equal(one_last(&h, &item), 0);
	assert_int_equal(item, 9);
	assert_int_equal(one_invariants(&h), 0);
}

static void odd_sizes_stay_apart(void **state)
{
	struct odd items[] = { { "aaaaaa" }, { "bbbbbb" }, { "cccccc" }, { "dddddd" } };
	struct odds h;
	struct odd item;

	(void)state;
	assert_int_equal(odds_create(&h, region, "h"), 0);
	assert_int_equal(odds_push(&h, items), 0);
	assert_int_equal(odds_extend(&h, items, 4), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(odds_get(&h, i, &item), 0);
		assert_string_equal(item.text, items[i + 1].text);
	}
}

static void check_damaged(struct four *h)
{
	uint32_t item = 5;
	size_t count = 0;
	bool was_full;

	assert_int_equal(four_push(h, &item), -EUCLEAN);
	assert_int_equal(four_push_evict(h, &item, &item, &was_full), -EUCLEAN);
	assert_int_equal(four_extend(h, &item, 1), -EUCLEAN);
	assert_int_equal(four_pop(h, &item), -EUCLEAN);
	assert_int_equal(four_first(h, &item), -EUCLEAN);
	assert_int_equal(four_last(h, &item), -EUCLEAN);
	assert_int_equal(four_get(h, 0, &item), -EUCLEAN);
	assert_int_equal(four_next(h, &count, &item), -EUCLEAN);
	assert_int_equal(four_find(h, &item, &count), -EUCLEAN);
	assert_int_equal(four_count(h, &count), -EUCLEAN);
	assert_int_equal(four_repair(h), -EUCLEAN);
	assert_int_equal(four_invariants(h), -EUCLEAN);
	assert_int_equal(item, 5);
	four_clear(h);
	assert_int_equal(four_push(h, &item), 0);
	CHECK(h, 5);
}

static void damage_is_an_error_everywhere(void **state)
{
	struct four h = make_four(6);

	(void)state;
	h.history.object->place[0] = 4;
	h.history.object->place[1] = 2;
	check_damaged(&h);
	h.history.object->place[0] = 1;
	h.history.object->place[1] = 6;
	check_damaged(&h);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct four h = make_four(6);
	uint32_t item = 7;

	(void)state;
	bm_deque_update_begin_(&h.history);
	assert_int_equal(four_push(&h, &item), -EOWNERDEAD);
	assert_int_equal(four_extend(&h, &item, 1), -EOWNERDEAD);
	assert_int_equal(four_pop(&h, &item), -EOWNERDEAD);
	assert_int_equal(four_last(&h, &item), 0);
	assert_int_equal(item, 6);
	assert_int_equal(four_repair(&h), 0);
	CHECK(&h, 3, 4, 5, 6);
}

/* Full is where a history stays: nothing moves there any more. */
static void a_full_history_does_not_move_the_counters(void **state)
{
	struct hundred h;
	uint64_t used;

	(void)state;
	assert_int_equal(hundred_create(&h, region, "h"), 0);
	for (uint16_t i = 0; i < 100; i++)
		assert_int_equal(hundred_push(&h, &i), 0);
	used = header_of(region)->used;
	for (uint16_t i = 0; i < 1000; i++) {
		assert_int_equal(hundred_push(&h, &i), 0);
		assert_int_equal(header_of(region)->used, used);
	}
	assert_int_equal(h.history.object->len, 100);
	assert_int_equal(h.history.object->peak, 100);
	check_layout(region);
}

static void every_verb_looks(void **state)
{
	struct looked_at h;
	uint32_t item = 5;
	size_t count;

	(void)state;
	assert_int_equal(looked_at_create(&h, region, "h"), 0);
	assert_int_equal(looked_at_push(&h, &item), 0);
	h.history.object->peak = 1000;
	assert_int_equal(looked_at_push(&h, &item), -EUCLEAN);
	assert_int_equal(looked_at_extend(&h, &item, 1), -EUCLEAN);
	assert_int_equal(looked_at_pop(&h, &item), -EUCLEAN);
	assert_int_equal(looked_at_last(&h, &item), -EUCLEAN);
	assert_int_equal(looked_at_count(&h, &count), -EUCLEAN);
}

static void redundant_copy_follows(void **state)
{
	struct twice h;
	uint32_t item;

	(void)state;
	assert_int_equal(twice_create(&h, region, "twice"), 0);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(twice_push(&h, &i), 0);
	assert_int_equal(twice_extend(&h, ((uint32_t[]){ 7, 8, 9 }), 3), 0);
	assert_int_equal(twice_first(&h, &item), 0);
	assert_int_equal(item, 8);
	((unsigned char *)(h.history.object + 1))[5] ^= 1;
	assert_int_equal(twice_push(&h, &item), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_history_is_empty),
		CASE_IN_REGION(the_oldest_make_room),
		CASE_IN_REGION(push_evict_hands_the_oldest_over),
		CASE_IN_REGION(of_many_the_last_stay),
		CASE_IN_REGION(pop_takes_the_oldest),
		CASE_IN_REGION(iteration_goes_both_ways),
		CASE_IN_REGION(find_and_slices_begin_with_the_oldest),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(one_place_is_enough),
		CASE_IN_REGION(odd_sizes_stay_apart),
		CASE_IN_REGION(damage_is_an_error_everywhere),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(a_full_history_does_not_move_the_counters),
		CASE_IN_REGION(every_verb_looks),
		CASE_IN_REGION(redundant_copy_follows),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
