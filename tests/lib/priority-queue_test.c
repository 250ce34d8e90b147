// SPDX-License-Identifier: MIT
/*
 * priority-queue_test.c: exact behaviour of priority queues
 */
#include "cmocka_test.h"

/* Twelve bytes: children that do not begin where a line does. */
struct job {
	uint32_t priority;
	uint32_t id;
	uint32_t other;
};

/* What another process marks while a verb compares. */
static struct bm_object *marked;

static bool is_less(const uint32_t *a, const uint32_t *b)
{
	if (marked)
		marked->updating = 1;
	return *a < *b;
}

static bool is_more_urgent(const struct job *a, const struct job *b)
{
	return a->priority > b->priority;
}

BM_PRIORITY_QUEUE(three, uint32_t, 3, is_less)
BM_PRIORITY_QUEUE(numbers, uint32_t, 1000, is_less)
BM_PRIORITY_QUEUE(jobs, struct job, 100, is_more_urgent)
BM_PRIORITY_QUEUE_CHECKED(twice, uint32_t, 20, is_less, redundant)
BM_PRIORITY_QUEUE_CHECKED(every_number, uint32_t, 20, is_less, every)

static struct bm_region region;
static struct numbers q;

static int set_up(void **state)
{
	(void)state;
	region = take_region(8192);
	return numbers_create(&q, region, "numbers");
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

/* The numbers below @count, each once, in an order without a pattern. */
static uint32_t scattered(uint32_t i, uint32_t count)
{
	return (uint32_t)((uint64_t)i * 7919 % count);
}

static void fill(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t item = scattered(i, count);

		assert_int_equal(numbers_push(&q, &item), 0);
		assert_int_equal(numbers_invariants(&q), 0);
	}
}

static size_t position_of(uint32_t item)
{
	size_t position = SIZE_MAX;

	assert_int_equal(numbers_find(&q, &item, &position), 0);
	return position;
}

/* Each number from @from to before @to comes out once, in order, and no more. */
static void check_comes_out(uint32_t from, uint32_t to)
{
	uint32_t item;

	assert_int_equal(numbers_invariants(&q), 0);
	assert_int_equal(numbers_len(&q), to - from);
	for (uint32_t expected = from; expected < to; expected++) {
		assert_int_equal(numbers_first(&q, &item), 0);
		assert_int_equal(item, expected);
		assert_int_equal(numbers_pop(&q, &item), 0);
		assert_int_equal(item, expected);
	}
	assert_int_equal(numbers_pop(&q, &item), -ENOENT);
	check_layout(region);
}

static void new_queue_is_empty(void **state)
{
	uint32_t item = 7;
	size_t cursor = 0;
	size_t count = 9;

	(void)state;
	assert_true(numbers_is_empty(&q));
	assert_false(numbers_is_full(&q));
	assert_int_equal(numbers_capacity(&q), 1000);
	assert_int_equal(numbers_pop(&q, &item), -ENOENT);
	assert_int_equal(numbers_first(&q, &item), -ENOENT);
	assert_int_equal(numbers_replace_first(&q, &item, NULL), -ENOENT);
	assert_int_equal(numbers_next(&q, &cursor, &item), -ENOENT);
	assert_int_equal(numbers_get(&q, 0, &item), -ERANGE);
	assert_int_equal(numbers_set(&q, 0, &item), -ERANGE);
	assert_int_equal(numbers_update(&q, 0), -ERANGE);
	assert_int_equal(numbers_remove(&q, 0, &item), -ERANGE);
	assert_int_equal(numbers_find(&q, &item, NULL), -ENOENT);
	assert_int_equal(numbers_drain(&q, &item, 1, &count), 0);
	assert_int_equal(count, 0);
	assert_null(numbers_at(&q, 0));
	assert_int_equal(item, 7);
	check_comes_out(0, 0);
}

static void comes_out_in_order(void **state)
{
	(void)state;
	for (uint32_t count = 1; count < 90; count++) {
		fill(count);
		check_comes_out(0, count);
	}
	fill(1000);
	assert_true(numbers_is_full(&q));
	check_comes_out(0, 1000);
}

