/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of a budget's pools: found in the same time, however many there are.
 *
 * A name is unique within its scope: the client's number, or, for persistent pools,
 * the whole budget. The table of names is allocated with the budget and never grows;
 * a secret key keeps whoever chooses names from choosing where they lie.
 *
 * Locking: all under bm_system::lock.
 */
#ifndef BUDGETMEM_NAMES_H
#define BUDGETMEM_NAMES_H

#include <linux/list.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct bm_pool;

/* The scope of persistent pools. No client has this number. */
#define BM_WHOLE_BUDGET	0

/**
 * struct bm_names - pools by name
 * @bucket: lists of pools
 * @buckets: number of lists, a power of two
 * @key: what decides which list a name is in
 */
struct bm_names {
	struct hlist_head *bucket;
	u32 buckets;
	siphash_key_t key;
};

int bm_names_init(struct bm_names *names, u32 pools);
void bm_names_destroy(struct bm_names *names);
u64 bm_names_overhead(u32 pools);

void bm_names_add(struct bm_names *names, struct bm_pool *pool);
void bm_names_remove(struct bm_pool *pool);
struct bm_pool *bm_names_find(const struct bm_names *names, u64 scope,
			      const char *name);

#endif
