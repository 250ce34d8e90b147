/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pages of a budget are free, and which run together to make a pool.
 *
 * The pages of a budget are numbered from 0. An extent is a run of them; its
 * length and its successor are recorded at its first page, so that the records
 * take 8 bytes a page, are allocated once and never run out. A chain is a list
 * of extents. All that is free is one chain, sorted, neighbours merged.
 *
 * Pure, like budget.h: the caller holds the lock for the free chain. A chain
 * that was taken belongs to its taker alone, who may walk it without a lock.
 */
#ifndef BUDGETMEM_EXTENT_H
#define BUDGETMEM_EXTENT_H

#include <linux/types.h>

#define BM_NO_PAGE ((u32)~0u)

/**
 * struct bm_extent - record at the first page of an extent
 * @pages: length
 * @next: first page of the next extent of the chain, or BM_NO_PAGE
 */
struct bm_extent {
	u32 pages;
	u32 next;
};

/**
 * struct bm_chain - a list of extents
 * @first: first page of the first extent, BM_NO_PAGE if empty
 * @last: first page of the last extent
 * @pages: in all extents together
 */
struct bm_chain {
	u32 first;
	u32 last;
	u32 pages;
};

/**
 * struct bm_extents - all pages of a budget
 * @record: one for each page
 * @pages: number of pages
 * @free: the chain of those that belong to nobody
 */
struct bm_extents {
	struct bm_extent *record;
	u32 pages;
	struct bm_chain free;
};

void bm_chain_init(struct bm_chain *chain);
void bm_chain_append(struct bm_extent *record, struct bm_chain *chain, u32 page);
void bm_chain_append_extent(struct bm_extent *record, struct bm_chain *chain,
			    u32 first, u32 pages);
void bm_chain_join(struct bm_extent *record, struct bm_chain *chain,
		   struct bm_chain *other);
u32 bm_chain_page(const struct bm_extent *record, const struct bm_chain *chain,
		  u32 index);

void bm_extents_init(struct bm_extents *extents, struct bm_extent *record,
		     u32 pages);

void bm_shift_fill(u32 *shift, u32 pages, const struct bm_extent *record,
		   const struct bm_chain *gone);
void bm_chain_renumber(const struct bm_extent *from, struct bm_extent *to,
		       const u32 *shift, struct bm_chain *chain);

void bm_extents_take(struct bm_extents *extents, u32 pages,
		     struct bm_chain *taken);
void bm_extents_give(struct bm_extents *extents, struct bm_chain *given);

#endif
