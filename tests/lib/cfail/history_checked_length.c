// SPDX-License-Identifier: MIT
// expect: implicit declaration of function .*numbers_is_full
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_HISTORY_CHECKED(numbers, int, 4, off)
#else
BM_HISTORY_CHECKED(numbers, int, 4, redundant)
#endif

bool full(const struct numbers *h);
bool full(const struct numbers *h)
{
	return numbers_is_full(h);
}
