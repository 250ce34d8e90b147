/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of budgets: checked, and applied as a whole or not at all.
 *
 * Locking: bm_system::applying throughout, bm_system::table for writing and
 * bm_system::lock for the moment in which a table takes effect.
 */
#ifndef BUDGETMEM_TABLE_H
#define BUDGETMEM_TABLE_H

#include <linux/types.h>
#include <linux/budgetmem.h>

#include "parameters.h"

struct bm_system;

/**
 * struct bm_verdict - what became of a table
 * @reason: why it was not applied
 * @failed: index of the entry, or BUDGETMEM_NO_ENTRY
 * @name: of the budget, filled up with zeros
 * @wanted: bytes that the budget was to have
 * @missing: bytes, as the contract says for each reason
 * @total: what it is, or would be
 * @set_aside: likewise
 * @overhead: likewise; of the budget alone if the total was exceeded
 */
struct bm_verdict {
	enum budgetmem_reason reason;
	u32 failed;
	char name[BUDGETMEM_NAME_SIZE];
	u64 wanted;
	u64 missing;
	u64 total;
	u64 set_aside;
	u64 overhead;
};

/**
 * struct bm_table_wish - what an administrator asks for
 * @table: checked
 * @total: bytes that all may take from now on, 0 to leave it as it was
 * @dry_run: do all but the last step
 * @tell: called with what will be before it is; an error of it is the end; or NULL
 * @data: for @tell
 */
struct bm_table_wish {
	const struct bm_table *table;
	u64 total;
	bool dry_run;
	int (*tell)(const struct bm_verdict *verdict, void *data);
	void *data;
};

int bm_table_check(struct bm_table *table, struct bm_verdict *verdict);
int bm_table_apply(struct bm_system *system, const struct bm_table_wish *wish,
		   struct bm_verdict *verdict);
void bm_verdict_answer(const struct bm_verdict *verdict,
		       struct budgetmem_system_apply *apply);
void bm_verdict_tell(const struct bm_verdict *verdict, struct bm_reason *reason);

#endif