static void full_queue_keeps_the_item(void **state)
{
	uint32_t items[] = { 3, 1, 2 };
	uint32_t item = 40;
	struct three t;

	(void)state;
	assert_int_equal(three_create(&t, region, "three"), 0);
	assert_int_equal(three_push(&t, &item), 0);
	assert_int_equal(three_extend(&t, items, 3), -ENOSPC);
	assert_int_equal(three_len(&t), 1);
	assert_int_equal(three_extend(&t, items, 2), 0);
	assert_int_equal(three_push(&t, &item), -ENOSPC);
	assert_int_equal(item, 40);
	assert_int_equal(t.queue.object->refused, 2);
	assert_int_equal(header_of(region)->refused, 2);
	assert_int_equal(three_invariants(&t), 0);
	assert_int_equal(three_first(&t, &item), 0);
	assert_int_equal(item, 1);
}

static void the_order_is_the_programs(void **state)
{
	struct job item = { 0, 0, 0 };
	struct jobs j;

	(void)state;
	assert_int_equal(jobs_create(&j, region, "jobs"), 0);
	for (uint32_t i = 0; i < 100; i++) {
		item = (struct job){ scattered(i, 100) / 2, i, ~i };
		assert_int_equal(jobs_push(&j, &item), 0);
	}
	assert_int_equal(jobs_invariants(&j), 0);
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(jobs_pop(&j, &item), 0);
		assert_int_equal(item.priority, 49 - i / 2);
		assert_int_equal(item.other, ~item.id);
	}
}

static void replace_first_is_a_pop_and_a_push(void **state)
{
	uint32_t item;
	uint32_t first;

	(void)state;
	for (uint32_t count = 1; count < 40; count++) {
		fill(count);
		for (uint32_t i = 0; i < 100; i++) {
			item = count + i;
			assert_int_equal(numbers_replace_first(&q, &item, &first),
					 0);
			assert_int_equal(first, i);
			assert_int_equal(numbers_invariants(&q), 0);
		}
		check_comes_out(100, 100 + count);
	}
	fill(30);
	item = 0;
	assert_int_equal(numbers_replace_first(&q, &item, NULL), 0);
	check_comes_out(0, 30);
}

static void remove_takes_any(void **state)
{
	uint32_t item;

	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		fill(60);
		assert_int_equal(numbers_remove(&q, 60, &item), -ERANGE);
		assert_int_equal(numbers_remove(&q, position_of(i), &item), 0);
		assert_int_equal(item, i);
		assert_int_equal(numbers_len(&q), 59);
		assert_int_equal(numbers_invariants(&q), 0);
		assert_int_equal(numbers_find(&q, &i, NULL), -ENOENT);
		assert_int_equal(numbers_push(&q, &i), 0);
		check_comes_out(0, 60);
	}
	fill(2);
	assert_int_equal(numbers_remove(&q, 0, NULL), 0);
	assert_int_equal(numbers_remove(&q, 0, NULL), 0);
	assert_int_equal(numbers_remove(&q, 0, NULL), -ERANGE);
}

static void set_and_update_move_up_and_down(void **state)
{
	uint32_t item;

	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		fill(60);
		item = 60;
		assert_int_equal(numbers_set(&q, position_of(i), &item), 0);
		assert_int_equal(numbers_invariants(&q), 0);
		item = i;
		assert_int_equal(numbers_set(&q, position_of(60), &item), 0);
		assert_int_equal(numbers_invariants(&q), 0);
		*numbers_at(&q, position_of(i)) = 60;
		assert_int_equal(numbers_update(&q, position_of(60)), 0);
		assert_int_equal(numbers_invariants(&q), 0);
		*numbers_at(&q, position_of(60)) = i;
		assert_int_equal(numbers_update(&q, position_of(i)), 0);
		assert_int_equal(numbers_set(&q, 60, &item), -ERANGE);
		assert_int_equal(numbers_update(&q, 60), -ERANGE);
		check_comes_out(0, 60);
	}
}

