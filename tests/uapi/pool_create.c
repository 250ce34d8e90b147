// SPDX-License-Identifier: MIT
/*
 * POOL_CREATE: a client takes a pool from its budget. What holds for the
 * argument of every call is in arguments.c, for names in names.c.
 */
#include "test.h"

FIXTURE(client) {
	int fd;
	size_t page;
};

FIXTURE_SETUP(client)
{
	self->page = page_size();
	self->fd = client_open("small");
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(client)
{
	close(self->fd);
}

TEST_F(client, answers_the_size_in_whole_pages)
{
	struct budgetmem_pool_create create = {
		.name = "pool", .size = self->page + 1, .offset = ~0ull,
	};

	ASSERT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE, &create));
	EXPECT_EQ(2 * self->page, create.size);
	EXPECT_STREQ("pool", create.name);
	EXPECT_EQ(0, create.flags);
	EXPECT_EQ(0, create.reserved);
}

TEST_F(client, answers_an_offset_for_mmap)
{
	struct budgetmem_pool_create create = {
		.name = "pool", .size = 1, .offset = ~0ull,
	};
	void *memory;

	ASSERT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE, &create));
	EXPECT_NE(0, create.offset);
	EXPECT_EQ(0, create.offset % self->page);
	EXPECT_EQ(0, pool_map(self->fd, create.offset, create.size, PROT_READ,
			      &memory));
}

TEST_F(client, charges_the_budget_and_the_client)
{
	struct budgetmem_client_info info;

	ASSERT_EQ(0, budget_used("small"));
	ASSERT_EQ(0, pool_create(self->fd, "pool", 3 * self->page, NULL));
	EXPECT_EQ(3 * self->page, budget_used("small"));
	ASSERT_EQ(0, client_read(self->fd, &info));
	EXPECT_EQ(3 * self->page, info.used);
	EXPECT_EQ(1, info.pools);
}

TEST_F(client, of_the_whole_budget)
{
	ASSERT_EQ(0, pool_create(self->fd, "pool", SMALL_SIZE, NULL));
	EXPECT_EQ(SMALL_SIZE, budget_used("small"));
}

TEST_F(client, two_have_different_offsets)
{
	__u64 first;
	__u64 second;

	ASSERT_EQ(0, pool_create(self->fd, "a", 1, &first));
	ASSERT_EQ(0, pool_create(self->fd, "b", 1, &second));
	EXPECT_NE(first, second);
}

TEST_F(client, one_page_more_than_the_budget)
{
	EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, "pool",
					    SMALL_SIZE + self->page, NULL));
}

/* Rounding up is part of what is asked for. */
TEST_F(client, one_byte_more_than_the_budget)
{
	EXPECT_REFUSED(-EDQUOT,
		       pool_create(self->fd, "pool", SMALL_SIZE + 1, NULL));
}

TEST_F(client, one_page_more_than_is_left)
{
	ASSERT_EQ(0, pool_create(self->fd, "a", SMALL_SIZE - self->page, NULL));
	EXPECT_REFUSED(-EDQUOT,
		       pool_create(self->fd, "b", 2 * self->page, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "b", self->page, NULL));
}

TEST_F(client, more_than_another_client_left)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(other, "a", SMALL_SIZE - self->page, NULL));
	EXPECT_REFUSED(-EDQUOT,
		       pool_create(self->fd, "a", 2 * self->page, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "a", self->page, NULL));
}

TEST_F(client, what_one_budget_lacks_another_may_have)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(self->fd, "pool", SMALL_SIZE, NULL));
	EXPECT_EQ(0, pool_create(other, "pool", SMALL_SIZE, NULL));
	EXPECT_EQ(SMALL_SIZE, budget_used("main"));
}

TEST_F(client, more_pools_than_the_budget_takes)
{
	char name[] = "pool0";
	int i;

	for (i = 0; i < SMALL_POOLS; i++, name[4]++) {
		ASSERT_EQ(0, pool_create(self->fd, name, 1, NULL));
	}
	EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, name, 1, NULL));
}

TEST_F(client, more_pools_than_another_client_left)
{
	char name[] = "pool0";
	int other = client_open("small");
	int i;

	ASSERT_LE(0, other);
	for (i = 0; i < SMALL_POOLS; i++, name[4]++) {
		ASSERT_EQ(0, pool_create(other, name, 1, NULL));
	}
	EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, size_of_zero)
{
	EXPECT_REFUSED(-EINVAL, pool_create(self->fd, "pool", 0, NULL));
}

