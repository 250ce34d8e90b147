// SPDX-License-Identifier: MIT
/*
 * map-check.c: is a map as it must be, and making it so
 */
#include "map.h"
#include "scatter.h"

static uint32_t number_of_groups(const struct bm_map *map)
{
	return (uint32_t)BM_MAP_GROUPS_(map->object.capacity);
}

size_t bm_map_longest_probe_(const struct bm_map *map)
{
	uint64_t reach = 0;
	uint64_t probe;

	for (uint32_t i = 0; i < number_of_groups(map); i++) {
		uint32_t own = __atomic_load_n(&map->groups[i].reach,
					       __ATOMIC_RELAXED);

		if (own > reach)
			reach = own;
	}
	probe = reach * BM_MAP_WINDOW +
		(map->groups ? BM_MAP_NEAR : BM_MAP_WINDOW);
	return (size_t)(probe < map->slots ? probe : map->slots);
}

/* Counts the far keys anew, and drops what no search could find. */
static void regroup(const struct bm_map *map)
{
	for (uint32_t i = 0; i < number_of_groups(map); i++)
		map->groups[i] = (struct bm_map_group){ .reach = 0 };
	for (uint32_t slot = 0; slot < map->slots; slot++) {
		unsigned char tag = bm_map_tag(map, slot);
		struct bm_map_spot spot;

		if (!tag)
			continue;
		spot = bm_map_spot_of(map, slot);
		if (tag == bm_map_tag_in(map, spot, slot))
			bm_map_note_far(map, spot.home, slot);
		else
			bm_map_set_tag(map, slot, 0);
	}
}

/* A key that was being moved is there twice. Returns the number of keys. */
static uint32_t drop_copies(const struct bm_map *map)
{
	uint32_t count = 0;

	for (uint32_t slot = 0; slot < map->slots; slot++) {
		struct bm_map_spot spot;

		if (!bm_map_tag(map, slot))
			continue;
		spot = bm_map_spot_of(map, slot);
		if (bm_map_find_stored(map, slot) == slot) {
			count++;
			continue;
		}
		bm_map_set_tag(map, slot, 0);
		bm_map_forget_far(map, spot.home, slot);
	}
	return count;
}

int bm_map_repair_(struct bm_map *map)
{
	uint32_t before = (uint32_t)bm_handle_bounded_len_(&map->object);
	uint32_t count;

	bm_handle_update_begin_(&map->object);
	regroup(map);
	count = drop_copies(map);
	if (count > map->object.capacity)
		return -EUCLEAN;
	bm_handle_set_len_(&map->object, before, count);
	bm_handle_end_repair(&map->object);
	return 0;
}

/* Is the key in this slot where a search finds it? Adds up the groups of those that are far. */
static bool is_placed(const struct bm_map *map, uint32_t slot, uint64_t *far)
{
	struct bm_map_spot spot = bm_map_spot_of(map, slot);

	if (bm_map_is_far(map, spot.home, slot))
		*far += bm_scatter(spot.home / BM_MAP_WINDOW);
	return bm_map_tag(map, slot) == bm_map_tag_in(map, spot, slot) &&
	       bm_map_find_stored(map, slot) == slot;
}

/* Do the groups know of just these far keys, and of none where they reach nowhere? */
static bool is_grouped(const struct bm_map *map, uint64_t far)
{
	for (uint32_t i = 0; i < number_of_groups(map); i++) {
		const struct bm_map_group *group = &map->groups[i];

		if (!group->spilled != !group->reach ||
		    !group->spilled != !(group->far[0] | group->far[1]))
			return false;
		far -= group->spilled * bm_scatter(i);
	}
	return !far;
}

int bm_map_invariants_(const struct bm_map *map)
{
	int err = bm_handle_invariants(&map->object);
	uint32_t count = 0;
	uint64_t far = 0;

	if (err)
		return err;
	for (uint32_t slot = 0; slot < map->slots; slot++) {
		if (!bm_map_tag(map, slot))
			continue;
		if (!is_placed(map, slot, &far))
			return -EUCLEAN;
		count++;
	}
	if (count != map->object.object->len || !is_grouped(map, far))
		return -EUCLEAN;
	return 0;
}
