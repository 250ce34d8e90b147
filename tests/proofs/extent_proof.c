// SPDX-License-Identifier: MIT
/*
 * Extents, for every way in which a few pages can be free, in a chain in any order
 * and in any pieces, or somebody else's; one operation from there.
 *
 * Every operation leads from such a state to another one, so sequences of any
 * length are covered.
 */
#include <assert.h>
#include "kernel-stub.h"
#include "extent.c"
#include "proof.h"

#ifndef PAGES
#define PAGES	4
#endif

/**
 * struct world - pages and who has them
 * @extents: all
 * @record: of them
 * @before: records as they were
 * @is_free: pages that are
 * @is_ours: pages that are in @chain
 * @chain: ours
 * @order: pages of @chain
 * @count: number of them
 */
struct world {
	struct bm_extents extents;
	struct bm_extent record[PAGES];
	struct bm_extent before[PAGES];
	bool is_free[PAGES];
	bool is_ours[PAGES];
	struct bm_chain chain;
	u32 order[PAGES];
	u32 count;
};

static struct world world;

static bool begins_free_run(u32 page)
{
	return world.is_free[page] && (page == 0 || !world.is_free[page - 1]);
}

/* The first page of the next free run from @page on. */
static u32 next_free_run(u32 page)
{
	while (page < PAGES && !begins_free_run(page))
		page++;
	return page < PAGES ? page : BM_NO_PAGE;
}

static u32 end_of_free_run(u32 page)
{
	while (page < PAGES && world.is_free[page])
		page++;
	return page;
}

/* The free chain that there has to be, into @record. */
static struct bm_chain free_chain(struct bm_extent *record)
{
	struct bm_chain chain = { BM_NO_PAGE, BM_NO_PAGE, 0 };
	u32 page;

	for (page = 0; page < PAGES; page++) {
		chain.pages += world.is_free[page];
		if (!begins_free_run(page))
			continue;
		if (chain.first == BM_NO_PAGE)
			chain.first = page;
		chain.last = page;
		record[page].pages = end_of_free_run(page) - page;
		record[page].next = next_free_run(page + 1);
	}
	return chain;
}

/* Another page at the end of our chain, in an extent of its own if it must. */
static void grow_chain(u32 page)
{
	struct bm_chain *chain = &world.chain;

	if (world.count && page == world.order[world.count - 1] + 1 &&
	    nondet_bool()) {
		world.record[chain->last].pages++;
	} else {
		world.record[page].pages = 1;
		world.record[page].next = BM_NO_PAGE;
		if (chain->first == BM_NO_PAGE)
			chain->first = page;
		else
			world.record[chain->last].next = page;
		chain->last = page;
	}
	chain->pages++;
	world.is_ours[page] = true;
	world.order[world.count++] = page;
}

static void any_world(void)
{
	u32 i, page, count = nondet_u32();

	world.extents.record = world.record;
	world.extents.pages = PAGES;
	for (i = 0; i < PAGES; i++) {
		world.record[i].pages = nondet_u32();
		world.record[i].next = nondet_u32();
		world.is_free[i] = nondet_bool();
		world.is_ours[i] = false;
	}
	world.extents.free = free_chain(world.record);
	bm_chain_init(&world.chain);
	world.count = 0;
	__CPROVER_assume(count <= PAGES);
	for (i = 0; i < count; i++) {
		page = nondet_u32();
		__CPROVER_assume(page < PAGES && !world.is_free[page] &&
				 !world.is_ours[page]);
		grow_chain(page);
	}
	for (i = 0; i < PAGES; i++)
		world.before[i] = world.record[i];
}

static void assert_free_chain(void)
{
	struct bm_extent record[PAGES];
	struct bm_chain chain = free_chain(record);
	u32 page;

	assert(chain.first == world.extents.free.first);
	assert(chain.last == world.extents.free.last);
	assert(chain.pages == world.extents.free.pages);
	for (page = 0; page < PAGES; page++)
		if (begins_free_run(page)) {
			assert(record[page].pages == world.record[page].pages);
			assert(record[page].next == world.record[page].next);
		}
}

