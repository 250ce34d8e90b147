/* SPDX-License-Identifier: MIT */
/*
 * extra - budgets beside those that the guest was given
 *
 * Their names begin with "extra". Whoever changes the table of budgets needs
 * CAP_SYS_ADMIN, and the system must not be locked.
 */
#ifndef BUDGETMEM_TESTS_EXTRA_H
#define BUDGETMEM_TESTS_EXTRA_H

#include <stddef.h>

#include <linux/budgetmem.h>

/* A budget for everybody. node: of the machine's memory, or BUDGETMEM_NODE_ANY. */
struct budgetmem_budget_entry extra_entry(const char *name, __u64 bytes,
					  unsigned int node);

/*
 * Apply a table of all budgets there are but extra ones, and of these. The answer
 * may be NULL. 0 or -errno.
 */
int extra_apply(const struct budgetmem_budget_entry *extra, unsigned int count,
		struct budgetmem_system_apply *answer);

/* Apply a table with this one extra budget: 0 or -errno. */
int extra_set(const char *name, __u64 bytes, unsigned int node);

/* Apply a table without extra budgets: 0 or -errno. */
int extra_remove(void);

#endif /* BUDGETMEM_TESTS_EXTRA_H */
