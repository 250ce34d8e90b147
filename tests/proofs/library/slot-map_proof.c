// SPDX-License-Identifier: MIT
/*
 * Slot maps, from every state of the pool; one verb from there.
 *
 * Sound is what *_invariants() means, and without the sums that it forms: each free
 * slot is on the list once.
 */
#include <budgetmem/slot-map.h>

#define CONTENTS	BM_SLOT_MAP_CONTENTS_(CAPACITY, SIZE)
#include "elements.h"
#include "errors.h"
#include "slot-map.c"

BM_SLOT_MAP(things, struct thing, CAPACITY)

static uint32_t generation_was[CAPACITY];
static struct thing element_was[CAPACITY];
static bool was_sound;

static uint32_t generation(uint32_t slot)
{
	uint32_t number;

	memcpy(&number, CONTENTS_NOW + slot * sizeof(number), sizeof(number));
	return number;
}

static uint32_t listed(uint32_t index)
{
	uint32_t slot;

	memcpy(&slot, CONTENTS_NOW + BM_SLOT_MAP_LIST_(CAPACITY) +
	       index * sizeof(slot), sizeof(slot));
	return slot;
}

static struct thing element(uint32_t slot)
{
	return thing_at(CONTENTS_NOW + 2 * BM_SLOT_MAP_LIST_(CAPACITY), slot);
}

static bool is_sound(void)
{
	bool seen[CAPACITY] = { false };
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++)
		count += generation(i) % 2;
	if (OBJECT->updating || OBJECT->len != count || OBJECT->peak > CAPACITY)
		return false;
	for (uint32_t i = 0; i < CAPACITY; i++) {
		uint32_t slot = listed(i);

		if (i < count)
			continue;
		if (slot >= CAPACITY || generation(slot) % 2 || seen[slot])
			return false;
		seen[slot] = true;
	}
	return true;
}

static struct things any_map(void)
{
	struct things m = { .map = any_object(CAPACITY, SIZE) };

	for (uint32_t i = 0; i < CAPACITY; i++) {
		generation_was[i] = generation(i);
		element_was[i] = element(i);
	}
	was_sound = is_sound();
	return m;
}

static struct things_handle any_handle(void)
{
	struct things_handle handle = { nondet_u32(), nondet_u32() };

	return handle;
}

/* Was there an element of this handle? */
static bool had(struct things_handle handle)
{
	return handle.slot < CAPACITY && handle.generation % 2 &&
	       generation_was[handle.slot] == handle.generation;
}

static void assert_len(int err, uint32_t len)
{
	assert_result(err, len, CAPACITY, SIZE);
	assert(err || !was_sound || is_sound());
}

/* Every slot but this one is as it was. */
static void assert_others_kept(uint32_t slot)
{
	uint32_t i = any_below(CAPACITY);

	assert(i == slot || generation(i) == generation_was[i]);
	assert(i == slot || same(element(i), element_was[i]));
}

void prove_slot_map_insert(void)
{
	struct things m = any_map();
	const struct thing item = nondet_thing();
	struct things_handle handle = any_handle(), untouched = handle;
	uint32_t len = before.object.len;
	int err = things_insert(&m, &item, &handle);
	int expected = either(write_error(), if_so(len == CAPACITY, -ENOSPC));

	assert(err == expected || (!expected && err == -EUCLEAN && !was_sound));
	assert_len(err, len + 1);
	if (err) {
		assert(handle.slot == untouched.slot &&
		       handle.generation == untouched.generation);
	} else {
		assert(handle.slot < CAPACITY && handle.generation % 2);
		assert(handle.generation == generation_was[handle.slot] + 1);
		assert(generation(handle.slot) == handle.generation);
		assert(same(element(handle.slot), item));
		assert_others_kept(handle.slot);
	}
	REACHED();
}

/* Its handle is stale from now on. */
void prove_slot_map_remove(void)
{
	struct things m = any_map();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	struct things_handle handle = any_handle();
	bool wanted = nondet_bool();
	uint32_t len = before.object.len;
	int err = things_remove(&m, handle, wanted ? &item : NULL);
	int expected = either(write_error(), if_so(!had(handle), -ENOENT));

	assert(err == either(expected, if_so(!len, -EUCLEAN)));
	assert(!was_sound || err != -EUCLEAN);
	assert_len(err, len - 1);
	assert(same(item, !err && wanted ? element_was[handle.slot] : untouched));
	if (!err) {
		assert(generation(handle.slot) == handle.generation + 1);
		assert(!things_contains(&m, handle));
		assert_others_kept(handle.slot);
	}
	REACHED();
}

