// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a budget holds: its memory, and the objects of its clients and pools. See
 * system.h for the locks.
 */
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"
#include "pool.h"
#include "system.h"
#include "trace.h"

static void bm_budget_link_objects(struct bm_budget *budget)
{
	u32 i;

	for (i = 0; i < budget->client_limit; i++) {
		budget->client[i].budget = budget;
		INIT_LIST_HEAD(&budget->client[i].pools);
		bm_events_make(&budget->client[i].events);
		list_add_tail(&budget->client[i].node, &budget->free_clients);
	}
	for (i = 0; i < budget->pool_limit; i++) {
		budget->pool[i].budget = budget;
		INIT_LIST_HEAD(&budget->pool[i].armed);
		list_add_tail(&budget->pool[i].node, &budget->free_pools);
	}
}

static void bm_budget_free_objects(struct bm_budget *budget)
{
	bm_names_destroy(&budget->names);
	kvfree(budget->pool);
	kvfree(budget->client);
}

static int bm_budget_allocate_objects(struct bm_budget *budget)
{
	int err;

	budget->client = kvcalloc(budget->client_limit, sizeof(*budget->client),
				  GFP_KERNEL | __GFP_NOWARN);
	budget->pool = kvcalloc(budget->pool_limit, sizeof(*budget->pool),
				GFP_KERNEL | __GFP_NOWARN);
	err = bm_names_init(&budget->names, budget->pool_limit);
	if (err || !budget->client || !budget->pool) {
		bm_budget_free_objects(budget);
		return -ENOMEM;
	}
	bm_budget_link_objects(budget);
	return 0;
}

static void bm_budget_init(struct bm_budget *budget, struct bm_system *system,
			   const struct budgetmem_budget_entry *entry)
{
	budget->system = system;
	memcpy(budget->name, entry->name, sizeof(budget->name));
	budget->uid = KUIDT_INIT(entry->uid);
	budget->gid = KGIDT_INIT(entry->gid);
	budget->mode = entry->mode;
	budget->node = entry->node == BUDGETMEM_NODE_ANY ? NUMA_NO_NODE :
							   (int)entry->node;
	budget->pool_limit = entry->pool_limit;
	budget->client_limit = entry->client_limit;
	INIT_LIST_HEAD(&budget->free_clients);
	INIT_LIST_HEAD(&budget->free_pools);
	INIT_LIST_HEAD(&budget->detached);
	bm_account_init(&budget->account, entry->size);
	bm_chain_init(&budget->quarantine);
	mutex_init(&budget->sweeping);
}

/* Bytes of all records of such a budget, its pages in so many @blocks. */
u64 bm_budget_overhead(const struct budgetmem_budget_entry *entry, u32 blocks)
{
	return sizeof(struct bm_budget) + sizeof(struct bm_budget *) +
	       (u64)entry->client_limit * sizeof(struct bm_client) +
	       (u64)entry->pool_limit * sizeof(struct bm_pool) +
	       bm_names_overhead(entry->pool_limit) +
	       bm_pages_overhead(entry->size >> PAGE_SHIFT, blocks);
}

/**
 * bm_budget_make() - set a budget aside that is in no table yet
 * @system: that it will belong to
 * @entry: sound
 * @made: result, to be ended with bm_budget_release()
 * @missing: set on failure, bytes that were not to be had
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int bm_budget_make(struct bm_system *system,
		   const struct budgetmem_budget_entry *entry,
		   struct bm_budget **made, u64 *missing)
{
	struct bm_budget *budget;
	u32 pages;
	int err;

	*missing = bm_budget_overhead(entry, 0);
	budget = kzalloc(sizeof(*budget), GFP_KERNEL | __GFP_NOWARN);
	if (!budget)
		return -ENOMEM;
	bm_budget_init(budget, system, entry);
	err = bm_budget_allocate_objects(budget);
	if (err)
		goto free_budget;
	err = bm_pages_set_aside(&budget->pages, entry->size >> PAGE_SHIFT,
				 budget->node, &system->held_pages, &pages);
	if (err) {
		*missing = (u64)pages << PAGE_SHIFT;
		goto free_objects;
	}
	budget->overhead = bm_budget_overhead(entry, budget->pages.blocks);
	*made = budget;
	return 0;

free_objects:
	bm_budget_free_objects(budget);
free_budget:
	kfree(budget);
	return err;
}

/* Gives all of it back to the kernel. It is in no table, and nobody uses it. */
void bm_budget_release(struct bm_budget *budget)
{
	mutex_destroy(&budget->sweeping);
	bm_pages_give_up(&budget->pages);
	bm_budget_free_objects(budget);
	kfree(budget);
}

