/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients: open files that are bound to a budget.
 *
 * Locking: all under bm_system::lock. Functions that end in _locked() want it
 * held, the others take it.
 */
#ifndef BUDGETMEM_CLIENT_H
#define BUDGETMEM_CLIENT_H

#include <linux/list.h>
#include <linux/pid.h>
#include <linux/uidgid.h>
#include <linux/budgetmem.h>

#include "access.h"
#include "budget.h"
#include "events.h"
#include "system.h"

/**
 * struct bm_client - an open file that is bound to a budget
 * @node: in the budget's free_clients while not in use
 * @budget: that it is bound to, now or when it is used again
 * @number: never given to another
 * @published: can be seen and used
 * @phase: of its life
 * @account: bytes of its pools
 * @pools: its pools, prepared ones included
 * @refused: its calls refused with EDQUOT or EPERM
 * @events: what it was not told yet
 * @pid: process that bound it
 * @uid: who opened the file, as a budget's owner and mode see him
 * @command: name of the command that bound it
 */
struct bm_client {
	struct list_head node;
	struct bm_budget *budget;
	u64 number;
	bool published;
	enum budgetmem_phase phase;
	struct bm_account account;
	struct list_head pools;
	u64 refused;
	struct bm_events events;
	struct pid *pid;
	kuid_t uid;
	char command[BUDGETMEM_COMMAND_SIZE];
};

int bm_client_prepare(struct bm_system *system, const struct file *file,
		      const char *budget, struct bm_client **prepared);
void bm_client_publish_locked(struct bm_client *client);
void bm_client_end(struct bm_client *client);

int bm_client_may_bind_locked(struct bm_client *client);
int bm_client_lock(struct bm_client *client);
int bm_client_refuse_locked(struct bm_client *client, int err);

u32 bm_client_pools_locked(const struct bm_client *client);
void bm_client_describe_locked(struct bm_client *client,
			       struct budgetmem_client_info *info);

#endif
