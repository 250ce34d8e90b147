/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools: runs of pages that a client took from its budget.
 *
 * A pool is prepared (charged, its name taken), then published (can be found and
 * mapped), and withdrawn. Between preparing and publishing the caller learns the
 * offset; if he cannot be told, nothing has appeared. When its client ends a
 * published pool is withdrawn, or, if it is persistent or exported, detached.
 *
 * Locking: as in client.h. The chain of pages does not change while a pool is
 * published, unless a new table takes effect, so that mappings read it under
 * bm_system::table.
 */
#ifndef BUDGETMEM_POOL_H
#define BUDGETMEM_POOL_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/budgetmem.h>

#include "client.h"
#include "extent.h"
#include "names.h"

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
 * @node: in bm_client::pools, bm_budget::detached or bm_budget::free_pools
 * @by_name: in bm_budget::names
 * @budget: that it is of, now or when it is used again
 * @client: whose it is, NULL if free or detached
 * @client_number: of the client that has it, or had it last
 * @owner: who opened the file of the client that created it
 * @state: of its life
 * @generation: tells this use of the object from earlier ones
 * @properties: BUDGETMEM_POOL_PERSISTENT or 0
 * @name: filled up with zeros
 * @layout: that it was created with
 * @threshold: bytes, see POOL_WATCH; 0 if there is none
 * @armed: in bm_events::armed until the threshold is crossed
 * @chain: its pages
 * @mappings: number of mappings; rises from 0 only under the lock
 * @exports: number of dma-bufs
 * @importers: number of devices that are attached to them
 */
struct bm_pool {
	struct list_head node;
	struct hlist_node by_name;
	struct bm_budget *budget;
	struct bm_client *client;
	u64 client_number;
	kuid_t owner;
	enum bm_pool_state state;
	u32 generation;
	u32 properties;
	char name[BUDGETMEM_NAME_SIZE];
	u64 layout;
	u64 threshold;
	struct list_head armed;
	struct bm_chain chain;
	atomic_t mappings;
	u32 exports;
	u32 importers;
};

/**
 * struct bm_pool_wish - what a pool is to be
 * @name: valid
 * @bytes: > 0, whole pages
 * @layout: number that names what it will hold
 * @properties: BUDGETMEM_POOL_PERSISTENT or 0
 */
struct bm_pool_wish {
	const char *name;
	u64 bytes;
	u64 layout;
	u32 properties;
};

int bm_pool_prepare(struct bm_client *client, const struct bm_pool_wish *wish,
		    struct bm_pool **prepared);
int bm_pool_publish(struct bm_pool *pool);
void bm_pool_give_back(struct bm_pool *pool);
int bm_pool_destroy(struct bm_client *client, u64 offset);

struct bm_pool *bm_pool_find_offset_locked(struct bm_client *client, u64 offset);
struct bm_pool *bm_pool_find_name_locked(struct bm_client *client,
					 const char *name);
void bm_pool_withdraw_locked(struct bm_pool *pool);
u64 bm_pool_scope(const struct bm_pool *pool);
bool bm_pool_stays(const struct bm_pool *pool);
u64 bm_pool_offset(const struct bm_pool *pool);
u64 bm_pool_bytes(const struct bm_pool *pool);
bool bm_pool_read_header(const struct bm_pool *pool,
			 struct budgetmem_pool_header *header);
void bm_pool_describe_locked(struct bm_pool *pool, const struct bm_client *asker,
			     struct budgetmem_pool_info *info);

#endif
