// SPDX-License-Identifier: MIT
/*
 * The files below /sys/class/misc/budgetmem/: those that the document lists and no
 * others, for administrators only, with what QUERY and BUDGET_INFO say; and budgets
 * that come and go.
 */
#include <dirent.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "test.h"

#define DIRECTORY	"/sys/class/misc/budgetmem/"
#define EXTRA_SIZE	(64u << 10)

/* The file of that name in the budget's directory; of the system without a budget. */
static void path_of(char path[256], const char *budget, const char *name)
{
	if (budget)
		snprintf(path, 256, DIRECTORY "budgets/%s/%s", budget, name);
	else
		snprintf(path, 256, DIRECTORY "%s", name);
}

static int value_read(const char *budget, const char *name, char text[64])
{
	char path[256];
	size_t length;
	int error;

	path_of(path, budget, name);
	memset(text, 0, 64);
	error = file_read(path, text, 64);
	if (error)
		return error;
	/* One value, and nothing but it. */
	length = strlen(text);
	if (length < 2 || strcspn(text, " \t\n") != length - 1 ||
	    text[length - 1] != '\n')
		return -EINVAL;
	text[length - 1] = '\0';
	return 0;
}

#define EXPECT_VALUE(budget, name, format, value)			\
	do {								\
		char expected_[64], found_[64];				\
									\
		snprintf(expected_, sizeof(expected_), format, value);	\
		EXPECT_EQ(0, value_read(budget, name, found_));		\
		EXPECT_STREQ(expected_, found_) {			\
			TH_LOG("%s", name);				\
		}							\
	} while (0)

static bool directory_exists(const char *budget)
{
	char path[256];

	path_of(path, budget, "");
	return !access(path, F_OK);
}

/* The document, whose copy lies beside this program. */
static FILE *document_open(void)
{
	char path[512] = "";
	char *end;

	if (readlink("/proc/self/exe", path, sizeof(path) - 8) < 0)
		return NULL;
	end = strrchr(path, '/');
	strcpy(end ? end + 1 : path, "abi");
	return fopen(path, "r");
}

/* Whether the document has that file; NAME stands for every budget. */
static bool document_lists(const char *path)
{
	char line[512];
	bool found = false;
	FILE *document = document_open();

	while (document && !found && fgets(line, sizeof(line), document)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "What:", 5) &&
			!strcmp(line + 5 + strspn(line + 5, "\t "), path);
	}
	if (document)
		fclose(document);
	return found;
}

TEST(what_the_document_lists_is_there)
{
	FILE *document = document_open();
	unsigned int listed = 0;
	char line[512];

	ASSERT_NE(NULL, document);
	while (fgets(line, sizeof(line), document)) {
		char path[512], *name;

		if (sscanf(line, "What: %511s", path) != 1)
			continue;
		listed++;
		name = strstr(path, "NAME");
		if (name) {
			char rest[512];

			strcpy(rest, name + strlen("NAME"));
			sprintf(name, "main%s", rest);
		}
		EXPECT_EQ(0, access(path, F_OK)) {
			TH_LOG("%s", path);
		}
	}
	fclose(document);
	EXPECT_EQ(25, listed);
}

/* What every device has. */
static bool of_the_kernel(const char *name)
{
	return !strcmp(name, "dev") || !strcmp(name, "uevent") ||
	       !strcmp(name, "subsystem") || !strcmp(name, "power") || name[0] == '.';
}

static unsigned int count_unlisted(const char *directory, const char *listed_as)
{
	unsigned int unlisted = 0;
	struct dirent *entry;
	char path[768];
	DIR *files = opendir(directory);

	if (!files)
		return 1000;
	while ((entry = readdir(files))) {
		if (of_the_kernel(entry->d_name) || !strcmp(entry->d_name, "budgets"))
			continue;
		snprintf(path, sizeof(path), "%s%s", listed_as, entry->d_name);
		if (!document_lists(path)) {
			fprintf(stderr, "# not in the document: %s\n", path);
			unlisted++;
		}
	}
	closedir(files);
	return unlisted;
}

