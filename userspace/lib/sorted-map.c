// SPDX-License-Identifier: MIT
/*
 * sorted-map.c: values by key, in order: the verbs
 */
#include "sorted-map.h"

#include <string.h>

/* Positions of a cursor in a leaf: one behind the last is one, too. */
#define POSITIONS	64

_Static_assert(BM_SORTED_MAP_LEAF < POSITIONS, "a cursor names each place in a leaf");
_Static_assert(BM_SORTED_MAP_LEAVES_(BM_CAPACITY_MAX) * POSITIONS < UINT32_MAX,
	       "a cursor fits into 32 bits");

static uint32_t number_of_levels(uint64_t leaves)
{
	uint32_t levels = 0;

	for (; leaves > 1; leaves /= BM_SORTED_MAP_NODE_LEAST)
		levels++;
	return levels;
}

/* Where the parts are: BM_SORTED_MAP_CONTENTS_() in numbers that are not constant. */
static void bind(struct bm_sorted_map *map, const struct bm_sorted_map_type *type)
{
	uint64_t capacity = type->type.capacity;
	unsigned char *contents = bm_handle_contents_(&map->object);

	map->type = *type;
	map->leaf_count = (uint32_t)BM_SORTED_MAP_LEAVES_(capacity);
	map->node_count = (uint32_t)BM_SORTED_MAP_NODES_(capacity);
	map->levels = number_of_levels(map->leaf_count);
	map->tree = (struct bm_sorted_map_tree *)contents;
	map->states = (uint32_t *)(map->tree + 1);
	contents = (unsigned char *)map->states +
		   BM_BYTES_ROUND_(capacity * sizeof(*map->states));
	map->leaves = (struct bm_sorted_map_leaf *)contents;
	map->nodes = (struct bm_sorted_map_node *)(map->leaves + map->leaf_count);
	map->keys = (unsigned char *)(map->nodes + map->node_count);
	map->copies = map->keys + BM_BYTES_ROUND_((uint64_t)map->node_count *
						  BM_SORTED_MAP_KEYS_ *
						  type->key_size);
	map->entries = map->copies + BM_SORTED_MAP_COPIES_(capacity, type->key_size);
}

static void wipe(const struct bm_sorted_map *map)
{
	bm_sorted_map_plant(map);
	map->tree->entries = 0;
	map->tree->free_entry = NO_NUMBER;
}

int bm_sorted_map_create_(struct bm_sorted_map *map, struct bm_region region,
			  const char *name, const struct bm_sorted_map_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, &type->type, &map->object);

	if (err)
		return err;
	bind(map, type);
	wipe(map);
	bm_layout_commit(&layout, &map->object);
	return 0;
}

int bm_sorted_map_attach_(struct bm_sorted_map *map, struct bm_region region,
			  const char *name, const struct bm_sorted_map_type *type,
			  struct bm_mismatch *mismatch)
{
	int err = bm_layout_attach(region, name, &type->type, &map->object, mismatch);

	if (!err)
		bind(map, type);
	return err;
}

static int find(const struct bm_sorted_map *map, const void *key,
		struct bm_sorted_map_spot_ *spot)
{
	return bm_sorted_map_find_(map, key, map->type.key_size,
				   map->object.element_size, map->type.compare, spot);
}

/* In one store where the machine can: a death then leaves one or the other. */
static void put_value(const struct bm_sorted_map *map, uint32_t entry,
		      const void *value)
{
	unsigned char *place = bm_sorted_map_entry(map, entry) +
			       map->type.value_offset;

	switch (map->type.value_size) {
	case 4:
		memcpy(place, value, 4);
		break;
	case 8:
		memcpy(place, value, 8);
		break;
	default:
		memcpy(place, value, map->type.value_size);
	}
}

static void copy_out(const struct bm_sorted_map *map, uint32_t entry, void *key,
		     void *value)
{
	const unsigned char *place = bm_sorted_map_entry(map, entry);

	if (key)
		memcpy(key, place, map->type.key_size);
	if (value)
		memcpy(value, place + map->type.value_offset, map->type.value_size);
}

/* An entry that is not in use: its state says so, whoever dies. */
static int take_entry(const struct bm_sorted_map *map, uint32_t *entry)
{
	struct bm_sorted_map_tree *tree = map->tree;
	uint32_t next;

	*entry = bm_sorted_map_load_(&tree->free_entry);
	if (*entry == NO_NUMBER) {
		*entry = bm_sorted_map_load_(&tree->entries);
		if (*entry >= map->object.capacity)
			return -EUCLEAN;
		bm_sorted_map_store(map->states + *entry, NO_NUMBER);
		__atomic_store_n(&tree->entries, *entry + 1, __ATOMIC_RELEASE);
		return 0;
	}
	if (*entry >= map->object.capacity)
		return -EUCLEAN;
	next = bm_sorted_map_load_(map->states + *entry);
	if (next == IN_USE)
		return -EUCLEAN;
	bm_sorted_map_store(&tree->free_entry, next);
	return 0;
}

