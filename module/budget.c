// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting. See budget.h; compiled in user space too, where it is proved.
 */
#include <linux/errno.h>
#include "budget.h"

void bm_account_init(struct bm_account *account, u64 limit)
{
	account->limit = limit;
	account->used = 0;
	account->high_water = 0;
}

/* @limit >= account->used. A mark above it is no longer of use. */
void bm_account_limit(struct bm_account *account, u64 limit)
{
	account->limit = limit;
	if (account->high_water > limit)
		account->high_water = limit;
}

u64 bm_account_left(const struct bm_account *account)
{
	return account->limit - account->used;
}

/* 0, or -EDQUOT and nothing changed. */
int bm_account_charge(struct bm_account *account, u64 bytes)
{
	/* Subtracting cannot wrap, adding could. */
	if (bytes > bm_account_left(account))
		return -EDQUOT;
	account->used += bytes;
	return 0;
}

/* For when it is sure that what was charged is not given back at once. */
void bm_account_mark(struct bm_account *account)
{
	if (account->used > account->high_water)
		account->high_water = account->used;
}

/* The mark, or what is charged and not yet marked: never less than what is used. */
u64 bm_account_high_water(const struct bm_account *account)
{
	struct bm_account marked = *account;

	bm_account_mark(&marked);
	return marked.high_water;
}

/* @bytes were charged before and are no longer taken. */
void bm_account_uncharge(struct bm_account *account, u64 bytes)
{
	account->used -= bytes;
}

/* @unit is a power of two. 0, or -EINVAL for 0 bytes and for what would wrap. */
int bm_round_up(u64 bytes, u64 unit, u64 *rounded)
{
	u64 up = (bytes + (unit - 1)) & ~(unit - 1);

	if (up == 0 || up < bytes)
		return -EINVAL;
	*rounded = up;
	return 0;
}
