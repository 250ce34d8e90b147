// SPDX-License-Identifier: MIT
/*
 * The entries of SYSTEM_APPLY: each field violated alone, with the reason and the
 * index that the answer tells; entries of other sizes; entries that cannot be read.
 * Names are in names.c.
 */
#include <sys/mman.h>

#include "test.h"
#include "spoiled.h"

#define EXPECT_ENTRY_BLAMED(error, because)				\
	EXPECT_BLAMED(error, because, self->index, "second")

TEST_F(table, malformed_name)
{
	self->entry->name[0] = '/';
	EXPECT_BLAMED(-EINVAL, BUDGETMEM_REASON_NAME, self->index, "");
}

TEST_F(table, name_twice)
{
	name_set(self->entry->name, "main");
	EXPECT_BLAMED(-EINVAL, BUDGETMEM_REASON_TWICE, self->index, "main");
}

TEST_F(table, size_of_zero)
{
	self->entry->size = 0;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_SIZE);
}

TEST_F(table, size_too_large)
{
	self->entry->size = ~0ull;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_SIZE);
	self->entry->size = 1ull << 63;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_SIZE);
	self->entry->size = 1ull << 41;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_SIZE);
}

TEST_F(table, owner_nobody)
{
	self->entry->uid = ~0u;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_OWNER);
	self->entry->uid = 0;
	self->entry->gid = ~0u;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_OWNER);
}

TEST_F(table, mode_with_other_bits)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (0666u & 1u << bit)
			continue;
		self->entry->mode = 0600 | 1u << bit;
		EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_MODE);
	}
}

TEST_F(table, pool_limit)
{
	self->entry->pool_limit = 0;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->pool_limit = 131073;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->pool_limit = ~0u;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->pool_limit = 131072;
	EXPECT_EQ(0, table_apply(&self->table, NULL));
}

TEST_F(table, client_limit)
{
	self->entry->client_limit = 0;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->client_limit = 65537;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->client_limit = ~0u;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_LIMIT);
	self->entry->client_limit = 65536;
	EXPECT_EQ(0, table_apply(&self->table, NULL));
}

TEST_F(table, node_without_memory)
{
	self->entry->node = 63;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_NODE);
	self->entry->node = 0x7fffffff;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_NODE);
	self->entry->node = BUDGETMEM_NODE_ANY - 1;
	EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_NODE);
}

TEST_F(table, node)
{
	struct budgetmem_budget_info info;

	self->entry->node = 0;
	ASSERT_EQ(0, table_apply(&self->table, NULL));
	ASSERT_EQ(0, budget_read(self->fd, "second", &info));
	EXPECT_EQ(0, info.node);
	EXPECT_EQ(0, budget_take_whole("second"));
}

TEST_F(table, flags)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		self->entry->flags = 1u << bit;
		EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_UNKNOWN);
	}
}

TEST_F(table, reserved)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		self->entry->reserved = 1u << bit;
		EXPECT_ENTRY_BLAMED(-EINVAL, BUDGETMEM_REASON_UNKNOWN);
	}
}

/* The first of two that are wrong. */
TEST_F(table, the_first_wrong_entry_is_told)
{
	self->entry->size = 0;
	self->entry[-1].mode = 01000;
	EXPECT_BLAMED(-EINVAL, BUDGETMEM_REASON_MODE, self->index - 1, "first");
}

/* Entries of a newer caller, longer by 8 bytes. */
struct longer_entry {
	struct budgetmem_budget_entry entry;
	__u64 more;
};

static int apply_longer(FIXTURE_DATA(table) *self, __u64 more)
{
	struct longer_entry entries[TABLE_ENTRIES] = { 0 };
	__u32 i;

	for (i = 0; i < self->table.count; i++)
		entries[i].entry = self->table.entry[i];
	entries[self->index].more = more;
	answer_reset(self);
	self->answer.entries = (uintptr_t)entries;
	self->answer.entry_size = sizeof(entries[0]);
	return apply_as(self);
}

TEST_F(table, longer_entries_with_zeros)
{
	EXPECT_EQ(0, apply_longer(self, 0));
	EXPECT_EQ(0, budget_take_whole("second"));
}

TEST_F(table, longer_entries_with_something_unknown)
{
	EXPECT_REFUSED(-E2BIG, apply_longer(self, 1ull << 63));
	EXPECT_EQ(BUDGETMEM_REASON_UNKNOWN, self->answer.reason);
	EXPECT_EQ(self->index, self->answer.failed);
	EXPECT_TRUE(name_is(self->answer.name, ""));
}

TEST_F(table, entries_of_a_wrong_size)
{
	static const __u32 sizes[] = { 0, 1, 64, 71, 4097, 1u << 31, ~0u };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		answer_reset(self);
		self->answer.entry_size = sizes[i];
		EXPECT_REFUSED(-EINVAL, apply_as(self));
		EXPECT_EQ(5, self->answer.reason);
	}
}

TEST_F(table, longest_entries)
{
	char *entries = calloc(TABLE_ENTRIES, BUDGETMEM_ENTRY_SIZE_MAX);
	__u32 i;

	ASSERT_NE(NULL, entries);
	for (i = 0; i < self->table.count; i++)
		memcpy(entries + i * BUDGETMEM_ENTRY_SIZE_MAX,
		       &self->table.entry[i], sizeof(self->table.entry[i]));
	answer_reset(self);
	self->answer.entries = (uintptr_t)entries;
	self->answer.entry_size = BUDGETMEM_ENTRY_SIZE_MAX;
	EXPECT_EQ(0, apply_as(self));
	EXPECT_EQ(0, budget_take_whole("second"));
	free(entries);
}

/* The last entry lies where there is no memory. */
TEST_F(table, ends_in_the_middle)
{
	size_t page = page_size();
	size_t size = self->index * sizeof(*self->entry);
	char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, mprotect(memory + page, page, PROT_NONE));
	memcpy(memory + page - size, self->table.entry, size);
	answer_reset(self);
	self->answer.entries = (uintptr_t)memory + page - size;
	EXPECT_REFUSED(-EFAULT, apply_as(self));
	EXPECT_EQ(self->index, self->answer.failed);
	EXPECT_EQ(BUDGETMEM_REASON_NONE, self->answer.reason);
}

TEST_F(table, at_an_address_of_nothing)
{
	static const __u64 addresses[] = {
		0, 0x1000, ~0ull - 0xfff, 1ull << 32, 1ull << 63,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		answer_reset(self);
		self->answer.entries = addresses[i];
		EXPECT_REFUSED(-EFAULT, apply_as(self));
	}
}

/* What is beyond 32 bits of an address is part of it. */
TEST_F(table, at_an_address_with_upper_bits)
{
	answer_reset(self);
	self->answer.entries |= 1ull << 62;
	EXPECT_REFUSED(-EFAULT, apply_as(self));
}

TEST_HARNESS_MAIN
