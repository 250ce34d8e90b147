/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system: all budgets, and the one lock under which anything is charged.
 *
 * Locking: bm_system::lock protects every account, every list and every phase in
 * the module, so that checking and charging, and creating and locking, cannot
 * come apart. It nests inside mmap_lock (mmap() takes it): nobody may touch user
 * memory while holding it. Pages are zeroed and mapped without it.
 *
 * bm_system::table is held for reading by whoever uses a budget that he has no
 * client of, or walks the pages of a pool, without the lock; it is held for writing
 * for the moment in which a new table takes effect. It nests between mmap_lock and
 * the lock: mmap_lock, table, lock. bm_system::applying is the outermost.
 */
#ifndef BUDGETMEM_SYSTEM_H
#define BUDGETMEM_SYSTEM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/uidgid.h>
#include <linux/budgetmem.h>

#include "budget.h"
#include "events.h"
#include "names.h"
#include "pages.h"
#include "parameters.h"

struct bm_client;
struct bm_pool;
struct bm_system;
struct kset;

/**
 * struct bm_budget - memory that is set aside, and who may take it
 * @system: that it belongs to
 * @name: filled up with zeros
 * @uid: owner
 * @gid: group
 * @mode: permission bits
 * @node: of the machine's memory, NUMA_NO_NODE for any
 * @account: bytes of pools; quarantine stays charged
 * @pages: the memory
 * @quarantine: pages that were given back but are pinned
 * @quarantined: number of them, those being looked at included
 * @sweeping: one at a time looks through the quarantine; taken outside the lock
 * @overhead: bytes of all records for this budget
 * @client: all client objects, in use or not
 * @client_limit: number of them
 * @clients: number of published ones
 * @taken_clients: number of those in use, published or not
 * @free_clients: those not in use
 * @pool: all pool objects, in use or not
 * @pool_limit: number of them
 * @pools: number of published ones
 * @taken_pools: number of those in use, published or not
 * @free_pools: those not in use
 * @names: pools by name
 * @detached: pools without a client
 * @detached_pools: number of them
 * @detached_bytes: their bytes
 * @refused_over_budget: calls refused with EDQUOT
 * @refused_locked: calls refused with EPERM
 * @refused_access: calls refused with EACCES
 *
 * Clients and pools are allocated with the budget: taking one cannot fail for
 * lack of memory.
 */
struct bm_budget {
	struct bm_system *system;
	char name[BUDGETMEM_NAME_SIZE];
	kuid_t uid;
	kgid_t gid;
	umode_t mode;
	int node;
	struct bm_account account;
	struct bm_pages pages;
	struct bm_chain quarantine;
	u32 quarantined;
	struct mutex sweeping; /* bm_budget_sweep() */
	u64 overhead;
	struct bm_client *client;
	u32 client_limit;
	u32 clients;
	u32 taken_clients;
	struct list_head free_clients;
	struct bm_pool *pool;
	u32 pool_limit;
	u32 pools;
	u32 taken_pools;
	struct list_head free_pools;
	struct bm_names names;
	struct list_head detached;
	u32 detached_pools;
	u64 detached_bytes;
	u64 refused_over_budget;
	u64 refused_locked;
	u64 refused_access;
};

/**
 * struct bm_system - everything
 * @applying: one at a time replaces the table, or locks the system
 * @table: see above
 * @lock: see above
 * @phase: of the system
 * @account: bytes of all budgets and of all records
 * @stated: bytes that the administrator stated as the total, 0 if he never did
 * @overhead: bytes of all records
 * @budget: by slot, NULL where there is none; a budget keeps its slot
 * @slots: number of slots
 * @budgets: number of budgets
 * @last_client: number of the client that was bound last
 * @held_pages: pages that the module holds for pools
 * @watch: clients whose pools have to be looked at
 * @shown: directories of budgets in sysfs, NULL while there is no device
 */
struct bm_system {
	struct mutex applying; /* bm_table_apply(), bm_system_lock() */
	struct rw_semaphore table;
	struct mutex lock; /* all that is charged, listed or in a phase */
	enum budgetmem_system_phase phase;
	struct bm_account account;
	u64 stated;
	u64 overhead;
	struct bm_budget **budget;
	u32 slots;
	u32 budgets;
	u64 last_client;
	atomic_long_t held_pages;
	struct bm_watch watch;
	struct kset *shown;
};

int bm_system_set_up(struct bm_system *system, const struct bm_table *table,
		     u64 total, struct bm_reason *reason);
void bm_system_tear_down(struct bm_system *system);
int bm_system_lock(struct bm_system *system);

int bm_budget_make(struct bm_system *system,
		   const struct budgetmem_budget_entry *entry,
		   struct bm_budget **made, u64 *missing);
void bm_budget_release(struct bm_budget *budget);
u64 bm_budget_overhead(const struct budgetmem_budget_entry *entry, u32 blocks);
bool bm_budget_is_idle(const struct bm_budget *budget);

struct bm_budget *bm_budget_next_locked(const struct bm_system *system, u32 *slot);
struct bm_budget *bm_budget_find_locked(const struct bm_system *system,
					const char *name);
void bm_budget_sweep(struct bm_budget *budget);
void bm_budget_sweep_held(struct bm_budget *budget);
void bm_budget_describe_locked(struct bm_budget *budget,
			       struct budgetmem_budget_info *info);
void bm_system_describe(struct bm_system *system, struct budgetmem_query *query);

#endif
