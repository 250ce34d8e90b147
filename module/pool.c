// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools. See pool.h for their life and the locking.
 */
#include <linux/highmem.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "pool.h"

u64 bm_pool_bytes(const struct bm_pool *pool)
{
	return (u64)pool->chain.pages << PAGE_SHIFT;
}

static u32 bm_pool_index(const struct bm_pool *pool)
{
	return pool - pool->client->budget->pool;
}

/* What mmap() takes. Below 2^31 pages, so that 32-bit kernels can have it. */
u64 bm_pool_offset(const struct bm_pool *pool)
{
	return ((u64)pool->generation << BM_INDEX_BITS | bm_pool_index(pool))
	       << PAGE_SHIFT;
}

/* O(1). */
struct bm_pool *bm_pool_find_offset_locked(struct bm_client *client, u64 offset)
{
	struct bm_budget *budget = client->budget;
	u64 handle = offset >> PAGE_SHIFT;
	u32 index = handle & ((1u << BM_INDEX_BITS) - 1);
	struct bm_pool *pool;

	lockdep_assert_held(&budget->system->lock);
	if (offset & ~PAGE_MASK || index >= budget->pool_limit)
		return NULL;
	pool = &budget->pool[array_index_nospec(index, budget->pool_limit)];
	if (pool->client != client || pool->state != BM_POOL_PUBLISHED ||
	    handle >> BM_INDEX_BITS != pool->generation)
		return NULL;
	return pool;
}

/* Prepared pools have their name too. O(pools of the client). */
static struct bm_pool *bm_pool_by_name(struct bm_client *client, const char *name)
{
	struct bm_pool *pool;

	list_for_each_entry(pool, &client->pools, node)
		if (pool->state != BM_POOL_WITHDRAWN && !strcmp(pool->name, name))
			return pool;
	return NULL;
}

struct bm_pool *bm_pool_find_name_locked(struct bm_client *client,
					 const char *name)
{
	struct bm_pool *pool;

	lockdep_assert_held(&client->budget->system->lock);
	pool = bm_pool_by_name(client, name);
	return pool && pool->state == BM_POOL_PUBLISHED ? pool : NULL;
}

static void bm_pool_init(struct bm_pool *pool, struct bm_client *client,
			 const char *name)
{
	pool->client = client;
	pool->state = BM_POOL_PREPARED;
	pool->generation = pool->generation % BM_GENERATION_MAX + 1;
	strscpy_pad(pool->name, name, sizeof(pool->name));
	atomic_set(&pool->mappings, 0);
	list_move_tail(&pool->node, &client->pools);
}

/* Charges both accounts, or none. */
static int bm_pool_charge(struct bm_client *client, u64 bytes)
{
	int err = bm_account_charge(&client->account, bytes);

	if (err)
		return err;
	err = bm_account_charge(&client->budget->account, bytes);
	if (err)
		bm_account_uncharge(&client->account, bytes);
	return err;
}

static int bm_pool_take(struct bm_client *client, const char *name, u64 bytes,
			struct bm_pool **prepared)
{
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool;
	int err;

	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		return -EPERM;
	if (bm_pool_by_name(client, name))
		return -EEXIST;
	pool = list_first_entry_or_null(&budget->free_pools, struct bm_pool, node);
	if (!pool)
		return -EDQUOT;
	err = bm_pool_charge(client, bytes);
	if (err)
		return err;
	bm_extents_take(&budget->pages.extents, bytes >> PAGE_SHIFT, &pool->chain);
	bm_pool_init(pool, client, name);
	*prepared = pool;
	return 0;
}

/* Whether @bytes may be had once the quarantine was looked through. */
static bool bm_pool_waits_for_sweep(const struct bm_budget *budget, u64 bytes)
{
	lockdep_assert_held(&budget->system->lock);
	return budget->quarantined && bytes > bm_account_left(&budget->account);
}

/**
 * bm_pool_prepare() - take a pool from the budget that cannot be found yet
 * @client: published
 * @name: valid
 * @bytes: > 0, whole pages
 * @prepared: result; to be published, or given back
 *
 * Return: 0, -EPERM, -EEXIST, -EDQUOT.
 */
int bm_pool_prepare(struct bm_client *client, const char *name, u64 bytes,
		    struct bm_pool **prepared)
{
	struct bm_budget *budget = client->budget;
	struct bm_system *system = budget->system;
	int err;

	mutex_lock(&system->lock);
	if (bm_pool_waits_for_sweep(budget, bytes)) {
		mutex_unlock(&system->lock);
		bm_budget_sweep(budget);
		mutex_lock(&system->lock);
	}
	err = bm_pool_take(client, name, bytes, prepared);
	if (err)
		bm_client_refuse_locked(client, err);
	mutex_unlock(&system->lock);
	return err;
}

