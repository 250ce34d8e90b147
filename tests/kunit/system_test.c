// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system: a whole table is set aside, or nothing; and the total holds, the
 * records included.
 */
#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fixture.h"
#include "shortage.h"
#include "suites.h"

#define ENTRIES	3

/**
 * struct bm_setting - what a case works on; test->priv
 * @entry: budgets of one page each, so that their records have a known size
 * @table: of them
 * @system: not set up
 * @standing: @system was set up, and is torn down when the case is over
 * @reason: why it was not
 */
struct bm_setting {
	struct budgetmem_budget_entry entry[ENTRIES];
	struct bm_table table;
	struct bm_system system;
	bool standing;
	struct bm_reason reason;
};

static int bm_setting_init(struct kunit *test)
{
	struct bm_setting *setting;
	int i;

	setting = kunit_kzalloc(test, sizeof(*setting), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, setting);
	for (i = 0; i < ENTRIES; i++)
		setting->entry[i] = (struct budgetmem_budget_entry) {
			.name = { 'a' + i },
			.size = PAGE_SIZE,
			.mode = 0600,
			.pool_limit = 2 + i,
			.client_limit = 3 + i,
			.node = BUDGETMEM_NODE_ANY,
		};
	setting->table.entry = setting->entry;
	setting->table.entries = ENTRIES;
	test->priv = setting;
	return 0;
}

static int set_up(struct bm_setting *setting, u64 total)
{
	int err = bm_system_set_up(&setting->system, &setting->table, total,
				   &setting->reason);

	setting->standing = !err;
	return err;
}

/* Whether it was set up or not: no page is held then. */
static void tear_down(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	if (!setting)
		return;
	if (setting->standing)
		bm_system_tear_down(&setting->system);
	setting->standing = false;
	KUNIT_EXPECT_EQ(test, atomic_long_read(&setting->system.held_pages), 0L);
}

/* Bytes of the records of the budget @i, by their own sizes. */
static u64 overhead_of(const struct bm_setting *setting, int i, u32 blocks)
{
	const struct budgetmem_budget_entry *entry = &setting->entry[i];

	return sizeof(struct bm_budget) + sizeof(struct bm_budget *) +
	       roundup_pow_of_two(entry->pool_limit) * sizeof(struct hlist_head) +
	       entry->client_limit * sizeof(struct bm_client) +
	       entry->pool_limit * sizeof(struct bm_pool) +
	       (entry->size >> PAGE_SHIFT) * sizeof(struct bm_extent) +
	       blocks * sizeof(struct bm_block);
}

/* What all budgets and their records take. */
static u64 needs(const struct bm_setting *setting)
{
	u64 bytes = 0;
	int i;

	for (i = 0; i < setting->table.entries; i++)
		bytes += setting->entry[i].size + overhead_of(setting, i, 1);
	return bytes;
}

static void test_set_up_without_a_total(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	struct bm_system *system = &setting->system;

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, 0), 0, "%s", setting->reason.text);
	KUNIT_EXPECT_STREQ(test, "", bm_broken_system(system));
	KUNIT_EXPECT_EQ(test, system->budgets, (u32)ENTRIES);
	KUNIT_EXPECT_EQ(test, system->account.used, needs(setting));
	KUNIT_EXPECT_EQ(test, system->account.limit, needs(setting));
	KUNIT_EXPECT_EQ(test, system->overhead, needs(setting) - ENTRIES * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&system->held_pages), (long)ENTRIES);
}

static void test_budgets_are_as_the_table_says(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	int i;

	setting->entry[1].uid = 1234;
	setting->entry[1].gid = 5678;
	setting->entry[1].mode = 0642;
	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, 0), 0, "%s", setting->reason.text);
	for (i = 0; i < ENTRIES; i++) {
		const struct bm_budget *budget = setting->system.budget[i];
		const struct budgetmem_budget_entry *entry = &setting->entry[i];

		KUNIT_EXPECT_STREQ(test, budget->name, entry->name);
		KUNIT_EXPECT_EQ(test, __kuid_val(budget->uid), entry->uid);
		KUNIT_EXPECT_EQ(test, __kgid_val(budget->gid), entry->gid);
		KUNIT_EXPECT_EQ(test, (u32)budget->mode, entry->mode);
		KUNIT_EXPECT_EQ(test, budget->account.limit, entry->size);
		KUNIT_EXPECT_EQ(test, budget->pool_limit, entry->pool_limit);
		KUNIT_EXPECT_EQ(test, budget->client_limit, entry->client_limit);
		KUNIT_EXPECT_EQ(test, budget->overhead, overhead_of(setting, i, 1));
	}
}

