// SPDX-License-Identifier: MIT
/*
 * map-place.c: where an entry lives
 */
#include "map.h"
#include "runs.h"

#include <string.h>

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

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
	size_t gap = bm_bytes_find_zero(map->tags + slot, count);

	return gap < count ? slot + (uint32_t)gap : BM_MAP_NO_SLOT_;
}

static struct bm_map_group *group_of(const struct bm_map *map, uint32_t home)
{
	return map->groups + home / BM_MAP_WINDOW;
}

/* How many slots a search for far keys looks at, from the first that is not near on. */
static uint32_t far_slots(const struct bm_map *map, uint32_t home)
{
	uint64_t reach = __atomic_load_n(&group_of(map, home)->reach,
					 __ATOMIC_RELAXED);
	uint32_t all = map->slots - BM_MAP_NEAR;

	return reach * BM_MAP_WINDOW < all ? (uint32_t)reach * BM_MAP_WINDOW : all;
}

/* Goes on behind the slots near a home, as far as its group says. */
static uint32_t search_far(const struct bm_map *map, struct bm_map_spot spot,
			   const void *key, bm_map_equal_function *equal)
{
	uint32_t next = spot.home + BM_MAP_NEAR;
	uint32_t count = far_slots(map, spot.home);
	uint32_t to_end = map->slots - next;
	uint32_t found;

	if (count <= to_end)
		return search(map, next, count, key, spot.far_tag, equal);
	found = search(map, next, to_end, key, spot.far_tag, equal);
	return found != BM_MAP_NO_SLOT_ ? found :
	       search(map, 0, count - to_end, key, spot.far_tag, equal);
}

/* Not found near its home, and there are far keys. */
uint32_t bm_map_search_far_(const struct bm_map *map, uint64_t hash,
			    const void *key, bm_map_equal_function *equal)
{
	return search_far(map, bm_map_spot(map, hash), key, equal);
}

uint32_t bm_map_find_stored(const struct bm_map *map, uint32_t slot)
{
	const void *key = bm_map_entry(map, slot);
	struct bm_map_spot spot = bm_map_spot_of(map, slot);
	uint32_t count = map->groups ? BM_MAP_NEAR : map->slots;
	uint32_t found = search(map, spot.home, count, key, spot.tag,
				map->type.same);

	if (found != BM_MAP_NO_SLOT_ ||
	    !bm_map_has_far_(map, spot.home, !map->groups))
		return found;
	return search_far(map, spot, key, map->type.same);
}

/* Would a key with this home be near in the slot? */
static bool is_near(uint32_t home, uint32_t slot)
{
	return slot >= home && slot - home < BM_MAP_NEAR;
}

/*
 * Moves a key to a slot where it is near as well, and returns the slot that it leaves
 * free. The copy is complete before it can be found; in between both are there.
 */
static uint32_t move(const struct bm_map *map, uint32_t from, uint32_t to)
{
	uint32_t size = map->object.element_size;

	if (map->places)
		__atomic_store_n(map->places + to, bm_map_place(map, from),
				 __ATOMIC_RELAXED);
	else
		bm_map_copy(bm_map_entry_(map, to, size),
			    bm_map_entry_(map, from, size), size);
	bm_map_set_tag(map, to, bm_map_tag(map, from));
	bm_map_set_tag(map, from, 0);
	return from;
}

/*
 * Fills a gap with a key from before it, the farther the better. The gap's own tag is
 * not read: it has just been stored, by itself, and a read of 16 bytes with it would have
 * to wait.
 */
static uint32_t hop_back(const struct bm_map *map, uint32_t gap)
{
	uint32_t first = gap - BM_MAP_NEAR;
	uint32_t keys = bm_tags_find_homes_(map->tags + first, first).later;

	return keys ? move(map, first + (uint32_t)__builtin_ctz(keys), gap) : gap;
}

/* Fills a gap with a key from behind it, the farther the better. */
static uint32_t hop_forward(const struct bm_map *map, uint32_t gap)
{
	uint32_t first = gap + 1;
	uint32_t keys = bm_tags_find_homes_(map->tags + first, first).earlier;

	return keys ? move(map, first + 31 - (uint32_t)__builtin_clz(keys), gap) : gap;
}

/* Brings a gap that is behind the slots near the home nearer, one hop at a time. */
static uint32_t bring_back(const struct bm_map *map, uint32_t home, uint32_t gap)
{
	for (int hops = 0; hops < BM_MAP_HOPS && !is_near(home, gap); hops++) {
		uint32_t nearer = hop_back(map, gap);

		if (nearer == gap)
			break;
		gap = nearer;
	}
	return gap;
}

/* Brings the last gap before the home nearer. Returns where it is then, if there is one. */
static uint32_t bring_forward(const struct bm_map *map, uint32_t home)
{
	uint32_t count = home < BM_MAP_WINDOW ? home : BM_MAP_WINDOW;
	uint64_t gaps = count ? match(map, home - count, count, 0) : 0;
	uint32_t gap;

	if (!gaps)
		return BM_MAP_NO_SLOT_;
	gap = home - count + 63 - (uint32_t)__builtin_clzll(gaps);
	while (gap < home) {
		uint32_t nearer = hop_forward(map, gap);

		if (nearer == gap)
			break;
		gap = nearer;
	}
	return gap;
}

/*
 * The first gap from the home on, which goes round: a free slot is found wherever it is.
 * Most are in the first window: no call for them.
 */
