// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_VEC(numbers, int, 4)
BM_VEC(others, int, 4)

size_t len(const struct numbers *v, const struct others *w);
size_t len(const struct numbers *v, const struct others *w)
{
#ifdef TWIN
	(void)w;
	return numbers_len(v);
#else
	(void)v;
	return numbers_len(w);
#endif
}
