// SPDX-License-Identifier: MIT
/*
 * lifetimes [COUNT]
 *
 * After so many client lifetimes the memory of the system is where it began.
 * There are 10,000 of them unless told otherwise; 1,000 in a kernel with KASAN,
 * where each takes ten times as long and kmemleak looks for leaks as well.
 */
#include <dirent.h>
#include <sys/mman.h>

#include "test.h"

#define PAGES		2
#define WARM_UP		200

/*
 * Bytes by which memory may differ without anything being lost. Objects: a few
 * slabs of other work that was just then in progress (some 16 KiB were seen);
 * the smallest object there is, 8 bytes, lost in each of 10,000 lifetimes is
 * more. Free memory: each processor keeps some hundred free pages for itself,
 * which do not count as free; one page lost in ten lifetimes is as much.
 */
#define OBJECTS_NOISE	(64ll << 10)
#define FREE_NOISE	(4ll << 20)

/* What is lost stays lost; what is only late is there at a later look. */
#define LOOKS		10

static unsigned int lifetimes;

/* Open, bind, create, map, store, lock, and end. */
static int live(void)
{
	struct pool pool;
	int fd = client_open("main");
	int error;

	if (fd < 0)
		return fd;
	error = pool_open(&pool, fd, "pool", PAGES);
	if (error)
		return error;
	memset(pool.memory, 1, pool.size);
	error = client_lock(fd);
	pool_unmap(&pool);
	close(fd);
	return error;
}

/* Bytes. */
struct memory {
	long long slab;
	long long free;
	long long tables;
};

/* Sum over all kinds of objects of those in use, times their size. */
static long long slab_bytes(void)
{
	FILE *list = fopen("/proc/slabinfo", "re");
	unsigned long long used;
	unsigned long long size;
	long long sum = 0;
	char line[512];

	if (!list)
		return -1;
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "%*s %llu %*u %llu", &used, &size) == 2)
			sum += used * size;
	}
	fclose(list);
	return sum;
}

static long long meminfo_bytes(const char *key)
{
	static char text[8192];
	const char *line;

	if (file_read("/proc/meminfo", text, sizeof(text)))
		return -1;
	line = strstr(text, key);
	return line ? strtoll(line + strlen(key), NULL, 10) * 1024 : -1;
}

/*
 * Have the kernel give up what it keeps only to be faster next time: caches,
 * and slabs without objects. With KASAN, freed objects count as in use until
 * their cache is shrunk.
 */
static void memory_shake(void)
{
	DIR *caches = opendir("/sys/kernel/slab");
	struct dirent *cache;
	char path[512];

	file_write("/proc/sys/vm/drop_caches", "3");
	while (caches && (cache = readdir(caches))) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink",
			 cache->d_name);
		file_write(path, "1");
	}
	if (caches)
		closedir(caches);
}

static void memory_measure(struct memory *memory)
{
	int moment;

	/* Some objects are freed only when all processors have moved on. */
	for (moment = 0; moment < 200; moment++)
		wait_a_moment();
	memory_shake();
	memory->slab = slab_bytes();
	memory->free = meminfo_bytes("MemFree:");
	memory->tables = meminfo_bytes("PageTables:");
}

static bool memory_is_back(const struct memory *before,
			   const struct memory *after)
{
	return after->slab <= before->slab + OBJECTS_NOISE &&
	       after->tables <= before->tables + OBJECTS_NOISE &&
	       after->free >= before->free - FREE_NOISE;
}

TEST(memory_is_where_it_began)
{
	struct memory before;
	struct memory after;
	__u64 held = held_pages();
	unsigned int life;
	int look = 0;

	for (life = 0; life < WARM_UP; life++) {
		ASSERT_EQ(0, live());
	}
	memory_measure(&before);
	ASSERT_LT(0, before.slab);
	ASSERT_LT(0, before.free);
	for (life = 0; life < lifetimes; life++) {
		ASSERT_EQ(0, live());
	}
	do {
		memory_measure(&after);
	} while (!memory_is_back(&before, &after) && ++look < LOOKS);
	EXPECT_GT(LOOKS, look) {
		TH_LOG("objects %lld -> %lld", before.slab, after.slab);
		TH_LOG("page tables %lld -> %lld", before.tables, after.tables);
		TH_LOG("free %lld -> %lld", before.free, after.free);
	}
	EXPECT_EQ(held, held_pages());
	EXPECT_EQ(0, budget_used("main"));
}

int main(int argc, char **argv)
{
	if (argc > 1)
		lifetimes = strtoul(argv[1], NULL, 10);
	else
		lifetimes = rounds(10000);
	return test_harness_run(argc, argv);
}
