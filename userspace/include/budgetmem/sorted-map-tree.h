/* SPDX-License-Identifier: MIT */
/*
 * sorted-map-tree.h: insides of the sorted map: what lies in the pool, and the search
 *
 * Programs include sorted-map.h, which describes the map.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_SORTED_MAP_TREE_H
#define BUDGETMEM_SORTED_MAP_TREE_H

#include <budgetmem/vec-order.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_SORTED_MAP_VERSION	1

/* Entries of a leaf and children of a node: most, and least unless it is the root. */
#define BM_SORTED_MAP_LEAF	60
#define BM_SORTED_MAP_LEAF_LEAST 30
#define BM_SORTED_MAP_NODE	31
#define BM_SORTED_MAP_NODE_LEAST 15

/* Nodes above each other, at BM_CAPACITY_MAX. */
#define BM_SORTED_MAP_LEVELS	7

/* Keys between the children of a node. */
#define BM_SORTED_MAP_KEYS_	(BM_SORTED_MAP_NODE - 1)

/* Keys of at most so many bytes are copied into the leaves: searches touch less memory. */
#define BM_SORTED_MAP_COPIED_	16

/* Most leaves and nodes that there can be: the layout, version 1. */
#define BM_SORTED_MAP_LEAVES_(capacity)					\
	((uint64_t)(capacity) < BM_SORTED_MAP_LEAF_LEAST ? 1 :		\
	 (uint64_t)(capacity) / BM_SORTED_MAP_LEAF_LEAST)
#define BM_SORTED_MAP_LEVEL_(leaves, below, here)			\
	((leaves) / (below) <= 1 ? (uint64_t)0 :			\
	 (leaves) < (here) ? (uint64_t)1 : (leaves) / (here))
#define BM_SORTED_MAP_NODES_OVER_(leaves)				\
	(BM_SORTED_MAP_LEVEL_(leaves, 1, 15) +				\
	 BM_SORTED_MAP_LEVEL_(leaves, 15, 225) +			\
	 BM_SORTED_MAP_LEVEL_(leaves, 225, 3375) +			\
	 BM_SORTED_MAP_LEVEL_(leaves, 3375, 50625) +			\
	 BM_SORTED_MAP_LEVEL_(leaves, 50625, 759375) +			\
	 BM_SORTED_MAP_LEVEL_(leaves, 759375, 11390625) +		\
	 BM_SORTED_MAP_LEVEL_(leaves, 11390625, 170859375))
#define BM_SORTED_MAP_NODES_(capacity)					\
	BM_SORTED_MAP_NODES_OVER_(BM_SORTED_MAP_LEAVES_(capacity))
#define BM_SORTED_MAP_COPIES_(capacity, key_size)			\
	((key_size) > BM_SORTED_MAP_COPIED_ ? (uint64_t)0 :		\
	 BM_BYTES_ROUND_(BM_SORTED_MAP_LEAVES_(capacity) *		\
			 BM_SORTED_MAP_LEAF * (uint64_t)(key_size)))
#define BM_SORTED_MAP_CONTENTS_(capacity, key_size, entry_size)		\
	(sizeof(struct bm_sorted_map_tree) +				\
	 BM_BYTES_ROUND_((uint64_t)(capacity) * sizeof(uint32_t)) +	\
	 BM_SORTED_MAP_LEAVES_(capacity) * sizeof(struct bm_sorted_map_leaf) + \
	 BM_SORTED_MAP_NODES_(capacity) * sizeof(struct bm_sorted_map_node) + \
	 BM_BYTES_ROUND_(BM_SORTED_MAP_NODES_(capacity) *		\
			 BM_SORTED_MAP_KEYS_ * (uint64_t)(key_size)) +	\
	 BM_SORTED_MAP_COPIES_(capacity, key_size) +			\
	 (uint64_t)(capacity) * (uint64_t)(entry_size))

/**
 * struct bm_sorted_map_tree - where the tree begins, in the region
 * @root: number of a node, or of a leaf if @height is 0
 * @height: nodes above each leaf
 * @first: leaf with the least keys
 * @last: leaf with the greatest keys
 * @entries: that have been in use
 * @free_entry: one of them that is not, or UINT32_MAX; its state is the next
 * @leaves: that have been in use
 * @free_leaf: one of them that is not, or UINT32_MAX
 * @nodes: that have been in use
 * @free_node: one of them that is not, or UINT32_MAX
 * @unused: anything
 */
struct bm_sorted_map_tree {
	uint32_t root;
	uint32_t height;
	uint32_t first;
	uint32_t last;
	uint32_t entries;
	uint32_t free_entry;
	uint32_t leaves;
	uint32_t free_leaf;
	uint32_t nodes;
	uint32_t free_node;
	uint32_t unused[6];
};

