/* SPDX-License-Identifier: MIT */
/*
 * pool.h: fixed runs of resident memory
 *
 * A pool belongs to its client and has a name of its own there. It is zeroed and
 * mapped when bm_pool_create() returns, and it never changes its size. The
 * struct bm_pool is the client's: bm_pool_destroy() and bm_client_close() end it.
 *
 * A pool that is persistent stays, with its contents, when its client ends, however
 * that happens. The next client of the same user in the same budget takes it over,
 * if its size and its layout number are what that program expects:
 *
 *	err = bm_pool_open_persistent(client, "counts", BM_PLAN_SIZE(counting),
 *				      BM_PLAN_LAYOUT(counting), &pool, NULL);
 *
 * Whatever the former client was doing in that moment is half done. The collections
 * can tell: begin with bm_layout_recover(), then attach to each object, create those
 * that are not there, and repair what says -EOWNERDEAD. What belongs together in
 * several objects has to be put together by the program: examples/wordcount-restart
 * shows how. A pool that is not wanted any more is destroyed before the lock, like
 * any other, or removed by an administrator.
 *
 * Persistent pools, bm_pool_export() and bm_pool_watch() need the device: with a
 * memfd or a static buffer, which end with the process, they give -EOPNOTSUPP.
 *
 * Threads and errors: as client.h says. bm_pool_region(), bm_pool_name() and
 * bm_pool_size() read what never changes and wait for nobody.
 */
#ifndef BUDGETMEM_POOL_H
#define BUDGETMEM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <budgetmem/region.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes in bytes for those who do not want to think about sizes yet. */
#define BM_POOL_8K		((size_t)8 << 10)
#define BM_POOL_64K		((size_t)64 << 10)
#define BM_POOL_1M		((size_t)1 << 20)

/* For bm_pool_create(): the pool may outlive its client. */
#define BM_POOL_PERSISTENT	(1u << 0)

/* For bm_pool_export(): others may write to it. */
#define BM_EXPORT_WRITE		(1u << 0)

struct bm_client;
struct bm_pool;

/**
 * bm_pool_create() - take a pool from the client's budget and map it
 * @client: the client
 * @name: unique among the client's pools, 1 to 31 characters of
 *	A-Z a-z 0-9 _ - .; copied
 * @size: bytes, > 0; rounded up to whole pages, or in a static buffer to
 *	BM_STATIC_ALIGN
 * @flags: 0 or BM_POOL_PERSISTENT
 * @pool: receives the pool, which is the client's
 *
 * The layout number is 0: see bm_pool_create_layout(). All or nothing: on failure no
 * pool is left behind. O(@size + number of pools).
 *
 * Return: 0, or
 *	-EINVAL	@name is no name, @size is 0 or too large to round up, or @flags
 *		has another bit
 *	-EOPNOTSUPP	BM_POOL_PERSISTENT, and the client is not of the device
 *	-EPERM	the client is locked
 *	-EEXIST	the client has a pool of that name, or the budget a persistent one
 *	-EDQUOT	over budget, in bytes or in the number of pools. In a memfd or a
 *		static buffer a pool needs its bytes in one piece: pools destroyed
 *		between others may leave pieces that are too short
 *	-ENOMEM	no memory for the process's page tables or the pool's record; or
 *		after mlockall(MCL_FUTURE) the pool is beyond RLIMIT_MEMLOCK
 *	-EACCES	the program is marked to need an executable stack, which makes all
 *		its mappings executable, and pools never are: link it with
 *		-z noexecstack
 */
int bm_pool_create(struct bm_client *client, const char *name, size_t size,
		   unsigned int flags, struct bm_pool **pool);

/**
 * bm_pool_create_layout() - the same, and state what the pool will hold
 * @client: as bm_pool_create()
 * @name: as bm_pool_create()
 * @size: as bm_pool_create()
 * @flags: as bm_pool_create()
 * @layout: any number that names what the pool will hold, BM_PLAN_LAYOUT() say:
 *	nobody attaches to the pool who does not state the same
 * @pool: as bm_pool_create()
 *
 * Return: as bm_pool_create()
 */
int bm_pool_create_layout(struct bm_client *client, const char *name,
			  size_t size, unsigned int flags, uint64_t layout,
			  struct bm_pool **pool);