TEST(what_is_there_the_document_lists)
{
	EXPECT_EQ(0, count_unlisted(DIRECTORY, DIRECTORY));
	EXPECT_EQ(0, count_unlisted(DIRECTORY "budgets/main/",
				    DIRECTORY "budgets/NAME/"));
}

static unsigned int budgets_listed(void)
{
	unsigned int budgets = 0;
	struct dirent *entry;
	DIR *directory = opendir(DIRECTORY "budgets");

	while (directory && (entry = readdir(directory)))
		budgets += entry->d_name[0] != '.';
	if (directory)
		closedir(directory);
	return budgets;
}

TEST(every_budget_has_a_directory)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	while (!device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info)) {
		EXPECT_TRUE(directory_exists(info.name)) {
			TH_LOG("%s", info.name);
		}
	}
	EXPECT_EQ(BUDGETS, budgets_listed());
}

TEST(the_system)
{
	struct budgetmem_query query;
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, query_read(fd, &query));
	EXPECT_VALUE(NULL, "version", "%u", query.version);
	EXPECT_VALUE(NULL, "phase", "%s",
		     query.phase == BUDGETMEM_SYSTEM_SETUP ? "setup" : "locked");
	EXPECT_VALUE(NULL, "total", "%llu", (unsigned long long)query.total);
	EXPECT_VALUE(NULL, "set_aside", "%llu", (unsigned long long)query.set_aside);
	EXPECT_VALUE(NULL, "overhead", "%llu", (unsigned long long)query.overhead);
	EXPECT_VALUE(NULL, "held_pages", "%llu", (unsigned long long)query.held_pages);
}

static void expect_budget(struct __test_metadata *_metadata, const char *name)
{
	struct budgetmem_budget_info info;
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, budget_read(fd, name, &info));
	close(fd);
#define WIDE(field) \
	EXPECT_VALUE(name, #field, "%llu", (unsigned long long)info.field)
	WIDE(size);
	WIDE(used);
	WIDE(high_water);
	WIDE(quarantined);
	WIDE(overhead);
	WIDE(refused_over_budget);
	WIDE(refused_locked);
	WIDE(refused_access);
	WIDE(uid);
	WIDE(gid);
	EXPECT_VALUE(name, "mode", "%04o", info.mode);
	WIDE(clients);
	WIDE(client_limit);
	WIDE(pools);
	WIDE(pool_limit);
	WIDE(detached);
	WIDE(detached_pools);
#undef WIDE
	if (info.node == BUDGETMEM_NODE_ANY)
		EXPECT_VALUE(name, "node", "%s", "any");
	else
		EXPECT_VALUE(name, "node", "%u", info.node);
}

TEST(budgets)
{
	expect_budget(_metadata, "main");
	expect_budget(_metadata, "small");
	expect_budget(_metadata, "modes-642");
	expect_budget(_metadata, "closed");
}

/* Every number is another one, so that none can stand for another. */
TEST(a_budget_in_use)
{
	int stranger = device_open_as(1000, O_RDWR);
	int fd = client_open("main");
	int other = client_open("main");
	unsigned int i;

	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	ASSERT_LE(0, stranger);
	ASSERT_EQ(0, pool_leave("main", "left", 3 * page_size()));
	ASSERT_EQ(0, pool_create(fd, "a", 7 * page_size(), NULL));
	ASSERT_EQ(0, pool_create(fd, "b", page_size(), NULL));
	ASSERT_EQ(-EDQUOT, pool_create(fd, "c", MAIN_SIZE, NULL));
	ASSERT_EQ(0, client_lock(fd));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(-EPERM, client_lock(fd));
	}
	ASSERT_EQ(-EACCES, client_bind(stranger, "closed"));
	expect_budget(_metadata, "main");
	expect_budget(_metadata, "closed");
	EXPECT_VALUE("main", "used", "%zu", 11 * page_size());
	EXPECT_VALUE("main", "clients", "%d", 2);
	EXPECT_VALUE("main", "pools", "%d", 3);
	EXPECT_VALUE("main", "detached_pools", "%d", 1);
	EXPECT_EQ(0, pool_remove("main", "left"));
	close(fd);
	EXPECT_VALUE("main", "used", "%d", 0);
}

