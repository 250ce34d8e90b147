// SPDX-License-Identifier: MIT
// expect: implicit declaration of function .*numbers_slices
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_DEQUE_CHECKED(numbers, int, 4, off)
#else
BM_DEQUE_CHECKED(numbers, int, 4, sampled)
#endif

int look(const struct numbers *d, int **part, size_t *len);
int look(const struct numbers *d, int **part, size_t *len)
{
	return numbers_slices(d, part, len, part + 1, len + 1);
}
