// SPDX-License-Identifier: MIT
/*
 * Threads that create, destroy and map while another locks, closes or exits.
 * Once LOCK has returned in any thread, no pool appears, disappears or changes.
 */
#include <stdatomic.h>
#include <sys/mman.h>

#include "test.h"

#define CREATORS	4
#define LISTED		64

/* All that a client's pools are: what is listed, in the order of the list. */
struct list {
	unsigned int pools;
	struct budgetmem_pool_info pool[LISTED];
};

static int list_read(int fd, struct list *list)
{
	struct budgetmem_pool_info *pool = list->pool;
	__u64 cursor = 0;

	memset(list, 0, sizeof(*list));
	for (;;) {
		pool->select = BUDGETMEM_SELECT_NEXT;
		pool->cursor = cursor;
		if (device_call(fd, BUDGETMEM_IOC_POOL_INFO, pool)) {
			memset(pool, 0, sizeof(*pool));
			return 0;
		}
		cursor = pool->cursor;
		/* Mappings come and go after the lock as well. */
		pool->mappings = 0;
		if (++list->pools == LISTED)
			return -ENOBUFS;
		pool++;
	}
}

static bool list_same(const struct list *a, const struct list *b)
{
	return !memcmp(a, b, sizeof(*a));
}

struct creator {
	int fd;
	unsigned int number;
	unsigned int created;
	unsigned int destroyed;
	unsigned int wrong;
};

/* A client that is locked while threads use it. */
FIXTURE(client) {
	int fd;
	struct crew crew;
	struct creator creator[CREATORS];
	struct list first;
	struct list last;
};

FIXTURE_SETUP(client)
{
}

FIXTURE_TEARDOWN(client)
{
	EXPECT_EQ(0, budget_used("main"));
}

static int creators_gather(FIXTURE_DATA(client) *self,
			   void *(*body)(void *argument))
{
	unsigned int i;

	self->fd = client_open("main");
	if (self->fd < 0)
		return self->fd;
	memset(self->creator, 0, sizeof(self->creator));
	for (i = 0; i < CREATORS; i++) {
		self->creator[i].fd = self->fd;
		self->creator[i].number = i;
	}
	return crew_gather(&self->crew, CREATORS, body, self->creator,
			   sizeof(self->creator[0]));
}

/* A pause that differs from round to round, so that the lock meets all. */
static void dawdle(unsigned int round)
{
	volatile unsigned int count = round * round * 40;

	while (count)
		count--;
}

static void *create_until_locked(void *argument)
{
	struct creator *creator = argument;
	char name[BUDGETMEM_NAME_SIZE];
	int error;

	do {
		snprintf(name, sizeof(name), "%u-%u", creator->number,
			 creator->created);
		error = pool_create(creator->fd, name, 1, NULL);
		creator->created += !error;
	} while (!error && creator->created < LISTED / CREATORS - 1);
	creator->wrong += error && error != -EPERM;
	return NULL;
}

TEST_F(client, locked_while_threads_create)
{
	unsigned int created;
	unsigned int round;
	unsigned int i;

	for (round = 0; round < rounds(25); round++) {
		ASSERT_EQ(0, creators_gather(self, create_until_locked));
		crew_start(&self->crew);
		dawdle(round);
		ASSERT_EQ(0, client_lock(self->fd));
		ASSERT_EQ(0, list_read(self->fd, &self->first));
		crew_join(&self->crew);
		ASSERT_EQ(0, list_read(self->fd, &self->last));
		EXPECT_TRUE(list_same(&self->first, &self->last));
		created = 0;
		for (i = 0; i < CREATORS; i++) {
			created += self->creator[i].created;
			EXPECT_EQ(0, self->creator[i].wrong);
		}
		EXPECT_EQ(created, self->last.pools);
		EXPECT_EQ(created * page_size(), budget_used("main"));
		close(self->fd);
	}
}

