// SPDX-License-Identifier: MIT
/*
 * POOL_EXPORT: a descriptor of a dma-buf, and what it refuses.
 */
#include <sys/mman.h>
#include <sys/resource.h>

#include "test.h"

/* A client and a pool of it, which is not mapped. */
FIXTURE(pool) {
	int fd;
	size_t size;
	__u64 offset;
};

FIXTURE_SETUP(pool)
{
	self->size = 3 * page_size();
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create(self->fd, "pool", self->size, &self->offset));
}

FIXTURE_TEARDOWN(pool)
{
	close(self->fd);
}

#define EXPECT_EXPORT_REFUSED(error, fd, offset, flags)			\
	EXPECT_REFUSED(error, pool_export(fd, offset, flags))

TEST_F(pool, query_tells_that_there_is_such_a_call)
{
	struct budgetmem_query query;

	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(BUDGETMEM_FEATURE_EXPORT,
		  query.features & BUDGETMEM_FEATURE_EXPORT);
}

TEST_F(pool, a_dma_buf_is_as_large_as_the_pool)
{
	int buffer = pool_export(self->fd, self->offset, 0);

	ASSERT_LE(0, buffer);
	EXPECT_EQ(self->size, lseek(buffer, 0, SEEK_END));
	EXPECT_EQ(0, buffer_begin(buffer));
	EXPECT_EQ(0, buffer_end(buffer));
}

TEST_F(pool, a_dma_buf_is_read_only_or_read_write)
{
	int reader = pool_export(self->fd, self->offset, 0);
	int writer = pool_export(self->fd, self->offset, BUDGETMEM_EXPORT_WRITE);

	ASSERT_LE(0, reader);
	ASSERT_LE(0, writer);
	EXPECT_EQ(O_RDONLY, fcntl(reader, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(O_RDWR, fcntl(writer, F_GETFL) & O_ACCMODE);
}

TEST_F(pool, a_descriptor_is_closed_by_exec)
{
	int buffer = pool_export(self->fd, self->offset, 0);

	ASSERT_LE(0, buffer);
	EXPECT_EQ(FD_CLOEXEC, fcntl(buffer, F_GETFD));
}

TEST_F(pool, every_call_makes_another_one)
{
	struct budgetmem_pool_info info;
	int first = pool_export(self->fd, self->offset, 0);
	int second = pool_export(self->fd, self->offset, 0);

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_NE(first, second);
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &info));
	EXPECT_EQ(2, info.exports);
	EXPECT_EQ(0, info.importers);
	EXPECT_EQ(0, info.mappings);
	close(first);
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &info));
	EXPECT_EQ(1, info.exports);
	close(second);
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &info));
	EXPECT_EQ(0, info.exports);
}

TEST_F(pool, a_duplicate_of_a_descriptor_is_the_same_dma_buf)
{
	struct budgetmem_pool_info info;
	int buffer = pool_export(self->fd, self->offset, 0);
	int twin = dup(buffer);

	ASSERT_LE(0, buffer);
	ASSERT_LE(0, twin);
	close(buffer);
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &info));
	EXPECT_EQ(1, info.exports);
}

TEST_F(pool, fdinfo_tells_budget_and_pool)
{
	int buffer = pool_export(self->fd, self->offset, 0);
	char path[64];
	char text[1024];

	ASSERT_LE(0, buffer);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", buffer);
	ASSERT_EQ(0, file_read(path, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "exp_name:\tbudgetmem:main:pool\n"));
	/* Whether the client is there or not. */
	close(self->fd);
	ASSERT_EQ(0, file_read(path, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "exp_name:\tbudgetmem:main:pool\n"));
}

TEST_F(pool, before_bind)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EXPORT_REFUSED(-EBUSY, fd, self->offset, 0);
	EXPECT_EXPORT_REFUSED(-EBUSY, fd, 0, BUDGETMEM_EXPORT_WRITE);
}

TEST_F(pool, malformed_comes_before_the_phase)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EXPORT_REFUSED(-EINVAL, fd, self->offset, 2);
}

TEST_F(pool, after_the_lock)
{
	int buffer;

	ASSERT_EQ(0, client_lock(self->fd));
	buffer = pool_export(self->fd, self->offset, BUDGETMEM_EXPORT_WRITE);
	EXPECT_LE(0, buffer);
}

TEST_F(pool, offset_of_nothing)
{
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, 0, 0);
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, self->offset + 1, 0);
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, self->offset + page_size(), 0);
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, self->offset | 1ull << 63, 0);
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, ~0ull, 0);
}

TEST_F(pool, offset_of_another_client)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	EXPECT_EXPORT_REFUSED(-ENOENT, other, self->offset, 0);
}

TEST_F(pool, offset_of_a_destroyed_pool)
{
	ASSERT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_EXPORT_REFUSED(-ENOENT, self->fd, self->offset, 0);
}