/* G1: the records are part of the sum. */
static void test_total_of_exactly_what_is_needed(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	u64 total = needs(setting);

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, total), 0, "%s",
			    setting->reason.text);
	KUNIT_EXPECT_STREQ(test, "", bm_broken_system(&setting->system));
	KUNIT_EXPECT_EQ(test, bm_account_left(&setting->system.account), 0ULL);
}

static void test_total_above_what_is_needed(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, needs(setting) + 1), 0, "%s",
			    setting->reason.text);
	KUNIT_EXPECT_EQ(test, bm_account_left(&setting->system.account), 1ULL);
}

static void test_total_of_the_largest_number(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, U64_MAX), 0, "%s",
			    setting->reason.text);
	KUNIT_EXPECT_EQ(test, setting->system.account.limit, U64_MAX);
}

/* How many bytes are missing of what is needed. */
struct missing_case {
	const char *name;
	u64 missing;
	char budget;
};

static const struct missing_case missing_cases[] = {
	{ "one byte", 1, 'c' },
	{ "a block", sizeof(struct bm_block), 'c' },
	/* Blocks are counted when everything else was seen to fit. */
	{ "all blocks", ENTRIES * sizeof(struct bm_block), 'c' },
	{ "more than all blocks", ENTRIES * sizeof(struct bm_block) + 1, 'c' },
	{ "a page", PAGE_SIZE, 'c' },
	{ "all of the last budget", 0, 'c' },
	{ "a byte more than all blocks, of the budget before it",
	  2 * sizeof(struct bm_block) + 1, 'b' },
};

