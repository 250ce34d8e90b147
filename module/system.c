// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system. See system.h for the lock.
 */
#include <linux/cred.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"
#include "pool.h"
#include "system.h"

static int bm_budget_allocate_objects(struct bm_budget *budget)
{
	u32 i;

	INIT_LIST_HEAD(&budget->free_clients);
	INIT_LIST_HEAD(&budget->free_pools);
	budget->client = kvcalloc(budget->client_limit, sizeof(*budget->client),
				  GFP_KERNEL | __GFP_NOWARN);
	budget->pool = kvcalloc(budget->pool_limit, sizeof(*budget->pool),
				GFP_KERNEL | __GFP_NOWARN);
	if (!budget->client || !budget->pool)
		return -ENOMEM;

	for (i = 0; i < budget->client_limit; i++) {
		budget->client[i].budget = budget;
		INIT_LIST_HEAD(&budget->client[i].pools);
		list_add_tail(&budget->client[i].node, &budget->free_clients);
	}
	for (i = 0; i < budget->pool_limit; i++)
		list_add_tail(&budget->pool[i].node, &budget->free_pools);
	return 0;
}

static void bm_budget_free_objects(struct bm_budget *budget)
{
	kvfree(budget->pool);
	kvfree(budget->client);
}

/* Charges the budget itself or its records against the system's total. */
static int bm_budget_charge(struct bm_budget *budget, u64 bytes,
			    struct bm_reason *reason)
{
	struct bm_account *account = &budget->system->account;

	if (!bm_account_charge(account, bytes))
		return 0;
	return bm_refuse(reason, -EINVAL,
			 "budgets: \"%s\" (%llu bytes, records included) does not fit into total=%llu by %llu bytes",
			 budget->name, budget->account.limit + budget->overhead,
			 account->limit, bytes - bm_account_left(account));
}

static u64 bm_budget_object_bytes(const struct bm_budget *budget)
{
	return sizeof(*budget) +
	       (u64)budget->client_limit * sizeof(*budget->client) +
	       (u64)budget->pool_limit * sizeof(*budget->pool);
}

static int bm_budget_charge_all(struct bm_budget *budget, u64 bytes, u32 blocks,
				struct bm_reason *reason)
{
	budget->overhead = bm_budget_object_bytes(budget) +
			   bm_pages_overhead(bytes >> PAGE_SHIFT, blocks);
	return bm_budget_charge(budget, bytes + budget->overhead, reason);
}

static void bm_budget_init(struct bm_budget *budget, struct bm_system *system,
			   const struct bm_budget_entry *entry)
{
	budget->system = system;
	memcpy(budget->name, entry->name, sizeof(budget->name));
	budget->uid = KUIDT_INIT(entry->uid);
	budget->gid = KGIDT_INIT(entry->gid);
	budget->mode = entry->mode;
	budget->pool_limit = entry->pool_limit;
	budget->client_limit = entry->client_limit;
	bm_account_init(&budget->account, entry->bytes);
	bm_chain_init(&budget->quarantine);
	mutex_init(&budget->sweeping);
}

/*
 * Charged before anything is taken, and again for the blocks, whose number is
 * known only afterwards.
 */
static int bm_budget_set_aside(struct bm_budget *budget, u64 bytes,
			       struct bm_reason *reason)
{
	struct bm_system *system = budget->system;
	u64 blocks;
	u32 missing;
	int err;

	err = bm_budget_charge_all(budget, bytes, 0, reason);
	if (err)
		return err;
	err = bm_budget_allocate_objects(budget);
	if (err) {
		bm_refuse(reason, err, "budgets: no memory for the records of \"%s\" (%llu bytes)",
			  budget->name, budget->overhead);
		goto free_objects;
	}
	err = bm_pages_set_aside(&budget->pages, bytes >> PAGE_SHIFT,
				 &system->held_pages, &missing);
	if (err) {
		bm_refuse(reason, err,
			  "budgets: \"%s\" does not fit into memory: %llu KiB asked, %llu KiB missing",
			  budget->name, bytes >> 10,
			  (u64)missing << (PAGE_SHIFT - 10));
		goto free_objects;
	}
	blocks = bm_pages_overhead(0, budget->pages.blocks);
	budget->overhead += blocks;
	err = bm_budget_charge(budget, blocks, reason);
	if (err)
		goto give_up_pages;
	system->overhead += budget->overhead;
	return 0;

give_up_pages:
	bm_pages_give_up(&budget->pages);
free_objects:
	bm_budget_free_objects(budget);
	return err;
}

