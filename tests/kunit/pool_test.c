// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools: prepared, published, found, given back; within the budget and clean.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "fixture.h"
#include "suites.h"

static int prepare(struct bm_client *client, const char *name, u32 pages,
		   struct bm_pool **pool)
{
	return bm_pool_begin(client, name, bm_pages_to_bytes(pages), pool);
}

/* How creating is refused: nothing changes but the counters of refusals. */
static int refused(struct kunit *test, struct bm_client *client, const char *name,
		   u32 pages)
{
	const struct bm_account own = client->account;
	const struct bm_account all = client->budget->account;
	const u64 refused = client->refused;
	struct bm_pool *pool;
	int err = bm_pool_create(client, name, pages, &pool);

	KUNIT_EXPECT_EQ(test, memcmp(&own, &client->account, sizeof(own)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&all, &client->budget->account, sizeof(all)), 0);
	KUNIT_EXPECT_EQ(test, client->refused - refused,
			err == -EDQUOT || err == -EPERM ? 1ULL : 0ULL);
	BM_EXPECT_SOUND(test);
	return err;
}

static void test_prepared_pool_is_charged_and_hidden(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, prepare(client, "a", 3, &pool), 0);
	KUNIT_EXPECT_EQ(test, client->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->budget->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, bm_pool_bytes(pool), bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, client->budget->pools, 0U);
	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, bm_pool_offset(pool)));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, "a"));
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, bm_pool_offset(pool)), -ENOENT);
	BM_EXPECT_SOUND(test);
}

static void test_published_pool_is_found(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);

	KUNIT_EXPECT_EQ(test, client->budget->pools, 1U);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find(client, bm_pool_offset(pool)),
			    pool);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client, "a"), pool);
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, "b"));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, ""));
	BM_EXPECT_SOUND(test);
}

static void test_prepared_pool_is_given_back(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, prepare(client, "a", 3, &pool), 0);
	bm_pool_give_back(pool);
	KUNIT_EXPECT_EQ(test, client->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->account.used, 0ULL);
	/* It has never been a pool for anybody. */
	KUNIT_EXPECT_EQ(test, client->account.high_water, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->account.high_water, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->pools, 0U);
	BM_EXPECT_SOUND(test);
}

static void test_high_water(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 5);

	bm_fixture_pool(test, other, "a", 4);
	bm_fixture_destroy(test, pool);
	bm_fixture_pool(test, other, "b", 3);
	KUNIT_EXPECT_EQ(test, refused(test, other, "c", BM_MAIN_PAGES), -EDQUOT);
	KUNIT_EXPECT_EQ(test, client->account.high_water, bm_pages_to_bytes(5));
	KUNIT_EXPECT_EQ(test, other->account.high_water, bm_pages_to_bytes(7));
	KUNIT_EXPECT_EQ(test, budget->account.high_water, bm_pages_to_bytes(9));
}

static void test_destroyed_pool_is_gone(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	u64 offset = bm_pool_offset(pool);

	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), 0);
	KUNIT_EXPECT_EQ(test, client->budget->pools, 0U);
	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, offset));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(client, "a"));
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), -ENOENT);
	KUNIT_EXPECT_EQ(test, client->refused, 0ULL);
	BM_EXPECT_SOUND(test);
}

/* The same object again, but another offset: the old one leads nowhere. */
static void test_offset_is_not_used_again_at_once(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	u64 last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
		u64 offset = bm_pool_offset(pool);

		KUNIT_EXPECT_NE(test, offset, last);
		KUNIT_EXPECT_NULL(test, bm_fixture_find(client, last));
		last = offset;
		bm_fixture_destroy(test, pool);
	}
}

/* 32-bit kernels number the pages of a file with 32 bits. */
static void test_offset_after_many_uses(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	u32 i;

	for (i = 0; i < BM_MAIN_POOLS; i++)
		client->budget->pool[i].generation = BM_GENERATION_MAX - 2;
	for (i = 0; i < 5; i++) {
		struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
		u64 offset = bm_pool_offset(pool);

		KUNIT_EXPECT_GT(test, offset, 0ULL);
		KUNIT_EXPECT_LT(test, offset >> PAGE_SHIFT, 1ULL << 31);
		KUNIT_EXPECT_EQ(test, offset & ~PAGE_MASK, 0ULL);
		KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find(client, offset), pool);
		bm_fixture_destroy(test, pool);
	}
}

