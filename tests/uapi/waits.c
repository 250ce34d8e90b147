// SPDX-License-Identifier: MIT
/*
 * Whoever waits for events: epoll, level and edge, and several threads that make
 * thousands of events while others wait. None is lost and none is told twice.
 */
#include <poll.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include "test.h"

/* Thousands of events in each case. */
#define MAKERS		4
#define REFUSALS	500
#define CROSSINGS	500

/* Milliseconds after which a wait was in vain. */
#define IN_VAIN		30000

static int poll_wait(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	int ready;

	do {
		ready = poll(&file, 1, IN_VAIN);
	} while (ready < 0 && errno == EINTR);
	return ready < 0 ? -errno : ready ? file.revents : 0;
}

static int refuse_over_budget(int fd)
{
	return pool_create(fd, "large", MAIN_SIZE + page_size(), NULL);
}

static int pool_open_sound(struct pool *pool, int fd, const char *name)
{
	int error = pool_open(pool, fd, name, 1);

	if (!error)
		*(struct budgetmem_pool_header *)pool->memory =
			(struct budgetmem_pool_header) {
				.magic = BUDGETMEM_POOL_MAGIC,
				.version = 1,
				.size = pool->size,
			};
	return error;
}

static void mark_raise(const struct pool *pool, __u64 mark)
{
	struct budgetmem_pool_header *header = (void *)pool->memory;

	*(volatile __u64 *)&header->high_water = mark;
}

/* A client in an epoll set. */
FIXTURE(set) {
	int fd;
	int set;
	struct pool pool;
	struct budgetmem_events events;
};

static int set_add(FIXTURE_DATA(set) *self, __u32 how)
{
	struct epoll_event wanted = { .events = EPOLLIN | how };

	return epoll_ctl(self->set, EPOLL_CTL_ADD, self->fd, &wanted) ? -errno : 0;
}

/* What the set says; 0 if it says nothing within that time. */
static int set_wait(FIXTURE_DATA(set) *self, int milliseconds)
{
	struct epoll_event event;
	int ready;

	do {
		ready = epoll_wait(self->set, &event, 1, milliseconds);
	} while (ready < 0 && errno == EINTR);
	return ready < 0 ? -errno : ready ? (int)event.events : 0;
}

FIXTURE_SETUP(set)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open_sound(&self->pool, self->fd, "pool"));
	self->set = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_LE(0, self->set);
}

FIXTURE_TEARDOWN(set)
{
	close(self->set);
	munmap(self->pool.memory, self->pool.size);
	close(self->fd);
}

TEST_F(set, level_says_so_until_it_is_told)
{
	unsigned int i;

	ASSERT_EQ(0, set_add(self, 0));
	EXPECT_EQ(0, set_wait(self, 0));
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	}
	EXPECT_EQ(0, events_read(self->fd, &self->events));
	EXPECT_EQ(1, self->events.refused);
	EXPECT_EQ(0, set_wait(self, 0));
}

TEST_F(set, edge_says_so_once)
{
	unsigned int i;

	ASSERT_EQ(0, set_add(self, EPOLLET));
	EXPECT_EQ(0, set_wait(self, 0));
	for (i = 1; i <= 5; i++) {
		EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
		EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
		EXPECT_EQ(0, set_wait(self, 0));
	}
	EXPECT_EQ(0, events_read(self->fd, &self->events));
	EXPECT_EQ(5, self->events.refused);
	EXPECT_EQ(0, set_wait(self, 0));
}

TEST_F(set, edge_of_what_happened_before)
{
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	ASSERT_EQ(0, set_add(self, EPOLLET));
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	EXPECT_EQ(0, set_wait(self, 0));
}

/* The kernel has to look by itself, since nobody makes a call but the one wait. */
TEST_F(set, edge_of_a_threshold)
{
	ASSERT_EQ(0, set_add(self, EPOLLET));
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(&self->pool, 100);
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	EXPECT_EQ(0, events_read(self->fd, &self->events));
	EXPECT_EQ(1, self->events.crossed);
	EXPECT_EQ(0, set_wait(self, 0));
	/* Once more: it was not looked at in between. */
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 200));
	EXPECT_EQ(0, set_wait(self, 250));
	mark_raise(&self->pool, 200);
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
}

TEST_F(set, level_of_a_threshold)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, set_add(self, 0));
	EXPECT_EQ(0, set_wait(self, 0));
	mark_raise(&self->pool, 100);
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	EXPECT_EQ(0, events_read(self->fd, &self->events));
	EXPECT_EQ(1, self->events.crossed);
	EXPECT_EQ(0, set_wait(self, 0));
}

