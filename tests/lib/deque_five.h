/* SPDX-License-Identifier: MIT */
/*
 * deque_five.h: a deque of five numbers, and what must hold for it
 *
 * Included behind what a test declares itself: its names are shadowed there otherwise.
 */
#ifndef BUDGETMEM_TESTS_DEQUE_FIVE_H
#define BUDGETMEM_TESTS_DEQUE_FIVE_H

#include "cmocka_test.h"

BM_DEQUE(five, uint32_t, 5)

static struct bm_region region;

static inline int set_up(void **state)
{
	(void)state;
	region = take_region(8192);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static inline uint32_t head_of(const struct five *d)
{
	return d->deque.object->place[0];
}

/* Elements 10, 20 and so on, the first one in place @head. */
static inline struct five make_five(uint32_t head, uint32_t count)
{
	struct five d;

	assert_int_equal(five_create(&d, region, "five"), 0);
	for (uint32_t i = 0; i < head; i++) {
		assert_int_equal(five_push_back(&d, &i), 0);
		assert_int_equal(five_pop_front(&d, NULL), 0);
	}
	for (uint32_t i = 1; i <= count; i++) {
		uint32_t item = i * 10;

		assert_int_equal(five_push_back(&d, &item), 0);
	}
	assert_int_equal(head_of(&d), head);
	return d;
}

static inline void check_five(const struct five *d, size_t len, const uint32_t *expected)
{
	uint32_t item;

	assert_int_equal(five_len(d), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(five_get(d, i, &item), 0);
		assert_int_equal(item, expected[i]);
	}
	assert_int_equal(five_get(d, len, &item), -ERANGE);
	assert_int_equal(five_invariants(d), 0);
	check_layout(region);
}

#define CHECK(d, ...)							\
	check_five(d, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		   (uint32_t[]){ __VA_ARGS__ })

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif /* BUDGETMEM_TESTS_DEQUE_FIVE_H */
