// SPDX-License-Identifier: MIT
/*
 * sorted-map-tree.c: the tree of a sorted map: adding and taking out
 */
#include "sorted-map.h"

#include <string.h>

#define LEAF_LEAST	BM_SORTED_MAP_LEAF_LEAST
#define NODE_LEAST	BM_SORTED_MAP_NODE_LEAST

/* Children that stay when a full node is split; NODE_LEAST go. */
#define NODE_STAY	(BM_SORTED_MAP_NODE - NODE_LEAST)

/* The key that goes up from a split waits in the new node, where none of its own is. */
#define WAITING_KEY	(BM_SORTED_MAP_KEYS_ - 1)

void bm_sorted_map_plant(const struct bm_sorted_map *map)
{
	struct bm_sorted_map_tree *tree = map->tree;
	struct bm_sorted_map_leaf *leaf = map->leaves;

	leaf->count = 0;
	leaf->next = NO_NUMBER;
	leaf->previous = NO_NUMBER;
	tree->root = 0;
	tree->height = 0;
	tree->first = 0;
	tree->last = 0;
	tree->leaves = 1;
	tree->free_leaf = NO_NUMBER;
	tree->nodes = 0;
	tree->free_node = NO_NUMBER;
}

/* One that was given back, or else the next that was never used. */
static int take(uint32_t *free_one, uint32_t *used, uint32_t limit, uint32_t *number)
{
	*number = bm_sorted_map_load_(free_one);
	if (*number != NO_NUMBER)
		return *number < limit ? 1 : -EUCLEAN;
	*number = bm_sorted_map_load_(used);
	if (*number >= limit)
		return -EUCLEAN;
	bm_sorted_map_store(used, *number + 1);
	return 0;
}

static int take_leaf(const struct bm_sorted_map *map, uint32_t *number)
{
	struct bm_sorted_map_tree *tree = map->tree;
	int taken = take(&tree->free_leaf, &tree->leaves, map->leaf_count, number);

	if (taken > 0)
		tree->free_leaf = bm_sorted_map_load_(&map->leaves[*number].next);
	return taken < 0 ? taken : 0;
}

static int take_node(const struct bm_sorted_map *map, uint32_t *number)
{
	struct bm_sorted_map_tree *tree = map->tree;
	int taken = take(&tree->free_node, &tree->nodes, map->node_count, number);

	if (taken > 0)
		tree->free_node = bm_sorted_map_load_(map->nodes[*number].child);
	return taken < 0 ? taken : 0;
}

/* A cursor may still name it: that nothing is in it says that it is not in the tree. */
static void give_leaf(const struct bm_sorted_map *map, uint32_t number)
{
	map->leaves[number].count = 0;
	map->leaves[number].next = map->tree->free_leaf;
	map->tree->free_leaf = number;
}

static void give_node(const struct bm_sorted_map *map, uint32_t number)
{
	map->nodes[number].child[0] = map->tree->free_node;
	map->tree->free_node = number;
}

static void copy_keys(const struct bm_sorted_map *map, uint32_t to_node, uint32_t to,
		      uint32_t from_node, uint32_t from, uint32_t count)
{
	memmove(bm_sorted_map_key(map, to_node, to),
		bm_sorted_map_key(map, from_node, from),
		(size_t)count * map->type.key_size);
}

/* In a damaged tree the key may lie there already. */
static void set_key(const struct bm_sorted_map *map, uint32_t node, uint32_t at,
		    const void *key)
{
	memmove(bm_sorted_map_key(map, node, at), key, map->type.key_size);
}

static void copy_numbers(uint32_t *to, const uint32_t *from, uint32_t count)
{
	memmove(to, from, count * sizeof(*to));
}

/* Children of a node that has @at, as a number that cannot be more than there is. */
static int count_children(const struct bm_sorted_map *map,
			  const struct bm_sorted_map_step_ *step, uint32_t *count)
{
	*count = bm_sorted_map_load_(&map->nodes[step->node].count);
	return *count > BM_SORTED_MAP_NODE || step->at >= *count ? -EUCLEAN : 0;
}

