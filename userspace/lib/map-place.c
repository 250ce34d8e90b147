// SPDX-License-Identifier: MIT
/*
 * map-place.c: where an entry lives
 */
#include "map.h"

#include <string.h>

struct bm_map_spot bm_map_spot_of(const struct bm_map *map, uint32_t slot)
{
	return bm_map_spot(map, map->type.hash(&map->secret,
					       bm_map_entry(map, slot)));
}

/*
 * A bit for each of @count slots from @slot on that has this tag; they do not go beyond
 * the last one. What lies behind the tags of a small map belongs to the object.
 */
static uint64_t match(const struct bm_map *map, uint32_t slot, uint32_t count,
		      unsigned char tag)
{
	uint32_t to_end = map->slots - slot;
	uint64_t all;

	if (to_end >= BM_MAP_WINDOW || !map->groups)
		all = bm_tags_match_(map->tags + slot, tag);
	else
		all = bm_tags_match_(map->tags + map->slots - BM_MAP_WINDOW, tag) >>
		      (BM_MAP_WINDOW - to_end);
	return count < BM_MAP_WINDOW ? all & ((UINT64_C(1) << count) - 1) : all;
}

/* Looks for a key in @count slots, which do not go beyond the last one. */
static uint32_t search(const struct bm_map *map, uint32_t slot, uint32_t count,
		       const void *key, unsigned char tag,
		       bm_map_equal_function *equal)
{
	for (uint32_t i = 0; i < count; i += BM_MAP_WINDOW) {
		uint64_t equals = match(map, slot + i, count - i, tag);

		for (; equals; equals &= equals - 1) {
			uint32_t found = bm_map_first_(slot + i, equals);

			if (equal(bm_map_entry(map, found), key))
				return found;
		}
	}
	return BM_MAP_NO_SLOT_;
}

static uint32_t search_gap(const struct bm_map *map, uint32_t slot, uint32_t count)
{
	for (uint32_t i = 0; i < count; i += BM_MAP_WINDOW) {
		uint64_t gaps = match(map, slot + i, count - i, 0);

		if (gaps)
			return bm_map_first_(slot + i, gaps);
	}
	return BM_MAP_NO_SLOT_;
}

static struct bm_map_group *group_of(const struct bm_map *map, uint32_t home)
{
	return map->groups + home / BM_MAP_WINDOW;
}

/* Goes on behind the window of a home, as far as its group says. */
static uint32_t search_far(const struct bm_map *map, struct bm_map_spot spot,
			   const void *key, bm_map_equal_function *equal)
{
	uint64_t reach = bm_map_reach_(map, spot.home);
	uint32_t count = map->slots - BM_MAP_WINDOW;
	uint32_t to_end = count - spot.home;
	uint32_t found;

	if (reach * BM_MAP_WINDOW < count)
		count = (uint32_t)reach * BM_MAP_WINDOW;
	if (count <= to_end)
		return search(map, spot.home + BM_MAP_WINDOW, count, key, spot.tag,
			      equal);
	found = search(map, spot.home + BM_MAP_WINDOW, to_end, key, spot.tag, equal);
	return found != BM_MAP_NO_SLOT_ ? found :
	       search(map, 0, count - to_end, key, spot.tag, equal);
}

/* Not found in the window, and there are far keys. */
uint32_t bm_map_search_far_(const struct bm_map *map, uint64_t hash,
			    const void *key, bm_map_equal_function *equal)
{
	return search_far(map, bm_map_spot(map, hash), key, equal);
}

uint32_t bm_map_find_stored(const struct bm_map *map, uint32_t slot)
{
	const void *key = bm_map_entry(map, slot);
	struct bm_map_spot spot = bm_map_spot_of(map, slot);
	uint32_t window = map->groups ? BM_MAP_WINDOW : map->slots;
	uint32_t found = search(map, spot.home, window, key, spot.tag,
				map->type.same);

	if (found != BM_MAP_NO_SLOT_ || !map->groups)
		return found;
	return search_far(map, spot, key, map->type.same);
}

/* Can a key with this home live here, and be near? */
static bool is_within(uint32_t home, uint32_t slot)
{
	return slot >= home && slot - home < BM_MAP_WINDOW;
}

/*
 * Moves a key to a slot where it is near, and returns the slot that it leaves free.
 * The copy is complete before it can be found; in between both are there.
 */
static uint32_t move(const struct bm_map *map, uint32_t from, uint32_t home,
		     uint32_t to)
{
	if (map->places)
		__atomic_store_n(map->places + to, bm_map_place(map, from),
				 __ATOMIC_RELAXED);
	else
		memcpy(bm_map_entry(map, to), bm_map_entry(map, from),
		       map->object.element_size);
	bm_map_set_tag(map, to, bm_map_tag(map, from));
	bm_map_set_tag(map, from, 0);
	bm_map_forget_far(map, home, from);
	return from;
}

/*
 * Moves a key into the gap from one of the slots before it, the farther the better,
 * but not so far that it leaves its window. Returns where the gap is then.
 */
