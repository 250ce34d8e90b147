/* SPDX-License-Identifier: MIT */
/*
 * errors.h: the errors of a collection whose length is in the header, and no more than
 * CAPACITY
 */
#ifndef BUDGETMEM_PROOFS_ERRORS_H
#define BUDGETMEM_PROOFS_ERRORS_H

#include "pool.h"

static int read_error(void)
{
	return if_so(before.object.len > CAPACITY, -EUCLEAN);
}

static int write_error(void)
{
	return either(if_so(before.object.updating, -EOWNERDEAD), read_error());
}

/* Whatever there was: no error but the documented ones, and no other counters. */
static void assert_documented(int err, int one, int other)
{
	assert(!write_error() || err == write_error());
	assert(!err || err == -EUCLEAN || err == -EOWNERDEAD || err == one ||
	       err == other);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
}

/* What invariants ask of the header, and repair does not mend. */
static bool has_declaration(uint32_t element_size)
{
	return OBJECT->magic == BM_OBJECT_MAGIC && OBJECT->capacity == CAPACITY &&
	       OBJECT->element_size == element_size;
}

/* Invariants found nothing exactly if it @was_sound and is declared; nothing is different. */
static void assert_invariants(int err, bool was_sound, uint32_t element_size)
{
	assert(!err || err == -EUCLEAN || err == -EOWNERDEAD);
	assert(!err == (was_sound && has_declaration(element_size) &&
			OBJECT->peak <= CAPACITY));
	assert_nothing_done(0);
}

#endif
