// SPDX-License-Identifier: MIT
/*
 * map.c: values by key: making, listing and emptying a map, and verbs beyond the
 * slots near a key's home
 */
#include "map.h"

#include <string.h>

/* What index maps and least-recently-used caches have before the entries. */
static void bind_places(struct bm_map *map, uint32_t kind, uint64_t capacity)
{
	map->places = NULL;
	if (kind != BM_KIND_INDEX_MAP && kind != BM_KIND_LRU)
		return;
	map->places = (uint32_t *)(void *)map->entries;
	map->entries += BM_MAP_PLACES_BYTES_(capacity);
	if (kind == BM_KIND_LRU)
		map->entries += BM_LRU_LINKS_BYTES_(capacity);
}

/* Where the parts are: BM_MAP_CONTENTS_() in numbers that are not constant. */
static void bind(struct bm_map *map, const struct bm_map_type *type)
{
	uint64_t capacity = type->type.capacity;
	unsigned char *contents = bm_handle_contents_(&map->object);

	map->type = *type;
	map->slots = (uint32_t)BM_MAP_SLOTS_(capacity);
	map->homes = map->slots <= BM_MAP_WINDOW ? 1 :
		     map->slots - BM_MAP_NEAR + 1;
	map->window = map->slots < BM_MAP_WINDOW ?
		      (UINT64_C(1) << map->slots) - 1 : UINT64_MAX;
	map->groups = BM_MAP_GROUPS_(capacity) ?
		      (struct bm_map_group *)contents : NULL;
	map->tags = contents + BM_MAP_GROUPS_BYTES_(capacity);
	map->entries = contents + BM_MAP_INDEX_BYTES_(capacity);
	bind_places(map, type->type.kind, capacity);
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

void *bm_map_at_far_(const struct bm_map *map, uint64_t hash, const void *key,
		     bm_map_equal_function *equal)
{
	uint32_t slot = bm_map_search_far_(map, hash, key, equal);

	return slot == BM_MAP_NO_SLOT_ ? NULL :
	       bm_map_entry(map, slot) + map->type.value_offset;
}

int bm_map_get_far_(const struct bm_map *map, uint64_t hash, const void *key,
		    void *value, bm_map_equal_function *equal)
{
	const void *found = bm_map_at_far_(map, hash, key, equal);

	if (!found)
		return -ENOENT;
	if (map->type.value_size)
		memcpy(value, found, map->type.value_size);
	return 0;
}

/* In one store where the machine can: a death then leaves one or the other. */
static void put_value(const struct bm_map *map, uint32_t slot, const void *value)
{
	unsigned char *to = bm_map_entry(map, slot) + map->type.value_offset;

	switch (map->type.value_size) {
	case 0:
		break;
	case 4:
		memcpy(to, value, 4);
		break;
	case 8:
		memcpy(to, value, 8);
		break;
	default:
		memcpy(to, value, map->type.value_size);
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
static int add(const struct bm_map *map, struct bm_map_spot spot, const void *key,
	       const void *value, uint32_t len)
{
	uint32_t slot;

	bm_handle_update_begin_(&map->object);
	slot = bm_map_make_room(map, spot.home);
	if (slot != BM_MAP_NO_SLOT_) {
		bm_map_copy(bm_map_entry(map, slot), key, map->type.key_size);
		put_value(map, slot, value);
		bm_map_note_far(map, spot.home, slot);
		bm_map_set_tag(map, slot, bm_map_tag_in(map, spot, slot));
		__atomic_store_n(&map->object.object->len, len + 1,
				 __ATOMIC_RELEASE);
	}
	bm_handle_update_end_(&map->object);
	return slot == BM_MAP_NO_SLOT_ ? -EUCLEAN :
	       bm_handle_has_grown_(&map->object, len);
}

/* A key that is not near its home, and may be far from it, or has no room there. */
int bm_map_put_far_(struct bm_map *map, uint64_t hash, const void *key,
		    const void *value, bool replace)
{
	struct bm_map_spot spot = bm_map_spot(map, hash);
	uint32_t slot = BM_MAP_NO_SLOT_;
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (bm_map_has_far_(map, spot.home, !map->groups))
		slot = bm_map_search_far_(map, hash, key, map->type.same);
	if (slot != BM_MAP_NO_SLOT_)
		return replace ? overwrite(map, slot, value) : -EEXIST;
	if (len == map->object.capacity)
		return bm_handle_refuse_(&map->object);
	return add(map, spot, key, value, len);
}

/* Takes a key out of a slot, be it far from home or near. */
int bm_map_remove_at_(struct bm_map *map, uint64_t hash, uint32_t slot)
{
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (!len)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	bm_map_set_tag(map, slot, 0);
	bm_map_forget_far(map, bm_map_spot(map, hash).home, slot);
	bm_handle_note_peak_(&map->object, len);
	__atomic_store_n(&map->object.object->len, len - 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(&map->object);
	return bm_handle_has_shrunk_(&map->object, len);
}

int bm_map_remove_far_(struct bm_map *map, uint64_t hash, const void *key,
		       void *value, bm_map_equal_function *equal)
{
	uint32_t slot = bm_map_search_far_(map, hash, key, equal);

	if (slot == BM_MAP_NO_SLOT_)
		return -ENOENT;
	if (map->type.value_size && value)
		memcpy(value, bm_map_entry(map, slot) + map->type.value_offset,
		       map->type.value_size);
	return bm_map_remove_at_(map, hash, slot);
}

uint32_t bm_map_next_slot_(const struct bm_map *map, size_t *cursor)
{
	size_t slot = *cursor;

	while (slot < map->slots && !bm_map_tag(map, (uint32_t)slot))
		slot++;
	*cursor = slot < map->slots ? slot + 1 : map->slots;
	return slot < map->slots ? (uint32_t)slot : BM_MAP_NO_SLOT_;
}

void bm_map_clear_(struct bm_map *map)
{
	bm_handle_update_begin_(&map->object);
	wipe(map);
	bm_handle_empty_(&map->object);
}
