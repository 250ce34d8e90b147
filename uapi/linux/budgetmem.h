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
 *	   at insmod and stands until the module is unloaded.
 * budget  A named amount of physical memory that is already set aside, with an
 *	   owner (uid, gid, mode). It is memory and not a promise: a pool within
 *	   the budget is never refused for lack of RAM.
 * client  One open file description of /dev/budgetmem that was bound to a
 *	   budget. dup(), fork() and SCM_RIGHTS hand on the same client. It ends
 *	   with the last descriptor *and* the last mapping of its pools.
 * pool	   A named run of zeroed, resident pages of one client. Its size never
 *	   changes.
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
 *	POOL_DESTROY	EBUSY		pool gone	EPERM
 *	LOCK		EBUSY		-> LOCKED	EPERM
 *	mmap()		EBUSY		maps		maps
 *
 *	(a) but what is asked for the caller's own client gives EBUSY.
 *
 * LOCK and POOL_CREATE are ordered by one lock in the kernel: once LOCK has
 * returned in any thread, no pool appears in or disappears from that client.
 * Whatever a lock forbids is refused with EPERM.
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
 *	EBUSY	wrong phase: not bound yet, or bound already; POOL_DESTROY: the
 *		pool is still mapped
 *	EPERM	the client is locked
 *	EACCES	not allowed by the budget's owner and mode; mmap() with PROT_EXEC,
 *		or for writing on a file opened read-only
 *	ENOENT	no such budget, pool, or nothing further to list
 *	EEXIST	the client has a pool of that name
 *	EDQUOT	over budget, in bytes or in the number of clients or pools; what is
 *		being given back at this moment still counts
 *	ENOMEM	mmap(): no memory for the process's page tables
 *	ENOTTY	unknown command
 *
 * Where several apply, the first in this order is returned: ENOTTY, EINVAL for a
 * struct that is too short, EFAULT, E2BIG, EINVAL, EBUSY or EPERM for the phase,
 * ENOENT, EACCES, EEXIST, EDQUOT, EBUSY for a mapped pool, EFAULT for an answer
 * that cannot be written; for mmap() EBUSY for the phase, ENOENT, EINVAL, EACCES,
 * ENOMEM. What the kernel refuses every mmap() for comes first, with the errno that
 * mmap(2) gives: a length of 0 or an offset within a page (EINVAL), a file not
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
 * @features: out, one bit for each optional part; none is defined in version 1
 * @page_size: out, bytes; pool sizes are multiples of it
 * @total: out, bytes that budgets and overhead together may take
 * @set_aside: out, bytes of all budgets
 * @overhead: out, bytes of the module's own records for them
 * @held_pages: out, pages that are free, counted from the pages themselves, or
 *	charged; @set_aside / @page_size unless a page was lost
 * @budgets: out, number of budgets
 * @clients: out, number of clients in all budgets
 * @pools: out, number of pools in all budgets
 * @reserved: 0
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
	__u32 reserved;
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
 * @flags: in, 0
 * @reserved: in, 0
 * @offset: out, what mmap() takes
 */
struct budgetmem_pool_create {
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
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
 * struct budgetmem_budget_info - state of a budget
 * @select: in, enum budgetmem_select: OWN, NAME or NEXT
 * @flags: in, 0
 * @cursor: in and out for NEXT; in, 0 otherwise
 * @name: in for NAME, all zeros for OWN; out
 * @size: out, bytes set aside for pools
 * @used: out, bytes of its pools, those being given back and quarantine included
 * @high_water: out, bytes, the most that @used ever was
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
 * @high_water: out, bytes, the most that @used ever was
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
 * @client: out, number of its client
 * @size: out, bytes
 * @mappings: out, number of mappings
 * @reported: out, 1 if the pool begins with a sound struct budgetmem_pool_header
 *	and the fields below come from there; 0 if they are 0. They are what the
 *	client says, not what the kernel has seen.
 * @reported_used: out, bytes
 * @reported_high_water: out, bytes
 * @reported_refused: out, number of requests that did not fit into the pool
 * @layout: out, number that names the pool's layout
 */
struct budgetmem_pool_info {
	__u32 select;
	__u32 flags;
	__aligned_u64 cursor;
	__aligned_u64 offset;
	char name[BUDGETMEM_NAME_SIZE];
	__aligned_u64 client;
	__aligned_u64 size;
	__u32 mappings;
	__u32 reported;
	__aligned_u64 reported_used;
	__aligned_u64 reported_high_water;
	__aligned_u64 reported_refused;
	__aligned_u64 layout;
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

/* The same for every caller: bytes of each struct. */
static_assert(sizeof(struct budgetmem_query) == 72, "contract");
static_assert(sizeof(struct budgetmem_bind) == 48, "contract");
static_assert(sizeof(struct budgetmem_pool_create) == 56, "contract");
static_assert(sizeof(struct budgetmem_pool_destroy) == 16, "contract");
static_assert(sizeof(struct budgetmem_lock) == 8, "contract");
static_assert(sizeof(struct budgetmem_budget_info) == 144, "contract");
static_assert(sizeof(struct budgetmem_client_info) == 112, "contract");
static_assert(sizeof(struct budgetmem_pool_info) == 112, "contract");
static_assert(sizeof(struct budgetmem_pool_header) == 64, "contract");

#endif /* _UAPI_LINUX_BUDGETMEM_H */