/* Puts a child into a node with room, and the key between it and the one before. */
static void put_child(const struct bm_sorted_map *map, uint32_t number, uint32_t at,
		      uint32_t count, const void *key, uint32_t child)
{
	struct bm_sorted_map_node *node = map->nodes + number;

	copy_numbers(node->child + at + 1, node->child + at, count - at);
	node->child[at] = child;
	copy_keys(map, number, at, number, at - 1, count - at);
	set_key(map, number, at - 1, key);
	bm_sorted_map_store(&node->count, count + 1);
}

/* The same in a full node. Returns the key between it and @fresh, the other half. */
static const void *split_node(const struct bm_sorted_map *map, uint32_t number,
			      uint32_t fresh, uint32_t at, const void *key,
			      uint32_t child)
{
	struct bm_sorted_map_node *left = map->nodes + number;
	struct bm_sorted_map_node *right = map->nodes + fresh;

	copy_numbers(right->child, left->child + NODE_STAY, NODE_LEAST);
	copy_keys(map, fresh, 0, number, NODE_STAY, NODE_LEAST - 1);
	copy_keys(map, fresh, WAITING_KEY, number, NODE_STAY - 1, 1);
	left->count = NODE_STAY;
	right->count = NODE_LEAST;
	if (at <= NODE_STAY)
		put_child(map, number, at, NODE_STAY, key, child);
	else
		put_child(map, fresh, at - NODE_STAY, NODE_LEAST, key, child);
	return bm_sorted_map_key(map, fresh, WAITING_KEY);
}

static int grow(const struct bm_sorted_map *map, uint32_t height, const void *key,
		uint32_t child)
{
	uint32_t fresh;
	int err = height < map->levels ? take_node(map, &fresh) : -EUCLEAN;

	if (err)
		return err;
	map->nodes[fresh].child[0] = map->tree->root;
	map->nodes[fresh].child[1] = child;
	map->nodes[fresh].count = 2;
	set_key(map, fresh, 0, key);
	map->tree->root = fresh;
	map->tree->height = height + 1;
	return 0;
}

/* A child behind the one on the path, on the lowest level, and what follows of it. */
static int add_child(const struct bm_sorted_map *map,
		     const struct bm_sorted_map_spot_ *spot, const void *key,
		     uint32_t child)
{
	for (uint32_t level = 0; level < spot->height; level++) {
		const struct bm_sorted_map_step_ *step = spot->path + level;
		uint32_t fresh;
		uint32_t count;
		int err = count_children(map, step, &count);

		if (err)
			return err;
		if (count < BM_SORTED_MAP_NODE) {
			put_child(map, step->node, step->at + 1, count, key, child);
			return 0;
		}
		err = take_node(map, &fresh);
		if (err)
			return err;
		if (fresh == step->node)
			return -EUCLEAN;
		key = split_node(map, step->node, fresh, step->at + 1, key, child);
		child = fresh;
	}
	return grow(map, spot->height, key, child);
}

/* Within a leaf or to another one. */
static void copy_entries(const struct bm_sorted_map *map, uint32_t to_leaf, uint32_t to,
			 uint32_t from_leaf, uint32_t from, uint32_t count)
{
	copy_numbers(map->leaves[to_leaf].entry + to,
		     map->leaves[from_leaf].entry + from, count);
	if (bm_sorted_map_copies(map))
		memmove(bm_sorted_map_copy(map, to_leaf, to),
			bm_sorted_map_copy(map, from_leaf, from),
			(size_t)count * map->type.key_size);
}

