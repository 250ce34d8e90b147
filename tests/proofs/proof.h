/* SPDX-License-Identifier: MIT */
/*
 * What proofs share.
 */
#ifndef BUDGETMEM_PROOFS_PROOF_H
#define BUDGETMEM_PROOFS_PROOF_H

#include <stdbool.h>
#include <stdint.h>

/* Any value; CBMC knows these by their names. */
bool nondet_bool(void);
unsigned int nondet_uint(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);

/*
 * Where a proof ends. In its twin this is an assertion that must fail: if it does
 * not, the assumptions exclude everything and the proof says nothing.
 */
#ifdef TWIN_REACHES
#define REACHED()	assert(!"reached")
#else
#define REACHED()	((void)0)
#endif

#endif
