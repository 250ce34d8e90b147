/* SPDX-License-Identifier: MIT */
/*
 * Maps and sets whose entries lie in their slots, of one window, and of more where
 * SMALL_WINDOWS says that a window is four slots, for every hash that there can be: a table
 * of any numbers, one for each key, and one table for each secret.
 *
 * The including proof defines VALUE_SIZE, which is 1, or 0 in a set, whose values are all
 * taken for 0.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_SLOTS_H
#define BUDGETMEM_PROOFS_LIBRARY_SLOTS_H

#include "groups.h"

#define ENTRY_SIZE	(1 + VALUE_SIZE)
#define CONTENTS	(BM_MAP_INDEX_BYTES_(CAPACITY) + ENTRY_SIZE * SLOTS)
#include "errors.h"
#include "runs.c"
#include "map-place.c"
#include "map.c"
#include "map-check.c"

/**
 * struct entry - of the map
 * @key: any byte
 * @value: any byte
 */
struct entry {
	unsigned char key;
	unsigned char value;
};

static uint64_t hash_of[2][KEYS];
static struct entry was[SLOTS];
static unsigned char tag_was[SLOTS];
static bool was_sound;

static uint64_t hash(const struct bm_hash_key *secret, const void *key)
{
	return hash_of[secret->word[0]][*(const unsigned char *)key % KEYS];
}

static bool equal(const void *stored, const void *key)
{
	return *(const unsigned char *)stored == *(const unsigned char *)key;
}

static struct bm_map_type type(void)
{
	struct bm_map_type type = {
		.type = { .capacity = CAPACITY, .element_size = ENTRY_SIZE },
		.key_size = 1, .value_size = VALUE_SIZE, .value_offset = VALUE_SIZE,
		.hash = hash, .same = equal,
	};

	return type;
}

static struct entry entry(const struct bm_map *map, uint32_t slot)
{
	const unsigned char *at = map->entries + ENTRY_SIZE * slot;
	struct entry entry = { at[0], VALUE_SIZE ? at[VALUE_SIZE] : 0 };

	return entry;
}

/* Each key is there once, can be found, and is counted. */
static bool is_sound(const struct bm_map *map)
{
	uint32_t far[GROUPS + 1] = { 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < SLOTS; i++) {
		if (!map->tags[i])
			continue;
		count++;
		if (!is_found(map, i, far))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (map->tags[k] && entry(map, k).key == entry(map, i).key)
				return false;
	}
	return count == map->object.object->len && !map->object.object->updating &&
	       are_groups_sound(map, far);
}

static void any_slots(struct bm_map *map, const struct bm_map_type *type)
{
	__CPROVER_havoc_object(hash_of);
	map->object = any_object(CAPACITY, ENTRY_SIZE);
	bind(map, type);
	for (uint32_t i = 0; i < SLOTS; i++) {
		was[i] = entry(map, i);
		tag_was[i] = map->tags[i];
	}
	was_sound = is_sound(map);
}

/* The slot of a key before the verb, or SLOTS. */
static uint32_t slot_before(unsigned char key)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (tag_was[i] && was[i].key == key)
			return i;
	return SLOTS;
}

static uint32_t slot_now(const struct bm_map *map, unsigned char key)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (map->tags[i] && entry(map, i).key == key)
			return i;
	return SLOTS;
}

/* Every other key is there as it was. */
static void assert_others_kept(const struct bm_map *map, unsigned char key)
{
	unsigned char other = (unsigned char)any_below(KEYS);
	uint32_t before_slot = slot_before(other), now = slot_now(map, other);

	if (other == key)
		return;
	assert((before_slot == SLOTS) == (now == SLOTS));
	if (now < SLOTS)
		assert(entry(map, now).value == was[before_slot].value);
}

/* A verb on a sound map has left it so, with as many keys. */
static void assert_len(const struct bm_map *map, uint32_t len)
{
	assert(is_sound(map) && OBJECT->len == len);
	assert_accounted(before.object.len, len, ENTRY_SIZE);
}

