// SPDX-License-Identifier: MIT
/*
 * POOL_WATCH, EVENTS and poll(): an event for every refusal and for every threshold
 * that is crossed, and for nothing else.
 */
#include <poll.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/select.h>

#include "test.h"

#define PAGES		4
#define EVERYTHING	(POLLIN | POLLRDNORM | POLLPRI | POLLOUT | POLLWRNORM | \
			 POLLRDHUP)
#define READABLE	(POLLIN | POLLRDNORM)

/* Milliseconds after which a wait was in vain. */
#define IN_VAIN		30000

/* A client with a pool whose header is sound and says 0. */
FIXTURE(client) {
	int fd;
	struct pool pool;
	struct budgetmem_pool_header *header;
	struct budgetmem_events events;
};

static void header_write(struct budgetmem_pool_header *header, size_t size)
{
	*header = (struct budgetmem_pool_header) {
		.magic = BUDGETMEM_POOL_MAGIC,
		.version = 1,
		.size = size,
	};
}

/* As a program does it that knows nothing of the kernel: a plain store. */
static void mark_raise(struct budgetmem_pool_header *header, __u64 mark)
{
	*(volatile __u64 *)&header->high_water = mark;
}

FIXTURE_SETUP(client)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
	self->header = (void *)self->pool.memory;
	header_write(self->header, self->pool.size);
}

FIXTURE_TEARDOWN(client)
{
	munmap(self->pool.memory, self->pool.size);
	close(self->fd);
}

/* What poll() says of it now, or a negative number. */
static int polled(int fd)
{
	struct pollfd file = { .fd = fd, .events = EVERYTHING };
	int ready = poll(&file, 1, 0);

	return ready < 0 ? -errno : ready ? file.revents : 0;
}

/*
 * What poll() says when it was woken. Not with a time limit of its own: when that is
 * up the kernel looks once more, and would find what nobody was woken for.
 */
static int poll_wait(int fd)
{
	struct pollfd file = { .fd = fd, .events = EVERYTHING };
	int ready;

	do {
		ready = poll(&file, 1, -1);
	} while (ready < 0 && errno == EINTR);
	return ready < 0 ? -errno : ready ? file.revents : 0;
}

static int refuse_over_budget(int fd)
{
	return pool_create(fd, "large", MAIN_SIZE + page_size(), NULL);
}

#define EXPECT_EVENTS(refusals, crossings)				\
	do {								\
		EXPECT_EQ((refusals) + (crossings) ? READABLE : 0,	\
			  polled(self->fd));				\
		EXPECT_EQ(0, events_read(self->fd, &self->events));	\
		EXPECT_EQ(refusals, self->events.refused);		\
		EXPECT_EQ(crossings, self->events.crossed);		\
		EXPECT_EQ(0, polled(self->fd));				\
	} while (0)

TEST(not_bound)
{
	struct budgetmem_events events;
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(POLLERR, polled(fd));
	EXPECT_EQ(POLLERR, poll_wait(fd));
	EXPECT_REFUSED(-EBUSY, events_read(fd, &events));
	EXPECT_REFUSED(-EBUSY, pool_watch(fd, 0, 0));
	ASSERT_EQ(0, client_bind(fd, "main"));
	EXPECT_EQ(0, polled(fd));
	EXPECT_EQ(0, events_read(fd, &events));
}

TEST_F(client, nothing_happened)
{
	EXPECT_EVENTS(0, 0);
	EXPECT_EQ(0, client_lock(self->fd));
	EXPECT_EVENTS(0, 0);
}

TEST_F(client, refused_over_budget)
{
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_EVENTS(1, 0);
}

TEST_F(client, refused_after_the_lock)
{
	EXPECT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(-EPERM, pool_create(self->fd, "late", 1, NULL));
	EXPECT_EQ(-EPERM, client_lock(self->fd));
	EXPECT_EQ(-EPERM, client_bind(self->fd, "main"));
	EXPECT_EVENTS(3, 0);
}

