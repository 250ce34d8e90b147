// SPDX-License-Identifier: MIT
/*
 * Maps of one window, for every hash that there can be: a table of any numbers, one
 * for each key. From every state of the pool; one verb from there.
 */
#include <budgetmem/map-core.h>

#define CONTENTS	(BM_MAP_INDEX_BYTES_(CAPACITY) + 2 * CAPACITY)
#include "pool.h"
#include "map-place.c"
#include "map.c"

#define KEYS	256

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
static struct entry was[CAPACITY];
static unsigned char tag_was[CAPACITY];
static bool was_sound;

static uint64_t hash(const struct bm_hash_key *secret, const void *key)
{
	(void)secret;
	return hash_of[*(const unsigned char *)key];
}

static bool equal(const void *stored, const void *key)
{
	return *(const unsigned char *)stored == *(const unsigned char *)key;
}

static struct bm_map_shape shape(void)
{
	struct bm_map_shape shape = { 2, 1, 1, 1, true, equal };

	return shape;
}

static struct entry entry(uint32_t slot)
{
	struct entry entry = {
		map.entries[2 * slot], map.entries[2 * slot + 1],
	};

	return entry;
}

/* Each key is there once, with the tag of its hash, and counted. */
static bool is_sound(void)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (!map.tags[i])
			continue;
		count++;
		if (map.tags[i] != bm_map_spot_(&map, hash_of[entry(i).key], true).tag)
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (map.tags[k] && entry(k).key == entry(i).key)
				return false;
	}
	return count == OBJECT->len && !OBJECT->updating;
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
	for (uint32_t i = 0; i < CAPACITY; i++) {
		was[i] = entry(i);
		tag_was[i] = map.tags[i];
	}
	was_sound = is_sound();
}

/* The slot of a key before the verb, or CAPACITY; and how often it was there. */
static uint32_t slot_before(unsigned char key)
{
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (tag_was[i] && was[i].key == key)
			return i;
	return CAPACITY;
}

static uint32_t slot_now(unsigned char key)
{
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (map.tags[i] && entry(i).key == key)
			return i;
	return CAPACITY;
}

/* Every other key is there as it was. */
static void assert_others_kept(unsigned char key)
{
	unsigned char other = (unsigned char)any_below(KEYS);
	uint32_t before_slot = slot_before(other), now = slot_now(other);

	if (other == key)
		return;
	assert((before_slot == CAPACITY) == (now == CAPACITY));
	if (now < CAPACITY)
		assert(entry(now).value == was[before_slot].value);
}

static int write_error(void)
{
	return either(if_so(before.object.updating, -EOWNERDEAD),
		      if_so(before.object.len > CAPACITY, -EUCLEAN));
}

/* Insert, and upsert where @replace. */
void prove_map_put(void)
{
	unsigned char key = (unsigned char)any_below(256);
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
		assert(err == (old < CAPACITY ? if_so(!replace, -EEXIST) :
			       if_so(before.object.len == CAPACITY, -ENOSPC)));
		assert(is_sound());
		assert_others_kept(key);
		if (!err)
			assert(entry(slot_now(key)).value == value);
		assert(OBJECT->len ==
		       before.object.len + (!err && old == CAPACITY));
		assert_accounted(before.object.len, OBJECT->len, 2);
	}
	REACHED();
}

void prove_map_get(void)
{
	unsigned char key = (unsigned char)any_below(256), value = 7;
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_get_(&map, hash_of[key], &key, &value, shape());
	assert(err == 0 || err == -ENOENT);
	assert_nothing_done(0);
	if (was_sound) {
		assert(err == if_so(old == CAPACITY, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
	}
	REACHED();
}

void prove_map_remove(void)
{
	unsigned char key = (unsigned char)any_below(256), value = 7;
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_remove_(&map, hash_of[key], &key, &value, shape());
	assert_declaration_kept();
	assert_refused(false);
	assert(!write_error() || err == write_error());
	if (was_sound) {
		assert(err == if_so(old == CAPACITY, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
		assert(is_sound());
		assert(slot_now(key) == CAPACITY);
		assert_others_kept(key);
		assert(OBJECT->len == before.object.len - !err);
		assert_accounted(before.object.len, OBJECT->len, 2);
	}
	REACHED();
}
