/* SPDX-License-Identifier: MIT */
/*
 * What the proofs of vecs share.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_VECS_H
#define BUDGETMEM_PROOFS_LIBRARY_VECS_H

#include <budgetmem/vec.h>

#include "elements.h"
#include "errors.h"
#include "counted.c"
#include "marks.h"
#include "vec.c"
#include "move.h"

BM_VEC(things, struct thing, CAPACITY)

/* What the counters know: counted.h. */
static uint32_t known(const struct bm_object *object)
{
	return unmarked(object->place[0]);
}

static bool was_sound;

static struct things any_vec(void)
{
	struct things v = { .vec = any_object(CAPACITY, SIZE) };

	was_sound = !things_invariants(&v);
	return v;
}

/* A verb of this result made it @len elements long, whatever it did to the marks. */
static void assert_length(const struct things *v, int err, uint32_t len)
{
	if (!is_done(err))
		return;
	assert(OBJECT->len == len && len <= CAPACITY);
	assert(OBJECT->place[1] == before.object.place[1]);
	assert(known(OBJECT) <= CAPACITY || known(OBJECT) == known(&before.object));
	assert(!was_sound || !things_invariants(v));
	if (was_sound)
		assert_accounted(known(&before.object), known(OBJECT), SIZE);
}

/* The same of one that took away the mark that a dead one may have left. */
static void assert_len(const struct things *v, int err, uint32_t len)
{
	assert_length(v, err, len);
	assert(err || known(OBJECT) == OBJECT->place[0]);
}

/* The same of one that is published by one store, and leaves the mark as it is. */
static void assert_stored(const struct things *v, int err, uint32_t len)
{
	assert_length(v, err, len);
	assert((OBJECT->place[0] ^ before.object.place[0]) < BM_COUNTED_MARK_);
}

#endif
