// SPDX-License-Identifier: MIT
/*
 * allocations [COUNT]
 *
 * Once the system is locked, so many client lifetimes (300 unless told otherwise)
 * make the module take no page and no object from the kernel's allocators. The
 * kernel's own trace events say who does: each stack of functions that led to an
 * allocation, in any process and in the kernel's own threads, is looked through for
 * functions of the module.
 *
 * This program locks the system, so the module has to be loaded for it alone.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>

#include "extra.h"
#include "histogram.h"
#include "test.h"

#define POOLS		8
#define PAGES		3
#define EXTRA_SIZE	(1 << 20)

/* Far from all other mappings, so that page tables have to be made each time. */
#define FAR_AWAY	((void *)(uintptr_t)(sizeof(void *) == 8 ? 0x2000000000ull : 0x90000000ull))

/* Pages that the kernel may take in bulk, of its own accord, while it is watched. */
#define BULK_NOISE	128

/* Whose doing an allocation is. */
enum owner {
	OWNER_KERNEL,		/* no function of the module led there */
	OWNER_PAGE_TABLES,	/* the kernel's, for a mapping of a pool */
	OWNER_INTERRUPT,	/* it came while the module was at work */
	OWNER_UNKNOWN,		/* the stack was not recorded to its end */
	OWNER_MODULE,
};

#define OWNERS	5

/*
 * The one thing that the kernel may take memory for on the module's behalf: the
 * module calls vm_insert_pages(), which compilers may leave out of the stack for the
 * function that it consists of,
 */
static const char * const table_fillers[] = { "vm_insert_pages", "insert_pages" };

/* and among the functions that led from there to the allocation is one of these. */
static const char * const table_makers[] = {
	"__pte_alloc", "pte_alloc_one", "__pmd_alloc", "__pud_alloc", "__p4d_alloc",
	/* s390x */
	"page_table_alloc", "crst_table_alloc",
};

/* Where the kernel is entered by an interrupt: amd64, arm64, armhf. */
static const char * const interrupts[] = {
	"asm_sysvec_", "asm_common_interrupt", "asm_call_irq_on_stack",
	"el1h_64_irq", "__irq_svc",
};

/*
 * Where the kernel is entered by a system call, or a thread of its own begins: the
 * module cannot be further out.
 */
static const char * const beginnings[] = {
	"do_syscall_64", "__do_fast_syscall_32", "do_int80_syscall_32",
	"__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__s390x_sys_",
	"__riscv_sys_", "do_trap_ecall_u", "ksys_", "invoke_syscall", "el0_", "el0t_",
	"ret_fast_syscall", "kthread",
};

/* What a histogram says. */
struct sums {
	long long pages[OWNERS];
	long long objects[OWNERS];
	unsigned int stacks[OWNERS];
	unsigned int lives;
	bool verbose;		/* show what must not be */
};

static unsigned int lifetimes;

static bool begins_with(const char *frame, const char *name)
{
	return !strncmp(frame, name, strlen(name));
}

static bool is_function(const char *frame, const char *name)
{
	return begins_with(frame, name) && frame[strlen(name)] == '+';
}

#define COUNT(names)	(sizeof(names) / sizeof((names)[0]))

/* Does one of the innermost frames begin with one of these names? */
static bool has_frame(const struct histogram_entry *entry, unsigned int frames,
		      const char * const *names, size_t count)
{
	unsigned int frame;
	size_t i;

	for (frame = 0; frame < frames; frame++)
		for (i = 0; i < count; i++)
			if (begins_with(entry->frame[frame], names[i]))
				return true;
	return false;
}

/* Were all frames recorded that the module could be in? */
static bool is_whole(const struct histogram_entry *entry)
{
	return entry->frames < HISTOGRAM_FRAMES ||
	       has_frame(entry, entry->frames, beginnings, COUNT(beginnings));
}

