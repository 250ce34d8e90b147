// SPDX-License-Identifier: MIT
/*
 * The module where it has no dma-bufs, because the kernel has none or because it was
 * built so: a client can tell before it asks, and everything else is as ever.
 */
#include "test.h"

FIXTURE(pool) {
	int fd;
	__u64 offset;
};

FIXTURE_SETUP(pool)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create(self->fd, "pool", page_size(), &self->offset));
}

FIXTURE_TEARDOWN(pool)
{
	close(self->fd);
}

TEST_F(pool, query_tells_that_there_is_no_such_call)
{
	struct budgetmem_query query;

	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(0, query.features & BUDGETMEM_FEATURE_EXPORT);
}

TEST_F(pool, no_dma_buf_is_made)
{
	EXPECT_REFUSED(-EOPNOTSUPP, pool_export(self->fd, self->offset, 0));
	EXPECT_REFUSED(-EOPNOTSUPP, pool_export(self->fd, self->offset,
						BUDGETMEM_EXPORT_WRITE));
}

TEST_F(pool, no_dma_buf_is_made_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EOPNOTSUPP, pool_export(self->fd, self->offset, 0));
}

/* What is malformed is so whether there are dma-bufs or not. */
TEST_F(pool, unknown_flags_come_first)
{
	EXPECT_REFUSED(-EINVAL, pool_export(self->fd, self->offset, 1u << 31));
}

/* Nobody has to become a client to learn it. */
TEST(it_comes_before_the_phase)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EOPNOTSUPP, pool_export(fd, 0, 0));
	EXPECT_REFUSED(-EINVAL, pool_export(fd, 0, 1u << 31));
}

TEST_HARNESS_MAIN
