// SPDX-License-Identifier: GPL-2.0-only
/*
 * The _INFO calls (G9): what is told, and to whom.
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/highmem.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../../module/inspect.h"
#include "fixture.h"
#include "suites.h"

/* Sees everything. */
static struct bm_asker root_asker(struct kunit *test, struct bm_client *client)
{
	return (struct bm_asker) {
		.system = bm_fixture_system(test),
		.file = bm_fixture_root(test),
		.client = client,
	};
}

/* Sees nothing but his own. */
static struct bm_asker stranger(struct kunit *test, struct bm_client *client)
{
	return (struct bm_asker) {
		.system = bm_fixture_system(test),
		.file = bm_fixture_stranger(test),
		.client = client,
	};
}

/* As the BUDGET_INFO call. */
static int ask_budget(const struct bm_asker *asker,
		      struct budgetmem_budget_info *info)
{
	return bm_inspect_budget(asker, info);
}

static int ask_client(const struct bm_asker *asker,
		      struct budgetmem_client_info *info)
{
	int err;

	mutex_lock(&asker->system->lock);
	err = bm_inspect_client_locked(asker, info);
	mutex_unlock(&asker->system->lock);
	return err;
}

static int ask_pool(const struct bm_asker *asker,
		    struct budgetmem_pool_info *info)
{
	int err;

	mutex_lock(&asker->system->lock);
	err = bm_inspect_pool_locked(asker, info);
	mutex_unlock(&asker->system->lock);
	return err;
}

static int ask_budget_by_name(const struct bm_asker *asker, const char *name,
			      struct budgetmem_budget_info *info)
{
	*info = (struct budgetmem_budget_info) { .select = BUDGETMEM_SELECT_NAME };
	strscpy(info->name, name, sizeof(info->name));
	return ask_budget(asker, info);
}

static int ask_pool_by_name(const struct bm_asker *asker, const char *name,
			    struct budgetmem_pool_info *info)
{
	*info = (struct budgetmem_pool_info) { .select = BUDGETMEM_SELECT_NAME };
	strscpy(info->name, name, sizeof(info->name));
	return ask_pool(asker, info);
}

static void test_budget_by_name(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	struct budgetmem_budget_info info;
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_budget *budget = client->budget;
	struct bm_pool *pool;

	bm_fixture_destroy(test, bm_fixture_pool(test, client, "a", 2));
	bm_fixture_pool(test, client, "b", 1);
	KUNIT_EXPECT_EQ(test, bm_pool_create(client, "c", 2, &pool), -EDQUOT);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);

	KUNIT_ASSERT_EQ(test, ask_budget_by_name(&asker, BM_SMALL, &info), 0);
	KUNIT_EXPECT_STREQ(test, info.name, BM_SMALL);
	KUNIT_EXPECT_EQ(test, info.size, bm_pages_to_bytes(BM_SMALL_PAGES));
	KUNIT_EXPECT_EQ(test, info.used, (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, info.high_water, bm_pages_to_bytes(2));
	KUNIT_EXPECT_EQ(test, info.quarantined, 0ULL);
	KUNIT_EXPECT_EQ(test, info.overhead, budget->overhead);
	KUNIT_EXPECT_EQ(test, info.refused_over_budget, 1ULL);
	KUNIT_EXPECT_EQ(test, info.refused_locked, 2ULL);
	KUNIT_EXPECT_EQ(test, info.refused_access, 0ULL);
	KUNIT_EXPECT_EQ(test, info.uid, (u32)BM_SMALL_UID);
	KUNIT_EXPECT_EQ(test, info.gid, (u32)BM_SMALL_GID);
	KUNIT_EXPECT_EQ(test, info.mode, 0640U);
	KUNIT_EXPECT_EQ(test, info.clients, 1U);
	KUNIT_EXPECT_EQ(test, info.client_limit, (u32)BM_SMALL_CLIENTS);
	KUNIT_EXPECT_EQ(test, info.pools, 1U);
	KUNIT_EXPECT_EQ(test, info.pool_limit, (u32)BM_SMALL_POOLS);
}

