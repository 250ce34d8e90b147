/* SPDX-License-Identifier: MIT */
/*
 * heap_test.h: what the tests of the heap share
 */
#ifndef BUDGETMEM_TESTS_HEAP_TEST_H
#define BUDGETMEM_TESTS_HEAP_TEST_H

#include "cmocka_test.h"

#define BYTES	((size_t)65536)

BM_HEAP(scratch, BYTES)

/* Room for some heaps. What no object uses yet is not zero. */
static struct bm_region region;

static inline int set_up(void **state)
{
	(void)state;
	region = take_region((size_t)4 << 20);
	memset((char *)region.base + BM_REGION_OVERHEAD, 0x5a,
	       region.size - BM_REGION_OVERHEAD);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static inline struct scratch make(void)
{
	struct scratch h;

	assert_int_equal(scratch_create(&h, region, "scratch"), 0);
	return h;
}

static inline void check(const struct scratch *h, size_t blocks, size_t used)
{
	assert_int_equal(scratch_invariants(h), 0);
	assert_int_equal(scratch_len(h), blocks);
	assert_int_equal(scratch_used(h), used);
	check_layout(region);
}

static inline char *take(struct scratch *h, size_t size)
{
	void *memory = NULL;

	assert_int_equal(scratch_alloc(h, size, &memory), 0);
	assert_non_null(memory);
	assert_int_equal((uintptr_t)memory % BM_HEAP_ALIGNMENT, 0);
	return memory;
}

static inline uint32_t next_random(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33);
}

#endif /* BUDGETMEM_TESTS_HEAP_TEST_H */
