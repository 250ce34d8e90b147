// SPDX-License-Identifier: MIT
/*
 * What a process does to its own mapping of a pool may cost it faults, but never
 * data, and never a SIGBUS, which would end the case.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "test.h"

#define PAGES 16

/* Younger than the C library's headers that the programs are built with. */
#define ADVICE_DONTNEED_LOCKED	24
#define ADVICE_COLLAPSE		25

/* Move what is in the page elsewhere, for the memory there may go bad. */
#define ADVICE_SOFT_OFFLINE	101

/* A pool filled with a pattern, and a second mapping of it that stays as is. */
FIXTURE(advice) {
	int fd;
	size_t page;
	struct pool pool;
	unsigned char *witness;
};

FIXTURE_VARIANT(advice) {
	int number;
};

#define ADVICE(name, value) FIXTURE_VARIANT_ADD(advice, name) { .number = value }

ADVICE(random, MADV_RANDOM);
ADVICE(sequential, MADV_SEQUENTIAL);
ADVICE(willneed, MADV_WILLNEED);
ADVICE(dontneed, MADV_DONTNEED);
ADVICE(dontneed_locked, ADVICE_DONTNEED_LOCKED);
ADVICE(free, MADV_FREE);
ADVICE(remove, MADV_REMOVE);
ADVICE(dontfork, MADV_DONTFORK);
ADVICE(dofork, MADV_DOFORK);
ADVICE(mergeable, MADV_MERGEABLE);
ADVICE(unmergeable, MADV_UNMERGEABLE);
ADVICE(hugepage, MADV_HUGEPAGE);
ADVICE(nohugepage, MADV_NOHUGEPAGE);
ADVICE(collapse, ADVICE_COLLAPSE);
ADVICE(dontdump, MADV_DONTDUMP);
ADVICE(dodump, MADV_DODUMP);
ADVICE(wipeonfork, MADV_WIPEONFORK);
ADVICE(keeponfork, MADV_KEEPONFORK);
ADVICE(cold, MADV_COLD);
ADVICE(soft_offline, ADVICE_SOFT_OFFLINE);
ADVICE(pageout, MADV_PAGEOUT);
ADVICE(populate_read, MADV_POPULATE_READ);
ADVICE(populate_write, MADV_POPULATE_WRITE);

FIXTURE_SETUP(advice)
{
	void *witness = NULL;

	self->page = page_size();
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
	ASSERT_EQ(0, pool_map(self->fd, self->pool.offset, self->pool.size,
			      PROT_READ | PROT_WRITE, &witness));
	self->witness = witness;
	pattern_fill(self->pool.memory, self->pool.size, 1);
}

FIXTURE_TEARDOWN(advice)
{
	close(self->fd);
}

/* Nothing is lost on either side, and stores still reach the pool. */
#define EXPECT_POOL_WHOLE(memory, size)					\
	do {								\
		EXPECT_EQ(0, pattern_wrong(memory, size, 1));		\
		EXPECT_EQ(0, pattern_wrong(self->witness, size, 1));	\
		pattern_fill(memory, size, 2);				\
		EXPECT_EQ(0, pattern_wrong(self->witness, size, 2));	\
	} while (0)

/* Whether the kernel takes the advice on such a mapping is its own business. */
TEST_F(advice, to_the_whole_mapping)
{
	madvise(self->pool.memory, self->pool.size, variant->number);
	EXPECT_POOL_WHOLE(self->pool.memory, self->pool.size);
}

TEST_F(advice, to_one_page)
{
	madvise(self->pool.memory + 3 * self->page, self->page,
		variant->number);
	EXPECT_POOL_WHOLE(self->pool.memory, self->pool.size);
}

TEST_F(advice, to_a_locked_client)
{
	ASSERT_EQ(0, client_lock(self->fd));
	madvise(self->pool.memory, self->pool.size, variant->number);
	EXPECT_POOL_WHOLE(self->pool.memory, self->pool.size);
}

TEST_F(advice, leaves_the_pool_resident_in_another_mapping)
{
	madvise(self->pool.memory, self->pool.size, variant->number);
	EXPECT_EQ(0, faults_storing(self->witness, self->pool.size));
}

TEST_F(advice, costs_the_budget_nothing)
{
	madvise(self->pool.memory, self->pool.size, variant->number);
	pattern_fill(self->pool.memory, self->pool.size, 2);
	EXPECT_EQ(self->pool.size, budget_used("main"));
	EXPECT_EQ(0, budget_quarantined("main"));
}

/* The same pool, for what is not advice. */
FIXTURE(own) {
	FIXTURE_DATA(advice) advice;
};

FIXTURE_SETUP(own)
{
	advice_setup(_metadata, &self->advice, NULL);
}

FIXTURE_TEARDOWN(own)
{
	advice_teardown(_metadata, &self->advice, NULL);
}

#define EXPECT_OWN_WHOLE(memory, size)					\
	do {								\
		EXPECT_EQ(0, pattern_wrong(memory, size, 1));		\
		EXPECT_EQ(0, pattern_wrong(self->advice.witness, size,	\
					   1));				\
		pattern_fill(memory, size, 2);				\
		EXPECT_EQ(0, pattern_wrong(self->advice.witness, size,	\
					   2));				\
	} while (0)

