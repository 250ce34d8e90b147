// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting: what is charged is never more than the limit, over all of u64.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "../../module/budget.h"
#include "suites.h"

static struct bm_account account_with(u64 limit, u64 used)
{
	struct bm_account account;

	bm_account_init(&account, limit);
	account.used = used;
	return account;
}

static bool account_is(const struct bm_account *account, u64 limit, u64 used,
		       u64 high_water)
{
	return account->limit == limit && account->used == used &&
	       account->high_water == high_water;
}

static void test_init_starts_empty(struct kunit *test)
{
	struct bm_account account;

	memset(&account, 0xff, sizeof(account));
	bm_account_init(&account, 7);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 7, 0, 0));
	KUNIT_EXPECT_EQ(test, bm_account_left(&account), 7ULL);
}

struct limit_case {
	const char *name;
	u64 limit;
};

static const struct limit_case limit_cases[] = {
	{ "0", 0 },
	{ "1", 1 },
	{ "a page", PAGE_SIZE },
	{ "4 GiB less 1", U32_MAX },
	{ "4 GiB", (u64)U32_MAX + 1 },
	{ "the largest signed", S64_MAX },
	{ "the largest signed and 1", (u64)S64_MAX + 1 },
	{ "the largest less 1", U64_MAX - 1 },
	{ "the largest", U64_MAX },
};

static void limit_describe(const struct limit_case *limit, char *text)
{
	strscpy(text, limit->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(limit, limit_cases, limit_describe);

static void test_charge_reaches_the_limit(struct kunit *test)
{
	const struct limit_case *param = test->param_value;
	struct bm_account account = account_with(param->limit, 0);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, param->limit), 0);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, param->limit, 0));
	KUNIT_EXPECT_EQ(test, bm_account_left(&account), 0ULL);
}

static void test_charge_stops_at_the_limit(struct kunit *test)
{
	const struct limit_case *param = test->param_value;
	struct bm_account account = account_with(param->limit, param->limit);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 1), -EDQUOT);
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, U64_MAX), -EDQUOT);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, param->limit, 0));
}

static void test_charge_of_one_more_at_once(struct kunit *test)
{
	const struct limit_case *param = test->param_value;
	struct bm_account account = account_with(param->limit, 0);

	if (param->limit == U64_MAX)
		return;
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, param->limit + 1),
			-EDQUOT);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, 0, 0));
}

static void test_charge_by_halves(struct kunit *test)
{
	const struct limit_case *param = test->param_value;
	struct bm_account account = account_with(param->limit, 0);
	u64 half = param->limit / 2;

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, half), 0);
	KUNIT_EXPECT_EQ(test, bm_account_left(&account), param->limit - half);
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, param->limit - half), 0);
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 1), -EDQUOT);
	bm_account_uncharge(&account, half);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, param->limit - half, 0));
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, half), 0);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, param->limit, 0));
}

struct wrap_case {
	const char *name;
	u64 limit;
	u64 used;
	u64 bytes;
};

/* Each of these sums is small again, or negative if it is looked at as signed. */
static const struct wrap_case wrap_cases[] = {
	{ "to 0", 100, 1, U64_MAX },
	{ "to 0 from the limit", 100, 100, U64_MAX - 99 },
	{ "to what is used less 1", 100, 50, U64_MAX },
	{ "to half of what is used", 100, 100, U64_MAX - 49 },
	{ "the largest twice", U64_MAX, U64_MAX, U64_MAX },
	{ "of two large ones", U64_MAX - 1, U64_MAX - 1, 2 },
	{ "to a negative one", S64_MAX, S64_MAX, 1 },
	{ "of a negative one", S64_MAX, 0, (u64)S64_MAX + 1 },
	{ "beyond 32 bits", U32_MAX, 1, U32_MAX },
};

static void wrap_describe(const struct wrap_case *wrap, char *text)
{
	strscpy(text, wrap->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wrap, wrap_cases, wrap_describe);

static void test_charge_does_not_wrap(struct kunit *test)
{
	const struct wrap_case *param = test->param_value;
	struct bm_account account = account_with(param->limit, param->used);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, param->bytes), -EDQUOT);
	KUNIT_EXPECT_TRUE(test, account_is(&account, param->limit, param->used, 0));
}

static void test_charge_of_nothing(struct kunit *test)
{
	struct bm_account account = account_with(5, 5);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 0), 0);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 5, 5, 0));
}

/* 32 KiB are 25 times 1,300 bytes, and not 819,200. */
static void test_charge_adds_up(struct kunit *test)
{
	struct bm_account account = account_with(32768, 0);
	int i, granted = 0;

	for (i = 0; i < 630; i++)
		if (!bm_account_charge(&account, 1300))
			granted++;
	KUNIT_EXPECT_EQ(test, granted, 25);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 32768, 32500, 0));
}

static void test_mark_raises_the_high_water(struct kunit *test)
{
	struct bm_account account = account_with(100, 0);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 60), 0);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 60, 0));
	bm_account_mark(&account);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 60, 60));
	bm_account_mark(&account);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 60, 60));
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 1), 0);
	bm_account_mark(&account);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 61, 61));
}

