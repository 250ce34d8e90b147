/* SPDX-License-Identifier: MIT */
/*
 * state - all that an administrator can see of the module, taken at one moment
 *
 * A call that is refused must leave it as it was. Counters of refusals are left
 * out: they are what a refusal may change.
 *
 * Taking a state opens the device for itself and needs CAP_SYS_ADMIN. It is not
 * atomic: it means something only while nobody else uses the module.
 */
#ifndef BUDGETMEM_TESTS_STATE_H
#define BUDGETMEM_TESTS_STATE_H

#include <stdbool.h>

struct state;

/* The state now; the caller frees it with free(). NULL if it cannot be read. */
struct state *state_take(void);

/*
 * Is the state now what it was in before? Says on stderr what differs. Frees
 * before, which may be NULL (and is then unlike any state).
 */
bool state_unchanged(struct state *before);

/* The number of pools of that state, in all budgets. */
unsigned int state_pools(const struct state *state);

#endif /* BUDGETMEM_TESTS_STATE_H */
