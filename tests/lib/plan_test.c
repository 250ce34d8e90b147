// SPDX-License-Identifier: MIT
/*
 * plan_test.c: what is summed at compile time is what is used at run time
 */
#include "cmocka_test.h"

BM_MAP(counts, uint64_t, uint64_t, 500)
BM_MAP(few, uint32_t, uint32_t, 4)
BM_MAP(counts_1k, uint64_t, uint64_t, 1024)
BM_MAP(counts_64k, uint64_t, uint64_t, 65536)
BM_MAP(counts_1m, uint64_t, uint64_t, 1048576)
BM_VEC(ranking, uint32_t, 300)
BM_VEC(bytes, unsigned char, 64)
BM_STRING(report, 100)
BM_STRING(aligned, 63)

BM_PLAN(words, BM_NEEDS(counts), BM_NEEDS(ranking), BM_NEEDS_MANY(report, 3));
BM_PLAN_FITS(words, BM_POOL_64K);
BM_PLAN(tiny, BM_NEEDS(few));
BM_PLAN_FITS(tiny, BM_POOL_8K);
BM_PLAN_FITS(tiny, BM_PLAN_SIZE(tiny));
BM_PLAN(sixteen, BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes),
	BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes),
	BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes),
	BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes), BM_NEEDS(bytes),
	BM_NEEDS(few));

static void sums_are_exact(void **state)
{
	(void)state;
	assert_int_equal(BM_PLAN_SIZE(words),
			 BM_REGION_OVERHEAD + BM_BYTES(counts) +
			 BM_BYTES(ranking) + 3 * BM_BYTES(report));
	assert_int_equal(BM_PLAN_SIZE(sixteen),
			 BM_REGION_OVERHEAD + 15 * BM_BYTES(bytes) +
			 BM_BYTES(few));
}

/* A region of exactly that size takes all of it, and a byte less does not. */
static void plan_fits_to_the_byte(void **state)
{
	struct bm_region region = take_region(BM_PLAN_SIZE(words));
	struct bm_region less = take_region(BM_PLAN_SIZE(words) - 1);
	struct counts c;
	struct ranking r;
	struct report s;

	(void)state;
	assert_int_equal(report_create(&s, region, "one"), 0);
	assert_int_equal(counts_create(&c, region, "counts"), 0);
	assert_int_equal(report_create(&s, region, "two"), 0);
	assert_int_equal(ranking_create(&r, region, "ranking"), 0);
	assert_int_equal(report_create(&s, region, "three"), 0);
	assert_int_equal(directory_of(region)->committed, region.size);
	assert_int_equal(report_create(&s, region, "four"), -ENOSPC);
	assert_int_equal(header_of(region)->refused, 1);
	check_layout(region);

	assert_int_equal(report_create(&s, less, "one"), 0);
	assert_int_equal(counts_create(&c, less, "counts"), 0);
	assert_int_equal(report_create(&s, less, "two"), 0);
	assert_int_equal(ranking_create(&r, less, "ranking"), 0);
	assert_int_equal(report_create(&s, less, "three"), -ENOSPC);
	check_layout(less);
	give_region(region);
	give_region(less);
}

static void full_collections_use_all_that_was_planned(void **state)
{
	struct bm_region region = take_region(BM_PLAN_SIZE(tiny));
	struct few m;

	(void)state;
	assert_int_equal(few_create(&m, region, "few"), 0);
	assert_true(header_of(region)->used < region.size);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(few_insert(&m, &i, &i), 0);
	assert_int_equal(header_of(region)->used, region.size);
	assert_int_equal(header_of(region)->high_water, region.size);
	give_region(region);
}

/* 64 bytes beside the elements, and what rounding up to 64 adds. */
static void overhead_is_64_bytes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct bm_object), 64);
	assert_int_equal(BM_OBJECT_OVERHEAD, 64);
	assert_int_equal(BM_BYTES(bytes), 64 + 64);
	assert_int_equal(BM_BYTES(ranking), 64 + 1216);
	assert_int_equal(BM_BYTES(aligned), 64 + 64);
	assert_int_equal(BM_BYTES(few), 64 + 64 + 64);
}

static void map_takes_at_most_20_bytes_for_an_entry_of_16(void **state)
{
	(void)state;
	assert_true(BM_BYTES(counts_1k) <= 20 * 1024);
	assert_true(BM_BYTES(counts_64k) <= 20 * 65536);
	assert_true(BM_BYTES(counts_1m) <= 20 * 1048576);
}

