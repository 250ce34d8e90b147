/* SPDX-License-Identifier: MIT */
/*
 * scatter.h: numbers whose sums tell what was added up
 */
#ifndef BUDGETMEM_LIB_SCATTER_H
#define BUDGETMEM_LIB_SCATTER_H

#include <stdint.h>

/* Sums of these differ where the indices do that were added, in any order, but for bad luck. */
static inline uint64_t bm_scatter(uint32_t index)
{
	uint64_t bits = ((uint64_t)index + 1) * UINT64_C(0x9e3779b97f4a7c15);

	bits = (bits ^ bits >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	return bits ^ bits >> 32;
}

#endif /* BUDGETMEM_LIB_SCATTER_H */
