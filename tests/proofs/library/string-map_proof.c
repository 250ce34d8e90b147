// SPDX-License-Identifier: MIT
/*
 * Maps by text of at most LENGTH bytes, in one window, from every state of the pool, keys
 * whose length cannot be too; one verb from there.
 *
 * A key is given by its bytes, zeros among them, or where CLOSED says so by a text with a
 * closing zero. It ends where its memory does. The hash is any function of the bytes;
 * text_proof.c has the library's.
 */
#include <budgetmem/hash.h>

#include "proof.h"

#define bm_hash_short	any_hash

uint64_t __CPROVER_uninterpreted_hash(uint64_t bytes, size_t size);

static uint64_t any_hash(const struct bm_hash_key *secret, const void *bytes,
			 size_t size)
{
	const unsigned char *byte = bytes;
	uint64_t all = 0;

	(void)secret;
	for (size_t i = 0; i < size; i++)
		all |= (uint64_t)byte[i] << 8 * i;
	return __CPROVER_uninterpreted_hash(all, size);
}

#include <budgetmem/string-map.h>

#define TAG_BYTES	BM_MAP_INDEX_BYTES_(CAPACITY)
#define ENTRY_BYTES	sizeof(struct texts_entry)
#define CONTENTS	(TAG_BYTES + CAPACITY * ENTRY_BYTES)

BM_STRING_MAP(texts, LENGTH, uint16_t, CAPACITY)

#include "errors.h"
#include "runs.c"
#include "map-place.c"
#include "map.c"
#include "map-check.c"

/**
 * struct entry - of the map
 * @size: of the key, as it is stored
 * @key: any bytes
 * @value: any number
 */
struct entry {
	size_t size;
	unsigned char key[LENGTH];
	uint16_t value;
};

static struct texts m;
static struct entry was[CAPACITY];
static unsigned char tag_was[CAPACITY];
static bool was_sound;

/* The key that is given, which may be a byte too long. */
static char given[LENGTH + 2];
static const char *text;
static size_t size;

uint32_t bm_hash_type(const char *spelling, size_t size, size_t alignment)
{
	(void)spelling;
	return (uint32_t)(size + alignment);
}

static struct entry entry(uint32_t slot)
{
	const unsigned char *at = CONTENTS_NOW + TAG_BYTES + slot * ENTRY_BYTES;
	struct entry entry = { .size = at[0] };

	for (uint32_t i = 0; i < LENGTH; i++)
		entry.key[i] = at[1 + i];
	memcpy(&entry.value, at + offsetof(struct texts_entry, value), 2);
	return entry;
}

/* The text that is stored there is this one. */
static bool is_key(const struct entry *entry, const unsigned char *bytes, size_t count)
{
	if (entry->size != count)
		return false;
	for (uint32_t i = 0; i < LENGTH && i < count; i++)
		if (entry->key[i] != bytes[i])
			return false;
	return true;
}

/* One that is given is what a search of a damaged length finds too: it is cut. */
static bool is_given(const struct entry *entry)
{
	return is_key(entry, (const unsigned char *)text, size);
}

static bool is_slot_sound(uint32_t slot)
{
	struct entry own = entry(slot);
	unsigned char tag;

	if (own.size > LENGTH)
		return false;
	tag = (unsigned char)any_hash(NULL, own.key, own.size);
	if (CONTENTS_NOW[slot] != (tag ? tag : 1))
		return false;
	for (uint32_t i = 0; i < slot; i++) {
		struct entry other = entry(i);

		if (CONTENTS_NOW[i] && is_key(&other, own.key, own.size))
			return false;
	}
	return true;
}

/* Each key is there once, can be found, and is counted. */
static bool is_sound(void)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (!CONTENTS_NOW[i])
			continue;
		if (!is_slot_sound(i))
			return false;
		count++;
	}
	return count == OBJECT->len && !OBJECT->updating;
}

