// SPDX-License-Identifier: MIT
/*
 * map_test.c: exact behaviour of maps
 */
#include "cmocka_test.h"

#include <stdio.h>

struct word {
	char text[32];
};

struct pair {
	uint32_t a;
	uint32_t b;
	uint32_t c;
};

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

/* Keys are equal if their first part is. */
static uint64_t hash_pair(const struct bm_hash_key *secret, const struct pair *key)
{
	return bm_hash_bytes(secret, &key->a, sizeof(key->a));
}

static bool equal_pairs(const struct pair *a, const struct pair *b)
{
	return a->a == b->a;
}

BM_MAP(small, uint32_t, uint64_t, 8)
BM_MAP(window, uint64_t, uint64_t, 64)
BM_MAP(large, uint64_t, uint64_t, 1000)
BM_MAP(word_counts, struct word, uint32_t, 100)
BM_MAP(one, unsigned char, char, 1)
BM_MAP_WITH(same, uint64_t, uint64_t, 1000, hash_same, equal_numbers)
BM_MAP_WITH(same_window, uint64_t, uint64_t, 64, hash_same, equal_numbers)
BM_MAP_WITH(pairs, struct pair, struct pair, 50, hash_pair, equal_pairs)

REGION_OF_EACH_CASE(65536)

static struct small make_small(uint32_t count)
{
	struct small m;

	assert_int_equal(small_create_seeded(&m, region, "small", 1), 0);
	for (uint32_t key = 0; key < count; key++) {
		uint64_t value = key * 10;

		assert_int_equal(small_insert(&m, &key, &value), 0);
	}
	return m;
}

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
	assert_int_equal(small_remove(&m, &key, &value), -ENOENT);
	assert_int_equal(small_first(&m, &key, &value), -ENOENT);
	assert_int_equal(small_next(&m, &cursor, &key, &value), -ENOENT);
	assert_int_equal(small_next(&m, &cursor, &key, &value), -ENOENT);
	assert_false(small_contains(&m, &key));
	assert_null(small_at(&m, &key));
	assert_int_equal(value, 7);
	assert_int_equal(small_invariants(&m), 0);
}

static void insert_refuses_a_key_that_is_there(void **state)
{
	struct small m = make_small(2);
	uint32_t key = 1;
	uint64_t value = 99;

	(void)state;
	assert_int_equal(small_insert(&m, &key, &value), -EEXIST);
	assert_int_equal(small_get(&m, &key, &value), 0);
	assert_int_equal(value, 10);
	assert_int_equal(small_len(&m), 2);
}

static void upsert_adds_or_overwrites(void **state)
{
	struct small m = make_small(2);
	uint32_t key = 1;
	uint64_t value = 99;

	(void)state;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	assert_int_equal(*small_at(&m, &key), 99);
	key = 2;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	assert_int_equal(small_len(&m), 3);
	assert_int_equal(small_invariants(&m), 0);
}

static void full_map_keeps_the_item(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 8;
	uint64_t value = 80;

	(void)state;
	assert_true(small_is_full(&m));
	assert_int_equal(small_insert(&m, &key, &value), -ENOSPC);
	assert_int_equal(small_upsert(&m, &key, &value), -ENOSPC);
	assert_true(key == 8 && value == 80);
	assert_false(small_contains(&m, &key));
	key = 3;
	assert_int_equal(small_upsert(&m, &key, &value), 0);
	assert_int_equal(header_of(region)->refused, 2);
	check_layout(region);
}

static void remove_gives_the_value_and_the_room(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 5;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(small_remove(&m, &key, &value), 0);
	assert_int_equal(value, 50);
	assert_int_equal(small_remove(&m, &key, &value), -ENOENT);
	key = 77;
	assert_int_equal(small_insert(&m, &key, &value), 0);
	key = 0;
	assert_int_equal(small_remove(&m, &key, NULL), 0);
	assert_int_equal(small_len(&m), 7);
	assert_int_equal(small_invariants(&m), 0);
	check_layout(region);
}

