// SPDX-License-Identifier: MIT
/*
 * deque_move_test.c: exact behaviour of what moves the elements of a deque, or many
 */
#include "deque_five.h"

static struct five make_again(uint32_t head, uint32_t count)
{
	memset(region.base, 0, region.size);
	return make_five(head, count);
}

static void insert_moves_the_shorter_side(void **state)
{
	uint32_t item = 5;
	struct five d;

	(void)state;
	for (uint32_t head = 0; head < 5; head++) {
		uint32_t before = (head + 4) % 5;

		d = make_again(head, 4);
		assert_int_equal(five_insert(&d, 1, &item), 0);
		assert_int_equal(head_of(&d), before);
		CHECK(&d, 10, 5, 20, 30, 40);
		d = make_again(head, 4);
		assert_int_equal(five_insert(&d, 3, &item), 0);
		assert_int_equal(head_of(&d), head);
		CHECK(&d, 10, 20, 30, 5, 40);
		d = make_again(head, 4);
		assert_int_equal(five_insert(&d, 0, &item), 0);
		assert_int_equal(head_of(&d), before);
		CHECK(&d, 5, 10, 20, 30, 40);
		d = make_again(head, 4);
		assert_int_equal(five_insert(&d, 4, &item), 0);
		assert_int_equal(head_of(&d), head);
		CHECK(&d, 10, 20, 30, 40, 5);
	}
}

static void remove_moves_the_shorter_side(void **state)
{
	uint32_t item;
	struct five d;

	(void)state;
	for (uint32_t head = 0; head < 5; head++) {
		d = make_again(head, 5);
		assert_int_equal(five_remove(&d, 1, &item), 0);
		assert_int_equal(item, 20);
		assert_int_equal(head_of(&d), (head + 1) % 5);
		CHECK(&d, 10, 30, 40, 50);
		d = make_again(head, 5);
		assert_int_equal(five_remove(&d, 3, &item), 0);
		assert_int_equal(item, 40);
		assert_int_equal(head_of(&d), head);
		CHECK(&d, 10, 20, 30, 50);
		assert_int_equal(five_remove(&d, 4, &item), -ERANGE);
		assert_int_equal(five_remove(&d, 0, NULL), 0);
		CHECK(&d, 20, 30, 50);
	}
}

static void swap_remove_fills_from_an_end(void **state)
{
	struct five d = make_five(3, 5);
	uint32_t item;

	(void)state;
	assert_int_equal(five_swap_remove_back(&d, 1, &item), 0);
	assert_int_equal(item, 20);
	CHECK(&d, 10, 50, 30, 40);
	assert_int_equal(five_swap_remove_front(&d, 2, &item), 0);
	assert_int_equal(item, 30);
	CHECK(&d, 50, 10, 40);
	assert_int_equal(five_swap_remove_back(&d, 2, NULL), 0);
	assert_int_equal(five_swap_remove_front(&d, 0, NULL), 0);
	CHECK(&d, 10);
	assert_int_equal(five_swap_remove_back(&d, 1, &item), -ERANGE);
	assert_int_equal(five_swap_remove_back(&d, 0, &item), 0);
	assert_int_equal(item, 10);
	assert_true(five_is_empty(&d));
}

static void drain_takes_a_range(void **state)
{
	uint32_t items[5];
	struct five d;

	(void)state;
	for (uint32_t head = 0; head < 5; head++) {
		d = make_again(head, 5);
		assert_int_equal(five_drain(&d, 1, 3, items), 0);
		assert_int_equal(items[0] + items[1] * 100, 3020);
		CHECK(&d, 10, 40, 50);
		d = make_again(head, 5);
		assert_int_equal(five_drain(&d, 2, 4, NULL), 0);
		CHECK(&d, 10, 20, 50);
		assert_int_equal(five_drain(&d, 0, 2, items), 0);
		assert_int_equal(items[0] + items[1] * 100, 2010);
		CHECK(&d, 50);
		d = make_again(head, 5);
		assert_int_equal(five_drain(&d, 0, 5, items), 0);
		assert_memory_equal(items, ((uint32_t[]){ 10, 20, 30, 40, 50 }),
				    sizeof(items));
		assert_true(five_is_empty(&d));
	}
}