static void *create_and_destroy_until_locked(void *argument)
{
	struct creator *creator = argument;
	char name[] = { 'a' + creator->number, '\0' };
	__u64 offset;
	int error;

	for (;;) {
		error = pool_create(creator->fd, name, 1, &offset);
		if (error)
			break;
		creator->created++;
		error = pool_destroy(creator->fd, offset);
		if (error)
			break;
		creator->destroyed++;
	}
	creator->wrong += error != -EPERM;
	return NULL;
}

TEST_F(client, locked_while_threads_create_and_destroy)
{
	unsigned int left;
	unsigned int round;
	unsigned int i;

	for (round = 0; round < rounds(25); round++) {
		ASSERT_EQ(0, creators_gather(self,
					     create_and_destroy_until_locked));
		crew_start(&self->crew);
		dawdle(round);
		ASSERT_EQ(0, client_lock(self->fd));
		ASSERT_EQ(0, list_read(self->fd, &self->first));
		crew_join(&self->crew);
		ASSERT_EQ(0, list_read(self->fd, &self->last));
		EXPECT_TRUE(list_same(&self->first, &self->last));
		left = 0;
		for (i = 0; i < CREATORS; i++) {
			left += self->creator[i].created -
				self->creator[i].destroyed;
			EXPECT_EQ(0, self->creator[i].wrong);
		}
		EXPECT_EQ(left, self->last.pools);
		close(self->fd);
	}
}

/* Whoever has seen its own LOCK return sees no pool come any more. */
struct locker {
	int fd;
	bool won;
	struct list first;
};

static void *lock_and_look(void *argument)
{
	struct locker *locker = argument;
	int error = client_lock(locker->fd);

	locker->won = !error;
	if (error && error != -EPERM)
		return locker;
	return list_read(locker->fd, &locker->first) ? locker : NULL;
}

TEST_F(client, locked_by_several_threads)
{
	static struct locker locker[3];
	static struct crew lockers;
	unsigned int round;
	unsigned int won;
	unsigned int i;

	for (round = 0; round < rounds(25); round++) {
		ASSERT_EQ(0, creators_gather(self, create_until_locked));
		for (i = 0; i < ARRAY_SIZE(locker); i++)
			locker[i].fd = self->fd;
		ASSERT_EQ(0, crew_gather(&lockers, ARRAY_SIZE(locker),
					 lock_and_look, locker,
					 sizeof(locker[0])));
		crew_start(&self->crew);
		crew_start(&lockers);
		crew_join(&lockers);
		crew_join(&self->crew);
		ASSERT_EQ(0, list_read(self->fd, &self->last));
		won = 0;
		for (i = 0; i < ARRAY_SIZE(locker); i++) {
			EXPECT_EQ(NULL, lockers.member[i].result);
			EXPECT_TRUE(list_same(&locker[i].first, &self->last));
			won += locker[i].won;
		}
		EXPECT_EQ(1, won);
		close(self->fd);
	}
}

/* The file is closed under threads that go on calling with its number. */
static void *create_until_closed(void *argument)
{
	struct creator *creator = argument;
	char name[BUDGETMEM_NAME_SIZE];
	int error;

	do {
		snprintf(name, sizeof(name), "%u-%u", creator->number,
			 creator->created);
		error = pool_create(creator->fd, name, 1, NULL);
		creator->created += !error;
	} while (!error);
	creator->wrong += error != -EBADF && error != -EDQUOT;
	return NULL;
}

TEST_F(client, closed_while_threads_create)
{
	unsigned int round;
	unsigned int i;

	for (round = 0; round < rounds(25); round++) {
		ASSERT_EQ(0, creators_gather(self, create_until_closed));
		crew_start(&self->crew);
		dawdle(round);
		close(self->fd);
		crew_join(&self->crew);
		for (i = 0; i < CREATORS; i++) {
			EXPECT_EQ(0, self->creator[i].wrong);
		}
		ASSERT_EQ(0, budget_used("main"));
	}
}

/* A pool that is created, mapped, unmapped and destroyed by all at once. */
struct mapper {
	int fd;
	_Atomic __u64 *offset;
	unsigned int mapped;
	unsigned int wrong;
};

