// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_VEC(numbers, int, 4)

int push(struct numbers *v, const long *wide, const int *item);
int push(struct numbers *v, const long *wide, const int *item)
{
#ifdef TWIN
	(void)wide;
	return numbers_push(v, item);
#else
	(void)item;
	return numbers_push(v, wide);
#endif
}
