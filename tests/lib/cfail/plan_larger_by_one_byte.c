// SPDX-License-Identifier: MIT
// expect: the plan words needs more than these bytes
#include <budgetmem/budgetmem.h>

BM_VEC(ranking, uint32_t, 100)
BM_PLAN(words, BM_NEEDS(ranking));

#ifdef TWIN
BM_PLAN_FITS(words, BM_PLAN_SIZE(words));
#else
BM_PLAN_FITS(words, BM_PLAN_SIZE(words) - 1);
#endif
