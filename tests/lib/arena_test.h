/* SPDX-License-Identifier: MIT */
/*
 * arena_test.h: what the unit tests of arenas share
 */
#ifndef BUDGETMEM_TESTS_ARENA_TEST_H
#define BUDGETMEM_TESTS_ARENA_TEST_H

#include "cmocka_test.h"

BM_ARENA(scratch, 1000)
BM_ARENA(large, 65536)
BM_ARENA_CHECKED(watched, 1000, every)

static struct bm_region region;

static inline int set_up(void **state)
{
	(void)state;
	region = take_region(128 * 1024);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static inline struct scratch make_scratch(void)
{
	struct scratch a;

	assert_int_equal(scratch_create(&a, region, "scratch"), 0);
	return a;
}

static inline char *contents_of(const struct scratch *a)
{
	return (char *)(a->arena.object + 1);
}

static inline void *take(struct scratch *a, size_t size)
{
	void *memory = NULL;

	assert_int_equal(scratch_alloc(a, size, &memory), 0);
	return memory;
}

static inline struct bm_arena_scope mark(struct scratch *a)
{
	struct bm_arena_scope scope;

	assert_int_equal(scratch_mark(a, &scope), 0);
	return scope;
}

static inline void check(const struct scratch *a, size_t len)
{
	assert_int_equal(scratch_len(a), len);
	assert_int_equal(scratch_invariants(a), 0);
	check_layout(region);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif /* BUDGETMEM_TESTS_ARENA_TEST_H */
