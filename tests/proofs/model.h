/* SPDX-License-Identifier: MIT */
/*
 * The extents of a budget, and beside them a model that does the same with plain
 * lists of pages. After every operation both are compared, page by page.
 *
 * Every function aborts the running test (cmocka) where they differ.
 */
#ifndef BUDGETMEM_PROOFS_MODEL_H
#define BUDGETMEM_PROOFS_MODEL_H

#include <stdbool.h>
#include <linux/types.h>

#include "../../module/extent.h"

#define MODEL_PAGES	400
#define MODEL_TAKERS	12

/**
 * struct model_chain - what a taker has
 * @page: in order
 * @pages: number of them
 */
struct model_chain {
	u32 page[MODEL_PAGES];
	u32 pages;
};

/**
 * struct model - both
 * @extents: under test
 * @chain: under test
 * @takers: number of chains
 * @is_free: model
 * @expected: model of @chain
 */
struct model {
	struct bm_extents extents;
	struct bm_chain chain[MODEL_TAKERS];
	u32 takers;
	bool is_free[MODEL_PAGES];
	struct model_chain expected[MODEL_TAKERS];
};

void model_init(struct model *model, u32 pages, u32 takers);
void model_end(struct model *model);
u32 model_free_pages(const struct model *model);

void model_take(struct model *model, u32 taker, u32 pages);
void model_give(struct model *model, u32 taker);
void model_join(struct model *model, u32 taker, u32 other);
void model_divide(struct model *model, u32 taker, u32 other, const bool *moves);

/* The pages of @taker go, and all others get new numbers; one has to stay. */
void model_shrink(struct model *model, u32 taker);

/* There are @pages more, MODEL_PAGES at most in all. */
void model_grow(struct model *model, u32 pages);

#endif
