/* SPDX-License-Identifier: MIT */
/*
 * client.h: take part in a budget
 *
 * A client is bound to one budget, takes pools from it (pool.h) and then locks:
 * from there on no pool of it appears or disappears. Where the bytes come from
 * is the provider's affair and differs in one call only:
 *
 *	bm_client_open()	the device /dev/budgetmem: the kernel holds the
 *				budget and the lock
 *	bm_client_open_memfd()	memory of this process, for development on a
 *				host without the module
 *	bm_client_open_static()	a buffer of the caller, for tests and for
 *				programs without an operating system's help
 *
 * Only the device gives every guarantee; bm_client_guarantees() in guarantee.h
 * says what a client lacks.
 *
 * Memory: no function here calls malloc(), so that an allocator can be built on
 * them. The records of a client and its pools live in the caller's buffer
 * (static), or in private pages that the library maps before the lock and
 * unmaps in bm_client_close() (device and memfd: a page for the client and its
 * first pools, 40 or more, and a page for each 40 or more after that). Nothing is
 * taken after the lock. Records are ordinary private memory of the process: what
 * keeps its stacks and its libc resident, mlockall() say, keeps them as well.
 *
 * Threads: every function may be called by any thread at any time, except that
 * bm_client_close() must be the last. Calls on one client wait for each other, in
 * the order in which they came; clients do not wait for each other. There is no
 * global state.
 *
 * Processes: after fork() pools are not mapped in the child. There a client may
 * only be given to bm_client_close(), which leaves the parent's client alone. A
 * descriptor of the device that was handed on (SCM_RIGHTS, a service manager that
 * keeps it over a restart) is the same client: see bm_client_adopt().
 *
 * Errors: functions return 0 or a negative errno and leave errno itself alone. A
 * call that fails changes nothing but counters of refusals. A NULL pointer
 * where none is allowed is -EINVAL. The meaning of each errno is that of the
 * contract in linux/budgetmem.h; bm_error_text() tells it in a sentence.
 */
#ifndef BUDGETMEM_CLIENT_H
#define BUDGETMEM_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of the name of a budget or a pool, the closing zero included. */
#define BM_NAME_SIZE		32

struct bm_client;

/**
 * enum bm_phase - phase of a client
 * @BM_PHASE_INIT: pools may be created and destroyed
 * @BM_PHASE_LOCKED: the pools are final
 */
enum bm_phase {
	BM_PHASE_INIT	= 1,
	BM_PHASE_LOCKED	= 2,
};

/**
 * struct bm_client_state - what bm_client_inspect() tells
 * @budget: name of the client's budget
 * @phase: phase of the client
 * @pools: number of the client's pools
 * @used: bytes of the client's pools
 * @high_water: bytes, the most that @used ever was
 * @refused: calls of the client refused with -EDQUOT or -EPERM
 * @budget_size: bytes of the budget
 * @budget_used: bytes that all clients of the budget hold
 * @budget_high_water: bytes, the most that @budget_used ever was
 */
struct bm_client_state {
	char budget[BM_NAME_SIZE];
	enum bm_phase phase;
	uint32_t pools;
	uint64_t used;
	uint64_t high_water;
	uint64_t refused;
	uint64_t budget_size;
	uint64_t budget_used;
	uint64_t budget_high_water;
};

/**
 * bm_client_open() - become a client of a budget of the kernel module
 * @client: receives the client; the caller closes it
 * @budget: name of the budget, 1 to 31 characters of A-Z a-z 0-9 _ - .
 *
 * O(1).
 *
 * Return: 0, or
 *	-EINVAL	@budget is no name
 *	-ENODEV	there is no /dev/budgetmem: the module is not loaded
 *	-EACCES	the device node, or the budget's owner and mode, do not admit
 *		this user
 *	-ENOENT	no budget has this name
 *	-EDQUOT	the budget has as many clients as it admits
 *	-ENOTTY	/dev/budgetmem is not the device of this contract
 *	-ENOMEM	no page for the client's records
 *	-EMFILE, -ENFILE	too many open files
 */
int bm_client_open(struct bm_client **client, const char *budget);

/**
 * bm_client_open_memfd() - set memory of this process aside as a budget
 * @client: receives the client; the caller closes it
 * @budget: name of the budget, as above; it is seen by this client only
 * @size: bytes of the budget, > 0; rounded up to whole pages
 *
 * For development on a host without the module. The whole budget is one memfd,
 * sealed against growing and shrinking, populated, and locked in memory. What
 * that cannot give is listed in guarantee.h. O(@size).
 *
 * Return: 0, or
 *	-EINVAL	@budget is no name, or @size is 0 or too large to round up
 *	-ENOMEM	the system has not so much memory available, or it cannot be
 *		locked: see RLIMIT_MEMLOCK (`ulimit -l`)
 *	-ENOSYS	this kernel has no memfd_create()
 *	-EMFILE, -ENFILE	too many open files
 */
