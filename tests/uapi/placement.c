// SPDX-License-Identifier: MIT
/*
 * Where the memory of budgets comes from: the node that the table names, and never
 * memory that can be unplugged or that is kept for devices (CMA). And it stays
 * there. docs/accounting.md says the same in words, case by case.
 */
#include <dirent.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "extra.h"
#include "test.h"

#define MEGABYTE	(1ll << 20)
#define NODES		2
#define NODE_SIZE	(4 * MEGABYTE)
#define LARGE		(64 * MEGABYTE)
#define SPARE		(32 * MEGABYTE)
#define PAGES_MAX	(LARGE >> 12)

/* Of memory for devices, what the kernel may take for itself while a case runs. */
#define NOISE		(4 * MEGABYTE)

#define BLOCKS		"/sys/devices/system/memory/"

/* The number after key in a file, or -1. */
static long long value_of(const char *path, const char *key)
{
	static char text[65536];
	const char *found;

	if (file_read(path, text, sizeof(text)))
		return -1;
	found = strstr(text, key);
	return found ? strtoll(found + strlen(key), NULL, 10) : -1;
}

static long long meminfo(const char *key)
{
	return value_of("/proc/meminfo", key) * 1024;
}

static long long node_meminfo(int node, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", node);
	return value_of(path, key) * 1024;
}

FIXTURE(placement) {
	struct pool pool[NODES];
	int fd[NODES];
};

FIXTURE_SETUP(placement)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(placement)
{
	int node;

	for (node = 0; node < NODES; node++) {
		if (!self->pool[node].memory)
			continue;
		pool_unmap(&self->pool[node]);
		close(self->fd[node]);
	}
	extra_remove();
}

/* A client with one pool of the whole budget, mapped and written. */
static int take_whole(FIXTURE_DATA(placement) *self, int number, const char *budget,
		      size_t bytes)
{
	int fd = client_open(budget);
	int error;

	if (fd < 0)
		return fd;
	self->fd[number] = fd;
	error = pool_open(&self->pool[number], fd, "pool", bytes / page_size());
	if (!error)
		pattern_fill(self->pool[number].memory, bytes, number + 1);
	return error;
}

/* Is the memory as take_whole() left it? */
#define EXPECT_CONTENTS(number)						\
	EXPECT_EQ(0, pattern_wrong(self->pool[number].memory,		\
				   self->pool[number].size, (number) + 1))

/*
 * Nodes
 */

/* As many as the kernel tells a 32-bit program of at a time without a mistake. */
#define PAGES_AT_ONCE	16

/* How many pages of the memory are not in that node, as far as anybody can tell. */
static size_t pages_elsewhere(const struct pool *pool, int node)
{
	size_t count = pool->size / page_size();
	void *page[PAGES_AT_ONCE];
	int status[PAGES_AT_ONCE];
	size_t elsewhere = 0;
	size_t at, i;

	for (at = 0; at < count; at += PAGES_AT_ONCE) {
		for (i = 0; i < PAGES_AT_ONCE; i++)
			page[i] = pool->memory + (at + i) * page_size();
		if (syscall(SYS_move_pages, 0, PAGES_AT_ONCE, page, NULL, status, 0))
			return count;
		for (i = 0; i < PAGES_AT_ONCE; i++)
			elsewhere += status[i] != node;
	}
	return elsewhere;
}

/* What /proc/PID/numa_maps says of the memory. */
static bool numa_maps_says(const struct pool *pool, int node)
{
	FILE *maps = fopen("/proc/self/numa_maps", "re");
	char wanted[32], other[32], line[1024];
	bool found = false;

	snprintf(wanted, sizeof(wanted), " N%d=%zu ", node, pool->size / page_size());
	snprintf(other, sizeof(other), " N%d=", !node);
	while (maps && fgets(line, sizeof(line), maps)) {
		if (strtoull(line, NULL, 16) == (uintptr_t)pool->memory)
			found = strstr(line, wanted) && !strstr(line, other);
	}
	if (maps)
		fclose(maps);
	return found;
}

#define NEEDS_NODES()							\
	do {								\
		if (node_meminfo(1, "MemTotal:") <= 0)			\
			LACKING("a second memory node");		\
	} while (0)

static int take_of_both_nodes(FIXTURE_DATA(placement) *self)
{
	const struct budgetmem_budget_entry entry[NODES] = {
		extra_entry("extra-0", NODE_SIZE, 0),
		extra_entry("extra-1", NODE_SIZE, 1),
	};
	int error = extra_apply(entry, NODES, NULL);

	if (!error)
		error = take_whole(self, 0, "extra-0", NODE_SIZE);
	return error ? error : take_whole(self, 1, "extra-1", NODE_SIZE);
}

TEST_F(placement, pages_are_of_the_node_that_the_table_names)
{
	int node;

	NEEDS_NODES();
	ASSERT_EQ(0, take_of_both_nodes(self));
	for (node = 0; node < NODES; node++) {
		EXPECT_EQ(0, pages_elsewhere(&self->pool[node], node));
		EXPECT_TRUE(numa_maps_says(&self->pool[node], node));
	}
}

