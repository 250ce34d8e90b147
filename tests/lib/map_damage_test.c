// SPDX-License-Identifier: MIT
/*
 * map_damage_test.c: maps, index maps and caches in which another process writes
 */
#include "cmocka_test.h"

#define CAPACITY	100
#define COUNT		40u

/* What another process does while a verb hashes, or compares. */
static void (*while_hashing)(void);
static void (*while_comparing)(void);

/* All keys have the same home: most of them are far from it. */
static uint64_t hash_same(const struct bm_hash_key *secret, const uint32_t *key)
{
	(void)secret;
	(void)key;
	if (while_hashing)
		while_hashing();
	return 1;
}

static bool equal_numbers(const uint32_t *a, const uint32_t *b)
{
	if (while_comparing)
		while_comparing();
	return *a == *b;
}

BM_MAP_WITH(numbers, uint32_t, uint32_t, CAPACITY, hash_same, equal_numbers)
BM_INDEX_MAP_WITH(list, uint32_t, uint32_t, CAPACITY, hash_same, equal_numbers)
BM_LRU_WITH(cache, uint32_t, uint32_t, CAPACITY, hash_same, equal_numbers)
BM_INDEX_MAP(large, uint64_t, uint64_t, 1000)
BM_MAP(window, uint32_t, uint32_t, 64)
BM_MAP_WITH(little, uint32_t, uint32_t, 5, hash_same, equal_numbers)

REGION_OF_EACH_CASE(65536)

/* Whichever is being tried. */
static struct bm_map *victim;
static uint32_t false_len;

static void write_len(void)
{
	victim->object.object->len = false_len;
}

static void fill_slots(void)
{
	memset(victim->tags, 0x77, victim->slots);
}

static struct numbers make_numbers(void)
{
	struct numbers n;

	assert_int_equal(numbers_create(&n, region, "numbers"), 0);
	for (uint32_t key = 0; key < COUNT; key++)
		assert_int_equal(numbers_insert(&n, &key, &key), 0);
	return n;
}

static struct list make_list(void)
{
	struct list l;

	assert_int_equal(list_create(&l, region, "list"), 0);
	for (uint32_t key = 0; key < COUNT; key++)
		assert_int_equal(list_insert(&l, &key, &key), 0);
	return l;
}

static struct cache make_cache(void)
{
	struct cache c;

	assert_int_equal(cache_create(&c, region, "cache"), 0);
	for (uint32_t key = 0; key < COUNT; key++)
		assert_int_equal(cache_insert(&c, &key, &key), 0);
	return c;
}

static void rest(void)
{
	while_hashing = NULL;
	while_comparing = NULL;
	if (victim->object.object->len != COUNT)
		victim->object.object->len = COUNT;
}

static void check_numbers(struct numbers *n)
{
	uint32_t value;

	rest();
	assert_int_equal(numbers_invariants(n), 0);
	for (uint32_t key = 0; key < COUNT; key++) {
		assert_int_equal(numbers_get(n, &key, &value), 0);
		assert_int_equal(value, key);
	}
}

/* In the order in which they came. */
static void check_list(struct list *l, uint32_t count)
{
	uint32_t key = 0;
	uint32_t value = 0;

	assert_int_equal(list_invariants(l), 0);
	assert_int_equal(list_len(l), count);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(list_get_index(l, i, &key, &value), 0);
		assert_true(key == i && value == i);
		assert_int_equal(list_get(l, &key, &value), 0);
		assert_int_equal(value, i);
	}
	check_layout(region);
}

/* The newest first. */
static void check_cache(struct cache *c)
{
	uint64_t cursor = 0;
	uint32_t key;

	rest();
	assert_int_equal(cache_invariants(c), 0);
	for (uint32_t i = COUNT; i-- > 0;) {
		assert_int_equal(cache_next(c, &cursor, &key, NULL), 0);
		assert_int_equal(key, i);
		assert_true(cache_contains(c, &key));
	}
	check_layout(region);
}

static void length_of_a_map_is_looked_at_again_after_a_search(void **state)
{
	struct numbers n = make_numbers();
	uint32_t last = COUNT - 1;
	uint32_t other = COUNT;

	(void)state;
	victim = &n.map;
	while_comparing = write_len;
	false_len = CAPACITY + 1;
	assert_int_equal(numbers_insert(&n, &other, &other), -EUCLEAN);
	check_numbers(&n);
	while_comparing = write_len;
	assert_int_equal(numbers_remove(&n, &last, NULL), -EUCLEAN);
	check_numbers(&n);
	while_comparing = write_len;
	false_len = 0;
	assert_int_equal(numbers_remove(&n, &last, NULL), -EUCLEAN);
	check_numbers(&n);
}

