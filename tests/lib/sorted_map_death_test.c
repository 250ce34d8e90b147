// SPDX-License-Identifier: MIT
/*
 * sorted_map_death_test.c: a process that dies in the middle of a verb of a sorted map
 */
#define SIZE	16384

#include "cmocka_test.h"

static int compare_numbers(const uint64_t *a, const uint64_t *b)
{
	return (*a > *b) - (*a < *b);
}

BM_SORTED_MAP(numbers, uint64_t, uint64_t, 130, compare_numbers)

#include "death.h"

static void attach_numbers(struct numbers *m, struct bm_region where)
{
	if (numbers_attach(m, where, "numbers", NULL))
		_exit(1);
}

/* Even keys below 2 * @count, so that odd ones can be added anywhere. */
static void fill_numbers(uint64_t count)
{
	struct numbers m;

	assert_int_equal(numbers_create(&m, region, "numbers"), 0);
	for (uint64_t key = 0; key < 2 * count; key += 2)
		assert_int_equal(numbers_insert(&m, &key, &(uint64_t){ key * 7 }), 0);
}

static uint64_t filled;

/* All that nobody was about to take out is there, with its value. */
static void check(uint64_t removed, uint64_t added)
{
	struct numbers m;
	uint64_t value;
	uint64_t key = 1000;
	int err;

	attach_numbers(&m, copy);
	value = key;
	err = numbers_insert(&m, &key, &value);
	assert_true(!err || err == -EOWNERDEAD);
	if (err)
		assert_int_equal(numbers_repair(&m), 0);
	assert_int_equal(numbers_invariants(&m), 0);
	for (key = 0; key < 2 * filled; key += 2) {
		err = numbers_get(&m, &key, &value);
		assert_true(!err || (err == -ENOENT && key == removed));
		assert_true(err || value == key * 7);
	}
	key = added;
	err = numbers_get(&m, &key, &value);
	assert_true(err == -ENOENT || value == key * 7);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void add_one(void)
{
	uint64_t key = 21;
	uint64_t value = key * 7;
	struct numbers m;

	attach_numbers(&m, region);
	numbers_insert(&m, &key, &value);
}

static void check_added(void)
{
	check(UINT64_MAX, 21);
}

static void insert_into_a_leaf(void **state)
{
	(void)state;
	filled = 20;
	fill_numbers(filled);
	assert_true(die_everywhere(add_one, check_added) > 8);
}

static void insert_that_splits_a_leaf(void **state)
{
	(void)state;
	filled = 60;
	fill_numbers(filled);
	assert_true(die_everywhere(add_one, check_added) > 20);
}

static void take_one(void)
{
	uint64_t key = 20;
	struct numbers m;

	attach_numbers(&m, region);
	numbers_remove(&m, &key, NULL);
}

static void check_taken(void)
{
	check(20, UINT64_MAX);
}

static void remove_from_a_leaf(void **state)
{
	(void)state;
	filled = 20;
	fill_numbers(filled);
	assert_true(die_everywhere(take_one, check_taken) > 5);
}

/* 61 were split into 30 and 31: without one of them, all fit into one leaf. */
static void remove_that_merges_leaves(void **state)
{
	(void)state;
	filled = 61;
	fill_numbers(filled);
	assert_true(die_everywhere(take_one, check_taken) > 10);
}

static void remove_that_shares_between_leaves(void **state)
{
	(void)state;
	filled = 80;
	fill_numbers(filled);
	assert_true(die_everywhere(take_one, check_taken) > 10);
}

/* A repair may be killed as well. */
static void repair_all(void)
{
	struct numbers m;

	attach_numbers(&m, region);
	numbers_repair(&m);
}

static void check_repaired(void)
{
	check(UINT64_MAX, UINT64_MAX);
}

static void repair(void **state)
{
	struct numbers m;

	(void)state;
	filled = 75;
	fill_numbers(filled);
	attach_numbers(&m, region);
	m.map.object.object->updating = 1;
	assert_true(die_everywhere(repair_all, check_repaired) > 50);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(insert_into_a_leaf),
		CASE(insert_that_splits_a_leaf),
		CASE(remove_from_a_leaf),
		CASE(remove_that_merges_leaves),
		CASE(remove_that_shares_between_leaves),
		CASE(repair),
	};

	return cmocka_run_group_tests_name("sorted_map_death", tests, NULL, NULL);
}