/* As a user without any capability. */
static int read_as_another(void *argument)
{
	const struct identity stranger = { .uid = 1000, .gid = 1000 };
	static const char *const files[] = {
		DIRECTORY "version", DIRECTORY "phase", DIRECTORY "total",
		DIRECTORY "set_aside", DIRECTORY "overhead",
		DIRECTORY "held_pages", DIRECTORY "budgets/main/used",
	};
	size_t i;

	if (identity_take(&stranger))
		return 100;
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (open(files[i], O_RDONLY) >= 0 || errno != EACCES)
			return 1 + i;
	/* The names of budgets are no more for everybody than the rest. */
	if (opendir(DIRECTORY "budgets") || errno != EACCES)
		return 101;
	return 0;
}

TEST(not_for_others)
{
	EXPECT_EQ(0, child_run(read_as_another, NULL));
}

TEST(modes)
{
	struct dirent *entry;
	struct stat status;
	char path[512];
	DIR *files = opendir(DIRECTORY "budgets/main");

	ASSERT_NE(NULL, files);
	while ((entry = readdir(files))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), DIRECTORY "budgets/main/%s", entry->d_name);
		ASSERT_EQ(0, stat(path, &status));
		EXPECT_EQ(S_IFREG | 0400, status.st_mode) {
			TH_LOG("%s", path);
		}
	}
	closedir(files);
	ASSERT_EQ(0, stat(DIRECTORY "budgets", &status));
	EXPECT_EQ(S_IFDIR | 0500, status.st_mode);
}

TEST(nothing_can_be_written)
{
	EXPECT_EQ(-EACCES, file_write(DIRECTORY "budgets/main/size", "1"));
	EXPECT_EQ(-EACCES, file_write(DIRECTORY "phase", "locked"));
}

/* The table as it is, and one budget more. */
FIXTURE(table) {
	int fd;
	struct budgetmem_budget_entry entry[BUDGETS + 1];
	struct budgetmem_budget_entry *extra;
	struct budgetmem_system_apply apply;
};

FIXTURE_SETUP(table)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	unsigned int i = 0;

	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	while (!device_call(self->fd, BUDGETMEM_IOC_BUDGET_INFO, &info)) {
		ASSERT_GT(BUDGETS, i);
		self->entry[i] = (struct budgetmem_budget_entry) {
			.size = info.size,
			.uid = info.uid,
			.gid = info.gid,
			.mode = info.mode,
			.pool_limit = info.pool_limit,
			.client_limit = info.client_limit,
			.node = info.node,
		};
		name_set(self->entry[i++].name, info.name);
	}
	ASSERT_EQ(BUDGETS, i);
	self->extra = &self->entry[BUDGETS];
	*self->extra = (struct budgetmem_budget_entry) {
		.size = EXTRA_SIZE,
		.mode = 0600,
		.pool_limit = 3,
		.client_limit = 2,
		.node = BUDGETMEM_NODE_ANY,
	};
	name_set(self->extra->name, "extra");
}

static int apply_entries(FIXTURE_DATA(table) *self, unsigned int count, __u32 flags)
{
	struct budgetmem_system_apply apply = {
		.entries = (uintptr_t)self->entry,
		.count = count,
		.entry_size = sizeof(self->entry[0]),
		.flags = flags,
	};

	return device_call(self->fd, BUDGETMEM_IOC_SYSTEM_APPLY, &apply);
}

FIXTURE_TEARDOWN(table)
{
	EXPECT_EQ(0, apply_entries(self, BUDGETS, 0));
	EXPECT_FALSE(directory_exists("extra"));
	EXPECT_EQ(BUDGETS, budgets_listed());
	close(self->fd);
}

TEST_F(table, a_budget_comes_and_goes)
{
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	EXPECT_EQ(BUDGETS + 1, budgets_listed());
	expect_budget(_metadata, "extra");
	EXPECT_VALUE("extra", "size", "%u", EXTRA_SIZE);
	ASSERT_EQ(0, apply_entries(self, BUDGETS, 0));
	EXPECT_FALSE(directory_exists("extra"));
}

