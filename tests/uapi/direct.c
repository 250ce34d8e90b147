// SPDX-License-Identifier: MIT
/*
 * The pages of a pool are ordinary memory to the kernel: what writes and reads
 * memory for a program writes and reads pools.
 */
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "disk.h"
#include "test.h"

#define PAGES 32

/* A pool with a pattern, and one that shall come to hold the same. */
FIXTURE(pools) {
	int fd;
	struct pool from;
	struct pool to;
	struct disk disk;
	int disk_fd;
};

FIXTURE_SETUP(pools)
{
	self->disk_fd = -1;
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->from, self->fd, "from", PAGES));
	ASSERT_EQ(0, pool_open(&self->to, self->fd, "to", PAGES));
	ASSERT_EQ(0, client_lock(self->fd));
	pattern_fill(self->from.memory, self->from.size, 1);
}

FIXTURE_TEARDOWN(pools)
{
	close(self->fd);
	if (self->disk_fd >= 0) {
		close(self->disk_fd);
		disk_remove(&self->disk);
	}
}

#define EXPECT_COPIED()							\
	do {								\
		EXPECT_EQ(0, pattern_wrong(self->to.memory,		\
					   self->to.size, 1));		\
		EXPECT_EQ(0, pattern_wrong(self->from.memory,		\
					   self->from.size, 1));	\
	} while (0)

TEST_F(pools, write_and_read)
{
	int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	ASSERT_LE(0, file);
	ASSERT_EQ(self->from.size,
		  pwrite(file, self->from.memory, self->from.size, 0));
	ASSERT_EQ(self->to.size,
		  pread(file, self->to.memory, self->to.size, 0));
	EXPECT_COPIED();
	close(file);
}

static int open_disk(FIXTURE_DATA(pools) *self)
{
	int error = disk_make(&self->disk);

	if (error)
		return error;
	self->disk_fd = open(self->disk.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	return self->disk_fd < 0 ? -errno : 0;
}

#define NEEDS_DISK()							\
	do {								\
		int error_ = open_disk(self);				\
									\
		if (error_ == -ENODEV)					\
			LACKING("null_blk");				\
		ASSERT_EQ(0, error_);					\
	} while (0)

TEST_F(pools, o_direct)
{
	NEEDS_DISK();
	ASSERT_EQ(self->from.size, pwrite(self->disk_fd, self->from.memory,
					  self->from.size, 0));
	ASSERT_EQ(self->to.size, pread(self->disk_fd, self->to.memory,
				       self->to.size, 0));
	EXPECT_COPIED();
}

TEST_F(pools, o_direct_takes_no_fault)
{
	long before;

	NEEDS_DISK();
	faults_of_thread();
	before = faults_of_thread();
	ASSERT_EQ(self->from.size, pwrite(self->disk_fd, self->from.memory,
					  self->from.size, 0));
	ASSERT_EQ(self->to.size, pread(self->disk_fd, self->to.memory,
				       self->to.size, 0));
	EXPECT_EQ(before, faults_of_thread());
}

/* All is let go: nothing of it is quarantined afterwards. */
TEST_F(pools, o_direct_lets_the_pages_go)
{
	NEEDS_DISK();
	ASSERT_EQ(self->from.size, pwrite(self->disk_fd, self->from.memory,
					  self->from.size, 0));
	ASSERT_EQ(0, pool_unmap(&self->from));
	ASSERT_EQ(0, pool_unmap(&self->to));
	close(self->fd);
	EXPECT_EQ(0, budget_quarantined("main"));
	EXPECT_EQ(0, budget_used("main"));
}

/* One request with the kernel's older asynchronous calls: its result. */
static long aio_once(aio_context_t context, int fd, int opcode, void *memory,
		     size_t size)
{
	struct iocb request = {
		.aio_lio_opcode = opcode,
		.aio_fildes = fd,
		.aio_buf = (uintptr_t)memory,
		.aio_nbytes = size,
	};
	struct iocb *requests[] = { &request };
	struct io_event event = { 0 };

	if (syscall(SYS_io_submit, context, 1, requests) != 1)
		return -errno;
	while (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1) {
		if (errno != EINTR)
			return -errno;
	}
	return event.res;
}

TEST_F(pools, aio)
{
	aio_context_t context = 0;

	NEEDS_DISK();
	if (syscall(SYS_io_setup, 4, &context) && errno == ENOSYS)
		LACKING("asynchronous calls (AIO)");
	EXPECT_EQ(self->from.size,
		  aio_once(context, self->disk_fd, IOCB_CMD_PWRITE,
			   self->from.memory, self->from.size));
	EXPECT_EQ(self->to.size,
		  aio_once(context, self->disk_fd, IOCB_CMD_PREAD,
			   self->to.memory, self->to.size));
	EXPECT_COPIED();
	syscall(SYS_io_destroy, context);
}

/* What is needed of a ring to have one request in it at a time. */
struct ring {
	int fd;
	struct io_uring_params parameters;
	char *submissions;
	char *completions;
	struct io_uring_sqe *request;
};

static void *ring_map(const struct ring *ring, size_t size, __u64 offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, ring->fd, offset);
}

