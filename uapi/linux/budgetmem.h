/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note OR MIT */
/*
 * budgetmem: memory budgets that hold
 *
 * This file is the contract between the kernel module budgetmem.ko and its
 * users, and the specification of both. It is the same for 32-bit and 64-bit
 * callers.
 *
 * Objects
 * =======
 *
 * system  The module's memory. Budgets and what the module itself needs for
 *	   them never exceed the system's total. The table of budgets is given
 *	   at insmod; an administrator may replace it until the system is locked.
 * budget  A named amount of physical memory that is already set aside, with an
 *	   owner (uid, gid, mode). It is memory and not a promise: a pool within
 *	   the budget is never refused for lack of RAM. What the module needs to
 *	   keep its clients and pools is set aside with it.
 * client  One open file description of /dev/budgetmem that was bound to a
 *	   budget. dup(), fork() and SCM_RIGHTS hand on the same client. It ends
 *	   with the last descriptor *and* the last mapping of its pools.
 * pool	   A named run of zeroed, resident pages of one client. Its size never
 *	   changes. A persistent or an exported one may outlive its client: it is
 *	   detached then, and stays charged to the budget.
 *
 * Phases
 * ======
 *
 *	open()          BIND            LOCK            last close, last munmap
 *	 ---> UNBOUND ---------> INIT ---------> LOCKED ----------> ended
 *	          |               |                                  ^
 *	          +---------------+----------------------------------+
 *
 * There is no way back. What each call does in each phase:
 *
 *	call		UNBOUND		INIT		LOCKED
 *	------------	-------------	-------------	-------------
 *	QUERY		answers		answers		answers
 *	BUDGET_INFO	answers (a)	answers		answers
 *	CLIENT_INFO	answers (a)	answers		answers
 *	POOL_INFO	answers (a)	answers		answers
 *	BIND		-> INIT		EBUSY		EPERM
 *	POOL_CREATE	EBUSY		new pool	EPERM
 *	POOL_ATTACH	EBUSY		pool is back	EPERM
 *	POOL_DESTROY	EBUSY		pool gone	EPERM
 *	LOCK		EBUSY		-> LOCKED	EPERM
 *	POOL_EXPORT	EBUSY		new descriptor	new descriptor
 *	POOL_WATCH	EBUSY		sets		sets
 *	EVENTS		EBUSY		answers		answers
 *	mmap()		EBUSY		maps		maps
 *	poll()		EPOLLERR	waits		waits
 *
 *	(a) but what is asked for the caller's own client gives EBUSY.
 *
 * LOCK, POOL_CREATE and POOL_ATTACH are ordered by one lock in the kernel: once
 * LOCK has returned in any thread, no pool appears in or disappears from that
 * client. Whatever a lock forbids is refused with EPERM.
 *
 * The system has phases of its own, which no client's phase depends on:
 *
 *	insmod           SYSTEM_LOCK, or lock=1 at insmod         rmmod
 *	 ------> SETUP ----------------------------------> LOCKED ------> ended
 *
 *	call		SETUP		LOCKED
 *	------------	-------------	-------------
 *	SYSTEM_APPLY	new table	EPERM
 *	SYSTEM_LOCK	-> LOCKED	EPERM
 *	POOL_REMOVE	pool gone	pool gone
 *
 * Once the system is locked no budget appears, disappears or changes.
 *
 * Who may do what
 * ===============
 *
 * The credentials are those with which the file was opened, whoever holds the
 * descriptor now. A budget's mode reads like a file's: the class (owner, group,
 * other) is chosen once, and within it
 *	w	allows to bind to the budget,
 *	r	allows to see its state, its clients and their pools.
 * x means nothing and is not accepted. A client always sees itself and its own
 * pools. CAP_SYS_ADMIN in the initial user namespace passes both checks.
 *
 * SYSTEM_APPLY, SYSTEM_LOCK and POOL_REMOVE want that capability, and no client:
 * any open file of the device will do. There is no device node of its own for them,
 * because the right to set a system up is not one that a file's mode could give away
 * by accident, and because who opened the file is known exactly as well.
 *
 * A persistent pool belongs to the user who opened the file that created it. Nobody
 * else can attach it, administrators included, who can only remove it.
 *
 * Pools
 * =====
 *
 * POOL_CREATE returns an offset. It is opaque, belongs to this client, and is
 * what mmap() takes to map the pool:
 *
 *	mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset)
 *
 * The length is the pool's whole size and the mapping MAP_SHARED. Every page is
 * installed before mmap() returns: no later access faults, not the first store
 * either, whatever the rest of the system does. Pages are ordinary memory to
 * O_DIRECT, io_uring, vmsplice() and write(); 6.1 refuses to register them as fixed
 * io_uring buffers (EOPNOTSUPP). Futexes in a pool are for the threads of one
 * process (FUTEX_PRIVATE_FLAG); shared ones give EFAULT.
 *
 * A mapping is never executable and never grows; where the file was opened
 * read-only it is, and stays, read-only. What a process does to its own mapping
 * (madvise(), mprotect(), munmap() of a part), or another one that may trace it
 * (/proc/PID/clear_refs, process_madvise()), may cost it later faults; it loses no
 * data and gets no SIGBUS. fork() leaves the mapping out of the child, which may
 * map the pool again through the inherited descriptor; madvise(MADV_DOFORK) hands
 * it on instead.
 *
 * A pool is zeroed when it is given back, before its pages count as free. A page
 * that somebody still holds pinned by then (O_DIRECT, io_uring, vmsplice()) is
 * quarantined: it stays charged to the budget and is handed to nobody until the
 * pin is gone. A page that the machine found to be bad stays there for ever.
 *
 * The first bytes of a pool may hold a struct budgetmem_pool_header. It is the
 * client's own statement: the kernel only reads it, for POOL_INFO and fdinfo.
 *
 * /proc/PID/fdinfo/FD of a client shows lines "budgetmem-KEY:\tVALUE" with the
 * keys client, budget, phase, used, high-water and refused, and one line
 * "budgetmem-pool:\tNAME SIZE USED HIGH-WATER REFUSED" for each pool; sizes in
 * bytes, "-" where the client reports nothing. A file that is not bound has the
 * one line "budgetmem-phase:\tunbound".
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
 *
 * Pools that outlive their client
 * ===============================
 *
 * A pool that was created with BUDGETMEM_POOL_PERSISTENT stays, with its contents,
 * when its client ends. It is detached then, and POOL_ATTACH gives it to the next
 * client that the same user binds to the same budget, if size and layout number are
 * those that it was created with. Names of persistent pools are unique in a budget.
 * POOL_DESTROY gives one back like any other; POOL_REMOVE gives a detached one back.
 *
 * POOL_EXPORT makes a dma-buf of a pool, to be mapped by other processes, imported by
 * drivers and used by other kernel modules. Every call makes another one. It is
 * read-only or read-write for good: a read-only one is not mapped writable, and no
 * device writes to it. Its mmap() is like that of a pool, except that a part may be
 * mapped. /proc/PID/fdinfo/FD of whoever holds one has the line
 * "exp_name:\tbudgetmem:BUDGET:POOL". A pool outlives its client until its last
 * dma-buf is gone, and POOL_DESTROY of an exported one is refused with EBUSY.
 *
 * Events
 * ======
 *
 * A client's file is readable (EPOLLIN, EPOLLRDNORM) as long as something happened
 * that EVENTS has not told yet: a call of the client was refused with EDQUOT or
 * EPERM, or the high-water mark in the header of one of its pools reached the
 * threshold that POOL_WATCH set. Nothing is lost: a mark never falls, so the kernel
 * looks at those that are watched when somebody asks, and ten times a second while
 * somebody waits. EPOLLHUP and EPOLLERR are never raised on a client.
 *
 * Calls
 * =====
 *
 * The struct's size is part of the ioctl number. A struct may grow at its end in
 * later versions: a shorter one from an older caller is read as if zeros
 * followed; a longer one from a newer caller is accepted if all that this kernel
 * does not know is zero, and E2BIG otherwise. Shorter than in version 1 is
 * EINVAL.
 *
 * "in" fields are read, "out" fields are ignored on entry and mean something
 * only after success. A call that fails changes nothing but counters of
 * refusals. flags and reserved fields must be 0. A name is 1 to 31 characters of
 * A-Z a-z 0-9 _ - . and is filled up with zeros.
 *
 * Each errno has one meaning:
 *
 *	EFAULT	the pointer is bad
 *	E2BIG	the struct is longer than this kernel knows and its end not zero
 *	EINVAL	malformed: flag, reserved field, selector, name, size of 0 or too
 *		large to round up to pages, struct too short; mmap() with
 *		MAP_PRIVATE or a length that is not the pool's
 *	EBUSY	wrong phase: not bound yet, or bound already; or in use:
 *		POOL_DESTROY: the pool is mapped or exported; POOL_ATTACH,
 *		POOL_REMOVE: a client has it; SYSTEM_APPLY: what was to go is not free
 *	EPERM	the client is locked, or the system
 *	EACCES	not allowed by the budget's owner and mode; not the owner of the
 *		persistent pool; not an administrator; mmap() with PROT_EXEC, or
 *		mmap() and POOL_EXPORT for writing on a file opened read-only
 *	ENOENT	no such budget, pool, or nothing further to list
 *	EEXIST	the client has a pool of that name, or the budget a persistent one
 *	EMEDIUMTYPE	POOL_ATTACH: the pool has another size or layout number
 *	EDQUOT	over budget, in bytes or in the number of clients or pools; what is
 *		being given back at this moment still counts; SYSTEM_APPLY: the
 *		table exceeds the system's total
 *	ENOMEM	mmap(): no memory for the process's page tables; POOL_EXPORT: none
 *		for the dma-buf; SYSTEM_APPLY: none for the budgets
 *	EMFILE, ENFILE	POOL_EXPORT: too many open files
 *	EOPNOTSUPP	POOL_EXPORT: this kernel has no dma-buf
 *	ENOTTY	unknown command
 *
 * Where several apply, the first in this order is returned: ENOTTY, EINVAL for a
 * struct that is too short, EFAULT, E2BIG, EINVAL, EOPNOTSUPP, EBUSY or EPERM for the
 * phase, ENOENT, EACCES, EEXIST, EMEDIUMTYPE, EDQUOT, EBUSY for what is in use,
 * ENOMEM, EMFILE, ENFILE, EFAULT for an answer that cannot be written. The entries of
 * SYSTEM_APPLY are read after EACCES, and each has EFAULT, E2BIG and EINVAL of its
 * own; POOL_REMOVE says EACCES before ENOENT. For mmap() EBUSY for the phase, ENOENT,
 * EINVAL, EACCES, ENOMEM. What the kernel refuses every mmap() for comes first, with
 * the errno that mmap(2) gives: a length of 0 or an offset within a page (EINVAL), a file not
 * opened for it (EACCES), PROT_EXEC where /dev is mounted noexec (EPERM), a small
 * RLIMIT_MEMLOCK after mlockall(MCL_FUTURE) (EAGAIN), RLIMIT_AS (ENOMEM). In a
 * program marked to need an executable stack every mapping is executable
 * (READ_IMPLIES_EXEC), and so refused with EACCES.
 */
