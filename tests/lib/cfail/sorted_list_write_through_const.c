// SPDX-License-Identifier: MIT
// expect: discards .const. qualifier\|assignment of read-only location
#include <budgetmem/budgetmem.h>

static inline int compare(const int *a, const int *b)
{
	return (*a > *b) - (*a < *b);
}

BM_SORTED_LIST(numbers, int, 4, compare)

int first(struct numbers *l);

int first(struct numbers *l)
{
#ifdef TWIN
	const int *item = numbers_at(l, 0);
#else
	int *item = numbers_at(l, 0);
#endif

	return *item;
}
