/* SPDX-License-Identifier: MIT */
/*
 * given.h: elements that a verb is given, or room for them, as many as it may touch and no
 * more
 *
 * They are bytes: CBMC 6.6 takes a copy of unknown length into an array of structs of
 * more than a byte for another one than it is.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_GIVEN_H
#define BUDGETMEM_PROOFS_LIBRARY_GIVEN_H

#include "elements.h"

/* How many a verb may have use for. */
#ifndef GIVEN
#define GIVEN	CAPACITY
#endif

static unsigned char givens[GIVEN * SIZE];

/* Any @count of them, behind which nothing is: an access behind them is found. */
static struct thing *any_given(size_t count)
{
	__CPROVER_havoc_object(givens);
	return (struct thing *)(void *)givens + (count < GIVEN ? GIVEN - count : 0);
}

/* One of those. */
static struct thing given(const struct thing *items, uint32_t index)
{
	return thing_at((const unsigned char *)items, index);
}

#endif
