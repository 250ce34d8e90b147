// SPDX-License-Identifier: MIT
// expect: the name of a plan has at most 31 characters
#include <budgetmem/budgetmem.h>

BM_VEC(ranking, uint32_t, 100)

#ifdef TWIN
BM_PLAN(abcdefghijklmnopqrstuvwxyz01234, BM_NEEDS(ranking));
#else
BM_PLAN(abcdefghijklmnopqrstuvwxyz012345, BM_NEEDS(ranking));
#endif
