/* SPDX-License-Identifier: MIT */
/*
 * each_collection.h: a collection of each kind, for three elements
 */
#ifndef BUDGETMEM_TESTS_EACH_COLLECTION_H
#define BUDGETMEM_TESTS_EACH_COLLECTION_H

#include "cmocka_test.h"

#define COUNT	3

static int compare(const uint32_t *a, const uint32_t *b)
{
	return (*a > *b) - (*a < *b);
}

static bool before(const uint32_t *a, const uint32_t *b)
{
	return *a < *b;
}

BM_VEC(vec, uint32_t, COUNT)
BM_STRING(string, COUNT)
BM_STACK(stack, uint32_t, COUNT)
BM_DEQUE(deque, uint32_t, COUNT)
BM_DEQUE(power, uint32_t, 4)
BM_QUEUE(queue, uint32_t, COUNT)
BM_HISTORY(history, uint32_t, COUNT)
BM_SORTED_LIST(list, uint32_t, COUNT, compare)
BM_PRIORITY_QUEUE(timers, uint32_t, COUNT, before)
BM_SLOT_MAP(slots, uint32_t, COUNT)
BM_MAP(map, uint32_t, uint32_t, COUNT)
BM_SET(set, uint32_t, COUNT)
BM_STRING_MAP(texts, 8, uint32_t, COUNT)
BM_INDEX_MAP(columns, uint32_t, uint32_t, COUNT)
BM_SORTED_MAP(sorted, uint32_t, uint32_t, COUNT, compare)
BM_LINEAR_MAP(linear, uint32_t, uint32_t, COUNT)
BM_LRU(cache, uint32_t, uint32_t, COUNT)
BM_ARENA(scratch, 100)
BM_BLOCKS(blocks, uint32_t, COUNT)
BM_HEAP(memory, 4096)

#endif /* BUDGETMEM_TESTS_EACH_COLLECTION_H */
