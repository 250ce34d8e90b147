// SPDX-License-Identifier: MIT
/*
 * BUDGET_INFO, CLIENT_INFO and POOL_INFO: every selector, every field, and the
 * lists. What holds for the argument of every call is in arguments.c, for names
 * in names.c, for who may see what in access.c.
 */
#include <sys/mman.h>

#include "test.h"

/* A file that is not bound, a client, and its pool of two pages. */
FIXTURE(info) {
	int unbound;
	int fd;
	__u64 offset;
	size_t size;
	struct budgetmem_budget_info budget;
	struct budgetmem_client_info client;
	struct budgetmem_pool_info pool;
};

FIXTURE_SETUP(info)
{
	self->unbound = device_open(O_RDONLY);
	self->fd = client_open("small");
	self->size = 2 * page_size();
	ASSERT_LE(0, self->unbound);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_create(self->fd, "pool", self->size, &self->offset));
}

FIXTURE_TEARDOWN(info)
{
	close(self->fd);
	close(self->unbound);
}

static int ask_budget(int fd, struct budgetmem_budget_info *info)
{
	return device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, info);
}

static int ask_client(int fd, struct budgetmem_client_info *info)
{
	return device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, info);
}

static int ask_pool(int fd, struct budgetmem_pool_info *info)
{
	return device_call(fd, BUDGETMEM_IOC_POOL_INFO, info);
}

/* Fill all that follows a field, so that what stays unwritten shows. */
#define FILL_AFTER(info, field)						\
	memset((char *)(info) + offsetof(typeof(*(info)), field) +	\
	       sizeof((info)->field), 0xff,				\
	       sizeof(*(info)) - offsetof(typeof(*(info)), field) -	\
	       sizeof((info)->field))

static bool name_is(const char field[BUDGETMEM_NAME_SIZE], const char *name)
{
	char whole[BUDGETMEM_NAME_SIZE];

	name_set(whole, name);
	return !memcmp(whole, field, sizeof(whole));
}

TEST_F(info, budget_own)
{
	EXPECT_EQ(0, ask_budget(self->fd, &self->budget));
	EXPECT_TRUE(name_is(self->budget.name, "small"));
}

TEST_F(info, budget_own_before_bind)
{
	EXPECT_REFUSED(-EBUSY, ask_budget(self->unbound, &self->budget));
}

TEST_F(info, budget_by_name)
{
	EXPECT_EQ(0, budget_read(self->unbound, "main", &self->budget));
	EXPECT_TRUE(name_is(self->budget.name, "main"));
	EXPECT_EQ(0, budget_read(self->fd, "main", &self->budget));
	EXPECT_TRUE(name_is(self->budget.name, "main"));
}

TEST_F(info, budget_of_unknown_name)
{
	EXPECT_REFUSED(-ENOENT,
		       budget_read(self->fd, "nobody", &self->budget));
}

TEST_F(info, every_field_of_a_budget)
{
	struct budgetmem_budget_info *budget = &self->budget;

	FILL_AFTER(budget, name);
	budget->reserved = 0;
	ASSERT_EQ(0, ask_budget(self->fd, budget));
	EXPECT_EQ(BUDGETMEM_SELECT_OWN, budget->select);
	EXPECT_EQ(0, budget->flags);
	EXPECT_EQ(0, budget->cursor);
	EXPECT_EQ(SMALL_SIZE, budget->size);
	EXPECT_EQ(self->size, budget->used);
	EXPECT_LE(self->size, budget->high_water);
	EXPECT_GE(SMALL_SIZE, budget->high_water);
	EXPECT_EQ(0, budget->quarantined);
	EXPECT_LT(0, budget->overhead);
	EXPECT_GT(SMALL_SIZE, budget->overhead);
	EXPECT_GT(1u << 30, budget->refused_over_budget);
	EXPECT_GT(1u << 30, budget->refused_locked);
	EXPECT_GT(1u << 30, budget->refused_access);
	EXPECT_EQ(0, budget->uid);
	EXPECT_EQ(0, budget->gid);
	EXPECT_EQ(0666, budget->mode);
	EXPECT_EQ(1, budget->clients);
	EXPECT_EQ(SMALL_CLIENTS, budget->client_limit);
	EXPECT_EQ(1, budget->pools);
	EXPECT_EQ(SMALL_POOLS, budget->pool_limit);
	EXPECT_EQ(BUDGETMEM_NODE_ANY, budget->node);
	EXPECT_EQ(0, budget->detached);
	EXPECT_EQ(0, budget->detached_pools);
	EXPECT_EQ(0, budget->reserved);
}

