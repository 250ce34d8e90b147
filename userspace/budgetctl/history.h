/* SPDX-License-Identifier: MIT */
/*
 * history.h: what the budgets were in the last minute
 */
#ifndef BUDGETCTL_HISTORY_H
#define BUDGETCTL_HISTORY_H

#include "snapshot.h"

/* The minute has so many steps, the newest last. */
#define HISTORY_STEPS	10
#define HISTORY_STEP_MS	6000u

/**
 * struct trend - the last minute of a budget
 * @name: of the budget
 * @used: bytes, the most in each step
 * @refused: refusals before each step
 * @refused_now: refusals until now
 * @steps: number of the last ones that are known
 */
struct trend {
	char name[BUDGETMEM_NAME_SIZE];
	uint64_t used[HISTORY_STEPS];
	uint64_t refused[HISTORY_STEPS];
	uint64_t refused_now;
	unsigned int steps;
};

/* All zeros is a history of nothing. */
struct history {
	struct trend *trends;
	size_t count;
	uint64_t step;
};

/* Adds what is now, @now milliseconds after any fixed moment. 0 or -ENOMEM. */
int history_add(struct history *history, const struct snapshot *snapshot, uint64_t now);

void history_free(struct history *history);

/* The trend of the budget of that name, or NULL. */
const struct trend *history_find(const struct history *history, const char *name);

/* Refusals since the oldest step that is known began. */
uint64_t trend_refused(const struct trend *trend);

#endif /* BUDGETCTL_HISTORY_H */
