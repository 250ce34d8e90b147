/* SPDX-License-Identifier: MIT */
/*
 * spoiled - a fixture: the table that there is, and two budgets more, one of which a
 * case spoils
 *
 * To be included once in a program, after test.h.
 */
#ifndef BUDGETMEM_TESTS_SPOILED_H
#define BUDGETMEM_TESTS_SPOILED_H

#define EXTRA_SIZE	(64u << 10)

/* Two entries behind those that there are, the second one to be spoiled. */
FIXTURE(table) {
	struct table before;
	struct table table;
	struct budgetmem_budget_entry *entry;
	__u32 index;
	struct budgetmem_system_apply answer;
	int fd;
};

FIXTURE_SETUP(table)
{
	ASSERT_EQ(0, table_read(&self->before));
	self->table = self->before;
	table_add(&self->table, "first", EXTRA_SIZE);
	self->index = self->table.count;
	self->entry = table_add(&self->table, "second", EXTRA_SIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(table)
{
	close(self->fd);
	EXPECT_EQ(0, table_apply(&self->before, NULL));
}

static bool name_is(const char field[BUDGETMEM_NAME_SIZE], const char *name)
{
	char whole[BUDGETMEM_NAME_SIZE];

	name_set(whole, name);
	return !memcmp(whole, field, sizeof(whole));
}

/* The call as it is to be, through the file of the case. */
static int apply_as(FIXTURE_DATA(table) *self)
{
	return device_call(self->fd, BUDGETMEM_IOC_SYSTEM_APPLY, &self->answer);
}

/* What an answer that nobody wrote to would look like. */
static void answer_reset(FIXTURE_DATA(table) *self)
{
	self->answer = table_call(&self->table);
	self->answer.set_aside = 1;
	self->answer.overhead = 2;
	self->answer.missing = 3;
	memset(self->answer.name, 'x', sizeof(self->answer.name));
	self->answer.failed = 4;
	self->answer.reason = 5;
}

/* Apply the table: that error, for that reason, which is about that entry. */
#define EXPECT_BLAMED(error, because, at, whom)				\
	do {								\
		answer_reset(self);					\
		EXPECT_REFUSED(error, apply_as(self));			\
		EXPECT_EQ(because, self->answer.reason);		\
		EXPECT_EQ(at, self->answer.failed);			\
		EXPECT_TRUE(name_is(self->answer.name, whom));		\
	} while (0)

#endif /* BUDGETMEM_TESTS_SPOILED_H */
