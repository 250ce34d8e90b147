// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools. See pool.h for their life and the locking.
 */
#include <linux/cred.h>
#include <linux/highmem.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "pool.h"
#include "trace.h"

u64 bm_pool_bytes(const struct bm_pool *pool)
{
	return (u64)pool->chain.pages << PAGE_SHIFT;
}

static u32 bm_pool_index(const struct bm_pool *pool)
{
	return pool - pool->budget->pool;
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

/* Within which its name is unique. */
u64 bm_pool_scope(const struct bm_pool *pool)
{
	return pool->properties & BUDGETMEM_POOL_PERSISTENT ? BM_WHOLE_BUDGET :
							      pool->client_number;
}

/* Prepared pools have their name too. */
static struct bm_pool *bm_pool_by_name(struct bm_client *client, const char *name)
{
	const struct bm_names *names = &client->budget->names;
	struct bm_pool *pool = bm_names_find(names, client->number, name);

	if (pool)
		return pool;
	pool = bm_names_find(names, BM_WHOLE_BUDGET, name);
	return pool && pool->client == client ? pool : NULL;
}

/* Whether a pool may not be called so. */
static bool bm_pool_name_is_taken(struct bm_client *client,
				  const struct bm_pool_wish *wish)
{
	if (bm_pool_by_name(client, wish->name))
		return true;
	return wish->properties & BUDGETMEM_POOL_PERSISTENT &&
	       bm_names_find(&client->budget->names, BM_WHOLE_BUDGET, wish->name);
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
			 const struct bm_pool_wish *wish)
{
	pool->client = client;
	pool->client_number = client->number;
	pool->owner = client->uid;
	pool->state = BM_POOL_PREPARED;
	pool->generation = pool->generation % BM_GENERATION_MAX + 1;
	pool->properties = wish->properties;
	pool->layout = wish->layout;
	pool->threshold = 0;
	strscpy_pad(pool->name, wish->name, sizeof(pool->name));
	atomic_set(&pool->mappings, 0);
	list_move_tail(&pool->node, &client->pools);
	bm_names_add(&client->budget->names, pool);
	client->budget->taken_pools++;
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

static int bm_pool_take(struct bm_client *client, const struct bm_pool_wish *wish,
			struct bm_pool **prepared)
{
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool;
	int err;

	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		return -EPERM;
	if (bm_pool_name_is_taken(client, wish))
		return -EEXIST;
	pool = list_first_entry_or_null(&budget->free_pools, struct bm_pool, node);
	if (!pool)
		return -EDQUOT;
	err = bm_pool_charge(client, wish->bytes);
	if (err)
		return err;
	bm_extents_take(&budget->pages.extents, wish->bytes >> PAGE_SHIFT,
			&pool->chain);
	bm_pool_init(pool, client, wish);
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
 * @wish: what it is to be
 * @prepared: result; to be published, or given back
 *
 * Return: 0, -EPERM, -EEXIST, -EDQUOT.
 */
int bm_pool_prepare(struct bm_client *client, const struct bm_pool_wish *wish,
		    struct bm_pool **prepared)
{
	struct bm_budget *budget = client->budget;
	struct bm_system *system = budget->system;
	int err;

	mutex_lock(&system->lock);
	if (bm_pool_waits_for_sweep(budget, wish->bytes)) {
		mutex_unlock(&system->lock);
		bm_budget_sweep(budget);
		mutex_lock(&system->lock);
	}
	err = bm_pool_take(client, wish, prepared);
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
		trace_budgetmem_create(pool, true);
	}
	mutex_unlock(&system->lock);
	return err;
}

/* Whether it stays when its client ends. */
bool bm_pool_stays(const struct bm_pool *pool)
{
	return pool->state == BM_POOL_PUBLISHED &&
	       (pool->properties & BUDGETMEM_POOL_PERSISTENT || pool->exports);
}

/* Takes a pool from sight that nobody maps or exports. It is still charged. */
void bm_pool_withdraw_locked(struct bm_pool *pool)
{
	lockdep_assert_held(&pool->budget->system->lock);
	WARN_ON_ONCE(atomic_read(&pool->mappings) || pool->exports);
	if (pool->state == BM_POOL_PUBLISHED)
		pool->budget->pools--;
	pool->state = BM_POOL_WITHDRAWN;
	bm_events_disarm_locked(pool);
	bm_names_remove(pool);
}

static void bm_pool_free_locked(struct bm_pool *pool, struct bm_chain *pinned)
{
	u64 bytes = bm_pool_bytes(pool) + ((u64)pinned->pages << PAGE_SHIFT);
	struct bm_budget *budget = pool->budget;
	u32 quarantined = pinned->pages;

	/* What is pinned is the budget's trouble, no longer the client's. */
	if (pool->client)
		bm_account_uncharge(&pool->client->account, bytes);
	else
		budget->detached_bytes -= bytes;
	bm_account_uncharge(&budget->account, bm_pool_bytes(pool));
	bm_extents_give(&budget->pages.extents, &pool->chain);
	budget->quarantined += pinned->pages;
	bm_chain_join(budget->pages.extents.record, &budget->quarantine, pinned);
	if (quarantined)
		trace_budgetmem_quarantine(budget, quarantined);
	/* One that was never published still has its name. */
	bm_names_remove(pool);
	pool->state = BM_POOL_FREE;
	pool->client = NULL;
	list_move(&pool->node, &budget->free_pools);
	budget->taken_pools--;
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
	struct bm_budget *budget = pool->budget;
	struct bm_system *system = budget->system;
	struct bm_chain pinned;

	bm_chain_init(&pinned);
	down_read(&system->table);
	bm_pages_clean(&budget->pages, &pool->chain, &pinned);
	mutex_lock(&system->lock);
	bm_pool_free_locked(pool, &pinned);
	mutex_unlock(&system->lock);
	up_read(&system->table);
}

/**
 * bm_pool_destroy() - give a pool back before the lock
 * @client: published
 * @offset: from bm_pool_offset()
 *
 * Return: 0, -EPERM, -ENOENT, -EBUSY if it is mapped or exported.
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
	else if (atomic_read(&pool->mappings) || pool->exports)
		err = -EBUSY;
	if (!err) {
		trace_budgetmem_destroy(pool, true);
		bm_pool_withdraw_locked(pool);
	}
	mutex_unlock(&system->lock);
	if (!err)
		bm_pool_give_back(pool);
	return err;
}

/*
 * Copies the header once, since its owner may change it at any time, and every field
 * in one piece, so that no number is half an old and half a new one. Whether it is
 * sound.
 */
bool bm_pool_read_header(const struct bm_pool *pool,
			 struct budgetmem_pool_header *header)
{
	const struct bm_pages *pages = &pool->budget->pages;
	struct page *page = bm_pages_find(pages, pool->chain.first);
	const struct budgetmem_pool_header *shared = kmap_local_page(page);

	flush_dcache_page(page);
	header->magic = READ_ONCE(shared->magic);
	header->version = READ_ONCE(shared->version);
	header->size = READ_ONCE(shared->size);
	header->used = READ_ONCE(shared->used);
	header->high_water = READ_ONCE(shared->high_water);
	header->refused = READ_ONCE(shared->refused);
	header->layout = READ_ONCE(shared->layout);
	kunmap_local(shared);
	return header->magic == BUDGETMEM_POOL_MAGIC && header->version == 1 &&
	       header->size == bm_pool_bytes(pool);
}

void bm_pool_describe_locked(struct bm_pool *pool, const struct bm_client *asker,
			     struct budgetmem_pool_info *info)
{
	struct budgetmem_pool_header header;

	lockdep_assert_held(&pool->budget->system->lock);
	memcpy(info->name, pool->name, sizeof(info->name));
	info->offset = asker && pool->client == asker ? bm_pool_offset(pool) : 0;
	info->client = pool->client_number;
	memcpy(info->budget, pool->budget->name, sizeof(info->budget));
	info->size = bm_pool_bytes(pool);
	info->layout = pool->layout;
	info->threshold = pool->threshold;
	info->uid = from_kuid_munged(current_user_ns(), pool->owner);
	info->properties = pool->properties |
			   (pool->client ? 0 : BUDGETMEM_POOL_DETACHED);
	info->exports = pool->exports;
	info->importers = pool->importers;
	info->mappings = atomic_read(&pool->mappings);

	info->reported = bm_pool_read_header(pool, &header);
	info->reported_used = info->reported ? header.used : 0;
	info->reported_high_water = info->reported ? header.high_water : 0;
	info->reported_refused = info->reported ? header.refused : 0;
	info->reported_layout = info->reported ? header.layout : 0;
}
