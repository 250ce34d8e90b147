// SPDX-License-Identifier: MIT
/*
 * linear-map.c: few keys and their values: what is not a search
 */
#include <budgetmem/linear-map.h>

#include "object.h"

static unsigned char *key_at(const struct bm_linear_map *map, uint32_t index)
{
	return bm_handle_contents_(&map->object) + (size_t)index * map->key_size;
}

static unsigned char *value_at(const struct bm_linear_map *map, uint32_t index)
{
	return map->values + (size_t)index * map->value_size;
}

static void bind(struct bm_linear_map *map)
{
	uint64_t keys = (uint64_t)map->object.capacity * map->key_size;

	map->values = bm_handle_contents_(&map->object) + BM_BYTES_ROUND_(keys);
}

static void set_place(const struct bm_linear_map *map, int which, uint32_t value)
{
	__atomic_store_n(map->object.object->place + which, value, __ATOMIC_RELEASE);
}

int bm_linear_map_create_(struct bm_linear_map *map, struct bm_region region,
			  const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, &map->object);

	if (err)
		return err;
	bind(map);
	set_place(map, 0, 0);
	set_place(map, 1, 0);
	bm_layout_commit(&layout, &map->object);
	return 0;
}

int bm_linear_map_attach_(struct bm_linear_map *map, struct bm_region region,
			  const char *name, const struct bm_type *type,
			  struct bm_mismatch *mismatch)
{
	int err = bm_layout_attach(region, name, type, &map->object, mismatch);

	if (!err)
		bind(map);
	return err;
}

/* The length comes last: until then the key is not there. */
int bm_linear_map_add_(struct bm_linear_map *map, const void *key, const void *value)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (len == map->object.capacity)
		return bm_handle_refuse_(&map->object);
	memcpy(key_at(map, len), key, map->key_size);
	memcpy(value_at(map, len), value, map->value_size);
	bm_handle_set_len_(&map->object, len, len + 1);
	return 0;
}

/* In one store where the machine can: a death then leaves one or the other. */
int bm_linear_map_overwrite_(struct bm_linear_map *map, uint32_t index,
			     const void *value)
{
	bm_handle_update_begin_(&map->object);
	switch (map->value_size) {
	case 4:
		memcpy(value_at(map, index), value, 4);
		break;
	case 8:
		memcpy(value_at(map, index), value, 8);
		break;
	default:
		memcpy(value_at(map, index), value, map->value_size);
	}
	bm_handle_update_end_(&map->object);
	return 0;
}

/* The last entry to where one was taken out, as often as it takes. */
static void fill_place(const struct bm_linear_map *map, uint32_t index, uint32_t len)
{
	if (index + 1 < len) {
		memcpy(key_at(map, index), key_at(map, len - 1), map->key_size);
		memcpy(value_at(map, index), value_at(map, len - 1), map->value_size);
	}
	bm_handle_set_len_(&map->object, len, len - 1);
	set_place(map, 0, 0);
}

int bm_linear_map_take_out_(struct bm_linear_map *map, uint32_t index, void *value)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);

	if (err)
		return err;
	if (index >= len)
		return -EUCLEAN;
	if (value)
		memcpy(value, value_at(map, index), map->value_size);
	bm_handle_update_begin_(&map->object);
	set_place(map, 1, len);
	set_place(map, 0, index + 1);
	fill_place(map, index, len);
	bm_handle_update_end_(&map->object);
	return 0;
}

int bm_linear_map_next_(const struct bm_linear_map *map, size_t *cursor, void *key,
			void *value)
{
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (*cursor >= len)
		return -ENOENT;
	if (key)
		memcpy(key, key_at(map, (uint32_t)*cursor), map->key_size);
	if (value)
		memcpy(value, value_at(map, (uint32_t)*cursor), map->value_size);
	++*cursor;
	return 0;
}

void bm_linear_map_clear_(struct bm_linear_map *map)
{
	bm_handle_update_begin_(&map->object);
	set_place(map, 0, 0);
	set_place(map, 1, 0);
	bm_handle_empty_(&map->object);
}

/* Ends a remove that had begun to fill the place; any other verb left all as it was. */
int bm_linear_map_repair_(struct bm_linear_map *map)
{
	const uint32_t *place = map->object.object->place;
	uint32_t filled = __atomic_load_n(place, __ATOMIC_ACQUIRE);
	uint32_t before = __atomic_load_n(place + 1, __ATOMIC_RELAXED);
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (filled > map->object.capacity || before > map->object.capacity)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	if (filled && before == len && filled <= len)
		fill_place(map, filled - 1, len);
	else
		set_place(map, 0, 0);
	bm_handle_end_repair(&map->object);
	return 0;
}

static bool is_equal(const struct bm_linear_map *map, uint32_t a, uint32_t b)
{
	return map->equal ? map->equal(key_at(map, a), key_at(map, b)) :
			    !memcmp(key_at(map, a), key_at(map, b), map->key_size);
}

int bm_linear_map_invariants_(const struct bm_linear_map *map)
{
	int err = bm_handle_invariants(&map->object);
	uint32_t len;

	if (!err)
		err = bm_handle_len_(&map->object, &len);
	if (err)
		return err;
	if (__atomic_load_n(&map->object.object->place[0], __ATOMIC_RELAXED))
		return -EUCLEAN;
	for (uint32_t i = 0; i < len; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (is_equal(map, i, j))
				return -EUCLEAN;
		}
	}
	return 0;
}
