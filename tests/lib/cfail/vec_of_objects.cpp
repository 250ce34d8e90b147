// SPDX-License-Identifier: MIT
// expect: only types that can be copied byte by byte
#include <budgetmem/budgetmem.h>

#include <string>

#ifdef TWIN
BM_VEC(names, char, 4)
#else
BM_VEC(names, std::string, 4)
#endif
