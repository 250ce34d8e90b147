/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The _INFO calls: which object is meant, and may the asker see it.
 */
#ifndef BUDGETMEM_INSPECT_H
#define BUDGETMEM_INSPECT_H

#include <linux/budgetmem.h>

#include "access.h"

struct bm_client;
struct bm_system;

/**
 * struct bm_asker - who wants to know
 * @system: where to look
 * @caller: what he may see
 * @client: his own, NULL if not bound
 */
struct bm_asker {
	struct bm_system *system;
	struct bm_caller caller;
	struct bm_client *client;
};

int bm_inspect_budget_locked(const struct bm_asker *asker,
			     struct budgetmem_budget_info *info);
int bm_inspect_client_locked(const struct bm_asker *asker,
			     struct budgetmem_client_info *info);
int bm_inspect_pool_locked(const struct bm_asker *asker,
			   struct budgetmem_pool_info *info);

#endif