TEST_F(client, every_refusal_is_counted_once)
{
	struct budgetmem_client_info info;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	}
	EXPECT_EVENTS(100, 0);
	/* This counter is never taken back. */
	EXPECT_EQ(0, client_read(self->fd, &info));
	EXPECT_EQ(100, info.refused);
}

TEST_F(client, other_errors_are_no_events)
{
	void *memory;

	EXPECT_EQ(-EEXIST, pool_create(self->fd, "pool", 1, NULL));
	EXPECT_EQ(-EINVAL, pool_create(self->fd, "none", 0, NULL));
	EXPECT_EQ(-EBUSY, pool_destroy(self->fd, self->pool.offset));
	EXPECT_EQ(-ENOENT, pool_destroy(self->fd, self->pool.offset + page_size()));
	EXPECT_EQ(-EBUSY, client_bind(self->fd, "main"));
	EXPECT_EQ(-ENOTTY, device_call(self->fd, 0, NULL));
	EXPECT_EQ(-EINVAL, pool_map(self->fd, self->pool.offset, page_size(),
				    PROT_READ, &memory));
	EXPECT_EQ(-EACCES, pool_map(self->fd, self->pool.offset, self->pool.size,
				    PROT_EXEC, &memory));
	EXPECT_EVENTS(0, 0);
}

TEST_F(client, refusals_of_others_are_no_events)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	EXPECT_EQ(-EDQUOT, refuse_over_budget(other));
	EXPECT_EQ(READABLE, polled(other));
	EXPECT_EVENTS(0, 0);
}

/* The object of a client that ended is taken for the next one. */
TEST(nothing_is_left_to_the_next_client)
{
	struct budgetmem_events events;
	unsigned int i;
	__u64 offset;
	int fd;

	for (i = 0; i < 4 * SMALL_CLIENTS; i++) {
		fd = client_open("small");
		ASSERT_LE(0, fd);
		EXPECT_EQ(0, polled(fd));
		ASSERT_EQ(0, events_read(fd, &events));
		EXPECT_EQ(0, events.refused);
		EXPECT_EQ(0, events.crossed);
		EXPECT_EQ(0, pool_create(fd, "pool", 1, &offset));
		EXPECT_EQ(0, pool_watch(fd, offset, 1));
		EXPECT_EQ(-EDQUOT, pool_create(fd, "large", SMALL_SIZE, NULL));
		close(fd);
	}
}

TEST_F(client, threshold_above_the_size)
{
	EXPECT_REFUSED(-EINVAL, pool_watch(self->fd, self->pool.offset,
					   self->pool.size + 1));
	EXPECT_REFUSED(-EINVAL, pool_watch(self->fd, self->pool.offset, ~0ull));
	EXPECT_EQ(0, pool_watch(self->fd, self->pool.offset, self->pool.size));
}

TEST_F(client, no_such_pool)
{
	int other = client_open("main");

	ASSERT_LE(0, other);
	EXPECT_REFUSED(-ENOENT, pool_watch(self->fd, self->pool.offset + 1, 1));
	EXPECT_REFUSED(-ENOENT, pool_watch(self->fd, ~0ull, 1));
	EXPECT_REFUSED(-ENOENT, pool_watch(other, self->pool.offset, 1));
	/* The size of a pool that is not there cannot be exceeded. */
	EXPECT_REFUSED(-ENOENT, pool_watch(other, self->pool.offset, ~0ull));
}

TEST_F(client, the_threshold_is_told)
{
	struct budgetmem_pool_info info;

	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(0, info.threshold);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(100, info.threshold);
	mark_raise(self->header, 100);
	EXPECT_EVENTS(0, 1);
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(100, info.threshold);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 0));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(0, info.threshold);
}

