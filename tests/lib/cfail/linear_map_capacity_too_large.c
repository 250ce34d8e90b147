// SPDX-License-Identifier: MIT
// expect: a linear map has at most BM_LINEAR_MAP_MAX entries
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_LINEAR_MAP(few, int, long, 1024)
#else
BM_LINEAR_MAP(few, int, long, 1025)
#endif
