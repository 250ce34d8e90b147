// SPDX-License-Identifier: MIT
/*
 * map-places.c: entries that lie in an order of their own, and their slots
 */
#include "map-places.h"

uint32_t bm_places_slot_of(const struct bm_map *map, uint64_t hash, uint32_t index)
{
	struct bm_map_spot spot = bm_map_spot(map, hash);
	uint64_t match = bm_map_match_(map, spot, !map->groups);
	uint32_t slot;

	for (; match; match &= match - 1) {
		slot = bm_map_first_(spot.home, match);
		if (bm_map_place(map, slot) == index)
			return slot;
	}
	if (!bm_map_has_far_(map, spot.home, !map->groups))
		return BM_MAP_NO_SLOT_;
	slot = bm_map_search_far_(map, hash, bm_places_entry(map, index),
				  map->type.same);
	return slot != BM_MAP_NO_SLOT_ && bm_map_place(map, slot) == index ?
	       slot : BM_MAP_NO_SLOT_;
}

int bm_places_add(const struct bm_map *map, uint64_t hash, uint32_t index)
{
	struct bm_map_spot spot = bm_map_spot(map, hash);
	uint32_t slot = bm_map_make_room(map, spot.home);

	if (slot == BM_MAP_NO_SLOT_)
		return -EUCLEAN;
	bm_places_set(map, slot, index);
	bm_map_note_far(map, spot.home, slot);
	bm_map_set_tag(map, slot, bm_map_tag_in(map, spot, slot));
	return 0;
}

void bm_places_drop(const struct bm_map *map, uint64_t hash, uint32_t slot)
{
	bm_map_set_tag(map, slot, 0);
	bm_map_forget_far(map, bm_map_spot(map, hash).home, slot);
}

void bm_places_wipe(const struct bm_map *map)
{
	unsigned char *contents = bm_handle_contents_(&map->object);

	memset(contents, 0, (size_t)((unsigned char *)map->places - contents));
}

/*
 * Until the end of another hole is known there is none. One that begins there already
 * is left by a death, and stays.
 */
void bm_places_void(const struct bm_map *map, uint32_t from, uint32_t to)
{
	struct bm_map_hole *hole = bm_places_hole(map);

	if (__atomic_load_n(&hole->from, __ATOMIC_RELAXED) != from) {
		__atomic_store_n(&hole->to, 0, __ATOMIC_RELEASE);
		__atomic_store_n(&hole->from, from, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&hole->to, to, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void bm_places_void_none(const struct bm_map *map)
{
	bm_places_void(map, 0, 0);
}

/* Beside what holds for a map: each slot's entry exists, and nothing is void. */
int bm_places_invariants_(const struct bm_map *map)
{
	const struct bm_map_hole *hole = bm_places_hole(map);
	int err = bm_map_invariants_(map);

	if (err)
		return err;
	for (uint32_t slot = 0; slot < map->slots; slot++) {
		if (bm_map_tag(map, slot) &&
		    __atomic_load_n(map->places + slot, __ATOMIC_RELAXED) >=
		    map->object.object->len)
			return -EUCLEAN;
	}
	return hole->from < hole->to ? -EUCLEAN : 0;
}