static void length_of_an_index_map_is_looked_at_again_after_a_search(void **state)
{
	const uint32_t false_lens[] = { CAPACITY + 1, 5 };
	struct list l = make_list();
	uint32_t key = 5;
	uint32_t other = COUNT;

	(void)state;
	victim = &l.map;
	for (int i = 0; i < 2; i++) {
		false_len = false_lens[i];
		while_comparing = write_len;
		assert_int_equal(list_swap_remove(&l, &key, NULL), -EUCLEAN);
		rest();
		while_comparing = write_len;
		assert_int_equal(list_shift_remove(&l, &key, NULL), -EUCLEAN);
		rest();
	}
	false_len = CAPACITY + 1;
	while_comparing = write_len;
	assert_int_equal(list_insert(&l, &other, &other), -EUCLEAN);
	rest();
	check_list(&l, COUNT);
}

static void length_of_a_cache_is_looked_at_again_after_a_search(void **state)
{
	struct cache c = make_cache();
	uint32_t key = 5;
	uint32_t other = COUNT;

	(void)state;
	victim = &c.map;
	false_len = CAPACITY + 1;
	while_comparing = write_len;
	assert_int_equal(cache_insert(&c, &other, &other), -EUCLEAN);
	check_cache(&c);
	while_comparing = write_len;
	assert_int_equal(cache_remove(&c, &key, NULL), -EUCLEAN);
	check_cache(&c);
	false_len = 5;
	while_comparing = write_len;
	assert_int_equal(cache_remove(&c, &key, NULL), -EUCLEAN);
	check_cache(&c);
}

/* The length says that there is room. */
static void insert_without_a_free_slot_is_damage(void **state)
{
	struct numbers n = make_numbers();
	struct list l = make_list();
	struct cache c = make_cache();
	uint32_t other = COUNT;

	(void)state;
	victim = &n.map;
	while_comparing = fill_slots;
	assert_int_equal(numbers_insert(&n, &other, &other), -EUCLEAN);
	assert_int_equal(numbers_len(&n), COUNT);
	victim = &l.map;
	while_comparing = fill_slots;
	assert_int_equal(list_insert(&l, &other, &other), -EUCLEAN);
	rest();
	assert_int_equal(list_repair(&l), 0);
	check_list(&l, COUNT);
	victim = &c.map;
	while_comparing = fill_slots;
	assert_int_equal(cache_insert(&c, &other, &other), -EUCLEAN);
	rest();
	assert_int_equal(cache_repair(&c), 0);
	check_cache(&c);
}

static void repair_without_free_slots_can_be_done_again(void **state)
{
	struct list l = make_list();
	struct cache c = make_cache();
	uint32_t other = COUNT;

	(void)state;
	victim = &l.map;
	while_hashing = fill_slots;
	assert_int_equal(list_repair(&l), -EUCLEAN);
	rest();
	assert_int_equal(list_insert(&l, &other, &other), -EOWNERDEAD);
	assert_int_equal(list_repair(&l), 0);
	check_list(&l, COUNT);
	victim = &c.map;
	while_hashing = fill_slots;
	assert_int_equal(cache_repair(&c), -EUCLEAN);
	rest();
	assert_int_equal(cache_insert(&c, &other, &other), -EOWNERDEAD);
	assert_int_equal(cache_repair(&c), 0);
	check_cache(&c);
}

static bool keep_first_ten(const uint32_t *key, uint32_t *value, void *context)
{
	(void)value;
	(void)context;
	return *key < 10;
}

static void retain_without_free_slots_keeps_the_entries(void **state)
{
	struct list l = make_list();

	(void)state;
	victim = &l.map;
	while_hashing = fill_slots;
	assert_int_equal(list_retain(&l, keep_first_ten, NULL), -EUCLEAN);
	while_hashing = NULL;
	assert_int_equal(list_len(&l), 10);
	assert_int_equal(list_repair(&l), 0);
	check_list(&l, 10);
}

