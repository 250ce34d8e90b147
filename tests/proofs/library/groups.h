/* SPDX-License-Identifier: MIT */
/*
 * groups.h: where a map's keys may be, in one window, and in more of four slots each where
 * SMALL_WINDOWS says so
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_GROUPS_H
#define BUDGETMEM_PROOFS_LIBRARY_GROUPS_H

#ifdef SMALL_WINDOWS
#include "small-tags.h"
#endif
#include <budgetmem/map-core.h>
#include "map.h"

#define SLOTS		BM_MAP_SLOTS_(CAPACITY)
#define GROUPS		BM_MAP_GROUPS_(CAPACITY)

/* Keys of a byte that differ in their hashes: all, or as few as make all the difference. */
#ifdef SMALL_WINDOWS
#define KEYS	8
#else
#define KEYS	256
#endif

/* A search for the key in this slot comes there, and its group counts it if it is far. */
static bool is_found(const struct bm_map *map, uint32_t slot, uint32_t *far)
{
	struct bm_map_spot spot = bm_map_spot_of(map, slot);
	const struct bm_map_group *group;
	uint32_t beyond;

	if (map->tags[slot] != bm_map_tag_in(map, spot, slot))
		return false;
	if (!bm_map_is_far(map, spot.home, slot))
		return true;
	far[spot.home / BM_MAP_WINDOW]++;
	group = map->groups + spot.home / BM_MAP_WINDOW;
	beyond = bm_map_distance(map, spot.home, slot) - BM_MAP_NEAR;
	return group->far[spot.home / 32 % 2] >> spot.home % 32 & 1 &&
	       group->reach > beyond / BM_MAP_WINDOW;
}

/* Nothing is said of homes without far keys. */
static bool are_groups_sound(const struct bm_map *map, const uint32_t *far)
{
	for (uint32_t i = 0; i < GROUPS; i++) {
		const struct bm_map_group *group = map->groups + i;

		if (group->spilled != far[i] ||
		    (!far[i] && (group->far[0] | group->far[1] | group->reach)))
			return false;
	}
	return true;
}

#endif