static void *map_whatever_is_there(void *argument)
{
	struct mapper *mapper = argument;
	size_t size = 4 * page_size();
	unsigned int round;
	void *memory;
	int error;

	for (round = 0; round < 300; round++) {
		error = pool_map(mapper->fd, atomic_load(mapper->offset), size,
				 PROT_READ | PROT_WRITE, &memory);
		if (error) {
			mapper->wrong += error != -ENOENT;
			continue;
		}
		mapper->mapped++;
		/* Each owner finds it clean, and leaves it clean. */
		mapper->wrong += faults_storing(memory, size) != 0;
		munmap(memory, size);
	}
	return NULL;
}

TEST_F(client, pool_mapped_while_it_is_destroyed)
{
	static struct mapper mapper[3];
	_Atomic __u64 offset = 0;
	unsigned int i;
	int error = 0;
	__u64 next;

	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	for (i = 0; i < ARRAY_SIZE(mapper); i++)
		mapper[i] = (struct mapper) { self->fd, &offset, 0, 0 };
	ASSERT_EQ(0, crew_gather(&self->crew, ARRAY_SIZE(mapper),
				 map_whatever_is_there, mapper,
				 sizeof(mapper[0])));
	crew_start(&self->crew);
	for (i = 0; i < 150; i++) {
		ASSERT_EQ(0, pool_create(self->fd, "pool", 4 * page_size(),
					 &next));
		atomic_store(&offset, next);
		do {
			error = pool_destroy(self->fd, next);
		} while (error == -EBUSY);
		ASSERT_EQ(0, error);
	}
	crew_join(&self->crew);
	for (i = 0; i < ARRAY_SIZE(mapper); i++) {
		EXPECT_EQ(0, mapper[i].wrong);
	}
	close(self->fd);
}

/* Threads in the middle of calls are no reason to keep anything. */
static void *call_for_ever(void *argument)
{
	struct creator *creator = argument;
	char name[] = { 'a' + creator->number, '\0' };
	struct pool pool;

	for (;;) {
		if (pool_open(&pool, creator->fd, name, 4))
			continue;
		memset(pool.memory, 1, pool.size);
		pool_unmap(&pool);
		pool_destroy(creator->fd, pool.offset);
	}
	return NULL;
}

static int exit_amid_calls(void *argument)
{
	FIXTURE_DATA(client) *self = argument;

	if (creators_gather(self, call_for_ever))
		return 255;
	crew_start(&self->crew);
	dawdle(200);
	return 0;
}

TEST_F(client, exit_while_threads_call)
{
	unsigned int round;

	for (round = 0; round < 10; round++) {
		ASSERT_EQ(0, child_run(exit_amid_calls, self));
		ASSERT_EQ(0, budget_used("main"));
	}
}

static int exec_amid_calls(void *argument)
{
	if (exit_amid_calls(argument))
		return 255;
	exec_to_exit();
	return 254;
}

TEST_F(client, exec_while_threads_call)
{
	unsigned int round;

	for (round = 0; round < 10; round++) {
		ASSERT_EQ(0, child_run(exec_amid_calls, self));
		ASSERT_EQ(0, budget_used("main"));
	}
}

/* Questions are asked while what they ask for goes. */
static void *ask_for_ever(void *argument)
{
	struct creator *creator = argument;
	unsigned int round;
	struct list list;

	for (round = 0; round < 100; round++)
		creator->wrong += list_read(creator->fd, &list) != 0;
	return NULL;
}

TEST_F(client, listed_while_clients_come_and_go)
{
	unsigned int round;
	unsigned int i;

	ASSERT_EQ(0, creators_gather(self, ask_for_ever));
	crew_start(&self->crew);
	for (round = 0; round < 100; round++) {
		struct pool pool;
		int fd = client_open("main");

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, pool_open(&pool, fd, "pool", 2));
		close(fd);
		ASSERT_EQ(0, pool_unmap(&pool));
	}
	crew_join(&self->crew);
	for (i = 0; i < CREATORS; i++) {
		EXPECT_EQ(0, self->creator[i].wrong);
	}
	close(self->fd);
}

TEST_HARNESS_MAIN
