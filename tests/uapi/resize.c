// SPDX-License-Identifier: MIT
/*
 * Tables that are applied while clients work: budgets grow, shrink by what is free,
 * and stay what they are where somebody would lose something. Sums hold in every
 * sample, and no client loses a byte or takes a fault.
 */
#include <stdatomic.h>
#include <sys/mman.h>

#include "test.h"

#define THREADS	4

/* A client of "small" and one of "main", and the table. */
FIXTURE(busy) {
	struct table before;
	struct table table;
	struct budgetmem_budget_entry *small;
	struct budgetmem_budget_entry *main;
	struct budgetmem_system_apply answer;
	int small_fd;
	int main_fd;
	size_t page;
};

FIXTURE_SETUP(busy)
{
	self->page = page_size();
	ASSERT_EQ(0, table_read(&self->before));
	self->table = self->before;
	self->small = table_find(&self->table, "small");
	self->main = table_find(&self->table, "main");
	self->small_fd = client_open("small");
	self->main_fd = client_open("main");
	ASSERT_LE(0, self->small_fd);
	ASSERT_LE(0, self->main_fd);
}

FIXTURE_TEARDOWN(busy)
{
	close(self->small_fd);
	close(self->main_fd);
	EXPECT_EQ(0, table_apply(&self->before, NULL));
	EXPECT_EQ(0, budget_take_whole("small"));
	EXPECT_EQ(0, budget_take_whole("main"));
}

#define EXPECT_IN_USE(bytes)						\
	do {								\
		EXPECT_REFUSED(-EBUSY, table_apply(&self->table,	\
						   &self->answer));	\
		EXPECT_EQ(BUDGETMEM_REASON_IN_USE, self->answer.reason);\
		EXPECT_EQ(bytes, self->answer.missing);			\
	} while (0)

TEST_F(busy, growing_gives_a_client_more_at_once)
{
	ASSERT_EQ(0, pool_create(self->small_fd, "all", SMALL_SIZE, NULL));
	ASSERT_EQ(-EDQUOT, pool_create(self->small_fd, "more", 1, NULL));
	self->small->size += 5 * self->page;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	EXPECT_REFUSED(-EDQUOT, pool_create(self->small_fd, "more",
					    6 * self->page, NULL));
	EXPECT_EQ(0, pool_create(self->small_fd, "more", 5 * self->page, NULL));
	EXPECT_EQ(SMALL_SIZE + 5 * self->page, budget_used("small"));
}

TEST_F(busy, what_grew_is_zero)
{
	struct pool pool;

	self->small->size *= 2;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, pool_open(&pool, self->small_fd, "all",
			       2 * SMALL_SIZE / self->page));
	EXPECT_EQ(0, bytes_not_zero(pool.memory, pool.size));
	EXPECT_EQ(0, pool_unmap(&pool));
}

TEST_F(busy, shrinks_to_what_is_used)
{
	struct budgetmem_budget_info info;

	ASSERT_EQ(0, pool_create(self->small_fd, "pool", 3 * self->page, NULL));
	self->small->size = 3 * self->page;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, budget_read(self->small_fd, "small", &info));
	EXPECT_EQ(3 * self->page, info.size);
	EXPECT_EQ(3 * self->page, info.used);
	EXPECT_EQ(3 * self->page, info.high_water);
	EXPECT_REFUSED(-EDQUOT, pool_create(self->small_fd, "more", 1, NULL));
}

TEST_F(busy, shrinking_below_what_is_used)
{
	ASSERT_EQ(0, pool_create(self->small_fd, "pool", 3 * self->page, NULL));
	self->small->size = 2 * self->page;
	EXPECT_IN_USE(self->page);
	EXPECT_EQ(1, self->answer.failed);
	EXPECT_EQ(0, strcmp("small", self->answer.name));
	self->small->size = self->page;
	EXPECT_IN_USE(2 * self->page);
	EXPECT_EQ(0, pool_create(self->small_fd, "rest",
				 SMALL_SIZE - 3 * self->page, NULL));
}

