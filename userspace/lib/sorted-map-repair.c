// SPDX-License-Identifier: MIT
/*
 * sorted-map-repair.c: the tree of a sorted map, made anew from the entries
 */
#include "sorted-map.h"

#include <string.h>

/*
 * Things dealt out over places: each has @each of them, the first @more one more.
 * Leaves hold the entries' numbers in one long array, of which this knows the folds.
 */
struct deal {
	uint32_t places;
	uint32_t each;
	uint32_t more;
};

static struct deal deal_out(uint32_t things, uint32_t most)
{
	struct deal deal;

	deal.places = things ? (things - 1) / most + 1 : 1;
	deal.each = things / deal.places;
	deal.more = things % deal.places;
	return deal;
}

static uint32_t held_by(const struct deal *deal, uint32_t place)
{
	return deal->each + (place < deal->more);
}

static uint32_t *number_at(const struct bm_sorted_map *map, const struct deal *deal,
			   uint32_t index)
{
	uint32_t larger = deal->more * (deal->each + 1);
	uint32_t place;
	uint32_t at;

	if (index < larger) {
		place = index / (deal->each + 1);
		at = index % (deal->each + 1);
	} else {
		place = deal->more + (index - larger) / deal->each;
		at = (index - larger) % deal->each;
	}
	return map->leaves[place].entry + at;
}

/* Its entry; any entry if somebody has changed the number meanwhile. */
static const unsigned char *key_of(const struct bm_sorted_map *map,
				   const uint32_t *number)
{
	uint32_t entry = bm_sorted_map_load_(number);

	return bm_sorted_map_entry(map, entry < map->object.capacity ? entry : 0);
}

static int compare(const struct bm_sorted_map *map, const uint32_t *a,
		   const uint32_t *b)
{
	return map->type.compare(key_of(map, a), key_of(map, b));
}

static void exchange(uint32_t *a, uint32_t *b)
{
	uint32_t held = *a;

	*a = *b;
	*b = held;
}

static void sift_down(const struct bm_sorted_map *map, const struct deal *deal,
		      uint32_t root, uint32_t count)
{
	while (root < count / 2) {
		uint32_t child = 2 * root + 1;
		uint32_t *above = number_at(map, deal, root);
		uint32_t *greater = number_at(map, deal, child);

		if (child + 1 < count) {
			uint32_t *other = number_at(map, deal, child + 1);

			if (compare(map, greater, other) < 0) {
				greater = other;
				child++;
			}
		}
		if (compare(map, above, greater) >= 0)
			return;
		exchange(above, greater);
		root = child;
	}
}

static void sort(const struct bm_sorted_map *map, const struct deal *deal,
		 uint32_t count)
{
	for (uint32_t root = count / 2; root-- > 0;)
		sift_down(map, deal, root, count);
	while (count > 1) {
		count--;
		exchange(number_at(map, deal, 0), number_at(map, deal, count));
		sift_down(map, deal, 0, count);
	}
}

/* A key that is there twice, which no verb does: one of them goes. */
static bool drop_copies(const struct bm_sorted_map *map, const struct deal *deal,
			uint32_t count)
{
	bool dropped = false;

	for (uint32_t i = 1; i < count; i++) {
		const uint32_t *before = number_at(map, deal, i - 1);
		uint32_t entry = bm_sorted_map_load_(before);

		if (compare(map, before, number_at(map, deal, i)))
			continue;
		if (entry < map->object.capacity)
			bm_sorted_map_store(map->states + entry, NO_NUMBER);
		dropped = true;
	}
	return dropped;
}

static uint32_t count_in_use(const struct bm_sorted_map *map, uint32_t entries)
{
	uint32_t count = 0;

	for (uint32_t entry = 0; entry < entries; entry++)
		count += bm_sorted_map_load_(map->states + entry) == IN_USE;
	return count;
}

