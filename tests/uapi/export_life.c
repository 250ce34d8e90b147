// SPDX-License-Identifier: MIT
/*
 * A pool of which there are dma-bufs outlives its client, stays charged and is shown,
 * until the last who holds one is gone.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "test.h"

#define PAGES 16

/* A client with a pool that is filled and not mapped, and one dma-buf of it. */
FIXTURE(buffer) {
	__u64 held;
	int fd;
	__u64 client;
	size_t size;
	__u64 offset;
	int buffer;
};

FIXTURE_SETUP(buffer)
{
	struct budgetmem_client_info info;
	struct pool pool;

	self->held = held_pages();
	ASSERT_EQ(0, budget_used("main"));
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, client_read(self->fd, &info));
	self->client = info.client;
	ASSERT_EQ(0, pool_open(&pool, self->fd, "pool", PAGES));
	self->size = pool.size;
	self->offset = pool.offset;
	pattern_fill(pool.memory, pool.size, 1);
	ASSERT_EQ(0, pool_unmap(&pool));
	self->buffer = pool_export(self->fd, self->offset, BUDGETMEM_EXPORT_WRITE);
	ASSERT_LE(0, self->buffer);
}

FIXTURE_TEARDOWN(buffer)
{
	EXPECT_EQ(self->held, held_pages());
}

/* The first pool that there is: 0 or -errno. */
static int first_pool(struct budgetmem_pool_info *info)
{
	int observer = device_open(O_RDONLY);
	int error;

	memset(info, 0, sizeof(*info));
	info->select = BUDGETMEM_SELECT_NEXT;
	error = device_call(observer, BUDGETMEM_IOC_POOL_INFO, info);
	close(observer);
	return error;
}

/* There is no client, but the pool is there and charged, and everybody sees it. */
#define EXPECT_DETACHED(number)						\
	do {								\
		struct budgetmem_budget_info budget_;			\
		struct budgetmem_query query_;				\
		struct budgetmem_pool_info info_;			\
		int observer_ = device_open(O_RDONLY);			\
									\
		ASSERT_EQ(0, query_read(observer_, &query_));		\
		EXPECT_EQ(0, query_.clients);				\
		EXPECT_EQ(1, query_.pools);				\
		ASSERT_EQ(0, budget_read(observer_, "main", &budget_));	\
		EXPECT_EQ(self->size, budget_.used);			\
		EXPECT_EQ(self->size, budget_.detached);		\
		EXPECT_EQ(1, budget_.detached_pools);			\
		ASSERT_EQ(0, first_pool(&info_));			\
		EXPECT_EQ(0, strcmp("pool", info_.name));		\
		EXPECT_EQ(0, strcmp("main", info_.budget));		\
		EXPECT_EQ(self->client, info_.client);			\
		EXPECT_EQ(self->size, info_.size);			\
		EXPECT_EQ(BUDGETMEM_POOL_DETACHED,			\
			  info_.properties & BUDGETMEM_POOL_DETACHED);	\
		EXPECT_EQ(number, info_.exports);			\
		close(observer_);					\
	} while (0)

/* All of the budget is free again, clean, and can be had. */
#define EXPECT_RELEASED()						\
	do {								\
		struct budgetmem_budget_info budget_;			\
		struct budgetmem_pool_info info_;			\
		int observer_ = device_open(O_RDONLY);			\
									\
		EXPECT_TRUE(budget_settles("main"));			\
		ASSERT_EQ(0, budget_read(observer_, "main", &budget_));	\
		EXPECT_EQ(0, budget_.detached);				\
		EXPECT_EQ(0, budget_.detached_pools);			\
		EXPECT_EQ(0, budget_.pools);				\
		close(observer_);					\
		EXPECT_EQ(-ENOENT, first_pool(&info_));			\
		EXPECT_EQ(0, whole_budget_not_zero());			\
		EXPECT_EQ(0, budget_take_whole("main"));		\
	} while (0)

/* Bytes of the whole budget that are not 0, or 1 if it is not to be had. */
static size_t whole_budget_not_zero(void)
{
	struct pool pool;
	size_t wrong = 1;
	int fd = client_open("main");

	if (fd >= 0 && !pool_open(&pool, fd, "whole", MAIN_SIZE / page_size())) {
		wrong = bytes_not_zero(pool.memory, pool.size);
		pool_unmap(&pool);
	}
	close(fd);
	return wrong;
}

/* What the dma-buf shows is what the client wrote. */
static bool contents_are_right(int buffer, size_t size)
{
	void *memory;
	bool right;

	if (pool_map(buffer, 0, size, PROT_READ | PROT_WRITE, &memory))
		return false;
	right = !pattern_wrong(memory, size, 1);
	munmap(memory, size);
	return right;
}

TEST_F(buffer, outlives_its_client)
{
	close(self->fd);
	EXPECT_DETACHED(1);
	EXPECT_TRUE(contents_are_right(self->buffer, self->size));
	EXPECT_DETACHED(1);
	close(self->buffer);
	EXPECT_RELEASED();
}