/* A mark that is above the size would say what cannot be. */
TEST_F(busy, high_water_marks_stay_within_the_size)
{
	struct budgetmem_client_info client;
	struct budgetmem_budget_info budget;
	__u64 offset;

	ASSERT_EQ(0, pool_create(self->small_fd, "pool", SMALL_SIZE, &offset));
	ASSERT_EQ(0, pool_destroy(self->small_fd, offset));
	self->small->size = 2 * self->page;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, budget_read(self->small_fd, "small", &budget));
	EXPECT_EQ(2 * self->page, budget.high_water);
	ASSERT_EQ(0, client_read(self->small_fd, &client));
	EXPECT_EQ(2 * self->page, client.high_water);
}

TEST_F(busy, budget_of_a_client_goes)
{
	table_remove(&self->table, "small");
	EXPECT_IN_USE(0);
	EXPECT_EQ(BUDGETMEM_NO_ENTRY, self->answer.failed);
	EXPECT_EQ(0, strcmp("small", self->answer.name));
}

TEST_F(busy, budget_of_a_client_gets_other_limits)
{
	self->small->pool_limit++;
	EXPECT_IN_USE(0);
	EXPECT_EQ(1, self->answer.failed);
	self->small->pool_limit--;
	self->small->client_limit++;
	EXPECT_IN_USE(0);
	self->small->client_limit--;
	self->small->node = 0;
	EXPECT_IN_USE(0);
}

TEST_F(busy, budget_without_a_client_gets_other_limits)
{
	struct budgetmem_budget_info info;

	close(self->small_fd);
	self->small->pool_limit = 9;
	self->small->client_limit = 3;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, budget_read(self->main_fd, "small", &info));
	EXPECT_EQ(9, info.pool_limit);
	EXPECT_EQ(3, info.client_limit);
	EXPECT_EQ(0, info.high_water);
	self->small_fd = client_open("small");
	EXPECT_LE(0, self->small_fd);
}

TEST_F(busy, budget_of_a_pool_without_a_client_goes)
{
	close(self->small_fd);
	ASSERT_EQ(0, pool_leave("small", "left", 1));
	table_remove(&self->table, "small");
	EXPECT_IN_USE(0);
	EXPECT_EQ(0, pool_remove("small", "left"));
	EXPECT_EQ(0, table_apply(&self->table, NULL));
	self->small_fd = -1;
}

/* One that could be, and one that cannot: neither is. */
TEST_F(busy, all_or_nothing)
{
	self->main->size += 64 * self->page;
	self->main->mode = 0640;
	ASSERT_EQ(0, pool_create(self->small_fd, "pool", 2 * self->page, NULL));
	self->small->size = self->page;
	EXPECT_IN_USE(self->page);
	self->small->size = 4 * SMALL_SIZE;
	table_add(&self->table, "huge", 1ull << 39);
	EXPECT_REFUSED(-ENOMEM, table_apply(&self->table, NULL));
	table_remove(&self->table, "huge");
	EXPECT_EQ(0, table_apply(&self->table, NULL));
}

TEST_F(busy, what_is_in_use_comes_before_what_is_not_to_be_had)
{
	table_find(&self->table, "main")->size = 1ull << 39;
	table_remove(&self->table, "small");
	EXPECT_IN_USE(0);
}

TEST_F(busy, dry_run_of_a_shrink)
{
	struct budgetmem_system_apply wet;

	ASSERT_EQ(0, pool_create(self->small_fd, "pool", 2 * self->page, NULL));
	self->small->size = 3 * self->page;
	EXPECT_REFUSED(0, table_try(&self->table, &self->answer));
	ASSERT_EQ(0, table_apply(&self->table, &wet));
	EXPECT_EQ(0, memcmp(&wet.total, &self->answer.total,
			    sizeof(wet) - offsetof(typeof(wet), total)));
}

/* Pools of one page each, every third of which goes, so that pages go from between. */
#define HOLES	48