static void test_budget_that_is_not_there(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	struct budgetmem_budget_info info;

	KUNIT_EXPECT_EQ(test, ask_budget_by_name(&asker, "none", &info), -ENOENT);
}

static void test_budget_that_may_not_be_seen(struct kunit *test)
{
	struct bm_asker asker = stranger(test, NULL);
	struct budgetmem_budget_info info;

	KUNIT_EXPECT_EQ(test, ask_budget_by_name(&asker, BM_MAIN, &info), -EACCES);
	KUNIT_EXPECT_EQ(test, ask_budget_by_name(&asker, "none", &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, info.size, 0ULL);
	KUNIT_EXPECT_EQ(test, bm_fixture_budget(test, BM_MAIN)->refused_access, 1ULL);
}

/* A client always sees its own budget, and no other one for that. */
static void test_own_budget_is_seen(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_CLOSED);
	struct bm_asker asker = stranger(test, client);
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_OWN };

	KUNIT_EXPECT_EQ(test, ask_budget(&asker, &info), 0);
	KUNIT_EXPECT_STREQ(test, info.name, BM_CLOSED);
	KUNIT_EXPECT_EQ(test, ask_budget_by_name(&asker, BM_CLOSED, &info), 0);
	KUNIT_EXPECT_EQ(test, ask_budget_by_name(&asker, BM_MAIN, &info), -EACCES);
}

static void test_own_without_a_client(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	struct budgetmem_budget_info budget = { .select = BUDGETMEM_SELECT_OWN };
	struct budgetmem_client_info client = { .select = BUDGETMEM_SELECT_OWN };
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_OFFSET };

	KUNIT_EXPECT_EQ(test, ask_budget(&asker, &budget), -EBUSY);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &client), -EBUSY);
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &pool), -EBUSY);
	KUNIT_EXPECT_EQ(test, ask_pool_by_name(&asker, "a", &pool), -EBUSY);
}

/* The names of all budgets that are listed, one letter each. */
static void list_budgets(const struct bm_asker *asker, char letters[8])
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int i = 0;

	memset(letters, 0, 8);
	while (i < 7 && !ask_budget(asker, &info))
		letters[i++] = info.name[0];
}

static void test_list_budgets(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	char letters[8];

	list_budgets(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "msc");

	asker = stranger(test, NULL);
	list_budgets(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "");
	bm_fixture_cred(test)->fsgid = KGIDT_INIT(BM_SMALL_GID);
	list_budgets(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "s");
	asker.client = bm_fixture_bind(test, BM_CLOSED);
	list_budgets(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "sc");
	/* Passing over is not refusing. */
	KUNIT_EXPECT_EQ(test, bm_fixture_budget(test, BM_MAIN)->refused_access, 0ULL);
}

struct cursor_case {
	const char *name;
	u64 cursor;
};

static const struct cursor_case cursor_cases[] = {
	{ "behind the last budget", (u64)BM_BUDGETS << 32 },
	{ "the last number of a budget", (u64)U32_MAX << 32 },
	{ "the last object of the last budget",
	  (u64)(BM_BUDGETS - 1) << 32 | U32_MAX },
	{ "the largest", U64_MAX },
};

static void cursor_describe(const struct cursor_case *cursor, char *text)
{
	strscpy(text, cursor->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cursor, cursor_cases, cursor_describe);

/* A cursor is the caller's: whatever it says leads to the end at worst. */
static void test_cursor_behind_the_end(struct kunit *test)
{
	const struct cursor_case *param = test->param_value;
	struct bm_client *client = bm_fixture_bind(test, BM_CLOSED);
	struct bm_asker asker = root_asker(test, client);
	struct budgetmem_budget_info budget = {
		.select = BUDGETMEM_SELECT_NEXT, .cursor = param->cursor,
	};
	struct budgetmem_client_info info = {
		.select = BUDGETMEM_SELECT_NEXT, .cursor = param->cursor,
	};
	struct budgetmem_pool_info pool = {
		.select = BUDGETMEM_SELECT_NEXT, .cursor = param->cursor,
	};

	bm_fixture_pool(test, client, "a", 1);
	KUNIT_EXPECT_EQ(test, ask_budget(&asker, &budget), -ENOENT);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &pool), -ENOENT);
}

