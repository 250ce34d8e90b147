// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables that replace another: all of it takes effect or nothing, whatever fails.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/string.h>

#include "../../module/table.h"
#include "fixture.h"
#include "shortage.h"
#include "suites.h"

static struct bm_verdict verdict;

static int apply(struct kunit *test, const struct bm_table *table, u64 total,
		 bool dry_run)
{
	const struct bm_table_wish wish = {
		.table = table,
		.total = total,
		.dry_run = dry_run,
	};
	int err = bm_table_apply(bm_fixture_system(test), &wish, &verdict);

	BM_EXPECT_SOUND(test);
	return err;
}

static struct budgetmem_budget_entry *add(struct bm_table *table, const char *name,
					  u32 pages)
{
	struct budgetmem_budget_entry *entry = &table->entry[table->entries++];

	*entry = table->entry[0];
	strscpy_pad(entry->name, name, sizeof(entry->name));
	entry->size = bm_pages_to_bytes(pages);
	return entry;
}

static void take_out(struct bm_table *table, u32 index)
{
	u32 rest = --table->entries - index;

	memmove(&table->entry[index], &table->entry[index + 1],
		rest * sizeof(*table->entry));
}

static struct bm_budget *find(struct kunit *test, const char *name)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_budget *budget;

	mutex_lock(&system->lock);
	budget = bm_budget_find_locked(system, name);
	mutex_unlock(&system->lock);
	return budget;
}

static void test_same_table_keeps_every_budget(struct kunit *test)
{
	struct bm_budget *main = bm_fixture_budget(test, BM_MAIN);
	u64 used = bm_fixture_system(test)->account.used;

	bm_fixture_bind(test, BM_MAIN);
	KUNIT_EXPECT_EQ(test, apply(test, bm_fixture_table(test), 0, false), 0);
	KUNIT_EXPECT_PTR_EQ(test, bm_fixture_budget(test, BM_MAIN), main);
	KUNIT_EXPECT_EQ(test, bm_fixture_system(test)->account.used, used);
	KUNIT_EXPECT_EQ(test, verdict.failed, BUDGETMEM_NO_ENTRY);
}

static void test_add_and_remove(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_table *table = bm_fixture_table(test);

	add(table, "new", 5);
	KUNIT_ASSERT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_EQ(test, system->budgets, BM_BUDGETS + 1U);
	KUNIT_EXPECT_EQ(test, bm_fixture_budget(test, "new")->account.limit,
			bm_pages_to_bytes(5));
	/* One in the middle goes, and another one gets its place. */
	take_out(table, 1);
	KUNIT_ASSERT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_NULL(test, find(test, BM_SMALL));
	KUNIT_EXPECT_NULL(test, system->budget[1]);
	add(table, "other", 1);
	KUNIT_ASSERT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_PTR_EQ(test, find(test, "other"), system->budget[1]);
	KUNIT_EXPECT_EQ(test, system->slots, BM_BUDGETS + 1U);
}

static void test_nothing(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_table *table = bm_fixture_table(test);

	table->entries = 0;
	KUNIT_ASSERT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_EQ(test, system->budgets, 0U);
	KUNIT_EXPECT_EQ(test, system->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&system->held_pages), 0L);
	KUNIT_EXPECT_EQ(test, apply(test, bm_fixture_table(test), 0, false), 0);
	KUNIT_EXPECT_EQ(test, system->budgets, (u32)BM_BUDGETS);
}

static void test_owner_and_mode(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_table *table = bm_fixture_table(test);

	table->entry[0].uid = 12;
	table->entry[0].gid = 34;
	table->entry[0].mode = 0642;
	KUNIT_ASSERT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_EQ(test, __kuid_val(client->budget->uid), 12U);
	KUNIT_EXPECT_EQ(test, __kgid_val(client->budget->gid), 34U);
	KUNIT_EXPECT_EQ(test, (u32)client->budget->mode, 0642U);
}

