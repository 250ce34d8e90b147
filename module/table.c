// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of budgets. See table.h for the locking.
 *
 * Everything that can fail is done first, change by change; then, in one moment, all
 * changes take effect; then what is not needed any more goes back to the kernel. What
 * comes is set aside before what it replaces is given up.
 */
#include <linux/cred.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "resize.h"
#include "sysfs.h"
#include "system.h"
#include "table.h"
#include "trace.h"

/**
 * struct bm_change - what a table does to one slot
 * @entry: what the budget is to be, NULL if it goes
 * @index: of the entry
 * @now: the budget that is there, NULL if there is none
 * @next: what takes its place, NULL if it stays; afterwards what had the place
 * @resize: of the one that stays
 * @resizes: @resize is prepared
 * @slot: not of this change, but of the entry with the index that this slot has
 */
struct bm_change {
	const struct budgetmem_budget_entry *entry;
	u32 index;
	struct bm_budget *now;
	struct bm_budget *next;
	struct bm_resize resize;
	bool resizes;
	u32 slot;
};

/**
 * struct bm_application - a table that is being applied
 * @system: to which
 * @table: what
 * @wish: how
 * @change: one for each slot that there can be
 * @most: number of them
 * @slots: number of those that there will be
 * @budget: what will be bm_system::budget; afterwards what was
 * @verdict: filled on failure
 * @done: it took effect
 */
struct bm_application {
	struct bm_system *system;
	const struct bm_table *table;
	const struct bm_table_wish *wish;
	struct bm_change *change;
	u32 most;
	u32 slots;
	struct bm_budget **budget;
	struct bm_verdict *verdict;
	bool done;
};

static int bm_blame(struct bm_verdict *verdict, enum budgetmem_reason reason,
		    const struct bm_change *change, u64 missing)
{
	static const int errors[] = {
		[BUDGETMEM_REASON_TOTAL] = -EDQUOT,
		[BUDGETMEM_REASON_MEMORY] = -ENOMEM,
		[BUDGETMEM_REASON_IN_USE] = -EBUSY,
	};

	verdict->reason = reason;
	verdict->missing = missing;
	if (change->entry) {
		verdict->failed = change->index;
		verdict->wanted = change->entry->size;
		memcpy(verdict->name, change->entry->name, sizeof(verdict->name));
	} else if (change->now) {
		memcpy(verdict->name, change->now->name, sizeof(verdict->name));
	}
	return errors[reason];
}

static enum budgetmem_reason bm_entry_check(struct budgetmem_budget_entry *entry)
{
	if (!bm_name_is_valid(entry->name))
		return BUDGETMEM_REASON_NAME;
	if (bm_round_up(entry->size, PAGE_SIZE, &entry->size) ||
	    entry->size >> PAGE_SHIFT > BM_BUDGET_PAGES_MAX)
		return BUDGETMEM_REASON_SIZE;
	if (entry->uid == U32_MAX || entry->gid == U32_MAX)
		return BUDGETMEM_REASON_OWNER;
	if (entry->mode & ~BM_MODE_MAX)
		return BUDGETMEM_REASON_MODE;
	if (!entry->pool_limit || entry->pool_limit > BM_POOL_LIMIT_MAX ||
	    !entry->client_limit || entry->client_limit > BM_CLIENT_LIMIT_MAX)
		return BUDGETMEM_REASON_LIMIT;
	if (entry->node != BUDGETMEM_NODE_ANY &&
	    (entry->node >= MAX_NUMNODES || !node_state(entry->node, N_MEMORY)))
		return BUDGETMEM_REASON_NODE;
	if (entry->flags || entry->reserved)
		return BUDGETMEM_REASON_UNKNOWN;
	return BUDGETMEM_REASON_NONE;
}

/* Whether one of the first @entries has that name. */
static bool bm_table_has(const struct bm_table *table, u32 entries, const char *name)
{
	u32 i;

	for (i = 0; i < entries; i++)
		if (!strcmp(table->entry[i].name, name))
			return true;
	return false;
}

/**
 * bm_table_check() - whether every entry is sound
 * @table: as it was given; sizes are rounded up to pages
 * @verdict: filled on failure
 *
 * O(entries squared): there are BUDGETMEM_BUDGETS_MAX at most.
 *
 * Return: 0 or -EINVAL.
 */
