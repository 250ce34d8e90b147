// SPDX-License-Identifier: MIT
/*
 * A page that somebody still holds when its pool is given back is in
 * quarantine: charged, and handed to nobody, until it is let go.
 */
#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "disk.h"
#include "test.h"

#define PINNED		3

/* Pages of a pool are put into a pipe, whose other end this process holds. */
FIXTURE(pipe) {
	__u64 held;
	size_t page;
	int ends[2];
};

FIXTURE_SETUP(pipe)
{
	self->held = held_pages();
	self->page = page_size();
	ASSERT_EQ(0, budget_used("small"));
	ASSERT_EQ(0, pipe2(self->ends, O_CLOEXEC));
}

FIXTURE_TEARDOWN(pipe)
{
	close(self->ends[0]);
	close(self->ends[1]);
	EXPECT_TRUE(budget_settles("small"));
	EXPECT_EQ(self->held, held_pages());
}

/* Pages 1 to PINNED of a pool of the whole budget, which is filled. */
static int pin_in_pipe(int end, struct pool *pool, int fd)
{
	struct iovec pages;
	int error = pool_open(pool, fd, "pool", SMALL_SIZE / page_size());

	if (error)
		return error;
	pattern_fill(pool->memory, pool->size, 1);
	pages.iov_base = pool->memory + page_size();
	pages.iov_len = PINNED * page_size();
	return vmsplice(end, &pages, 1, 0) == pages.iov_len ? 0 : -errno;
}

static int pin_and_exit(void *argument)
{
	struct pool pool;
	int fd = client_open("small");

	return fd < 0 ? -fd : -pin_in_pipe(*(int *)argument, &pool, fd);
}

/* Quarantined is what is in the pipe, and nothing but that is in use. */
#define EXPECT_QUARANTINED(bytes)					\
	do {								\
		struct budgetmem_budget_info info_;			\
		int observer_ = device_open(O_RDONLY);			\
									\
		ASSERT_EQ(0, budget_read(observer_, "small", &info_));	\
		EXPECT_EQ(bytes, info_.quarantined);			\
		EXPECT_EQ(bytes, info_.used);				\
		EXPECT_EQ(0, info_.clients);				\
		EXPECT_EQ(0, info_.pools);				\
		close(observer_);					\
	} while (0)

TEST_F(pipe, pages_are_quarantined_when_the_client_exits)
{
	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	EXPECT_QUARANTINED(PINNED * self->page);
	EXPECT_EQ(self->held, held_pages());
}

static int pin_and_die(void *argument)
{
	return pin_and_exit(argument) ? 255 : raise(SIGKILL);
}

TEST_F(pipe, pages_are_quarantined_when_the_client_is_killed)
{
	ASSERT_EQ(-SIGKILL, child_run(pin_and_die, &self->ends[1]));
	EXPECT_QUARANTINED(PINNED * self->page);
}

TEST_F(pipe, pages_are_quarantined_when_the_pool_is_destroyed)
{
	struct budgetmem_client_info info;
	struct pool pool;
	int fd = client_open("small");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pin_in_pipe(self->ends[1], &pool, fd));
	ASSERT_EQ(0, pool_unmap(&pool));
	ASSERT_EQ(0, pool_destroy(fd, pool.offset));
	EXPECT_EQ(PINNED * self->page, budget_quarantined("small"));
	EXPECT_EQ(PINNED * self->page, budget_used("small"));
	/* The client has given its pool back: the rest is the budget's. */
	ASSERT_EQ(0, client_read(fd, &info));
	EXPECT_EQ(0, info.used);
	EXPECT_EQ(-EDQUOT, pool_create(fd, "again", SMALL_SIZE, NULL));
	close(fd);
	EXPECT_QUARANTINED(PINNED * self->page);
}

TEST_F(pipe, quarantined_pages_are_handed_to_nobody)
{
	int fd;

	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	fd = client_open("small");
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EDQUOT, pool_create(fd, "whole", SMALL_SIZE, NULL));
	EXPECT_REFUSED(-EDQUOT,
		       pool_create(fd, "rest", SMALL_SIZE -
				   (PINNED - 1) * self->page, NULL));
	EXPECT_EQ(0, pool_create(fd, "rest", SMALL_SIZE - PINNED * self->page,
				 NULL));
	close(fd);
}

/* Whatever the next owner writes, the pipe's reader gets what was put in. */
TEST_F(pipe, quarantined_pages_keep_what_they_held)
{
	size_t rest = SMALL_SIZE / self->page - PINNED;
	unsigned char whole[SMALL_SIZE];
	unsigned char got[SMALL_SIZE];
	struct pool pool;
	int fd;

	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	fd = client_open("small");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_open(&pool, fd, "rest", rest));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
	memset(pool.memory, 0xee, pool.size);
	ASSERT_EQ(PINNED * self->page,
		  read(self->ends[0], got, PINNED * self->page));
	pattern_fill(whole, sizeof(whole), 1);
	EXPECT_EQ(0, memcmp(got, whole + self->page, PINNED * self->page));
	close(fd);
	ASSERT_EQ(0, pool_unmap(&pool));
}

TEST_F(pipe, pages_that_were_let_go_come_back_zeroed)
{
	unsigned char got[SMALL_SIZE];
	struct pool pool;
	int fd;

	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	ASSERT_EQ(PINNED * self->page,
		  read(self->ends[0], got, PINNED * self->page));
	ASSERT_TRUE(budget_settles("small"));
	EXPECT_QUARANTINED(0);
	fd = client_open("small");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_open(&pool, fd, "whole", SMALL_SIZE / self->page));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
	ASSERT_EQ(0, pool_unmap(&pool));
	close(fd);
}

