/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note OR MIT */
/*
 * budgetmem: what can be asked. A part of the contract in budgetmem.h, which includes
 * it and has the specification.
 */
#ifndef _UAPI_LINUX_BUDGETMEM_INFO_H
#define _UAPI_LINUX_BUDGETMEM_INFO_H

#include <linux/budgetmem.h>

/**
 * enum budgetmem_select - which object an _INFO call describes
 * @BUDGETMEM_SELECT_OWN: the caller's client, or the budget it is bound to
 * @BUDGETMEM_SELECT_NAME: the one that is called @name: any visible budget, or a
 *	pool of the caller's own client
 * @BUDGETMEM_SELECT_OFFSET: the pool of the caller's own client with this offset
 * @BUDGETMEM_SELECT_NEXT: the next visible one after @cursor, which is 0 for the
 *	first; ENOENT after the last. Objects that come and go meanwhile may or
 *	may not be seen; those that stay are seen exactly once.
 */
enum budgetmem_select {
	BUDGETMEM_SELECT_OWN	= 0,
	BUDGETMEM_SELECT_NAME	= 1,
	BUDGETMEM_SELECT_OFFSET	= 2,
	BUDGETMEM_SELECT_NEXT	= 3,
};

/**
 * struct budgetmem_query - what this module is and holds
 * @flags: in, 0
 * @version: out, BUDGETMEM_VERSION of the module
 * @features: out, bits BUDGETMEM_FEATURE_...
 * @page_size: out, bytes; pool sizes are multiples of it
 * @total: out, bytes that budgets and overhead together may take
 * @set_aside: out, bytes of all budgets
 * @overhead: out, bytes of the module's own records for them
 * @held_pages: out, pages that are free, counted from the pages themselves, or
 *	charged; @set_aside / @page_size unless a page was lost
 * @budgets: out, number of budgets
 * @clients: out, number of clients in all budgets
 * @pools: out, number of pools in all budgets
 * @phase: out, enum budgetmem_system_phase
 */
struct budgetmem_query {
	__u32 flags;
	__u32 version;
	__aligned_u64 features;
	__aligned_u64 page_size;
	__aligned_u64 total;
	__aligned_u64 set_aside;
	__aligned_u64 overhead;
	__aligned_u64 held_pages;
	__u32 budgets;
	__u32 clients;
	__u32 pools;
	__u32 phase;
};

/**
 * struct budgetmem_budget_info - state of a budget
 * @select: in, enum budgetmem_select: OWN, NAME or NEXT
 * @flags: in, 0
 * @cursor: in and out for NEXT; in, 0 otherwise
 * @name: in for NAME, all zeros for OWN; out
 * @size: out, bytes set aside for pools
 * @used: out, bytes of its pools, those being given back and quarantine included
 * @high_water: out, bytes, the most that @used ever was, but not above @size
 * @quarantined: out, bytes of released pages that somebody still holds pinned
 * @overhead: out, bytes of the module's records for this budget
 * @refused_over_budget: out, calls refused with EDQUOT
 * @refused_locked: out, calls refused with EPERM
 * @refused_access: out, BIND, BUDGET_INFO, POOL_EXPORT and mmap(), of dma-bufs too,
 *	refused with EACCES
 * @uid: out, owner, as the caller's user namespace sees it
 * @gid: out, group, likewise
 * @mode: out, permission bits, 0666 at most
 * @clients: out, number of clients now
 * @client_limit: out, most clients at a time
 * @pools: out, number of pools now
 * @pool_limit: out, most pools at a time
 * @node: out, node of its memory, or BUDGETMEM_NODE_ANY
 * @detached: out, bytes of pools without a client
 * @detached_pools: out, number of them
 * @reserved: in, 0
 */
struct budgetmem_budget_info {
	__u32 select;
	__u32 flags;
	__aligned_u64 cursor;
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__aligned_u64 used;
	__aligned_u64 high_water;
	__aligned_u64 quarantined;
	__aligned_u64 overhead;
	__aligned_u64 refused_over_budget;
	__aligned_u64 refused_locked;
	__aligned_u64 refused_access;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 clients;
	__u32 client_limit;
	__u32 pools;
	__u32 pool_limit;
	__u32 node;
	__aligned_u64 detached;
	__u32 detached_pools;
	__u32 reserved;
};