int bm_table_check(struct bm_table *table, struct bm_verdict *verdict)
{
	u32 i;

	*verdict = (struct bm_verdict) { .failed = BUDGETMEM_NO_ENTRY };
	for (i = 0; i < table->entries; i++) {
		struct budgetmem_budget_entry *entry = &table->entry[i];

		verdict->reason = bm_entry_check(entry);
		if (!verdict->reason && bm_table_has(table, i, entry->name))
			verdict->reason = BUDGETMEM_REASON_TWICE;
		if (!verdict->reason)
			continue;
		verdict->failed = i;
		if (verdict->reason != BUDGETMEM_REASON_NAME)
			memcpy(verdict->name, entry->name, sizeof(verdict->name));
		return -EINVAL;
	}
	return 0;
}

/* The slot of the budget of that name, or the first that is free. */
static u32 bm_apply_slot(const struct bm_application *apply, const char *name)
{
	u32 slot, free = U32_MAX;

	for (slot = 0; slot < apply->most; slot++) {
		const struct bm_change *change = &apply->change[slot];

		if (change->now && !strcmp(change->now->name, name))
			return slot;
		if (!change->now && !change->entry)
			free = min(free, slot);
	}
	return free;
}

/* Lays the table beside what is there, which nobody else changes. O(budgets squared). */
static void bm_apply_match(struct bm_application *apply)
{
	struct bm_system *system = apply->system;
	u32 slot, i;

	for (slot = 0; slot < system->slots; slot++) {
		apply->change[slot].now = system->budget[slot];
		if (system->budget[slot])
			apply->slots = slot + 1;
	}
	for (i = 0; i < apply->table->entries; i++) {
		slot = bm_apply_slot(apply, apply->table->entry[i].name);
		apply->change[slot].entry = &apply->table->entry[i];
		apply->change[slot].index = i;
		apply->change[i].slot = slot;
		apply->slots = max(apply->slots, slot + 1);
	}
}

/* The change of an entry: what fails first is told in the order of the table. */
static struct bm_change *bm_apply_change(const struct bm_application *apply, u32 entry)
{
	return &apply->change[apply->change[entry].slot];
}

/* Whether the budget that is there can become what the entry says. */
static bool bm_change_keeps(const struct bm_change *change)
{
	const struct budgetmem_budget_entry *entry = change->entry;
	const struct bm_budget *now = change->now;
	u32 node;

	if (!entry || !now)
		return false;
	node = now->node == NUMA_NO_NODE ? BUDGETMEM_NODE_ANY : (u32)now->node;
	return entry->pool_limit == now->pool_limit &&
	       entry->client_limit == now->client_limit && entry->node == node;
}

static bool bm_change_shrinks(const struct bm_change *change)
{
	return bm_change_keeps(change) &&
	       change->entry->size < change->now->account.limit;
}

/* Whether its pages stay as they are. */
static bool bm_change_stays(const struct bm_change *change)
{
	return bm_change_keeps(change) &&
	       change->entry->size == change->now->account.limit;
}

/* In how many blocks the pages will be; until that is known, none: see the sum. */
static u32 bm_change_blocks(const struct bm_change *change)
{
	if (change->next)
		return change->next->pages.blocks;
	if (change->resizes)
		return change->resize.pages.blocks;
	return bm_change_stays(change) ? change->now->pages.blocks : 0;
}

/* Bytes that a slot will take, records included, or the least that it may take. */
static u64 bm_change_bytes(const struct bm_change *change)
{
	return change->entry->size +
	       bm_budget_overhead(change->entry, bm_change_blocks(change));
}

/* Charges all that will be against the total that will be. */
static int bm_apply_sum(const struct bm_application *apply)
{
	u64 stated = apply->wish->total ?: apply->system->stated;
	struct bm_verdict *verdict = apply->verdict;
	struct bm_account sum;
	u64 set_aside = 0;
	u32 i;

	bm_account_init(&sum, stated ?: U64_MAX);
	for (i = 0; i < apply->table->entries; i++) {
		const struct bm_change *change = bm_apply_change(apply, i);
		u64 bytes = bm_change_bytes(change);

		if (bm_account_charge(&sum, bytes)) {
			verdict->total = stated;
			verdict->overhead = bytes - change->entry->size;
			return bm_blame(verdict, BUDGETMEM_REASON_TOTAL, change,
					bytes - bm_account_left(&sum));
		}
		set_aside += change->entry->size;
	}
	verdict->total = stated ?: sum.used;
	verdict->set_aside = set_aside;
	verdict->overhead = sum.used - set_aside;
	return 0;
}

