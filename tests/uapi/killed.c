// SPDX-License-Identifier: MIT
/*
 * SIGKILL in the middle of each call. A child makes the same calls over and
 * over; it is killed at moments that differ, and all must come back each time.
 */
#include <sys/mman.h>
#include <time.h>

#include "test.h"

#define PAGES		32

FIXTURE(killed_in) {
	__u64 held;
	int observer;
	int line[2];
};

FIXTURE_VARIANT(killed_in) {
	void (*call)(int fd);
	/* A child of the one that is killed may live a little longer. */
	bool forks;
};

static void call_open(int fd)
{
	close(device_open(O_RDWR));
}

static void call_bind(int fd)
{
	close(client_open("main"));
}

static void call_create(int fd)
{
	__u64 offset;

	if (!pool_create(fd, "pool", PAGES * page_size(), &offset))
		pool_destroy(fd, offset);
}

static void call_mmap(int fd)
{
	struct pool pool;

	if (pool_open(&pool, fd, "pool", PAGES))
		return;
	memset(pool.memory, 1, pool.size);
	pool_unmap(&pool);
	pool_destroy(fd, pool.offset);
}

/* Everything from a lock to the end of the client. */
static void call_lock(int fd)
{
	struct pool pool;
	int client = client_open("main");

	if (!pool_open(&pool, client, "pool", PAGES)) {
		client_lock(client);
		pool_unmap(&pool);
	}
	close(client);
}

/* The last use of a pool is its mapping, so that munmap() ends the client. */
static void call_munmap(int fd)
{
	struct pool pool;
	int client = client_open("main");

	if (!pool_open(&pool, client, "pool", PAGES)) {
		close(client);
		pool_unmap(&pool);
	} else {
		close(client);
	}
}

static void call_info(int fd)
{
	struct budgetmem_budget_info budget = { .select = BUDGETMEM_SELECT_NEXT };
	struct budgetmem_client_info client = { .select = BUDGETMEM_SELECT_NEXT };
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_NEXT };
	struct budgetmem_query query;

	query_read(fd, &query);
	device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &budget);
	device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &client);
	device_call(fd, BUDGETMEM_IOC_POOL_INFO, &pool);
}

static void call_fdinfo(int fd)
{
	char path[64];
	char text[4096];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file_read(path, text, sizeof(text));
}

static void call_fork(int fd)
{
	struct pool pool;
	pid_t child;

	if (pool_open(&pool, fd, "pool", PAGES))
		return;
	pool_hand_on(&pool);
	child = vfork();
	if (!child)
		_exit(0);
	child_wait(child);
	pool_unmap(&pool);
	pool_destroy(fd, pool.offset);
}

FIXTURE_VARIANT_ADD(killed_in, open) { .call = call_open };
FIXTURE_VARIANT_ADD(killed_in, bind) { .call = call_bind };
FIXTURE_VARIANT_ADD(killed_in, create_and_destroy) { .call = call_create };
FIXTURE_VARIANT_ADD(killed_in, mmap) { .call = call_mmap };
FIXTURE_VARIANT_ADD(killed_in, lock_and_close) { .call = call_lock };
FIXTURE_VARIANT_ADD(killed_in, the_last_munmap) { .call = call_munmap };
FIXTURE_VARIANT_ADD(killed_in, info) { .call = call_info };
FIXTURE_VARIANT_ADD(killed_in, fdinfo) { .call = call_fdinfo };
FIXTURE_VARIANT_ADD(killed_in, fork) { .call = call_fork, .forks = true };

FIXTURE_SETUP(killed_in)
{
	self->held = held_pages();
	self->observer = device_open(O_RDONLY);
	ASSERT_LE(0, self->observer);
	ASSERT_EQ(0, line_open(self->line));
}

FIXTURE_TEARDOWN(killed_in)
{
	close(self->observer);
}

struct loop {
	void (*call)(int fd);
	int line;
};

static int call_for_ever(void *argument)
{
	const struct loop *loop = argument;
	int fd = client_open("main");

	if (fd < 0 || line_say(loop->line))
		return 255;
	for (;;)
		loop->call(fd);
}

/* From at once to some milliseconds, in steps that hit no rhythm. */
static void wait_for_round(int round)
{
	const struct timespec time = { .tv_nsec = round * round * 37003L };

	nanosleep(&time, NULL);
}

static bool clients_leave(int observer)
{
	struct budgetmem_query query;
	int moment;

	for (moment = 0; moment < 20000; moment++) {
		if (!query_read(observer, &query) && !query.clients)
			return true;
		wait_a_moment();
	}
	return false;
}

TEST_F(killed_in, a_loop)
{
	struct loop loop = { .call = variant->call, .line = self->line[1] };
	struct budgetmem_query query;
	pid_t child;
	int round;

	for (round = 0; round < rounds(12); round++) {
		child = child_start(call_for_ever, &loop);
		ASSERT_LT(0, child);
		ASSERT_EQ(0, line_wait(self->line[0]));
		wait_for_round(round);
		ASSERT_EQ(0, kill(child, SIGKILL));
		ASSERT_EQ(-SIGKILL, child_wait(child));
		if (variant->forks) {
			ASSERT_TRUE(clients_leave(self->observer));
		}
		ASSERT_EQ(0, query_read(self->observer, &query));
		ASSERT_EQ(0, query.clients);
		ASSERT_EQ(0, query.pools);
		ASSERT_EQ(self->held, query.held_pages);
		ASSERT_EQ(0, budget_used("main"));
	}
	EXPECT_EQ(0, budget_take_whole("main"));
}

TEST_HARNESS_MAIN
