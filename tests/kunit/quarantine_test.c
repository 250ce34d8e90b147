// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quarantine (G6): a page that somebody still holds when its pool is given back
 * goes to nobody else until it is let go.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "fixture.h"
#include "suites.h"

/* Takes a reference like somebody who reads or writes the page directly. */
static struct page *pin(const struct bm_pool *pool, u32 index)
{
	struct page *page = bm_pool_page(pool, index);

	get_page(page);
	return page;
}

static u64 quarantined(const struct bm_budget *budget)
{
	return bm_pages_to_bytes(budget->quarantined);
}

static bool pool_has(const struct bm_pool *pool, const struct page *page)
{
	u32 i;

	for (i = 0; i < pool->chain.pages; i++)
		if (bm_pool_page(pool, i) == page)
			return true;
	return false;
}

/* The whole life of a pinned page. */
static void test_pinned_page_is_kept_apart(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 5), *all;
	struct page *page = pin(pool, 2);

	bm_pool_fill(pool, 0x5a);
	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_EQ(test, quarantined(budget), (u64)PAGE_SIZE);
	/* The budget goes on being charged, the client does not. */
	KUNIT_EXPECT_EQ(test, budget->account.used, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, client->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, budget->pools, 0U);
	/* It belongs to who has pinned it, contents and all. */
	KUNIT_EXPECT_TRUE(test, bm_page_is(page, 0x5a));
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	BM_EXPECT_SOUND(test);

	/* It is handed to nobody. */
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "b", BM_MAIN_PAGES, &all),
			-EDQUOT);
	all = bm_fixture_pool(test, client, "b", BM_MAIN_PAGES - 1);
	KUNIT_EXPECT_FALSE(test, pool_has(all, page));
	KUNIT_EXPECT_TRUE(test, bm_pool_is(all, 0));
	BM_EXPECT_SOUND(test);

	/* Not until it is let go; and then it is zero. */
	bm_page_fill(page, 0xc3);
	put_page(page);
	bm_budget_sweep(budget);
	KUNIT_EXPECT_EQ(test, quarantined(budget), 0ULL);
	KUNIT_EXPECT_EQ(test, budget->account.used,
			bm_pages_to_bytes(BM_MAIN_PAGES - 1));
	KUNIT_EXPECT_TRUE(test, bm_page_is(page, 0));
	BM_EXPECT_SOUND(test);
	all = bm_fixture_pool(test, client, "c", 1);
	KUNIT_EXPECT_TRUE(test, pool_has(all, page));
	KUNIT_EXPECT_TRUE(test, bm_pool_is(all, 0));
}

static void test_sweep_leaves_what_is_pinned(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	struct page *page = pin(pool, 0), *twice = pin(pool, 2);

	get_page(twice);
	bm_pool_fill(pool, 0x5a);
	bm_fixture_end(test, client);
	bm_budget_sweep(budget);
	KUNIT_EXPECT_EQ(test, quarantined(budget), bm_pages_to_bytes(2));
	put_page(page);
	put_page(twice);
	bm_budget_sweep(budget);
	KUNIT_EXPECT_EQ(test, quarantined(budget), (u64)PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, bm_page_is(twice, 0x5a));
	BM_EXPECT_SOUND(test);
	put_page(twice);
	bm_budget_sweep(budget);
	KUNIT_EXPECT_EQ(test, budget->account.used, 0ULL);
	BM_EXPECT_SOUND(test);
}

/* Whoever needs the page gets it as soon as it is there. */
static void test_charge_looks_into_quarantine(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", BM_SMALL_PAGES);
	struct page *page = pin(pool, 1);

	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "a", BM_SMALL_PAGES, &pool),
			-EDQUOT);
	KUNIT_EXPECT_EQ(test, client->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, budget->refused_over_budget, 1ULL);
	put_page(page);
	pool = bm_fixture_pool(test, client, "a", BM_SMALL_PAGES);
	KUNIT_EXPECT_TRUE(test, pool_has(pool, page));
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	KUNIT_EXPECT_EQ(test, quarantined(budget), 0ULL);
	BM_EXPECT_SOUND(test);
}

static void describe(struct bm_budget *budget, struct budgetmem_budget_info *info)
{
	bm_budget_sweep(budget);
	mutex_lock(&budget->system->lock);
	bm_budget_describe_locked(budget, info);
	mutex_unlock(&budget->system->lock);
}

static void test_describe_tells_quarantine(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 4);
	struct page *page = pin(pool, 1);
	struct budgetmem_budget_info info = {};

	bm_fixture_destroy(test, pool);
	describe(client->budget, &info);
	KUNIT_EXPECT_EQ(test, info.quarantined, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, info.used, (u64)PAGE_SIZE);
	put_page(page);
	describe(client->budget, &info);
	KUNIT_EXPECT_EQ(test, info.quarantined, 0ULL);
	KUNIT_EXPECT_EQ(test, info.used, 0ULL);
	KUNIT_EXPECT_EQ(test, info.high_water, bm_pages_to_bytes(4));
}

static void test_every_page_is_pinned(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", BM_MAIN_PAGES);
	struct bm_budget *budget = client->budget;
	struct page *page[BM_MAIN_PAGES];
	int i;

	for (i = 0; i < BM_MAIN_PAGES; i++)
		page[i] = pin(pool, i);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, quarantined(budget), bm_pages_to_bytes(BM_MAIN_PAGES));
	BM_EXPECT_SOUND(test);
	client = bm_fixture_bind(test, BM_MAIN);
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "a", 1, &pool), -EDQUOT);
	/* From the last to the first, one at a time. */
	for (i = BM_MAIN_PAGES - 1; i >= 0; i--) {
		put_page(page[i]);
		bm_budget_sweep(budget);
		KUNIT_EXPECT_EQ(test, quarantined(budget), bm_pages_to_bytes(i));
		BM_EXPECT_SOUND(test);
	}
}

