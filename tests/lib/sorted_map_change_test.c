// SPDX-License-Identifier: MIT
/*
 * sorted_map_change_test.c: sorted maps in which another process writes during a verb
 */
#include "sorted_map_damage.h"

#include <pthread.h>

static void mark(void)
{
	m.map.object.object->updating = 1;
}

static void overfill_leaf(void)
{
	m.map.leaves[0].count = 61;
}

static void empty_leaf(void)
{
	m.map.leaves[0].count = 0;
}

/* Something happens during a verb with a key; after it a repair leaves @count keys. */
static void check_change(void (*change)(void), int (*verb)(uint32_t key),
			 uint32_t key, int err, uint32_t count)
{
	meanwhile = change;
	assert_int_equal(verb(key), err);
	check_repair(0, count);
}

/* Between the search and the change. */
static void what_changes_during_a_search_is_looked_at_again(void **state)
{
	(void)state;
	make_many(10);
	check_change(mark, insert, 10, -EOWNERDEAD, 10);
	check_change(mark, take_out, 9, -EOWNERDEAD, 10);
	check_change(overfill_leaf, insert, 10, -EUCLEAN, 10);
	check_change(empty_leaf, insert, 10, -EUCLEAN, 10);
	check_change(overfill_leaf, take_out, 9, -EUCLEAN, 9);
	check_change(empty_leaf, take_out, 8, -EUCLEAN, 8);
}

static void overfill_root(void)
{
	root()->count = 32;
}

static void empty_root(void)
{
	root()->count = 1;
}

static void node_that_changes_during_a_search_is_looked_at_again(void **state)
{
	(void)state;
	make_many(90);
	check_change(overfill_root, insert, 90, -EUCLEAN, 90);
	tear_down(NULL);
	set_up(NULL);
	make_many(90);
	check_change(empty_root, insert, 90, -EUCLEAN, 90);
}

/* The root has as many children as it can, and then seems to have one more. */
static void root_that_grows_during_a_check_is_noticed(void **state)
{
	(void)state;
	make_many(940);
	assert_int_equal(root()->count, BM_SORTED_MAP_NODE);
	assert_int_equal(m.map.tree->height, 1);
	meanwhile = overfill_root;
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	meanwhile = NULL;
	root()->count = BM_SORTED_MAP_NODE;
	check_keys(0, 940);
}

static void copy_second_entry(void)
{
	memcpy(m.map.entries, m.map.entries + m.map.object.element_size,
	       m.map.object.element_size);
	m.map.states[0] = IN_USE;
	m.map.states[1] = IN_USE;
}

static void repair_gives_up_when_copies_come_again(void **state)
{
	(void)state;
	make_many(3);
	meanwhile = copy_second_entry;
	assert_int_equal(many_repair(&m), -EUCLEAN);
	check_repair(1, 2);
}

static void name_no_entry(void)
{
	m.map.leaves[0].entry[0] = NONE;
	m.map.leaves[0].entry[1] = NONE;
}

static void repair_bounds_numbers_that_change(void **state)
{
	(void)state;
	make_many(2);
	meanwhile = name_no_entry;
	assert_int_equal(many_repair(&m), -EUCLEAN);
	meanwhile = NULL;
	assert_int_equal(many_repair(&m), 0);
	check_keys(0, 2);
}

static int writing;

static void *write_nodes(void *nodes)
{
	__atomic_store_n(&writing, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&writing, __ATOMIC_RELAXED))
		__atomic_store_n((uint32_t *)nodes, UINT32_MAX / 2, __ATOMIC_RELAXED);
	return NULL;
}

/* Repair counts the nodes that it builds by itself: it writes no others. */
static void repair_builds_no_node_that_another_process_names(void **state)
{
	pthread_t other;
	int failed = 0;

	(void)state;
	make_many(5000);
	assert_int_equal(pthread_create(&other, NULL, write_nodes,
					&m.map.tree->nodes), 0);
	while (!__atomic_load_n(&writing, __ATOMIC_RELAXED))
		;
	for (int i = 0; i < 200; i++)
		failed += many_repair(&m) != 0;
	__atomic_store_n(&writing, 0, __ATOMIC_RELAXED);
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_int_equal(failed, 0);
	assert_int_equal(many_repair(&m), 0);
	check_keys(0, 5000);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_changes_during_a_search_is_looked_at_again),
		CASE(node_that_changes_during_a_search_is_looked_at_again),
		CASE(root_that_grows_during_a_check_is_noticed),
		CASE(repair_gives_up_when_copies_come_again),
		CASE(repair_bounds_numbers_that_change),
		CASE(repair_builds_no_node_that_another_process_names),
	};

	return cmocka_run_group_tests_name("sorted_map_change", tests, NULL, NULL);
}
