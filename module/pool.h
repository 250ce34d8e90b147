/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools: runs of pages that a client took from its budget.
 *
 * A pool is prepared (charged, its name taken), then published (can be found and
 * mapped), and withdrawn. Between preparing and publishing the caller learns the
 * offset; if he cannot be told, nothing has appeared.
 *
 * Locking: as in client.h. The chain of pages does not change while a pool is
 * published, so that mappings read it without the lock.
 */
#ifndef BUDGETMEM_POOL_H
#define BUDGETMEM_POOL_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/budgetmem.h>

#include "client.h"
#include "extent.h"

/* An offset, in pages, is the pool object's generation and its index. */
#define BM_INDEX_BITS		17
#define BM_GENERATION_MAX	((1u << 14) - 1)

/**
 * enum bm_pool_state - state of a pool object
 * @BM_POOL_FREE: not in use
 * @BM_POOL_PREPARED: charged, cannot be found
 * @BM_POOL_PUBLISHED: in use
 * @BM_POOL_WITHDRAWN: still charged, cannot be found any more
 */
enum bm_pool_state {
	BM_POOL_FREE,
	BM_POOL_PREPARED,
	BM_POOL_PUBLISHED,
	BM_POOL_WITHDRAWN,
};

/**
 * struct bm_pool - a pool
 * @node: in bm_client::pools, or in bm_budget::free_pools
 * @client: whose it is, NULL if free
 * @state: of its life
 * @generation: tells this use of the object from earlier ones
 * @name: filled up with zeros
 * @chain: its pages
 * @mappings: number of mappings; rises from 0 only under the lock
 */
struct bm_pool {
	struct list_head node;
	struct bm_client *client;
	enum bm_pool_state state;
	u32 generation;
	char name[BUDGETMEM_NAME_SIZE];
	struct bm_chain chain;
	atomic_t mappings;
};

int bm_pool_prepare(struct bm_client *client, const char *name, u64 bytes,
		    struct bm_pool **prepared);
int bm_pool_publish(struct bm_pool *pool);
void bm_pool_give_back(struct bm_pool *pool);
int bm_pool_destroy(struct bm_client *client, u64 offset);

struct bm_pool *bm_pool_find_offset_locked(struct bm_client *client, u64 offset);
struct bm_pool *bm_pool_find_name_locked(struct bm_client *client,
					 const char *name);
bool bm_pool_withdraw_locked(struct bm_pool *pool);
u64 bm_pool_offset(const struct bm_pool *pool);
u64 bm_pool_bytes(const struct bm_pool *pool);
void bm_pool_describe_locked(struct bm_pool *pool, const struct bm_client *asker,
			     struct budgetmem_pool_info *info);

#endif
