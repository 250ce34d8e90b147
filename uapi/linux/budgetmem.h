/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note OR MIT */
/*
 * budgetmem: memory budgets that hold
 *
 * This file is the contract between the kernel module budgetmem.ko and its
 * users, and the specification of both. It is the same for 32-bit and 64-bit
 * callers. What can be asked is in budgetmem-info.h, what an administrator does to
 * the table of budgets in budgetmem-setup.h; this file includes both.
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
 * it on instead, where the kernel allows that for what a driver mapped: the newest
 * ones refuse it with EINVAL.
 *
 * A pool is zeroed when it is given back, before its pages count as free. A page
 * that somebody still holds pinned by then (O_DIRECT, io_uring, vmsplice()) is
 * quarantined: it stays charged to the budget and is handed to nobody until the
 * pin is gone. A page that the machine found to be bad stays there for ever.
 *
 * The first bytes of a pool may hold a struct budgetmem_pool_header. It is the
 * client's own statement: the kernel only reads it, for POOL_INFO, fdinfo and events.
 *
 * /proc/PID/fdinfo/FD of a client shows lines "budgetmem-KEY:\tVALUE" with the
 * keys client, budget, phase, used, high-water and refused, and one line
 * "budgetmem-pool:\tNAME SIZE USED HIGH-WATER REFUSED" for each pool; sizes in
 * bytes, "-" where the client reports nothing. A file that is not bound has the
 * one line "budgetmem-phase:\tunbound".
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
 * read-only or read-write for good: a read-only one is not mapped writable, not for
 * the kernel either, and a driver that wants to map it for a device which writes is
 * refused with EACCES. Where the kernel can map nothing read-only for itself
 * (32-bit ARM, RISC-V), dma_buf_vmap() of one is refused with EINVAL. Its mmap() is
 * like that of a pool, except that offsets begin with 0 and a part may be
 * mapped. /proc/PID/fdinfo/FD of whoever holds one has the line
 * "exp_name:\tbudgetmem:BUDGET:POOL". A pool outlives its client until its last
 * dma-buf is gone, and POOL_DESTROY of an exported one is refused with EBUSY. A
 * dma-buf is gone with its last descriptor, mapping and driver.
 *
 * Events
 * ======
 *
 * A client's file is readable (EPOLLIN, EPOLLRDNORM) as long as something happened
 * that EVENTS has not told yet: a call of the client was refused with EDQUOT or
 * EPERM, or the high-water mark in the header of one of its pools reached the
 * threshold that POOL_WATCH set. Nothing is lost: a mark never falls, so the kernel
 * looks at those that are watched when somebody asks, and ten times a second while
 * somebody waits; a file that is in an epoll set is waited for. EPOLLHUP and EPOLLERR
 * are never raised on a client.
 *
 * A file that is not bound has EPOLLERR and nothing to wait for: who put it into an
 * epoll set before BIND takes it out after BIND and puts it in again.
 *
 * All who hold the client share its events: what EVENTS told to one of them is told.
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
 * A-Z a-z 0-9 _ - . and is filled up with zeros; . and .. are no names, so that every
 * name can be that of a file.
 *
 * Each errno has one meaning:
 *
 *	EFAULT	the pointer is bad
 *	E2BIG	the struct is longer than this kernel knows and its end not zero
 *	EINVAL	malformed: flag, reserved field, selector, name, size of 0 or too
 *		large to round up to pages, struct too short; mmap() with
 *		MAP_PRIVATE or a length that is not the pool's, of a dma-buf with
 *		MAP_PRIVATE or beyond its end; POOL_WATCH with a threshold above the
 *		pool's size
 *	EBUSY	wrong phase: not bound yet, or bound already; or in use:
 *		POOL_DESTROY: the pool is mapped or exported; POOL_ATTACH,
 *		POOL_REMOVE: a client has it; SYSTEM_APPLY: what was to go is not free
 *	EPERM	the client is locked, or the system
 *	EACCES	not allowed by the budget's owner and mode; not the owner of the
 *		persistent pool; not an administrator; mmap() with PROT_EXEC, or
 *		mmap() and POOL_EXPORT for writing on a file opened read-only;
 *		POOL_EXPORT on one opened write-only
 *	ENOENT	no such budget, pool, or nothing further to list
 *	EEXIST	the client has a pool of that name, or the budget a persistent one
 *	EMEDIUMTYPE	POOL_ATTACH: the pool has another size or layout number
 *	EDQUOT	over budget, in bytes or in the number of clients or pools; what is
 *		being given back at this moment still counts; SYSTEM_APPLY: the
 *		table exceeds the system's total
 *	ENOMEM	mmap(): no memory for the process's page tables; POOL_EXPORT: none
 *		for the dma-buf; SYSTEM_APPLY: none for the budgets
 *	EMFILE, ENFILE	POOL_EXPORT: too many open files
 *	EOPNOTSUPP	POOL_EXPORT: this kernel has no dma-buf, or the module was
 *		built without
 *	ENOTTY	unknown command
 *
 * Where several apply, the first in this order is returned: ENOTTY, EINVAL for a
 * struct that is too short, EFAULT, E2BIG, EINVAL, EOPNOTSUPP, EBUSY or EPERM for the
 * phase, ENOENT, EACCES, EEXIST, EMEDIUMTYPE, EDQUOT, EBUSY for what is in use,
 * EMFILE, ENOMEM, ENFILE, EFAULT for an answer that cannot be written. The entries of
 * SYSTEM_APPLY are read after EACCES, and each has EFAULT, E2BIG and EINVAL of its
 * own; POOL_REMOVE says EACCES before ENOENT; POOL_WATCH looks at the threshold last.
 * For mmap() EBUSY for the phase, ENOENT, EINVAL, EACCES, ENOMEM. What the kernel
 * refuses every mmap() for comes first, with the errno that mmap(2) gives: a length of
 * 0 or an offset within a page (EINVAL), a file not opened for it (EACCES), PROT_EXEC
 * where /dev is mounted noexec (EPERM), a small RLIMIT_MEMLOCK after
 * mlockall(MCL_FUTURE) (EAGAIN), RLIMIT_AS (ENOMEM). In a program marked to need an
 * executable stack every mapping is executable (READ_IMPLIES_EXEC), and so refused
 * with EACCES.
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
 * header is at least @threshold, at once if it is already. A header that is not sound
 * has no mark. A later call, and the end of the pool, take the threshold back: what
 * was reached before is told, what is reached afterwards is not.
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

#include <linux/budgetmem-info.h>
#include <linux/budgetmem-setup.h>

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
static_assert(sizeof(struct budgetmem_bind) == 48, "contract");
static_assert(sizeof(struct budgetmem_pool_create) == 64, "contract");
static_assert(sizeof(struct budgetmem_pool_attach) == 64, "contract");
static_assert(sizeof(struct budgetmem_pool_destroy) == 16, "contract");
static_assert(sizeof(struct budgetmem_lock) == 8, "contract");
static_assert(sizeof(struct budgetmem_pool_export) == 16, "contract");
static_assert(sizeof(struct budgetmem_pool_watch) == 24, "contract");
static_assert(sizeof(struct budgetmem_events) == 24, "contract");

#endif /* _UAPI_LINUX_BUDGETMEM_H */
