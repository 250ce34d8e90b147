/* SPDX-License-Identifier: MIT */
/*
 * marks.h: what counted.h says of the mark beside what the pool's counters know
 */
#ifndef BUDGETMEM_PROOFS_MARKS_H
#define BUDGETMEM_PROOFS_MARKS_H

#include <budgetmem/counted.h>

static uint32_t unmarked(uint32_t known)
{
	return known & ~BM_COUNTED_MARK_;
}

/* Is the mark of an update nowhere without the one beside @known? */
static bool are_marks_right(uint32_t known)
{
	return !before.object.updating || known & BM_COUNTED_MARK_;
}

/*
 * Whoever begins an update sets both marks. A verb that looks for the one beside @known
 * alone is called from every state before this is assumed: it harms nothing from any, and
 * what is said of its answer is of states without the mark of an update or with both.
 */
static void assume_both_marks(uint32_t known)
{
	__CPROVER_assume(are_marks_right(known));
}

#endif
