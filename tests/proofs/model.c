// SPDX-License-Identifier: MIT
/*
 * Extents and their model. See model.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model.h"

/* As many records as pages and not one more: the sanitizer sees the next byte. */
void model_init(struct model *model, u32 pages, u32 takers)
{
	struct bm_extent *record = malloc(pages * sizeof(*record));
	u32 i;

	assert_non_null(record);
	/* What was never written leads astray when it is read. */
	memset(record, 0xa5, pages * sizeof(*record));
	memset(model, 0, sizeof(*model));
	bm_extents_init(&model->extents, record, pages);
	model->takers = takers;
	for (i = 0; i < takers; i++)
		bm_chain_init(&model->chain[i]);
	for (i = 0; i < pages; i++)
		model->is_free[i] = true;
}

void model_end(struct model *model)
{
	free(model->extents.record);
}

u32 model_free_pages(const struct model *model)
{
	u32 i, pages = 0;

	for (i = 0; i < model->extents.pages; i++)
		pages += model->is_free[i];
	return pages;
}

/* The free chain is sorted, merged, and says what the model says. */
static void check_free(const struct model *model)
{
	const struct bm_extents *extents = &model->extents;
	u32 first = extents->free.first, last = BM_NO_PAGE, page = 0;

	while (first != BM_NO_PAGE) {
		u32 end = first + extents->record[first].pages;

		assert_in_range(first, page, extents->pages - 1);
		assert_in_range(end, first + 1, extents->pages);
		/* Before it are pages that are taken, one at least. */
		assert_true(last == BM_NO_PAGE || page < first);
		while (page < first)
			assert_false(model->is_free[page++]);
		while (page < end)
			assert_true(model->is_free[page++]);
		last = first;
		first = extents->record[first].next;
	}
	while (page < extents->pages)
		assert_false(model->is_free[page++]);
	assert_int_equal(last, extents->free.last);
	assert_int_equal(extents->free.pages, model_free_pages(model));
}

static void check_chain(const struct model *model, u32 taker)
{
	const struct bm_extent *record = model->extents.record;
	const struct model_chain *expected = &model->expected[taker];
	const struct bm_chain *chain = &model->chain[taker];
	u32 first = chain->first, last = BM_NO_PAGE, index = 0, i;

	assert_int_equal(chain->pages, expected->pages);
	for (; first != BM_NO_PAGE; first = record[first].next) {
		assert_in_range(record[first].pages, 1, expected->pages - index);
		for (i = 0; i < record[first].pages; i++, index++) {
			assert_int_equal(first + i, expected->page[index]);
			assert_int_equal(bm_chain_page(record, chain, index),
					 first + i);
		}
		last = first;
	}
	assert_int_equal(index, expected->pages);
	assert_int_equal(last, chain->last);
}

static void check(const struct model *model)
{
	u32 i;

	check_free(model);
	for (i = 0; i < model->takers; i++)
		check_chain(model, i);
}

/* The first page of the first @pages free ones in a row, or BM_NO_PAGE. */
static u32 find_run(const struct model *model, u32 pages)
{
	u32 i, run = 0;

	for (i = 0; i < model->extents.pages; i++) {
		run = model->is_free[i] ? run + 1 : 0;
		if (run == pages)
			return i + 1 - pages;
	}
	return BM_NO_PAGE;
}

/* In a row if there is such a row, else the first ones. */
void model_take(struct model *model, u32 taker, u32 pages)
{
	struct model_chain *expected = &model->expected[taker];
	u32 page = find_run(model, pages);

	bm_extents_take(&model->extents, pages, &model->chain[taker]);
	if (page == BM_NO_PAGE)
		page = 0;
	for (; expected->pages < pages; page++) {
		if (!model->is_free[page])
			continue;
		model->is_free[page] = false;
		expected->page[expected->pages++] = page;
	}
	check(model);
}

void model_give(struct model *model, u32 taker)
{
	struct model_chain *expected = &model->expected[taker];
	u32 i;

	bm_extents_give(&model->extents, &model->chain[taker]);
	for (i = 0; i < expected->pages; i++)
		model->is_free[expected->page[i]] = true;
	expected->pages = 0;
	check(model);
}

