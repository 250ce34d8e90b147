// SPDX-License-Identifier: MIT
/*
 * sorted_list_test.c: exact behaviour of sorted lists
 */
#include "cmocka_test.h"

struct task {
	uint32_t deadline;
	uint32_t number;
};

static int by_deadline(const struct task *a, const struct task *b)
{
	return (a->deadline > b->deadline) - (a->deadline < b->deadline);
}

BM_SORTED_LIST(agenda, struct task, 8, by_deadline)
BM_SORTED_LIST_CHECKED(twice, struct task, 8, by_deadline, redundant)
BM_SORTED_LIST_CHECKED(watched, struct task, 8, by_deadline, every)
BM_VEC(tasks, struct task, 8)

REGION_OF_EACH_CASE(8192)

/* Deadlines 10, 20, 20, 20, 30, numbers as they came. */
static struct agenda make_agenda(void)
{
	const uint32_t deadlines[] = { 20, 30, 20, 10, 20 };
	struct agenda l;

	assert_int_equal(agenda_create(&l, region, "agenda"), 0);
	for (uint32_t i = 0; i < 5; i++) {
		struct task task = { deadlines[i], i };

		assert_int_equal(agenda_push(&l, &task), 0);
	}
	return l;
}

/* The numbers, in a decimal number. */
static void check(const struct agenda *l, uint32_t digits)
{
	uint32_t seen = 0;

	for (size_t i = 0; i < agenda_len(l); i++)
		seen = seen * 10 + agenda_at(l, i)->number;
	assert_int_equal(seen, digits);
	assert_int_equal(agenda_invariants(l), 0);
	check_layout(region);
}

