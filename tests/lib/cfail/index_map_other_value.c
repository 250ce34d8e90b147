// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

BM_INDEX_MAP(columns, int, long, 4)

int take(struct columns *m, const int *key);
int take(struct columns *m, const int *key)
{
#ifdef TWIN
	long value;
#else
	int value;
#endif

	return columns_shift_remove(m, key, &value);
}