static void put_entry(const struct bm_sorted_map *map, uint32_t leaf, uint32_t at,
		      uint32_t count, uint32_t entry)
{
	copy_entries(map, leaf, at + 1, leaf, at, count - at);
	map->leaves[leaf].entry[at] = entry;
	if (bm_sorted_map_copies(map))
		memcpy(bm_sorted_map_copy(map, leaf, at),
		       bm_sorted_map_entry(map, entry), map->type.key_size);
	bm_sorted_map_store(&map->leaves[leaf].count, count + 1);
}

static int chain_behind(const struct bm_sorted_map *map, uint32_t number,
			uint32_t fresh)
{
	uint32_t next = bm_sorted_map_load_(&map->leaves[number].next);

	map->leaves[fresh].previous = number;
	map->leaves[fresh].next = next;
	map->leaves[number].next = fresh;
	if (next == NO_NUMBER)
		map->tree->last = fresh;
	else if (next < map->leaf_count)
		map->leaves[next].previous = fresh;
	else
		return -EUCLEAN;
	return 0;
}

static int unchain(const struct bm_sorted_map *map, uint32_t before, uint32_t number)
{
	uint32_t next = bm_sorted_map_load_(&map->leaves[number].next);

	map->leaves[before].next = next;
	if (next == NO_NUMBER)
		map->tree->last = before;
	else if (next < map->leaf_count)
		map->leaves[next].previous = before;
	else
		return -EUCLEAN;
	return 0;
}

/* Half of a full leaf goes into a new one. */
static int split_leaf(const struct bm_sorted_map *map,
		      const struct bm_sorted_map_spot_ *spot, uint32_t entry)
{
	uint32_t fresh;
	uint32_t first;
	int err = take_leaf(map, &fresh);

	if (err)
		return err;
	if (fresh == spot->leaf)
		return -EUCLEAN;
	copy_entries(map, fresh, 0, spot->leaf, LEAF_LEAST, LEAF_LEAST);
	map->leaves[spot->leaf].count = LEAF_LEAST;
	map->leaves[fresh].count = LEAF_LEAST;
	if (spot->at <= LEAF_LEAST)
		put_entry(map, spot->leaf, spot->at, LEAF_LEAST, entry);
	else
		put_entry(map, fresh, spot->at - LEAF_LEAST, LEAF_LEAST, entry);
	err = chain_behind(map, spot->leaf, fresh);
	if (!err)
		err = bm_sorted_map_entry_at(map, fresh, 0, &first);
	return err ? err : add_child(map, spot, bm_sorted_map_entry(map, first), fresh);
}

int bm_sorted_map_link(const struct bm_sorted_map *map,
		       const struct bm_sorted_map_spot_ *spot, uint32_t entry)
{
	uint32_t count = bm_sorted_map_load_(&map->leaves[spot->leaf].count);

	if (count > BM_SORTED_MAP_LEAF || spot->at > count)
		return -EUCLEAN;
	if (count == BM_SORTED_MAP_LEAF)
		return split_leaf(map, spot, entry);
	put_entry(map, spot->leaf, spot->at, count, entry);
	return 0;
}

/* Two neighbours below one node: which, and where the second of them is. */
struct pair {
	uint32_t left;
	uint32_t right;
	uint32_t left_count;
	uint32_t right_count;
	uint32_t parent;
	uint32_t at;
};

/* Of the child on the path and one beside it. */
static int find_pair(const struct bm_sorted_map *map,
		     const struct bm_sorted_map_step_ *step, uint32_t limit,
		     struct pair *pair)
{
	const struct bm_sorted_map_node *parent = map->nodes + step->node;
	uint32_t count;
	int err = count_children(map, step, &count);

	if (err || count < 2)
		return -EUCLEAN;
	pair->parent = step->node;
	pair->at = step->at ? step->at : 1;
	pair->left = bm_sorted_map_load_(parent->child + pair->at - 1);
	pair->right = bm_sorted_map_load_(parent->child + pair->at);
	return pair->left < limit && pair->right < limit &&
	       pair->left != pair->right ? 0 : -EUCLEAN;
}

