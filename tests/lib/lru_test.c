// SPDX-License-Identifier: MIT
/*
 * lru_test.c: exact behaviour of least-recently-used caches
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

BM_LRU(five, uint32_t, uint64_t, 5)
BM_INDEX_MAP(other_kind, uint32_t, uint64_t, 5)
BM_LRU(large, uint64_t, uint64_t, 500)
BM_LRU(one, unsigned char, char, 1)
BM_LRU_WITH(same, uint64_t, uint64_t, 300, hash_same, equal_numbers)

REGION_OF_EACH_CASE(65536)

/* Keys 10, 20, ... and values a hundred times as large. The last one is the newest. */
static struct five make_five(uint32_t count)
{
	struct five c;

	assert_int_equal(five_create_seeded(&c, region, "five", 1), 0);
	for (uint32_t key = 10; key <= count * 10; key += 10) {
		uint64_t value = key * 100;

		assert_int_equal(five_insert(&c, &key, &value), 0);
	}
	return c;
}

/* These keys, from the newest to the oldest and back. */
static void check_five(const struct five *c, size_t len, const uint32_t *expected)
{
	uint64_t cursor = 0;
	uint32_t key = 0;
	uint64_t value = 0;

	assert_int_equal(five_invariants(c), 0);
	assert_int_equal(five_len(c), len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(five_next(c, &cursor, &key, &value), 0);
		assert_int_equal(key, expected[i]);
		assert_int_equal(value, key * 100);
		assert_int_equal(five_peek(c, &key, &value), 0);
		assert_int_equal(value, key * 100);
	}
	assert_int_equal(five_next(c, &cursor, &key, &value), -ENOENT);
	assert_int_equal(five_next(c, &cursor, &key, &value), -ENOENT);
	cursor = 0;
	for (size_t i = len; i > 0; i--) {
		assert_int_equal(five_next_back(c, &cursor, &key, NULL), 0);
		assert_int_equal(key, expected[i - 1]);
	}
	assert_int_equal(five_next_back(c, &cursor, NULL, NULL), -ENOENT);
	check_layout(region);
}

#define CHECK(c, ...)							\
	check_five(c, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,		\
		   (uint32_t[]){ __VA_ARGS__ })

static struct bm_lru_link *links_of(const struct five *c)
{
	return bm_lru_links_(&c->map);
}

static void new_cache_is_empty(void **state)
{
	struct five c = make_five(0);
	uint32_t key = 1;
	uint64_t value = 7;

	(void)state;
	assert_true(five_is_empty(&c));
	assert_int_equal(five_capacity(&c), 5);
	assert_int_equal(five_get(&c, &key, &value), -ENOENT);
	assert_int_equal(five_peek(&c, &key, &value), -ENOENT);
	assert_int_equal(five_remove(&c, &key, &value), -ENOENT);
	assert_int_equal(five_pop_oldest(&c, &key, &value), -ENOENT);
	assert_int_equal(five_first(&c, &key, &value), -ENOENT);
	assert_int_equal(five_last(&c, &key, &value), -ENOENT);
	assert_false(five_contains(&c, &key));
	assert_null(five_at(&c, &key));
	assert_true(key == 1 && value == 7);
	check_five(&c, 0, NULL);
}

static void get_uses_a_key(void **state)
{
	struct five c = make_five(4);
	uint64_t value = 0;

	(void)state;
	CHECK(&c, 40, 30, 20, 10);
	assert_int_equal(five_get(&c, &(uint32_t){ 20 }, &value), 0);
	assert_int_equal(value, 2000);
	CHECK(&c, 20, 40, 30, 10);
	assert_int_equal(five_get(&c, &(uint32_t){ 10 }, &value), 0);
	CHECK(&c, 10, 20, 40, 30);
	assert_int_equal(five_get(&c, &(uint32_t){ 10 }, &value), 0);
	CHECK(&c, 10, 20, 40, 30);
}