static void drain_takes_all_or_nothing(void **state)
{
	struct five d = make_five(4, 3);
	uint32_t items[5] = { 0 };

	(void)state;
	assert_int_equal(five_drain(&d, 1, 4, items), -ERANGE);
	assert_int_equal(five_drain(&d, 4, 4, items), -ERANGE);
	assert_int_equal(five_drain(&d, 2, SIZE_MAX, items), -ERANGE);
	assert_int_equal(five_drain(&d, SIZE_MAX, 2, items), -ERANGE);
	assert_int_equal(five_drain(&d, 3, 2, items), -ERANGE);
	assert_int_equal(five_drain(&d, 3, 3, items), 0);
	assert_int_equal(items[0], 0);
	CHECK(&d, 10, 20, 30);
}

static void truncate_drops_the_rest(void **state)
{
	struct five d = make_five(4, 4);

	(void)state;
	assert_int_equal(five_truncate(&d, SIZE_MAX), 0);
	assert_int_equal(five_truncate(&d, 4), 0);
	CHECK(&d, 10, 20, 30, 40);
	assert_int_equal(five_truncate(&d, 1), 0);
	CHECK(&d, 10);
	assert_int_equal(five_truncate(&d, 0), 0);
	assert_true(five_is_empty(&d));
}

/* What keep() is called with, and a verb of the deque within it. */
struct seen {
	struct five *d;
	uint32_t sum;
	int err;
};

static bool keep_odd_tens(const uint32_t *item, void *argument)
{
	struct seen *seen = argument;

	seen->sum = seen->sum * 10 + *item / 10;
	seen->err = five_push_back(seen->d, item);
	return *item / 10 % 2;
}

static void retain_keeps_the_order(void **state)
{
	struct five d = make_five(3, 5);
	struct seen seen = { &d, 0, 0 };

	(void)state;
	assert_int_equal(five_retain(&d, keep_odd_tens, &seen), 0);
	assert_int_equal(seen.sum, 12345);
	assert_int_equal(seen.err, -EOWNERDEAD);
	CHECK(&d, 10, 30, 50);
	assert_int_equal(five_retain(&d, keep_odd_tens, &seen), 0);
	CHECK(&d, 10, 30, 50);
}

static void extend_is_all_or_nothing(void **state)
{
	struct five d = make_five(3, 1);
	uint32_t items[] = { 20, 30, 40, 50, 60 };

	(void)state;
	assert_int_equal(five_extend(&d, items, 5), -ENOSPC);
	assert_int_equal(five_extend(&d, items, SIZE_MAX), -ENOSPC);
	CHECK(&d, 10);
	assert_int_equal(five_extend(&d, items, 4), 0);
	CHECK(&d, 10, 20, 30, 40, 50);
}

static void rotate_turns_in_place(void **state)
{
	struct five d;

	(void)state;
	for (uint32_t head = 0; head < 5; head++) {
		d = make_again(head, 4);
		assert_int_equal(five_rotate_left(&d, 1), 0);
		CHECK(&d, 20, 30, 40, 10);
		assert_int_equal(five_rotate_left(&d, 3), 0);
		CHECK(&d, 10, 20, 30, 40);
		assert_int_equal(five_rotate_right(&d, 1), 0);
		CHECK(&d, 40, 10, 20, 30);
		assert_int_equal(five_rotate_right(&d, 2), 0);
		CHECK(&d, 20, 30, 40, 10);
		assert_int_equal(five_rotate_right(&d, 4), 0);
		assert_int_equal(five_rotate_left(&d, 4), 0);
		CHECK(&d, 20, 30, 40, 10);
		assert_int_equal(five_rotate_right(&d, 5), -ERANGE);
	}
}

static void rotate_of_a_full_one_moves_nothing(void **state)
{
	struct five d = make_five(2, 5);
	uint32_t *thirty = five_at(&d, 2);

	(void)state;
	assert_int_equal(five_rotate_left(&d, 2), 0);
	assert_ptr_equal(five_at(&d, 0), thirty);
	CHECK(&d, 30, 40, 50, 10, 20);
	assert_int_equal(five_rotate_right(&d, 1), 0);
	CHECK(&d, 20, 30, 40, 50, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(insert_moves_the_shorter_side),
		CASE(remove_moves_the_shorter_side),
		CASE(swap_remove_fills_from_an_end),
		CASE(drain_takes_a_range),
		CASE(drain_takes_all_or_nothing),
		CASE(truncate_drops_the_rest),
		CASE(retain_keeps_the_order),
		CASE(extend_is_all_or_nothing),
		CASE(rotate_turns_in_place),
		CASE(rotate_of_a_full_one_moves_nothing),
	};

	return cmocka_run_group_tests_name("deque_move", tests, NULL, NULL);
}
