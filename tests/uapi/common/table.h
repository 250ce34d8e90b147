/* SPDX-License-Identifier: MIT */
/*
 * table - the budgets that there are, as a table that can be changed and applied
 */
#ifndef BUDGETMEM_TESTS_TABLE_H
#define BUDGETMEM_TESTS_TABLE_H

#include <linux/budgetmem.h>

#define TABLE_ENTRIES 24

struct table {
	__u32 count;
	struct budgetmem_budget_entry entry[TABLE_ENTRIES];
};

/* The entry that a budget was made from. */
struct budgetmem_budget_entry table_entry(const struct budgetmem_budget_info *info);

/* The budgets that there are, in their order: 0 or -errno. Wants CAP_SYS_ADMIN. */
int table_read(struct table *table);

/* The entry of that name; NULL if there is none. */
struct budgetmem_budget_entry *table_find(struct table *table, const char *name);

/* A new entry at the end: root's, mode 0666, 4 pools and 2 clients, any node. */
struct budgetmem_budget_entry *table_add(struct table *table, const char *name,
					 __u64 size);

/* Take the entry of that name out; the others keep their order. */
void table_remove(struct table *table, const char *name);

/* What SYSTEM_APPLY is to be given: this table and no total. */
struct budgetmem_system_apply table_call(const struct table *table);

/*
 * Apply it through a file that is opened for the purpose: 0 or -errno. The answer
 * may be NULL.
 */
int table_apply(const struct table *table, struct budgetmem_system_apply *answer);

/* The same without effect. */
int table_try(const struct table *table, struct budgetmem_system_apply *answer);

#endif /* BUDGETMEM_TESTS_TABLE_H */