static void any_map(void)
{
	struct bm_map_type type = texts_map_type_();

	m.map.object = any_object(CAPACITY, ENTRY_BYTES);
	bind(&m.map, &type);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		was[i] = entry(i);
		tag_was[i] = CONTENTS_NOW[i];
	}
	was_sound = is_sound();
}

static void any_text(void)
{
	__CPROVER_havoc_object(given);
	size = any_below(LENGTH + 2);
	text = given + sizeof(given) - CLOSED - size;
	if (!CLOSED)
		return;
	for (uint32_t i = 0; i < LENGTH + 1 && i < size; i++)
		__CPROVER_assume(text[i]);
	given[LENGTH + 1] = 0;
}

static uint32_t slot_before(void)
{
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (tag_was[i] && is_given(&was[i]))
			return i;
	return CAPACITY;
}

static uint32_t slot_now(void)
{
	for (uint32_t i = 0; i < CAPACITY; i++) {
		struct entry now = entry(i);

		if (CONTENTS_NOW[i] && is_given(&now))
			return i;
	}
	return CAPACITY;
}

/* Every other key is where it was, with its value. */
static void assert_others_kept(void)
{
	uint32_t i = any_below(CAPACITY);
	struct entry now = entry(i);

	if (!tag_was[i] || is_given(&was[i]))
		return;
	assert(CONTENTS_NOW[i] == tag_was[i] && now.value == was[i].value);
	assert(is_key(&now, was[i].key, was[i].size));
}

static int put(const uint16_t *value, bool replace)
{
#if CLOSED
	return replace ? texts_upsert(&m, text, value) : texts_insert(&m, text, value);
#else
	return replace ? texts_upsert_bytes(&m, text, size, value) :
			 texts_insert_bytes(&m, text, size, value);
#endif
}

/* What is behind the text of a new key is no rest of others. */
static void assert_stored(uint32_t slot, uint16_t value, bool is_new)
{
	struct entry now = entry(slot);

	assert(now.value == value);
	for (uint32_t i = 0; i < LENGTH; i++)
		assert(!is_new || i < size || now.key[i] == 0);
}

/* Insert, and upsert where @replace: one that is too long changes nothing at all. */
void prove_string_map_put(void)
{
	const uint16_t value = (uint16_t)nondet_u32();
	bool replace = nondet_bool();
	uint32_t old;
	int err;

	any_map();
	any_text();
	old = slot_before();
	err = put(&value, replace);
	if (size > LENGTH) {
		assert(err == -EINVAL);
		assert_nothing_done(err);
		REACHED();
		return;
	}
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(!write_error() || err == write_error());
	assert(!err || err == -EEXIST || err == -ENOSPC || err == -EUCLEAN ||
	       err == -EOWNERDEAD);
	if (was_sound) {
		assert(err == (old < CAPACITY ? if_so(!replace, -EEXIST) :
			       if_so(before.object.len == CAPACITY, -ENOSPC)));
		assert(is_sound());
		assert_others_kept();
		if (!err)
			assert_stored(slot_now(), value, old == CAPACITY);
		assert(OBJECT->len ==
		       before.object.len + (!err && old == CAPACITY));
		assert_accounted(before.object.len, OBJECT->len, ENTRY_BYTES);
	}
	REACHED();
}

