// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extents. See extent.h; compiled in user space too.
 */
#include "extent.h"

void bm_chain_init(struct bm_chain *chain)
{
	chain->first = BM_NO_PAGE;
	chain->last = BM_NO_PAGE;
	chain->pages = 0;
}

/* Adds an extent at the end, as an extent of its own. */
void bm_chain_append_extent(struct bm_extent *record, struct bm_chain *chain,
			    u32 first, u32 pages)
{
	record[first].pages = pages;
	record[first].next = BM_NO_PAGE;
	if (chain->first == BM_NO_PAGE)
		chain->first = first;
	else
		record[chain->last].next = first;
	chain->last = first;
	chain->pages += pages;
}

/* Adds an extent at the end, to the last one where it continues that. */
static void bm_chain_append_run(struct bm_extent *record, struct bm_chain *chain,
				u32 first, u32 pages)
{
	u32 last = chain->last;

	if (last != BM_NO_PAGE && last + record[last].pages == first) {
		record[last].pages += pages;
		chain->pages += pages;
		return;
	}
	bm_chain_append_extent(record, chain, first, pages);
}

/* Adds one page at the end, to the last extent where it continues that one. */
void bm_chain_append(struct bm_extent *record, struct bm_chain *chain, u32 page)
{
	bm_chain_append_run(record, chain, page, 1);
}

/* Moves all of @other to the end of @chain. */
void bm_chain_join(struct bm_extent *record, struct bm_chain *chain,
		   struct bm_chain *other)
{
	if (other->first == BM_NO_PAGE)
		return;
	if (chain->first == BM_NO_PAGE)
		chain->first = other->first;
	else
		record[chain->last].next = other->first;
	chain->last = other->last;
	chain->pages += other->pages;
	bm_chain_init(other);
}

/* The page at @index < chain->pages. O(extents of the chain). */
u32 bm_chain_page(const struct bm_extent *record, const struct bm_chain *chain,
		  u32 index)
{
	u32 first = chain->first;

	while (index >= record[first].pages) {
		index -= record[first].pages;
		first = record[first].next;
	}
	return first + index;
}

void bm_extents_init(struct bm_extents *extents, struct bm_extent *record,
		     u32 pages)
{
	extents->record = record;
	extents->pages = pages;
	bm_chain_init(&extents->free);
	bm_chain_append_extent(record, &extents->free, 0, pages);
}

/* The link that points to @next after @previous in the free chain. */
static void bm_extents_link(struct bm_extents *extents, u32 previous, u32 next)
{
	if (previous == BM_NO_PAGE)
		extents->free.first = next;
	else
		extents->record[previous].next = next;
	if (next == BM_NO_PAGE)
		extents->free.last = previous;
}

/* Cuts @pages from the front of the free extent @first that follows @previous. */
static void bm_extents_cut(struct bm_extents *extents, u32 previous, u32 first,
			   u32 pages)
{
	struct bm_extent *record = extents->record;
	u32 rest = record[first].pages - pages;
	u32 next = record[first].next;

	if (rest) {
		record[first + pages].pages = rest;
		record[first + pages].next = next;
		if (next == BM_NO_PAGE)
			extents->free.last = first + pages;
		next = first + pages;
	}
	bm_extents_link(extents, previous, next);
	extents->free.pages -= pages;
}

/* The first free extent of at least @pages, and the one before it. */
static u32 bm_extents_find(const struct bm_extents *extents, u32 pages,
			   u32 *previous)
{
	u32 first = extents->free.first;

	*previous = BM_NO_PAGE;
	while (first != BM_NO_PAGE && extents->record[first].pages < pages) {
		*previous = first;
		first = extents->record[first].next;
	}
	return first;
}

/*
 * Takes @pages, 0 < @pages <= extents->free.pages: one extent if any is long
 * enough, else the first ones, in ascending order. O(free extents).
 */
void bm_extents_take(struct bm_extents *extents, u32 pages,
		     struct bm_chain *taken)
{
	u32 previous;
	u32 first = bm_extents_find(extents, pages, &previous);

	bm_chain_init(taken);
	if (first == BM_NO_PAGE)
		previous = BM_NO_PAGE;
	while (pages) {
		u32 part;

		if (first == BM_NO_PAGE)
			first = extents->free.first;
		part = extents->record[first].pages;
		if (part > pages)
			part = pages;
		bm_extents_cut(extents, previous, first, part);
		bm_chain_append_extent(extents->record, taken, first, part);
		pages -= part;
		first = BM_NO_PAGE;
	}
}

/* Puts the extent @first between @previous and its successor, and merges. */
static u32 bm_extents_insert(struct bm_extents *extents, u32 previous, u32 first)
{
	struct bm_extent *record = extents->record;
	u32 next = previous == BM_NO_PAGE ? extents->free.first :
					    record[previous].next;

	extents->free.pages += record[first].pages;
	if (next != BM_NO_PAGE && first + record[first].pages == next) {
		record[first].pages += record[next].pages;
		next = record[next].next;
	}
	bm_extents_link(extents, first, next);
	if (previous != BM_NO_PAGE &&
	    previous + record[previous].pages == first) {
		record[previous].pages += record[first].pages;
		bm_extents_link(extents, previous, next);
		return previous;
	}
	bm_extents_link(extents, previous, first);
	return first;
}

/* Gives a chain back; it is empty then. O(free extents) if it is sorted. */
void bm_extents_give(struct bm_extents *extents, struct bm_chain *given)
{
	struct bm_extent *record = extents->record;
	u32 first = given->first;
	u32 previous = BM_NO_PAGE;

	while (first != BM_NO_PAGE) {
		u32 next_given = record[first].next;
		u32 next;

		if (previous != BM_NO_PAGE && previous > first)
			previous = BM_NO_PAGE;
		next = previous == BM_NO_PAGE ? extents->free.first :
						record[previous].next;
		while (next != BM_NO_PAGE && next < first) {
			previous = next;
			next = record[next].next;
		}
		previous = bm_extents_insert(extents, previous, first);
		first = next_given;
	}
	bm_chain_init(given);
}

/*
 * By how much the number of each of @pages falls when the pages of @gone go, all of
 * them once. O(pages).
 */
void bm_shift_fill(u32 *shift, u32 pages, const struct bm_extent *record,
		   const struct bm_chain *gone)
{
	u32 first, number, sum = 0;

	for (number = 0; number < pages; number++)
		shift[number] = 0;
	for (first = gone->first; first != BM_NO_PAGE; first = record[first].next)
		shift[first] = record[first].pages;
	for (number = 0; number < pages; number++) {
		sum += shift[number];
		shift[number] = sum;
	}
}

/*
 * The chain of the same pages under their new numbers; none of them goes. Its records
 * are read from @from and written to @to. Extents that become neighbours become one:
 * what was free on both sides of pages that go is free in one piece. O(extents of the
 * chain).
 */
void bm_chain_renumber(const struct bm_extent *from, struct bm_extent *to,
		       const u32 *shift, struct bm_chain *chain)
{
	struct bm_chain renumbered;
	u32 first;

	bm_chain_init(&renumbered);
	for (first = chain->first; first != BM_NO_PAGE; first = from[first].next)
		bm_chain_append_run(to, &renumbered, first - shift[first],
				    from[first].pages);
	*chain = renumbered;
}