TEST_F(buffer, goes_with_its_client_if_no_dma_buf_is_left)
{
	close(self->buffer);
	EXPECT_EQ(self->size, budget_used("main"));
	close(self->fd);
	EXPECT_RELEASED();
}

TEST_F(buffer, outlives_a_locked_client)
{
	ASSERT_EQ(0, client_lock(self->fd));
	close(self->fd);
	EXPECT_DETACHED(1);
	close(self->buffer);
	EXPECT_RELEASED();
}

TEST_F(buffer, the_last_of_several_lets_go)
{
	int second = pool_export(self->fd, self->offset, 0);
	int third = pool_export(self->fd, self->offset, 0);

	ASSERT_LE(0, second);
	ASSERT_LE(0, third);
	close(self->fd);
	EXPECT_DETACHED(3);
	close(self->buffer);
	EXPECT_DETACHED(2);
	close(third);
	EXPECT_DETACHED(1);
	close(second);
	EXPECT_RELEASED();
}

/* A mapping alone is enough, even of one page, and takes no fault. */
TEST_F(buffer, the_last_mapping_lets_go)
{
	struct budgetmem_pool_info info;
	unsigned char *memory;
	size_t page = page_size();

	ASSERT_EQ(0, pool_map(self->buffer, 0, self->size, PROT_READ | PROT_WRITE,
			      (void **)&memory));
	close(self->buffer);
	close(self->fd);
	EXPECT_DETACHED(1);
	ASSERT_EQ(0, first_pool(&info));
	EXPECT_EQ(1, info.mappings);
	EXPECT_EQ(0, pattern_wrong(memory, self->size, 1));
	EXPECT_EQ(0, faults_storing(memory, self->size));
	ASSERT_EQ(0, munmap(memory + page, self->size - page));
	EXPECT_DETACHED(1);
	ASSERT_EQ(0, munmap(memory, page));
	EXPECT_RELEASED();
}

/* Its client's own mapping keeps the client, which is not detached from then. */
TEST_F(buffer, a_mapping_of_the_pool_keeps_the_client)
{
	struct budgetmem_pool_info info;
	void *memory;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &memory));
	close(self->fd);
	ASSERT_EQ(0, first_pool(&info));
	EXPECT_EQ(0, info.properties);
	ASSERT_EQ(0, munmap(memory, self->size));
	EXPECT_DETACHED(1);
	close(self->buffer);
	EXPECT_RELEASED();
}

TEST_F(buffer, a_descriptor_that_nobody_received)
{
	int line[2];

	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, line_send(line[0], self->buffer));
	close(self->buffer);
	close(self->fd);
	EXPECT_DETACHED(1);
	close(line[0]);
	close(line[1]);
	EXPECT_RELEASED();
}

static int receive_and_wait(void *argument)
{
	int line = *(int *)argument;
	int buffer = line_receive(line);
	void *memory;

	if (buffer < 0 ||
	    pool_map(buffer, 0, PAGES * page_size(), PROT_READ, &memory) ||
	    line_say(line))
		return 255;
	pause();
	return 0;
}

TEST_F(buffer, a_holder_that_is_killed)
{
	int line[2];
	pid_t child;

	/* Before it is forked: it is to have what it receives and no more. */
	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, line_send(line[0], self->buffer));
	close(self->buffer);
	close(self->fd);
	child = child_start(receive_and_wait, &line[1]);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, line_wait(line[0]));
	EXPECT_DETACHED(1);
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
	EXPECT_RELEASED();
}

static int export_and_wait(void *argument)
{
	int line = *(int *)argument;
	struct pool pool;
	int fd = client_open("main");
	int buffer;

	if (fd < 0 || pool_open(&pool, fd, "pool", PAGES))
		return 255;
	pattern_fill(pool.memory, pool.size, 1);
	buffer = pool_export(fd, pool.offset, BUDGETMEM_EXPORT_WRITE);
	if (buffer < 0 || line_send(line, buffer))
		return 255;
	pause();
	return 0;
}

TEST_F(buffer, a_client_that_is_killed)
{
	int line[2];
	pid_t child;
	int received;

	close(self->buffer);
	close(self->fd);
	ASSERT_EQ(0, line_open(line));
	child = child_start(export_and_wait, &line[1]);
	ASSERT_LT(0, child);
	received = line_receive(line[0]);
	ASSERT_LE(0, received);
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
	self->client++;
	EXPECT_DETACHED(1);
	EXPECT_TRUE(contents_are_right(received, self->size));
	close(received);
	EXPECT_RELEASED();
}

static int export_and_exec(void *argument)
{
	int line = *(int *)argument;

	if (line_say(line))
		return 255;
	exec_to_wait();
	return 254;
}

TEST_F(buffer, exec_closes_it)
{
	int line[2];
	pid_t child;

	ASSERT_EQ(0, line_open(line));
	child = child_start(export_and_exec, &line[1]);
	ASSERT_LT(0, child);
	close(self->buffer);
	close(self->fd);
	ASSERT_EQ(0, line_wait(line[0]));
	EXPECT_TRUE(budget_settles("main"));
	EXPECT_EQ(0, kill(child, 0));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(-SIGKILL, child_wait(child));
	EXPECT_RELEASED();
}

