// SPDX-License-Identifier: MIT
/*
 * sorted_map_test.c: exact behaviour of sorted maps
 */
#include "cmocka_test.h"

#include <stdio.h>

/* Keys that are too large to be copied into the leaves. */
struct name {
	char text[20];
};

/* Values of a size that no store has. */
struct odd {
	char text[7];
};

static unsigned int comparisons;

static int compare_numbers(const uint32_t *a, const uint32_t *b)
{
	comparisons++;
	return (*a > *b) - (*a < *b);
}

static int compare_names(const struct name *a, const struct name *b)
{
	return memcmp(a->text, b->text, sizeof(a->text));
}

BM_SORTED_MAP(few, uint32_t, uint64_t, 3, compare_numbers)
BM_SORTED_MAP(many, uint32_t, uint32_t, 5000, compare_numbers)
BM_SORTED_MAP(names, struct name, struct odd, 200, compare_names)
BM_SORTED_MAP(other_values, uint32_t, int64_t, 3, compare_numbers)
BM_SORTED_MAP_CHECKED(twice, uint32_t, uint64_t, 70, compare_numbers, redundant)
BM_SORTED_MAP_CHECKED(watched, uint32_t, uint64_t, 3, compare_numbers, every)
BM_SORTED_MAP(one, uint32_t, uint64_t, 1, compare_numbers)

static struct bm_region region;