TEST_F(info, budget_owner_and_mode_are_those_of_the_table)
{
	ASSERT_EQ(0, budget_read(self->fd, "modes-642", &self->budget));
	EXPECT_EQ(1000, self->budget.uid);
	EXPECT_EQ(2000, self->budget.gid);
	EXPECT_EQ(0642, self->budget.mode);
}

TEST_F(info, limits_that_the_table_leaves_out)
{
	ASSERT_EQ(0, budget_read(self->fd, "closed", &self->budget));
	EXPECT_EQ(64, self->budget.pool_limit);
	EXPECT_EQ(16, self->budget.client_limit);
	EXPECT_EQ(0, self->budget.mode);
}

/* All are listed, each once, and ENOENT afterwards, again and again. */
TEST_F(info, budget_list)
{
	static const char *const names[] = {
		"main", "small", "sum", "modes-642", "modes-264", "modes-426",
		"closed", "bad",
	};
	unsigned int seen[ARRAY_SIZE(names)] = { 0 };
	size_t i;

	self->budget.select = BUDGETMEM_SELECT_NEXT;
	while (!ask_budget(self->unbound, &self->budget)) {
		for (i = 0; i < ARRAY_SIZE(names); i++)
			seen[i] += name_is(self->budget.name, names[i]);
	}
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_EQ(1, seen[i]);
	}
	EXPECT_EQ(BUDGETS, ARRAY_SIZE(names));
	EXPECT_REFUSED(-ENOENT, ask_budget(self->unbound, &self->budget));
	EXPECT_REFUSED(-ENOENT, ask_budget(self->unbound, &self->budget));
}

TEST_F(info, budget_by_offset)
{
	self->budget.select = BUDGETMEM_SELECT_OFFSET;
	EXPECT_REFUSED(-EINVAL, ask_budget(self->fd, &self->budget));
}

TEST_F(info, client_own)
{
	EXPECT_EQ(0, ask_client(self->fd, &self->client));
	EXPECT_NE(0, self->client.client);
}

TEST_F(info, client_own_before_bind)
{
	EXPECT_REFUSED(-EBUSY, ask_client(self->unbound, &self->client));
}

TEST_F(info, every_field_of_a_client)
{
	struct budgetmem_client_info *client = &self->client;
	char command[BUDGETMEM_COMMAND_SIZE] = "info";

	FILL_AFTER(client, cursor);
	ASSERT_EQ(0, ask_client(self->fd, client));
	EXPECT_EQ(BUDGETMEM_SELECT_OWN, client->select);
	EXPECT_EQ(0, client->flags);
	EXPECT_EQ(0, client->cursor);
	EXPECT_GT(1u << 30, client->client);
	EXPECT_TRUE(name_is(client->budget, "small"));
	EXPECT_EQ(0, memcmp(command, client->command, sizeof(command)));
	EXPECT_EQ(getpid(), client->pid);
	EXPECT_EQ(0, client->uid);
	EXPECT_EQ(BUDGETMEM_PHASE_INIT, client->phase);
	EXPECT_EQ(1, client->pools);
	EXPECT_EQ(self->size, client->used);
	EXPECT_EQ(self->size, client->high_water);
	EXPECT_EQ(0, client->refused);
}

TEST_F(info, client_list)
{
	struct budgetmem_client_info own;
	struct budgetmem_client_info other;
	int unknown = 0;
	int seen = 0;
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_read(self->fd, &own));
	ASSERT_EQ(0, client_read(fd, &other));
	self->client.select = BUDGETMEM_SELECT_NEXT;
	while (!ask_client(self->unbound, &self->client)) {
		if (self->client.client == own.client)
			seen += 1;
		else if (self->client.client == other.client)
			seen += 100;
		else
			unknown++;
	}
	EXPECT_EQ(101, seen);
	EXPECT_EQ(0, unknown);
	EXPECT_REFUSED(-ENOENT, ask_client(self->unbound, &self->client));
}

