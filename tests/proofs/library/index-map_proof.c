// SPDX-License-Identifier: MIT
/*
 * Index maps of one window, from every state of the pool; one verb from there.
 */
#include <budgetmem/index-map.h>

#define BEFORE_ENTRIES	0
#include "places.h"
#define least		least_of_two
#include "index-map.c"

static bool was_sound;

static void any_index_map(void)
{
	any_map();
	was_sound = are_places_sound();
}

/* A verb of this result on a sound map: it is sound, with so many entries. */
static void assert_len(int err, uint32_t len)
{
	assert(are_places_sound());
	assert(OBJECT->len == (err ? before.object.len : len));
	assert_accounted(before.object.len, OBJECT->len, 2);
}

/* Insert, and upsert where @replace: behind all others if it is new. */
void prove_index_map_put(void)
{
	const struct entry fresh = { any_byte(), any_byte() };
	bool replace = nondet_bool();
	uint32_t i = any_below(CAPACITY), len, place;
	int err;

	any_index_map();
	len = before.object.len;
	place = place_before(fresh.key);
	err = bm_index_map_put_(&map, hash_of[fresh.key], &fresh.key, &fresh.value,
				replace, shape());
	assert_documented(err, -EEXIST, -ENOSPC);
	if (!was_sound) {
		REACHED();
		return;
	}
	assert(err == (place < CAPACITY ? if_so(!replace, -EEXIST) :
					  if_so(len == CAPACITY, -ENOSPC)));
	assert_len(err, len + (place == CAPACITY));
	if (!err && place == CAPACITY)
		place = len;
	if (i < OBJECT->len)
		assert(is_same(entry(i), !err && i == place ? fresh : was[i]));
	REACHED();
}

void prove_index_map_get(void)
{
	unsigned char key = any_byte(), value = 7;
	uint32_t place;
	size_t index = 7;
	int err;

	any_index_map();
	place = place_before(key);
	err = bm_places_get_(&map, hash_of[key], &key, &value, shape());
	assert(err == bm_index_map_index_of_(&map, hash_of[key], &key, &index,
					     shape()));
	assert(!err || err == -ENOENT);
	assert(err || (index < CAPACITY && was[index].key == key));
	assert(value == (err ? 7 : was[index].value));
	if (was_sound)
		assert(err ? place == CAPACITY : index == place);
	assert_nothing_done(0);
	REACHED();
}

/* The order stays if @shift, and else the last comes where the key was. */
void prove_index_map_remove(void)
{
	unsigned char key = any_byte(), value = 7;
	bool shift = nondet_bool();
	uint32_t i = any_below(CAPACITY), len, place;
	int err;

	any_index_map();
	len = before.object.len;
	place = place_before(key);
	err = bm_index_map_remove_(&map, hash_of[key], &key, &value, shift, shape());
	assert_documented(err, -ENOENT, -ENOENT);
	if (!was_sound) {
		REACHED();
		return;
	}
	assert(err == if_so(place == CAPACITY, -ENOENT));
	assert(value == (err ? 7 : was[place].value));
	assert_len(err, len - 1);
	if (i < OBJECT->len)
		assert(is_same(entry(i), was[err || i < place ? i : shift ? i + 1 :
					     i == place ? len - 1 : i]));
	REACHED();
}

void prove_index_map_pop(void)
{
	struct entry untouched = { 7, 7 }, out = untouched;
	uint32_t i = any_below(CAPACITY), len;
	int err;

	any_index_map();
	len = before.object.len;
	err = bm_index_map_pop_(&map, &out.key, &out.value);
	assert_documented(err, -ENOENT, -ENOENT);
	if (!was_sound) {
		REACHED();
		return;
	}
	assert(err == if_so(!len, -ENOENT));
	assert(is_same(out, err ? untouched : was[len - 1]));
	assert_len(err, len - 1);
	if (i < OBJECT->len)
		assert(is_same(entry(i), was[i]));
	REACHED();
}
