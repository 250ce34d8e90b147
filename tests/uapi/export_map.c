// SPDX-License-Identifier: MIT
/*
 * mmap() of a dma-buf of a pool: all or a part, no fault afterwards, and what stays
 * forbidden, to write to a read-only one above all.
 */
#include <sys/mman.h>

#include "test.h"

/* More than the 512 that one page of the page tables covers. */
#define PAGES 600

#define READ_WRITE (PROT_READ | PROT_WRITE)

/* A pool that its client has mapped, a dma-buf to write to, and one to read. */
FIXTURE(buffer) {
	int fd;
	size_t page;
	struct pool pool;
	int writer;
	int reader;
};

FIXTURE_SETUP(buffer)
{
	self->page = page_size();
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
	self->writer = pool_export(self->fd, self->pool.offset,
				   BUDGETMEM_EXPORT_WRITE);
	ASSERT_LE(0, self->writer);
	self->reader = pool_export(self->fd, self->pool.offset, 0);
	ASSERT_LE(0, self->reader);
}

FIXTURE_TEARDOWN(buffer)
{
	close(self->fd);
}

static int try_map(int fd, __u64 offset, size_t size, int protection, int flags)
{
	void *memory = mmap(NULL, size, protection, flags, fd, offset);

	if (memory == MAP_FAILED)
		return -errno;
	munmap(memory, size);
	return 0;
}

/* At an offset that a 32-bit kernel cannot count, so that it says so itself. */
static int try_far_offset(int fd, __u64 offset, size_t size)
{
	int error = try_map(fd, offset, size, READ_WRITE, MAP_SHARED);

	return error == -EOVERFLOW ? -EINVAL : error;
}

TEST_F(buffer, first_stores_take_no_fault)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->writer, 0, self->pool.size, READ_WRITE, &memory));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
}

TEST_F(buffer, first_reads_take_no_fault)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->writer, 0, self->pool.size, READ_WRITE, &memory));
	EXPECT_EQ(0, faults_reading(memory, self->pool.size));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
}

TEST_F(buffer, reads_of_a_read_only_one_take_no_fault)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &memory));
	EXPECT_EQ(0, faults_reading(memory, self->pool.size));
}

TEST_F(buffer, stores_go_both_ways)
{
	void *writer, *reader;

	ASSERT_EQ(0, pool_map(self->writer, 0, self->pool.size, READ_WRITE, &writer));
	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &reader));
	pattern_fill(self->pool.memory, self->pool.size, 1);
	EXPECT_EQ(0, pattern_wrong(writer, self->pool.size, 1));
	EXPECT_EQ(0, pattern_wrong(reader, self->pool.size, 1));
	pattern_fill(writer, self->pool.size, 2);
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 2));
	EXPECT_EQ(0, pattern_wrong(reader, self->pool.size, 2));
}

/* Map a part: whether it is that part, and takes no fault. */
static bool part_is_right(const FIXTURE_DATA(buffer) *self, size_t first,
			  size_t pages)
{
	size_t size = pages * self->page;
	unsigned char *memory = mmap(NULL, size, READ_WRITE, MAP_SHARED,
				     self->writer, first * self->page);
	bool right;

	if (memory == MAP_FAILED)
		return false;
	right = !faults_storing(memory, size);
	memory[0] = 1;
	memory[size - 1] = 2;
	right = right && self->pool.memory[first * self->page] == 1 &&
		self->pool.memory[(first + pages) * self->page - 1] == 2 &&
		!memcmp(memory, self->pool.memory + first * self->page, size);
	munmap(memory, size);
	return right;
}

TEST_F(buffer, a_part)
{
	size_t first;

	pattern_fill(self->pool.memory, self->pool.size, 1);
	for (first = 0; first < PAGES; first += 7) {
		EXPECT_TRUE(part_is_right(self, first, 1));
		EXPECT_TRUE(part_is_right(self, first, PAGES - first));
	}
	EXPECT_TRUE(part_is_right(self, 0, PAGES - 1));
	EXPECT_TRUE(part_is_right(self, PAGES - 1, 1));
}