static void push(struct model_chain *chain, u32 page)
{
	chain->page[chain->pages++] = page;
}

void model_join(struct model *model, u32 taker, u32 other)
{
	u32 i;

	bm_chain_join(model->extents.record, &model->chain[taker],
		      &model->chain[other]);
	for (i = 0; i < model->expected[other].pages; i++)
		push(&model->expected[taker], model->expected[other].page[i]);
	model->expected[other].pages = 0;
	check(model);
}

/*
 * Moves those pages of @taker to the end of @other for which @moves is true. The
 * module does so when it tells pinned pages apart: it walks a chain and overwrites
 * the records behind it.
 */
void model_divide(struct model *model, u32 taker, u32 other, const bool *moves)
{
	struct bm_extent *record = model->extents.record;
	struct model_chain old = model->expected[taker];
	u32 first = model->chain[taker].first, i;

	bm_chain_init(&model->chain[taker]);
	while (first != BM_NO_PAGE) {
		const struct bm_extent extent = record[first];

		for (i = first; i < first + extent.pages; i++)
			bm_chain_append(record,
					&model->chain[moves[i] ? other : taker], i);
		first = extent.next;
	}
	model->expected[taker].pages = 0;
	for (i = 0; i < old.pages; i++)
		push(&model->expected[moves[old.page[i]] ? other : taker],
		     old.page[i]);
	check(model);
}

/* How many pages of @gone lie before @page. */
static u32 count_before(const struct model_chain *gone, u32 page)
{
	u32 i, count = 0;

	for (i = 0; i < gone->pages; i++)
		count += gone->page[i] < page;
	return count;
}

static void renumber_expected(struct model *model, const struct model_chain *gone)
{
	bool goes[MODEL_PAGES] = { false };
	u32 taker, i, pages = 0;

	for (taker = 0; taker < model->takers; taker++)
		for (i = 0; i < model->expected[taker].pages; i++)
			model->expected[taker].page[i] -=
				count_before(gone, model->expected[taker].page[i]);
	for (i = 0; i < gone->pages; i++)
		goes[gone->page[i]] = true;
	for (i = 0; i < model->extents.pages; i++)
		if (!goes[i])
			model->is_free[pages++] = model->is_free[i];
}

/* As the module does it: no record of the old numbers is read afterwards. */
void model_shrink(struct model *model, u32 taker)
{
	struct model_chain gone = model->expected[taker];
	struct bm_extents *extents = &model->extents;
	u32 pages = extents->pages - gone.pages, i;
	u32 *shift = malloc(extents->pages * sizeof(*shift));
	struct bm_extent *record = malloc(pages * sizeof(*record));

	assert_non_null(shift);
	assert_non_null(record);
	memset(shift, 0xa5, extents->pages * sizeof(*shift));
	memset(record, 0xa5, pages * sizeof(*record));
	bm_shift_fill(shift, extents->pages, extents->record, &model->chain[taker]);
	bm_chain_init(&model->chain[taker]);
	bm_chain_renumber(extents->record, record, shift, &extents->free);
	for (i = 0; i < model->takers; i++)
		bm_chain_renumber(extents->record, record, shift, &model->chain[i]);
	free(shift);
	free(extents->record);
	extents->record = record;
	model->expected[taker].pages = 0;
	renumber_expected(model, &gone);
	extents->pages = pages;
	check(model);
}

void model_grow(struct model *model, u32 pages)
{
	struct bm_extents *extents = &model->extents;
	u32 before = extents->pages, i;
	struct bm_chain more;

	extents->record = realloc(extents->record,
				  (before + pages) * sizeof(*extents->record));
	assert_non_null(extents->record);
	memset(extents->record + before, 0xa5, pages * sizeof(*extents->record));
	extents->pages += pages;
	bm_chain_init(&more);
	bm_chain_append_extent(extents->record, &more, before, pages);
	bm_extents_give(extents, &more);
	for (i = before; i < extents->pages; i++)
		model->is_free[i] = true;
	check(model);
}