TEST_F(placement, a_node_without_memory_is_refused)
{
	const struct budgetmem_budget_entry entry[] = {
		extra_entry("extra-0", NODE_SIZE, 0),
		extra_entry("extra-none", NODE_SIZE, 9),
	};
	struct budgetmem_system_apply answer;

	EXPECT_REFUSED(-EINVAL, extra_apply(entry, 2, &answer));
	EXPECT_EQ(BUDGETMEM_REASON_NODE, answer.reason);
	EXPECT_EQ(BUDGETS + 1, answer.failed);
	EXPECT_STREQ("extra-none", answer.name);
}

/* There is enough in both together, but not in the one that is named. */
TEST_F(placement, no_other_node_helps_out)
{
	__u64 size = node_meminfo(1, "MemFree:") + SPARE / 2;
	const struct budgetmem_budget_entry entry = extra_entry("extra", size, 1);
	struct budgetmem_system_apply answer;
	int error;

	NEEDS_NODES();
	EXPECT_REFUSED(-ENOMEM, extra_apply(&entry, 1, &answer));
	EXPECT_EQ(BUDGETMEM_REASON_MEMORY, answer.reason);
	EXPECT_EQ(BUDGETS, answer.failed);
	EXPECT_LT(0, answer.missing);
	EXPECT_GT(size, answer.missing);
	/* Without the counter-proof it is not shown. */
	error = extra_set("extra", size, BUDGETMEM_NODE_ANY);
	if (error == -ENOMEM)
		LACKING("enough memory that is not kept for devices");
	EXPECT_EQ(0, error);
}

/* Ask in every way there is for memory to be in another node. */
static void ask_for_node(const struct pool *pool, int from, int to)
{
	static void *page[PAGES_MAX];
	static int node[PAGES_MAX];
	static int status[PAGES_MAX];
	unsigned long from_mask = 1ul << from;
	unsigned long to_mask = 1ul << to;
	size_t count = pool->size / page_size();
	size_t i;

	for (i = 0; i < count; i++) {
		page[i] = pool->memory + i * page_size();
		node[i] = to;
	}
	syscall(SYS_move_pages, 0, count, page, node, status, MPOL_MF_MOVE_ALL);
	syscall(SYS_mbind, pool->memory, pool->size, MPOL_BIND, &to_mask, 8,
		MPOL_MF_MOVE_ALL);
	syscall(SYS_migrate_pages, 0, 8, &from_mask, &to_mask);
}

TEST_F(placement, nobody_moves_pages_to_another_node)
{
	int node;

	NEEDS_NODES();
	ASSERT_EQ(0, take_of_both_nodes(self));
	for (node = 0; node < NODES; node++) {
		ask_for_node(&self->pool[node], node, !node);
		EXPECT_EQ(0, pages_elsewhere(&self->pool[node], node));
		EXPECT_EQ(0, faults_storing(self->pool[node].memory, 1));
		pattern_fill(self->pool[node].memory, self->pool[node].size, node + 1);
		EXPECT_CONTENTS(node);
	}
}

