// SPDX-License-Identifier: MIT
/*
 * sorted-map-check.c: is a sorted map as it must be?
 */
#include "sorted-map.h"

#include <string.h>

/* How many of each there are, or have been in use at one time. */
struct counts {
	uint32_t leaves;
	uint32_t nodes;
	uint32_t entries;
};

/* Where a walk through all leaves is, and what it has seen. */
struct walk {
	struct bm_sorted_map_spot_ spot;
	struct counts used;
	struct counts seen;
	uint32_t last_leaf;
	uint32_t last_entry;
};

static int compare_to_entry(const struct bm_sorted_map *map, const void *key,
			    uint32_t entry)
{
	return map->type.compare(key, bm_sorted_map_entry(map, entry));
}

/* From a child on @level to its first leaf. */
static int go_down(const struct bm_sorted_map *map, struct walk *walk, uint32_t level,
		   uint32_t number)
{
	for (; level > 0; level--) {
		uint32_t least = level == walk->spot.height ? 2 :
				 BM_SORTED_MAP_NODE_LEAST;
		uint32_t count;

		if (number >= walk->used.nodes || ++walk->seen.nodes > walk->used.nodes)
			return -EUCLEAN;
		count = bm_sorted_map_load_(&map->nodes[number].count);
		if (count < least || count > BM_SORTED_MAP_NODE)
			return -EUCLEAN;
		walk->spot.path[level - 1].node = number;
		walk->spot.path[level - 1].at = 0;
		number = bm_sorted_map_load_(map->nodes[number].child);
	}
	walk->spot.leaf = number;
	return number < walk->used.leaves && ++walk->seen.leaves <= walk->used.leaves ?
	       0 : -EUCLEAN;
}

static bool is_copied(const struct bm_sorted_map *map, uint32_t leaf, uint32_t at,
		      uint32_t entry)
{
	return !bm_sorted_map_copies(map) ||
	       !memcmp(bm_sorted_map_copy(map, leaf, at),
		       bm_sorted_map_entry(map, entry), map->type.key_size);
}

static int check_entries(const struct bm_sorted_map *map, struct walk *walk)
{
	const struct bm_sorted_map_leaf *leaf = map->leaves + walk->spot.leaf;
	uint32_t least = walk->spot.height ? BM_SORTED_MAP_LEAF_LEAST : 0;
	uint32_t count = bm_sorted_map_load_(&leaf->count);
	uint32_t entry;

	if (count < least || count > BM_SORTED_MAP_LEAF)
		return -EUCLEAN;
	for (uint32_t at = 0; at < count; at++) {
		if (bm_sorted_map_entry_at(map, walk->spot.leaf, at, &entry) ||
		    entry >= walk->used.entries ||
		    bm_sorted_map_load_(map->states + entry) != IN_USE ||
		    !is_copied(map, walk->spot.leaf, at, entry))
			return -EUCLEAN;
		if (walk->seen.entries &&
		    compare_to_entry(map, bm_sorted_map_entry(map, walk->last_entry),
				     entry) >= 0)
			return -EUCLEAN;
		walk->last_entry = entry;
		walk->seen.entries++;
	}
	return 0;
}

/* Is the leaf chained behind the one before? */
static int check_chain(const struct bm_sorted_map *map, const struct walk *walk)
{
	const uint32_t *forward = walk->last_leaf == NO_NUMBER ? &map->tree->first :
				  &map->leaves[walk->last_leaf].next;
	const uint32_t *backward = &map->leaves[walk->spot.leaf].previous;

	return bm_sorted_map_load_(forward) == walk->spot.leaf &&
	       bm_sorted_map_load_(backward) == walk->last_leaf ? 0 : -EUCLEAN;
}

/* Does the key between two leaves come after the one and not after the other? */
static int check_key(const struct bm_sorted_map *map, const struct walk *walk,
		     const void *key)
{
	uint32_t first;

	if (bm_sorted_map_entry_at(map, walk->spot.leaf, 0, &first))
		return -EUCLEAN;
	return compare_to_entry(map, key, walk->last_entry) > 0 &&
	       compare_to_entry(map, key, first) <= 0 ? 0 : -EUCLEAN;
}

/* To the next leaf: 0, -ENOENT if there is none, or -EUCLEAN. */
static int go_on(const struct bm_sorted_map *map, struct walk *walk)
{
	struct bm_sorted_map_step_ *step = walk->spot.path;
	uint32_t level = 0;
	const void *key;
	int err;

	for (; level < walk->spot.height; level++, step++) {
		if (++step->at < bm_sorted_map_load_(&map->nodes[step->node].count))
			break;
	}
	if (level == walk->spot.height)
		return -ENOENT;
	if (step->at >= BM_SORTED_MAP_NODE)
		return -EUCLEAN;
	walk->last_leaf = walk->spot.leaf;
	key = bm_sorted_map_key(map, step->node, step->at - 1);
	err = go_down(map, walk, level,
		      bm_sorted_map_load_(map->nodes[step->node].child + step->at));
	return err ? err : check_key(map, walk, key);
}