/* What an offset is changed by, so that it means nothing. */
struct offset_case {
	const char *name;
	u64 flip;
};

static const struct offset_case offset_cases[] = {
	{ "not at a page", 1 },
	{ "in the middle of a page", PAGE_SIZE / 2 },
	{ "another pool object", 1ULL << PAGE_SHIFT },
	{ "an object beyond the limit", BM_MAIN_POOLS << PAGE_SHIFT },
	{ "an object far beyond the limit",
	  1ULL << (PAGE_SHIFT + BM_INDEX_BITS - 1) },
	{ "another generation", 1ULL << (PAGE_SHIFT + BM_INDEX_BITS) },
	{ "a generation that is never reached", 1ULL << (PAGE_SHIFT + 31) },
	{ "the highest bit", 1ULL << 63 },
	{ "all bits", U64_MAX },
};

static void offset_describe(const struct offset_case *offset, char *text)
{
	strscpy(text, offset->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(offset, offset_cases, offset_describe);

static void test_offset_means_nothing(struct kunit *test)
{
	const struct offset_case *param = test->param_value;
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	u64 offset = bm_pool_offset(pool) ^ param->flip;

	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, offset));
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), -ENOENT);
	KUNIT_EXPECT_NULL(test, bm_fixture_find(client, 0));
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find_name(client, "a"), pool);
}

static void test_pool_of_another_client(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *far = bm_fixture_bind(test, BM_SMALL);
	u64 offset = bm_pool_offset(bm_fixture_pool(test, client, "a", 1));

	KUNIT_EXPECT_NULL(test, bm_fixture_find(other, offset));
	KUNIT_EXPECT_NULL(test, bm_fixture_find(far, offset));
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(other, "a"));
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(other, offset), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(far, offset), -ENOENT);
	BM_EXPECT_SOUND(test);
}

static void test_name_is_taken(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, prepare(client, "a", 1, &pool), 0);
	/* From the beginning on, not only once it is published. */
	KUNIT_EXPECT_EQ(test, refused(test, client, "a", 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, bm_pool_publish(pool), 0);
	KUNIT_EXPECT_EQ(test, refused(test, client, "a", 1), -EEXIST);
	bm_fixture_pool(test, client, "A", 1);
	bm_fixture_pool(test, other, "a", 1);
	bm_fixture_destroy(test, pool);
	bm_fixture_pool(test, client, "a", 1);
	BM_EXPECT_SOUND(test);
}

/* G1: all of the budget, and not a page more. */
static void test_budget_is_filled_exactly(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;

	KUNIT_EXPECT_EQ(test, refused(test, client, "a", BM_MAIN_PAGES + 1), -EDQUOT);
	pool = bm_fixture_pool(test, client, "a", BM_MAIN_PAGES);
	KUNIT_EXPECT_EQ(test, client->budget->account.used,
			bm_pages_to_bytes(BM_MAIN_PAGES));
	BM_EXPECT_SOUND(test);
	KUNIT_EXPECT_EQ(test, refused(test, client, "b", 1), -EDQUOT);
	bm_fixture_destroy(test, pool);
	bm_fixture_pool(test, client, "b", BM_MAIN_PAGES - 1);
	bm_fixture_pool(test, client, "c", 1);
	KUNIT_EXPECT_EQ(test, refused(test, client, "d", 1), -EDQUOT);
	KUNIT_EXPECT_EQ(test, client->budget->refused_over_budget, 3ULL);
}

static void test_budget_is_shared_by_its_clients(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);

	bm_fixture_pool(test, client, "a", 20);
	KUNIT_EXPECT_EQ(test, refused(test, other, "a", 4), -EDQUOT);
	bm_fixture_pool(test, other, "a", 3);
	KUNIT_EXPECT_EQ(test, refused(test, client, "b", 1), -EDQUOT);
	KUNIT_EXPECT_EQ(test, client->refused, 1ULL);
	KUNIT_EXPECT_EQ(test, other->refused, 1ULL);
}

