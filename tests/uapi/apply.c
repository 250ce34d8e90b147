// SPDX-License-Identifier: MIT
/*
 * SYSTEM_APPLY: who may, what becomes of a table, what the answer says, and that all
 * of it takes effect or nothing. What each field of an entry may be is in entries.c;
 * budgets that change while they are in use are in resize.c; what a locked system says
 * is in locked.c; what holds for the argument of every call is in arguments.c.
 */
#include <sys/mman.h>

#include "test.h"
#include "spoiled.h"

TEST_F(table, gives_new_budgets)
{
	struct budgetmem_budget_info info;

	self->entry->uid = 1234;
	self->entry->gid = 5678;
	self->entry->mode = 0642;
	self->entry->pool_limit = 3;
	self->entry->client_limit = 7;
	answer_reset(self);
	ASSERT_EQ(0, apply_as(self));
	ASSERT_EQ(0, budget_read(self->fd, "second", &info));
	EXPECT_EQ(EXTRA_SIZE, info.size);
	EXPECT_EQ(0, info.used);
	EXPECT_EQ(0, info.high_water);
	EXPECT_EQ(1234, info.uid);
	EXPECT_EQ(5678, info.gid);
	EXPECT_EQ(0642, info.mode);
	EXPECT_EQ(3, info.pool_limit);
	EXPECT_EQ(7, info.client_limit);
	EXPECT_EQ(BUDGETMEM_NODE_ANY, info.node);
	EXPECT_EQ(0, budget_take_whole("second"));
}

/* The answer after success, and QUERY, say the same. */
TEST_F(table, answers_the_sums)
{
	struct budgetmem_query query;

	answer_reset(self);
	ASSERT_EQ(0, apply_as(self));
	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(SET_ASIDE + 2 * EXTRA_SIZE, self->answer.set_aside);
	EXPECT_EQ(query.set_aside, self->answer.set_aside);
	EXPECT_EQ(query.overhead, self->answer.overhead);
	EXPECT_EQ(query.total, self->answer.total);
	EXPECT_EQ(BUDGETS + 2, query.budgets);
	EXPECT_EQ(0, self->answer.missing);
	EXPECT_TRUE(name_is(self->answer.name, ""));
	EXPECT_EQ(BUDGETMEM_NO_ENTRY, self->answer.failed);
	EXPECT_EQ(BUDGETMEM_REASON_NONE, self->answer.reason);
}

TEST_F(table, sizes_are_rounded_up_to_pages)
{
	struct budgetmem_budget_info info;

	self->entry->size = page_size() + 1;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, budget_read(self->fd, "second", &info));
	EXPECT_EQ(2 * page_size(), info.size);
}

TEST_F(table, takes_budgets_away)
{
	struct budgetmem_budget_info info;

	ASSERT_EQ(0, table_apply(&self->table, NULL));
	table_remove(&self->table, "first");
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	EXPECT_EQ(-ENOENT, budget_read(self->fd, "first", &info));
	EXPECT_EQ(-ENOENT, client_open("first"));
	EXPECT_EQ(0, budget_read(self->fd, "second", &info));
}

/* The pages come back to the kernel, and QUERY counts those that are left. */
TEST_F(table, held_pages_follow)
{
	__u64 before = held_pages();

	ASSERT_EQ(0, table_apply(&self->table, NULL));
	EXPECT_EQ(before + 2 * EXTRA_SIZE / page_size(), held_pages());
	ASSERT_EQ(0, table_apply(&self->before, NULL));
	EXPECT_EQ(before, held_pages());
}

TEST_F(table, without_any_budget)
{
	struct budgetmem_query query;

	self->table.count = 0;
	answer_reset(self);
	self->answer.entries = 0;
	ASSERT_EQ(0, apply_as(self));
	EXPECT_EQ(0, self->answer.set_aside);
	EXPECT_EQ(0, self->answer.overhead);
	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(0, query.budgets);
	EXPECT_EQ(0, query.set_aside);
	EXPECT_EQ(0, query.held_pages);
	EXPECT_EQ(-ENOENT, client_open("main"));
}

