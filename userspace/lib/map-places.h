/* SPDX-License-Identifier: MIT */
/*
 * map-places.h: entries that lie in an order of their own, and their slots
 *
 * Whoever moves entries says first, in the hole behind the places, which of them are
 * void from then on: what a death leaves half copied, a repair throws away. What was
 * copied and is still where it came from too is there twice, and is dropped where it is
 * found the second time.
 */
#ifndef BUDGETMEM_LIB_MAP_PLACES_H
#define BUDGETMEM_LIB_MAP_PLACES_H

#include <budgetmem/map-places.h>

#include "map.h"

static inline unsigned char *bm_places_entry(const struct bm_map *map,
					     uint32_t index)
{
	return bm_map_entry_(map, index, map->object.element_size);
}

static inline uint64_t bm_places_hash(const struct bm_map *map, uint32_t index)
{
	return map->type.hash(&map->secret, bm_places_entry(map, index));
}

static inline void bm_places_set(const struct bm_map *map, uint32_t slot,
				 uint32_t index)
{
	__atomic_store_n(map->places + slot, index, __ATOMIC_RELAXED);
}

static inline struct bm_map_hole *bm_places_hole(const struct bm_map *map)
{
	return (struct bm_map_hole *)(void *)(map->places + map->slots);
}

/* The slot of an entry, or BM_MAP_NO_SLOT_, which is damage. */
uint32_t bm_places_slot_of(const struct bm_map *map, uint64_t hash,
			   uint32_t index);

/* Finds a slot for the key of an entry. -EUCLEAN if there is none. */
int bm_places_add(const struct bm_map *map, uint64_t hash, uint32_t index);

/* Frees a slot. */
void bm_places_drop(const struct bm_map *map, uint64_t hash, uint32_t slot);

/* No slot is taken. */
void bm_places_wipe(const struct bm_map *map);

/* Says what is void: nothing; these entries. */
void bm_places_void_none(const struct bm_map *map);
void bm_places_void(const struct bm_map *map, uint32_t from, uint32_t to);

#endif /* BUDGETMEM_LIB_MAP_PLACES_H */
