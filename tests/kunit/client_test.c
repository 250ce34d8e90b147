// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients: bound to a budget, seen when published, gone with all they had.
 */
#include <kunit/test.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "fixture.h"
#include "shortage.h"
#include "suites.h"

static int prepare(struct kunit *test, const char *budget,
		   const struct file *file)
{
	struct bm_client *client;
	int err = bm_client_prepare(bm_fixture_system(test), file, budget,
				    &client);

	if (!err)
		bm_client_end(client);
	return err;
}

static void test_prepare_fills_in_a_client(struct kunit *test)
{
	struct bm_client *client = bm_fixture_prepare(test, BM_MAIN);
	struct bm_budget *budget = bm_fixture_budget(test, BM_MAIN);

	KUNIT_EXPECT_PTR_EQ(test, client->budget, budget);
	KUNIT_EXPECT_EQ(test, client->number, 1ULL);
	KUNIT_EXPECT_FALSE(test, client->published);
	KUNIT_EXPECT_EQ(test, client->phase, BUDGETMEM_PHASE_INIT);
	KUNIT_EXPECT_EQ(test, client->account.limit, budget->account.limit);
	KUNIT_EXPECT_EQ(test, client->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, client->account.high_water, 0ULL);
	KUNIT_EXPECT_EQ(test, client->refused, 0ULL);
	KUNIT_EXPECT_PTR_EQ(test, client->pid, task_tgid(current));
	KUNIT_EXPECT_TRUE(test, uid_eq(client->uid, current_fsuid()));
	KUNIT_EXPECT_STREQ(test, client->command, current->group_leader->comm);
	BM_EXPECT_SOUND(test);
}

static void test_client_counts_when_published(struct kunit *test)
{
	struct bm_client *client = bm_fixture_prepare(test, BM_MAIN);
	struct bm_budget *budget = client->budget;

	KUNIT_EXPECT_EQ(test, budget->clients, 0U);
	bm_fixture_publish(client);
	KUNIT_EXPECT_TRUE(test, client->published);
	KUNIT_EXPECT_EQ(test, budget->clients, 1U);
	BM_EXPECT_SOUND(test);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, budget->clients, 0U);
	BM_EXPECT_SOUND(test);
}

static void test_end_of_a_client_that_was_not_published(struct kunit *test)
{
	struct bm_client *client = bm_fixture_prepare(test, BM_SMALL);
	struct bm_budget *budget = client->budget;

	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, budget->clients, 0U);
	BM_EXPECT_SOUND(test);
	/* The only one that this budget has can be taken again. */
	bm_fixture_prepare(test, BM_SMALL);
}

static void test_no_such_budget(struct kunit *test)
{
	const struct file *file = bm_fixture_root(test);

	KUNIT_EXPECT_EQ(test, prepare(test, "none", file), -ENOENT);
	KUNIT_EXPECT_EQ(test, prepare(test, "mai", file), -ENOENT);
	KUNIT_EXPECT_EQ(test, prepare(test, "main2", file), -ENOENT);
	BM_EXPECT_SOUND(test);
}

static void test_access_is_refused(struct kunit *test)
{
	const struct file *file = bm_fixture_stranger(test);
	struct bm_budget *closed = bm_fixture_budget(test, BM_CLOSED);

	KUNIT_EXPECT_EQ(test, prepare(test, BM_CLOSED, file), -EACCES);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_CLOSED, file), -EACCES);
	KUNIT_EXPECT_EQ(test, closed->refused_access, 2ULL);
	KUNIT_EXPECT_EQ(test, closed->refused_over_budget, 0ULL);
	KUNIT_EXPECT_EQ(test, closed->refused_locked, 0ULL);
	BM_EXPECT_SOUND(test);
}

/* Who may see but not bind does not get in. */
static void test_seeing_is_not_binding(struct kunit *test)
{
	const struct file *file = bm_fixture_stranger(test);
	struct cred *cred = bm_fixture_cred(test);

	cred->fsgid = KGIDT_INIT(BM_SMALL_GID);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_SMALL, file), -EACCES);
	cred->fsuid = KUIDT_INIT(BM_SMALL_UID);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_SMALL, file), 0);
}

