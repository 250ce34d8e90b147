// SPDX-License-Identifier: MIT
/*
 * death_test.c: a process that is killed at any instruction of a verb
 */
#include "cmocka_test.h"

#define SIZE	((size_t)16384)

/* Few homes, so that windows are full and keys are far from them. */
static uint64_t hash_few(const struct bm_hash_key *secret, const uint64_t *key)
{
	(void)secret;
	return *key % 5;
}

static bool equal_numbers(const uint64_t *a, const uint64_t *b)
{
	return *a == *b;
}

static int order(const uint64_t *a, const uint64_t *b)
{
	return (*a > *b) - (*a < *b);
}

BM_VEC(numbers, uint32_t, 100)
BM_MAP_WITH(counts, uint64_t, uint64_t, 400, hash_few, equal_numbers)
BM_STRING(report, 100)
BM_MAP_CHECKED(safe, uint64_t, uint64_t, 20, redundant)
BM_VEC_CHECKED(items, uint64_t, 8, redundant)
BM_LINEAR_MAP_CHECKED(few, uint64_t, uint64_t, 8, redundant)
BM_SORTED_MAP_CHECKED(sorted, uint64_t, uint64_t, 8, order, redundant)

#include "death.h"

/* Creating */

static void create_numbers(void)
{
	struct numbers v;

	if (numbers_create(&v, region, "numbers"))
		_exit(1);
}

static void create_counts(void)
{
	struct counts m;

	if (counts_create(&m, region, "counts"))
		_exit(1);
}

/* Whatever was there is there, what was begun is there whole or not at all. */
static void check_created(void)
{
	struct counts m;
	int err = counts_attach(&m, copy, "counts", NULL);

	assert_true(!err || err == -ENOENT || err == -EOWNERDEAD);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
	if (err)
		assert_int_equal(counts_create(&m, copy, "counts"), 0);
	assert_int_equal(counts_invariants(&m), 0);
	assert_int_equal(counts_insert(&m, &(uint64_t){ 1 }, &(uint64_t){ 1 }), 0);
	check_layout(copy);
}

static void check_numbers_are_there(void)
{
	struct numbers v;

	assert_int_equal(numbers_attach(&v, copy, "numbers", NULL), 0);
	assert_int_equal(numbers_push(&v, &(uint32_t){ 1 }), 0);
	check_created();
}

static void creating_in_a_fresh_region(void **state)
{
	(void)state;
	assert_true(die_everywhere(create_counts, check_created) > 20);
}

static void creating_beside_another(void **state)
{
	(void)state;
	create_numbers();
	assert_true(die_everywhere(create_counts, check_numbers_are_there) > 10);
}

/*
 * Once it can be found, reading goes on, and writing does unless the copy is missing,
 * which repair makes.
 */
