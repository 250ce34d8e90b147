/* SPDX-License-Identifier: MIT */
/*
 * map-places.h: what index maps and least-recently-used caches share
 *
 * Their entries lie in an array without gaps, 0 to the length, in an order of their
 * own. Beside it is what a map has: groups and tags (map-core.h), and in place of the
 * entry, for each slot, its index in the array. What moves within the slots moves four
 * bytes, and no entry.
 *
 * What is inline is so for the reason that map-core.h gives. An index that is read from
 * the pool is compared with the capacity before it is used.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_MAP_PLACES_H
#define BUDGETMEM_MAP_PLACES_H

#include <budgetmem/map-declare.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct bm_map_found - where a key is
 * @slot: BM_MAP_NO_SLOT_ if it is not there
 * @index: of its entry, below the capacity
 */
struct bm_map_found {
	uint32_t slot;
	uint32_t index;
};

int bm_places_invariants_(const struct bm_map *map);

/* Is the entry of this slot the one that is looked for? */
BM_FORCE_INLINE_ bool bm_places_look_(const struct bm_map *map,
				      struct bm_map_found *found, uint32_t slot,
				      const void *key, struct bm_map_shape shape)
{
	found->slot = slot;
	found->index = __atomic_load_n(map->places + slot, __ATOMIC_RELAXED);
	return found->index < map->object.capacity &&
	       shape.equal(bm_map_entry_(map, found->index, shape.entry_size), key);
}

BM_FORCE_INLINE_ struct bm_map_found
bm_places_search_(const struct bm_map *map, uint64_t hash, const void *key,
		  struct bm_map_shape shape)
{
	struct bm_map_spot spot = bm_map_spot_(map, hash, shape.one_window);
	uint64_t match = bm_map_match_(map, spot, shape.one_window);
	struct bm_map_found found;

	for (; match; match &= match - 1) {
		if (bm_places_look_(map, &found, bm_map_first_(spot.home, match),
				    key, shape))
			return found;
	}
	if (__builtin_expect(bm_map_has_far_(map, spot.home, shape.one_window), 0)) {
		uint32_t slot = bm_map_search_far_(map, hash, key, shape.equal);

		if (slot != BM_MAP_NO_SLOT_ &&
		    bm_places_look_(map, &found, slot, key, shape))
			return found;
	}
	found.slot = BM_MAP_NO_SLOT_;
	found.index = 0;
	return found;
}

/* Copies an entry out; what is NULL is not wanted. */
BM_FORCE_INLINE_ void bm_places_copy_(const struct bm_map *map, uint32_t index,
				      void *key, void *value, struct bm_map_shape shape)
{
	const unsigned char *entry = bm_map_entry_(map, index, shape.entry_size);

	if (key)
		memcpy(key, entry, shape.key_size);
	if (value)
		memcpy(value, entry + shape.value_offset, shape.value_size);
}

BM_FORCE_INLINE_ void bm_places_write_(const struct bm_map *map, uint32_t index,
				       const void *key, const void *value,
				       struct bm_map_shape shape)
{
	unsigned char *entry = bm_map_entry_(map, index, shape.entry_size);

	memcpy(entry, key, shape.key_size);
	memcpy(entry + shape.value_offset, value, shape.value_size);
}

/* Enters the key of an entry into a free slot. The tag comes last. */
static inline void bm_places_enter_(const struct bm_map *map, unsigned char tag,
				    uint32_t slot, uint32_t index)
{
	__atomic_store_n(map->places + slot, index, __ATOMIC_RELAXED);
	__atomic_store_n(map->tags + slot, tag, __ATOMIC_RELEASE);
}

BM_FORCE_INLINE_ int bm_places_get_(const struct bm_map *map, uint64_t hash,
				    const void *key, void *value, struct bm_map_shape shape)
{
	struct bm_map_found found = bm_places_search_(map, hash, key, shape);

	if (found.slot == BM_MAP_NO_SLOT_)
		return -ENOENT;
	bm_places_copy_(map, found.index, NULL, value, shape);
	return 0;
}

BM_FORCE_INLINE_ void *bm_places_at_(const struct bm_map *map, uint64_t hash,
				     const void *key, struct bm_map_shape shape)
{
	struct bm_map_found found = bm_places_search_(map, hash, key, shape);

	return found.slot == BM_MAP_NO_SLOT_ ? NULL :
	       bm_map_entry_(map, found.index, shape.entry_size) +
	       shape.value_offset;
}

#ifdef __cplusplus
}
#endif

/* The value itself, and whether there is one. */
#define BM_PLACES_DIRECT_(name, K, V)					\
	BM_INLINE_ V *name##_at(const struct name *m, const K *key)	\
	{								\
		return (V *)bm_places_at_(&m->map,			\
					  name##_hash_of_(m, key), key,	\
					  name##_shape_());		\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m,		\
					const K *key)			\
	{								\
		return name##_at(m, key) != NULL;			\
	}

#endif /* BUDGETMEM_MAP_PLACES_H */