TEST_F(table, with_the_most_budgets)
{
	static struct budgetmem_budget_entry entries[BUDGETMEM_BUDGETS_MAX];
	struct budgetmem_query query;
	struct table one = { 0 };
	__u32 i;

	for (i = 0; i < BUDGETMEM_BUDGETS_MAX; i++) {
		one.count = 0;
		entries[i] = *table_add(&one, "many", page_size());
		snprintf(entries[i].name, sizeof(entries[i].name), "many-%u", i);
	}
	self->answer = table_call(&self->table);
	self->answer.entries = (uintptr_t)entries;
	self->answer.count = BUDGETMEM_BUDGETS_MAX;
	ASSERT_EQ(0, apply_as(self));
	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(BUDGETMEM_BUDGETS_MAX, query.budgets);
	EXPECT_EQ(0, budget_take_whole("many-1023"));
	if (rounds_are_few())
		return;
	/* All of them go, and as many others come; the answer is no question. */
	self->answer.total = 0;
	for (i = 0; i < BUDGETMEM_BUDGETS_MAX; i++)
		entries[i].name[0] = 'M';
	ASSERT_EQ(0, apply_as(self));
	EXPECT_EQ(0, budget_take_whole("Many-0"));
	EXPECT_EQ(-ENOENT, budget_take_whole("many-0"));
}

TEST_F(table, of_too_many_entries)
{
	answer_reset(self);
	self->answer.count = BUDGETMEM_BUDGETS_MAX + 1;
	EXPECT_REFUSED(-EINVAL, apply_as(self));
	self->answer.count = ~0u;
	EXPECT_REFUSED(-EINVAL, apply_as(self));
	/* What is malformed itself is no place for an answer. */
	EXPECT_EQ(5, self->answer.reason);
}

TEST_F(table, order_of_the_entries_means_nothing)
{
	struct budgetmem_budget_entry entry = self->table.entry[0];

	self->table.entry[0] = *self->entry;
	*self->entry = entry;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	EXPECT_EQ(0, budget_take_whole("second"));
	EXPECT_EQ(0, budget_take_whole("main"));
	EXPECT_EQ(BUDGETS + 2, self->table.count);
}

TEST_F(table, owner_and_mode_change_at_once)
{
	struct table table = self->before;
	struct budgetmem_budget_info info;
	int user = device_open_as(1000, O_RDWR);

	ASSERT_LE(0, user);
	EXPECT_EQ(-EACCES, budget_read(user, "closed", &info));
	table_find(&table, "closed")->mode = 0600;
	table_find(&table, "closed")->uid = 1000;
	ASSERT_EQ(0, table_apply(&table, NULL));
	EXPECT_EQ(0, budget_read(user, "closed", &info));
	EXPECT_EQ(0, client_bind(user, "closed"));
	/* A client that is bound stays so. */
	ASSERT_EQ(0, table_apply(&self->before, NULL));
	EXPECT_EQ(0, pool_create(user, "pool", 1, NULL));
	close(user);
}

TEST_F(table, exceeds_the_total)
{
	struct budgetmem_system_apply fits;
	__u64 total;

	ASSERT_EQ(0, table_try(&self->table, &fits));
	total = fits.set_aside + fits.overhead;
	answer_reset(self);
	self->answer.total = total - 1;
	EXPECT_REFUSED(-EDQUOT, apply_as(self));
	EXPECT_EQ(BUDGETMEM_REASON_TOTAL, self->answer.reason);
	EXPECT_EQ(self->index, self->answer.failed);
	EXPECT_TRUE(name_is(self->answer.name, "second"));
	EXPECT_EQ(1, self->answer.missing);
	/* What the caller asked for is still there, to be asked again. */
	EXPECT_EQ(total - 1, self->answer.total);
	EXPECT_EQ(1, self->answer.set_aside);
	EXPECT_EQ(2, self->answer.overhead);
}

TEST_F(table, of_one_byte_in_total)
{
	answer_reset(self);
	self->answer.total = 1;
	EXPECT_REFUSED(-EDQUOT, apply_as(self));
	EXPECT_EQ(0, self->answer.failed);
	EXPECT_LT(MAIN_SIZE, self->answer.missing);
}

/* More than the machine has. */
TEST_F(table, exceeds_the_memory)
{
	self->entry->size = 1ull << 39;
	answer_reset(self);
	EXPECT_REFUSED(-ENOMEM, apply_as(self));
	EXPECT_EQ(BUDGETMEM_REASON_MEMORY, self->answer.reason);
	EXPECT_EQ(self->index, self->answer.failed);
	EXPECT_TRUE(name_is(self->answer.name, "second"));
	EXPECT_LT(0, self->answer.missing);
	EXPECT_GE(1ull << 39, self->answer.missing);
}

TEST_F(table, dry_run_says_the_same_and_changes_nothing)
{
	struct budgetmem_system_apply wet;
	struct state *before;

	/* No other size: how many blocks there are, nobody knows before. */
	answer_reset(self);
	self->answer.flags = BUDGETMEM_APPLY_DRY_RUN;
	before = state_take();
	EXPECT_EQ(0, apply_as(self));
	EXPECT_TRUE(state_unchanged(before));
	ASSERT_EQ(0, table_apply(&self->table, &wet));
	EXPECT_EQ(wet.set_aside, self->answer.set_aside);
	EXPECT_EQ(BUDGETMEM_REASON_NONE, self->answer.reason);
	EXPECT_EQ(BUDGETMEM_NO_ENTRY, self->answer.failed);
}

