// SPDX-License-Identifier: MIT
/*
 * Accounting, for every account that can be and every number of bytes. Each
 * function is one proof: CBMC looks for values that break an assertion.
 *
 * What is assumed of an account is what bm_account_init() makes true and every
 * other function keeps: nothing is above the limit.
 */
#include <assert.h>
#include "kernel-stub.h"
#include "budget.c"
#include "proof.h"

typedef unsigned __int128 wide;

static struct bm_account any_account(void)
{
	struct bm_account account = {
		.limit = nondet_u64(),
		.used = nondet_u64(),
		.high_water = nondet_u64(),
	};

	__CPROVER_assume(account.used <= account.limit);
	__CPROVER_assume(account.high_water <= account.limit);
	return account;
}

static void assert_sound(const struct bm_account *account)
{
	assert(account->used <= account->limit);
	assert(account->high_water <= account->limit);
}

void prove_init(void)
{
	u64 limit = nondet_u64();
	struct bm_account account = {
		.limit = nondet_u64(),
		.used = nondet_u64(),
		.high_water = nondet_u64(),
	};

	bm_account_init(&account, limit);
	assert_sound(&account);
	assert(account.limit == limit);
	assert(account.used == 0);
	assert(account.high_water == 0);
	REACHED();
}

/* A mark above the limit is cut; nothing that is used is. */
void prove_limit(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;
	u64 limit = nondet_u64();

	__CPROVER_assume(limit >= account.used);
	bm_account_limit(&account, limit);
	assert_sound(&account);
	assert(account.limit == limit);
	assert(account.used == before.used);
	assert(account.high_water ==
	       (before.high_water < limit ? before.high_water : limit));
	REACHED();
}

void prove_left(void)
{
	struct bm_account account = any_account();

	assert((wide)account.used + bm_account_left(&account) == account.limit);
	REACHED();
}

/* It is charged exactly if the true sum is within the limit. */
void prove_charge(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;
	u64 bytes = nondet_u64();
	wide sum = (wide)account.used + bytes;
	int err = bm_account_charge(&account, bytes);

	assert_sound(&account);
	assert(account.limit == before.limit);
	assert(account.high_water == before.high_water);
	assert(err == (sum <= before.limit ? 0 : -EDQUOT));
	assert(account.used == (err ? before.used : sum));
	REACHED();
}

void prove_mark(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;

	bm_account_mark(&account);
	assert_sound(&account);
	assert(account.limit == before.limit);
	assert(account.used == before.used);
	assert(account.high_water >= before.high_water);
	assert(account.high_water >= account.used);
	assert(account.high_water == before.high_water ||
	       account.high_water == account.used);
	REACHED();
}

/* The greater one of both, and so what marking now would make it. */
void prove_high_water(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;
	u64 high_water = bm_account_high_water(&account);

	assert(high_water <= account.limit);
	assert(account.used == before.used);
	assert(account.high_water == before.high_water);
	bm_account_mark(&account);
	assert(high_water == account.high_water);
	REACHED();
}

void prove_uncharge(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;
	u64 bytes = nondet_u64();

	__CPROVER_assume(bytes <= account.used);
	bm_account_uncharge(&account, bytes);
	assert_sound(&account);
	assert(account.limit == before.limit);
	assert(account.high_water == before.high_water);
	assert((wide)account.used + bytes == before.used);
	REACHED();
}

/* What was charged can be undone, and is undone then. */
void prove_charge_and_uncharge(void)
{
	struct bm_account account = any_account();
	const struct bm_account before = account;
	u64 bytes = nondet_u64();

	__CPROVER_assume(!bm_account_charge(&account, bytes));
	bm_account_uncharge(&account, bytes);
	assert(account.used == before.used);
	assert(account.high_water == before.high_water);
	REACHED();
}

/* The least multiple of the unit that is not below; refused if there is none. */
void prove_round_up(void)
{
	unsigned int shift = nondet_uint();
	u64 bytes = nondet_u64(), before = nondet_u64();
	u64 rounded = before, unit;
	int err;

	__CPROVER_assume(shift < 64);
	unit = (u64)1 << shift;
	err = bm_round_up(bytes, unit, &rounded);
	if (err) {
		assert(err == -EINVAL);
		assert(rounded == before);
		assert(bytes == 0 || bytes > (u64)0 - unit);
	} else {
		assert((rounded & (unit - 1)) == 0);
		assert(rounded >= bytes);
		assert(rounded - bytes < unit);
		assert(bytes != 0);
	}
	REACHED();
}