/* One of the few entries that move has no slot: the others are told where they are. */
static void shift_remove_of_an_entry_without_a_slot_is_damage(void **state)
{
	struct large m;
	uint32_t slot = 0;
	uint64_t key;

	(void)state;
	assert_int_equal(large_create(&m, region, "large"), 0);
	for (key = 0; key < 100; key++)
		assert_int_equal(large_insert(&m, &key, &key), 0);
	while (!m.map.tags[slot] || m.map.places[slot] != 97)
		slot++;
	m.map.places[slot] = UINT32_MAX;
	key = 95;
	assert_int_equal(large_shift_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(large_invariants(&m), -EUCLEAN);
	key = 97;
	assert_false(large_contains(&m, &key));
	key = 99;
	assert_true(large_contains(&m, &key));
	assert_int_equal(large_repair(&m), 0);
	assert_int_equal(large_invariants(&m), 0);
	assert_int_equal(large_len(&m), 99);
	for (size_t i = 0; i < 99; i++) {
		assert_int_equal(large_get_index(&m, i, &key, NULL), 0);
		assert_int_equal(key, i + (i >= 95));
		assert_true(large_contains(&m, &key));
	}
}

static void void_entries_are_noticed(void **state)
{
	struct list l = make_list();
	struct bm_map_hole *hole = (struct bm_map_hole *)(void *)(l.map.places + l.map.slots);

	(void)state;
	*hole = (struct bm_map_hole){ COUNT - 1, COUNT };
	assert_int_equal(list_invariants(&l), -EUCLEAN);
	assert_int_equal(list_repair(&l), 0);
	check_list(&l, COUNT - 1);
}

/* As many slots as bits in a word: each of them is used. */
static void map_of_one_whole_window_is_a_map(void **state)
{
	struct window w;
	uint32_t key;
	uint32_t value;

	(void)state;
	assert_int_equal(window_create(&w, region, "window"), 0);
	for (key = 0; key < 64; key++)
		assert_int_equal(window_insert(&w, &key, &key), 0);
	assert_int_equal(window_insert(&w, &key, &key), -ENOSPC);
	assert_int_equal(window_invariants(&w), 0);
	for (key = 0; key < 64; key++) {
		assert_int_equal(window_remove(&w, &key, &value), 0);
		assert_int_equal(value, key);
	}
	assert_int_equal(window_invariants(&w), 0);
	assert_true(window_is_empty(&w));
}

static uint32_t slot_of(const struct bm_map *map, uint32_t index)
{
	uint32_t slot = 0;

	while (!map->tags[slot] || map->places[slot] != index)
		slot++;
	return slot;
}

/* What another process does at one of the calls. */
static unsigned int calls;
static unsigned int fatal_call;
static uint32_t fatal_slot;
static uint32_t fatal_place;

static void lose_place(void)
{
	if (++calls == fatal_call)
		victim->places[fatal_slot] = fatal_place;
}

/* The search far away compares it, and then it is looked at again. */
static void entry_that_vanishes_when_it_was_found_is_not_there(void **state)
{
	struct list l = make_list();
	uint32_t key = COUNT - 1;
	uint32_t value;

	(void)state;
	victim = &l.map;
	fatal_slot = slot_of(victim, key);
	fatal_call = 0;
	calls = 0;
	while_comparing = lose_place;
	assert_int_equal(list_get(&l, &key, &value), 0);
	fatal_call = calls - 1;
	for (int i = 0; i < 2; i++) {
		fatal_place = i ? key - 1 : UINT32_MAX;
		calls = 0;
		assert_int_equal(list_get(&l, &key, &value), -ENOENT);
		victim->places[fatal_slot] = key;
	}
	rest();
	check_list(&l, COUNT);
}

static void lose_tags(void)
{
	if (++calls == fatal_call)
		memset(victim->tags, 0, victim->slots);
}

static void take_slots(void)
{
	if (++calls == fatal_call)
		fill_slots();
}

/*
 * The oldest key's slot is free, and is gone before the new key gets it: the third key
 * that is hashed is one that may have the same home.
 */
static void new_key_whose_slot_vanishes_has_none_until_repair(void **state)
{
	struct cache c = make_cache();
	uint32_t key = COUNT;
	uint32_t value = 7;
	uint32_t old_key = 0;
	uint32_t old_value = 0;
	bool evicted = false;

	(void)state;
	victim = &c.map;
	for (; key < CAPACITY; key++)
		assert_int_equal(cache_insert(&c, &key, &key), 0);
	for (uint32_t used = 0; used < 20; used++)
		assert_int_equal(cache_get(&c, &used, &value), 0);
	calls = 0;
	fatal_call = 3;
	while_hashing = take_slots;
	assert_int_equal(cache_insert_evict(&c, &key, &key, &old_key, &old_value,
					    &evicted), -EUCLEAN);
	while_hashing = NULL;
	assert_true(evicted && old_key == 20 && old_value == 20);
	assert_int_equal(cache_repair(&c), 0);
	assert_int_equal(cache_invariants(&c), 0);
	assert_int_equal(cache_len(&c), CAPACITY);
	assert_false(cache_contains(&c, &old_key));
	assert_int_equal(cache_get(&c, &key, &value), 0);
	assert_int_equal(value, key);
}

/* Repair hashes each key once, and again where it looks whether it is there twice. */
static void keys_that_vanish_during_a_repair_are_gone(void **state)
{
	struct little l;
	uint32_t key;

	(void)state;
	assert_int_equal(little_create(&l, region, "little"), 0);
	for (key = 0; key < 5; key++)
		assert_int_equal(little_insert(&l, &key, &key), 0);
	victim = &l.map;
	calls = 0;
	fatal_call = 5 + 2;
	while_hashing = lose_tags;
	assert_int_equal(little_repair(&l), 0);
	while_hashing = NULL;
	assert_int_equal(little_invariants(&l), 0);
	assert_true(little_is_empty(&l));
	assert_int_equal(little_insert(&l, &key, &key), 0);
}

static void place_beyond_the_length_is_noticed(void **state)
{
	struct list l = make_list();
	uint32_t slot = slot_of(&l.map, 7);

	(void)state;
	l.map.places[slot] = COUNT;
	assert_int_equal(list_invariants(&l), -EUCLEAN);
	l.map.places[slot] = 7;
	check_list(&l, COUNT);
}

/* The last entry would take the place, and has no slot. */
static void remove_from_a_cache_whose_last_has_no_slot_is_damage(void **state)
{
	struct cache c = make_cache();
	uint32_t key = 5;
	uint32_t slot = slot_of(&c.map, COUNT - 1);

	(void)state;
	victim = &c.map;
	c.map.places[slot] = UINT32_MAX;
	assert_int_equal(cache_remove(&c, &key, NULL), -EUCLEAN);
	c.map.places[slot] = COUNT - 1;
	check_cache(&c);
}

static void insert_behind_a_newest_that_cannot_be_is_damage(void **state)
{
	struct cache c = make_cache();
	struct bm_lru_link *links = bm_lru_links_(&c.map);
	uint32_t other = COUNT;

	(void)state;
	victim = &c.map;
	assert_int_equal(links[0].older, COUNT);
	links[0].older = CAPACITY + 1;
	assert_int_equal(cache_insert(&c, &other, &other), -EUCLEAN);
	links[0].older = COUNT;
	check_cache(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(length_of_a_map_is_looked_at_again_after_a_search),
		CASE_IN_REGION(length_of_an_index_map_is_looked_at_again_after_a_search),
		CASE_IN_REGION(length_of_a_cache_is_looked_at_again_after_a_search),
		CASE_IN_REGION(insert_without_a_free_slot_is_damage),
		CASE_IN_REGION(repair_without_free_slots_can_be_done_again),
		CASE_IN_REGION(retain_without_free_slots_keeps_the_entries),
		CASE_IN_REGION(shift_remove_of_an_entry_without_a_slot_is_damage),
		CASE_IN_REGION(void_entries_are_noticed),
		CASE_IN_REGION(entry_that_vanishes_when_it_was_found_is_not_there),
		CASE_IN_REGION(new_key_whose_slot_vanishes_has_none_until_repair),
		CASE_IN_REGION(keys_that_vanish_during_a_repair_are_gone),
		CASE_IN_REGION(place_beyond_the_length_is_noticed),
		CASE_IN_REGION(remove_from_a_cache_whose_last_has_no_slot_is_damage),
		CASE_IN_REGION(insert_behind_a_newest_that_cannot_be_is_damage),
		CASE_IN_REGION(map_of_one_whole_window_is_a_map),
	};

	return cmocka_run_group_tests_name("map damage", tests, NULL, NULL);
}
