/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The physical pages of a budget: set aside, found, zeroed, given up.
 *
 * They come in blocks as large as the page allocator has them, split into single
 * pages so that each has its own reference count: that count says whether
 * anybody else still holds the page.
 *
 * Locking: blocks and records change only when a new table takes effect, so finding
 * and zeroing pages needs bm_system::table or bm_system::lock, one of them. The free
 * chain in @extents is protected by bm_system::lock.
 */
#ifndef BUDGETMEM_PAGES_H
#define BUDGETMEM_PAGES_H

#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <linux/types.h>

#include "extent.h"

/**
 * struct bm_block - physically contiguous pages
 * @page: the first
 * @first: its number among the budget's pages
 */
struct bm_block {
	struct page *page;
	u32 first;
};

/**
 * struct bm_pages - all pages of a budget
 * @held: counts the pages that the module holds, for all budgets
 * @block: sorted by number
 * @blocks: number of blocks
 * @pages: number of pages
 * @extents: which are free
 */
struct bm_pages {
	atomic_long_t *held;
	struct bm_block *block;
	u32 blocks;
	u32 pages;
	struct bm_extents extents;
};

int bm_pages_set_aside(struct bm_pages *pages, u32 count, int node,
		       atomic_long_t *held, u32 *missing);
void bm_pages_give_up(struct bm_pages *pages);
u64 bm_pages_overhead(u32 count, u32 blocks);

struct page *bm_pages_find(const struct bm_pages *pages, u32 number);
u32 bm_pages_run(const struct bm_pages *pages, u32 number);
void bm_pages_list(const struct bm_pages *pages, u32 number, u32 count,
		   struct page **page);
void bm_pages_clean(const struct bm_pages *pages, struct bm_chain *chain,
		    struct bm_chain *pinned);

#endif
