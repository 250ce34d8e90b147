// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system. See system.h for the locks.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "detached.h"
#include "export.h"
#include "system.h"
#include "table.h"
#include "trace.h"

/**
 * bm_system_set_up() - set all budgets of a table aside, or none
 * @system: zeroed
 * @table: of sound entries
 * @total: bytes that all may take, records included; 0 for what they need
 * @reason: filled on failure
 *
 * Context: process context, may sleep; nobody else knows @system yet.
 * Return: 0, -EDQUOT if the table exceeds the total, -ENOMEM.
 */
int __init bm_system_set_up(struct bm_system *system, const struct bm_table *table,
			    u64 total, struct bm_reason *reason)
{
	const struct bm_table_wish wish = { .table = table, .total = total };
	struct bm_verdict verdict;
	int err;

	mutex_init(&system->applying);
	init_rwsem(&system->table);
	mutex_init(&system->lock);
	bm_watch_init(&system->watch);
	system->phase = BUDGETMEM_SYSTEM_SETUP;
	bm_account_init(&system->account, total ?: U64_MAX);
	err = bm_table_apply(system, &wish, &verdict);
	if (err) {
		bm_verdict_tell(&verdict, reason);
		bm_system_tear_down(system);
	}
	return err;
}

/* Gives everything back. There is no client any more. */
void bm_system_tear_down(struct bm_system *system)
{
	u32 slot;

	bm_watch_end(&system->watch);
	for (slot = system->slots; slot-- > 0;) {
		if (!system->budget[slot])
			continue;
		bm_detached_end(system->budget[slot]);
		bm_budget_release(system->budget[slot]);
	}
	kvfree(system->budget);
	system->slots = 0;
	mutex_destroy(&system->lock);
	mutex_destroy(&system->applying);
	WARN_ON_ONCE(atomic_long_read(&system->held_pages));
}

/**
 * bm_system_lock() - make the table of budgets final
 * @system: set up
 *
 * Decided here, for ever: nothing in this module sets the phase back. A table that
 * is being applied at this moment is waited for.
 *
 * Return: 0, -EPERM if it is locked already.
 */
int bm_system_lock(struct bm_system *system)
{
	int err = 0;

	mutex_lock(&system->applying);
	mutex_lock(&system->lock);
	if (system->phase == BUDGETMEM_SYSTEM_LOCKED)
		err = -EPERM;
	else
		trace_budgetmem_system_lock(system);
	WRITE_ONCE(system->phase, BUDGETMEM_SYSTEM_LOCKED);
	mutex_unlock(&system->lock);
	mutex_unlock(&system->applying);
	return err;
}

/* The budget in @slot, or in the next one that has one; NULL at the end. */
struct bm_budget *bm_budget_next_locked(const struct bm_system *system, u32 *slot)
{
	lockdep_assert_held(&system->lock);
	for (; *slot < system->slots; ++*slot) {
		u32 index = array_index_nospec(*slot, system->slots);

		if (system->budget[index])
			return system->budget[index];
	}
	return NULL;
}

/* The budget of that name or NULL. O(budgets). */
struct bm_budget *bm_budget_find_locked(const struct bm_system *system,
					const char *name)
{
	struct bm_budget *budget;
	u32 slot;

	for (slot = 0; (budget = bm_budget_next_locked(system, &slot)); slot++)
		if (!strcmp(budget->name, name))
			return budget;
	return NULL;
}

/* Pages that are free, counted from the pages themselves, or charged. */
static u64 bm_budget_count_pages(const struct bm_budget *budget)
{
	return budget->pages.extents.free.pages +
	       (budget->account.used >> PAGE_SHIFT);
}

void bm_system_describe(struct bm_system *system, struct budgetmem_query *query)
{
	struct bm_budget *budget;
	u32 slot;

	mutex_lock(&system->lock);
	*query = (struct budgetmem_query) {
		.version = BUDGETMEM_VERSION,
		.features = BM_HAS_EXPORT ? BUDGETMEM_FEATURE_EXPORT : 0,
		.page_size = PAGE_SIZE,
		.total = system->account.limit,
		.set_aside = system->account.used - system->overhead,
		.overhead = system->overhead,
		.budgets = system->budgets,
		.phase = system->phase,
	};
	for (slot = 0; (budget = bm_budget_next_locked(system, &slot)); slot++) {
		query->clients += budget->clients;
		query->pools += budget->pools;
		query->held_pages += bm_budget_count_pages(budget);
	}
	mutex_unlock(&system->lock);
}
