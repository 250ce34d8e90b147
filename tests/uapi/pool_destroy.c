// SPDX-License-Identifier: MIT
/*
 * POOL_DESTROY: a client gives back a pool that is not mapped. What holds for
 * the argument of every call is in arguments.c.
 */
#include <sys/mman.h>

#include "test.h"

/* A client of the small budget with one pool of four pages. */
FIXTURE(pool) {
	int fd;
	size_t page;
	size_t size;
	__u64 offset;
};

FIXTURE_SETUP(pool)
{
	self->page = page_size();
	self->size = 4 * self->page;
	self->fd = client_open("small");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create(self->fd, "pool", self->size, &self->offset));
}

FIXTURE_TEARDOWN(pool)
{
	close(self->fd);
}

TEST_F(pool, gives_everything_back)
{
	struct budgetmem_client_info info;

	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_EQ(0, budget_used("small"));
	ASSERT_EQ(0, client_read(self->fd, &info));
	EXPECT_EQ(0, info.pools);
	EXPECT_EQ(0, info.used);
	EXPECT_EQ(0, pool_create(self->fd, "whole", SMALL_SIZE, NULL));
}

TEST_F(pool, is_then_not_found)
{
	struct budgetmem_pool_info info;

	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_EQ(-ENOENT, pool_read(self->fd, self->offset, &info));
}

TEST_F(pool, cannot_be_mapped_any_more)
{
	void *memory;

	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_REFUSED(-ENOENT, pool_map(self->fd, self->offset, self->size,
					 PROT_READ, &memory));
}

TEST_F(pool, twice)
{
	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, leaves_the_others_alone)
{
	struct pool other;

	ASSERT_EQ(0, pool_open(&other, self->fd, "other", 2));
	memset(other.memory, 0x5a, other.size);
	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_EQ(0x5a, other.memory[0]);
	EXPECT_EQ(0x5a, other.memory[other.size - 1]);
	EXPECT_EQ(other.size, budget_used("small"));
}

TEST_F(pool, with_an_offset_of_nothing)
{
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, 0));
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, ~0ull));
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, -(__u64)self->page));
}

TEST_F(pool, with_an_offset_into_its_middle)
{
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, self->offset + 1));
	EXPECT_REFUSED(-ENOENT,
		       pool_destroy(self->fd, self->offset + self->page));
	EXPECT_REFUSED(-ENOENT, pool_destroy(self->fd, self->offset - 1));
}

TEST_F(pool, of_another_client)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	EXPECT_REFUSED(-ENOENT, pool_destroy(other, self->offset));
}

/* The offset of one client means nothing, or another pool, to the other. */
TEST_F(pool, of_another_client_that_has_one_too)
{
	struct budgetmem_pool_info info;
	__u64 offset;
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(other, "pool", 1, &offset));
	ASSERT_EQ(0, pool_destroy(other, offset));
	EXPECT_EQ(-ENOENT, pool_destroy(other, self->offset));
	EXPECT_EQ(0, pool_read(self->fd, self->offset, &info));
}

TEST_F(pool, while_it_is_mapped)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, munmap(memory, self->size));
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, while_one_of_two_mappings_is_left)
{
	void *first;
	void *second;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &first));
	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &second));
	ASSERT_EQ(0, munmap(first, self->size));
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, munmap(second, self->size));
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

/* The middle goes, then the end: as long as a page is left it is mapped. */
TEST_F(pool, while_a_part_of_it_is_mapped)
{
	unsigned char *start;
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	start = memory;
	ASSERT_EQ(0, munmap(start + self->page, self->page));
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, munmap(start + 2 * self->page, 2 * self->page));
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, munmap(start, self->page));
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, while_it_is_mapped_elsewhere)
{
	void *memory;
	void *moved;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	moved = mmap(NULL, self->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	ASSERT_NE(MAP_FAILED, moved);
	ASSERT_EQ(moved, mremap(memory, self->size, self->size,
				MREMAP_MAYMOVE | MREMAP_FIXED, moved));
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	ASSERT_EQ(0, munmap(moved, self->size));
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, while_a_new_mapping_replaced_it)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	ASSERT_EQ(memory, mmap(memory, self->size, PROT_READ, MAP_PRIVATE |
			       MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, before_bind)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, pool_destroy(fd, self->offset));
}

TEST_F(pool, after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, lock_comes_before_an_offset_of_nothing)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, pool_destroy(self->fd, 0));
}

TEST_F(pool, lock_comes_before_a_mapped_pool)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, malformed_comes_before_the_phase)
{
	struct budgetmem_pool_destroy destroy = {
		.offset = self->offset, .flags = 1,
	};
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EINVAL, device_call(fd, BUDGETMEM_IOC_POOL_DESTROY,
					    &destroy));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EINVAL, device_call(self->fd,
					    BUDGETMEM_IOC_POOL_DESTROY,
					    &destroy));
}

TEST_HARNESS_MAIN
