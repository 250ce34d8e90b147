/* SPDX-License-Identifier: MIT */
/*
 * sorted-map.h: what the files of the sorted map share
 *
 * Which keys there are is said by the entries' states alone. The tree is made from them
 * and can be made anew at any time: nothing in it has to survive a death.
 *
 * Numbers from the pool can be anything: leaves, nodes and entries that they name are
 * compared with the handle's counts, counts within a leaf or node with its size, before
 * they are used. No loop follows links further than there are levels.
 */
#ifndef BUDGETMEM_LIB_SORTED_MAP_H
#define BUDGETMEM_LIB_SORTED_MAP_H

#include <budgetmem/sorted-map.h>

#include "object.h"

#define NO_NUMBER	UINT32_MAX
#define IN_USE		(UINT32_MAX - 1)

/* Enters an entry's number before @spot: 0 or -EUCLEAN. */
int bm_sorted_map_link(const struct bm_sorted_map *map,
		       const struct bm_sorted_map_spot_ *spot, uint32_t entry);

/* Takes the number at @spot out: 0 or -EUCLEAN. */
int bm_sorted_map_unlink(const struct bm_sorted_map *map,
			 const struct bm_sorted_map_spot_ *spot);

/* A tree without entries. */
void bm_sorted_map_plant(const struct bm_sorted_map *map);

static inline void bm_sorted_map_store(uint32_t *number, uint32_t value)
{
	__atomic_store_n(number, value, __ATOMIC_RELAXED);
}

/* An entry begins with its key. */
static inline unsigned char *bm_sorted_map_entry(const struct bm_sorted_map *map,
						 uint32_t entry)
{
	return map->entries + (size_t)entry * map->object.element_size;
}

/* The key before the child after @at. */
static inline unsigned char *bm_sorted_map_key(const struct bm_sorted_map *map,
					       uint32_t node, uint32_t at)
{
	return map->keys + ((size_t)node * BM_SORTED_MAP_KEYS_ + at) *
	       map->type.key_size;
}

static inline int bm_sorted_map_entry_at(const struct bm_sorted_map *map,
					 uint32_t leaf, uint32_t at, uint32_t *entry)
{
	*entry = bm_sorted_map_load_(map->leaves[leaf].entry + at);
	return *entry < map->object.capacity ? 0 : -EUCLEAN;
}

/* Keys of this map are copied into its leaves. */
static inline bool bm_sorted_map_copies(const struct bm_sorted_map *map)
{
	return map->type.key_size <= BM_SORTED_MAP_COPIED_;
}

static inline unsigned char *bm_sorted_map_copy(const struct bm_sorted_map *map,
						uint32_t leaf, uint32_t at)
{
	return map->copies + ((size_t)leaf * BM_SORTED_MAP_LEAF + at) *
	       map->type.key_size;
}

#endif /* BUDGETMEM_LIB_SORTED_MAP_H */
