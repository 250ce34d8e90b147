// SPDX-License-Identifier: MIT
// expect: the capacity is at most BM_CAPACITY_MAX
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_HEAP(scratch, 1 << 20)
#else
BM_HEAP(scratch, UINT64_MAX)
#endif
