/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note OR MIT */
/*
 * budgetmem: what an administrator does to the system. A part of the contract in
 * budgetmem.h, which includes it and has the specification of the rest.
 *
 * Tables
 * ======
 *
 * SYSTEM_APPLY replaces the table of budgets: budgets that are not in the new one
 * go, those that are new come, those of the same name get what the new one says.
 * Either all of the new table is set aside when the call returns 0, or nothing has
 * changed and the answer says which entry failed, and why. Clients go on working
 * meanwhile; only memory that no client has can be taken away:
 *
 *	- a budget that goes, or gets other limits or another node, has no client,
 *	  no pool and no quarantined page, or the call fails with EBUSY;
 *	- a budget shrinks by what is free in it, or the call fails with EBUSY;
 *	- owner and mode change at once, for calls that come afterwards.
 *
 * Pages that are about to be taken away count as used while the call is at work. What
 * comes is set aside before what it replaces is given back: until the call returns the
 * machine has to have both.
 *
 * Memory of a budget comes from one node of the machine's memory, if its entry names
 * one, and from there only. It belongs to the system and not to whoever set it up:
 * it is charged to no memory cgroup and to no RLIMIT_MEMLOCK, is never taken from CMA
 * or from memory that can be unplugged, and cannot be moved.
 */
#ifndef _UAPI_LINUX_BUDGETMEM_SETUP_H
#define _UAPI_LINUX_BUDGETMEM_SETUP_H

#include <linux/budgetmem.h>

/* For SYSTEM_APPLY: answer as if, set everything aside, and give it back. */
#define BUDGETMEM_APPLY_DRY_RUN		0x1u

/* Most budgets of a table. */
#define BUDGETMEM_BUDGETS_MAX		1024

/* Most bytes of an entry of a table, now and in all versions. */
#define BUDGETMEM_ENTRY_SIZE_MAX	4096

/* In place of a node of the machine's memory: any. */
#define BUDGETMEM_NODE_ANY		0xffffffffu

/* In place of the index of an entry: none of them. */
#define BUDGETMEM_NO_ENTRY		0xffffffffu

/**
 * struct budgetmem_budget_entry - a line of a table of budgets
 * @name: unique in the table
 * @size: bytes, > 0; rounded up to whole pages
 * @uid: owner, in the initial user namespace
 * @gid: group, likewise
 * @mode: permission bits, 0666 at most
 * @pool_limit: most pools at a time, 1 to 131072
 * @client_limit: most clients at a time, 1 to 65536
 * @node: of the machine's memory, or BUDGETMEM_NODE_ANY
 * @flags: 0
 * @reserved: 0
 */
struct budgetmem_budget_entry {
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 pool_limit;
	__u32 client_limit;
	__u32 node;
	__u32 flags;
	__u32 reserved;
};

/**
 * enum budgetmem_reason - why a table was not applied
 * @BUDGETMEM_REASON_NONE: the errno says all
 * @BUDGETMEM_REASON_NAME: EINVAL, the name is malformed
 * @BUDGETMEM_REASON_TWICE: EINVAL, another entry has the same name
 * @BUDGETMEM_REASON_SIZE: EINVAL, the size is 0 or too large for a budget
 * @BUDGETMEM_REASON_OWNER: EINVAL, the uid or the gid names nobody
 * @BUDGETMEM_REASON_MODE: EINVAL, the mode has other bits than 0666
 * @BUDGETMEM_REASON_LIMIT: EINVAL, a limit is out of its range
 * @BUDGETMEM_REASON_NODE: EINVAL, the machine has no memory of this node
 * @BUDGETMEM_REASON_UNKNOWN: EINVAL or E2BIG, flags or what this kernel does not
 *	know is not 0
 * @BUDGETMEM_REASON_TOTAL: EDQUOT, the total is exceeded; @missing says by how much
 * @BUDGETMEM_REASON_MEMORY: ENOMEM; @missing says how much was not to be had
 * @BUDGETMEM_REASON_IN_USE: EBUSY; @missing says how much would have to be free,
 *	0 if the budget has to be without clients, pools and quarantined pages
 */
enum budgetmem_reason {
	BUDGETMEM_REASON_NONE		= 0,
	BUDGETMEM_REASON_NAME		= 1,
	BUDGETMEM_REASON_TWICE		= 2,
	BUDGETMEM_REASON_SIZE		= 3,
	BUDGETMEM_REASON_OWNER		= 4,
	BUDGETMEM_REASON_MODE		= 5,
	BUDGETMEM_REASON_LIMIT		= 6,
	BUDGETMEM_REASON_NODE		= 7,
	BUDGETMEM_REASON_UNKNOWN	= 8,
	BUDGETMEM_REASON_TOTAL		= 9,
	BUDGETMEM_REASON_MEMORY		= 10,
	BUDGETMEM_REASON_IN_USE		= 11,
};

/**
 * struct budgetmem_system_apply - replace the table of budgets
 * @entries: in, address of @count structs of @entry_size bytes each
 * @count: in, 0 to BUDGETMEM_BUDGETS_MAX
 * @entry_size: in, sizeof(struct budgetmem_budget_entry) of the caller, at most
 *	BUDGETMEM_ENTRY_SIZE_MAX; entries of other sizes are read as structs of calls
 *	are
 * @flags: in, 0 or BUDGETMEM_APPLY_DRY_RUN
 * @reserved: in, 0
 * @total: in, bytes that budgets and overhead together may take from now on, 0 to
 *	leave it as it was stated last; out, what it is. Where it was never stated
 *	it is what the table needs.
 * @set_aside: out, bytes of all budgets
 * @overhead: out, bytes of the module's records for them
 * @missing: out, bytes; see enum budgetmem_reason
 * @name: out, the budget that the failure is about, all zeros if there is none
 * @failed: out, index of the entry that the failure is about, or BUDGETMEM_NO_ENTRY
 * @reason: out, enum budgetmem_reason
 *
 * The only call whose answer is written when it fails as well, unless the struct
 * itself is what is malformed: @missing, @name, @failed and @reason then mean
 * something, and the other outputs stay as they were.
 */
struct budgetmem_system_apply {
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 flags;
	__u32 reserved;
	__aligned_u64 total;
	__aligned_u64 set_aside;
	__aligned_u64 overhead;
	__aligned_u64 missing;
	char name[BUDGETMEM_NAME_SIZE];
	__u32 failed;
	__u32 reason;
};

/**
 * struct budgetmem_system_lock - make the table of budgets final
 * @flags: in, 0
 * @reserved: in, 0
 */
struct budgetmem_system_lock {
	__u32 flags;
	__u32 reserved;
};

/**
 * struct budgetmem_pool_remove - give a detached persistent pool back
 * @budget: in, name of its budget
 * @name: in, its own
 * @flags: in, 0
 * @reserved: in, 0
 *
 * If it is exported it is no longer persistent, and goes with its last dma-buf.
 */
struct budgetmem_pool_remove {
	char budget[BUDGETMEM_NAME_SIZE];
	char name[BUDGETMEM_NAME_SIZE];
	__u32 flags;
	__u32 reserved;
};

/* The same for every caller: bytes of each struct. */
static_assert(sizeof(struct budgetmem_budget_entry) == 72, "contract");
static_assert(sizeof(struct budgetmem_system_apply) == 96, "contract");
static_assert(sizeof(struct budgetmem_system_lock) == 8, "contract");
static_assert(sizeof(struct budgetmem_pool_remove) == 72, "contract");

#endif /* _UAPI_LINUX_BUDGETMEM_SETUP_H */
