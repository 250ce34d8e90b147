// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extents: which pages are free, and which run together.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../module/extent.h"
#include "invariant.h"
#include "suites.h"

#define PAGES	64
#define TAKERS	8

/**
 * struct bm_taken - what a case works on; test->priv
 * @extents: PAGES pages
 * @record: of them
 * @chain: what has been taken
 */
struct bm_taken {
	struct bm_extents extents;
	struct bm_extent record[PAGES];
	struct bm_chain chain[TAKERS];
};

static int bm_extent_init(struct kunit *test)
{
	struct bm_taken *taken;
	int i;

	taken = kunit_kzalloc(test, sizeof(*taken), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, taken);
	/* A record that is read before it was written leads astray. */
	memset(taken->record, 0xa5, sizeof(taken->record));
	bm_extents_init(&taken->extents, taken->record, PAGES);
	for (i = 0; i < TAKERS; i++)
		bm_chain_init(&taken->chain[i]);
	test->priv = taken;
	return 0;
}

/* Every page has one owner, and the free ones are sorted and merged. */
static const char *bm_broken_taken(const struct bm_taken *taken)
{
	DECLARE_BITMAP(seen, PAGES) = {};
	const char *broken = bm_broken_free_chain(&taken->extents);
	int i;

	if (!*broken)
		broken = bm_broken_chain(&taken->extents, &taken->extents.free,
					 seen);
	for (i = 0; i < TAKERS && !*broken; i++)
		broken = bm_broken_chain(&taken->extents, &taken->chain[i], seen);
	if (!*broken && !bitmap_full(seen, PAGES))
		broken = "a page belongs to nobody";
	return broken;
}

#define EXPECT_SOUND(test, taken) \
	KUNIT_EXPECT_STREQ(test, "", bm_broken_taken(taken))

static struct bm_chain *take(struct kunit *test, int taker, u32 pages)
{
	struct bm_taken *taken = test->priv;

	bm_extents_take(&taken->extents, pages, &taken->chain[taker]);
	KUNIT_EXPECT_EQ(test, taken->chain[taker].pages, pages);
	EXPECT_SOUND(test, taken);
	return &taken->chain[taker];
}

static void give(struct kunit *test, int taker)
{
	struct bm_taken *taken = test->priv;

	bm_extents_give(&taken->extents, &taken->chain[taker]);
	KUNIT_EXPECT_EQ(test, taken->chain[taker].pages, 0U);
	KUNIT_EXPECT_EQ(test, taken->chain[taker].first, BM_NO_PAGE);
	EXPECT_SOUND(test, taken);
}

static u32 count_extents(const struct bm_taken *taken,
			 const struct bm_chain *chain)
{
	u32 first, extents = 0;

	for (first = chain->first; first != BM_NO_PAGE;
	     first = taken->record[first].next)
		extents++;
	return extents;
}

static void expect_all_free(struct kunit *test)
{
	struct bm_taken *taken = test->priv;

	EXPECT_SOUND(test, taken);
	KUNIT_EXPECT_EQ(test, taken->extents.free.first, 0U);
	KUNIT_EXPECT_EQ(test, taken->extents.free.pages, (u32)PAGES);
	KUNIT_EXPECT_EQ(test, count_extents(taken, &taken->extents.free), 1U);
}

static void test_init_has_one_extent(struct kunit *test)
{
	expect_all_free(test);
}

static void test_take_is_in_order(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, take(test, 0, 3)->first, 0U);
	KUNIT_EXPECT_EQ(test, take(test, 1, 5)->first, 3U);
	KUNIT_EXPECT_EQ(test, take(test, 2, 1)->first, 8U);
}

static void test_take_everything(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	struct bm_chain *all = take(test, 0, PAGES);

	KUNIT_EXPECT_EQ(test, all->first, 0U);
	KUNIT_EXPECT_EQ(test, taken->extents.free.pages, 0U);
	KUNIT_EXPECT_EQ(test, taken->extents.free.first, BM_NO_PAGE);
	KUNIT_EXPECT_EQ(test, taken->extents.free.last, BM_NO_PAGE);
	give(test, 0);
	expect_all_free(test);
}

static void test_take_single_pages(struct kunit *test)
{
	u32 i;

	for (i = 0; i < TAKERS; i++)
		KUNIT_EXPECT_EQ(test, take(test, i, 1)->first, i);
	for (i = 0; i < TAKERS; i++)
		give(test, i);
	expect_all_free(test);
}

