// SPDX-License-Identifier: MIT
// expect: blocks cannot be redundant
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_BLOCKS_CHECKED(numbers, int, 10, every)
#else
BM_BLOCKS_CHECKED(numbers, int, 10, redundant)
#endif
