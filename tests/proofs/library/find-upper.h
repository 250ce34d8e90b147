/* SPDX-License-Identifier: MIT */
/*
 * In the place of that of runs.c, which looks at lines of 64 bytes: proofs of what is much
 * shorter do not come to an end with it.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_FIND_UPPER_H
#define BUDGETMEM_PROOFS_LIBRARY_FIND_UPPER_H

#include "runs.h"

size_t bm_bytes_find_upper(const void *bytes, size_t count)
{
	const unsigned char *byte = bytes;
	size_t i = 0;

	while (i < count && byte[i] < 0x80)
		i++;
	return i;
}

#endif