TEST_F(info, client_list_of_none)
{
	close(self->fd);
	self->client.select = BUDGETMEM_SELECT_NEXT;
	EXPECT_REFUSED(-ENOENT, ask_client(self->unbound, &self->client));
}

TEST_F(info, client_by_name)
{
	self->client.select = BUDGETMEM_SELECT_NAME;
	EXPECT_REFUSED(-EINVAL, ask_client(self->fd, &self->client));
}

TEST_F(info, client_by_offset)
{
	self->client.select = BUDGETMEM_SELECT_OFFSET;
	EXPECT_REFUSED(-EINVAL, ask_client(self->fd, &self->client));
}

static int bind_and_leave(void *argument)
{
	return -client_bind(*(int *)argument, "main");
}

TEST_F(info, client_whose_process_is_gone)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, child_run(bind_and_leave, &fd));
	ASSERT_EQ(0, ask_client(fd, &self->client));
	EXPECT_EQ(0, self->client.pid);
}

TEST_F(info, pool_by_name)
{
	self->pool.select = BUDGETMEM_SELECT_NAME;
	name_set(self->pool.name, "pool");
	EXPECT_EQ(0, ask_pool(self->fd, &self->pool));
	EXPECT_EQ(self->offset, self->pool.offset);
}

TEST_F(info, pool_of_unknown_name)
{
	self->pool.select = BUDGETMEM_SELECT_NAME;
	name_set(self->pool.name, "nobody");
	EXPECT_REFUSED(-ENOENT, ask_pool(self->fd, &self->pool));
}

TEST_F(info, pool_of_another_client_by_name)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	ASSERT_EQ(0, pool_create(other, "foreign", 1, NULL));
	self->pool.select = BUDGETMEM_SELECT_NAME;
	name_set(self->pool.name, "foreign");
	EXPECT_REFUSED(-ENOENT, ask_pool(self->fd, &self->pool));
}

TEST_F(info, pool_by_offset)
{
	EXPECT_EQ(0, pool_read(self->fd, self->offset, &self->pool));
	EXPECT_TRUE(name_is(self->pool.name, "pool"));
}

TEST_F(info, pool_by_offset_of_nothing)
{
	EXPECT_REFUSED(-ENOENT, pool_read(self->fd, 0, &self->pool));
	EXPECT_REFUSED(-ENOENT,
		       pool_read(self->fd, self->offset + 1, &self->pool));
	EXPECT_REFUSED(-ENOENT, pool_read(self->fd, ~0ull, &self->pool));
}

TEST_F(info, pool_of_another_client_by_offset)
{
	int other = client_open("small");

	ASSERT_LE(0, other);
	EXPECT_REFUSED(-ENOENT, pool_read(other, self->offset, &self->pool));
}

TEST_F(info, every_field_of_a_pool)
{
	struct budgetmem_pool_info *pool = &self->pool;

	ASSERT_EQ(0, client_read(self->fd, &self->client));
	pool->select = BUDGETMEM_SELECT_OFFSET;
	pool->offset = self->offset;
	FILL_AFTER(pool, name);
	ASSERT_EQ(0, ask_pool(self->fd, pool));
	EXPECT_EQ(BUDGETMEM_SELECT_OFFSET, pool->select);
	EXPECT_EQ(0, pool->flags);
	EXPECT_EQ(0, pool->cursor);
	EXPECT_EQ(self->offset, pool->offset);
	EXPECT_TRUE(name_is(pool->name, "pool"));
	EXPECT_EQ(self->client.client, pool->client);
	EXPECT_TRUE(name_is(pool->budget, "small"));
	EXPECT_EQ(self->size, pool->size);
	EXPECT_EQ(0, pool->layout);
	EXPECT_EQ(0, pool->threshold);
	EXPECT_EQ(0, pool->uid);
	EXPECT_EQ(0, pool->properties);
	EXPECT_EQ(0, pool->exports);
	EXPECT_EQ(0, pool->importers);
	EXPECT_EQ(0, pool->mappings);
	EXPECT_EQ(0, pool->reported);
	EXPECT_EQ(0, pool->reported_used);
	EXPECT_EQ(0, pool->reported_high_water);
	EXPECT_EQ(0, pool->reported_refused);
	EXPECT_EQ(0, pool->reported_layout);
}

