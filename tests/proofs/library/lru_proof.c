// SPDX-License-Identifier: MIT
/*
 * Least-recently-used caches of one window, from every state of the pool; one verb from
 * there.
 */
#include <budgetmem/lru.h>

#define BEFORE_ENTRIES	64
#include "places.h"
#include "lru.c"

#define LINKS		((const struct bm_lru_link *)(const void *)entries)

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
	struct entry found = { any_byte(), 7 };
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
	const struct entry fresh = { any_byte(), any_byte() };
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
	unsigned char key = any_byte(), value = 7;
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
