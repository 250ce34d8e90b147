// SPDX-License-Identifier: GPL-2.0-only
/*
 * fdinfo (G9): the lines that the contract promises, and no others.
 */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "../../module/fdinfo.h"
#include "fixture.h"
#include "suites.h"

#define TEXT_SIZE	1024

/* The text for @client, in memory of the case. */
static const char *show(struct kunit *test, struct bm_client *client)
{
	struct bm_system *system = bm_fixture_system(test);
	struct seq_file text = { .size = TEXT_SIZE };

	text.buf = kunit_kzalloc(test, TEXT_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text.buf);
	mutex_lock(&system->lock);
	bm_fdinfo_show_locked(&text, client);
	mutex_unlock(&system->lock);
	KUNIT_ASSERT_LT(test, text.count, (size_t)TEXT_SIZE);
	return text.buf;
}

static void test_unbound_file(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, show(test, NULL), "budgetmem-phase:\tunbound\n");
}

static void test_client_without_pools(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);

	KUNIT_EXPECT_STREQ(test, show(test, client),
			   "budgetmem-client:\t1\n"
			   "budgetmem-budget:\tmain\n"
			   "budgetmem-phase:\tinit\n"
			   "budgetmem-used:\t0\n"
			   "budgetmem-high-water:\t0\n"
			   "budgetmem-refused:\t0\n");
}

static void report(const struct bm_pool *pool)
{
	const struct budgetmem_pool_header header = {
		.magic = BUDGETMEM_POOL_MAGIC,
		.version = 1,
		.size = bm_pool_bytes(pool),
		.used = 100,
		.high_water = 200,
		.refused = 3,
	};

	memcpy_to_page(bm_pool_page(pool, 0), 0, (const char *)&header,
		       sizeof(header));
}

static void test_client_with_pools(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *prepared;
	char *expected;

	report(bm_fixture_pool(test, client, "first", 2));
	bm_fixture_pool(test, client, "second", 1);
	bm_fixture_destroy(test, bm_fixture_pool(test, client, "gone", 5));
	/* Is charged, but does not exist for anybody. */
	KUNIT_ASSERT_EQ(test, bm_pool_begin(client, "hidden", PAGE_SIZE, &prepared),
			0);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), 0);
	KUNIT_EXPECT_EQ(test, bm_client_lock(client), -EPERM);

	expected = kunit_kzalloc(test, TEXT_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, expected);
	snprintf(expected, TEXT_SIZE,
		 "budgetmem-client:\t1\n"
		 "budgetmem-budget:\tmain\n"
		 "budgetmem-phase:\tlocked\n"
		 "budgetmem-used:\t%lu\n"
		 "budgetmem-high-water:\t%lu\n"
		 "budgetmem-refused:\t1\n"
		 "budgetmem-pool:\tfirst %lu 100 200 3\n"
		 "budgetmem-pool:\tsecond %lu - - -\n",
		 4 * PAGE_SIZE, 8 * PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE);
	KUNIT_EXPECT_STREQ(test, show(test, client), expected);
}

static void test_pools_of_others_are_not_shown(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);

	bm_fixture_pool(test, client, "mine", 2);
	KUNIT_EXPECT_NULL(test, strstr(show(test, other), "budgetmem-pool:"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(show(test, client), "budgetmem-pool:"));
}

static struct kunit_case bm_fdinfo_cases[] = {
	KUNIT_CASE(test_unbound_file),
	KUNIT_CASE(test_client_without_pools),
	KUNIT_CASE(test_client_with_pools),
	KUNIT_CASE(test_pools_of_others_are_not_shown),
	{}
};

struct kunit_suite bm_fdinfo_suite = {
	.name = "budgetmem_fdinfo",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_fdinfo_cases,
};