/* Numbers of all entries in use into the leaves; the others become free. */
static void collect(const struct bm_sorted_map *map, const struct deal *deal,
		    uint32_t entries, uint32_t count)
{
	uint32_t free_entry = NO_NUMBER;
	uint32_t index = 0;

	for (uint32_t entry = 0; entry < entries; entry++) {
		if (bm_sorted_map_load_(map->states + entry) != IN_USE) {
			bm_sorted_map_store(map->states + entry, free_entry);
			free_entry = entry;
		} else if (index < count) {
			*number_at(map, deal, index++) = entry;
		}
	}
	map->tree->free_entry = free_entry;
}

static void copy_keys(const struct bm_sorted_map *map, uint32_t leaf, uint32_t count)
{
	if (!bm_sorted_map_copies(map))
		return;
	for (uint32_t at = 0; at < count; at++)
		memcpy(bm_sorted_map_copy(map, leaf, at),
		       key_of(map, map->leaves[leaf].entry + at),
		       map->type.key_size);
}

static void chain(const struct bm_sorted_map *map, const struct deal *deal)
{
	for (uint32_t leaf = 0; leaf < deal->places; leaf++) {
		copy_keys(map, leaf, held_by(deal, leaf));
		map->leaves[leaf].count = held_by(deal, leaf);
		map->leaves[leaf].previous = leaf ? leaf - 1 : NO_NUMBER;
		map->leaves[leaf].next = leaf + 1 < deal->places ? leaf + 1 :
					 NO_NUMBER;
	}
	map->tree->leaves = deal->places;
	map->tree->last = deal->places - 1;
}

/* The least key below a child on @level. */
static const unsigned char *least_key(const struct bm_sorted_map *map, uint32_t level,
				      uint32_t number)
{
	for (; level > 0 && number < map->node_count; level--)
		number = bm_sorted_map_load_(map->nodes[number].child);
	return key_of(map, map->leaves[number < map->leaf_count ? number : 0].entry);
}

/* From @node on: nodes above those from @child on, which are dealt out over them. */
static void build_level(const struct bm_sorted_map *map, const struct deal *deal,
			uint32_t level, uint32_t child, uint32_t node)
{
	for (uint32_t i = 0; i < deal->places; i++, node++) {
		uint32_t count = held_by(deal, i);

		map->nodes[node].count = count;
		for (uint32_t at = 0; at < count; at++, child++) {
			map->nodes[node].child[at] = child;
			if (at)
				memcpy(bm_sorted_map_key(map, node, at - 1),
				       least_key(map, level, child),
				       map->type.key_size);
		}
	}
}

/*
 * Nodes are counted here: the number in the pool may be changed meanwhile. Those that are as
 * full as they can be fit at every capacity; who is wrong there writes nothing.
 */
static void build(const struct bm_sorted_map *map, const struct deal *leaves)
{
	uint32_t children = leaves->places;
	uint32_t nodes = 0;
	uint32_t first = 0;
	uint32_t level = 0;

	bm_sorted_map_plant(map);
	chain(map, leaves);
	while (children > 1 && level < map->levels) {
		struct deal deal = deal_out(children, BM_SORTED_MAP_NODE);

		if (deal.places > map->node_count - nodes)
			return;
		build_level(map, &deal, level, first, nodes);
		first = nodes;
		nodes += deal.places;
		children = deal.places;
		level++;
	}
	map->tree->nodes = nodes;
	map->tree->root = first;
	map->tree->height = level;
}

int bm_sorted_map_repair_(struct bm_sorted_map *map)
{
	uint32_t before = (uint32_t)bm_handle_bounded_len_(&map->object);
	uint32_t entries = bm_sorted_map_load_(&map->tree->entries);
	struct deal deal;
	uint32_t count;

	if (entries > map->object.capacity)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	for (int attempt = 0; attempt < 2; attempt++) {
		count = count_in_use(map, entries);
		deal = deal_out(count, BM_SORTED_MAP_LEAF);
		collect(map, &deal, entries, count);
		sort(map, &deal, count);
		if (drop_copies(map, &deal, count))
			continue;
		build(map, &deal);
		bm_handle_set_len_(&map->object, before, count);
		bm_handle_end_repair(&map->object);
		return 0;
	}
	return -EUCLEAN;
}