static void test_high_water_stays(struct kunit *test)
{
	struct bm_account account = account_with(100, 0);

	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 60), 0);
	bm_account_mark(&account);
	bm_account_uncharge(&account, 20);
	bm_account_mark(&account);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 40, 60));
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 61), -EDQUOT);
	bm_account_mark(&account);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 40, 60));
}

/* What is told: the mark, or what is charged without a mark yet. */
static void test_high_water_is_not_below_use(struct kunit *test)
{
	struct bm_account account = account_with(100, 0);

	KUNIT_EXPECT_EQ(test, bm_account_high_water(&account), 0ULL);
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 30), 0);
	KUNIT_EXPECT_EQ(test, bm_account_high_water(&account), 30ULL);
	bm_account_uncharge(&account, 30);
	KUNIT_EXPECT_EQ(test, bm_account_high_water(&account), 0ULL);
	KUNIT_EXPECT_EQ(test, bm_account_charge(&account, 40), 0);
	bm_account_mark(&account);
	bm_account_uncharge(&account, 10);
	KUNIT_EXPECT_EQ(test, bm_account_high_water(&account), 40ULL);
	KUNIT_EXPECT_TRUE(test, account_is(&account, 100, 30, 40));
}

struct round_case {
	const char *name;
	u64 bytes;
	u64 unit;
	u64 rounded;
	int err;
};

static const struct round_case round_cases[] = {
	{ "1", 1, 4096, 4096, 0 },
	{ "a page", 4096, 4096, 4096, 0 },
	{ "a page and 1", 4097, 4096, 8192, 0 },
	{ "a page less 1", 4095, 4096, 4096, 0 },
	{ "to 64 KiB", 65537, 65536, 131072, 0 },
	{ "to 1", 3, 1, 3, 0 },
	{ "the largest to 1", U64_MAX, 1, U64_MAX, 0 },
	{ "4 GiB less 1", U32_MAX, 4096, (u64)U32_MAX + 1, 0 },
	{ "the last page", U64_MAX - 4095, 4096, U64_MAX - 4095, 0 },
	{ "the last page less 1", U64_MAX - 4096, 4096, U64_MAX - 4095, 0 },
	{ "to the largest unit", 1, 1ULL << 63, 1ULL << 63, 0 },
	{ "0", 0, 4096, 0, -EINVAL },
	{ "0 to 1", 0, 1, 0, -EINVAL },
	{ "the last page and 1", U64_MAX - 4094, 4096, 0, -EINVAL },
	{ "the largest", U64_MAX, 4096, 0, -EINVAL },
	{ "beyond the largest unit", (1ULL << 63) + 1, 1ULL << 63, 0, -EINVAL },
};

static void round_describe(const struct round_case *round, char *text)
{
	strscpy(text, round->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(round, round_cases, round_describe);

static void test_round_up(struct kunit *test)
{
	const struct round_case *param = test->param_value;
	const u64 untouched = 0x5a5a;
	u64 rounded = untouched;

	KUNIT_EXPECT_EQ(test, bm_round_up(param->bytes, param->unit, &rounded),
			param->err);
	KUNIT_EXPECT_EQ(test, rounded, param->err ? untouched : param->rounded);
}

/* Small enough for a model that counts in a wider type. */
static void test_random_against_a_model(struct kunit *test)
{
	struct bm_account account = account_with(1000, 0);
	s64 used = 0, most = 0;
	struct rnd_state random;
	int i;

	prandom_seed_state(&random, 20);
	for (i = 0; i < 5000; i++) {
		s64 bytes = prandom_u32_state(&random) % 400;

		if (prandom_u32_state(&random) % 2 && bytes <= used) {
			bm_account_uncharge(&account, bytes);
			used -= bytes;
		} else if (used + bytes > 1000) {
			KUNIT_ASSERT_EQ(test, bm_account_charge(&account, bytes),
					-EDQUOT);
		} else {
			KUNIT_ASSERT_EQ(test, bm_account_charge(&account, bytes), 0);
			bm_account_mark(&account);
			used += bytes;
			most = max(most, used);
		}
		KUNIT_ASSERT_EQ(test, account.used, (u64)used);
		KUNIT_ASSERT_EQ(test, account.high_water, (u64)most);
	}
	KUNIT_EXPECT_EQ(test, account.limit, 1000ULL);
}

static struct kunit_case bm_budget_cases[] = {
	KUNIT_CASE(test_init_starts_empty),
	KUNIT_CASE_PARAM(test_charge_reaches_the_limit, limit_gen_params),
	KUNIT_CASE_PARAM(test_charge_stops_at_the_limit, limit_gen_params),
	KUNIT_CASE_PARAM(test_charge_of_one_more_at_once, limit_gen_params),
	KUNIT_CASE_PARAM(test_charge_by_halves, limit_gen_params),
	KUNIT_CASE_PARAM(test_charge_does_not_wrap, wrap_gen_params),
	KUNIT_CASE(test_charge_of_nothing),
	KUNIT_CASE(test_charge_adds_up),
	KUNIT_CASE(test_mark_raises_the_high_water),
	KUNIT_CASE(test_high_water_stays),
	KUNIT_CASE(test_high_water_is_not_below_use),
	KUNIT_CASE_PARAM(test_round_up, round_gen_params),
	KUNIT_CASE(test_random_against_a_model),
	{}
};

struct kunit_suite bm_budget_suite = {
	.name = "budgetmem_budget",
	.test_cases = bm_budget_cases,
};