/* The next client of that budget may call a pool so too. */
TEST_F(buffer, its_name_is_free_for_the_next_client)
{
	int fd;

	close(self->fd);
	fd = client_open("main");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, pool_create(fd, "pool", page_size(), NULL));
	EXPECT_EQ(self->size + page_size(), budget_used("main"));
	close(fd);
	EXPECT_DETACHED(1);
	close(self->buffer);
	EXPECT_RELEASED();
}

/* It is not the next client's, under no name and no offset. */
TEST_F(buffer, a_detached_one_is_nobodys)
{
	int fd;

	close(self->fd);
	fd = client_open("main");
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-ENOENT, pool_export(fd, self->offset, 0));
	EXPECT_REFUSED(-ENOENT, pool_destroy(fd, self->offset));
	EXPECT_REFUSED(-ENOENT, pool_attach(fd, "pool", self->size, 0, NULL));
	EXPECT_REFUSED(-ENOENT, pool_remove("main", "pool"));
	close(fd);
	close(self->buffer);
	EXPECT_RELEASED();
}

/* What is pinned by then goes to nobody until it is not. */
TEST_F(buffer, a_page_that_is_pinned_is_quarantined)
{
	struct iovec iovec;
	void *memory;
	char byte;
	int ends[2];

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	ASSERT_EQ(0, pool_map(self->buffer, 0, self->size, PROT_READ, &memory));
	iovec.iov_base = memory;
	iovec.iov_len = page_size();
	ASSERT_EQ(page_size(), vmsplice(ends[1], &iovec, 1, 0));
	ASSERT_EQ(0, munmap(memory, self->size));
	close(self->fd);
	EXPECT_EQ(0, budget_quarantined("main"));
	close(self->buffer);
	EXPECT_EQ(page_size(), budget_quarantined("main"));
	EXPECT_EQ(page_size(), budget_used("main"));
	/* It was not zeroed under the reader's hands. */
	ASSERT_EQ(1, read(ends[0], &byte, 1));
	EXPECT_NE(0, byte);
	close(ends[0]);
	close(ends[1]);
	EXPECT_RELEASED();
}

/* A persistent pool and a dma-buf of it keep each other company. */
FIXTURE(persistent) {
	__u64 held;
	size_t size;
	int fd;
	int buffer;
};

FIXTURE_SETUP(persistent)
{
	__u64 offset;

	self->held = held_pages();
	self->size = PAGES * page_size();
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create_persistent(self->fd, "kept", self->size, 7,
					    &offset));
	self->buffer = pool_export(self->fd, offset, BUDGETMEM_EXPORT_WRITE);
	ASSERT_LE(0, self->buffer);
}

FIXTURE_TEARDOWN(persistent)
{
	pool_remove("main", "kept");
	EXPECT_TRUE(budget_settles("main"));
	EXPECT_EQ(self->held, held_pages());
}

TEST_F(persistent, the_next_client_and_the_dma_buf_share_it)
{
	void *own, *other;
	__u64 offset;
	int fd;

	close(self->fd);
	fd = client_open("main");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_attach(fd, "kept", self->size, 7, &offset));
	ASSERT_EQ(0, pool_map(fd, offset, self->size, PROT_READ | PROT_WRITE, &own));
	ASSERT_EQ(0, pool_map(self->buffer, 0, self->size, PROT_READ, &other));
	pattern_fill(own, self->size, 1);
	EXPECT_EQ(0, pattern_wrong(other, self->size, 1));
	EXPECT_REFUSED(-EBUSY, pool_destroy(fd, offset));
	munmap(own, self->size);
	munmap(other, self->size);
	close(self->buffer);
	EXPECT_EQ(0, pool_destroy(fd, offset));
	EXPECT_EQ(0, budget_used("main"));
}

TEST_F(persistent, stays_without_the_dma_buf)
{
	close(self->fd);
	close(self->buffer);
	EXPECT_EQ(self->size, budget_used("main"));
	EXPECT_EQ(0, pool_remove("main", "kept"));
	EXPECT_EQ(0, budget_used("main"));
}

TEST_F(persistent, once_removed_goes_with_the_dma_buf)
{
	struct budgetmem_pool_info info;
	int fd;

	close(self->fd);
	ASSERT_EQ(0, pool_remove("main", "kept"));
	EXPECT_EQ(self->size, budget_used("main"));
	ASSERT_EQ(0, first_pool(&info));
	EXPECT_EQ(BUDGETMEM_POOL_DETACHED, info.properties);
	EXPECT_EQ(1, info.exports);
	EXPECT_REFUSED(-ENOENT, pool_remove("main", "kept"));
	fd = client_open("main");
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-ENOENT, pool_attach(fd, "kept", self->size, 7, NULL));
	close(fd);
	close(self->buffer);
	EXPECT_EQ(0, budget_used("main"));
}

TEST_HARNESS_MAIN
