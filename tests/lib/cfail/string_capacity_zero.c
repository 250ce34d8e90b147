// SPDX-License-Identifier: MIT
// expect: the capacity is more than 0
#include <budgetmem/budgetmem.h>

#ifdef TWIN
BM_STRING(text, 1)
#else
BM_STRING(text, 0)
#endif
