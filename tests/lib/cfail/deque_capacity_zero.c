// SPDX-License-Identifier: MIT
// expect: the capacity is more than 0
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_DEQUE(numbers, int, 1)
#else
BM_DEQUE(numbers, int, 0)
#endif
