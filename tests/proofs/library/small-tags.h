/* SPDX-License-Identifier: MIT */
/*
 * small-tags.h: budgetmem/tags.h for maps that a model checker can take in
 *
 * A key is near in two slots, and four make a window. All else is as in tags.h, whose
 * ways to compare are tested against bytes.
 */
#ifndef BUDGETMEM_TAGS_H
#define BUDGETMEM_TAGS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BM_TAGS_NEAR	2
#define BM_TAGS_AT_ONCE	4

static inline uint64_t match_some(const unsigned char *tags, uint32_t count,
				  unsigned char tag)
{
	uint64_t match = 0;

	for (uint32_t i = 0; i < count; i++)
		match |= (uint64_t)(tags[i] == tag) << i;
	return match;
}

static inline uint32_t bm_tags_match_near_(const unsigned char *tags,
					   unsigned char tag)
{
	return (uint32_t)match_some(tags, BM_TAGS_NEAR, tag);
}

static inline uint64_t bm_tags_match_(const unsigned char *tags, unsigned char tag)
{
	return match_some(tags, BM_TAGS_AT_ONCE, tag);
}

struct bm_tags_homes_ {
	uint32_t later;
	uint32_t earlier;
};

static inline struct bm_tags_homes_ bm_tags_find_homes_(const unsigned char *tags,
							uint32_t first)
{
	struct bm_tags_homes_ homes = { 0, 0 };

	for (uint32_t i = 0; i < BM_TAGS_NEAR; i++) {
		uint32_t away = (first + i - tags[i] / BM_TAGS_NEAR) % BM_TAGS_NEAR;
		uint32_t is_near = tags[i] % BM_TAGS_NEAR != 0;

		homes.later |= (is_near & (away < i)) << i;
		homes.earlier |= (is_near & (away > i)) << i;
	}
	return homes;
}

static inline uint32_t bm_tags_far_(const unsigned char *tags)
{
	uint32_t far = 0;

	for (uint32_t i = 0; i < BM_TAGS_NEAR; i++)
		far |= (uint32_t)(tags[i] && tags[i] % BM_TAGS_NEAR == 0) << i;
	return far;
}

#endif /* BUDGETMEM_TAGS_H */
