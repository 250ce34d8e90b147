// SPDX-License-Identifier: MIT
// expect: the capacity is more than 0
#include <budgetmem/budgetmem.h>

static inline int compare(const int *a, const int *b)
{
	return (*a > *b) - (*a < *b);
}

#ifdef TWIN
BM_SORTED_MAP(numbers, int, int, 1, compare)
#else
BM_SORTED_MAP(numbers, int, int, 0, compare)
#endif
