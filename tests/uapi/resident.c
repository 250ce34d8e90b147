// SPDX-License-Identifier: MIT
/*
 * Pools stay resident while the rest of the system moves, merges and takes back
 * memory, and after fork(). The faults are told apart by their address: the
 * stack and the text of this very program may be moved at any time.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "test.h"

#define PAGES	512

/* A pool, ordinary memory beside it, and the log of this thread's faults. */
FIXTURE(resident) {
	int fd;
	struct pool pool;
	unsigned char *ordinary;
	struct fault_log log;
	bool logging;
};

FIXTURE_SETUP(resident)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
	self->ordinary = mmap(NULL, self->pool.size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->ordinary);
	madvise(self->ordinary, self->pool.size, MADV_NOHUGEPAGE);
	memset(self->ordinary, 1, self->pool.size);
	self->logging = !fault_log_open(&self->log);
}

FIXTURE_TEARDOWN(resident)
{
	if (self->logging)
		fault_log_close(&self->log);
	close(self->fd);
}

#define NEEDS_LOG()							\
	do {								\
		if (!self->logging)					\
			LACKING("the software event for page faults");	\
	} while (0)

#define EXPECT_RESIDENT()						\
	do {								\
		faults_storing(self->pool.memory, self->pool.size);	\
		EXPECT_EQ(0, fault_log_count(&self->log,		\
					     self->pool.memory,		\
					     self->pool.size));		\
	} while (0)

static int nothing(void *argument)
{
	return 0;
}

/* The counter-proof: what fork() does to ordinary memory is in the log. */
TEST_F(resident, ordinary_memory_is_not_after_fork)
{
	NEEDS_LOG();
	ASSERT_EQ(0, child_run(nothing, NULL));
	faults_storing(self->ordinary, self->pool.size);
	EXPECT_LE(PAGES, fault_log_count(&self->log, self->ordinary,
					 self->pool.size));
	EXPECT_EQ(0, fault_log_count(&self->log, self->pool.memory,
				     self->pool.size));
}

TEST_F(resident, at_first)
{
	NEEDS_LOG();
	EXPECT_RESIDENT();
}

TEST_F(resident, after_fork)
{
	NEEDS_LOG();
	ASSERT_EQ(0, child_run(nothing, NULL));
	EXPECT_RESIDENT();
}

static int wait_for_a_word(void *argument)
{
	return -line_wait(*(int *)argument);
}

TEST_F(resident, while_the_child_lives)
{
	int line[2];
	pid_t child;

	NEEDS_LOG();
	ASSERT_EQ(0, line_open(line));
	child = child_start(wait_for_a_word, &line[1]);
	ASSERT_LT(0, child);
	EXPECT_RESIDENT();
	ASSERT_EQ(0, line_say(line[0]));
	ASSERT_EQ(0, child_wait(child));
	EXPECT_RESIDENT();
}

static int exec_to_exit_child(void *argument)
{
	return -exec_to_exit();
}

/* What system() and popen() do. */
TEST_F(resident, after_fork_and_exec)
{
	NEEDS_LOG();
	ASSERT_EQ(0, child_run(exec_to_exit_child, NULL));
	EXPECT_RESIDENT();
}

/* A number that a line of a file of /proc begins with after its key, or -1. */
static long long proc_value(const char *path, const char *key)
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

static long long pages_moved(void)
{
	return proc_value("/proc/vmstat", "pgmigrate_success");
}

/*
 * Take some memory, give back every other page, which leaves holes in it, and
 * have the kernel compact what is left. It does not always see a reason to.
 */
static int churn(void *argument)
{
	long long moved = pages_moved();
	size_t size = 8 << 20;
	size_t page = page_size();
	unsigned char *memory;
	size_t at;
	int round;

	for (round = 0; round < rounds(2) ||
			(round < 20 && pages_moved() == moved); round++) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return 1;
		madvise(memory, size, MADV_NOHUGEPAGE);
		for (at = 0; at < size; at += page)
			memory[at] = 1;
		for (at = 0; at + page < size; at += 2 * page)
			madvise(memory + at, page, MADV_DONTNEED);
		if (file_write("/proc/sys/vm/compact_memory", "1"))
			return 2;
		munmap(memory, size);
	}
	return 0;
}