static void extend_puts_all_in(void **state)
{
	uint32_t items[200];

	(void)state;
	for (uint32_t count = 0; count < 200; count++) {
		for (uint32_t i = 0; i < count; i++)
			items[i] = 100 + scattered(i, count);
		fill(100);
		assert_int_equal(numbers_extend(&q, items, count), 0);
		check_comes_out(0, 100 + count);
		assert_int_equal(numbers_extend(&q, items, count), 0);
		check_comes_out(100, 100 + count);
	}
}

static void drain_sorts(void **state)
{
	uint32_t items[60];
	size_t count;

	(void)state;
	fill(50);
	assert_int_equal(numbers_drain(&q, items, 20, &count), 0);
	assert_int_equal(count, 20);
	assert_int_equal(numbers_drain(&q, items + 20, 40, &count), 0);
	assert_int_equal(count, 30);
	for (uint32_t i = 0; i < 50; i++)
		assert_int_equal(items[i], i);
	check_comes_out(0, 0);
}

static bool is_multiple(const uint32_t *item, void *context)
{
	return *item % *(uint32_t *)context == 0;
}

static void retain_takes_the_rest_out(void **state)
{
	uint32_t of[] = { 1, 2, 3, 7, 1000 };
	uint32_t item;

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		fill(300);
		assert_int_equal(numbers_retain(&q, is_multiple, &of[i]), 0);
		assert_int_equal(numbers_invariants(&q), 0);
		for (uint32_t expected = 0; expected < 300; expected += of[i]) {
			assert_int_equal(numbers_pop(&q, &item), 0);
			assert_int_equal(item, expected);
		}
		check_comes_out(0, 0);
	}
}

static void iteration_gives_each_once(void **state)
{
	bool seen[50] = { false };
	size_t cursor = 0;
	uint32_t item;
	uint32_t other;

	(void)state;
	fill(50);
	while (!numbers_next(&q, &cursor, &item)) {
		assert_int_equal(numbers_get(&q, cursor - 1, &other), 0);
		assert_int_equal(item, other);
		assert_true(numbers_contains(&q, &item));
		assert_false(seen[item]);
		seen[item] = true;
	}
	assert_int_equal(cursor, 50);
}

static void clear_makes_room(void **state)
{
	(void)state;
	fill(1000);
	numbers_clear(&q);
	check_comes_out(0, 0);
	assert_int_equal(q.queue.object->peak, 1000);
	fill(3);
	check_comes_out(0, 3);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	uint32_t item = 5;
	size_t cursor = 0;
	size_t count;

	(void)state;
	fill(2);
	q.queue.object->len = 1001;
	assert_int_equal(numbers_push(&q, &item), -EUCLEAN);
	assert_int_equal(numbers_pop(&q, &item), -EUCLEAN);
	assert_int_equal(numbers_replace_first(&q, &item, NULL), -EUCLEAN);
	assert_int_equal(numbers_first(&q, &item), -EUCLEAN);
	assert_int_equal(numbers_get(&q, 0, &item), -EUCLEAN);
	assert_int_equal(numbers_set(&q, 0, &item), -EUCLEAN);
	assert_int_equal(numbers_update(&q, 0), -EUCLEAN);
	assert_int_equal(numbers_remove(&q, 0, &item), -EUCLEAN);
	assert_int_equal(numbers_extend(&q, &item, 1), -EUCLEAN);
	assert_int_equal(numbers_drain(&q, &item, 1, &count), -EUCLEAN);
	assert_int_equal(numbers_retain(&q, is_multiple, &item), -EUCLEAN);
	assert_int_equal(numbers_find(&q, &item, NULL), -EUCLEAN);
	assert_int_equal(numbers_next(&q, &cursor, &item), -EUCLEAN);
	assert_int_equal(numbers_count(&q, &count), -EUCLEAN);
	assert_int_equal(numbers_repair(&q), -EUCLEAN);
	assert_int_equal(numbers_invariants(&q), -EUCLEAN);
	assert_int_equal(numbers_len(&q), 1000);
	assert_int_equal(item, 5);
	numbers_clear(&q);
	assert_int_equal(numbers_invariants(&q), 0);
	assert_int_equal(numbers_push(&q, &item), 0);
}