static uint32_t find_gap(const struct bm_map *map, uint32_t home)
{
	uint32_t to_end = map->slots - home;
	uint64_t gaps = match(map, home, least(to_end, BM_MAP_WINDOW), 0);
	uint32_t gap;

	if (gaps)
		return bm_map_first_(home, gaps);
	gap = search_gap(map, home, to_end);
	return gap != BM_MAP_NO_SLOT_ ? gap : search_gap(map, 0, home);
}

uint32_t bm_map_make_room(const struct bm_map *map, uint32_t home)
{
	uint32_t gap = find_gap(map, home);
	uint32_t other;

	if (gap == BM_MAP_NO_SLOT_ || !map->groups)
		return gap;
	if (gap > home)
		gap = bring_back(map, home, gap);
	if (is_near(home, gap))
		return gap;
	other = bring_forward(map, home);
	if (other == BM_MAP_NO_SLOT_)
		return gap;
	/* Both may have been the same gap, which is taken then. What lies before a home is far. */
	return is_near(home, other) || bm_map_tag(map, gap) ? other : gap;
}

/* The group's bit for a home: whether it has far keys. */
static void say_far(const struct bm_map *map, uint32_t home, bool far)
{
	uint32_t *homes = &group_of(map, home)->far[home / 32 % 2];
	uint32_t bit = UINT32_C(1) << home % 32;
	uint32_t others = __atomic_load_n(homes, __ATOMIC_RELAXED) & ~bit;

	__atomic_store_n(homes, far ? others | bit : others, __ATOMIC_RELAXED);
}

/* How many windows a search for a far key of this home has to look at. */
static uint32_t reach_to(const struct bm_map *map, uint32_t home, uint32_t slot)
{
	return (bm_map_distance(map, home, slot) - BM_MAP_NEAR) / BM_MAP_WINDOW + 1;
}

void bm_map_note_far(const struct bm_map *map, uint32_t home, uint32_t slot)
{
	struct bm_map_group *group;
	uint32_t reach;

	if (!bm_map_is_far(map, home, slot))
		return;
	group = group_of(map, home);
	reach = reach_to(map, home, slot);
	if (group->reach < reach)
		__atomic_store_n(&group->reach, reach, __ATOMIC_RELAXED);
	__atomic_store_n(&group->spilled, group->spilled + 1, __ATOMIC_RELAXED);
	say_far(map, home, true);
}

/**
 * struct far_keys - what is left of a group's far keys
 * @home: the one that is asked for
 * @has: whether it has some
 * @reach: how many windows searches have to look at for those of the group
 * @enough: none of them is beyond so many
 */
struct far_keys {
	uint32_t home;
	uint32_t reach;
	uint32_t enough;
	bool has;
};

static void look_at_key(const struct bm_map *map, uint32_t slot, struct far_keys *keys)
{
	uint32_t home = bm_map_spot_of(map, slot).home;
	uint32_t reach;

	if (home / BM_MAP_WINDOW != keys->home / BM_MAP_WINDOW ||
	    !bm_map_is_far(map, home, slot))
		return;
	reach = reach_to(map, home, slot);
	if (keys->reach < reach)
		keys->reach = reach;
	keys->has |= home == keys->home;
}

/* Those in @count slots, which do not go beyond the last one, until all is known. */
static void look_at_far(const struct bm_map *map, uint32_t slot, uint32_t count,
			struct far_keys *keys)
{
	for (uint32_t i = 0; i < count && !(keys->has && keys->reach >= keys->enough);
	     i += BM_MAP_NEAR) {
		uint32_t from = least(slot + i, map->slots - BM_MAP_NEAR);
		uint32_t far = bm_tags_far_(map->tags + from);

		for (; far; far &= far - 1)
			look_at_key(map, from + (uint32_t)__builtin_ctz(far), keys);
	}
}

/* From the first home of the group to where the searches for its last one end. */
static void find_far(const struct bm_map *map, struct far_keys *keys)
{
	uint32_t next = keys->home / BM_MAP_WINDOW * BM_MAP_WINDOW + BM_MAP_NEAR;
	uint32_t count = least(far_slots(map, keys->home) + BM_MAP_WINDOW, map->slots);
	uint32_t to_end = least(count, map->slots - next);

	look_at_far(map, next, to_end, keys);
	look_at_far(map, 0, count - to_end, keys);
}

static void set_far(struct bm_map_group *group, uint32_t spilled, uint32_t reach)
{
	__atomic_store_n(&group->spilled, spilled, __ATOMIC_RELAXED);
	__atomic_store_n(&group->reach, reach, __ATOMIC_RELAXED);
}

/* When the farthest one is gone, searches are shorter again; else it is still there. */
void bm_map_forget_far(const struct bm_map *map, uint32_t home, uint32_t slot)
{
	struct far_keys left = { .home = home };
	struct bm_map_group *group;
	uint32_t spilled;

	if (!bm_map_is_far(map, home, slot))
		return;
	group = group_of(map, home);
	spilled = __atomic_load_n(&group->spilled, __ATOMIC_RELAXED);
	if (spilled > 1) {
		left.enough = __atomic_load_n(&group->reach, __ATOMIC_RELAXED);
		left.reach = reach_to(map, home, slot) < left.enough ? left.enough : 0;
		find_far(map, &left);
		set_far(group, spilled - 1, left.reach);
		say_far(map, home, left.has);
		return;
	}
	set_far(group, 0, 0);
	__atomic_store_n(&group->far[0], 0, __ATOMIC_RELAXED);
	__atomic_store_n(&group->far[1], 0, __ATOMIC_RELAXED);
}
