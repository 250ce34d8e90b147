// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools that outlive their client: who may attach them, and when they go.
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../../module/detached.h"
#include "fixture.h"
#include "suites.h"

#define PAGES	3

/* As bm_fixture_persistent() made it. */
static const struct bm_pool_wish kept = {
	.name = "kept",
	.bytes = (u64)PAGES << PAGE_SHIFT,
	.layout = 7,
};

/* The pool "kept", filled, whose client has ended. */
static struct bm_pool *leave(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_persistent(test, client, "kept", PAGES);

	bm_pool_fill(pool, 0x5a);
	bm_fixture_end(test, client);
	BM_EXPECT_SOUND(test);
	return pool;
}

/* Both halves of the POOL_ATTACH call. */
static int attach(struct kunit *test, struct bm_client *client,
		  const struct bm_pool_wish *wish)
{
	u64 offset;
	int err = bm_attach_find(client, wish, &offset);

	if (!err)
		err = bm_attach(client, wish, offset);
	BM_EXPECT_SOUND(test);
	return err;
}

static int remove(struct kunit *test, const char *name)
{
	int err = bm_detached_remove(bm_fixture_system(test), BM_MAIN, name);

	BM_EXPECT_SOUND(test);
	return err;
}

/* As a dma-buf of it does that was made while it had a client. */
static void hold(struct bm_pool *pool)
{
	struct bm_system *system = pool->budget->system;

	mutex_lock(&system->lock);
	pool->exports++;
	mutex_unlock(&system->lock);
}

static void test_life(struct kunit *test)
{
	struct bm_budget *budget = bm_fixture_budget(test, BM_MAIN);
	struct bm_pool *pool = leave(test);
	u64 offset = bm_pool_offset(pool);
	struct bm_client *client;

	KUNIT_EXPECT_NULL(test, pool->client);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 1U);
	KUNIT_EXPECT_EQ(test, budget->detached_bytes, kept.bytes);
	KUNIT_EXPECT_EQ(test, budget->account.used, kept.bytes);
	KUNIT_EXPECT_EQ(test, budget->clients, 0U);
	client = bm_fixture_bind(test, BM_MAIN);
	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, offset));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, "kept"));
	KUNIT_ASSERT_EQ(test, attach(test, client, &kept), 0);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find(client, offset), pool);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client, "kept"), pool);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x5a));
	KUNIT_EXPECT_EQ(test, client->account.used, kept.bytes);
	KUNIT_EXPECT_EQ(test, client->account.high_water, kept.bytes);
	KUNIT_EXPECT_EQ(test, pool->client_number, client->number);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 0U);
	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_EQ(test, budget->account.used, 0ULL);
	BM_EXPECT_SOUND(test);
}

static void test_plain_pools_do_not_stay(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;

	bm_fixture_pool(test, client, "a", 1);
	bm_fixture_persistent(test, client, "kept", PAGES);
	bm_fixture_pool(test, client, "b", 2);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, budget->pools, 1U);
	KUNIT_EXPECT_EQ(test, budget->account.used, kept.bytes);
	BM_EXPECT_SOUND(test);
}

/* One that was never published is nobody's to attach. */
static void test_prepared_pool(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool_wish wish = kept;
	struct bm_pool *pool;

	wish.properties = BUDGETMEM_POOL_PERSISTENT;
	KUNIT_ASSERT_EQ(test, bm_pool_prepare(client, &wish, &pool), 0);
	KUNIT_EXPECT_EQ(test, attach(test, other, &kept), -ENOENT);
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), -ENOENT);
	bm_pool_give_back(pool);
	KUNIT_EXPECT_EQ(test, attach(test, other, &kept), -ENOENT);
}

static void test_another_user(struct kunit *test)
{
	struct bm_pool *pool = leave(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	u64 refused = client->budget->refused_access;

	pool->owner = KUIDT_INIT(BM_STRANGER);
	KUNIT_EXPECT_EQ(test, attach(test, client, &kept), -EACCES);
	KUNIT_EXPECT_EQ(test, client->budget->refused_access, refused + 1);
	pool->owner = client->uid;
	KUNIT_EXPECT_EQ(test, attach(test, client, &kept), 0);
}

static void test_another_size_or_layout(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool_wish wish = kept;

	leave(test);
	wish.bytes += PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, attach(test, client, &wish), -EMEDIUMTYPE);
	/* A number of pages that wraps to the right one. */
	wish.bytes = kept.bytes + bm_pages_to_bytes(1ULL << 32);
	KUNIT_EXPECT_EQ(test, attach(test, client, &wish), -EMEDIUMTYPE);
	wish = kept;
	wish.layout ^= 1ULL << 63;
	KUNIT_EXPECT_EQ(test, attach(test, client, &wish), -EMEDIUMTYPE);
	KUNIT_EXPECT_EQ(test, attach(test, client, &kept), 0);
}

static void test_names(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool_wish wish = kept;
	struct bm_pool *pool;

	wish.properties = BUDGETMEM_POOL_PERSISTENT;
	bm_fixture_persistent(test, client, "kept", PAGES);
	KUNIT_EXPECT_EQ(test, bm_pool_prepare(other, &wish, &pool), -EEXIST);
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "kept", 1, &pool), -EEXIST);
	bm_fixture_pool(test, other, "kept", 1);
	KUNIT_EXPECT_EQ(test, attach(test, other, &kept), -EEXIST);
	BM_EXPECT_SOUND(test);
}

