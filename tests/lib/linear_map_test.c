// SPDX-License-Identifier: MIT
/*
 * linear_map_test.c: exact behaviour of linear maps
 */
#include "cmocka_test.h"

/* A key and a value of sizes that no store has. */
struct name {
	char text[11];
};

struct odd {
	char byte[7];
};

/* What another process does while a verb compares. */
static void (*meanwhile)(void);

/* Keys are the same whatever their case is. */
static bool is_same_letter(const char *a, const char *b)
{
	if (meanwhile)
		meanwhile();
	return (*a | 32) == (*b | 32);
}

BM_LINEAR_MAP(few, uint32_t, uint64_t, 3)
BM_LINEAR_MAP(many, uint64_t, uint32_t, 100)
BM_LINEAR_MAP(names, struct name, struct odd, 20)
BM_LINEAR_MAP_WITH(letters, char, uint32_t, 3, is_same_letter)
BM_LINEAR_MAP(other_values, uint32_t, int64_t, 3)
BM_LINEAR_MAP_CHECKED(twice, uint32_t, uint64_t, 3, redundant)
BM_LINEAR_MAP_CHECKED(watched, uint32_t, uint64_t, 3, every)

REGION_OF_EACH_CASE(8192)

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
	uint64_t value = 8;
	uint32_t key = 0;

	(void)state;
	assert_true(few_is_empty(&m));
	assert_int_equal(few_capacity(&m), 3);
	assert_int_equal(few_get(&m, &key, &value), -ENOENT);
	assert_int_equal(few_remove(&m, &key, &value), -ENOENT);
	assert_int_equal(few_first(&m, &key, &value), -ENOENT);
	assert_null(few_at(&m, &key));
	assert_false(few_contains(&m, &key));
	assert_int_equal(value, 8);
	check_keys(&m, 0, 0, 0, 0);
}

static void keys_stay_in_the_order_of_coming(void **state)
{
	struct few m = make_few(3);
	uint32_t key;

	(void)state;
	check_keys(&m, 3, 30, 10, 20);
	assert_int_equal(few_first(&m, &key, NULL), 0);
	assert_int_equal(key, 30);
}

static void full_insert_keeps_the_entry(void **state)
{
	struct few m = make_few(3);
	uint64_t value = 400;
	uint32_t key = 40;

	(void)state;
	assert_true(few_is_full(&m));
	assert_int_equal(few_insert(&m, &key, &value), -ENOSPC);
	assert_int_equal(few_upsert(&m, &key, &value), -ENOSPC);
	assert_int_equal(m.map.object.object->refused, 2);
	key = 10;
	assert_int_equal(few_insert(&m, &key, &value), -EEXIST);
	value = 100;
	assert_int_equal(few_upsert(&m, &key, &value), 0);
	check_keys(&m, 3, 30, 10, 20);
}

static void upsert_overwrites(void **state)
{
	struct few m = make_few(2);
	uint64_t value = 77;
	uint32_t key = 10;

	(void)state;
	assert_int_equal(few_upsert(&m, &key, &value), 0);
	value = 0;
	assert_int_equal(few_get(&m, &key, &value), 0);
	assert_int_equal(value, 77);
	assert_int_equal(few_get(&m, &key, NULL), 0);
	*few_at(&m, &key) = 100;
	check_keys(&m, 2, 30, 10, 0);
}

static void the_last_takes_the_place_of_the_removed(void **state)
{
	struct few m = make_few(3);
	uint64_t value;
	uint32_t key = 30;

	(void)state;
	assert_int_equal(few_remove(&m, &key, &value), 0);
	assert_int_equal(value, 300);
	assert_int_equal(few_remove(&m, &key, &value), -ENOENT);
	check_keys(&m, 2, 20, 10, 0);
	key = 10;
	assert_int_equal(few_remove(&m, &key, NULL), 0);
	check_keys(&m, 1, 20, 0, 0);
	few_clear(&m);
	check_keys(&m, 0, 0, 0, 0);
}

static void every_place_is_searched(void **state)
{
	struct many m;
	uint32_t value;

	(void)state;
	assert_int_equal(many_create(&m, region, "many"), 0);
	for (uint32_t len = 0; len < 100; len++) {
		uint64_t key = len * UINT64_C(0x100000001);

		assert_int_equal(many_get(&m, &key, &value), -ENOENT);
		assert_int_equal(many_insert(&m, &key, &len), 0);
		for (uint32_t i = 0; i <= len; i++) {
			key = i * UINT64_C(0x100000001);
			assert_int_equal(many_get(&m, &key, &value), 0);
			assert_int_equal(value, i);
		}
	}
	assert_int_equal(many_invariants(&m), 0);
}

