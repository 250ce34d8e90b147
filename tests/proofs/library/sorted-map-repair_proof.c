// SPDX-License-Identifier: MIT
/*
 * The repair of a sorted map, from every state of the pool: how numbers are dealt out over
 * leaves, the sort, and all of it, for which the sort is taken for anything that sorts.
 */
#include <stdint.h>

struct bm_sorted_map;
struct deal;
static uint32_t *number_at(const struct bm_sorted_map *map, const struct deal *deal,
			   uint32_t index);
static void sort(const struct bm_sorted_map *map, const struct deal *deal,
		 uint32_t count);

#include "small-sorted-map.h"

#define copy_keys	copy_keys_of_leaf
#include "sorted-map-repair.c"

/* What is proved of numbers that are dealt out: one leaf's behind the other's. */
static uint32_t *number_at(const struct bm_sorted_map *of, const struct deal *deal,
			   uint32_t index)
{
	uint32_t leaf = 0;

	(void)of;
	for (uint32_t i = 0; i + 1 < LEAVES; i++)
		if (leaf == i && index >= held_by(deal, i)) {
			index -= held_by(deal, i);
			leaf++;
		}
	assert(index < held_by(deal, leaf) && index < BM_SORTED_MAP_LEAF);
	return leaves[leaf].entry + index;
}

static struct deal any_deal(uint32_t *count)
{
	*count = any_below(CAPACITY + 1);
	return deal_out(*count, BM_SORTED_MAP_LEAF);
}

/* No leaf has too many or, unless it is the only one, too few; all of them have them all. */
void prove_sorted_map_deal(void)
{
	uint32_t count, sum = 0, index = any_below(CAPACITY), leaf;
	struct deal deal = any_deal(&count);

	any_map();
	assert(deal.places && deal.places <= LEAVES);
	for (leaf = 0; leaf < LEAVES; leaf++) {
		uint32_t held = leaf < deal.places ? held_by(&deal, leaf) : 0;

		assert(held <= BM_SORTED_MAP_LEAF);
		assert(leaf >= deal.places || deal.places == 1 ||
		       held >= BM_SORTED_MAP_LEAF_LEAST);
		sum += held;
	}
	assert(sum == count);
	if (index < count)
		assert(number_at_itself(&map.map, &deal, index) ==
		       number_at(&map.map, &deal, index));
	REACHED();
}

static uint32_t dealt(const struct deal *deal, uint32_t index)
{
	return *number_at(&map.map, deal, index);
}

/* Of numbers that may be anything: those that no entry has count as the first one's. */
static unsigned char key_dealt(const struct deal *deal, uint32_t index)
{
	uint32_t entry = dealt(deal, index);

	return entries[entry < CAPACITY ? entry : 0].key;
}

static bool is_sorted(const struct deal *deal, uint32_t count)
{
	for (uint32_t i = 1; i < CAPACITY && i < count; i++)
		if (key_dealt(deal, i - 1) > key_dealt(deal, i))
			return false;
	return true;
}

static uint32_t times_dealt(const struct deal *deal, uint32_t count, uint32_t number)
{
	uint32_t times = 0;

	for (uint32_t i = 0; i < CAPACITY && i < count; i++)
		times += dealt(deal, i) == number;
	return times;
}

void prove_sorted_map_sort(void)
{
	uint32_t count, times, number = nondet_u32();
	struct deal deal = any_deal(&count);

	any_map();
	times = times_dealt(&deal, count, number);
	sort_itself(&map.map, &deal, count);
	assert(is_sorted(&deal, count));
	assert(times_dealt(&deal, count, number) == times);
	assert_nothing_done(0);
	REACHED();
}

static void sort(const struct bm_sorted_map *of, const struct deal *deal, uint32_t count)
{
	uint32_t old[CAPACITY];
	bool taken[CAPACITY] = { false };

	for (uint32_t i = 0; i < CAPACITY && i < count; i++)
		old[i] = *number_at(of, deal, i);
	for (uint32_t i = 0; i < CAPACITY && i < count; i++) {
		uint32_t from = any_below(CAPACITY);

		__CPROVER_assume(from < count && !taken[from]);
		taken[from] = true;
		*number_at(of, deal, i) = old[from];
	}
	__CPROVER_assume(is_sorted(deal, count));
}

/* Is a key that was there, maybe more than once, there now? */
static bool is_key_there(unsigned char key)
{
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (is_in_use(i) && entries[i].key == key)
			return true;
	return false;
}

static bool are_keys_apart(void)
{
	for (uint32_t i = 1; i < CAPACITY; i++)
		for (uint32_t k = 0; k < i; k++)
			if (is_in_use(i) && is_in_use(k) &&
			    entries[i].key == entries[k].key)
				return false;
	return true;
}

/* Each key is there that was, once, and no entry that was not, or is another one. */
static void assert_entries_left(void)
{
	uint32_t i = any_below(CAPACITY);

	assert(!was_in_use[i] || is_key_there(entries_were[i].key));
	assert(!is_in_use(i) || was_in_use[i]);
	assert(!is_in_use(i) || is_same(entries[i], entries_were[i]));
	assert(are_keys_apart());
}

/*
 * One of a repair's two attempts, from whatever there is. Where no key is there twice, the
 * map is sound behind it. If one is, the attempt ends in an error and leaves each once: so
 * the second one, for which all this is proved too, makes the map sound.
 */
void prove_sorted_map_repair(void)
{
	uint32_t used, len;
	bool were_apart;
	int err;

	any_map();
	len = before.object.len;
	remember();
	used = tree.entries;
	were_apart = are_keys_apart();
	err = things_repair(&map);
	assert(err == if_so(used > CAPACITY || !were_apart, -EUCLEAN));
	if (used > CAPACITY) {
		assert_nothing_done(0);
	} else {
		assert_entries_left();
		assert(tree.entries == used && OBJECT->updating == !!err);
		assert(err ? OBJECT->len == len : is_sound());
	}
	if (!err)
		assert_accounted(len < CAPACITY ? len : CAPACITY, OBJECT->len, 2);
	REACHED();
}
