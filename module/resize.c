// SPDX-License-Identifier: GPL-2.0-only
/*
 * Budgets that grow or shrink. See resize.h for the steps and the locking.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"
#include "pool.h"
#include "resize.h"
#include "system.h"

/* Room for the records of so many pages and blocks. 0 or -ENOMEM. */
static int bm_resize_allocate(struct bm_resize *resize, u32 pages, u32 blocks)
{
	struct bm_pages *next = &resize->pages;

	next->block = kvcalloc(blocks, sizeof(*next->block),
			       GFP_KERNEL | __GFP_NOWARN);
	next->extents.record = kvcalloc(pages, sizeof(*next->extents.record),
					GFP_KERNEL | __GFP_NOWARN);
	next->pages = pages;
	next->extents.pages = pages;
	if (next->block && next->extents.record)
		return 0;
	kvfree(next->block);
	kvfree(next->extents.record);
	return -ENOMEM;
}

static void bm_resize_add_blocks(struct bm_pages *next, const struct bm_pages *more,
				 u32 first)
{
	u32 i;

	for (i = 0; i < more->blocks; i++) {
		next->block[next->blocks] = more->block[i];
		next->block[next->blocks++].first += first;
	}
}

static int bm_resize_grow(struct bm_resize *resize, u32 pages, u64 *missing)
{
	struct bm_budget *budget = resize->budget;
	const struct bm_pages *now = &budget->pages;
	struct bm_pages more;
	u32 missing_pages;
	int err;

	err = bm_pages_set_aside(&more, pages - now->pages, budget->node, now->held,
				 &missing_pages);
	*missing = (u64)missing_pages << PAGE_SHIFT;
	if (err)
		return err;
	*missing = bm_pages_overhead(pages, now->blocks + more.blocks);
	err = bm_resize_allocate(resize, pages, now->blocks + more.blocks);
	if (err) {
		bm_pages_give_up(&more);
		return err;
	}
	bm_resize_add_blocks(&resize->pages, now, 0);
	bm_resize_add_blocks(&resize->pages, &more, now->pages);
	kvfree(more.block);
	kvfree(more.extents.record);
	return 0;
}

/* Takes the pages that go, so that nobody else does. 0 or -EBUSY. */
static int bm_resize_take(struct bm_resize *resize, u32 pages, u64 *missing)
{
	struct bm_budget *budget = resize->budget;
	struct bm_account *account = &budget->account;
	u64 bytes = (u64)(budget->pages.pages - pages) << PAGE_SHIFT;
	int err;

	bm_budget_sweep(budget);
	mutex_lock(&budget->system->lock);
	*missing = bytes - min(bytes, bm_account_left(account));
	err = bm_account_charge(account, bytes) ? -EBUSY : 0;
	if (!err)
		bm_extents_take(&budget->pages.extents,
				budget->pages.pages - pages, &resize->gone);
	mutex_unlock(&budget->system->lock);
	return err;
}

static void bm_resize_put_back(struct bm_resize *resize)
{
	struct bm_budget *budget = resize->budget;

	mutex_lock(&budget->system->lock);
	bm_account_uncharge(&budget->account, (u64)resize->gone.pages << PAGE_SHIFT);
	bm_extents_give(&budget->pages.extents, &resize->gone);
	mutex_unlock(&budget->system->lock);
}

/*
 * Lists the blocks of pages @from to @to, which all stay, under numbers that are
 * smaller by @shift. With block == NULL it only counts them.
 */
static u32 bm_resize_list_blocks(const struct bm_pages *now, u32 from, u32 to,
				 u32 shift, struct bm_block *block)
{
	u32 blocks = 0;

	while (from < to) {
		if (block)
			block[blocks] = (struct bm_block) {
				.page = bm_pages_find(now, from),
				.first = from - shift,
			};
		from += min(bm_pages_run(now, from), to - from);
		blocks++;
	}
	return blocks;
}

/* Lists the blocks of all pages that stay, or counts them. O(blocks log blocks). */
static u32 bm_resize_list_all(const struct bm_resize *resize, struct bm_block *block)
{
	const struct bm_pages *now = &resize->budget->pages;
	const struct bm_extent *record = now->extents.record;
	u32 first = resize->gone.first;
	u32 blocks = 0, from = 0, shift = 0;

	for (; first != BM_NO_PAGE; first = record[first].next) {
		blocks += bm_resize_list_blocks(now, from, first, shift,
						block ? block + blocks : NULL);
		from = first + record[first].pages;
		shift += record[first].pages;
	}
	return blocks + bm_resize_list_blocks(now, from, now->pages, shift,
					      block ? block + blocks : NULL);
}

