// SPDX-License-Identifier: MIT
/*
 * runs.c: long runs of bytes and of words
 *
 * Written once, in runs-loops.h, and compiled for each width: a word of 64 bits in plain
 * C, two where every processor can (SSE2, NEON), four with AVX2, if processor.h says that
 * this one can. Vectors are the compiler's own, and so is the choice of instructions.
 */
#include "runs.h"

#include "wide.h"

#define WORDS		(BM_LINE / sizeof(uint64_t))

/* A line has 128 ones for each of a word's four lanes at most, and a lane counts to 65535. */
#define LINES_COUNTED	((size_t)127)

#define EVEN_BYTES	UINT64_C(0x00ff00ff00ff00ff)
#define EACH_LANE	UINT64_C(0x0001000100010001)
#define PAIRS		UINT64_C(0x5555555555555555)
#define NIBBLES		UINT64_C(0x3333333333333333)
#define BYTES		UINT64_C(0x0f0f0f0f0f0f0f0f)

static uint64_t word_at(const uint64_t *words, size_t i)
{
	return bm_bitset_read_(words + i);
}

static size_t sum_of_lanes(uint64_t lanes)
{
	return (size_t)(lanes * EACH_LANE >> 48);
}

/* The first byte is the lowest on every machine. */
static uint64_t eight_bytes(const unsigned char *bytes)
{
	uint64_t eight;

	memcpy(&eight, bytes, sizeof(eight));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	eight = __builtin_bswap64(eight);
#endif
	return eight;
}

static size_t find_zero_of_few(const unsigned char *bytes, size_t count)
{
	size_t i = 0;

	for (; count - i >= 8; i += 8) {
		uint64_t eight = eight_bytes(bytes + i);

		/* What is above the first zero may be wrong, the first is not. */
		eight = (eight - BM_EACH_BYTE) & ~eight & BM_UPPER_BITS;
		if (eight)
			return i + (size_t)__builtin_ctzll(eight) / 8;
	}
	while (i < count && bytes[i])
		i++;
	return i;
}

static size_t find_upper_of_few(const unsigned char *bytes, size_t count)
{
	size_t i = 0;

	for (; count - i >= 8; i += 8) {
		uint64_t eight = eight_bytes(bytes + i) & BM_UPPER_BITS;

		if (eight)
			return i + (size_t)__builtin_ctzll(eight) / 8;
	}
	while (i < count && bytes[i] < 0x80)
		i++;
	return i;
}

#include "runs-loops.h"

#ifdef BM_CHOICE_AT_RUN_TIME
#define WITH_AVX2
#include "wide.h"
#include "runs-loops.h"

#define CHOOSE(name, ...)						\
	(bm_processor_has_avx2() ? name##_avx2(__VA_ARGS__) : name##_always(__VA_ARGS__))
#else
#define CHOOSE(name, ...)	name##_always(__VA_ARGS__)
#endif

size_t bm_bytes_find_zero(const void *bytes, size_t count)
{
	return CHOOSE(find_zero, bytes, count);
}

size_t bm_bytes_find_upper(const void *bytes, size_t count)
{
	return CHOOSE(find_upper, bytes, count);
}

size_t bm_words_count_common(const uint64_t *words, const uint64_t *others,
			     size_t count)
{
	return CHOOSE(count_common, words, others, count);
}

size_t bm_words_find(const uint64_t *words, size_t count, uint64_t flip)
{
	return CHOOSE(find, words, count, flip);
}

bool bm_words_are_equal(const uint64_t *words, const uint64_t *others, size_t count)
{
	return CHOOSE(are_equal, words, others, count);
}

bool bm_words_have_common(const uint64_t *words, const uint64_t *others,
			  size_t count, uint64_t flip)
{
	return CHOOSE(have_common, words, others, count, flip);
}

void bm_lines_combine(uint64_t *into, const uint64_t *from, size_t lines,
		      enum bm_bitset_operation operation)
{
	CHOOSE(combine, into, from, lines, operation);
}