static void damaged_order_is_noticed_and_repaired(void **state)
{
	(void)state;
	fill(100);
	*numbers_at(&q, 0) = 50;
	*numbers_at(&q, position_of(49)) = 0;
	assert_int_equal(numbers_invariants(&q), -EUCLEAN);
	*numbers_at(&q, position_of(50)) = 49;
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(0, 100);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	uint32_t item = 5;
	size_t count;

	(void)state;
	fill(10);
	q.queue.object->place[0] = 0;
	q.queue.object->updating = 1;
	assert_int_equal(numbers_push(&q, &item), -EOWNERDEAD);
	assert_int_equal(numbers_pop(&q, &item), -EOWNERDEAD);
	assert_int_equal(numbers_replace_first(&q, &item, NULL), -EOWNERDEAD);
	assert_int_equal(numbers_set(&q, 0, &item), -EOWNERDEAD);
	assert_int_equal(numbers_update(&q, 0), -EOWNERDEAD);
	assert_int_equal(numbers_remove(&q, 0, &item), -EOWNERDEAD);
	assert_int_equal(numbers_extend(&q, &item, 1), -EOWNERDEAD);
	assert_int_equal(numbers_drain(&q, &item, 1, &count), -EOWNERDEAD);
	assert_int_equal(numbers_retain(&q, is_multiple, &item), -EOWNERDEAD);
	assert_int_equal(numbers_invariants(&q), -EOWNERDEAD);
	assert_int_equal(numbers_first(&q, &item), 0);
	assert_int_equal(item, 0);
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(0, 10);
}

/* A pop that has moved a child up and then died: the last fills the hole. */
static void repair_ends_what_a_pop_began(void **state)
{
	size_t best;

	(void)state;
	fill(30);
	best = position_of(1);
	*numbers_at(&q, 0) = 1;
	q.queue.object->place[0] = (uint32_t)best + 3;
	q.queue.object->place[1] = 29;
	q.queue.object->updating = 1;
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(1, 30);
}

/* What was sinking waits in the spare slot, which is the first of the contents. */
static void repair_puts_the_spare_one_back(void **state)
{
	(void)state;
	fill(30);
	*(uint32_t *)(q.queue.object + 1) = 7;
	q.queue.object->place[0] = (uint32_t)position_of(7) + 3;
	q.queue.object->place[1] = UINT32_MAX;
	*numbers_at(&q, position_of(7)) = 99;
	q.queue.object->updating = 1;
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(0, 30);
}

/* Who repairs may die as well: what he leaves is no older hole. */
static void repair_forgets_the_hole_before_it_begins(void **state)
{
	(void)state;
	fill(30);
	assert_int_equal(numbers_pop(&q, NULL), 0);
	assert_int_not_equal(q.queue.object->place[0], 0);
	assert_int_equal(numbers_repair(&q), 0);
	assert_int_equal(q.queue.object->place[0], 0);
	check_comes_out(1, 30);
}

static void repair_refuses_a_hole_that_cannot_be(void **state)
{
	uint32_t wrong[][2] = { { 2, 29 }, { 3, 28 }, { 3, 31 }, { 33, 29 },
				{ 33, UINT32_MAX }, { UINT32_MAX, UINT32_MAX },
				{ 2, UINT32_MAX }, { 3, UINT32_MAX - 1 } };

	(void)state;
	fill(30);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		q.queue.object->updating = 1;
		q.queue.object->place[0] = wrong[i][0];
		q.queue.object->place[1] = wrong[i][1];
		assert_int_equal(numbers_repair(&q), -EUCLEAN);
	}
	q.queue.object->updating = 0;
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(0, 30);
}

/* No push can have begun where there is no slot for it. */
static void repair_refuses_a_hole_beyond_a_full_queue(void **state)
{
	(void)state;
	fill(1000);
	q.queue.object->updating = 1;
	q.queue.object->place[0] = 3;
	q.queue.object->place[1] = 1000;
	assert_int_equal(numbers_repair(&q), -EUCLEAN);
	q.queue.object->updating = 0;
	assert_int_equal(numbers_repair(&q), 0);
	check_comes_out(0, 1000);
}

