// SPDX-License-Identifier: MIT
/*
 * set.c: two sets
 *
 * What another process writes into the other set meanwhile may give wrong results;
 * every loop ends with its last slot.
 */
#include <budgetmem/set.h>

#include "map.h"

static bool has(const struct bm_map *set, const void *key)
{
	uint64_t hash = set->type.hash(&set->secret, key);

	return bm_map_at_(set, hash, key, bm_map_shape(set)) != NULL;
}

/* The keys of @set that @other does not have. */
static uint32_t count_missing(const struct bm_map *set, const struct bm_map *other)
{
	uint32_t missing = 0;
	size_t cursor = 0;
	uint32_t slot;

	while ((slot = bm_map_next_slot_(set, &cursor)) != BM_MAP_NO_SLOT_)
		missing += !has(other, bm_map_entry(set, slot));
	return missing;
}

/* Nothing is done to one set because the other is damaged. */
static int begin(const struct bm_map *set, const struct bm_map *other, uint32_t *len)
{
	int err = bm_handle_len_(&other->object, len);

	return err ? err : bm_handle_writable_(&set->object, len);
}

int bm_set_insert_all_(struct bm_map *set, const struct bm_map *other)
{
	size_t cursor = 0;
	uint32_t slot;
	uint32_t len;
	int err = begin(set, other, &len);

	if (err)
		return err;
	if (count_missing(other, set) > set->object.capacity - len)
		return bm_handle_refuse_(&set->object);
	while ((slot = bm_map_next_slot_(other, &cursor)) != BM_MAP_NO_SLOT_) {
		const void *key = bm_map_entry(other, slot);
		uint64_t hash = set->type.hash(&set->secret, key);

		/* A set has no values: what is given for one is not read. */
		err = bm_map_put_(set, hash, key, key, false, bm_map_shape(set));
		if (err && err != -EEXIST)
			return err;
	}
	return 0;
}

/* Takes out the keys of which the other set says so: that they are there, or not. */
int bm_set_drop_(struct bm_map *set, const struct bm_map *other, bool there)
{
	size_t cursor = 0;
	uint32_t slot;
	uint32_t len;
	int err = begin(set, other, &len);

	while (!err &&
	       (slot = bm_map_next_slot_(set, &cursor)) != BM_MAP_NO_SLOT_) {
		if (has(other, bm_map_entry(set, slot)) == there)
			err = bm_map_drop_(set, slot,
					   set->object.element_size);
	}
	return err;
}

/* Are all keys of a set there in the other one, or all not there? */
int bm_set_compare_(const struct bm_map *set, const struct bm_map *other,
		    bool there, bool *result)
{
	size_t cursor = 0;
	uint32_t slot;
	uint32_t len;
	int err = bm_handle_len_(&set->object, &len);

	if (!err)
		err = bm_handle_len_(&other->object, &len);
	if (err)
		return err;
	*result = true;
	while (*result &&
	       (slot = bm_map_next_slot_(set, &cursor)) != BM_MAP_NO_SLOT_)
		*result = has(other, bm_map_entry(set, slot)) == there;
	return 0;
}
