// SPDX-License-Identifier: MIT
// expect: a plan has more than 0 objects
#include <budgetmem/budgetmem.h>

BM_VEC(ranking, uint32_t, 100)

#ifdef TWIN
BM_PLAN(words, BM_NEEDS_MANY(ranking, 1));
#else
BM_PLAN(words, BM_NEEDS_MANY(ranking, 0));
#endif