/* A cursor inside of a budget beyond its objects goes on with the next one. */
static void test_cursor_between_budgets(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_CLOSED);
	struct bm_asker asker = root_asker(test, NULL);
	struct budgetmem_client_info info = {
		.select = BUDGETMEM_SELECT_NEXT, .cursor = U32_MAX,
	};
	struct budgetmem_pool_info pool = {
		.select = BUDGETMEM_SELECT_NEXT, .cursor = U32_MAX,
	};

	bm_fixture_pool(test, client, "a", 1);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), 0);
	KUNIT_EXPECT_EQ(test, info.client, client->number);
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &pool), 0);
	KUNIT_EXPECT_EQ(test, pool.client, client->number);
}

static void test_own_client(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_CLOSED);
	struct bm_asker asker = stranger(test, client);
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_OWN };

	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), 0);
	KUNIT_EXPECT_EQ(test, info.client, client->number);
	KUNIT_EXPECT_STREQ(test, info.budget, BM_CLOSED);
}

/* The numbers of all clients that are listed, added up and each seen once. */
static u64 sum_of_clients(const struct bm_asker *asker)
{
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	u64 sum = 0;
	int i;

	for (i = 0; i < 20 && !ask_client(asker, &info); i++)
		sum += 1ULL << 8 * info.client;
	return sum;
}

static void test_list_clients(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	struct bm_client *client[5];

	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0ULL);
	client[0] = bm_fixture_bind(test, BM_MAIN);
	client[1] = bm_fixture_bind(test, BM_SMALL);
	client[2] = bm_fixture_bind(test, BM_CLOSED);
	client[3] = bm_fixture_bind(test, BM_MAIN);
	/* One that nobody may know of yet. */
	client[4] = bm_fixture_prepare(test, BM_MAIN);
	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0x0101010100ULL);

	asker = stranger(test, NULL);
	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0ULL);
	/* One's own is seen, but not the neighbour in the same budget. */
	asker.client = client[3];
	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0x0100000000ULL);
	bm_fixture_cred(test)->fsuid = KUIDT_INIT(BM_SMALL_UID);
	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0x0100010000ULL);

	bm_fixture_end(test, client[0]);
	bm_fixture_publish(client[4]);
	asker = root_asker(test, NULL);
	KUNIT_EXPECT_EQ(test, sum_of_clients(&asker), 0x010101010000ULL);
}

/* An object that comes or goes meanwhile changes nothing for those that stay. */
static void test_list_while_clients_go(struct kunit *test)
{
	struct bm_asker asker = root_asker(test, NULL);
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	struct bm_client *client[3];
	int i;

	for (i = 0; i < 3; i++)
		client[i] = bm_fixture_bind(test, BM_MAIN);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), 0);
	KUNIT_EXPECT_EQ(test, info.client, client[0]->number);
	bm_fixture_end(test, client[0]);
	bm_fixture_end(test, client[1]);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), 0);
	KUNIT_EXPECT_EQ(test, info.client, client[2]->number);
	KUNIT_EXPECT_EQ(test, ask_client(&asker, &info), -ENOENT);
}

static void test_pool_by_name_and_offset(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_asker asker = root_asker(test, client);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	struct budgetmem_pool_info info, again;

	atomic_inc(&pool->mappings);
	KUNIT_ASSERT_EQ(test, ask_pool_by_name(&asker, "a", &info), 0);
	KUNIT_EXPECT_EQ(test, info.offset, bm_pool_offset(pool));
	KUNIT_EXPECT_STREQ(test, info.name, "a");
	KUNIT_EXPECT_EQ(test, info.client, client->number);
	KUNIT_EXPECT_EQ(test, info.size, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, info.mappings, 1U);
	KUNIT_EXPECT_EQ(test, info.reported, 0U);
	atomic_dec(&pool->mappings);

	again = (struct budgetmem_pool_info) {
		.select = BUDGETMEM_SELECT_OFFSET, .offset = info.offset,
	};
	KUNIT_ASSERT_EQ(test, ask_pool(&asker, &again), 0);
	KUNIT_EXPECT_STREQ(test, again.name, "a");
	KUNIT_EXPECT_EQ(test, again.mappings, 0U);
}