/* Refused, for that reason, and every budget is what and where it was. */
static void expect_refused(struct kunit *test, const struct bm_table *table,
			   u64 total, int err, enum budgetmem_reason reason,
			   u32 failed)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_budget *before[BM_BUDGETS];
	struct bm_account account = system->account;
	u32 pages = system->budget[0]->pages.pages;

	memcpy(before, system->budget, sizeof(before));
	KUNIT_EXPECT_EQ(test, apply(test, table, total, false), err);
	KUNIT_EXPECT_EQ(test, (int)verdict.reason, (int)reason);
	KUNIT_EXPECT_EQ(test, verdict.failed, failed);
	KUNIT_EXPECT_EQ(test, memcmp(before, system->budget, sizeof(before)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&account, &system->account, sizeof(account)), 0);
	KUNIT_EXPECT_EQ(test, system->budget[0]->pages.pages, pages);
}

static void test_budget_in_use_goes(struct kunit *test)
{
	struct bm_table *table = bm_fixture_table(test);

	bm_fixture_bind(test, BM_SMALL);
	take_out(table, 1);
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE,
		       BUDGETMEM_NO_ENTRY);
	KUNIT_EXPECT_STREQ(test, verdict.name, BM_SMALL);
	KUNIT_EXPECT_EQ(test, verdict.missing, 0ULL);
}

/* A client that is not published yet counts as well. */
static void test_budget_of_a_prepared_client_goes(struct kunit *test)
{
	struct bm_table *table = bm_fixture_table(test);

	bm_fixture_prepare(test, BM_SMALL);
	take_out(table, 1);
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE,
		       BUDGETMEM_NO_ENTRY);
}

static void test_budget_in_use_is_replaced(struct kunit *test)
{
	struct bm_table *table = bm_fixture_table(test);

	bm_fixture_bind(test, BM_MAIN);
	table->entry[0].pool_limit++;
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE, 0);
	table->entry[0].pool_limit--;
	table->entry[0].client_limit--;
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE, 0);
	/* What is not to be had does not come before it. */
	add(table, "huge", 0)->size = bm_pages_to_bytes(totalram_pages() + 1);
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE, 0);
}

static void test_budget_with_a_pinned_page_goes(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct bm_table *table = bm_fixture_table(test);
	struct page *page = bm_pool_page(pool, 0);

	get_page(page);
	bm_fixture_end(test, client);
	take_out(table, 1);
	expect_refused(test, table, 0, -EBUSY, BUDGETMEM_REASON_IN_USE,
		       BUDGETMEM_NO_ENTRY);
	/* Nobody has to look before the table does. */
	put_page(page);
	KUNIT_EXPECT_EQ(test, apply(test, table, 0, false), 0);
}

static void test_total_is_exceeded(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_table *table = bm_fixture_table(test);

	expect_refused(test, table, system->account.used - 1, -EDQUOT,
		       BUDGETMEM_REASON_TOTAL, 2);
	KUNIT_EXPECT_EQ(test, verdict.missing, 1ULL);
	KUNIT_EXPECT_EQ(test, apply(test, table, system->account.used, false), 0);
	add(table, "more", 1);
	expect_refused(test, table, 0, -EDQUOT, BUDGETMEM_REASON_TOTAL, 3);
}

static void test_memory_is_not_to_be_had(struct kunit *test)
{
	struct bm_table *table = bm_fixture_table(test);

	table->entry[0].size = bm_pages_to_bytes(BM_MAIN_PAGES + 4);
	add(table, "huge", 0)->size = bm_pages_to_bytes(totalram_pages() + 1);
	expect_refused(test, table, 0, -ENOMEM, BUDGETMEM_REASON_MEMORY, 3);
	KUNIT_EXPECT_GE(test, verdict.missing, (u64)PAGE_SIZE);
}

static int refuse_to_hear(const struct bm_verdict *told, void *data)
{
	*(struct bm_verdict *)data = *told;
	return -EFAULT;
}

