/* SPDX-License-Identifier: MIT */
/*
 * Numbers that are the same in every run.
 */
#ifndef BUDGETMEM_PROOFS_RANDOM_H
#define BUDGETMEM_PROOFS_RANDOM_H

#include <stdint.h>

/* The next of a sequence with every 64-bit number in it (a Weyl sequence, mixed). */
static inline uint64_t random_next(uint64_t *seed)
{
	uint64_t number = *seed += 0x9e3779b97f4a7c15u;

	number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
	number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
	return number ^ (number >> 31);
}

static inline uint32_t random_below(uint64_t *seed, uint32_t below)
{
	return random_next(seed) % below;
}

#endif