static int bm_change_prepare(struct bm_application *apply, struct bm_change *change)
{
	const struct budgetmem_budget_entry *entry = change->entry;
	enum budgetmem_reason reason = BUDGETMEM_REASON_MEMORY;
	u64 missing = 0;
	int err = 0;

	if (bm_change_stays(change) || change->resizes)
		return 0;
	if (!bm_change_keeps(change)) {
		err = bm_budget_make(apply->system, entry, &change->next, &missing);
		if (!err && !change->now)
			err = bm_sysfs_add(apply->system, entry->name);
	} else {
		err = bm_resize_prepare(&change->resize, change->now, entry->size,
					&missing);
		change->resizes = !err;
	}
	if (err == -EBUSY)
		reason = BUDGETMEM_REASON_IN_USE;
	return err ? bm_blame(apply->verdict, reason, change, missing) : 0;
}

/*
 * Whether a budget goes, or is replaced, that somebody uses. What is in quarantine
 * uses it as well, so that has to be looked through before.
 */
static int bm_apply_check_use_locked(const struct bm_application *apply)
{
	u32 slot;

	lockdep_assert_held(&apply->system->lock);
	for (slot = 0; slot < apply->slots; slot++) {
		const struct bm_change *change = &apply->change[slot];

		if (change->now && !bm_change_keeps(change) &&
		    !bm_budget_is_idle(change->now))
			return bm_blame(apply->verdict, BUDGETMEM_REASON_IN_USE,
					change, 0);
	}
	return 0;
}

/* The same before anything is set aside, most of the time in vain. */
static int bm_apply_check_use(const struct bm_application *apply)
{
	u32 slot;
	int err;

	for (slot = 0; slot < apply->slots; slot++) {
		const struct bm_change *change = &apply->change[slot];

		if (change->now && !bm_change_keeps(change))
			bm_budget_sweep(change->now);
	}
	mutex_lock(&apply->system->lock);
	err = bm_apply_check_use_locked(apply);
	mutex_unlock(&apply->system->lock);
	return err;
}

/*
 * What is in use is found before what is not to be had. The sum is looked at again
 * when the number of blocks is known.
 */
static int bm_apply_prepare(struct bm_application *apply)
{
	int err = bm_apply_sum(apply);
	u32 i;

	if (!err)
		err = bm_apply_check_use(apply);
	for (i = 0; i < apply->table->entries && !err; i++)
		if (bm_change_shrinks(bm_apply_change(apply, i)))
			err = bm_change_prepare(apply, bm_apply_change(apply, i));
	for (i = 0; i < apply->table->entries && !err; i++)
		err = bm_change_prepare(apply, bm_apply_change(apply, i));
	return err ?: bm_apply_sum(apply);
}

static void bm_change_label(struct bm_budget *budget,
			    const struct budgetmem_budget_entry *entry)
{
	budget->uid = KUIDT_INIT(entry->uid);
	budget->gid = KGIDT_INIT(entry->gid);
	budget->mode = entry->mode;
	budget->overhead = bm_budget_overhead(entry, budget->pages.blocks);
}

static struct bm_budget *bm_change_commit(struct bm_change *change)
{
	struct bm_budget *budget = change->next ?: change->now;

	if (!change->entry || change->next) {
		budget = change->entry ? change->next : NULL;
		change->next = change->now;
		return budget;
	}
	if (change->resizes)
		bm_resize_commit_locked(&change->resize);
	bm_change_label(budget, change->entry);
	return budget;
}

static void bm_apply_commit_locked(struct bm_application *apply)
{
	const struct bm_verdict *verdict = apply->verdict;
	struct bm_system *system = apply->system;
	u32 slot;

	for (slot = 0; slot < apply->slots; slot++)
		apply->budget[slot] = bm_change_commit(&apply->change[slot]);
	swap(system->budget, apply->budget);
	system->slots = apply->slots;
	system->budgets = apply->table->entries;
	system->stated = apply->wish->total ?: system->stated;
	system->overhead = verdict->overhead;
	system->account.used = verdict->set_aside + verdict->overhead;
	bm_account_limit(&system->account, verdict->total);
	bm_account_mark(&system->account);
	apply->done = true;
}

