/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Module parameters: the text of a budget table, and what it says.
 *
 * No locking: a table belongs to whoever parsed it.
 */
#ifndef BUDGETMEM_PARAMETERS_H
#define BUDGETMEM_PARAMETERS_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/budgetmem.h>

#define BM_POOL_LIMIT_MAX	BIT(17)
#define BM_CLIENT_LIMIT_MAX	BIT(16)

/**
 * struct bm_budget_entry - one budget of a table
 * @name: filled up with zeros
 * @bytes: whole pages
 * @uid: owner, in the initial user namespace
 * @gid: group, likewise
 * @mode: permission bits, 0666 at most
 * @pool_limit: most pools at a time
 * @client_limit: most clients at a time
 */
struct bm_budget_entry {
	char name[BUDGETMEM_NAME_SIZE];
	u64 bytes;
	u32 uid;
	u32 gid;
	u32 mode;
	u32 pool_limit;
	u32 client_limit;
};

/**
 * struct bm_table - a table of budgets
 * @entry: allocated by bm_table_parse(), freed by bm_table_free()
 * @entries: number of entries
 */
struct bm_table {
	struct bm_budget_entry *entry;
	u32 entries;
};

/**
 * struct bm_reason - one line that says why something was refused
 * @text: without a newline
 */
struct bm_reason {
	char text[192];
};

bool bm_name_is_valid(const char name[BUDGETMEM_NAME_SIZE]);
int bm_bytes_parse(const char *text, u64 *bytes);
int bm_table_parse(const char *text, struct bm_table *table,
		   struct bm_reason *reason);
void bm_table_free(struct bm_table *table);

__printf(3, 4)
int bm_refuse(struct bm_reason *reason, int err, const char *format, ...);

#endif