/* A pool that is made of what others left lies in pieces. */
TEST_F(buffer, a_part_of_a_pool_in_pieces)
{
	size_t page = self->page;
	__u64 offset[8];
	unsigned char *memory;
	char name[8];
	int fd = client_open("small");
	int buffer;
	size_t i;

	ASSERT_LE(0, fd);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "p%zu", i);
		ASSERT_EQ(0, pool_create(fd, name, SMALL_SIZE / 4, &offset[i]));
	}
	ASSERT_EQ(0, pool_destroy(fd, offset[0]));
	ASSERT_EQ(0, pool_destroy(fd, offset[2]));
	ASSERT_EQ(0, pool_create(fd, "pieces", SMALL_SIZE / 2, &offset[0]));
	ASSERT_EQ(0, pool_map(fd, offset[0], SMALL_SIZE / 2, READ_WRITE,
			      (void **)&memory));
	pattern_fill(memory, SMALL_SIZE / 2, 3);
	buffer = pool_export(fd, offset[0], 0);
	ASSERT_LE(0, buffer);
	for (i = 0; i < SMALL_SIZE / 2 / page; i++) {
		size_t size = SMALL_SIZE / 2 - i * page;
		void *part = mmap(NULL, size, PROT_READ, MAP_SHARED, buffer,
				  i * page);

		ASSERT_NE(MAP_FAILED, part);
		EXPECT_EQ(0, memcmp(part, memory + i * page, size));
		munmap(part, size);
	}
}

TEST_F(buffer, mappings_are_counted)
{
	struct budgetmem_pool_info info;
	void *memory;

	ASSERT_EQ(0, pool_map(self->reader, 0, self->page, PROT_READ, &memory));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(2, info.mappings);
	EXPECT_EQ(2, info.exports);
	ASSERT_EQ(0, munmap(memory, self->page));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(1, info.mappings);
}

TEST_F(buffer, private)
{
	EXPECT_REFUSED(-EINVAL, try_map(self->writer, 0, self->pool.size, READ_WRITE,
					MAP_PRIVATE));
	EXPECT_REFUSED(-EINVAL, try_map(self->reader, 0, self->pool.size, READ_WRITE,
					MAP_PRIVATE));
	EXPECT_REFUSED(-EINVAL, try_map(self->reader, 0, self->pool.size, PROT_READ,
					MAP_PRIVATE));
}

TEST_F(buffer, beyond_the_end)
{
	EXPECT_REFUSED(-EINVAL, try_map(self->writer, 0,
					self->pool.size + self->page, READ_WRITE,
					MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_map(self->writer, self->page, self->pool.size,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_map(self->writer, self->pool.size, self->page,
					READ_WRITE, MAP_SHARED));
	EXPECT_REFUSED(-EINVAL, try_far_offset(self->writer, 1ull << 40,
					       self->page));
}

/* The offset that the device takes means nothing here. */
TEST_F(buffer, offset_of_the_pool)
{
	EXPECT_REFUSED(-EINVAL, try_far_offset(self->writer, self->pool.offset,
					       self->pool.size));
}

/* Some kernels refuse it for every dma-buf, before it is asked. */
static bool may_not_execute(int fd, size_t size, int protection)
{
	int error = try_map(fd, 0, size, protection | PROT_EXEC, MAP_SHARED);

	return error == -EACCES || error == -EPERM;
}

TEST_F(buffer, executable)
{
	EXPECT_TRUE(may_not_execute(self->writer, self->pool.size, READ_WRITE));
	EXPECT_TRUE(may_not_execute(self->writer, self->pool.size, PROT_READ));
	EXPECT_TRUE(may_not_execute(self->reader, self->pool.size, PROT_READ));
	EXPECT_TRUE(may_not_execute(self->reader, self->page, 0));
}

TEST_F(buffer, cannot_be_made_executable)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->writer, 0, self->pool.size, READ_WRITE, &memory));
	EXPECT_EQ(-1, mprotect(memory, self->page, READ_WRITE | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(buffer, cannot_grow)
{
	void *memory;

	/* A part, behind which the pool goes on. */
	ASSERT_EQ(0, pool_map(self->writer, 0, self->page, READ_WRITE, &memory));
	EXPECT_EQ(MAP_FAILED, mremap(memory, self->page, 2 * self->page,
				     MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(memory, 0, self->page, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

static int read_byte(void *argument)
{
	return *(volatile unsigned char *)argument;
}

TEST_F(buffer, fork_leaves_the_mapping_out)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->writer, 0, self->pool.size, READ_WRITE, &memory));
	EXPECT_EQ(-SIGSEGV, child_run(read_byte, memory));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
}

/* Newer kernels refuse it for whatever a driver mapped: then the child has nothing. */
TEST_F(buffer, madv_dofork_hands_the_mapping_on)
{
	unsigned char *memory;
	bool refused;

	ASSERT_EQ(0, pool_map(self->writer, self->page, self->page, READ_WRITE,
			      (void **)&memory));
	refused = madvise(memory, self->page, MADV_DOFORK);
	EXPECT_TRUE(!refused || errno == EINVAL);
	self->pool.memory[self->page] = 77;
	EXPECT_EQ(refused ? -SIGSEGV : 77, child_run(read_byte, memory));
}

/* Costs faults and no data: the right pages come back, in a part too. */
TEST_F(buffer, what_the_process_takes_out_comes_back)
{
	size_t size = 10 * self->page;
	unsigned char *memory;
	int error;

	pattern_fill(self->pool.memory, self->pool.size, 1);
	memory = mmap(NULL, size, READ_WRITE, MAP_SHARED, self->writer,
		      5 * self->page);
	ASSERT_NE(MAP_FAILED, memory);
	error = madvise(memory, size, MADV_DONTNEED) ? errno : 0;
	EXPECT_TRUE(!error || error == EINVAL);
	EXPECT_EQ(0, memcmp(memory, self->pool.memory + 5 * self->page, size));
	ASSERT_EQ(0, munmap(memory + 2 * self->page, self->page));
	EXPECT_EQ(0, memcmp(memory + 3 * self->page,
			    self->pool.memory + 8 * self->page, self->page));
	memory[4 * self->page] = 5;
	EXPECT_EQ(5, self->pool.memory[9 * self->page]);
}

static int map_received(void *argument)
{
	int line = *(int *)argument;
	size_t size = PAGES * page_size();
	int buffer = line_receive(line);
	void *memory;

	if (buffer < 0)
		return 100;
	if (pool_map(buffer, 0, size, READ_WRITE, &memory))
		return 101;
	if (pattern_wrong(memory, size, 1))
		return 102;
	if (faults_storing(memory, size))
		return 103;
	pattern_fill(memory, size, 2);
	return 0;
}

/* The process knows neither the device nor the client. */
TEST_F(buffer, another_process_maps_what_it_received)
{
	int line[2];
	pid_t child;

	pattern_fill(self->pool.memory, self->pool.size, 1);
	ASSERT_EQ(0, line_open(line));
	child = child_start(map_received, &line[1]);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, line_send(line[0], self->writer));
	EXPECT_EQ(0, child_wait(child));
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 2));
}

