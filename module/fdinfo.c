// SPDX-License-Identifier: GPL-2.0-only
/*
 * fdinfo. The lines are part of the contract in budgetmem.h. Called under
 * bm_system::lock; seq_file collects the text in kernel memory.
 */
#include <linux/lockdep.h>
#include <linux/seq_file.h>

#include "fdinfo.h"
#include "pool.h"

static void bm_fdinfo_show_pool(struct seq_file *text, struct bm_pool *pool)
{
	struct budgetmem_pool_info info;

	bm_pool_describe_locked(pool, NULL, &info);
	seq_printf(text, "budgetmem-pool:\t%s %llu", info.name, info.size);
	if (info.reported)
		seq_printf(text, " %llu %llu %llu\n", info.reported_used,
			   info.reported_high_water, info.reported_refused);
	else
		seq_puts(text, " - - -\n");
}

/* @client: NULL if the file is not bound. */
void bm_fdinfo_show_locked(struct seq_file *text, struct bm_client *client)
{
	struct bm_pool *pool;

	if (!client) {
		seq_puts(text, "budgetmem-phase:\tunbound\n");
		return;
	}
	lockdep_assert_held(&client->budget->system->lock);
	seq_printf(text, "budgetmem-client:\t%llu\n", client->number);
	seq_printf(text, "budgetmem-budget:\t%s\n", client->budget->name);
	seq_printf(text, "budgetmem-phase:\t%s\n",
		   client->phase == BUDGETMEM_PHASE_LOCKED ? "locked" : "init");
	seq_printf(text, "budgetmem-used:\t%llu\n", client->account.used);
	seq_printf(text, "budgetmem-high-water:\t%llu\n",
		   bm_account_high_water(&client->account));
	seq_printf(text, "budgetmem-refused:\t%llu\n", client->refused);
	list_for_each_entry(pool, &client->pools, node)
		if (pool->state == BM_POOL_PUBLISHED)
			bm_fdinfo_show_pool(text, pool);
}
