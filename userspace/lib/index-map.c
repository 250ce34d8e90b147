// SPDX-License-Identifier: MIT
/*
 * index-map.c: values by key, in the order in which the keys came
 */
#include <budgetmem/index-map.h>

#include "map-places.h"

/* Looking up the slot of one entry takes the time to look at so many slots. */
#define SHIFT_ONE_BY_ONE	32

/* Adds a key that is not there and has no room in its window, or the map none at all. */
int bm_index_map_add_far_(struct bm_map *map, uint64_t hash, const void *key,
			  const void *value)
{
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (len == map->object.capacity)
		return bm_handle_refuse_(&map->object);
	bm_handle_update_begin_(&map->object);
	bm_places_write_(map, len, key, value, bm_map_shape(map));
	err = bm_places_add(map, hash, len);
	if (!err)
		bm_handle_set_len_(&map->object, len, len + 1);
	bm_handle_update_end_(&map->object);
	return err;
}

/* The length of a map that has this entry. */
static int len_with(const struct bm_map *map, uint32_t index, uint32_t *len)
{
	int err = bm_handle_len_(&map->object, len);

	return !err && index >= *len ? -EUCLEAN : err;
}

/* Takes the last entry off; what is void is told no longer. */
static int take_last(const struct bm_map *map, uint32_t len)
{
	bm_handle_set_len_(&map->object, len, len - 1);
	bm_places_void_none(map);
	bm_handle_update_end_(&map->object);
	return 0;
}

int bm_index_map_swap_(struct bm_map *map, uint64_t hash, struct bm_map_found found)
{
	uint32_t slot = found.slot;
	uint32_t last;
	uint32_t len;
	int err = len_with(map, found.index, &len);

	if (err)
		return err;
	last = len - 1;
	if (last != found.index)
		slot = bm_places_slot_of(map, bm_places_hash(map, last), last);
	if (slot == BM_MAP_NO_SLOT_)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	if (last != found.index) {
		bm_places_void(map, found.index, found.index + 1);
		memcpy(bm_places_entry(map, found.index),
		       bm_places_entry(map, last), map->object.element_size);
		bm_places_void_none(map);
		bm_places_set(map, slot, found.index);
	}
	bm_places_drop(map, hash, found.slot);
	return take_last(map, len);
}

/*
 * Moves an entry down to where the hole begins: entries between the two are void from
 * now on, and the hole begins behind the new place. bm_places_void(map, to, to) comes
 * before the first of several.
 */