/* A read-only dma-buf stays one, whatever is tried. */
TEST_F(buffer, read_only_and_mapped_for_writing)
{
	EXPECT_REFUSED(-EACCES, try_map(self->reader, 0, self->pool.size, READ_WRITE,
					MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(self->reader, 0, self->page, PROT_WRITE,
					MAP_SHARED));
	EXPECT_REFUSED(-EACCES, try_map(self->reader, 0, self->pool.size, READ_WRITE,
					MAP_SHARED_VALIDATE));
}

TEST_F(buffer, read_only_and_made_writable)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &memory));
	EXPECT_EQ(-1, mprotect(memory, self->pool.size, READ_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(memory, self->page, PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(buffer, read_only_and_written_by_the_kernel)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	void *memory;

	ASSERT_LE(0, zero);
	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &memory));
	EXPECT_EQ(-1, read(zero, memory, 1));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(buffer, read_only_and_written_through_proc)
{
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	void *mapped;

	ASSERT_LE(0, memory);
	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &mapped));
	EXPECT_EQ(-1, pwrite(memory, "x", 1, (uintptr_t)mapped));
	EXPECT_EQ(0, self->pool.memory[0]);
}

TEST_F(buffer, read_only_and_opened_again)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->reader);
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
	EXPECT_EQ(-1, open(path, O_WRONLY | O_CLOEXEC));
	EXPECT_EQ(-1, open(path, O_RDONLY | O_CLOEXEC));
}

TEST_F(buffer, read_only_and_changed_by_fcntl)
{
	/* The access mode is not among what can be set: it is ignored. */
	ASSERT_EQ(0, fcntl(self->reader, F_SETFL, O_RDWR));
	EXPECT_EQ(-EACCES, try_map(self->reader, 0, self->page, READ_WRITE,
				   MAP_SHARED));
}

TEST_F(buffer, read_only_and_written_as_a_file)
{
	EXPECT_EQ(-1, write(self->reader, "x", 1));
	EXPECT_EQ(-1, pwrite(self->reader, "x", 1, 0));
	EXPECT_EQ(-1, ftruncate(self->reader, self->page));
	EXPECT_EQ(-1, fallocate(self->reader, 0, 0, self->page));
	EXPECT_EQ(0, self->pool.memory[0]);
}

TEST_F_SIGNAL(buffer, a_store_to_a_read_only_one_ends_the_program, SIGSEGV)
{
	void *memory;

	ASSERT_EQ(0, pool_map(self->reader, 0, self->pool.size, PROT_READ, &memory));
	*(volatile unsigned char *)memory = 1;
}

TEST_HARNESS_MAIN