/* A prepared pool that is never published is looked at like any other. */
static void test_prepared_pool_with_a_pin(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;
	struct page *page;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_begin(client, "a", bm_pages_to_bytes(2),
					       &pool));
	page = pin(pool, 0);
	bm_pool_give_back(pool);
	KUNIT_EXPECT_EQ(test, quarantined(client->budget), (u64)PAGE_SIZE);
	put_page(page);
	bm_budget_sweep(client->budget);
	KUNIT_EXPECT_EQ(test, quarantined(client->budget), 0ULL);
	BM_EXPECT_SOUND(test);
}

static void test_quarantine_is_the_budgets_own(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *far = bm_fixture_bind(test, BM_SMALL);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct page *page = pin(pool, 0);

	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_EQ(test, quarantined(far->budget), 0ULL);
	KUNIT_EXPECT_EQ(test, bm_pool_create(far, "a", BM_SMALL_PAGES, &pool), 0);
	put_page(page);
}

/* Memory that the machine found to be bad is handed to nobody, ever. */
static void test_bad_page_is_kept_apart(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", BM_SMALL_PAGES);
	struct page *page = bm_pool_page(pool, 1);

	if (!IS_ENABLED(CONFIG_MEMORY_FAILURE))
		kunit_skip(test, "this kernel marks no bad pages");
	SetPageHWPoison(page);
	bm_fixture_destroy(test, pool);
	bm_budget_sweep(client->budget);
	KUNIT_EXPECT_EQ(test, quarantined(client->budget), (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "a", BM_SMALL_PAGES, &pool),
			-EDQUOT);
	pool = bm_fixture_pool(test, client, "a", BM_SMALL_PAGES - 1);
	KUNIT_EXPECT_FALSE(test, pool_has(pool, page));
	BM_EXPECT_SOUND(test);
	ClearPageHWPoison(page);
}

/**
 * struct bm_pins - a random sequence
 * @random: fixed seed
 * @client: whose pools they are
 * @pool: NULL elsewhere
 * @page: that are pinned, of pools that are gone, too; NULL elsewhere
 */
struct bm_pins {
	struct rnd_state random;
	struct bm_client *client;
	struct bm_pool *pool[BM_MAIN_POOLS];
	struct page *page[BM_MAIN_PAGES];
};

static u32 turn(struct bm_pins *pins, u32 below)
{
	return prandom_u32_state(&pins->random) % below;
}

static void random_pin(struct bm_pins *pins)
{
	u32 slot = turn(pins, BM_MAIN_PAGES);
	struct bm_pool *pool = pins->pool[turn(pins, BM_MAIN_POOLS)];

	if (pins->page[slot]) {
		put_page(pins->page[slot]);
		pins->page[slot] = NULL;
	} else if (pool) {
		pins->page[slot] = pin(pool, turn(pins, pool->chain.pages));
	}
}

static void random_pool(struct kunit *test, struct bm_pins *pins)
{
	u32 slot = turn(pins, BM_MAIN_POOLS), i;
	char name[] = { 'a' + slot, 0 };
	struct bm_pool *pool;

	if (pins->pool[slot]) {
		bm_fixture_destroy(test, pins->pool[slot]);
		pins->pool[slot] = NULL;
		return;
	}
	if (bm_pool_create(pins->client, name, 1 + turn(pins, 9), &pool))
		return;
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	for (i = 0; i < BM_MAIN_PAGES; i++)
		if (pins->page[i])
			KUNIT_EXPECT_FALSE(test, pool_has(pool, pins->page[i]));
	bm_pool_fill(pool, 1 + turn(pins, 255));
	pins->pool[slot] = pool;
}

static void test_random_pins(struct kunit *test)
{
	struct bm_pins *pins = kunit_kzalloc(test, sizeof(*pins), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pins);
	prandom_seed_state(&pins->random, 24);
	pins->client = bm_fixture_bind(test, BM_MAIN);
	for (i = 0; i < 3000 && test->status == KUNIT_SUCCESS; i++) {
		if (turn(pins, 2))
			random_pin(pins);
		else
			random_pool(test, pins);
		BM_EXPECT_SOUND(test);
	}
	for (i = 0; i < BM_MAIN_PAGES; i++)
		if (pins->page[i])
			put_page(pins->page[i]);
}

static struct kunit_case bm_quarantine_cases[] = {
	KUNIT_CASE(test_pinned_page_is_kept_apart),
	KUNIT_CASE(test_sweep_leaves_what_is_pinned),
	KUNIT_CASE(test_charge_looks_into_quarantine),
	KUNIT_CASE(test_describe_tells_quarantine),
	KUNIT_CASE(test_every_page_is_pinned),
	KUNIT_CASE(test_prepared_pool_with_a_pin),
	KUNIT_CASE(test_quarantine_is_the_budgets_own),
	KUNIT_CASE(test_bad_page_is_kept_apart),
	KUNIT_CASE(test_random_pins),
	{}
};

struct kunit_suite bm_quarantine_suite = {
	.name = "budgetmem_quarantine",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_quarantine_cases,
};
