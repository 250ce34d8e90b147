// SPDX-License-Identifier: MIT
/*
 * no_random_test.c: what needs random bytes, where the kernel gave the program none
 */
#include "cmocka_test.h"

#include <sys/auxv.h>

BM_MAP(counts, uint64_t, uint64_t, 100)
BM_ARENA(scratch, 256)
BM_GUARD(fence, 64)

REGION_OF_EACH_CASE(65536)

/* In place of libc's. */
unsigned long getauxval(unsigned long type)
{
	(void)type;
	return 0;
}

static void seed_is_refused(void **state)
{
	uint64_t seed = 7;

	(void)state;
	assert_int_equal(bm_hash_seed("x", 1, &seed), -ENOSYS);
	assert_int_equal(seed, 7);
}

/* Nothing is left of the object that could not be made. */
static void map_can_be_made_with_a_seed(void **state)
{
	struct counts m;

	(void)state;
	assert_int_equal(counts_create(&m, region, "counts"), -ENOSYS);
	check_layout(region);
	assert_int_equal(counts_attach(&m, region, "counts", NULL), -ENOENT);
	assert_int_equal(counts_create_seeded(&m, region, "counts", 1), 0);
	assert_int_equal(counts_invariants(&m), 0);
	check_layout(region);
}

static void arena_and_guard_are_refused(void **state)
{
	struct scratch a;

	(void)state;
	assert_int_equal(scratch_create(&a, region, "a"), -ENOSYS);
	assert_int_equal(scratch_attach(&a, region, "a", NULL), -ENOENT);
	assert_int_equal(fence_create(region, "fence"), -ENOSYS);
	check_layout(region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(seed_is_refused),
		CASE_IN_REGION(map_can_be_made_with_a_seed),
		CASE_IN_REGION(arena_and_guard_are_refused),
	};

	return cmocka_run_group_tests_name("no random bytes", tests, NULL, NULL);
}
