// SPDX-License-Identifier: MIT
/*
 * Pools that outlive their client: detached, attached by the next client of the same
 * user, removed by an administrator. What holds for the argument of every call is in
 * arguments.c, for names in names.c.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "test.h"

#define LAYOUT	0xfedcba9876543210ull
#define PAGES	3
#define THREADS	8

/* A client of "small" with a persistent pool, which is mapped and filled. */
FIXTURE(pool) {
	int fd;
	int admin;
	struct pool pool;
	struct budgetmem_budget_info budget;
	struct budgetmem_pool_info info;
};

static int pool_make(int fd, const char *name, struct pool *pool)
{
	void *memory = NULL;
	int error;

	pool->size = PAGES * page_size();
	error = pool_create_persistent(fd, name, pool->size, LAYOUT,
				       &pool->offset);
	if (!error)
		error = pool_map(fd, pool->offset, pool->size,
				 PROT_READ | PROT_WRITE, &memory);
	pool->memory = memory;
	if (!error)
		pattern_fill(memory, pool->size, 7);
	return error;
}

FIXTURE_SETUP(pool)
{
	self->admin = device_open(O_RDONLY);
	self->fd = client_open("small");
	ASSERT_LE(0, self->admin);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_make(self->fd, "kept", &self->pool));
}

FIXTURE_TEARDOWN(pool)
{
	if (self->pool.memory)
		pool_unmap(&self->pool);
	close(self->fd);
	close(self->admin);
	/* If the case did not do so itself. */
	pool_remove("small", "kept");
	EXPECT_EQ(0, budget_used("small"));
	EXPECT_EQ(0, budget_take_whole("small"));
}

/* The client ends; the pool does not. */
static void leave(FIXTURE_DATA(pool) *self)
{
	pool_unmap(&self->pool);
	self->pool.memory = NULL;
	close(self->fd);
	self->fd = -1;
}

static int bind_again(FIXTURE_DATA(pool) *self)
{
	self->fd = client_open("small");
	return self->fd < 0 ? self->fd : 0;
}

static int attach(FIXTURE_DATA(pool) *self)
{
	return pool_attach(self->fd, "kept", self->pool.size, LAYOUT,
			   &self->pool.offset);
}

/* Bytes of the pool that are not what its first client left. */
static size_t wrong_bytes(FIXTURE_DATA(pool) *self)
{
	size_t wrong;
	void *memory;

	if (pool_map(self->fd, self->pool.offset, self->pool.size, PROT_READ,
		     &memory))
		return ~0ul;
	wrong = pattern_wrong(memory, self->pool.size, 7);
	munmap(memory, self->pool.size);
	return wrong;
}

TEST_F(pool, is_told_to_be_persistent)
{
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &self->info));
	EXPECT_EQ(BUDGETMEM_POOL_PERSISTENT, self->info.properties);
	EXPECT_EQ(LAYOUT, self->info.layout);
	EXPECT_EQ(0, self->info.uid);
}

TEST_F(pool, stays_when_its_client_ends)
{
	struct budgetmem_client_info client;

	ASSERT_EQ(0, client_read(self->fd, &client));
	leave(self);
	ASSERT_EQ(0, budget_read(self->admin, "small", &self->budget));
	EXPECT_EQ(self->pool.size, self->budget.used);
	EXPECT_EQ(self->pool.size, self->budget.detached);
	EXPECT_EQ(1, self->budget.detached_pools);
	EXPECT_EQ(1, self->budget.pools);
	EXPECT_EQ(0, self->budget.clients);
	self->info.select = BUDGETMEM_SELECT_NEXT;
	ASSERT_EQ(0, device_call(self->admin, BUDGETMEM_IOC_POOL_INFO,
				 &self->info));
	EXPECT_STREQ("kept", self->info.name);
	EXPECT_STREQ("small", self->info.budget);
	EXPECT_EQ(client.client, self->info.client);
	EXPECT_EQ(0, self->info.offset);
	EXPECT_EQ(0, self->info.mappings);
	EXPECT_EQ(BUDGETMEM_POOL_PERSISTENT | BUDGETMEM_POOL_DETACHED,
		  self->info.properties);
}

TEST_F(pool, is_as_it_was_for_the_next_client)
{
	struct budgetmem_client_info client;

	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, attach(self));
	EXPECT_EQ(0, wrong_bytes(self));
	ASSERT_EQ(0, client_read(self->fd, &client));
	EXPECT_EQ(self->pool.size, client.used);
	EXPECT_EQ(1, client.pools);
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &self->info));
	EXPECT_EQ(client.client, self->info.client);
	EXPECT_EQ(BUDGETMEM_POOL_PERSISTENT, self->info.properties);
	ASSERT_EQ(0, budget_read(self->admin, "small", &self->budget));
	EXPECT_EQ(self->pool.size, self->budget.used);
	EXPECT_EQ(0, self->budget.detached);
	EXPECT_EQ(0, self->budget.detached_pools);
}

