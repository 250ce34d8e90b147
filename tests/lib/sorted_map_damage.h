/* SPDX-License-Identifier: MIT */
/*
 * sorted_map_damage.h: what the tests share of sorted maps in which another process writes
 */
#ifndef BUDGETMEM_TESTS_SORTED_MAP_DAMAGE_H
#define BUDGETMEM_TESTS_SORTED_MAP_DAMAGE_H

#include "cmocka_test.h"

#define NONE	UINT32_MAX
#define IN_USE	(UINT32_MAX - 1)

struct name {
	uint32_t number;
	char text[16];
};

/* What another process does while a verb compares. */
static void (*meanwhile)(void);

static inline int compare_numbers(const uint32_t *a, const uint32_t *b)
{
	if (meanwhile)
		meanwhile();
	return (*a > *b) - (*a < *b);
}

static inline int compare_names(const struct name *a, const struct name *b)
{
	return compare_numbers(&a->number, &b->number);
}

BM_SORTED_MAP(many, uint32_t, uint32_t, 5000, compare_numbers)
BM_SORTED_MAP(names, struct name, uint32_t, 200, compare_names)
/* With more than 15360 keys, in order, three nodes are above each leaf. */
BM_SORTED_MAP(deep, uint32_t, uint32_t, 16000, compare_numbers)
BM_SORTED_MAP(tight, uint32_t, uint32_t, 961, compare_numbers)

static struct bm_region region;
static struct many m;

static inline uint32_t *key_of_node(uint32_t node, uint32_t at)
{
	return (uint32_t *)(void *)m.map.keys + node * BM_SORTED_MAP_KEYS_ + at;
}

static inline int set_up(void **state)
{
	(void)state;
	region = take_region(1024 * 1024);
	meanwhile = NULL;
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static inline int insert(uint32_t key)
{
	return many_insert(&m, &key, &key);
}

static inline int take_out(uint32_t key)
{
	return many_remove(&m, &key, NULL);
}

/* Keys from 0 on: each leaf but the last has 30 entries, each node but the last 16. */
static inline void make_many(uint32_t count)
{
	assert_int_equal(many_create(&m, region, "many"), 0);
	for (uint32_t key = 0; key < count; key++)
		assert_int_equal(insert(key), 0);
	assert_int_equal(many_invariants(&m), 0);
}

/* All keys from @first on are there with their values, and no others. */
static inline void check_keys(uint32_t first, uint32_t count)
{
	uint32_t value;

	assert_int_equal(many_invariants(&m), 0);
	assert_int_equal(many_len(&m), count);
	for (uint32_t key = first; key < first + count; key++) {
		assert_int_equal(many_get(&m, &key, &value), 0);
		assert_int_equal(value, key);
	}
	check_layout(region);
}

/* The verb that found the damage has left its mark, and repair brings all keys back. */
static inline void check_repair(uint32_t first, uint32_t count)
{
	meanwhile = NULL;
	assert_int_equal(insert(4999), -EOWNERDEAD);
	assert_int_equal(many_repair(&m), 0);
	check_keys(first, count);
}

static inline struct bm_sorted_map_node *root(void)
{
	return m.map.nodes + m.map.tree->root;
}

#endif /* BUDGETMEM_TESTS_SORTED_MAP_DAMAGE_H */
