// SPDX-License-Identifier: MIT
/*
 * Who may do what: a budget's owner and mode, the credentials with which the
 * file was opened, and CAP_SYS_ADMIN.
 *
 * The modes of three budgets give every class (owner, group, other) each of rw,
 * r and w once, so that no class can be mistaken for another.
 */
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "test.h"

#define OWNER	1000
#define GROUP	2000
#define NOBODY	4242

/* As in tests/uapi/budgets. */
static const struct {
	const char *name;
	unsigned int mode;
} budgets[] = {
	{ "modes-642", 0642 },
	{ "modes-264", 0264 },
	{ "modes-426", 0426 },
	{ "closed", 0000 },
};

/* What a child is to try, and as whom; it exits with the errno, 0: passed. */
struct attempt {
	struct identity identity;
	const char *budget;
};

static int try_bind(void *argument)
{
	struct attempt *attempt = argument;
	int fd;

	if (identity_take(&attempt->identity))
		return 255;
	fd = device_open(O_RDWR);
	return fd < 0 ? -fd : -client_bind(fd, attempt->budget);
}

static int try_see(void *argument)
{
	struct budgetmem_budget_info info;
	struct attempt *attempt = argument;
	int fd;

	if (identity_take(&attempt->identity))
		return 255;
	fd = device_open(O_RDONLY);
	return fd < 0 ? -fd : -budget_read(fd, attempt->budget, &info);
}

/* One bit for each of the budgets above that a name is. */
static int budget_bit(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		if (!strcmp(name, budgets[i].name))
			return 1 << i;
	}
	return 0;
}

/* The child exits with the bits of the budgets that it finds in the list. */
static int list_budgets(void *argument)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	struct attempt *attempt = argument;
	int seen = 0;
	int fd;

	if (identity_take(&attempt->identity))
		return 255;
	fd = device_open(O_RDONLY);
	while (!device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info))
		seen |= budget_bit(info.name);
	return seen;
}

static int list_clients(void *argument)
{
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	struct attempt *attempt = argument;
	int seen = 0;
	int fd;

	if (identity_take(&attempt->identity))
		return 255;
	fd = device_open(O_RDONLY);
	while (!device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &info))
		seen |= budget_bit(info.budget);
	return seen;
}

/* Pools bear the name of their budget for this. */
static int list_pools(void *argument)
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NEXT };
	struct attempt *attempt = argument;
	int seen = 0;
	int fd;

	if (identity_take(&attempt->identity))
		return 255;
	fd = device_open(O_RDONLY);
	while (!device_call(fd, BUDGETMEM_IOC_POOL_INFO, &info))
		seen |= budget_bit(info.name);
	return seen;
}

FIXTURE(class) {
	struct attempt attempt;
	int readable;
};

FIXTURE_VARIANT(class) {
	struct identity identity;
	unsigned int shift;
};

FIXTURE_VARIANT_ADD(class, owner) {
	.identity = { .uid = OWNER, .gid = NOBODY }, .shift = 6,
};

/* The class is chosen once: the owner gets nothing from the group. */
FIXTURE_VARIANT_ADD(class, owner_who_is_in_the_group) {
	.identity = { .uid = OWNER, .gid = GROUP }, .shift = 6,
};

FIXTURE_VARIANT_ADD(class, group) {
	.identity = { .uid = NOBODY, .gid = GROUP }, .shift = 3,
};

FIXTURE_VARIANT_ADD(class, supplementary_group) {
	.identity = {
		.uid = NOBODY, .gid = NOBODY,
		.group_count = 2, .groups = { 77, GROUP },
	},
	.shift = 3,
};

FIXTURE_VARIANT_ADD(class, other) {
	.identity = { .uid = NOBODY, .gid = NOBODY }, .shift = 0,
};

/* A uid is not a gid. */
FIXTURE_VARIANT_ADD(class, other_with_numbers_swapped) {
	.identity = { .uid = GROUP, .gid = OWNER }, .shift = 0,
};

FIXTURE_SETUP(class)
{
	size_t i;

	self->attempt.identity = variant->identity;
	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		if (budgets[i].mode >> variant->shift & 4)
			self->readable |= 1 << i;
	}
}

