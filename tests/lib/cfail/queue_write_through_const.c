// SPDX-License-Identifier: MIT
// expect: discards .const. qualifier
#include <budgetmem/budgetmem.h>

BM_QUEUE(numbers, int, 4)

#ifdef TWIN
int pop(struct numbers *q);
int pop(struct numbers *q)
#else
int pop(const struct numbers *q);
int pop(const struct numbers *q)
#endif
{
	return numbers_pop(q, NULL);
}
