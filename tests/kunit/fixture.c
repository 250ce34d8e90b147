// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small system for each case. See fixture.h.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../../module/detached.h"
#include "fixture.h"

static struct budgetmem_budget_entry bm_fixture_entries[BM_BUDGETS] = {
	{
		.name = BM_MAIN,
		.size = BM_MAIN_PAGES * PAGE_SIZE,
		.mode = 0600,
		.pool_limit = BM_MAIN_POOLS,
		.client_limit = BM_MAIN_CLIENTS,
		.node = BUDGETMEM_NODE_ANY,
	},
	{
		.name = BM_SMALL,
		.size = BM_SMALL_PAGES * PAGE_SIZE,
		.uid = BM_SMALL_UID,
		.gid = BM_SMALL_GID,
		.mode = 0640,
		.pool_limit = BM_SMALL_POOLS,
		.client_limit = BM_SMALL_CLIENTS,
		.node = BUDGETMEM_NODE_ANY,
	},
	{
		.name = BM_CLOSED,
		.size = PAGE_SIZE,
		.mode = 0000,
		.pool_limit = 1,
		.client_limit = 1,
		.node = BUDGETMEM_NODE_ANY,
	},
};

/* Somebody without privileges, and files of him and of root. */
static void bm_fixture_open(struct kunit *test, struct bm_fixture *fixture)
{
	struct cred *cred = prepare_creds();

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, cred);
	cred->uid = KUIDT_INIT(BM_STRANGER);
	cred->fsuid = KUIDT_INIT(BM_STRANGER);
	cred->fsgid = KGIDT_INIT(BM_STRANGER);
	cap_clear(cred->cap_effective);
	fixture->cred = cred;
	fixture->stranger.f_cred = cred;
	fixture->root.f_cred = current_cred();
}

/* The table of every fixture, for a case to change. */
struct bm_table *bm_fixture_table(struct kunit *test)
{
	struct bm_table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	table->entry = kunit_kzalloc(test, BM_TABLE_ENTRIES * sizeof(*table->entry),
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table->entry);
	memcpy(table->entry, bm_fixture_entries, sizeof(bm_fixture_entries));
	table->entries = BM_BUDGETS;
	return table;
}

/* The .init of suites that want a system. */
int bm_fixture_init(struct kunit *test)
{
	const struct bm_table table = {
		.entry = bm_fixture_entries,
		.entries = ARRAY_SIZE(bm_fixture_entries),
	};
	struct bm_fixture *fixture;
	struct bm_reason reason;
	int err;

	fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fixture);
	test->priv = fixture;
	err = bm_system_set_up(&fixture->system, &table, 0, &reason);
	KUNIT_ASSERT_EQ_MSG(test, err, 0, "%s", reason.text);
	fixture->standing = true;
	bm_fixture_open(test, fixture);
	BM_EXPECT_SOUND(test);
	return 0;
}

/* Nothing is taken, and what is free is one extent of zeroed pages of our own. */
static const char *bm_broken_return(const struct bm_budget *budget)
{
	const struct bm_pages *pages = &budget->pages;
	u32 i;

	if (budget->account.used)
		return "something is still charged";
	if (budget->clients || budget->pools)
		return "a client or a pool is left";
	if (pages->extents.record[0].pages != pages->pages)
		return "what is free is not one extent";
	for (i = 0; i < pages->pages; i++) {
		if (page_count(bm_pages_find(pages, i)) != 1)
			return "somebody holds a page";
		if (!bm_page_is(bm_pages_find(pages, i), 0))
			return "a free page is not zero";
	}
	return "";
}

/*
 * The .exit of suites that want a system. Runs in every case, aborted ones too,
 * and so may not abort.
 */
void bm_fixture_exit(struct kunit *test)
{
	struct bm_fixture *fixture = test->priv;
	struct bm_budget *budget;
	struct bm_system *system;
	u32 i;

	if (!fixture || !fixture->standing)
		return;
	fixture->standing = false;
	system = &fixture->system;
	for (i = 0; i < BM_FIXTURE_CLIENTS; i++)
		if (fixture->client[i])
			bm_client_end(fixture->client[i]);
	for (i = 0; i < system->slots; i++)
		if (system->budget[i]) {
			bm_detached_end(system->budget[i]);
			bm_budget_sweep(system->budget[i]);
		}
	KUNIT_EXPECT_STREQ(test, "", bm_broken_system(system));
	for (i = 0; i < system->slots; i++) {
		budget = system->budget[i];
		if (budget)
			KUNIT_EXPECT_STREQ(test, "", bm_broken_return(budget));
	}
	bm_system_tear_down(system);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&system->held_pages), 0L);
	if (fixture->cred)
		abort_creds(fixture->cred);
}

struct bm_system *bm_fixture_system(struct kunit *test)
{
	struct bm_fixture *fixture = test->priv;

	return &fixture->system;
}

struct bm_budget *bm_fixture_budget(struct kunit *test, const char *name)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_budget *budget;

	mutex_lock(&system->lock);
	budget = bm_budget_find_locked(system, name);
	mutex_unlock(&system->lock);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, budget);
	return budget;
}