static void iteration_gives_each_entry_once(void **state)
{
	struct small m = make_small(8);
	size_t cursor = 0;
	uint32_t seen = 0;
	uint32_t key = 0;
	uint64_t value = 0;

	(void)state;
	while (!small_next(&m, &cursor, &key, &value)) {
		assert_int_equal(value, key * 10);
		assert_false(seen & 1u << key);
		seen |= 1u << key;
	}
	assert_int_equal(seen, 0xff);
	cursor = 0;
	assert_int_equal(small_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(small_first(&m, &key, &value), 0);
	assert_int_equal(value, key * 10);
}

static void clear_makes_room(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 3;

	(void)state;
	small_clear(&m);
	assert_true(small_is_empty(&m));
	assert_false(small_contains(&m, &key));
	assert_int_equal(small_invariants(&m), 0);
	assert_int_equal(small_insert(&m, &key, &(uint64_t){ 1 }), 0);
	check_layout(region);
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
	assert_int_equal(one_remove(&m, &key, &value), 0);
	assert_int_equal(one_invariants(&m), 0);
}

static void words_are_keys_of_a_fixed_size(void **state)
{
	struct word_counts m;
	struct word word;
	uint32_t count;

	(void)state;
	assert_int_equal(word_counts_create(&m, region, "counts"), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		memset(&word, 0, sizeof(word));
		snprintf(word.text, sizeof(word.text), "word-%u", i % 100);
		count = 0;
		if (word_counts_get(&m, &word, &count) == -ENOENT)
			count = 0;
		count++;
		assert_int_equal(word_counts_upsert(&m, &word, &count), 0);
	}
	assert_int_equal(word_counts_len(&m), 100);
	assert_int_equal(*word_counts_at(&m, &word), 10);
	assert_int_equal(word_counts_invariants(&m), 0);
}

static void own_functions_decide_what_is_equal(void **state)
{
	struct pairs m;
	struct pair key = { 1, 2, 3 };
	struct pair same_key = { 1, 7, 7 };
	struct pair value = { 4, 5, 6 };

	(void)state;
	assert_int_equal(pairs_create(&m, region, "pairs"), 0);
	assert_int_equal(pairs_insert(&m, &key, &value), 0);
	assert_int_equal(pairs_insert(&m, &same_key, &value), -EEXIST);
	assert_true(pairs_contains(&m, &same_key));
	same_key.a = 2;
	assert_false(pairs_contains(&m, &same_key));
}

static void seeds_differ_between_maps_and_are_kept(void **state)
{
	struct large a;
	struct large b;
	struct large again;
	uint64_t key = 5;

	(void)state;
	assert_int_equal(large_create(&a, region, "a"), 0);
	assert_int_equal(large_create(&b, region, "b"), 0);
	assert_true(a.map.object.object->seed != b.map.object.object->seed);
	assert_int_equal(large_insert(&a, &key, &key), 0);
	assert_int_equal(large_attach(&again, region, "a", NULL), 0);
	assert_true(large_contains(&again, &key));
	assert_memory_equal(&again.map.secret, &a.map.secret,
			    sizeof(a.map.secret));
}

/* Capacity N means N entries, also where every slot but one is taken. */
static void one_window_fills_to_the_last_slot(void **state)
{
	struct same_window m;

	(void)state;
	assert_int_equal(same_window_create(&m, region, "m"), 0);
	for (uint64_t key = 0; key < 64; key++)
		assert_int_equal(same_window_insert(&m, &key, &key), 0);
	assert_int_equal(same_window_insert(&m, &(uint64_t){ 64 }, &(uint64_t){ 0 }),
			 -ENOSPC);
	assert_int_equal(same_window_longest_probe(&m), 64);
	assert_int_equal(same_window_invariants(&m), 0);
}

static void fill_same(struct same *m)
{
	assert_int_equal(same_create(m, region, "same"), 0);
	for (uint64_t key = 0; key < 1000; key++) {
		uint64_t value = ~key;

		assert_int_equal(same_insert(m, &key, &value), 0);
	}
}

/* N entries for any keys, and the stated bound: all slots. */
static void colliding_keys_fill_the_map_to_its_capacity(void **state)
{
	struct same m;
	uint64_t value;

	(void)state;
	fill_same(&m);
	assert_int_equal(same_invariants(&m), 0);
	assert_int_equal(same_insert(&m, &(uint64_t){ 1000 }, &value), -ENOSPC);
	for (uint64_t key = 0; key < 1000; key++) {
		assert_int_equal(same_get(&m, &key, &value), 0);
		assert_true(value == ~key);
	}
	assert_true(same_longest_probe(&m) >= 1000);
	assert_true(same_longest_probe(&m) <= m.map.slots);
}

/* Erasing in the middle of a chain hides nothing, and leaves nothing behind. */
static void erase_in_a_probe_chain_keeps_the_others(void **state)
{
	struct same m;

	(void)state;
	fill_same(&m);
	for (uint64_t key = 0; key < 1000; key += 2)
		assert_int_equal(same_remove(&m, &key, NULL), 0);
	assert_int_equal(same_invariants(&m), 0);
	for (uint64_t key = 0; key < 1000; key++)
		assert_int_equal(same_contains(&m, &key), key % 2);
	for (uint64_t key = 1; key < 1000; key += 2)
		assert_int_equal(same_remove(&m, &key, NULL), 0);
	assert_int_equal(same_longest_probe(&m), BM_MAP_NEAR);
	assert_int_equal(same_invariants(&m), 0);
	check_layout(region);
}

static uint32_t far_keys(const struct large *m)
{
	uint32_t far = 0;

	for (uint32_t i = 0; i < BM_MAP_GROUPS_(1000); i++)
		far += m->map.groups[i].spilled;
	return far;
}

/* With a seed that nobody knows, searches stay short in a full map. */
static void full_map_of_ordinary_keys_has_short_probes(void **state)
{
	struct large m;

	(void)state;
	assert_int_equal(large_create_seeded(&m, region, "m", 12345), 0);
	for (uint64_t key = 0; key < 1000; key++)
		assert_int_equal(large_insert(&m, &key, &key), 0);
	assert_true(large_longest_probe(&m) <= BM_MAP_NEAR + 2 * BM_MAP_WINDOW);
	assert_true(far_keys(&m) < 10);
	assert_int_equal(large_invariants(&m), 0);
}

static void churn_leaves_nothing_behind(void **state)
{
	struct large m;
	uint64_t oldest = 0;

	(void)state;
	assert_int_equal(large_create_seeded(&m, region, "m", 12345), 0);
	for (uint64_t key = 0; key < 100000; key++) {
		if (key >= 1000) {
			assert_int_equal(large_remove(&m, &oldest, NULL), 0);
			oldest++;
		}
		assert_int_equal(large_insert(&m, &key, &key), 0);
	}
	assert_true(far_keys(&m) < 60);
	assert_int_equal(large_len(&m), 1000);
	assert_int_equal(large_invariants(&m), 0);
	for (; oldest < 100000; oldest++)
		assert_int_equal(large_remove(&m, &oldest, NULL), 0);
	assert_int_equal(large_longest_probe(&m), BM_MAP_NEAR);
	assert_int_equal(large_invariants(&m), 0);
	check_layout(region);
}

static void damaged_length_is_an_error(void **state)
{
	struct small m = make_small(8);
	uint32_t key = 3;
	uint64_t value = 1;

	(void)state;
	m.map.object.object->len = 9;
	assert_int_equal(small_insert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_remove(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	assert_int_equal(small_len(&m), 8);
	m.map.object.object->len = 7;
	key = 100;
	assert_int_equal(small_insert(&m, &key, &value), -EUCLEAN);
	m.map.object.object->len = 0;
	key = 3;
	assert_int_equal(small_remove(&m, &key, &value), -EUCLEAN);
	assert_int_equal(small_repair(&m), 0);
	assert_int_equal(small_len(&m), 8);
	assert_int_equal(small_invariants(&m), 0);
}

/* What a death between two stores of an insert, a move or a remove leaves. */
static void repair_puts_interrupted_updates_right(void **state)
{
	struct same m;
	uint64_t key = 70;
	struct same_entry *entries;
	uint32_t taken = 0;
	uint32_t gap = 0;

	(void)state;
	fill_same(&m);
	entries = (struct same_entry *)m.map.entries;
	while (m.map.tags[gap])
		gap++;
	while (!m.map.tags[taken])
		taken++;
	entries[gap] = entries[taken];
	m.map.tags[gap] = m.map.tags[taken];
	m.map.object.object->updating = 1;
	m.map.object.object->len = 999;
	assert_int_equal(same_remove(&m, &key, NULL), -EOWNERDEAD);
	assert_int_equal(same_insert(&m, &key, &key), -EOWNERDEAD);
	assert_int_equal(same_upsert(&m, &key, &key), -EOWNERDEAD);
	assert_true(same_contains(&m, &key));
	assert_int_equal(same_repair(&m), 0);
	assert_int_equal(same_len(&m), 1000);
	assert_int_equal(same_invariants(&m), 0);
	for (key = 0; key < 1000; key++)
		assert_true(same_contains(&m, &key));
	check_layout(region);
}

static void repair_drops_what_cannot_be_found(void **state)
{
	struct small m = make_small(4);

	(void)state;
	for (uint32_t slot = 0; slot < 8; slot++) {
		if (m.map.tags[slot]) {
			m.map.tags[slot] ^= 0x55;
			break;
		}
	}
	assert_int_equal(small_invariants(&m), -EUCLEAN);
	assert_int_equal(small_repair(&m), 0);
	assert_int_equal(small_len(&m), 3);
	assert_int_equal(small_invariants(&m), 0);
}

static void invariants_see_what_is_miscounted(void **state)
{
	struct same m;

	(void)state;
	fill_same(&m);
	m.map.object.object->len = 999;
	assert_int_equal(same_invariants(&m), -EUCLEAN);
	m.map.object.object->len = 1000;
	for (uint32_t i = 0; i < BM_MAP_GROUPS_(1000); i++) {
		struct bm_map_group sound = m.map.groups[i];

		m.map.groups[i].spilled--;
		assert_int_equal(same_invariants(&m), -EUCLEAN);
		m.map.groups[i] = sound;
		m.map.groups[i].reach = !sound.reach;
		assert_int_equal(same_invariants(&m), -EUCLEAN);
		m.map.groups[i] = sound;
		m.map.groups[i].far[1] = !(sound.far[0] | sound.far[1]);
		m.map.groups[i].far[0] = 0;
		assert_int_equal(same_invariants(&m), -EUCLEAN);
		m.map.groups[i] = sound;
	}
	m.map.object.object->peak = 1001;
	assert_int_equal(same_invariants(&m), -EUCLEAN);
	m.map.object.object->peak = 0;
	m.map.object.object->magic = 0;
	assert_int_equal(same_invariants(&m), -EUCLEAN);
	m.map.object.object->magic = BM_OBJECT_MAGIC;
	assert_int_equal(same_invariants(&m), 0);
}

static void maps_of_other_types_are_not_attached(void **state)
{
	struct small m = make_small(1);
	struct large other;
	struct bm_mismatch mismatch;

	(void)state;
	assert_int_equal(large_attach(&other, region, "small", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "capacity");
	assert_int_equal(small_attach(&m, region, "other", &mismatch), -ENOENT);
}

static void more_keys_than_the_capacity_are_not_accepted(void **state)
{
	struct same m;
	uint64_t key = 0;

	(void)state;
	fill_same(&m);
	memset(m.map.tags, m.map.tags[0] | m.map.tags[500], m.map.slots);
	for (uint32_t slot = 0; slot < m.map.slots; slot++)
		((struct same_entry *)m.map.entries)[slot].key = slot;
	assert_int_equal(same_repair(&m), -EUCLEAN);
	assert_int_equal(same_insert(&m, &key, &key), -EOWNERDEAD);
	same_clear(&m);
	assert_int_equal(same_insert(&m, &key, &key), 0);
	assert_int_equal(same_invariants(&m), 0);
	check_layout(region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_map_is_empty),
		CASE_IN_REGION(insert_refuses_a_key_that_is_there),
		CASE_IN_REGION(upsert_adds_or_overwrites),
		CASE_IN_REGION(full_map_keeps_the_item),
		CASE_IN_REGION(remove_gives_the_value_and_the_room),
		CASE_IN_REGION(iteration_gives_each_entry_once),
		CASE_IN_REGION(clear_makes_room),
		CASE_IN_REGION(map_of_one_entry),
		CASE_IN_REGION(words_are_keys_of_a_fixed_size),
		CASE_IN_REGION(own_functions_decide_what_is_equal),
		CASE_IN_REGION(seeds_differ_between_maps_and_are_kept),
		CASE_IN_REGION(one_window_fills_to_the_last_slot),
		CASE_IN_REGION(colliding_keys_fill_the_map_to_its_capacity),
		CASE_IN_REGION(erase_in_a_probe_chain_keeps_the_others),
		CASE_IN_REGION(full_map_of_ordinary_keys_has_short_probes),
		CASE_IN_REGION(churn_leaves_nothing_behind),
		CASE_IN_REGION(damaged_length_is_an_error),
		CASE_IN_REGION(repair_puts_interrupted_updates_right),
		CASE_IN_REGION(repair_drops_what_cannot_be_found),
		CASE_IN_REGION(invariants_see_what_is_miscounted),
		CASE_IN_REGION(maps_of_other_types_are_not_attached),
		CASE_IN_REGION(more_keys_than_the_capacity_are_not_accepted),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