/* A client with a pool, through a file opened with these flags. */
static int open_with_pool(int flags, __u64 *offset)
{
	int fd = device_open(flags);
	int error = fd < 0 ? fd : client_bind(fd, "main");

	if (!error)
		error = pool_create(fd, "pool", page_size(), offset);
	return error ?: fd;
}

TEST_F(pool, of_a_file_opened_read_only)
{
	struct budgetmem_budget_info before, after;
	__u64 offset = 0;
	int fd = open_with_pool(O_RDONLY, &offset);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, budget_read(fd, "main", &before));
	EXPECT_EXPORT_REFUSED(-EACCES, fd, offset, BUDGETMEM_EXPORT_WRITE);
	ASSERT_EQ(0, budget_read(fd, "main", &after));
	EXPECT_EQ(before.refused_access + 1, after.refused_access);
	EXPECT_LE(0, pool_export(fd, offset, 0));
	/* What is not there is nobody's to write to. */
	EXPECT_EXPORT_REFUSED(-ENOENT, fd, 0, BUDGETMEM_EXPORT_WRITE);
}

/* Whatever a dma-buf is, it can be read. */
TEST_F(pool, of_a_file_opened_write_only)
{
	__u64 offset = 0;
	int fd = open_with_pool(O_WRONLY, &offset);

	ASSERT_LE(0, fd);
	EXPECT_EXPORT_REFUSED(-EACCES, fd, offset, 0);
	EXPECT_EXPORT_REFUSED(-EACCES, fd, offset, BUDGETMEM_EXPORT_WRITE);
}

static int lowest_free_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

static int limit_descriptors(rlim_t limit)
{
	struct rlimit limits;

	if (getrlimit(RLIMIT_NOFILE, &limits))
		return -errno;
	limits.rlim_cur = limit;
	return setrlimit(RLIMIT_NOFILE, &limits) ? -errno : 0;
}

TEST_F(pool, too_many_open_files_of_the_process)
{
	struct state *before = state_take();

	ASSERT_EQ(0, limit_descriptors(lowest_free_descriptor()));
	EXPECT_EQ(-EMFILE, pool_export(self->fd, self->offset, 0));
	ASSERT_EQ(0, limit_descriptors(1024));
	EXPECT_TRUE(state_unchanged(before));
}

#define FILE_MAX "/proc/sys/fs/file-max"

/* Administrators have as many as they want. */
static int export_as_nobody(void *argument)
{
	const struct identity nobody = { .uid = 1000, .gid = 1000 };
	const FIXTURE_DATA(pool) *self = argument;
	int buffer;

	if (identity_take(&nobody))
		return 255;
	buffer = pool_export(self->fd, self->offset, 0);
	return buffer < 0 ? -buffer : 0;
}

TEST_F(pool, too_many_open_files_of_the_system)
{
	struct state *before = state_take();
	char limit[32];
	int status;

	ASSERT_EQ(0, file_read(FILE_MAX, limit, sizeof(limit)));
	ASSERT_EQ(0, file_write(FILE_MAX, "0"));
	status = child_run(export_as_nobody, self);
	ASSERT_EQ(0, file_write(FILE_MAX, limit));
	EXPECT_EQ(ENFILE, status);
	EXPECT_TRUE(state_unchanged(before));
	EXPECT_EQ(0, child_run(export_as_nobody, self));
}

/* Neither the number that would have been told nor any other is taken. */
TEST_F(pool, an_answer_that_cannot_be_written_leaves_no_descriptor)
{
	struct budgetmem_pool_export *export;
	int before = lowest_free_descriptor();
	size_t page = page_size();

	export = mmap(NULL, page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, export);
	export->offset = self->offset;
	export->fd = -1;
	ASSERT_EQ(0, mprotect(export, page, PROT_READ));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_POOL_EXPORT,
					    export));
	EXPECT_EQ(-1, export->fd);
	EXPECT_EQ(-1, fcntl(before, F_GETFD));
	EXPECT_EQ(before, lowest_free_descriptor());
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
}

TEST_F(pool, an_exported_pool_is_not_destroyed)
{
	int first = pool_export(self->fd, self->offset, 0);
	int second = pool_export(self->fd, self->offset, BUDGETMEM_EXPORT_WRITE);

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	close(first);
	EXPECT_REFUSED(-EBUSY, pool_destroy(self->fd, self->offset));
	close(second);
	EXPECT_EQ(0, pool_destroy(self->fd, self->offset));
	EXPECT_EQ(0, budget_used("main"));
}

TEST_F(pool, a_dma_buf_alone_keeps_the_module)
{
	int buffer = pool_export(self->fd, self->offset, 0);
	long long with = file_number("/sys/module/budgetmem/refcnt");

	ASSERT_LE(0, buffer);
	close(buffer);
	EXPECT_EQ(with - 1, file_number("/sys/module/budgetmem/refcnt"));
}

TEST_HARNESS_MAIN
