// SPDX-License-Identifier: MIT
/*
 * The order of a sorted map, from every sound state: how it is gone through, where bounds
 * are, and what is at its ends and is taken out there.
 */
#include <stdint.h>

struct bm_sorted_map;
struct bm_sorted_map_spot_;
static int find_stored(const struct bm_sorted_map *map, const void *key,
		       struct bm_sorted_map_spot_ *spot);
static int take_away(struct bm_sorted_map *map, const struct bm_sorted_map_spot_ *spot,
		     void *value);

#include "small-sorted-map.h"

/* An entry that was there: what is asserted of it is asserted of all. */
static uint32_t any_entry(void)
{
	uint32_t entry = any_below(CAPACITY);

	__CPROVER_assume(was_in_use[entry] || !before.object.len);
	return entry;
}

static bool is_given(unsigned char key, unsigned char value)
{
	uint32_t entry = entry_before(key);

	return entry < CAPACITY && entries_were[entry].value == value;
}

/* Is the cursor behind this entry? Of two leaves one is the first. */
static bool is_before(uint32_t entry, size_t cursor)
{
	size_t leaf = (cursor - 1) >> 6, place = (cursor - 1) & 63;

	for (uint32_t number = 0; number < LEAVES; number++)
		for (uint32_t at = 0; at < BM_SORTED_MAP_LEAF; at++)
			if (at < leaves[number].count &&
			    leaves[number].entry[at] == entry)
				return number == leaf ? at < place :
				       number == tree.first;
	return false;
}

static bool is_place(size_t cursor)
{
	size_t leaf = (cursor - 1) >> 6;

	return (leaf == tree.first || leaf == tree.last) &&
	       ((cursor - 1) & 63) <= leaves[leaf].count;
}

/**
 * struct step - through a map
 * @cursor: before it
 * @moved: the cursor behind it
 * @key: that it gave
 * @value: that it gave
 * @err: its result
 */
struct step {
	size_t cursor;
	size_t moved;
	unsigned char key;
	unsigned char value;
	int err;
};

/* Forwards or back from any cursor. */
static struct step any_step(bool back)
{
	size_t cursor = nondet_u64();
	struct step step = { .cursor = cursor, .moved = cursor, .key = 7, .value = 7 };

	step.err = back ? things_previous(&map, &step.moved, &step.key, &step.value) :
			  things_next(&map, &step.moved, &step.key, &step.value);
	return step;
}

/* What is given is there, the cursor is in the tree, and an error leaves all as it was. */
static void assert_step(const struct step *step)
{
	assert(!step->err || step->err == -ENOENT);
	assert(step->err ? step->moved == step->cursor && step->key == 7 &&
			   step->value == 7 :
	       is_place(step->moved) && is_given(step->key, step->value));
	assert_nothing_done(0);
}

/*
 * From the start or any place of the tree: the next entry, and the cursor is behind it
 * then. So all are given in their order, each once.
 */
void prove_sorted_map_next(void)
{
	struct step step;
	uint32_t i;
	bool before_i;

	sound_map();
	i = any_entry();
	step = any_step(false);
	__CPROVER_assume(!step.cursor || is_place(step.cursor));
	before_i = !step.cursor || !is_before(i, step.cursor);
	assert_step(&step);
	if (!OBJECT->len)
		assert(step.err);
	else if (step.err)
		assert(!before_i);
	else
		assert(before_i == (entries[i].key >= step.key) &&
		       is_before(i, step.moved) == (entries[i].key <= step.key));
	REACHED();
}

/* The same from the end: the cursor is before the entry that was given. */
void prove_sorted_map_previous(void)
{
	struct step step;
	uint32_t i;
	bool behind_i;

	sound_map();
	i = any_entry();
	step = any_step(true);
	__CPROVER_assume(step.cursor == SIZE_MAX || is_place(step.cursor));
	behind_i = step.cursor == SIZE_MAX || is_before(i, step.cursor);
	assert_step(&step);
	if (!OBJECT->len)
		assert(step.err);
	else if (step.err)
		assert(!behind_i);
	else
		assert(behind_i == (entries[i].key <= step.key) &&
		       is_before(i, step.moved) == (entries[i].key < step.key));
	REACHED();
}

/* From any cursor, of a map that was another one meanwhile: what is given is there. */
void prove_sorted_map_stale(void)
{
	struct step step;

	sound_map();
	step = any_step(nondet_bool());
	assert_step(&step);
	REACHED();
}

/* The cursor is behind all that are less, or not greater, and before all others. */
void prove_sorted_map_bounds(void)
{
	const unsigned char key = any_key();
	bool equal = nondet_bool();
	size_t cursor = 0;
	uint32_t i;
	int err;

	sound_map();
	i = any_entry();
	err = equal ? things_upper_bound(&map, &key, &cursor) :
		      things_lower_bound(&map, &key, &cursor);
	assert(!err && is_place(cursor));
	assert(!OBJECT->len ||
	       is_before(i, cursor) == (entries[i].key < key + equal));
	assert_nothing_done(0);
	REACHED();
}

/* A result of a verb at an end of a map that was not empty: nothing is beyond it. */
static void assert_end(int err, bool last, unsigned char key, unsigned char value)
{
	unsigned char other = entries_were[any_entry()].key;

	if (err)
		assert(key == 7 && value == 7);
	else
		assert(is_given(key, value) && (last ? other <= key : other >= key));
}

void prove_sorted_map_first(void)
{
	unsigned char key = 7, value = 7;
	bool last = nondet_bool();
	int err;

	sound_map();
	err = last ? things_last(&map, &key, &value) : things_first(&map, &key, &value);
	assert(err == if_so(!OBJECT->len, -ENOENT));
	assert_end(err, last, key, value);
	assert_nothing_done(0);
	REACHED();
}

/* For a pop: what a search is proved to find of a key that is there. */
static int find_stored(const struct bm_sorted_map *of, const void *key,
		       struct bm_sorted_map_spot_ *spot)
{
	uint32_t entry = entry_before(*(const unsigned char *)key);

	assert(of == &map.map && entry < CAPACITY);
	spot->entry = entry;
	return 0;
}

static uint32_t taken = CAPACITY;

/* Likewise what taking out gives; which one it takes is what a pop decides. */
static int take_away(struct bm_sorted_map *of, const struct bm_sorted_map_spot_ *spot,
		     void *value)
{
	assert(of == &map.map && taken == CAPACITY);
	taken = spot->entry;
	*(unsigned char *)value = entries[taken].value;
	return 0;
}

void prove_sorted_map_pop(void)
{
	unsigned char key = 7, value = 7;
	bool last = nondet_bool();
	int err;

	sound_map();
	err = last ? things_pop_last(&map, &key, &value) :
		     things_pop_first(&map, &key, &value);
	assert(err == if_so(!OBJECT->len, -ENOENT));
	assert_end(err, last, key, value);
	assert(taken == (err ? CAPACITY : entry_before(key)));
	assert_nothing_done(0);
	REACHED();
}

#ifdef SOUND
#pragma CPROVER check pop
#endif