/* Are the innermost frames those of page tables for a mapping of a pool? */
static bool is_page_table(const struct histogram_entry *entry, unsigned int frames)
{
	size_t i;

	for (i = 0; frames && i < COUNT(table_fillers); i++)
		if (is_function(entry->frame[frames - 1], table_fillers[i]))
			return has_frame(entry, frames - 1, table_makers,
					 COUNT(table_makers));
	return false;
}

/* The innermost function of the module, and what it called, decide. */
static enum owner owner_of(const struct histogram_entry *entry)
{
	unsigned int frame = 0;

	while (frame < entry->frames && !strstr(entry->frame[frame], "[budgetmem]"))
		frame++;
	if (frame == entry->frames)
		return is_whole(entry) ? OWNER_KERNEL : OWNER_UNKNOWN;
	if (has_frame(entry, frame, interrupts, COUNT(interrupts)))
		return OWNER_INTERRUPT;
	return is_page_table(entry, frame) ? OWNER_PAGE_TABLES : OWNER_MODULE;
}

static void show(const struct histogram_entry *entry, unsigned int most)
{
	unsigned int frame;

	printf("# %s, %lld times:\n", entry->event, entry->hits);
	for (frame = 0; frame < entry->frames && frame < most; frame++)
		printf("#\t%s\n", entry->frame[frame]);
	/* A case ends without doing so. */
	fflush(stdout);
}

static void see(const struct histogram_entry *entry, void *data)
{
	enum owner owner = owner_of(entry);
	struct sums *sums = data;

	if (entry->pages)
		sums->pages[owner] += entry->hits << entry->order;
	else
		sums->objects[owner] += entry->hits;
	sums->stacks[owner]++;
	if (owner >= OWNER_UNKNOWN && sums->verbose)
		show(entry, HISTOGRAM_FRAMES);
}

/* What happens again and again without the module, and where. */
static void see_habits(const struct histogram_entry *entry, void *data)
{
	const struct sums *sums = data;

	if (owner_of(entry) != OWNER_MODULE && entry->hits >= sums->lives)
		show(entry, 4);
}

static void report(const char *what, const struct sums *sums)
{
	static const char * const names[OWNERS] = {
		"the kernel's own", "page tables of pools",
		"interrupts within the module", "unknown", "the module",
	};
	enum owner owner;

	printf("# %s: %u lifetimes\n", what, sums->lives);
	for (owner = 0; owner < OWNERS; owner++)
		printf("#   %-28s %10lld pages %10lld objects %6u stacks\n",
		       names[owner], sums->pages[owner], sums->objects[owner],
		       sums->stacks[owner]);
	fflush(stdout);
}

/* Pages that the page allocator has handed out since the machine began. */
static long long pages_allocated(void)
{
	static char text[65536];
	long long sum = 0;
	const char *line;

	if (file_read("/proc/vmstat", text, sizeof(text)))
		return -1;
	for (line = strstr(text, "pgalloc_"); line; line = strstr(line, "pgalloc_")) {
		line += strcspn(line, " ");
		sum += strtoll(line, NULL, 10);
	}
	return sum;
}

static long long pages_seen(const struct sums *sums)
{
	long long pages = 0;
	enum owner owner;

	for (owner = 0; owner < OWNERS; owner++)
		pages += sums->pages[owner];
	return pages;
}

/*
 * Be told of what was refused and of a threshold that was passed; and now and then
 * wait for more in vain, since the module looks at pools while somebody waits.
 */
static bool is_told(int fd, struct pool *pool, unsigned int life)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	struct budgetmem_events events;

	return !pool_watch(fd, pool->offset, page_size()) &&
	       poll(&file, 1, 0) == 1 && !events_read(fd, &events) &&
	       events.refused && (life % 16 || poll(&file, 1, 1) >= 0);
}

