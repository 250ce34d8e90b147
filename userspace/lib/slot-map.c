// SPDX-License-Identifier: MIT
/*
 * slot-map.c: all slots of a slot map
 *
 * The generations say which slots have elements: odd ones. The list of free slots and
 * the length can be made from them.
 */
#include <budgetmem/slot-map.h>

#include "object.h"
#include "scatter.h"

static uint32_t generation_of(const struct bm_handle *map, uint32_t slot)
{
	return bm_slot_map_load_(bm_slot_map_generation_(map, slot));
}

static void set_generation(const struct bm_handle *map, uint32_t slot,
			   uint32_t generation)
{
	__atomic_store_n(bm_slot_map_generation_(map, slot), generation,
			 __ATOMIC_RELAXED);
}

/*
 * Lists the free slots anew, the lowest to be used first, and counts the others:
 * from the end, so that each has its place whatever the count.
 */
static uint32_t list_free(const struct bm_handle *map)
{
	uint32_t listed = map->capacity;

	for (uint32_t slot = map->capacity; slot--;)
		if (generation_of(map, slot) % 2 == 0)
			*bm_slot_map_free_(map, --listed, map->capacity) = slot;
	return listed;
}

int bm_slot_map_create_(struct bm_handle *map, struct bm_region region,
			const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, map);

	if (err)
		return err;
	memset(bm_handle_contents_(map), 0,
	       (size_t)(2 * BM_SLOT_MAP_LIST_(type->capacity)));
	list_free(map);
	bm_layout_commit(&layout, map);
	return 0;
}

void bm_slot_map_clear_(struct bm_handle *map)
{
	bm_handle_update_begin_(map);
	for (uint32_t slot = 0; slot < map->capacity; slot++) {
		uint32_t generation = generation_of(map, slot);

		set_generation(map, slot, generation + generation % 2);
	}
	list_free(map);
	bm_handle_empty_(map);
}

int bm_slot_map_repair_(struct bm_handle *map)
{
	uint32_t len;
	int err = bm_handle_len_(map, &len);

	if (err)
		return err;
	bm_handle_update_begin_(map);
	bm_handle_set_len_(map, len, list_free(map));
	bm_handle_end_repair(map);
	return 0;
}

/* Each free slot once, and no other. */
static bool are_free_listed(const struct bm_handle *map, uint32_t len)
{
	uint64_t sum = 0;
	uint32_t used = 0;

	for (uint32_t slot = 0; slot < map->capacity; slot++) {
		if (generation_of(map, slot) % 2)
			used++;
		else
			sum += bm_scatter(slot);
	}
	for (uint32_t i = len; i < map->capacity; i++)
		sum -= bm_scatter(bm_slot_map_load_(
			bm_slot_map_free_(map, i, map->capacity)));
	return used == len && !sum;
}

int bm_slot_map_invariants_(const struct bm_handle *map)
{
	int err = bm_handle_invariants(map);

	if (!err && !are_free_listed(map, (uint32_t)bm_handle_bounded_len_(map)))
		err = -EUCLEAN;
	return err;
}