static void missing_describe(const struct missing_case *missing, char *text)
{
	strscpy(text, missing->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(missing, missing_cases, missing_describe);

/* Bytes that the first budgets take, up to but without the one called @name. */
static u64 needs_before(const struct bm_setting *setting, char name)
{
	u64 bytes = 0;
	int i;

	for (i = 0; setting->entry[i].name[0] != name; i++)
		bytes += setting->entry[i].size + overhead_of(setting, i, 1);
	return bytes;
}

static u64 total_that_lacks(const struct bm_setting *setting,
			    const struct missing_case *param)
{
	if (!param->missing)
		return needs_before(setting, param->budget);
	if (param->budget == 'b')
		return needs_before(setting, 'c') - param->missing;
	return needs(setting) - param->missing;
}

/* The first budget that does not fit into @total, if all are of so many blocks. */
static int first_too_large(const struct bm_setting *setting, u64 total, u32 blocks,
			   u64 *missing)
{
	int i;

	for (i = 0; i < ENTRIES; i++) {
		u64 bytes = setting->entry[i].size + overhead_of(setting, i, blocks);

		if (bytes > total) {
			*missing = bytes - total;
			return i;
		}
		total -= bytes;
	}
	return -1;
}

static void test_total_is_too_small(struct kunit *test)
{
	const struct missing_case *param = test->param_value;
	struct bm_setting *setting = test->priv;
	u64 total = total_that_lacks(setting, param);
	u32 blocks = 0;
	char expected[192];
	u64 missing;
	int i;

	i = first_too_large(setting, total, blocks, &missing);
	if (i < 0)
		i = first_too_large(setting, total, ++blocks, &missing);
	KUNIT_ASSERT_EQ(test, i, param->budget - 'a');
	KUNIT_ASSERT_EQ(test, set_up(setting, total), -EDQUOT);
	scnprintf(expected, sizeof(expected),
		  "budgets: \"%c\" (%llu bytes, records included) does not fit into total=%llu by %llu bytes",
		  param->budget, PAGE_SIZE + overhead_of(setting, i, blocks), total,
		  missing);
	KUNIT_EXPECT_STREQ(test, setting->reason.text, expected);
}

static void test_total_of_one_byte(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	KUNIT_EXPECT_EQ(test, set_up(setting, 1), -EDQUOT);
}

/* More than the machine has: the others before it come back. */
static void test_no_memory_for_pages(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	u64 bytes = bm_pages_to_bytes(totalram_pages() + 1);
	unsigned long long asked = 0, missing = 0;
	int numbers;

	setting->entry[1].size = bytes;
	KUNIT_ASSERT_EQ(test, set_up(setting, 0), -ENOMEM);
	numbers = sscanf(setting->reason.text,
			 "budgets: \"b\" does not fit into memory: %llu KiB asked, %llu KiB missing",
			 &asked, &missing);
	KUNIT_EXPECT_EQ(test, numbers, 2);
	KUNIT_EXPECT_EQ(test, asked, bytes >> 10);
	KUNIT_EXPECT_GE(test, missing, 1ULL << (PAGE_SHIFT - 10));
	KUNIT_EXPECT_LE(test, missing, asked);
}

/* More records than one allocation may have. */
static void no_memory_for_records(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	KUNIT_EXPECT_EQ(test, set_up(setting, 0), -ENOMEM);
	KUNIT_EXPECT_NOT_NULL(test,
			      strstr(setting->reason.text,
				     "budgets: \"c\" does not fit into memory: "));
}

static void test_no_memory_for_clients(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	setting->entry[2].client_limit = U32_MAX;
	no_memory_for_records(test);
}

static void test_no_memory_for_pools(struct kunit *test)
{
	struct bm_setting *setting = test->priv;

	setting->entry[2].pool_limit = U32_MAX;
	no_memory_for_records(test);
}

/* Sets up while one allocation fails; returns whether it came to that. */
static bool set_up_with_a_shortage(struct kunit *test, unsigned int nth, int *err)
{
	struct bm_setting *setting = test->priv;
	bool came;

	memset(&setting->system, 0, sizeof(setting->system));
	memset(&setting->reason, 0, sizeof(setting->reason));
	bm_shortage_begin(nth);
	*err = set_up(setting, 0);
	came = bm_shortage_end();

	KUNIT_EXPECT_EQ(test, *err == 0, setting->reason.text[0] == '\0');
	if (!*err)
		KUNIT_EXPECT_STREQ(test, "", bm_broken_system(&setting->system));
	tear_down(test);
	return came;
}

/* Whatever cannot be had, everything before it comes back, and a reason is told. */
static void test_every_shortage_is_undone(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	unsigned int nth = 1, refused = 0;
	int err;

	BM_SKIP_WITHOUT_SHORTAGE(test);
	/* One that can do with single pages, too. */
	setting->entry[1].size = 3 * PAGE_SIZE;
	while (set_up_with_a_shortage(test, nth++, &err)) {
		KUNIT_EXPECT_TRUE(test, err == 0 || err == -ENOMEM);
		refused += err == -ENOMEM;
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	/*
	 * Clients, pools, pages, blocks and records of each. The kernel allocates
	 * more now and then, so that one of these may not have been met.
	 */
	KUNIT_EXPECT_GE(test, refused, 3 * ENTRIES);
}

static struct bm_budget *find(struct bm_system *system, const char *name)
{
	struct bm_budget *budget;

	mutex_lock(&system->lock);
	budget = bm_budget_find_locked(system, name);
	mutex_unlock(&system->lock);
	return budget;
}

static void test_find(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	struct bm_system *system = &setting->system;

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, 0), 0, "%s", setting->reason.text);
	KUNIT_EXPECT_PTR_EQ(test, find(system, "a"), system->budget[0]);
	KUNIT_EXPECT_PTR_EQ(test, find(system, "c"), system->budget[2]);
	KUNIT_EXPECT_NULL(test, find(system, "d"));
	KUNIT_EXPECT_NULL(test, find(system, ""));
	KUNIT_EXPECT_NULL(test, find(system, "aa"));
}

/* G5, and that every number is a page of its own. */
static void expect_fresh_pages(struct kunit *test, const struct bm_pages *pages)
{
	u32 i;

	for (i = 0; i < pages->pages; i++) {
		struct page *page = bm_pages_find(pages, i);

		KUNIT_EXPECT_TRUE(test, bm_page_is(page, 0));
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		set_page_private(page, i + 1);
	}
	for (i = 0; i < pages->pages; i++) {
		struct page *page = bm_pages_find(pages, i);

		KUNIT_EXPECT_EQ(test, page_private(page), i + 1UL);
		set_page_private(page, 0);
	}
}

struct size_case {
	u32 pages;
};

static const struct size_case size_cases[] = {
	{ 1 }, { 2 }, { 3 }, { 7 }, { 8 }, { 13 }, { 127 }, { 128 }, { 129 },
	{ 1021 }, { 1024 }, { 1025 }, { 2047 }, { 2500 },
};

static void size_describe(const struct size_case *size, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "%u pages", size->pages);
}

KUNIT_ARRAY_PARAM(size, size_cases, size_describe);

