// SPDX-License-Identifier: MIT
// expect: the capacity is at most BM_CAPACITY_MAX
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_MAP(counts, char, char, BM_CAPACITY_MAX)
#else
BM_MAP(counts, char, char, BM_CAPACITY_MAX + 1)
#endif