#define CREATING_WITH_A_COPY(name, write)				\
	static void create_##name(void)					\
	{								\
		struct name object;					\
									\
		if (name##_create(&object, region, #name))		\
			_exit(1);					\
	}								\
	static void check_created_##name(void)				\
	{								\
		int recovered = bm_layout_recover(copy);		\
		uint64_t item = 3;					\
		struct name object;					\
		size_t count = 1;					\
		int err = name##_attach(&object, copy, #name, NULL);	\
									\
		assert_int_equal(recovered, 0);				\
		if (err == -ENOENT)					\
			return;						\
		assert_int_equal(err, 0);				\
		assert_int_equal(name##_count(&object, &count), 0);	\
		assert_int_equal(count, 0);				\
		err = write;						\
		if (err) {						\
			assert_int_equal(err, -EOWNERDEAD);		\
			assert_int_equal(name##_repair(&object), 0);	\
			assert_int_equal(write, 0);			\
		}							\
		assert_int_equal(name##_count(&object, &count), 0);	\
		assert_int_equal(count, 1);				\
	}								\
	static void creating_##name##_with_a_copy(void **state)		\
	{								\
		(void)state;						\
		assert_true(die_everywhere(create_##name,		\
					   check_created_##name) > 10);	\
	}

CREATING_WITH_A_COPY(items, items_push(&object, &item))
CREATING_WITH_A_COPY(safe, safe_insert(&object, &item, &item))
CREATING_WITH_A_COPY(few, few_insert(&object, &item, &item))
CREATING_WITH_A_COPY(sorted, sorted_insert(&object, &item, &item))

/* Vecs */

static void attach_numbers(struct numbers *v, struct bm_region where)
{
	if (numbers_attach(v, where, "numbers", NULL))
		_exit(1);
}

static void fill_numbers(void)
{
	struct numbers v;

	assert_int_equal(numbers_create(&v, region, "numbers"), 0);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(numbers_push(&v, &i), 0);
}

static void push_number(void)
{
	struct numbers v;
	uint32_t item = 10;

	attach_numbers(&v, region);
	numbers_push(&v, &item);
	numbers_pop(&v, NULL);
	numbers_pop(&v, NULL);
}

/* The elements are 0, 1, 2 and so on, and nothing has to be repaired. */
static void check_prefix(void)
{
	struct numbers v;
	uint32_t item = 0;

	attach_numbers(&v, copy);
	assert_true(numbers_len(&v) >= 9 && numbers_len(&v) <= 11);
	for (uint32_t i = 0; i < numbers_len(&v); i++) {
		assert_int_equal(numbers_get(&v, i, &item), 0);
		assert_int_equal(item, i);
	}
	assert_int_equal(numbers_push(&v, &item), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void push_and_pop_of_a_vec(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(push_number, check_prefix) >= 4);
}

static void insert_number(void)
{
	struct numbers v;
	uint32_t item = 77;

	attach_numbers(&v, region);
	numbers_insert(&v, 3, &item);
	numbers_remove(&v, 3, &item);
}

/* No element is lost: at most one is there twice, or the new one is not yet. */
static void check_elements(void)
{
	struct numbers v;
	uint32_t item = 1;
	int err;

	attach_numbers(&v, copy);
	err = numbers_push(&v, &item);
	assert_true(!err || err == -EOWNERDEAD);
	if (err)
		assert_int_equal(numbers_repair(&v), 0);
	assert_int_equal(numbers_invariants(&v), 0);
	for (item = 0; item < 9; item++)
		assert_true(numbers_contains(&v, &item));
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void insert_and_remove_of_a_vec(void **state)
{
	(void)state;
	fill_numbers();
	assert_true(die_everywhere(insert_number, check_elements) > 6);
}

/* Maps */

static void attach_counts(struct counts *m, struct bm_region where)
{
	if (counts_attach(m, where, "counts", NULL))
		_exit(1);
}

static void fill_counts(void)
{
	struct counts m;

	assert_int_equal(counts_create_seeded(&m, region, "counts", 99), 0);
	for (uint64_t key = 0; key < 390; key++) {
		uint64_t value = key * 7;

		assert_int_equal(counts_insert(&m, &key, &value), 0);
	}
	assert_true(counts_longest_probe(&m) > 64);
}

/* Keys from 390 on come, keys from 0 to 7 go, key 100 gets another value. */
static void change_counts(void)
{
	struct counts m;

	attach_counts(&m, region);
	for (uint64_t i = 0; i < 8; i++) {
		uint64_t key = 390 + i;
		uint64_t value = key * 7;

		if (counts_insert(&m, &key, &value))
			_exit(1);
		if (counts_remove(&m, &i, NULL))
			_exit(1);
		key = 100;
		if (counts_upsert(&m, &key, &value))
			_exit(1);
	}
}

static void check_counts(void)
{
	struct counts m;
	uint64_t value = 0;
	int err;

	attach_counts(&m, copy);
	err = counts_remove(&m, &(uint64_t){ 1000 }, NULL);
	assert_true(err == -ENOENT || err == -EOWNERDEAD);
	if (err == -EOWNERDEAD)
		assert_int_equal(counts_repair(&m), 0);
	assert_int_equal(counts_invariants(&m), 0);
	for (uint64_t key = 8; key < 390; key++) {
		assert_int_equal(counts_get(&m, &key, &value), 0);
		assert_true(value == key * 7 || key == 100);
		assert_int_equal(value % 7, 0);
	}
	assert_true(counts_len(&m) >= 389 && counts_len(&m) <= 391);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void insert_upsert_and_remove_of_a_map(void **state)
{
	(void)state;
	fill_counts();
	assert_true(die_everywhere(change_counts, check_counts) > 100);
}

/* Strings */

static void fill_report(void)
{
	struct report s;

	assert_int_equal(report_create(&s, region, "report"), 0);
	assert_int_equal(report_append(&s, "gr\xc3\xbc\xc3\x9f"), 0);
}

static void attach_report(struct report *s, struct bm_region where)
{
	if (report_attach(s, where, "report", NULL))
		_exit(1);
}

static void change_report(void)
{
	struct report s;

	attach_report(&s, region);
	report_append(&s, " dich");
	report_append_format(&s, " %d\xe2\x82\xac", 5);
	report_push(&s, 0x1f600);
	report_pop(&s, NULL);
}

/* Always one of the texts that were meant, and nothing to repair. */
static void check_whole_text(void)
{
	static const char *const texts[] = {
		"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f dich",
		"gr\xc3\xbc\xc3\x9f dich 5\xe2\x82\xac",
		"gr\xc3\xbc\xc3\x9f dich 5\xe2\x82\xac\xf0\x9f\x98\x80",
	};
	struct report s;
	bool known = false;

	attach_report(&s, copy);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		known |= !report_compare(&s, texts[i]);
	assert_true(known);
	assert_int_equal(report_push(&s, '!'), 0);
	assert_int_equal(report_invariants(&s), 0);
}

static void append_to_a_string(void **state)
{
	(void)state;
	fill_report();
	assert_true(die_everywhere(change_report, check_whole_text) > 6);
}

static void edit_report(void)
{
	struct report s;

	attach_report(&s, region);
	report_insert(&s, 2, "\xc3\xb6\xc3\xa4");
	report_remove(&s, 2, 2);
}

static void check_text(void)
{
	struct report s;
	int err;

	attach_report(&s, copy);
	err = report_push(&s, '!');
	assert_true(!err || err == -EOWNERDEAD);
	if (err)
		assert_int_equal(report_repair(&s), 0);
	assert_int_equal(report_invariants(&s), 0);
	assert_int_equal(report_push(&s, '!'), 0);
}

static void insert_and_remove_of_a_string(void **state)
{
	(void)state;
	fill_report();
	assert_true(die_everywhere(edit_report, check_text) > 6);
}

/* A copy behind the object */

static void clear_safe(void)
{
	struct safe m;

	if (safe_attach(&m, region, "safe", NULL))
		_exit(1);
	safe_clear(&m);
}

/* What differs from its copy because of a death is no damage. */
static void check_cleared(void)
{
	struct safe m;
	uint64_t key = 3;
	uint64_t value;
	int err;

	assert_int_equal(safe_attach(&m, copy, "safe", NULL), 0);
	err = safe_get(&m, &key, &value);
	assert_true(!err || err == -ENOENT);
	err = safe_upsert(&m, &key, &key);
	assert_true(!err || err == -EOWNERDEAD);
	if (err)
		assert_int_equal(safe_repair(&m), 0);
	assert_int_equal(safe_upsert(&m, &key, &key), 0);
	assert_int_equal(safe_get(&m, &key, &value), 0);
}

static void clear_of_a_map_with_a_copy(void **state)
{
	struct safe m;

	(void)state;
	assert_int_equal(safe_create(&m, region, "safe"), 0);
	for (uint64_t key = 0; key < 10; key++)
		assert_int_equal(safe_insert(&m, &key, &key), 0);
	assert_true(die_everywhere(clear_safe, check_cleared) > 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(creating_in_a_fresh_region),
		CASE(creating_beside_another),
		CASE(creating_items_with_a_copy),
		CASE(creating_safe_with_a_copy),
		CASE(creating_few_with_a_copy),
		CASE(creating_sorted_with_a_copy),
		CASE(push_and_pop_of_a_vec),
		CASE(insert_and_remove_of_a_vec),
		CASE(insert_upsert_and_remove_of_a_map),
		CASE(append_to_a_string),
		CASE(insert_and_remove_of_a_string),
		CASE(clear_of_a_map_with_a_copy),
	};

	return cmocka_run_group_tests_name("death", tests, NULL, NULL);
}
