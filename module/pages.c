// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physical pages of a budget. See pages.h for contexts and locking.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/page-flags.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "pages.h"

/* Bytes of the records for @count pages in @blocks blocks. */
u64 bm_pages_overhead(u32 count, u32 blocks)
{
	return (u64)count * sizeof(struct bm_extent) +
	       (u64)blocks * sizeof(struct bm_block);
}

/*
 * A block of 1 << @order pages, put at the end of the list. Large blocks only if
 * they are at hand. Single pages are worth reclaiming for, but no process is
 * killed for them. Not movable, so that none is of CMA or of memory that can be
 * unplugged; charged to no memory cgroup and not kept to the cpuset of whoever asks,
 * since they are the system's.
 */
static bool bm_block_get(struct list_head *blocks, unsigned int order, int node)
{
	gfp_t flags = GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO | __GFP_NOWARN;
	struct page *page;

	if (order)
		flags &= ~__GFP_DIRECT_RECLAIM;
	else
		flags |= __GFP_RETRY_MAYFAIL;
	if (node != NUMA_NO_NODE)
		flags |= __GFP_THISNODE;
	page = alloc_pages_node(node, flags, order);
	if (!page)
		return false;
	set_page_private(page, order);
	list_add_tail(&page->lru, blocks);
	return true;
}

static u32 bm_blocks_count(struct list_head *blocks)
{
	struct list_head *block;
	u32 count = 0;

	list_for_each(block, blocks)
		count++;
	return count;
}

static void bm_blocks_put(struct list_head *blocks)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, blocks, lru) {
		unsigned int order = page_private(page);

		set_page_private(page, 0);
		__free_pages(page, order);
		cond_resched();
	}
}

/* Collects @count pages in blocks; the number of those that were not to be had. */
static u32 bm_blocks_get(struct list_head *blocks, u32 count, int node)
{
	/* Asking for more than there is would empty every cache for nothing. */
	long available = max(si_mem_available(), 0L);
	unsigned int order = MAX_PAGE_ORDER;

	if (count > available)
		return count - available;
	while (count) {
		order = min_t(unsigned int, order, ilog2(count));
		if (bm_block_get(blocks, order, node))
			count -= 1u << order;
		else if (order)
			/* What was not at hand once is not asked for again. */
			order--;
		else
			break;
		cond_resched();
	}
	return count;
}

static void bm_blocks_split(struct bm_pages *pages, struct list_head *blocks)
{
	struct page *page, *next;
	u32 number = 0;

	list_for_each_entry_safe(page, next, blocks, lru) {
		unsigned int order = page_private(page);

		set_page_private(page, 0);
		list_del(&page->lru);
		split_page(page, order);
		pages->block[pages->blocks++] = (struct bm_block) {
			.page = page,
			.first = number,
		};
		number += 1u << order;
		cond_resched();
	}
}

/**
 * bm_pages_set_aside() - take @count zeroed pages from the kernel, or none
 * @pages: filled on success, to be ended with bm_pages_give_up()
 * @count: > 0
 * @node: of the machine's memory that they are taken from, NUMA_NO_NODE for any
 * @held: incremented by @count
 * @missing: set on failure, how many pages were not to be had
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int bm_pages_set_aside(struct bm_pages *pages, u32 count, int node,
		       atomic_long_t *held, u32 *missing)
{
	struct bm_extent *record;
	LIST_HEAD(blocks);

	*missing = bm_blocks_get(&blocks, count, node);
	if (*missing)
		goto put_blocks;

	*missing = PFN_UP(bm_pages_overhead(count, bm_blocks_count(&blocks)));
	pages->block = kvcalloc(bm_blocks_count(&blocks), sizeof(*pages->block),
				GFP_KERNEL | __GFP_NOWARN);
	if (!pages->block)
		goto put_blocks;
	record = kvcalloc(count, sizeof(*record), GFP_KERNEL | __GFP_NOWARN);
	if (!record)
		goto free_block;

	pages->held = held;
	pages->blocks = 0;
	pages->pages = count;
	bm_blocks_split(pages, &blocks);
	bm_extents_init(&pages->extents, record, count);
	atomic_long_add(count, held);
	return 0;

free_block:
	kvfree(pages->block);
put_blocks:
	bm_blocks_put(&blocks);
	return -ENOMEM;
}

/* Gives all pages back to the kernel. One that is pinned goes with its pin. */
void bm_pages_give_up(struct bm_pages *pages)
{
	u32 number;

	for (number = 0; number < pages->pages; number++) {
		__free_page(bm_pages_find(pages, number));
		atomic_long_dec(pages->held);
		cond_resched();
	}
	kvfree(pages->extents.record);
	kvfree(pages->block);
}

/* The block that has the page @number < pages->pages. O(log blocks). */
static u32 bm_pages_block(const struct bm_pages *pages, u32 number)
{
	u32 low = 0, high = pages->blocks - 1;

	while (low < high) {
		u32 middle = low + (high - low + 1) / 2;

		if (pages->block[middle].first <= number)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* The page with this @number < pages->pages. O(log blocks). */
struct page *bm_pages_find(const struct bm_pages *pages, u32 number)
{
	const struct bm_block *block = &pages->block[bm_pages_block(pages, number)];

	return block->page + (number - block->first);
}

/* How many pages from @number on follow each other in memory. O(log blocks). */
u32 bm_pages_run(const struct bm_pages *pages, u32 number)
{
	u32 next = bm_pages_block(pages, number) + 1;

	return (next < pages->blocks ? pages->block[next].first : pages->pages) -
	       number;
}

/* Lists @count pages from @number on. O(count + blocks of them log blocks). */
void bm_pages_list(const struct bm_pages *pages, u32 number, u32 count,
		   struct page **page)
{
	u32 end = number + count;

	while (number < end) {
		struct page *first = bm_pages_find(pages, number);
		u32 run = min(bm_pages_run(pages, number), end - number);

		number += run;
		while (run--)
			*page++ = first++;
	}
}

/*
 * Whether the page must not be handed on: somebody beside the module holds a
 * reference, or the machine found the memory to be bad. With no mapping left no
 * reference can be added, except for a moment by those who take one, look again
 * and drop it; such a page is cleaned a little later.
 */
static bool bm_page_is_pinned(struct page *page)
{
	return page_count(page) != 1 || PageHWPoison(page);
}

static void bm_page_zero(struct page *page)
{
	clear_highpage(page);
	flush_dcache_page(page);
}

/**
 * bm_pages_clean() - zero what a pool leaves, and tell apart what is pinned
 * @pages: the budget's
 * @chain: in, owned by the caller and mapped nowhere; out, the zeroed ones
 * @pinned: the others are appended, with what they hold
 *
 * Context: process context, may sleep.
 */
void bm_pages_clean(const struct bm_pages *pages, struct bm_chain *chain,
		    struct bm_chain *pinned)
{
	struct bm_extent *record = pages->extents.record;
	u32 first = chain->first;

	bm_chain_init(chain);
	while (first != BM_NO_PAGE) {
		/* Appending overwrites the records as they are read. */
		const struct bm_extent extent = record[first];
		u32 number;

		for (number = first; number < first + extent.pages; number++) {
			struct page *page = bm_pages_find(pages, number);

			if (bm_page_is_pinned(page)) {
				bm_chain_append(record, pinned, number);
				continue;
			}
			bm_page_zero(page);
			bm_chain_append(record, chain, number);
			cond_resched();
		}
		first = extent.next;
	}
}
