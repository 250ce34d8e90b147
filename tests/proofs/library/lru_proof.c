// SPDX-License-Identifier: MIT
/*
 * Least-recently-used caches of one window, from every state of the pool; one verb from
 * there.
 */
#define BEFORE_ENTRIES	64
#include "places.h"
#include <budgetmem/lru.h>
#include "lru.c"
#include "lru-order.c"

#define LINKS		((const struct bm_lru_link *)(const void *)PART(entries))

static bool was_sound;

/* Entries from the newest to the oldest, before the verb. */
static uint32_t order_was[CAPACITY];

/* Both directions say the same, and in them is each entry once. */
static bool is_order_sound(void)
{
	uint32_t number = 0;

	for (uint32_t i = 0; i <= CAPACITY && i <= OBJECT->len; i++) {
		uint32_t older = LINKS[number].older;

		if (older > OBJECT->len || !older != (i == OBJECT->len) ||
		    LINKS[older].newer != number)
			return false;
		number = older;
	}
	return true;
}

static void read_order(uint32_t *order)
{
	uint32_t number = 0;

	for (uint32_t i = 0; i < CAPACITY && i < OBJECT->len; i++) {
		number = LINKS[number].older;
		if (number > CAPACITY || !number)
			return;
		order[i] = number - 1;
	}
}

static void any_cache(void)
{
	any_map();
	was_sound = are_places_sound() && is_order_sound();
	read_order(order_was);
}

/*
 * A verb of this result on a sound cache: this entry is the newest, and behind it are
 * all others as they were; none is new if @key is none.
 */
static void assert_order(const struct entry *newest, uint32_t gone, uint32_t len)
{
	uint32_t order[CAPACITY], at = 0;

	assert(are_places_sound() && is_order_sound() && OBJECT->len == len);
	assert_accounted(before.object.len, len, 2);
	read_order(order);
	if (newest)
		assert(is_same(entry(order[at++]), *newest));
	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++)
		if (order_was[i] != gone)
			assert(is_same(entry(order[at++]), was[order_was[i]]));
	assert(at == len);
}

void prove_lru_get(void)
{
	struct entry found = { any_key(), 7 };
	uint32_t place;
	int err;

	any_cache();
	place = place_before(found.key);
	err = bm_lru_get_(&map, hash_of[found.key], &found.key, &found.value,
			  shape());
	assert_documented(err, -ENOENT, -ENOENT);
	if (was_sound) {
		assert(err == if_so(place == CAPACITY, -ENOENT));
		assert(found.value == (err ? 7 : was[place].value));
		assert_order(err ? NULL : &found, place, before.object.len);
	}
	REACHED();
}

/* The value is read, and the order stays as it was. */
void prove_lru_peek(void)
{
	struct entry found = { any_key(), 7 };
	uint32_t place;
	int err;

	any_cache();
	place = place_before(found.key);
	err = bm_places_get_(&map, hash_of[found.key], &found.key, &found.value,
			     shape());
	assert(!err || err == -ENOENT);
	assert_nothing_done(0);
	if (was_sound) {
		assert(err == if_so(place == CAPACITY, -ENOENT));
		assert(found.value == (err ? 7 : was[place].value));
		assert_order(NULL, CAPACITY, before.object.len);
	}
	REACHED();
}

static void put_into_sound(int err, struct entry fresh, uint32_t place, bool replace,
			   bool happened, struct entry evicted)
{
	uint32_t len = before.object.len;
	bool is_full = place == CAPACITY && len == CAPACITY;
	uint32_t gone = is_full ? order_was[CAPACITY - 1] : place;

	assert(err == if_so(place < CAPACITY && !replace, -EEXIST));
	assert(happened == is_full);
	if (happened)
		assert(is_same(evicted, was[gone]));
	if (err)
		assert_order(NULL, CAPACITY, len);
	else
		assert_order(&fresh, gone, len + (gone == CAPACITY));
}

