// SPDX-License-Identifier: MIT
/*
 * vec_death_test.c: a process that dies while it moves many elements of a vec
 */
#define SIZE	4096
#define SHUFFLED	50
#define BEFORE	9

#include "cmocka_test.h"

static int compare_numbers(const uint32_t *a, const uint32_t *b)
{
	return (*a > *b) - (*a < *b);
}

BM_VEC(numbers, uint32_t, 16)
BM_VEC(shuffled, uint32_t, 64)
BM_VEC_ORDER(shuffled, uint32_t, compare_numbers)

/* Large, so that a copy can be half done, and the order looks at both ends of it. */
struct task {
	uint64_t first;
	uint64_t between[6];
	uint64_t last;
	uint64_t number;
};

static int compare_tasks(const struct task *a, const struct task *b)
{
	return a->first != b->first ? (a->first > b->first) - (a->first < b->first) :
	       (a->last > b->last) - (a->last < b->last);
}

BM_SORTED_LIST(agenda, struct task, 40, compare_tasks)

#include "death.h"

static void attach_numbers(struct numbers *v, struct bm_region where)
{
	if (numbers_attach(v, where, "numbers", NULL))
		_exit(1);
}

static void fill_numbers(void)
{
	struct numbers v;

	assert_int_equal(numbers_create(&v, region, "numbers"), 0);
	for (uint32_t i = 0; i < BEFORE; i++)
		assert_int_equal(numbers_push(&v, &i), 0);
}

/* Within an update none of the verbs goes on that look for the other mark only. */
#define CHECK_REFUSALS(name, v, item)					\
	do {								\
		assert_int_equal(name##_invariants(v), -EOWNERDEAD);	\
		assert_int_equal(name##_push(v, item), -EOWNERDEAD);	\
		assert_int_equal(name##_pop(v, NULL), -EOWNERDEAD);	\
	} while (0)

static struct numbers survive(void)
{
	const uint32_t item = 7;
	struct numbers v;
	int err;

	attach_numbers(&v, copy);
	if (v.vec.object->updating)
		CHECK_REFUSALS(numbers, &v, &item);
	err = numbers_truncate(&v, 16);
	assert_true(!err || err == -EOWNERDEAD);
	if (err)
		assert_int_equal(numbers_repair(&v), 0);
	assert_int_equal(numbers_invariants(&v), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
	return v;
}

/* From @from to before @to: nothing of it is lost, wherever it is. */
static void check_all(const struct numbers *v, uint32_t from, uint32_t to)
{
	for (uint32_t item = from; item < to; item++)
		assert_true(numbers_contains(v, &item));
}

static void extend_by_four(void)
{
	const uint32_t items[] = { 9, 10, 11, 12 };
	struct numbers v;

	attach_numbers(&v, region);
	numbers_extend(&v, items, 4);
	numbers_truncate(&v, BEFORE);
}

/* All or nothing, and no repair. */
static void check_extended(void)
{
	struct numbers v;

	attach_numbers(&v, copy);
	assert_true(numbers_len(&v) == BEFORE || numbers_len(&v) == BEFORE + 4);
	for (uint32_t i = 0; i < numbers_len(&v); i++)
		assert_int_equal(*numbers_at(&v, i), i);
	assert_int_equal(numbers_invariants(&v), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void extend_and_truncate(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(extend_by_four, check_extended) >= 4);
}

static void insert_few(void)
{
	const uint32_t items[] = { 70, 71, 72 };
	struct numbers v;

	attach_numbers(&v, region);
	numbers_insert_many(&v, 1, items, 3);
}

static void insert_more_than_follow(void)
{
	const uint32_t items[] = { 70, 71, 72, 73, 74 };
	struct numbers v;

	attach_numbers(&v, region);
	numbers_insert_many(&v, 7, items, 5);
}

static void check_inserted(void)
{
	struct numbers v = survive();

	check_all(&v, 0, BEFORE);
	for (size_t i = 0; i < numbers_len(&v); i++)
		assert_true(*numbers_at(&v, i) < BEFORE ||
			    *numbers_at(&v, i) >= 70);
}

static void insert_many(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(insert_few, check_inserted) > 6);
}

static void insert_many_near_the_end(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(insert_more_than_follow, check_inserted) > 6);
}

static void drain_some(void)
{
	struct numbers v;

	attach_numbers(&v, region);
	numbers_drain(&v, 1, 4, NULL);
}

static void check_drained(void)
{
	struct numbers v = survive();

	check_all(&v, 0, 1);
	check_all(&v, 4, BEFORE);
}

static void drain(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(drain_some, check_drained) > 4);
}

/* What mends an update that did not end may be cut short as well. */
static void repair_and_clear(void)
{
	struct numbers v;

	attach_numbers(&v, region);
	bm_vec_update_begin_(&v.vec);
	numbers_repair(&v);
	bm_vec_update_begin_(&v.vec);
	numbers_clear(&v);
}

static void check_repaired(void)
{
	struct numbers v = survive();

	if (!numbers_is_empty(&v))
		check_all(&v, 0, BEFORE);
}

static void repair_and_clear_of_an_update(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(repair_and_clear, check_repaired) > 10);
}

static bool is_even(const uint32_t *item, void *context)
{
	(void)context;
	return *item % 2 == 0;
}

static void retain_even(void)
{
	struct numbers v;

	attach_numbers(&v, region);
	numbers_retain(&v, is_even, NULL);
	numbers_swap_remove(&v, 0, NULL);
}

static void check_retained(void)
{
	struct numbers v = survive();

	for (uint32_t item = 2; item < BEFORE; item += 2)
		assert_true(numbers_contains(&v, &item));
}

static void retain_and_swap_remove(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(retain_even, check_retained) > 6);
}

