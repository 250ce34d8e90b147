/* SPDX-License-Identifier: MIT */
/*
 * rounds - how often to repeat what only repetition can show
 *
 * A kernel that checks itself at every step is many times slower, and shows in a few
 * rounds what another one does not show in many. A plan gives a share for it with the
 * line "kernel ROUNDS_PERCENT=20", which reaches programs as environment.
 */
#ifndef BUDGETMEM_TESTS_ROUNDS_H
#define BUDGETMEM_TESTS_ROUNDS_H

#include <stdbool.h>

/* That share of the usual number, 1 or more. */
unsigned int rounds(unsigned int usual);

/* Is it a kernel for which a plan asks for less than usual? */
bool rounds_are_few(void);

#endif /* BUDGETMEM_TESTS_ROUNDS_H */
