// SPDX-License-Identifier: MIT
/*
 * Every byte that is handed out is zero, whoever had it before and however it
 * came back.
 */
#include <sys/mman.h>

#include "test.h"

/* Take the whole small budget: the number of bytes in it that are not zero. */
static long dirty_bytes(void)
{
	int fd = client_open("small");
	struct pool pool;
	long dirty;

	if (fd < 0 || pool_open(&pool, fd, "all", SMALL_SIZE / page_size()))
		return -1;
	dirty = bytes_not_zero(pool.memory, pool.size);
	pool_unmap(&pool);
	close(fd);
	return dirty;
}

/* Take all of it and fill it; the client is left as it is. */
static int fill_small(int *fd, struct pool *pool)
{
	int error;

	*fd = client_open("small");
	if (*fd < 0)
		return *fd;
	error = pool_open(pool, *fd, "all", SMALL_SIZE / page_size());
	if (!error)
		memset(pool->memory, 0xa5, pool->size);
	return error;
}

TEST(all_of_the_largest_budget_is_zero_at_first)
{
	int fd = client_open("main");
	struct pool pool;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_open(&pool, fd, "all",
			       MAIN_SIZE / page_size()));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
	memset(pool.memory, 0xa5, pool.size);
}

TEST(and_again_after_it_was_filled)
{
	int fd = client_open("main");
	struct pool pool;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_open(&pool, fd, "all",
			       MAIN_SIZE / page_size()));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
}

TEST(after_close)
{
	struct pool pool;
	int round;
	int fd;

	for (round = 0; round < 20; round++) {
		ASSERT_EQ(0, fill_small(&fd, &pool));
		ASSERT_EQ(0, pool_unmap(&pool));
		close(fd);
		EXPECT_EQ(0, dirty_bytes());
	}
}

TEST(after_the_last_munmap)
{
	struct pool pool;
	int fd;

	ASSERT_EQ(0, fill_small(&fd, &pool));
	close(fd);
	memset(pool.memory, 0x5a, pool.size);
	ASSERT_EQ(0, pool_unmap(&pool));
	EXPECT_EQ(0, dirty_bytes());
}

TEST(after_the_lock)
{
	struct pool pool;
	int fd;

	ASSERT_EQ(0, fill_small(&fd, &pool));
	ASSERT_EQ(0, client_lock(fd));
	memset(pool.memory, 0x5a, pool.size);
	ASSERT_EQ(0, pool_unmap(&pool));
	close(fd);
	EXPECT_EQ(0, dirty_bytes());
}

TEST(after_destroy)
{
	struct pool pool;
	int fd;

	ASSERT_EQ(0, fill_small(&fd, &pool));
	ASSERT_EQ(0, pool_unmap(&pool));
	ASSERT_EQ(0, pool_destroy(fd, pool.offset));
	ASSERT_EQ(0, pool_open(&pool, fd, "all", SMALL_SIZE / page_size()));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
}

static int fill_and_exit(void *argument)
{
	struct pool pool;
	int fd;

	return -fill_small(&fd, &pool);
}

TEST(after_exit)
{
	ASSERT_EQ(0, child_run(fill_and_exit, NULL));
	EXPECT_EQ(0, dirty_bytes());
}

static int fill_and_die(void *argument)
{
	struct pool pool;
	int fd;

	if (fill_small(&fd, &pool))
		return 255;
	return raise(SIGKILL);
}

TEST(after_sigkill)
{
	int round;

	for (round = 0; round < 10; round++) {
		ASSERT_EQ(-SIGKILL, child_run(fill_and_die, NULL));
		EXPECT_EQ(0, dirty_bytes());
	}
}

static int fill_and_exec(void *argument)
{
	struct pool pool;
	int fd;

	if (fill_small(&fd, &pool))
		return 255;
	exec_to_exit();
	return 254;
}

TEST(after_exec)
{
	ASSERT_EQ(0, child_run(fill_and_exec, NULL));
	EXPECT_EQ(0, dirty_bytes());
}

/* Written by the kernel, and never through the mapping's own page tables. */
TEST(after_read)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct pool pool;
	int fd;

	ASSERT_LE(0, from);
	ASSERT_EQ(0, fill_small(&fd, &pool));
	ASSERT_EQ(pool.size, read(from, pool.memory, pool.size));
	ASSERT_EQ(0, pool_unmap(&pool));
	close(fd);
	EXPECT_EQ(0, dirty_bytes());
}

/* The pages come back in another order each time. */
TEST(after_pools_of_every_size)
{
	static const unsigned int sizes[][4] = {
		{ 1, 2, 4, 8 }, { 8, 1, 3, 4 }, { 5, 5, 5, 1 }, { 13, 1, 1, 1 },
	};
	struct pool pools[4];
	size_t round;
	size_t i;
	int fd;

	for (round = 0; round < ARRAY_SIZE(sizes); round++) {
		fd = client_open("small");
		ASSERT_LE(0, fd);
		for (i = 0; i < 4; i++) {
			char name[] = { 'a' + i, '\0' };

			ASSERT_EQ(0, pool_open(&pools[i], fd, name,
					       sizes[round][i]));
			EXPECT_EQ(0, bytes_not_zero(pools[i].memory,
						    pools[i].size));
			memset(pools[i].memory, 0xa5, pools[i].size);
		}
		for (i = 0; i < 4; i++) {
			ASSERT_EQ(0, pool_unmap(&pools[(i + round) % 4]));
			ASSERT_EQ(0, pool_destroy(fd, pools[(i + round) %
							    4].offset));
		}
		close(fd);
	}
	EXPECT_EQ(0, dirty_bytes());
}

TEST_HARNESS_MAIN