static void test_pool_that_is_not_there(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_asker asker = root_asker(test, other);
	struct budgetmem_pool_info info;
	u64 offset = bm_pool_offset(bm_fixture_pool(test, client, "a", 1));

	/* Not even an administrator has pools of others by name or offset. */
	KUNIT_EXPECT_EQ(test, ask_pool_by_name(&asker, "a", &info), -ENOENT);
	info = (struct budgetmem_pool_info) {
		.select = BUDGETMEM_SELECT_OFFSET, .offset = offset,
	};
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &info), -ENOENT);
}

/* The names of all pools that are listed, one letter each. */
static void list_pools(const struct bm_asker *asker, char letters[8])
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int i = 0;

	memset(letters, 0, 8);
	while (i < 7 && !ask_pool(asker, &info))
		letters[i++] = info.name[0];
}

static void test_list_pools(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *far = bm_fixture_bind(test, BM_SMALL);
	struct bm_asker asker = root_asker(test, NULL);
	struct bm_pool *prepared;
	char letters[8];

	bm_fixture_pool(test, client, "a", 1);
	bm_fixture_pool(test, client, "b", 1);
	bm_fixture_pool(test, far, "c", 1);
	KUNIT_ASSERT_EQ(test, bm_pool_begin(client, "d", PAGE_SIZE, &prepared), 0);
	bm_fixture_destroy(test, bm_fixture_find_name(client, "a"));
	bm_fixture_pool(test, client, "e", 1);
	list_pools(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "ebc");

	asker = stranger(test, far);
	list_pools(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "c");
	asker.client = NULL;
	list_pools(&asker, letters);
	KUNIT_EXPECT_STREQ(test, letters, "");
}

/* An offset is told to its owner alone: to others it would mean something else. */
static void test_offset_of_another_is_not_told(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_asker asker = root_asker(test, other);
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NEXT };
	struct bm_pool *pool;

	bm_fixture_pool(test, client, "a", 1);
	pool = bm_fixture_pool(test, other, "b", 1);
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &info), 0);
	KUNIT_EXPECT_STREQ(test, info.name, "a");
	KUNIT_EXPECT_EQ(test, info.offset, 0ULL);
	KUNIT_EXPECT_EQ(test, info.client, client->number);
	KUNIT_EXPECT_EQ(test, ask_pool(&asker, &info), 0);
	KUNIT_EXPECT_STREQ(test, info.name, "b");
	KUNIT_EXPECT_EQ(test, info.offset, bm_pool_offset(pool));
}

/* What a client may write where its header should be. */
struct header_case {
	const char *name;
	struct budgetmem_pool_header header;
	bool sound;
};

#define HEADER(_magic, _version, _size) {				\
	.magic = _magic, .version = _version, .size = _size, .used = 11, \
	.high_water = 22, .refused = 33, .layout = 44,			\
}

static const struct header_case header_cases[] = {
	{ "sound", HEADER(BUDGETMEM_POOL_MAGIC, 1, 2 * PAGE_SIZE), true },
	{ "no magic", HEADER(0, 1, 2 * PAGE_SIZE), false },
	{ "another magic", HEADER(BUDGETMEM_POOL_MAGIC ^ 1, 1, 2 * PAGE_SIZE), false },
	{ "version 0", HEADER(BUDGETMEM_POOL_MAGIC, 0, 2 * PAGE_SIZE), false },
	{ "version 2", HEADER(BUDGETMEM_POOL_MAGIC, 2, 2 * PAGE_SIZE), false },
	{ "size 0", HEADER(BUDGETMEM_POOL_MAGIC, 1, 0), false },
	{ "a smaller size", HEADER(BUDGETMEM_POOL_MAGIC, 1, PAGE_SIZE), false },
	{ "a larger size", HEADER(BUDGETMEM_POOL_MAGIC, 1, 3 * PAGE_SIZE), false },
	{ "a size of more than 32 bits",
	  HEADER(BUDGETMEM_POOL_MAGIC, 1, 2 * PAGE_SIZE + (1ULL << 32)), false },
};