/**
 * bm_pool_attach() - take over a persistent pool that lost its client
 * @client: the client
 * @name: that it was created with
 * @size: that it was created with, in bytes, > 0; rounded up as there
 * @layout: that it was created with
 * @pool: receives the pool, which is the client's
 *
 * The contents are what was left there; nothing is initialised, here or later. If
 * the pool cannot be mapped (-ENOMEM, -EACCES) it is the client's all the same, so
 * that others get -EBUSY; call this again, or close the client. O(@size + number of
 * pools).
 *
 * Return: 0, or
 *	-EINVAL	as bm_pool_create()
 *	-EOPNOTSUPP	the client is not of the device
 *	-EPERM	the client is locked
 *	-ENOENT	the budget has no persistent pool of that name
 *	-EACCES	another user created it, or the program has an executable stack
 *	-EEXIST	this client has a pool of that name
 *	-EMEDIUMTYPE	it has another size or layout number
 *	-EBUSY	another client has it
 *	-ENOMEM	as bm_pool_create()
 */
int bm_pool_attach(struct bm_client *client, const char *name, size_t size,
		   uint64_t layout, struct bm_pool **pool);

/**
 * bm_pool_open_persistent() - take over a persistent pool, or create it
 * @client: the client
 * @name: as bm_pool_create()
 * @size: as bm_pool_create()
 * @layout: as bm_pool_create_layout()
 * @pool: receives the pool, which is the client's
 * @attached: receives whether it was there already; may be NULL. Do not rely on it
 *	to tell whether the contents are complete: who created the pool may have died
 *	in the next moment
 *
 * bm_pool_attach(), and bm_pool_create_layout() if that finds nothing.
 *
 * Return: 0, or what those return. -EEXIST: this client has a pool of that name
 *	already, or others create and destroy one time and again
 */
int bm_pool_open_persistent(struct bm_client *client, const char *name,
			    size_t size, uint64_t layout,
			    struct bm_pool **pool, bool *attached);

/**
 * bm_pool_destroy() - give a pool back to the budget
 * @pool: the pool, or NULL
 *
 * Unmaps and zeroes it. The pool is void afterwards; if the call is refused it
 * is as it was. O(bytes of the pool).
 *
 * Return: 0, or
 *	-EPERM	the client is locked
 *	-EBUSY	somebody else maps the pool through the same descriptor, or a dma-buf
 *		of it exists
 */
int bm_pool_destroy(struct bm_pool *pool);

/**
 * bm_pool_export() - make a dma-buf of a pool, for others
 * @pool: the pool
 * @flags: 0 for one that is read-only for good, or BM_EXPORT_WRITE
 * @fd: receives a new descriptor of it, closed by exec; the caller's
 *
 * To be handed to another process, which maps it with bm_region_map(), or to a
 * driver. The pool stays in the budget until the last dma-buf of it is gone, even
 * if its client is gone before. O(1).
 *
 * Return: 0, or
 *	-EINVAL	@flags has another bit
 *	-EOPNOTSUPP	the client is not of the device, or this kernel has no dma-buf
 *	-ENOMEM	no memory for the dma-buf
 *	-EMFILE, -ENFILE	too many open files
 */
int bm_pool_export(struct bm_pool *pool, unsigned int flags, int *fd);

/**
 * bm_pool_watch() - be told when a pool fills up
 * @pool: the pool
 * @threshold: bytes, at most the pool's size; 0 for none
 *
 * One event, as soon as the high-water mark in the pool's header, which the
 * collections keep, is at least @threshold: see bm_client_events(). Counters of
 * large collections move in steps (object.h). O(1).
 *
 * Return: 0, or
 *	-EINVAL	@threshold is more than the pool's size
 *	-EOPNOTSUPP	the client is not of the device
 */
int bm_pool_watch(struct bm_pool *pool, size_t threshold);

/**
 * bm_pool_lookup() - find a pool that this client has by its name
 * @client: the client
 * @name: name of the pool
 * @pool: receives the pool, which is the client's
 *
 * O(number of pools).
 *
 * Return: 0, or
 *	-EINVAL	@name is no name
 *	-ENOENT	this client has no pool of that name
 */
int bm_pool_lookup(struct bm_client *client, const char *name,
		   struct bm_pool **pool);

/**
 * bm_pool_region() - the pool's memory
 * @pool: the pool
 *
 * O(1).
 *
 * Return: its address and its whole size in bytes; valid until the pool is
 *	destroyed or its client closed
 */
struct bm_region bm_pool_region(const struct bm_pool *pool);

/**
 * bm_pool_name() - the pool's name
 * @pool: the pool
 *
 * O(1).
 *
 * Return: the name, which is the pool's
 */
const char *bm_pool_name(const struct bm_pool *pool);

/**
 * bm_pool_size() - the pool's size
 * @pool: the pool
 *
 * O(1).
 *
 * Return: bytes, rounding included
 */
size_t bm_pool_size(const struct bm_pool *pool);

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_POOL_H */