/**
 * struct bm_sorted_map_leaf - numbers of entries, in the order of their keys
 * @count: how many
 * @next: leaf with greater keys, or UINT32_MAX
 * @previous: leaf with lesser keys, or UINT32_MAX
 * @unused: anything
 * @entry: the numbers
 */
struct bm_sorted_map_leaf {
	uint32_t count;
	uint32_t next;
	uint32_t previous;
	uint32_t unused;
	uint32_t entry[BM_SORTED_MAP_LEAF];
};

/**
 * struct bm_sorted_map_node - numbers of other nodes, or of leaves above these
 * @count: how many
 * @child: the numbers
 */
struct bm_sorted_map_node {
	uint32_t count;
	uint32_t child[BM_SORTED_MAP_NODE];
};

/**
 * struct bm_sorted_map_type - what a caller declares a map to be
 * @type: as for every object; an element is an entry
 * @key_size: bytes
 * @value_size: bytes
 * @value_offset: bytes from the start of an entry
 * @compare: the program's
 */
struct bm_sorted_map_type {
	struct bm_type type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t value_offset;
	bm_order_function *compare;
};

/**
 * struct bm_sorted_map - private part of a sorted map
 * @object: as for every object
 * @type: as declared
 * @leaf_count: leaves that there is room for
 * @node_count: nodes that there is room for
 * @levels: nodes that can be above each other
 * @tree: in the region
 * @states: in the region, one for each entry: UINT32_MAX - 1 if it is in use, else the
 *	next that is free, or UINT32_MAX
 * @leaves: in the region
 * @nodes: in the region
 * @keys: in the region, BM_SORTED_MAP_KEYS_ for each node
 * @copies: in the region, BM_SORTED_MAP_LEAF keys for each leaf, if they are small
 * @entries: in the region
 */
struct bm_sorted_map {
	struct bm_handle object;
	struct bm_sorted_map_type type;
	uint32_t leaf_count;
	uint32_t node_count;
	uint32_t levels;
	struct bm_sorted_map_tree *tree;
	uint32_t *states;
	struct bm_sorted_map_leaf *leaves;
	struct bm_sorted_map_node *nodes;
	unsigned char *keys;
	unsigned char *copies;
	unsigned char *entries;
};

/* The way to a leaf, from the bottom: nodes, and which of their children. */
struct bm_sorted_map_step_ {
	uint32_t node;
	uint32_t at;
};

/* Where a key is or would be. */
struct bm_sorted_map_spot_ {
	uint32_t leaf;
	uint32_t at;
	uint32_t entry;
	uint32_t height;
	struct bm_sorted_map_step_ path[BM_SORTED_MAP_LEVELS];
};

int bm_sorted_map_create_(struct bm_sorted_map *map, struct bm_region region,
			  const char *name, const struct bm_sorted_map_type *type);
int bm_sorted_map_attach_(struct bm_sorted_map *map, struct bm_region region,
			  const char *name, const struct bm_sorted_map_type *type,
			  struct bm_mismatch *mismatch);
int bm_sorted_map_add_(struct bm_sorted_map *map, const void *key, const void *value,
		       const struct bm_sorted_map_spot_ *spot);
int bm_sorted_map_overwrite_(struct bm_sorted_map *map, uint32_t entry,
			     const void *value);
int bm_sorted_map_take_out_(struct bm_sorted_map *map,
			    const struct bm_sorted_map_spot_ *spot, void *value);
int bm_sorted_map_pop_(struct bm_sorted_map *map, bool last, void *key, void *value);
int bm_sorted_map_next_(const struct bm_sorted_map *map, size_t *cursor, void *key,
			void *value);
int bm_sorted_map_previous_(const struct bm_sorted_map *map, size_t *cursor,
			    void *key, void *value);
int bm_sorted_map_bound_(const struct bm_sorted_map *map, const void *key,
			 bool equal, size_t *cursor);
void bm_sorted_map_clear_(struct bm_sorted_map *map);
int bm_sorted_map_repair_(struct bm_sorted_map *map);
int bm_sorted_map_invariants_(const struct bm_sorted_map *map);

static inline struct bm_type bm_sorted_map_entry_type_(size_t size, size_t alignment,
						       size_t capacity,
						       size_t key_size,
						       uint32_t key_hash,
						       uint32_t value_hash)
{
	struct bm_type type;

	type.kind = BM_KIND_SORTED_MAP;
	type.version = BM_SORTED_MAP_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = key_hash * 31 + value_hash;
	type.bytes = BM_SORTED_MAP_CONTENTS_(capacity, key_size, size);
	return type;
}

/* Another process may write it at any time: it is read once. */
static inline uint32_t bm_sorted_map_load_(const uint32_t *number)
{
	return __atomic_load_n(number, __ATOMIC_RELAXED);
}

