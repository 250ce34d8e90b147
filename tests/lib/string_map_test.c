// SPDX-License-Identifier: MIT
/*
 * string_map_test.c: exact behaviour of maps by text
 */
#include "cmocka_test.h"

#define LONGEST	24
#define SIZE	(BM_REGION_OVERHEAD + BM_BYTES(ages))

BM_STRING_MAP(ages, LONGEST, uint32_t, 40)
BM_STRING_MAP(letters, 1, uint8_t, 3)
BM_STRING_MAP(widest, BM_STRING_MAP_KEY_MAX, uint64_t, 70)
BM_STRING_MAP_CHECKED(safe, 7, uint32_t, 5, redundant)
BM_STRING_MAP_CHECKED(every, 7, uint32_t, 5, every)

static struct bm_region region;

/* The map is the last object, and its last entry all but ends the region. */
static int set_up(void **state)
{
	(void)state;
	region = take_region(SIZE);
	return 0;
}

static int set_up_large(void **state)
{
	(void)state;
	region = take_region(65536);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static struct ages make_ages(void)
{
	struct ages m;

	assert_int_equal(ages_create_seeded(&m, region, "ages", 5), 0);
	return m;
}

static void put(struct ages *m, const char *key, size_t size, uint32_t value)
{
	assert_int_equal(ages_insert_bytes(m, key, size, &value), 0);
}

static void expect(const struct ages *m, const char *key, size_t size,
		   uint32_t expected)
{
	uint32_t value = ~expected;

	assert_int_equal(ages_get_bytes(m, key, size, &value), 0);
	assert_int_equal(value, expected);
	assert_int_equal(*ages_at_bytes(m, key, size), expected);
	assert_true(ages_contains_bytes(m, key, size));
}

static void expect_sound(const struct ages *m, size_t len)
{
	assert_int_equal(ages_len(m), len);
	assert_int_equal(ages_invariants(m), 0);
	check_layout(region);
}

static void new_map_is_empty(void **state)
{
	struct ages m = make_ages();
	uint32_t value = 7;
	char key[LONGEST + 1] = "x";

	(void)state;
	assert_int_equal(ages_get(&m, "Ada", &value), -ENOENT);
	assert_int_equal(ages_remove(&m, "Ada", &value), -ENOENT);
	assert_int_equal(ages_first(&m, key, &value), -ENOENT);
	assert_null(ages_at(&m, "Ada"));
	assert_false(ages_contains(&m, ""));
	assert_int_equal(value, 7);
	assert_string_equal(key, "x");
	assert_int_equal(ages_capacity(&m), 40);
	assert_true(ages_is_empty(&m));
	expect_sound(&m, 0);
}

static void text_is_a_key(void **state)
{
	struct ages m = make_ages();
	uint32_t age = 36;

	(void)state;
	assert_int_equal(ages_insert(&m, "Ada", &age), 0);
	assert_int_equal(ages_insert(&m, "Ada", &age), -EEXIST);
	age = 37;
	assert_int_equal(ages_upsert(&m, "Ada", &age), 0);
	assert_int_equal(ages_upsert(&m, "Charles", &age), 0);
	assert_int_equal(ages_get(&m, "Ada", &age), 0);
	assert_int_equal(*ages_at(&m, "Charles"), 37);
	assert_true(ages_contains(&m, "Ada"));
	assert_int_equal(ages_remove(&m, "Ada", &age), 0);
	assert_int_equal(age, 37);
	assert_int_equal(ages_remove(&m, "Charles", NULL), 0);
	expect_sound(&m, 0);
}

/* All sizes, among them those at which words overlap, or are one more. */
static void keys_of_every_size_are_told_apart(void **state)
{
	struct ages m = make_ages();
	char key[LONGEST];

	(void)state;
	memset(key, 'a', sizeof(key));
	for (uint32_t size = 0; size <= LONGEST; size++)
		put(&m, key, size, size);
	for (uint32_t size = 0; size <= LONGEST; size++)
		expect(&m, key, size, size);
	expect_sound(&m, LONGEST + 1);
	for (uint32_t size = 0; size <= LONGEST; size++)
		assert_int_equal(ages_remove_bytes(&m, key, size, NULL), 0);
	expect_sound(&m, 0);
}

/* Whatever byte differs: the hash is not asked, so that no byte is compared by it. */
static void every_byte_is_compared(void **state)
{
	char a[BM_STRING_MAP_KEY_MAX];
	char b[BM_STRING_MAP_KEY_MAX];

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	for (size_t size = 0; size <= sizeof(a); size++) {
		assert_true(bm_text_same_(a, b, size));
		for (size_t i = 0; i < size; i++) {
			b[i] ^= 0x40;
			assert_false(bm_text_same_(a, b, size));
			b[i] ^= 0x40;
		}
		if (size < sizeof(a)) {
			b[size] ^= 1;
			assert_true(bm_text_same_(a, b, size));
			b[size] ^= 1;
		}
	}
}

static void zeros_are_bytes_like_others(void **state)
{
	static const char zeros[8];
	struct ages m = make_ages();
	char key[LONGEST + 1];
	size_t cursor = 0;
	uint32_t value;

	(void)state;
	for (uint32_t size = 0; size <= sizeof(zeros); size++)
		put(&m, zeros, size, size);
	put(&m, "a\0b", 3, 100);
	put(&m, "a\0c", 3, 101);
	put(&m, "a", 1, 102);
	for (uint32_t size = 0; size <= sizeof(zeros); size++)
		expect(&m, zeros, size, size);
	expect(&m, "a\0b", 3, 100);
	expect(&m, "a\0c", 3, 101);
	assert_int_equal(ages_get(&m, "a\0b", &value), 0);
	assert_int_equal(value, 102);
	while (!ages_next(&m, &cursor, key, &value)) {
		if (value == 100)
			assert_memory_equal(key, "a\0b", 4);
	}
	expect_sound(&m, sizeof(zeros) + 4);
}

static void too_long_keys_change_nothing(void **state)
{
	struct ages m = make_ages();
	unsigned char *before = malloc(SIZE);
	char key[LONGEST + 2];
	uint32_t value = 1;

	(void)state;
	memset(key, 'a', sizeof(key));
	key[LONGEST + 1] = 0;
	put(&m, key, LONGEST, 24);
	memcpy(before, region.base, SIZE);
	assert_int_equal(ages_insert(&m, key, &value), -EINVAL);
	assert_int_equal(ages_upsert(&m, key, &value), -EINVAL);
	assert_int_equal(ages_get(&m, key, &value), -ENOENT);
	assert_int_equal(ages_remove(&m, key, &value), -ENOENT);
	assert_false(ages_contains(&m, key));
	assert_int_equal(value, 1);
	assert_memory_equal(before, region.base, SIZE);
	free(before);
	expect(&m, key, LONGEST, 24);
}

/* 256 more than a length that fits into its byte. */
static void lengths_are_not_cut_off(void **state)
{
	char key[257] = "";
	struct ages m = make_ages();
	uint32_t value = 1;

	(void)state;
	put(&m, key, 1, 5);
	assert_int_equal(ages_insert_bytes(&m, key, 257, &value), -EINVAL);
	assert_int_equal(ages_get_bytes(&m, key, 257, &value), -ENOENT);
	assert_int_equal(ages_remove_bytes(&m, key, 257, &value), -ENOENT);
	expect_sound(&m, 1);
}

static void fill(struct ages *m)
{
	for (uint32_t i = 0; i < 40; i++) {
		const char key[] = { 'k', (char)('A' + i), 0 };

		assert_int_equal(ages_insert(m, key, &i), 0);
	}
}

static void full_map_refuses(void **state)
{
	struct ages m = make_ages();
	uint32_t value = 1;

	(void)state;
	fill(&m);
	assert_true(ages_is_full(&m));
	assert_int_equal(ages_insert(&m, "more", &value), -ENOSPC);
	assert_int_equal(ages_upsert(&m, "more", &value), -ENOSPC);
	assert_int_equal(ages_upsert(&m, "kA", &value), 0);
	assert_int_equal(header_of(region)->refused, 2);
	expect_sound(&m, 40);
	ages_clear(&m);
	expect_sound(&m, 0);
}

static void iteration_gives_text_that_ends(void **state)
{
	struct ages m = make_ages();
	char key[LONGEST + 2];
	uint64_t seen = 0;
	size_t cursor = 0;
	uint32_t value = 0;

	(void)state;
	fill(&m);
	memset(key, 'x', sizeof(key));
	while (!ages_next(&m, &cursor, key, &value)) {
		assert_int_equal(key[1], 'A' + (int)value);
		assert_int_equal(strlen(key), 2);
		seen |= UINT64_C(1) << value;
	}
	assert_true(seen == (UINT64_C(1) << 40) - 1);
	cursor = 0;
	assert_int_equal(ages_next(&m, &cursor, NULL, NULL), 0);
	ages_clear(&m);
	memset(key, 'a', LONGEST);
	put(&m, key, LONGEST, 1);
	memset(key, 'x', sizeof(key));
	assert_int_equal(ages_first(&m, key, NULL), 0);
	assert_int_equal(strlen(key), LONGEST);
	assert_int_equal(key[LONGEST + 1], 'x');
}

/* The length of a key says more than the entry has: the sanitizer sees the last. */
static void damaged_key_stays_within_its_entry(void **state)
{
	struct ages m = make_ages();
	char key[LONGEST + 2];
	struct ages_entry *entries;
	size_t cursor = 0;
	uint32_t value;

	(void)state;
	fill(&m);
	key[LONGEST + 1] = 'x';
	entries = (struct ages_entry *)m.map.entries;
	for (uint32_t slot = 0; slot < 40; slot++)
		entries[slot].key.size = 255;
	while (!ages_next(&m, &cursor, key, &value))
		assert_int_equal(strnlen(key, sizeof(key)), 2);
	assert_int_equal(key[LONGEST + 1], 'x');
	assert_int_equal(ages_get(&m, "kA", &value), -ENOENT);
	assert_int_equal(ages_insert(&m, "kA", &value), -ENOSPC);
	assert_int_equal(ages_invariants(&m), -EUCLEAN);
	assert_int_equal(ages_repair(&m), 0);
	assert_int_equal(ages_invariants(&m), 0);
	assert_int_equal(ages_insert(&m, "kA", &value), 0);
}

static void interrupted_update_is_repaired(void **state)
{
	struct ages m = make_ages();
	struct ages_entry *entries = (struct ages_entry *)m.map.entries;
	uint32_t value = 9;

	(void)state;
	put(&m, "one", 3, 1);
	put(&m, "two", 3, 2);
	/* Written, but its tag is not. */
	entries[30].key.size = 77;
	m.map.object.object->updating = 1;
	assert_int_equal(ages_insert(&m, "three", &value), -EOWNERDEAD);
	assert_int_equal(ages_upsert(&m, "one", &value), -EOWNERDEAD);
	assert_int_equal(ages_remove(&m, "one", &value), -EOWNERDEAD);
	expect(&m, "one", 3, 1);
	assert_int_equal(ages_repair(&m), 0);
	expect(&m, "two", 3, 2);
	assert_int_equal(ages_insert(&m, "three", &value), 0);
	expect_sound(&m, 3);
}

static void damaged_length_is_an_error(void **state)
{
	struct ages m = make_ages();
	uint32_t value = 1;
	size_t len;

	(void)state;
	put(&m, "one", 3, 1);
	m.map.object.object->len = 41;
	assert_int_equal(ages_insert(&m, "two", &value), -EUCLEAN);
	assert_int_equal(ages_upsert(&m, "one", &value), -EUCLEAN);
	assert_int_equal(ages_remove(&m, "one", &value), -EUCLEAN);
	assert_int_equal(ages_count(&m, &len), -EUCLEAN);
	assert_int_equal(ages_len(&m), 40);
}

static void longest_keys_fill_a_map_of_two_windows(void **state)
{
	char key[BM_STRING_MAP_KEY_MAX];
	struct widest m;
	uint64_t value;

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_int_equal(widest_create(&m, region, "widest"), 0);
	for (uint64_t i = 0; i < 70; i++) {
		key[254] = (char)i;
		assert_int_equal(widest_insert_bytes(&m, key, 255, &i), 0);
	}
	for (uint64_t i = 0; i < 70; i++) {
		key[254] = (char)i;
		assert_int_equal(widest_get_bytes(&m, key, 255, &value), 0);
		assert_true(value == i);
	}
	assert_int_equal(widest_insert(&m, "x", &value), -ENOSPC);
	assert_int_equal(widest_invariants(&m), 0);
}

static void other_lengths_are_other_types(void **state)
{
	struct letters m;
	struct widest other;
	uint8_t value = 1;

	(void)state;
	assert_int_equal(letters_create(&m, region, "letters"), 0);
	assert_int_equal(letters_insert(&m, "", &value), 0);
	assert_int_equal(letters_insert(&m, "a", &value), 0);
	assert_int_equal(letters_insert(&m, "ab", &value), -EINVAL);
	assert_int_equal(letters_attach(&m, region, "letters", NULL), 0);
	assert_int_equal(letters_len(&m), 2);
	assert_int_equal(widest_attach(&other, region, "letters", NULL),
			 -EMEDIUMTYPE);
}

static void redundant_map_notices_a_changed_value(void **state)
{
	struct safe m;
	uint32_t value = 5;
	char key[8];

	(void)state;
	assert_int_equal(safe_create(&m, region, "m"), 0);
	assert_int_equal(safe_insert(&m, "Ada", &value), 0);
	assert_int_equal(safe_insert(&m, "too long", &value), -EINVAL);
	assert_int_equal(safe_first(&m, key, &value), 0);
	((struct safe_entry *)m.map.entries)->value ^= 1;
	assert_int_equal(safe_get(&m, "Ada", &value), -EUCLEAN);
	assert_int_equal(safe_first(&m, key, &value), -EUCLEAN);
	assert_int_equal(safe_upsert(&m, "Ada", &value), -EUCLEAN);
	safe_clear(&m);
	assert_int_equal(safe_get(&m, "Ada", &value), -ENOENT);
}

static void checked_map_notices_a_changed_key(void **state)
{
	struct every m;
	uint32_t value = 5;

	(void)state;
	assert_int_equal(every_create_seeded(&m, region, "m", 1), 0);
	assert_int_equal(every_insert(&m, "Ada", &value), 0);
	m.map.entries[2] ^= 1;
	assert_int_equal(every_get(&m, "Ada", &value), -EUCLEAN);
	assert_int_equal(every_remove(&m, "Bob", NULL), -EUCLEAN);
	assert_int_equal(every_repair(&m), 0);
	assert_int_equal(every_get(&m, "Ada", &value), -ENOENT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define LARGE(name) cmocka_unit_test_setup_teardown(name, set_up_large, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_map_is_empty),
		CASE(text_is_a_key),
		CASE(keys_of_every_size_are_told_apart),
		CASE(every_byte_is_compared),
		CASE(zeros_are_bytes_like_others),
		CASE(too_long_keys_change_nothing),
		CASE(lengths_are_not_cut_off),
		CASE(full_map_refuses),
		CASE(iteration_gives_text_that_ends),
		CASE(damaged_key_stays_within_its_entry),
		CASE(interrupted_update_is_repaired),
		CASE(damaged_length_is_an_error),
		LARGE(longest_keys_fill_a_map_of_two_windows),
		LARGE(other_lengths_are_other_types),
		LARGE(redundant_map_notices_a_changed_value),
		LARGE(checked_map_notices_a_changed_key),
	};

	return cmocka_run_group_tests_name("string_map", tests, NULL, NULL);
}