/* The pools that stay, each with a pattern of its own. */
static int make_holes(int fd, struct pool *pool)
{
	char name[16];
	int error = 0;
	int i;

	for (i = 0; i < HOLES && !error; i++) {
		snprintf(name, sizeof(name), "hole-%d", i);
		error = pool_open(&pool[i], fd, name, 1 + i % 4);
		if (!error)
			pattern_fill(pool[i].memory, pool[i].size, i);
	}
	for (i = 0; i < HOLES && !error; i += 3)
		error = pool_unmap(&pool[i]) ?: pool_destroy(fd, pool[i].offset);
	return error;
}

/* Bytes that are wrong, in the mapping that there is and in a new one. */
static size_t holes_wrong(int fd, struct pool *pool)
{
	size_t wrong = 0;
	void *again;
	int i;

	for (i = 0; i < HOLES; i++) {
		if (i % 3 == 0)
			continue;
		wrong += pattern_wrong(pool[i].memory, pool[i].size, i);
		if (pool_map(fd, pool[i].offset, pool[i].size, PROT_READ, &again))
			return ~0ul;
		wrong += pattern_wrong(again, pool[i].size, i);
		munmap(again, pool[i].size);
	}
	return wrong;
}

static long holes_faults(struct pool *pool)
{
	long faults = 0;
	int i;

	for (i = 0; i < HOLES; i++) {
		if (i % 3)
			faults += faults_reading(pool[i].memory, pool[i].size);
	}
	return faults;
}

/* The table has "main" at @size, and the pools are what they were. */
#define EXPECT_UNHARMED(bytes)						\
	do {								\
		self->main->size = bytes;				\
		ASSERT_EQ(0, table_apply(&self->table, NULL));		\
		EXPECT_EQ(0, holes_faults(pool));			\
		EXPECT_EQ(0, holes_wrong(self->main_fd, pool));		\
	} while (0)

TEST_F(busy, pools_keep_their_contents_and_take_no_fault)
{
	static struct pool pool[HOLES];
	__u64 used;
	int i;

	ASSERT_EQ(0, make_holes(self->main_fd, pool));
	used = budget_used("main");
	EXPECT_UNHARMED(MAIN_SIZE - 7 * self->page);
	EXPECT_UNHARMED(used + 9 * self->page);
	EXPECT_UNHARMED(used);
	EXPECT_UNHARMED(used + self->page);
	EXPECT_UNHARMED(MAIN_SIZE + 100 * self->page);
	EXPECT_UNHARMED(used + 3 * self->page);
	EXPECT_UNHARMED(MAIN_SIZE);
	for (i = 0; i < HOLES; i++) {
		if (i % 3)
			pool_unmap(&pool[i]);
	}
}

/* What is taken out of a mapping comes back as it was: the pool found its pages. */
TEST_F(busy, faults_find_the_page_under_its_new_number)
{
	static struct pool pool[HOLES];
	int i;

	ASSERT_EQ(0, make_holes(self->main_fd, pool));
	self->main->size = budget_used("main");
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	for (i = 0; i < HOLES; i++) {
		if (i % 3 == 0)
			continue;
		EXPECT_EQ(0, madvise(pool[i].memory, pool[i].size,
				     MADV_DONTNEED));
		EXPECT_EQ(0, pattern_wrong(pool[i].memory, pool[i].size, i));
		pool_unmap(&pool[i]);
	}
}

/* A thread that works in "main" until it is told to stop. */
struct worker {
	unsigned int number;
	unsigned int rounds;
	unsigned int wrong;
};

static atomic_bool stop;