/**
 * struct budgetmem_client_info - state of a client
 * @select: in, enum budgetmem_select: OWN or NEXT
 * @flags: in, 0
 * @cursor: in and out for NEXT; in, 0 otherwise
 * @client: out, its number
 * @budget: out, name of its budget
 * @command: out, name of the command that bound it: any bytes that it gave itself
 * @pid: out, process that bound it, in the caller's pid namespace; 0 if it has
 *	no number there or is gone
 * @uid: out, user who opened it, as the caller's user namespace sees it
 * @phase: out, enum budgetmem_phase
 * @pools: out, number of its pools
 * @used: out, bytes of its pools
 * @high_water: out, bytes, the most that @used ever was, but not above the budget's
 *	size
 * @refused: out, its calls refused with EDQUOT or EPERM
 */
struct budgetmem_client_info {
	__u32 select;
	__u32 flags;
	__aligned_u64 cursor;
	__aligned_u64 client;
	char budget[BUDGETMEM_NAME_SIZE];
	char command[BUDGETMEM_COMMAND_SIZE];
	__u32 pid;
	__u32 uid;
	__u32 phase;
	__u32 pools;
	__aligned_u64 used;
	__aligned_u64 high_water;
	__aligned_u64 refused;
};

/**
 * struct budgetmem_pool_info - state of a pool
 * @select: in, enum budgetmem_select: NAME, OFFSET or NEXT
 * @flags: in, 0
 * @cursor: in and out for NEXT; in, 0 otherwise
 * @offset: in for OFFSET, 0 for NAME; out, 0 if it is not the caller's own pool
 * @name: in for NAME, all zeros for OFFSET; out
 * @client: out, number of its client, of the last one if it is detached
 * @budget: out, name of its budget
 * @size: out, bytes
 * @layout: out, that it was created with
 * @threshold: out, bytes, that POOL_WATCH set; 0 if none
 * @uid: out, user who opened the file that created it, as the caller's user
 *	namespace sees it
 * @properties: out, bits BUDGETMEM_POOL_...
 * @exports: out, number of its dma-bufs
 * @importers: out, number of devices that are attached to them
 * @mappings: out, number of mappings, those of dma-bufs included
 * @reported: out, 1 if the pool begins with a sound struct budgetmem_pool_header
 *	and the fields below come from there; 0 if they are 0. They are what the
 *	client says, not what the kernel has seen.
 * @reported_used: out, bytes
 * @reported_high_water: out, bytes
 * @reported_refused: out, number of requests that did not fit into the pool
 * @reported_layout: out, number that names the layout
 */
struct budgetmem_pool_info {
	__u32 select;
	__u32 flags;
	__aligned_u64 cursor;
	__aligned_u64 offset;
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 client;
	char budget[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__aligned_u64 layout;
	__aligned_u64 threshold;
	__u32 uid;
	__u32 properties;
	__u32 exports;
	__u32 importers;
	__u32 mappings;
	__u32 reported;
	__aligned_u64 reported_used;
	__aligned_u64 reported_high_water;
	__aligned_u64 reported_refused;
	__aligned_u64 reported_layout;
};

/* "BMPH" in memory on a little-endian machine. */
#define BUDGETMEM_POOL_MAGIC	0x48504d42u

/**
 * struct budgetmem_pool_header - what a client says of its pool
 * @magic: BUDGETMEM_POOL_MAGIC
 * @version: 1
 * @size: bytes of the pool; the header is sound only if this is the real size
 * @used: bytes taken
 * @high_water: bytes, the most that @used ever was
 * @refused: number of requests that did not fit
 * @layout: number that names the layout of the rest
 * @reserved: 0
 *
 * In the machine's byte order, at the pool's first byte.
 */
struct budgetmem_pool_header {
	__u32 magic;
	__u32 version;
	__aligned_u64 size;
	__aligned_u64 used;
	__aligned_u64 high_water;
	__aligned_u64 refused;
	__aligned_u64 layout;
	__aligned_u64 reserved[2];
};

/* The same for every caller: bytes of each struct. */
static_assert(sizeof(struct budgetmem_query) == 72, "contract");
static_assert(sizeof(struct budgetmem_budget_info) == 160, "contract");
static_assert(sizeof(struct budgetmem_client_info) == 112, "contract");
static_assert(sizeof(struct budgetmem_pool_info) == 176, "contract");
static_assert(sizeof(struct budgetmem_pool_header) == 64, "contract");

#endif /* _UAPI_LINUX_BUDGETMEM_INFO_H */
