// SPDX-License-Identifier: MIT
/*
 * lru.c: values by key; those that were unused for longest make room
 *
 * A hole is one entry here: the last one takes its place, and its place in the order of
 * use. A death leaves the order so that it can be followed from one of both ends to
 * each entry but the one that was being linked: lru-order.c.
 */
#include "lru.h"

static struct bm_lru_link *link_of(const struct bm_map *map, uint32_t number)
{
	return bm_lru_links_(map) + number;
}

/* Only where the neighbours know of it: half of it may have been done. */
static void unlink_number(const struct bm_map *map, uint32_t number)
{
	uint32_t newer = bm_lru_load_(&link_of(map, number)->newer);
	uint32_t older = bm_lru_load_(&link_of(map, number)->older);

	if (newer <= map->object.capacity &&
	    bm_lru_load_(&link_of(map, newer)->older) == number)
		bm_lru_store_(&link_of(map, newer)->older, older);
	if (older <= map->object.capacity &&
	    bm_lru_load_(&link_of(map, older)->newer) == number)
		bm_lru_store_(&link_of(map, older)->newer, newer);
}

/* One number takes the place of another in the order of use. */
static void renumber(const struct bm_map *map, uint32_t from, uint32_t to)
{
	uint32_t newer = bm_lru_load_(&link_of(map, from)->newer);
	uint32_t older = bm_lru_load_(&link_of(map, from)->older);

	bm_lru_store_(&link_of(map, to)->newer, newer);
	bm_lru_store_(&link_of(map, to)->older, older);
	if (newer <= map->object.capacity)
		bm_lru_store_(&link_of(map, newer)->older, to);
	if (older <= map->object.capacity)
		bm_lru_store_(&link_of(map, older)->newer, to);
}

/*
 * Puts the last entry where another one was, which is gone then. All of it can be done
 * again from wherever a death was: the last entry and its links stay as they are.
 */
static void vacate(const struct bm_map *map, uint32_t index, uint32_t last)
{
	bm_places_void(map, index, index + 1);
	unlink_number(map, index + 1);
	if (index == last)
		return;
	memcpy(bm_places_entry(map, index), bm_places_entry(map, last),
	       map->object.element_size);
	renumber(map, last + 1, index + 1);
	bm_places_void(map, last, last + 1);
}

static void shorten(const struct bm_map *map, uint32_t len)
{
	bm_handle_set_len_(&map->object, len, len - 1);
	bm_places_void_none(map);
}

int bm_lru_take_(struct bm_map *map, uint64_t hash, struct bm_map_found found)
{
	uint32_t slot = found.slot;
	uint32_t last;
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (found.index >= len)
		return -EUCLEAN;
	last = len - 1;
	if (last != found.index)
		slot = bm_places_slot_of(map, bm_places_hash(map, last), last);
	if (slot == BM_MAP_NO_SLOT_)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	vacate(map, found.index, last);
	if (last != found.index)
		bm_places_set(map, slot, found.index);
	bm_places_drop(map, hash, found.slot);
	shorten(map, len);
	bm_handle_update_end_(&map->object);
	return 0;
}

/* -ENOENT if there is none. */
static int find_oldest(const struct bm_map *map, uint32_t len, uint64_t *hash,
		       struct bm_map_found *found)
{
	uint32_t number = bm_lru_load_(&link_of(map, 0)->newer);

	if (!len)
		return -ENOENT;
	if (!number || number > len)
		return -EUCLEAN;
	found->index = number - 1;
	*hash = bm_places_hash(map, found->index);
	found->slot = bm_places_slot_of(map, *hash, found->index);
	return found->slot == BM_MAP_NO_SLOT_ ? -EUCLEAN : 0;
}

int bm_lru_pop_oldest_(struct bm_map *map, void *key, void *value)
{
	struct bm_map_found found;
	uint64_t hash;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (!err)
		err = find_oldest(map, len, &hash, &found);
	if (err)
		return err;
	bm_places_copy_(map, found.index, key, value, bm_map_shape(map));
	return bm_lru_take_(map, hash, found);
}