/* Now, or never: nothing here allocates. */
static int bm_apply_take_effect(struct bm_application *apply)
{
	struct bm_system *system = apply->system;
	int err;

	down_write(&system->table);
	mutex_lock(&system->lock);
	err = bm_apply_check_use_locked(apply);
	if (!err && !apply->wish->dry_run)
		bm_apply_commit_locked(apply);
	mutex_unlock(&system->lock);
	up_write(&system->table);
	return err;
}

/* A budget that is not there, or not there any more, has no directory in sysfs. */
static void bm_change_hide(const struct bm_application *apply,
			   const struct bm_change *change)
{
	if (apply->done && !change->entry && change->now)
		bm_sysfs_remove(apply->system, change->now->name);
	else if (!apply->done && change->entry && !change->now)
		bm_sysfs_remove(apply->system, change->entry->name);
}

/* Of what came, if it did not take effect, and else of what went. */
static void bm_apply_finish(struct bm_application *apply)
{
	u32 slot;

	for (slot = 0; slot < apply->slots; slot++) {
		struct bm_change *change = &apply->change[slot];

		bm_change_hide(apply, change);
		if (change->resizes)
			bm_resize_finish(&change->resize);
		if (change->next)
			bm_budget_release(change->next);
	}
	kvfree(apply->budget);
	kvfree(apply->change);
}

static int bm_apply_begin(struct bm_application *apply)
{
	apply->most = apply->system->slots + apply->table->entries;
	/* Nothing of nothing is not a failure. */
	apply->change = kvcalloc(apply->most + 1, sizeof(*apply->change),
				 GFP_KERNEL | __GFP_NOWARN);
	apply->budget = kvcalloc(apply->most + 1, sizeof(*apply->budget),
				 GFP_KERNEL | __GFP_NOWARN);
	if (!apply->change || !apply->budget) {
		apply->verdict->reason = BUDGETMEM_REASON_MEMORY;
		return -ENOMEM;
	}
	bm_apply_match(apply);
	return 0;
}

static int bm_apply_run(struct bm_application *apply)
{
	const struct bm_table_wish *wish = apply->wish;
	int err = bm_apply_begin(apply);

	if (!err)
		err = bm_apply_prepare(apply);
	if (!err && wish->tell)
		err = wish->tell(apply->verdict, wish->data);
	if (!err)
		err = bm_apply_take_effect(apply);
	bm_apply_finish(apply);
	return err;
}

/**
 * bm_table_apply() - replace the table of budgets, or change nothing
 * @system: initialised
 * @wish: what to
 * @verdict: filled
 *
 * Context: process context, may sleep.
 * Return: 0, -EPERM if the system is locked, -EDQUOT, -EBUSY, -ENOMEM, or what
 * @wish->tell() returned.
 */
int bm_table_apply(struct bm_system *system, const struct bm_table_wish *wish,
		   struct bm_verdict *verdict)
{
	struct bm_application apply = {
		.system = system,
		.table = wish->table,
		.wish = wish,
		.verdict = verdict,
	};
	int err = -EPERM;

	*verdict = (struct bm_verdict) { .failed = BUDGETMEM_NO_ENTRY };
	mutex_lock(&system->applying);
	if (system->phase != BUDGETMEM_SYSTEM_LOCKED)
		err = bm_apply_run(&apply);
	trace_budgetmem_apply(verdict, wish->table->entries, wish->dry_run, err);
	mutex_unlock(&system->applying);
	return err;
}

/* In one line, for whoever loads the module. */
void __init bm_verdict_tell(const struct bm_verdict *verdict, struct bm_reason *reason)
{
	switch (verdict->reason) {
	case BUDGETMEM_REASON_TOTAL:
		bm_refuse(reason, 0,
			  "budgets: \"%s\" (%llu bytes, records included) does not fit into total=%llu by %llu bytes",
			  verdict->name, verdict->wanted + verdict->overhead,
			  verdict->total, verdict->missing);
		break;
	case BUDGETMEM_REASON_NODE:
		bm_refuse(reason, 0, "budgets: \"%s\" asks for a node that has no memory",
			  verdict->name);
		break;
	default:
		bm_refuse(reason, 0,
			  "budgets: \"%s\" does not fit into memory: %llu KiB asked, %llu KiB missing",
			  verdict->name, verdict->wanted >> 10,
			  DIV_ROUND_UP_ULL(verdict->missing, 1024));
	}
}