/* Whoever cannot be told has no new table, and was told what would have been. */
static void test_nobody_is_told(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_verdict told = {};
	struct bm_table_wish wish = {
		.table = bm_fixture_table(test),
		.tell = refuse_to_hear,
		.data = &told,
	};
	struct bm_budget *main = system->budget[0];

	wish.table->entry[0].size = bm_pages_to_bytes(3);
	wish.table->entry[1].pool_limit++;
	KUNIT_EXPECT_EQ(test, bm_table_apply(system, &wish, &verdict), -EFAULT);
	KUNIT_EXPECT_EQ(test, told.set_aside,
			bm_pages_to_bytes(3 + BM_SMALL_PAGES + 1));
	KUNIT_EXPECT_PTR_EQ(test, system->budget[0], main);
	KUNIT_EXPECT_EQ(test, main->pages.pages, (u32)BM_MAIN_PAGES);
	BM_EXPECT_SOUND(test);
}

static void test_dry_run(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_table *table = bm_fixture_table(test);
	struct bm_account account = system->account;
	struct bm_verdict dry;

	table->entry[0].size = bm_pages_to_bytes(3);
	table->entry[1].size = bm_pages_to_bytes(9);
	add(table, "new", 5);
	KUNIT_EXPECT_EQ(test, apply(test, table, 0, true), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&account, &system->account, sizeof(account)), 0);
	KUNIT_EXPECT_NULL(test, find(test, "new"));
	dry = verdict;
	KUNIT_EXPECT_EQ(test, apply(test, table, 0, false), 0);
	KUNIT_EXPECT_EQ(test, verdict.set_aside, dry.set_aside);
}

/* Adds, replaces, removes, grows and shrinks while one allocation fails. */
static bool change_with_a_shortage(struct kunit *test, unsigned int nth, int *err)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_account account = system->account;
	struct bm_table *table = bm_fixture_table(test);
	u64 overhead = system->overhead;
	bool came;

	table->entry[0].size = bm_pages_to_bytes(BM_MAIN_PAGES - 9);
	table->entry[1].size = bm_pages_to_bytes(BM_SMALL_PAGES + 3);
	table->entry[2].pool_limit = 5;
	add(table, "new", 3);
	bm_shortage_begin(nth);
	*err = apply(test, table, 0, false);
	came = bm_shortage_end();
	if (*err) {
		KUNIT_EXPECT_EQ(test, (int)verdict.reason,
				(int)BUDGETMEM_REASON_MEMORY);
		KUNIT_EXPECT_EQ(test, memcmp(&account, &system->account,
					     sizeof(account)), 0);
		KUNIT_EXPECT_EQ(test, system->overhead, overhead);
		KUNIT_EXPECT_NULL(test, find(test, "new"));
	}
	KUNIT_EXPECT_EQ(test, apply(test, bm_fixture_table(test), 0, false), 0);
	return came;
}

static void test_every_shortage_is_undone(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 5);
	unsigned int nth = 1, refused = 0;
	int err;

	BM_SKIP_WITHOUT_SHORTAGE(test);
	bm_pool_fill(pool, 0x5a);
	while (change_with_a_shortage(test, nth++, &err)) {
		KUNIT_EXPECT_TRUE(test, err == 0 || err == -ENOMEM);
		refused += err == -ENOMEM;
		KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 0x5a));
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	/* Both lists, the shrink's three, and the objects of all that comes. */
	KUNIT_EXPECT_GE(test, refused, 10U);
}

struct entry_case {
	const char *name;
	enum budgetmem_reason reason;
	void (*spoil)(struct budgetmem_budget_entry *entry);
};

static void spoil_name(struct budgetmem_budget_entry *entry)
{
	entry->name[0] = '/';
}

static void spoil_twice(struct budgetmem_budget_entry *entry)
{
	memcpy(entry->name, entry[-1].name, sizeof(entry->name));
}

static void spoil_size(struct budgetmem_budget_entry *entry)
{
	entry->size = 0;
}

static void spoil_large(struct budgetmem_budget_entry *entry)
{
	entry->size = (u64)BM_BUDGET_PAGES_MAX * PAGE_SIZE + 1;
}

static void spoil_owner(struct budgetmem_budget_entry *entry)
{
	entry->uid = U32_MAX;
}

static void spoil_group(struct budgetmem_budget_entry *entry)
{
	entry->gid = U32_MAX;
}

static void spoil_mode(struct budgetmem_budget_entry *entry)
{
	entry->mode = 0100;
}