int bm_client_open_memfd(struct bm_client **client, const char *budget,
			 size_t size);

/**
 * bm_client_adopt() - go on with a client that somebody handed over
 * @client: receives the client; the caller closes it
 * @fd: a descriptor of /dev/budgetmem that is bound to a budget. After success it is
 *	the client's, and closed by exec; after failure it is the caller's still
 *
 * All pools of the client are mapped, and bm_pool_lookup() finds them. Locked or not,
 * the client is what it was: for a service that is restarted this is the way to keep
 * its memory and its lock. Whoever else holds the descriptor has the same client; only
 * one at a time should write. O(bytes of the pools + number of pools that it may see).
 *
 * Return: 0, or
 *	-EBADF	@fd is not open
 *	-ENOTTY	@fd is something else
 *	-EBUSY	it is not bound to a budget
 *	-EACCES	it was opened for reading only
 *	-ENOMEM	no page for the records, or no memory for page tables
 */
int bm_client_adopt(struct bm_client **client, int fd);

/* Alignment in bytes of pools in a static buffer; their sizes are multiples of it. */
#define BM_STATIC_ALIGN		64

/* Bytes of the buffer that the records of the client and of each pool take. */
#define BM_STATIC_CLIENT	320
#define BM_STATIC_POOL		128

/*
 * Bytes of a buffer, aligned or not, whose budget is @bytes, a multiple of
 * BM_STATIC_ALIGN, in at most @pools pools. A constant expression.
 */
#define BM_STATIC_SIZE(bytes, pools)					\
	((size_t)(bytes) + BM_STATIC_CLIENT +				\
	 (size_t)(pools) * BM_STATIC_POOL + BM_STATIC_ALIGN - 1)

/**
 * bm_client_open_static() - use a buffer of the caller as a budget
 * @client: receives the client; the caller closes it
 * @budget: name of the budget, as above; it is seen by this client only
 * @buffer: the caller's, for the client alone until it is closed
 * @size: bytes of @buffer; see BM_STATIC_SIZE()
 * @pools: most pools at a time, > 0
 *
 * All records lie at the beginning of @buffer, the rest is the budget. Makes no
 * system call, neither here nor later, unless two threads wait for each other.
 * O(@size): the buffer is zeroed.
 *
 * Return: 0, or
 *	-EINVAL	@budget is no name, @pools is 0, or @size has no room for the
 *		records and one pool of BM_STATIC_ALIGN bytes
 */
int bm_client_open_static(struct bm_client **client, const char *budget,
			  void *buffer, size_t size, size_t pools);

/**
 * bm_client_lock() - make the client's pools final
 * @client: the client
 *
 * Irreversible. Once it has returned in any thread, no pool appears in or
 * disappears from the client. O(1).
 *
 * Return: 0, or
 *	-EPERM	the client is locked already
 */
int bm_client_lock(struct bm_client *client);

/**
 * bm_client_inspect() - read the client's state
 * @client: the client
 * @state: receives it
 *
 * All values of the client are of one moment; those of the budget may be of a
 * later one, when other clients work. O(1).
 *
 * Return: 0
 */
int bm_client_inspect(struct bm_client *client, struct bm_client_state *state);

/**
 * struct bm_events - what bm_client_events() tells
 * @refused: calls of the client refused with -EDQUOT or -EPERM
 * @crossed: thresholds that were reached, see bm_pool_watch()
 */
struct bm_events {
	uint64_t refused;
	uint64_t crossed;
};

/**
 * bm_client_events() - what happened since the last time
 * @client: the client
 * @events: receives it
 *
 * Does not wait: poll() says when there is something, by POLLIN on bm_client_fd().
 * What was told is not told again. O(number of pools that are watched).
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the client is not of the device; bm_client_inspect() counts
 *		refusals there as well
 */
int bm_client_events(struct bm_client *client, struct bm_events *events);

/**
 * bm_client_fd() - file descriptor behind the client
 * @client: the client
 *
 * The device's or the memfd's, for poll(), /proc/PID/fdinfo or F_GET_SEALS, say. It
 * stays the client's: do not close it. O(1).
 *
 * Return: the descriptor, or -1 for a static buffer
 */
int bm_client_fd(const struct bm_client *client);

/**
 * bm_client_close() - end the client
 * @client: the client, or NULL
 *
 * Unmaps its pools and gives all their memory back, zeroed, unless they are
 * persistent or exported. Every struct bm_pool and every address in a pool is void
 * afterwards, as are copies of @client.
 * O(bytes of the pools).
 */
void bm_client_close(struct bm_client *client);

/**
 * bm_error_text() - what an error of this library means
 * @error: 0 or an errno, negative or positive
 *
 * O(1), no allocation, thread-safe.
 *
 * Return: a constant sentence: what was refused, by which limit, what to do. A
 *	general one for an errno that no function here returns.
 */
const char *bm_error_text(int error);

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_CLIENT_H */