/* Eight extents of eight pages; those of the odd takers are free again. */
static void fragment(struct kunit *test)
{
	int i;

	for (i = 0; i < TAKERS; i++)
		take(test, i, PAGES / TAKERS);
	for (i = 1; i < TAKERS; i += 2)
		give(test, i);
}

static void test_take_uses_an_extent_that_is_long_enough(struct kunit *test)
{
	struct bm_taken *taken = test->priv;

	fragment(test);
	give(test, 4);
	/* Free are 8..15, 24..47 and 56..63. */
	KUNIT_EXPECT_EQ(test, take(test, 1, 20)->first, 24U);
	KUNIT_EXPECT_EQ(test, count_extents(taken, &taken->chain[1]), 1U);
}

static void test_take_gathers_what_is_scattered(struct kunit *test)
{
	struct bm_taken *taken = test->priv;

	fragment(test);
	/* Free are 8..15, 24..31, 40..47 and 56..63: none has 20. */
	KUNIT_EXPECT_EQ(test, take(test, 1, 20)->first, 8U);
	KUNIT_EXPECT_EQ(test, count_extents(taken, &taken->chain[1]), 3U);
	KUNIT_EXPECT_EQ(test, taken->extents.free.pages, 12U);
	KUNIT_EXPECT_EQ(test, take(test, 3, 12)->first, 44U);
	KUNIT_EXPECT_EQ(test, taken->extents.free.last, BM_NO_PAGE);
}

static void test_take_the_last_extent(struct kunit *test)
{
	struct bm_taken *taken = test->priv;

	take(test, 0, 60);
	KUNIT_EXPECT_EQ(test, take(test, 1, 4)->first, 60U);
	give(test, 0);
	/* The end of the chain is now the end of 0..59. */
	KUNIT_EXPECT_EQ(test, taken->extents.free.last, 0U);
	give(test, 1);
	expect_all_free(test);
}

/* What is given back lies between two free extents, or at an end. */
struct merge_case {
	const char *name;
	bool before_is_free;
	bool after_is_free;
	u32 extents;
};

static const struct merge_case merge_cases[] = {
	{ "with nothing", false, false, 2 },
	{ "with what is before", true, false, 2 },
	{ "with what is after", false, true, 1 },
	{ "with both", true, true, 1 },
};