static void move_down(const struct bm_map *map, uint32_t from, uint32_t to)
{
	struct bm_map_hole *hole = bm_places_hole(map);

	__atomic_store_n(&hole->to, from, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memcpy(bm_places_entry(map, to), bm_places_entry(map, from),
	       map->object.element_size);
	__atomic_store_n(&hole->from, to + 1, __ATOMIC_RELEASE);
}

/* Few: each one's slot is told at once. */
static int shift_few(const struct bm_map *map, uint32_t index, uint32_t last)
{
	int err = 0;

	for (; index < last; index++) {
		uint64_t hash = bm_places_hash(map, index + 1);
		uint32_t slot = bm_places_slot_of(map, hash, index + 1);

		move_down(map, index + 1, index);
		if (slot == BM_MAP_NO_SLOT_)
			err = -EUCLEAN;
		else
			bm_places_set(map, slot, index);
	}
	return err;
}

/*
 * Many: the slots are told afterwards, all at once. Which of them are told depends on
 * hashes, so that no processor guesses a branch.
 */
static int shift_many(const struct bm_map *map, uint32_t index, uint32_t last)
{
	for (uint32_t i = index; i < last; i++)
		move_down(map, i + 1, i);
	for (uint32_t slot = 0; slot < map->slots; slot++) {
		uint32_t place = __atomic_load_n(map->places + slot,
						 __ATOMIC_RELAXED);

		bm_places_set(map, slot,
			      place - (place - index - 1 < last - index));
	}
	return 0;
}

int bm_index_map_shift_(struct bm_map *map, uint64_t hash,
			struct bm_map_found found)
{
	uint32_t last;
	uint32_t len;
	int err = len_with(map, found.index, &len);

	if (err)
		return err;
	last = len - 1;
	bm_handle_update_begin_(&map->object);
	bm_places_drop(map, hash, found.slot);
	bm_places_void(map, found.index, found.index);
	if (last - found.index < map->slots / SHIFT_ONE_BY_ONE)
		err = shift_few(map, found.index, last);
	else
		err = shift_many(map, found.index, last);
	take_last(map, len);
	return err;
}

int bm_index_map_pop_(struct bm_map *map, void *key, void *value)
{
	uint64_t hash;
	uint32_t slot;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (!len)
		return -ENOENT;
	hash = bm_places_hash(map, len - 1);
	slot = bm_places_slot_of(map, hash, len - 1);
	if (slot == BM_MAP_NO_SLOT_)
		return -EUCLEAN;
	bm_places_copy_(map, len - 1, key, value, bm_map_shape(map));
	bm_handle_update_begin_(&map->object);
	bm_places_drop(map, hash, slot);
	return take_last(map, len);
}

int bm_index_map_retain_begin_(struct bm_map *map,
			       struct bm_index_map_retained *retained)
{
	int err = bm_handle_writable_(&map->object, &retained->len);

	if (err)
		return err;
	retained->next = 0;
	retained->kept = 0;
	bm_handle_update_begin_(&map->object);
	return 0;
}

void *bm_index_map_retain_next_(struct bm_map *map,
				struct bm_index_map_retained *retained)
{
	if (retained->next == retained->len)
		return NULL;
	return bm_places_entry(map, retained->next++);
}

/* As long as all were kept nothing moves. */
void bm_index_map_retain_keep_(struct bm_map *map, struct bm_index_map_retained *retained)
{
	uint32_t index = retained->next - 1;

	if (index != retained->kept)
		move_down(map, index, retained->kept);
	else
		bm_places_void(map, index + 1, index + 1);
	retained->kept++;
}

/* Says that the rest is void, and enters all that were kept into the slots anew. */
static int enter_kept(const struct bm_map *map, uint32_t kept, uint32_t len)
{
	int err = 0;

	bm_places_void(map, kept, len);
	bm_places_wipe(map);
	for (uint32_t i = 0; i < kept && !err; i++)
		err = bm_places_add(map, bm_places_hash(map, i), i);
	return err;
}

int bm_index_map_retain_end_(struct bm_map *map,
			     const struct bm_index_map_retained *retained)
{
	uint32_t kept = retained->kept;
	int err = 0;

	if (kept != retained->len)
		err = enter_kept(map, kept, retained->len);
	bm_handle_set_len_(&map->object, retained->len, kept);
	bm_places_void_none(map);
	bm_handle_update_end_(&map->object);
	return err;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Returns how many entries there are without it. */
static uint32_t close_hole(const struct bm_map *map, uint32_t len)
{
	struct bm_map_hole *hole = bm_places_hole(map);
	uint32_t to = least(__atomic_load_n(&hole->to, __ATOMIC_RELAXED), len);
	uint32_t from = __atomic_load_n(&hole->from, __ATOMIC_RELAXED);

	if (from >= to)
		return len;
	while (to < len)
		move_down(map, to++, from++);
	return from;
}

/* Enters all keys, each once. Moves them where one was there twice. */
static int enter_all(const struct bm_map *map, uint32_t len, uint32_t *kept)
{
	struct bm_map_shape shape = bm_map_shape(map);
	uint32_t count = 0;
	int err = 0;

	bm_places_wipe(map);
	for (uint32_t i = 0; i < len && !err; i++) {
		uint64_t hash = bm_places_hash(map, i);
		const void *key = bm_places_entry(map, i);

		if (bm_places_search_(map, hash, key, shape).slot !=
		    BM_MAP_NO_SLOT_) {
			if (count == i)
				bm_places_void(map, i, i);
			continue;
		}
		if (count != i)
			move_down(map, i, count);
		err = bm_places_add(map, hash, count++);
	}
	*kept = count;
	return err;
}

/* Throws away what is void, in order, and enters all other entries anew. */
int bm_index_map_repair_(struct bm_map *map)
{
	uint32_t before;
	uint32_t len;
	uint32_t kept;
	int err = bm_handle_len_(&map->object, &before);

	if (err)
		return err;
	bm_handle_update_begin_(&map->object);
	len = close_hole(map, before);
	bm_handle_set_len_(&map->object, before, len);
	bm_places_void_none(map);
	err = enter_all(map, len, &kept);
	if (err)
		return err;
	bm_handle_set_len_(&map->object, len, kept);
	bm_places_void_none(map);
	bm_handle_end_repair(&map->object);
	return 0;
}