/* Insert, and upsert where @replace, has said @err. */
static void assert_put(const struct bm_map *map, int err, struct entry fresh,
		       bool replace)
{
	bool is_new = slot_before(fresh.key) == SLOTS;

	assert_documented(err, -EEXIST, -ENOSPC);
	if (!was_sound)
		return;
	assert(err == (is_new ? if_so(before.object.len == CAPACITY, -ENOSPC) :
				if_so(!replace, -EEXIST)));
	assert_others_kept(map, fresh.key);
	if (!err)
		assert(entry(map, slot_now(map, fresh.key)).value == fresh.value);
	assert_len(map, before.object.len + (!err && is_new));
}

static void assert_removed(const struct bm_map *map, int err, unsigned char key)
{
	assert_documented(err, -ENOENT, -ENOENT);
	if (!was_sound)
		return;
	assert(err == if_so(slot_before(key) == SLOTS, -ENOENT));
	assert(slot_now(map, key) == SLOTS);
	assert_others_kept(map, key);
	assert_len(map, before.object.len - !err);
}

/* The slots from @from on: the first of them with a key has been given. */
static void assert_next(size_t from, size_t cursor, int err, struct entry given,
			struct entry untouched)
{
	size_t at = from;

	while (at < SLOTS && !tag_was[at])
		at++;
	assert(err == if_so(at >= SLOTS, -ENOENT));
	assert(cursor == (err ? SLOTS : at + 1));
	assert(given.key == (err ? untouched : was[at]).key);
	assert(given.value == (err ? untouched : was[at]).value);
	assert_nothing_done(0);
}

/* From whatever there was. */
static void assert_cleared(const struct bm_map *map)
{
	is_done(0);
	assert(is_sound(map) && !OBJECT->len && OBJECT->peak <= CAPACITY);
	assert(slot_now(map, (unsigned char)any_below(KEYS)) == SLOTS);
}

/* Would a search have come to the key of this slot, if its group had known of it? */
static bool could_be_found(const struct bm_map *map, uint32_t slot)
{
	return tag_was[slot] &&
	       tag_was[slot] == bm_map_tag_in(map, bm_map_spot_of(map, slot), slot);
}

static bool was_there_before(const struct bm_map *map, uint32_t slot)
{
	for (uint32_t i = 0; i < slot; i++)
		if (could_be_found(map, i) && was[i].key == was[slot].key)
			return true;
	return false;
}

/*
 * What could be found stays, and nothing else comes; of each key one, and in a map of one
 * window the first.
 */
static void assert_repaired(const struct bm_map *map)
{
	uint32_t len = before.object.len, i = any_below(SLOTS);
	bool could = could_be_found(map, i);

	is_done(0);
	assert(is_sound(map) && OBJECT->peak <= CAPACITY);
	assert(entry(map, i).key == was[i].key && entry(map, i).value == was[i].value);
	assert(map->tags[i] == 0 || (could && map->tags[i] == tag_was[i]));
	assert(!could || slot_now(map, was[i].key) < SLOTS);
	assert(GROUPS || !map->tags[i] == (!could || was_there_before(map, i)));
	assert(!was_sound || OBJECT->len == len);
	assert_accounted(len < CAPACITY ? len : CAPACITY, OBJECT->len, ENTRY_SIZE);
}

static bool wanted[KEYS];
static uint32_t calls;

/* For a retain: any function of the key. */
static bool wants(unsigned char key, void *context)
{
	assert(context == wanted);
	calls++;
	return wanted[key % KEYS];
}

static void want_some(void)
{
	__CPROVER_havoc_object(wanted);
	calls = 0;
}

/* Each key was asked for once, and exactly those that are not wanted are gone. */
static void assert_retained(const struct bm_map *map, int err)
{
	unsigned char key = (unsigned char)any_below(KEYS);
	bool is_there = slot_now(map, key) < SLOTS;

	assert_documented(err, 0, 0);
	if (!was_sound)
		return;
	assert(!err && calls == before.object.len);
	assert(is_there == (slot_before(key) < SLOTS && wanted[key]));
	assert_len(map, OBJECT->len);
}

#endif