/* Attached and left again and again; no page is lost, no byte changes. */
TEST_F(pool, many_lives)
{
	int life;

	leave(self);
	for (life = 0; life < 50; life++) {
		ASSERT_EQ(0, bind_again(self));
		ASSERT_EQ(0, attach(self));
		EXPECT_EQ(0, wrong_bytes(self));
		close(self->fd);
		EXPECT_EQ(self->pool.size, budget_used("small"));
	}
	ASSERT_EQ(0, bind_again(self));
}

/* The answer tells the size in whole pages, as that of POOL_CREATE does. */
TEST_F(pool, size_is_rounded_up)
{
	struct budgetmem_pool_attach call = {
		.name = "kept",
		.size = self->pool.size - 1,
		.layout = LAYOUT,
	};

	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_POOL_ATTACH, &call));
	EXPECT_EQ(self->pool.size, call.size);
	EXPECT_EQ(0, call.offset % page_size());
	EXPECT_NE(0, call.offset);
}

TEST_F(pool, first_access_after_attach_takes_no_fault)
{
	void *memory;

	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, attach(self));
	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ | PROT_WRITE, &memory));
	EXPECT_EQ(0, faults_storing(memory, self->pool.size));
	munmap(memory, self->pool.size);
}

/* Somebody who is killed in the middle of his work, whatever he has mapped. */
static int work_until_killed(void *argument)
{
	int line = *(int *)argument;
	struct pool pool;
	int fd = client_open("main");

	if (fd < 0 || pool_make(fd, "crashed", &pool) || client_lock(fd))
		return 1;
	line_say(line);
	while (1)
		pause();
}

TEST_F(pool, outlives_a_client_that_is_killed)
{
	__u64 offset;
	int line[2];
	pid_t child;
	void *memory;
	int fd;

	ASSERT_EQ(0, line_open(line));
	child = child_start(work_until_killed, &line[1]);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, line_wait(line[0]));
	ASSERT_EQ(0, kill(child, SIGKILL));
	EXPECT_EQ(-SIGKILL, child_wait(child));
	fd = client_open("main");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_attach(fd, "crashed", self->pool.size, LAYOUT,
				 &offset));
	ASSERT_EQ(0, pool_map(fd, offset, self->pool.size, PROT_READ, &memory));
	EXPECT_EQ(0, pattern_wrong(memory, self->pool.size, 7));
	munmap(memory, self->pool.size);
	EXPECT_EQ(0, pool_destroy(fd, offset));
	close(fd);
}

TEST_F(pool, of_another_size)
{
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	EXPECT_REFUSED(-EMEDIUMTYPE,
		       pool_attach(self->fd, "kept",
				   self->pool.size + 1, LAYOUT, NULL));
	EXPECT_REFUSED(-EMEDIUMTYPE,
		       pool_attach(self->fd, "kept",
				   self->pool.size - page_size(), LAYOUT, NULL));
	EXPECT_REFUSED(-EMEDIUMTYPE,
		       pool_attach(self->fd, "kept",
				   self->pool.size + (1ull << 44), LAYOUT, NULL));
	EXPECT_REFUSED(-EINVAL,
		       pool_attach(self->fd, "kept", 0, LAYOUT, NULL));
	EXPECT_REFUSED(-EINVAL,
		       pool_attach(self->fd, "kept", ~0ull, LAYOUT, NULL));
	EXPECT_EQ(0, attach(self));
	EXPECT_EQ(0, wrong_bytes(self));
}

TEST_F(pool, of_another_layout)
{
	unsigned int bit;

	leave(self);
	ASSERT_EQ(0, bind_again(self));
	for (bit = 0; bit < 64; bit++) {
		EXPECT_REFUSED(-EMEDIUMTYPE,
			       pool_attach(self->fd, "kept", self->pool.size,
					   LAYOUT ^ 1ull << bit, NULL));
	}
	EXPECT_EQ(0, attach(self));
	EXPECT_EQ(0, wrong_bytes(self));
}

