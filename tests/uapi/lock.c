// SPDX-License-Identifier: MIT
/*
 * LOCK: a client's pools become final. What holds for the argument of every
 * call is in arguments.c, for threads that race with it in race.c.
 */
#include <sys/mman.h>

#include "test.h"

/* A client with one pool of two pages that is mapped. */
FIXTURE(client) {
	int fd;
	struct pool pool;
};

FIXTURE_SETUP(client)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", 2));
}

FIXTURE_TEARDOWN(client)
{
	close(self->fd);
}

TEST_F(client, changes_the_phase_alone)
{
	struct budgetmem_client_info before;
	struct budgetmem_client_info after;

	ASSERT_EQ(0, client_read(self->fd, &before));
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, client_read(self->fd, &after));
	EXPECT_EQ(BUDGETMEM_PHASE_LOCKED, after.phase);
	after.phase = before.phase;
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(client, of_a_client_without_pools)
{
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, client_lock(fd));
}

TEST_F(client, of_a_file_opened_read_only)
{
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_bind(fd, "main"));
	EXPECT_EQ(0, client_lock(fd));
}

TEST_F(client, twice)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, client_lock(self->fd));
}

TEST_F(client, before_bind)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, client_lock(fd));
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST_F(client, malformed_comes_before_the_phase)
{
	struct budgetmem_lock lock = { .flags = 1 };
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EINVAL, device_call(fd, BUDGETMEM_IOC_LOCK, &lock));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EINVAL,
		       device_call(self->fd, BUDGETMEM_IOC_LOCK, &lock));
}

TEST_F(client, the_pools_go_on_working)
{
	memset(self->pool.memory, 1, self->pool.size);
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(1, self->pool.memory[0]);
	self->pool.memory[0] = 2;
	EXPECT_EQ(2, self->pool.memory[0]);
}

TEST_F(client, pools_can_be_mapped_afterwards)
{
	void *memory;

	self->pool.memory[0] = 7;
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ | PROT_WRITE, &memory));
	EXPECT_EQ(7, *(unsigned char *)memory);
}

TEST_F(client, pools_can_be_unmapped_and_mapped_again)
{
	void *memory;

	self->pool.memory[0] = 7;
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ, &memory));
	EXPECT_EQ(7, *(unsigned char *)memory);
}

TEST_F(client, questions_are_answered_afterwards)
{
	struct budgetmem_budget_info budget = { 0 };
	struct budgetmem_client_info client;
	struct budgetmem_pool_info pool;

	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_BUDGET_INFO, &budget));
	EXPECT_EQ(0, client_read(self->fd, &client));
	EXPECT_EQ(0, pool_read(self->fd, self->pool.offset, &pool));
}

TEST_F(client, holds_for_every_descriptor_of_the_client)
{
	int twin = dup(self->fd);

	ASSERT_LE(0, twin);
	ASSERT_EQ(0, client_lock(twin));
	EXPECT_EQ(-EPERM, pool_create(self->fd, "late", 1, NULL));
	close(twin);
	EXPECT_EQ(-EPERM, pool_create(self->fd, "late", 1, NULL));
}

static int create_late(void *argument)
{
	return -pool_create(*(int *)argument, "late", 1, NULL);
}

TEST_F(client, holds_for_a_forked_process)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(EPERM, child_run(create_late, &self->fd));
}

static int lock_it(void *argument)
{
	return -client_lock(*(int *)argument);
}

TEST_F(client, by_a_forked_process_holds_for_its_parent)
{
	ASSERT_EQ(0, child_run(lock_it, &self->fd));
	EXPECT_EQ(-EPERM, pool_create(self->fd, "late", 1, NULL));
}

TEST_F(client, leaves_other_clients_in_init)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(0, pool_create(other, "pool", 1, NULL));
	EXPECT_EQ(0, client_lock(other));
}

TEST_F(client, is_over_with_the_client)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, pool_create(self->fd, "pool", 1, NULL));
}

TEST_HARNESS_MAIN