static void bm_budget_release(struct bm_budget *budget)
{
	mutex_destroy(&budget->sweeping);
	bm_pages_give_up(&budget->pages);
	bm_budget_free_objects(budget);
}

/**
 * bm_system_set_up() - set all budgets of a table aside, or none
 * @system: zeroed
 * @table: at least one entry
 * @total: bytes that all may take, records included; 0 for what they need
 * @reason: filled on failure
 *
 * Context: process context, may sleep; nobody else knows @system yet.
 * Return: 0, -EINVAL if the table exceeds the total, -ENOMEM.
 */
int bm_system_set_up(struct bm_system *system, const struct bm_table *table,
		     u64 total, struct bm_reason *reason)
{
	int err = 0;
	u32 i;

	mutex_init(&system->lock);
	bm_account_init(&system->account, total ?: U64_MAX);
	system->budget = kvcalloc(table->entries, sizeof(*system->budget),
				  GFP_KERNEL);
	if (!system->budget)
		return bm_refuse(reason, -ENOMEM, "budgets: no memory for %u budgets",
				 table->entries);

	for (i = 0; i < table->entries; i++) {
		struct bm_budget *budget = &system->budget[i];

		bm_budget_init(budget, system, &table->entry[i]);
		err = bm_budget_set_aside(budget, table->entry[i].bytes, reason);
		if (err)
			break;
		system->budgets++;
	}
	if (err)
		bm_system_tear_down(system);
	else if (!total)
		system->account.limit = system->account.used;
	return err;
}

/* Gives everything back. There is no client any more. */
void bm_system_tear_down(struct bm_system *system)
{
	u32 i;

	for (i = system->budgets; i-- > 0;)
		bm_budget_release(&system->budget[i]);
	kvfree(system->budget);
	mutex_destroy(&system->lock);
	WARN_ON_ONCE(atomic_long_read(&system->held_pages));
}

/* The budget of that name or NULL. The table does not change: no lock. */
struct bm_budget *bm_budget_find(struct bm_system *system, const char *name)
{
	u32 i;

	for (i = 0; i < system->budgets; i++)
		if (!strcmp(system->budget[i].name, name))
			return &system->budget[i];
	return NULL;
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
 * bm_budget_sweep() - take back from quarantine what is no longer pinned
 * @budget: its bm_system::lock is not held, since zeroing takes long
 *
 * O(quarantined pages).
 */
void bm_budget_sweep(struct bm_budget *budget)
{
	struct bm_chain chain, pinned;

	mutex_lock(&budget->sweeping);
	chain = bm_budget_take_quarantine(budget);
	bm_chain_init(&pinned);
	lockdep_assert_not_held(&budget->system->lock);
	bm_pages_clean(&budget->pages, &chain, &pinned);

	mutex_lock(&budget->system->lock);
	budget->quarantined -= chain.pages;
	bm_account_uncharge(&budget->account, (u64)chain.pages << PAGE_SHIFT);
	bm_extents_give(&budget->pages.extents, &chain);
	bm_chain_join(budget->pages.extents.record, &budget->quarantine, &pinned);
	mutex_unlock(&budget->system->lock);
	mutex_unlock(&budget->sweeping);
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
}

/* Pages that are free, counted from the pages themselves, or charged. */
static u64 bm_budget_count_pages(const struct bm_budget *budget)
{
	return budget->pages.extents.free.pages +
	       (budget->account.used >> PAGE_SHIFT);
}

void bm_system_describe(struct bm_system *system, struct budgetmem_query *query)
{
	u32 i;

	mutex_lock(&system->lock);
	*query = (struct budgetmem_query) {
		.version = BUDGETMEM_VERSION,
		.page_size = PAGE_SIZE,
		.total = system->account.limit,
		.set_aside = system->account.used - system->overhead,
		.overhead = system->overhead,
		.budgets = system->budgets,
	};
	for (i = 0; i < system->budgets; i++) {
		query->clients += system->budget[i].clients;
		query->pools += system->budget[i].pools;
		query->held_pages += bm_budget_count_pages(&system->budget[i]);
	}
	mutex_unlock(&system->lock);
}