TEST_F(pool, of_another_user)
{
	struct budgetmem_budget_info after;

	leave(self);
	self->fd = device_open_as(1000, O_RDWR);
	ASSERT_EQ(0, client_bind(self->fd, "small"));
	ASSERT_EQ(0, budget_read(self->admin, "small", &self->budget));
	EXPECT_REFUSED(-EACCES, attach(self));
	ASSERT_EQ(0, budget_read(self->admin, "small", &after));
	EXPECT_EQ(self->budget.refused_access + 1, after.refused_access);
	/* Before he learns anything of its size and layout. */
	EXPECT_REFUSED(-EACCES, pool_attach(self->fd, "kept", 1, 0, NULL));
	close(self->fd);
	ASSERT_EQ(0, bind_again(self));
	EXPECT_EQ(0, attach(self));
}

/* Administrators included. */
TEST_F(pool, of_an_ordinary_user)
{
	int user = device_open_as(1000, O_RDWR);
	__u64 offset;

	ASSERT_EQ(0, client_bind(user, "main"));
	ASSERT_EQ(0, pool_create_persistent(user, "own", 1, 1, NULL));
	close(user);
	user = client_open("main");
	EXPECT_REFUSED(-EACCES, pool_attach(user, "own", 1, 1, NULL));
	close(user);
	user = device_open_as(1000, O_RDWR);
	ASSERT_EQ(0, client_bind(user, "main"));
	ASSERT_EQ(0, pool_attach(user, "own", 1, 1, &offset));
	EXPECT_EQ(0, pool_destroy(user, offset));
	close(user);
}

TEST_F(pool, of_another_budget)
{
	leave(self);
	self->fd = client_open("main");
	EXPECT_REFUSED(-ENOENT, attach(self));
}

TEST_F(pool, of_unknown_name)
{
	EXPECT_REFUSED(-ENOENT,
		       pool_attach(self->fd, "nobody", 1, LAYOUT, NULL));
}

TEST_F(pool, that_is_not_persistent)
{
	int other = client_open("small");

	ASSERT_EQ(0, pool_create(other, "plain", 1, NULL));
	EXPECT_REFUSED(-ENOENT, pool_attach(self->fd, "plain", 1, 0, NULL));
	close(other);
	EXPECT_REFUSED(-ENOENT, pool_attach(self->fd, "plain", 1, 0, NULL));
}

TEST_F(pool, that_a_client_has)
{
	int other = client_open("small");

	EXPECT_REFUSED(-EBUSY, pool_attach(other, "kept", self->pool.size,
					   LAYOUT, NULL));
	EXPECT_REFUSED(-EEXIST, attach(self));
	EXPECT_REFUSED(-EMEDIUMTYPE, pool_attach(other, "kept", 1, 0, NULL));
	close(other);
}

TEST_F(pool, whose_name_the_client_has)
{
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, pool_create(self->fd, "kept", 1, NULL));
	EXPECT_REFUSED(-EEXIST, attach(self));
	EXPECT_REFUSED(-EEXIST, pool_attach(self->fd, "kept", 1, 0, NULL));
}

TEST_F(pool, before_bind)
{
	int fd = device_open(O_RDWR);

	EXPECT_REFUSED(-EBUSY, pool_attach(fd, "kept", self->pool.size, LAYOUT,
					   NULL));
	close(fd);
}

TEST_F(pool, after_the_lock)
{
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, client_lock(self->fd));
	EXPECT_REFUSED(-EPERM, attach(self));
	EXPECT_REFUSED(-EPERM, pool_attach(self->fd, "nobody", 1, 0, NULL));
}

TEST_F(pool, an_answer_that_cannot_be_written)
{
	struct budgetmem_pool_attach *call;

	leave(self);
	ASSERT_EQ(0, bind_again(self));
	call = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, call);
	name_set(call->name, "kept");
	call->size = self->pool.size;
	call->layout = LAYOUT;
	ASSERT_EQ(0, mprotect(call, page_size(), PROT_READ));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_POOL_ATTACH,
					    call));
	EXPECT_EQ(0, attach(self));
}

TEST_F(pool, names_are_unique_in_the_budget)
{
	int other = client_open("small");

	EXPECT_REFUSED(-EEXIST,
		       pool_create_persistent(other, "kept", 1, 0, NULL));
	/* A plain one is its client's alone. */
	EXPECT_EQ(0, pool_create(other, "kept", 1, NULL));
	close(other);
	EXPECT_REFUSED(-EEXIST, pool_create(self->fd, "kept", 1, NULL));
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	EXPECT_REFUSED(-EEXIST,
		       pool_create_persistent(self->fd, "kept", 1, 0, NULL));
	other = client_open("main");
	EXPECT_EQ(0, pool_create_persistent(other, "kept", 1, 0, NULL));
	close(other);
	EXPECT_EQ(0, pool_remove("main", "kept"));
}

