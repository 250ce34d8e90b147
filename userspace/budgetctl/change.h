/* SPDX-License-Identifier: MIT */
/*
 * change.h: what a new table of budgets changes
 */
#ifndef BUDGETCTL_CHANGE_H
#define BUDGETCTL_CHANGE_H

#include "budget-table.h"
#include "snapshot.h"

/*
 * Writes one line for each budget that is there or will be, and how it changes.
 * Returns 0 or -ENOMEM.
 */
int change_show(const struct snapshot *before, const struct budget_table *after, FILE *out);

#endif /* BUDGETCTL_CHANGE_H */
