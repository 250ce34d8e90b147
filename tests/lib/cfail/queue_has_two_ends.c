// SPDX-License-Identifier: MIT
// expect: implicit declaration of function .*numbers_push_front
#include <budgetmem/budgetmem.h>

BM_QUEUE(numbers, int, 4)
BM_DEQUE(others, int, 4)

int push(struct numbers *q, struct others *d, const int *item);
int push(struct numbers *q, struct others *d, const int *item)
{
#ifdef TWIN
	(void)q;
	return others_push_front(d, item);
#else
	(void)d;
	return numbers_push_front(q, item);
#endif
}