FIXTURE_TEARDOWN(class)
{
}

TEST_F(class, binds_where_the_mode_has_w)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		bool may = budgets[i].mode >> variant->shift & 2;

		self->attempt.budget = budgets[i].name;
		EXPECT_REFUSED(may ? 0 : EACCES,
			       child_run(try_bind, &self->attempt));
	}
}

TEST_F(class, sees_where_the_mode_has_r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		bool may = budgets[i].mode >> variant->shift & 4;

		self->attempt.budget = budgets[i].name;
		EXPECT_REFUSED(may ? 0 : EACCES,
			       child_run(try_see, &self->attempt));
	}
}

TEST_F(class, finds_in_lists_what_it_sees)
{
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		fd = client_open(budgets[i].name);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, pool_create(fd, budgets[i].name, 1, NULL));
	}
	EXPECT_EQ(self->readable, child_run(list_budgets, &self->attempt));
	EXPECT_EQ(self->readable, child_run(list_clients, &self->attempt));
	EXPECT_EQ(self->readable, child_run(list_pools, &self->attempt));
}

static const struct identity nobody = { .uid = NOBODY, .gid = NOBODY };

/*
 * In a budget that it may use and not see: itself, and not the client of root
 * that is there too. Exits with 0, or the number of the line that is wrong.
 */
static int look_at_itself(void *argument)
{
	struct budgetmem_client_info client = { 0 };
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_NEXT };
	__u64 number;
	__u64 offset;
	int fd;

	if (identity_take(&nobody))
		return 255;
	fd = client_open("modes-642");
	if (fd < 0 || pool_create(fd, "mine", 1, &offset))
		return 1;
	if (client_read(fd, &client))
		return 2;
	number = client.client;
	memset(&client, 0, sizeof(client));
	client.select = BUDGETMEM_SELECT_NEXT;
	if (device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &client) ||
	    client.client != number)
		return 3;
	if (device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &client) != -ENOENT)
		return 4;
	if (device_call(fd, BUDGETMEM_IOC_POOL_INFO, &pool) ||
	    strcmp(pool.name, "mine") || pool.offset != offset)
		return 5;
	if (device_call(fd, BUDGETMEM_IOC_POOL_INFO, &pool) != -ENOENT)
		return 6;
	return 0;
}

TEST(a_client_sees_itself_whatever_the_mode)
{
	int fd = client_open("modes-642");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pool_create(fd, "of-root", 1, NULL));
	EXPECT_EQ(0, child_run(look_at_itself, NULL));
}

static int open_then_change_user(void *argument)
{
	int fd = device_open(O_RDWR);

	if (fd < 0 || identity_take(&nobody))
		return 255;
	return -client_bind(fd, "closed");
}

TEST(credentials_are_those_at_open_when_the_opener_gives_them_up)
{
	EXPECT_EQ(0, child_run(open_then_change_user, NULL));
}

static int open_and_send(void *argument)
{
	int fd;

	if (identity_take(&nobody))
		return 255;
	fd = device_open(O_RDWR);
	return fd < 0 ? -fd : -line_send(*(int *)argument, fd);
}

TEST(credentials_are_those_at_open_when_another_gets_the_descriptor)
{
	struct budgetmem_budget_info info;
	int line[2];
	int fd;

	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, child_run(open_and_send, &line[1]));
	fd = line_receive(line[0]);
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EACCES, client_bind(fd, "closed"));
	EXPECT_EQ(-EACCES, budget_read(fd, "closed", &info));
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST(the_user_of_a_client_is_its_opener)
{
	struct budgetmem_client_info info;
	int line[2];
	int fd;

	ASSERT_EQ(0, line_open(line));
	ASSERT_EQ(0, child_run(open_and_send, &line[1]));
	fd = line_receive(line[0]);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_bind(fd, "main"));
	ASSERT_EQ(0, client_read(fd, &info));
	EXPECT_EQ(NOBODY, info.uid);
	EXPECT_EQ(getpid(), info.pid);
}

