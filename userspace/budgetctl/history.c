// SPDX-License-Identifier: MIT
/*
 * history.c: what the budgets were in the last minute
 */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LAST	(HISTORY_STEPS - 1)

const struct trend *history_find(const struct history *history, const char *name)
{
	for (size_t i = 0; i < history->count; i++) {
		if (!strncmp(history->trends[i].name, name, BUDGETMEM_NAME_SIZE))
			return &history->trends[i];
	}
	return NULL;
}

/* One step further: nothing is known to have changed meanwhile. */
static void shift(struct trend *trend)
{
	memmove(trend->used, trend->used + 1, LAST * sizeof(trend->used[0]));
	memmove(trend->refused, trend->refused + 1, LAST * sizeof(trend->refused[0]));
	trend->refused[LAST] = trend->refused_now;
	trend->steps += trend->steps < HISTORY_STEPS;
}

/* What the step shows that has just begun is what is now, not what was before. */
static void add(struct trend *trend, const struct budgetmem_budget_info *budget,
		uint64_t steps)
{
	for (uint64_t i = 0; i < steps && i < HISTORY_STEPS; i++)
		shift(trend);
	if (steps || trend->used[LAST] < budget->used)
		trend->used[LAST] = budget->used;
	trend->refused_now = snapshot_refused(budget);
}

static struct trend begin(const struct budgetmem_budget_info *budget)
{
	struct trend trend = { .steps = 1 };

	memcpy(trend.name, budget->name, sizeof(trend.name));
	trend.used[LAST] = budget->used;
	trend.refused[LAST] = snapshot_refused(budget);
	trend.refused_now = trend.refused[LAST];
	return trend;
}

int history_add(struct history *history, const struct snapshot *snapshot, uint64_t now)
{
	uint64_t step = now / HISTORY_STEP_MS, steps = step - history->step;
	struct trend *trends = calloc(snapshot->budget_count + 1, sizeof(*trends));

	if (!trends)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->budget_count; i++) {
		const struct budgetmem_budget_info *budget = &snapshot->budgets[i];
		const struct trend *known = history_find(history, budget->name);

		trends[i] = known ? *known : begin(budget);
		if (known)
			add(&trends[i], budget, steps);
	}
	free(history->trends);
	history->trends = trends;
	history->count = snapshot->budget_count;
	history->step = step;
	return 0;
}

void history_free(struct history *history)
{
	free(history->trends);
}

uint64_t trend_refused(const struct trend *trend)
{
	return trend->refused_now - trend->refused[HISTORY_STEPS - trend->steps];
}
