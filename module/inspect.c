// SPDX-License-Identifier: GPL-2.0-only
/*
 * The _INFO calls. All under bm_system::lock, but for those that only check the form
 * of an argument, which comes first: the selectors that reach the others are those
 * that the contract allows.
 *
 * A cursor says where to go on: the slot of a budget, and the index of an object in
 * it. Neither moves, so listing all of them costs one pass.
 */
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "access.h"
#include "client.h"
#include "inspect.h"
#include "pool.h"

/* Fields that a selector does not use are zero, and a name is one. NEXT writes. */
static bool bm_selection_is_valid(u32 select, u64 cursor, u64 offset,
				  const char *name)
{
	if (select == BUDGETMEM_SELECT_NEXT)
		return true;
	if (cursor)
		return false;
	if (offset && select != BUDGETMEM_SELECT_OFFSET)
		return false;
	if (!name)
		return true;
	return select == BUDGETMEM_SELECT_NAME ?
	       bm_name_is_valid(name) :
	       !memchr_inv(name, 0, BUDGETMEM_NAME_SIZE);
}

bool bm_inspect_budget_is_valid(const struct budgetmem_budget_info *info)
{
	return !info->flags && !info->reserved &&
	       info->select <= BUDGETMEM_SELECT_NEXT &&
	       info->select != BUDGETMEM_SELECT_OFFSET &&
	       bm_selection_is_valid(info->select, info->cursor, 0, info->name);
}

bool bm_inspect_client_is_valid(const struct budgetmem_client_info *info)
{
	return !info->flags && (info->select == BUDGETMEM_SELECT_OWN ||
				info->select == BUDGETMEM_SELECT_NEXT) &&
	       bm_selection_is_valid(info->select, info->cursor, 0, NULL);
}

bool bm_inspect_pool_is_valid(const struct budgetmem_pool_info *info)
{
	return !info->flags && info->select <= BUDGETMEM_SELECT_NEXT &&
	       info->select != BUDGETMEM_SELECT_OWN &&
	       bm_selection_is_valid(info->select, info->cursor, info->offset,
				     info->name);
}

static bool bm_inspect_may_see(const struct bm_asker *asker,
			       const struct bm_budget *budget)
{
	return (asker->client && asker->client->budget == budget) ||
	       bm_access(budget, asker->file, BM_MAY_SEE);
}

static int bm_inspect_next_budget(const struct bm_asker *asker,
				  struct budgetmem_budget_info *info,
				  struct bm_budget **found)
{
	struct bm_budget *budget;
	u32 slot = min_t(u64, info->cursor, U32_MAX);

	for (; (budget = bm_budget_next_locked(asker->system, &slot)); slot++) {
		if (!bm_inspect_may_see(asker, budget))
			continue;
		info->cursor = (u64)slot + 1;
		*found = budget;
		return 0;
	}
	return -ENOENT;
}

static int bm_inspect_named_budget(const struct bm_asker *asker,
				   const char *name, struct bm_budget **found)
{
	struct bm_budget *budget = bm_budget_find_locked(asker->system, name);

	if (!budget)
		return -ENOENT;
	if (!bm_inspect_may_see(asker, budget)) {
		budget->refused_access++;
		return -EACCES;
	}
	*found = budget;
	return 0;
}

static int bm_inspect_find_budget(const struct bm_asker *asker,
				  struct budgetmem_budget_info *info,
				  struct bm_budget **found)
{
	lockdep_assert_held(&asker->system->lock);
	if (info->select == BUDGETMEM_SELECT_NEXT)
		return bm_inspect_next_budget(asker, info, found);
	if (info->select == BUDGETMEM_SELECT_NAME)
		return bm_inspect_named_budget(asker, info->name, found);
	if (!asker->client)
		return -EBUSY;
	*found = asker->client->budget;
	return 0;
}

/* The budget is swept first, so that what is told of its quarantine is true now. */
static void bm_inspect_budget_held(struct bm_budget *budget,
				   struct budgetmem_budget_info *info)
{
	struct bm_system *system = budget->system;

	bm_budget_sweep_held(budget);
	mutex_lock(&system->lock);
	bm_budget_describe_locked(budget, info);
	mutex_unlock(&system->lock);
}

/* For whoever may see every budget. 0 or -ENOENT. */
int bm_inspect_budget_by_name(struct bm_system *system, const char *name,
			      struct budgetmem_budget_info *info)
{
	struct bm_budget *budget;

	down_read(&system->table);
	mutex_lock(&system->lock);
	budget = bm_budget_find_locked(system, name);
	mutex_unlock(&system->lock);
	if (budget)
		bm_inspect_budget_held(budget, info);
	up_read(&system->table);
	return budget ? 0 : -ENOENT;
}