/* And at, contains. */
void prove_string_map_get(void)
{
	uint16_t value = 7;
	uint16_t *place;
	uint32_t old;
	bool there;
	int err;

	any_map();
	any_text();
	old = slot_before();
#if CLOSED
	err = texts_get(&m, text, &value);
	place = texts_at(&m, text);
	there = texts_contains(&m, text);
#else
	err = texts_get_bytes(&m, text, size, &value);
	place = texts_at_bytes(&m, text, size);
	there = texts_contains_bytes(&m, text, size);
#endif
	assert(err == -ENOENT || (err == 0 && size <= LENGTH));
	assert(there == !err && (place != NULL) == there);
	assert(err || *place == value);
	assert_nothing_done(0);
	if (was_sound) {
		assert(err == if_so(old == CAPACITY, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
	}
	REACHED();
}

void prove_string_map_remove(void)
{
	bool wanted = nondet_bool();
	uint16_t value = 7;
	uint32_t old;
	int err;

	any_map();
	any_text();
	old = slot_before();
#if CLOSED
	err = texts_remove(&m, text, wanted ? &value : NULL);
#else
	err = texts_remove_bytes(&m, text, size, wanted ? &value : NULL);
#endif
	assert_declaration_kept();
	assert_refused(false);
	assert(!write_error() || err == write_error());
	assert(!err || err == -ENOENT || err == -EUCLEAN || err == -EOWNERDEAD);
	if (was_sound) {
		assert(err == if_so(old == CAPACITY, -ENOENT));
		assert(value == (err || !wanted ? 7 : was[old].value));
		assert(is_sound());
		assert(slot_now() == CAPACITY);
		assert_others_kept();
		assert(OBJECT->len == before.object.len - !err);
		assert_accounted(before.object.len, OBJECT->len, ENTRY_BYTES);
	}
	REACHED();
}

/* The slots from the cursor on: the first of them with a key. Lengths are cut. */
void prove_string_map_next(void)
{
	char key[LENGTH + 1];
	uint16_t value = 7;
	bool wanted = nondet_bool();
	size_t from = nondet_u64(), cursor = from, at = from, length;
	int err;

	any_map();
	while (at < CAPACITY && !tag_was[at])
		at++;
	err = texts_next(&m, &cursor, wanted ? key : NULL, wanted ? &value : NULL);
	assert_nothing_done(0);
	assert(err == if_so(at >= CAPACITY, -ENOENT));
	assert(cursor == (err ? CAPACITY : at + 1));
	assert(value == (err || !wanted ? 7 : was[at].value));
	if (!err && wanted) {
		length = was[at].size < LENGTH ? was[at].size : LENGTH;
		assert(!key[length]);
		for (uint32_t i = 0; i < LENGTH; i++)
			assert(i >= length ||
			       (unsigned char)key[i] == was[at].key[i]);
	}
	REACHED();
}

/* From whatever there was. */
void prove_string_map_clear(void)
{
	any_map();
	texts_clear(&m);
	assert_declaration_kept();
	assert_refused(false);
	assert(is_sound() && !OBJECT->len);
	assert(texts_is_empty(&m) && !texts_len(&m));
	any_text();
	assert(slot_now() == CAPACITY);
	REACHED();
}

/* The slot's key before the verb: as much of it as there can be. */
static struct entry key_before(uint32_t slot)
{
	struct entry key = was[slot];

	if (key.size > LENGTH)
		key.size = LENGTH;
	return key;
}

/* Was the key of this slot where a search would come to it? */
static bool could_be_found(uint32_t slot)
{
	struct entry key = key_before(slot);
	unsigned char tag = (unsigned char)any_hash(NULL, key.key, key.size);

	return tag_was[slot] == (tag ? tag : 1);
}

static bool was_there_before(uint32_t slot)
{
	struct entry key = key_before(slot);

	for (uint32_t i = 0; i < slot; i++) {
		struct entry first = key_before(i);

		if (could_be_found(i) && is_key(&first, key.key, key.size))
			return true;
	}
	return false;
}

/* From whatever there was: what could be found stays, and of each key the first. */
void prove_string_map_repair(void)
{
	uint32_t i = any_below(CAPACITY);
	struct entry now;

	any_map();
	assert(!texts_repair(&m));
	assert_declaration_kept();
	assert_refused(false);
	assert(texts_invariants(&m) == if_so(!has_declaration(ENTRY_BYTES), -EUCLEAN));
	now = entry(i);
	assert(now.value == was[i].value && is_key(&now, was[i].key, was[i].size));
	assert(CONTENTS_NOW[i] ==
	       (could_be_found(i) && !was_there_before(i) ? tag_was[i] : 0));
	assert(!was_sound || OBJECT->len == before.object.len);
	REACHED();
}
