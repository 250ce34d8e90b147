// SPDX-License-Identifier: MIT
// expect: an element has at most BM_ELEMENT_SIZE_MAX bytes
#include <budgetmem/budgetmem.h>

struct large {
#ifdef TWIN
	char byte[BM_ELEMENT_SIZE_MAX];
#else
	char byte[BM_ELEMENT_SIZE_MAX + 1];
#endif
};

BM_VEC(numbers, struct large, 2)
