// SPDX-License-Identifier: MIT
/*
 * One pool in several mappings, threads and processes, and fork().
 */
#include <pthread.h>
#include <sys/mman.h>

#include "test.h"

#define PAGES	64
#define THREADS	4

FIXTURE(pool) {
	int fd;
	struct pool pool;
};

FIXTURE_SETUP(pool)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
}

FIXTURE_TEARDOWN(pool)
{
	close(self->fd);
}

TEST_F(pool, two_mappings_show_the_same_bytes)
{
	void *second;

	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ | PROT_WRITE, &second));
	pattern_fill(self->pool.memory, self->pool.size, 1);
	EXPECT_EQ(0, pattern_wrong(second, self->pool.size, 1));
	pattern_fill(second, self->pool.size, 2);
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 2));
}

TEST_F(pool, two_pools_do_not)
{
	struct pool other;

	ASSERT_EQ(0, pool_open(&other, self->fd, "other", PAGES));
	pattern_fill(self->pool.memory, self->pool.size, 1);
	EXPECT_EQ(0, bytes_not_zero(other.memory, other.size));
	pattern_fill(other.memory, other.size, 2);
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 1));
}

/* As many as there may be, so that any overlap must show. */
TEST_F(pool, no_two_pools_share_a_page)
{
	size_t size = MAIN_SIZE - self->pool.size;
	struct pool pools[MAIN_POOLS - 1];
	char name[8];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		snprintf(name, sizeof(name), "p%zu", i);
		ASSERT_EQ(0, pool_open(&pools[i], self->fd, name,
				       size / page_size() / ARRAY_SIZE(pools)));
		pattern_fill(pools[i].memory, pools[i].size, i);
	}
	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		EXPECT_EQ(0, pattern_wrong(pools[i].memory, pools[i].size, i));
	}
	EXPECT_EQ(0, bytes_not_zero(self->pool.memory, self->pool.size));
}

static int map_and_check(void *argument)
{
	FIXTURE_DATA(pool) *self = argument;
	void *memory;
	int error = pool_map(self->fd, self->pool.offset, self->pool.size,
			     PROT_READ | PROT_WRITE, &memory);

	if (error)
		return -error;
	if (pattern_wrong(memory, self->pool.size, 1))
		return 100;
	if (faults_storing(memory, self->pool.size))
		return 101;
	pattern_fill(memory, self->pool.size, 2);
	return 0;
}

TEST_F(pool, a_child_maps_it_through_the_descriptor)
{
	pattern_fill(self->pool.memory, self->pool.size, 1);
	ASSERT_EQ(0, child_run(map_and_check, self));
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 2));
}

static int read_inherited(void *argument)
{
	FIXTURE_DATA(pool) *self = argument;

	return *(volatile unsigned char *)self->pool.memory;
}

TEST_F(pool, fork_leaves_the_mapping_out)
{
	EXPECT_EQ(-SIGSEGV, child_run(read_inherited, self));
}

static int check_inherited(void *argument)
{
	FIXTURE_DATA(pool) *self = argument;

	if (pattern_wrong(self->pool.memory, self->pool.size, 1))
		return 100;
	pattern_fill(self->pool.memory, self->pool.size, 2);
	return 0;
}

TEST_F(pool, madv_dofork_hands_the_mapping_on)
{
	pattern_fill(self->pool.memory, self->pool.size, 1);
	HAND_ON(&self->pool);
	ASSERT_EQ(0, child_run(check_inherited, self));
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 2));
}

TEST_F(pool, a_mapping_handed_on_counts_as_one)
{
	struct budgetmem_pool_info info;
	int line[2];
	pid_t child;

	ASSERT_EQ(0, line_open(line));
	HAND_ON(&self->pool);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		line_wait(line[1]);
		_exit(0);
	}
	EXPECT_EQ(0, pool_unmap(&self->pool));
	EXPECT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(1, info.mappings);
	EXPECT_EQ(-EBUSY, pool_destroy(self->fd, self->pool.offset));
	line_say(line[0]);
	EXPECT_EQ(0, child_wait(child));
	EXPECT_EQ(0, pool_destroy(self->fd, self->pool.offset));
}

TEST_F(pool, the_parent_takes_no_fault_after_fork)
{
	ASSERT_EQ(-SIGSEGV, child_run(read_inherited, self));
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
}

TEST_F(pool, the_parent_takes_no_fault_after_handing_it_on)
{
	HAND_ON(&self->pool);
	ASSERT_EQ(0, child_run(read_inherited, self));
	EXPECT_EQ(0, faults_storing(self->pool.memory, self->pool.size));
}

/* Each thread has a page of the pool for itself, in a mapping of its own. */
struct mapper {
	const FIXTURE_DATA(pool) *data;
	unsigned int number;
	long wrong;
	pthread_t thread;
};

static void *map_again_and_again(void *argument)
{
	struct mapper *mapper = argument;
	const struct pool *pool = &mapper->data->pool;
	size_t page = page_size();
	size_t place = mapper->number * page;
	unsigned int round;
	void *memory;

	for (round = 0; round < rounds(50); round++) {
		if (pool_map(mapper->data->fd, pool->offset, pool->size,
			     PROT_READ | PROT_WRITE, &memory)) {
			mapper->wrong++;
			continue;
		}
		mapper->wrong += faults_storing((unsigned char *)memory + place,
						page);
		pattern_fill((char *)memory + place, page, round);
		mapper->wrong += pattern_wrong(pool->memory + place, page,
					       round);
		munmap(memory, pool->size);
	}
	return NULL;
}

TEST_F(pool, threads_map_it_at_once)
{
	struct mapper mapper[THREADS];
	struct budgetmem_pool_info info;
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		mapper[i] = (struct mapper) { .data = self, .number = i };
		ASSERT_EQ(0, pthread_create(&mapper[i].thread, NULL,
					    map_again_and_again, &mapper[i]));
	}
	for (i = 0; i < THREADS; i++) {
		ASSERT_EQ(0, pthread_join(mapper[i].thread, NULL));
		EXPECT_EQ(0, mapper[i].wrong);
	}
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(1, info.mappings);
}

static void *store_everywhere(void *argument)
{
	FIXTURE_DATA(pool) *self = argument;

	return (void *)faults_storing(self->pool.memory, self->pool.size);
}

TEST_F(pool, a_thread_that_did_not_map_it_takes_no_fault)
{
	pthread_t thread;
	void *faults;

	ASSERT_EQ(0, pthread_create(&thread, NULL, store_everywhere, self));
	ASSERT_EQ(0, pthread_join(thread, &faults));
	EXPECT_EQ(NULL, faults);
}

TEST_HARNESS_MAIN