/**
 * bm_pool_publish() - let a prepared pool be found
 * @pool: prepared; withdrawn on failure, and then to be given back
 *
 * Return: 0, or -EPERM if the client was locked meanwhile.
 */
int bm_pool_publish(struct bm_pool *pool)
{
	struct bm_client *client = pool->client;
	struct bm_system *system = client->budget->system;
	int err = 0;

	mutex_lock(&system->lock);
	if (client->phase == BUDGETMEM_PHASE_LOCKED) {
		err = bm_client_refuse_locked(client, -EPERM);
		bm_pool_withdraw_locked(pool);
	} else {
		pool->state = BM_POOL_PUBLISHED;
		client->budget->pools++;
		bm_account_mark(&client->account);
		bm_account_mark(&client->budget->account);
	}
	mutex_unlock(&system->lock);
	return err;
}

/* Takes a pool from sight, unless it is mapped. It is still charged. */
bool bm_pool_withdraw_locked(struct bm_pool *pool)
{
	lockdep_assert_held(&pool->client->budget->system->lock);
	if (atomic_read(&pool->mappings))
		return false;
	if (pool->state == BM_POOL_PUBLISHED)
		pool->client->budget->pools--;
	pool->state = BM_POOL_WITHDRAWN;
	return true;
}

static void bm_pool_free_locked(struct bm_pool *pool, struct bm_chain *pinned)
{
	struct bm_client *client = pool->client;
	struct bm_budget *budget = client->budget;

	/* What is pinned is the budget's trouble, no longer the client's. */
	bm_account_uncharge(&client->account,
			    bm_pool_bytes(pool) +
			    ((u64)pinned->pages << PAGE_SHIFT));
	bm_account_uncharge(&budget->account, bm_pool_bytes(pool));
	bm_extents_give(&budget->pages.extents, &pool->chain);
	budget->quarantined += pinned->pages;
	bm_chain_join(budget->pages.extents.record, &budget->quarantine, pinned);
	pool->state = BM_POOL_FREE;
	pool->client = NULL;
	list_move(&pool->node, &budget->free_pools);
}

/**
 * bm_pool_give_back() - zero the pages of a pool and return them to the budget
 * @pool: withdrawn, or prepared and never published
 *
 * Zeroing takes long, so it is done without the lock; nobody else can reach the
 * pool. Pages that are pinned go to quarantine and stay charged to the budget.
 *
 * Context: process context, may sleep.
 */
void bm_pool_give_back(struct bm_pool *pool)
{
	struct bm_budget *budget = pool->client->budget;
	struct bm_chain pinned;

	bm_chain_init(&pinned);
	bm_pages_clean(&budget->pages, &pool->chain, &pinned);
	mutex_lock(&budget->system->lock);
	bm_pool_free_locked(pool, &pinned);
	mutex_unlock(&budget->system->lock);
}

/**
 * bm_pool_destroy() - give a pool back before the lock
 * @client: published
 * @offset: from bm_pool_offset()
 *
 * Return: 0, -EPERM, -ENOENT, -EBUSY if it is mapped.
 */
int bm_pool_destroy(struct bm_client *client, u64 offset)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;
	int err = 0;

	mutex_lock(&system->lock);
	pool = bm_pool_find_offset_locked(client, offset);
	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		err = bm_client_refuse_locked(client, -EPERM);
	else if (!pool)
		err = -ENOENT;
	else if (!bm_pool_withdraw_locked(pool))
		err = -EBUSY;
	mutex_unlock(&system->lock);
	if (!err)
		bm_pool_give_back(pool);
	return err;
}

/* Copies the header once, since its owner may change it at any time. */
static void bm_pool_read_header(const struct bm_pool *pool,
				struct budgetmem_pool_header *header)
{
	const struct bm_pages *pages = &pool->client->budget->pages;
	struct page *page = bm_pages_find(pages, pool->chain.first);
	void *start = kmap_local_page(page);

	flush_dcache_page(page);
	memcpy(header, start, sizeof(*header));
	kunmap_local(start);
}

void bm_pool_describe_locked(struct bm_pool *pool, const struct bm_client *asker,
			     struct budgetmem_pool_info *info)
{
	struct budgetmem_pool_header header;

	lockdep_assert_held(&pool->client->budget->system->lock);
	memcpy(info->name, pool->name, sizeof(info->name));
	info->offset = pool->client == asker ? bm_pool_offset(pool) : 0;
	info->client = pool->client->number;
	info->size = bm_pool_bytes(pool);
	info->mappings = atomic_read(&pool->mappings);

	bm_pool_read_header(pool, &header);
	info->reported = header.magic == BUDGETMEM_POOL_MAGIC &&
			 header.version == 1 && header.size == info->size;
	info->reported_used = info->reported ? header.used : 0;
	info->reported_high_water = info->reported ? header.high_water : 0;
	info->reported_refused = info->reported ? header.refused : 0;
	info->layout = info->reported ? header.layout : 0;
}