TEST_F(table, a_dry_run_leaves_nothing)
{
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, BUDGETMEM_APPLY_DRY_RUN));
	EXPECT_FALSE(directory_exists("extra"));
	/* Nor does it take anything away. */
	ASSERT_EQ(0, apply_entries(self, BUDGETS - 1, BUDGETMEM_APPLY_DRY_RUN));
	EXPECT_EQ(BUDGETS, budgets_listed());
}

TEST_F(table, a_table_that_is_refused_leaves_nothing)
{
	self->extra->size = 1ull << 36;
	EXPECT_EQ(-ENOMEM, apply_entries(self, BUDGETS + 1, 0));
	EXPECT_FALSE(directory_exists("extra"));
	EXPECT_EQ(BUDGETS, budgets_listed());
}

/* It is set aside already when it turns out that another one is in use. */
TEST_F(table, a_table_that_is_refused_at_the_end_leaves_nothing)
{
	int client;

	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	client = client_open("extra");
	ASSERT_LE(0, client);
	name_set(self->extra->name, "other");
	EXPECT_EQ(-EBUSY, apply_entries(self, BUDGETS + 1, 0));
	EXPECT_FALSE(directory_exists("other"));
	EXPECT_TRUE(directory_exists("extra"));
	close(client);
}

TEST_F(table, a_budget_that_is_replaced_keeps_its_directory)
{
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	self->extra->pool_limit = 9;
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	EXPECT_VALUE("extra", "pool_limit", "%d", 9);
	self->extra->size = 2 * EXTRA_SIZE;
	self->extra->mode = 0640;
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	expect_budget(_metadata, "extra");
	EXPECT_VALUE("extra", "size", "%u", 2 * EXTRA_SIZE);
	EXPECT_VALUE("extra", "mode", "%04o", 0640);
}

TEST_F(table, a_file_that_is_open_outlives_its_budget)
{
	char text[64];
	int file;

	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	file = open(DIRECTORY "budgets/extra/size", O_RDONLY);
	ASSERT_LE(0, file);
	EXPECT_LT(0, pread(file, text, sizeof(text), 0));
	ASSERT_EQ(0, apply_entries(self, BUDGETS, 0));
	EXPECT_EQ(-1, pread(file, text, sizeof(text), 0));
	EXPECT_EQ(ENODEV, errno);
	/* A new one of that name has files of its own. */
	ASSERT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
	EXPECT_EQ(-1, pread(file, text, sizeof(text), 0));
	EXPECT_EQ(ENODEV, errno);
	close(file);
}

struct reader {
	atomic_bool *done;
	unsigned int wrong;
};

static void *read_until_done(void *argument)
{
	struct reader *reader = argument;
	char text[64];
	int error;

	while (!atomic_load(reader->done)) {
		error = value_read("extra", "size", text);
		if (!error)
			reader->wrong += strtoul(text, NULL, 10) != EXTRA_SIZE;
		else
			reader->wrong += error != -ENOENT && error != -ENODEV;
		/* Two that never rest would have the guest's processors to themselves. */
		if (error)
			wait_a_moment();
	}
	return NULL;
}

TEST_F(table, read_while_it_comes_and_goes)
{
	struct reader reader[2];
	static struct crew crew;
	atomic_bool done = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reader); i++)
		reader[i] = (struct reader) { .done = &done };
	ASSERT_EQ(0, crew_gather(&crew, ARRAY_SIZE(reader), read_until_done, reader,
				 sizeof(reader[0])));
	crew_start(&crew);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(0, apply_entries(self, BUDGETS + 1, 0));
		EXPECT_EQ(0, apply_entries(self, BUDGETS, 0));
	}
	atomic_store(&done, true);
	crew_join(&crew);
	for (i = 0; i < ARRAY_SIZE(reader); i++) {
		EXPECT_EQ(0, reader[i].wrong);
	}
}

TEST_HARNESS_MAIN