static void looking_uses_nothing(void **state)
{
	struct five c = make_five(3);
	uint32_t key = 10;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(five_peek(&c, &key, &value), 0);
	assert_int_equal(value, 1000);
	assert_true(five_contains(&c, &key));
	assert_int_equal(*five_at(&c, &key), 1000);
	assert_int_equal(five_first(&c, &key, &value), 0);
	assert_true(key == 30 && value == 3000);
	assert_int_equal(five_last(&c, &key, &value), 0);
	assert_true(key == 10 && value == 1000);
	CHECK(&c, 30, 20, 10);
}

static void insert_refuses_a_key_that_is_there(void **state)
{
	struct five c = make_five(5);
	uint32_t key = 10;
	uint64_t value = 1;
	bool evicted = true;

	(void)state;
	assert_int_equal(five_insert_evict(&c, &key, &value, NULL, NULL, &evicted),
			 -EEXIST);
	assert_false(evicted);
	CHECK(&c, 50, 40, 30, 20, 10);
}

static void upsert_overwrites_and_uses(void **state)
{
	struct five c = make_five(3);
	uint32_t key = 10;
	uint64_t value = 7;

	(void)state;
	assert_int_equal(five_upsert(&c, &key, &value), 0);
	assert_int_equal(*five_at(&c, &key), 7);
	*five_at(&c, &key) = 1000;
	CHECK(&c, 10, 30, 20);
	key = 5;
	value = 500;
	assert_int_equal(five_upsert(&c, &key, &value), 0);
	CHECK(&c, 5, 10, 30, 20);
}

static void full_cache_evicts_the_oldest(void **state)
{
	struct five c = make_five(5);
	uint32_t evicted_key = 0;
	uint64_t evicted_value = 0;
	bool evicted = false;
	uint32_t key = 60;
	uint64_t value = 6000;

	(void)state;
	assert_true(five_is_full(&c));
	assert_int_equal(five_get(&c, &(uint32_t){ 10 }, &evicted_value), 0);
	assert_int_equal(five_insert_evict(&c, &key, &value, &evicted_key,
					   &evicted_value, &evicted), 0);
	assert_true(evicted && evicted_key == 20 && evicted_value == 2000);
	CHECK(&c, 60, 10, 50, 40, 30);
	key = 70;
	value = 7000;
	assert_int_equal(five_upsert_evict(&c, &key, &value, &evicted_key, NULL,
					   &evicted), 0);
	assert_true(evicted && evicted_key == 30);
	assert_int_equal(five_upsert_evict(&c, &key, &value, NULL, NULL, &evicted),
			 0);
	assert_false(evicted);
	key = 80;
	value = 8000;
	assert_int_equal(five_insert(&c, &key, &value), 0);
	CHECK(&c, 80, 70, 60, 10, 50);
	assert_int_equal(header_of(region)->refused, 0);
}

static void nothing_is_evicted_while_there_is_room(void **state)
{
	struct five c = make_five(4);
	uint32_t key = 50;
	uint64_t value = 5000;
	bool evicted = true;

	(void)state;
	assert_int_equal(five_insert_evict(&c, &key, &value, NULL, NULL, &evicted),
			 0);
	assert_false(evicted);
	CHECK(&c, 50, 40, 30, 20, 10);
}

static void remove_keeps_the_order_of_use(void **state)
{
	struct five c = make_five(5);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(five_remove(&c, &(uint32_t){ 20 }, &value), 0);
	assert_int_equal(value, 2000);
	CHECK(&c, 50, 40, 30, 10);
	assert_int_equal(five_remove(&c, &(uint32_t){ 20 }, NULL), -ENOENT);
	assert_int_equal(five_remove(&c, &(uint32_t){ 50 }, NULL), 0);
	CHECK(&c, 40, 30, 10);
	assert_int_equal(five_remove(&c, &(uint32_t){ 10 }, NULL), 0);
	CHECK(&c, 40, 30);
	assert_int_equal(five_remove(&c, &(uint32_t){ 30 }, NULL), 0);
	assert_int_equal(five_remove(&c, &(uint32_t){ 40 }, NULL), 0);
	check_five(&c, 0, NULL);
}

