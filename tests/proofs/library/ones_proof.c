// SPDX-License-Identifier: MIT
/*
 * The counting of a word's ones, against a loop.
 */
#include <assert.h>

#include "runs.h"

#include "proof.h"

void prove_word_ones(void)
{
	uint64_t bits = nondet_u64();
	unsigned char ones = 0;

	for (uint32_t i = 0; i < 64; i++)
		ones = (unsigned char)(ones + (bits >> i & 1));
	assert(bm_word_ones(bits) == ones);
	REACHED();
}
