/* SPDX-License-Identifier: MIT */
/*
 * runs.h: long runs of bytes and of words
 *
 * Nothing but what is given is read. Another process may change it meanwhile: a result
 * is then true of bytes that were there, each at some time, and within its bounds in any
 * case. All are O(count).
 */
#ifndef BUDGETMEM_LIB_RUNS_H
#define BUDGETMEM_LIB_RUNS_H

#include <budgetmem/bitset.h>

/* Bytes before the first that is 0; @count if none is. */
size_t bm_bytes_find_zero(const void *bytes, size_t count);

/* Bytes before the first that has its upper bit; @count if none has. */
size_t bm_bytes_find_upper(const void *bytes, size_t count);

/* How many bits are in both. */
size_t bm_words_count_common(const uint64_t *words, const uint64_t *others,
			     size_t count);

/* Words before the first that is not @flip; @count if all are. */
size_t bm_words_find(const uint64_t *words, size_t count, uint64_t flip);

bool bm_words_are_equal(const uint64_t *words, const uint64_t *others, size_t count);

/* Is there a bit in both, once @flip is applied to the others? */
bool bm_words_have_common(const uint64_t *words, const uint64_t *others,
			  size_t count, uint64_t flip);

/* @lines of 64 bytes. */
void bm_lines_combine(uint64_t *into, const uint64_t *from, size_t lines,
		      enum bm_bitset_operation operation);

/* How many ones each byte has. */
static inline uint64_t bm_word_ones_of_bytes(uint64_t bits)
{
	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) +
	       (bits >> 2 & UINT64_C(0x3333333333333333));
	return (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

static inline size_t bm_word_ones(uint64_t bits)
{
	return (size_t)(bm_word_ones_of_bytes(bits) * UINT64_C(0x0101010101010101) >> 56);
}

#endif /* BUDGETMEM_LIB_RUNS_H */
