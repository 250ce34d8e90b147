// SPDX-License-Identifier: MIT
/*
 * index_map_test.c: exact behaviour of index maps
 */
#include "cmocka_test.h"

/* All keys have the same hash: the worst that can be. */
static uint64_t hash_same(const struct bm_hash_key *secret, const uint64_t *key)
{
	(void)secret;
	(void)key;
	return 1;
}

static bool equal_numbers(const uint64_t *a, const uint64_t *b)
{
	return *a == *b;
}

BM_INDEX_MAP(small, uint32_t, uint64_t, 8)
BM_MAP(other_kind, uint32_t, uint64_t, 8)
BM_INDEX_MAP(large, uint64_t, uint64_t, 1000)
BM_INDEX_MAP(one, unsigned char, char, 1)
BM_INDEX_MAP_WITH(same, uint64_t, uint64_t, 400, hash_same, equal_numbers)
BM_INDEX_MAP_CHECKED(looked_at, uint32_t, uint64_t, 8, every)
BM_INDEX_MAP_CHECKED(twice, uint32_t, uint64_t, 8, redundant)

REGION_OF_EACH_CASE(65536)

/* Keys 10, 20, ... and values a hundred times as large. */
static struct small make_small(uint32_t count)
{
	struct small m;

	assert_int_equal(small_create_seeded(&m, region, "small", 1), 0);
	for (uint32_t key = 10; key <= count * 10; key += 10) {
		uint64_t value = key * 100;

		assert_int_equal(small_insert(&m, &key, &value), 0);
	}
	return m;
}

/* These keys, in this order, each found where it is. */
static void check_small(const struct small *m, size_t len, const uint32_t *expected)
{
	assert_int_equal(small_invariants(m), 0);
	assert_int_equal(small_len(m), len);
	for (size_t i = 0; i < len; i++) {
		size_t index = 99;
		uint32_t key = 0;
		uint64_t value = 0;

		assert_int_equal(small_get_index(m, i, &key, &value), 0);
		assert_int_equal(key, expected[i]);
		assert_int_equal(value, key * 100);
		assert_int_equal(small_index_of(m, &key, &index), 0);
		assert_int_equal(index, i);
	}
	assert_int_equal(small_get_index(m, len, NULL, NULL), -ERANGE);
	check_layout(region);
}

#define CHECK(m, ...)							\
	check_small(m, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		    (uint32_t[]){ __VA_ARGS__ })