int bm_inspect_budget(const struct bm_asker *asker,
		      struct budgetmem_budget_info *info)
{
	struct bm_system *system = asker->system;
	struct bm_budget *budget;
	int err;

	down_read(&system->table);
	mutex_lock(&system->lock);
	err = bm_inspect_find_budget(asker, info, &budget);
	mutex_unlock(&system->lock);
	if (!err)
		bm_inspect_budget_held(budget, info);
	up_read(&system->table);
	return err;
}

/**
 * struct bm_cursor - where a listing stands
 * @budget: slot of the budget
 * @object: index of the client or pool in it
 */
struct bm_cursor {
	u32 budget;
	u32 object;
};

static struct bm_cursor bm_cursor_read(u64 cursor)
{
	return (struct bm_cursor) { .budget = cursor >> 32, .object = cursor };
}

/* Stands behind the object that was found. */
static u64 bm_cursor_behind(struct bm_cursor cursor)
{
	return (u64)cursor.budget << 32 | (cursor.object + 1);
}

/* The budget to go on with, NULL at the end of the table. */
static struct bm_budget *bm_cursor_budget(const struct bm_asker *asker,
					  struct bm_cursor *cursor)
{
	u32 slot = cursor->budget;
	struct bm_budget *budget = bm_budget_next_locked(asker->system, &slot);

	if (slot != cursor->budget)
		*cursor = (struct bm_cursor) { .budget = slot };
	return budget;
}

static void bm_cursor_next_budget(struct bm_cursor *cursor)
{
	cursor->budget++;
	cursor->object = 0;
}

/* Whether @asker sees the clients of @budget, beside his own. Once a budget. */
static bool bm_inspect_sees_all(const struct bm_asker *asker,
				const struct bm_budget *budget)
{
	return bm_access(budget, asker->file, BM_MAY_SEE);
}

int bm_inspect_client_locked(const struct bm_asker *asker,
			     struct budgetmem_client_info *info)
{
	struct bm_cursor cursor = bm_cursor_read(info->cursor);
	struct bm_budget *budget;

	lockdep_assert_held(&asker->system->lock);
	if (info->select == BUDGETMEM_SELECT_OWN) {
		if (!asker->client)
			return -EBUSY;
		bm_client_describe_locked(asker->client, info);
		return 0;
	}
	for (; (budget = bm_cursor_budget(asker, &cursor));
	     bm_cursor_next_budget(&cursor)) {
		bool all = bm_inspect_sees_all(asker, budget);

		for (; cursor.object < budget->client_limit; cursor.object++) {
			u32 index = array_index_nospec(cursor.object,
						       budget->client_limit);
			struct bm_client *client = &budget->client[index];

			if (!client->published || (!all && client != asker->client))
				continue;
			info->cursor = bm_cursor_behind(cursor);
			bm_client_describe_locked(client, info);
			return 0;
		}
	}
	return -ENOENT;
}

static int bm_inspect_next_pool(const struct bm_asker *asker,
				struct budgetmem_pool_info *info)
{
	struct bm_cursor cursor = bm_cursor_read(info->cursor);
	struct bm_budget *budget;

	for (; (budget = bm_cursor_budget(asker, &cursor));
	     bm_cursor_next_budget(&cursor)) {
		bool all = bm_inspect_sees_all(asker, budget);

		for (; cursor.object < budget->pool_limit; cursor.object++) {
			u32 index = array_index_nospec(cursor.object,
						       budget->pool_limit);
			struct bm_pool *pool = &budget->pool[index];

			if (pool->state != BM_POOL_PUBLISHED ||
			    (!all && (!asker->client ||
				      pool->client != asker->client)))
				continue;
			info->cursor = bm_cursor_behind(cursor);
			bm_pool_describe_locked(pool, asker->client, info);
			return 0;
		}
	}
	return -ENOENT;
}

int bm_inspect_pool_locked(const struct bm_asker *asker,
			   struct budgetmem_pool_info *info)
{
	struct bm_client *client = asker->client;
	struct bm_pool *pool;

	lockdep_assert_held(&asker->system->lock);
	if (info->select == BUDGETMEM_SELECT_NEXT)
		return bm_inspect_next_pool(asker, info);
	if (!client)
		return -EBUSY;
	pool = info->select == BUDGETMEM_SELECT_NAME ?
	       bm_pool_find_name_locked(client, info->name) :
	       bm_pool_find_offset_locked(client, info->offset);
	if (!pool)
		return -ENOENT;
	bm_pool_describe_locked(pool, client, info);
	return 0;
}