static void counters_of_the_pool_follow(void **state)
{
	uint64_t base = header_of(region)->used;
	uint32_t items[500] = { 0 };

	(void)state;
	fill(1000);
	assert_int_equal(header_of(region)->used, base + 4000);
	for (int i = 0; i < 900; i++)
		assert_int_equal(numbers_pop(&q, NULL), 0);
	assert_int_equal(header_of(region)->used, base + 4 * 112);
	assert_int_equal(q.queue.object->peak, 1000);
	check_layout(region);
	assert_int_equal(numbers_extend(&q, items, 500), 0);
	check_layout(region);
	assert_int_equal(numbers_retain(&q, is_multiple, &(uint32_t){ 1 << 20 }), 0);
	check_layout(region);
}

static void redundant_finds_a_changed_bit(void **state)
{
	struct twice t;
	uint32_t item;

	(void)state;
	assert_int_equal(twice_create(&t, region, "twice"), 0);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(twice_push(&t, &i), 0);
	assert_int_equal(twice_pop(&t, &item), 0);
	((uint32_t *)(t.queue.object + 1))[21] ^= 0x100;
	assert_int_equal(twice_first(&t, &item), -EUCLEAN);
	assert_int_equal(twice_pop(&t, &item), -EUCLEAN);
	((uint32_t *)(t.queue.object + 1))[21] ^= 0x100;
	assert_int_equal(twice_pop(&t, &item), 0);
	assert_int_equal(item, 1);
}

static void every_verb_looks_at_the_order(void **state)
{
	struct every_number e;
	uint32_t item = 3;
	size_t count;

	(void)state;
	assert_int_equal(every_number_create(&e, region, "every"), 0);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(every_number_push(&e, &i), 0);
	((uint32_t *)(e.queue.object + 1))[3] = 100;
	assert_int_equal(every_number_first(&e, &item), -EUCLEAN);
	assert_int_equal(every_number_pop(&e, &item), -EUCLEAN);
	assert_int_equal(every_number_count(&e, &count), -EUCLEAN);
	assert_int_equal(every_number_repair(&e), 0);
	assert_int_equal(every_number_first(&e, &item), 0);
	assert_int_equal(item, 1);
}

/* Few items are pushed one by one: each of the pushes looks. */
static void extend_ends_where_a_mark_appears(void **state)
{
	uint32_t items[3] = { 100, 101, 102 };

	(void)state;
	fill(100);
	marked = q.queue.object;
	assert_int_equal(numbers_extend(&q, items, 3), -EOWNERDEAD);
	marked = NULL;
	assert_int_equal(numbers_len(&q), 101);
	q.queue.object->updating = 0;
	assert_int_equal(numbers_invariants(&q), 0);
	check_comes_out(0, 101);
}

static void drain_gives_no_more_than_the_capacity(void **state)
{
	uint32_t items[1000];
	size_t count;

	(void)state;
	fill(1000);
	assert_int_equal(numbers_drain(&q, items, SIZE_MAX, &count), 0);
	assert_int_equal(count, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_true(numbers_is_empty(&q));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_queue_is_empty),
		CASE(comes_out_in_order),
		CASE(full_queue_keeps_the_item),
		CASE(the_order_is_the_programs),
		CASE(replace_first_is_a_pop_and_a_push),
		CASE(remove_takes_any),
		CASE(set_and_update_move_up_and_down),
		CASE(extend_puts_all_in),
		CASE(drain_sorts),
		CASE(extend_ends_where_a_mark_appears),
		CASE(drain_gives_no_more_than_the_capacity),
		CASE(retain_takes_the_rest_out),
		CASE(iteration_gives_each_once),
		CASE(clear_makes_room),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(damaged_order_is_noticed_and_repaired),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(repair_ends_what_a_pop_began),
		CASE(repair_puts_the_spare_one_back),
		CASE(repair_forgets_the_hole_before_it_begins),
		CASE(repair_refuses_a_hole_that_cannot_be),
		CASE(repair_refuses_a_hole_beyond_a_full_queue),
		CASE(counters_of_the_pool_follow),
		CASE(redundant_finds_a_changed_bit),
		CASE(every_verb_looks_at_the_order),
	};

	return cmocka_run_group_tests_name("priority-queue", tests, NULL, NULL);
}