/* Our chain has the pages of @order, in that order. */
static void assert_chain(const struct bm_chain *chain)
{
	u32 first = chain->first, last = BM_NO_PAGE, index = 0, i;

	assert(chain->pages == world.count);
	for (; first != BM_NO_PAGE; first = world.record[first].next) {
		assert(first < PAGES);
		assert(world.record[first].pages > 0);
		assert(world.record[first].pages <= world.count - index);
		for (i = 0; i < world.record[first].pages; i++)
			assert(world.order[index++] == first + i);
		last = first;
	}
	assert(index == world.count);
	assert(last == chain->last);
}

/* Nobody has touched the records of pages that are somebody else's. */
static void assert_others_untouched(void)
{
	u32 page;

	for (page = 0; page < PAGES; page++)
		if (!world.is_free[page] && !world.is_ours[page]) {
			assert(world.before[page].pages == world.record[page].pages);
			assert(world.before[page].next == world.record[page].next);
		}
}

/* All pages in one extent, whatever the records said before. */
void prove_extents_init(void)
{
	u32 page;

	any_world();
	bm_extents_init(&world.extents, world.record, PAGES);
	for (page = 0; page < PAGES; page++)
		world.is_free[page] = true;
	assert_free_chain();
	assert(world.extents.pages == PAGES);
	assert(world.extents.record == world.record);
	REACHED();
}

/* The first page of the first @pages free ones in a row, or BM_NO_PAGE. */
static u32 find_run(u32 pages)
{
	u32 page;

	for (page = 0; page < PAGES; page++)
		if (begins_free_run(page) && end_of_free_run(page) - page >= pages)
			return page;
	return BM_NO_PAGE;
}

/* In a row if there is such a row, else the first ones. */
static void expect_take(u32 pages)
{
	u32 page = find_run(pages);

	if (page == BM_NO_PAGE)
		page = 0;
	world.count = 0;
	for (; page < PAGES && world.count < pages; page++) {
		if (!world.is_free[page])
			continue;
		world.is_free[page] = false;
		world.is_ours[page] = true;
		world.order[world.count++] = page;
	}
}

void prove_take(void)
{
	u32 pages = nondet_u32();

	any_world();
	__CPROVER_assume(world.count == 0);
	__CPROVER_assume(pages > 0 && pages <= world.extents.free.pages);
	bm_extents_take(&world.extents, pages, &world.chain);
	expect_take(pages);
	assert_chain(&world.chain);
	assert_free_chain();
	assert_others_untouched();
	REACHED();
}

void prove_give(void)
{
	u32 page;

	any_world();
	bm_extents_give(&world.extents, &world.chain);
	for (page = 0; page < PAGES; page++)
		world.is_free[page] |= world.is_ours[page];
	assert_free_chain();
	assert_others_untouched();
	world.count = 0;
	assert_chain(&world.chain);
	REACHED();
}

void prove_append(void)
{
	u32 page = nondet_u32(), last;
	bool continues;

	any_world();
	__CPROVER_assume(page < PAGES && !world.is_free[page] &&
			 !world.is_ours[page]);
	last = world.chain.last;
	continues = world.count && world.order[world.count - 1] + 1 == page;
	bm_chain_append(world.record, &world.chain, page);
	world.is_ours[page] = true;
	world.order[world.count++] = page;
	assert(world.chain.last == (continues ? last : page));
	assert_chain(&world.chain);
	assert_free_chain();
	assert_others_untouched();
	REACHED();
}

/* An extent is one of its own, even where it continues the last one. */
void prove_append_extent(void)
{
	u32 first = nondet_u32(), pages = nondet_u32(), i;

	any_world();
	__CPROVER_assume(first < PAGES && pages > 0 && pages <= PAGES - first);
	for (i = first; i < first + pages; i++)
		__CPROVER_assume(!world.is_free[i] && !world.is_ours[i]);
	bm_chain_append_extent(world.record, &world.chain, first, pages);
	for (i = first; i < first + pages; i++) {
		world.is_ours[i] = true;
		world.order[world.count++] = i;
	}
	assert(world.chain.last == first);
	assert_chain(&world.chain);
	assert_free_chain();
	assert_others_untouched();
	REACHED();
}

