/* SPDX-License-Identifier: MIT */
/*
 * Verbs without a loop, for every capacity that can be declared, from every state of the
 * pool.
 *
 * The memory is as long as the capacity says and no longer: an access behind it is found.
 * What is said of the element in one place, which may be any, is said of all.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_ANY_CAPACITY_H
#define BUDGETMEM_PROOFS_LIBRARY_ANY_CAPACITY_H

#include <stdlib.h>

static unsigned char *memory;

#define MEMORY		memory
#define CONTENTS	SIZE
#include "elements.h"
#include "counted.c"
#include "marks.h"

static struct bm_handle any;
static uint32_t capacity, where;
static struct thing kept;

/*
 * How many there are, what the counters know, with the mark, and whether all is as it must
 * be: for the including proof to say.
 */
static uint32_t len, known;
static bool was_sound;

static void any_collection(void)
{
	capacity = any_below(BM_CAPACITY_MAX) + 1;
	memory = malloc(BM_OBJECT_OVERHEAD + (size_t)capacity * SIZE);
	__CPROVER_assume(memory);
	any = any_object(capacity, SIZE);
	where = any_below(capacity);
	kept = is(where);
}

static bool is_kept(void)
{
	return same(is(where), kept);
}

/* What the counters are told of this length: it is rounded up to whole steps. */
static uint64_t bytes_told(uint32_t len)
{
	uint64_t steps = ((uint64_t)len + any.step - 1) & ~((uint64_t)any.step - 1);

	return (steps < capacity ? steps : capacity) * SIZE;
}

/* The counters know of @to elements, and of a mark perhaps; @now of them are there. */
static void assert_known(uint32_t to, uint32_t now)
{
	uint32_t from = unmarked(known);

	if (!was_sound)
		return;
	to = unmarked(to);
	assert(to >= now && to <= capacity);
	assert(POOL.used == before.pool.used + (bytes_told(to) - bytes_told(from)));
	assert(POOL.high_water >= before.pool.high_water);
	assert(to <= from || POOL.high_water >= POOL.used ||
	       bytes_told(to) == bytes_told(from));
	assert(OBJECT->peak >= before.object.peak && OBJECT->peak <= capacity);
}

/* After a verb: some of them look for the one mark alone. */
static int verb_error(bool is_missing, int missing)
{
	assume_both_marks(known);
	return either(if_so(before.object.updating, -EOWNERDEAD),
		      either(if_so(len > capacity, -EUCLEAN),
			     if_so(is_missing, missing)));
}

/* What is the same of every verb that writes and returned this. */
static void assert_rest(int err)
{
	if (err)
		assert_headers_kept(err);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(OBJECT->updating == before.object.updating);
}

#endif
