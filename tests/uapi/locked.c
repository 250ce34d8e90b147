// SPDX-License-Identifier: MIT
/*
 * The system's lock: final, refused to whoever is no administrator, and in the way of
 * no client. With the argument "at-insmod" the module was loaded with lock=1;
 * otherwise the first case locks the system. The module has to be loaded anew for
 * every other program.
 */
#include "test.h"
#include "tracing.h"

#define LOCK_EVENT	"budgetmem_system_lock"

static bool at_insmod;

static __u32 system_phase(void)
{
	int fd = device_open(O_RDONLY);
	struct budgetmem_query query;
	int error = fd < 0 ? fd : query_read(fd, &query);

	close(fd);
	return error ? 0 : query.phase;
}

/* Cases run in the order in which they are written. */
TEST(locked_by_nobody_but_an_administrator)
{
	__u32 phase = at_insmod ? BUDGETMEM_SYSTEM_LOCKED : BUDGETMEM_SYSTEM_SETUP;
	int user = device_open_as(1000, O_RDWR);

	ASSERT_LE(0, user);
	EXPECT_EQ(phase, system_phase());
	/* The phase comes before the right. */
	EXPECT_REFUSED(at_insmod ? -EPERM : -EACCES, system_lock(user));
	EXPECT_EQ(phase, system_phase());
}

/* How often the system's lock was recorded, with these numbers; ends the recording. */
static unsigned int locks_recorded(const struct budgetmem_query *query)
{
	static char text[TRACING_SIZE];
	const char *place = text;
	char event[128];
	unsigned int count = 0;

	if (tracing_end(LOCK_EVENT) || tracing_read(text, sizeof(text)))
		return 0;
	snprintf(event, sizeof(event), ": " LOCK_EVENT ": budgets=%u used=%llu\n",
		 query->budgets, query->set_aside + query->overhead);
	while ((place = strstr(place, event))) {
		place += strlen(event);
		count++;
	}
	return count;
}

/* A table that is applied before leaves a pool behind, to be seen afterwards. */
TEST(locked_once)
{
	struct budgetmem_query query;
	int fd = client_open("main");
	bool traced;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_leave("main", "left", 1));
	ASSERT_EQ(0, query_read(fd, &query));
	traced = !tracing_begin(LOCK_EVENT);
	EXPECT_EQ(at_insmod ? -EPERM : 0, system_lock(fd));
	EXPECT_EQ(traced && !at_insmod, locks_recorded(&query));
	EXPECT_EQ(BUDGETMEM_SYSTEM_LOCKED, system_phase());
	/* The client's own phase is another one. */
	EXPECT_EQ(0, pool_create(fd, "pool", 1, NULL));
}

/* Whatever comes now finds a locked system. */
FIXTURE(system) {
	int fd;
	struct table table;
	struct budgetmem_system_apply answer;
};

FIXTURE_SETUP(system)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, table_read(&self->table));
	self->answer = table_call(&self->table);
}

FIXTURE_TEARDOWN(system)
{
	close(self->fd);
}

static int apply(FIXTURE_DATA(system) *self)
{
	return device_call(self->fd, BUDGETMEM_IOC_SYSTEM_APPLY, &self->answer);
}

TEST_F(system, locked_twice)
{
	EXPECT_REFUSED(-EPERM, system_lock(self->fd));
	EXPECT_EQ(BUDGETMEM_SYSTEM_LOCKED, system_phase());
}

TEST_F(system, takes_no_table)
{
	self->answer.reason = 5;
	EXPECT_REFUSED(-EPERM, apply(self));
	EXPECT_EQ(BUDGETMEM_REASON_NONE, self->answer.reason);
	EXPECT_EQ(BUDGETMEM_NO_ENTRY, self->answer.failed);
}

TEST_F(system, takes_no_other_table)
{
	self->answer.count = 0;
	EXPECT_REFUSED(-EPERM, apply(self));
	table_add(&self->table, "new", 1);
	self->answer = table_call(&self->table);
	EXPECT_REFUSED(-EPERM, apply(self));
	table_find(&self->table, "main")->size += page_size();
	EXPECT_REFUSED(-EPERM, apply(self));
	table_find(&self->table, "main")->mode = 0;
	EXPECT_REFUSED(-EPERM, apply(self));
}

TEST_F(system, takes_no_dry_run)
{
	self->answer.flags = BUDGETMEM_APPLY_DRY_RUN;
	EXPECT_REFUSED(-EPERM, apply(self));
}

TEST_F(system, malformed_comes_before_the_lock)
{
	struct budgetmem_system_lock call = { .flags = 1 };

	EXPECT_REFUSED(-EINVAL, device_call(self->fd, BUDGETMEM_IOC_SYSTEM_LOCK,
					    &call));
	self->answer.reserved = 1;
	EXPECT_REFUSED(-EINVAL, apply(self));
}

/* Nobody reads what will not be applied. */
TEST_F(system, the_lock_comes_before_the_entries)
{
	self->answer.entries = 0;
	EXPECT_REFUSED(-EPERM, apply(self));
}

TEST_F(system, serves_clients_as_before)
{
	struct pool pool;
	__u64 offset;

	ASSERT_EQ(0, client_bind(self->fd, "main"));
	ASSERT_EQ(0, pool_open(&pool, self->fd, "pool", 5));
	EXPECT_EQ(0, faults_storing(pool.memory, pool.size));
	EXPECT_EQ(0, pool_unmap(&pool));
	EXPECT_EQ(0, pool_destroy(self->fd, pool.offset));
	ASSERT_EQ(0, pool_attach(self->fd, "left", 1, 1, &offset));
	EXPECT_EQ(0, client_lock(self->fd));
	EXPECT_EQ(-EPERM, pool_create(self->fd, "more", 1, NULL));
}

TEST_F(system, pools_without_a_client_can_be_removed)
{
	EXPECT_EQ(0, pool_remove("main", "left"));
	EXPECT_EQ(0, budget_used("main"));
	/* One for the program that runs when the module was loaded again. */
	EXPECT_EQ(0, pool_leave("main", "left", 1));
}

int main(int argc, char **argv)
{
	at_insmod = argc > 1 && !strcmp(argv[1], "at-insmod");
	return test_harness_run(argc, argv);
}