TEST_F(own, protection_taken_away_and_given_back)
{
	struct pool *pool = &self->advice.pool;

	ASSERT_EQ(0, mprotect(pool->memory, pool->size, PROT_NONE));
	ASSERT_EQ(0, mprotect(pool->memory, pool->size, PROT_READ));
	EXPECT_EQ(0, pattern_wrong(pool->memory, pool->size, 1));
	ASSERT_EQ(0, mprotect(pool->memory, pool->size,
			      PROT_READ | PROT_WRITE));
	EXPECT_OWN_WHOLE(pool->memory, pool->size);
}

TEST_F(own, protection_of_one_page)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;

	ASSERT_EQ(0, mprotect(pool->memory + page, page, PROT_NONE));
	ASSERT_EQ(0, mprotect(pool->memory + page, page,
			      PROT_READ | PROT_WRITE));
	EXPECT_OWN_WHOLE(pool->memory, pool->size);
}

TEST_F(own, moved)
{
	struct pool *pool = &self->advice.pool;
	unsigned char *place = mmap(NULL, pool->size, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, place);
	ASSERT_EQ(place, mremap(pool->memory, pool->size, pool->size,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	EXPECT_OWN_WHOLE(place, pool->size);
}

TEST_F(own, a_part_moved)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;
	unsigned char *place = mmap(NULL, page, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, place);
	ASSERT_EQ(place, mremap(pool->memory + 5 * page, page, page,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	EXPECT_EQ(0, memcmp(place, self->advice.witness + 5 * page, page));
	EXPECT_OWN_WHOLE(pool->memory, 5 * page);
}

/* A page that was zapped comes back as the page that was moved, not another. */
TEST_F(own, a_part_moved_and_then_thrown_away)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;
	unsigned char *place = mmap(NULL, page, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, place);
	ASSERT_EQ(place, mremap(pool->memory + 5 * page, page, page,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	madvise(place, page, MADV_DONTNEED);
	EXPECT_EQ(0, memcmp(place, self->advice.witness + 5 * page, page));
}

TEST_F(own, shrunk)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;

	ASSERT_EQ(pool->memory, mremap(pool->memory, pool->size, 3 * page, 0));
	EXPECT_OWN_WHOLE(pool->memory, 3 * page);
}

TEST_F(own, cannot_grow_again_after_it_shrank)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;

	ASSERT_EQ(pool->memory, mremap(pool->memory, pool->size, page, 0));
	EXPECT_EQ(MAP_FAILED, mremap(pool->memory, page, 2 * page, 0));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(own, start_unmapped)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;

	ASSERT_EQ(0, munmap(pool->memory, 2 * page));
	EXPECT_EQ(0, memcmp(pool->memory + 2 * page,
			    self->advice.witness + 2 * page,
			    pool->size - 2 * page));
}

/* What is left of a split mapping still knows which page is whose. */
TEST_F(own, middle_unmapped_and_the_rest_thrown_away)
{
	struct pool *pool = &self->advice.pool;
	size_t page = self->advice.page;
	unsigned char *rest = pool->memory + 9 * page;

	ASSERT_EQ(0, munmap(pool->memory + 7 * page, 2 * page));
	madvise(rest, pool->size - 9 * page, MADV_DONTNEED);
	madvise(pool->memory, 7 * page, MADV_DONTNEED);
	EXPECT_EQ(0, memcmp(rest, self->advice.witness + 9 * page,
			    pool->size - 9 * page));
	EXPECT_OWN_WHOLE(pool->memory, 7 * page);
}

TEST_F(own, all_unmapped_and_mapped_again)
{
	struct pool *pool = &self->advice.pool;
	void *memory;

	ASSERT_EQ(0, munmap(self->advice.witness, pool->size));
	ASSERT_EQ(0, pool_unmap(pool));
	ASSERT_EQ(0, pool_map(self->advice.fd, pool->offset, pool->size,
			      PROT_READ, &memory));
	EXPECT_EQ(0, pattern_wrong(memory, pool->size, 1));
}

TEST_F(own, locked_and_unlocked)
{
	struct pool *pool = &self->advice.pool;

	ASSERT_EQ(0, mlock(pool->memory, pool->size));
	ASSERT_EQ(0, munlock(pool->memory, pool->size));
	EXPECT_OWN_WHOLE(pool->memory, pool->size);
}

/* Forget who used which page, then that any page was written (soft-dirty). */
TEST_F(own, traces_of_use_cleared)
{
	struct pool *pool = &self->advice.pool;
	int error;

	EXPECT_EQ(0, file_write("/proc/self/clear_refs", "1"));
	error = file_write("/proc/self/clear_refs", "4");
	EXPECT_TRUE(!error || error == -EINVAL);
	EXPECT_OWN_WHOLE(pool->memory, pool->size);
}

TEST_F(own, thrown_away_again_and_again)
{
	struct pool *pool = &self->advice.pool;
	int round;

	for (round = 0; round < 200; round++) {
		pool->memory[0] = round;
		madvise(pool->memory, pool->size, MADV_DONTNEED);
		EXPECT_EQ((unsigned char)round, pool->memory[0]);
		EXPECT_EQ((unsigned char)round, self->advice.witness[0]);
	}
}

TEST_HARNESS_MAIN
