/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Module parameters: the text of a budget table, and what it says.
 *
 * No locking: a table belongs to whoever parsed it.
 */
#ifndef BUDGETMEM_PARAMETERS_H
#define BUDGETMEM_PARAMETERS_H

#include <linux/bits.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <linux/budgetmem.h>

#include "extent.h"

#define BM_POOL_LIMIT_MAX	BIT(17)
#define BM_CLIENT_LIMIT_MAX	BIT(16)
#define BM_MODE_MAX		0666u

/* As many as there can be records in one allocation: 1 TiB of 4 KiB pages. */
#define BM_BUDGET_PAGES_MAX	(INT_MAX / sizeof(struct bm_extent))

/**
 * struct bm_table - a table of budgets
 * @entry: allocated by bm_table_parse(), freed by bm_table_free()
 * @entries: number of entries
 */
struct bm_table {
	struct budgetmem_budget_entry *entry;
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
int bm_reason_write(struct bm_reason *reason, int err, const char *format, ...);

/* As __initconst is; the KUnit suites need such data later too. */
#ifdef BM_UNDER_TEST
#define BM_INIT_DATA
#else
#define BM_INIT_DATA	__section(".init.rodata")
#endif

/*
 * Writes the reason and returns @err, so that refusing is one statement. The text
 * leaves memory once the module is loaded, as does whoever refuses.
 */
#define bm_refuse(reason, err, text, ...)				\
({									\
	static const char bm_text[] BM_INIT_DATA = text;			\
									\
	bm_reason_write(reason, err, bm_text, ##__VA_ARGS__);		\
})

#endif