TEST_F(info, pool_with_a_layout)
{
	struct budgetmem_pool_create create = {
		.name = "laid-out", .size = 1, .layout = 0xfedcba9876543210ull,
	};

	ASSERT_EQ(0, device_call(self->fd, BUDGETMEM_IOC_POOL_CREATE, &create));
	EXPECT_EQ(0xfedcba9876543210ull, create.layout);
	ASSERT_EQ(0, pool_read(self->fd, create.offset, &self->pool));
	EXPECT_EQ(0xfedcba9876543210ull, self->pool.layout);
	EXPECT_EQ(0, self->pool.reported_layout);
}

TEST_F(info, pool_of_another_user)
{
	int fd = device_open_as(1000, O_RDWR);
	__u64 offset;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_bind(fd, "main"));
	ASSERT_EQ(0, pool_create(fd, "foreign", 1, &offset));
	ASSERT_EQ(0, pool_read(fd, offset, &self->pool));
	EXPECT_EQ(1000, self->pool.uid);
}

TEST_F(info, pool_list)
{
	int seen = 0;
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_create(fd, "other", 1, NULL));
	self->pool.select = BUDGETMEM_SELECT_NEXT;
	while (!ask_pool(self->fd, &self->pool)) {
		if (name_is(self->pool.name, "pool")) {
			EXPECT_EQ(self->offset, self->pool.offset);
			seen += 1;
		} else {
			EXPECT_TRUE(name_is(self->pool.name, "other"));
			EXPECT_EQ(0, self->pool.offset);
			seen += 100;
		}
	}
	EXPECT_EQ(101, seen);
	EXPECT_REFUSED(-ENOENT, ask_pool(self->fd, &self->pool));
}

/* An offset is of use to its client alone, and is shown to nobody else. */
TEST_F(info, pool_list_before_bind)
{
	self->pool.select = BUDGETMEM_SELECT_NEXT;
	EXPECT_EQ(0, ask_pool(self->unbound, &self->pool));
	EXPECT_EQ(0, self->pool.offset);
}

TEST_F(info, pool_own)
{
	self->pool.select = BUDGETMEM_SELECT_OWN;
	EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
}

TEST_F(info, pool_before_bind)
{
	EXPECT_REFUSED(-EBUSY,
		       pool_read(self->unbound, self->offset, &self->pool));
	memset(&self->pool, 0, sizeof(self->pool));
	self->pool.select = BUDGETMEM_SELECT_NAME;
	name_set(self->pool.name, "pool");
	EXPECT_REFUSED(-EBUSY, ask_pool(self->unbound, &self->pool));
}

TEST_F(info, pool_mappings)
{
	void *first;
	void *second;

	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &first));
	ASSERT_EQ(0, pool_map(self->fd, self->offset, self->size, PROT_READ,
			      &second));
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &self->pool));
	EXPECT_EQ(2, self->pool.mappings);
	ASSERT_EQ(0, munmap(first, self->size));
	ASSERT_EQ(0, munmap(second, self->size));
	ASSERT_EQ(0, pool_read(self->fd, self->offset, &self->pool));
	EXPECT_EQ(0, self->pool.mappings);
}

TEST_F(info, unknown_selectors)
{
	static const __u32 unknown[] = { 4, 5, 0x80000000u, 0xffffffffu };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		self->budget.select = unknown[i];
		self->client.select = unknown[i];
		self->pool.select = unknown[i];
		EXPECT_REFUSED(-EINVAL, ask_budget(self->fd, &self->budget));
		EXPECT_REFUSED(-EINVAL, ask_client(self->fd, &self->client));
		EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
	}
}

