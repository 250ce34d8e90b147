// SPDX-License-Identifier: MIT
/*
 * What the rest of the system sees of budgets and pools: memory cgroups, limits on
 * locked memory, the size of a process, and the totals in /proc/meminfo.
 * docs/accounting.md says the same in words, case by case.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "extra.h"
#include "test.h"

#define KILOBYTE	1024ll
#define MEGABYTE	(1024 * KILOBYTE)

/* A limit far below the pool that is used under it. */
#define GROUP		"/sys/fs/cgroup/accounting"
#define GROUP_LIMIT	(4 * MEGABYTE)
#define POOL_SIZE	MAIN_SIZE
#define TABLE_SIZE	(64 * MEGABYTE)

/*
 * Bytes by which totals may differ without anything behind it: each processor keeps
 * pages and counts for itself, and the kernel has work of its own.
 */
#define NOISE		(4 * MEGABYTE)

static const struct identity nobody = { .uid = 65534, .gid = 65534 };

/* The value of a line "KEY: VALUE kB" or "KEY VALUE" of a file, or -1. */
static long long value_of(const char *path, const char *key)
{
	static char text[65536];
	const char *line = text;

	if (file_read(path, text, sizeof(text)))
		return -1;
	while (line && strncmp(line, key, strlen(key))) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line ? strtoll(line + strlen(key), NULL, 10) : -1;
}

static long long meminfo(const char *key)
{
	return value_of("/proc/meminfo", key) * KILOBYTE;
}

static long long status(const char *key)
{
	return value_of("/proc/self/status", key) * KILOBYTE;
}

static bool is_near(long long value, long long other, long long noise)
{
	return value >= other - noise && value <= other + noise;
}

static int group_make(void)
{
	char limit[32];

	if (file_mount("cgroup2", "/sys/fs/cgroup") ||
	    file_write("/sys/fs/cgroup/cgroup.subtree_control", "+memory"))
		return -ENOENT;
	if (mkdir(GROUP, 0755) && errno != EEXIST)
		return -errno;
	snprintf(limit, sizeof(limit), "%lld", GROUP_LIMIT);
	return file_write(GROUP "/memory.max", limit);
}

/* A client with a pool of all of "main", mapped and written. */
static int take_main(struct pool *pool)
{
	int fd = client_open("main");
	int error = fd < 0 ? fd : pool_open(pool, fd, "pool", POOL_SIZE / page_size());

	if (error)
		return error;
	memset(pool->memory, 1, pool->size);
	return fd;
}

/* In the group: 0 if it has no more memory afterwards than page tables take. */
static int pool_in_group(void *argument)
{
	long long before, after;
	struct pool pool;

	if (file_write(GROUP "/cgroup.procs", "0"))
		return 255;
	before = file_number(GROUP "/memory.current");
	if (take_main(&pool) < 0)
		return 254;
	after = file_number(GROUP "/memory.current");
	/* A page of page tables covers 512 pages or more, and some are counted ahead. */
	return after - before > POOL_SIZE / 8;
}