static void new_map_is_empty(void **state)
{
	struct small m = make_small(0);
	uint32_t key = 1;
	uint64_t value = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(small_is_empty(&m));
	assert_int_equal(small_capacity(&m), 8);
	assert_int_equal(small_get(&m, &key, &value), -ENOENT);
	assert_int_equal(small_index_of(&m, &key, &cursor), -ENOENT);
	assert_int_equal(small_swap_remove(&m, &key, &value), -ENOENT);
	assert_int_equal(small_shift_remove(&m, &key, &value), -ENOENT);
	assert_int_equal(small_pop(&m, &key, &value), -ENOENT);
	assert_int_equal(small_first(&m, &key, &value), -ENOENT);
	assert_int_equal(small_last(&m, &key, &value), -ENOENT);
	assert_int_equal(small_next(&m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(small_next_back(&m, &cursor, &key, &value), -ENOENT);
	assert_false(small_contains(&m, &key));
	assert_null(small_at(&m, &key));
	assert_true(key == 1 && value == 7 && cursor == 0);
	check_small(&m, 0, NULL);
}

static void keys_stay_in_the_order_in_which_they_came(void **state)
{
	struct small m = make_small(3);
	uint32_t key = 5;
	uint64_t value = 500;

	(void)state;
	assert_int_equal(small_insert(&m, &key, &value), 0);
	CHECK(&m, 10, 20, 30, 5);
	assert_int_equal(small_first(&m, &key, &value), 0);
	assert_true(key == 10 && value == 1000);
	assert_int_equal(small_last(&m, &key, &value), 0);
	assert_true(key == 5 && value == 500);
	assert_int_equal(small_last(&m, NULL, NULL), 0);
}

static void insert_refuses_a_key_that_is_there(void **state)
{
	struct small m = make_small(2);
	uint32_t key = 10;
	uint64_t value = 1;

	(void)state;
	assert_int_equal(small_insert(&m, &key, &value), -EEXIST);
	CHECK(&m, 10, 20);
}

static void upsert_overwrites_in_place(void **state)
{
	struct small m = make_small(3);
	uint32_t key = 20;
	uint64_t value = 1;

	(void)state;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	assert_int_equal(*small_at(&m, &key), 1);
	*small_at(&m, &key) = 2000;
	CHECK(&m, 10, 20, 30);
	key = 40;
	value = 4000;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	CHECK(&m, 10, 20, 30, 40);
}

static void full_map_keeps_the_item(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 90;
	uint64_t value = 9000;

	(void)state;
	assert_true(small_is_full(&m));
	assert_int_equal(small_insert(&m, &key, &value), -ENOSPC);
	assert_int_equal(small_upsert(&m, &key, &value), -ENOSPC);
	assert_true(key == 90 && value == 9000);
	assert_int_equal(header_of(region)->refused, 2);
	key = 30;
	value = 3000;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	CHECK(&m, 10, 20, 30, 40, 50, 60, 70, 80);
}

static void swap_remove_puts_the_last_one_there(void **state)
{
	struct small m = make_small(4);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(small_swap_remove(&m, &(uint32_t){ 20 }, &value), 0);
	assert_int_equal(value, 2000);
	CHECK(&m, 10, 40, 30);
	assert_int_equal(small_swap_remove(&m, &(uint32_t){ 30 }, NULL), 0);
	CHECK(&m, 10, 40);
	assert_int_equal(small_swap_remove(&m, &(uint32_t){ 30 }, NULL), -ENOENT);
	assert_int_equal(small_swap_remove(&m, &(uint32_t){ 10 }, NULL), 0);
	CHECK(&m, 40);
	assert_int_equal(small_swap_remove(&m, &(uint32_t){ 40 }, NULL), 0);
	check_small(&m, 0, NULL);
}

static void shift_remove_keeps_the_order(void **state)
{
	struct small m = make_small(8);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(small_shift_remove(&m, &(uint32_t){ 20 }, &value), 0);
	assert_int_equal(value, 2000);
	CHECK(&m, 10, 30, 40, 50, 60, 70, 80);
	assert_int_equal(small_shift_remove(&m, &(uint32_t){ 80 }, NULL), 0);
	CHECK(&m, 10, 30, 40, 50, 60, 70);
	assert_int_equal(small_shift_remove(&m, &(uint32_t){ 10 }, NULL), 0);
	CHECK(&m, 30, 40, 50, 60, 70);
	assert_int_equal(small_shift_remove(&m, &(uint32_t){ 10 }, NULL), -ENOENT);
}

static void pop_takes_the_last_one(void **state)
{
	struct small m = make_small(3);
	uint32_t key = 0;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(small_pop(&m, &key, &value), 0);
	assert_true(key == 30 && value == 3000);
	CHECK(&m, 10, 20);
	assert_int_equal(small_pop(&m, NULL, NULL), 0);
	CHECK(&m, 10);
}

static void iteration_goes_both_ways(void **state)
{
	struct small m = make_small(5);
	uint32_t key = 0;
	uint64_t value = 0;
	size_t cursor = 0;

	(void)state;
	for (uint32_t i = 10; i <= 50; i += 10) {
		assert_int_equal(small_next(&m, &cursor, &key, &value), 0);
		assert_true(key == i && value == i * 100);
	}
	assert_int_equal(small_next(&m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(small_next(&m, &cursor, &key, &value), -ENOENT);
	cursor = 0;
	for (uint32_t i = 50; i >= 10; i -= 10) {
		assert_int_equal(small_next_back(&m, &cursor, &key, NULL), 0);
		assert_int_equal(key, i);
	}
	assert_int_equal(small_next_back(&m, &cursor, NULL, NULL), -ENOENT);
}

/* Keeps what is no multiple of 20, notes the order, and changes the values. */
static bool keep_odd(const uint32_t *key, uint64_t *value, void *context)
{
	uint32_t *last = context;

	assert_int_equal(*key, *last + 10);
	*last = *key;
	*value = *key * 100;
	return *key % 20;
}

static bool keep_all(const uint32_t *key, uint64_t *value, void *context)
{
	(void)key;
	(void)value;
	(void)context;
	return true;
}

static bool keep_none(const uint32_t *key, uint64_t *value, void *context)
{
	return !keep_all(key, value, context);
}

static void retain_keeps_the_order(void **state)
{
	struct small m = make_small(8);
	uint32_t last = 0;

	(void)state;
	assert_int_equal(small_retain(&m, keep_all, NULL), 0);
	CHECK(&m, 10, 20, 30, 40, 50, 60, 70, 80);
	*small_at(&m, &(uint32_t){ 30 }) = 7;
	assert_int_equal(small_retain(&m, keep_odd, &last), 0);
	assert_int_equal(last, 80);
	CHECK(&m, 10, 30, 50, 70);
	assert_int_equal(small_retain(&m, keep_none, NULL), 0);
	check_small(&m, 0, NULL);
}

static void clear_makes_room(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 30;
	uint64_t value = 3000;

	(void)state;
	small_clear(&m);
	check_small(&m, 0, NULL);
	assert_false(small_contains(&m, &key));
	assert_int_equal(small_insert(&m, &key, &value), 0);
	CHECK(&m, 30);
}

static void map_of_one_entry(void **state)
{
	struct one m;
	unsigned char key = 200;
	char value = 'x';

	(void)state;
	assert_int_equal(one_create(&m, region, "one"), 0);
	assert_int_equal(one_insert(&m, &key, &value), 0);
	key = 201;
	assert_int_equal(one_insert(&m, &key, &value), -ENOSPC);
	key = 200;
	assert_int_equal(one_shift_remove(&m, &key, &value), 0);
	assert_int_equal(one_invariants(&m), 0);
}

static void space_is_as_the_manual_says(void **state)
{
	(void)state;
	assert_int_equal(BM_BYTES(small), 64 + 64 + 64 + 128);
	assert_int_equal(BM_BYTES(large), 64 + 320 + 1152 + 4608 + 16000);
}

/* Few and many that move, from every place of a map that is full. */
static void removals_from_a_large_map(void **state)
{
	struct large m;
	uint64_t key;
	size_t index;

	(void)state;
	assert_int_equal(large_create_seeded(&m, region, "m", 12345), 0);
	for (key = 0; key < 1000; key++)
		assert_int_equal(large_insert(&m, &key, &key), 0);
	assert_int_equal(large_insert(&m, &key, &key), -ENOSPC);
	for (key = 3; key < 1000; key += 9) {
		assert_int_equal(large_shift_remove(&m, &key, NULL), 0);
		assert_int_equal(large_invariants(&m), 0);
	}
	index = 0;
	for (key = 0; key < 1000; key++) {
		size_t found = 0;

		assert_int_equal(large_index_of(&m, &key, &found),
				 key % 9 == 3 ? -ENOENT : 0);
		if (key % 9 != 3)
			assert_int_equal(found, index++);
	}
	for (key = 4; key < 1000; key += 9)
		assert_int_equal(large_swap_remove(&m, &key, NULL), 0);
	assert_int_equal(large_invariants(&m), 0);
	assert_int_equal(large_len(&m), index - 111);
	check_layout(region);
}

static bool keep_even(const uint64_t *key, uint64_t *value, void *context)
{
	(void)context;
	return *value == ~*key && *key % 2 == 0;
}

/* Far keys: everything that a search in one window does not see. */
static void keys_that_collide(void **state)
{
	struct same m;
	uint64_t value;

	(void)state;
	assert_int_equal(same_create(&m, region, "same"), 0);
	for (uint64_t key = 0; key < 400; key++) {
		value = ~key;
		assert_int_equal(same_insert(&m, &key, &value), 0);
	}
	assert_int_equal(same_invariants(&m), 0);
	assert_int_equal(same_insert(&m, &(uint64_t){ 400 }, &value), -ENOSPC);
	for (uint64_t key = 1; key < 400; key += 7)
		assert_int_equal(same_swap_remove(&m, &key, NULL), 0);
	for (uint64_t key = 4; key < 400; key += 49)
		assert_int_equal(same_shift_remove(&m, &key, NULL), 0);
	for (uint64_t key = 375; key < 400; key += 49)
		assert_int_equal(same_shift_remove(&m, &key, NULL), 0);
	assert_int_equal(same_invariants(&m), 0);
	assert_int_equal(same_pop(&m, NULL, &value), 0);
	assert_int_equal(same_retain(&m, keep_even, NULL), 0);
	assert_int_equal(same_invariants(&m), 0);
	for (uint64_t key = 0; key < 400; key += 14)
		assert_int_equal(same_get(&m, &key, &value), 0);
	check_layout(region);
}

static void attach_finds_it_and_no_other(void **state)
{
	struct small m = make_small(3);
	struct bm_mismatch mismatch;
	struct other_kind map;
	struct small again;

	(void)state;
	assert_int_equal(small_attach(&again, region, "small", NULL), 0);
	assert_int_equal(small_swap_remove(&again, &(uint32_t){ 10 }, NULL), 0);
	CHECK(&m, 30, 20);
	assert_int_equal(other_kind_attach(&map, region, "small", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "kind of collection");
}

static void damaged_length_is_an_error(void **state)
{
	struct small m = make_small(4);
	uint32_t key = 30;
	uint64_t value = 1;
	size_t cursor = 0;

	(void)state;
	m.map.object.object->len = 9;
	assert_int_equal(small_insert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_swap_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(small_shift_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(small_pop(&m, NULL, NULL), -EUCLEAN);
	assert_int_equal(small_retain(&m, keep_all, NULL), -EUCLEAN);
	assert_int_equal(small_get_index(&m, 0, NULL, NULL), -EUCLEAN);
	assert_int_equal(small_last(&m, NULL, NULL), -EUCLEAN);
	assert_int_equal(small_next(&m, &cursor, NULL, NULL), -EUCLEAN);
	assert_int_equal(small_count(&m, &cursor), -EUCLEAN);
	assert_int_equal(small_repair(&m), -EUCLEAN);
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	assert_int_equal(small_len(&m), 8);
	m.map.object.object->len = 2;
	assert_int_equal(small_swap_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(small_shift_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	m.map.object.object->len = 4;
	CHECK(&m, 10, 20, 30, 40);
}

/* An index that cannot be is never used, and one that is wrong is noticed. */
static void damaged_places_are_errors(void **state)
{
	struct small m = make_small(4);
	uint32_t key = 20;
	uint64_t value = 1;
	uint32_t slot = 0;

	(void)state;
	while (!m.map.tags[slot] || m.map.places[slot] != 3)
		slot++;
	m.map.places[slot] = UINT32_MAX;
	assert_int_equal(small_get(&m, &(uint32_t){ 40 }, &value), -ENOENT);
	assert_int_equal(small_swap_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(small_pop(&m, NULL, NULL), -EUCLEAN);
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 20, 30, 40);
	slot = 0;
	while (!m.map.tags[slot] || m.map.places[slot] != 3)
		slot++;
	m.map.places[slot] = 2;
	assert_int_equal(small_shift_remove(&m, &key, NULL), 0);
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 30, 40);
}

static struct bm_map_hole *hole_of(struct small *m)
{
	return (struct bm_map_hole *)(void *)(m->map.places + m->map.slots);
}

/* What a death within a removal leaves: entry 1 is half copied. */
static void repair_throws_away_what_is_void(void **state)
{
	struct small m = make_small(4);
	uint32_t key = 20;
	uint64_t value = 1;

	(void)state;
	memset(m.map.entries + 16, 0x55, 16);
	*hole_of(&m) = (struct bm_map_hole){ 1, 2 };
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	m.map.object.object->updating = 1;
	assert_int_equal(small_insert(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(small_upsert(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(small_swap_remove(&m, &key, NULL), -EOWNERDEAD);
	assert_int_equal(small_shift_remove(&m, &key, NULL), -EOWNERDEAD);
	assert_int_equal(small_pop(&m, NULL, NULL), -EOWNERDEAD);
	assert_int_equal(small_retain(&m, keep_all, NULL), -EOWNERDEAD);
	assert_int_equal(small_get(&m, &(uint32_t){ 30 }, &value), 0);
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 30, 40);
}

static void repair_drops_what_is_there_twice(void **state)
{
	struct small m = make_small(5);

	(void)state;
	memcpy(m.map.entries + 16, m.map.entries, 16);
	memcpy(m.map.entries + 48, m.map.entries, 16);
	m.map.object.object->updating = 1;
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 30, 50);
}

static void hole_beyond_the_end_is_none(void **state)
{
	struct small m = make_small(4);

	(void)state;
	*hole_of(&m) = (struct bm_map_hole){ 4, UINT32_MAX };
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 20, 30, 40);
	*hole_of(&m) = (struct bm_map_hole){ 3, UINT32_MAX };
	assert_int_equal(small_repair(&m), 0);
	CHECK(&m, 10, 20, 30);
}

static void checked_map_tells_of_damage(void **state)
{
	struct looked_at m;
	uint32_t key = 1;
	uint64_t value = 2;
	size_t len = 0;

	(void)state;
	assert_int_equal(looked_at_create(&m, region, "m"), 0);
	assert_int_equal(looked_at_insert(&m, &key, &value), 0);
	assert_int_equal(looked_at_get(&m, &key, &value), 0);
	m.map.entries[0] ^= 1;
	assert_int_equal(looked_at_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(looked_at_index_of(&m, &key, &len), -EUCLEAN);
	assert_int_equal(looked_at_swap_remove(&m, &key, NULL), -EUCLEAN);
	assert_int_equal(looked_at_count(&m, &len), -EUCLEAN);
	m.map.entries[0] ^= 1;
	assert_int_equal(looked_at_shift_remove(&m, &key, NULL), 0);
}

static void redundant_map_tells_of_a_changed_value(void **state)
{
	struct twice m;
	uint32_t key = 1;
	uint64_t value = 2;

	(void)state;
	assert_int_equal(twice_create(&m, region, "m"), 0);
	assert_int_equal(twice_insert(&m, &key, &value), 0);
	assert_int_equal(twice_get(&m, &key, &value), 0);
	m.map.entries[8] ^= 1;
	assert_int_equal(twice_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(twice_pop(&m, NULL, NULL), -EUCLEAN);
	m.map.entries[8] ^= 1;
	assert_int_equal(twice_pop(&m, &key, NULL), 0);
	assert_int_equal(twice_first(&m, &key, NULL), -ENOENT);
	twice_clear(&m);
	assert_int_equal(twice_insert(&m, &key, &value), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_map_is_empty),
		CASE_IN_REGION(keys_stay_in_the_order_in_which_they_came),
		CASE_IN_REGION(insert_refuses_a_key_that_is_there),
		CASE_IN_REGION(upsert_overwrites_in_place),
		CASE_IN_REGION(full_map_keeps_the_item),
		CASE_IN_REGION(swap_remove_puts_the_last_one_there),
		CASE_IN_REGION(shift_remove_keeps_the_order),
		CASE_IN_REGION(pop_takes_the_last_one),
		CASE_IN_REGION(iteration_goes_both_ways),
		CASE_IN_REGION(retain_keeps_the_order),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(map_of_one_entry),
		CASE_IN_REGION(space_is_as_the_manual_says),
		CASE_IN_REGION(removals_from_a_large_map),
		CASE_IN_REGION(keys_that_collide),
		CASE_IN_REGION(attach_finds_it_and_no_other),
		CASE_IN_REGION(damaged_length_is_an_error),
		CASE_IN_REGION(damaged_places_are_errors),
		CASE_IN_REGION(repair_throws_away_what_is_void),
		CASE_IN_REGION(repair_drops_what_is_there_twice),
		CASE_IN_REGION(hole_beyond_the_end_is_none),
		CASE_IN_REGION(checked_map_tells_of_damage),
		CASE_IN_REGION(redundant_map_tells_of_a_changed_value),
	};

	return cmocka_run_group_tests_name("index_map", tests, NULL, NULL);
}
