// SPDX-License-Identifier: MIT
/*
 * ends_death_test.c: a process that is killed at any instruction of a verb of a deque,
 * queue, stack or history
 */
#include "cmocka_test.h"

#define SIZE	((size_t)1024)

BM_DEQUE(numbers, uint32_t, 12)
BM_QUEUE(line, uint32_t, 8)
BM_STACK(pile, uint32_t, 12)
BM_HISTORY(recent, uint32_t, 7)

#include "death.h"

/* What must hold whenever: the layout can be put in order, and is then. */
static void check_region(void)
{
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

/* Deques */

static void attach_numbers(struct numbers *d, struct bm_region where)
{
	if (numbers_attach(d, where, "numbers", NULL))
		_exit(1);
}

/* 100 to 109, behind the wrap from the fourth on. */
static void fill_numbers(void)
{
	struct numbers d;

	assert_int_equal(numbers_create(&d, region, "numbers"), 0);
	for (uint32_t i = 0; i < 9; i++) {
		assert_int_equal(numbers_push_back(&d, &i), 0);
		assert_int_equal(numbers_pop_front(&d, NULL), 0);
	}
	for (uint32_t i = 100; i < 110; i++)
		assert_int_equal(numbers_push_back(&d, &i), 0);
}

static void change_ends(void)
{
	uint32_t items[] = { 110, 111 };
	uint32_t before = 99;
	struct numbers d;

	attach_numbers(&d, region);
	numbers_push_front(&d, &before);
	numbers_push_back(&d, items);
	numbers_pop_front(&d, NULL);
	numbers_pop_front(&d, NULL);
	numbers_extend(&d, items + 1, 1);
	numbers_pop_back(&d, NULL);
	numbers_truncate(&d, 7);
	numbers_drain(&d, 0, 3, NULL);
	numbers_drain(&d, 2, 4, NULL);
}

/* One number after the other without a gap, and nothing to repair. */
static void check_run(void)
{
	struct numbers d;
	uint32_t first = 0;
	uint32_t item = 0;

	attach_numbers(&d, copy);
	assert_int_equal(numbers_invariants(&d), 0);
	assert_int_equal(numbers_first(&d, &first), 0);
	for (uint32_t i = 0; i < numbers_len(&d); i++) {
		assert_int_equal(numbers_get(&d, i, &item), 0);
		assert_int_equal(item, first + i);
	}
	assert_true(first >= 99 && item <= 111);
	assert_int_equal(numbers_pop_front(&d, &item), 0);
	assert_int_equal(numbers_push_front(&d, &item), 0);
	check_region();
}

static void ends_of_a_deque(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(change_ends, check_run) > 12);
}

static void change_inside(void)
{
	uint32_t item = 7;
	struct numbers d;

	attach_numbers(&d, region);
	numbers_insert(&d, 2, &item);
	numbers_remove(&d, 2, NULL);
	numbers_insert(&d, 7, &item);
	numbers_insert(&d, 7, &item);
	numbers_drain(&d, 7, 9, NULL);
	numbers_insert(&d, 5, &item);
	numbers_swap_remove_back(&d, 5, NULL);
	numbers_insert(&d, 5, &item);
	numbers_swap_remove_front(&d, 5, NULL);
	numbers_rotate_left(&d, 3);
	numbers_rotate_right(&d, 4);
	numbers_push_back(&d, &item);
	numbers_push_back(&d, &item);
	numbers_rotate_right(&d, 5);
}

static bool keep_large(const uint32_t *item, void *argument)
{
	(void)argument;
	return *item >= 100;
}

static void retain_large(void)
{
	uint32_t item = 7;
	struct numbers d;

	attach_numbers(&d, region);
	numbers_insert(&d, 2, &item);
	numbers_insert(&d, 8, &item);
	numbers_retain(&d, keep_large, NULL);
}

/* How often @item is there. */
static unsigned int times(const struct numbers *d, uint32_t item)
{
	unsigned int found = 0;
	uint32_t other = 0;
	size_t cursor = 0;

	while (!numbers_next(d, &cursor, &other))
		found += other == item;
	return found;
}

/* No element is lost; one may be there twice while the mark says so. No other is. */
static void check_elements(void)
{
	const uint32_t seven = 7;
	unsigned int sum = 0;
	struct numbers d;

	attach_numbers(&d, copy);
	for (uint32_t item = 100; item < 110; item++) {
		sum += times(&d, item);
		assert_true(times(&d, item) == 1 ||
			    (times(&d, item) > 1 && d.deque.object->updating));
	}
	assert_int_equal(sum + times(&d, 7), numbers_len(&d));
	if (d.deque.object->updating) {
		assert_int_equal(numbers_truncate(&d, 12), -EOWNERDEAD);
		assert_int_equal(numbers_push_back(&d, &seven), -EOWNERDEAD);
		assert_int_equal(numbers_push_front(&d, &seven), -EOWNERDEAD);
		assert_int_equal(numbers_pop_back(&d, NULL), -EOWNERDEAD);
		assert_int_equal(numbers_pop_front(&d, NULL), -EOWNERDEAD);
		assert_int_equal(numbers_invariants(&d), -EOWNERDEAD);
		assert_int_equal(numbers_repair(&d), 0);
	}
	assert_int_equal(numbers_invariants(&d), 0);
	assert_int_equal(numbers_truncate(&d, 12), 0);
	check_region();
}

static void inside_of_a_deque(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(change_inside, check_elements) > 60);
}

static void retain_of_a_deque(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(retain_large, check_elements) > 20);
}

