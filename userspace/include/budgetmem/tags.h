/* SPDX-License-Identifier: MIT */
/*
 * tags.h: which of 64 bytes are the one
 *
 * A map keeps one byte for each of its slots, apart from the entries: a part of the
 * key's hash, or 0 where the slot is free. A search compares 64 of them at once and
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

/* Tags that are compared at once. */
#define BM_TAGS_AT_ONCE		64

/*
 * Bit i of the result tells whether tags[i] is @tag, for i from 0 to 31. The tags may
 * be changed by others meanwhile; each is read once.
 */
static inline uint32_t bm_tags_match_half_(const unsigned char *tags,
					   unsigned char tag)
{
#if defined(BM_PLAIN_C)
	const uint64_t every_byte = UINT64_C(0x0101010101010101);
	const uint64_t lower_bits = every_byte * 0x7f;
	uint32_t match = 0;

	for (int i = 0; i < BM_TAGS_AT_ONCE / 2; i += 8) {
		uint64_t eight;

		memcpy(&eight, tags + i, sizeof(eight));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		eight = __builtin_bswap64(eight);
#endif
		eight ^= every_byte * tag;
		eight = ~(((eight & lower_bits) + lower_bits) | eight | lower_bits);
		/* The upper bit of each byte moves into the upper byte. */
		eight = (eight >> 7) * UINT64_C(0x0102040810204080);
		match |= (uint32_t)(eight >> 56) << i;
	}
	return match;
#elif defined(__AVX2__)
	__m256i all = _mm256_loadu_si256((const __m256i *)(const void *)tags);

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(all, _mm256_set1_epi8((char)tag)));
#elif defined(__SSE2__)
	const __m128i wanted = _mm_set1_epi8((char)tag);
	__m128i low = _mm_loadu_si128((const __m128i *)(const void *)tags);
	__m128i high = _mm_loadu_si128((const __m128i *)(const void *)(tags + 16));

	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(low, wanted)) |
	       (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(high, wanted)) << 16;
#else
	static const uint8_t bits[16] = {
		1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
	};
	const uint8x16_t place = vld1q_u8(bits);
	const uint8x16_t wanted = vdupq_n_u8(tag);
	uint8x16_t low = vandq_u8(vceqq_u8(vld1q_u8(tags), wanted), place);
	uint8x16_t high = vandq_u8(vceqq_u8(vld1q_u8(tags + 16), wanted), place);
	uint8x16_t sum = vpaddq_u8(low, high);

	sum = vpaddq_u8(sum, sum);
	sum = vpaddq_u8(sum, sum);
	return vgetq_lane_u32(vreinterpretq_u32_u8(sum), 0);
#endif
}

/* The same for 64 tags. */
static inline uint64_t bm_tags_match_(const unsigned char *tags, unsigned char tag)
{
	return bm_tags_match_half_(tags, tag) |
	       (uint64_t)bm_tags_match_half_(tags + BM_TAGS_AT_ONCE / 2, tag) << 32;
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_TAGS_H */
