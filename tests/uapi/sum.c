// SPDX-License-Identifier: MIT
/*
 * At every instant, whatever threads do at once: the pools of a client are no
 * more than it was charged for, those of a budget no more than the budget, and
 * what a budget has can be had to the last page.
 */
#include <stdatomic.h>

#include "test.h"

#define THREADS	8

/* A thread that creates, for itself or for all. */
struct worker {
	int fd;
	unsigned int number;
	unsigned int created;
	unsigned int wrong;
	__u64 offset[SUM_POOLS];
};

FIXTURE(budget) {
	struct crew crew;
	struct worker worker[THREADS];
};

FIXTURE_SETUP(budget)
{
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		self->worker[i].number = i;
		self->worker[i].fd = client_open("sum");
		ASSERT_LE(0, self->worker[i].fd);
	}
}

FIXTURE_TEARDOWN(budget)
{
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		close(self->worker[i].fd);
	EXPECT_EQ(0, budget_used("sum"));
	EXPECT_EQ(0, budget_take_whole("sum"));
}

static int create_numbered(struct worker *worker, size_t size)
{
	char name[BUDGETMEM_NAME_SIZE];
	int error;

	snprintf(name, sizeof(name), "%u-%u", worker->number, worker->created);
	error = pool_create(worker->fd, name, size,
			    &worker->offset[worker->created]);
	worker->created += !error;
	return error;
}

/* One page at a time until the budget says no. */
static void *take_until_refused(void *argument)
{
	struct worker *worker = argument;
	int error;

	do {
		error = create_numbered(worker, page_size());
	} while (!error);
	worker->wrong += error != -EDQUOT;
	return NULL;
}

static unsigned int created_by_all(const FIXTURE_DATA(budget) *self)
{
	unsigned int created = 0;
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		created += self->worker[i].created;
	return created;
}

/* Exactly as many pages as there are, however many threads ask for the last. */
TEST_F(budget, is_granted_to_the_last_page_and_not_beyond)
{
	unsigned int i;

	ASSERT_EQ(0, crew_run(&self->crew, THREADS, take_until_refused,
			      self->worker, sizeof(self->worker[0])));
	EXPECT_EQ(SUM_SIZE / page_size(), created_by_all(self));
	EXPECT_EQ(SUM_SIZE, budget_used("sum"));
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

/* The last page, again and again: one of eight gets it. */
TEST_F(budget, grants_its_last_page_once)
{
	int holder = client_open("sum");
	unsigned int round;
	unsigned int i;

	ASSERT_LE(0, holder);
	ASSERT_EQ(0, pool_create(holder, "rest", SUM_SIZE - page_size(), NULL));
	for (round = 0; round < 8; round++) {
		ASSERT_EQ(0, crew_run(&self->crew, THREADS, take_until_refused,
				      self->worker, sizeof(self->worker[0])));
		ASSERT_EQ(1, created_by_all(self));
		for (i = 0; i < THREADS; i++) {
			struct worker *worker = &self->worker[i];

			ASSERT_EQ(0, worker->wrong);
			if (!worker->created)
				continue;
			worker->created = 0;
			ASSERT_EQ(0, pool_destroy(worker->fd,
						  worker->offset[0]));
		}
	}
	close(holder);
}

/* Create pools of many sizes, then destroy them, over and over. */
static void *create_and_destroy(void *argument)
{
	struct worker *worker = argument;
	unsigned int random = worker->number + 1;
	unsigned int round;
	int error;

	for (round = 0; round < 150; round++) {
		random = random * 1103515245 + 12345;
		if (worker->created < 8 && random & 0x10000) {
			error = create_numbered(worker, (random >> 20) % 40 *
						page_size() + 1);
			worker->wrong += error && error != -EDQUOT;
		} else if (worker->created) {
			worker->created--;
			worker->wrong += pool_destroy(worker->fd,
						      worker->offset
						      [worker->created]) != 0;
		}
	}
	return NULL;
}

/* Looks at the budget until it is told to stop; counts what cannot be. */
struct sampler {
	int fd;
	atomic_bool stop;
	unsigned int samples;
	unsigned int wrong;
};

static bool sample_is_sound(const struct budgetmem_budget_info *info)
{
	return info->used <= info->size && info->size == SUM_SIZE &&
	       info->high_water >= info->used &&
	       info->high_water <= info->size &&
	       info->used % page_size() == 0 &&
	       info->used >= info->pools * page_size() &&
	       info->pools <= info->pool_limit &&
	       info->clients <= info->client_limit && !info->quarantined;
}

static void *sample(void *argument)
{
	struct sampler *sampler = argument;
	struct budgetmem_budget_info info;

	while (!atomic_load(&sampler->stop)) {
		if (budget_read(sampler->fd, "sum", &info) ||
		    !sample_is_sound(&info))
			sampler->wrong++;
		sampler->samples++;
	}
	return NULL;
}

TEST_F(budget, is_never_exceeded_in_any_sample)
{
	struct sampler sampler = { .fd = device_open(O_RDONLY) };
	pthread_t thread;
	unsigned int i;

	ASSERT_LE(0, sampler.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, sample, &sampler));
	ASSERT_EQ(0, crew_run(&self->crew, THREADS, create_and_destroy,
			      self->worker, sizeof(self->worker[0])));
	atomic_store(&sampler.stop, true);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LT(0, sampler.samples);
	EXPECT_EQ(0, sampler.wrong);
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

/* New clients, so that each pool raises a mark. */
static void *raise_marks(void *argument)
{
	struct worker *worker = argument;
	char name[] = "a";
	int round;
	int fd;

	for (round = 0; round < 100; round++) {
		fd = client_open("sum");
		for (name[0] = 'a'; name[0] < 'k'; name[0]++)
			worker->wrong += pool_create(fd, name, 1, NULL) != 0;
		close(fd);
	}
	return NULL;
}

static void *sample_marks(void *argument)
{
	struct budgetmem_client_info info = { 0 };
	struct sampler *sampler = argument;

	while (!atomic_load(&sampler->stop)) {
		info.select = BUDGETMEM_SELECT_NEXT;
		info.cursor = 0;
		while (!device_call(sampler->fd, BUDGETMEM_IOC_CLIENT_INFO,
				    &info))
			sampler->wrong += info.high_water < info.used;
		sampler->samples++;
	}
	return NULL;
}

TEST_F(budget, marks_are_never_below_use)
{
	struct sampler sampler = { .fd = device_open(O_RDONLY) };
	pthread_t thread;

	ASSERT_LE(0, sampler.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, sample_marks, &sampler));
	ASSERT_EQ(0, crew_run(&self->crew, 2, raise_marks, self->worker,
			      sizeof(self->worker[0])));
	atomic_store(&sampler.stop, true);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LT(0, sampler.samples);
	EXPECT_EQ(0, sampler.wrong);
	EXPECT_EQ(0, self->worker[0].wrong + self->worker[1].wrong);
}

