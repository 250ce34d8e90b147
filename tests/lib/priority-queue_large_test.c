// SPDX-License-Identifier: MIT
/*
 * priority-queue_large_test.c: priority queues of many or of large elements
 */
#include "cmocka_test.h"

/* Four of four children are more than is fetched at once. */
struct large {
	uint32_t number;
	char text[44];
};

static bool is_first(const uint64_t *a, const uint64_t *b)
{
	return *a < *b;
}

static bool is_smaller(const struct large *a, const struct large *b)
{
	return a->number < b->number;
}

BM_PRIORITY_QUEUE(far, uint64_t, 150000, is_first)
BM_PRIORITY_QUEUE(larges, struct large, 100, is_smaller)

REGION_OF_EACH_CASE(BM_REGION_OVERHEAD + BM_BYTES(far))

/* The numbers below @count, each once, in an order without a pattern. */
static uint32_t scattered(uint32_t i, uint32_t count)
{
	return (uint32_t)((uint64_t)i * 7919 % count);
}

/* More than a cache holds that answers at once. */
static void queue_of_a_megabyte_comes_out_in_order(void **state)
{
	struct far f;
	uint64_t item;

	(void)state;
	assert_int_equal(far_create(&f, region, "far"), 0);
	for (uint32_t i = 0; i < 150000; i++) {
		item = scattered(i, 150000);
		assert_int_equal(far_push(&f, &item), 0);
	}
	assert_int_equal(far_invariants(&f), 0);
	for (uint32_t i = 0; i < 20000; i++) {
		assert_int_equal(far_pop(&f, &item), 0);
		assert_int_equal(item, i);
	}
	assert_int_equal(far_invariants(&f), 0);
}

static void large_elements_come_out_in_order(void **state)
{
	struct larges l;
	struct large item = { 0, "text" };

	(void)state;
	assert_int_equal(larges_create(&l, region, "larges"), 0);
	for (uint32_t i = 0; i < 100; i++) {
		item.number = scattered(i, 100);
		item.text[43] = (char)item.number;
		assert_int_equal(larges_push(&l, &item), 0);
	}
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(larges_pop(&l, &item), 0);
		assert_true(item.number == i && item.text[43] == (char)i);
		assert_int_equal(larges_invariants(&l), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(queue_of_a_megabyte_comes_out_in_order),
		CASE_IN_REGION(large_elements_come_out_in_order),
	};

	return cmocka_run_group_tests_name("priority-queue large", tests, NULL, NULL);
}