static int ring_open(struct ring *ring)
{
	struct io_uring_params *parameters = &ring->parameters;

	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, 1, parameters);
	if (ring->fd < 0)
		return -errno;
	ring->submissions = ring_map(ring, parameters->sq_off.array +
				     parameters->sq_entries * sizeof(__u32),
				     IORING_OFF_SQ_RING);
	ring->completions = ring_map(ring, parameters->cq_off.cqes +
				     parameters->cq_entries *
				     sizeof(struct io_uring_cqe),
				     IORING_OFF_CQ_RING);
	ring->request = ring_map(ring, sizeof(*ring->request), IORING_OFF_SQES);
	if (ring->submissions == MAP_FAILED ||
	    ring->completions == MAP_FAILED || ring->request == MAP_FAILED)
		return -ENOMEM;
	return 0;
}

/* One request: its result. The ring has a single entry, which is number 0. */
static long ring_once(struct ring *ring, int opcode, int fd, void *memory,
		      size_t size)
{
	const struct io_sqring_offsets *sq = &ring->parameters.sq_off;
	const struct io_cqring_offsets *cq = &ring->parameters.cq_off;
	__u32 *tail = (__u32 *)(ring->submissions + sq->tail);
	__u32 *head = (__u32 *)(ring->completions + cq->head);
	__u32 mask = *(__u32 *)(ring->completions + cq->ring_mask);
	struct io_uring_cqe *done;

	*ring->request = (struct io_uring_sqe) {
		.opcode = opcode,
		.fd = fd,
		.addr = (uintptr_t)memory,
		.len = size,
	};
	*(__u32 *)(ring->submissions + sq->array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	done = (struct io_uring_cqe *)(ring->completions + cq->cqes);
	done += *head & mask;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return done->res;
}

TEST_F(pools, io_uring)
{
	struct ring ring;
	int error;

	NEEDS_DISK();
	error = ring_open(&ring);
	if (error == -ENOSYS || error == -EPERM)
		LACKING("io_uring");
	ASSERT_EQ(0, error);
	EXPECT_EQ(self->from.size,
		  ring_once(&ring, IORING_OP_WRITE, self->disk_fd,
			    self->from.memory, self->from.size));
	EXPECT_EQ(self->to.size,
		  ring_once(&ring, IORING_OP_READ, self->disk_fd,
			    self->to.memory, self->to.size));
	EXPECT_COPIED();
	close(ring.fd);
}

TEST_F(pools, vmsplice)
{
	struct iovec page = {
		.iov_base = self->from.memory, .iov_len = page_size(),
	};
	int ends[2];
	size_t at;

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	for (at = 0; at < self->from.size; at += page_size()) {
		page.iov_base = self->from.memory + at;
		ASSERT_EQ(page_size(), vmsplice(ends[1], &page, 1, 0));
		ASSERT_EQ(page_size(), read(ends[0], self->to.memory + at,
					    page_size()));
	}
	EXPECT_COPIED();
}

/* A debugger, say, reads the pools of a process that let it. */
static int read_of_parent(void *argument)
{
	const FIXTURE_DATA(pools) *self = argument;
	static unsigned char copy[PAGES * 65536];
	struct iovec here = { .iov_base = copy, .iov_len = self->from.size };
	struct iovec there = {
		.iov_base = self->from.memory, .iov_len = self->from.size,
	};

	if (process_vm_readv(getppid(), &here, 1, &there, 1, 0) !=
	    self->from.size)
		return errno;
	return pattern_wrong(copy, self->from.size, 1) != 0;
}

TEST_F(pools, are_read_by_another_process)
{
	EXPECT_EQ(0, child_run(read_of_parent, self));
}

/* Threads of a process can wait for each other at a word in a pool. */
TEST_F(pools, futex_of_a_process)
{
	__u32 *word = (__u32 *)self->to.memory;

	EXPECT_EQ(-1, syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 1, NULL,
			      NULL, 0));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL,
			     0));
}

/* Between processes they cannot: the kernel finds no name for such a word. */
TEST_F(pools, futex_between_processes)
{
	__u32 *word = (__u32 *)self->to.memory;

	EXPECT_EQ(-1, syscall(SYS_futex, word, FUTEX_WAIT, 1, NULL, NULL, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0));
	EXPECT_EQ(EFAULT, errno);
}

TEST_HARNESS_MAIN