#ifndef _UAPI_LINUX_BUDGETMEM_H
#define _UAPI_LINUX_BUDGETMEM_H

#include <linux/ioctl.h>
#include <linux/types.h>

#ifdef __KERNEL__
#include <linux/build_bug.h>
#elif !defined(__cplusplus)
#include <assert.h>
#endif

/* Version of this contract. A new one adds and never changes a meaning. */
#define BUDGETMEM_VERSION	1

/* Bytes of every name, the closing zero included. */
#define BUDGETMEM_NAME_SIZE	32

/* Bytes of a command's name, as in /proc/PID/comm. */
#define BUDGETMEM_COMMAND_SIZE	16

/**
 * enum budgetmem_phase - phase of a client
 * @BUDGETMEM_PHASE_INIT: pools may be created and destroyed
 * @BUDGETMEM_PHASE_LOCKED: the pools are final
 */
enum budgetmem_phase {
	BUDGETMEM_PHASE_INIT	= 1,
	BUDGETMEM_PHASE_LOCKED	= 2,
};

/**
 * enum budgetmem_system_phase - phase of the system
 * @BUDGETMEM_SYSTEM_SETUP: the table of budgets may be replaced
 * @BUDGETMEM_SYSTEM_LOCKED: the table of budgets is final
 */
