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

#endif