static int set_up(void **state)
{
	(void)state;
	region = take_region(256 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

/* Keys 30, 10, 20 with ten times that as values. */
static struct few make_few(uint32_t count)
{
	const uint32_t keys[] = { 30, 10, 20 };
	struct few m;

	assert_int_equal(few_create(&m, region, "few"), 0);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(few_insert(&m, keys + i, &(uint64_t){ keys[i] * 10 }),
				 0);
	return m;
}

static void check_keys(const struct few *m, size_t len, uint32_t a, uint32_t b,
		       uint32_t c)
{
	const uint32_t expected[] = { a, b, c };
	size_t cursor = 0;
	uint64_t value;
	uint32_t key;

	assert_int_equal(few_len(m), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(few_next(m, &cursor, &key, &value), 0);
		assert_int_equal(key, expected[i]);
		assert_int_equal(value, key * 10);
	}
	assert_int_equal(few_next(m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(few_invariants(m), 0);
	check_layout(region);
}

static void new_map_is_empty(void **state)
{
	struct few m = make_few(0);
	size_t cursor = SIZE_MAX;
	uint32_t key = 7;
	uint64_t value = 8;

	(void)state;
	assert_true(few_is_empty(&m));
	assert_int_equal(few_capacity(&m), 3);
	assert_int_equal(few_get(&m, &key, &value), -ENOENT);
	assert_int_equal(few_remove(&m, &key, &value), -ENOENT);
	assert_int_equal(few_pop_first(&m, &key, &value), -ENOENT);
	assert_int_equal(few_pop_last(&m, &key, &value), -ENOENT);
	assert_int_equal(few_first(&m, &key, &value), -ENOENT);
	assert_int_equal(few_last(&m, &key, &value), -ENOENT);
	assert_int_equal(few_previous(&m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(few_lower_bound(&m, &key, &cursor), 0);
	assert_int_equal(few_next(&m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(few_previous(&m, &cursor, &key, &value), -ENOENT);
	assert_null(few_at(&m, &key));
	assert_false(few_contains(&m, &key));
	assert_true(key == 7 && value == 8);
	check_keys(&m, 0, 0, 0, 0);
}

static void keys_come_out_in_order(void **state)
{
	struct few m = make_few(3);
	size_t cursor = SIZE_MAX;
	uint32_t wanted = 40;
	uint64_t value;
	uint32_t key;

	(void)state;
	check_keys(&m, 3, 10, 20, 30);
	while (!few_previous(&m, &cursor, &key, &value)) {
		wanted -= 10;
		assert_true(key == wanted && value == key * 10);
	}
	assert_int_equal(wanted, 10);
	assert_int_equal(few_first(&m, &key, NULL), 0);
	assert_int_equal(key, 10);
	assert_int_equal(few_last(&m, NULL, &value), 0);
	assert_int_equal(value, 300);
}

static void full_insert_keeps_the_entry(void **state)
{
	struct few m = make_few(3);
	uint32_t key = 40;
	uint64_t value = 400;

	(void)state;
	assert_true(few_is_full(&m));
	assert_int_equal(few_insert(&m, &key, &value), -ENOSPC);
	assert_int_equal(few_upsert(&m, &key, &value), -ENOSPC);
	assert_int_equal(m.map.object.object->refused, 2);
	key = 10;
	assert_int_equal(few_insert(&m, &key, &value), -EEXIST);
	value = 100;
	assert_int_equal(few_upsert(&m, &key, &value), 0);
	check_keys(&m, 3, 10, 20, 30);
}

static void upsert_overwrites(void **state)
{
	struct few m = make_few(2);
	uint32_t key = 10;
	uint64_t value = 77;

	(void)state;
	assert_int_equal(few_upsert(&m, &key, &value), 0);
	value = 0;
	assert_int_equal(few_get(&m, &key, &value), 0);
	assert_int_equal(value, 77);
	assert_int_equal(few_get(&m, &key, NULL), 0);
	assert_int_equal(few_len(&m), 2);
	*few_at(&m, &key) = 100;
	check_keys(&m, 2, 10, 30, 0);
}

static void removed_keys_make_room(void **state)
{
	struct few m = make_few(3);
	uint32_t key = 20;
	uint64_t value;

	(void)state;
	assert_int_equal(few_remove(&m, &key, &value), 0);
	assert_int_equal(value, 200);
	assert_int_equal(few_remove(&m, &key, NULL), -ENOENT);
	check_keys(&m, 2, 10, 30, 0);
	assert_int_equal(few_pop_last(&m, &key, &value), 0);
	assert_true(key == 30 && value == 300);
	assert_int_equal(few_pop_first(&m, NULL, NULL), 0);
	check_keys(&m, 0, 0, 0, 0);
	for (key = 1; key <= 3; key++)
		assert_int_equal(few_insert(&m, &key, &(uint64_t){ key * 10 }), 0);
	check_keys(&m, 3, 1, 2, 3);
	few_clear(&m);
	check_keys(&m, 0, 0, 0, 0);
	assert_int_equal(m.map.object.object->peak, 3);
}

static void a_map_of_one_is_a_map(void **state)
{
	uint32_t key = 5;
	uint64_t value = 6;
	struct one m;

	(void)state;
	assert_int_equal(one_create(&m, region, "one"), 0);
	assert_int_equal(one_insert(&m, &key, &value), 0);
	assert_int_equal(one_insert(&m, &(uint32_t){ 6 }, &value), -ENOSPC);
	assert_int_equal(one_remove(&m, &key, NULL), 0);
	assert_int_equal(one_insert(&m, &(uint32_t){ 6 }, &value), 0);
	assert_int_equal(one_invariants(&m), 0);
}

/* Each key below 5000 once, in an order that jumps. */
static uint32_t jump(uint32_t i)
{
	return i * 1237 % 5000;
}

static struct many fill_many(uint32_t (*key_of)(uint32_t i))
{
	struct many m;

	assert_int_equal(many_create(&m, region, "many"), 0);
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t key = key_of(i);

		assert_int_equal(many_insert(&m, &key, &i), 0);
	}
	assert_int_equal(many_invariants(&m), 0);
	assert_int_equal(m.map.tree->height, 2);
	return m;
}

static uint32_t ascending(uint32_t i)
{
	return i;
}

static uint32_t descending(uint32_t i)
{
	return 4999 - i;
}

static void empty_many(struct many *m, uint32_t (*key_of)(uint32_t i))
{
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t key = key_of(i);

		assert_int_equal(many_remove(m, &key, NULL), 0);
		if (i % 100 == 0)
			assert_int_equal(many_invariants(m), 0);
	}
	assert_int_equal(many_invariants(m), 0);
	assert_true(many_is_empty(m));
}

static void any_order_of_coming_and_going_fits(void **state)
{
	uint32_t (*const orders[])(uint32_t i) = { jump, ascending, descending };
	struct many m;

	(void)state;
	for (int fill = 0; fill < 3; fill++) {
		for (int empty = 0; empty < 3; empty++) {
			m = fill_many(orders[fill]);
			empty_many(&m, orders[empty]);
			give_region(region);
			region = take_region(256 * 1024);
		}
	}
}

/* 1.3 * log2(5000) is 16. */
static void a_search_compares_as_often_as_it_says(void **state)
{
	struct many m = fill_many(jump);
	uint32_t value;

	(void)state;
	for (uint32_t key = 0; key < 5000; key++) {
		comparisons = 0;
		assert_int_equal(many_get(&m, &key, &value), 0);
		assert_int_equal(jump(value), key);
		assert_true(comparisons <= 16 + 5);
	}
}

static void values_stay_where_they_are(void **state)
{
	struct many m = fill_many(descending);
	uint32_t key = 2500;
	const uint32_t *value = many_at(&m, &key);

	(void)state;
	for (uint32_t other = 0; other < 5000; other += 2) {
		if (other != key)
			assert_int_equal(many_remove(&m, &other, NULL), 0);
	}
	assert_ptr_equal(many_at(&m, &key), value);
	assert_int_equal(*value, 2499);
}

static void bounds_begin_an_iteration_anywhere(void **state)
{
	struct many m = fill_many(jump);
	uint32_t key;
	uint32_t found;
	size_t cursor;

	(void)state;
	for (key = 0; key < 5000; key += 3)
		assert_int_equal(many_remove(&m, &key, NULL), 0);
	for (key = 1; key < 4998; key++) {
		uint32_t above = key % 3 ? key : key + 1;
		uint32_t below = (key - 1) % 3 ? key - 1 : key - 2;

		assert_int_equal(many_lower_bound(&m, &key, &cursor), 0);
		assert_int_equal(many_next(&m, &cursor, &found, NULL), 0);
		assert_int_equal(found, above);
		if (key < 2)
			continue;
		assert_int_equal(many_lower_bound(&m, &key, &cursor), 0);
		assert_int_equal(many_previous(&m, &cursor, &found, NULL), 0);
		assert_int_equal(found, below);
		assert_int_equal(many_upper_bound(&m, &below, &cursor), 0);
		assert_int_equal(many_next(&m, &cursor, &found, NULL), 0);
		assert_int_equal(found, above);
	}
}

static void texts_are_keys(void **state)
{
	struct odd value = { "value" };
	struct name key;
	struct names m;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(names_create(&m, region, "names"), 0);
	for (int i = 0; i < 200; i++) {
		memset(&key, 0, sizeof(key));
		snprintf(key.text, sizeof(key.text), "%03d", i * 77 % 200);
		value.text[6] = (char)(i * 77 % 200);
		assert_int_equal(names_insert(&m, &key, &value), 0);
	}
	for (int i = 0; i < 200; i++) {
		assert_int_equal(names_next(&m, &cursor, &key, &value), 0);
		assert_int_equal(atoi(key.text), i);
		assert_int_equal((unsigned char)value.text[6], i);
	}
	assert_int_equal(names_invariants(&m), 0);
}

static void attach_compares_keys_and_values(void **state)
{
	struct few m = make_few(3);
	struct bm_mismatch mismatch;
	struct other_values other;
	struct few again;

	(void)state;
	assert_int_equal(few_attach(&again, region, "few", NULL), 0);
	check_keys(&again, 3, 10, 20, 30);
	assert_int_equal(few_pop_first(&again, NULL, NULL), 0);
	check_keys(&m, 2, 20, 30, 0);
	assert_int_equal(other_values_attach(&other, region, "few", &mismatch),
			 -EMEDIUMTYPE);
}

/* The bytes that the header states, for 8-byte entries with 4-byte keys. */
static void space_is_as_stated(void **state)
{
	(void)state;
	assert_int_equal(BM_BYTES(one), 64 + 64 + 64 + 256 + 256 + 64);
	assert_true(BM_BYTES(many) <=
		    128 + 5000 * (8 + 4 + 256 / 30. + (128 + 30 * 4) / 420. + 2 * 4) +
		    5 * 64 + 2 * 248);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct few m = make_few(3);
	uint64_t value = 1;
	uint32_t key = 10;
	size_t len;

	(void)state;
	m.map.object.object->len = 4;
	assert_int_equal(few_insert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_remove(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_pop_first(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_pop_last(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_count(&m, &len), -EUCLEAN);
	assert_int_equal(few_invariants(&m), -EUCLEAN);
	assert_int_equal(few_len(&m), 3);
	assert_int_equal(few_repair(&m), 0);
	assert_int_equal(few_len(&m), 3);
	assert_int_equal(few_invariants(&m), 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct few m = make_few(3);
	uint64_t value = 1;
	uint32_t key = 10;

	(void)state;
	m.map.object.object->updating = 1;
	assert_int_equal(few_insert(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(few_upsert(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(few_remove(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(few_pop_first(&m, NULL, NULL), -EOWNERDEAD);
	assert_int_equal(few_pop_last(&m, NULL, NULL), -EOWNERDEAD);
	assert_int_equal(few_get(&m, &key, &value), 0);
	assert_int_equal(few_repair(&m), 0);
	check_keys(&m, 3, 10, 20, 30);
}

static void damage(uint32_t *number, uint32_t value, const struct many *m)
{
	uint32_t before = *number;

	assert_int_not_equal(before, value);
	*number = value;
	assert_int_equal(many_invariants(m), -EUCLEAN);
	*number = before;
	assert_int_equal(many_invariants(m), 0);
}

static void every_damage_to_the_tree_is_noticed(void **state)
{
	struct many m = fill_many(jump);
	struct bm_sorted_map_tree *tree = m.map.tree;
	struct bm_sorted_map_node *root = m.map.nodes + tree->root;

	(void)state;
	damage(&tree->root, UINT32_MAX, &m);
	damage(&tree->root, 0, &m);
	damage(&tree->height, 3, &m);
	damage(&tree->height, UINT32_MAX, &m);
	damage(&tree->first, tree->last, &m);
	damage(&tree->last, tree->first, &m);
	damage(&tree->entries, 5001, &m);
	damage(&tree->leaves, tree->leaves + 1, &m);
	damage(&tree->nodes, tree->nodes + 1, &m);
	damage(&tree->free_leaf, 0, &m);
	damage(&root->count, root->count - 1, &m);
	damage(&root->count, 32, &m);
	damage(&root->child[1], root->child[0], &m);
	damage(&m.map.leaves[5].count, 61, &m);
	damage(&m.map.leaves[5].count, 29, &m);
	damage(&m.map.leaves[5].next, m.map.leaves[5].previous, &m);
	damage(&m.map.leaves[5].entry[3], m.map.leaves[5].entry[4], &m);
	damage(&m.map.leaves[5].entry[3], UINT32_MAX, &m);
	damage(&m.map.states[7], UINT32_MAX, &m);
	damage((uint32_t *)(void *)m.map.keys, 4999, &m);
	damage((uint32_t *)(void *)m.map.copies, 4999, &m);
}

/* Chained in a circle: the keys tell that an iteration has been there. */
static void iteration_in_a_circle_ends(void **state)
{
	struct many m = fill_many(jump);
	size_t cursor = 0;
	unsigned int steps = 0;
	uint32_t key;
	int err;

	(void)state;
	m.map.leaves[m.map.tree->last].next = m.map.tree->first;
	do {
		err = many_next(&m, &cursor, &key, NULL);
	} while (!err && ++steps <= 5000);
	assert_int_equal(err, -EUCLEAN);
	assert_int_equal(steps, 5000);
}

static void repair_builds_the_tree_anew(void **state)
{
	struct many m = fill_many(jump);
	uint32_t value;
	uint32_t key;

	(void)state;
	for (key = 0; key < 5000; key += 4)
		assert_int_equal(many_remove(&m, &key, NULL), 0);
	/* Everything that is not an entry or its state. */
	memset(m.map.leaves, 0xa5, (size_t)(m.map.entries -
					   (unsigned char *)m.map.leaves));
	m.map.tree->root = 77;
	m.map.tree->height = 1;
	m.map.tree->free_leaf = 12345678;
	assert_int_equal(many_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(many_insert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(many_repair(&m), 0);
	assert_int_equal(many_invariants(&m), 0);
	assert_int_equal(many_len(&m), 3750);
	assert_int_equal(m.map.tree->height, 2);
	for (uint32_t i = 0; i < 5000; i++) {
		key = jump(i);
		assert_int_equal(many_get(&m, &key, &value), key % 4 ? 0 : -ENOENT);
		if (key % 4)
			assert_int_equal(value, i);
		else
			assert_int_equal(many_insert(&m, &key, &i), 0);
	}
	assert_int_equal(many_invariants(&m), 0);
	check_layout(region);
}

/* Somebody else wrote the same key twice. */
static void repair_drops_copies(void **state)
{
	struct few m = make_few(3);
	uint32_t key = 20;

	(void)state;
	((struct few_entry *)(void *)m.map.entries)[0].key = 20;
	assert_int_equal(few_invariants(&m), -EUCLEAN);
	assert_int_equal(few_repair(&m), 0);
	assert_int_equal(few_invariants(&m), 0);
	assert_int_equal(few_len(&m), 2);
	assert_true(few_contains(&m, &key));
}

static void every_verb_of_a_watched_map_looks(void **state)
{
	struct few m = make_few(3);
	struct watched w;
	uint64_t value = 1;
	uint32_t key = 10;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(watched_attach(&w, region, "few", NULL), 0);
	assert_int_equal(watched_get(&w, &key, &value), 0);
	m.map.leaves[0].next = 0;
	assert_int_equal(watched_get(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_insert(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_upsert(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_remove(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_pop_first(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_pop_last(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_first(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_last(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_next(&w, &cursor, &key, &value), -EUCLEAN);
	assert_int_equal(watched_previous(&w, &cursor, &key, &value), -EUCLEAN);
	assert_int_equal(watched_lower_bound(&w, &key, &cursor), -EUCLEAN);
	assert_int_equal(watched_upper_bound(&w, &key, &cursor), -EUCLEAN);
	assert_int_equal(watched_count(&w, &cursor), -EUCLEAN);
}

static void redundant_notices_a_changed_value(void **state)
{
	struct twice m;
	uint64_t value = 1;
	uint32_t key;

	(void)state;
	assert_int_equal(twice_create(&m, region, "twice"), 0);
	for (key = 0; key < 70; key++)
		assert_int_equal(twice_insert(&m, &key, &value), 0);
	key = 9;
	assert_int_equal(twice_remove(&m, &key, NULL), 0);
	assert_int_equal(twice_upsert(&m, &key, &value), 0);
	assert_int_equal(twice_get(&m, &key, &value), 0);
	((struct twice_entry *)(void *)m.map.entries)[50].value ^= 4;
	assert_int_equal(twice_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(twice_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(twice_repair(&m), 0);
	assert_int_equal(twice_get(&m, &key, &value), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_map_is_empty),
		CASE(keys_come_out_in_order),
		CASE(full_insert_keeps_the_entry),
		CASE(upsert_overwrites),
		CASE(removed_keys_make_room),
		CASE(a_map_of_one_is_a_map),
		CASE(any_order_of_coming_and_going_fits),
		CASE(a_search_compares_as_often_as_it_says),
		CASE(values_stay_where_they_are),
		CASE(bounds_begin_an_iteration_anywhere),
		CASE(texts_are_keys),
		CASE(attach_compares_keys_and_values),
		CASE(space_is_as_stated),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(every_damage_to_the_tree_is_noticed),
		CASE(iteration_in_a_circle_ends),
		CASE(repair_builds_the_tree_anew),
		CASE(repair_drops_copies),
		CASE(every_verb_of_a_watched_map_looks),
		CASE(redundant_notices_a_changed_value),
	};

	return cmocka_run_group_tests_name("sorted_map", tests, NULL, NULL);
}