/* The counter-proof. */
TEST_F(placement, ordinary_memory_is_moved)
{
	struct pool ordinary = { .size = NODE_SIZE };

	NEEDS_NODES();
	ordinary.memory = mmap(NULL, ordinary.size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT_NE(MAP_FAILED, ordinary.memory);
	ask_for_node(&ordinary, 0, 1);
	EXPECT_EQ(0, pages_elsewhere(&ordinary, 1));
	ask_for_node(&ordinary, 1, 0);
	EXPECT_EQ(0, pages_elsewhere(&ordinary, 0));
}

/*
 * Memory that can be unplugged: blocks of memory, each of which may be taken
 * offline if nothing in it has to stay where it is.
 */

static bool has_blocks(void)
{
	return !access(BLOCKS "block_size_bytes", R_OK);
}

static long long block_size(void)
{
	char text[64];

	if (file_read(BLOCKS "block_size_bytes", text, sizeof(text)))
		return -1;
	return strtoll(text, NULL, 16);
}

static char *block_path(char path[96], unsigned int block, const char *file)
{
	snprintf(path, 96, BLOCKS "memory%u/%s", block, file);
	return path;
}

/* Has a block of memory a file that begins with this word? */
static bool block_says(unsigned int block, const char *file, const char *word)
{
	char path[96], text[64];

	return !file_read(block_path(path, block, file), text, sizeof(text)) &&
	       !strncmp(text, word, strlen(word));
}

/* Is it there for movable pages only, so that it can be unplugged? */
static bool block_is_movable(unsigned int block)
{
	return block_says(block, "state", "online") &&
	       block_says(block, "valid_zones", "Movable");
}

/* The physical address of a page, 0 if it cannot be had. */
static __u64 physical(const void *memory)
{
	__u64 entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	off_t at = (uintptr_t)memory / page_size() * sizeof(entry);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		entry = 0;
	close(fd);
	return (entry & ((1ull << 55) - 1)) * page_size();
}

static unsigned int block_of(const void *memory)
{
	return physical(memory) / block_size();
}

/* How many pages of some memory are in blocks that can be unplugged? */
static size_t pages_in_movable(const unsigned char *memory, size_t size)
{
	unsigned int block, known = -1u;
	bool movable = false;
	size_t count = 0;
	size_t at;

	for (at = 0; at < size; at += page_size()) {
		block = block_of(memory + at);
		if (block != known)
			movable = block_is_movable(block);
		known = block;
		count += movable;
	}
	return count;
}

/* A block that can be unplugged: its number, or -1. */
static int movable_block(void)
{
	DIR *blocks = opendir(BLOCKS);
	struct dirent *entry;
	unsigned int block;
	int found = -1;

	while (blocks && (entry = readdir(blocks))) {
		if (sscanf(entry->d_name, "memory%u", &block) == 1 &&
		    block_is_movable(block))
			found = block;
	}
	if (blocks)
		closedir(blocks);
	return found;
}

TEST_F(placement, memory_with_a_pool_cannot_be_taken_offline)
{
	unsigned int block;
	char path[96];
	int error;

	if (!has_blocks())
		LACKING("memory that can be taken offline");
	ASSERT_EQ(0, take_whole(self, 0, "main", MAIN_SIZE));
	ASSERT_LT(0, physical(self->pool[0].memory));
	block = block_of(self->pool[0].memory);
	error = file_write(block_path(path, block, "state"), "offline");
	EXPECT_GT(0, error);
	EXPECT_TRUE(block_says(block, "state", "online"));
	EXPECT_EQ(block, block_of(self->pool[0].memory));
	EXPECT_EQ(0, faults_storing(self->pool[0].memory + 1, 1));
	pattern_fill(self->pool[0].memory, MAIN_SIZE, 1);
	EXPECT_CONTENTS(0);
}

#define NEEDS_MOVABLE()							\
	do {								\
		if (movable_block() < 0)				\
			LACKING("memory that can be unplugged");	\
	} while (0)

/* The node that has it: the only one, or the first. */
#define MOVABLE_NODE	0

/* The counter-proof: that is where ordinary memory of its node comes from first. */
TEST_F(placement, ordinary_memory_is_of_what_can_be_unplugged)
{
	unsigned long mask = 1ul << MOVABLE_NODE;
	unsigned char *memory;

	NEEDS_MOVABLE();
	memory = mmap(NULL, NODE_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, syscall(SYS_mbind, memory, (size_t)NODE_SIZE, MPOL_BIND, &mask, 8, 0));
	memset(memory, 1, NODE_SIZE);
	EXPECT_LT(0, pages_in_movable(memory, NODE_SIZE));
}

TEST_F(placement, a_budget_is_not_of_what_can_be_unplugged)
{
	NEEDS_MOVABLE();
	ASSERT_EQ(0, extra_set("extra", LARGE, MOVABLE_NODE));
	ASSERT_EQ(0, take_whole(self, 0, "extra", LARGE));
	EXPECT_EQ(0, pages_in_movable(self->pool[0].memory, LARGE));
}

/* So budgets are in nobody's way who unplugs it. */
TEST_F(placement, unplugging_goes_on_beside_budgets)
{
	int block = movable_block();
	long long total;
	char path[96];

	NEEDS_MOVABLE();
	ASSERT_EQ(0, extra_set("extra", LARGE, MOVABLE_NODE));
	ASSERT_EQ(0, take_whole(self, 0, "extra", LARGE));
	total = meminfo("MemTotal:");
	ASSERT_EQ(0, file_write(block_path(path, block, "state"), "offline"));
	EXPECT_GT(total, meminfo("MemTotal:"));
	EXPECT_CONTENTS(0);
	EXPECT_EQ(0, file_write(path, "online_movable"));
	EXPECT_EQ(total, meminfo("MemTotal:"));
}

/*
 * Memory that is kept for devices (CMA), and lent to movable pages until then
 */

#define NEEDS_CMA()							\
	do {								\
		if (meminfo("CmaTotal:") <= 0)				\
			LACKING("memory for devices");			\
	} while (0)

/*
 * So large that, were it movable, the kernel would take some of it from there, as it
 * does when more is free there than elsewhere.
 */
TEST_F(placement, a_budget_leaves_alone_what_is_for_devices)
{
	long long before = meminfo("CmaFree:");
	long long size = meminfo("MemFree:") - before - SPARE;

	NEEDS_CMA();
	ASSERT_LT(LARGE, size);
	ASSERT_EQ(0, extra_set("extra", size, BUDGETMEM_NODE_ANY));
	EXPECT_LT(before - NOISE, meminfo("CmaFree:"));
}

/* The counter-proof. */
TEST_F(placement, ordinary_memory_is_of_what_is_for_devices)
{
	long long before = meminfo("CmaFree:");
	long long size = meminfo("MemFree:") - SPARE;
	void *memory;

	NEEDS_CMA();
	ASSERT_LT(LARGE, size);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_GT(before - NOISE, meminfo("CmaFree:"));
	munmap(memory, size);
}

TEST_HARNESS_MAIN
