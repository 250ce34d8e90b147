// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock of a client (G2): once, for ever, and for everything.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "fixture.h"
#include "suites.h"

static int create(struct bm_client *client, const char *name, u32 pages)
{
	struct bm_pool *pool;

	return bm_pool_create(client, name, pages, &pool);
}

static void test_lock_is_final(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);

	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, client->phase, BUDGETMEM_PHASE_LOCKED);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);
	KUNIT_EXPECT_EQ(test, client->phase, BUDGETMEM_PHASE_LOCKED);
	KUNIT_EXPECT_EQ(test, create(client, "a", 1), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);
	KUNIT_EXPECT_EQ(test, create(client, "a", 1), -EPERM);
	BM_EXPECT_SOUND(test);
}

static void test_lock_leaves_pools_as_they_are(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	u64 offset = bm_pool_offset(pool);

	bm_pool_fill(pool, 0x33);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find(client, offset), pool);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client, "a"), pool);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x33));
	KUNIT_EXPECT_EQ(test, client->account.used, bm_pages_to_bytes(3));
}

/* EPERM comes first, whatever else is wrong with the call. */
static void test_everything_is_refused_alike(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	u64 offset = bm_pool_offset(pool);

	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, create(client, "b", 1), -EPERM);
	KUNIT_EXPECT_EQ(test, create(client, "a", 1), -EPERM);
	KUNIT_EXPECT_EQ(test, create(client, "b", BM_MAIN_PAGES + 1), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, 0), -EPERM);
	atomic_inc(&pool->mappings);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), -EPERM);
	atomic_dec(&pool->mappings);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);

	KUNIT_EXPECT_EQ(test, client->refused, 7ULL);
	KUNIT_EXPECT_EQ(test, client->budget->refused_locked, 7ULL);
	KUNIT_EXPECT_EQ(test, client->budget->refused_over_budget, 0ULL);
	KUNIT_EXPECT_EQ(test, client->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->budget->pools, 1U);
	BM_EXPECT_SOUND(test);
}

/* Creating began before the lock and ends after it: nothing appears. */
static void test_prepared_pool_does_not_appear(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;
	u64 offset;

	bm_fixture_pool(test, client, "a", 3);
	KUNIT_ASSERT_EQ(test, 0, bm_pool_begin(client, "b", bm_pages_to_bytes(4),
					       &pool));
	offset = bm_pool_offset(pool);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, bm_pool_publish(pool), -EPERM);
	KUNIT_EXPECT_EQ(test, client->refused, 1ULL);
	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, offset));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, "b"));
	KUNIT_EXPECT_EQ(test, client->budget->pools, 1U);
	BM_EXPECT_SOUND(test);

	bm_pool_give_back(pool);
	KUNIT_EXPECT_EQ(test, client->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->account.high_water, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->budget->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->budget->pools, 1U);
	BM_EXPECT_SOUND(test);
}

/* A pool that was withdrawn before the lock comes back after it. */
static void test_withdrawn_pool_comes_back(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_system *system = bm_fixture_system(test);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);

	mutex_lock(&system->lock);
	bm_pool_withdraw_locked(pool);
	mutex_unlock(&system->lock);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	bm_pool_give_back(pool);
	KUNIT_EXPECT_EQ(test, client->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->pools, 0U);
	BM_EXPECT_SOUND(test);
}

static void test_other_clients_are_not_locked(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *far = bm_fixture_bind(test, BM_SMALL);

	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, create(other, "a", 1), 0);
	KUNIT_EXPECT_EQ(test, create(far, "a", 1), 0);
	bm_fixture_destroy(test, bm_fixture_find_name(other, "a"));
	KUNIT_EXPECT_EQ(test, bm_client_lock(other), 0);
	KUNIT_EXPECT_EQ(test, other->refused, 0ULL);
	KUNIT_EXPECT_EQ(test, far->budget->refused_locked, 0ULL);
}

static void test_locked_client_ends_like_any_other(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);

	bm_pool_fill(bm_fixture_pool(test, client, "a", BM_SMALL_PAGES), 0x99);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	bm_fixture_end(test, client);
	BM_EXPECT_SOUND(test);
	client = bm_fixture_bind(test, BM_SMALL);
	KUNIT_EXPECT_EQ(test, create(client, "a", BM_SMALL_PAGES), 0);
}

static void test_lock_without_pools(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);

	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, create(client, "a", 1), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, 0), -EPERM);
	KUNIT_EXPECT_EQ(test, client->account.high_water, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->account.high_water, 0ULL);
}

/* What is refused for another reason is not counted as a refusal here. */
static void test_which_refusals_are_counted(struct kunit *test)
{
	static const int errors[] = { -EEXIST, -ENOENT, -EBUSY, -EINVAL };
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;
	struct bm_system *system = bm_fixture_system(test);
	int i;

	mutex_lock(&system->lock);
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		KUNIT_EXPECT_EQ(test, bm_client_refuse_locked(client, errors[i]),
				errors[i]);
	/* The budget counts this one, but the client is not at fault. */
	KUNIT_EXPECT_EQ(test, bm_client_refuse_locked(client, -EACCES), -EACCES);
	KUNIT_EXPECT_EQ(test, client->refused, 0ULL);
	KUNIT_EXPECT_EQ(test, bm_client_refuse_locked(client, -EDQUOT), -EDQUOT);
	KUNIT_EXPECT_EQ(test, bm_client_refuse_locked(client, -EPERM), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_client_refuse_locked(client, -EPERM), -EPERM);
	mutex_unlock(&system->lock);
	KUNIT_EXPECT_EQ(test, client->refused, 3ULL);
	KUNIT_EXPECT_EQ(test, budget->refused_over_budget, 1ULL);
	KUNIT_EXPECT_EQ(test, budget->refused_locked, 2ULL);
	KUNIT_EXPECT_EQ(test, budget->refused_access, 1ULL);
}

static struct kunit_case bm_lock_cases[] = {
	KUNIT_CASE(test_lock_is_final),
	KUNIT_CASE(test_lock_leaves_pools_as_they_are),
	KUNIT_CASE(test_everything_is_refused_alike),
	KUNIT_CASE(test_prepared_pool_does_not_appear),
	KUNIT_CASE(test_withdrawn_pool_comes_back),
	KUNIT_CASE(test_other_clients_are_not_locked),
	KUNIT_CASE(test_locked_client_ends_like_any_other),
	KUNIT_CASE(test_lock_without_pools),
	KUNIT_CASE(test_which_refusals_are_counted),
	{}
};

struct kunit_suite bm_lock_suite = {
	.name = "budgetmem_lock",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_lock_cases,
};
