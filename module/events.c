// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events. See events.h for the locking.
 *
 * A refusal happens here, and wakes whoever waits. A threshold is crossed by plain
 * stores to a pool, of which the kernel hears nothing: it has to look. It does so
 * when somebody asks (poll(), EVENTS), when a threshold is set or taken back, and ten
 * times a second while somebody waits. A file that is in an epoll set is waited for.
 * When nobody waits, or nothing is armed, no timer runs.
 *
 * No event is lost:
 *	- poll() puts itself into the wait queue first and looks then, under the lock.
 *	  What happens before the look is seen by it, what happens later wakes.
 *	- What poll() sees is what was not told yet: it lasts until EVENTS takes it, so
 *	  that a wake-up too many or too few between two waits does no harm.
 *	- poll() starts the work if it leaves something armed behind, bm_events_watch()
 *	  if it arms something while somebody waits. Both, and the work's decision to
 *	  run again, are made under the lock: whichever of the two comes later sees the
 *	  other. The work goes on while an armed client has somebody in its queue.
 *	- A mark never falls, so that looking late finds what looking at once would have.
 *	  A pool is looked at a last time before its threshold is changed or forgotten.
 *	- EVENTS takes both counters at once. What cannot be written is added again.
 *
 * No event is spurious: the counters rise only with an event, a pool that crossed is
 * not armed any more, and the mark is read in one piece. (A 32-bit kernel reads two
 * halves, but the upper one is 0: a pool is smaller than its address space.)
 *
 * Nothing is allocated: all that is needed is in the client and the pool. A wait queue
 * outlives whoever is in it, since they hold the file, and the file its client.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "client.h"
#include "events.h"
#include "pool.h"
#include "system.h"

#define BM_LOOK_INTERVAL	msecs_to_jiffies(100)

static struct bm_watch *bm_events_all(const struct bm_client *client)
{
	return &client->budget->system->watch;
}

static void bm_events_wake(struct bm_client *client)
{
	wake_up_poll(&client->events.wait, EPOLLIN | EPOLLRDNORM);
}

/* A call of the client was refused. */
void bm_events_refused_locked(struct bm_client *client)
{
	lockdep_assert_held(&client->budget->system->lock);
	client->events.refused++;
	bm_events_wake(client);
}

static bool bm_pool_is_armed(const struct bm_pool *pool)
{
	return !list_empty(&pool->armed);
}

static void bm_pool_disarm(struct bm_pool *pool)
{
	struct bm_events *events = &pool->client->events;

	list_del_init(&pool->armed);
	if (list_empty(&events->armed))
		list_del_init(&events->watched);
}

static void bm_pool_arm(struct bm_pool *pool)
{
	struct bm_events *events = &pool->client->events;
	struct bm_watch *watch = bm_events_all(pool->client);

	if (list_empty(&events->armed)) {
		list_add_tail(&events->watched, &watch->watched);
		events->round = watch->round;
	}
	list_add_tail(&pool->armed, &events->armed);
}

/* Whoever maps the pool may have written anything there: it is only compared. */
static bool bm_pool_has_crossed(const struct bm_pool *pool)
{
	struct budgetmem_pool_header header;

	return bm_pool_read_header(pool, &header) &&
	       header.high_water >= pool->threshold;
}

/* Of an armed pool. It crosses once for each time that it was armed. */
static void bm_pool_look(struct bm_pool *pool)
{
	if (!bm_pool_has_crossed(pool))
		return;
	bm_pool_disarm(pool);
	pool->client->events.crossed++;
	bm_events_wake(pool->client);
}

/* O(armed pools of the client), under the lock. */
static void bm_events_look_locked(struct bm_client *client)
{
	struct bm_pool *pool, *next;

	lockdep_assert_held(&client->budget->system->lock);
	list_for_each_entry_safe(pool, next, &client->events.armed, armed)
		bm_pool_look(pool);
}

/* Whether the client's pools have to be looked at again, though nobody asks. */
static bool bm_events_are_awaited(struct bm_client *client)
{
	if (list_empty(&client->events.armed))
		return false;
	/* Whoever has just come takes the lock next: no barrier is missing. */
	return waitqueue_active(&client->events.wait);
}

static void bm_watch_start(struct bm_watch *watch)
{
	schedule_delayed_work(&watch->work, BM_LOOK_INTERVAL);
}

/* The next client of this round, NULL when all were looked at. */
static struct bm_client *bm_watch_next_locked(struct bm_watch *watch)
{
	struct bm_client *client;

	client = list_first_entry_or_null(&watch->watched, struct bm_client,
					  events.watched);
	if (!client || client->events.round == watch->round)
		return NULL;
	client->events.round = watch->round;
	list_move_tail(&client->events.watched, &watch->watched);
	return client;
}

