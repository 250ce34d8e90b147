/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h: everything that this user may see, read once
 *
 * Objects that come and go while it is being read may or may not be in it.
 */
#ifndef BUDGETCTL_SNAPSHOT_H
#define BUDGETCTL_SNAPSHOT_H

#include <stddef.h>

#include <linux/budgetmem.h>

struct snapshot {
	struct budgetmem_query system;
	struct budgetmem_budget_info *budgets;
	size_t budget_count;
	struct budgetmem_client_info *clients;
	size_t client_count;
	struct budgetmem_pool_info *pools;
	size_t pool_count;
};

/* Returns 0 or a negative errno; to be given to snapshot_free() either way. */
int snapshot_read(struct snapshot *snapshot, int fd);

void snapshot_free(struct snapshot *snapshot);

#endif /* BUDGETCTL_SNAPSHOT_H */