TEST_F(table, dry_run_fails_alike)
{
	self->entry->mode = 1;
	answer_reset(self);
	self->answer.flags = BUDGETMEM_APPLY_DRY_RUN;
	EXPECT_REFUSED(-EINVAL, apply_as(self));
	EXPECT_EQ(BUDGETMEM_REASON_MODE, self->answer.reason);
	EXPECT_EQ(self->index, self->answer.failed);
}

/* Whoever cannot be told that it took effect has not done it. */
TEST_F(table, an_answer_that_cannot_be_written_changes_nothing)
{
	struct budgetmem_system_apply *answer;

	answer = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, answer);
	*answer = table_call(&self->table);
	ASSERT_EQ(0, mprotect(answer, page_size(), PROT_READ));
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, BUDGETMEM_IOC_SYSTEM_APPLY,
					    answer));
	ASSERT_EQ(0, mprotect(answer, page_size(), PROT_READ | PROT_WRITE));
	/* A refusal is what counts, whether it can be written or not. */
	answer->total = 1;
	ASSERT_EQ(0, mprotect(answer, page_size(), PROT_READ));
	EXPECT_REFUSED(-EDQUOT, device_call(self->fd, BUDGETMEM_IOC_SYSTEM_APPLY,
					    answer));
}

/* Who opened the file is what counts, not who holds it. */
TEST_F(table, not_an_administrator)
{
	close(self->fd);
	self->fd = device_open_as(1000, O_RDWR);
	ASSERT_LE(0, self->fd);
	EXPECT_BLAMED(-EACCES, BUDGETMEM_REASON_NONE, BUDGETMEM_NO_ENTRY, "");
	/* Not even to see whether it would work. */
	self->answer = table_call(&self->table);
	self->answer.flags = BUDGETMEM_APPLY_DRY_RUN;
	EXPECT_REFUSED(-EACCES, apply_as(self));
}

static int apply_as_nobody(void *argument)
{
	static const struct identity nobody = { .uid = 4242, .gid = 4242 };
	FIXTURE_DATA(table) *self = argument;

	if (identity_take(&nobody))
		return 255;
	answer_reset(self);
	return -apply_as(self);
}

TEST_F(table, a_file_that_an_administrator_opened_for_another)
{
	EXPECT_EQ(0, child_run(apply_as_nobody, self));
	EXPECT_EQ(0, budget_take_whole("second"));
}

TEST_F(table, malformed_comes_before_the_right)
{
	close(self->fd);
	self->fd = device_open_as(1000, O_RDWR);
	ASSERT_LE(0, self->fd);
	answer_reset(self);
	self->answer.entry_size = 0;
	EXPECT_REFUSED(-EINVAL, apply_as(self));
	/* But nobody reads the entries of somebody who may not apply them. */
	answer_reset(self);
	self->answer.entries = 0;
	EXPECT_REFUSED(-EACCES, apply_as(self));
}

/* Neither reading, nor being a client of anything, is in the way. */
TEST_F(table, any_open_file_will_do)
{
	close(self->fd);
	self->fd = device_open(O_RDONLY);
	answer_reset(self);
	EXPECT_EQ(0, apply_as(self));
	close(self->fd);
	self->fd = client_open("main");
	answer_reset(self);
	EXPECT_EQ(0, apply_as(self));
}

TEST_F(table, total_that_was_stated_holds_until_another_one_is)
{
	struct budgetmem_query query;
	__u64 total = 2ull * (SET_ASIDE + 2 * EXTRA_SIZE);

	answer_reset(self);
	self->answer.total = total;
	ASSERT_EQ(0, apply_as(self));
	EXPECT_EQ(total, self->answer.total);
	ASSERT_EQ(0, table_apply(&self->before, NULL));
	ASSERT_EQ(0, query_read(self->fd, &query));
	EXPECT_EQ(total, query.total);
	self->entry->size = total;
	EXPECT_BLAMED(-EDQUOT, BUDGETMEM_REASON_TOTAL, self->index, "second");
	/* As good as none, for the cases that follow. */
	self->entry->size = EXTRA_SIZE;
	answer_reset(self);
	self->answer.total = ~0ull;
	ASSERT_EQ(0, apply_as(self));
	EXPECT_EQ(~0ull, self->answer.total);
}

TEST_HARNESS_MAIN