enum budgetmem_system_phase {
	BUDGETMEM_SYSTEM_SETUP	= 1,
	BUDGETMEM_SYSTEM_LOCKED	= 2,
};

/* Optional parts, as QUERY tells them. */
#define BUDGETMEM_FEATURE_EXPORT	0x1u	/* POOL_EXPORT works */

/* Properties of a pool. */
#define BUDGETMEM_POOL_PERSISTENT	0x1u	/* may outlive its client */
#define BUDGETMEM_POOL_DETACHED		0x2u	/* has no client, out only */

/* For POOL_EXPORT: the dma-buf may be written to. */
#define BUDGETMEM_EXPORT_WRITE		0x1u

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
 * struct budgetmem_bind - make this open file a client of a budget
 * @name: in, the budget's name
 * @flags: in, 0
 * @reserved: in, 0
 * @client: out, number of the new client; never used again for another
 */
struct budgetmem_bind {
	char name[BUDGETMEM_NAME_SIZE];
	__u32 flags;
	__u32 reserved;
	__aligned_u64 client;
};

/**
 * struct budgetmem_pool_create - take a pool from the budget
 * @name: in, unique among the client's pools
 * @size: in, bytes, > 0; out, rounded up to whole pages
 * @flags: in, 0 or BUDGETMEM_POOL_PERSISTENT
 * @reserved: in, 0
 * @layout: in, any number that names what the pool will hold; see POOL_ATTACH
 * @offset: out, what mmap() takes
 */