/* More pages than a u32 counts must not look like few. */
static void test_size_of_many_pages(struct kunit *test)
{
	static const u64 sizes[] = {
		(1ULL << 32) << PAGE_SHIFT,
		((1ULL << 32) + 1) << PAGE_SHIFT,
		S64_MAX & PAGE_MASK,
		(u64)S64_MAX + 1,
		U64_MAX & PAGE_MASK,
	};
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;
	int i;

	bm_fixture_pool(test, client, "a", 1);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_EXPECT_EQ(test, bm_pool_begin(client, "b", sizes[i], &pool),
				-EDQUOT);
		BM_EXPECT_SOUND(test);
	}
	KUNIT_EXPECT_EQ(test, client->account.used, (u64)PAGE_SIZE);
}

static void test_number_of_pools_is_limited(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	char name[] = "0";
	int i;

	for (i = 0; i < BM_MAIN_POOLS; i++) {
		name[0] = '0' + i;
		bm_fixture_pool(test, i % 2 ? client : other, name, 1);
	}
	KUNIT_EXPECT_EQ(test, client->budget->pools, (u32)BM_MAIN_POOLS);
	KUNIT_EXPECT_EQ(test, refused(test, client, "more", 1), -EDQUOT);
	KUNIT_EXPECT_EQ(test, client->budget->refused_over_budget, 1ULL);
	bm_fixture_destroy(test, bm_fixture_find_name(client, "1"));
	bm_fixture_pool(test, other, "more", 1);
	KUNIT_EXPECT_EQ(test, refused(test, client, "more", 1), -EDQUOT);
}

/* Where several errors apply, the contract says which one is told. */
static void test_order_of_errors(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);

	bm_fixture_pool(test, client, "a", 1);
	KUNIT_EXPECT_EQ(test, refused(test, client, "a", BM_SMALL_PAGES), -EEXIST);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, refused(test, client, "a", BM_SMALL_PAGES), -EPERM);
}

static void test_mapped_pool_stays(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 2);
	u64 offset = bm_pool_offset(pool);

	bm_pool_fill(pool, 0x42);
	atomic_inc(&pool->mappings);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_find(client, offset), pool);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x42));
	KUNIT_EXPECT_EQ(test, client->budget->pools, 1U);
	KUNIT_EXPECT_EQ(test, client->refused, 0ULL);
	BM_EXPECT_SOUND(test);
	atomic_dec(&pool->mappings);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, offset), 0);
}

/* G5: whoever comes next finds zeros, whatever was there. */
static void test_pages_are_zero_for_the_next(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *next = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", BM_MAIN_PAGES);

	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	bm_pool_fill(pool, 0xff);
	bm_fixture_destroy(test, pool);

	pool = bm_fixture_pool(test, next, "a", BM_MAIN_PAGES);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	bm_pool_fill(pool, 0xee);
	bm_fixture_end(test, next);

	pool = bm_fixture_pool(test, client, "b", BM_MAIN_PAGES);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
}

/* A page that was never published may have been written all the same. */
static void test_prepared_pool_is_cleaned(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, prepare(client, "a", BM_SMALL_PAGES, &pool), 0);
	bm_pool_fill(pool, 0xff);
	bm_pool_give_back(pool);
	pool = bm_fixture_pool(test, client, "a", BM_SMALL_PAGES);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
}

/* Every page of a pool that lies in pieces is its own, and in order. */
static void test_scattered_pool(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *hole[2], *pool;
	u32 i;

	hole[0] = bm_fixture_pool(test, client, "hole0", 4);
	bm_pool_fill(bm_fixture_pool(test, client, "wall0", 3), 0x11);
	hole[1] = bm_fixture_pool(test, client, "hole1", 5);
	bm_pool_fill(bm_fixture_pool(test, client, "wall1", 6), 0x22);
	bm_fixture_destroy(test, hole[1]);
	bm_fixture_destroy(test, hole[0]);
	BM_EXPECT_SOUND(test);

	/* Free are 4, 5 and 5 pages. */
	pool = bm_fixture_pool(test, client, "a", 14);
	BM_EXPECT_SOUND(test);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	for (i = 0; i < 14; i++)
		bm_page_fill(bm_pool_page(pool, i), 0x80 + i);
	for (i = 0; i < 14; i++)
		KUNIT_EXPECT_TRUE(test, bm_page_is(bm_pool_page(pool, i), 0x80 + i));
	KUNIT_EXPECT_TRUE(test, bm_pool_is(bm_fixture_find_name(client, "wall0"), 0x11));
	KUNIT_EXPECT_TRUE(test, bm_pool_is(bm_fixture_find_name(client, "wall1"), 0x22));
}