/* Fill the pool with what a client does, and ask all that it may ask. */
static int use(int fd, struct pool pool[POOLS], unsigned int life)
{
	struct budgetmem_query query;
	struct budgetmem_budget_info budget;
	struct budgetmem_client_info client;
	struct budgetmem_pool_info info;
	int i;

	for (i = 0; i < POOLS; i++)
		memset(pool[i].memory, life, pool[i].size);
	if (query_read(fd, &query) || budget_read(fd, "main", &budget) ||
	    client_read(fd, &client) || pool_read(fd, pool[0].offset, &info) ||
	    !is_told(fd, &pool[0], life))
		return -EIO;
	/* Refused, and counted. */
	if (pool_create(fd, "late", 1, NULL) != -EPERM)
		return -EIO;
	return 0;
}

/* One pool of them lies where no page table is yet. */
static int map(int fd, struct pool *pool, int number)
{
	void *at = number ? NULL : FAR_AWAY;

	pool->memory = mmap(at, pool->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			    pool->offset);
	return pool->memory == MAP_FAILED ? -errno : 0;
}

/* Eight pools, one too many bytes, and the lock. */
static int settle(int fd, struct pool pool[POOLS])
{
	char name[] = "pool0";
	int error = 0;
	int i;

	for (i = 0; i < POOLS && !error; i++) {
		name[4] = '0' + i;
		pool[i].size = PAGES * page_size();
		error = pool_create(fd, name, pool[i].size, &pool[i].offset);
	}
	if (!error && pool_create(fd, "large", MAIN_SIZE, NULL) != -EDQUOT)
		error = -EIO;
	for (i = 0; i < POOLS && !error; i++)
		error = map(fd, &pool[i], i);
	return error ? error : client_lock(fd);
}

static int live(unsigned int life)
{
	struct pool pool[POOLS];
	int fd = client_open("main");
	int error, i;

	if (fd < 0)
		return fd;
	error = settle(fd, pool);
	if (!error)
		error = use(fd, pool, life);
	/* Every other one ends with its descriptor, the rest with a mapping. */
	if (life % 2)
		close(fd);
	for (i = 0; i < POOLS && !error; i++)
		error = pool_unmap(&pool[i]);
	if (!(life % 2))
		close(fd);
	return error;
}

/* A life that is cut off: the process is killed in the midst of it. */
static int live_and_die(void *argument)
{
	struct pool pool[POOLS];
	int fd = client_open("main");

	if (fd < 0 || settle(fd, pool) || use(fd, pool, 1))
		return 1;
	raise(SIGKILL);
	return 2;
}

/* A persistent pool goes from one client to the next, and then is gone. */
static int live_twice(void)
{
	size_t size = PAGES * page_size();
	int fd = client_open("main");
	struct pool pool;
	int error;

	if (fd < 0)
		return fd;
	error = pool_create_persistent(fd, "stays", size, 7, NULL);
	close(fd);
	if (error)
		return error;
	fd = client_open("main");
	if (fd < 0)
		return fd;
	pool.size = size;
	error = pool_attach(fd, "stays", size, 7, &pool.offset);
	if (!error)
		error = map(fd, &pool, 0);
	if (!error) {
		memset(pool.memory, 1, pool.size);
		error = pool_unmap(&pool);
	}
	if (!error)
		error = pool_destroy(fd, pool.offset);
	close(fd);
	return error;
}

/* A persistent pool that is taken back by an administrator. */
static int live_and_leave(void)
{
	int error = pool_leave("main", "left", PAGES * page_size());

	return error ? error : pool_remove("main", "left");
}

FIXTURE(allocations) {
	struct sums sums;
	long long allocated;
};

FIXTURE_SETUP(allocations)
{
	self->sums.verbose = true;
	/*
	 * So that what this needs is there and does not fault later: a fault while the
	 * module writes an answer would look like its own doing.
	 */
	file_write("/proc/sys/kernel/numa_balancing", "0");
	self->allocated = pages_allocated();
}

FIXTURE_TEARDOWN(allocations)
{
	histogram_end();
}

#define BEGIN(lifetimes)						\
	do {								\
		int error_ = histogram_start();				\
									\
		if (error_ == -ENOENT)					\
			LACKING("histograms of trace events");		\
		ASSERT_EQ(0, error_);					\
		self->sums.lives = lifetimes;				\
		self->allocated = pages_allocated();			\
	} while (0)

