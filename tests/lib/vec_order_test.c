// SPDX-License-Identifier: MIT
/*
 * vec_order_test.c: exact behaviour of sorting and searching
 */
#include "cmocka_test.h"

struct pair {
	uint32_t key;
	uint32_t number;
};

/* Larger than what a sort holds at a time. */
struct large {
	uint32_t key;
	unsigned char byte[96];
};

static unsigned long comparisons;

static int compare_numbers(const uint32_t *a, const uint32_t *b)
{
	comparisons++;
	return (*a > *b) - (*a < *b);
}

static int compare_pairs(const struct pair *a, const struct pair *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

static int compare_large(const struct large *a, const struct large *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

BM_VEC(numbers, uint32_t, 5000)
BM_VEC_ORDER(numbers, uint32_t, compare_numbers)
BM_VEC(pairs, struct pair, 10)
BM_VEC_ORDER(pairs, struct pair, compare_pairs)
BM_VEC(larges, struct large, 200)
BM_VEC_ORDER(larges, struct large, compare_large)
BM_VEC_CHECKED(twice, uint32_t, 10, redundant)
BM_VEC_ORDER(twice, uint32_t, compare_numbers)

static uint32_t next_random(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

/*
 * McIlroy's adversary ("A killer adversary for quicksort"): it decides what the
 * elements are while they are compared, so that each pivot is a bad one.
 */
static uint32_t decided[5000];
static uint32_t solid;
static uint32_t candidate;

#define GAS	UINT32_MAX

static int compare_against(const uint32_t *a, const uint32_t *b)
{
	comparisons++;
	if (decided[*a] == GAS && decided[*b] == GAS)
		decided[*a == candidate ? *a : *b] = solid++;
	if (decided[*a] == GAS)
		candidate = *a;
	else if (decided[*b] == GAS)
		candidate = *b;
	return (decided[*a] > decided[*b]) - (decided[*a] < decided[*b]);
}

BM_VEC(killer, uint32_t, 5000)
BM_VEC_ORDER(killer, uint32_t, compare_against)

static int compare_at_random(const uint32_t *a, const uint32_t *b)
{
	(void)a;
	(void)b;
	return (int)(next_random() % 3) - 1;
}

BM_VEC(chaos, uint32_t, 3000)
BM_VEC_ORDER(chaos, uint32_t, compare_at_random)

REGION_OF_EACH_CASE(65536)

static struct numbers make_numbers(void)
{
	struct numbers v;

	assert_int_equal(numbers_create(&v, region, "numbers"), 0);
	return v;
}

/* As many of each value as before, and in order. */
static void check_sorted(struct numbers *v, uint32_t values)
{
	uint32_t *count = calloc(values, sizeof(*count));
	uint32_t before = 0;
	bool sorted;

	for (size_t i = 0; i < numbers_len(v); i++)
		count[*numbers_at(v, i)]++;
	assert_int_equal(numbers_sort(v), 0);
	for (size_t i = 0; i < numbers_len(v); i++) {
		uint32_t item = *numbers_at(v, i);

		assert_true(item >= before && item < values);
		count[item]--;
		before = item;
	}
	for (uint32_t i = 0; i < values; i++)
		assert_int_equal(count[i], 0);
	assert_int_equal(numbers_is_sorted(v, &sorted), 0);
	assert_true(sorted);
	assert_int_equal(numbers_invariants(v), 0);
	free(count);
}

static uint32_t value_of(unsigned int pattern, uint32_t i, uint32_t len)
{
	switch (pattern) {
	case 0:
		return i;
	case 1:
		return len - 1 - i;
	case 2:
		return 0;
	case 3:
		return next_random() % len;
	case 4:
		return next_random() % (len < 4 ? len : 4);
	case 5:
		return i < len / 2 ? i : len - 1 - i;
	case 6:
		return i == 0 ? len - 1 : i - 1;
	default:
		return i % 17 * len / 17;
	}
}

static void every_length_and_pattern_is_sorted(void **state)
{
	struct numbers v = make_numbers();

	(void)state;
	for (uint32_t len = 1; len < 5000; len += 1 + len / 8) {
		for (unsigned int pattern = 0; pattern < 8; pattern++) {
			numbers_clear(&v);
			for (uint32_t i = 0; i < len; i++) {
				uint32_t item = value_of(pattern, i, len);

				assert_int_equal(numbers_push(&v, &item), 0);
			}
			check_sorted(&v, len);
		}
	}
}

static void sorted_and_reversed_cost_little(void **state)
{
	struct numbers v = make_numbers();

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(numbers_push(&v, &i), 0);
	comparisons = 0;
	assert_int_equal(numbers_sort(&v), 0);
	assert_int_equal(comparisons, 4999);
	assert_int_equal(numbers_reverse(&v), 0);
	comparisons = 0;
	check_sorted(&v, 5000);
	assert_true(comparisons <= 3 * 5000);
}

static void equal_ones_cost_no_more(void **state)
{
	struct numbers v = make_numbers();

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t item = (4999 - i) / 2;

		assert_int_equal(numbers_push(&v, &item), 0);
	}
	comparisons = 0;
	assert_int_equal(numbers_sort(&v), 0);
	assert_true(comparisons <= 3 * 5000);
	comparisons = 0;
	assert_int_equal(numbers_sort(&v), 0);
	assert_int_equal(comparisons, 4999);
}

/* log2(5000) is 12.3. */
static void an_adversary_cannot_make_it_quadratic(void **state)
{
	struct killer v;

	(void)state;
	assert_int_equal(killer_create(&v, region, "killer"), 0);
	solid = 2;
	candidate = 0;
	for (uint32_t i = 0; i < 5000; i++) {
		decided[i] = GAS;
		assert_int_equal(killer_push(&v, &i), 0);
	}
	/* Neither in order nor in the reverse, or it would not begin. */
	decided[0] = 1;
	decided[1] = 0;
	comparisons = 0;
	assert_int_equal(killer_sort(&v), 0);
	assert_true(comparisons < 6 * 12 * 5000 + 15 * 5000);
	for (uint32_t i = 1; i < 5000; i++)
		assert_true(decided[*killer_at(&v, i - 1)] <=
			    decided[*killer_at(&v, i)]);
}

/* It ends, stays within the vec and loses nothing. */
static void an_order_that_contradicts_itself_is_survived(void **state)
{
	struct chaos v;
	uint64_t sum = 0;

	(void)state;
	assert_int_equal(chaos_create(&v, region, "chaos"), 0);
	for (uint32_t i = 0; i < 3000; i++)
		assert_int_equal(chaos_push(&v, &i), 0);
	for (int round = 0; round < 20; round++)
		assert_int_equal(chaos_sort(&v), 0);
	for (uint32_t i = 0; i < 3000; i++)
		sum += *chaos_at(&v, i);
	assert_int_equal(sum, 2999 * 3000 / 2);
}

static int compare_untyped(const void *a, const void *b)
{
	return compare_numbers(a, b);
}

static void the_sort_for_bad_cases_sorts(void **state)
{
	uint32_t items[300];

	(void)state;
	for (size_t count = 0; count < 300; count += 7) {
		for (size_t i = 0; i < count; i++)
			items[i] = next_random() % 200;
		bm_order_heap_sort_((unsigned char *)items, count, 4,
				    compare_untyped);
		for (size_t i = 1; i < count; i++)
			assert_true(items[i - 1] <= items[i]);
	}
}

static void large_elements_stay_whole(void **state)
{
	struct large item;
	struct larges v;

	(void)state;
	assert_int_equal(larges_create(&v, region, "larges"), 0);
	for (uint32_t i = 0; i < 200; i++) {
		item.key = i * 77 % 200;
		memset(item.byte, (int)item.key, sizeof(item.byte));
		assert_int_equal(larges_push(&v, &item), 0);
	}
	assert_int_equal(larges_sort(&v), 0);
	for (uint32_t i = 0; i < 200; i++) {
		assert_int_equal(larges_get(&v, i, &item), 0);
		assert_int_equal(item.key, i);
		for (size_t at = 0; at < sizeof(item.byte); at++)
			assert_int_equal(item.byte[at], i);
	}
}

static void search_finds_the_first_or_its_place(void **state)
{
	const struct pair items[] = {
		{ 10, 0 }, { 20, 1 }, { 20, 2 }, { 20, 3 }, { 30, 4 },
	};
	const size_t place[] = { 0, 0, 1, 1, 4, 4, 5 };
	struct pairs v;
	size_t index = 9;

	(void)state;
	assert_int_equal(pairs_create(&v, region, "pairs"), 0);
	assert_int_equal(pairs_search(&v, items, &index), -ENOENT);
	assert_int_equal(index, 0);
	assert_int_equal(pairs_extend(&v, items, 5), 0);
	for (uint32_t i = 0; i < 7; i++) {
		struct pair item = { 5 + i * 5, 0 };

		assert_int_equal(pairs_search(&v, &item, &index),
				 i % 2 ? 0 : -ENOENT);
		assert_int_equal(index, place[i]);
		assert_int_equal(pairs_search(&v, &item, NULL),
				 i % 2 ? 0 : -ENOENT);
	}
}

static void insert_sorted_goes_behind_equal_ones(void **state)
{
	const uint32_t keys[] = { 20, 10, 20, 30, 10, 20, 5, 40 };
	const uint32_t expected[] = { 6, 1, 4, 0, 2, 5, 3, 7 };
	struct pairs v;
	bool sorted = false;

	(void)state;
	assert_int_equal(pairs_create(&v, region, "pairs"), 0);
	for (uint32_t i = 0; i < 8; i++) {
		struct pair item = { keys[i], i };

		assert_int_equal(pairs_insert_sorted(&v, &item), 0);
	}
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(pairs_at(&v, i)->number, expected[i]);
	assert_int_equal(pairs_is_sorted(&v, &sorted), 0);
	assert_true(sorted);
	pairs_at(&v, 7)->key = 1;
	assert_int_equal(pairs_is_sorted(&v, &sorted), 0);
	assert_false(sorted);
	assert_int_equal(pairs_resize(&v, 10, pairs_at(&v, 0)), 0);
	assert_int_equal(pairs_insert_sorted(&v, pairs_at(&v, 0)), -ENOSPC);
}

static void damage_and_interruption_are_errors(void **state)
{
	struct pair item = { 1, 1 };
	struct pairs v;
	bool sorted;

	(void)state;
	assert_int_equal(pairs_create(&v, region, "pairs"), 0);
	assert_int_equal(pairs_push(&v, &item), 0);
	bm_vec_update_begin_(&v.vec);
	assert_int_equal(pairs_sort(&v), -EOWNERDEAD);
	assert_int_equal(pairs_insert_sorted(&v, &item), -EOWNERDEAD);
	assert_int_equal(pairs_search(&v, &item, NULL), 0);
	bm_vec_update_end_(&v.vec);
	v.vec.object->len = 11;
	assert_int_equal(pairs_sort(&v), -EUCLEAN);
	assert_int_equal(pairs_insert_sorted(&v, &item), -EUCLEAN);
	assert_int_equal(pairs_search(&v, &item, NULL), -EUCLEAN);
	assert_int_equal(pairs_is_sorted(&v, &sorted), -EUCLEAN);
}

static void redundant_notices_a_changed_element(void **state)
{
	const uint32_t items[] = { 7, 6, 5, 9 };
	uint32_t item = 6;
	struct twice v;
	bool sorted;

	(void)state;
	assert_int_equal(twice_create(&v, region, "twice"), 0);
	assert_int_equal(twice_extend(&v, items, 4), 0);
	assert_int_equal(twice_sort(&v), 0);
	assert_int_equal(twice_search(&v, &item, NULL), 0);
	assert_int_equal(twice_insert_sorted(&v, &item), 0);
	assert_int_equal(twice_is_sorted(&v, &sorted), 0);
	assert_true(sorted);
	*(uint32_t *)(v.vec.object + 1) ^= 1;
	assert_int_equal(twice_sort(&v), -EUCLEAN);
	assert_int_equal(twice_search(&v, &item, NULL), -EUCLEAN);
	assert_int_equal(twice_insert_sorted(&v, &item), -EUCLEAN);
	assert_int_equal(twice_is_sorted(&v, &sorted), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(every_length_and_pattern_is_sorted),
		CASE_IN_REGION(sorted_and_reversed_cost_little),
		CASE_IN_REGION(equal_ones_cost_no_more),
		CASE_IN_REGION(an_adversary_cannot_make_it_quadratic),
		CASE_IN_REGION(an_order_that_contradicts_itself_is_survived),
		CASE_IN_REGION(the_sort_for_bad_cases_sorts),
		CASE_IN_REGION(large_elements_stay_whole),
		CASE_IN_REGION(search_finds_the_first_or_its_place),
		CASE_IN_REGION(insert_sorted_goes_behind_equal_ones),
		CASE_IN_REGION(damage_and_interruption_are_errors),
		CASE_IN_REGION(redundant_notices_a_changed_element),
	};

	return cmocka_run_group_tests_name("vec_order", tests, NULL, NULL);
}