const struct file *bm_fixture_root(struct kunit *test)
{
	struct bm_fixture *fixture = test->priv;

	return &fixture->root;
}

const struct file *bm_fixture_stranger(struct kunit *test)
{
	struct bm_fixture *fixture = test->priv;

	return &fixture->stranger;
}

struct cred *bm_fixture_cred(struct kunit *test)
{
	struct bm_fixture *fixture = test->priv;

	return fixture->cred;
}

static struct bm_client **bm_fixture_slot(struct kunit *test,
					  const struct bm_client *client)
{
	struct bm_fixture *fixture = test->priv;
	u32 i;

	for (i = 0; i < BM_FIXTURE_CLIENTS; i++)
		if (fixture->client[i] == client)
			return &fixture->client[i];
	return NULL;
}

/* A client that is not published yet. */
struct bm_client *bm_fixture_prepare(struct kunit *test, const char *budget)
{
	struct bm_client **slot = bm_fixture_slot(test, NULL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, slot);
	KUNIT_ASSERT_EQ(test, 0, bm_client_prepare(bm_fixture_system(test),
						   bm_fixture_root(test), budget,
						   slot));
	return *slot;
}

void bm_fixture_publish(struct bm_client *client)
{
	struct bm_system *system = client->budget->system;

	mutex_lock(&system->lock);
	bm_client_publish_locked(client);
	mutex_unlock(&system->lock);
}

/* A client, as after the BIND call. */
struct bm_client *bm_fixture_bind(struct kunit *test, const char *budget)
{
	struct bm_client *client = bm_fixture_prepare(test, budget);

	bm_fixture_publish(client);
	return client;
}

/* As after the last close. */
void bm_fixture_end(struct kunit *test, struct bm_client *client)
{
	struct bm_client **slot = bm_fixture_slot(test, client);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, slot);
	*slot = NULL;
	bm_client_end(client);
}

/* The first half of the POOL_CREATE call. */
int bm_pool_begin(struct bm_client *client, const char *name, u64 bytes,
		  struct bm_pool **begun)
{
	const struct bm_pool_wish wish = {
		.name = name,
		.bytes = bytes,
	};

	return bm_pool_prepare(client, &wish, begun);
}

/* As the POOL_CREATE call. @created is valid after success only. */
int bm_pool_create(struct bm_client *client, const char *name, u32 pages,
		   struct bm_pool **created)
{
	int err;

	err = bm_pool_begin(client, name, bm_pages_to_bytes(pages), created);
	if (err)
		return err;
	err = bm_pool_publish(*created);
	if (err)
		bm_pool_give_back(*created);
	return err;
}

/* A persistent one, of layout 7. */
struct bm_pool *bm_fixture_persistent(struct kunit *test, struct bm_client *client,
				      const char *name, u32 pages)
{
	const struct bm_pool_wish wish = {
		.name = name,
		.bytes = bm_pages_to_bytes(pages),
		.layout = 7,
		.properties = BUDGETMEM_POOL_PERSISTENT,
	};
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_prepare(client, &wish, &pool));
	KUNIT_ASSERT_EQ(test, 0, bm_pool_publish(pool));
	return pool;
}

struct bm_pool *bm_fixture_pool(struct kunit *test, struct bm_client *client,
				const char *name, u32 pages)
{
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_create(client, name, pages, &pool));
	return pool;
}

void bm_fixture_destroy(struct kunit *test, struct bm_pool *pool)
{
	KUNIT_ASSERT_EQ(test, 0, bm_pool_destroy(pool->client,
						 bm_pool_offset(pool)));
}

struct bm_pool *bm_fixture_find(struct bm_client *client, u64 offset)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;

	mutex_lock(&system->lock);
	pool = bm_pool_find_offset_locked(client, offset);
	mutex_unlock(&system->lock);
	return pool;
}

struct bm_pool *bm_fixture_find_name(struct bm_client *client, const char *name)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;

	mutex_lock(&system->lock);
	pool = bm_pool_find_name_locked(client, name);
	mutex_unlock(&system->lock);
	return pool;
}

struct page *bm_pool_page(const struct bm_pool *pool, u32 index)
{
	const struct bm_pages *pages = &pool->budget->pages;

	return bm_pages_find(pages, bm_chain_page(pages->extents.record,
						  &pool->chain, index));
}

void bm_page_fill(struct page *page, u8 byte)
{
	void *start = kmap_local_page(page);

	memset(start, byte, PAGE_SIZE);
	kunmap_local(start);
}

bool bm_page_is(struct page *page, u8 byte)
{
	void *start = kmap_local_page(page);
	bool is = !memchr_inv(start, byte, PAGE_SIZE);

	kunmap_local(start);
	return is;
}

void bm_pool_fill(const struct bm_pool *pool, u8 byte)
{
	u32 i;

	for (i = 0; i < pool->chain.pages; i++)
		bm_page_fill(bm_pool_page(pool, i), byte);
}

bool bm_pool_is(const struct bm_pool *pool, u8 byte)
{
	u32 i;

	for (i = 0; i < pool->chain.pages; i++)
		if (!bm_page_is(bm_pool_page(pool, i), byte))
			return false;
	return true;
}
