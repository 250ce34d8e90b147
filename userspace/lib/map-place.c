// SPDX-License-Identifier: MIT
/*
 * map-place.c: where an entry lives
 */
#include "map.h"

#include <string.h>

/* Tags are compared eight at a time. */
#define STRIDE		8
#define EVERY_BYTE	UINT64_C(0x0101010101010101)
#define LOWER_BITS	(EVERY_BYTE * 0x7f)

static uint64_t hash_of(const struct bm_map *map, const void *key)
{
	const struct bm_map_type *type = &map->type;
	uint64_t number;
	uint32_t half;

	if (type->hash) {
		number = type->hash(&map->secret, key);
	} else if (type->key_size == sizeof(number)) {
		memcpy(&number, key, sizeof(number));
	} else if (type->key_size == sizeof(half)) {
		memcpy(&half, key, sizeof(half));
		number = half;
	} else {
		return bm_hash_bytes(&map->secret, key, type->key_size);
	}
	return bm_hash_integer(&map->secret, number);
}

struct bm_spot bm_map_spot(const struct bm_map *map, const void *key)
{
	uint64_t hash = hash_of(map, key);
	unsigned char tag = (unsigned char)hash;

	return (struct bm_spot){
		.home = (uint32_t)((hash >> 32) * map->homes >> 32),
		.tag = tag ? tag : 1,
	};
}

struct bm_spot bm_map_spot_of(const struct bm_map *map, uint32_t slot)
{
	return bm_map_spot(map, bm_map_entry(map, slot));
}

static bool has_key(const struct bm_map *map, uint32_t slot, const void *key)
{
	const void *other = bm_map_entry(map, slot);

	if (map->type.equal)
		return map->type.equal(other, key);
	return !memcmp(other, key, map->type.key_size);
}

/*
 * The upper bit of each byte of the result tells whether the tag there is the one.
 * The first slot is the lowest byte. Reads up to seven tags more than there are
 * slots: behind the tags lies the rest of the object.
 */
static uint64_t compare_tags(const struct bm_map *map, uint32_t slot,
			     unsigned char tag)
{
	uint64_t tags;

	memcpy(&tags, map->tags + slot, sizeof(tags));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	tags = __builtin_bswap64(tags);
#endif
	tags ^= EVERY_BYTE * tag;
	return ~(((tags & LOWER_BITS) + LOWER_BITS) | tags | LOWER_BITS);
}

/* The same, without the slots from @left on. */
static uint64_t compare_some_tags(const struct bm_map *map, uint32_t slot,
				  uint32_t left, unsigned char tag)
{
	uint64_t equal = compare_tags(map, slot, tag);

	return left < STRIDE ? equal & ((UINT64_C(1) << (8 * left)) - 1) : equal;
}

static uint32_t first_of(uint64_t equal)
{
	return (uint32_t)__builtin_ctzll(equal) / 8;
}

/* Looks for a key in @count slots, which do not go beyond the last one. */
static uint32_t search(const struct bm_map *map, uint32_t slot, uint32_t count,
		       const void *key, unsigned char tag)
{
	for (uint32_t i = 0; i < count; i += STRIDE) {
		uint64_t equal = compare_some_tags(map, slot + i, count - i, tag);

		for (; equal; equal &= equal - 1) {
			uint32_t found = slot + i + first_of(equal);

			if (has_key(map, found, key))
				return found;
		}
	}
	return NO_SLOT;
}

static uint32_t search_gap(const struct bm_map *map, uint32_t slot,
			   uint32_t count)
{
	for (uint32_t i = 0; i < count; i += STRIDE) {
		uint64_t equal = compare_some_tags(map, slot + i, count - i, 0);

		if (equal)
			return slot + i + first_of(equal);
	}
	return NO_SLOT;
}

static struct bm_map_group *group_of(const struct bm_map *map, uint32_t home)
{
	return map->groups + home / BM_MAP_WINDOW;
}

/* Goes on behind the window of @home, as far as its group says. */
static uint32_t search_far(const struct bm_map *map, uint32_t home,
			   const void *key, unsigned char tag)
{
	uint64_t reach = __atomic_load_n(&group_of(map, home)->reach,
					 __ATOMIC_RELAXED);
	uint32_t count = map->slots - BM_MAP_WINDOW;
	uint32_t to_end = count - home;
	uint32_t found;

	if (reach * BM_MAP_WINDOW < count)
		count = (uint32_t)reach * BM_MAP_WINDOW;
	if (count <= to_end)
		return search(map, home + BM_MAP_WINDOW, count, key, tag);
	found = search(map, home + BM_MAP_WINDOW, to_end, key, tag);
	return found != NO_SLOT ? found :
				  search(map, 0, count - to_end, key, tag);
}

uint32_t bm_map_find(const struct bm_map *map, const void *key,
		     struct bm_spot spot)
{
	uint32_t slot = search(map, spot.home, bm_map_window(map), key, spot.tag);

	if (slot != NO_SLOT || !map->groups)
		return slot;
	return search_far(map, spot.home, key, spot.tag);
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

	return gap != NO_SLOT ? gap : search_gap(map, 0, home);
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
		if (gap != NO_SLOT)
			return move(map, slot, other, gap);
	}
	return NO_SLOT;
}

uint32_t bm_map_make_room(const struct bm_map *map, uint32_t home)
{
	uint32_t gap = search_gap(map, home, bm_map_window(map));

	if (gap != NO_SLOT || !map->groups)
		return gap;
	gap = move_back(map, home);
	if (gap != NO_SLOT)
		return gap;
	gap = find_gap(map, home);
	if (gap == NO_SLOT || gap < home)
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