static void texts_are_keys(void **state)
{
	struct odd value = { "value" };
	struct name key = { "key" };
	struct names m;

	(void)state;
	assert_int_equal(names_create(&m, region, "names"), 0);
	for (char i = 0; i < 20; i++) {
		key.text[10] = i;
		value.byte[6] = i;
		assert_int_equal(names_insert(&m, &key, &value), 0);
	}
	for (char i = 0; i < 20; i++) {
		key.text[10] = i;
		assert_int_equal(names_get(&m, &key, &value), 0);
		assert_int_equal(value.byte[6], i);
	}
	assert_int_equal(names_invariants(&m), 0);
}

static void the_program_says_what_is_equal(void **state)
{
	struct letters m;
	uint32_t value = 1;

	(void)state;
	assert_int_equal(letters_create(&m, region, "letters"), 0);
	assert_int_equal(letters_insert(&m, "a", &value), 0);
	assert_int_equal(letters_insert(&m, "A", &value), -EEXIST);
	assert_int_equal(letters_insert(&m, "B", &value), 0);
	assert_true(letters_contains(&m, "b"));
	assert_int_equal(letters_invariants(&m), 0);
	((char *)(m.map.object.object + 1))[1] = 'A';
	assert_int_equal(letters_invariants(&m), -EUCLEAN);
}

static void attach_compares_keys_and_values(void **state)
{
	struct few m = make_few(3);
	struct other_values other;
	struct few again;

	(void)state;
	assert_int_equal(few_attach(&again, region, "few", NULL), 0);
	check_keys(&again, 3, 30, 10, 20);
	assert_int_equal(few_remove(&again, &(uint32_t){ 20 }, NULL), 0);
	check_keys(&m, 2, 30, 10, 0);
	assert_int_equal(other_values_attach(&other, region, "few", NULL),
			 -EMEDIUMTYPE);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct few m = make_few(3);
	uint64_t value = 1;
	uint32_t key = 10;
	size_t cursor = 0;

	(void)state;
	m.map.object.object->len = 4;
	assert_int_equal(few_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_insert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_remove(&m, &key, &value), -EUCLEAN);
	assert_int_equal(few_next(&m, &cursor, &key, &value), -EUCLEAN);
	assert_int_equal(few_count(&m, &cursor), -EUCLEAN);
	assert_int_equal(few_repair(&m), -EUCLEAN);
	assert_int_equal(few_invariants(&m), -EUCLEAN);
	assert_null(few_at(&m, &key));
	assert_int_equal(few_len(&m), 3);
	few_clear(&m);
	assert_int_equal(few_insert(&m, &key, &value), 0);
	assert_int_equal(few_invariants(&m), 0);
}

/* All that repair looks at: what stayed would be refused after the next death. */
static void cleared_of_damage_it_is_repaired_after_a_death(void **state)
{
	struct few m = make_few(3);
	uint64_t value = 1;
	uint32_t key = 10;

	(void)state;
	m.map.object.object->place[0] = 1000;
	m.map.object.object->place[1] = 1000;
	few_clear(&m);
	m.map.object.object->updating = 1;
	assert_int_equal(few_repair(&m), 0);
	assert_int_equal(few_insert(&m, &key, &value), 0);
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
	assert_int_equal(few_get(&m, &key, &value), 0);
	assert_int_equal(few_repair(&m), 0);
	check_keys(&m, 3, 30, 10, 20);
}

