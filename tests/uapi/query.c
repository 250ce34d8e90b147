// SPDX-License-Identifier: MIT
/*
 * QUERY: version, features, and the sums of the module.
 */
#include "test.h"

FIXTURE(query) {
	int fd;
	struct budgetmem_query query;
};

FIXTURE_SETUP(query)
{
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
	memset(&self->query, 0xff, sizeof(self->query));
	self->query.flags = 0;
	ASSERT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_QUERY, &self->query));
}

FIXTURE_TEARDOWN(query)
{
	close(self->fd);
}

TEST_F(query, version_and_features)
{
	EXPECT_EQ(BUDGETMEM_VERSION, self->query.version);
	EXPECT_EQ(0, self->query.features & ~BUDGETMEM_FEATURE_EXPORT);
}

TEST_F(query, flags_stay_zero)
{
	EXPECT_EQ(0, self->query.flags);
}

/* Whoever loads the module for these programs does not lock it. */
TEST_F(query, the_system_can_be_set_up)
{
	EXPECT_EQ(BUDGETMEM_SYSTEM_SETUP, self->query.phase);
}

TEST_F(query, page_size)
{
	EXPECT_EQ(page_size(), self->query.page_size);
}

TEST_F(query, every_budget_is_counted)
{
	EXPECT_EQ(BUDGETS, self->query.budgets);
	EXPECT_EQ(SET_ASIDE, self->query.set_aside);
}

TEST_F(query, held_pages_are_those_set_aside)
{
	EXPECT_EQ(self->query.set_aside / self->query.page_size,
		  self->query.held_pages);
}

TEST_F(query, budgets_and_overhead_fit_into_the_total)
{
	EXPECT_GE(self->query.total,
		  self->query.set_aside + self->query.overhead);
	EXPECT_LT(0, self->query.overhead);
}

TEST_F(query, nothing_is_in_use_at_rest)
{
	EXPECT_EQ(0, self->query.clients);
	EXPECT_EQ(0, self->query.pools);
}

TEST_F(query, counts_clients_and_pools_of_all_budgets)
{
	int first = client_open("main");
	int second = client_open("small");

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	ASSERT_EQ(0, pool_create(first, "a", 1, NULL));
	ASSERT_EQ(0, pool_create(first, "b", 1, NULL));
	ASSERT_EQ(0, pool_create(second, "a", 1, NULL));
	ASSERT_EQ(0, query_read(self->fd, &self->query));
	EXPECT_EQ(2, self->query.clients);
	EXPECT_EQ(3, self->query.pools);
	close(first);
	ASSERT_EQ(0, query_read(self->fd, &self->query));
	EXPECT_EQ(1, self->query.clients);
	EXPECT_EQ(1, self->query.pools);
}

/* An open file that is not bound is no client. */
TEST_F(query, counts_no_file_that_is_not_bound)
{
	ASSERT_LE(0, device_open(O_RDWR));
	ASSERT_EQ(0, query_read(self->fd, &self->query));
	EXPECT_EQ(0, self->query.clients);
}

TEST_F(query, sums_do_not_move_with_use)
{
	struct budgetmem_query now;
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_create(fd, "a", 1 << 20, NULL));
	ASSERT_EQ(0, query_read(self->fd, &now));
	EXPECT_EQ(self->query.set_aside, now.set_aside);
	EXPECT_EQ(self->query.total, now.total);
	EXPECT_EQ(self->query.overhead, now.overhead);
	EXPECT_EQ(self->query.held_pages, now.held_pages);
}

TEST_F(query, sums_hold_those_of_the_budgets)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	__u64 size = 0;
	__u64 overhead = 0;

	while (!device_call(self->fd, BUDGETMEM_IOC_BUDGET_INFO, &info)) {
		size += info.size;
		overhead += info.overhead;
	}
	EXPECT_EQ(self->query.set_aside, size);
	EXPECT_EQ(overhead, self->query.overhead);
	EXPECT_LT(0, overhead);
}

TEST_F(query, answers_in_every_phase)
{
	struct budgetmem_query now;
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, query_read(fd, &now));
	ASSERT_EQ(0, client_bind(fd, "main"));
	EXPECT_EQ(0, query_read(fd, &now));
	ASSERT_EQ(0, client_lock(fd));
	EXPECT_EQ(0, query_read(fd, &now));
}

TEST_HARNESS_MAIN
