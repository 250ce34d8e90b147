// SPDX-License-Identifier: MIT
/*
 * Sorted maps from every state of the pool, and from every sound one; one verb from there.
 */
#include "small-sorted-map.h"

void prove_sorted_map_get_any(void)
{
	const unsigned char key = any_byte();
	unsigned char value = 7;
	int err;

	any_map();
	err = things_get(&map, &key, &value);
	assert(!err || err == -ENOENT || err == -EUCLEAN);
	assert(!err || value == 7);
	assert_nothing_done(0);
	REACHED();
}

/* Insert, and upsert where @overwrite. */
void prove_sorted_map_put_any(void)
{
	const unsigned char key = any_byte(), value = any_byte();
	bool overwrite = nondet_bool();
	int err;

	any_map();
	err = overwrite ? things_upsert(&map, &key, &value) :
			  things_insert(&map, &key, &value);
	assert_documented(err, overwrite ? -ENOSPC : -EEXIST, -ENOSPC);
	assert(err || !OBJECT->updating);
	REACHED();
}

void prove_sorted_map_remove_any(void)
{
	const unsigned char key = any_byte();
	unsigned char value = 7;
	int err;

	any_map();
	err = things_remove(&map, &key, &value);
	assert_documented(err, -ENOENT, -ENOENT);
	assert(err || !OBJECT->updating);
	assert(OBJECT->len == before.object.len - !err);
	REACHED();
}

void prove_sorted_map_pop_any(void)
{
	unsigned char key = 7, value = 7;
	bool last = nondet_bool();
	int err;

	any_map();
	err = last ? things_pop_last(&map, &key, &value) :
		     things_pop_first(&map, &key, &value);
	assert_documented(err, -ENOENT, -ENOENT);
	assert(err || !OBJECT->updating);
	assert(OBJECT->len == before.object.len - !err);
	REACHED();
}

/* Any cursor, and what a bound makes one of. */
void prove_sorted_map_next_any(void)
{
	unsigned char key = any_byte(), value;
	size_t cursor = nondet_u64();
	bool from_bound = nondet_bool(), back = nondet_bool();
	int err = 0;

	any_map();
	if (from_bound)
		err = nondet_bool() ? things_lower_bound(&map, &key, &cursor) :
				      things_upper_bound(&map, &key, &cursor);
	assert(!err || err == -EUCLEAN);
	if (!err)
		err = back ? things_previous(&map, &cursor, &key, &value) :
			     things_next(&map, &cursor, &key, &value);
	assert(!err || err == -ENOENT || err == -EUCLEAN);
	assert_nothing_done(0);
	REACHED();
}

void prove_sorted_map_invariants_any(void)
{
	int err;

	any_map();
	err = things_invariants(&map);
	assert(!write_error() || err);
	assert(!err || err == -EUCLEAN || err == -EOWNERDEAD);
	assert_nothing_done(0);
	REACHED();
}

void prove_sorted_map_clear_any(void)
{
	uint32_t i = any_below(CAPACITY);

	any_map();
	things_clear(&map);
	assert_declaration_kept();
	assert_refused(false);
	assert(!OBJECT->len && is_sound() && !is_in_use(i));
	REACHED();
}

void prove_sorted_map_get(void)
{
	const unsigned char key = any_key();
	unsigned char value = 7;
	uint32_t entry;
	int err;

	sound_map();
	entry = entry_before(key);
	err = things_get(&map, &key, &value);
	assert(err == if_so(entry == CAPACITY, -ENOENT));
	assert(value == (err ? 7 : entries[entry].value));
	assert_nothing_done(0);
	REACHED();
}

static bool is_there(uint32_t leaf, uint32_t at, unsigned char key)
{
	return at < leaves[leaf].count && entries[leaves[leaf].entry[at]].key == key;
}

/* The only place for this key, in a sound map. */
static bool is_spot(const struct bm_sorted_map_spot_ *spot, unsigned char key)
{
	const struct bm_sorted_map_step_ *step = spot->path;
	struct bm_sorted_map_leaf leaf;

	if (spot->leaf >= LEAVES || spot->height != tree.height)
		return false;
	if (!tree.height ? spot->leaf != tree.root :
	    step->node != tree.root || step->at >= nodes[step->node].count ||
	    nodes[step->node].child[step->at] != spot->leaf ||
	    (step->at && key_before(step->node, step->at) > key) ||
	    (step->at + 1 < nodes[step->node].count &&
	     key_before(step->node, step->at + 1) <= key))
		return false;
	leaf = leaves[spot->leaf];
	for (uint32_t at = 0; at < BM_SORTED_MAP_LEAF; at++)
		if (at < leaf.count &&
		    (entries[leaf.entry[at]].key < key) != (at < spot->at))
			return false;
	return spot->at <= leaf.count;
}

void prove_sorted_map_find(void)
{
	const unsigned char key = any_key();
	struct bm_sorted_map_spot_ spot;
	int err;

	sound_map();
	err = things_find_(&map.map, &key, &spot);
	assert(is_spot(&spot, key));
	assert(err == if_so(!is_there(spot.leaf, spot.at, key), -ENOENT));
	assert(err || spot.entry == leaves[spot.leaf].entry[spot.at]);
	REACHED();
}

/* What a search finds in a sound map. */
static struct bm_sorted_map_spot_ spot_of(unsigned char key, bool there)
{
	struct bm_sorted_map_spot_ spot = {
		any_number(), any_number(), any_number(), nondet_bool(),
		{ { any_number(), any_number() } },
	};

	__CPROVER_assume(is_spot(&spot, key));
	__CPROVER_assume(is_there(spot.leaf, spot.at, key) == there);
	__CPROVER_assume(!there || spot.entry == leaves[spot.leaf].entry[spot.at]);
	return spot;
}

/* Of a key that is not there. */
void prove_sorted_map_add(void)
{
	const unsigned char key = any_key(), value = any_byte();
	struct bm_sorted_map_spot_ spot;
	uint32_t entry = CAPACITY;
	int err;

	sound_map();
	spot = spot_of(key, false);
	err = bm_sorted_map_add_(&map.map, &key, &value, &spot);
	assert(err == if_so(before.object.len == CAPACITY, -ENOSPC));
	assert(is_sound());
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (is_in_use(i) && !was_in_use[i])
			entry = i;
	assert(err ? entry == CAPACITY :
	       entries[entry].key == key && entries[entry].value == value);
	assert_others_kept(entry);
	assert(OBJECT->len == before.object.len + !err);
	REACHED();
}

/* Of a key that is there. */
void prove_sorted_map_take_out(void)
{
	const unsigned char key = any_key();
	unsigned char value = 7;
	struct bm_sorted_map_spot_ spot;

	sound_map();
	spot = spot_of(key, true);
	assert(!bm_sorted_map_take_out_(&map.map, &spot, &value));
	assert(value == entries_were[spot.entry].value);
	assert(is_sound());
	assert_others_kept(spot.entry);
	assert(!is_in_use(spot.entry));
	assert(OBJECT->len == before.object.len - 1);
	REACHED();
}

#ifdef SOUND
#pragma CPROVER check pop
#endif