TEST_F(client, crossed_when_it_is_reached)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	EXPECT_EVENTS(0, 0);
	mark_raise(self->header, 99);
	EXPECT_EVENTS(0, 0);
	mark_raise(self->header, 100);
	EXPECT_EVENTS(0, 1);
}

TEST_F(client, crossed_already)
{
	mark_raise(self->header, 100);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	EXPECT_EVENTS(0, 1);
}

TEST_F(client, once_for_each_call)
{
	unsigned int i;

	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 100);
	EXPECT_EVENTS(0, 1);
	mark_raise(self->header, 200);
	EXPECT_EVENTS(0, 0);
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	}
	EXPECT_EVENTS(0, 10);
}

TEST_F(client, zero_takes_it_back)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 0));
	mark_raise(self->header, 200);
	EXPECT_EVENTS(0, 0);
}

/* Nobody has looked in between, and still nothing is forgotten. */
TEST_F(client, what_was_reached_before_another_call_is_told)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 150);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 200));
	EXPECT_EVENTS(0, 1);
	mark_raise(self->header, 250);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 0));
	EXPECT_EVENTS(0, 1);
}

TEST_F(client, what_was_reached_before_the_pool_is_gone_is_told)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 100);
	ASSERT_EQ(0, pool_unmap(&self->pool));
	ASSERT_EQ(0, pool_destroy(self->fd, self->pool.offset));
	EXPECT_EVENTS(0, 1);
}

TEST_F(client, pool_gone_before_it_was_reached)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	ASSERT_EQ(0, pool_destroy(self->fd, self->pool.offset));
	EXPECT_EVENTS(0, 0);
}

TEST_F(client, works_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 100);
	EXPECT_EVENTS(0, 1);
}

TEST_F(client, a_pool_that_is_attached_has_no_threshold)
{
	struct budgetmem_pool_info info;
	__u64 size = page_size();
	int fd = client_open("main");
	__u64 offset;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_create_persistent(fd, "left", size, 1, &offset));
	ASSERT_EQ(0, pool_watch(fd, offset, 100));
	close(fd);
	EXPECT_EQ(0, pool_attach(self->fd, "left", size, 1, &offset));
	EXPECT_EQ(0, pool_read(self->fd, offset, &info));
	EXPECT_EQ(0, info.threshold);
	EXPECT_EVENTS(0, 0);
	EXPECT_EQ(0, pool_destroy(self->fd, offset));
}

/* Each breaks one rule of a header whose mark would otherwise count. */
TEST_F(client, headers_that_are_not_sound)
{
	const struct budgetmem_pool_header headers[] = {
		{ .version = 1, .size = self->pool.size },
		{ .magic = 0x424d5048, .version = 1, .size = self->pool.size },
		{ .magic = BUDGETMEM_POOL_MAGIC, .size = self->pool.size },
		{ .magic = BUDGETMEM_POOL_MAGIC, .version = 2,
		  .size = self->pool.size },
		{ .magic = BUDGETMEM_POOL_MAGIC, .version = 1 },
		{ .magic = BUDGETMEM_POOL_MAGIC, .version = 1,
		  .size = self->pool.size - 1 },
		{ .magic = BUDGETMEM_POOL_MAGIC, .version = 1,
		  .size = self->pool.size + page_size() },
		{ .magic = BUDGETMEM_POOL_MAGIC, .version = 1,
		  .size = self->pool.size | 1ull << 63 },
	};
	size_t i;

	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 1));
	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		*self->header = headers[i];
		mark_raise(self->header, ~0ull);
		EXPECT_EVENTS(0, 0);
	}
	header_write(self->header, self->pool.size);
	mark_raise(self->header, 1);
	EXPECT_EVENTS(0, 1);
}

/* It is what the client says of itself. */
TEST_F(client, a_mark_above_the_size_counts)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, self->pool.size));
	mark_raise(self->header, ~0ull);
	EXPECT_EVENTS(0, 1);
}