/* Insert, and upsert where @replace: the oldest makes room. */
void prove_lru_put(void)
{
	const struct entry fresh = { any_key(), any_byte() };
	struct entry out = { 7, 7 };
	bool replace = nondet_bool(), happened = false;
	struct bm_lru_evicted evicted = { &out.key, &out.value, &happened };
	uint32_t place;
	int err;

	any_cache();
	place = place_before(fresh.key);
	err = bm_lru_put_(&map, hash_of[fresh.key], &fresh.key, &fresh.value,
			  replace, evicted, shape());
	assert_documented(err, -EEXIST, -EEXIST);
	if (was_sound)
		put_into_sound(err, fresh, place, replace, happened, out);
	REACHED();
}

void prove_lru_remove(void)
{
	unsigned char key = any_key(), value = 7;
	uint32_t place;
	int err;

	any_cache();
	place = place_before(key);
	err = bm_lru_remove_(&map, hash_of[key], &key, &value, shape());
	assert_documented(err, -ENOENT, -ENOENT);
	if (was_sound) {
		assert(err == if_so(place == CAPACITY, -ENOENT));
		assert(value == (err ? 7 : was[place].value));
		assert_order(NULL, place, before.object.len - !err);
	}
	REACHED();
}

void prove_lru_pop_oldest(void)
{
	struct entry out = { 7, 7 };
	uint32_t len, oldest;
	int err;

	any_cache();
	len = before.object.len;
	err = bm_lru_pop_oldest_(&map, &out.key, &out.value);
	assert_documented(err, -ENOENT, -ENOENT);
	if (was_sound) {
		oldest = len ? order_was[len - 1] : CAPACITY;
		assert(err == if_so(!len, -ENOENT));
		assert(err || is_same(out, was[oldest]));
		assert_order(NULL, oldest, len - !err);
	}
	REACHED();
}

/* One step from any cursor: to the entry that is linked there, if there is one. */
void prove_lru_next(void)
{
	struct entry untouched = { 7, 7 }, out = untouched;
	uint64_t from = nondet_u64(), cursor = from;
	bool back = nondet_bool(), key = nondet_bool(), value = nondet_bool();
	uint32_t number = (uint32_t)from, given = (uint32_t)(from >> 32);
	int err;

	any_cache();
	err = bm_lru_next_(&map, &cursor, back, key ? &out.key : NULL,
			   value ? &out.value : NULL, shape());
	assert(!read_error() || err == read_error());
	assert(!err || err == -EUCLEAN || err == -ENOENT);
	assert_nothing_done(0);
	if (err) {
		assert(cursor == from && is_same(out, untouched));
		REACHED();
		return;
	}
	assert(number <= CAPACITY && given < CAPACITY);
	number = back ? LINKS[number].newer : LINKS[number].older;
	assert(number && number <= before.object.len);
	assert(out.key == (key ? was[number - 1].key : 7));
	assert(out.value == (value ? was[number - 1].value : 7));
	assert(cursor == ((uint64_t)(given + 1) << 32 | number));
	REACHED();
}

/* All steps: an end whatever there was, and in a sound cache each entry once, in order. */
void prove_lru_iterate(void)
{
	bool back = nondet_bool();
	uint64_t cursor = 0;
	struct entry out;
	uint32_t count = 0, len;
	int err = 0;

	any_cache();
	len = before.object.len;
	for (uint32_t i = 0; i <= CAPACITY && !err; i++) {
		err = bm_lru_next_(&map, &cursor, back, &out.key, &out.value,
				   shape());
		if (err)
			continue;
		if (was_sound)
			assert(is_same(out, was[order_was[back ? len - 1 - i : i]]));
		count++;
	}
	assert(err && count <= CAPACITY);
	if (was_sound)
		assert(err == -ENOENT && count == len);
	REACHED();
}

void prove_lru_clear(void)
{
	any_cache();
	bm_map_clear_(&map);
	assert_cleared();
	assert(is_order_sound());
	REACHED();
}

