// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_BLOCKS(numbers, int, 10)

int give(struct numbers *b, int *block, long *wide);
int give(struct numbers *b, int *block, long *wide)
{
#ifdef TWIN
	(void)wide;
	return numbers_free(b, block);
#else
	(void)block;
	return numbers_free(b, wide);
#endif
}
