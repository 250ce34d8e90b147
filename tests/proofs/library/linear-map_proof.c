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
