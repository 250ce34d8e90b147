// SPDX-License-Identifier: MIT
// expect: incompatible pointer type
#include <budgetmem/budgetmem.h>

#ifdef TWIN
static int compare(const int *a, const int *b)
#else
static int compare(const char *a, const char *b)
#endif
{
	return (*a > *b) - (*a < *b);
}

BM_VEC(numbers, int, 4)
BM_VEC_ORDER(numbers, int, compare)

int sort(struct numbers *v);

int sort(struct numbers *v)
{
	return numbers_sort(v);
}
