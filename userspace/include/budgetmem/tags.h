/* SPDX-License-Identifier: MIT */
/*
 * tags.h: which of 16 or 64 bytes are the one
 *
 * A map keeps one byte for each of its slots, apart from the entries: a part of the
 * key's hash, or 0 where the slot is free. A search compares some of them at once and
 * looks at those keys only whose tag is equal. The bytes are the same on every
 * machine; how they are compared is chosen when a program is compiled: AVX2 if the
 * compiler may use it (-mavx2), otherwise SSE2 on x86, NEON on ARM with
 * 64 bits, and words of 64 bits elsewhere, or where BM_PLAIN_C is defined.
 *
 * Used by the headers of the maps. No program needs this file itself.
 */
#ifndef BUDGETMEM_TAGS_H
#define BUDGETMEM_TAGS_H

#include <stdint.h>
#include <string.h>

#if defined(BM_PLAIN_C)
#define BM_TAGS_COMPARED_WITH_	"plain C"
#elif defined(__AVX2__)
#define BM_TAGS_COMPARED_WITH_	"AVX2"
#include <immintrin.h>
#elif defined(__SSE2__)
#define BM_TAGS_COMPARED_WITH_	"SSE2"
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define BM_TAGS_COMPARED_WITH_	"NEON"
#include <arm_neon.h>
#else
#define BM_PLAIN_C
#define BM_TAGS_COMPARED_WITH_	"plain C"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Tags that are compared at once: of slots near a home, and of a window. */
#define BM_TAGS_NEAR		16
#define BM_TAGS_AT_ONCE		64

#if defined(BM_PLAIN_C)
/* A bit for each of 8 tags. */
static inline uint32_t bm_tags_match_8_(const unsigned char *tags, unsigned char tag)
{
	const uint64_t every_byte = UINT64_C(0x0101010101010101);
	const uint64_t lower_bits = every_byte * 0x7f;
	uint64_t eight;

	memcpy(&eight, tags, sizeof(eight));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	eight = __builtin_bswap64(eight);
#endif
	eight ^= every_byte * tag;
	eight = ~(((eight & lower_bits) + lower_bits) | eight | lower_bits);
	/* The upper bit of each byte moves into the upper byte. */
	return (uint32_t)((eight >> 7) * UINT64_C(0x0102040810204080) >> 56);
}
#endif

/*
 * Bit i of the result tells whether tags[i] is @tag, for i from 0 to 15. The tags may
 * be changed by others meanwhile; each is read once.
 */
static inline uint32_t bm_tags_match_near_(const unsigned char *tags,
					   unsigned char tag)
{
#if defined(BM_PLAIN_C)
	return bm_tags_match_8_(tags, tag) | bm_tags_match_8_(tags + 8, tag) << 8;
#elif defined(__SSE2__)
	__m128i all = _mm_loadu_si128((const __m128i *)(const void *)tags);

	return (uint32_t)_mm_movemask_epi8(
		_mm_cmpeq_epi8(all, _mm_set1_epi8((char)tag)));
#else
	static const uint8_t bits[16] = {
		1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
	};
	uint8x16_t equal = vceqq_u8(vld1q_u8(tags), vdupq_n_u8(tag));
	uint8x16_t sum = vandq_u8(equal, vld1q_u8(bits));

	sum = vpaddq_u8(sum, sum);
	sum = vpaddq_u8(sum, sum);
	sum = vpaddq_u8(sum, sum);
	return vgetq_lane_u16(vreinterpretq_u16_u8(sum), 0);
#endif
}

/**
 * struct bm_tags_homes_ - where the homes of keys in 16 slots are
 * @later: a bit for each slot whose key's home is behind the first of the slots
 * @earlier: a bit for each whose key's home is before the first of the slots
 */
struct bm_tags_homes_ {
	uint32_t later;
	uint32_t earlier;
};

/*
 * Of keys that are near their homes: the upper half of the tag is the lower four bits of
 * the home, and the lower half is not 0. Others have no bit.
 */
static inline struct bm_tags_homes_ bm_tags_find_homes_(const unsigned char *tags,
							uint32_t first)
{
	struct bm_tags_homes_ homes = { 0, 0 };
#if !defined(BM_PLAIN_C) && defined(__SSE2__)
	const __m128i half = _mm_set1_epi8(BM_TAGS_NEAR - 1);
	const __m128i place = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
					    12, 13, 14, 15);
	__m128i all = _mm_loadu_si128((const __m128i *)(const void *)tags);
	__m128i home = _mm_and_si128(_mm_srli_epi16(all, 4), half);
	__m128i slot = _mm_add_epi8(place, _mm_set1_epi8((char)first));
	__m128i away = _mm_and_si128(_mm_sub_epi8(slot, home), half);
	__m128i no = _mm_cmpeq_epi8(_mm_and_si128(all, half), _mm_setzero_si128());
	__m128i behind = _mm_cmpgt_epi8(place, away);
	__m128i before = _mm_cmpgt_epi8(away, place);

	homes.later = (uint32_t)_mm_movemask_epi8(_mm_andnot_si128(no, behind));
	homes.earlier = (uint32_t)_mm_movemask_epi8(_mm_andnot_si128(no, before));
#else
	for (uint32_t i = 0; i < BM_TAGS_NEAR; i++) {
		uint32_t away = (first + i - tags[i] / BM_TAGS_NEAR) % BM_TAGS_NEAR;
		uint32_t is_near = tags[i] % BM_TAGS_NEAR != 0;

		homes.later |= (is_near & (away < i)) << i;
		homes.earlier |= (is_near & (away > i)) << i;
	}
#endif
	return homes;
}

/* A bit for each of 16 slots with a key that is far from its home: see map-core.h. */
static inline uint32_t bm_tags_far_(const unsigned char *tags)
{
#if !defined(BM_PLAIN_C) && defined(__SSE2__)
	const __m128i none = _mm_setzero_si128();
	__m128i all = _mm_loadu_si128((const __m128i *)(const void *)tags);
	__m128i low = _mm_and_si128(all, _mm_set1_epi8(BM_TAGS_NEAR - 1));
	__m128i far = _mm_andnot_si128(_mm_cmpeq_epi8(all, none),
				       _mm_cmpeq_epi8(low, none));

	return (uint32_t)_mm_movemask_epi8(far);
#else
	uint32_t far = 0;

	for (uint32_t i = 0; i < BM_TAGS_NEAR; i++)
		far |= (uint32_t)(tags[i] && tags[i] % BM_TAGS_NEAR == 0) << i;
	return far;
#endif
}

/* As bm_tags_match_near_(), of 32 tags. */
static inline uint32_t bm_tags_match_half_(const unsigned char *tags,
					   unsigned char tag)
{
#if !defined(BM_PLAIN_C) && defined(__AVX2__)
	__m256i all = _mm256_loadu_si256((const __m256i *)(const void *)tags);

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)tag)));
#else
	return bm_tags_match_near_(tags, tag) |
	       bm_tags_match_near_(tags + BM_TAGS_NEAR, tag) << 16;
#endif
}

/* As bm_tags_match_near_(), of 64 tags. */
static inline uint64_t bm_tags_match_(const unsigned char *tags, unsigned char tag)
{
	return bm_tags_match_half_(tags, tag) |
	       (uint64_t)bm_tags_match_half_(tags + BM_TAGS_AT_ONCE / 2, tag) << 32;
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_TAGS_H */
