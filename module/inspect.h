/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The _INFO calls: which object is meant, and may the asker see it.
 */
#ifndef BUDGETMEM_INSPECT_H
#define BUDGETMEM_INSPECT_H

#include <linux/types.h>
#include <linux/budgetmem.h>

struct bm_budget;
struct bm_client;
struct bm_system;
struct file;

/**
 * struct bm_asker - who wants to know
 * @system: where to look
 * @file: what whoever opened it may see
 * @client: his own, NULL if not bound
 */
struct bm_asker {
	struct bm_system *system;
	const struct file *file;
	struct bm_client *client;
};

bool bm_inspect_budget_is_valid(const struct budgetmem_budget_info *info);
bool bm_inspect_client_is_valid(const struct budgetmem_client_info *info);
bool bm_inspect_pool_is_valid(const struct budgetmem_pool_info *info);

int bm_inspect_budget(const struct bm_asker *asker,
		      struct budgetmem_budget_info *info);
int bm_inspect_budget_by_name(struct bm_system *system, const char *name,
			      struct budgetmem_budget_info *info);
int bm_inspect_client_locked(const struct bm_asker *asker,
			     struct budgetmem_client_info *info);
int bm_inspect_pool_locked(const struct bm_asker *asker,
			   struct budgetmem_pool_info *info);

#endif
