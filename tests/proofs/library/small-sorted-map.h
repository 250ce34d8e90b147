/* SPDX-License-Identifier: MIT */
/*
 * small-sorted-map.h: sorted maps of CAPACITY entries, keys and values of a byte, in every
 * state, and in every sound one. Leaves have at most four entries here and nodes four
 * children, and at least two; there are as many of them as a map of this capacity can
 * need, and one node above the leaves.
 *
 * The parts of the map are objects of their own, where a map has them one behind the
 * other: so an access beyond any of them is found.
 */
#ifndef BUDGETMEM_PROOFS_SMALL_SORTED_MAP_H
#define BUDGETMEM_PROOFS_SMALL_SORTED_MAP_H

#include <stdint.h>

/* Where it is used: a pointer to what is not known costs the model checker minutes. */
#define bm_sorted_map_load_(number)	(*(number))

#include <budgetmem/sorted-map.h>

#define CONTENTS	1
#include "errors.h"

#define LEAVES		(CAPACITY / BM_SORTED_MAP_LEAF_LEAST)

static struct bm_sorted_map_tree tree;
static uint32_t states[CAPACITY];
static struct bm_sorted_map_leaf leaves[LEAVES];
static struct bm_sorted_map_node nodes[NODES];
static unsigned char keys[NODES * BM_SORTED_MAP_KEYS_];
static unsigned char copies[LEAVES * BM_SORTED_MAP_LEAF];

#include "sorted-map-moves.h"

#include "sorted-map-tree.c"
#include "sorted-map-check.c"
#include "sorted-map.c"

static int by_key(const unsigned char *a, const unsigned char *b)
{
	return *a - *b;
}

BM_SORTED_MAP(things, unsigned char, unsigned char, CAPACITY, by_key)

static struct things_entry entries[CAPACITY];

static struct things map;
static bool was_in_use[CAPACITY];
static struct things_entry entries_were[CAPACITY];

/* What is behind those that have been in use may be anything. */
static bool is_in_use(uint32_t entry)
{
	return entry < tree.entries && states[entry] == IN_USE;
}

static void any_map(void)
{
	struct bm_sorted_map any = {
		.object = any_object(CAPACITY, 2),
		.type = { .key_size = 1, .value_size = 1, .value_offset = 1,
			  .compare = things_compare_ },
		.leaf_count = LEAVES, .node_count = NODES,
		.levels = BM_SORTED_MAP_LEVELS,
		.tree = &tree, .states = states, .leaves = leaves,
		.nodes = nodes, .keys = keys, .copies = copies,
		.entries = (unsigned char *)entries,
	};

	__CPROVER_havoc_object(&tree);
	__CPROVER_havoc_object(states);
	__CPROVER_havoc_object(leaves);
	__CPROVER_havoc_object(nodes);
	__CPROVER_havoc_object(keys);
	__CPROVER_havoc_object(copies);
	__CPROVER_havoc_object(entries);
	map.map = any;
}

/**
 * struct listing - of what the tree has in it
 * @entries: a bit for each
 * @leaves: a bit for each
 * @nodes: a bit for each
 * @count: entries
 * @key: that the next one must come after, less one
 * @leaf: the last
 */
struct listing {
	unsigned char entries;
	unsigned char leaves;
	unsigned char nodes;
	uint32_t count;
	int key;
	uint32_t leaf;
};

/* The key between a child and the one before. */
static int key_before(uint32_t node, uint32_t child)
{
	return keys[node * BM_SORTED_MAP_KEYS_ + child - 1];
}

static bool list_entries(struct listing *listing, uint32_t number)
{
	struct bm_sorted_map_leaf leaf = leaves[number];

	for (uint32_t at = 0; at < BM_SORTED_MAP_LEAF; at++) {
		uint32_t entry = leaf.entry[at];

		if (at >= leaf.count)
			break;
		if (entry >= tree.entries || states[entry] != IN_USE ||
		    entries[entry].key <= listing->key ||
		    copies[number * BM_SORTED_MAP_LEAF + at] != entries[entry].key)
			return false;
		listing->key = entries[entry].key;
		listing->entries |= (unsigned char)(1 << (entry & 7));
	}
	listing->count += leaf.count;
	return true;
}

static bool list_leaf(struct listing *listing, uint32_t number, uint32_t least)
{
	if (number >= tree.leaves || leaves[number].previous != listing->leaf ||
	    leaves[number].count < least ||
	    leaves[number].count > BM_SORTED_MAP_LEAF)
		return false;
	if ((listing->leaf == NO_NUMBER ? tree.first :
	     leaves[listing->leaf].next) != number)
		return false;
	listing->leaf = number;
	listing->leaves |= (unsigned char)(1 << (number & 7));
	return list_entries(listing, number);
}

/* The key between two children comes after the one and not after the other. */
static bool list_node(struct listing *listing, uint32_t number)
{
	struct bm_sorted_map_node node = nodes[number];

	if (node.count < 2 || node.count > BM_SORTED_MAP_NODE)
		return false;
	listing->nodes |= (unsigned char)(1 << (number & 7));
	for (uint32_t at = 0; at < BM_SORTED_MAP_NODE && at < LEAVES; at++) {
		int key = at ? key_before(number, at) : 0;

		if (at >= node.count)
			break;
		if (at && key <= listing->key)
			return false;
		listing->key = key - 1;
		if (!list_leaf(listing, node.child[at], BM_SORTED_MAP_LEAF_LEAST))
			return false;
	}
	return node.count <= LEAVES;
}