/*
 * The state comes when the entry is complete: until then the key is not there. An error
 * leaves the mark: the tree may be half changed.
 */
int bm_sorted_map_add_(struct bm_sorted_map *map, const void *key, const void *value,
		       const struct bm_sorted_map_spot_ *spot)
{
	uint32_t entry;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (len == map->object.capacity)
		return bm_handle_refuse_(&map->object);
	bm_handle_update_begin_(&map->object);
	err = take_entry(map, &entry);
	if (err)
		return err;
	memcpy(bm_sorted_map_entry(map, entry), key, map->type.key_size);
	put_value(map, entry, value);
	err = bm_sorted_map_link(map, spot, entry);
	if (err)
		return err;
	__atomic_store_n(map->states + entry, IN_USE, __ATOMIC_RELEASE);
	bm_handle_set_len_(&map->object, len, len + 1);
	bm_handle_update_end_(&map->object);
	return 0;
}

int bm_sorted_map_overwrite_(struct bm_sorted_map *map, uint32_t entry,
			     const void *value)
{
	bm_handle_update_begin_(&map->object);
	put_value(map, entry, value);
	bm_handle_update_end_(&map->object);
	return 0;
}

int bm_sorted_map_take_out_(struct bm_sorted_map *map,
			    const struct bm_sorted_map_spot_ *spot, void *value)
{
	struct bm_sorted_map_tree *tree = map->tree;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (!len || bm_sorted_map_load_(map->states + spot->entry) != IN_USE)
		return -EUCLEAN;
	copy_out(map, spot->entry, NULL, value);
	bm_handle_update_begin_(&map->object);
	__atomic_store_n(map->states + spot->entry,
			 bm_sorted_map_load_(&tree->free_entry), __ATOMIC_RELEASE);
	bm_sorted_map_store(&tree->free_entry, spot->entry);
	err = bm_sorted_map_unlink(map, spot);
	if (err)
		return err;
	bm_handle_set_len_(&map->object, len, len - 1);
	bm_handle_update_end_(&map->object);
	return 0;
}

int bm_sorted_map_pop_(struct bm_sorted_map *map, bool last, void *key, void *value)
{
	size_t cursor = last ? SIZE_MAX : 0;
	struct bm_sorted_map_spot_ spot;
	uint32_t entry;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (!err)
		err = last ? bm_sorted_map_previous_(map, &cursor, key, NULL) :
			     bm_sorted_map_next_(map, &cursor, key, NULL);
	if (err)
		return err;
	/* Where previous leaves the cursor at, and next behind. */
	cursor -= last ? 1 : 2;
	err = bm_sorted_map_entry_at(map, (uint32_t)(cursor / POSITIONS),
				     (uint32_t)(cursor % POSITIONS), &entry);
	if (!err)
		err = find(map, bm_sorted_map_entry(map, entry), &spot);
	if (err)
		return -EUCLEAN;
	return bm_sorted_map_take_out_(map, &spot, value);
}

static size_t cursor_of(uint32_t leaf, uint32_t at)
{
	return (size_t)leaf * POSITIONS + at + 1;
}

static bool is_used(const struct bm_sorted_map *map, uint32_t leaf)
{
	return leaf < map->leaf_count && leaf < bm_sorted_map_load_(&map->tree->leaves);
}

static int count_entries(const struct bm_sorted_map *map, uint32_t leaf,
			 uint32_t *count)
{
	if (!is_used(map, leaf))
		return -EUCLEAN;
	*count = bm_sorted_map_load_(&map->leaves[leaf].count);
	return *count > BM_SORTED_MAP_LEAF ? -EUCLEAN : 0;
}

/* Where a key is or would be, or behind it if there may be an @equal one. */
static int find_bound(const struct bm_sorted_map *map, const void *key, bool equal,
		      struct bm_sorted_map_spot_ *spot)
{
	int err = bm_sorted_map_descend_(map, key, map->type.key_size,
					 map->type.compare, spot);

	if (!err)
		err = bm_sorted_map_seek_(map, key, map->type.key_size,
					  map->object.element_size, equal,
					  map->type.compare, spot);
	return err == -ENOENT ? 0 : err;
}

/*
 * A cursor in a leaf that was given back: what was last in it tells where that is now.
 * Entries that others have taken since lead elsewhere, but to keys that are there.
 */
