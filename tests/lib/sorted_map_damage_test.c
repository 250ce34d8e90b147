// SPDX-License-Identifier: MIT
/*
 * sorted_map_damage_test.c: sorted maps in which another process has written
 */
#include "sorted_map_damage.h"

/* A node that seems to have no room for another child; searches end as before. */
static void fill_node(uint32_t number)
{
	struct bm_sorted_map_node *node = m.map.nodes + number;

	for (uint32_t at = node->count; at < BM_SORTED_MAP_NODE; at++) {
		node->child[at] = 0;
		*key_of_node(number, at - 1) = UINT32_MAX;
	}
	node->count = BM_SORTED_MAP_NODE;
}

static void name_is_taken(void **state)
{
	(void)state;
	make_many(5);
	assert_int_equal(many_create(&m, region, "many"), -EEXIST);
	assert_int_equal(many_attach(&m, region, "many", NULL), 0);
	check_keys(0, 5);
}

/* The leaf is full: another is needed. */
static void split_without_a_leaf_is_damage(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		tear_down(NULL);
		set_up(NULL);
		make_many(60);
		m.map.tree->free_leaf = i == 0 ? m.map.leaf_count :
					i == 1 ? NONE - 1 : m.map.tree->root;
		assert_int_equal(insert(60), -EUCLEAN);
		check_repair(0, 60);
		assert_int_equal(insert(60), 0);
		check_keys(0, 61);
	}
	m.map.tree->leaves = m.map.leaf_count;
	for (uint32_t key = 61; key < 90; key++)
		assert_int_equal(insert(key), 0);
	assert_int_equal(insert(90), -EUCLEAN);
	check_repair(0, 90);
}

static void split_behind_no_leaf_is_damage(void **state)
{
	(void)state;
	make_many(90);
	m.map.leaves[m.map.tree->last].next = m.map.leaf_count;
	assert_int_equal(insert(90), -EUCLEAN);
	check_repair(0, 90);
}

static void split_at_no_entry_is_damage(void **state)
{
	(void)state;
	make_many(60);
	m.map.leaves[0].entry[30] = m.map.object.capacity;
	assert_int_equal(insert(60), -EUCLEAN);
	check_repair(0, 60);
}

static void growth_without_a_node_is_damage(void **state)
{
	(void)state;
	make_many(60);
	m.map.tree->nodes = m.map.node_count;
	assert_int_equal(insert(60), -EUCLEAN);
	check_repair(0, 60);
}

static void full_node_without_another_is_damage(void **state)
{
	(void)state;
	make_many(90);
	fill_node(m.map.tree->root);
	m.map.tree->nodes = m.map.node_count;
	assert_int_equal(insert(90), -EUCLEAN);
	check_repair(0, 90);
}

static void full_node_that_is_free_is_damage(void **state)
{
	(void)state;
	make_many(90);
	fill_node(m.map.tree->root);
	m.map.tree->free_node = m.map.tree->root;
	assert_int_equal(insert(90), -EUCLEAN);
	check_repair(0, 90);
}

/* 5000 keys never need more than two nodes above each other. */
static void growth_beyond_the_levels_is_damage(void **state)
{
	uint32_t key = 1000;
	int err;

	(void)state;
	make_many(key);
	assert_int_equal(m.map.tree->height, m.map.levels);
	fill_node(root()->child[root()->count - 1]);
	fill_node(m.map.tree->root);
	while (!(err = insert(key)))
		key++;
	assert_int_equal(err, -EUCLEAN);
	assert_true(key < 1030);
	check_repair(0, key);
}

/* Taking key 0 leaves its leaf with 29 entries, and it has a neighbour of 30. */
static void damage_beside_the_first_leaf(uint32_t *number, uint32_t value)
{
	*number = value;
	assert_int_equal(take_out(0), -EUCLEAN);
	check_repair(1, 99);
	tear_down(NULL);
	set_up(NULL);
	make_many(100);
}

static void leaf_without_a_sound_neighbour_is_damage(void **state)
{
	(void)state;
	make_many(100);
	damage_beside_the_first_leaf(&root()->child[1], m.map.leaf_count);
	damage_beside_the_first_leaf(&root()->child[1], root()->child[0]);
	damage_beside_the_first_leaf(&root()->count, 1);
	damage_beside_the_first_leaf(&m.map.leaves[1].count, 61);
	damage_beside_the_first_leaf(&m.map.leaves[1].next, m.map.leaf_count);
}