/*
 * The oldest entry's place is the new one's, which is void until it is the newest: a
 * death leaves no key that was just put in where it would be the next to go.
 */
static int replace_oldest(const struct bm_map *map, uint64_t hash, const void *key,
			  const void *value, const struct bm_lru_evicted *evicted)
{
	struct bm_map_shape shape = bm_map_shape(map);
	struct bm_map_found found;
	uint64_t old_hash;
	int err = find_oldest(map, map->object.capacity, &old_hash, &found);

	if (err)
		return err;
	bm_places_copy_(map, found.index, evicted->key, evicted->value, shape);
	bm_handle_update_begin_(&map->object);
	bm_places_drop(map, old_hash, found.slot);
	bm_places_void(map, found.index, found.index + 1);
	bm_places_write_(map, found.index, key, value, shape);
	err = bm_places_add(map, hash, found.index);
	if (!err)
		err = bm_lru_use_(map, found.index);
	bm_places_void_none(map);
	bm_handle_update_end_(&map->object);
	if (evicted->happened)
		*evicted->happened = true;
	return err;
}

/* Adds a key that is not there and has no room in its window, or the cache none. */
int bm_lru_add_far_(struct bm_map *map, uint64_t hash, const void *key,
		    const void *value, const struct bm_lru_evicted *evicted)
{
	uint32_t newest = bm_lru_load_(&link_of(map, 0)->older);
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (len == map->object.capacity)
		return replace_oldest(map, hash, key, value, evicted);
	if (newest > map->object.capacity)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	bm_places_write_(map, len, key, value, bm_map_shape(map));
	err = bm_places_add(map, hash, len);
	if (!err) {
		bm_lru_link_(bm_lru_links_(map), len + 1, newest);
		bm_handle_set_len_(&map->object, len, len + 1);
	}
	bm_handle_update_end_(&map->object);
	return err;
}

/* Takes an entry out whose key has no slot. Returns how many are left. */
static uint32_t forget(const struct bm_map *map, uint32_t index, uint32_t len)
{
	vacate(map, index, len - 1);
	shorten(map, len);
	return len - 1;
}

static bool has(const struct bm_map *map, uint64_t hash, const void *key)
{
	return bm_places_search_(map, hash, key, bm_map_shape(map)).slot !=
	       BM_MAP_NO_SLOT_;
}

/* Enters all keys, each once. */
static int enter_all(const struct bm_map *map, uint32_t *len)
{
	uint32_t i = 0;
	int err = 0;

	bm_places_wipe(map);
	while (i < *len && !err) {
		uint64_t hash = bm_places_hash(map, i);

		if (has(map, hash, bm_places_entry(map, i)))
			*len = forget(map, i, *len);
		else
			err = bm_places_add(map, hash, i++);
	}
	return err;
}

int bm_lru_repair_(struct bm_map *map)
{
	const struct bm_map_hole *hole = bm_places_hole(map);
	uint32_t from = bm_lru_load_(&hole->from);
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	bm_handle_update_begin_(&map->object);
	if (from < len && from < bm_lru_load_(&hole->to))
		len = forget(map, from, len);
	bm_places_void_none(map);
	err = enter_all(map, &len);
	if (err)
		return err;
	bm_lru_restore_order(map, len);
	bm_handle_end_repair(&map->object);
	return 0;
}

/* Beside what holds for an index map: both directions of the order say the same. */
int bm_lru_invariants_(const struct bm_map *map)
{
	uint32_t number = 0;
	uint32_t len;
	int err = bm_places_invariants_(map);

	if (!err)
		err = bm_handle_len_(&map->object, &len);
	if (err)
		return err;
	for (uint32_t i = 0; i <= len; i++) {
		uint32_t older = bm_lru_load_(&link_of(map, number)->older);
		bool is_oldest = i == len;

		if (older > len || !older != is_oldest ||
		    bm_lru_load_(&link_of(map, older)->newer) != number)
			return -EUCLEAN;
		number = older;
	}
	return 0;
}
