/* SPDX-License-Identifier: MIT */
/*
 * settle - wait for what the kernel does in its own time
 *
 * An exec closes files, and a pin is dropped, at moments that a test cannot see.
 * Nothing is measured here: the limit of some seconds only ends a wait in vain.
 */
#ifndef BUDGETMEM_TESTS_SETTLE_H
#define BUDGETMEM_TESTS_SETTLE_H

#include <stdbool.h>

/* Wait until nothing of the budget is in use, quarantine included. */
bool budget_settles(const char *budget);

/* Sleep for a moment, so that another process or the kernel gets on. */
void wait_a_moment(void);

#endif /* BUDGETMEM_TESTS_SETTLE_H */
