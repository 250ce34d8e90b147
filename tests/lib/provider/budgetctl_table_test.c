// SPDX-License-Identifier: MIT
/*
 * budgetctl_table_test.c: the tool's work on the table of budgets, in a guest
 *
 *	budgetctl_table_test [PATH_OF_BUDGETCTL]
 *
 * Expects to be root, and the system not to be locked. Whatever the table was, each
 * case puts its own in place. Leaves the system locked.
 */
#include "tap.h"
#include "tool_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/budgetmem.h>

#define NOBODY		1000
#define TABLE		"/table.yml"

/* Two budgets; without that of words, the one that is not in use. */
#define ROBOT		"budgets:\n  robot:\n    size: 64K\n    mode: 0666\n"
#define WORDS		"  words:\n    size: 32K\n"

static void write_table(const char *text)
{
	FILE *file = fopen(TABLE, "w");

	if (!tap_expect(file))
		exit(1);
	fputs(text, file);
	fclose(file);
}

static int apply(const char *text)
{
	write_table(text);
	return run("apply", TABLE);
}

static void begin(void)
{
	if (!tap_equal(apply(ROBOT WORDS), 0))
		printf("# %s", errors);
}

/* The table is refused in one line that has @refusal, and nothing has changed. */
static void expect_refused(const char *table, const char *refusal)
{
	static char before[OUTPUT_MOST];

	tap_equal(run("status", "--json"), 0);
	memcpy(before, output, sizeof(before));
	tap_equal(apply(table), 1);
	tap_expect(!*output);
	tap_expect(has(errors, refusal));
	tap_expect(strchr(errors, '\n') == errors + strlen(errors) - 1);
	tap_equal(run("status", "--json"), 0);
	tap_expect(!strcmp(before, output));
}

static int open_device(void)
{
	int fd = open("/dev/budgetmem", O_RDWR | O_CLOEXEC);

	if (!tap_expect(fd >= 0))
		exit(1);
	return fd;
}

static int bind_to(const char *budget)
{
	struct budgetmem_bind bind = { .flags = 0 };
	int fd = open_device();

	strcpy(bind.name, budget);
	tap_equal(ioctl(fd, BUDGETMEM_IOC_BIND, &bind), 0);
	return fd;
}

static uint64_t create(int fd, const char *name, uint64_t size, uint32_t flags)
{
	struct budgetmem_pool_create create = { .size = size, .flags = flags };

	strcpy(create.name, name);
	tap_equal(ioctl(fd, BUDGETMEM_IOC_POOL_CREATE, &create), 0);
	return create.offset;
}

static void a_table_is_put_in_place(void)
{
	begin();
	tap_expect(has(output, "Applied."));
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "budgets 2, clients 0, pools 0"));
	tap_expect(has(output, "robot    64K"));
	tap_expect(has(output, "words    32K"));
	tap_equal(apply("budgets:\n  robot:\n    size: 128K\n    pools: 3\n    clients: 2\n"
			"    user: 7\n    group: 8\n    mode: 0640\n  new:\n    size: 4K\n"), 0);
	tap_expect(has(output, "64K -> 128K"));
	tap_expect(has(output, "\nwords   goes"));
	tap_expect(has(output, "\nnew     new"));
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "robot   128K"));
	tap_expect(has(output, " 0/2    0/3 "));
	tap_expect(has(output, "7:8  0640"));
	tap_expect(!strstr(output, "words"));
}

static void a_dry_run_changes_nothing(void)
{
	static char before[OUTPUT_MOST];

	begin();
	tap_equal(run("status", "--json"), 0);
	memcpy(before, output, sizeof(before));
	write_table("budgets:\n  robot:\n    size: 128K\n");
	tap_equal(run("apply", "--dry-run", TABLE), 0);
	tap_expect(has(output, "64K -> 128K"));
	tap_expect(has(output, "\nwords   goes"));
	tap_expect(has(output, "1 budget of 128K and "));
	tap_expect(has(output, "Dry run: nothing was changed."));
	tap_equal(run("status", "--json"), 0);
	tap_expect(!strcmp(before, output));
}

static void no_budget_at_all_can_be_had(void)
{
	begin();
	tap_equal(apply("budgets: {}\n"), 0);
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "budgets 0, clients 0, pools 0"));
}

static void what_is_not_to_be_had_is_refused_as_a_whole(void)
{
	begin();
	expect_refused("budgets:\n  robot:\n    size: 128K\n  huge:\n    size: 64G\n",
		       TABLE ":5: budget 'huge' cannot be set aside: ");
	expect_refused("total: 64K\n" ROBOT WORDS, TABLE ":1: the table needs ");
	expect_refused(ROBOT "    node: 1000\n", TABLE ":5: this machine has no memory of node 1000");
	expect_refused("budgets:\n  robot:\n    size: 16777215T\n", TABLE ":3: ");
}