static int find_again(const struct bm_sorted_map *map, uint32_t *leaf, uint32_t *at,
		      uint32_t *count)
{
	bool behind = *at > 0;
	struct bm_sorted_map_spot_ spot;
	uint32_t entry;
	int err;

	if (*at > BM_SORTED_MAP_LEAF ||
	    bm_sorted_map_entry_at(map, *leaf, *at - behind, &entry))
		return -ENOENT;
	err = find_bound(map, bm_sorted_map_entry(map, entry), behind, &spot);
	if (err)
		return err;
	*leaf = spot.leaf;
	*at = spot.at;
	return count_entries(map, spot.leaf, count);
}

/* A cursor is the program's own and may be of a map that was longer. */
static int read_cursor(const struct bm_sorted_map *map, size_t cursor, uint32_t *leaf,
		       uint32_t *at, uint32_t *count)
{
	int err;

	*leaf = (uint32_t)((cursor - 1) / POSITIONS);
	*at = (uint32_t)((cursor - 1) % POSITIONS);
	if ((cursor - 1) / POSITIONS >= map->leaf_count)
		return -ENOENT;
	if (!is_used(map, *leaf))
		return find_again(map, leaf, at, count);
	err = count_entries(map, *leaf, count);
	return err || *count ? err : find_again(map, leaf, at, count);
}

/* Going on in a circle that another process made would never end. */
static int in_order(const struct bm_sorted_map *map, uint32_t lesser, uint32_t greater)
{
	return map->type.compare(bm_sorted_map_entry(map, lesser),
				 bm_sorted_map_entry(map, greater)) < 0 ? 0 : -EUCLEAN;
}

int bm_sorted_map_next_(const struct bm_sorted_map *map, size_t *cursor, void *key,
			void *value)
{
	bool start = !*cursor;
	uint32_t before = 0;
	uint32_t count;
	uint32_t entry;
	uint32_t leaf = bm_sorted_map_load_(&map->tree->first);
	uint32_t at = 0;
	int err = start ? count_entries(map, leaf, &count) :
			  read_cursor(map, *cursor, &leaf, &at, &count);

	if (!err && at && at <= count)
		err = bm_sorted_map_entry_at(map, leaf, at - 1, &before);
	if (err)
		return err;
	start = start || !at || at > count;
	if (at >= count) {
		uint32_t next = bm_sorted_map_load_(&map->leaves[leaf].next);

		if (next == NO_NUMBER)
			return -ENOENT;
		leaf = next;
		at = 0;
		err = count_entries(map, leaf, &count);
		if (err || !count)
			return -EUCLEAN;
	}
	err = bm_sorted_map_entry_at(map, leaf, at, &entry);
	if (!err && !start)
		err = in_order(map, before, entry);
	if (err)
		return err;
	copy_out(map, entry, key, value);
	*cursor = cursor_of(leaf, at + 1);
	return 0;
}

int bm_sorted_map_previous_(const struct bm_sorted_map *map, size_t *cursor,
			    void *key, void *value)
{
	bool start = *cursor == SIZE_MAX;
	uint32_t behind = 0;
	uint32_t count;
	uint32_t entry;
	uint32_t leaf = bm_sorted_map_load_(&map->tree->last);
	uint32_t at = BM_SORTED_MAP_LEAF;
	int err;

	if (!*cursor)
		return -ENOENT;
	err = start ? count_entries(map, leaf, &count) :
		      read_cursor(map, *cursor, &leaf, &at, &count);
	if (!err && at < count)
		err = bm_sorted_map_entry_at(map, leaf, at, &behind);
	if (err)
		return err;
	start = start || at >= count;
	if (at > count)
		at = count;
	if (!at) {
		uint32_t previous = bm_sorted_map_load_(&map->leaves[leaf].previous);

		if (previous == NO_NUMBER)
			return -ENOENT;
		leaf = previous;
		err = count_entries(map, leaf, &count);
		if (err || !count)
			return -EUCLEAN;
		at = count;
	}
	err = bm_sorted_map_entry_at(map, leaf, at - 1, &entry);
	if (!err && !start)
		err = in_order(map, entry, behind);
	if (err)
		return err;
	copy_out(map, entry, key, value);
	*cursor = cursor_of(leaf, at - 1);
	return 0;
}

int bm_sorted_map_bound_(const struct bm_sorted_map *map, const void *key,
			 bool equal, size_t *cursor)
{
	struct bm_sorted_map_spot_ spot;
	int err = find_bound(map, key, equal, &spot);

	if (!err)
		*cursor = cursor_of(spot.leaf, spot.at);
	return err;
}

void bm_sorted_map_clear_(struct bm_sorted_map *map)
{
	bm_handle_update_begin_(&map->object);
	wipe(map);
	bm_handle_empty_(&map->object);
}
