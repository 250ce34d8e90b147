// SPDX-License-Identifier: MIT
/*
 * Memory that the machine found to be bad is never handed on. It is lost to its
 * budget for as long as the module is loaded, so that this program has a budget
 * for itself.
 */
#include <sys/mman.h>

#include "test.h"

/* The page that a pool of the whole budget has in the middle is found bad. */
static int spoil(struct pool *pool, int fd)
{
	int error = pool_open(pool, fd, "pool", BAD_SIZE / page_size());

	if (error)
		return error;
	pattern_fill(pool->memory, pool->size, 1);
	if (madvise(pool->memory + page_size(), page_size(), MADV_HWPOISON))
		return errno == EINVAL ? -ENOTSUP : -errno;
	return 0;
}

TEST(a_bad_page_is_handed_to_nobody)
{
	int fd = client_open("bad");
	__u64 held = held_pages();
	struct pool pool;
	int error;

	ASSERT_LE(0, fd);
	error = spoil(&pool, fd);
	if (error == -ENOTSUP)
		LACKING("simulated memory errors");
	/* Whether the kernel could do anything about it does not matter. */
	ASSERT_TRUE(!error || error == -EIO || error == -EBUSY);
	ASSERT_EQ(0, pool_unmap(&pool));
	ASSERT_EQ(0, pool_destroy(fd, pool.offset));
	EXPECT_EQ(page_size(), budget_quarantined("bad"));
	EXPECT_EQ(page_size(), budget_used("bad"));
	EXPECT_REFUSED(-EDQUOT, pool_create(fd, "whole", BAD_SIZE, NULL));
	EXPECT_EQ(0, pool_create(fd, "rest", BAD_SIZE - page_size(), NULL));
	EXPECT_EQ(held, held_pages());
}

TEST(it_stays_in_quarantine)
{
	if (!budget_used("bad"))
		LACKING("simulated memory errors");
	EXPECT_EQ(page_size(), budget_quarantined("bad"));
	EXPECT_EQ(-EDQUOT, budget_take_whole("bad"));
}

TEST_HARNESS_MAIN
