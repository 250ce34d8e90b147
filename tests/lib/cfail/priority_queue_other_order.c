// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

#ifdef TWIN
typedef int element;
#else
typedef long element;
#endif

static bool is_less(const int *a, const int *b)
{
	return *a < *b;
}

BM_PRIORITY_QUEUE(numbers, element, 4, is_less)