/* The answer has to go where nothing can be written. */
TEST_F(client, an_answer_that_cannot_be_written_is_not_lost)
{
	struct budgetmem_events *events;

	events = mmap(NULL, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	ASSERT_NE(MAP_FAILED, events);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 100);
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_EVENTS, events));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_EVENTS, events));
	EXPECT_EVENTS(1, 1);
}

TEST_F(client, select_finds_it_readable)
{
	struct timeval now = { 0 };
	fd_set in, out;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(self->fd, &in);
	FD_SET(self->fd, &out);
	EXPECT_EQ(0, select(self->fd + 1, &in, &out, NULL, &now));
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	FD_SET(self->fd, &in);
	FD_SET(self->fd, &out);
	EXPECT_EQ(1, select(self->fd + 1, &in, &out, NULL, NULL));
	EXPECT_TRUE(FD_ISSET(self->fd, &in));
	EXPECT_FALSE(FD_ISSET(self->fd, &out));
}

TEST_F(client, told_through_a_duplicate_is_told)
{
	struct budgetmem_events events;
	int second = dup(self->fd);

	ASSERT_LE(0, second);
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_EQ(READABLE, polled(second));
	EXPECT_EQ(0, events_read(second, &events));
	EXPECT_EQ(1, events.refused);
	EXPECT_EVENTS(0, 0);
}

/* In a process of its own, with a descriptor that it inherited. */
static int wait_and_read(void *argument)
{
	FIXTURE_DATA(client) *self = argument;
	struct budgetmem_events events;

	/* Ends this process if it waits in vain. */
	alarm(IN_VAIN / 1000);
	if (poll_wait(self->fd) != READABLE)
		return 100;
	if (events_read(self->fd, &events))
		return 101;
	return events.refused * 10 + events.crossed;
}

TEST_F(client, told_to_a_child_is_told)
{
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_EQ(10, child_run(wait_and_read, self));
	EXPECT_EVENTS(0, 0);
}

/* Until the process sleeps, which is in poll(). */
static void wait_until_it_waits(pid_t process)
{
	char path[64], text[256], *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", process);
	do {
		wait_a_moment();
		if (file_read(path, text, sizeof(text)))
			return;
		state = strrchr(text, ')');
	} while (state && state[2] != 'S');
}

TEST_F(client, a_refusal_wakes_who_waits)
{
	pid_t child = child_start(wait_and_read, self);

	ASSERT_LE(0, child);
	wait_until_it_waits(child);
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_EQ(10, child_wait(child));
}

/* Nobody makes a call: the kernel itself has to look. */
TEST_F(client, a_store_wakes_who_waits)
{
	pid_t child;

	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	child = child_start(wait_and_read, self);
	ASSERT_LE(0, child);
	wait_until_it_waits(child);
	mark_raise(self->header, 100);
	EXPECT_EQ(1, child_wait(child));
}

static int store_through_own_mapping(void *argument)
{
	FIXTURE_DATA(client) *self = argument;
	void *memory;

	if (pool_map(self->fd, self->pool.offset, self->pool.size,
		     PROT_READ | PROT_WRITE, &memory))
		return 100;
	wait_a_moment();
	mark_raise(memory, 100);
	return 0;
}

TEST_F(client, a_store_of_another_process_wakes_who_waits)
{
	pid_t child;

	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	child = child_start(store_through_own_mapping, self);
	ASSERT_LE(0, child);
	EXPECT_EQ(READABLE, poll_wait(self->fd));
	EXPECT_EQ(0, child_wait(child));
	EXPECT_EVENTS(0, 1);
}

/* It waits first, and then there is something to look for. */
TEST_F(client, a_threshold_set_while_somebody_waits)
{
	pid_t child = child_start(wait_and_read, self);

	ASSERT_LE(0, child);
	wait_until_it_waits(child);
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(self->header, 100);
	EXPECT_EQ(1, child_wait(child));
}

TEST_HARNESS_MAIN
