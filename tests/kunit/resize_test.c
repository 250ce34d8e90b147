// SPDX-License-Identifier: GPL-2.0-only
/*
 * Budgets that grow and shrink: every page keeps its owner and its contents, and those
 * that go were free.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "../../module/table.h"
#include "fixture.h"
#include "suites.h"

static struct bm_verdict verdict;

/* As if a table gave "main" that many pages. */
static int resize(struct kunit *test, u32 pages)
{
	struct bm_table *table = bm_fixture_table(test);
	const struct bm_table_wish wish = { .table = table };
	int err;

	table->entry[0].size = bm_pages_to_bytes(pages);
	err = bm_table_apply(bm_fixture_system(test), &wish, &verdict);
	BM_EXPECT_SOUND(test);
	return err;
}

/* Pools of one page each, as many as there may be; those of @mask stay. */
static void make_pattern(struct kunit *test, struct bm_client *client, u32 mask,
			 struct bm_pool **pool)
{
	char name[] = "a";
	u32 i;

	for (i = 0; i < BM_MAIN_POOLS; i++, name[0]++) {
		pool[i] = bm_fixture_pool(test, client, name, 1 + i % 3);
		bm_pool_fill(pool[i], i + 1);
	}
	for (i = 0; i < BM_MAIN_POOLS; i++)
		if (!(mask & 1u << i)) {
			bm_fixture_destroy(test, pool[i]);
			pool[i] = NULL;
		}
}

static void expect_pattern(struct kunit *test, struct bm_pool **pool)
{
	u32 i;

	for (i = 0; i < BM_MAIN_POOLS; i++)
		if (pool[i])
			KUNIT_EXPECT_TRUE(test, bm_pool_is(pool[i], i + 1));
}

/* Many sets of pools that stay, shrunk to what they take and one more. */
static void test_many_patterns(struct kunit *test)
{
	struct bm_pool *pool[BM_MAIN_POOLS];
	struct bm_client *client;
	u32 mask, used;

	for (mask = 1; mask < 1u << BM_MAIN_POOLS; mask += 7) {
		client = bm_fixture_bind(test, BM_MAIN);
		make_pattern(test, client, mask, pool);
		used = client->budget->account.used >> PAGE_SHIFT;
		KUNIT_ASSERT_EQ(test, resize(test, used + 1), 0);
		expect_pattern(test, pool);
		KUNIT_ASSERT_EQ(test, resize(test, used), 0);
		expect_pattern(test, pool);
		KUNIT_EXPECT_EQ(test, client->budget->pages.extents.free.pages, 0U);
		KUNIT_ASSERT_EQ(test, resize(test, BM_MAIN_PAGES), 0);
		expect_pattern(test, pool);
		bm_fixture_end(test, client);
		if (test->status != KUNIT_SUCCESS)
			return;
	}
}

/* Pools have the very pages that they had before: mappings go on to show them. */
static void test_pages_stay(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool[BM_MAIN_POOLS];
	struct page *page[3];
	u32 i;

	make_pattern(test, client, 0xa4, pool);
	for (i = 0; i < 3; i++)
		page[i] = bm_pool_page(pool[5], i);
	KUNIT_ASSERT_EQ(test, pool[5]->chain.pages, 3U);
	KUNIT_ASSERT_EQ(test, resize(test, 12), 0);
	KUNIT_ASSERT_EQ(test, resize(test, 40), 0);
	KUNIT_ASSERT_EQ(test, resize(test, 13), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_PTR_EQ(test, bm_pool_page(pool[5], i), page[i]);
	expect_pattern(test, pool);
}

static void test_shrinks_below_what_is_used(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_account before;

	bm_fixture_pool(test, client, "a", 7);
	before = client->budget->account;
	KUNIT_EXPECT_EQ(test, resize(test, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, (int)verdict.reason, (int)BUDGETMEM_REASON_IN_USE);
	KUNIT_EXPECT_EQ(test, verdict.failed, 0U);
	KUNIT_EXPECT_EQ(test, verdict.missing, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, memcmp(&before, &client->budget->account,
				     sizeof(before)), 0);
}

static void test_limits_follow(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", BM_MAIN_PAGES);

	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "b", 1, &pool), -EDQUOT);
	KUNIT_ASSERT_EQ(test, resize(test, BM_MAIN_PAGES + 2), 0);
	pool = bm_fixture_pool(test, client, "b", 2);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	bm_fixture_destroy(test, pool);
	bm_fixture_destroy(test, bm_fixture_find_name(client, "a"));
	KUNIT_ASSERT_EQ(test, resize(test, 3), 0);
	KUNIT_EXPECT_EQ(test, client->account.limit, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->account.high_water, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "c", 4, &pool), -EDQUOT);
	bm_fixture_pool(test, client, "c", 3);
}