TEST_F(set, an_answer_that_cannot_be_written_is_an_edge_again)
{
	void *memory = mmap(NULL, page_size(), PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, set_add(self, EPOLLET));
	EXPECT_EQ(-EDQUOT, refuse_over_budget(self->fd));
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	EXPECT_EQ(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_EVENTS, memory));
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
}

TEST_F(set, two_sets_are_told)
{
	int first = self->set;
	int second = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, set_add(self, EPOLLET));
	self->set = second;
	ASSERT_EQ(0, set_add(self, EPOLLET));
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	mark_raise(&self->pool, 100);
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	self->set = first;
	EXPECT_EQ(EPOLLIN, set_wait(self, IN_VAIN));
	close(second);
}

/* As the contract says: it is put in again. */
TEST(put_in_before_it_was_bound)
{
	FIXTURE_DATA(set) data = { .fd = device_open(O_RDWR) };

	data.set = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_EQ(0, set_add(&data, 0));
	EXPECT_EQ(EPOLLERR, set_wait(&data, IN_VAIN));
	ASSERT_EQ(0, client_bind(data.fd, "main"));
	EXPECT_EQ(0, set_wait(&data, 0));
	ASSERT_EQ(0, epoll_ctl(data.set, EPOLL_CTL_DEL, data.fd, NULL));
	ASSERT_EQ(0, set_add(&data, 0));
	EXPECT_EQ(-EDQUOT, refuse_over_budget(data.fd));
	EXPECT_EQ(EPOLLIN, set_wait(&data, IN_VAIN));
}

/* The set outlives the file, and the other way round. */
TEST_F(set, closed_in_either_order)
{
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, set_add(self, 0));
	ASSERT_EQ(0, pool_unmap(&self->pool));
	close(self->fd);
	EXPECT_EQ(0, set_wait(self, 250));
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open_sound(&self->pool, self->fd, "pool"));
	ASSERT_EQ(0, pool_watch(self->fd, self->pool.offset, 100));
	ASSERT_EQ(0, set_add(self, 0));
	close(self->set);
	mark_raise(&self->pool, 100);
	EXPECT_EQ(POLLIN, poll_wait(self->fd));
	self->set = dup(self->fd);
}

/* Threads that make events of a client, each with a pool of its own. */
struct maker {
	int fd;
	struct pool pool;
	unsigned int wrong;
};

FIXTURE(load) {
	int fd;
	struct crew crew;
	struct maker maker[MAKERS];
	__u64 refused;
	__u64 crossed;
	unsigned int empty;
};

FIXTURE_SETUP(load)
{
	char name[8];
	unsigned int i;

	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	for (i = 0; i < MAKERS; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		self->maker[i] = (struct maker) { .fd = self->fd };
		ASSERT_EQ(0, pool_open_sound(&self->maker[i].pool, self->fd, name));
	}
}

FIXTURE_TEARDOWN(load)
{
	unsigned int i;

	for (i = 0; i < MAKERS; i++)
		pool_unmap(&self->maker[i].pool);
	close(self->fd);
}

static void *make_refusals(void *argument)
{
	struct maker *maker = argument;
	unsigned int i;

	for (i = 0; i < REFUSALS; i++)
		maker->wrong += refuse_over_budget(maker->fd) != -EDQUOT;
	return NULL;
}

/* Each threshold is reached after it was set and before the next one is. */
static void *make_crossings(void *argument)
{
	struct maker *maker = argument;
	unsigned int i;

	for (i = 1; i <= CROSSINGS; i++) {
		maker->wrong += !!pool_watch(maker->fd, maker->pool.offset, i);
		mark_raise(&maker->pool, i);
	}
	return NULL;
}

static void *make_both(void *argument)
{
	make_crossings(argument);
	return make_refusals(argument);
}

/*
 * Waits, and takes what there is, until all that was made has been told. Nobody else
 * takes anything, so that there is something whenever the wait ends.
 */
static void take_events(FIXTURE_DATA(load) *self, __u64 refused, __u64 crossed)
{
	struct budgetmem_events events;

	while (self->refused < refused || self->crossed < crossed) {
		if (poll_wait(self->fd) != POLLIN || events_read(self->fd, &events))
			return;
		self->empty += !events.refused && !events.crossed;
		self->refused += events.refused;
		self->crossed += events.crossed;
	}
}