static void spoil_pools(struct budgetmem_budget_entry *entry)
{
	entry->pool_limit = BM_POOL_LIMIT_MAX + 1;
}

static void spoil_clients(struct budgetmem_budget_entry *entry)
{
	entry->client_limit = 0;
}

static void spoil_node(struct budgetmem_budget_entry *entry)
{
	entry->node = MAX_NUMNODES;
}

static void spoil_flags(struct budgetmem_budget_entry *entry)
{
	entry->flags = 1;
}

static void spoil_reserved(struct budgetmem_budget_entry *entry)
{
	entry->reserved = 1;
}

static const struct entry_case entry_cases[] = {
	{ "name", BUDGETMEM_REASON_NAME, spoil_name },
	{ "name of another", BUDGETMEM_REASON_TWICE, spoil_twice },
	{ "size of 0", BUDGETMEM_REASON_SIZE, spoil_size },
	{ "size too large", BUDGETMEM_REASON_SIZE, spoil_large },
	{ "owner", BUDGETMEM_REASON_OWNER, spoil_owner },
	{ "group", BUDGETMEM_REASON_OWNER, spoil_group },
	{ "mode", BUDGETMEM_REASON_MODE, spoil_mode },
	{ "pools", BUDGETMEM_REASON_LIMIT, spoil_pools },
	{ "clients", BUDGETMEM_REASON_LIMIT, spoil_clients },
	{ "node", BUDGETMEM_REASON_NODE, spoil_node },
	{ "flags", BUDGETMEM_REASON_UNKNOWN, spoil_flags },
	{ "reserved", BUDGETMEM_REASON_UNKNOWN, spoil_reserved },
};

static void entry_describe(const struct entry_case *entry, char *text)
{
	strscpy(text, entry->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entry, entry_cases, entry_describe);

static void test_entry_is_spoiled(struct kunit *test)
{
	const struct entry_case *param = test->param_value;
	struct bm_table *table = bm_fixture_table(test);

	KUNIT_EXPECT_EQ(test, bm_table_check(table, &verdict), 0);
	param->spoil(&table->entry[1]);
	KUNIT_EXPECT_EQ(test, bm_table_check(table, &verdict), -EINVAL);
	KUNIT_EXPECT_EQ(test, (int)verdict.reason, (int)param->reason);
	KUNIT_EXPECT_EQ(test, verdict.failed, 1U);
}

static void test_locked_system(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);

	KUNIT_EXPECT_EQ(test, bm_system_lock(system), 0);
	KUNIT_EXPECT_EQ(test, bm_system_lock(system), -EPERM);
	KUNIT_EXPECT_EQ(test, apply(test, bm_fixture_table(test), 0, false), -EPERM);
	KUNIT_EXPECT_EQ(test, apply(test, bm_fixture_table(test), 0, true), -EPERM);
	KUNIT_EXPECT_EQ(test, verdict.failed, BUDGETMEM_NO_ENTRY);
	/* Clients have a phase of their own. */
	bm_fixture_pool(test, client, "a", 1);
}

static struct kunit_case bm_table_cases[] = {
	KUNIT_CASE(test_same_table_keeps_every_budget),
	KUNIT_CASE(test_add_and_remove),
	KUNIT_CASE(test_nothing),
	KUNIT_CASE(test_owner_and_mode),
	KUNIT_CASE(test_budget_in_use_goes),
	KUNIT_CASE(test_budget_of_a_prepared_client_goes),
	KUNIT_CASE(test_budget_in_use_is_replaced),
	KUNIT_CASE(test_budget_with_a_pinned_page_goes),
	KUNIT_CASE(test_total_is_exceeded),
	KUNIT_CASE(test_memory_is_not_to_be_had),
	KUNIT_CASE(test_nobody_is_told),
	KUNIT_CASE(test_dry_run),
	KUNIT_CASE(test_every_shortage_is_undone),
	KUNIT_CASE_PARAM(test_entry_is_spoiled, entry_gen_params),
	KUNIT_CASE(test_locked_system),
	{}
};

struct kunit_suite bm_table_suite = {
	.name = "budgetmem_table",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_table_cases,
};
