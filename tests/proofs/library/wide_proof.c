// SPDX-License-Identifier: MIT
/*
 * The copying of lines of bytes, SIZE of them in memory of that size, in plain C.
 */
#include <assert.h>

#include "wide.h"

#include "proof.h"

void prove_copy_lines(void)
{
	unsigned char from[SIZE], to[SIZE];
	size_t i = nondet_u64();
	bool has_upper = false;

	__CPROVER_havoc_object(from);
	for (size_t k = 0; k < SIZE; k++)
		has_upper |= from[k] & 0x80;
	assert(copy_lines_always((char *)to, (const char *)from, SIZE) == has_upper);
	assert(i >= SIZE || to[i] == from[i]);
	REACHED();
}