void prove_lru_invariants(void)
{
	any_cache();
	assert_invariants(bm_lru_invariants_(&map), was_sound, 2);
	REACHED();
}

/* The entry that is void, or CAPACITY. */
static uint32_t find_void(void)
{
	uint32_t from = PART(places)[CAPACITY], to = PART(places)[CAPACITY + 1];

	return from < before.object.len && from < to && from < CAPACITY ? from : CAPACITY;
}

/* Is nothing wrong but slots, and what an update left that did not come to its end? */
static bool is_unfinished(uint32_t gone)
{
	if (before.object.len > CAPACITY || !is_order_sound())
		return false;
	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++)
		for (uint32_t k = 0; k < i; k++)
			if (i != gone && k != gone && was[k].key == was[i].key)
				return false;
	return true;
}

/* Every key that was there is there, but for the void entry, and with a value it had. */
static void assert_keys_kept(uint32_t gone)
{
	uint32_t i = any_below(CAPACITY), k = any_below(CAPACITY);
	bool is_there = false, was_there = false;

	for (uint32_t at = 0; at < CAPACITY; at++) {
		if (at < OBJECT->len && entry(at).key == was[i].key)
			is_there = true;
		if (at < before.object.len && at != gone && is_same(entry(k), was[at]))
			was_there = true;
	}
	assert(i >= before.object.len || i == gone || is_there);
	assert(k >= OBJECT->len || was_there);
}

/* From whatever there was; an order that was sound stays. Of others: prove_lru_order(). */
void prove_lru_repair(void)
{
	uint32_t gone, len;
	bool unfinished;
	int err;

	any_cache();
	len = before.object.len;
	gone = find_void();
	unfinished = is_unfinished(gone);
	err = bm_lru_repair_(&map);
	assert(err == read_error());
	if (!is_done(err)) {
		REACHED();
		return;
	}
	assert(are_places_sound() && is_order_sound() && OBJECT->peak <= CAPACITY);
	assert_accounted(len, OBJECT->len, 2);
	assert_keys_kept(gone);
	if (unfinished)
		assert_order(NULL, gone, len - (gone < CAPACITY));
	REACHED();
}

/*
 * Entries from the newest on, or with @back from the oldest, as far as each one's
 * neighbour confirms it. Returns how many.
 */
static uint32_t read_way(bool back, uint32_t len, uint32_t *way)
{
	uint32_t number = 0, count = 0;

	for (uint32_t i = 0; i < CAPACITY && i < len; i++) {
		uint32_t next = back ? LINKS[number].newer :
				       LINKS[number].older & ~MARK;

		if (!next || next > len ||
		    (back ? LINKS[next].older & ~MARK : LINKS[next].newer) != number)
			break;
		way[count++] = next - 1;
		number = next;
	}
	return count;
}

/*
 * From any links, the marks of a repair that died among them: what both ways say stays so,
 * and behind what is on neither.
 */
void prove_lru_order(void)
{
	uint32_t order[CAPACITY], newest[CAPACITY], oldest[CAPACITY];
	uint32_t len, from_newest, from_oldest, end, i = any_below(CAPACITY);

	any_map();
	len = OBJECT->len;
	__CPROVER_assume(len <= CAPACITY);
	from_newest = read_way(false, len, newest);
	from_oldest = read_way(true, len, oldest);
	end = from_newest ? newest[from_newest - 1] + 1 : 0;
	if (LINKS[0].newer == end && !(LINKS[end].older & ~MARK))
		from_oldest = 0;
	bm_lru_restore_order(&map, len);
	assert_headers_kept(0);
	assert(is_order_sound() && from_newest + from_oldest <= len);
	read_order(order);
	if (i < from_newest)
		assert(order[len - from_oldest - from_newest + i] == newest[i]);
	if (i < from_oldest)
		assert(order[len - 1 - i] == oldest[i]);
	REACHED();
}
