// SPDX-License-Identifier: MIT
/*
 * Who was refused what, and who had how much: the counters of refusals and the
 * high-water marks of budgets and clients.
 */
#include <sys/mman.h>

#include "test.h"

/* A client of the small budget with one pool, and the counters then. */
FIXTURE(count) {
	int observer;
	int fd;
	__u64 offset;
	struct budgetmem_budget_info before;
};

FIXTURE_SETUP(count)
{
	self->observer = device_open(O_RDONLY);
	self->fd = client_open("small");
	ASSERT_LE(0, self->observer);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, &self->offset));
	ASSERT_EQ(0, budget_read(self->observer, "small", &self->before));
}

FIXTURE_TEARDOWN(count)
{
	close(self->fd);
	close(self->observer);
}

/* So many more refusals of each kind, and so many of them of this client. */
#define EXPECT_COUNTED(over_budget, locked, access, of_client)		\
	do {								\
		struct budgetmem_budget_info now_;			\
		struct budgetmem_client_info client_;			\
									\
		ASSERT_EQ(0, budget_read(self->observer, "small",	\
					 &now_));			\
		ASSERT_EQ(0, client_read(self->fd, &client_));		\
		EXPECT_EQ(self->before.refused_over_budget +		\
			  (over_budget), now_.refused_over_budget);	\
		EXPECT_EQ(self->before.refused_locked + (locked),	\
			  now_.refused_locked);				\
		EXPECT_EQ(self->before.refused_access + (access),	\
			  now_.refused_access);				\
		EXPECT_EQ(of_client, client_.refused);			\
	} while (0)

TEST_F(count, create_over_budget)
{
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "big", SMALL_SIZE, NULL));
	EXPECT_COUNTED(1, 0, 0, 1);
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "big", ~0ull << 32, NULL));
	EXPECT_COUNTED(2, 0, 0, 2);
}

TEST_F(count, create_beyond_the_number_of_pools)
{
	char name[] = "pool0";
	int i;

	for (i = 1; i < SMALL_POOLS; i++, name[4]++) {
		ASSERT_EQ(0, pool_create(self->fd, name, 1, NULL));
	}
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, name, 1, NULL));
	EXPECT_COUNTED(1, 0, 0, 1);
}

TEST_F(count, bind_beyond_the_number_of_clients)
{
	int i;

	for (i = 1; i < SMALL_CLIENTS; i++) {
		ASSERT_LE(0, client_open("small"));
	}
	ASSERT_EQ(-EDQUOT, client_open("small"));
	EXPECT_COUNTED(1, 0, 0, 0);
}

TEST_F(count, create_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(-EPERM, pool_create(self->fd, "late", 1, NULL));
	EXPECT_COUNTED(0, 1, 0, 1);
}

TEST_F(count, destroy_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(-EPERM, pool_destroy(self->fd, self->offset));
	EXPECT_COUNTED(0, 1, 0, 1);
}

TEST_F(count, lock_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(-EPERM, client_lock(self->fd));
	EXPECT_COUNTED(0, 1, 0, 1);
}

TEST_F(count, bind_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(-EPERM, client_bind(self->fd, "small"));
	EXPECT_COUNTED(0, 1, 0, 1);
	/* Whoever it asked for: it is this client that was refused. */
	ASSERT_EQ(-EPERM, client_bind(self->fd, "main"));
	EXPECT_COUNTED(0, 2, 0, 2);
}

TEST_F(count, of_one_client_is_not_that_of_another)
{
	struct budgetmem_client_info info;
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "big", SMALL_SIZE, NULL));
	ASSERT_EQ(0, client_read(other, &info));
	EXPECT_EQ(0, info.refused);
}

TEST_F(count, of_one_budget_is_not_that_of_another)
{
	struct budgetmem_budget_info before;
	struct budgetmem_budget_info after;

	ASSERT_EQ(0, budget_read(self->observer, "main", &before));
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "big", SMALL_SIZE, NULL));
	ASSERT_EQ(0, budget_read(self->observer, "main", &after));
	EXPECT_EQ(before.refused_over_budget, after.refused_over_budget);
}

TEST_F(count, outlives_the_client)
{
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "big", SMALL_SIZE, NULL));
	close(self->fd);
	self->fd = client_open("small");
	ASSERT_LE(0, self->fd);
	EXPECT_COUNTED(1, 0, 0, 0);
}

/* Mistakes are no refusals: nothing was in the way but the caller. */
TEST_F(count, leaves_mistakes_out)
{
	struct budgetmem_lock lock = { .flags = 1 };
	struct budgetmem_pool_info pool;
	void *memory;

	EXPECT_EQ(-EINVAL, pool_create(self->fd, "pool", 0, NULL));
	EXPECT_EQ(-EEXIST, pool_create(self->fd, "pool", 1, NULL));
	EXPECT_EQ(-ENOENT, pool_destroy(self->fd, 0));
	EXPECT_EQ(-ENOENT, pool_read(self->fd, 0, &pool));
	EXPECT_EQ(-EBUSY, client_bind(self->fd, "small"));
	EXPECT_EQ(-EINVAL, device_call(self->fd, BUDGETMEM_IOC_LOCK, &lock));
	EXPECT_EQ(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_LOCK, NULL));
	EXPECT_EQ(-EINVAL, pool_map(self->fd, self->offset, 2 * page_size(),
				    PROT_READ, &memory));
	EXPECT_COUNTED(0, 0, 0, 0);
}

TEST_F(count, leaves_success_out)
{
	struct budgetmem_pool_info pool;

	ASSERT_EQ(0, pool_read(self->fd, self->offset, &pool));
	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_COUNTED(0, 0, 0, 0);
}

