// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_ARENA(scratch, 1000)
BM_ARENA_OF(scratch_numbers, scratch, int)

int alloc(struct scratch *a, int **numbers, long **wide);
int alloc(struct scratch *a, int **numbers, long **wide)
{
#ifdef TWIN
	(void)wide;
	return scratch_numbers(a, 3, numbers);
#else
	(void)numbers;
	return scratch_numbers(a, 3, wide);
#endif
}
