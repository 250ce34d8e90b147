// SPDX-License-Identifier: MIT
/*
 * set_test.c: exact behaviour of sets
 */
#include "cmocka_test.h"

#define SLOTS_OF_MANY	((uint32_t)BM_MAP_SLOTS_(100))

struct word {
	char text[16];
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

BM_SET(small, uint32_t, 8)
BM_SET(many, uint64_t, 100)
BM_SET(words, struct word, 20)
BM_SET_WITH(same, uint64_t, 300, hash_same, equal_numbers)
BM_SET_CHECKED(safe, uint32_t, 20, redundant)
BM_SET_CHECKED(every, uint32_t, 20, every)

REGION_OF_EACH_CASE(65536)

/* The keys from @first up to and without @end. */
static struct small make_small(const char *name, uint32_t first, uint32_t end)
{
	struct small s;

	assert_int_equal(small_create_seeded(&s, region, name, first), 0);
	for (uint32_t key = first; key < end; key++)
		assert_int_equal(small_insert(&s, &key), 0);
	return s;
}

static void check_keys(const struct small *s, uint32_t first, uint32_t end)
{
	assert_int_equal(small_len(s), end - first);
	for (uint32_t key = first; key < end; key++)
		assert_true(small_contains(s, &key));
	assert_int_equal(small_invariants(s), 0);
}

static void check_small(const struct small *s, uint32_t first, uint32_t end)
{
	check_keys(s, first, end);
	check_layout(region);
}

static void new_set_is_empty(void **state)
{
	struct small s = make_small("s", 0, 0);
	uint32_t key = 3;
	size_t cursor = 0;

	(void)state;
	assert_true(small_is_empty(&s));
	assert_int_equal(small_capacity(&s), 8);
	assert_int_equal(small_find(&s, &key), -ENOENT);
	assert_int_equal(small_remove(&s, &key), -ENOENT);
	assert_int_equal(small_first(&s, &key), -ENOENT);
	assert_int_equal(small_next(&s, &cursor, &key), -ENOENT);
	assert_false(small_contains(&s, &key));
	assert_int_equal(key, 3);
	check_small(&s, 0, 0);
}

static void set_takes_no_more_than_a_key_needs(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct many_entry), sizeof(uint64_t));
	assert_int_equal(BM_BYTES(many), 64 + 64 + 128 + SLOTS_OF_MANY * 8 + 48);
	assert_int_equal(BM_BYTES(small), 64 + 64 + 64);
}

static void each_key_is_there_once(void **state)
{
	struct small s = make_small("s", 0, 8);
	uint32_t key = 7;

	(void)state;
	assert_int_equal(small_insert(&s, &key), -EEXIST);
	key = 8;
	assert_int_equal(small_insert(&s, &key), -ENOSPC);
	assert_int_equal(key, 8);
	assert_true(small_is_full(&s));
	assert_int_equal(header_of(region)->refused, 1);
	key = 0;
	assert_int_equal(small_remove(&s, &key), 0);
	assert_int_equal(small_remove(&s, &key), -ENOENT);
	check_small(&s, 1, 8);
}

static void iteration_gives_each_key_once(void **state)
{
	struct small s = make_small("s", 0, 8);
	uint32_t seen = 0;
	uint32_t key = 0;
	size_t cursor = 0;

	(void)state;
	while (!small_next(&s, &cursor, &key)) {
		assert_false(seen & 1u << key);
		seen |= 1u << key;
	}
	assert_int_equal(seen, 0xff);
	assert_int_equal(small_first(&s, NULL), 0);
}

static bool keep_even(const uint32_t *key, void *context)
{
	++*(unsigned int *)context;
	return *key % 2 == 0;
}

static void retain_takes_out_the_others(void **state)
{
	struct small s = make_small("s", 0, 8);
	unsigned int calls = 0;

	(void)state;
	assert_int_equal(small_retain(&s, keep_even, &calls), 0);
	assert_int_equal(calls, 8);
	assert_int_equal(small_len(&s), 4);
	for (uint32_t key = 0; key < 8; key++)
		assert_int_equal(small_contains(&s, &key), key % 2 == 0);
	assert_int_equal(small_invariants(&s), 0);
}