static int walk_through(const struct bm_sorted_map *map, struct walk *walk)
{
	int err;

	walk->spot.height = bm_sorted_map_load_(&map->tree->height);
	walk->last_leaf = NO_NUMBER;
	walk->last_entry = 0;
	walk->seen = (struct counts){ 0, 0, 0 };
	if (walk->spot.height > map->levels)
		return -EUCLEAN;
	err = go_down(map, walk, walk->spot.height,
		      bm_sorted_map_load_(&map->tree->root));
	while (!err) {
		err = check_entries(map, walk);
		if (!err)
			err = check_chain(map, walk);
		if (!err)
			err = go_on(map, walk);
	}
	if (err != -ENOENT ||
	    bm_sorted_map_load_(&map->tree->last) != walk->spot.leaf ||
	    bm_sorted_map_load_(&map->leaves[walk->spot.leaf].next) != NO_NUMBER)
		return -EUCLEAN;
	return 0;
}

/* How many are free, @limit at most, and @other none of them. Links lie @step numbers apart. */
static uint32_t count_free(uint32_t first, const uint32_t *links, size_t step, uint32_t limit,
			   uint32_t other)
{
	uint32_t count = 0;

	while (first < limit && first != other && count < limit) {
		first = bm_sorted_map_load_(links + first * step);
		count++;
	}
	return first == NO_NUMBER ? count : UINT32_MAX;
}

static uint32_t count_free_entries(const struct bm_sorted_map *map, uint32_t limit)
{
	return count_free(bm_sorted_map_load_(&map->tree->free_entry), map->states, 1,
			  limit, NO_NUMBER);
}

/* From a leaf of the tree links lead to the last one. */
static uint32_t count_free_leaves(const struct bm_sorted_map *map, uint32_t limit)
{
	return count_free(bm_sorted_map_load_(&map->tree->free_leaf), &map->leaves->next,
			  sizeof(*map->leaves) / sizeof(uint32_t), limit,
			  bm_sorted_map_load_(&map->tree->last));
}

/* A walk must see that its leaf was given back. */
static bool are_free_leaves_empty(const struct bm_sorted_map *map, uint32_t limit)
{
	uint32_t leaf = bm_sorted_map_load_(&map->tree->free_leaf);

	for (uint32_t i = 0; i < limit && leaf < limit; i++) {
		if (bm_sorted_map_load_(&map->leaves[leaf].count))
			return false;
		leaf = bm_sorted_map_load_(&map->leaves[leaf].next);
	}
	return true;
}

static uint32_t count_free_nodes(const struct bm_sorted_map *map, uint32_t limit)
{
	return count_free(bm_sorted_map_load_(&map->tree->free_node), map->nodes->child,
			  sizeof(*map->nodes) / sizeof(uint32_t), limit, NO_NUMBER);
}

/* Searching for a key of a node of the tree leads through that node. */
static bool is_in_tree(const struct bm_sorted_map *map, uint32_t node)
{
	struct bm_sorted_map_spot_ spot;

	if (bm_sorted_map_descend_(map, bm_sorted_map_key(map, node, 0), map->type.key_size,
				   map->type.compare, &spot))
		return true;
	for (uint32_t level = 0; level < spot.height; level++)
		if (spot.path[level].node == node)
			return true;
	return false;
}

/* No free node is in the tree. */
static bool are_nodes_apart(const struct bm_sorted_map *map, uint32_t limit)
{
	uint32_t node = bm_sorted_map_load_(&map->tree->free_node);

	for (uint32_t i = 0; i < limit && node < limit; i++) {
		if (is_in_tree(map, node))
			return false;
		node = bm_sorted_map_load_(map->nodes[node].child);
	}
	return true;
}

static int read_used(const struct bm_sorted_map *map, struct counts *used)
{
	used->leaves = bm_sorted_map_load_(&map->tree->leaves);
	used->nodes = bm_sorted_map_load_(&map->tree->nodes);
	used->entries = bm_sorted_map_load_(&map->tree->entries);
	return used->leaves <= map->leaf_count && used->nodes <= map->node_count &&
	       used->entries <= map->object.capacity ? 0 : -EUCLEAN;
}

/* All that were ever in use are in use or free. */
static bool is_complete(const struct bm_sorted_map *map, const struct counts *seen,
			const struct counts *used)
{
	return seen->entries + count_free_entries(map, used->entries) == used->entries &&
	       seen->leaves + count_free_leaves(map, used->leaves) == used->leaves &&
	       seen->nodes + count_free_nodes(map, used->nodes) == used->nodes &&
	       are_free_leaves_empty(map, used->leaves) &&
	       are_nodes_apart(map, used->nodes);
}

int bm_sorted_map_invariants_(const struct bm_sorted_map *map)
{
	struct walk walk;
	int err = bm_handle_invariants(&map->object);

	if (!err)
		err = read_used(map, &walk.used);
	if (!err)
		err = walk_through(map, &walk);
	if (err)
		return err;
	if (walk.seen.entries != bm_sorted_map_load_(&map->object.object->len) ||
	    !is_complete(map, &walk.seen, &walk.used))
		return -EUCLEAN;
	return 0;
}