static void pop_oldest_takes_what_is_unused_for_longest(void **state)
{
	struct five c = make_five(3);
	uint32_t key = 10;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(five_get(&c, &key, &value), 0);
	assert_int_equal(five_pop_oldest(&c, &key, &value), 0);
	assert_true(key == 20 && value == 2000);
	CHECK(&c, 10, 30);
	assert_int_equal(five_pop_oldest(&c, NULL, NULL), 0);
	CHECK(&c, 10);
	assert_int_equal(five_pop_oldest(&c, &key, NULL), 0);
	assert_int_equal(key, 10);
	check_five(&c, 0, NULL);
}

static void clear_makes_room(void **state)
{
	struct five c = make_five(5);
	uint32_t key = 30;
	uint64_t value = 3000;

	(void)state;
	five_clear(&c);
	check_five(&c, 0, NULL);
	assert_false(five_contains(&c, &key));
	assert_int_equal(five_insert(&c, &key, &value), 0);
	CHECK(&c, 30);
}

static void cache_of_one_entry(void **state)
{
	struct one c;
	unsigned char key = 200;
	char value = 'x';

	(void)state;
	assert_int_equal(one_create(&c, region, "one"), 0);
	assert_int_equal(one_insert(&c, &key, &value), 0);
	key = 201;
	value = 'y';
	assert_int_equal(one_insert(&c, &key, &value), 0);
	assert_int_equal(one_len(&c), 1);
	assert_int_equal(one_get(&c, &key, &value), 0);
	assert_int_equal(value, 'y');
	assert_int_equal(one_invariants(&c), 0);
	assert_int_equal(one_remove(&c, &key, NULL), 0);
	assert_int_equal(one_invariants(&c), 0);
}

static void space_is_as_the_manual_says(void **state)
{
	(void)state;
	assert_int_equal(BM_BYTES(five), 64 + 64 + 64 + 64 + 128);
	assert_int_equal(BM_BYTES(large), 64 + 192 + 576 + 2304 + 4032 + 8000);
}

/* What was used within the last 500 is there, in order, after many more. */
static void churn(void **state)
{
	struct large c;
	uint64_t cursor = 0;
	uint64_t key;

	(void)state;
	assert_int_equal(large_create_seeded(&c, region, "c", 12345), 0);
	for (uint64_t i = 0; i < 20000; i++) {
		assert_int_equal(large_insert(&c, &i, &i), 0);
		if (i >= 300 && i % 3 == 0) {
			key = i - 300;
			assert_int_equal(large_remove(&c, &key, NULL), 0);
		}
	}
	assert_int_equal(large_invariants(&c), 0);
	for (uint64_t i = 19999; i > 19999 - 300; i--) {
		assert_int_equal(large_next(&c, &cursor, &key, NULL), 0);
		assert_int_equal(key, i);
	}
	assert_true(large_is_full(&c));
	check_layout(region);
}

/* Far keys: everything that a search in one window does not see. */
static void keys_that_collide(void **state)
{
	struct same c;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(same_create(&c, region, "same"), 0);
	for (uint64_t key = 0; key < 700; key++)
		assert_int_equal(same_insert(&c, &key, &key), 0);
	assert_int_equal(same_invariants(&c), 0);
	for (uint64_t key = 0; key < 700; key++)
		assert_int_equal(same_get(&c, &key, &value),
				 key < 400 ? -ENOENT : 0);
	for (uint64_t key = 400; key < 700; key += 3)
		assert_int_equal(same_remove(&c, &key, &value), 0);
	assert_int_equal(same_invariants(&c), 0);
	assert_int_equal(same_pop_oldest(&c, &value, NULL), 0);
	assert_int_equal(value, 401);
	check_layout(region);
}

