// SPDX-License-Identifier: MIT
/*
 * Linear maps of bytes, from every state of the pool; one verb from there.
 *
 * A key that is there twice, which no verb writes, is there where it is first.
 */
#include <budgetmem/linear-map.h>

#define CONTENTS	BM_LINEAR_MAP_CONTENTS_(CAPACITY, 1, 1)
#include "errors.h"
#include "linear-map.c"

#define VALUES		BM_BYTES_ROUND_(CAPACITY)

BM_LINEAR_MAP(things, unsigned char, unsigned char, CAPACITY)

static unsigned char key_was[CAPACITY], value_was[CAPACITY];
static bool was_sound;

static struct things any_map(void)
{
	struct things m = {
		.map = { any_object(CAPACITY, 2), 1, 1, CONTENTS_NOW + VALUES, NULL },
	};

	memcpy(key_was, CONTENTS_NOW, CAPACITY);
	memcpy(value_was, CONTENTS_NOW + VALUES, CAPACITY);
	was_sound = !things_invariants(&m);
	return m;
}

static unsigned char any_byte(void)
{
	return (unsigned char)nondet_u32();
}

/* Where the key was, or the length. */
static uint32_t place_of(unsigned char key)
{
	uint32_t place = 0;

	while (place < CAPACITY && place < before.object.len && key_was[place] != key)
		place++;
	return place;
}

static bool is_entry(uint32_t place, unsigned char key, unsigned char value)
{
	return CONTENTS_NOW[place] == key && CONTENTS_NOW[VALUES + place] == value;
}

/* No key was there twice; that at @skip does not count. */
static bool were_keys_single(uint32_t skip)
{
	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++)
		for (uint32_t k = 0; k < i; k++)
			if (i != skip && k != skip && key_was[i] == key_was[k])
				return false;
	return true;
}

static void assert_len(const struct things *m, int err, uint32_t len)
{
	assert_result(err, len, CAPACITY, 2);
	assert(err || !was_sound || !things_invariants(m));
}

void prove_linear_map_get(void)
{
	struct things m = any_map();
	unsigned char key = any_byte(), untouched = any_byte(), value = untouched;
	uint32_t place = place_of(key), len = before.object.len;
	int err = things_get(&m, &key, &value);

	assert(err == either(read_error(), if_so(place == len, -ENOENT)));
	assert(value == (err ? untouched : value_was[place]));
	assert_nothing_done(0);
	REACHED();
}

/* Insert and upsert. */
void prove_linear_map_put(void)
{
	struct things m = any_map();
	const unsigned char key = any_byte(), value = any_byte();
	uint32_t place = place_of(key), len = before.object.len;
	uint32_t i = any_below(CAPACITY);
	bool is_new = place == len, overwrite = nondet_bool();
	int err = overwrite ? things_upsert(&m, &key, &value) :
			      things_insert(&m, &key, &value);

	assert(err == either(write_error(),
			     is_new ? if_so(len == CAPACITY, -ENOSPC) :
				      if_so(!overwrite, -EEXIST)));
	assert_len(&m, err, len + is_new);
	assert(!err && i == place ? is_entry(i, key, value) :
				    is_entry(i, key_was[i], value_was[i]));
	REACHED();
}

/* The last comes to where the key was. */
void prove_linear_map_remove(void)
{
	struct things m = any_map();
	unsigned char key = any_byte(), untouched = any_byte(), value = untouched;
	bool wanted = nondet_bool();
	uint32_t place = place_of(key), len = before.object.len;
	uint32_t i = any_below(CAPACITY);
	int err = things_remove(&m, &key, wanted ? &value : NULL);

	assert(err == either(write_error(), if_so(place == len, -ENOENT)));
	assert(value == (!err && wanted ? value_was[place] : untouched));
	assert_len(&m, err, len - 1);
	if (!err && i == place)
		assert(is_entry(i, key_was[len - 1], value_was[len - 1]));
	else
		assert(is_entry(i, key_was[i], value_was[i]));
	REACHED();
}

/* At is where get finds the value. */
void prove_linear_map_at(void)
{
	struct things m = any_map();
	unsigned char key = any_byte();
	uint32_t place = place_of(key);
	const unsigned char *at = things_at(&m, &key);
	bool there = !read_error() && place < before.object.len;

	assert(at == (there ? CONTENTS_NOW + VALUES + place : NULL));
	assert(things_contains(&m, &key) == there);
	assert_nothing_done(0);
	REACHED();
}

/* And first; those that are not asked for are left alone. */
void prove_linear_map_next(void)
{
	struct things m = any_map();
	bool wanted = nondet_bool();
	unsigned char key = 7, value = 7;
	uint32_t len = before.object.len;
	size_t from = nondet_u64(), cursor = from;
	int err = things_next(&m, &cursor, wanted ? &key : NULL,
			      wanted ? NULL : &value);

	assert(err == either(read_error(), if_so(from >= len, -ENOENT)));
	assert(cursor == from + !err);
	assert(key == (err || !wanted ? 7 : key_was[from]));
	assert(value == (err || wanted ? 7 : value_was[from]));
	key = 7;
	value = 7;
	err = things_first(&m, &key, &value);
	assert(err == either(read_error(), if_so(!len, -ENOENT)));
	assert(key == (err ? 7 : key_was[0]) && value == (err ? 7 : value_was[0]));
	assert_nothing_done(0);
	REACHED();
}

/* From whatever there was. */
void prove_linear_map_clear(void)
{
	struct things m = any_map();

	things_clear(&m);
	is_done(0);
	assert(!OBJECT->len && things_is_empty(&m));
	assert(things_invariants(&m) == if_so(!has_declaration(2), -EUCLEAN));
	assert_contents_kept();
	REACHED();
}

void prove_linear_map_invariants(void)
{
	struct things m = any_map();
	bool sound = !write_error() && !before.object.place[0] &&
		     were_keys_single(CAPACITY);

	assert_invariants(things_invariants(&m), sound, 2);
	REACHED();
}

/* Was a remove filling a place when it was interrupted? Where, or CAPACITY. */
static uint32_t place_to_fill(void)
{
	const uint32_t *place = before.object.place;
	uint32_t len = before.object.len;

	return place[0] && place[0] <= len && place[1] == len ? place[0] - 1 : CAPACITY;
}

/* A remove is ended; whatever else there was is as it was. */
void prove_linear_map_repair(void)
{
	struct things m = any_map();
	const uint32_t *place = before.object.place;
	uint32_t fill = place_to_fill(), len = before.object.len;
	uint32_t i = any_below(CAPACITY), from = i == fill ? len - 1 : i;
	bool is_place = place[0] <= CAPACITY && place[1] <= CAPACITY;
	int err = things_repair(&m);

	assert(err == either(read_error(), if_so(!is_place, -EUCLEAN)));
	if (!is_done(err)) {
		REACHED();
		return;
	}
	assert(OBJECT->len == len - (fill < CAPACITY) && OBJECT->peak <= CAPACITY);
	assert_accounted(len, OBJECT->len, 2);
	assert(!was_sound || OBJECT->len == len);
	assert(is_entry(i, key_was[from], value_was[from]));
	if (were_keys_single(fill) && has_declaration(2))
		assert(!things_invariants(&m));
	REACHED();
}
