/* SPDX-License-Identifier: MIT */
/*
 * cmocka_test.h: what the unit tests of the collections share
 */
#ifndef BUDGETMEM_TESTS_CMOCKA_TEST_H
#define BUDGETMEM_TESTS_CMOCKA_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <budgetmem/budgetmem.h>

/*
 * A fresh region. Its end is the end of the allocation, so that the address
 * sanitizer sees the first byte beyond.
 */
static inline struct bm_region take_region(size_t size)
{
	struct bm_region region = { NULL, size };

	assert_int_equal(posix_memalign(&region.base, BM_REGION_ALIGNMENT, size), 0);
	memset(region.base, 0, size);
	return region;
}

static inline void give_region(struct bm_region region)
{
	free(region.base);
}

/* Declares `region`, of @size bytes, and what makes it anew for each CASE_IN_REGION(). */
#define REGION_OF_EACH_CASE(size)					\
	static struct bm_region region;					\
									\
	static int set_up(void **state)					\
	{								\
		(void)state;						\
		region = take_region(size);				\
		return 0;						\
	}								\
									\
	static int tear_down(void **state)				\
	{								\
		(void)state;						\
		give_region(region);					\
		return 0;						\
	}

#define CASE_IN_REGION(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline struct budgetmem_pool_header *header_of(struct bm_region region)
{
	return (struct budgetmem_pool_header *)region.base;
}

static inline struct bm_directory *directory_of(struct bm_region region)
{
	return (struct bm_directory *)(header_of(region) + 1);
}

static inline struct bm_object *first_object_of(struct bm_region region)
{
	return (struct bm_object *)(directory_of(region) + 1);
}

/* The layout is sound, and says otherwise what is not. */
static inline void check_layout(struct bm_region region)
{
	struct bm_mismatch mismatch = { NULL, 0, 0 };
	char text[BM_MISMATCH_TEXT_SIZE];

	if (bm_layout_invariants(region, &mismatch))
		fail_msg("%s", bm_mismatch_text(&mismatch, text));
}

#endif /* BUDGETMEM_TESTS_CMOCKA_TEST_H */