static const struct identity nobody = { .uid = 4242, .gid = 4242 };

static int bind_as_nobody(void *argument)
{
	int fd;

	if (identity_take(&nobody))
		return 255;
	fd = client_open("closed");
	return fd < 0 ? -fd : 0;
}

static int look_as_nobody(void *argument)
{
	struct budgetmem_budget_info info;
	int fd;

	if (identity_take(&nobody))
		return 255;
	fd = device_open(O_RDONLY);
	return fd < 0 ? -fd : -budget_read(fd, "closed", &info);
}

TEST_F(count, access)
{
	struct budgetmem_budget_info before;
	struct budgetmem_budget_info after;

	ASSERT_EQ(0, budget_read(self->observer, "closed", &before));
	ASSERT_EQ(EACCES, child_run(bind_as_nobody, NULL));
	ASSERT_EQ(0, budget_read(self->observer, "closed", &after));
	EXPECT_EQ(before.refused_access + 1, after.refused_access);
	ASSERT_EQ(EACCES, child_run(look_as_nobody, NULL));
	ASSERT_EQ(0, budget_read(self->observer, "closed", &after));
	EXPECT_EQ(before.refused_access + 2, after.refused_access);
	EXPECT_EQ(before.refused_over_budget, after.refused_over_budget);
	EXPECT_EQ(before.refused_locked, after.refused_locked);
}

/* A list leaves out what may not be seen: nobody was refused anything. */
static int list_as_nobody(void *argument)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int seen = 0;
	int fd;

	if (identity_take(&nobody))
		return 255;
	fd = device_open(O_RDONLY);
	while (!device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info))
		seen++;
	return seen ? 0 : 254;
}

TEST_F(count, access_leaves_lists_out)
{
	struct budgetmem_budget_info before;
	struct budgetmem_budget_info after;

	ASSERT_EQ(0, budget_read(self->observer, "closed", &before));
	ASSERT_EQ(0, child_run(list_as_nobody, NULL));
	ASSERT_EQ(0, budget_read(self->observer, "closed", &after));
	EXPECT_EQ(before.refused_access, after.refused_access);
}

/* Executable memory is refused to everybody, and counted all the same. */
TEST_F(count, access_by_mmap)
{
	void *memory;

	EXPECT_EQ(-EACCES, pool_map(self->fd, self->offset, page_size(),
				    PROT_READ | PROT_EXEC, &memory));
	EXPECT_COUNTED(0, 0, 1, 0);
}

/* A client of a budget, and the budget's mark then. */
FIXTURE(mark) {
	int observer;
	int fd;
	size_t page;
	__u64 before;
};

FIXTURE_SETUP(mark)
{
	struct budgetmem_budget_info info;

	self->page = page_size();
	self->observer = device_open(O_RDONLY);
	self->fd = client_open("small");
	ASSERT_LE(0, self->observer);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, budget_read(self->observer, "small", &info));
	self->before = info.high_water;
}

FIXTURE_TEARDOWN(mark)
{
	close(self->fd);
	close(self->observer);
}

static __u64 client_mark(int fd)
{
	struct budgetmem_client_info info;

	return client_read(fd, &info) ? (__u64)-1 : info.high_water;
}

static __u64 budget_mark(int fd)
{
	struct budgetmem_budget_info info;

	return budget_read(fd, "small", &info) ? (__u64)-1 : info.high_water;
}

static __u64 larger(__u64 a, __u64 b)
{
	return a > b ? a : b;
}

TEST_F(mark, rises_with_use)
{
	EXPECT_EQ(0, client_mark(self->fd));
	ASSERT_EQ(0, pool_create(self->fd, "a", 2 * self->page, NULL));
	EXPECT_EQ(2 * self->page, client_mark(self->fd));
	ASSERT_EQ(0, pool_create(self->fd, "b", 3 * self->page, NULL));
	EXPECT_EQ(5 * self->page, client_mark(self->fd));
	EXPECT_EQ(larger(self->before, 5 * self->page),
		  budget_mark(self->observer));
}

TEST_F(mark, stays_when_use_falls)
{
	__u64 offset;

	ASSERT_EQ(0, pool_create(self->fd, "a", 6 * self->page, &offset));
	ASSERT_EQ(0, pool_destroy(self->fd, offset));
	EXPECT_EQ(6 * self->page, client_mark(self->fd));
	ASSERT_EQ(0, pool_create(self->fd, "a", self->page, &offset));
	EXPECT_EQ(6 * self->page, client_mark(self->fd));
}

TEST_F(mark, of_a_budget_adds_its_clients_up)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(self->fd, "a", 4 * self->page, NULL));
	ASSERT_EQ(0, pool_create(other, "a", 5 * self->page, NULL));
	EXPECT_EQ(4 * self->page, client_mark(self->fd));
	EXPECT_EQ(5 * self->page, client_mark(other));
	EXPECT_EQ(larger(self->before, 9 * self->page),
		  budget_mark(self->observer));
}

TEST_F(mark, of_a_client_is_not_raised_by_a_refusal)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(other, "a", SMALL_SIZE - self->page, NULL));
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "a", 2 * self->page, NULL));
	EXPECT_EQ(0, client_mark(self->fd));
}

TEST_F(mark, of_a_budget_outlives_the_client)
{
	ASSERT_EQ(0, pool_create(self->fd, "whole", SMALL_SIZE, NULL));
	close(self->fd);
	EXPECT_EQ(SMALL_SIZE, budget_mark(self->observer));
	self->fd = client_open("small");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, client_mark(self->fd));
}

TEST_HARNESS_MAIN