/* The last leaf has 40 entries, and with 29 it needs the one before it. */
static void damage_before_the_last_leaf(uint32_t *number, uint32_t value)
{
	uint32_t key = 99;
	int err;

	*number = value;
	while (!(err = take_out(key)))
		key--;
	assert_int_equal(err, -EUCLEAN);
	assert_int_equal(key, 89);
	check_repair(0, 89);
	tear_down(NULL);
	set_up(NULL);
	make_many(100);
}

static void last_leaf_without_a_sound_neighbour_is_damage(void **state)
{
	(void)state;
	make_many(100);
	damage_before_the_last_leaf(&root()->child[1], m.map.leaf_count);
	damage_before_the_last_leaf(&root()->child[1], root()->child[2]);
	damage_before_the_last_leaf(&m.map.leaves[1].count, 61);
}

/* So many that the two share them: the right one begins with no entry. */
static void sharing_with_no_entry_is_damage(void **state)
{
	(void)state;
	make_many(120);
	assert_int_equal(m.map.leaves[3].count, 0);
	assert_int_equal(m.map.leaves[2].count, 60);
	for (uint32_t key = 0; key < 30; key++)
		assert_int_equal(take_out(key), 0);
	m.map.leaves[2].entry[15] = m.map.object.capacity;
	assert_int_equal(take_out(30), -EUCLEAN);
	check_repair(31, 89);
}

/* Three levels: the lower nodes have 16 children, so two merges leave one with 14. */
static void damage_beside_the_first_node(uint32_t at, uint32_t value)
{
	uint32_t key = 0;
	int err;

	make_many(1500);
	if (at)
		root()->child[at] = value;
	else
		m.map.nodes[root()->child[1]].count = value;
	while (!(err = take_out(key)))
		key++;
	assert_int_equal(err, -EUCLEAN);
	assert_true(key < 100);
	check_repair(key + 1, 1500 - key - 1);
	tear_down(NULL);
	set_up(NULL);
}

static void node_without_a_sound_neighbour_is_damage(void **state)
{
	(void)state;
	damage_beside_the_first_node(0, 0);
	damage_beside_the_first_node(0, 32);
	damage_beside_the_first_node(0, UINT32_MAX);
	damage_beside_the_first_node(1, UINT32_MAX);
}

static void damage_before_the_last_node(uint32_t value)
{
	uint32_t key = 1499;
	int err;

	make_many(1500);
	m.map.nodes[root()->child[root()->count - 2]].count = value;
	while (!(err = take_out(key)))
		key--;
	assert_int_equal(err, -EUCLEAN);
	assert_true(key > 1300);
	check_repair(0, key);
	tear_down(NULL);
	set_up(NULL);
}

static void last_node_without_a_sound_neighbour_is_damage(void **state)
{
	(void)state;
	damage_before_the_last_node(0);
	damage_before_the_last_node(32);
	damage_before_the_last_node(UINT32_MAX);
}

/* What it gives up is the node from which a child is to be taken. */
static void node_beside_its_parent_is_damage(void **state)
{
	(void)state;
	make_many(1500);
	assert_int_equal(m.map.tree->root, 2);
	tear_down(NULL);
	set_up(NULL);
	damage_beside_the_first_node(1, 2);
}

/* The same where there is a node above the parent. */
static void node_beside_its_parent_is_damage_in_the_middle_too(void **state)
{
	struct bm_sorted_map_node *middle;
	struct deep d;
	uint32_t key = 0;
	int err;

	(void)state;
	assert_int_equal(deep_create(&d, region, "deep"), 0);
	for (; key < 16000; key++)
		assert_int_equal(deep_insert(&d, &key, &key), 0);
	assert_int_equal(d.map.tree->height, 3);
	key = d.map.nodes[d.map.tree->root].child[0];
	middle = d.map.nodes + key;
	middle->child[1] = key;
	for (key = 0; !(err = deep_remove(&d, &key, NULL)); key++)
		;
	assert_int_equal(err, -EUCLEAN);
	assert_true(key < 100);
	assert_int_equal(deep_repair(&d), 0);
	assert_int_equal(deep_invariants(&d), 0);
	assert_int_equal(deep_len(&d), 16000 - key - 1);
}

/*
 * The root, node 2, is below itself and leads to leaf 2, with keys from 60 on. When a
 * child is taken from it, what is beside it are two others, as full as each other.
 */