/* One client for each time that the lock is taken, so that others get it meanwhile. */
static bool bm_watch_look_at_next(struct bm_system *system, bool *awaited)
{
	struct bm_client *client;

	mutex_lock(&system->lock);
	client = bm_watch_next_locked(&system->watch);
	if (client && bm_events_are_awaited(client)) {
		bm_events_look_locked(client);
		*awaited |= bm_events_are_awaited(client);
	}
	if (!client && *awaited)
		bm_watch_start(&system->watch);
	mutex_unlock(&system->lock);
	cond_resched();
	return client;
}

static void bm_watch_look(struct work_struct *work)
{
	struct bm_system *system = container_of(to_delayed_work(work),
						struct bm_system, watch.work);
	bool awaited = false;

	mutex_lock(&system->lock);
	system->watch.round++;
	mutex_unlock(&system->lock);
	while (bm_watch_look_at_next(system, &awaited))
		;
}

void bm_watch_init(struct bm_watch *watch)
{
	INIT_LIST_HEAD(&watch->watched);
	INIT_DELAYED_WORK(&watch->work, bm_watch_look);
}

/* There is no client any more, and nobody who waits. */
void bm_watch_end(struct bm_watch *watch)
{
	cancel_delayed_work_sync(&watch->work);
}

/* With the client object, which is used many times. */
void bm_events_make(struct bm_events *events)
{
	init_waitqueue_head(&events->wait);
	INIT_LIST_HEAD(&events->armed);
	INIT_LIST_HEAD(&events->watched);
}

/* Nothing is left to tell. */
void bm_events_clear_locked(struct bm_client *client)
{
	lockdep_assert_held(&client->budget->system->lock);
	client->events.refused = 0;
	client->events.crossed = 0;
}

/* The pool leaves its client, or gets another threshold. What has happened stays. */
void bm_events_disarm_locked(struct bm_pool *pool)
{
	lockdep_assert_held(&pool->budget->system->lock);
	if (bm_pool_is_armed(pool))
		bm_pool_look(pool);
	if (bm_pool_is_armed(pool))
		bm_pool_disarm(pool);
	pool->threshold = 0;
}

static int bm_events_watch_locked(struct bm_client *client, u64 offset, u64 threshold)
{
	struct bm_pool *pool = bm_pool_find_offset_locked(client, offset);

	if (!pool)
		return -ENOENT;
	if (threshold > bm_pool_bytes(pool))
		return -EINVAL;
	bm_events_disarm_locked(pool);
	if (!threshold)
		return 0;
	pool->threshold = threshold;
	bm_pool_arm(pool);
	bm_pool_look(pool);
	if (bm_events_are_awaited(client))
		bm_watch_start(bm_events_all(client));
	return 0;
}

/**
 * bm_events_watch() - set the threshold of a pool
 * @client: published
 * @offset: of the pool
 * @threshold: bytes, 0 for none
 *
 * O(1).
 *
 * Return: 0, -ENOENT, -EINVAL if the pool is smaller.
 */
int bm_events_watch(struct bm_client *client, u64 offset, u64 threshold)
{
	struct bm_system *system = client->budget->system;
	int err;

	mutex_lock(&system->lock);
	err = bm_events_watch_locked(client, offset, threshold);
	mutex_unlock(&system->lock);
	return err;
}

/**
 * bm_events_tell() - take what was not told yet
 * @client: published
 * @told: result; to be given to bm_events_put_back() if it cannot be handed on
 *
 * O(armed pools of the client).
 */
void bm_events_tell(struct bm_client *client, struct budgetmem_events *told)
{
	struct bm_system *system = client->budget->system;
	struct bm_events *events = &client->events;

	mutex_lock(&system->lock);
	bm_events_look_locked(client);
	told->refused = events->refused;
	told->crossed = events->crossed;
	bm_events_clear_locked(client);
	mutex_unlock(&system->lock);
}

/* Others may have looked meanwhile and gone to sleep. */
void bm_events_put_back(struct bm_client *client,
			const struct budgetmem_events *told)
{
	struct bm_system *system = client->budget->system;

	mutex_lock(&system->lock);
	client->events.refused += told->refused;
	client->events.crossed += told->crossed;
	if (told->refused || told->crossed)
		bm_events_wake(client);
	mutex_unlock(&system->lock);
}

/**
 * bm_events_poll() - whether something was not told yet
 * @client: published
 * @file: its own
 * @table: of whoever waits
 *
 * O(armed pools of the client).
 */
__poll_t bm_events_poll(struct bm_client *client, struct file *file,
			poll_table *table)
{
	struct bm_system *system = client->budget->system;
	struct bm_events *events = &client->events;
	__poll_t happened = 0;

	poll_wait(file, &events->wait, table);
	mutex_lock(&system->lock);
	bm_events_look_locked(client);
	if (bm_events_are_awaited(client))
		bm_watch_start(&system->watch);
	if (events->refused || events->crossed)
		happened = EPOLLIN | EPOLLRDNORM;
	mutex_unlock(&system->lock);
	return happened;
}
