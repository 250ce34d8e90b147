// SPDX-License-Identifier: MIT
// expect: implicit declaration of function .numbers_as_slice.\|has no member
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_VEC(numbers, int, 4)
#else
BM_VEC_CHECKED(numbers, int, 4, sampled)
#endif

size_t length(const struct numbers *v);

size_t length(const struct numbers *v)
{
	return numbers_as_slice(v).len;
}