static void merge_describe(const struct merge_case *merge, char *text)
{
	strscpy(text, merge->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(merge, merge_cases, merge_describe);

static void test_give_merges(struct kunit *test)
{
	const struct merge_case *param = test->param_value;
	struct bm_taken *taken = test->priv;

	/* 0..9, 10..19, 20..29 and the rest, which is free. */
	take(test, 0, 10);
	take(test, 1, 10);
	take(test, 2, 10);
	if (param->before_is_free)
		give(test, 0);
	if (param->after_is_free)
		give(test, 2);
	give(test, 1);
	KUNIT_EXPECT_EQ(test, count_extents(taken, &taken->extents.free),
			param->extents);
}

static void test_give_in_any_order(struct kunit *test)
{
	static const int orders[][4] = {
		{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 3, 0, 2 }, { 2, 0, 3, 1 },
	};
	int i, k;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		for (k = 0; k < 4; k++)
			take(test, k, 16);
		for (k = 0; k < 4; k++)
			give(test, orders[i][k]);
		expect_all_free(test);
	}
}

static void test_give_of_nothing(struct kunit *test)
{
	take(test, 0, 10);
	give(test, 1);
}

/* As quarantine does: pages of several pools, in the order of their release. */
static void test_give_an_unsorted_chain(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	int i;

	fragment(test);
	for (i = TAKERS - 4; i >= 0; i -= 2)
		bm_chain_join(taken->record, &taken->chain[6], &taken->chain[i]);
	EXPECT_SOUND(test, taken);
	KUNIT_EXPECT_EQ(test, taken->chain[6].first, 48U);
	KUNIT_EXPECT_EQ(test, taken->chain[6].last, 0U);
	give(test, 6);
	expect_all_free(test);
}

static void test_append_merges_what_continues(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	struct bm_chain *chain = &taken->chain[1];
	static const u32 pages[] = { 5, 6, 7, 9, 10, 4, 8 };
	int i;

	take(test, 0, PAGES);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		bm_chain_append(taken->record, chain, pages[i]);
	KUNIT_EXPECT_EQ(test, chain->pages, 7U);
	/* 5..7, 9..10, 4, 8: only what follows the last extent continues it. */
	KUNIT_EXPECT_EQ(test, count_extents(taken, chain), 4U);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		KUNIT_EXPECT_EQ(test, bm_chain_page(taken->record, chain, i),
				pages[i]);
}

static void test_join_moves_all(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	struct bm_chain *a = take(test, 0, 4), *b = take(test, 1, 6);

	bm_chain_join(taken->record, a, b);
	KUNIT_EXPECT_EQ(test, a->pages, 10U);
	KUNIT_EXPECT_EQ(test, b->pages, 0U);
	KUNIT_EXPECT_EQ(test, b->first, BM_NO_PAGE);
	EXPECT_SOUND(test, taken);
	bm_chain_join(taken->record, b, a);
	KUNIT_EXPECT_EQ(test, b->pages, 10U);
	KUNIT_EXPECT_EQ(test, b->last, 4U);
	bm_chain_join(taken->record, b, a);
	KUNIT_EXPECT_EQ(test, b->pages, 10U);
	EXPECT_SOUND(test, taken);
}

static void test_page_of_an_index(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	struct bm_chain *chain;
	static const u32 expected[] = { 8, 15, 24, 31, 40, 43 };
	static const u32 index[] = { 0, 7, 8, 15, 16, 19 };
	int i;

	fragment(test);
	chain = take(test, 1, 20);
	for (i = 0; i < ARRAY_SIZE(index); i++)
		KUNIT_EXPECT_EQ(test, bm_chain_page(taken->record, chain, index[i]),
				expected[i]);
}

static void random_step(struct kunit *test, struct rnd_state *random)
{
	struct bm_taken *taken = test->priv;
	u32 taker = prandom_u32_state(random) % TAKERS;
	u32 other = prandom_u32_state(random) % TAKERS;
	u32 free = taken->extents.free.pages;

	if (!taken->chain[taker].pages) {
		if (free)
			take(test, taker, 1 + prandom_u32_state(random) % free);
	} else if (other != taker && prandom_u32_state(random) % 4 == 0) {
		bm_chain_join(taken->record, &taken->chain[other],
			      &taken->chain[taker]);
		EXPECT_SOUND(test, taken);
	} else {
		give(test, taker);
	}
}

static void test_random_sequence(struct kunit *test)
{
	struct rnd_state random;
	int i;

	prandom_seed_state(&random, 21);
	for (i = 0; i < 5000 && test->status == KUNIT_SUCCESS; i++)
		random_step(test, &random);
	for (i = 0; i < TAKERS; i++)
		give(test, i);
	expect_all_free(test);
}

static void test_give_single_pages_out_of_order(struct kunit *test)
{
	struct bm_taken *taken = test->priv;
	u32 i;

	take(test, 0, PAGES);
	bm_chain_init(&taken->chain[0]);
	/* Even pages to one chain and odd ones to another, in leaps. */
	for (i = 0; i < PAGES; i++)
		bm_chain_append(taken->record, &taken->chain[i % 2 + 1],
				i * 37 % PAGES);
	EXPECT_SOUND(test, taken);
	give(test, 2);
	KUNIT_EXPECT_EQ(test, count_extents(taken, &taken->extents.free),
			PAGES / 2U);
	give(test, 1);
	expect_all_free(test);
}

static struct kunit_case bm_extent_cases[] = {
	KUNIT_CASE(test_init_has_one_extent),
	KUNIT_CASE(test_take_is_in_order),
	KUNIT_CASE(test_take_everything),
	KUNIT_CASE(test_take_single_pages),
	KUNIT_CASE(test_take_uses_an_extent_that_is_long_enough),
	KUNIT_CASE(test_take_gathers_what_is_scattered),
	KUNIT_CASE(test_take_the_last_extent),
	KUNIT_CASE_PARAM(test_give_merges, merge_gen_params),
	KUNIT_CASE(test_give_in_any_order),
	KUNIT_CASE(test_give_of_nothing),
	KUNIT_CASE(test_give_an_unsorted_chain),
	KUNIT_CASE(test_give_single_pages_out_of_order),
	KUNIT_CASE(test_append_merges_what_continues),
	KUNIT_CASE(test_join_moves_all),
	KUNIT_CASE(test_page_of_an_index),
	KUNIT_CASE(test_random_sequence),
	{}
};

struct kunit_suite bm_extent_suite = {
	.name = "budgetmem_extent",
	.init = bm_extent_init,
	.test_cases = bm_extent_cases,
};
