// SPDX-License-Identifier: MIT
/*
 * queue_test.c: exact behaviour of queues
 */
#include "cmocka_test.h"

BM_QUEUE(three, uint32_t, 3)
BM_DEQUE(three_deque, uint32_t, 3)
BM_QUEUE(hundred, uint16_t, 100)
BM_QUEUE_CHECKED(looked_at, uint32_t, 3, every)
BM_QUEUE_CHECKED(twice, uint32_t, 3, redundant)

REGION_OF_EACH_CASE(8192)

/* Elements 10, 20 and so on, the first one in place @head. */
static struct three make_three(uint32_t head, uint32_t count)
{
	struct three q;

	assert_int_equal(three_create(&q, region, "three"), 0);
	for (uint32_t i = 0; i < head; i++) {
		assert_int_equal(three_push(&q, &i), 0);
		assert_int_equal(three_pop(&q, NULL), 0);
	}
	for (uint32_t i = 1; i <= count; i++) {
		uint32_t item = i * 10;

		assert_int_equal(three_push(&q, &item), 0);
	}
	return q;
}

static void check_three(const struct three *q, size_t len, const uint32_t *expected)
{
	uint32_t item;

	assert_int_equal(three_len(q), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(three_get(q, i, &item), 0);
		assert_int_equal(item, expected[i]);
	}
	assert_int_equal(three_get(q, len, &item), -ERANGE);
	assert_int_equal(three_invariants(q), 0);
	check_layout(region);
}

#define CHECK(q, ...)							\
	check_three(q, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		    (uint32_t[]){ __VA_ARGS__ })

static void new_queue_is_empty(void **state)
{
	struct three q = make_three(0, 0);
	uint32_t item = 7;
	size_t count = 7;

	(void)state;
	assert_true(three_is_empty(&q));
	assert_false(three_is_full(&q));
	assert_int_equal(three_capacity(&q), 3);
	assert_int_equal(three_pop(&q, &item), -ENOENT);
	assert_int_equal(three_pop_many(&q, &item, 1, &count), -ENOENT);
	assert_int_equal(three_pop_many(&q, &item, 0, &count), -ENOENT);
	assert_int_equal(three_first(&q, &item), -ENOENT);
	assert_int_equal(three_last(&q, &item), -ENOENT);
	assert_int_equal(count, 7);
	count = 0;
	assert_int_equal(three_next(&q, &count, &item), -ENOENT);
	assert_int_equal(three_next_back(&q, &count, &item), -ENOENT);
	assert_int_equal(three_find(&q, &item, &count), -ENOENT);
	assert_null(three_at(&q, 0));
	assert_int_equal(item, 7);
	check_three(&q, 0, NULL);
}

static void full_push_keeps_the_item(void **state)
{
	struct three q = make_three(2, 3);
	uint32_t item = 40;

	(void)state;
	assert_true(three_is_full(&q));
	assert_int_equal(three_push(&q, &item), -ENOSPC);
	assert_int_equal(three_extend(&q, &item, 1), -ENOSPC);
	assert_int_equal(item, 40);
	assert_int_equal(q.queue.object->refused, 2);
	assert_int_equal(header_of(region)->refused, 2);
	CHECK(&q, 10, 20, 30);
}

static void what_is_pushed_first_is_popped_first(void **state)
{
	struct three q = make_three(0, 2);
	uint32_t next = 0;
	uint32_t item;

	(void)state;
	three_clear(&q);
	for (uint32_t i = 0; i < 20; i++) {
		assert_int_equal(three_push(&q, &i), 0);
		if (i % 3 == 2) {
			assert_int_equal(three_pop(&q, &item), 0);
			assert_int_equal(item, next++);
		}
		if (three_is_full(&q)) {
			assert_int_equal(three_first(&q, &item), 0);
			assert_int_equal(item, next);
			assert_int_equal(three_last(&q, &item), 0);
			assert_int_equal(item, i);
			assert_int_equal(three_pop(&q, NULL), 0);
			assert_int_equal(three_pop(&q, NULL), 0);
			next += 2;
		}
	}
	assert_true(next > 12);
	assert_int_equal(three_invariants(&q), 0);
}