/* Sums of what is listed: sizes of pools, and what clients are charged. */
static void sum_up(int fd, __u64 *pools, __u64 *clients)
{
	struct budgetmem_client_info client = { .select = BUDGETMEM_SELECT_NEXT };
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_NEXT };

	*pools = 0;
	*clients = 0;
	while (!device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &client))
		*clients += client.used;
	while (!device_call(fd, BUDGETMEM_IOC_POOL_INFO, &pool))
		*pools += pool.size;
}

TEST_F(budget, is_the_sum_of_its_clients_and_of_its_pools)
{
	int observer = device_open(O_RDONLY);
	unsigned int round;
	__u64 clients;
	__u64 pools;

	ASSERT_LE(0, observer);
	for (round = 0; round < 3; round++) {
		ASSERT_EQ(0, crew_run(&self->crew, THREADS, create_and_destroy,
				      self->worker, sizeof(self->worker[0])));
		sum_up(observer, &pools, &clients);
		EXPECT_EQ(budget_used("sum"), pools);
		EXPECT_EQ(budget_used("sum"), clients);
	}
}

/* Everything at once in one client: as many threads, one file. */
TEST_F(budget, holds_for_threads_that_share_a_client)
{
	unsigned int i;

	for (i = 1; i < THREADS; i++) {
		close(self->worker[i].fd);
		self->worker[i].fd = dup(self->worker[0].fd);
	}
	ASSERT_EQ(0, crew_run(&self->crew, THREADS, take_until_refused,
			      self->worker, sizeof(self->worker[0])));
	EXPECT_EQ(SUM_SIZE / page_size(), created_by_all(self));
}

static void *create_same_name(void *argument)
{
	struct worker *worker = argument;
	int error = pool_create(worker->fd, "same", 1, NULL);

	worker->created = !error;
	worker->wrong += error && error != -EEXIST;
	return NULL;
}