/* Store to every page, over and over, until the child ends: its exit status. */
static int store_while_it_runs(FIXTURE_DATA(resident) *self, pid_t child)
{
	int status;

	while (!waitpid(child, &status, WNOHANG)) {
		faults_storing(self->pool.memory, self->pool.size);
		faults_storing(self->ordinary, self->pool.size);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST_F(resident, while_memory_is_compacted)
{
	long long moved = pages_moved();
	pid_t child;

	NEEDS_LOG();
	if (access("/proc/sys/vm/compact_memory", W_OK))
		LACKING("compaction");
	child = child_start(churn, NULL);
	ASSERT_LT(0, child);
	EXPECT_EQ(0, store_while_it_runs(self, child));
	/* Were nothing moved at all, nothing would be shown. */
	EXPECT_LT(moved, pages_moved());
	EXPECT_RESIDENT();
}

static size_t available_memory(void)
{
	return proc_value("/proc/meminfo", "MemAvailable:") * 1024;
}

/* Take nearly all that is free, in huge pages where there are such. */
static int fill(void *argument)
{
	size_t size = available_memory() / 8 * 7;
	unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at;

	if (memory == MAP_FAILED)
		return 1;
	madvise(memory, size, MADV_HUGEPAGE);
	for (at = 0; at < size; at += page_size())
		memory[at] = 1;
	return 0;
}

TEST_F(resident, while_memory_is_short)
{
	pid_t child;

	NEEDS_LOG();
	child = child_start(fill, NULL);
	ASSERT_LT(0, child);
	EXPECT_EQ(0, store_while_it_runs(self, child));
	EXPECT_RESIDENT();
}

TEST_F(resident, after_caches_were_dropped)
{
	NEEDS_LOG();
	ASSERT_EQ(0, file_write("/proc/sys/vm/drop_caches", "3"));
	EXPECT_RESIDENT();
}

#define KSM "/sys/kernel/mm/ksm/"

/* Times that the kernel has looked at all pages it may merge; -1: no answer. */
static int ksm_wait(int scans)
{
	long long end = file_number(KSM "full_scans") + scans;
	int moment;

	for (moment = 0; moment < 20000; moment++) {
		if (file_number(KSM "full_scans") >= end)
			return 0;
		wait_a_moment();
	}
	return -1;
}

/* All pages of the pool are alike, which merging looks for. */
TEST_F(resident, while_equal_pages_are_merged)
{
	NEEDS_LOG();
	if (access(KSM "run", W_OK))
		LACKING("merging of equal pages (KSM)");
	ASSERT_EQ(0, file_write(KSM "sleep_millisecs", "1"));
	ASSERT_EQ(0, file_write(KSM "pages_to_scan", "2000"));
	ASSERT_EQ(0, file_write(KSM "run", "1"));
	madvise(self->pool.memory, self->pool.size, MADV_MERGEABLE);
	ASSERT_EQ(0, madvise(self->ordinary, self->pool.size, MADV_MERGEABLE));
	EXPECT_EQ(0, ksm_wait(3));
	/* The counter-proof: ordinary pages were merged. */
	EXPECT_LT(0, file_number(KSM "pages_sharing"));
	EXPECT_RESIDENT();
	EXPECT_EQ(0, file_write(KSM "run", "2"));
	EXPECT_RESIDENT();
}

static bool has_two_nodes(void)
{
	return !access("/sys/devices/system/node/node1", F_OK);
}

static void *wait_for_ever(void *argument)
{
	for (;;)
		pause();
	return NULL;
}

/*
 * Balancing takes access away from pages to see who uses them. It leaves those
 * of a process with one thread alone that are near it already: hence a second.
 */
TEST_F(resident, while_memory_is_balanced_between_nodes)
{
	long long hints = proc_value("/proc/vmstat", "numa_hint_faults ");
	time_t begin = time(NULL);
	pthread_t thread;

	NEEDS_LOG();
	if (!has_two_nodes())
		LACKING("a second memory node");
	if (file_write("/proc/sys/kernel/numa_balancing", "1"))
		LACKING("balancing between memory nodes");
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_for_ever, NULL));
	/* The limit only ends a wait in vain. */
	while (proc_value("/proc/vmstat", "numa_hint_faults ") == hints &&
	       time(NULL) < begin + 60) {
		faults_storing(self->pool.memory, self->pool.size);
		faults_storing(self->ordinary, self->pool.size);
	}
	EXPECT_LT(hints, proc_value("/proc/vmstat", "numa_hint_faults "));
	EXPECT_RESIDENT();
}

/* From each node to the other, as an administrator can order it. */
TEST_F(resident, after_memory_was_moved_between_nodes)
{
	unsigned long first = 1;
	unsigned long second = 2;

	NEEDS_LOG();
	if (!has_two_nodes())
		LACKING("a second memory node");
	pattern_fill(self->pool.memory, self->pool.size, 1);
	EXPECT_LE(0, syscall(SYS_migrate_pages, 0, 8, &first, &second));
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 1));
	EXPECT_RESIDENT();
	EXPECT_LE(0, syscall(SYS_migrate_pages, 0, 8, &second, &first));
	EXPECT_RESIDENT();
}

TEST_HARNESS_MAIN