static void make_and_take(struct __test_metadata *_metadata,
			  FIXTURE_DATA(load) *self, void *(*make)(void *),
			  __u64 refused, __u64 crossed)
{
	struct budgetmem_events events;
	unsigned int i;

	ASSERT_EQ(0, crew_gather(&self->crew, MAKERS, make, self->maker,
				 sizeof(self->maker[0])));
	crew_start(&self->crew);
	take_events(self, refused, crossed);
	crew_join(&self->crew);
	for (i = 0; i < MAKERS; i++) {
		EXPECT_EQ(0, self->maker[i].wrong);
	}
	EXPECT_EQ(refused, self->refused);
	EXPECT_EQ(crossed, self->crossed);
	EXPECT_EQ(0, self->empty);
	EXPECT_EQ(0, events_read(self->fd, &events));
	EXPECT_EQ(0, events.refused);
	EXPECT_EQ(0, events.crossed);
}

TEST_F(load, refusals)
{
	make_and_take(_metadata, self, make_refusals, MAKERS * REFUSALS, 0);
}

TEST_F(load, crossings)
{
	make_and_take(_metadata, self, make_crossings, 0, MAKERS * CROSSINGS);
}

TEST_F(load, both)
{
	make_and_take(_metadata, self, make_both, MAKERS * REFUSALS,
		      MAKERS * CROSSINGS);
}

/* Several take: each event is told to one of them, and to one only. */
struct taker {
	int fd;
	int stop;
	__u64 refused;
	__u64 crossed;
};

static void *take_until_told_to_stop(void *argument)
{
	struct taker *taker = argument;
	struct pollfd files[] = {
		{ .fd = taker->fd, .events = POLLIN },
		{ .fd = taker->stop, .events = POLLIN },
	};
	struct budgetmem_events events;

	do {
		if (poll(files, 2, -1) < 0 && errno != EINTR)
			return taker;
		if (events_read(taker->fd, &events))
			return taker;
		taker->refused += events.refused;
		taker->crossed += events.crossed;
	} while (!files[1].revents);
	return NULL;
}

TEST_F(load, several_take)
{
	struct taker taker[3];
	static struct crew takers;
	__u64 refused = 0, crossed = 0;
	unsigned int i;
	int line[2];

	ASSERT_EQ(0, line_open(line));
	for (i = 0; i < ARRAY_SIZE(taker); i++)
		taker[i] = (struct taker) { .fd = self->fd, .stop = line[1] };
	ASSERT_EQ(0, crew_gather(&takers, ARRAY_SIZE(taker),
				 take_until_told_to_stop, taker, sizeof(taker[0])));
	crew_start(&takers);
	ASSERT_EQ(0, crew_run(&self->crew, MAKERS, make_both, self->maker,
			      sizeof(self->maker[0])));
	ASSERT_EQ(0, line_say(line[0]));
	crew_join(&takers);
	for (i = 0; i < ARRAY_SIZE(taker); i++) {
		EXPECT_EQ(NULL, takers.member[i].result);
		refused += taker[i].refused;
		crossed += taker[i].crossed;
	}
	EXPECT_EQ(MAKERS * REFUSALS, refused);
	EXPECT_EQ(MAKERS * CROSSINGS, crossed);
}

/* Somebody writes rubbish into the header all the time; only what is sound counts. */
static void *spoil_header(void *argument)
{
	struct maker *maker = argument;
	volatile __u32 *word = (void *)maker->pool.memory;
	unsigned int i;

	for (i = 0; i < 200000; i++)
		/* The magic is never right; all else may be anything. */
		word[1 + i % 15] = i * 2654435761u;
	return NULL;
}

TEST_F(load, headers_spoiled_meanwhile)
{
	struct budgetmem_events events;
	unsigned int i;

	for (i = 0; i < MAKERS; i++) {
		*(__u32 *)self->maker[i].pool.memory = 0;
		ASSERT_EQ(0, pool_watch(self->fd, self->maker[i].pool.offset, 1));
	}
	ASSERT_EQ(0, crew_gather(&self->crew, MAKERS, spoil_header, self->maker,
				 sizeof(self->maker[0])));
	crew_start(&self->crew);
	for (i = 0; i < 2000; i++) {
		ASSERT_EQ(0, events_read(self->fd, &events));
		ASSERT_EQ(0, events.crossed);
	}
	crew_join(&self->crew);
}

TEST_HARNESS_MAIN
