// SPDX-License-Identifier: MIT
/*
 * map_more_test.c: maps of all sizes, levels and kinds of keys
 */
#include "cmocka_test.h"

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

BM_MAP(small, uint32_t, uint64_t, 8)
BM_MAP_WITH(same, uint64_t, uint32_t, 300, hash_same, equal_numbers)
BM_MAP_CHECKED(sometimes, uint32_t, uint32_t, 100, sampled)
BM_MAP_CHECKED(every, uint32_t, uint32_t, 100, every)
BM_MAP_CHECKED(safe, uint32_t, uint32_t, 100, redundant)

static struct bm_region room;

static int set_up(void **state)
{
	(void)state;
	room = take_region(1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(room);
	return 0;
}

/* Maps are full at their capacity and whole on the way there and back. */
#define SIZE_TEST(N)							\
	BM_MAP(map_of_##N, uint64_t, uint32_t, N)			\
	static void map_of_##N##_entries(void **state)			\
	{								\
		struct map_of_##N m;					\
		uint32_t value = 0;					\
									\
		(void)state;						\
		assert_int_equal(map_of_##N##_create(&m, room, "m"), 0); \
		for (uint64_t key = 0; key < (N); key++) {		\
			value = (uint32_t)key + 7;			\
			assert_int_equal(map_of_##N##_insert(&m, &key,	\
							     &value), 0); \
			assert_int_equal(map_of_##N##_invariants(&m), 0); \
		}							\
		for (uint64_t key = (N); key < 2 * (N); key++) {	\
			assert_int_equal(map_of_##N##_upsert(&m, &key,	\
							     &value), -ENOSPC); \
			assert_false(map_of_##N##_contains(&m, &key));	\
		}							\
		for (uint64_t key = 0; key < (N); key++) {		\
			assert_int_equal(map_of_##N##_remove(&m, &key,	\
							     &value), 0); \
			assert_int_equal(value, key + 7);		\
			assert_int_equal(map_of_##N##_invariants(&m), 0); \
		}							\
		assert_true(map_of_##N##_is_empty(&m));			\
		check_layout(room);					\
	}

SIZE_TEST(1)
SIZE_TEST(2)
SIZE_TEST(63)
SIZE_TEST(64)
SIZE_TEST(65)
SIZE_TEST(100)

/* A key of so many bytes, each of which tells keys apart. */
#define KEY_TEST(size)						\
	struct key_##size {						\
		unsigned char byte[size];				\
	};								\
	BM_MAP(by_##size, struct key_##size, uint32_t, 81)		\
	static void keys_of_##size##_bytes(void **state)		\
	{								\
		struct key_##size key = { { 0 } };			\
		struct by_##size m;					\
		uint32_t value = 0;					\
									\
		(void)state;						\
		assert_int_equal(by_##size##_create(&m, room, "m"), 0); \
		assert_int_equal(by_##size##_insert(&m, &key, &value), 0); \
		for (uint32_t i = 0; i < (size); i++) {			\
			key.byte[i] = 0x40;				\
			value = i + 1;					\
			assert_int_equal(by_##size##_insert(&m, &key,	\
							    &value), 0); \
			key.byte[i] = 0;				\
		}							\
		for (uint32_t i = 0; i < (size); i++) {			\
			key.byte[i] = 0x40;				\
			assert_int_equal(by_##size##_get(&m, &key,	\
							 &value), 0);	\
			assert_int_equal(value, i + 1);			\
			key.byte[i] ^= 0xc0;				\
			assert_false(by_##size##_contains(&m, &key));	\
			key.byte[i] = 0;				\
		}							\
		assert_int_equal(by_##size##_invariants(&m), 0);	\
	}

KEY_TEST(1)
KEY_TEST(3)
KEY_TEST(4)
KEY_TEST(5)
KEY_TEST(7)
KEY_TEST(8)
KEY_TEST(9)
KEY_TEST(12)
KEY_TEST(16)
KEY_TEST(17)
KEY_TEST(31)
KEY_TEST(32)
KEY_TEST(33)
KEY_TEST(48)
KEY_TEST(63)
KEY_TEST(64)
KEY_TEST(65)
KEY_TEST(80)

/* Far keys: all verbs, for values that are stored by a word and for others. */
#define FAR_TEST(size)							\
	struct value_##size {						\
		unsigned char byte[size];				\
	};								\
	BM_MAP_WITH(far_##size, uint64_t, struct value_##size, 100, hash_same, \
		    equal_numbers)					\
	static void far_values_of_##size##_bytes(void **state)		\
	{								\
		struct value_##size value = { { 0 } };			\
		struct far_##size m;					\
									\
		(void)state;						\
		assert_int_equal(far_##size##_create(&m, room, "m"), 0);	\
		for (uint64_t key = 0; key < 100; key++) {		\
			value.byte[(size) - 1] = (unsigned char)key;	\
			assert_int_equal(far_##size##_insert(&m, &key, &value), 0); \
			assert_int_equal(far_##size##_insert(&m, &key, &value), \
					 -EEXIST);			\
		}							\
		for (uint64_t key = 0; key < 100; key++) {		\
			assert_int_equal(far_##size##_get(&m, &key, &value), 0); \
			assert_int_equal(value.byte[(size) - 1], key);	\
			value.byte[0] = (unsigned char)~key;		\
			assert_int_equal(far_##size##_upsert(&m, &key, &value), 0); \
			assert_int_equal(far_##size##_at(&m, &key)->byte[0], \
					 value.byte[0]);		\
		}							\
		assert_int_equal(far_##size##_get(&m, &(uint64_t){ 100 }, &value), \
				 -ENOENT);				\
		assert_int_equal(far_##size##_remove(&m, &(uint64_t){ 100 }, NULL), \
				 -ENOENT);				\
		for (uint64_t key = 100; key--;) {			\
			assert_int_equal(far_##size##_remove(&m, &key,	\
				key % 2 ? &value : NULL), 0);		\
			assert_int_equal(far_##size##_invariants(&m), 0); \
			if (key % 2)					\
				assert_int_equal(value.byte[0],		\
						 (unsigned char)~key);	\
		}							\
		assert_int_equal(far_##size##_longest_probe(&m), BM_MAP_NEAR); \
		check_layout(room);					\
	}

FAR_TEST(1)
FAR_TEST(4)
FAR_TEST(8)
FAR_TEST(80)

static bool keep_even(const uint64_t *key, uint32_t *value, void *context)
{
	++*(unsigned int *)context;
	++*value;
	return *key % 2 == 0;
}

static void fill_same(struct same *m, uint64_t count)
{
	assert_int_equal(same_create(m, room, "m"), 0);
	for (uint64_t key = 0; key < count; key++) {
		uint32_t value = (uint32_t)key;

		assert_int_equal(same_insert(m, &key, &value), 0);
	}
}

static void retain_looks_at_every_key(void **state)
{
	unsigned int calls = 0;
	struct same m;
	uint32_t value;

	(void)state;
	fill_same(&m, 300);
	assert_int_equal(same_retain(&m, keep_even, &calls), 0);
	assert_true(calls >= 300);
	assert_int_equal(same_len(&m), 150);
	assert_int_equal(same_invariants(&m), 0);
	for (uint64_t key = 0; key < 300; key++)
		assert_int_equal(same_contains(&m, &key), key % 2 == 0);
	for (uint64_t key = 0; key < 300; key += 2) {
		assert_int_equal(same_get(&m, &key, &value), 0);
		assert_true(value > key);
	}
	check_layout(room);
}

static bool keep_none(const uint64_t *key, uint32_t *value, void *context)
{
	(void)key;
	(void)value;
	(void)context;
	return false;
}

static void retain_takes_out_all(void **state)
{
	struct same m;

	(void)state;
	fill_same(&m, 300);
	assert_int_equal(same_retain(&m, keep_none, NULL), 0);
	assert_true(same_is_empty(&m));
	assert_int_equal(same_longest_probe(&m), BM_MAP_NEAR);
	assert_int_equal(same_invariants(&m), 0);
	assert_int_equal(same_retain(&m, keep_none, NULL), 0);
	check_layout(room);
}

static unsigned int calls_of_put_back;

/* keep() plays the neighbour who undoes what was done. */
static bool put_back(const uint32_t *key, uint64_t *value, void *context)
{
	struct small *m = context;

	assert_true(++calls_of_put_back <= 8);
	(void)key;
	(void)value;
	m->map.object.object->len = 8;
	memset(m->map.tags, 1, 8);
	return false;
}

static void retain_ends_whatever_comes_back(void **state)
{
	uint64_t value = 5;
	uint32_t key = 5;
	struct small m;

	(void)state;
	assert_int_equal(small_create(&m, room, "m"), 0);
	assert_int_equal(small_insert(&m, &key, &value), 0);
	assert_int_equal(small_retain(&m, put_back, &m), 0);
	m.map.object.object->len = 9;
	assert_int_equal(small_retain(&m, put_back, &m), -EUCLEAN);
	m.map.object.object->len = 1;
	m.map.object.object->updating = 1;
	assert_int_equal(small_retain(&m, put_back, &m), -EOWNERDEAD);
}

#define LEVEL_TEST(name)						\
	static void name##_fill(struct name *m)				\
	{								\
		assert_int_equal(name##_create_seeded(m, room, "m", 1), 0); \
		for (uint32_t key = 0; key < 100; key++)		\
			assert_int_equal(name##_upsert(m, &key, &key), 0); \
	}								\
									\
	static bool name##_keep(const uint32_t *key, uint32_t *value,	\
				void *context)				\
	{								\
		(void)context;						\
		++*value;						\
		return *key < 50;					\
	}								\
									\
	static void name##_does_what_a_map_does(void **state)		\
	{								\
		struct name m;						\
		size_t cursor = 0;					\
		uint32_t value;						\
		uint32_t key = 100;					\
		size_t len;						\
									\
		(void)state;						\
		name##_fill(&m);					\
		assert_int_equal(name##_insert(&m, &key, &key), -ENOSPC); \
		key = 7;						\
		assert_int_equal(name##_insert(&m, &key, &key), -EEXIST); \
		assert_int_equal(name##_retain(&m, name##_keep, NULL), 0); \
		assert_int_equal(name##_get(&m, &key, &value), 0);	\
		assert_int_equal(value, 8);				\
		assert_int_equal(name##_remove(&m, &key, NULL), 0);	\
		assert_int_equal(name##_remove(&m, &key, NULL), -ENOENT); \
		for (len = 0; !name##_next(&m, &cursor, &key, &value); len++) \
			assert_int_equal(value, key + 1);		\
		assert_int_equal(len, 49);				\
		assert_int_equal(name##_count(&m, &len), 0);		\
		assert_int_equal(len, 49);				\
		assert_int_equal(name##_attach(&m, room, "m", NULL), 0); \
		assert_int_equal(name##_first(&m, &key, NULL), 0);	\
		name##_clear(&m);					\
		assert_int_equal(name##_first(&m, &key, NULL), -ENOENT); \
		assert_int_equal(name##_invariants(&m), 0);		\
		check_layout(room);					\
	}

LEVEL_TEST(sometimes)
LEVEL_TEST(every)
LEVEL_TEST(safe)

static void sampled_map_notices_within_its_period(void **state)
{
	struct sometimes m;
	uint32_t value;
	uint32_t key = 3;
	int verbs = 0;

	(void)state;
	sometimes_fill(&m);
	m.map.object.object->len = 99;
	while (sometimes_get(&m, &key, &value) != -EUCLEAN)
		assert_true(++verbs < BM_INTEGRITY_PERIOD);
}

static void every_verb_notices_a_wrong_length(void **state)
{
	uint32_t key = 3;
	size_t cursor = 0;
	struct every m;
	size_t len;

	(void)state;
	every_fill(&m);
	m.map.object.object->len = 99;
	assert_int_equal(every_get(&m, &key, &key), -EUCLEAN);
	assert_int_equal(every_next(&m, &cursor, &key, &key), -EUCLEAN);
	assert_int_equal(every_count(&m, &len), -EUCLEAN);
	assert_int_equal(every_insert(&m, &key, &key), -EUCLEAN);
	assert_int_equal(every_upsert(&m, &key, &key), -EUCLEAN);
	assert_int_equal(every_remove(&m, &key, &key), -EUCLEAN);
	assert_int_equal(every_retain(&m, every_keep, NULL), -EUCLEAN);
	assert_int_equal(every_repair(&m), 0);
	assert_int_equal(every_get(&m, &key, &key), 0);
}

/* Nothing but the copy knows what a value was. */
static void redundant_map_notices_a_changed_value(void **state)
{
	uint32_t key = 3;
	uint32_t value;
	struct safe m;

	(void)state;
	safe_fill(&m);
	((struct safe_entry *)m.map.entries)[5].value ^= 4;
	assert_int_equal(safe_invariants(&m), 0);
	assert_int_equal(safe_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(safe_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(safe_retain(&m, safe_keep, NULL), -EUCLEAN);
	((struct safe_entry *)m.map.entries)[5].value ^= 4;
	assert_int_equal(safe_get(&m, &key, &value), 0);
	m.map.object.object->updating = 1;
	assert_int_equal(safe_get(&m, &key, &value), 0);
	assert_int_equal(safe_upsert(&m, &key, &value), -EOWNERDEAD);
	assert_int_equal(safe_repair(&m), 0);
	assert_int_equal(safe_upsert(&m, &key, &value), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(map_of_1_entries),
		CASE(map_of_2_entries),
		CASE(map_of_63_entries),
		CASE(map_of_64_entries),
		CASE(map_of_65_entries),
		CASE(map_of_100_entries),
		CASE(keys_of_1_bytes),
		CASE(keys_of_3_bytes),
		CASE(keys_of_4_bytes),
		CASE(keys_of_5_bytes),
		CASE(keys_of_7_bytes),
		CASE(keys_of_8_bytes),
		CASE(keys_of_9_bytes),
		CASE(keys_of_12_bytes),
		CASE(keys_of_16_bytes),
		CASE(keys_of_17_bytes),
		CASE(keys_of_31_bytes),
		CASE(keys_of_32_bytes),
		CASE(keys_of_33_bytes),
		CASE(keys_of_48_bytes),
		CASE(keys_of_63_bytes),
		CASE(keys_of_64_bytes),
		CASE(keys_of_65_bytes),
		CASE(keys_of_80_bytes),
		CASE(far_values_of_1_bytes),
		CASE(far_values_of_4_bytes),
		CASE(far_values_of_8_bytes),
		CASE(far_values_of_80_bytes),
		CASE(retain_looks_at_every_key),
		CASE(retain_takes_out_all),
		CASE(retain_ends_whatever_comes_back),
		CASE(sometimes_does_what_a_map_does),
		CASE(every_does_what_a_map_does),
		CASE(safe_does_what_a_map_does),
		CASE(sampled_map_notices_within_its_period),
		CASE(every_verb_notices_a_wrong_length),
		CASE(redundant_map_notices_a_changed_value),
	};

	return cmocka_run_group_tests_name("map, more", tests, NULL, NULL);
}