static uint32_t hop(const struct bm_map *map, uint32_t gap, uint32_t *effort)
{
	for (uint32_t slot = gap - BM_MAP_WINDOW + 1; slot < gap; slot++) {
		uint32_t home;

		if (!*effort)
			break;
		--*effort;
		home = bm_map_spot_of(map, slot).home;
		if (is_within(home, gap))
			return move(map, slot, home, gap);
	}
	return gap;
}

static uint32_t bring_gap_near(const struct bm_map *map, uint32_t home,
			       uint32_t gap)
{
	uint32_t effort = BM_MAP_EFFORT;

	while (!is_within(home, gap)) {
		uint32_t nearer = hop(map, gap, &effort);

		if (nearer == gap)
			break;
		gap = nearer;
	}
	return gap;
}

/*
 * The nearest gap behind the window. It goes round, so that a free slot is found
 * wherever it is.
 */
static uint32_t find_gap(const struct bm_map *map, uint32_t home)
{
	uint32_t next = home + BM_MAP_WINDOW;
	uint32_t gap = search_gap(map, next, map->slots - next);

	return gap != BM_MAP_NO_SLOT_ ? gap : search_gap(map, 0, home);
}

/*
 * Moves a key out of the window, back to a gap before it that has come up since
 * that key was put here.
 */
static uint32_t move_back(const struct bm_map *map, uint32_t home)
{
	for (uint32_t i = 0; i < BM_MAP_WINDOW; i++) {
		uint32_t slot = home + i;
		uint32_t other = bm_map_spot_of(map, slot).home;
		uint32_t gap;

		if (other >= home)
			continue;
		gap = search_gap(map, other,
				 home - other < BM_MAP_WINDOW ? home - other :
								BM_MAP_WINDOW);
		if (gap != BM_MAP_NO_SLOT_)
			return move(map, slot, other, gap);
	}
	return BM_MAP_NO_SLOT_;
}

uint32_t bm_map_make_room(const struct bm_map *map, uint32_t home)
{
	uint32_t gap = search_gap(map, home, map->groups ? BM_MAP_WINDOW :
							   map->slots);

	if (gap != BM_MAP_NO_SLOT_ || !map->groups)
		return gap;
	gap = move_back(map, home);
	if (gap != BM_MAP_NO_SLOT_)
		return gap;
	gap = find_gap(map, home);
	if (gap == BM_MAP_NO_SLOT_ || gap < home)
		return gap;
	return bring_gap_near(map, home, gap);
}

void bm_map_note_far(const struct bm_map *map, uint32_t home, uint32_t slot)
{
	uint32_t reach = bm_map_distance(map, home, slot) / BM_MAP_WINDOW;
	struct bm_map_group *group;

	if (!reach)
		return;
	group = group_of(map, home);
	if (group->reach < reach)
		__atomic_store_n(&group->reach, reach, __ATOMIC_RELAXED);
	__atomic_store_n(&group->spilled, group->spilled + 1, __ATOMIC_RELAXED);
}

/* When the last one is gone, searches are short again. */
void bm_map_forget_far(const struct bm_map *map, uint32_t home, uint32_t slot)
{
	struct bm_map_group *group;
	uint32_t spilled;

	if (!bm_map_is_far(map, home, slot))
		return;
	group = group_of(map, home);
	spilled = __atomic_load_n(&group->spilled, __ATOMIC_RELAXED);
	if (spilled > 1) {
		__atomic_store_n(&group->spilled, spilled - 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n(&group->spilled, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&group->reach, 0, __ATOMIC_RELAXED);
}

/*
 * Looks at the slots where the first far keys of a group are, and at no more: a
 * far key that is not found here stays where it is, and is found there.
 */
static bool bring_from(const struct bm_map *map, uint32_t group, uint32_t to)
{
	uint32_t count = 2 * BM_MAP_WINDOW;
	uint32_t slot = (group + 1) * BM_MAP_WINDOW;

	for (; count--; slot++) {
		uint32_t from = slot < map->slots ? slot : slot - map->slots;
		uint32_t home;

		if (from >= map->slots || !bm_map_tag(map, from))
			continue;
		home = bm_map_spot_of(map, from).home;
		if (home / BM_MAP_WINDOW != group || !is_within(home, to) ||
		    !bm_map_is_far(map, home, from))
			continue;
		move(map, from, home, to);
		return true;
	}
	return false;
}

/* The homes whose windows hold the slot are in one group or in two. */
void bm_map_bring_near(const struct bm_map *map, uint32_t slot)
{
	uint32_t last = slot < map->homes ? slot : map->homes - 1;
	uint32_t first = slot < BM_MAP_WINDOW ? 0 : slot - BM_MAP_WINDOW + 1;

	if (!map->groups)
		return;
	first /= BM_MAP_WINDOW;
	last /= BM_MAP_WINDOW;
	for (uint32_t group = first; group <= last; group++) {
		if (__atomic_load_n(&map->groups[group].spilled,
				    __ATOMIC_RELAXED) &&
		    bring_from(map, group, slot))
			return;
	}
}
