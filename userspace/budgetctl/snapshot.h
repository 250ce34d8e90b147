/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h: everything that this user may see, read once
 *
 * Objects that come and go while it is being read may or may not be in it.
 */
#ifndef BUDGETCTL_SNAPSHOT_H
#define BUDGETCTL_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include <linux/budgetmem.h>

#include "holder.h"

struct snapshot {
	struct budgetmem_query system;
	struct budgetmem_budget_info *budgets;
	size_t budget_count;
	struct budgetmem_client_info *clients;
	size_t client_count;
	struct budgetmem_pool_info *pools;
	size_t pool_count;
	struct holders holders;
};

/* Returns 0 or a negative errno; to be given to snapshot_free() either way. */
int snapshot_read(struct snapshot *snapshot, int fd);

void snapshot_free(struct snapshot *snapshot);

/* The client of a pool, or NULL if it has none, or none that may be seen. */
const struct budgetmem_client_info *
snapshot_client(const struct snapshot *snapshot, const struct budgetmem_pool_info *pool);

/* The phases of a client and of the system, in a word. */
const char *snapshot_phase(uint32_t phase);
const char *snapshot_system_phase(uint32_t phase);

/* All refusals of a budget, whatever the reason. */
uint64_t snapshot_refused(const struct budgetmem_budget_info *budget);

#endif /* BUDGETCTL_SNAPSHOT_H */
