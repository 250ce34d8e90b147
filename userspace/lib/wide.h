/* SPDX-License-Identifier: MIT */
/*
 * wide.h: some words at once
 *
 * Included once for each width: first for what every processor can for which this is
 * compiled, and then, where BM_CHOICE_AT_RUN_TIME is defined, once more behind a
 * definition of WITH_AVX2. What follows an include is made for one width with
 *
 *	NAME(name)	of a function
 *	TARGET		attributes of each
 *	WIDE		the type of 1, 2 or 4 words of 64 bits
 *	OF_LINE(f, op)	f(0) op f(1) ... for each WIDE of a line of 64 bytes
 *	OF_WORDS(f, op, wide)
 *			the same for each word of a WIDE
 *
 * Vectors are the compiler's own, and it is the one that chooses instructions, except for
 * a look at all bytes of one.
 */
#ifndef BUDGETMEM_LIB_WIDE_H
#define BUDGETMEM_LIB_WIDE_H

#include "processor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__) && !defined(BM_PLAIN_C)
#include <immintrin.h>
#endif

#define BM_LINE		((size_t)64)

/* Of each byte of a word. */
#define BM_EACH_BYTE	UINT64_C(0x0101010101010101)
#define BM_UPPER_BITS	UINT64_C(0x8080808080808080)

typedef uint64_t bm_two __attribute__((__vector_size__(16)));
typedef uint64_t bm_four __attribute__((__vector_size__(32)));
typedef unsigned char bm_two_bytes __attribute__((__vector_size__(16)));
typedef unsigned char bm_four_bytes __attribute__((__vector_size__(32)));

#define OF_1(f, op, at)	f(at)
#define OF_2(f, op, at)	(OF_1(f, op, at) op OF_1(f, op, (at) + 1))
#define OF_4(f, op, at)	(OF_2(f, op, at) op OF_2(f, op, (at) + 2))
#define OF_8(f, op, at)	(OF_4(f, op, at) op OF_4(f, op, (at) + 4))

#endif /* BUDGETMEM_LIB_WIDE_H */

#undef NAME
#undef TARGET
#undef WIDE
#undef OF_LINE
#undef OF_WORDS
#undef IS_ANY
#undef HAS_UPPER
#undef ZEROS

#ifdef WITH_AVX2
#define NAME(name)		name##_avx2
#define TARGET			BM_TARGET_AVX2
#else
#define NAME(name)		name##_always
#define TARGET
#endif

#if !defined(BM_PLAIN_C) && (defined(WITH_AVX2) || defined(__AVX2__))
#define WIDE			bm_four
#define OF_LINE(f, op)		OF_2(f, op, 0)
#define OF_WORDS(f, op, wide)						\
	(f((wide)[0]) op f((wide)[1]) op f((wide)[2]) op f((wide)[3]))
#define IS_ANY(wide)		(!_mm256_testz_si256((__m256i)(wide), (__m256i)(wide)))
#define HAS_UPPER(wide)		(_mm256_movemask_epi8((__m256i)(wide)) != 0)
#define ZEROS(wide)		((bm_four)((bm_four_bytes)(wide) == 0))
#elif !defined(BM_PLAIN_C) &&						\
	(defined(__SSE2__) || (defined(__aarch64__) && defined(__ARM_NEON)))
#define WIDE			bm_two
#define OF_LINE(f, op)		OF_4(f, op, 0)
#define OF_WORDS(f, op, wide)	(f((wide)[0]) op f((wide)[1]))
#define ZEROS(wide)		((bm_two)((bm_two_bytes)(wide) == 0))
#ifdef __SSE2__
#define IS_ANY(wide)							\
	(_mm_movemask_epi8((__m128i)((bm_two_bytes)(wide) == 0)) != 0xffff)
#define HAS_UPPER(wide)		(_mm_movemask_epi8((__m128i)(wide)) != 0)
#else
#define IS_ANY(wide)		(((wide)[0] | (wide)[1]) != 0)
#define HAS_UPPER(wide)		((((wide)[0] | (wide)[1]) & BM_UPPER_BITS) != 0)
#endif
#else
#define WIDE			uint64_t
#define OF_LINE(f, op)		OF_8(f, op, 0)
#define OF_WORDS(f, op, wide)	f(wide)
#define IS_ANY(wide)		((wide) != 0)
#define HAS_UPPER(wide)		(((wide) & BM_UPPER_BITS) != 0)
#define ZEROS(wide)		(((wide) - BM_EACH_BYTE) & ~(wide) & BM_UPPER_BITS)
#endif

static inline TARGET WIDE NAME(load)(const void *from, size_t i)
{
	WIDE wide;

	memcpy(&wide, (const unsigned char *)from + i * sizeof(wide), sizeof(wide));
	return wide;
}

static inline TARGET void NAME(store)(void *to, size_t i, WIDE wide)
{
	memcpy((unsigned char *)to + i * sizeof(wide), &wide, sizeof(wide));
}

static inline TARGET WIDE NAME(copy)(void *to, const void *from, size_t i)
{
	WIDE wide = NAME(load)(from, i);

	NAME(store)(to, i, wide);
	return wide;
}

/* Is one of its bits set? */
static inline TARGET bool NAME(is_any)(WIDE wide)
{
	return IS_ANY(wide);
}

/* Has one of its bytes the upper bit? */
static inline TARGET bool NAME(has_upper)(WIDE wide)
{
	return HAS_UPPER(wide);
}

/* Some bits if one of its bytes is 0, otherwise none. */
static inline TARGET WIDE NAME(zeros)(WIDE wide)
{
	return ZEROS(wide);
}

/*
 * Copies a line or more, the last one in part twice if they are not whole. Has one of the
 * bytes its upper bit?
 */
static inline TARGET bool NAME(copy_lines)(char *to, const char *from, size_t count)
{
	size_t last = count - BM_LINE;
	size_t i = 0;
#define COPY(n)		NAME(copy)(to + i, from + i, n)
	WIDE all = OF_LINE(COPY, |);

	while ((i += BM_LINE) < last)
		all |= OF_LINE(COPY, |);
	i = last;
	all |= OF_LINE(COPY, |);
#undef COPY
	return NAME(has_upper)(all);
}
