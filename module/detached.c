// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools that outlived their client. See detached.h for the locking.
 */
#include <linux/lockdep.h>
#include <linux/uidgid.h>

#include "client.h"
#include "detached.h"
#include "names.h"
#include "system.h"
#include "trace.h"

/* The client ends, the pool stays: see bm_pool_stays(). */
void bm_detach_locked(struct bm_pool *pool)
{
	struct bm_budget *budget = pool->budget;

	lockdep_assert_held(&budget->system->lock);
	trace_budgetmem_detach(pool, true);
	bm_events_disarm_locked(pool);
	bm_account_uncharge(&pool->client->account, bm_pool_bytes(pool));
	pool->client = NULL;
	list_move_tail(&pool->node, &budget->detached);
	budget->detached_pools++;
	budget->detached_bytes += bm_pool_bytes(pool);
}

static int bm_attach_look_locked(struct bm_client *client,
				 const struct bm_pool_wish *wish,
				 struct bm_pool **found)
{
	const struct bm_names *names = &client->budget->names;
	struct bm_pool *pool;

	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		return bm_client_refuse_locked(client, -EPERM);
	pool = bm_names_find(names, BM_WHOLE_BUDGET, wish->name);
	if (!pool || pool->state != BM_POOL_PUBLISHED)
		return -ENOENT;
	if (!uid_eq(pool->owner, client->uid))
		return bm_client_refuse_locked(client, -EACCES);
	if (pool->client == client || bm_names_find(names, client->number, wish->name))
		return -EEXIST;
	if (bm_pool_bytes(pool) != wish->bytes || pool->layout != wish->layout)
		return -EMEDIUMTYPE;
	if (pool->client)
		return -EBUSY;
	*found = pool;
	return 0;
}

/**
 * bm_attach_find() - look for a pool that may be attached
 * @client: published
 * @wish: name, size and layout number
 * @offset: result: what mmap() will take when it is attached
 *
 * Return: 0, -EPERM, -ENOENT, -EACCES, -EEXIST, -EMEDIUMTYPE, -EBUSY.
 */
int bm_attach_find(struct bm_client *client, const struct bm_pool_wish *wish,
		   u64 *offset)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;
	int err;

	mutex_lock(&system->lock);
	err = bm_attach_look_locked(client, wish, &pool);
	if (!err)
		*offset = bm_pool_offset(pool);
	mutex_unlock(&system->lock);
	return err;
}

static void bm_attach_locked(struct bm_client *client, struct bm_pool *pool)
{
	struct bm_budget *budget = pool->budget;
	u64 bytes = bm_pool_bytes(pool);

	/* A client's limit is that of its budget, which has room for it already. */
	WARN_ON_ONCE(bm_account_charge(&client->account, bytes));
	bm_account_mark(&client->account);
	pool->client = client;
	pool->client_number = client->number;
	list_move_tail(&pool->node, &client->pools);
	budget->detached_pools--;
	budget->detached_bytes -= bytes;
	trace_budgetmem_attach(pool, true);
}

/**
 * bm_attach() - give a pool to a client
 * @client: published
 * @wish: as for bm_attach_find()
 * @offset: that bm_attach_find() told; the caller knows it already
 *
 * Return: what bm_attach_find() returns; -EBUSY too if it is another pool by now.
 */
int bm_attach(struct bm_client *client, const struct bm_pool_wish *wish, u64 offset)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;
	int err;

	mutex_lock(&system->lock);
	err = bm_attach_look_locked(client, wish, &pool);
	if (!err && bm_pool_offset(pool) != offset)
		err = -EBUSY;
	if (!err)
		bm_attach_locked(client, pool);
	mutex_unlock(&system->lock);
	return err;
}

/* Withdraws a pool without a client that nothing keeps any more. */
static bool bm_detached_withdraw_locked(struct bm_pool *pool)
{
	if (pool->client || bm_pool_stays(pool))
		return false;
	pool->budget->detached_pools--;
	bm_pool_withdraw_locked(pool);
	return true;
}

/**
 * bm_pool_hold() - keep a pool for a dma-buf that is to be made of it
 * @client: published
 * @offset: from bm_pool_offset()
 * @may: whoever opened the file may do with the pool what can be done with the dma-buf
 * @held: result; to be let go
 *
 * Return: 0, -ENOENT, -EACCES.
 */
int bm_pool_hold(struct bm_client *client, u64 offset, bool may,
		 struct bm_pool **held)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;
	int err = 0;

	mutex_lock(&system->lock);
	pool = bm_pool_find_offset_locked(client, offset);
	if (!pool)
		err = -ENOENT;
	else if (!may)
		err = bm_client_refuse_locked(client, -EACCES);
	else
		pool->exports++;
	mutex_unlock(&system->lock);
	*held = pool;
	return err;
}

/**
 * bm_pool_let_go() - a dma-buf of a pool is gone, or was not to be had
 * @pool: held
 *
 * Context: process context, may sleep.
 */
void bm_pool_let_go(struct bm_pool *pool)
{
	struct bm_system *system = pool->budget->system;
	bool withdrawn;

	mutex_lock(&system->lock);
	pool->exports--;
	withdrawn = bm_detached_withdraw_locked(pool);
	mutex_unlock(&system->lock);
	if (withdrawn)
		bm_pool_give_back(pool);
}

/* No longer persistent; withdrawn at once, or with its last dma-buf. */
static bool bm_detached_remove_locked(struct bm_pool *pool)
{
	trace_budgetmem_remove(pool, true);
	bm_names_remove(pool);
	pool->properties &= ~BUDGETMEM_POOL_PERSISTENT;
	return bm_detached_withdraw_locked(pool);
}

static struct bm_pool *bm_detached_take(struct bm_budget *budget)
{
	struct bm_system *system = budget->system;
	struct bm_pool *pool;

	mutex_lock(&system->lock);
	pool = list_first_entry_or_null(&budget->detached, struct bm_pool, node);
	if (pool && !bm_detached_remove_locked(pool)) {
		/* What is exported holds the module, and so cannot be here. */
		WARN_ON_ONCE(1);
		pool = NULL;
	}
	mutex_unlock(&system->lock);
	return pool;
}

/* Zeroes and gives back all that was left behind. Nobody uses the module any more. */
void bm_detached_end(struct bm_budget *budget)
{
	struct bm_pool *pool;

	while ((pool = bm_detached_take(budget)))
		bm_pool_give_back(pool);
}

/**
 * bm_detached_remove() - give back a persistent pool that has no client
 * @system: set up
 * @budget: name of its budget
 * @name: its own
 *
 * Return: 0, -ENOENT, -EBUSY if a client has it.
 */
int bm_detached_remove(struct bm_system *system, const char *budget,
		       const char *name)
{
	struct bm_budget *found;
	struct bm_pool *pool = NULL;
	bool withdrawn = false;
	int err = 0;

	mutex_lock(&system->lock);
	found = bm_budget_find_locked(system, budget);
	if (found)
		pool = bm_names_find(&found->names, BM_WHOLE_BUDGET, name);
	if (!pool || pool->state != BM_POOL_PUBLISHED)
		err = -ENOENT;
	else if (pool->client)
		err = -EBUSY;
	else
		withdrawn = bm_detached_remove_locked(pool);
	mutex_unlock(&system->lock);
	if (withdrawn)
		bm_pool_give_back(pool);
	return err;
}
