/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events: a call of a client was refused, or one of its pools is fuller than it
 * should be; and how whoever waits for that is told.
 *
 * Locking: all under bm_system::lock. Functions that end in _locked() want it
 * held, the others take it.
 */
#ifndef BUDGETMEM_EVENTS_H
#define BUDGETMEM_EVENTS_H

#include <linux/list.h>
#include <linux/poll.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct bm_client;
struct bm_pool;
struct budgetmem_events;
struct file;

/**
 * struct bm_events - of one client
 * @wait: who waits for an event
 * @armed: pools that have not reached their threshold yet
 * @watched: in bm_watch::watched while there are such pools
 * @round: bm_watch::round in which its pools were looked at last
 * @refused: refusals that were not told yet
 * @crossed: thresholds that were crossed, likewise
 */
struct bm_events {
	wait_queue_head_t wait;
	struct list_head armed;
	struct list_head watched;
	u32 round;
	u64 refused;
	u64 crossed;
};

/**
 * struct bm_watch - those of a system that have to be looked at
 * @watched: clients with pools that are armed
 * @round: how often all of them were looked at
 * @work: looks at them while somebody waits
 */
struct bm_watch {
	struct list_head watched;
	u32 round;
	struct delayed_work work;
};

void bm_watch_init(struct bm_watch *watch);
void bm_watch_end(struct bm_watch *watch);

void bm_events_make(struct bm_events *events);
void bm_events_clear_locked(struct bm_client *client);
void bm_events_refused_locked(struct bm_client *client);
void bm_events_disarm_locked(struct bm_pool *pool);

int bm_events_watch(struct bm_client *client, u64 offset, u64 threshold);
void bm_events_tell(struct bm_client *client, struct budgetmem_events *told);
void bm_events_put_back(struct bm_client *client,
			const struct budgetmem_events *told);
__poll_t bm_events_poll(struct bm_client *client, struct file *file,
			poll_table *table);

#endif