/* The counter-proof. */
static int ordinary_memory_in_group(void *argument)
{
	long long before, after;
	char *memory;

	if (file_write(GROUP "/cgroup.procs", "0"))
		return 255;
	before = file_number(GROUP "/memory.current");
	memory = mmap(NULL, GROUP_LIMIT / 2, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		return 254;
	after = file_number(GROUP "/memory.current");
	return after - before < GROUP_LIMIT / 4;
}

static int table_in_group(void *argument)
{
	if (file_write(GROUP "/cgroup.procs", "0"))
		return 255;
	if (extra_set("extra", TABLE_SIZE, BUDGETMEM_NODE_ANY))
		return 254;
	return file_number(GROUP "/memory.current") > GROUP_LIMIT / 2;
}

FIXTURE(cgroup) {
	bool there;
};

FIXTURE_SETUP(cgroup)
{
	self->there = !group_make();
}

FIXTURE_TEARDOWN(cgroup)
{
	rmdir(GROUP);
}

#define NEEDS_GROUP()							\
	do {								\
		if (!self->there)					\
			LACKING("memory cgroups");			\
	} while (0)

#define EXPECT_LIMIT_NOT_MET()						\
	do {								\
		EXPECT_EQ(0, value_of(GROUP "/memory.events", "max "));	\
		EXPECT_EQ(0, value_of(GROUP "/memory.events", "oom_kill ")); \
	} while (0)

TEST_F(cgroup, ordinary_memory_is_charged)
{
	NEEDS_GROUP();
	EXPECT_EQ(0, child_run(ordinary_memory_in_group, NULL));
}

TEST_F(cgroup, a_pool_is_not_charged)
{
	NEEDS_GROUP();
	ASSERT_LT(GROUP_LIMIT, POOL_SIZE);
	EXPECT_EQ(0, child_run(pool_in_group, NULL));
	EXPECT_LIMIT_NOT_MET();
}

/* Nor is it whoever sets the table up. */
TEST_F(cgroup, a_table_is_not_charged)
{
	NEEDS_GROUP();
	EXPECT_EQ(0, child_run(table_in_group, NULL));
	EXPECT_LIMIT_NOT_MET();
	EXPECT_EQ(0, extra_remove());
}

/* An ordinary user who may lock so many bytes. */
static int take_limit(rlim_t bytes)
{
	const struct rlimit limit = { bytes, bytes };

	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		return -errno;
	return identity_take(&nobody);
}

/* Nothing may be locked, and yet the pool is there. */
static int pool_without_locking(void *argument)
{
	struct pool pool;

	if (take_limit(0))
		return 1;
	if (take_main(&pool) < 0)
		return 2;
	if (status("VmLck:") || status("VmPin:"))
		return 3;
	/* The counter-proof: the limit holds. */
	return mlock(&pool, 1) == -1 && errno == EPERM ? 0 : 4;
}

TEST(memlock_limit_of_zero_lets_pools_be)
{
	EXPECT_EQ(0, child_run(pool_without_locking, NULL));
}

/* What is mapped counts for this call whether it is locked or not. */
static int mlockall_and_limit(void *argument)
{
	struct pool pool;

	if (take_limit(POOL_SIZE))
		return 1;
	if (take_main(&pool) < 0)
		return 2;
	if (!mlockall(MCL_CURRENT) || errno != ENOMEM)
		return 3;
	if (pool_unmap(&pool))
		return 4;
	return mlockall(MCL_CURRENT) ? 5 : 0;
}

TEST(memlock_limit_must_cover_pools_for_mlockall)
{
	EXPECT_EQ(0, child_run(mlockall_and_limit, NULL));
}

TEST(mlockall_leaves_pools_alone)
{
	struct pool pool;

	ASSERT_LE(0, take_main(&pool));
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	EXPECT_LT(0, status("VmLck:"));
	EXPECT_GT(POOL_SIZE, status("VmLck:"));
	EXPECT_EQ(0, faults_storing(pool.memory, pool.size));
	EXPECT_EQ(0, pool_unmap(&pool));
}

/* What a process is said to have in memory. */
struct resident {
	long long file;
	long long other;
	long long score;
};

/*
 * Kernels before 6.2 add up what a thread has mapped only every 64 faults that it
 * takes, and pools take none.
 */
static void take_faults(void)
{
	size_t size = 128 * page_size();
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at;

	if (memory == MAP_FAILED)
		return;
	madvise(memory, size, MADV_NOHUGEPAGE);
	for (at = 0; at < size; at += page_size())
		memory[at] = 1;
	munmap(memory, size);
}

static void resident_read(struct resident *resident)
{
	take_faults();
	resident->file = status("RssFile:");
	resident->other = status("RssAnon:") + status("RssShmem:");
	resident->score = file_number("/proc/self/oom_score");
}

TEST(mapped_pools_are_in_the_size_of_the_process)
{
	struct resident before, mapped, after;
	struct pool pool;

	resident_read(&before);
	ASSERT_LE(0, take_main(&pool));
	resident_read(&mapped);
	EXPECT_TRUE(is_near(mapped.file, before.file + POOL_SIZE, MEGABYTE));
	EXPECT_TRUE(is_near(mapped.other, before.other, MEGABYTE));
	/* It is more likely to be chosen when memory is short. */
	EXPECT_LT(before.score, mapped.score);
	ASSERT_EQ(0, pool_unmap(&pool));
	resident_read(&after);
	EXPECT_TRUE(is_near(after.file, before.file, MEGABYTE));
}

/* Totals of the machine, bytes. */
struct totals {
	long long total;
	long long free;
	long long available;
	long long anonymous;
	long long mapped;
	long long shared;
	long long locked;
	long long unevictable;
	long long cached;
};

/*
 * Free memory that processors keep for themselves, in bytes: newer kernels leave much
 * there, and count it nowhere else.
 */
static long long kept_by_processors(void)
{
	static char text[65536];
	const char *line = text;
	long long pages = 0;

	if (file_read("/proc/zoneinfo", text, sizeof(text)))
		return 0;
	while ((line = strstr(line, " count: "))) {
		line += strlen(" count: ");
		pages += strtoll(line, NULL, 10);
	}
	return pages * page_size();
}

static void totals_read(struct totals *totals)
{
	long long kept = kept_by_processors();

	*totals = (struct totals) {
		.total = meminfo("MemTotal:"),
		.free = meminfo("MemFree:") + kept,
		.available = meminfo("MemAvailable:") + kept,
		.anonymous = meminfo("AnonPages:"),
		.mapped = meminfo("Mapped:"),
		.shared = meminfo("Shmem:"),
		.locked = meminfo("Mlocked:"),
		.unevictable = meminfo("Unevictable:"),
		.cached = meminfo("Cached:"),
	};
}

#define EXPECT_OTHERS_UNCHANGED(before, after)				\
	do {								\
		EXPECT_EQ((before).total, (after).total);		\
		EXPECT_TRUE(is_near((after).anonymous, (before).anonymous, NOISE)); \
		EXPECT_TRUE(is_near((after).shared, (before).shared, MEGABYTE)); \
		EXPECT_TRUE(is_near((after).cached, (before).cached, NOISE)); \
		EXPECT_TRUE(is_near((after).locked, (before).locked, MEGABYTE)); \
		EXPECT_TRUE(is_near((after).unevictable,		\
				    (before).unevictable, MEGABYTE));	\
	} while (0)

TEST(a_table_takes_free_memory_and_gives_it_back)
{
	struct totals before, set_aside, after;

	totals_read(&before);
	ASSERT_EQ(0, extra_set("extra", TABLE_SIZE, BUDGETMEM_NODE_ANY));
	totals_read(&set_aside);
	EXPECT_TRUE(is_near(set_aside.free, before.free - TABLE_SIZE, NOISE));
	EXPECT_TRUE(is_near(set_aside.available, before.available - TABLE_SIZE, NOISE));
	EXPECT_TRUE(is_near(set_aside.mapped, before.mapped, NOISE));
	EXPECT_OTHERS_UNCHANGED(before, set_aside);
	ASSERT_EQ(0, extra_remove());
	totals_read(&after);
	EXPECT_TRUE(is_near(after.free, before.free, NOISE));
	EXPECT_TRUE(is_near(after.available, before.available, NOISE));
	EXPECT_OTHERS_UNCHANGED(before, after);
}

/* It was taken when the budget was set aside. */
TEST(a_pool_takes_no_free_memory)
{
	struct totals before, mapped, after;
	struct pool pool;
	int fd;

	totals_read(&before);
	fd = take_main(&pool);
	ASSERT_LE(0, fd);
	totals_read(&mapped);
	EXPECT_TRUE(is_near(mapped.free, before.free, NOISE));
	EXPECT_TRUE(is_near(mapped.available, before.available, NOISE));
	EXPECT_TRUE(is_near(mapped.mapped, before.mapped + POOL_SIZE, NOISE / 2));
	EXPECT_OTHERS_UNCHANGED(before, mapped);
	ASSERT_EQ(0, pool_unmap(&pool));
	close(fd);
	totals_read(&after);
	EXPECT_TRUE(is_near(after.mapped, before.mapped, NOISE / 2));
	EXPECT_OTHERS_UNCHANGED(before, after);
}

static int die_with_main(void *argument)
{
	struct pool pool;

	if (take_main(&pool) < 0)
		return 1;
	raise(SIGKILL);
	return 2;
}

/* What the out-of-memory killer does not get: the budget has it again. */
TEST(killing_a_client_frees_no_memory)
{
	long long before = meminfo("MemFree:");

	ASSERT_EQ(-SIGKILL, child_run(die_with_main, NULL));
	EXPECT_TRUE(is_near(meminfo("MemFree:"), before, NOISE));
	EXPECT_EQ(0, budget_take_whole("main"));
}

TEST_HARNESS_MAIN