static void test_busy_and_locked(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);

	leave(test);
	KUNIT_ASSERT_EQ(test, attach(test, client, &kept), 0);
	KUNIT_EXPECT_EQ(test, attach(test, other, &kept), -EBUSY);
	KUNIT_EXPECT_EQ(test, attach(test, client, &kept), -EEXIST);
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), -EBUSY);
	bm_fixture_end(test, client);
	KUNIT_ASSERT_EQ(test, bm_client_lock(other), 0);
	KUNIT_EXPECT_EQ(test, attach(test, other, &kept), -EPERM);
	KUNIT_EXPECT_EQ(test, other->refused, 1ULL);
}

/* Between both halves somebody else takes it, or another one has its name. */
static void test_it_is_another_one_by_now(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	u64 offset;

	leave(test);
	KUNIT_ASSERT_EQ(test, bm_attach_find(client, &kept, &offset), 0);
	KUNIT_ASSERT_EQ(test, attach(test, other, &kept), 0);
	KUNIT_EXPECT_EQ(test, bm_attach(client, &kept, offset), -EBUSY);
	bm_fixture_end(test, other);
	KUNIT_ASSERT_EQ(test, remove(test, "kept"), 0);
	KUNIT_EXPECT_EQ(test, bm_attach(client, &kept, offset), -ENOENT);
	leave(test);
	KUNIT_EXPECT_EQ(test, bm_attach(client, &kept, offset), -EBUSY);
	BM_EXPECT_SOUND(test);
}

static void test_remove(struct kunit *test)
{
	struct bm_budget *budget = bm_fixture_budget(test, BM_MAIN);
	struct bm_pool *pool = leave(test);
	struct page *page = bm_pool_page(pool, 1);

	KUNIT_EXPECT_EQ(test, remove(test, "nobody"), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_detached_remove(bm_fixture_system(test), "nobody",
						 "kept"), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_detached_remove(bm_fixture_system(test), BM_SMALL,
						 "kept"), -ENOENT);
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), 0);
	KUNIT_EXPECT_EQ(test, budget->account.used, 0ULL);
	KUNIT_EXPECT_TRUE(test, bm_page_is(page, 0));
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), -ENOENT);
}

/* Exported, it goes with the last who holds it, and its name is free at once. */
static void test_remove_while_held(struct kunit *test)
{
	struct bm_budget *budget = bm_fixture_budget(test, BM_MAIN);
	struct bm_pool *pool = leave(test), *second;

	hold(pool);
	hold(pool);
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), 0);
	KUNIT_EXPECT_EQ(test, remove(test, "kept"), -ENOENT);
	KUNIT_EXPECT_EQ(test, budget->account.used, kept.bytes);
	second = leave(test);
	KUNIT_EXPECT_PTR_NE(test, pool, second);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 2U);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x5a));
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 1U);
	KUNIT_EXPECT_EQ(test, budget->account.used, kept.bytes);
	BM_EXPECT_SOUND(test);
}

/* A plain pool that is exported outlives its client as well, until it is let go. */
static void test_held_plain_pool(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 2);
	struct bm_budget *budget = client->budget;

	hold(pool);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, bm_pool_offset(pool)), -EBUSY);
	bm_fixture_end(test, client);
	BM_EXPECT_SOUND(test);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 1U);
	client = bm_fixture_bind(test, BM_MAIN);
	bm_fixture_pool(test, client, "a", 1);
	KUNIT_EXPECT_EQ(test, remove(test, "a"), -ENOENT);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 0U);
	KUNIT_EXPECT_EQ(test, budget->account.used, (u64)PAGE_SIZE);
	BM_EXPECT_SOUND(test);
}

static void test_held_while_its_client_lives(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 2);

	hold(pool);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client, "a"), pool);
	bm_fixture_destroy(test, pool);
	BM_EXPECT_SOUND(test);
}

/* Names that many pools have, of many clients, in a table of a few lists. */
static void test_many_names(struct kunit *test)
{
	struct bm_client *client[BM_MAIN_CLIENTS];
	struct bm_pool *pool[BM_MAIN_CLIENTS];
	u32 i;

	for (i = 0; i < BM_MAIN_CLIENTS; i++) {
		client[i] = bm_fixture_bind(test, BM_MAIN);
		pool[i] = bm_fixture_pool(test, client[i], "same", 1);
		bm_fixture_pool(test, client[i], "other", 1);
	}
	BM_EXPECT_SOUND(test);
	for (i = 0; i < BM_MAIN_CLIENTS; i++)
		KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client[i], "same"),
				    pool[i]);
	for (i = 0; i < BM_MAIN_CLIENTS; i++) {
		bm_fixture_end(test, client[i]);
		BM_EXPECT_SOUND(test);
	}
}

static struct kunit_case bm_detached_cases[] = {
	KUNIT_CASE(test_life),
	KUNIT_CASE(test_plain_pools_do_not_stay),
	KUNIT_CASE(test_prepared_pool),
	KUNIT_CASE(test_another_user),
	KUNIT_CASE(test_another_size_or_layout),
	KUNIT_CASE(test_names),
	KUNIT_CASE(test_busy_and_locked),
	KUNIT_CASE(test_it_is_another_one_by_now),
	KUNIT_CASE(test_remove),
	KUNIT_CASE(test_remove_while_held),
	KUNIT_CASE(test_held_plain_pool),
	KUNIT_CASE(test_held_while_its_client_lives),
	KUNIT_CASE(test_many_names),
	{}
};

struct kunit_suite bm_detached_suite = {
	.name = "budgetmem_detached",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_detached_cases,
};