static void extend_is_all_or_nothing(void **state)
{
	uint32_t items[] = { 20, 30, 40 };
	struct three q = make_three(2, 1);

	(void)state;
	assert_int_equal(three_extend(&q, items, 3), -ENOSPC);
	CHECK(&q, 10);
	assert_int_equal(three_extend(&q, items, 2), 0);
	CHECK(&q, 10, 20, 30);
	assert_int_equal(three_extend(&q, items, 0), 0);
	CHECK(&q, 10, 20, 30);
}

static void pop_many_takes_what_there_is(void **state)
{
	struct three q = make_three(2, 3);
	uint32_t items[3] = { 1, 2, 3 };
	size_t taken;

	(void)state;
	assert_int_equal(three_pop_many(&q, items, 0, &taken), 0);
	assert_int_equal(taken, 0);
	assert_int_equal(three_pop_many(&q, items, 2, &taken), 0);
	assert_int_equal(taken, 2);
	assert_memory_equal(items, ((uint32_t[]){ 10, 20, 3 }), sizeof(items));
	CHECK(&q, 30);
	assert_int_equal(three_pop_many(&q, NULL, SIZE_MAX, &taken), 0);
	assert_int_equal(taken, 1);
	assert_true(three_is_empty(&q));
}

static void what_was_used_in_place_is_popped(void **state)
{
	struct three q = make_three(2, 3);
	uint32_t *first;
	uint32_t *second;
	size_t first_len;
	size_t second_len;
	size_t taken;

	(void)state;
	assert_int_equal(three_slices(&q, &first, &first_len, &second, &second_len), 0);
	assert_int_equal(first_len, 1);
	assert_int_equal(second_len, 2);
	assert_int_equal(first[0], 10);
	assert_ptr_equal(second + 1, three_at(&q, 2));
	assert_int_equal(three_pop_many(&q, NULL, first_len, &taken), 0);
	assert_int_equal(taken, 1);
	CHECK(&q, 20, 30);
}

static void iteration_leaves_them_where_they_are(void **state)
{
	struct three q = make_three(2, 3);
	size_t cursor = 0;
	uint32_t seen = 0;
	uint32_t item;

	(void)state;
	while (!three_next(&q, &cursor, &item))
		seen = seen * 10 + item / 10;
	cursor = 0;
	while (!three_next_back(&q, &cursor, &item))
		seen = seen * 10 + item / 10;
	assert_int_equal(seen, 123321);
	item = 20;
	assert_true(three_contains(&q, &item));
	assert_int_equal(three_find(&q, &item, &cursor), 0);
	assert_int_equal(cursor, 1);
	CHECK(&q, 10, 20, 30);
}

static void check_damaged(struct three *q)
{
	uint32_t item = 5;
	size_t count = 0;

	assert_int_equal(three_push(q, &item), -EUCLEAN);
	assert_int_equal(three_pop(q, &item), -EUCLEAN);
	assert_int_equal(three_extend(q, &item, 1), -EUCLEAN);
	assert_int_equal(three_pop_many(q, &item, 1, &count), -EUCLEAN);
	assert_int_equal(three_first(q, &item), -EUCLEAN);
	assert_int_equal(three_last(q, &item), -EUCLEAN);
	assert_int_equal(three_get(q, 0, &item), -EUCLEAN);
	assert_int_equal(three_next(q, &count, &item), -EUCLEAN);
	assert_int_equal(three_find(q, &item, &count), -EUCLEAN);
	assert_int_equal(three_count(q, &count), -EUCLEAN);
	assert_int_equal(three_repair(q), -EUCLEAN);
	assert_int_equal(three_invariants(q), -EUCLEAN);
	assert_int_equal(item, 5);
	three_clear(q);
	assert_int_equal(three_push(q, &item), 0);
	CHECK(q, 5);
}

static void damage_is_an_error_everywhere(void **state)
{
	struct three q = make_three(1, 2);

	(void)state;
	q.queue.object->place[0] = 3;
	q.queue.object->place[1] = 2;
	check_damaged(&q);
	q.queue.object->place[0] = 1;
	q.queue.object->place[1] = 4;
	check_damaged(&q);
	q.queue.object->place[0] = 3;
	q.queue.object->place[1] = 0;
	check_damaged(&q);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct three q = make_three(1, 2);
	uint32_t item = 5;
	size_t count;

	(void)state;
	bm_deque_update_begin_(&q.queue);
	assert_int_equal(three_push(&q, &item), -EOWNERDEAD);
	assert_int_equal(three_pop(&q, &item), -EOWNERDEAD);
	assert_int_equal(three_extend(&q, &item, 1), -EOWNERDEAD);
	assert_int_equal(three_pop_many(&q, &item, 1, &count), -EOWNERDEAD);
	assert_int_equal(three_invariants(&q), -EOWNERDEAD);
	assert_int_equal(three_first(&q, &item), 0);
	assert_int_equal(three_repair(&q), 0);
	CHECK(&q, 10, 20);
}

