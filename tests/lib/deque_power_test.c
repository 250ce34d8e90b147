// SPDX-License-Identifier: MIT
/*
 * deque_power_test.c: deques and queues whose capacity is a power of two
 *
 * The numbers in the pool count what came and went at the front and at the back, and come
 * round.
 */
#include "cmocka_test.h"

BM_DEQUE(eight, uint32_t, 8)
BM_QUEUE(line, uint32_t, 4)

REGION_OF_EACH_CASE(8192)

static void set_ends(struct bm_handle *deque, uint32_t front, uint32_t back)
{
	deque->object->place[0] = front;
	deque->object->place[1] = back;
}

static struct eight make_eight(uint32_t front)
{
	struct eight d;

	assert_int_equal(eight_create(&d, region, "eight"), 0);
	set_ends(&d.deque, front, front);
	return d;
}

/* Elements from @first on, each one more than the one before. */
static void check_eight(const struct eight *d, uint32_t first, size_t len)
{
	uint32_t item;

	assert_int_equal(eight_len(d), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(eight_get(d, i, &item), 0);
		assert_int_equal(item, first + i);
	}
	assert_int_equal(eight_get(d, len, &item), -ERANGE);
	assert_int_equal(eight_invariants(d), 0);
}

static void push_from(struct eight *d, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t item = first + i;

		assert_int_equal(eight_push_back(d, &item), 0);
	}
}

static void counts_come_round_at_the_back(void **state)
{
	struct eight d = make_eight(UINT32_MAX - 2);
	uint32_t item = 90;

	(void)state;
	push_from(&d, 10, 8);
	check_eight(&d, 10, 8);
	assert_true(eight_is_full(&d));
	assert_int_equal(eight_push_back(&d, &item), -ENOSPC);
	assert_int_equal(eight_push_front(&d, &item), -ENOSPC);
	assert_int_equal(item, 90);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(eight_pop_front(&d, &item), 0);
		assert_int_equal(item, 10 + i);
	}
	check_eight(&d, 16, 2);
	assert_int_equal(eight_pop_back(&d, &item), 0);
	assert_int_equal(item, 17);
	assert_int_equal(eight_pop_back(&d, &item), 0);
	assert_int_equal(eight_pop_back(&d, &item), -ENOENT);
	assert_int_equal(eight_pop_front(&d, &item), -ENOENT);
}

static void counts_come_round_at_the_front(void **state)
{
	struct eight d = make_eight(2);

	(void)state;
	for (uint32_t item = 17; item > 9; item--)
		assert_int_equal(eight_push_front(&d, &item), 0);
	check_eight(&d, 10, 8);
	assert_int_equal(d.deque.object->place[0], UINT32_MAX - 5);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(eight_pop_back(&d, NULL), 0);
	assert_int_equal(eight_pop_back(&d, NULL), -ENOENT);
}

/* Verbs that move elements, with the end at every distance from where it comes round. */
static void moving_goes_round(void **state)
{
	(void)state;
	for (uint32_t front = UINT32_MAX - 8; front != 3; front++) {
		struct eight d = make_eight(front);
		uint32_t item = 12;

		push_from(&d, 10, 2);
		push_from(&d, 13, 4);
		assert_int_equal(eight_insert(&d, 2, &item), 0);
		check_eight(&d, 10, 7);
		assert_int_equal(eight_rotate_left(&d, 3), 0);
		assert_int_equal(eight_rotate_right(&d, 3), 0);
		check_eight(&d, 10, 7);
		assert_int_equal(eight_drain(&d, 0, 2, NULL), 0);
		check_eight(&d, 12, 5);
		assert_int_equal(eight_remove(&d, 1, NULL), 0);
		item = 13;
		assert_int_equal(eight_insert(&d, 1, &item), 0);
		assert_int_equal(eight_truncate(&d, 3), 0);
		push_from(&d, 15, 5);
		check_eight(&d, 12, 8);
		give_region(region);
		region = take_region(8192);
	}
}

/* No place that the first one could have is outside. */
static void only_the_length_can_be_damaged(void **state)
{
	struct eight d = make_eight(0);
	uint32_t item = 5;

	(void)state;
	set_ends(&d.deque, 12345678, 12345678 + 9);
	assert_int_equal(eight_get(&d, 0, &item), -EUCLEAN);
	assert_int_equal(eight_push_back(&d, &item), -EUCLEAN);
	assert_int_equal(eight_push_front(&d, &item), -EUCLEAN);
	assert_int_equal(eight_pop_back(&d, &item), -EUCLEAN);
	assert_int_equal(eight_pop_front(&d, &item), -EUCLEAN);
	assert_int_equal(eight_invariants(&d), -EUCLEAN);
	assert_int_equal(eight_repair(&d), -EUCLEAN);
	assert_int_equal(eight_len(&d), 8);
	set_ends(&d.deque, 1, 0);
	assert_int_equal(eight_pop_front(&d, &item), -EUCLEAN);
	assert_int_equal(item, 5);
	eight_clear(&d);
	push_from(&d, 10, 8);
	check_eight(&d, 10, 8);
}

static void queue_goes_on_for_ever(void **state)
{
	uint32_t item = 0;
	struct line q;

	(void)state;
	assert_int_equal(line_create(&q, region, "line"), 0);
	set_ends(&q.queue, UINT32_MAX - 20, UINT32_MAX - 20);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(line_push(&q, &i), 0);
	for (uint32_t i = 3; i < 40; i++) {
		assert_int_equal(line_push(&q, &i), 0);
		assert_int_equal(line_push(&q, &i), -ENOSPC);
		assert_int_equal(line_pop(&q, &item), 0);
		assert_int_equal(item, i - 3);
		assert_int_equal(line_invariants(&q), 0);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(counts_come_round_at_the_back),
		CASE(counts_come_round_at_the_front),
		CASE(moving_goes_round),
		CASE(only_the_length_can_be_damaged),
		CASE(queue_goes_on_for_ever),
	};

	return cmocka_run_group_tests_name("deque_power", tests, NULL, NULL);
}
