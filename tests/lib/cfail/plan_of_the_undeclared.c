// SPDX-License-Identifier: MIT
// expect: ranking_bytes
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_VEC(ranking, uint32_t, 100)
#endif
BM_PLAN(words, BM_NEEDS(ranking));