static void what_is_in_use_stays(void)
{
	int fd;

	begin();
	fd = bind_to("robot");
	create(fd, "pool", 48 << 10, 0);
	expect_refused("budgets:\n  robot:\n    size: 32K\n",
		       TABLE ":3: budget 'robot' cannot shrink so far: 16K ");
	expect_refused("budgets:\n  words:\n    size: 32K\n",
		       TABLE ":1: budget 'robot' is not in this table and would go");
	expect_refused(ROBOT "    pools: 3\n", TABLE ":2: budget 'robot' is in use: ");
	/* What is free can go, more can come, and the owner can change. */
	tap_equal(apply("budgets:\n  robot:\n    size: 48K\n    mode: 0600\n"), 0);
	tap_equal(apply("budgets:\n  robot:\n    size: 96K\n    user: 5\n"), 0);
	close(fd);
}

static void only_an_administrator_may(void)
{
	begin();
	tap_equal(run_as(NOBODY, "apply", TABLE), 1);
	tap_expect(has(errors, TABLE ": only an administrator may apply a table"));
	tap_equal(run_as(NOBODY, "lock"), 1);
	tap_expect(has(errors, "lock: only an administrator"));
	tap_equal(run_as(NOBODY, "remove", "robot", "pool"), 1);
	tap_expect(has(errors, "remove: only an administrator"));
}

static void a_persistent_pool_is_shown_and_removed(void)
{
	int fd;

	begin();
	fd = bind_to("robot");
	create(fd, "kept", 8 << 10, BUDGETMEM_POOL_PERSISTENT);
	tap_equal(run("remove", "robot", "kept"), 1);
	tap_expect(has(errors, "a client has pool kept of budget robot"));
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "\nkept  robot     0  persistent "));
	close(fd);
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "persistent, detached"));
	tap_expect(has(output, "DETACHED"));
	tap_equal(run("top", "--once"), 0);
	tap_expect(has(output, "\n  (no client) "));
	tap_equal(run("metrics", NULL), 0);
	tap_expect(has(output, "\nbudgetmem_budget_detached_bytes{budget=\"robot\"} 8192\n"));
	expect_refused("budgets: {}\n", TABLE ":1: budget 'robot' is not in this table");
	tap_equal(run("remove", "robot", "kept"), 0);
	tap_equal(run("remove", "robot", "kept"), 1);
	tap_expect(has(errors, "budget robot has no persistent pool kept"));
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "pools 0"));
}

/* Where this kernel has dma-buf. */
static void an_exported_pool_is_shown_with_its_holder(void)
{
	struct budgetmem_pool_export export = { .flags = 0 };
	struct budgetmem_query query = { .flags = 0 };
	char holder[64];
	int fd;

	begin();
	fd = bind_to("robot");
	export.offset = create(fd, "shared", 8 << 10, 0);
	tap_equal(ioctl(fd, BUDGETMEM_IOC_QUERY, &query), 0);
	if (!(query.features & BUDGETMEM_FEATURE_EXPORT)) {
		tap_equal(ioctl(fd, BUDGETMEM_IOC_POOL_EXPORT, &export), -1);
		tap_equal(errno, EOPNOTSUPP);
		close(fd);
		return;
	}
	tap_equal(ioctl(fd, BUDGETMEM_IOC_POOL_EXPORT, &export), 0);
	close(fd);
	snprintf(holder, sizeof(holder), "budgetctl_table %d\n", getpid());
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "detached"));
	tap_expect(has(output, holder));
	snprintf(holder, sizeof(holder), "\"pid\": %d", getpid());
	tap_equal(run("status", "--json"), 0);
	tap_expect(has(output, holder));
	close(export.fd);
	tap_equal(run("status", NULL), 0);
	tap_expect(has(output, "pools 0"));
}

static void the_lock_is_final(void)
{
	begin();
	tap_equal(run("lock", "--dry-run"), 0);
	tap_expect(has(output, "Would be locked: 2 budgets of 96K."));
	tap_equal(run("doctor", NULL), 0);
	tap_expect(has(output, "\nnote     system      not locked yet"));
	tap_equal(run("lock"), 0);
	tap_expect(has(output, "Locked: 2 budgets of 96K."));
	expect_refused(ROBOT WORDS, TABLE ": the system is locked: ");
	tap_equal(run("lock"), 0);
	tap_expect(has(output, "Locked before: "));
	tap_equal(run("doctor", NULL), 0);
	tap_expect(has(output, "\nok       system      locked"));
	tap_expect(has(output, "\nok       G4 "));
	tap_equal(run("metrics", NULL), 0);
	tap_expect(has(output, "\nbudgetmem_system_locked 1\n"));
}

static void a_persistent_pool_is_removed_after_the_lock(void)
{
	int fd = bind_to("robot");

	create(fd, "late", 8 << 10, BUDGETMEM_POOL_PERSISTENT);
	close(fd);
	tap_equal(run("remove", "robot", "late"), 0);
}

static const struct tap_case cases[] = {
#define CASE(name)	{ #name, name }
	CASE(a_table_is_put_in_place),
	CASE(a_dry_run_changes_nothing),
	CASE(no_budget_at_all_can_be_had),
	CASE(what_is_not_to_be_had_is_refused_as_a_whole),
	CASE(what_is_in_use_stays),
	CASE(only_an_administrator_may),
	CASE(a_persistent_pool_is_shown_and_removed),
	CASE(an_exported_pool_is_shown_with_its_holder),
	CASE(the_lock_is_final),
	CASE(a_persistent_pool_is_removed_after_the_lock),
};

int main(int argc, char **argv)
{
	if (argc > 1)
		tool = argv[1];
	return tap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