static bool list_tree(struct listing *listing)
{
	listing->entries = listing->leaves = listing->nodes = listing->count = 0;
	listing->key = -1;
	listing->leaf = NO_NUMBER;
	if (tree.entries > CAPACITY || tree.leaves > LEAVES || tree.nodes > NODES)
		return false;
	if (tree.height ? tree.height > 1 || tree.root >= tree.nodes ||
			  !list_node(listing, tree.root) :
			  !list_leaf(listing, tree.root, 0))
		return false;
	return tree.last == listing->leaf &&
	       leaves[listing->leaf].next == NO_NUMBER;
}

/* All that have ever been in use are in the tree or free. */
#define ARE_COMPLETE(seen, free_one, used, limit, next)			\
	({								\
		uint32_t link = (free_one);				\
		unsigned char all = (seen);				\
		bool more = true;					\
									\
		for (uint32_t i = 0; i < (limit); i++) {		\
			uint32_t each = link & 7;			\
									\
			more = more && link < (used) && !(all >> each & 1); \
			all |= (unsigned char)(more << each);		\
			link = more ? (next) : link;			\
		}							\
		link == NO_NUMBER && all == (1u << ((used) & 15)) - 1;	\
	})

/* A cursor in a leaf that was given back finds nothing there. */
static bool are_others_empty(unsigned char seen)
{
	for (uint32_t i = 0; i < LEAVES; i++)
		if (i < tree.leaves && !(seen >> i & 1) && leaves[i].count)
			return false;
	return true;
}

static bool is_sound(void)
{
	struct listing listing;

	if (OBJECT->updating || OBJECT->peak > CAPACITY || !list_tree(&listing) ||
	    listing.count != OBJECT->len || !are_others_empty(listing.leaves))
		return false;
	return ARE_COMPLETE(listing.entries, tree.free_entry, tree.entries, CAPACITY,
			    states[each]) &&
	       ARE_COMPLETE(listing.leaves, tree.free_leaf, tree.leaves, LEAVES,
			    leaves[each].next) &&
	       ARE_COMPLETE(listing.nodes, tree.free_node, tree.nodes, NODES,
			    nodes[each].child[0]);
}

static uint32_t any_number(void)
{
	return nondet_u32() & 7;
}

static uint32_t any_link(void)
{
	return nondet_bool() ? NO_NUMBER : any_number();
}

static unsigned char any_key(void)
{
	return (unsigned char)(nondet_u32() & 15);
}

static void any_numbers(void)
{
	struct bm_sorted_map_tree any = {
		any_number(), nondet_bool(), any_number(), any_number(),
		any_number(), any_link(), any_number(), any_link(),
		any_number(), any_link(),
	};

	tree = any;
	for (uint32_t i = 0; i < CAPACITY; i++) {
		states[i] = nondet_bool() ? IN_USE : any_link();
		entries[i].key = any_key();
	}
	for (uint32_t i = 0; i < LEAVES; i++) {
		leaves[i].count = any_number();
		leaves[i].next = any_link();
		leaves[i].previous = any_link();
		for (uint32_t at = 0; at < BM_SORTED_MAP_LEAF; at++)
			leaves[i].entry[at] = any_number();
	}
	for (uint32_t i = 0; i < LEAVES * BM_SORTED_MAP_LEAF; i++)
		copies[i] = any_key();
	for (uint32_t i = 0; i < NODES; i++) {
		nodes[i].count = any_number();
		nodes[i].child[0] = any_link();
		for (uint32_t at = 1; at < BM_SORTED_MAP_NODE; at++)
			nodes[i].child[at] = any_number();
	}
	for (uint32_t i = 0; i < NODES * BM_SORTED_MAP_KEYS_; i++)
		keys[i] = any_key();
}

static void remember(void)
{
	for (uint32_t i = 0; i < CAPACITY; i++) {
		was_in_use[i] = is_in_use(i);
		entries_were[i] = entries[i];
	}
}

/*
 * Numbers and keys are small here: for the order of so few keys there is no need of
 * others, and what lies behind the counts is read by nobody.
 */
static void sound_map(void)
{
	any_map();
	any_numbers();
	remember();
	__CPROVER_assume(is_sound());
}

static unsigned char any_byte(void)
{
	return (unsigned char)any_below(256);
}

static bool is_same(struct things_entry a, struct things_entry b)
{
	return a.key == b.key && a.value == b.value;
}

/* The entry with this key before the verb, or CAPACITY. */
static uint32_t entry_before(unsigned char key)
{
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (was_in_use[i] && entries_were[i].key == key)
			return i;
	return CAPACITY;
}

/* Entries that were in use are, where they were, but for one. */
static void assert_others_kept(uint32_t but)
{
	uint32_t i = any_below(CAPACITY);

	if (i == but)
		return;
	assert(is_in_use(i) == was_in_use[i]);
	assert(!is_in_use(i) || is_same(entries[i], entries_were[i]));
}

#endif