TEST_F(budget, a_name_is_given_once)
{
	unsigned int i;

	for (i = 1; i < THREADS; i++) {
		close(self->worker[i].fd);
		self->worker[i].fd = dup(self->worker[0].fd);
	}
	ASSERT_EQ(0, crew_run(&self->crew, THREADS, create_same_name,
			      self->worker, sizeof(self->worker[0])));
	EXPECT_EQ(1, created_by_all(self));
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

static void *destroy_same_pool(void *argument)
{
	struct worker *worker = argument;
	int error = pool_destroy(worker->fd, worker->offset[0]);

	worker->created = !error;
	worker->wrong += error && error != -ENOENT;
	return NULL;
}

TEST_F(budget, a_pool_is_destroyed_once)
{
	unsigned int round;
	unsigned int i;
	__u64 offset;

	for (i = 1; i < THREADS; i++) {
		close(self->worker[i].fd);
		self->worker[i].fd = dup(self->worker[0].fd);
	}
	for (round = 0; round < 8; round++) {
		ASSERT_EQ(0, pool_create(self->worker[0].fd, "pool",
					 16 * page_size(), &offset));
		for (i = 0; i < THREADS; i++)
			self->worker[i].offset[0] = offset;
		ASSERT_EQ(0, crew_run(&self->crew, THREADS, destroy_same_pool,
				      self->worker, sizeof(self->worker[0])));
		ASSERT_EQ(1, created_by_all(self));
		ASSERT_EQ(0, budget_used("sum"));
	}
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

static void *bind_it(void *argument)
{
	struct worker *worker = argument;
	int error = client_bind(worker->fd, "main");

	worker->created = !error;
	worker->wrong += error && error != -EBUSY;
	return NULL;
}

TEST_F(budget, a_file_is_bound_once)
{
	unsigned int round;
	unsigned int i;

	for (round = 0; round < 8; round++) {
		int fd = device_open(O_RDWR);

		ASSERT_LE(0, fd);
		for (i = 0; i < THREADS; i++) {
			close(self->worker[i].fd);
			self->worker[i].fd = dup(fd);
		}
		close(fd);
		ASSERT_EQ(0, crew_run(&self->crew, THREADS, bind_it,
				      self->worker, sizeof(self->worker[0])));
		ASSERT_EQ(1, created_by_all(self));
	}
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

static void *bind_to_small(void *argument)
{
	struct worker *worker = argument;
	int error = client_bind(worker->fd, "small");

	worker->created = !error;
	worker->wrong += error && error != -EDQUOT;
	return NULL;
}

TEST_F(budget, takes_as_many_clients_as_it_may_and_not_one_more)
{
	unsigned int i;

	for (i = 0; i < THREADS; i++) {
		close(self->worker[i].fd);
		self->worker[i].fd = device_open(O_RDWR);
		ASSERT_LE(0, self->worker[i].fd);
	}
	ASSERT_EQ(0, crew_run(&self->crew, THREADS, bind_to_small, self->worker,
			      sizeof(self->worker[0])));
	EXPECT_EQ(SMALL_CLIENTS, created_by_all(self));
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, self->worker[i].wrong);
	}
}

TEST_F(budget, takes_as_many_pools_as_it_may_and_not_one_more)
{
	int fd = client_open("small");
	unsigned int i;

	ASSERT_LE(0, fd);
	for (i = 0; i < THREADS; i++) {
		close(self->worker[i].fd);
		self->worker[i].fd = dup(fd);
	}
	close(fd);
	ASSERT_EQ(0, crew_run(&self->crew, THREADS, take_until_refused,
			      self->worker, sizeof(self->worker[0])));
	EXPECT_EQ(SMALL_POOLS, created_by_all(self));
}

/* While others come and go, what stays is listed once and only once. */
static void *come_and_go(void *argument)
{
	struct worker *worker = argument;
	int round;
	int fd;

	for (round = 0; round < 30; round++) {
		fd = client_open("sum");
		worker->wrong += fd < 0;
		pool_create(fd, "passing", page_size(), NULL);
		close(fd);
	}
	return NULL;
}

/* How many of the pools in the list are called "staying"? */
static unsigned int count_staying(int fd)
{
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_NEXT };
	unsigned int count = 0;

	while (!device_call(fd, BUDGETMEM_IOC_POOL_INFO, &pool))
		count += !strcmp(pool.name, "staying");
	return count;
}

TEST_F(budget, lists_what_stays_while_others_come_and_go)
{
	int observer = device_open(O_RDONLY);
	unsigned int round;
	unsigned int i;

	ASSERT_LE(0, observer);
	for (i = 0; i < THREADS; i++) {
		ASSERT_EQ(0, pool_create(self->worker[i].fd, "staying", 1,
					 NULL));
	}
	ASSERT_EQ(0, crew_gather(&self->crew, 4, come_and_go, self->worker,
				 sizeof(self->worker[0])));
	crew_start(&self->crew);
	for (round = 0; round < 30; round++) {
		EXPECT_EQ(THREADS, count_staying(observer));
	}
	crew_join(&self->crew);
	EXPECT_EQ(0, self->worker[0].wrong);
}

TEST_HARNESS_MAIN
