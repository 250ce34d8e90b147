/* SPDX-License-Identifier: MIT */
/*
 * A map of CAPACITY entries that lie in an order of their own, in one window, or in more
 * where SMALL_WINDOWS says that a window is four slots, for every hash that there can be: a
 * table of any numbers, one for each key.
 *
 * Its parts are objects of their own, so that an access beyond any of them is found, or
 * where TOGETHER says so one object, as in a pool: some verbs wipe them all at once. The
 * including proof defines BEFORE_ENTRIES, the bytes of what lies with the entries.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_PLACES_H
#define BUDGETMEM_PROOFS_LIBRARY_PLACES_H

#include "groups.h"
#include <budgetmem/map-places.h>

#ifdef TOGETHER
/* As bind() of map.c has it; nothing is behind the last entry. */
static struct {
	struct bm_object object;
	unsigned char tags[BM_MAP_INDEX_BYTES_(CAPACITY)];
	uint32_t places[BM_MAP_PLACES_BYTES_(CAPACITY) / sizeof(uint32_t)];
	unsigned char entries[BEFORE_ENTRIES + 2 * CAPACITY];
} __attribute__((packed)) parts __attribute__((aligned(64)));

#define PART(name)	parts.name
#define MEMORY		((unsigned char *)&parts)
#define CONTENTS	(sizeof(parts) - BM_OBJECT_OVERHEAD)
#else
#define PART(name)	name
#define CONTENTS	1
#endif
#include "errors.h"
#include "runs.c"
#include "map-place.c"
#define search		search_map
#include "map.c"
#include "map-check.c"
#include "map-places.c"

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
#ifndef TOGETHER
static unsigned char tags[BM_MAP_INDEX_BYTES_(CAPACITY)] __attribute__((aligned(8)));
static uint32_t places[SLOTS + 2];
static unsigned char entries[BEFORE_ENTRIES + 2 * CAPACITY]
	__attribute__((aligned(8)));
#endif
static struct entry was[CAPACITY];

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

static unsigned char any_key(void)
{
	return (unsigned char)any_below(KEYS);
}

static unsigned char any_byte(void)
{
	return (unsigned char)any_below(256);
}

static struct entry entry(uint32_t index)
{
	struct entry entry = {
		map.entries[2 * index], map.entries[2 * index + 1],
	};

	return entry;
}

static bool is_same(struct entry a, struct entry b)
{
	return a.key == b.key && a.value == b.value;
}

/* The slot's entry is there and can be found, and no other slot has it. */
static bool is_slot_sound(uint32_t slot, uint32_t *far)
{
	uint32_t place = PART(places)[slot];

	if (place >= OBJECT->len || !is_found(&map, slot, far))
		return false;
	for (uint32_t i = 0; i < slot; i++)
		if (map.tags[i] && PART(places)[i] == place)
			return false;
	return true;
}

/* This key is there once. */
static bool is_entry_sound(uint32_t index)
{
	for (uint32_t i = 0; i < index; i++)
		if (entry(i).key == entry(index).key)
			return false;
	return true;
}

/* Each key is there once, and each has a slot; nothing is void. */
static bool are_places_sound(void)
{
	uint32_t far[GROUPS + 1] = { 0 };
	uint32_t count = 0;

	if (OBJECT->updating || OBJECT->len > CAPACITY)
		return false;
	for (uint32_t i = 0; i < SLOTS; i++) {
		if (map.tags[i] && !is_slot_sound(i, far))
			return false;
		count += map.tags[i] != 0;
	}
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (i < OBJECT->len && !is_entry_sound(i))
			return false;
	return count == OBJECT->len && are_groups_sound(&map, far) &&
	       PART(places)[SLOTS] >= PART(places)[SLOTS + 1];
}

static void any_map(void)
{
	__CPROVER_havoc_object(hash_of);
#ifndef TOGETHER
	__CPROVER_havoc_object(tags);
	__CPROVER_havoc_object(places);
	__CPROVER_havoc_object(entries);
#endif
	map.object = any_object(CAPACITY, 2);
	map.slots = SLOTS;
	map.homes = GROUPS ? SLOTS - BM_MAP_NEAR + 1 : 1;
	map.window = SLOTS < BM_MAP_WINDOW ? ((uint64_t)1 << SLOTS) - 1 : UINT64_MAX;
	map.groups = GROUPS ? (struct bm_map_group *)PART(tags) : NULL;
	map.tags = PART(tags) + BM_MAP_GROUPS_BYTES_(CAPACITY);
	map.entries = PART(entries) + BEFORE_ENTRIES;
	map.places = PART(places);
	map.type.key_size = map.type.value_size = map.type.value_offset = 1;
	map.type.hash = hash;
	map.type.same = equal;
	for (uint32_t i = 0; i < CAPACITY; i++)
		was[i] = entry(i);
}

static void assert_cleared(void)
{
	is_done(0);
	assert(are_places_sound() && !OBJECT->len && OBJECT->peak <= CAPACITY);
}

/* Where the key was, or CAPACITY. */
static uint32_t place_before(unsigned char key)
{
	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++)
		if (was[i].key == key)
			return i;
	return CAPACITY;
}

#endif