static void new_list_is_empty(void **state)
{
	struct task task = { 1, 7 };
	struct agenda l;
	size_t cursor = SIZE_MAX;
	size_t index = 9;

	(void)state;
	assert_int_equal(agenda_create(&l, region, "agenda"), 0);
	assert_true(agenda_is_empty(&l));
	assert_int_equal(agenda_capacity(&l), 8);
	assert_int_equal(agenda_pop(&l, &task), -ENOENT);
	assert_int_equal(agenda_pop_first(&l, &task), -ENOENT);
	assert_int_equal(agenda_first(&l, &task), -ENOENT);
	assert_int_equal(agenda_last(&l, &task), -ENOENT);
	assert_int_equal(agenda_previous(&l, &cursor, &task), -ENOENT);
	cursor = 0;
	assert_int_equal(agenda_next(&l, &cursor, &task), -ENOENT);
	assert_int_equal(agenda_get(&l, 0, &task), -ERANGE);
	assert_int_equal(agenda_remove(&l, 0, &task), -ERANGE);
	assert_int_equal(agenda_remove_item(&l, &task, NULL), -ENOENT);
	assert_int_equal(agenda_find(&l, &task, &index), -ENOENT);
	assert_int_equal(index, 9);
	assert_int_equal(agenda_lower_bound(&l, &task, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(task.number, 7);
	assert_null(agenda_at(&l, 0));
}

static void push_keeps_the_order_of_coming(void **state)
{
	struct agenda l = make_agenda();

	(void)state;
	check(&l, 30241);
	assert_int_equal(agenda_len(&l), 5);
}

static void full_push_keeps_the_item(void **state)
{
	const struct task more[] = { { 5, 5 }, { 40, 6 }, { 20, 7 }, { 1, 8 } };
	struct agenda l = make_agenda();

	(void)state;
	assert_int_equal(agenda_extend(&l, more, 4), -ENOSPC);
	assert_int_equal(l.list.object->refused, 1);
	check(&l, 30241);
	assert_int_equal(agenda_extend(&l, more, 3), 0);
	check(&l, 53024716);
	assert_true(agenda_is_full(&l));
	assert_int_equal(agenda_push(&l, more), -ENOSPC);
	assert_int_equal(agenda_extend(&l, more, 0), 0);
	check(&l, 53024716);
}

static void both_ends_can_be_taken(void **state)
{
	struct agenda l = make_agenda();
	struct task task;

	(void)state;
	assert_int_equal(agenda_first(&l, &task), 0);
	assert_int_equal(task.number, 3);
	assert_int_equal(agenda_last(&l, &task), 0);
	assert_int_equal(task.number, 1);
	assert_int_equal(agenda_pop(&l, &task), 0);
	assert_int_equal(task.number, 1);
	assert_int_equal(agenda_pop_first(&l, &task), 0);
	assert_int_equal(task.number, 3);
	check(&l, 24);
	assert_int_equal(agenda_pop_first(&l, NULL), 0);
	assert_int_equal(agenda_pop(&l, NULL), 0);
	assert_int_equal(agenda_len(&l), 1);
	assert_int_equal(agenda_at(&l, 0)->number, 2);
}

static void bounds_enclose_what_is_equal(void **state)
{
	struct agenda l = make_agenda();
	struct task task = { 20, 0 };
	size_t lower;
	size_t upper;
	size_t index;

	(void)state;
	assert_int_equal(agenda_lower_bound(&l, &task, &lower), 0);
	assert_int_equal(agenda_upper_bound(&l, &task, &upper), 0);
	assert_int_equal(lower, 1);
	assert_int_equal(upper, 4);
	assert_int_equal(agenda_find(&l, &task, &index), 0);
	assert_int_equal(index, 1);
	assert_int_equal(agenda_find(&l, &task, NULL), 0);
	assert_true(agenda_contains(&l, &task));
	task.deadline = 31;
	assert_false(agenda_contains(&l, &task));
	assert_int_equal(agenda_find(&l, &task, &index), -ENOENT);
	assert_int_equal(agenda_lower_bound(&l, &task, &lower), 0);
	assert_int_equal(lower, 5);
	task.deadline = 10;
	assert_int_equal(agenda_lower_bound(&l, &task, &lower), 0);
	assert_int_equal(lower, 0);
}

static void items_are_removed_by_index_and_by_order(void **state)
{
	struct agenda l = make_agenda();
	struct task task = { 20, 9 };
	struct task removed;

	(void)state;
	assert_int_equal(agenda_remove_item(&l, &task, &removed), 0);
	assert_int_equal(removed.number, 0);
	check(&l, 3241);
	assert_int_equal(agenda_remove(&l, 2, &removed), 0);
	assert_int_equal(removed.number, 4);
	assert_int_equal(agenda_remove(&l, 3, NULL), -ERANGE);
	task.deadline = 15;
	assert_int_equal(agenda_remove_item(&l, &task, NULL), -ENOENT);
	check(&l, 321);
	assert_int_equal(agenda_drain(&l, 0, 4, NULL), -ERANGE);
	assert_int_equal(agenda_drain(&l, 0, 2, NULL), 0);
	check(&l, 1);
}

static void iteration_goes_both_ways(void **state)
{
	struct agenda l = make_agenda();
	struct task task = { 20, 0 };
	size_t cursor = SIZE_MAX;
	uint32_t seen = 0;

	(void)state;
	while (!agenda_previous(&l, &cursor, &task))
		seen = seen * 10 + task.number;
	assert_int_equal(seen, 14203);
	assert_int_equal(cursor, 0);
	seen = 0;
	while (!agenda_next(&l, &cursor, &task))
		seen = seen * 10 + task.number;
	assert_int_equal(seen, 30241);
	task.deadline = 20;
	assert_int_equal(agenda_upper_bound(&l, &task, &cursor), 0);
	assert_int_equal(agenda_previous(&l, &cursor, &task), 0);
	assert_int_equal(task.number, 4);
}

static void a_vec_is_not_a_list(void **state)
{
	struct bm_mismatch mismatch;
	struct tasks v;

	(void)state;
	(void)make_agenda();
	assert_int_equal(tasks_attach(&v, region, "agenda", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "kind of collection");
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct agenda l = make_agenda();
	struct task task = { 1, 7 };
	size_t cursor = 0;

	(void)state;
	l.list.object->len = 9;
	assert_int_equal(agenda_push(&l, &task), -EUCLEAN);
	assert_int_equal(agenda_extend(&l, &task, 1), -EUCLEAN);
	assert_int_equal(agenda_pop(&l, &task), -EUCLEAN);
	assert_int_equal(agenda_pop_first(&l, &task), -EUCLEAN);
	assert_int_equal(agenda_first(&l, &task), -EUCLEAN);
	assert_int_equal(agenda_last(&l, &task), -EUCLEAN);
	assert_int_equal(agenda_get(&l, 0, &task), -EUCLEAN);
	assert_int_equal(agenda_find(&l, &task, NULL), -EUCLEAN);
	assert_int_equal(agenda_lower_bound(&l, &task, &cursor), -EUCLEAN);
	assert_int_equal(agenda_upper_bound(&l, &task, &cursor), -EUCLEAN);
	assert_int_equal(agenda_remove(&l, 0, &task), -EUCLEAN);
	assert_int_equal(agenda_remove_item(&l, &task, &task), -EUCLEAN);
	assert_int_equal(agenda_drain(&l, 0, 1, NULL), -EUCLEAN);
	assert_int_equal(agenda_next(&l, &cursor, &task), -EUCLEAN);
	assert_int_equal(agenda_previous(&l, &cursor, &task), -EUCLEAN);
	assert_int_equal(agenda_count(&l, &cursor), -EUCLEAN);
	assert_int_equal(agenda_repair(&l), -EUCLEAN);
	assert_int_equal(agenda_invariants(&l), -EUCLEAN);
	assert_int_equal(task.number, 7);
	agenda_clear(&l);
	assert_int_equal(agenda_push(&l, &task), 0);
	assert_int_equal(agenda_invariants(&l), 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct agenda l = make_agenda();
	struct task task = { 20, 7 };

	(void)state;
	bm_vec_update_begin_(&l.list);
	assert_int_equal(agenda_push(&l, &task), -EOWNERDEAD);
	assert_int_equal(agenda_extend(&l, &task, 1), -EOWNERDEAD);
	assert_int_equal(agenda_pop(&l, NULL), -EOWNERDEAD);
	assert_int_equal(agenda_pop_first(&l, NULL), -EOWNERDEAD);
	assert_int_equal(agenda_remove(&l, 0, NULL), -EOWNERDEAD);
	assert_int_equal(agenda_remove_item(&l, &task, NULL), -EOWNERDEAD);
	assert_int_equal(agenda_drain(&l, 0, 1, NULL), -EOWNERDEAD);
	assert_int_equal(agenda_find(&l, &task, NULL), 0);
	assert_int_equal(agenda_repair(&l), 0);
	check(&l, 30241);
}

static void damaged_order_is_noticed_and_mended(void **state)
{
	struct agenda l = make_agenda();
	struct watched watched;
	struct task task;

	(void)state;
	((struct task *)(l.list.object + 1))[4].deadline = 15;
	assert_int_equal(agenda_invariants(&l), -EUCLEAN);
	assert_int_equal(watched_attach(&watched, region, "agenda", NULL), 0);
	assert_int_equal(watched_first(&watched, &task), -EUCLEAN);
	assert_int_equal(watched_push(&watched, &task), -EUCLEAN);
	assert_int_equal(agenda_repair(&l), 0);
	assert_int_equal(agenda_invariants(&l), 0);
	assert_int_equal(agenda_at(&l, 1)->number, 1);
	assert_int_equal(watched_first(&watched, &task), 0);
	assert_int_equal(task.number, 3);
}

static void redundant_notices_a_changed_element(void **state)
{
	struct task task = { 20, 7 };
	struct twice l;
	size_t index;

	(void)state;
	assert_int_equal(twice_create(&l, region, "twice"), 0);
	assert_int_equal(twice_push(&l, &task), 0);
	assert_int_equal(twice_extend(&l, &task, 1), 0);
	assert_int_equal(twice_remove_item(&l, &task, NULL), 0);
	assert_int_equal(twice_find(&l, &task, &index), 0);
	((struct task *)(l.list.object + 1))->number ^= 1;
	assert_int_equal(twice_push(&l, &task), -EUCLEAN);
	assert_int_equal(twice_extend(&l, &task, 1), -EUCLEAN);
	assert_int_equal(twice_pop(&l, &task), -EUCLEAN);
	assert_int_equal(twice_pop_first(&l, &task), -EUCLEAN);
	assert_int_equal(twice_remove_item(&l, &task, &task), -EUCLEAN);
	assert_int_equal(twice_find(&l, &task, &index), -EUCLEAN);
	assert_int_equal(twice_lower_bound(&l, &task, &index), -EUCLEAN);
	assert_int_equal(twice_upper_bound(&l, &task, &index), -EUCLEAN);
	assert_int_equal(twice_next(&l, &index, &task), -EUCLEAN);
	assert_int_equal(twice_previous(&l, &index, &task), -EUCLEAN);
	assert_int_equal(task.number, 7);
	twice_clear(&l);
	assert_int_equal(twice_push(&l, &task), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_list_is_empty),
		CASE_IN_REGION(push_keeps_the_order_of_coming),
		CASE_IN_REGION(full_push_keeps_the_item),
		CASE_IN_REGION(both_ends_can_be_taken),
		CASE_IN_REGION(bounds_enclose_what_is_equal),
		CASE_IN_REGION(items_are_removed_by_index_and_by_order),
		CASE_IN_REGION(iteration_goes_both_ways),
		CASE_IN_REGION(a_vec_is_not_a_list),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(damaged_order_is_noticed_and_mended),
		CASE_IN_REGION(redundant_notices_a_changed_element),
	};

	return cmocka_run_group_tests_name("sorted_list", tests, NULL, NULL);
}
