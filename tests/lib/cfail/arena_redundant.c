// SPDX-License-Identifier: MIT
// expect: an arena cannot be redundant
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_ARENA_CHECKED(scratch, 1000, every)
#else
BM_ARENA_CHECKED(scratch, 1000, redundant)
#endif
