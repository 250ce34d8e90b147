/* SPDX-License-Identifier: MIT */
/*
 * apply-answer.h: why the kernel did not apply a table, in words
 */
#ifndef BUDGETCTL_APPLY_ANSWER_H
#define BUDGETCTL_APPLY_ANSWER_H

#include "budget-table.h"

/*
 * Makes the refusal of @table from @answer to SYSTEM_APPLY, which failed with the
 * negative errno @err.
 */
void apply_answer(struct budget_table *table,
		  const struct budgetmem_system_apply *answer, int err);

#endif /* BUDGETCTL_APPLY_ANSWER_H */
