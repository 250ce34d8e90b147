/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations that fail when a case wants it: the kernel's fault injection, for
 * the current thread alone.
 *
 * Works where the kernel has it and its settings under /sys/kernel/debug let it
 * refuse everything: "N" in failslab/ignore-gfp-wait, in
 * fail_page_alloc/ignore-gfp-wait and in fail_page_alloc/ignore-gfp-highmem, and
 * "0" in fail_page_alloc/min-order.
 */
#ifndef BUDGETMEM_KUNIT_SHORTAGE_H
#define BUDGETMEM_KUNIT_SHORTAGE_H

#include <linux/gfp.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* The allocation number @nth from now on fails; 1 is the next one. */
static inline void bm_shortage_begin(unsigned int nth)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, nth);
#endif
}

/* Ends it, and says whether it came to that allocation. */
static inline bool bm_shortage_end(void)
{
	bool came = false;

#ifdef CONFIG_FAULT_INJECTION
	came = !READ_ONCE(current->fail_nth);
	WRITE_ONCE(current->fail_nth, 0);
#endif
	return came;
}

/* Whether objects and pages can be refused here. */
static inline bool bm_shortage_works(void)
{
	struct page *page;
	bool objects;

	bm_shortage_begin(1);
	kfree(kmalloc(1, GFP_KERNEL | __GFP_NOWARN));
	objects = bm_shortage_end();

	bm_shortage_begin(1);
	page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
	if (page)
		__free_page(page);
	return bm_shortage_end() && objects;
}

#define BM_SKIP_WITHOUT_SHORTAGE(test) do {				\
	if (!bm_shortage_works())					\
		kunit_skip(test, "allocations cannot be refused here");	\
} while (0)

#endif
