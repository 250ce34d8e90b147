// SPDX-License-Identifier: MIT
// expect: discards.*qualifier
#include <budgetmem/budgetmem.h>

BM_LRU(pages, int, long, 4)

/* Whoever only looks uses nothing. */
int look(const struct pages *c, const int *key, long *value);
int look(const struct pages *c, const int *key, long *value)
{
#ifdef TWIN
	return pages_peek(c, key, value);
#else
	return pages_get(c, key, value);
#endif
}
