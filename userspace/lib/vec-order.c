// SPDX-License-Identifier: MIT
/*
 * vec-order.c: the sort for elements that a quicksort does badly with
 *
 * Called rarely: it is here once, and not in each type's sort.
 */
#include <budgetmem/vec-order.h>

/* Brings the element at @root down to where none below it is greater. */
static void sift_down(unsigned char *base, size_t root, size_t count, size_t size,
		      bm_order_function *compare)
{
	size_t child = 2 * root + 1;

	while (child < count) {
		unsigned char *greater = base + child * size;

		if (child + 1 < count && compare(greater, greater + size) < 0) {
			greater += size;
			child++;
		}
		if (compare(base + root * size, greater) >= 0)
			return;
		bm_order_exchange_(base + root * size, greater, size);
		root = child;
		child = 2 * root + 1;
	}
}

void bm_order_heap_sort_(unsigned char *base, size_t count, size_t size,
			 bm_order_function *compare)
{
	for (size_t root = count / 2; root-- > 0;)
		sift_down(base, root, count, size, compare);
	while (count > 1) {
		count--;
		bm_order_exchange_(base, base + count * size, size);
		sift_down(base, 0, count, size, compare);
	}
}
