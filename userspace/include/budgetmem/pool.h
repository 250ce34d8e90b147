/* SPDX-License-Identifier: MIT */
/*
 * pool.h: fixed runs of resident memory
 *
 * A pool belongs to its client and has a name of its own there. It is zeroed and
 * mapped when bm_pool_create() returns, and it never changes its size. The
 * struct bm_pool is the client's: bm_pool_destroy() and bm_client_close() end it.
 *
 * Threads and errors: as client.h says. bm_pool_region(), bm_pool_name() and
 * bm_pool_size() read what never changes and wait for nobody.
 */
#ifndef BUDGETMEM_POOL_H
#define BUDGETMEM_POOL_H

#include <stddef.h>

#include <budgetmem/region.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes in bytes for those who do not want to think about sizes yet. */
#define BM_POOL_8K		((size_t)8 << 10)
#define BM_POOL_64K		((size_t)64 << 10)
#define BM_POOL_1M		((size_t)1 << 20)

struct bm_client;
struct bm_pool;

/**
 * bm_pool_create() - take a pool from the client's budget and map it
 * @client: the client
 * @name: unique among the client's pools, 1 to 31 characters of
 *	A-Z a-z 0-9 _ - .; copied
 * @size: bytes, > 0; rounded up to whole pages, or in a static buffer to
 *	BM_STATIC_ALIGN
 * @flags: 0
 * @pool: receives the pool, which is the client's
 *
 * All or nothing: on failure no pool is left behind. O(@size + number of pools).
 *
 * Return: 0, or
 *	-EINVAL	@name is no name, @size is 0 or too large to round up, or @flags
 *		is not 0
 *	-EPERM	the client is locked
 *	-EEXIST	the client has a pool of that name
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
 * bm_pool_destroy() - give a pool back to the budget
 * @pool: the pool, or NULL
 *
 * Unmaps and zeroes it. The pool is void afterwards; if the call is refused it
 * is as it was. O(bytes of the pool).
 *
 * Return: 0, or
 *	-EPERM	the client is locked
 *	-EBUSY	somebody else maps the pool through the same descriptor
 */
int bm_pool_destroy(struct bm_pool *pool);

/**
 * bm_pool_lookup() - find a pool that this client created by its name
 * @client: the client
 * @name: name of the pool
 * @pool: receives the pool, which is the client's
 *
 * O(number of pools).
 *
 * Return: 0, or
 *	-EINVAL	@name is no name
 *	-ENOENT	this client created no pool of that name
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
