// SPDX-License-Identifier: MIT
// expect: implicit declaration.*columns_remove
#include <budgetmem/budgetmem.h>

BM_INDEX_MAP(columns, int, long, 4)

/* Does the order stay? Whoever takes a key out says so. */
int take(struct columns *m, const int *key);
int take(struct columns *m, const int *key)
{
#ifdef TWIN
	return columns_swap_remove(m, key, NULL);
#else
	return columns_remove(m, key, NULL);
#endif
}
