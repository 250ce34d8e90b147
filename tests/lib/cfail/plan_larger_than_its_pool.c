// SPDX-License-Identifier: MIT
// expect: the plan words needs more than these bytes
#include <budgetmem/budgetmem.h>

BM_MAP(counts, uint64_t, uint64_t, 400)
BM_VEC(ranking, uint32_t, 100)
BM_PLAN(words, BM_NEEDS(counts), BM_NEEDS(ranking));

#ifdef TWIN
BM_PLAN_FITS(words, BM_POOL_64K);
#else
BM_PLAN_FITS(words, BM_POOL_8K);
#endif