static void words_are_compared_as_a_whole(void **state)
{
	struct word word = { "left" };
	struct words s;

	(void)state;
	assert_int_equal(words_create(&s, region, "words"), 0);
	assert_int_equal(words_insert(&s, &word), 0);
	word.text[15] = 1;
	assert_false(words_contains(&s, &word));
	assert_int_equal(words_insert(&s, &word), 0);
	assert_int_equal(words_len(&s), 2);
}

static void attached_set_has_the_keys(void **state)
{
	struct small s = make_small("s", 0, 5);
	struct small again;
	struct many other;
	struct bm_mismatch mismatch;

	(void)state;
	assert_int_equal(small_attach(&again, region, "s", NULL), 0);
	check_small(&again, 0, 5);
	small_clear(&s);
	check_small(&again, 0, 0);
	assert_int_equal(many_attach(&other, region, "s", &mismatch), -EMEDIUMTYPE);
}

static void all_keys_of_another_are_added(void **state)
{
	struct small a = make_small("a", 0, 5);
	struct small b = make_small("b", 3, 8);

	(void)state;
	assert_int_equal(small_insert_all(&a, &b), 0);
	check_small(&a, 0, 8);
	check_small(&b, 3, 8);
	assert_int_equal(small_insert_all(&a, &b), 0);
	check_small(&a, 0, 8);
}

static void all_are_added_or_none(void **state)
{
	struct small a = make_small("a", 0, 5);
	struct small b = make_small("b", 3, 9);

	(void)state;
	assert_int_equal(small_insert_all(&a, &b), -ENOSPC);
	check_small(&a, 0, 5);
	check_small(&b, 3, 9);
	assert_int_equal(header_of(region)->refused, 1);
}

static void keys_of_another_are_taken_out_or_kept(void **state)
{
	struct small a = make_small("a", 0, 6);
	struct small b = make_small("b", 4, 9);

	(void)state;
	assert_int_equal(small_remove_all(&a, &b), 0);
	check_small(&a, 0, 4);
	assert_int_equal(small_keep_all(&b, &a), 0);
	check_small(&b, 0, 0);
	b = make_small("c", 2, 9);
	assert_int_equal(small_keep_all(&a, &b), 0);
	check_small(&a, 2, 4);
	check_small(&b, 2, 9);
}

static void two_sets_are_compared(void **state)
{
	struct small a = make_small("a", 0, 6);
	struct small b = make_small("b", 4, 9);
	struct small c = make_small("c", 6, 9);
	struct small none = make_small("none", 0, 0);
	bool result = true;

	(void)state;
	assert_int_equal(small_is_subset(&a, &b, &result), 0);
	assert_false(result);
	assert_int_equal(small_is_subset(&c, &b, &result), 0);
	assert_true(result);
	assert_int_equal(small_is_disjoint(&a, &b, &result), 0);
	assert_false(result);
	assert_int_equal(small_is_disjoint(&a, &c, &result), 0);
	assert_true(result);
	assert_int_equal(small_is_subset(&a, &none, &result), 0);
	assert_false(result);
	assert_int_equal(small_is_subset(&none, &a, &result), 0);
	assert_true(result);
	assert_int_equal(small_is_disjoint(&none, &none, &result), 0);
	assert_true(result);
}

static void set_and_itself(void **state)
{
	struct small s = make_small("s", 0, 8);
	bool result = false;

	(void)state;
	assert_int_equal(small_insert_all(&s, &s), 0);
	assert_int_equal(small_keep_all(&s, &s), 0);
	check_small(&s, 0, 8);
	assert_int_equal(small_is_subset(&s, &s, &result), 0);
	assert_true(result);
	assert_int_equal(small_is_disjoint(&s, &s, &result), 0);
	assert_false(result);
	assert_int_equal(small_remove_all(&s, &s), 0);
	check_small(&s, 0, 0);
}

static void fill_same(struct same *s, const char *name, uint64_t first,
		      uint64_t end)
{
	assert_int_equal(same_create(s, region, name), 0);
	for (uint64_t key = first; key < end; key++)
		assert_int_equal(same_insert(s, &key), 0);
}

static void colliding_keys_fill_the_set(void **state)
{
	uint64_t key = 300;
	struct same s;

	(void)state;
	fill_same(&s, "s", 0, 300);
	assert_int_equal(same_insert(&s, &key), -ENOSPC);
	assert_true(same_longest_probe(&s) >= 300);
	assert_true(same_longest_probe(&s) <= s.map.slots);
	for (key = 0; key < 300; key += 2)
		assert_int_equal(same_remove(&s, &key), 0);
	for (key = 0; key < 300; key++)
		assert_int_equal(same_contains(&s, &key), key % 2);
	assert_int_equal(same_invariants(&s), 0);
}

