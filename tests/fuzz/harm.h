/* SPDX-License-Identifier: MIT */
/*
 * harm.h: a neighbour who writes anything into a model's region
 *
 * Nothing is promised then but that each verb returns, with an error that object.h
 * lists or without one, and that nothing outside the region is touched.
 */
#ifndef BUDGETMEM_TESTS_HARM_H
#define BUDGETMEM_TESTS_HARM_H

#include "fuzz.h"

/* Most often where the numbers are: in the header of the region's only object. */
static inline void harm(struct bm_region region, struct fuzz_input *input)
{
	unsigned char *byte = (unsigned char *)region.base + BM_REGION_OVERHEAD;
	uint32_t size = (uint32_t)(region.size - BM_REGION_OVERHEAD);
	uint32_t at = fuzz_below(input, 4) ? fuzz_below(input, BM_OBJECT_OVERHEAD) :
					     fuzz_below(input, size);

	byte[at] = fuzz_below(input, 2) ? fuzz_byte(input) : 0;
}

static inline void check_documented(int err)
{
	FUZZ_CHECK(err == 0 || err == -ENOSPC || err == -ENOENT ||
		   err == -ERANGE || err == -EOWNERDEAD || err == -EUCLEAN);
}

#endif /* BUDGETMEM_TESTS_HARM_H */