/* The key between the two, and the one that takes its place when @count go over. */
static void nodes_to_the_right(const struct bm_sorted_map *map,
			       const struct pair *pair, uint32_t count)
{
	struct bm_sorted_map_node *left = map->nodes + pair->left;
	struct bm_sorted_map_node *right = map->nodes + pair->right;
	uint32_t stay = pair->left_count - count;

	copy_numbers(right->child + count, right->child, pair->right_count);
	copy_numbers(right->child, left->child + stay, count);
	copy_keys(map, pair->right, count, pair->right, 0, pair->right_count - 1);
	copy_keys(map, pair->right, count - 1, pair->parent, pair->at - 1, 1);
	copy_keys(map, pair->right, 0, pair->left, stay, count - 1);
	copy_keys(map, pair->parent, pair->at - 1, pair->left, stay - 1, 1);
	left->count = stay;
	right->count = pair->right_count + count;
}

/* All of them if the right one is to be given up: no key is left between then. */
static void nodes_to_the_left(const struct bm_sorted_map *map,
			      const struct pair *pair, uint32_t count)
{
	struct bm_sorted_map_node *left = map->nodes + pair->left;
	struct bm_sorted_map_node *right = map->nodes + pair->right;
	uint32_t stay = pair->right_count - count;

	copy_numbers(left->child + pair->left_count, right->child, count);
	copy_keys(map, pair->left, pair->left_count - 1, pair->parent, pair->at - 1, 1);
	copy_keys(map, pair->left, pair->left_count, pair->right, 0, count - 1);
	left->count = pair->left_count + count;
	right->count = stay;
	if (!stay)
		return;
	copy_keys(map, pair->parent, pair->at - 1, pair->right, count - 1, 1);
	copy_numbers(right->child, right->child + count, stay);
	copy_keys(map, pair->right, 0, pair->right, count, stay - 1);
}

/* 0, -EUCLEAN, or 1 if the second of the two is to be taken from their parent. */
static int mend_node(const struct bm_sorted_map *map,
		     const struct bm_sorted_map_step_ *step, uint32_t *at)
{
	struct pair pair;
	uint32_t sum;
	int err = find_pair(map, step, map->node_count, &pair);

	if (err)
		return err;
	pair.left_count = bm_sorted_map_load_(&map->nodes[pair.left].count);
	pair.right_count = bm_sorted_map_load_(&map->nodes[pair.right].count);
	if (!pair.left_count || pair.left_count > BM_SORTED_MAP_NODE ||
	    !pair.right_count || pair.right_count > BM_SORTED_MAP_NODE)
		return -EUCLEAN;
	sum = pair.left_count + pair.right_count;
	if (sum <= BM_SORTED_MAP_NODE) {
		nodes_to_the_left(map, &pair, pair.right_count);
		give_node(map, pair.right);
		*at = pair.at;
		return 1;
	}
	if (pair.left_count > pair.right_count + 1)
		nodes_to_the_right(map, &pair, pair.left_count - sum / 2);
	else if (pair.right_count > pair.left_count + 1)
		nodes_to_the_left(map, &pair, pair.right_count - sum / 2);
	return 0;
}

/* A root with one child gives way to it. */
static void shrink(const struct bm_sorted_map *map, uint32_t height, uint32_t root)
{
	map->tree->root = bm_sorted_map_load_(map->nodes[root].child);
	map->tree->height = height - 1;
	give_node(map, root);
}

/* Takes the child at @at out, which is not the first. */
static int take_child(const struct bm_sorted_map *map, uint32_t number, uint32_t at,
		      uint32_t *count)
{
	const struct bm_sorted_map_step_ step = { number, at };
	struct bm_sorted_map_node *node = map->nodes + number;
	int err = count_children(map, &step, count);

	if (err)
		return err;
	--*count;
	copy_numbers(node->child + at, node->child + at + 1, *count - at);
	copy_keys(map, number, at - 1, number, at, *count - at);
	bm_sorted_map_store(&node->count, *count);
	return 0;
}

