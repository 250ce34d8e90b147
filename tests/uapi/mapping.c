// SPDX-License-Identifier: MIT
/*
 * mmap() of a pool: no fault afterwards, what it refuses, and what stays
 * forbidden on a mapping: to execute, to grow, and to write where the file was
 * opened read-only.
 */
#include <sys/mman.h>
#include <sys/personality.h>

#include "test.h"

/* More than the 512 that one page of the page tables covers. */
#define PAGES 600

FIXTURE(pool) {
	int fd;
	size_t page;
	struct pool pool;
};

FIXTURE_SETUP(pool)
{
	self->page = page_size();
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
}

FIXTURE_TEARDOWN(pool)
{
	close(self->fd);
}

/* Without this a count of 0 would prove nothing. */
TEST_F(pool, ordinary_memory_faults_and_is_counted)
{
	unsigned char *memory = mmap(NULL, self->pool.size,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	/* Refused where the kernel has no huge pages: then it is not needed. */
	madvise(memory, self->pool.size, MADV_NOHUGEPAGE);
	EXPECT_LE(PAGES, faults_storing(memory, self->pool.size));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
}

TEST_F(pool, first_stores_take_no_fault)
{
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
}

TEST_F(pool, first_reads_take_no_fault)
{
	EXPECT_EQ(0, faults_reading(self->pool.memory, self->pool.size));
}

TEST_F(pool, stores_after_reads_take_no_fault)
{
	faults_reading(self->pool.memory, self->pool.size);
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
}

TEST_F(pool, stores_after_the_lock_take_no_fault)
{
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
}

TEST_F(pool, another_mapping_takes_no_fault)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ | PROT_WRITE, &memory));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
}

TEST_F(pool, reads_of_a_read_only_mapping_take_no_fault)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ, &memory));
	EXPECT_EQ(0, faults_reading(memory, self->pool.size));
}

TEST_F(pool, a_pool_of_one_page_takes_no_fault)
{
	struct pool small;

	ASSERT_EQ(0, pool_open(&small, self->fd, "small", 1));
	EXPECT_EQ(0, faults_storing(small.memory, small.size));
}

/* What the kernel stores there for the program takes none either. */
TEST_F(pool, stores_by_the_kernel_take_no_fault)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	long before;

	ASSERT_LE(0, zero);
	faults_of_thread();
	before = faults_of_thread();
	ASSERT_EQ(self->pool.size,
		  read(zero, self->pool.memory, self->pool.size));
	EXPECT_EQ(before, faults_of_thread());
}

static int try_map(int fd, __u64 offset, size_t size, int protection, int flags)
{
	void *memory = mmap(NULL, size, protection, flags, fd, offset);

	if (memory == MAP_FAILED)
		return -errno;
	munmap(memory, size);
	return 0;
}

#define READ_WRITE (PROT_READ | PROT_WRITE)

TEST_F(pool, private)
{
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset,
					self->pool.size, READ_WRITE,
					MAP_PRIVATE));
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset,
					self->pool.size, PROT_READ,
					MAP_PRIVATE));
}

TEST_F(pool, executable)
{
	EXPECT_REFUSED(-EACCES, try_map(self->fd, self->pool.offset,
					self->pool.size, PROT_READ | PROT_EXEC,
					MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(self->fd, self->pool.offset,
					self->pool.size, READ_WRITE | PROT_EXEC,
					MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(self->fd, self->pool.offset,
					self->pool.size, PROT_EXEC,
					MAP_SHARED));
}

/* The kernel adds PROT_EXEC for programs from before it was a thing of its own. */
TEST_F(pool, executable_because_of_the_personality)
{
	ASSERT_LE(0, personality(PER_LINUX | READ_IMPLIES_EXEC));
	EXPECT_EQ(-EACCES, try_map(self->fd, self->pool.offset, self->pool.size,
				   READ_WRITE, MAP_SHARED));
}

TEST_F(pool, length_not_that_of_the_pool)
{
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset,
					self->pool.size - self->page,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset,
					self->pool.size + self->page,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset, self->page,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset, 0,
					READ_WRITE, MAP_SHARED));
}

TEST_F(pool, offset_of_nothing)
{
	EXPECT_REFUSED(-ENOENT, try_map(self->fd, 0, self->pool.size,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-ENOENT, try_map(self->fd,
					self->pool.offset + self->page,
					self->pool.size - self->page,
					READ_WRITE, MAP_SHARED));
}

TEST_F(pool, offset_of_another_client)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	EXPECT_REFUSED(-ENOENT, try_map(other, self->pool.offset,
					self->pool.size, READ_WRITE,
					MAP_SHARED));
}

TEST_F(pool, before_bind)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, try_map(fd, self->pool.offset, self->pool.size,
				       READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EBUSY, try_map(fd, 0, self->page, READ_WRITE,
				       MAP_PRIVATE));
}