static void test_opener_is_remembered(struct kunit *test)
{
	struct bm_client *client;

	cap_raise(bm_fixture_cred(test)->cap_effective, CAP_SYS_ADMIN);
	KUNIT_ASSERT_EQ(test, 0, bm_client_prepare(bm_fixture_system(test),
						   bm_fixture_stranger(test),
						   BM_MAIN, &client));
	KUNIT_EXPECT_EQ(test, __kuid_val(client->uid), (u32)BM_STRANGER);
	bm_client_end(client);
}

/* G1 for clients: as many as the limit, and not one more. */
static void test_number_of_clients_is_limited(struct kunit *test)
{
	struct bm_budget *budget = bm_fixture_budget(test, BM_MAIN);
	struct bm_client *client[BM_MAIN_CLIENTS];
	const struct file *file = bm_fixture_root(test);
	int i;

	for (i = 0; i < BM_MAIN_CLIENTS; i++) {
		client[i] = bm_fixture_bind(test, BM_MAIN);
		BM_EXPECT_SOUND(test);
	}
	KUNIT_EXPECT_EQ(test, budget->clients, (u32)BM_MAIN_CLIENTS);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_MAIN, file), -EDQUOT);
	KUNIT_EXPECT_EQ(test, budget->refused_over_budget, 1ULL);
	KUNIT_EXPECT_EQ(test, budget->clients, (u32)BM_MAIN_CLIENTS);
	/* Another budget has its own. */
	KUNIT_EXPECT_EQ(test, prepare(test, BM_SMALL, file), 0);

	bm_fixture_end(test, client[1]);
	bm_fixture_bind(test, BM_MAIN);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_MAIN, file), -EDQUOT);
	BM_EXPECT_SOUND(test);
}

/* One that is not published yet has its place, too. */
static void test_prepared_client_takes_a_place(struct kunit *test)
{
	const struct file *file = bm_fixture_root(test);

	bm_fixture_prepare(test, BM_SMALL);
	KUNIT_EXPECT_EQ(test, prepare(test, BM_SMALL, file), -EDQUOT);
}

static void test_numbers_are_never_used_again(struct kunit *test)
{
	struct bm_client *client;
	u64 last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		client = bm_fixture_bind(test, i % 2 ? BM_MAIN : BM_SMALL);
		KUNIT_EXPECT_GT(test, client->number, last);
		last = client->number;
		bm_fixture_end(test, client);
	}
}

/* Nothing of the one before is left in the object. */
static void test_next_client_starts_anew(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_client *next;

	bm_fixture_pool(test, client, "a", 1);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);
	bm_fixture_end(test, client);
	BM_EXPECT_SOUND(test);

	next = bm_fixture_bind(test, BM_SMALL);
	KUNIT_EXPECT_EQ(test, next->phase, BUDGETMEM_PHASE_INIT);
	KUNIT_EXPECT_EQ(test, next->refused, 0ULL);
	KUNIT_EXPECT_EQ(test, next->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, next->account.high_water, 0ULL);
	KUNIT_EXPECT_NULL(test, bm_fixture_find_name(next, "a"));
	bm_fixture_pool(test, next, "a", BM_SMALL_PAGES);
	BM_EXPECT_SOUND(test);
}

/* G6: published, prepared and withdrawn pools alike. */
static void test_end_gives_all_pools_back(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *prepared, *kept;
	struct bm_budget *budget = client->budget;

	bm_pool_fill(bm_fixture_pool(test, client, "a", 3), 0x5a);
	kept = bm_fixture_pool(test, other, "a", 2);
	bm_pool_fill(kept, 0x77);
	bm_pool_fill(bm_fixture_pool(test, client, "b", 4), 0x5a);
	KUNIT_ASSERT_EQ(test, 0, bm_pool_begin(client, "c", bm_pages_to_bytes(5),
					       &prepared));
	bm_fixture_end(test, client);
	BM_EXPECT_SOUND(test);
	KUNIT_EXPECT_EQ(test, budget->account.used, bm_pages_to_bytes(2));
	KUNIT_EXPECT_EQ(test, budget->pools, 1U);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(kept, 0x77));
}