/* Whether nobody has anything of it. */
bool bm_budget_is_idle(const struct bm_budget *budget)
{
	lockdep_assert_held(&budget->system->lock);
	return !budget->taken_clients && !budget->taken_pools &&
	       !budget->account.used;
}

/* Takes the whole quarantine out, so that it can be looked at without the lock. */
static struct bm_chain bm_budget_take_quarantine(struct bm_budget *budget)
{
	struct bm_chain chain;

	mutex_lock(&budget->system->lock);
	chain = budget->quarantine;
	bm_chain_init(&budget->quarantine);
	mutex_unlock(&budget->system->lock);
	return chain;
}

/**
 * bm_budget_sweep_held() - take back from quarantine what is no longer pinned
 * @budget: bm_system::table is held, bm_system::lock is not, since zeroing takes long
 *
 * O(quarantined pages).
 */
void bm_budget_sweep_held(struct bm_budget *budget)
{
	struct bm_chain chain, pinned;
	u32 released;

	lockdep_assert_held(&budget->system->table);
	mutex_lock(&budget->sweeping);
	chain = bm_budget_take_quarantine(budget);
	bm_chain_init(&pinned);
	lockdep_assert_not_held(&budget->system->lock);
	bm_pages_clean(&budget->pages, &chain, &pinned);

	mutex_lock(&budget->system->lock);
	released = chain.pages;
	budget->quarantined -= released;
	bm_account_uncharge(&budget->account, (u64)released << PAGE_SHIFT);
	bm_extents_give(&budget->pages.extents, &chain);
	bm_chain_join(budget->pages.extents.record, &budget->quarantine, &pinned);
	if (released)
		trace_budgetmem_release(budget, released);
	mutex_unlock(&budget->system->lock);
	mutex_unlock(&budget->sweeping);
}

/* The same for those who hold neither. Something keeps the budget. */
void bm_budget_sweep(struct bm_budget *budget)
{
	struct bm_system *system = budget->system;

	down_read(&system->table);
	bm_budget_sweep_held(budget);
	up_read(&system->table);
}

void bm_budget_describe_locked(struct bm_budget *budget,
			       struct budgetmem_budget_info *info)
{
	lockdep_assert_held(&budget->system->lock);
	memcpy(info->name, budget->name, sizeof(info->name));
	info->size = budget->account.limit;
	info->used = budget->account.used;
	info->high_water = bm_account_high_water(&budget->account);
	info->quarantined = (u64)budget->quarantined << PAGE_SHIFT;
	info->overhead = budget->overhead;
	info->refused_over_budget = budget->refused_over_budget;
	info->refused_locked = budget->refused_locked;
	info->refused_access = budget->refused_access;
	info->uid = from_kuid_munged(current_user_ns(), budget->uid);
	info->gid = from_kgid_munged(current_user_ns(), budget->gid);
	info->mode = budget->mode;
	info->clients = budget->clients;
	info->client_limit = budget->client_limit;
	info->pools = budget->pools;
	info->pool_limit = budget->pool_limit;
	info->node = budget->node == NUMA_NO_NODE ? BUDGETMEM_NODE_ANY :
						    (u32)budget->node;
	info->detached = budget->detached_bytes;
	info->detached_pools = budget->detached_pools;
	info->reserved = 0;
}
