/* SPDX-License-Identifier: MIT */
/*
 * map.h: what the files of the map share
 *
 *	map.c		making, listing and emptying one; verbs beyond a key's window
 *	map-place.c	where an entry lives
 *	map-check.c	is it all as it must be, and making it so
 *	map-places.c	entries that lie in an order of their own: see map-places.h
 *
 * The layout, in the words of budgetmem/map-core.h: groups, then tags, then entries. A
 * key's hash gives its home and its tag. A slot is free if its tag is 0. The key in
 * a slot is near if it is less than BM_MAP_NEAR away from its home, and far
 * otherwise; distances go round from the last slot to the first. The group of a
 * home counts its far keys and tells which of the homes have some. In a map of one
 * window, which has no groups, all keys are near.
 *
 * Numbers from the pool can be anything: a home that is computed from a key is
 * always below @homes, slots come from private counting only, and the length of
 * every loop is known before it begins.
 */
#ifndef BUDGETMEM_LIB_MAP_H
#define BUDGETMEM_LIB_MAP_H

#include <budgetmem/map-core.h>

#include "object.h"

static inline struct bm_map_spot bm_map_spot(const struct bm_map *map,
					     uint64_t hash)
{
	return bm_map_spot_(map, hash, !map->groups);
}

/* What is constant in a declared map, for those who are not inline. */
static inline struct bm_map_shape bm_map_shape(const struct bm_map *map)
{
	return (struct bm_map_shape){
		.entry_size = map->object.element_size,
		.key_size = map->type.key_size,
		.value_size = map->type.value_size,
		.value_offset = map->type.value_offset,
		.one_window = !map->groups,
		.equal = map->type.same,
	};
}

/* Where the key in a slot belongs. */
struct bm_map_spot bm_map_spot_of(const struct bm_map *map, uint32_t slot);

/* The slot in which a search for the key that is stored in @slot ends. */
uint32_t bm_map_find_stored(const struct bm_map *map, uint32_t slot);

/*
 * A free slot for a key with this home, as near as can be had by moving others.
 * BM_MAP_NO_SLOT_ if there is none, which cannot be while the length is sound.
 */
uint32_t bm_map_make_room(const struct bm_map *map, uint32_t home);

/* Enters a key in its group if the slot is far from its home, before its tag is set. */
void bm_map_note_far(const struct bm_map *map, uint32_t home, uint32_t slot);

/* Takes it out again, when it is in its slot no longer. */
void bm_map_forget_far(const struct bm_map *map, uint32_t home, uint32_t slot);

/* Which entry is a slot's: any that exists, if what the pool says cannot be. */
static inline uint32_t bm_map_place(const struct bm_map *map, uint32_t slot)
{
	uint32_t place;

	if (!map->places)
		return slot;
	place = __atomic_load_n(map->places + slot, __ATOMIC_RELAXED);
	return place < map->object.capacity ? place : 0;
}

static inline unsigned char *bm_map_entry(const struct bm_map *map, uint32_t slot)
{
	return bm_map_entry_(map, bm_map_place(map, slot),
			     map->object.element_size);
}

/* Most keys and entries are some words long: no call for them. */
static inline void bm_map_copy(unsigned char *to, const unsigned char *from,
			       uint32_t size)
{
	if (size % sizeof(uint64_t) || size > 8 * sizeof(uint64_t)) {
		memcpy(to, from, size);
		return;
	}
	for (uint32_t i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, from + i, sizeof(word));
		memcpy(to + i, &word, sizeof(word));
	}
}

static inline unsigned char bm_map_tag(const struct bm_map *map, uint32_t slot)
{
	return __atomic_load_n(map->tags + slot, __ATOMIC_ACQUIRE);
}

static inline void bm_map_set_tag(const struct bm_map *map, uint32_t slot,
				  unsigned char tag)
{
	__atomic_store_n(map->tags + slot, tag, __ATOMIC_RELEASE);
}

static inline uint32_t bm_map_distance(const struct bm_map *map, uint32_t home,
				       uint32_t slot)
{
	return slot >= home ? slot - home : slot + map->slots - home;
}

static inline bool bm_map_is_far(const struct bm_map *map, uint32_t home,
				 uint32_t slot)
{
	return map->groups && bm_map_distance(map, home, slot) >= BM_MAP_NEAR;
}

/* The tag that a key has in this slot. */
static inline unsigned char bm_map_tag_in(const struct bm_map *map,
					  struct bm_map_spot spot, uint32_t slot)
{
	return bm_map_is_far(map, spot.home, slot) ? spot.far_tag : spot.tag;
}

#endif /* BUDGETMEM_LIB_MAP_H */