/* All that a client does; the first error. */
static int live(const struct file *file, struct bm_system *system)
{
	struct budgetmem_client_info info;
	struct bm_client *client;
	struct bm_pool *pool;
	int err;

	err = bm_client_prepare(system, file, BM_MAIN, &client);
	if (err)
		return err;
	bm_fixture_publish(client);
	err = bm_pool_create(client, "a", 5, &pool);
	if (!err)
		err = bm_pool_destroy(client, bm_pool_offset(pool));
	if (!err)
		err = bm_pool_create(client, "b", 3, &pool);
	if (!err)
		err = bm_client_lock(client);
	mutex_lock(&system->lock);
	bm_client_describe_locked(client, &info);
	mutex_unlock(&system->lock);
	bm_client_end(client);
	bm_budget_sweep(system->budget[0]);
	return err;
}

/* What a client needs was set aside with the budget: nothing is allocated. */
static void test_life_allocates_nothing(struct kunit *test)
{
	bool allocated;
	int err;

	BM_SKIP_WITHOUT_SHORTAGE(test);
	bm_shortage_begin(1);
	err = live(bm_fixture_root(test), bm_fixture_system(test));
	allocated = bm_shortage_end();
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_FALSE(test, allocated);
}

/* A pool that nobody knows of yet is used already, and so below the mark. */
static void test_describe_while_a_pool_is_prepared(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_system *system = bm_fixture_system(test);
	struct budgetmem_client_info info = {};
	struct budgetmem_budget_info budget = {};
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, bm_pool_begin(client, "a", PAGE_SIZE, &pool), 0);
	mutex_lock(&system->lock);
	bm_client_describe_locked(client, &info);
	bm_budget_describe_locked(client->budget, &budget);
	mutex_unlock(&system->lock);
	KUNIT_EXPECT_EQ(test, info.pools, 0U);
	KUNIT_EXPECT_EQ(test, info.used, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, info.high_water, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, budget.used, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, budget.high_water, (u64)PAGE_SIZE);
}

static void test_describe(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_system *system = bm_fixture_system(test);
	struct budgetmem_client_info info = {};
	struct bm_pool *pool;

	bm_fixture_pool(test, client, "a", 3);
	bm_fixture_destroy(test, bm_fixture_pool(test, client, "b", 4));
	KUNIT_ASSERT_EQ(test, bm_pool_begin(client, "c", PAGE_SIZE, &pool), 0);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, bm_pool_publish(pool), -EPERM);

	mutex_lock(&system->lock);
	bm_client_describe_locked(client, &info);
	mutex_unlock(&system->lock);
	bm_pool_give_back(pool);

	KUNIT_EXPECT_EQ(test, info.client, client->number);
	KUNIT_EXPECT_STREQ(test, info.budget, BM_MAIN);
	KUNIT_EXPECT_STREQ(test, info.command, current->group_leader->comm);
	KUNIT_EXPECT_EQ(test, info.pid, (u32)task_tgid_vnr(current));
	KUNIT_EXPECT_EQ(test, info.uid, 0U);
	KUNIT_EXPECT_EQ(test, info.phase, (u32)BUDGETMEM_PHASE_LOCKED);
	KUNIT_EXPECT_EQ(test, info.pools, 1U);
	KUNIT_EXPECT_EQ(test, info.used, bm_pages_to_bytes(4));
	KUNIT_EXPECT_EQ(test, info.high_water, bm_pages_to_bytes(7));
	KUNIT_EXPECT_EQ(test, info.refused, 1ULL);
}

static struct kunit_case bm_client_cases[] = {
	KUNIT_CASE(test_prepare_fills_in_a_client),
	KUNIT_CASE(test_client_counts_when_published),
	KUNIT_CASE(test_end_of_a_client_that_was_not_published),
	KUNIT_CASE(test_no_such_budget),
	KUNIT_CASE(test_access_is_refused),
	KUNIT_CASE(test_seeing_is_not_binding),
	KUNIT_CASE(test_opener_is_remembered),
	KUNIT_CASE(test_number_of_clients_is_limited),
	KUNIT_CASE(test_prepared_client_takes_a_place),
	KUNIT_CASE(test_numbers_are_never_used_again),
	KUNIT_CASE(test_next_client_starts_anew),
	KUNIT_CASE(test_end_gives_all_pools_back),
	KUNIT_CASE(test_life_allocates_nothing),
	KUNIT_CASE(test_describe_while_a_pool_is_prepared),
	KUNIT_CASE(test_describe),
	{}
};

struct kunit_suite bm_client_suite = {
	.name = "budgetmem_client",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_client_cases,
};