static void two_sets_of_colliding_keys(void **state)
{
	struct same a;
	struct same b;

	(void)state;
	fill_same(&a, "a", 0, 200);
	fill_same(&b, "b", 100, 300);
	assert_int_equal(same_keep_all(&b, &a), 0);
	assert_int_equal(same_len(&b), 100);
	assert_int_equal(same_invariants(&b), 0);
	assert_int_equal(same_remove_all(&a, &b), 0);
	assert_int_equal(same_len(&a), 100);
	assert_true(same_longest_probe(&a) >= 100);
	assert_int_equal(same_invariants(&a), 0);
	assert_int_equal(same_insert_all(&a, &b), 0);
	assert_int_equal(same_len(&a), 200);
	assert_int_equal(same_remove_all(&a, &a), 0);
	assert_int_equal(same_longest_probe(&a), BM_MAP_NEAR);
	assert_int_equal(same_invariants(&a), 0);
}

/* Who knows the seed can search for keys that share a home. */
static void chosen_keys_fill_the_set(void **state)
{
	uint64_t key = 0;
	uint64_t keys[101];
	struct many s;

	(void)state;
	assert_int_equal(many_create_seeded(&s, region, "s", 99), 0);
	for (size_t i = 0; i < 101; key++) {
		if (!bm_map_spot_(&s.map, many_hash_of_(&s, &key), false).home)
			keys[i++] = key;
	}
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(many_insert(&s, keys + i), 0);
	assert_int_equal(many_insert(&s, keys + 100), -ENOSPC);
	for (size_t i = 0; i < 100; i++)
		assert_true(many_contains(&s, keys + i));
	assert_false(many_contains(&s, keys + 100));
	assert_true(many_longest_probe(&s) > 64);
	assert_true(many_longest_probe(&s) <= SLOTS_OF_MANY);
	assert_int_equal(many_invariants(&s), 0);
}

static void damaged_length_is_an_error(void **state)
{
	struct small a = make_small("a", 0, 4);
	struct small b = make_small("b", 2, 4);
	bool result;

	(void)state;
	b.map.object.object->len = 9;
	assert_int_equal(small_insert_all(&a, &b), -EUCLEAN);
	assert_int_equal(small_remove_all(&a, &b), -EUCLEAN);
	assert_int_equal(small_keep_all(&a, &b), -EUCLEAN);
	assert_int_equal(small_is_subset(&a, &b, &result), -EUCLEAN);
	assert_int_equal(small_is_disjoint(&b, &a, &result), -EUCLEAN);
	check_keys(&a, 0, 4);
	assert_int_equal(small_keep_all(&b, &a), -EUCLEAN);
	assert_int_equal(small_insert_all(&b, &a), -EUCLEAN);
	assert_int_equal(small_repair(&b), 0);
	check_keys(&b, 2, 4);
}

/* Tags of another set that name no key are not followed anywhere. */
static void damaged_tags_of_another_do_no_harm(void **state)
{
	struct small a = make_small("a", 0, 4);
	struct small b = make_small("b", 2, 4);

	(void)state;
	for (unsigned int tag = 1; tag < 256; tag++) {
		memset(b.map.tags, (int)tag, 64);
		small_insert_all(&a, &b);
		small_keep_all(&a, &b);
		small_remove_all(&a, &b);
		assert_int_equal(small_invariants(&a), 0);
	}
}

static unsigned int calls_of_put_back;

/* keep() plays the neighbour who undoes what was done. */
static bool put_back(const uint32_t *key, void *context)
{
	struct small *s = context;

	assert_true(++calls_of_put_back <= 8);
	(void)key;
	s->map.object.object->len = 8;
	memset(s->map.tags, 1, 8);
	return false;
}

static void retain_ends_whatever_comes_back(void **state)
{
	struct small s = make_small("s", 0, 1);

	(void)state;
	assert_int_equal(small_retain(&s, put_back, &s), 0);
}

