// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is true of a system. See invariant.h.
 */
#include <linux/bitmap.h>
#include <linux/list.h>

#include "../../module/client.h"
#include "../../module/pool.h"
#include "../../module/system.h"
#include "invariant.h"

/* Sorted by page, neighbours merged, and the sum is right. */
const char *bm_broken_free_chain(const struct bm_extents *extents)
{
	const struct bm_extent *record = extents->record;
	u32 last = BM_NO_PAGE, end = 0, pages = 0;
	u32 first = extents->free.first;

	for (; first != BM_NO_PAGE; first = record[first].next) {
		if (first >= extents->pages)
			return "the free chain leads out of the budget";
		if (!record[first].pages ||
		    record[first].pages > extents->pages - first)
			return "a free extent ends outside of the budget";
		if (last != BM_NO_PAGE && first < end)
			return "the free chain is not sorted";
		if (last != BM_NO_PAGE && first == end)
			return "free neighbours are not merged";
		end = first + record[first].pages;
		pages += record[first].pages;
		last = first;
	}
	if (last != extents->free.last)
		return "the free chain's last extent is another one";
	return pages == extents->free.pages ? "" : "the free chain's sum is wrong";
}

/* Every page of the chain is in the budget and not in @seen; it is then. */
const char *bm_broken_chain(const struct bm_extents *extents,
			    const struct bm_chain *chain, unsigned long *seen)
{
	const struct bm_extent *record = extents->record;
	u32 last = BM_NO_PAGE, pages = 0;
	u32 first = chain->first;

	for (; first != BM_NO_PAGE; first = record[first].next) {
		if (first >= extents->pages || !record[first].pages ||
		    record[first].pages > extents->pages - first)
			return "a chain leads out of the budget";
		if (find_next_bit(seen, extents->pages, first) <
		    first + record[first].pages)
			return "a page has two owners";
		bitmap_set(seen, first, record[first].pages);
		pages += record[first].pages;
		last = first;
	}
	if (last != chain->last)
		return "a chain's last extent is another one";
	return pages == chain->pages ? "" : "a chain's sum is wrong";
}

static const char *bm_broken_client_sum(const struct bm_client *client)
{
	const struct bm_pool *pool;
	u64 bytes = 0;

	list_for_each_entry(pool, &client->pools, node) {
		if (pool->client != client || pool->state == BM_POOL_FREE)
			return "a client lists a pool that is not its own";
		bytes += bm_pool_bytes(pool);
	}
	return bytes == client->account.used ? "" :
	       "a client is not charged what its pools take";
}

static const char *bm_broken_ownership(struct bm_budget *budget)
{
	const struct bm_extents *extents = &budget->pages.extents;
	DECLARE_BITMAP(seen, BM_INVARIANT_PAGES) = {};
	const char *broken;
	u32 i;

	if (extents->pages > BM_INVARIANT_PAGES)
		return "the budget is too large to look at every page";
	broken = bm_broken_chain(extents, &extents->free, seen);
	if (!*broken)
		broken = bm_broken_chain(extents, &budget->quarantine, seen);
	if (!*broken && budget->quarantine.pages != budget->quarantined)
		broken = "the number of quarantined pages is wrong";
	for (i = 0; i < budget->pool_limit && !*broken; i++)
		if (budget->pool[i].state != BM_POOL_FREE)
			broken = bm_broken_chain(extents, &budget->pool[i].chain,
						 seen);
	for (i = 0; i < budget->client_limit && !*broken; i++)
		broken = bm_broken_client_sum(&budget->client[i]);
	if (!*broken && !bitmap_full(seen, extents->pages))
		broken = "a page belongs to nobody";
	return broken;
}

static u32 bm_list_length(const struct list_head *list)
{
	const struct list_head *node;
	u32 length = 0;

	list_for_each(node, list)
		length++;
	return length;
}

static const char *bm_broken_objects(const struct bm_budget *budget)
{
	u32 clients = 0, pools = 0, taken = 0, i;

	for (i = 0; i < budget->client_limit; i++)
		clients += budget->client[i].published;
	for (i = 0; i < budget->pool_limit; i++) {
		pools += budget->pool[i].state == BM_POOL_PUBLISHED;
		taken += budget->pool[i].state != BM_POOL_FREE;
	}
	if (clients != budget->clients)
		return "the number of clients is wrong";
	if (pools != budget->pools)
		return "the number of pools is wrong";
	if (taken != budget->taken_pools)
		return "the number of pools in use is wrong";
	if (bm_list_length(&budget->free_pools) != budget->pool_limit - taken)
		return "a pool object is lost";
	if (bm_list_length(&budget->free_clients) !=
	    budget->client_limit - budget->taken_clients)
		return "a client object is lost";
	return "";
}

/* An export holds a pool in sight, and who imports has an export. */
static const char *bm_broken_pool(const struct bm_pool *pool)
{
	if (pool->state == BM_POOL_FREE)
		return pool->client ? "a free pool has a client" : "";
	if (pool->exports && pool->state != BM_POOL_PUBLISHED)
		return "a pool that nobody can find is exported";
	if (pool->importers && !pool->exports)
		return "a pool is imported that is not exported";
	if (!pool->client && pool->state == BM_POOL_PUBLISHED &&
	    !(pool->properties & BUDGETMEM_POOL_PERSISTENT) && !pool->exports)
		return "nothing keeps a pool without a client";
	return "";
}

