// SPDX-License-Identifier: MIT
// expect: the capacity is more than 0
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_VEC(numbers, int, 1)
#else
BM_VEC(numbers, int, 0)
#endif
