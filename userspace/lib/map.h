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
 * a slot is near if it is less than a window away from its home, and far
 * otherwise; distances go round from the last slot to the first. Far keys are
 * counted in the group of their homes.
 *
 * Numbers from the pool can be anything: a home that is computed from a key is
 * always below @homes, slots come from private counting only, and the length of
 * every loop is known before it begins.
 */
#ifndef BUDGETMEM_LIB_MAP_H
#define BUDGETMEM_LIB_MAP_H

#include <budgetmem/map-core.h>

#include "object.h"

/**
 * struct bm_map_spot - where a key belongs
 * @home: the slot that its window begins with
 * @tag: never 0
 */
struct bm_map_spot {
	uint32_t home;
	unsigned char tag;
};

static inline struct bm_map_spot bm_map_spot(const struct bm_map *map,
					     uint64_t hash)
{
	return (struct bm_map_spot){
		.home = bm_map_home_(map, hash),
		.tag = bm_map_tag_of_(hash),
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

/* Enters a key in its group if the slot is far from its home. */
void bm_map_note_far(const struct bm_map *map, uint32_t home, uint32_t slot);

/* Takes it out again. */
void bm_map_forget_far(const struct bm_map *map, uint32_t home, uint32_t slot);

/* Brings a far key into a slot that has become free, if there is one for it. */
void bm_map_bring_near(const struct bm_map *map, uint32_t slot);

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
	return bm_map_distance(map, home, slot) >= BM_MAP_WINDOW;
}

#endif /* BUDGETMEM_LIB_MAP_H */