/* A page that is pinned stays in quarantine, under its new number. */
static void test_quarantine_is_renumbered(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool[BM_MAIN_POOLS];
	struct page *page;

	make_pattern(test, client, 0xff, pool);
	page = bm_pool_page(pool[5], 1);
	get_page(page);
	bm_fixture_end(test, client);
	KUNIT_ASSERT_EQ(test, resize(test, 2), 0);
	KUNIT_EXPECT_EQ(test, budget->quarantined, 1U);
	KUNIT_EXPECT_PTR_EQ(test, bm_pages_find(&budget->pages,
						budget->quarantine.first), page);
	KUNIT_EXPECT_EQ(test, resize(test, 1), 0);
	put_page(page);
	KUNIT_ASSERT_EQ(test, resize(test, BM_MAIN_PAGES), 0);
	bm_budget_sweep(budget);
	KUNIT_EXPECT_EQ(test, budget->quarantined, 0U);
	BM_EXPECT_SOUND(test);
}

/* Prepared and withdrawn pools have pages too. */
static void test_prepared_pool_is_renumbered(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *first = bm_fixture_pool(test, client, "first", 6), *pool;

	KUNIT_ASSERT_EQ(test, bm_pool_begin(client, "a", bm_pages_to_bytes(2),
					    &pool), 0);
	bm_pool_fill(pool, 0x5a);
	bm_fixture_destroy(test, first);
	KUNIT_ASSERT_EQ(test, resize(test, 2), 0);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x5a));
	KUNIT_EXPECT_EQ(test, bm_pool_publish(pool), 0);
	BM_EXPECT_SOUND(test);
}

static void test_detached_pool_is_renumbered(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *first = bm_fixture_pool(test, client, "first", 6);
	struct bm_pool *pool = bm_fixture_persistent(test, client, "kept", 3);

	bm_pool_fill(pool, 0x5a);
	bm_fixture_destroy(test, first);
	bm_fixture_end(test, client);
	KUNIT_ASSERT_EQ(test, resize(test, 3), 0);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x5a));
	KUNIT_EXPECT_EQ(test, resize(test, 2), -EBUSY);
}

/* What was free on both sides of pages that went, and came free meanwhile. */
static int give_back_meanwhile(const struct bm_verdict *told, void *data)
{
	struct bm_pool *pool = data;

	return bm_pool_destroy(pool->client, bm_pool_offset(pool));
}

static void test_free_neighbours_are_merged(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 4);
	struct bm_table *table = bm_fixture_table(test);
	const struct bm_table_wish wish = {
		.table = table,
		.tell = give_back_meanwhile,
		.data = pool,
	};

	table->entry[0].size = bm_pages_to_bytes(BM_MAIN_PAGES - 5);
	KUNIT_ASSERT_EQ(test, bm_table_apply(bm_fixture_system(test), &wish,
					     &verdict), 0);
	KUNIT_EXPECT_EQ(test, client->budget->pages.extents.record[0].pages,
			BM_MAIN_PAGES - 5U);
	BM_EXPECT_SOUND(test);
}

static void random_step(struct kunit *test, struct rnd_state *random,
			struct bm_client *client, struct bm_pool **pool)
{
	u32 i = prandom_u32_state(random) % BM_MAIN_POOLS;
	char name[] = { 'a' + i, 0 };

	if (pool[i]) {
		KUNIT_EXPECT_TRUE(test, bm_pool_is(pool[i], i + 1));
		bm_fixture_destroy(test, pool[i]);
		pool[i] = NULL;
	} else if (!bm_pool_create(client, name,
				   1 + prandom_u32_state(random) % 5, &pool[i])) {
		KUNIT_EXPECT_TRUE(test, bm_pool_is(pool[i], 0));
		bm_pool_fill(pool[i], i + 1);
	} else {
		pool[i] = NULL;
	}
}

static void test_random_sizes(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool[BM_MAIN_POOLS] = {};
	struct rnd_state random;
	int i, err;

	prandom_seed_state(&random, 25);
	for (i = 0; i < 150 && test->status == KUNIT_SUCCESS; i++) {
		random_step(test, &random, client, pool);
		err = resize(test, 1 + prandom_u32_state(&random) % 60);
		KUNIT_EXPECT_TRUE(test, err == 0 || err == -EBUSY);
		expect_pattern(test, pool);
	}
}

static struct kunit_case bm_resize_cases[] = {
	KUNIT_CASE(test_many_patterns),
	KUNIT_CASE(test_pages_stay),
	KUNIT_CASE(test_shrinks_below_what_is_used),
	KUNIT_CASE(test_limits_follow),
	KUNIT_CASE(test_quarantine_is_renumbered),
	KUNIT_CASE(test_prepared_pool_is_renumbered),
	KUNIT_CASE(test_detached_pool_is_renumbered),
	KUNIT_CASE(test_free_neighbours_are_merged),
	KUNIT_CASE(test_random_sizes),
	{}
};

struct kunit_suite bm_resize_suite = {
	.name = "budgetmem_resize",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_resize_cases,
};