/* All lines of what is searched next: without it they would be waited for in turn. */
BM_FORCE_INLINE_ void bm_sorted_map_fetch_(const void *from, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += 64)
		__builtin_prefetch((const char *)from + at);
}

/*
 * Searching is inline because key, entry and order are constant there: half of the time
 * would be calls of the order otherwise.
 */
BM_FORCE_INLINE_ int bm_sorted_map_descend_(const struct bm_sorted_map *map,
					    const void *key, size_t key_size,
					    bm_order_function *compare,
					    struct bm_sorted_map_spot_ *spot)
{
	uint32_t number = bm_sorted_map_load_(&map->tree->root);

	spot->height = bm_sorted_map_load_(&map->tree->height);
	if (spot->height > map->levels)
		return -EUCLEAN;
	for (uint32_t level = spot->height; level > 0; level--) {
		const struct bm_sorted_map_node *node;
		uint32_t children;
		size_t at;

		if (number >= map->node_count)
			return -EUCLEAN;
		node = map->nodes + number;
		if (key_size <= BM_SORTED_MAP_COPIED_)
			bm_sorted_map_fetch_(map->keys + number * key_size *
					     BM_SORTED_MAP_KEYS_,
					     key_size * BM_SORTED_MAP_KEYS_);
		children = bm_sorted_map_load_(&node->count);
		if (!children || children > BM_SORTED_MAP_NODE)
			return -EUCLEAN;
		at = bm_order_before_(map->keys + number * key_size *
				      BM_SORTED_MAP_KEYS_, children - 1, key,
				      key_size, true, compare);
		spot->path[level - 1].node = number;
		spot->path[level - 1].at = (uint32_t)at;
		number = bm_sorted_map_load_(node->child + at);
	}
	spot->leaf = number;
	return number < map->leaf_count ? 0 : -EUCLEAN;
}

/* The key at a place in a leaf that has been looked at, or NULL if it is damaged. */
BM_FORCE_INLINE_ const unsigned char *
bm_sorted_map_key_at_(const struct bm_sorted_map *map, uint32_t leaf, uint32_t at,
		      size_t key_size, size_t entry_size)
{
	uint32_t entry;

	if (key_size <= BM_SORTED_MAP_COPIED_)
		return map->copies + ((size_t)leaf * BM_SORTED_MAP_LEAF + at) * key_size;
	entry = bm_sorted_map_load_(map->leaves[leaf].entry + at);
	return entry < map->object.capacity ? map->entries + entry * entry_size : NULL;
}

/* Finds where a key is in its leaf, or would be: 0, -ENOENT or -EUCLEAN. */
BM_FORCE_INLINE_ int bm_sorted_map_seek_(const struct bm_sorted_map *map,
					 const void *key, size_t key_size,
					 size_t entry_size, bool equal,
					 bm_order_function *compare,
					 struct bm_sorted_map_spot_ *spot)
{
	const struct bm_sorted_map_leaf *leaf = map->leaves + spot->leaf;
	uint32_t count = bm_sorted_map_load_(&leaf->count);
	uint32_t left = count;
	const unsigned char *place;

	if (count > BM_SORTED_MAP_LEAF)
		return -EUCLEAN;
	bm_sorted_map_fetch_(leaf->entry, sizeof(leaf->entry));
	if (key_size <= BM_SORTED_MAP_COPIED_)
		bm_sorted_map_fetch_(bm_sorted_map_key_at_(map, spot->leaf, 0, key_size,
							   entry_size),
				     key_size * count);
	spot->at = 0;
	while (left) {
		uint32_t half = (left + 1) / 2;

		place = bm_sorted_map_key_at_(map, spot->leaf, spot->at + half - 1,
					      key_size, entry_size);
		if (!place)
			return -EUCLEAN;
		spot->at += (compare(place, key) < equal) * half;
		left -= half;
	}
	if (spot->at == count)
		return -ENOENT;
	spot->entry = bm_sorted_map_load_(leaf->entry + spot->at);
	place = bm_sorted_map_key_at_(map, spot->leaf, spot->at, key_size, entry_size);
	if (spot->entry >= map->object.capacity || !place)
		return -EUCLEAN;
	return compare(place, key) ? -ENOENT : 0;
}

BM_FORCE_INLINE_ int bm_sorted_map_find_(const struct bm_sorted_map *map,
					 const void *key, size_t key_size, size_t entry_size,
					 bm_order_function *compare,
					 struct bm_sorted_map_spot_ *spot)
{
	int err = bm_sorted_map_descend_(map, key, key_size, compare, spot);

	return err ? err : bm_sorted_map_seek_(map, key, key_size, entry_size, false,
					       compare, spot);
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_SORTED_MAP_TREE_H */