#define END()								\
	do {								\
		self->allocated = pages_allocated() - self->allocated;	\
		ASSERT_EQ(0, histogram_stop());				\
		EXPECT_EQ(0, histogram_read(see, &self->sums));		\
		report(_metadata->name, &self->sums);			\
	} while (0)

/* Pages taken in bulk leave no event, but are counted like all others. */
#define EXPECT_NO_BULK()						\
	EXPECT_GT(pages_seen(&self->sums) + BULK_NOISE, self->allocated)

#define EXPECT_NOTHING_TAKEN()						\
	do {								\
		EXPECT_EQ(0, self->sums.pages[OWNER_MODULE]);		\
		EXPECT_EQ(0, self->sums.objects[OWNER_MODULE]);		\
		EXPECT_EQ(0, self->sums.stacks[OWNER_UNKNOWN]);		\
		EXPECT_NO_BULK();					\
	} while (0)

/* The counter-proof: what a new table takes is seen, pages and objects. */
TEST_F(allocations, of_a_table_are_seen)
{
	BEGIN(1);
	self->sums.verbose = false;
	ASSERT_EQ(0, extra_set("extra", EXTRA_SIZE, BUDGETMEM_NODE_ANY));
	END();
	EXPECT_LE(EXTRA_SIZE / page_size(), self->sums.pages[OWNER_MODULE]);
	EXPECT_LE(4, self->sums.objects[OWNER_MODULE]);
	ASSERT_EQ(0, extra_remove());
}

/* From here on. */
TEST_F(allocations, of_the_lock_are_none)
{
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	BEGIN(0);
	ASSERT_EQ(0, system_lock(fd));
	EXPECT_EQ(-EPERM, extra_set("extra", EXTRA_SIZE, BUDGETMEM_NODE_ANY));
	END();
	EXPECT_NOTHING_TAKEN();
	close(fd);
}

TEST_F_TIMEOUT(allocations, of_clients_that_live_are_none, 3000)
{
	unsigned int life;

	BEGIN(lifetimes);
	for (life = 0; life < lifetimes; life++) {
		ASSERT_EQ(0, live(life));
	}
	END();
	EXPECT_NOTHING_TAKEN();
	/* The kernel has a file to open each time, and page tables to make. */
	EXPECT_LE(lifetimes, self->sums.objects[OWNER_KERNEL]);
	EXPECT_LE(lifetimes, self->sums.pages[OWNER_PAGE_TABLES]);
	histogram_read(see_habits, &self->sums);
	EXPECT_EQ(0, budget_used("main"));
}

TEST_F_TIMEOUT(allocations, of_clients_that_are_killed_are_none, 3000)
{
	unsigned int life;

	BEGIN(lifetimes / 20 + 1);
	for (life = 0; life < self->sums.lives; life++) {
		ASSERT_EQ(-SIGKILL, child_run(live_and_die, NULL));
	}
	EXPECT_TRUE(budget_settles("main"));
	END();
	/* fork() takes pages in bulk, for the stack of the new process. */
	EXPECT_EQ(0, self->sums.pages[OWNER_MODULE]);
	EXPECT_EQ(0, self->sums.objects[OWNER_MODULE]);
	EXPECT_LE(self->sums.lives, self->sums.pages[OWNER_PAGE_TABLES]);
}

TEST_F_TIMEOUT(allocations, of_pools_that_stay_are_none, 3000)
{
	unsigned int life;

	BEGIN(lifetimes / 5 + 1);
	for (life = 0; life < self->sums.lives; life++) {
		ASSERT_EQ(0, live_twice());
		ASSERT_EQ(0, live_and_leave());
	}
	END();
	EXPECT_NOTHING_TAKEN();
	EXPECT_EQ(0, budget_used("main"));
}

int main(int argc, char **argv)
{
	lifetimes = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
	return test_harness_run(argc, argv);
}
