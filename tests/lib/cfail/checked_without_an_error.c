// SPDX-License-Identifier: MIT
// expect: implicit declaration of function .*numbers_contains
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_VEC_CHECKED(numbers, int, 4, off)
#else
BM_VEC_CHECKED(numbers, int, 4, every)
#endif

bool has(const struct numbers *v, const int *item);
bool has(const struct numbers *v, const int *item)
{
	return numbers_contains(v, item);
}
