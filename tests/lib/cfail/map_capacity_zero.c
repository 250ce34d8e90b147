// SPDX-License-Identifier: MIT
// expect: the capacity is more than 0
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_MAP(counts, int, int, 1)
#else
BM_MAP(counts, int, int, 0)
#endif
