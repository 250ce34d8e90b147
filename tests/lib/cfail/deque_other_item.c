// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_DEQUE(numbers, int, 4)

int push(struct numbers *d, const long *wide, const int *item);
int push(struct numbers *d, const long *wide, const int *item)
{
#ifdef TWIN
	(void)wide;
	return numbers_push_front(d, item);
#else
	(void)item;
	return numbers_push_front(d, wide);
#endif
}
