// SPDX-License-Identifier: MIT
/*
 * Maps of one window, and of more where SMALL_WINDOWS says that a window is four slots,
 * for every hash that there can be: a table of any numbers, one for each key. From every
 * state of the pool; one verb from there.
 */
#ifdef SMALL_WINDOWS
#include "small-tags.h"
#endif
#include <budgetmem/map-core.h>

#define SLOTS		BM_MAP_SLOTS_(CAPACITY)
#define GROUPS		BM_MAP_GROUPS_(CAPACITY)
#define CONTENTS	(BM_MAP_INDEX_BYTES_(CAPACITY) + 2 * SLOTS)
#include "errors.h"
#include "runs.c"
#include "map-place.c"
#include "map.c"

#ifdef SMALL_WINDOWS
#define KEYS	8
#else
#define KEYS	256
#endif

/**
 * struct entry - of the map
 * @key: any byte
 * @value: any byte
 */
struct entry {
	unsigned char key;
	unsigned char value;
};

static uint64_t hash_of[KEYS];
static struct bm_map map;
static struct entry was[SLOTS];
static unsigned char tag_was[SLOTS];
static bool was_sound;

static uint64_t hash(const struct bm_hash_key *secret, const void *key)
{
	(void)secret;
	return hash_of[*(const unsigned char *)key % KEYS];
}

static bool equal(const void *stored, const void *key)
{
	return *(const unsigned char *)stored == *(const unsigned char *)key;
}

static struct bm_map_shape shape(void)
{
	struct bm_map_shape shape = { 2, 1, 1, 1, !GROUPS, equal };

	return shape;
}

static struct entry entry(uint32_t slot)
{
	struct entry entry = {
		map.entries[2 * slot], map.entries[2 * slot + 1],
	};

	return entry;
}

/* A search for the key in this slot comes there, and its group counts it if it is far. */
static bool is_found(uint32_t slot, uint32_t *far)
{
	struct bm_map_spot spot = bm_map_spot(&map, hash_of[entry(slot).key % KEYS]);
	const struct bm_map_group *group;
	uint32_t beyond;

	if (map.tags[slot] != bm_map_tag_in(&map, spot, slot))
		return false;
	if (!bm_map_is_far(&map, spot.home, slot))
		return true;
	far[spot.home / BM_MAP_WINDOW]++;
	group = map.groups + spot.home / BM_MAP_WINDOW;
	beyond = bm_map_distance(&map, spot.home, slot) - BM_MAP_NEAR;
	return group->far[spot.home / 32 % 2] >> spot.home % 32 & 1 &&
	       group->reach > beyond / BM_MAP_WINDOW;
}

/* Nothing is said of homes without far keys. */
static bool is_grouped(const uint32_t *far)
{
	for (uint32_t i = 0; i < GROUPS; i++) {
		const struct bm_map_group *group = map.groups + i;

		if (group->spilled != far[i] ||
		    (!far[i] && (group->far[0] | group->far[1] | group->reach)))
			return false;
	}
	return true;
}

/* Each key is there once, can be found, and is counted. */
static bool is_sound(void)
{
	uint32_t far[GROUPS + 1] = { 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < SLOTS; i++) {
		if (!map.tags[i])
			continue;
		count++;
		if (entry(i).key >= KEYS || !is_found(i, far))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (map.tags[k] && entry(k).key == entry(i).key)
				return false;
	}
	return count == OBJECT->len && !OBJECT->updating && is_grouped(far);
}

static void any_map(void)
{
	struct bm_map_type type = {
		.type = { .capacity = CAPACITY, .element_size = 2 },
		.key_size = 1, .value_size = 1, .value_offset = 1,
		.hash = hash, .same = equal,
	};

	__CPROVER_havoc_object(hash_of);
	map.object = any_object(CAPACITY, 2);
	bind(&map, &type);
	for (uint32_t i = 0; i < SLOTS; i++) {
		was[i] = entry(i);
		tag_was[i] = map.tags[i];
	}
	was_sound = is_sound();
}

/* The slot of a key before the verb, or SLOTS; and how often it was there. */
static uint32_t slot_before(unsigned char key)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (tag_was[i] && was[i].key == key)
			return i;
	return SLOTS;
}

static uint32_t slot_now(unsigned char key)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (map.tags[i] && entry(i).key == key)
			return i;
	return SLOTS;
}

/* Every other key is there as it was. */
static void assert_others_kept(unsigned char key)
{
	unsigned char other = (unsigned char)any_below(KEYS);
	uint32_t before_slot = slot_before(other), now = slot_now(other);

	if (other == key)
		return;
	assert((before_slot == SLOTS) == (now == SLOTS));
	if (now < SLOTS)
		assert(entry(now).value == was[before_slot].value);
}

/* Insert, and upsert where @replace. */
void prove_map_put(void)
{
	unsigned char key = (unsigned char)any_below(KEYS);
	unsigned char value = (unsigned char)any_below(256);
	bool replace = nondet_bool();
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_put_(&map, hash_of[key], &key, &value, replace, shape());
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(!write_error() || err == write_error());
	if (was_sound) {
		assert(err == (old < SLOTS ? if_so(!replace, -EEXIST) :
			       if_so(before.object.len == CAPACITY, -ENOSPC)));
		assert(is_sound());
		assert_others_kept(key);
		if (!err)
			assert(entry(slot_now(key)).value == value);
		assert(OBJECT->len ==
		       before.object.len + (!err && old == SLOTS));
		assert_accounted(before.object.len, OBJECT->len, 2);
	}
	REACHED();
}

void prove_map_get(void)
{
	unsigned char key = (unsigned char)any_below(KEYS), value = 7;
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_get_(&map, hash_of[key], &key, &value, shape());
	assert(err == 0 || err == -ENOENT);
	assert_nothing_done(0);
	if (was_sound) {
		assert(err == if_so(old == SLOTS, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
	}
	REACHED();
}

void prove_map_remove(void)
{
	unsigned char key = (unsigned char)any_below(KEYS), value = 7;
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_remove_(&map, hash_of[key], &key, &value, shape());
	assert_declaration_kept();
	assert_refused(false);
	assert(!write_error() || err == write_error());
	if (was_sound) {
		assert(err == if_so(old == SLOTS, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
		assert(is_sound());
		assert(slot_now(key) == SLOTS);
		assert_others_kept(key);
		assert(OBJECT->len == before.object.len - !err);
		assert_accounted(before.object.len, OBJECT->len, 2);
	}
	REACHED();
}
