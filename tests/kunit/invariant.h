/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is true of a system whenever its lock is not held.
 *
 * Each function returns "" or a sentence that says what is not true, so that
 * KUNIT_EXPECT_STREQ(test, "", ...) shows it.
 */
#ifndef BUDGETMEM_KUNIT_INVARIANT_H
#define BUDGETMEM_KUNIT_INVARIANT_H

#include <linux/types.h>

struct bm_chain;
struct bm_extents;
struct bm_system;

/* Pages of the largest budget that is looked at page by page. */
#define BM_INVARIANT_PAGES	512

const char *bm_broken_free_chain(const struct bm_extents *extents);
const char *bm_broken_chain(const struct bm_extents *extents,
			    const struct bm_chain *chain, unsigned long *seen);
const char *bm_broken_sums(struct bm_system *system);
const char *bm_broken_system(struct bm_system *system);

#endif
