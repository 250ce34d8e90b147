/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools that outlived their client: they belong to their budget alone, and stay
 * charged to it, until a client attaches them, an administrator removes them, or the
 * last dma-buf of them is gone.
 *
 * Locking: all under bm_system::lock. Functions that end in _locked() want it
 * held, the others take it.
 */
#ifndef BUDGETMEM_DETACHED_H
#define BUDGETMEM_DETACHED_H

#include <linux/types.h>

#include "pool.h"

struct bm_budget;
struct bm_system;

void bm_detach_locked(struct bm_pool *pool);
int bm_attach_find(struct bm_client *client, const struct bm_pool_wish *wish,
		   u64 *offset);
int bm_attach(struct bm_client *client, const struct bm_pool_wish *wish, u64 offset);
int bm_pool_hold(struct bm_client *client, u64 offset, bool may,
		 struct bm_pool **held);
void bm_pool_let_go(struct bm_pool *pool);
void bm_detached_end(struct bm_budget *budget);
int bm_detached_remove(struct bm_system *system, const char *budget,
		       const char *name);

#endif