TEST_F(pool, offset_of_nothing_comes_before_malformed)
{
	EXPECT_REFUSED(-ENOENT, try_map(self->fd, 0, self->page, READ_WRITE,
					MAP_PRIVATE));
}

TEST_F(pool, malformed_comes_before_executable)
{
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset,
					self->pool.size,
					PROT_READ | PROT_EXEC, MAP_PRIVATE));
	EXPECT_REFUSED(-EINVAL, try_map(self->fd, self->pool.offset, self->page,
					PROT_READ | PROT_EXEC, MAP_SHARED));
}

/* Flags that change how it is mapped, and not what. */
TEST_F(pool, populated_and_locked)
{
	EXPECT_EQ(0, try_map(self->fd, self->pool.offset, self->pool.size,
			     READ_WRITE, MAP_SHARED | MAP_POPULATE));
	EXPECT_EQ(0, try_map(self->fd, self->pool.offset, self->pool.size,
			     READ_WRITE, MAP_SHARED | MAP_LOCKED));
	EXPECT_EQ(0, try_map(self->fd, self->pool.offset, self->pool.size,
			     READ_WRITE, MAP_SHARED | MAP_NORESERVE));
}

/* A client whose file was opened read-only, and its pool of two pages. */
FIXTURE(read_only) {
	int fd;
	__u64 offset;
	size_t size;
	unsigned char *memory;
};

FIXTURE_SETUP(read_only)
{
	void *memory = NULL;

	self->size = 2 * page_size();
	self->fd = device_open(O_RDONLY);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, client_bind(self->fd, "main"));
	ASSERT_EQ(0, pool_create(self->fd, "pool", self->size, &self->offset));
	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	self->memory = memory;
}

FIXTURE_TEARDOWN(read_only)
{
	close(self->fd);
}

TEST_F(read_only, can_be_read)
{
	EXPECT_EQ(0, bytes_not_zero(self->memory, self->size));
}

TEST_F(read_only, cannot_be_mapped_for_writing)
{
	EXPECT_REFUSED(-EACCES, try_map(self->fd, self->offset, self->size,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(self->fd, self->offset, self->size,
					PROT_WRITE, MAP_SHARED));
}

TEST_F(read_only, cannot_be_made_writable)
{
	EXPECT_EQ(-1, mprotect(self->memory, self->size, READ_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(self->memory, page_size(), READ_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(read_only, cannot_be_made_executable)
{
	EXPECT_EQ(-1, mprotect(self->memory, self->size,
			       PROT_READ | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
}

/* This way a debugger writes where a program itself may not. */
TEST_F(read_only, cannot_be_written_through_proc)
{
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, memory);
	EXPECT_EQ(-1, pwrite(memory, "x", 1, (uintptr_t)self->memory));
	EXPECT_EQ(0, bytes_not_zero(self->memory, self->size));
}

TEST_F(read_only, cannot_be_written_by_the_kernel)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, zero);
	EXPECT_EQ(-1, read(zero, self->memory, 1));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F_SIGNAL(read_only, a_store_ends_the_program, SIGSEGV)
{
	*(volatile unsigned char *)self->memory = 1;
}

/* A mapping that asked for less than the file allows gives only what it asked. */
TEST_F(pool, mapped_for_reading_cannot_be_written_through_proc)
{
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	void *mapped;

	ASSERT_LE(0, memory);
	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ, &mapped));
	EXPECT_EQ(-1, pwrite(memory, "x", 1, (uintptr_t)mapped));
	EXPECT_EQ(0, self->pool.memory[0]);
}

TEST_F(pool, of_a_file_opened_write_only)
{
	int fd = device_open(O_WRONLY);
	__u64 offset;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_bind(fd, "main"));
	ASSERT_EQ(0, pool_create(fd, "pool", self->page, &offset));
	EXPECT_REFUSED(-EACCES, try_map(fd, offset, self->page, READ_WRITE,
					MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(fd, offset, self->page, PROT_WRITE,
					MAP_SHARED));
}

TEST_F(pool, cannot_be_made_executable)
{
	EXPECT_EQ(-1, mprotect(self->pool.memory, self->pool.size,
			       PROT_READ | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(self->pool.memory, self->page,
			       READ_WRITE | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(pool, cannot_grow)
{
	size_t more = self->pool.size + self->page;

	EXPECT_EQ(MAP_FAILED,
		  mremap(self->pool.memory, self->pool.size, more, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(self->pool.memory, self->pool.size, more,
				     MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

/* An old length of 0 would make a second mapping that the module never saw. */
TEST_F(pool, cannot_be_doubled_by_mremap)
{
	EXPECT_EQ(MAP_FAILED, mremap(self->pool.memory, 0, self->pool.size,
				     MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_HARNESS_MAIN
