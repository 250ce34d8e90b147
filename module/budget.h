/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accounting: what may be taken, what is taken, and the most that ever was.
 *
 * Pure: no allocation, no kernel calls, no locking of its own. The caller holds
 * the lock that makes check and charge one step (struct bm_system::lock).
 */
#ifndef BUDGETMEM_BUDGET_H
#define BUDGETMEM_BUDGET_H

#include <linux/types.h>

/**
 * struct bm_account - a limit and what was charged against it
 * @limit: bytes
 * @used: bytes, <= @limit
 * @high_water: bytes, the most that @used was when it was marked, <= @limit
 */
struct bm_account {
	u64 limit;
	u64 used;
	u64 high_water;
};

void bm_account_init(struct bm_account *account, u64 limit);
void bm_account_limit(struct bm_account *account, u64 limit);
u64 bm_account_left(const struct bm_account *account);
int bm_account_charge(struct bm_account *account, u64 bytes);
void bm_account_mark(struct bm_account *account);
u64 bm_account_high_water(const struct bm_account *account);
void bm_account_uncharge(struct bm_account *account, u64 bytes);
int bm_round_up(u64 bytes, u64 unit, u64 *rounded);

#endif