static void header_describe(const struct header_case *header, char *text)
{
	strscpy(text, header->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(header, header_cases, header_describe);

static void test_what_the_client_reports(struct kunit *test)
{
	const struct header_case *param = test->param_value;
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_asker asker = root_asker(test, client);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 2);
	struct budgetmem_pool_info info;

	memcpy_to_page(bm_pool_page(pool, 0), 0, (const char *)&param->header,
		       sizeof(param->header));
	KUNIT_ASSERT_EQ(test, ask_pool_by_name(&asker, "a", &info), 0);
	KUNIT_EXPECT_EQ(test, info.reported, (u32)param->sound);
	KUNIT_EXPECT_EQ(test, info.reported_used, param->sound ? 11ULL : 0);
	KUNIT_EXPECT_EQ(test, info.reported_high_water, param->sound ? 22ULL : 0);
	KUNIT_EXPECT_EQ(test, info.reported_refused, param->sound ? 33ULL : 0);
	KUNIT_EXPECT_EQ(test, info.reported_layout, param->sound ? 44ULL : 0);
	/* What the client says changes nothing that the kernel knows itself. */
	KUNIT_EXPECT_EQ(test, info.size, bm_pages_to_bytes(2));
	KUNIT_EXPECT_EQ(test, client->account.used, bm_pages_to_bytes(2));
}

static void test_query_counts_all_budgets(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *far = bm_fixture_bind(test, BM_SMALL);
	struct budgetmem_query query;
	struct bm_pool *prepared;

	bm_fixture_prepare(test, BM_MAIN);
	bm_fixture_pool(test, client, "a", 1);
	bm_fixture_pool(test, client, "b", 1);
	bm_fixture_pool(test, far, "a", 1);
	KUNIT_ASSERT_EQ(test, bm_pool_begin(far, "b", PAGE_SIZE, &prepared), 0);
	bm_system_describe(bm_fixture_system(test), &query);
	KUNIT_EXPECT_EQ(test, query.budgets, (u32)BM_BUDGETS);
	KUNIT_EXPECT_EQ(test, query.clients, 2U);
	KUNIT_EXPECT_EQ(test, query.pools, 3U);
	KUNIT_EXPECT_EQ(test, query.held_pages * PAGE_SIZE, query.set_aside);
	KUNIT_EXPECT_EQ(test, query.total, query.set_aside + query.overhead);
}

static struct kunit_case bm_inspect_cases[] = {
	KUNIT_CASE(test_budget_by_name),
	KUNIT_CASE(test_budget_that_is_not_there),
	KUNIT_CASE(test_budget_that_may_not_be_seen),
	KUNIT_CASE(test_own_budget_is_seen),
	KUNIT_CASE(test_own_without_a_client),
	KUNIT_CASE(test_list_budgets),
	KUNIT_CASE_PARAM(test_cursor_behind_the_end, cursor_gen_params),
	KUNIT_CASE(test_cursor_between_budgets),
	KUNIT_CASE(test_own_client),
	KUNIT_CASE(test_list_clients),
	KUNIT_CASE(test_list_while_clients_go),
	KUNIT_CASE(test_pool_by_name_and_offset),
	KUNIT_CASE(test_pool_that_is_not_there),
	KUNIT_CASE(test_list_pools),
	KUNIT_CASE(test_offset_of_another_is_not_told),
	KUNIT_CASE_PARAM(test_what_the_client_reports, header_gen_params),
	KUNIT_CASE(test_query_counts_all_budgets),
	{}
};

struct kunit_suite bm_inspect_suite = {
	.name = "budgetmem_inspect",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_inspect_cases,
};
