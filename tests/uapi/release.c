// SPDX-License-Identifier: MIT
/*
 * Whatever ends a client gives all of it back, and nothing does before the last
 * descriptor and the last mapping are gone.
 */
#include <sys/mman.h>

#include "test.h"

#define PAGES 16

/* A client with a pool that is mapped, and the pages held before. */
FIXTURE(client) {
	__u64 held;
	int fd;
	struct pool pool;
};

FIXTURE_SETUP(client)
{
	self->held = held_pages();
	ASSERT_EQ(0, budget_used("main"));
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
}

FIXTURE_TEARDOWN(client)
{
	EXPECT_EQ(self->held, held_pages());
}

#define EXPECT_ALIVE() EXPECT_EQ(self->pool.size, budget_used("main"))

/* All of the budget is free again at once, and can be had. */
#define EXPECT_RELEASED()						\
	do {								\
		struct budgetmem_query query_;				\
		int observer_ = device_open(O_RDONLY);			\
									\
		ASSERT_EQ(0, query_read(observer_, &query_));		\
		EXPECT_EQ(0, query_.clients);				\
		EXPECT_EQ(0, query_.pools);				\
		EXPECT_EQ(0, budget_used("main"));			\
		EXPECT_EQ(0, budget_take_whole("main"));		\
		close(observer_);					\
	} while (0)

TEST_F(client, close_after_munmap)
{
	ASSERT_EQ(0, pool_unmap(&self->pool));
	EXPECT_ALIVE();
	close(self->fd);
	EXPECT_RELEASED();
}

TEST_F(client, munmap_after_close)
{
	pattern_fill(self->pool.memory, self->pool.size, 1);
	close(self->fd);
	EXPECT_ALIVE();
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 1));
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	EXPECT_RELEASED();
}

/* It is listed as long as it lives, with the process that bound it. */
TEST_F(client, is_listed_until_the_last_munmap)
{
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int observer = device_open(O_RDONLY);

	ASSERT_LE(0, observer);
	close(self->fd);
	ASSERT_EQ(0, device_call(observer, BUDGETMEM_IOC_CLIENT_INFO, &info));
	EXPECT_EQ(getpid(), info.pid);
	ASSERT_EQ(0, pool_unmap(&self->pool));
	memset(&info, 0, sizeof(info));
	info.select = BUDGETMEM_SELECT_NEXT;
	EXPECT_EQ(-ENOENT, device_call(observer, BUDGETMEM_IOC_CLIENT_INFO,
				       &info));
}

TEST_F(client, munmap_in_parts)
{
	size_t page = page_size();
	size_t i;

	close(self->fd);
	/* Even pages first, so that the mapping falls into many. */
	for (i = 0; i < PAGES; i += 2) {
		ASSERT_EQ(0, munmap(self->pool.memory + i * page, page));
		EXPECT_ALIVE();
	}
	for (i = 1; i < PAGES; i += 2) {
		EXPECT_ALIVE();
		ASSERT_EQ(0, munmap(self->pool.memory + i * page, page));
	}
	EXPECT_RELEASED();
}

TEST_F(client, another_mapping_put_over_it)
{
	close(self->fd);
	ASSERT_EQ(self->pool.memory,
		  mmap(self->pool.memory, self->pool.size, PROT_READ,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	EXPECT_RELEASED();
}

TEST_F(client, close_of_the_last_duplicate)
{
	int twin = dup(self->fd);

	ASSERT_LE(0, twin);
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_ALIVE();
	close(twin);
	EXPECT_RELEASED();
}

TEST_F(client, a_file_opened_through_proc_is_another)
{
	struct budgetmem_client_info info;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, client_read(fd, &info));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_RELEASED();
}

TEST_F(client, a_locked_one)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_RELEASED();
}

/* The child has the descriptor, and waits for a word to end. */
static int hold_descriptor(void *argument)
{
	return -line_wait(*(int *)argument);
}

TEST_F(client, a_forked_descriptor)
{
	int line[2];
	pid_t child;

	ASSERT_EQ(0, line_open(line));
	child = child_start(hold_descriptor, &line[1]);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_ALIVE();
	ASSERT_EQ(0, line_say(line[0]));
	ASSERT_EQ(0, child_wait(child));
	EXPECT_RELEASED();
}