static void sort_shuffled(void)
{
	struct shuffled v;

	if (shuffled_attach(&v, region, "shuffled", NULL))
		_exit(1);
	shuffled_sort(&v);
}

/* Of two that were being exchanged one may be there twice, and the other be lost. */
static void check_shuffled(void)
{
	const uint32_t one = 7;
	struct shuffled v;
	unsigned int lost = 0;

	assert_int_equal(shuffled_attach(&v, copy, "shuffled", NULL), 0);
	if (v.vec.object->updating)
		CHECK_REFUSALS(shuffled, &v, &one);
	assert_int_equal(shuffled_repair(&v), 0);
	assert_int_equal(shuffled_len(&v), SHUFFLED);
	for (uint32_t item = 0; item < SHUFFLED; item++)
		lost += !shuffled_contains(&v, &item);
	assert_true(lost <= 1);
	assert_int_equal(shuffled_sort(&v), 0);
	assert_int_equal(shuffled_invariants(&v), 0);
}

static void sort(void **state)
{
	struct shuffled v;

	(void)state;
	assert_int_equal(shuffled_create(&v, region, "shuffled"), 0);
	for (uint32_t i = 0; i < SHUFFLED; i++) {
		uint32_t item = i * 37 % SHUFFLED;

		assert_int_equal(shuffled_push(&v, &item), 0);
	}
	assert_true(die_everywhere(sort_shuffled, check_shuffled) > 50);
}

static void push_task(uint64_t first, uint64_t last, uint64_t number)
{
	struct task task = { first, { 0 }, last, number };
	struct agenda l;

	if (agenda_attach(&l, region, "agenda", NULL) || agenda_push(&l, &task))
		_exit(1);
}

static void change_agenda(void)
{
	struct agenda l;

	push_task(1, 10, 29);
	if (agenda_attach(&l, region, "agenda", NULL) || agenda_remove(&l, 0, NULL))
		_exit(1);
}

/* Equal ones in the order in which they came, and none is lost. */
static void check_agenda(void)
{
	const struct task more = { 0 };
	const struct task *task;
	struct agenda l;

	assert_int_equal(agenda_attach(&l, copy, "agenda", NULL), 0);
	if (l.list.object->updating) {
		CHECK_REFUSALS(agenda, &l, &more);
		assert_int_equal(agenda_repair(&l), 0);
	}
	assert_int_equal(agenda_invariants(&l), 0);
	assert_in_range(agenda_len(&l), 30, 31);
	task = agenda_data(&l);
	for (size_t i = 1; i < agenda_len(&l); i++)
		assert_true(compare_tasks(task + i - 1, task + i) ||
			    task[i - 1].number <= task[i].number);
}

static void sorted_list(void **state)
{
	struct agenda l;

	(void)state;
	assert_int_equal(agenda_create(&l, region, "agenda"), 0);
	for (uint64_t i = 0; i < 30; i++)
		push_task(i < 15 ? 1 : 2, i < 15 ? 9 : 0, 2 * i);
	assert_true(die_everywhere(change_agenda, check_agenda) > 50);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(extend_and_truncate),
		CASE(insert_many),
		CASE(insert_many_near_the_end),
		CASE(drain),
		CASE(repair_and_clear_of_an_update),
		CASE(retain_and_swap_remove),
		CASE(sort),
		CASE(sorted_list),
	};

	return cmocka_run_group_tests_name("vec_death", tests, NULL, NULL);
}