TEST_F(client, size_that_cannot_be_rounded_up)
{
	EXPECT_REFUSED(-EINVAL, pool_create(self->fd, "pool", ~0ull, NULL));
	EXPECT_REFUSED(-EINVAL, pool_create(self->fd, "pool",
					    -(__u64)self->page + 1, NULL));
}

TEST_F(client, largest_size_that_is_whole_pages)
{
	EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, "pool",
					    -(__u64)self->page, NULL));
}

/* Sizes that would be small if some of their bits were lost on the way. */
TEST_F(client, size_whose_upper_bits_count)
{
	unsigned int bit;

	for (bit = 31; bit < 64; bit++) {
		EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, "pool",
						    (1ull << bit) + self->page,
						    NULL));
	}
}

/* Sums that would wrap and be small again. */
TEST_F(client, size_that_wraps_the_sum)
{
	ASSERT_EQ(0, pool_create(self->fd, "a", 2 * self->page, NULL));
	EXPECT_REFUSED(-EDQUOT, pool_create(self->fd, "b",
					    -(__u64)self->page, NULL));
}

TEST_F(client, name_that_the_client_has)
{
	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
	EXPECT_REFUSED(-EEXIST, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, name_that_begins_like_another)
{
	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "poo", 1, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "pool2", 1, NULL));
}

TEST_F(client, name_that_another_client_has)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(other, "pool", 1, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, name_of_a_pool_that_was_destroyed)
{
	__u64 offset;

	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, &offset));
	ASSERT_EQ(0, pool_destroy(self->fd, offset));
	EXPECT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, before_bind)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, pool_create(fd, "pool", 1, NULL));
}

TEST_F(client, after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, lock_of_another_client_is_not_its_lock)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, client_lock(other));
	EXPECT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, malformed_comes_before_the_phase)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EINVAL, pool_create(fd, "pool", 0, NULL));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EINVAL, pool_create(self->fd, "pool", 0, NULL));
	EXPECT_REFUSED(-EINVAL, pool_create(self->fd, "a pool", 1, NULL));
}

TEST_F(client, lock_comes_before_a_name_that_exists)
{
	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, pool_create(self->fd, "pool", 1, NULL));
}

TEST_F(client, lock_comes_before_the_budget)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM,
		       pool_create(self->fd, "pool", 2 * SMALL_SIZE, NULL));
}

TEST_F(client, name_that_exists_comes_before_the_budget)
{
	ASSERT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
	EXPECT_REFUSED(-EEXIST,
		       pool_create(self->fd, "pool", 2 * SMALL_SIZE, NULL));
}

/* A pool must not be left behind that nobody knows the offset of. */
TEST_F(client, an_answer_that_cannot_be_written_leaves_no_pool)
{
	struct budgetmem_pool_create *create;

	create = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, create);
	name_set(create->name, "pool");
	create->size = SMALL_SIZE;
	ASSERT_EQ(0, mprotect(create, self->page, PROT_READ));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE,
					    create));
	EXPECT_EQ(0, pool_create(self->fd, "pool", SMALL_SIZE, NULL));
}

/* That the answer cannot be written is found last: there has to be one first. */
TEST_F(client, a_refusal_comes_before_an_answer_that_cannot_be_written)
{
	struct budgetmem_pool_create *create;

	create = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, create);
	name_set(create->name, "pool");
	create->size = 2 * SMALL_SIZE;
	ASSERT_EQ(0, mprotect(create, self->page, PROT_READ));
	EXPECT_REFUSED(-EDQUOT, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE,
					    create));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE,
					   create));
}

/* Whatever was created and destroyed in between, all of it can be had again. */
TEST_F(client, no_order_of_creating_and_destroying_loses_memory)
{
	__u64 a;
	__u64 b;
	__u64 c;
	int round;

	for (round = 1; round < 14; round++) {
		ASSERT_EQ(0, pool_create(self->fd, "a", round * self->page,
					 &a));
		ASSERT_EQ(0, pool_create(self->fd, "b", self->page, &b));
		ASSERT_EQ(0, pool_create(self->fd, "c", (15 - round) *
					 self->page, &c));
		ASSERT_EQ(0, pool_destroy(self->fd, a));
		ASSERT_EQ(0, pool_destroy(self->fd, c));
		ASSERT_EQ(0, pool_create(self->fd, "d", 15 * self->page, &a));
		ASSERT_EQ(0, pool_destroy(self->fd, b));
		ASSERT_EQ(0, pool_destroy(self->fd, a));
		ASSERT_EQ(0, budget_used("small"));
	}
}

TEST_HARNESS_MAIN