TEST_F(info, cursor_where_none_belongs)
{
	self->budget.cursor = 1;
	EXPECT_REFUSED(-EINVAL, ask_budget(self->fd, &self->budget));
	self->budget.select = BUDGETMEM_SELECT_NAME;
	name_set(self->budget.name, "main");
	EXPECT_REFUSED(-EINVAL, ask_budget(self->fd, &self->budget));
	self->client.cursor = 1;
	EXPECT_REFUSED(-EINVAL, ask_client(self->fd, &self->client));
	self->pool.select = BUDGETMEM_SELECT_OFFSET;
	self->pool.offset = self->offset;
	self->pool.cursor = 1;
	EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
	self->pool.select = BUDGETMEM_SELECT_NAME;
	self->pool.offset = 0;
	name_set(self->pool.name, "pool");
	EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
}

TEST_F(info, name_where_none_belongs)
{
	name_set(self->budget.name, "main");
	EXPECT_REFUSED(-EINVAL, ask_budget(self->fd, &self->budget));
	name_set(self->pool.name, "pool");
	self->pool.select = BUDGETMEM_SELECT_OFFSET;
	self->pool.offset = self->offset;
	EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
}

TEST_F(info, offset_where_none_belongs)
{
	self->pool.offset = self->offset;
	self->pool.select = BUDGETMEM_SELECT_NAME;
	name_set(self->pool.name, "pool");
	EXPECT_REFUSED(-EINVAL, ask_pool(self->fd, &self->pool));
}

/* What the call before answered is in the way of no list. */
TEST_F(info, lists_look_at_the_cursor_alone)
{
	memset(&self->budget, 0xff, sizeof(self->budget));
	self->budget.select = BUDGETMEM_SELECT_NEXT;
	self->budget.flags = 0;
	self->budget.cursor = 0;
	self->budget.reserved = 0;
	EXPECT_EQ(0, ask_budget(self->fd, &self->budget));
	memset(&self->pool, 0xff, sizeof(self->pool));
	self->pool.select = BUDGETMEM_SELECT_NEXT;
	self->pool.flags = 0;
	self->pool.cursor = 0;
	EXPECT_EQ(0, ask_pool(self->fd, &self->pool));
	EXPECT_TRUE(name_is(self->pool.name, "pool"));
}

static bool is_answer(int error)
{
	return !error || error == -ENOENT;
}

/* Whatever a cursor holds, the answer is an object that exists or ENOENT. */
TEST_F(info, cursor_of_rubbish)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		memset(&self->budget, 0, sizeof(self->budget));
		memset(&self->client, 0, sizeof(self->client));
		memset(&self->pool, 0, sizeof(self->pool));
		self->budget.select = BUDGETMEM_SELECT_NEXT;
		self->client.select = BUDGETMEM_SELECT_NEXT;
		self->pool.select = BUDGETMEM_SELECT_NEXT;
		self->budget.cursor = 1ull << bit;
		self->client.cursor = 1ull << bit;
		self->pool.cursor = 1ull << bit;
		EXPECT_TRUE(is_answer(ask_budget(self->fd, &self->budget)));
		EXPECT_TRUE(is_answer(ask_client(self->fd, &self->client)));
		EXPECT_TRUE(is_answer(ask_pool(self->fd, &self->pool)));
	}
}

TEST_F(info, cursor_behind_everything)
{
	self->budget.select = BUDGETMEM_SELECT_NEXT;
	self->client.select = BUDGETMEM_SELECT_NEXT;
	self->pool.select = BUDGETMEM_SELECT_NEXT;
	self->budget.cursor = ~0ull;
	self->client.cursor = ~0ull;
	self->pool.cursor = ~0ull;
	EXPECT_REFUSED(-ENOENT, ask_budget(self->fd, &self->budget));
	EXPECT_REFUSED(-ENOENT, ask_client(self->fd, &self->client));
	EXPECT_REFUSED(-ENOENT, ask_pool(self->fd, &self->pool));
}

TEST_F(info, malformed_comes_before_the_phase)
{
	self->budget.flags = 1;
	self->client.flags = 1;
	self->pool.flags = 1;
	self->pool.select = BUDGETMEM_SELECT_OFFSET;
	EXPECT_REFUSED(-EINVAL, ask_budget(self->unbound, &self->budget));
	EXPECT_REFUSED(-EINVAL, ask_client(self->unbound, &self->client));
	EXPECT_REFUSED(-EINVAL, ask_pool(self->unbound, &self->pool));
}

TEST_HARNESS_MAIN