static void handles_are_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct ranking) <= 32);
	assert_true(sizeof(struct report) <= 32);
	assert_true(sizeof(struct counts) <= 256);
}

static void note_tells_the_plan(void **state)
{
	(void)state;
	assert_string_equal(words_plan_note.owner, "budgetmem");
	assert_int_equal(words_plan_note.owner_size, 10);
	assert_int_equal(words_plan_note.type, BM_PLAN_NOTE_TYPE);
	assert_int_equal(words_plan_note.content_size,
			 sizeof(struct bm_plan_content) +
			 3 * sizeof(struct bm_plan_entry));
	assert_int_equal(words_plan_note.content.version, BM_PLAN_VERSION);
	assert_int_equal(words_plan_note.content.count, 3);
	assert_int_equal(words_plan_note.content.bytes_low, BM_PLAN_SIZE(words));
	assert_int_equal(words_plan_note.content.bytes_high, 0);
	assert_string_equal(words_plan_note.content.name, "words");
	assert_string_equal(words_plan_note.entry[0].name, "counts");
	assert_int_equal(words_plan_note.entry[0].objects, 1);
	assert_int_equal(words_plan_note.entry[0].bytes_low, BM_BYTES(counts));
	assert_string_equal(words_plan_note.entry[2].name, "report");
	assert_int_equal(words_plan_note.entry[2].objects, 3);
	assert_int_equal(words_plan_note.entry[2].bytes_low,
			 3 * BM_BYTES(report));
	assert_int_equal(sixteen_plan_note.content.count, 16);
	assert_string_equal(sixteen_plan_note.entry[15].name, "few");
}

/* The same objects, in another order and otherwise grouped; and what is not the same. */
struct pair {
	uint32_t one;
	uint32_t other;
};

BM_MAP(recounts, uint64_t, uint64_t, 500)
BM_MAP(counts_501, uint64_t, uint64_t, 501)
BM_MAP(pairs, uint64_t, struct pair, 500)
BM_STRING(report_101, 101)
BM_VEC(signed_ranking, int32_t, 300)
BM_PLAN(regrouped, BM_NEEDS(report), BM_NEEDS_MANY(report, 2), BM_NEEDS(ranking),
	BM_NEEDS(recounts));
BM_PLAN(more_objects, BM_NEEDS(counts), BM_NEEDS(ranking), BM_NEEDS_MANY(report, 4));
BM_PLAN(less_objects, BM_NEEDS(counts), BM_NEEDS_MANY(report, 3));
BM_PLAN(other_capacity, BM_NEEDS(counts_501), BM_NEEDS(ranking),
	BM_NEEDS_MANY(report, 3));
BM_PLAN(other_value, BM_NEEDS(pairs), BM_NEEDS(ranking), BM_NEEDS_MANY(report, 3));
BM_PLAN(other_text, BM_NEEDS(counts), BM_NEEDS(ranking),
	BM_NEEDS_MANY(report_101, 3));
BM_PLAN(other_element, BM_NEEDS(counts), BM_NEEDS(signed_ranking),
	BM_NEEDS_MANY(report, 3));

static void layout_number_names_what_a_plan_holds(void **state)
{
	const uint64_t others[] = {
		BM_PLAN_LAYOUT(tiny), BM_PLAN_LAYOUT(sixteen),
		BM_PLAN_LAYOUT(more_objects), BM_PLAN_LAYOUT(less_objects),
		BM_PLAN_LAYOUT(other_capacity), BM_PLAN_LAYOUT(other_value),
		BM_PLAN_LAYOUT(other_text), BM_PLAN_LAYOUT(other_element), 0,
	};

	(void)state;
	assert_true(BM_PLAN_LAYOUT(words) == BM_PLAN_LAYOUT(regrouped));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_true(BM_PLAN_LAYOUT(words) != others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(plan_fits_to_the_byte),
		cmocka_unit_test(full_collections_use_all_that_was_planned),
		cmocka_unit_test(overhead_is_64_bytes),
		cmocka_unit_test(map_takes_at_most_20_bytes_for_an_entry_of_16),
		cmocka_unit_test(handles_are_small),
		cmocka_unit_test(note_tells_the_plan),
		cmocka_unit_test(layout_number_names_what_a_plan_holds),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
