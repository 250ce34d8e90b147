// SPDX-License-Identifier: MIT
/*
 * Index maps, from every state of the pool; one verb from there.
 */
#define BEFORE_ENTRIES	0
#include "places.h"
#include <budgetmem/index-map.h>
#define least		least_of_two
#include "index-map.c"

BM_INDEX_MAP_WITH(columns, unsigned char, unsigned char, CAPACITY, hash, equal)

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
	const struct entry fresh = { any_key(), any_byte() };
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
	unsigned char key = any_key(), value = 7;
	const unsigned char *at;
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
	at = bm_places_at_(&map, hash_of[key], &key, shape());
	assert(at == (err ? NULL : map.entries + 2 * index + 1));
	if (was_sound)
		assert(err ? place == CAPACITY : index == place);
	assert_nothing_done(0);
	REACHED();
}

/* The order stays if @shift, and else the last comes where the key was. */
void prove_index_map_remove(void)
{
	unsigned char key = any_key(), value = 7;
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

/* Entries by their index from either end, also where keys and slots are damaged. */
void prove_index_map_next(void)
{
	struct entry untouched = { 7, 7 }, out = untouched;
	size_t from = nondet_u64(), cursor = from;
	bool back = nondet_bool(), key = nondet_bool(), value = nondet_bool();
	uint32_t len, place;
	int err;

	any_index_map();
	len = before.object.len;
	assert(bm_index_map_look_(&map, from, back, ERANGE, NULL, NULL, shape()) ==
	       either(read_error(), if_so(from >= len, -ERANGE)));
	err = bm_index_map_next_(&map, &cursor, back, key ? &out.key : NULL,
				 value ? &out.value : NULL, shape());
	assert(err == either(read_error(), if_so(from >= len, -ENOENT)));
	assert(cursor == from + !err);
	place = (uint32_t)(back ? len - 1 - from : from);
	assert(out.key == (err || !key ? 7 : was[place].key));
	assert(out.value == (err || !value ? 7 : was[place].value));
	assert_nothing_done(0);
	REACHED();
}

void prove_index_map_clear(void)
{
	any_index_map();
	bm_map_clear_(&map);
	assert_cleared();
	REACHED();
}

void prove_index_map_invariants(void)
{
	any_index_map();
	assert_invariants(bm_places_invariants_(&map), was_sound, 2);
	REACHED();
}

/* The entries that a repair keeps: not those in the hole, and of each key the first. */
static uint32_t read_kept(struct entry *kept)
{
	uint32_t from = PART(places)[SLOTS], to = PART(places)[SLOTS + 1];
	uint32_t count = 0, k;

	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++) {
		if (i >= from && i < to)
			continue;
		for (k = 0; k < count && kept[k].key != was[i].key; k++)
			;
		if (k == count)
			kept[count++] = was[i];
	}
	return count;
}

void prove_index_map_repair(void)
{
	struct entry kept[CAPACITY];
	uint32_t i = any_below(CAPACITY), count;
	int err;

	any_index_map();
	count = read_kept(kept);
	err = bm_index_map_repair_(&map);
	assert(err == read_error());
	if (!is_done(err)) {
		REACHED();
		return;
	}
	assert(are_places_sound() && OBJECT->len == count);
	assert(OBJECT->peak <= CAPACITY);
	assert_accounted(before.object.len, count, 2);
	assert(!was_sound || count == before.object.len);
	if (i < count)
		assert(is_same(entry(i), kept[i]));
	REACHED();
}

static bool wanted[KEYS];
static unsigned char fresh[KEYS];
static uint32_t calls;

/* It is asked for each entry in order, and may change values. */
static bool keep(const unsigned char *key, unsigned char *value, void *context)
{
	assert(context == wanted && *key == was[calls].key);
	assert(*value == was[calls].value);
	*value = fresh[*key];
	calls++;
	return wanted[*key];
}

/* From whatever there was too: those that were kept are there in order, and no others. */
void prove_index_map_retain(void)
{
	uint32_t i = any_below(CAPACITY), at = 0, len;
	int err;

	__CPROVER_havoc_object(wanted);
	__CPROVER_havoc_object(fresh);
	any_index_map();
	len = before.object.len;
	err = columns_retain_(&map, keep, wanted);
	assert(err == write_error());
	if (!is_done(err)) {
		REACHED();
		return;
	}
	for (uint32_t k = 0; k < CAPACITY && k < len; k++) {
		if (!wanted[was[k].key])
			continue;
		assert(at != i || (entry(i).key == was[k].key &&
				   entry(i).value == fresh[was[k].key]));
		at++;
	}
	assert(calls == len && OBJECT->len == at);
	assert(!was_sound || are_places_sound());
	assert_accounted(len, at, 2);
	REACHED();
}