/* How many pages for which @goes is true lie before @page. */
static u32 going_before(const bool *goes, u32 page)
{
	u32 i, count = 0;

	for (i = 0; i < page; i++)
		count += goes[i];
	return count;
}

/* Our chain goes. */
void prove_shift_fill(void)
{
	u32 shift[PAGES], page;

	any_world();
	for (page = 0; page < PAGES; page++)
		shift[page] = nondet_u32();
	bm_shift_fill(shift, PAGES, world.record, &world.chain);
	for (page = 0; page < PAGES; page++)
		if (!world.is_ours[page])
			assert(shift[page] == going_before(world.is_ours, page));
	assert_chain(&world.chain);
	assert_free_chain();
	assert_others_untouched();
	REACHED();
}

/* The chain in @record has the pages of @order, less the free ones before each. */
static void assert_renumbered(const struct bm_extent *record,
			      const struct bm_chain *chain)
{
	u32 first = chain->first, last = BM_NO_PAGE, index = 0, i;

	assert(chain->pages == world.count);
	for (; first != BM_NO_PAGE; first = record[first].next) {
		assert(first < PAGES);
		assert(record[first].pages > 0);
		assert(record[first].pages <= world.count - index);
		assert(last == BM_NO_PAGE || last + record[last].pages != first);
		for (i = 0; i < record[first].pages; i++, index++)
			assert(first + i == world.order[index] -
			       going_before(world.is_free, world.order[index]));
		last = first;
	}
	assert(index == world.count);
	assert(last == chain->last);
}

/* Whether a page of ours gets this number. */
static bool becomes_ours(u32 number)
{
	u32 i;

	for (i = 0; i < world.count; i++)
		if (world.order[i] - going_before(world.is_free, world.order[i]) ==
		    number)
			return true;
	return false;
}

/* All free pages go, and our chain stays. */
void prove_renumber(void)
{
	struct bm_extent to[PAGES], before[PAGES];
	struct bm_chain chain;
	u32 shift[PAGES], page;

	any_world();
	for (page = 0; page < PAGES; page++) {
		shift[page] = going_before(world.is_free, page);
		to[page].pages = nondet_u32();
		to[page].next = nondet_u32();
		before[page] = to[page];
	}
	chain = world.chain;
	bm_chain_renumber(world.record, to, shift, &chain);
	assert_renumbered(to, &chain);
	for (page = 0; page < PAGES; page++) {
		assert(world.before[page].pages == world.record[page].pages);
		assert(world.before[page].next == world.record[page].next);
		if (!becomes_ours(page)) {
			assert(before[page].pages == to[page].pages);
			assert(before[page].next == to[page].next);
		}
	}
	REACHED();
}

/* Our chain, cut in two anywhere between extents, and joined again. */
void prove_join(void)
{
	struct bm_chain head, tail;
	u32 first;

	any_world();
	bm_chain_init(&head);
	tail = world.chain;
	for (first = tail.first; first != BM_NO_PAGE && nondet_bool();
	     first = world.record[first].next) {
		if (head.first == BM_NO_PAGE)
			head.first = first;
		head.last = first;
		head.pages += world.record[first].pages;
	}
	if (head.first != BM_NO_PAGE)
		world.record[head.last].next = BM_NO_PAGE;
	tail.first = first;
	if (first == BM_NO_PAGE)
		tail.last = BM_NO_PAGE;
	tail.pages -= head.pages;

	bm_chain_join(world.record, &head, &tail);
	assert_chain(&head);
	assert_free_chain();
	assert_others_untouched();
	assert(tail.first == BM_NO_PAGE);
	assert(tail.last == BM_NO_PAGE);
	assert(tail.pages == 0);
	REACHED();
}

void prove_page(void)
{
	u32 index = nondet_u32();

	any_world();
	__CPROVER_assume(index < world.count);
	assert(bm_chain_page(world.record, &world.chain, index) ==
	       world.order[index]);
	REACHED();
}