static int bm_resize_shrink(struct bm_resize *resize, u32 pages, u64 *missing)
{
	const struct bm_pages *now = &resize->budget->pages;
	u32 blocks;
	int err;

	err = bm_resize_take(resize, pages, missing);
	if (err)
		return err;
	blocks = bm_resize_list_all(resize, NULL);
	*missing = bm_pages_overhead(pages, blocks) + now->pages * sizeof(u32);
	resize->shift = kvcalloc(now->pages, sizeof(u32), GFP_KERNEL | __GFP_NOWARN);
	if (!resize->shift)
		goto put_back;
	if (bm_resize_allocate(resize, pages, blocks))
		goto free_shift;
	resize->pages.blocks = bm_resize_list_all(resize, resize->pages.block);
	bm_shift_fill(resize->shift, now->pages, now->extents.record, &resize->gone);
	return 0;

free_shift:
	kvfree(resize->shift);
put_back:
	bm_resize_put_back(resize);
	return -ENOMEM;
}

/**
 * bm_resize_prepare() - get all that a budget needs to have another size
 * @resize: to be ended with bm_resize_finish() on success
 * @budget: in the table
 * @bytes: > 0, whole pages, another size than it has
 * @missing: set on failure, bytes that were not to be had, or not free
 *
 * Return: 0, -ENOMEM, -EBUSY if it cannot shrink so far.
 */
int bm_resize_prepare(struct bm_resize *resize, struct bm_budget *budget, u64 bytes,
		      u64 *missing)
{
	u32 pages = bytes >> PAGE_SHIFT;

	lockdep_assert_held(&budget->system->applying);
	*resize = (struct bm_resize) {
		.budget = budget,
		.pages.held = budget->pages.held,
	};
	bm_chain_init(&resize->gone);
	return pages > budget->pages.pages ?
	       bm_resize_grow(resize, pages, missing) :
	       bm_resize_shrink(resize, pages, missing);
}

/* Every chain of the budget gets the new numbers, in the new records. */
static void bm_resize_renumber(struct bm_resize *resize)
{
	struct bm_budget *budget = resize->budget;
	const struct bm_extent *from = budget->pages.extents.record;
	struct bm_extent *to = resize->pages.extents.record;
	u32 i;

	bm_chain_renumber(from, to, resize->shift, &budget->pages.extents.free);
	bm_chain_renumber(from, to, resize->shift, &budget->quarantine);
	for (i = 0; i < budget->pool_limit; i++)
		if (budget->pool[i].state != BM_POOL_FREE)
			bm_chain_renumber(from, to, resize->shift,
					  &budget->pool[i].chain);
}

static void bm_resize_extend(struct bm_resize *resize)
{
	struct bm_pages *pages = &resize->budget->pages;
	u32 before = resize->pages.pages;
	struct bm_chain more;

	bm_chain_init(&more);
	bm_chain_append_extent(pages->extents.record, &more, before,
			       pages->pages - before);
	bm_extents_give(&pages->extents, &more);
}

/**
 * bm_resize_commit_locked() - let a resize take effect
 * @resize: prepared
 *
 * Nobody walks a chain now: bm_system::table is held for writing. O(pages +
 * clients).
 */
void bm_resize_commit_locked(struct bm_resize *resize)
{
	struct bm_budget *budget = resize->budget;
	struct bm_pages *now = &budget->pages;
	u64 bytes = (u64)resize->pages.pages << PAGE_SHIFT;
	u32 i;

	lockdep_assert_held_write(&budget->system->table);
	lockdep_assert_held(&budget->system->lock);
	if (resize->shift)
		bm_resize_renumber(resize);
	else
		memcpy(resize->pages.extents.record, now->extents.record,
		       now->pages * sizeof(*now->extents.record));
	resize->pages.extents.free = now->extents.free;
	swap(*now, resize->pages);
	if (!resize->shift)
		bm_resize_extend(resize);
	bm_account_uncharge(&budget->account, (u64)resize->gone.pages << PAGE_SHIFT);
	bm_account_limit(&budget->account, bytes);
	for (i = 0; i < budget->client_limit; i++)
		bm_account_limit(&budget->client[i].account, bytes);
	resize->done = true;
}

static void bm_resize_free_extent(const struct bm_pages *pages, u32 first, u32 count)
{
	u32 number;

	for (number = first; number < first + count; number++) {
		__free_page(bm_pages_find(pages, number));
		atomic_long_dec(pages->held);
		cond_resched();
	}
}

/* What grew is not wanted; what shrank keeps its pages. */
static void bm_resize_abandon(struct bm_resize *resize)
{
	u32 now = resize->budget->pages.pages;

	if (resize->shift)
		bm_resize_put_back(resize);
	else
		bm_resize_free_extent(&resize->pages, now, resize->pages.pages - now);
}

/* Gives up what is not needed: of the new, or, when it took effect, of the old. */
void bm_resize_finish(struct bm_resize *resize)
{
	const struct bm_extent *record = resize->pages.extents.record;
	u32 first = resize->gone.first;

	if (!resize->done)
		bm_resize_abandon(resize);
	else
		for (; first != BM_NO_PAGE; first = record[first].next)
			bm_resize_free_extent(&resize->pages, first,
					      record[first].pages);
	kvfree(resize->pages.extents.record);
	kvfree(resize->pages.block);
	kvfree(resize->shift);
}
