// SPDX-License-Identifier: MIT
// expect: discards .const. qualifier
#include <budgetmem/budgetmem.h>

BM_VEC(numbers, int, 4)

#ifdef TWIN
int push(struct numbers *v, int item);
int push(struct numbers *v, int item)
#else
int push(const struct numbers *v, int item);
int push(const struct numbers *v, int item)
#endif
{
	return numbers_push(v, &item);
}