static int work_once(int fd, struct worker *worker)
{
	struct pool pool;
	char name[16];
	int error;

	snprintf(name, sizeof(name), "work-%u", worker->rounds % 8);
	error = pool_open(&pool, fd, name, 1 + worker->rounds % 60);
	if (error)
		return error;
	if (bytes_not_zero(pool.memory, pool.size))
		worker->wrong++;
	pattern_fill(pool.memory, pool.size, worker->number);
	if (faults_storing(pool.memory, 0))
		worker->wrong++;
	sched_yield();
	if (pattern_wrong(pool.memory, pool.size, worker->number))
		worker->wrong++;
	return pool_unmap(&pool) ?: pool_destroy(fd, pool.offset);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	int error;
	int fd;

	for (; !stop; worker->rounds++) {
		fd = client_open("main");
		error = fd < 0 ? fd : work_once(fd, worker);
		if (error && error != -EDQUOT)
			worker->wrong++;
		close(fd);
	}
	return NULL;
}

TEST_F(busy, clients_work_while_tables_are_applied)
{
	static struct worker worker[THREADS];
	static struct crew crew;
	int round;
	int error;
	int i;

	for (i = 0; i < THREADS; i++)
		worker[i].number = i + 1;
	ASSERT_EQ(0, crew_gather(&crew, THREADS, work, worker,
				 sizeof(worker[0])));
	crew_start(&crew);
	for (round = 0; round < rounds(60); round++) {
		/* Down to what leaves room for one or two of them. */
		self->main->size = round % 2 ? MAIN_SIZE :
				   (64 + round) * self->page;
		error = table_apply(&self->table, NULL);
		EXPECT_TRUE(!error || error == -EBUSY);
	}
	stop = true;
	crew_join(&crew);
	for (i = 0; i < THREADS; i++) {
		EXPECT_EQ(0, worker[i].wrong);
		EXPECT_LT(0, worker[i].rounds);
	}
	EXPECT_EQ(0, budget_used("main"));
}

/* Samples of QUERY that were neither the one table nor the other. */
struct reader {
	__u64 set_aside[2];
	__u32 budgets[2];
	unsigned int samples;
	unsigned int seen[2];
	unsigned int wrong;
};

static void *read_sums(void *argument)
{
	struct reader *reader = argument;
	int fd = device_open(O_RDONLY);
	struct budgetmem_query query;
	int which;

	for (; !stop; reader->samples++) {
		if (query_read(fd, &query))
			reader->wrong++;
		which = query.set_aside == reader->set_aside[1];
		reader->seen[which]++;
		if (query.set_aside != reader->set_aside[which] ||
		    query.budgets != reader->budgets[which] ||
		    query.held_pages * query.page_size != query.set_aside ||
		    query.set_aside + query.overhead > query.total)
			reader->wrong++;
	}
	close(fd);
	return NULL;
}

TEST_F(busy, every_sample_is_of_one_table)
{
	static struct reader reader[2];
	static struct crew crew;
	int round;
	int i;

	self->main->size = MAIN_SIZE / 2;
	table_add(&self->table, "extra", SMALL_SIZE);
	table_remove(&self->table, "bad");
	table_remove(&self->table, "closed");
	for (i = 0; i < 2; i++) {
		reader[i].budgets[0] = BUDGETS;
		reader[i].budgets[1] = BUDGETS - 1;
		reader[i].set_aside[0] = SET_ASIDE;
		reader[i].set_aside[1] = SET_ASIDE - MAIN_SIZE / 2 +
					 SMALL_SIZE - 2 * BAD_SIZE;
	}
	ASSERT_EQ(0, crew_gather(&crew, 2, read_sums, reader, sizeof(reader[0])));
	crew_start(&crew);
	for (round = 0; round < rounds(40); round++) {
		EXPECT_EQ(0, table_apply(&self->table, NULL));
		EXPECT_EQ(0, table_apply(&self->before, NULL));
	}
	/* Both were there to be seen, so wait until both were. */
	while (!reader[0].seen[0] || !reader[0].seen[1]) {
		table_apply(&self->table, NULL);
		sched_yield();
		table_apply(&self->before, NULL);
	}
	stop = true;
	crew_join(&crew);
	EXPECT_EQ(0, reader[0].wrong);
	EXPECT_EQ(0, reader[1].wrong);
}

TEST_HARNESS_MAIN