/* Takes a child out on the lowest level of the path, and does what follows of it. */
static int drop_child(const struct bm_sorted_map *map,
		      const struct bm_sorted_map_spot_ *spot, uint32_t at)
{
	const struct bm_sorted_map_step_ *step = spot->path;
	uint32_t count;
	int err;

	for (uint32_t level = 1; level < spot->height; level++, step++) {
		err = take_child(map, step->node, at, &count);
		if (err || count >= NODE_LEAST)
			return err;
		err = mend_node(map, step + 1, &at);
		if (err <= 0)
			return err;
	}
	err = take_child(map, step->node, at, &count);
	if (!err && count == 1)
		shrink(map, spot->height, step->node);
	return err;
}

static int merge_leaves(const struct bm_sorted_map *map,
			const struct bm_sorted_map_spot_ *spot,
			const struct pair *pair)
{
	int err;

	copy_entries(map, pair->left, pair->left_count, pair->right, 0,
		     pair->right_count);
	map->leaves[pair->left].count = pair->left_count + pair->right_count;
	err = unchain(map, pair->left, pair->right);
	if (!err)
		err = drop_child(map, spot, pair->at);
	/* Whoever reads after a death finds its keys as long as searches lead there. */
	if (!err)
		give_leaf(map, pair->right);
	return err;
}

/* Both have about as many afterwards. */
static int share_leaves(const struct bm_sorted_map *map, const struct pair *pair)
{
	uint32_t sum = pair->left_count + pair->right_count;
	uint32_t stay = sum / 2;
	uint32_t first;
	int err;

	if (pair->left_count > stay) {
		uint32_t count = pair->left_count - stay;

		copy_entries(map, pair->right, count, pair->right, 0,
			     pair->right_count);
		copy_entries(map, pair->right, 0, pair->left, stay, count);
	} else {
		uint32_t count = stay - pair->left_count;

		copy_entries(map, pair->left, pair->left_count, pair->right, 0, count);
		copy_entries(map, pair->right, 0, pair->right, count,
			     pair->right_count - count);
	}
	map->leaves[pair->left].count = stay;
	map->leaves[pair->right].count = sum - stay;
	err = bm_sorted_map_entry_at(map, pair->right, 0, &first);
	if (!err)
		set_key(map, pair->parent, pair->at - 1,
			bm_sorted_map_entry(map, first));
	return err;
}

static int mend_leaf(const struct bm_sorted_map *map,
		     const struct bm_sorted_map_spot_ *spot)
{
	struct pair pair;
	int err = find_pair(map, spot->path, map->leaf_count, &pair);

	if (err)
		return err;
	pair.left_count = bm_sorted_map_load_(&map->leaves[pair.left].count);
	pair.right_count = bm_sorted_map_load_(&map->leaves[pair.right].count);
	if (pair.left_count > BM_SORTED_MAP_LEAF ||
	    pair.right_count > BM_SORTED_MAP_LEAF)
		return -EUCLEAN;
	if (pair.left_count + pair.right_count <= BM_SORTED_MAP_LEAF)
		return merge_leaves(map, spot, &pair);
	return share_leaves(map, &pair);
}

int bm_sorted_map_unlink(const struct bm_sorted_map *map,
			 const struct bm_sorted_map_spot_ *spot)
{
	struct bm_sorted_map_leaf *leaf = map->leaves + spot->leaf;
	uint32_t count = bm_sorted_map_load_(&leaf->count);

	if (count > BM_SORTED_MAP_LEAF || spot->at >= count)
		return -EUCLEAN;
	count--;
	copy_entries(map, spot->leaf, spot->at, spot->leaf, spot->at + 1,
		     count - spot->at);
	bm_sorted_map_store(&leaf->count, count);
	if (!spot->height || count >= LEAF_LEAST)
		return 0;
	return mend_leaf(map, spot);
}
