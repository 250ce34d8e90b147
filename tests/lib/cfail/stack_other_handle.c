// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_STACK(numbers, int, 4)
BM_VEC(others, int, 4)

int pop(struct numbers *s, struct others *v);
int pop(struct numbers *s, struct others *v)
{
#ifdef TWIN
	(void)v;
	return numbers_pop(s, NULL);
#else
	(void)s;
	return numbers_pop(v, NULL);
#endif
}