static void test_pages_are_set_aside(struct kunit *test)
{
	const struct size_case *param = test->param_value;
	atomic_long_t held = ATOMIC_LONG_INIT(5);
	struct bm_pages pages;
	u32 missing, i, end = 0;

	KUNIT_ASSERT_EQ(test, 0, bm_pages_set_aside(&pages, param->pages,
						    NUMA_NO_NODE, &held,
						    &missing));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&held), 5L + param->pages);
	KUNIT_EXPECT_EQ(test, pages.pages, param->pages);
	KUNIT_EXPECT_EQ(test, pages.extents.free.pages, param->pages);
	KUNIT_EXPECT_STREQ(test, "", bm_broken_free_chain(&pages.extents));
	for (i = 0; i < pages.blocks; i++) {
		KUNIT_EXPECT_EQ(test, pages.block[i].first == 0, i == 0);
		KUNIT_EXPECT_GE(test, pages.block[i].first, end);
		end = pages.block[i].first + 1;
	}
	expect_fresh_pages(test, &pages);
	bm_pages_give_up(&pages);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&held), 5L);
}

static void test_pages_are_not_to_be_had(struct kunit *test)
{
	atomic_long_t held = ATOMIC_LONG_INIT(0);
	u32 asked = totalram_pages() + 10, missing = 0;
	struct bm_pages pages;

	KUNIT_EXPECT_EQ(test, -ENOMEM, bm_pages_set_aside(&pages, asked, NUMA_NO_NODE,
							  &held, &missing));
	KUNIT_EXPECT_GE(test, missing, 10U);
	KUNIT_EXPECT_LE(test, missing, asked);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&held), 0L);
}

/* A page that is pinned when the module goes stays with who has pinned it. */
static void test_give_up_a_pinned_page(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	struct page *page;

	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, 0), 0, "%s", setting->reason.text);
	page = bm_pages_find(&setting->system.budget[0]->pages, 0);
	get_page(page);
	tear_down(test);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	put_page(page);
}

static void test_describe_adds_up(struct kunit *test)
{
	struct bm_setting *setting = test->priv;
	struct budgetmem_query query;

	memset(&query, 0xff, sizeof(query));
	KUNIT_ASSERT_EQ_MSG(test, set_up(setting, needs(setting) + 9), 0, "%s",
			    setting->reason.text);
	bm_system_describe(&setting->system, &query);
	KUNIT_EXPECT_EQ(test, query.flags, 0U);
	KUNIT_EXPECT_EQ(test, query.version, 1U);
	KUNIT_EXPECT_EQ(test, query.features, (u64)BUDGETMEM_FEATURE_EXPORT);
	KUNIT_EXPECT_EQ(test, query.page_size, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, query.total, needs(setting) + 9);
	KUNIT_EXPECT_EQ(test, query.set_aside, ENTRIES * (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, query.overhead, needs(setting) - ENTRIES * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, query.held_pages, (u64)ENTRIES);
	KUNIT_EXPECT_EQ(test, query.budgets, (u32)ENTRIES);
	KUNIT_EXPECT_EQ(test, query.clients, 0U);
	KUNIT_EXPECT_EQ(test, query.pools, 0U);
	KUNIT_EXPECT_EQ(test, query.phase, (u32)BUDGETMEM_SYSTEM_SETUP);
}

static struct kunit_case bm_system_cases[] = {
	KUNIT_CASE(test_set_up_without_a_total),
	KUNIT_CASE(test_budgets_are_as_the_table_says),
	KUNIT_CASE(test_total_of_exactly_what_is_needed),
	KUNIT_CASE(test_total_above_what_is_needed),
	KUNIT_CASE(test_total_of_the_largest_number),
	KUNIT_CASE_PARAM(test_total_is_too_small, missing_gen_params),
	KUNIT_CASE(test_total_of_one_byte),
	KUNIT_CASE(test_no_memory_for_pages),
	KUNIT_CASE(test_no_memory_for_clients),
	KUNIT_CASE(test_no_memory_for_pools),
	KUNIT_CASE(test_every_shortage_is_undone),
	KUNIT_CASE(test_find),
	KUNIT_CASE_PARAM(test_pages_are_set_aside, size_gen_params),
	KUNIT_CASE(test_pages_are_not_to_be_had),
	KUNIT_CASE(test_give_up_a_pinned_page),
	KUNIT_CASE(test_describe_adds_up),
	{}
};

struct kunit_suite bm_system_suite = {
	.name = "budgetmem_system",
	.init = bm_setting_init,
	.exit = tear_down,
	.test_cases = bm_system_cases,
};