static void repair_ends_a_remove(void **state)
{
	struct few m = make_few(3);
	struct bm_object *object = m.map.object.object;

	(void)state;
	object->updating = 1;
	object->place[1] = 3;
	object->place[0] = 1;
	((uint32_t *)(object + 1))[0] = 99;
	assert_int_equal(few_repair(&m), 0);
	check_keys(&m, 2, 20, 10, 0);
	/* It had come to its end but for the mark. */
	object->updating = 1;
	object->place[0] = 1;
	assert_int_equal(few_repair(&m), 0);
	check_keys(&m, 2, 20, 10, 0);
	object->place[0] = 4;
	assert_int_equal(few_invariants(&m), -EUCLEAN);
	assert_int_equal(few_repair(&m), -EUCLEAN);
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
	((uint32_t *)(m.map.object.object + 1))[0] = 20;
	assert_int_equal(watched_get(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_insert(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_upsert(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_remove(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_first(&w, &key, &value), -EUCLEAN);
	assert_int_equal(watched_next(&w, &cursor, &key, &value), -EUCLEAN);
	assert_int_equal(watched_count(&w, &cursor), -EUCLEAN);
}

static void redundant_notices_a_changed_value(void **state)
{
	struct twice m;
	uint64_t value = 1;
	uint32_t key = 1;

	(void)state;
	assert_int_equal(twice_create(&m, region, "twice"), 0);
	assert_int_equal(twice_insert(&m, &key, &value), 0);
	assert_int_equal(twice_upsert(&m, &key, &value), 0);
	assert_int_equal(twice_get(&m, &key, &value), 0);
	*m.map.values ^= 1;
	assert_int_equal(twice_get(&m, &key, &value), -EUCLEAN);
	assert_int_equal(twice_upsert(&m, &key, &value), -EUCLEAN);
	assert_int_equal(twice_repair(&m), 0);
	assert_int_equal(twice_remove(&m, &key, &value), 0);
	assert_int_equal(value, 0);
}

static void name_that_is_taken_is_refused(void **state)
{
	struct few m = make_few(3);
	struct few other;

	(void)state;
	assert_int_equal(few_create(&other, region, "few"), -EEXIST);
	check_keys(&m, 3, 30, 10, 20);
}

static void values_of_every_size_are_overwritten(void **state)
{
	struct name key = { "ten letters" };
	struct odd odd = { "before" };
	struct names n;
	struct many m;
	uint32_t value = 1;

	(void)state;
	assert_int_equal(names_create(&n, region, "names"), 0);
	assert_int_equal(names_insert(&n, &key, &odd), 0);
	odd = (struct odd){ "after!" };
	assert_int_equal(names_upsert(&n, &key, &odd), 0);
	memset(&odd, 0, sizeof(odd));
	assert_int_equal(names_get(&n, &key, &odd), 0);
	assert_string_equal(odd.byte, "after!");
	assert_int_equal(names_len(&n), 1);
	assert_int_equal(many_create(&m, region, "many"), 0);
	assert_int_equal(many_insert(&m, &(uint64_t){ 5 }, &value), 0);
	value = 0x12345678;
	assert_int_equal(many_upsert(&m, &(uint64_t){ 5 }, &value), 0);
	value = 0;
	assert_int_equal(many_get(&m, &(uint64_t){ 5 }, &value), 0);
	assert_int_equal(value, 0x12345678);
}

static void iteration_without_keys_counts_and_adds(void **state)
{
	struct few m = make_few(3);
	uint64_t value;
	uint64_t sum = 0;
	size_t cursor = 0;

	(void)state;
	while (!few_next(&m, &cursor, NULL, &value))
		sum += value;
	assert_int_equal(sum, 600);
	assert_int_equal(cursor, 3);
}

static struct letters shared;

static void mark(void)
{
	shared.map.object.object->updating = 1;
}

static void shorten(void)
{
	shared.map.object.object->len = 0;
}

/* The place to be filled is beyond the end: nothing is filled. */
static void what_changes_during_a_search_is_looked_at_again(void **state)
{
	struct bm_object *object;
	uint32_t value = 1;

	(void)state;
	assert_int_equal(letters_create(&shared, region, "letters"), 0);
	assert_int_equal(letters_insert(&shared, "a", &value), 0);
	object = shared.map.object.object;
	meanwhile = mark;
	assert_int_equal(letters_insert(&shared, "b", &value), -EOWNERDEAD);
	object->updating = 0;
	assert_int_equal(letters_remove(&shared, "a", NULL), -EOWNERDEAD);
	object->updating = 0;
	meanwhile = shorten;
	assert_int_equal(letters_remove(&shared, "a", NULL), -EUCLEAN);
	meanwhile = NULL;
	object->len = 1;
	assert_int_equal(letters_invariants(&shared), 0);
	assert_true(letters_contains(&shared, "a"));
}

/* The length had been written by somebody else. */
static void repair_fills_no_place_beyond_the_end(void **state)
{
	struct few m = make_few(2);
	struct bm_object *object = m.map.object.object;

	(void)state;
	object->updating = 1;
	object->place[0] = 3;
	object->place[1] = 2;
	assert_int_equal(few_repair(&m), 0);
	check_keys(&m, 2, 30, 10, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_map_is_empty),
		CASE_IN_REGION(keys_stay_in_the_order_of_coming),
		CASE_IN_REGION(full_insert_keeps_the_entry),
		CASE_IN_REGION(upsert_overwrites),
		CASE_IN_REGION(the_last_takes_the_place_of_the_removed),
		CASE_IN_REGION(every_place_is_searched),
		CASE_IN_REGION(texts_are_keys),
		CASE_IN_REGION(the_program_says_what_is_equal),
		CASE_IN_REGION(attach_compares_keys_and_values),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(cleared_of_damage_it_is_repaired_after_a_death),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(repair_ends_a_remove),
		CASE_IN_REGION(repair_fills_no_place_beyond_the_end),
		CASE_IN_REGION(name_that_is_taken_is_refused),
		CASE_IN_REGION(values_of_every_size_are_overwritten),
		CASE_IN_REGION(iteration_without_keys_counts_and_adds),
		CASE_IN_REGION(what_changes_during_a_search_is_looked_at_again),
		CASE_IN_REGION(every_verb_of_a_watched_map_looks),
		CASE_IN_REGION(redundant_notices_a_changed_value),
	};

	return cmocka_run_group_tests_name("linear_map", tests, NULL, NULL);
}
