/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Budgets that grow, or shrink by what is free, while clients use them.
 *
 * A resize is prepared, which is where it can fail; then it takes effect, in one
 * moment and without fail; then what is not needed any more is given to the kernel.
 * Pages are numbered anew when some go, so that numbers stay without gaps.
 *
 * Locking: bm_system::applying throughout.
 */
#ifndef BUDGETMEM_RESIZE_H
#define BUDGETMEM_RESIZE_H

#include <linux/types.h>

#include "extent.h"
#include "pages.h"

struct bm_budget;

/**
 * struct bm_resize - a budget on its way to another size
 * @budget: which
 * @pages: what it will have; when it took effect, what it had
 * @gone: pages that go: taken from the free ones, and charged
 * @shift: see bm_shift_fill(); NULL if no page goes
 * @done: it took effect
 */
struct bm_resize {
	struct bm_budget *budget;
	struct bm_pages pages;
	struct bm_chain gone;
	u32 *shift;
	bool done;
};

int bm_resize_prepare(struct bm_resize *resize, struct bm_budget *budget, u64 bytes,
		      u64 *missing);
void bm_resize_commit_locked(struct bm_resize *resize);
void bm_resize_finish(struct bm_resize *resize);

#endif