/* A mapping alone, in another process, is enough to keep it alive. */
TEST_F(client, a_mapping_handed_on)
{
	int line[2];
	pid_t child;

	ASSERT_EQ(0, line_open(line));
	HAND_ON(&self->pool);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(self->fd);
		line_wait(line[1]);
		_exit(self->pool.memory[0]);
	}
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_ALIVE();
	ASSERT_EQ(0, line_say(line[0]));
	ASSERT_EQ(0, child_wait(child));
	EXPECT_RELEASED();
}

TEST_F(client, a_descriptor_that_was_sent_and_received)
{
	int line[2];
	int received;

	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, line_send(line[0], self->fd));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_ALIVE();
	received = line_receive(line[1]);
	ASSERT_LE(0, received);
	EXPECT_ALIVE();
	close(received);
	EXPECT_RELEASED();
}

TEST_F(client, a_descriptor_that_nobody_received)
{
	int line[2];

	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, line_send(line[0], self->fd));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_ALIVE();
	close(line[0]);
	close(line[1]);
	EXPECT_RELEASED();
}

/* Here it is a child that has the client; this process only looks on. */
FIXTURE(process) {
	__u64 held;
	int line[2];
};

FIXTURE_SETUP(process)
{
	self->held = held_pages();
	ASSERT_EQ(0, budget_used("main"));
	ASSERT_EQ(0, line_open(self->line));
}

FIXTURE_TEARDOWN(process)
{
	EXPECT_EQ(self->held, held_pages());
}

/* Have a client with a mapped and filled pool: 0, or an exit status. */
static int have_client(int *fd)
{
	struct pool pool;

	*fd = client_open("main");
	if (*fd < 0)
		return -*fd;
	if (pool_open(&pool, *fd, "pool", PAGES))
		return 255;
	memset(pool.memory, 1, pool.size);
	return 0;
}

static int have_and_exit(void *argument)
{
	int fd;

	return have_client(&fd);
}

TEST_F(process, exit)
{
	ASSERT_EQ(0, child_run(have_and_exit, NULL));
	EXPECT_RELEASED();
}

static int have_and_wait(void *argument)
{
	int fd;

	if (have_client(&fd) || line_say(*(int *)argument))
		return 255;
	pause();
	return 0;
}

TEST_F(process, sigkill)
{
	pid_t child = child_start(have_and_wait, &self->line[1]);

	ASSERT_LT(0, child);
	ASSERT_EQ(0, line_wait(self->line[0]));
	EXPECT_NE(0, budget_used("main"));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
	EXPECT_RELEASED();
}

static int have_and_exec(void *argument)
{
	int fd;

	if (have_client(&fd) || line_say(*(int *)argument))
		return 255;
	exec_to_wait();
	return 254;
}

TEST_F(process, exec)
{
	pid_t child = child_start(have_and_exec, &self->line[1]);

	ASSERT_LT(0, child);
	ASSERT_EQ(0, line_wait(self->line[0]));
	EXPECT_TRUE(budget_settles("main"));
	EXPECT_EQ(0, kill(child, 0));
	EXPECT_RELEASED();
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
}

/* Its new program has another command line, which tells when it runs. */
static int have_and_exec_with_descriptor(void *argument)
{
	int fd;

	if (have_client(&fd) || fcntl(fd, F_SETFD, 0))
		return 255;
	exec_to_wait();
	return 254;
}

TEST_F(process, exec_with_the_descriptor_left_open)
{
	pid_t child = child_start(have_and_exec_with_descriptor, NULL);
	char path[64];
	char text[256] = "";

	ASSERT_LT(0, child);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", child);
	while (strcmp(text, "after-exec")) {
		ASSERT_EQ(0, file_read(path, text, sizeof(text)));
		wait_a_moment();
	}
	EXPECT_EQ(PAGES * page_size(), budget_used("main"));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
	EXPECT_RELEASED();
}

TEST_HARNESS_MAIN