struct budgetmem_pool_create {
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
	__aligned_u64 layout;
	__aligned_u64 offset;
};

/**
 * struct budgetmem_pool_attach - take over a persistent pool that lost its client
 * @name: in, that it was created with
 * @size: in, bytes, > 0; out, rounded up to whole pages
 * @flags: in, 0
 * @reserved: in, 0
 * @layout: in, the number that it was created with
 * @offset: out, what mmap() takes
 *
 * The contents are what its last client, and those who hold a dma-buf of it, left.
 */
struct budgetmem_pool_attach {
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
	__aligned_u64 layout;
	__aligned_u64 offset;
};

/**
 * struct budgetmem_pool_destroy - give a pool back that is not mapped
 * @offset: in, from POOL_CREATE or POOL_INFO
 * @flags: in, 0
 * @reserved: in, 0
 */
struct budgetmem_pool_destroy {
	__aligned_u64 offset;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct budgetmem_lock - make the client's pools final
 * @flags: in, 0
 * @reserved: in, 0
 */
struct budgetmem_lock {
	__u32 flags;
	__u32 reserved;
};

/**
 * struct budgetmem_pool_export - make a dma-buf of a pool
 * @offset: in, from POOL_CREATE, POOL_ATTACH or POOL_INFO
 * @flags: in, 0 or BUDGETMEM_EXPORT_WRITE
 * @fd: out, new descriptor of the dma-buf, closed by exec
 */
struct budgetmem_pool_export {
	__aligned_u64 offset;
	__u32 flags;
	__s32 fd;
};

/**
 * struct budgetmem_pool_watch - set the threshold of a pool
 * @offset: in, from POOL_CREATE, POOL_ATTACH or POOL_INFO
 * @threshold: in, bytes up to the pool's size; 0 for none
 * @flags: in, 0
 * @reserved: in, 0
 *
 * The event happens once for each call: as soon as the high-water mark in the pool's
 * header is at least @threshold, at once if it is already.
 */
struct budgetmem_pool_watch {
	__aligned_u64 offset;
	__aligned_u64 threshold;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct budgetmem_events - what happened since the last time
 * @flags: in, 0
 * @reserved: in, 0
 * @refused: out, calls of the client refused with EDQUOT or EPERM
 * @crossed: out, events of thresholds
 *
 * What was told is not told again, unless the answer could not be written.
 */
struct budgetmem_events {
	__u32 flags;
	__u32 reserved;
	__aligned_u64 refused;
	__aligned_u64 crossed;
};

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
 * @refused_access: out, BIND, BUDGET_INFO and mmap() refused with EACCES
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

#define BUDGETMEM_IOC_TYPE	0xBE

#define BUDGETMEM_IOC_QUERY \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x00, struct budgetmem_query)
#define BUDGETMEM_IOC_BIND \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x01, struct budgetmem_bind)
#define BUDGETMEM_IOC_POOL_CREATE \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x02, struct budgetmem_pool_create)
#define BUDGETMEM_IOC_POOL_DESTROY \
	_IOW(BUDGETMEM_IOC_TYPE, 0x03, struct budgetmem_pool_destroy)
#define BUDGETMEM_IOC_LOCK \
	_IOW(BUDGETMEM_IOC_TYPE, 0x04, struct budgetmem_lock)
#define BUDGETMEM_IOC_BUDGET_INFO \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x05, struct budgetmem_budget_info)
#define BUDGETMEM_IOC_CLIENT_INFO \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x06, struct budgetmem_client_info)
#define BUDGETMEM_IOC_POOL_INFO \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x07, struct budgetmem_pool_info)
#define BUDGETMEM_IOC_POOL_ATTACH \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x08, struct budgetmem_pool_attach)
#define BUDGETMEM_IOC_POOL_EXPORT \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x09, struct budgetmem_pool_export)
#define BUDGETMEM_IOC_POOL_WATCH \
	_IOW(BUDGETMEM_IOC_TYPE, 0x0a, struct budgetmem_pool_watch)
#define BUDGETMEM_IOC_EVENTS \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x0b, struct budgetmem_events)
#define BUDGETMEM_IOC_SYSTEM_APPLY \
	_IOWR(BUDGETMEM_IOC_TYPE, 0x0c, struct budgetmem_system_apply)
#define BUDGETMEM_IOC_SYSTEM_LOCK \
	_IOW(BUDGETMEM_IOC_TYPE, 0x0d, struct budgetmem_system_lock)
#define BUDGETMEM_IOC_POOL_REMOVE \
	_IOW(BUDGETMEM_IOC_TYPE, 0x0e, struct budgetmem_pool_remove)

/* The same for every caller: bytes of each struct. */
static_assert(sizeof(struct budgetmem_query) == 72, "contract");
static_assert(sizeof(struct budgetmem_bind) == 48, "contract");
static_assert(sizeof(struct budgetmem_pool_create) == 64, "contract");
static_assert(sizeof(struct budgetmem_pool_attach) == 64, "contract");
static_assert(sizeof(struct budgetmem_pool_destroy) == 16, "contract");
static_assert(sizeof(struct budgetmem_lock) == 8, "contract");
static_assert(sizeof(struct budgetmem_pool_export) == 16, "contract");
static_assert(sizeof(struct budgetmem_pool_watch) == 24, "contract");
static_assert(sizeof(struct budgetmem_events) == 24, "contract");
static_assert(sizeof(struct budgetmem_budget_entry) == 72, "contract");
static_assert(sizeof(struct budgetmem_system_apply) == 96, "contract");
static_assert(sizeof(struct budgetmem_system_lock) == 8, "contract");
static_assert(sizeof(struct budgetmem_pool_remove) == 72, "contract");
static_assert(sizeof(struct budgetmem_budget_info) == 160, "contract");
static_assert(sizeof(struct budgetmem_client_info) == 112, "contract");
static_assert(sizeof(struct budgetmem_pool_info) == 176, "contract");
static_assert(sizeof(struct budgetmem_pool_header) == 64, "contract");

#endif /* _UAPI_LINUX_BUDGETMEM_H */