/* What mends an update that did not end may be cut short as well. */
static void repair_numbers(void)
{
	struct numbers d;

	attach_numbers(&d, region);
	bm_deque_update_begin_(&d.deque);
	numbers_repair(&d);
}

static void repair_of_a_deque(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(repair_numbers, check_elements) > 3);
}

static void clear_numbers(void)
{
	struct numbers d;

	attach_numbers(&d, region);
	bm_deque_update_begin_(&d.deque);
	numbers_clear(&d);
}

static void check_cleared(void)
{
	const uint32_t seven = 7;
	struct numbers d;

	attach_numbers(&d, copy);
	if (d.deque.object->updating) {
		assert_int_equal(numbers_invariants(&d), -EOWNERDEAD);
		assert_int_equal(numbers_push_back(&d, &seven), -EOWNERDEAD);
		assert_int_equal(numbers_pop_front(&d, NULL), -EOWNERDEAD);
		assert_int_equal(numbers_repair(&d), 0);
	}
	assert_int_equal(numbers_invariants(&d), 0);
	check_region();
}

static void clear_of_a_deque(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(clear_numbers, check_cleared) > 5);
}

/* Queues */

static void attach_line(struct line *q, struct bm_region where)
{
	if (line_attach(q, where, "line", NULL))
		_exit(1);
}

static void fill_line(void)
{
	struct line q;

	assert_int_equal(line_create(&q, region, "line"), 0);
	for (uint32_t i = 0; i < 7; i++)
		assert_int_equal(line_push(&q, &i), 0);
}

static void use_line(void)
{
	uint32_t items[] = { 7, 8, 9, 10 };
	struct line q;
	size_t taken;

	attach_line(&q, region);
	line_pop(&q, NULL);
	line_push(&q, items);
	line_pop_many(&q, NULL, 4, &taken);
	line_extend(&q, items + 1, 3);
}

static void check_line(void)
{
	struct line q;
	uint32_t first = 0;
	uint32_t last = 0;

	attach_line(&q, copy);
	assert_int_equal(line_invariants(&q), 0);
	assert_int_equal(line_first(&q, &first), 0);
	assert_int_equal(line_last(&q, &last), 0);
	assert_int_equal(last - first + 1, line_len(&q));
	assert_true(line_len(&q) >= 3);
	assert_int_equal(line_pop(&q, NULL), 0);
	assert_int_equal(line_push(&q, &last), 0);
	check_region();
}

static void push_and_pop_of_a_queue(void **state)
{
	(void)state;
	fill_line();
	assert_true(die_everywhere(use_line, check_line) > 6);
}

/* Stacks */

static void attach_pile(struct pile *s, struct bm_region where)
{
	if (pile_attach(s, where, "pile", NULL))
		_exit(1);
}

static void fill_pile(void)
{
	struct pile s;

	assert_int_equal(pile_create(&s, region, "pile"), 0);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(pile_push(&s, &i), 0);
}

static void use_pile(void)
{
	uint32_t items[] = { 4, 5, 6, 7, 8, 9 };
	struct pile s;

	attach_pile(&s, region);
	pile_pop(&s, NULL);
	pile_push(&s, (uint32_t[]){ 3 });
	pile_extend(&s, items, 6);
	pile_truncate(&s, 1);
}

static void check_pile(void)
{
	struct pile s;
	uint32_t item = 0;

	attach_pile(&s, copy);
	assert_int_equal(pile_invariants(&s), 0);
	assert_int_equal(pile_last(&s, &item), 0);
	assert_int_equal(item + 1, pile_len(&s));
	assert_int_equal(pile_first(&s, &item), 0);
	assert_int_equal(item, 0);
	assert_int_equal(pile_push(&s, &item), 0);
	assert_int_equal(pile_pop(&s, &item), 0);
	check_region();
}

static void push_and_pop_of_a_stack(void **state)
{
	(void)state;
	fill_pile();
	assert_true(die_everywhere(use_pile, check_pile) > 6);
}

/* Histories */

static void attach_recent(struct recent *h, struct bm_region where)
{
	if (recent_attach(h, where, "recent", NULL))
		_exit(1);
}

static void fill_recent(void)
{
	struct recent h;

	assert_int_equal(recent_create(&h, region, "recent"), 0);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(recent_push(&h, &i), 0);
}

static void use_recent(void)
{
	uint32_t items[] = { 11, 12, 13 };
	struct recent h;

	attach_recent(&h, region);
	for (uint32_t i = 9; i < 11; i++)
		recent_push(&h, &i);
	recent_extend(&h, items, 3);
	recent_pop(&h, NULL);
}

/* Without a gap: what has made room is gone, what is new may not be there yet. */
static void check_recent(void)
{
	struct recent h;
	uint32_t first = 0;
	uint32_t last = 0;

	attach_recent(&h, copy);
	assert_int_equal(recent_invariants(&h), 0);
	assert_int_equal(recent_first(&h, &first), 0);
	assert_int_equal(recent_last(&h, &last), 0);
	assert_int_equal(last - first + 1, recent_len(&h));
	assert_true(recent_len(&h) >= 4);
	assert_int_equal(recent_push(&h, &last), 0);
	check_region();
}

static void push_to_a_full_history(void **state)
{
	(void)state;
	fill_recent();
	assert_true(die_everywhere(use_recent, check_recent) > 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(ends_of_a_deque),
		CASE(inside_of_a_deque),
		CASE(retain_of_a_deque),
		CASE(repair_of_a_deque),
		CASE(clear_of_a_deque),
		CASE(push_and_pop_of_a_queue),
		CASE(push_and_pop_of_a_stack),
		CASE(push_to_a_full_history),
	};

	return cmocka_run_group_tests_name("ends_death", tests, NULL, NULL);
}
