/* SPDX-License-Identifier: MIT */
/*
 * An order by an element's first byte: elements of two bytes can be different and
 * nevertheless equal.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_ORDERS_H
#define BUDGETMEM_PROOFS_LIBRARY_ORDERS_H

#include "elements.h"

static int compare(const struct thing *a, const struct thing *b)
{
	return a->byte[0] - b->byte[0];
}

/* How many of @len elements are these very bytes. */
static uint32_t times(struct thing (*at)(uint32_t place), uint32_t len, struct thing item)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY && i < len; i++)
		count += same(at(i), item);
	return count;
}

/* How many at the front come before the item, or with @equal are not after it. */
static uint32_t count_before(struct thing item, bool equal)
{
	uint32_t at = 0;

	while (at < before.object.len && at < CAPACITY &&
	       was(at).byte[0] < item.byte[0] + equal)
		at++;
	return at;
}

/* Is no element less than the one before it? */
static bool are_in_order(struct thing (*at)(uint32_t place), uint32_t len)
{
	for (uint32_t i = 1; i < CAPACITY && i < len; i++)
		if (at(i - 1).byte[0] > at(i).byte[0])
			return false;
	return true;
}

#endif