static void interrupted_update_is_repaired(void **state)
{
	struct small s = make_small("s", 0, 4);
	struct small other = make_small("other", 2, 6);
	unsigned int calls = 0;
	uint32_t key = 2;
	bool result;

	(void)state;
	/* The key has been added, and the length has not been told. */
	s.map.object.object->updating = 1;
	s.map.object.object->len = 3;
	header_of(region)->used -= sizeof(key);
	assert_int_equal(small_insert(&s, &key), -EOWNERDEAD);
	assert_int_equal(small_remove(&s, &key), -EOWNERDEAD);
	assert_int_equal(small_retain(&s, keep_even, &calls), -EOWNERDEAD);
	assert_int_equal(small_insert_all(&s, &other), -EOWNERDEAD);
	assert_int_equal(small_remove_all(&s, &other), -EOWNERDEAD);
	assert_int_equal(small_keep_all(&s, &other), -EOWNERDEAD);
	assert_int_equal(small_is_subset(&s, &other, &result), 0);
	assert_int_equal(small_insert_all(&other, &s), 0);
	assert_int_equal(small_find(&s, &key), 0);
	assert_int_equal(small_repair(&s), 0);
	check_small(&s, 0, 4);
	check_small(&other, 0, 6);
}

static void redundant_set_notices_changed_keys(void **state)
{
	uint32_t key = 5;
	struct safe other;
	struct safe s;
	size_t len;

	(void)state;
	assert_int_equal(safe_create(&s, region, "s"), 0);
	assert_int_equal(safe_create(&other, region, "other"), 0);
	assert_int_equal(safe_insert(&s, &key), 0);
	assert_int_equal(safe_insert_all(&other, &s), 0);
	assert_int_equal(safe_insert_all(&s, &s), 0);
	assert_int_equal(safe_count(&s, &len), 0);
	assert_int_equal(len, 1);
	/* A byte of a free entry, which no structure knows of. */
	s.map.entries[s.map.tags[0] ? 4 : 0] ^= 1;
	assert_int_equal(safe_find(&s, &key), -EUCLEAN);
	assert_int_equal(safe_insert_all(&other, &s), -EUCLEAN);
	assert_int_equal(safe_remove_all(&s, &other), -EUCLEAN);
	assert_int_equal(safe_count(&other, &len), 0);
	safe_clear(&s);
	assert_int_equal(safe_keep_all(&other, &s), 0);
	assert_int_equal(safe_count(&other, &len), 0);
	assert_int_equal(len, 0);
}

static void checked_set_notices_a_wrong_tag(void **state)
{
	struct every other;
	struct every s;
	uint32_t key = 5;
	bool result;

	(void)state;
	assert_int_equal(every_create(&s, region, "s"), 0);
	assert_int_equal(every_create(&other, region, "other"), 0);
	assert_int_equal(every_insert(&s, &key), 0);
	s.map.tags[0] ^= 0x80;
	assert_int_equal(every_find(&s, &key), -EUCLEAN);
	assert_int_equal(every_insert_all(&other, &s), -EUCLEAN);
	assert_int_equal(every_is_subset(&other, &s, &result), -EUCLEAN);
	assert_int_equal(every_is_disjoint(&s, &other, &result), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_set_is_empty),
		CASE_IN_REGION(set_takes_no_more_than_a_key_needs),
		CASE_IN_REGION(each_key_is_there_once),
		CASE_IN_REGION(iteration_gives_each_key_once),
		CASE_IN_REGION(retain_takes_out_the_others),
		CASE_IN_REGION(words_are_compared_as_a_whole),
		CASE_IN_REGION(attached_set_has_the_keys),
		CASE_IN_REGION(all_keys_of_another_are_added),
		CASE_IN_REGION(all_are_added_or_none),
		CASE_IN_REGION(keys_of_another_are_taken_out_or_kept),
		CASE_IN_REGION(two_sets_are_compared),
		CASE_IN_REGION(set_and_itself),
		CASE_IN_REGION(colliding_keys_fill_the_set),
		CASE_IN_REGION(two_sets_of_colliding_keys),
		CASE_IN_REGION(chosen_keys_fill_the_set),
		CASE_IN_REGION(damaged_length_is_an_error),
		CASE_IN_REGION(damaged_tags_of_another_do_no_harm),
		CASE_IN_REGION(retain_ends_whatever_comes_back),
		CASE_IN_REGION(interrupted_update_is_repaired),
		CASE_IN_REGION(redundant_set_notices_changed_keys),
		CASE_IN_REGION(checked_set_notices_a_wrong_tag),
	};

	return cmocka_run_group_tests_name("set", tests, NULL, NULL);
}
