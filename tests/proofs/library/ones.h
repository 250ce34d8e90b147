/* SPDX-License-Identifier: MIT */
/*
 * In the place of the counting of a word's ones, which multiplies: any function that finds
 * none in 0. That of runs.h is one, and counts.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_ONES_H
#define BUDGETMEM_PROOFS_LIBRARY_ONES_H

#define bm_word_ones	bm_word_ones_itself
#include "runs.h"
#undef bm_word_ones

#include "proof.h"

uint32_t __CPROVER_uninterpreted_ones(uint64_t bits);

/* Bounded, for that sums of it are no overflow. */
static size_t bm_word_ones(uint64_t bits)
{
	return bits ? __CPROVER_uninterpreted_ones(bits) % 128 : 0;
}

#endif
