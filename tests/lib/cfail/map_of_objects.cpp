// SPDX-License-Identifier: MIT
// expect: only types that can be copied byte by byte
#include <budgetmem/budgetmem.h>

#include <memory>

#ifdef TWIN
BM_MAP(owners, int, int *, 4)
#else
BM_MAP(owners, int, std::unique_ptr<int>, 4)
#endif