/* One by one, as the pipe is read. */
TEST_F(pipe, pages_come_back_one_by_one)
{
	unsigned char got[SMALL_SIZE];
	int left;

	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	for (left = PINNED; left; left--) {
		EXPECT_QUARANTINED(left * self->page);
		ASSERT_EQ(self->page, read(self->ends[0], got, self->page));
	}
	EXPECT_QUARANTINED(0);
}

/* Creating looks for itself, nobody has to ask for the budget's state first. */
TEST_F(pipe, pages_that_were_let_go_can_be_had_at_once)
{
	unsigned char got[SMALL_SIZE];
	int fd;

	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	fd = client_open("small");
	ASSERT_LE(0, fd);
	ASSERT_EQ(-EDQUOT, pool_create(fd, "whole", SMALL_SIZE, NULL));
	ASSERT_EQ(PINNED * self->page,
		  read(self->ends[0], got, PINNED * self->page));
	EXPECT_EQ(0, pool_create(fd, "whole", SMALL_SIZE, NULL));
	close(fd);
}

TEST_F(pipe, quarantine_grows_with_every_client)
{
	ASSERT_EQ(0, child_run(pin_and_exit, &self->ends[1]));
	EXPECT_QUARANTINED(PINNED * self->page);
	/* Nothing is left for a second one of the same size. */
	EXPECT_EQ(EDQUOT, child_run(pin_and_exit, &self->ends[1]));
	EXPECT_QUARANTINED(PINNED * self->page);
}

/* A pool is written to a disk that takes its time, and given back meanwhile. */
FIXTURE(disk) {
	struct disk disk;
	int disk_fd;
	int fd;
	struct pool pool;
	pthread_t writer;
	ssize_t written;
};

FIXTURE_SETUP(disk)
{
	self->disk_fd = -1;
	ASSERT_EQ(0, budget_used("small"));
}

FIXTURE_TEARDOWN(disk)
{
	if (self->disk_fd >= 0) {
		close(self->disk_fd);
		disk_remove(&self->disk);
	}
}

static void *write_to_disk(void *argument)
{
	FIXTURE_DATA(disk) *self = argument;

	self->written = write(self->disk_fd, self->pool.memory,
			      self->pool.size);
	return NULL;
}

static int begin_write(FIXTURE_DATA(disk) *self, unsigned int seconds)
{
	int error = disk_make_slow(&self->disk, seconds);

	if (error)
		return error;
	self->disk_fd = open(self->disk.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	self->fd = client_open("small");
	if (self->disk_fd < 0 || self->fd < 0)
		return -EIO;
	error = pool_open(&self->pool, self->fd, "pool",
			  SMALL_SIZE / page_size());
	if (error)
		return error;
	memset(self->pool.memory, 1, self->pool.size);
	if (pthread_create(&self->writer, NULL, write_to_disk, self))
		return -EAGAIN;
	while (disk_busy(&self->disk) == 0)
		wait_a_moment();
	return 0;
}

static void end_write(FIXTURE_DATA(disk) *self)
{
	pthread_join(self->writer, NULL);
	close(self->disk_fd);
	self->disk_fd = -1;
	disk_remove(&self->disk);
}

/*
 * The write may end before the quarantine was looked at, on a machine that was
 * busy elsewhere. Then the look proves nothing, and is repeated with more time.
 */
TEST_F(disk, pages_are_quarantined_while_they_are_written)
{
	unsigned int seconds;
	__u64 quarantined;
	bool in_flight = false;
	int error;

	for (seconds = 1; !in_flight && seconds < 20; seconds *= 3) {
		error = begin_write(self, seconds);
		if (error == -ENODEV)
			LACKING("null_blk");
		ASSERT_EQ(0, error);
		ASSERT_EQ(0, pool_unmap(&self->pool));
		close(self->fd);
		quarantined = budget_quarantined("small");
		in_flight = disk_busy(&self->disk) == 1;
		end_write(self);
		EXPECT_EQ(self->pool.size, self->written);
		EXPECT_TRUE(budget_settles("small"));
	}
	ASSERT_TRUE(in_flight);
	EXPECT_EQ(self->pool.size, quarantined);
	EXPECT_EQ(0, budget_quarantined("small"));
	EXPECT_EQ(0, budget_take_whole("small"));
}

/* Pages that a ring has registered stay pinned until the ring is gone. */
static int ring_register(const struct pool *pool)
{
	struct io_uring_params parameters = { 0 };
	struct iovec buffer = {
		.iov_base = pool->memory,
		.iov_len = pool->size,
	};
	int ring = syscall(SYS_io_uring_setup, 4, &parameters);
	int error;

	if (ring < 0)
		return -errno;
	if (!syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		     &buffer, 1))
		return ring;
	error = -errno;
	close(ring);
	return error;
}

TEST(pages_are_quarantined_while_a_ring_has_them_registered)
{
	struct pool pool;
	int fd = client_open("small");
	int ring;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_open(&pool, fd, "pool", 4));
	ring = ring_register(&pool);
	if (ring == -ENOSYS || ring == -EPERM)
		LACKING("io_uring");
	if (ring == -EOPNOTSUPP)
		LACKING("io_uring buffers in memory that is mapped from a file");
	ASSERT_LE(0, ring);
	ASSERT_EQ(0, pool_unmap(&pool));
	close(fd);
	EXPECT_EQ(pool.size, budget_quarantined("small"));
	close(ring);
	EXPECT_TRUE(budget_settles("small"));
}

TEST_HARNESS_MAIN
