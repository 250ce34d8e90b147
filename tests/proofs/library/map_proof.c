// SPDX-License-Identifier: MIT
/*
 * Maps, from every state of the pool; one verb from there.
 */
#define VALUE_SIZE	1
#include "slots.h"
#include <budgetmem/map.h>

BM_MAP_WITH(columns, unsigned char, unsigned char, CAPACITY, hash, equal)

static struct columns m;
static const struct entry untouched = { 7, 7 };

static struct bm_map_shape shape(void)
{
	struct bm_map_shape shape = { 2, 1, 1, 1, !GROUPS, equal };

	return shape;
}

static void any_map(void)
{
	const struct bm_map_type own = type();

	any_slots(&m.map, &own);
}

static struct entry any_entry(void)
{
	struct entry any = {
		(unsigned char)any_below(KEYS), (unsigned char)any_below(256),
	};

	return any;
}

/* Insert, and upsert where @replace. */
void prove_map_put(void)
{
	const struct entry fresh = any_entry();
	bool replace = nondet_bool();
	int err;

	any_map();
	err = bm_map_put_(&m.map, hash_of[0][fresh.key], &fresh.key, &fresh.value,
			  replace, shape());
	assert_put(&m.map, err, fresh, replace);
	REACHED();
}

void prove_map_get(void)
{
	unsigned char key = any_entry().key, value = 7;
	uint32_t old;
	int err;

	any_map();
	old = slot_before(key);
	err = bm_map_get_(&m.map, hash_of[0][key], &key, &value, shape());
	assert(err == 0 || err == -ENOENT);
	assert_nothing_done(0);
	if (was_sound) {
		assert(err == if_so(old == SLOTS, -ENOENT));
		assert(value == (err ? 7 : was[old].value));
	}
	REACHED();
}

/* At gives what is there where get copies it. */
void prove_map_at(void)
{
	unsigned char key = any_entry().key, value = 7;
	const unsigned char *at;
	int err;

	any_map();
	err = bm_map_get_(&m.map, hash_of[0][key], &key, &value, shape());
	at = bm_map_at_(&m.map, hash_of[0][key], &key, shape());
	assert(!at == !!err);
	if (at) {
		uint32_t slot = (uint32_t)(at - m.map.entries) / ENTRY_SIZE;

		assert(slot < SLOTS && tag_was[slot] && was[slot].key == key);
		assert(at == m.map.entries + ENTRY_SIZE * slot + 1);
		assert(value == was[slot].value);
	}
	assert_nothing_done(0);
	REACHED();
}

void prove_map_remove(void)
{
	unsigned char key = any_entry().key, value = 7;
	bool wanted = nondet_bool();
	int err;

	any_map();
	err = bm_map_remove_(&m.map, hash_of[0][key], &key, wanted ? &value : NULL,
			     shape());
	assert_removed(&m.map, err, key);
	if (was_sound)
		assert(value == (err || !wanted ? 7 : was[slot_before(key)].value));
	REACHED();
}

/* Keys, values or both; those that are not asked for are left alone. */
void prove_map_next(void)
{
	bool key = nondet_bool(), value = nondet_bool();
	size_t from = nondet_u64(), cursor = from;
	struct entry out = untouched, all = untouched;
	size_t again = from;
	int err;

	any_map();
	err = columns_next(&m, &again, &all.key, &all.value);
	assert_next(from, again, err, all, untouched);
	assert(columns_next(&m, &cursor, key ? &out.key : NULL,
			    value ? &out.value : NULL) == err);
	assert(cursor == again);
	assert(out.key == (key ? all : untouched).key);
	assert(out.value == (value ? all : untouched).value);
	assert_nothing_done(0);
	REACHED();
}

void prove_map_clear(void)
{
	any_map();
	columns_clear(&m);
	assert_cleared(&m.map);
	REACHED();
}

void prove_map_invariants(void)
{
	any_map();
	assert_invariants(columns_invariants(&m), was_sound, ENTRY_SIZE);
	REACHED();
}

void prove_map_repair(void)
{
	any_map();
	assert(!columns_repair(&m));
	assert_repaired(&m.map);
	REACHED();
}

static unsigned char fresh[KEYS];

/* It may change values. */
static bool keep(const unsigned char *key, unsigned char *value, void *context)
{
	*value = fresh[*key % KEYS];
	return wants(*key, context);
}

void prove_map_retain(void)
{
	uint32_t slot;
	unsigned char key = any_entry().key;

	want_some();
	__CPROVER_havoc_object(fresh);
	any_map();
	assert_retained(&m.map, columns_retain(&m, keep, wanted));
	slot = slot_now(&m.map, key);
	if (was_sound && slot < SLOTS)
		assert(entry(&m.map, slot).value == fresh[key]);
	REACHED();
}
