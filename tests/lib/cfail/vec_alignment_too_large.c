// SPDX-License-Identifier: MIT
// expect: no element is aligned more than a region is
#include <budgetmem/budgetmem.h>

#ifdef TWIN
#define ALIGNMENT 64
#else
#define ALIGNMENT 128
#endif

struct line {
	_Alignas(ALIGNMENT) char byte[128];
};

BM_VEC(lines, struct line, 2)
