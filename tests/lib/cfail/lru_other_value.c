// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_LRU(pages, int, long, 4)

int take(struct pages *m, const int *key);
int take(struct pages *m, const int *key)
{
#ifdef TWIN
	long value;
#else
	int value;
#endif

	return pages_remove(m, key, &value);
}
