// SPDX-License-Identifier: MIT
// expect: an element has at most BM_ELEMENT_SIZE_MAX bytes
#include <budgetmem/budgetmem.h>

struct large {
	char byte[BM_ELEMENT_SIZE_MAX - 1];
};

#ifdef TWIN
BM_MAP(counts, char, struct large, 2)
#else
BM_MAP(counts, short, struct large, 2)
#endif
