/* SPDX-License-Identifier: MIT */
/*
 * A pool with CAPACITY elements of SIZE bytes, or with CONTENTS that the including proof
 * defines, which knows where elements are in them.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_ELEMENTS_H
#define BUDGETMEM_PROOFS_LIBRARY_ELEMENTS_H

#include <stdint.h>

struct thing {
	unsigned char byte[SIZE];
};

#ifndef CONTENTS
#define CONTENTS	(CAPACITY * SIZE)
#endif
#include "pool.h"

struct thing nondet_thing(void);

static bool same(struct thing a, struct thing b)
{
	for (uint32_t i = 0; i < SIZE; i++)
		if (a.byte[i] != b.byte[i])
			return false;
	return true;
}

static struct thing thing_at(const unsigned char *contents, uint32_t place)
{
	struct thing thing;

	for (uint32_t i = 0; i < SIZE; i++)
		thing.byte[i] = contents[place * SIZE + i];
	return thing;
}

static struct thing was(uint32_t place)
{
	return thing_at(before.contents, place);
}

static struct thing is(uint32_t place)
{
	return thing_at(CONTENTS_NOW, place);
}

#endif