void prove_slot_map_set(void)
{
	struct things m = any_map();
	const struct thing item = nondet_thing();
	struct things_handle handle = any_handle();
	int err = things_set(&m, handle, &item);

	assert(err == either(write_error(), if_so(!had(handle), -ENOENT)));
	assert_len(err, before.object.len);
	if (!err) {
		assert(generation(handle.slot) == handle.generation);
		assert(same(element(handle.slot), item));
		assert_others_kept(handle.slot);
	}
	REACHED();
}

void prove_slot_map_get(void)
{
	struct things m = any_map();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	struct things_handle handle = any_handle();
	int err = things_get(&m, handle, &item);

	assert(err == if_so(!had(handle), -ENOENT));
	assert(same(item, err ? untouched : element_was[handle.slot]));
	assert(things_find(&m, handle) == err);
	assert(things_contains(&m, handle) == !err);
	assert(!things_at(&m, handle) == !!err);
	assert_nothing_done(0);
	REACHED();
}

/* Every element behind the cursor is given, and the nearest one first. */
void prove_slot_map_next(void)
{
	struct things m = any_map();
	struct thing item = nondet_thing();
	struct things_handle handle = any_handle();
	size_t from = nondet_u64();
	size_t cursor = from;
	uint32_t i = any_below(CAPACITY);
	int err = things_next(&m, &cursor, &handle, &item);

	assert(!err || (err == -ENOENT && cursor == CAPACITY));
	if (!err) {
		assert(handle.slot >= from && cursor == handle.slot + 1);
		assert(had(handle) && same(item, element_was[handle.slot]));
	}
	if (i >= from && (err || i < handle.slot))
		assert(generation_was[i] % 2 == 0);
	assert_nothing_done(0);
	REACHED();
}

/* At is where the element is; the one in the lowest slot is the first. */
void prove_slot_map_at(void)
{
	struct things m = any_map();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	struct things_handle handle = any_handle(), first = handle;
	bool wanted = nondet_bool();
	const unsigned char *elements = CONTENTS_NOW + 2 * BM_SLOT_MAP_LIST_(CAPACITY);
	const void *at = things_at(&m, handle);
	uint32_t lowest = 0;
	int err = things_first(&m, wanted ? &first : NULL, wanted ? NULL : &item);

	assert(at == (had(handle) ? (void *)(elements + handle.slot * SIZE) : NULL));
	while (lowest < CAPACITY && generation_was[lowest] % 2 == 0)
		lowest++;
	assert(err == if_so(lowest == CAPACITY, -ENOENT));
	assert(first.slot == (err || !wanted ? handle.slot : lowest));
	assert(first.generation ==
	       (err || !wanted ? handle.generation : generation_was[lowest]));
	assert(same(item, err || wanted ? untouched : element_was[lowest]));
	assert_nothing_done(0);
	REACHED();
}

/* A sum tells nothing certain of what is on the list but can be no slot. */
void prove_slot_map_invariants(void)
{
	struct things m = any_map();
	bool are_slots = true;
	int err;

	for (uint32_t i = 0; i < CAPACITY; i++)
		are_slots = are_slots && (i < before.object.len || listed(i) < CAPACITY);
	err = things_invariants(&m);
	if (are_slots || was_sound)
		assert_invariants(err, was_sound, SIZE);
	else
		assert_nothing_done(0);
	REACHED();
}

/* From whatever there is: no handle is good again, and all slots are to be had. */
void prove_slot_map_clear(void)
{
	struct things m = any_map();
	uint32_t i = any_below(CAPACITY);

	things_clear(&m);
	assert_declaration_kept();
	assert(OBJECT->len == 0 && is_sound());
	assert(generation(i) == generation_was[i] + generation_was[i] % 2);
	REACHED();
}

void prove_slot_map_repair(void)
{
	struct things m = any_map();
	uint32_t len = before.object.len;
	int err = things_repair(&m);

	assert(err == if_so(len > CAPACITY, -EUCLEAN));
	assert_declaration_kept();
	assert_others_kept(CAPACITY);
	if (err)
		assert_nothing_done(0);
	else
		assert(is_sound());
	REACHED();
}