/**
 * struct bm_wheel - a random sequence
 * @random: fixed seed
 * @client: several in one budget
 * @pool: what they have, NULL elsewhere
 * @byte: that each pool was filled with
 */
struct bm_wheel {
	struct rnd_state random;
	struct bm_client *client[3];
	struct bm_pool *pool[BM_MAIN_POOLS];
	u8 byte[BM_MAIN_POOLS];
};

static u32 turn(struct bm_wheel *wheel, u32 below)
{
	return prandom_u32_state(&wheel->random) % below;
}

static void random_create(struct kunit *test, struct bm_wheel *wheel, u32 slot)
{
	struct bm_client *client = wheel->client[turn(wheel, 3)];
	u64 left = bm_account_left(&client->budget->account);
	u32 pages = 1 + turn(wheel, BM_MAIN_PAGES / 2);
	char name[] = { 'a' + slot, 0 };
	struct bm_pool *pool;
	int err = bm_pool_create(client, name, pages, &pool);

	KUNIT_EXPECT_EQ(test, err,
			bm_pages_to_bytes(pages) > left ? -EDQUOT : 0);
	if (err)
		return;
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0));
	wheel->byte[slot] = 1 + turn(wheel, 255);
	bm_pool_fill(pool, wheel->byte[slot]);
	wheel->pool[slot] = pool;
}

/* The end of a client takes all its pools along. */
static void random_end(struct kunit *test, struct bm_wheel *wheel)
{
	u32 which = turn(wheel, 3), i;

	for (i = 0; i < BM_MAIN_POOLS; i++)
		if (wheel->pool[i] &&
		    wheel->pool[i]->client == wheel->client[which])
			wheel->pool[i] = NULL;
	bm_fixture_end(test, wheel->client[which]);
	wheel->client[which] = bm_fixture_bind(test, BM_MAIN);
}

static void random_step(struct kunit *test, struct bm_wheel *wheel)
{
	u32 slot = turn(wheel, BM_MAIN_POOLS);

	if (turn(wheel, 20) == 0) {
		random_end(test, wheel);
	} else if (!wheel->pool[slot]) {
		random_create(test, wheel, slot);
	} else {
		KUNIT_EXPECT_TRUE(test, bm_pool_is(wheel->pool[slot],
						   wheel->byte[slot]));
		bm_fixture_destroy(test, wheel->pool[slot]);
		wheel->pool[slot] = NULL;
	}
	BM_EXPECT_SOUND(test);
}

static void test_random_sequence(struct kunit *test)
{
	struct bm_wheel *wheel = kunit_kzalloc(test, sizeof(*wheel), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, wheel);
	prandom_seed_state(&wheel->random, 23);
	for (i = 0; i < 3; i++)
		wheel->client[i] = bm_fixture_bind(test, BM_MAIN);
	for (i = 0; i < 2000 && test->status == KUNIT_SUCCESS; i++)
		random_step(test, wheel);
}

static struct kunit_case bm_pool_cases[] = {
	KUNIT_CASE(test_prepared_pool_is_charged_and_hidden),
	KUNIT_CASE(test_published_pool_is_found),
	KUNIT_CASE(test_prepared_pool_is_given_back),
	KUNIT_CASE(test_high_water),
	KUNIT_CASE(test_destroyed_pool_is_gone),
	KUNIT_CASE(test_offset_is_not_used_again_at_once),
	KUNIT_CASE(test_offset_after_many_uses),
	KUNIT_CASE_PARAM(test_offset_means_nothing, offset_gen_params),
	KUNIT_CASE(test_pool_of_another_client),
	KUNIT_CASE(test_name_is_taken),
	KUNIT_CASE(test_budget_is_filled_exactly),
	KUNIT_CASE(test_budget_is_shared_by_its_clients),
	KUNIT_CASE(test_size_of_many_pages),
	KUNIT_CASE(test_number_of_pools_is_limited),
	KUNIT_CASE(test_order_of_errors),
	KUNIT_CASE(test_mapped_pool_stays),
	KUNIT_CASE(test_pages_are_zero_for_the_next),
	KUNIT_CASE(test_prepared_pool_is_cleaned),
	KUNIT_CASE(test_scattered_pool),
	KUNIT_CASE(test_random_sequence),
	{}
};

struct kunit_suite bm_pool_suite = {
	.name = "budgetmem_pool",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_pool_cases,
};