static void attach_finds_it_and_no_other(void **state)
{
	struct five c = make_five(3);
	struct bm_mismatch mismatch;
	struct other_kind map;
	struct five again;
	uint64_t value;

	(void)state;
	assert_int_equal(five_attach(&again, region, "five", NULL), 0);
	assert_int_equal(five_get(&again, &(uint32_t){ 10 }, &value), 0);
	CHECK(&c, 10, 30, 20);
	assert_int_equal(other_kind_attach(&map, region, "five", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "kind of collection");
}

static void damaged_length_is_an_error(void **state)
{
	struct five c = make_five(4);
	uint32_t key = 30;
	uint64_t value = 1;
	uint64_t cursor = 0;
	size_t len;

	(void)state;
	c.map.object.object->len = 6;
	assert_int_equal(five_get(&c, &key, &value), -EUCLEAN);
	assert_int_equal(five_insert(&c, &key, &value), -EUCLEAN);
	assert_int_equal(five_upsert(&c, &key, &value), -EUCLEAN);
	assert_int_equal(five_remove(&c, &key, NULL), -EUCLEAN);
	assert_int_equal(five_pop_oldest(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_first(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_last(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_next(&c, &cursor, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_count(&c, &len), -EUCLEAN);
	assert_int_equal(five_repair(&c), -EUCLEAN);
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_len(&c), 5);
	c.map.object.object->len = 2;
	assert_int_equal(five_remove(&c, &key, NULL), -EUCLEAN);
	assert_int_equal(five_first(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	c.map.object.object->len = 4;
	CHECK(&c, 40, 30, 20, 10);
}

/* A number that cannot be is never used. */
static void damaged_links_are_errors(void **state)
{
	struct five c = make_five(5);
	struct bm_lru_link *links = links_of(&c);
	uint32_t key = 90;
	uint64_t value = 9000;
	uint64_t cursor = 0;

	(void)state;
	links[3].newer = 6;
	assert_int_equal(five_get(&c, &(uint32_t){ 30 }, &value), -EUCLEAN);
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 50, 40, 30, 20, 10);
	links[0].newer = UINT32_MAX;
	assert_int_equal(five_pop_oldest(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_insert(&c, &key, &value), -EUCLEAN);
	assert_int_equal(five_last(&c, NULL, NULL), -EUCLEAN);
	links[0].newer = 1;
	links[0].older = 6;
	assert_int_equal(five_get(&c, &(uint32_t){ 30 }, &value), -EUCLEAN);
	assert_int_equal(five_next(&c, &cursor, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 50, 40, 30, 20, 10);
	assert_int_equal(five_pop_oldest(&c, NULL, NULL), 0);
	links[0].older = 6;
	assert_int_equal(five_insert(&c, &key, &value), -EUCLEAN);
}

static void iteration_in_a_circle_ends(void **state)
{
	struct five c = make_five(5);
	uint64_t cursor = 0;
	unsigned int count = 0;

	(void)state;
	links_of(&c)[2].older = 3;
	while (!five_next(&c, &cursor, NULL, NULL))
		count++;
	assert_int_equal(count, 5);
	cursor = UINT32_MAX;
	assert_int_equal(five_next(&c, &cursor, NULL, NULL), -ENOENT);
}

/* Links of an entry that is gone lead to where the last one was. */
static void iteration_from_what_was_removed_ends(void **state)
{
	struct five c = make_five(5);
	uint64_t cursor = 0;

	(void)state;
	assert_int_equal(five_next(&c, &cursor, NULL, NULL), 0);
	assert_int_equal(five_remove(&c, &(uint32_t){ 50 }, NULL), 0);
	assert_int_equal(five_remove(&c, &(uint32_t){ 30 }, NULL), 0);
	assert_int_equal(five_next(&c, &cursor, NULL, NULL), -ENOENT);
}

static void writing_needs_a_repair_and_reading_does_not(void **state)
{
	struct five c = make_five(3);
	uint32_t key = 20;
	uint64_t value = 2000;
	bool evicted = true;

	(void)state;
	c.map.object.object->updating = 1;
	assert_int_equal(five_get(&c, &key, &value), -EOWNERDEAD);
	assert_int_equal(five_insert_evict(&c, &key, &value, NULL, NULL, &evicted),
			 -EOWNERDEAD);
	assert_false(evicted);
	assert_int_equal(five_upsert(&c, &key, &value), -EOWNERDEAD);
	assert_int_equal(five_remove(&c, &key, NULL), -EOWNERDEAD);
	assert_int_equal(five_pop_oldest(&c, NULL, NULL), -EOWNERDEAD);
	assert_int_equal(five_invariants(&c), -EOWNERDEAD);
	assert_int_equal(five_peek(&c, &key, &value), 0);
	assert_int_equal(five_first(&c, &key, &value), 0);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 30, 20, 10);
}

/* What a death leaves that had to take entry 1 out, and had copied half of it. */
static void repair_throws_away_what_is_void(void **state)
{
	struct five c = make_five(5);

	(void)state;
	memset(c.map.entries + 16, 0x55, 16);
	*(struct bm_map_hole *)(void *)(c.map.places + c.map.slots) =
		(struct bm_map_hole){ 1, 2 };
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 50, 40, 30, 10);
}

static void repair_drops_what_is_there_twice(void **state)
{
	struct five c = make_five(5);

	(void)state;
	memcpy(c.map.entries + 16, c.map.entries, 16);
	memcpy(c.map.entries + 64, c.map.entries, 16);
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 40, 30, 10);
}

/* From both ends, as far as both directions agree; what is on no way is the newest. */
static void repair_keeps_the_order_that_can_be_known(void **state)
{
	struct five c = make_five(5);
	struct bm_lru_link *links = links_of(&c);

	(void)state;
	links[3].newer = 1;
	links[3].older = 3;
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 30, 50, 40, 20, 10);
	links[0] = (struct bm_lru_link){ 7, UINT32_MAX };
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 50, 40, 30, 20, 10);
	links[0].older |= UINT32_C(1) << 31;
	links[2].older |= UINT32_C(1) << 31;
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 50, 40, 30, 20, 10);
}

static void invariants_see_a_gap_in_the_order(void **state)
{
	struct five c = make_five(5);
	struct bm_lru_link *links = links_of(&c);

	(void)state;
	links[4].older = 2;
	links[2].newer = 4;
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	links[4].older = 3;
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	links[2].newer = 3;
	assert_int_equal(five_invariants(&c), 0);
}

/* Both directions agree, and no entry is where they lead. */
static void invariants_see_an_order_of_what_is_not_there(void **state)
{
	struct five c = make_five(2);
	struct bm_lru_link *links = links_of(&c);

	(void)state;
	links[0] = (struct bm_lru_link){ 5, 4 };
	links[4] = (struct bm_lru_link){ 0, 5 };
	links[5] = (struct bm_lru_link){ 4, 0 };
	assert_int_equal(five_first(&c, NULL, NULL), -EUCLEAN);
	assert_int_equal(five_invariants(&c), -EUCLEAN);
	assert_int_equal(five_repair(&c), 0);
	CHECK(&c, 20, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_cache_is_empty),
		CASE_IN_REGION(get_uses_a_key),
		CASE_IN_REGION(looking_uses_nothing),
		CASE_IN_REGION(insert_refuses_a_key_that_is_there),
		CASE_IN_REGION(upsert_overwrites_and_uses),
		CASE_IN_REGION(full_cache_evicts_the_oldest),
		CASE_IN_REGION(nothing_is_evicted_while_there_is_room),
		CASE_IN_REGION(remove_keeps_the_order_of_use),
		CASE_IN_REGION(pop_oldest_takes_what_is_unused_for_longest),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(cache_of_one_entry),
		CASE_IN_REGION(space_is_as_the_manual_says),
		CASE_IN_REGION(churn),
		CASE_IN_REGION(keys_that_collide),
		CASE_IN_REGION(attach_finds_it_and_no_other),
		CASE_IN_REGION(damaged_length_is_an_error),
		CASE_IN_REGION(damaged_links_are_errors),
		CASE_IN_REGION(iteration_in_a_circle_ends),
		CASE_IN_REGION(iteration_from_what_was_removed_ends),
		CASE_IN_REGION(writing_needs_a_repair_and_reading_does_not),
		CASE_IN_REGION(repair_throws_away_what_is_void),
		CASE_IN_REGION(repair_drops_what_is_there_twice),
		CASE_IN_REGION(repair_keeps_the_order_that_can_be_known),
		CASE_IN_REGION(invariants_see_a_gap_in_the_order),
		CASE_IN_REGION(invariants_see_an_order_of_what_is_not_there),
	};

	return cmocka_run_group_tests_name("lru", tests, NULL, NULL);
}
