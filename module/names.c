// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of a budget's pools. See names.h for the locking.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "names.h"
#include "pool.h"

static u32 bm_names_buckets(u32 pools)
{
	return roundup_pow_of_two(pools);
}

/* Bytes of the table for so many @pools. */
u64 bm_names_overhead(u32 pools)
{
	return (u64)bm_names_buckets(pools) * sizeof(struct hlist_head);
}

/* 0 or -ENOMEM. */
int bm_names_init(struct bm_names *names, u32 pools)
{
	names->buckets = bm_names_buckets(pools);
	names->bucket = kvcalloc(names->buckets, sizeof(*names->bucket),
				 GFP_KERNEL | __GFP_NOWARN);
	get_random_bytes(&names->key, sizeof(names->key));
	return names->bucket ? 0 : -ENOMEM;
}

void bm_names_destroy(struct bm_names *names)
{
	kvfree(names->bucket);
}

static struct hlist_head *bm_names_bucket(const struct bm_names *names, u64 scope,
					  const char *name)
{
	u64 hash = siphash(name, strlen(name), &names->key);

	hash = siphash_2u64(hash, scope, &names->key);
	return &names->bucket[hash & (names->buckets - 1)];
}

/* The pool's name is in no use within its scope. */
void bm_names_add(struct bm_names *names, struct bm_pool *pool)
{
	hlist_add_head(&pool->by_name,
		       bm_names_bucket(names, bm_pool_scope(pool), pool->name));
}

/* Nothing happens if it is not there. */
void bm_names_remove(struct bm_pool *pool)
{
	hlist_del_init(&pool->by_name);
}

/* O(1) expected, whatever names there are. */
struct bm_pool *bm_names_find(const struct bm_names *names, u64 scope,
			      const char *name)
{
	struct bm_pool *pool;

	hlist_for_each_entry(pool, bm_names_bucket(names, scope, name), by_name)
		if (bm_pool_scope(pool) == scope && !strcmp(pool->name, name))
			return pool;
	return NULL;
}