/* Pools without a client are detached: each is listed, counted and summed. */
static const char *bm_broken_detached(const struct bm_budget *budget)
{
	const char *broken = "";
	u32 listed = 0, pools = 0, i;
	u64 bytes = 0;

	for (i = 0; i < budget->pool_limit && !*broken; i++) {
		const struct bm_pool *pool = &budget->pool[i];

		broken = bm_broken_pool(pool);
		if (pool->state == BM_POOL_FREE || pool->client)
			continue;
		listed++;
		pools += pool->state == BM_POOL_PUBLISHED;
		bytes += bm_pool_bytes(pool);
	}
	if (*broken)
		return broken;
	if (bm_list_length(&budget->detached) != listed)
		return "a pool without a client is not listed";
	if (budget->detached_pools != pools)
		return "the number of detached pools is wrong";
	return budget->detached_bytes == bytes ? "" :
	       "the sum of detached pools is wrong";
}

/* What has its name in the table is found by it, and by that alone. */
static const char *bm_broken_names(const struct bm_budget *budget)
{
	const struct bm_names *names = &budget->names;
	const struct bm_pool *pool;
	u32 named = 0, listed = 0, i;

	for (i = 0; i < budget->pool_limit; i++) {
		pool = &budget->pool[i];
		if (hlist_unhashed(&pool->by_name)) {
			if (pool->state == BM_POOL_PREPARED || pool->client)
				if (pool->state != BM_POOL_WITHDRAWN)
					return "a pool has lost its name";
			continue;
		}
		named++;
		if (pool->state != BM_POOL_PREPARED &&
		    pool->state != BM_POOL_PUBLISHED)
			return "a pool that is gone has its name still";
		if (bm_names_find(names, bm_pool_scope(pool), pool->name) != pool)
			return "a name leads to another pool";
	}
	for (i = 0; i < names->buckets; i++)
		hlist_for_each_entry(pool, &names->bucket[i], by_name)
			listed++;
	return listed == named ? "" : "the table of names holds something else";
}

static const char *bm_broken_account(const struct bm_account *account)
{
	if (account->used > account->limit)
		return "more is charged than the limit";
	return account->high_water > account->limit ?
	       "the high-water mark is above the limit" : "";
}

static const char *bm_broken_budget_sums(const struct bm_budget *budget)
{
	const char *broken = bm_broken_account(&budget->account);
	u64 used = (u64)budget->quarantined << PAGE_SHIFT;
	u32 i;

	used += budget->detached_bytes;
	for (i = 0; i < budget->client_limit; i++)
		used += budget->client[i].account.used;
	if (!*broken && used != budget->account.used)
		broken = "a budget is not charged what its clients and its quarantine take";
	used += (u64)budget->pages.extents.free.pages << PAGE_SHIFT;
	if (!*broken && used != budget->account.limit)
		broken = "free, taken and quarantined pages are not the budget";
	if (!*broken)
		broken = bm_broken_free_chain(&budget->pages.extents);
	if (!*broken)
		broken = bm_broken_objects(budget);
	if (!*broken)
		broken = bm_broken_detached(budget);
	return *broken ? broken : bm_broken_names(budget);
}

static const char *bm_broken_system_sum(const struct bm_system *system)
{
	u64 bytes = 0, overhead = 0, pages = 0;
	struct bm_budget *budget;
	u32 slot, budgets = 0;

	for (slot = 0; (budget = bm_budget_next_locked(system, &slot)); slot++) {
		bytes += budget->account.limit;
		overhead += budget->overhead;
		pages += budget->pages.pages;
		budgets++;
	}
	if (budgets != system->budgets)
		return "the number of budgets is wrong";
	if (overhead != system->overhead)
		return "the system's overhead is not that of its budgets";
	if (bytes + overhead != system->account.used)
		return "the system is not charged its budgets and their overhead";
	if (pages != atomic_long_read(&system->held_pages))
		return "a page of the system is lost";
	return bm_broken_account(&system->account);
}

static const char *bm_broken_sums_locked(struct bm_system *system)
{
	const char *broken = bm_broken_system_sum(system);
	struct bm_budget *budget;
	u32 slot;

	for (slot = 0; !*broken && (budget = bm_budget_next_locked(system, &slot));
	     slot++)
		broken = bm_broken_budget_sums(budget);
	return broken;
}

/* The sums, which hold at every instant, whatever other threads do. */
const char *bm_broken_sums(struct bm_system *system)
{
	const char *broken;

	mutex_lock(&system->lock);
	broken = bm_broken_sums_locked(system);
	mutex_unlock(&system->lock);
	return broken;
}

/* All, page by page. No other thread may be giving pages back. */
const char *bm_broken_system(struct bm_system *system)
{
	struct bm_budget *budget;
	const char *broken;
	u32 slot;

	mutex_lock(&system->lock);
	broken = bm_broken_sums_locked(system);
	for (slot = 0; !*broken && (budget = bm_budget_next_locked(system, &slot));
	     slot++)
		broken = bm_broken_ownership(budget);
	mutex_unlock(&system->lock);
	return broken;
}
