// SPDX-License-Identifier: MIT
/*
 * map.c: values by key: the verbs
 */
#include "map.h"

#include <string.h>

/* Where the parts are: BM_MAP_CONTENTS_() in numbers that are not constant. */
static void bind(struct bm_map *map, const struct bm_map_type *type)
{
	uint64_t capacity = type->type.capacity;
	uint64_t groups = BM_MAP_GROUPS_(capacity) * sizeof(struct bm_map_group);
	unsigned char *contents = bm_handle_contents_(&map->object);

	map->type = *type;
	map->slots = (uint32_t)BM_MAP_SLOTS_(capacity);
	map->homes = map->slots <= BM_MAP_WINDOW ? 1 :
		     map->slots - BM_MAP_WINDOW + 1;
	map->groups = groups ? (struct bm_map_group *)contents : NULL;
	map->tags = contents + BM_BYTES_ROUND_(groups);
	map->entries = map->tags + BM_BYTES_ROUND_(map->slots);
}

/* No key is there, and none is far from its home. */
static void wipe(const struct bm_map *map)
{
	unsigned char *contents = bm_handle_contents_(&map->object);

	memset(contents, 0, (size_t)(map->entries - contents));
}

/* Maps of one process differ in their place, those of one place in their name. */
static int make_seed(const struct bm_object *object, uint64_t *seed)
{
	struct {
		const struct bm_object *place;
		char name[BM_OBJECT_NAME_SIZE];
	} purpose;

	memset(&purpose, 0, sizeof(purpose));
	purpose.place = object;
	memcpy(purpose.name, object->name, sizeof(purpose.name));
	return bm_hash_seed(&purpose, sizeof(purpose), seed);
}

int bm_map_create_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, const uint64_t *seed)
{
	struct bm_object *object;
	struct bm_layout layout;
	uint64_t chosen;
	int err = bm_layout_reserve(&layout, region, name, &type->type,
				    &map->object);

	if (err)
		return err;
	object = map->object.object;
	if (seed)
		chosen = *seed;
	else
		err = make_seed(object, &chosen);
	if (err) {
		bm_layout_abandon(&layout);
		return err;
	}
	bind(map, type);
	wipe(map);
	object->seed = chosen;
	bm_hash_key_init(&map->secret, chosen);
	bm_layout_commit(&layout, &map->object);
	return 0;
}

int bm_map_attach_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, struct bm_mismatch *mismatch)
{
	int err = bm_layout_attach(region, name, &type->type, &map->object,
				   mismatch);

	if (err)
		return err;
	bind(map, type);
	bm_hash_key_init(&map->secret, map->object.object->seed);
	return 0;
}

static unsigned char *value_in(const struct bm_map *map, uint32_t slot)
{
	return bm_map_entry(map, slot) + map->type.value_offset;
}

void *bm_map_at_(const struct bm_map *map, const void *key)
{
	uint32_t slot = bm_map_find(map, key, bm_map_spot(map, key));

	return slot == NO_SLOT ? NULL : value_in(map, slot);
}

int bm_map_get_(const struct bm_map *map, const void *key, void *value)
{
	const void *found = bm_map_at_(map, key);

	if (!found)
		return -ENOENT;
	memcpy(value, found, map->type.value_size);
	return 0;
}

/* In one store where the machine can: a death then leaves one or the other. */
static void put_value(const struct bm_map *map, uint32_t slot, const void *value)
{
	unsigned char *place = value_in(map, slot);

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

static int overwrite(const struct bm_map *map, uint32_t slot, const void *value)
{
	bm_handle_update_begin_(&map->object);
	put_value(map, slot, value);
	bm_handle_update_end_(&map->object);
	return 0;
}

/* The tag comes last: until then the key is not there. */
static int add(const struct bm_map *map, const void *key, const void *value,
	       struct bm_spot spot, uint32_t len)
{
	uint32_t slot;

	if (len == map->object.capacity)
		return bm_handle_refuse_(&map->object);
	bm_handle_update_begin_(&map->object);
	slot = bm_map_make_room(map, spot.home);
	if (slot != NO_SLOT) {
		memcpy(bm_map_entry(map, slot), key, map->type.key_size);
		put_value(map, slot, value);
		bm_map_note_far(map, spot.home, slot);
		bm_map_set_tag(map, slot, spot.tag);
		bm_handle_set_len_(&map->object, len, len + 1);
	}
	bm_handle_update_end_(&map->object);
	return slot == NO_SLOT ? -EUCLEAN : 0;
}

int bm_map_insert_(struct bm_map *map, const void *key, const void *value)
{
	struct bm_spot spot = bm_map_spot(map, key);
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (bm_map_find(map, key, spot) != NO_SLOT)
		return -EEXIST;
	return add(map, key, value, spot, len);
}

int bm_map_upsert_(struct bm_map *map, const void *key, const void *value)
{
	struct bm_spot spot = bm_map_spot(map, key);
	uint32_t slot;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	slot = bm_map_find(map, key, spot);
	if (slot != NO_SLOT)
		return overwrite(map, slot, value);
	return add(map, key, value, spot, len);
}

static void take_out(const struct bm_map *map, uint32_t slot, uint32_t home,
		     uint32_t len)
{
	bm_handle_update_begin_(&map->object);
	bm_map_set_tag(map, slot, 0);
	bm_map_forget_far(map, home, slot);
	bm_map_bring_near(map, slot);
	bm_handle_set_len_(&map->object, len, len - 1);
	bm_handle_update_end_(&map->object);
}

int bm_map_remove_(struct bm_map *map, const void *key, void *value)
{
	struct bm_spot spot = bm_map_spot(map, key);
	uint32_t slot;
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	slot = bm_map_find(map, key, spot);
	if (slot == NO_SLOT)
		return -ENOENT;
	if (!len)
		return -EUCLEAN;
	if (value)
		memcpy(value, value_in(map, slot), map->type.value_size);
	take_out(map, slot, spot.home, len);
	return 0;
}

int bm_map_next_(const struct bm_map *map, size_t *cursor, void *key, void *value)
{
	size_t slot = *cursor;

	while (slot < map->slots && !bm_map_tag(map, (uint32_t)slot))
		slot++;
	if (slot >= map->slots) {
		*cursor = map->slots;
		return -ENOENT;
	}
	if (key)
		memcpy(key, bm_map_entry(map, (uint32_t)slot),
		       map->type.key_size);
	if (value)
		memcpy(value, value_in(map, (uint32_t)slot),
		       map->type.value_size);
	*cursor = slot + 1;
	return 0;
}

void bm_map_clear_(struct bm_map *map)
{
	bm_handle_update_begin_(&map->object);
	wipe(map);
	bm_handle_empty_(&map->object);
}