TEST_F(pool, is_charged_while_it_is_detached)
{
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	EXPECT_REFUSED(-EDQUOT,
		       pool_create(self->fd, "rest",
				   SMALL_SIZE - self->pool.size + 1, NULL));
	EXPECT_EQ(0, pool_create(self->fd, "rest",
				 SMALL_SIZE - self->pool.size, NULL));
	/* It is charged already: there is room for it. */
	EXPECT_EQ(0, attach(self));
}

static bool budget_is_clean(const char *budget, size_t size)
{
	int fd = client_open(budget);
	struct pool pool;
	bool clean;

	if (fd < 0 || pool_open(&pool, fd, "all", size / page_size()))
		return false;
	clean = !bytes_not_zero(pool.memory, pool.size);
	pool_unmap(&pool);
	close(fd);
	return clean;
}

TEST_F(pool, destroyed_like_any_other)
{
	leave(self);
	ASSERT_EQ(0, bind_again(self));
	ASSERT_EQ(0, attach(self));
	ASSERT_EQ(0, pool_destroy(self->fd, self->pool.offset));
	EXPECT_REFUSED(-ENOENT, attach(self));
	EXPECT_EQ(0, budget_used("small"));
	close(self->fd);
	EXPECT_TRUE(budget_is_clean("small", SMALL_SIZE));
}

TEST_F(pool, removed_by_an_administrator)
{
	leave(self);
	EXPECT_EQ(0, pool_remove("small", "kept"));
	EXPECT_EQ(0, budget_used("small"));
	EXPECT_EQ(-ENOENT, pool_remove("small", "kept"));
	ASSERT_EQ(0, budget_read(self->admin, "small", &self->budget));
	EXPECT_EQ(0, self->budget.detached);
	EXPECT_EQ(0, self->budget.detached_pools);
	EXPECT_EQ(0, self->budget.pools);
	EXPECT_TRUE(budget_is_clean("small", SMALL_SIZE));
}

TEST_F(pool, removed_while_a_client_has_it)
{
	EXPECT_REFUSED(-EBUSY, pool_remove("small", "kept"));
	EXPECT_EQ(0, wrong_bytes(self));
}

TEST_F(pool, removed_from_nowhere)
{
	leave(self);
	EXPECT_REFUSED(-ENOENT, pool_remove("nobody", "kept"));
	EXPECT_REFUSED(-ENOENT, pool_remove("small", "nobody"));
	EXPECT_REFUSED(-ENOENT, pool_remove("main", "kept"));
}

static int remove_through(int fd, const char *name)
{
	struct budgetmem_pool_remove call = { .budget = "small" };

	name_set(call.name, name);
	return device_call(fd, BUDGETMEM_IOC_POOL_REMOVE, &call);
}

TEST_F(pool, removed_by_its_owner_who_is_no_administrator)
{
	int user = device_open_as(1000, O_RDWR);

	leave(self);
	EXPECT_REFUSED(-EACCES, remove_through(user, "kept"));
	/* Nor does he learn what there is. */
	EXPECT_REFUSED(-EACCES, remove_through(user, "nobody"));
	close(user);
}

static int attach_and_hold(int fd, __u64 size)
{
	return pool_attach(fd, "raced", size, LAYOUT, NULL);
}

struct racer {
	int fd;
	int result;
};

static void *race(void *argument)
{
	struct racer *racer = argument;

	racer->result = attach_and_hold(racer->fd, page_size());
	return NULL;
}

/* Eight clients at once: one gets it, and seven hear that somebody has it. */
TEST_F(pool, goes_to_one_of_many)
{
	static struct racer racer[THREADS];
	static struct crew crew;
	int fd = client_open("main");
	int round, i, won, wrong;

	ASSERT_EQ(0, pool_create_persistent(fd, "raced", 1, LAYOUT, NULL));
	for (round = 0; round < 30; round++) {
		close(fd);
		for (i = 0; i < THREADS; i++)
			racer[i].fd = client_open("main");
		ASSERT_EQ(0, crew_run(&crew, THREADS, race, racer,
				      sizeof(racer[0])));
		for (won = wrong = i = 0; i < THREADS; i++) {
			won += !racer[i].result;
			wrong += racer[i].result && racer[i].result != -EBUSY;
			if (racer[i].result)
				close(racer[i].fd);
			else
				fd = racer[i].fd;
		}
		ASSERT_EQ(1, won);
		EXPECT_EQ(0, wrong);
	}
	close(fd);
	EXPECT_EQ(0, pool_remove("main", "raced"));
}

TEST_HARNESS_MAIN
