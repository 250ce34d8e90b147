// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients. See client.h for the locking.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "client.h"
#include "detached.h"
#include "pool.h"
#include "trace.h"

static void bm_client_init(struct bm_client *client, const struct file *file)
{
	lockdep_assert_held(&client->budget->system->lock);
	client->number = ++client->budget->system->last_client;
	client->phase = BUDGETMEM_PHASE_INIT;
	bm_account_init(&client->account, client->budget->account.limit);
	client->refused = 0;
	bm_events_clear_locked(client);
	client->pid = get_pid(task_tgid(current));
	client->uid = file->f_cred->fsuid;
	memset(client->command, 0, sizeof(client->command));
	get_task_comm(client->command, current->group_leader);
}

static struct bm_client *bm_client_take(struct bm_budget *budget)
{
	struct bm_client *client;

	lockdep_assert_held(&budget->system->lock);
	client = list_first_entry_or_null(&budget->free_clients,
					  struct bm_client, node);
	if (client) {
		list_del_init(&client->node);
		budget->taken_clients++;
	}
	return client;
}

/**
 * bm_client_prepare() - take a client object that nobody sees yet
 * @system: where to look for the budget
 * @file: by whoever opened it
 * @budget: name
 * @prepared: result; to be published, or ended
 *
 * Return: 0, -ENOENT, -EACCES, -EDQUOT.
 */
int bm_client_prepare(struct bm_system *system, const struct file *file,
		      const char *budget, struct bm_client **prepared)
{
	struct bm_budget *found;
	struct bm_client *client;
	int err = 0;

	mutex_lock(&system->lock);
	found = bm_budget_find_locked(system, budget);
	if (!found) {
		err = -ENOENT;
		goto unlock;
	}
	if (!bm_access(found, file, BM_MAY_BIND)) {
		found->refused_access++;
		err = -EACCES;
		goto unlock;
	}
	client = bm_client_take(found);
	if (!client) {
		found->refused_over_budget++;
		err = -EDQUOT;
		goto unlock;
	}
	bm_client_init(client, file);
	*prepared = client;
unlock:
	mutex_unlock(&system->lock);
	return err;
}

void bm_client_publish_locked(struct bm_client *client)
{
	lockdep_assert_held(&client->budget->system->lock);
	client->published = true;
	client->budget->clients++;
	trace_budgetmem_bind(client);
}

/*
 * The next pool that the client leaves; those that stay are detached on the way. A
 * mapping holds the file, and so the client: there is none any more.
 */
static struct bm_pool *bm_client_withdraw_pool(struct bm_client *client)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;

	mutex_lock(&system->lock);
	while ((pool = list_first_entry_or_null(&client->pools, struct bm_pool,
						node)) && bm_pool_stays(pool))
		bm_detach_locked(pool);
	if (pool)
		bm_pool_withdraw_locked(pool);
	mutex_unlock(&system->lock);
	return pool;
}

/* Gives back all that the client has and that does not stay. Nobody knows it any more. */
void bm_client_end(struct bm_client *client)
{
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool;

	while ((pool = bm_client_withdraw_pool(client)))
		bm_pool_give_back(pool);

	mutex_lock(&budget->system->lock);
	if (client->published) {
		trace_budgetmem_end(client);
		budget->clients--;
	}
	client->published = false;
	budget->taken_clients--;
	list_add(&client->node, &budget->free_clients);
	put_pid(client->pid);
	client->pid = NULL;
	mutex_unlock(&budget->system->lock);
}

/* Counts a refusal where it is looked for, and returns @err. */
int bm_client_refuse_locked(struct bm_client *client, int err)
{
	struct bm_budget *budget = client->budget;

	lockdep_assert_held(&budget->system->lock);
	if (err == -EDQUOT)
		budget->refused_over_budget++;
	else if (err == -EPERM)
		budget->refused_locked++;
	else if (err == -EACCES)
		budget->refused_access++;
	if (err == -EDQUOT || err == -EPERM) {
		client->refused++;
		bm_events_refused_locked(client);
	}
	return err;
}

/* Of the file's client, NULL if it has none: refused differently after the lock. */
int bm_client_may_bind_locked(struct bm_client *client)
{
	if (!client)
		return 0;
	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		return bm_client_refuse_locked(client, -EPERM);
	return -EBUSY;
}

/**
 * bm_client_lock() - make the client's pools final
 * @client: published
 *
 * Decided here, for ever: nothing in this module sets a phase back. Creating and
 * destroying look at the phase under the same lock.
 *
 * Return: 0, -EPERM if it is locked already.
 */
int bm_client_lock(struct bm_client *client)
{
	struct bm_system *system = client->budget->system;
	int err = 0;

	mutex_lock(&system->lock);
	if (client->phase == BUDGETMEM_PHASE_LOCKED)
		err = bm_client_refuse_locked(client, -EPERM);
	else
		trace_budgetmem_lock(client);
	client->phase = BUDGETMEM_PHASE_LOCKED;
	mutex_unlock(&system->lock);
	return err;
}

/* Number of pools that can be found. O(pools of the client). */
u32 bm_client_pools_locked(const struct bm_client *client)
{
	const struct bm_pool *pool;
	u32 pools = 0;

	lockdep_assert_held(&client->budget->system->lock);
	list_for_each_entry(pool, &client->pools, node)
		pools += pool->state == BM_POOL_PUBLISHED;
	return pools;
}

/* The binding process in the asker's pid namespace, 0 if it is gone. */
static u32 bm_client_pid(const struct bm_client *client)
{
	u32 number = 0;

	rcu_read_lock();
	if (pid_task(client->pid, PIDTYPE_TGID))
		number = pid_vnr(client->pid);
	rcu_read_unlock();
	return number;
}

void bm_client_describe_locked(struct bm_client *client,
			       struct budgetmem_client_info *info)
{
	lockdep_assert_held(&client->budget->system->lock);
	info->client = client->number;
	memcpy(info->budget, client->budget->name, sizeof(info->budget));
	memcpy(info->command, client->command, sizeof(info->command));
	info->pid = bm_client_pid(client);
	info->uid = from_kuid_munged(current_user_ns(), client->uid);
	info->phase = client->phase;
	info->pools = bm_client_pools_locked(client);
	info->used = client->account.used;
	info->high_water = bm_account_high_water(&client->account);
	info->refused = client->refused;
}
