// SPDX-License-Identifier: MIT
/*
 * Accounting, against arithmetic in a type that is wide enough.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <cmocka.h>

#include "../../module/budget.h"
#include "random.h"

typedef unsigned __int128 wide;

#define MAX	UINT64_MAX

/* Where arithmetic goes wrong, if it does. */
static const u64 edges[] = {
	0, 1, 2, 3, 4095, 4096, 4097,
	INT32_MAX - 1ull, INT32_MAX, INT32_MAX + 1ull,
	UINT32_MAX - 1ull, UINT32_MAX, UINT32_MAX + 1ull, UINT32_MAX + 2ull,
	INT64_MAX - 1ull, INT64_MAX, INT64_MAX + 1ull, INT64_MAX + 2ull,
	MAX - 4096, MAX - 4095, MAX - 2, MAX - 1, MAX,
};

#define EDGES	(sizeof(edges) / sizeof(edges[0]))

static struct bm_account account_with(u64 limit, u64 used, u64 high_water)
{
	struct bm_account account;

	bm_account_init(&account, limit);
	account.used = used;
	account.high_water = high_water;
	return account;
}

/* One of each, from one state; @used and @high_water <= @limit. */
static void check_state(u64 limit, u64 used, u64 high_water, u64 bytes)
{
	struct bm_account account = account_with(limit, used, high_water);
	bool fits = (wide)used + bytes <= limit;
	u64 sum = fits ? used + bytes : used;

	assert_true(bm_account_left(&account) == limit - used);
	assert_int_equal(bm_account_charge(&account, bytes), fits ? 0 : -EDQUOT);
	assert_true(account.used == sum);
	assert_true(account.high_water == high_water);
	assert_true(bm_account_high_water(&account) ==
		    (sum > high_water ? sum : high_water));
	bm_account_mark(&account);
	assert_true(account.used == sum);
	high_water = sum > high_water ? sum : high_water;
	assert_true(account.high_water == high_water);
	if (fits)
		bm_account_uncharge(&account, bytes);
	assert_true(account.used == used);
	assert_true(account.high_water == high_water);
	assert_true(account.limit == limit);
}

static void test_init(void **state)
{
	struct bm_account account = { 1, 2, 3 };

	bm_account_init(&account, 4);
	assert_true(account.limit == 4);
	assert_true(account.used == 0);
	assert_true(account.high_water == 0);
}

static void test_every_small_state(void **state)
{
	u64 limit, used, high_water, bytes;

	for (limit = 0; limit <= 20; limit++)
		for (used = 0; used <= limit; used++)
			for (high_water = 0; high_water <= limit; high_water++)
				for (bytes = 0; bytes <= limit + 2; bytes++)
					check_state(limit, used, high_water, bytes);
}

static void test_every_edge(void **state)
{
	size_t i, k, m;

	for (i = 0; i < EDGES; i++)
		for (k = 0; k <= i; k++)
			for (m = 0; m < EDGES; m++)
				check_state(edges[i], edges[k], edges[i], edges[m]);
}

/* @limit >= @used, whatever it was before. */
static void check_limit(u64 before, u64 used, u64 high_water, u64 limit)
{
	struct bm_account account = account_with(before, used, high_water);

	bm_account_limit(&account, limit);
	assert_true(account.limit == limit);
	assert_true(account.used == used);
	assert_true(account.high_water == (high_water < limit ? high_water : limit));
	assert_true(bm_account_left(&account) == limit - used);
}

static void test_limit(void **state)
{
	size_t i, k, m;

	for (i = 0; i < EDGES; i++)
		for (k = 0; k <= i; k++)
			for (m = k; m < EDGES; m++) {
				check_limit(edges[i], edges[k], edges[i], edges[m]);
				check_limit(edges[i], edges[k], edges[k], edges[m]);
			}
}

/* A number of any magnitude, not mostly of the largest one. */
static u64 any_magnitude(u64 *seed)
{
	return random_next(seed) >> random_next(seed) % 64;
}

static void test_random_states(void **state)
{
	u64 seed = 40;
	int i;

	for (i = 0; i < 1000000; i++) {
		u64 limit = any_magnitude(&seed);
		u64 used = any_magnitude(&seed);
		u64 bytes = any_magnitude(&seed);

		if (used > limit)
			used %= limit + 1;
		check_state(limit, used, used, bytes);
		check_state(limit, used, limit, limit - used);
		if (limit < MAX)
			check_state(limit, used, limit, limit - used + 1);
	}
}

/* The smallest multiple that is not below, unless it is none or too large. */
static void check_round(u64 bytes, u64 unit)
{
	const u64 untouched = 0x5a5a5a5a;
	wide up = ((wide)bytes + unit - 1) / unit * unit;
	u64 rounded = untouched;
	bool fits = bytes && up <= MAX;

	assert_int_equal(bm_round_up(bytes, unit, &rounded), fits ? 0 : -EINVAL);
	assert_true(rounded == (fits ? (u64)up : untouched));
}

static void test_round_every_unit(void **state)
{
	unsigned int shift;
	u64 bytes, seed = 41;
	size_t i;

	for (shift = 0; shift < 64; shift++) {
		const u64 unit = (u64)1 << shift;

		for (i = 0; i < EDGES; i++)
			check_round(edges[i], unit);
		for (bytes = 0; bytes <= 300; bytes++) {
			check_round(bytes, unit);
			check_round(MAX - bytes, unit);
			check_round(unit - bytes, unit);
			check_round(unit + bytes, unit);
			check_round(any_magnitude(&seed), unit);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_every_small_state),
		cmocka_unit_test(test_every_edge),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_random_states),
		cmocka_unit_test(test_round_every_unit),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