/* Set the capabilities in effect to that one alone: 0 or -errno. */
static int capability_keep(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { 0 } };

	data[0].effective = 1u << capability;
	data[0].permitted = 1u << capability;
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static int try_as_administrator(void *argument)
{
	struct budgetmem_budget_info info;
	int fd;

	if (prctl(PR_SET_KEEPCAPS, 1) || identity_take(&nobody) ||
	    capability_keep(CAP_SYS_ADMIN))
		return 255;
	fd = client_open("closed");
	return fd < 0 ? -fd : -budget_read(fd, "closed", &info);
}

TEST(cap_sys_admin_passes)
{
	EXPECT_EQ(0, child_run(try_as_administrator, NULL));
}

/* This one lets pass every file's mode, and is not what a budget asks for. */
static int try_as_root_without_it(void *argument)
{
	int fd;

	if (capability_keep(CAP_DAC_OVERRIDE))
		return 255;
	fd = client_open("closed");
	return fd < 0 ? -fd : 0;
}

TEST(root_without_cap_sys_admin_does_not_pass)
{
	EXPECT_EQ(EACCES, child_run(try_as_root_without_it, NULL));
}

/* Exit status of a child that could not make a namespace. */
#define NO_NAMESPACE 254

static int become_root_of_a_namespace(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %d 1", NOBODY);
	if (identity_take(&nobody) || prctl(PR_SET_DUMPABLE, 1) ||
	    unshare(CLONE_NEWUSER) || file_write("/proc/self/uid_map", map))
		return -1;
	return getuid() ? -1 : 0;
}

static int bind_from_a_namespace(void *argument)
{
	int fd;

	if (become_root_of_a_namespace())
		return NO_NAMESPACE;
	fd = client_open("closed");
	return fd < 0 ? -fd : 0;
}

TEST(root_of_a_user_namespace_does_not_pass)
{
	int result = child_run(bind_from_a_namespace, NULL);

	if (result == NO_NAMESPACE)
		LACKING("user namespaces");
	EXPECT_EQ(EACCES, result);
}

/* 0, or the number of the line that is wrong. */
static int look_from_a_namespace(void *argument)
{
	struct budgetmem_budget_info budget;
	struct budgetmem_client_info client;
	int fd;

	if (become_root_of_a_namespace())
		return NO_NAMESPACE;
	fd = client_open("main");
	if (fd < 0)
		return 1;
	if (client_read(fd, &client) || client.uid)
		return 2;
	/* Its real owner has no number here: the one for everybody else. */
	if (budget_read(fd, "main", &budget) || budget.uid != 65534)
		return 3;
	return 0;
}

TEST(users_are_shown_as_the_namespace_knows_them)
{
	int result = child_run(look_from_a_namespace, NULL);

	if (result == NO_NAMESPACE)
		LACKING("user namespaces");
	EXPECT_EQ(0, result);
}

/* As process 1 of a namespace: 0, or the number of the line that is wrong. */
static int look_as_first_process(void *argument)
{
	struct budgetmem_client_info info;
	int fd = client_open("main");

	if (fd < 0 || getpid() != 1)
		return 1;
	if (client_read(fd, &info) || info.pid != 1)
		return 2;
	if (client_read(*(int *)argument, &info) || info.pid)
		return 3;
	return 0;
}

static int make_first_process(void *argument)
{
	if (unshare(CLONE_NEWPID))
		return NO_NAMESPACE;
	return child_run(look_as_first_process, argument);
}

TEST(processes_are_shown_as_the_namespace_knows_them)
{
	int fd = client_open("main");
	int result;

	ASSERT_LE(0, fd);
	result = child_run(make_first_process, &fd);
	if (result == NO_NAMESPACE)
		LACKING("process namespaces");
	EXPECT_EQ(0, result);
}

TEST(access_comes_before_a_full_budget)
{
	struct attempt attempt = { .identity = nobody, .budget = "closed" };
	struct budgetmem_budget_info info;
	int fd = device_open(O_RDONLY);
	unsigned int i;

	ASSERT_EQ(0, budget_read(fd, "closed", &info));
	for (i = 0; i < info.client_limit; i++) {
		ASSERT_LE(0, client_open("closed"));
	}
	ASSERT_EQ(-EDQUOT, client_open("closed"));
	EXPECT_REFUSED(EACCES, child_run(try_bind, &attempt));
}

TEST_HARNESS_MAIN
