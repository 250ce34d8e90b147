// SPDX-License-Identifier: MIT
/*
 * sorted_map_invariants_test.c: what the invariants of a sorted map say of damage
 */
#include "sorted_map_damage.h"

static void wrong_order_is_damage(void **state)
{
	struct names n;
	struct name key = { .text = "" };

	(void)state;
	assert_int_equal(names_create(&n, region, "names"), 0);
	for (; key.number < 70; key.number++)
		assert_int_equal(names_insert(&n, &key, &key.number), 0);
	assert_int_equal(names_invariants(&n), 0);
	n.map.leaves[0].entry[3] = 4;
	n.map.leaves[0].entry[4] = 3;
	assert_int_equal(names_invariants(&n), -EUCLEAN);
	assert_int_equal(names_repair(&n), 0);
	assert_int_equal(names_invariants(&n), 0);
}

static void damage(uint32_t *number, uint32_t value)
{
	uint32_t before = *number;

	assert_int_not_equal(before, value);
	*number = value;
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	*number = before;
	assert_int_equal(many_invariants(&m), 0);
}

static void damage_between_leaves_is_noticed(void **state)
{
	(void)state;
	make_many(90);
	damage(&m.map.leaves[1].entry[0], m.map.object.capacity);
	damage(&m.map.leaves[1].previous, NONE);
	damage(key_of_node(m.map.tree->root, 0), 29);
	damage(key_of_node(m.map.tree->root, 0), 31);
	damage(&root()->child[0], m.map.leaf_count);
	damage(&root()->count, 1);
}

/* All leaves and nodes that there can be are in use: one more is there twice. */
static void more_nodes_than_there_can_be_are_noticed(void **state)
{
	struct bm_sorted_map_node *top;
	struct bm_sorted_map_node *low;
	struct tight t;

	(void)state;
	assert_int_equal(tight_create(&t, region, "tight"), 0);
	for (uint32_t key = 0; key < 961; key++)
		assert_int_equal(tight_insert(&t, &key, &key), 0);
	assert_int_equal(tight_invariants(&t), 0);
	assert_int_equal(t.map.tree->leaves, t.map.leaf_count);
	assert_int_equal(t.map.tree->nodes, t.map.node_count);
	top = t.map.nodes + t.map.tree->root;
	low = t.map.nodes + top->child[1];
	top->child[top->count++] = top->child[0];
	assert_int_equal(tight_invariants(&t), -EUCLEAN);
	top->count--;
	assert_int_equal(tight_invariants(&t), 0);
	low->child[low->count++] = 0;
	assert_int_equal(tight_invariants(&t), -EUCLEAN);
	low->count--;
	assert_int_equal(tight_invariants(&t), 0);
}

/* @damaged what was sound; then all is as it was. */
static void check_noticed(void (*damaged)(struct bm_sorted_map_tree *tree))
{
	tear_down(NULL);
	set_up(NULL);
	make_many(90);
	damaged(m.map.tree);
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	assert_int_equal(many_invariants(&m), 0);
}

/* An entry that was never in use. Insert would take it, and repair does not see it. */
static void use_another_entry(struct bm_sorted_map_tree *tree)
{
	memcpy(m.map.entries + 90 * m.map.object.element_size,
	       m.map.entries + 89 * m.map.object.element_size,
	       m.map.object.element_size);
	m.map.states[90] = IN_USE;
	m.map.leaves[tree->last].entry[59] = 90;
}

static void use_another_leaf(struct bm_sorted_map_tree *tree)
{
	memcpy(m.map.leaves + 2, m.map.leaves + 1, sizeof(*m.map.leaves));
	memcpy(m.map.copies + 2 * sizeof(uint32_t) * BM_SORTED_MAP_LEAF,
	       m.map.copies + sizeof(uint32_t) * BM_SORTED_MAP_LEAF,
	       sizeof(uint32_t) * BM_SORTED_MAP_LEAF);
	m.map.leaves[0].next = 2;
	tree->last = 2;
	root()->child[1] = 2;
}

static void use_another_node(struct bm_sorted_map_tree *tree)
{
	m.map.nodes[1] = m.map.nodes[0];
	*key_of_node(1, 0) = *key_of_node(0, 0);
	tree->root = 1;
}

static void what_was_never_in_use_is_noticed(void **state)
{
	(void)state;
	check_noticed(use_another_entry);
	check_noticed(use_another_leaf);
	check_noticed(use_another_node);
}

/* The next split would take the leaf, though there is another that is free. */
static void free_a_leaf_in_use(struct bm_sorted_map_tree *tree)
{
	tree->leaves = 3;
	tree->free_leaf = 1;
}

/* Its first child is the number of a node that is free. */
static void free_a_node_in_use(struct bm_sorted_map_tree *tree)
{
	use_another_node(tree);
	tree->nodes = 3;
	tree->free_node = 1;
	m.map.nodes[0].child[0] = NONE;
}

static void what_is_free_and_in_use_is_noticed(void **state)
{
	(void)state;
	check_noticed(free_a_leaf_in_use);
	check_noticed(free_a_node_in_use);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(wrong_order_is_damage),
		CASE(damage_between_leaves_is_noticed),
		CASE(more_nodes_than_there_can_be_are_noticed),
		CASE(what_was_never_in_use_is_noticed),
		CASE(what_is_free_and_in_use_is_noticed),
	};

	return cmocka_run_group_tests_name("sorted map invariants", tests, NULL, NULL);
}