static void a_deque_is_no_queue(void **state)
{
	struct bm_mismatch mismatch;
	struct three_deque d;

	(void)state;
	(void)make_three(0, 1);
	assert_int_equal(three_deque_attach(&d, region, "three", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "kind of collection");
}

static void another_handle_sees_the_same_queue(void **state)
{
	struct three q = make_three(2, 2);
	struct three r;
	uint32_t item;

	(void)state;
	assert_int_equal(three_attach(&r, region, "three", NULL), 0);
	assert_int_equal(three_pop(&r, &item), 0);
	assert_int_equal(item, 10);
	CHECK(&q, 20);
}

/* However long it is used, empty as it is, the counters stay where they are. */
static void a_queue_at_work_does_not_move_the_counters(void **state)
{
	struct hundred q;
	uint64_t used;

	(void)state;
	assert_int_equal(hundred_create(&q, region, "q"), 0);
	assert_int_equal(hundred_push(&q, &(uint16_t){ 1 }), 0);
	used = header_of(region)->used;
	for (uint16_t i = 0; i < 1000; i++) {
		assert_int_equal(hundred_push(&q, &i), 0);
		if (i == 0)
			used = header_of(region)->used;
		assert_int_equal(header_of(region)->used, used);
		assert_int_equal(hundred_pop(&q, NULL), 0);
	}
	assert_int_equal(q.queue.object->peak, 2);
	check_layout(region);
}

static void every_verb_looks(void **state)
{
	struct looked_at q;
	uint32_t item = 5;
	size_t count;

	(void)state;
	assert_int_equal(looked_at_create(&q, region, "q"), 0);
	assert_int_equal(looked_at_push(&q, &item), 0);
	q.queue.object->peak = 1000;
	assert_int_equal(looked_at_push(&q, &item), -EUCLEAN);
	assert_int_equal(looked_at_pop(&q, &item), -EUCLEAN);
	assert_int_equal(looked_at_extend(&q, &item, 1), -EUCLEAN);
	assert_int_equal(looked_at_pop_many(&q, &item, 1, &count), -EUCLEAN);
	assert_int_equal(looked_at_first(&q, &item), -EUCLEAN);
	assert_int_equal(looked_at_count(&q, &count), -EUCLEAN);
}

static void redundant_copy_follows(void **state)
{
	uint32_t items[] = { 1, 2, 3 };
	struct twice q;
	uint32_t item;
	size_t taken;

	(void)state;
	assert_int_equal(twice_create(&q, region, "twice"), 0);
	assert_int_equal(twice_extend(&q, items, 2), 0);
	assert_int_equal(twice_pop(&q, &item), 0);
	assert_int_equal(twice_push(&q, items), 0);
	assert_int_equal(twice_pop_many(&q, &item, 1, &taken), 0);
	assert_int_equal(item, 2);
	((unsigned char *)q.queue.object)[60] ^= 1;
	assert_int_equal(twice_pop(&q, &item), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_queue_is_empty),
		CASE_IN_REGION(full_push_keeps_the_item),
		CASE_IN_REGION(what_is_pushed_first_is_popped_first),
		CASE_IN_REGION(extend_is_all_or_nothing),
		CASE_IN_REGION(pop_many_takes_what_there_is),
		CASE_IN_REGION(what_was_used_in_place_is_popped),
		CASE_IN_REGION(iteration_leaves_them_where_they_are),
		CASE_IN_REGION(damage_is_an_error_everywhere),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(a_deque_is_no_queue),
		CASE_IN_REGION(another_handle_sees_the_same_queue),
		CASE_IN_REGION(a_queue_at_work_does_not_move_the_counters),
		CASE_IN_REGION(every_verb_looks),
		CASE_IN_REGION(redundant_copy_follows),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