static void key_below_a_node_that_is_below_itself_can_be_taken(void **state)
{
	uint32_t key = 60;

	(void)state;
	make_many(1450);
	assert_int_equal(m.map.tree->root, 2);
	assert_int_equal(root()->count, 3);
	assert_int_equal(m.map.nodes[root()->child[0]].count, 16);
	assert_int_equal(m.map.nodes[root()->child[2]].count, 16);
	root()->child[1] = 2;
	*key_of_node(2, 0) = key;
	assert_int_equal(take_out(key), 0);
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	assert_int_equal(many_get(&m, &key, NULL), -ENOENT);
	assert_int_equal(insert(key), 0);
	check_keys(0, 1450);
}

/* The same where it is the last child: when one is taken there are no longer so many. */
static void last_child_that_is_its_own_parent_is_damage(void **state)
{
	(void)state;
	make_many(1450);
	assert_int_equal(root()->child[1], 1);
	root()->child[2] = 2;
	*key_of_node(2, 0) = 60;
	*key_of_node(2, 1) = 60;
	assert_int_equal(take_out(60), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	assert_int_equal(insert(60), 0);
	check_keys(0, 1450);
}

static void key_of_no_entry_is_damage(void **state)
{
	struct name key = { .text = "" };
	struct names n;
	size_t cursor;

	(void)state;
	assert_int_equal(names_create(&n, region, "names"), 0);
	for (; key.number < 100; key.number++)
		assert_int_equal(names_insert(&n, &key, &key.number), 0);
	key.number = 14;
	n.map.leaves[0].entry[14] = n.map.object.capacity;
	assert_int_equal(names_get(&n, &key, NULL), -EUCLEAN);
	assert_int_equal(names_remove(&n, &key, NULL), -EUCLEAN);
	assert_int_equal(names_lower_bound(&n, &key, &cursor), -EUCLEAN);
	key.number = 90;
	assert_int_equal(names_get(&n, &key, NULL), 0);
	assert_int_equal(names_repair(&n), 0);
	assert_int_equal(names_invariants(&n), 0);
	key.number = 14;
	assert_int_equal(names_get(&n, &key, NULL), 0);
	assert_int_equal(names_len(&n), 100);
}

/* The copy of its key is sound. */
static void number_of_no_entry_is_damage(void **state)
{
	uint32_t key = 14;
	size_t cursor = 0;

	(void)state;
	make_many(60);
	m.map.leaves[0].entry[14] = m.map.object.capacity;
	assert_int_equal(many_get(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(take_out(key), -EUCLEAN);
	assert_int_equal(insert(key), -EUCLEAN);
	for (key = 0; key < 14; key++)
		assert_int_equal(many_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(many_next(&m, &cursor, NULL, NULL), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	check_keys(0, 60);
}

static void key_that_is_not_in_use_is_damage(void **state)
{
	uint32_t key = 7;

	(void)state;
	make_many(10);
	m.map.states[7] = NONE;
	assert_int_equal(take_out(7), -EUCLEAN);
	m.map.states[7] = IN_USE;
	m.map.object.object->len = 0;
	assert_int_equal(take_out(7), -EUCLEAN);
	m.map.object.object->len = 10;
	assert_int_equal(many_get(&m, &key, NULL), 0);
	check_keys(0, 10);
}

/* What the tree says and what the entry says differ: taking it out would leave one. */
static void pop_of_a_changed_key_is_damage(void **state)
{
	uint32_t *first;

	(void)state;
	make_many(10);
	first = (uint32_t *)(void *)m.map.entries;
	*first = 777;
	assert_int_equal(many_pop_first(&m, NULL, NULL), -EUCLEAN);
	*first = 0;
	check_keys(0, 10);
}

static void cursor_of_a_larger_map_is_at_the_end(void **state)
{
	size_t cursor = ((size_t)1 << 40) + 1;
	uint32_t key;

	(void)state;
	make_many(10);
	assert_int_equal(many_next(&m, &cursor, &key, NULL), -ENOENT);
	assert_int_equal(many_previous(&m, &cursor, &key, NULL), -ENOENT);
	check_keys(0, 10);
}

static void entry_that_cannot_be_taken_is_damage(void **state)
{
	struct bm_sorted_map_tree *tree;

	(void)state;
	make_many(10);
	tree = m.map.tree;
	tree->free_entry = m.map.object.capacity;
	assert_int_equal(insert(10), -EUCLEAN);
	check_repair(0, 10);
	tree->free_entry = 3;
	assert_int_equal(insert(10), -EUCLEAN);
	check_repair(0, 10);
	tree->entries = m.map.object.capacity;
	assert_int_equal(insert(10), -EUCLEAN);
	check_repair(0, 10);
}

/* How many entries have a state is said nowhere else. */
static void repair_needs_the_number_of_entries(void **state)
{
	(void)state;
	make_many(10);
	m.map.tree->entries = m.map.object.capacity + 1;
	assert_int_equal(many_repair(&m), -EUCLEAN);
	m.map.tree->entries = 10;
	check_keys(0, 10);
}

/* Each verb that looks for key 5 meets it, and none of them changes anything. */
static void damage_search(uint32_t *number, uint32_t value)
{
	uint32_t before = *number;
	uint32_t key = 5;
	size_t cursor = 0;

	*number = value;
	assert_int_equal(many_get(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(insert(key), -EUCLEAN);
	assert_int_equal(take_out(key), -EUCLEAN);
	assert_int_equal(many_lower_bound(&m, &key, &cursor), -EUCLEAN);
	assert_int_equal(many_upper_bound(&m, &key, &cursor), -EUCLEAN);
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	assert_int_equal(cursor, 0);
	*number = before;
}

static void searches_end_at_damage(void **state)
{
	uint32_t key = 5;
	size_t cursor;

	(void)state;
	make_many(90);
	damage_search(&m.map.tree->height, m.map.levels + 1);
	damage_search(&m.map.tree->root, m.map.node_count);
	damage_search(&root()->count, 0);
	damage_search(&root()->count, BM_SORTED_MAP_NODE + 1);
	damage_search(&root()->child[0], m.map.leaf_count);
	damage_search(&m.map.leaves[0].count, BM_SORTED_MAP_LEAF + 1);
	assert_int_equal(many_lower_bound(&m, &key, &cursor), 0);
	cursor = 0;
	assert_int_equal(many_previous(&m, &cursor, NULL, NULL), -ENOENT);
	check_keys(0, 90);
}

static void iteration_ends_at_damage(void **state)
{
	size_t cursor = 0;
	uint32_t key;

	(void)state;
	make_many(90);
	m.map.tree->first = m.map.leaf_count;
	assert_int_equal(many_first(&m, &key, NULL), -EUCLEAN);
	m.map.tree->last = m.map.leaf_count;
	assert_int_equal(many_last(&m, &key, NULL), -EUCLEAN);
	m.map.leaves[0].next = m.map.leaf_count;
	m.map.leaves[1].previous = m.map.leaf_count;
	key = 30;
	assert_int_equal(many_lower_bound(&m, &key, &cursor), 0);
	assert_int_equal(many_previous(&m, &cursor, &key, NULL), -EUCLEAN);
	key = 29;
	assert_int_equal(many_upper_bound(&m, &key, &cursor), 0);
	assert_int_equal(many_next(&m, &cursor, &key, NULL), -EUCLEAN);
	m.map.leaves[0].entry[8] = m.map.object.capacity;
	key = 8;
	assert_int_equal(many_upper_bound(&m, &key, &cursor), 0);
	assert_int_equal(many_previous(&m, &cursor, &key, NULL), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	check_keys(0, 90);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(name_is_taken),
		CASE(split_without_a_leaf_is_damage),
		CASE(split_behind_no_leaf_is_damage),
		CASE(split_at_no_entry_is_damage),
		CASE(growth_without_a_node_is_damage),
		CASE(full_node_without_another_is_damage),
		CASE(full_node_that_is_free_is_damage),
		CASE(growth_beyond_the_levels_is_damage),
		CASE(leaf_without_a_sound_neighbour_is_damage),
		CASE(last_leaf_without_a_sound_neighbour_is_damage),
		CASE(sharing_with_no_entry_is_damage),
		CASE(node_without_a_sound_neighbour_is_damage),
		CASE(last_node_without_a_sound_neighbour_is_damage),
		CASE(node_beside_its_parent_is_damage),
		CASE(node_beside_its_parent_is_damage_in_the_middle_too),
		CASE(key_below_a_node_that_is_below_itself_can_be_taken),
		CASE(last_child_that_is_its_own_parent_is_damage),
		CASE(key_of_no_entry_is_damage),
		CASE(number_of_no_entry_is_damage),
		CASE(key_that_is_not_in_use_is_damage),
		CASE(pop_of_a_changed_key_is_damage),
		CASE(cursor_of_a_larger_map_is_at_the_end),
		CASE(entry_that_cannot_be_taken_is_damage),
		CASE(repair_needs_the_number_of_entries),
		CASE(searches_end_at_damage),
		CASE(iteration_ends_at_damage),
	};

	return cmocka_run_group_tests_name("sorted_map_damage", tests, NULL, NULL);
}
