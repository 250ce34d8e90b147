// SPDX-License-Identifier: MIT
/*
 * Sets of one window, and two of them, whose hashes have nothing to do with each other;
 * from every state of the pool, one verb from there. SAME says that the other set is the
 * set itself.
 */
#include <budgetmem/hash.h>

/* What the table has is any number already. */
#define bm_hash_integer(secret, number)	(number)
#define VALUE_SIZE	0
#include "slots.h"
#include "set.c"

BM_SET_WITH(things, unsigned char, CAPACITY, hash, equal)

#ifdef SAME
#define OTHER	(&s)
#else
#define OTHER	(&other)
#endif

static struct things s, other;
static unsigned char other_memory[sizeof(memory)] __attribute__((aligned(64)));
static unsigned char other_was[sizeof(memory)];
static bool were_sound;

static unsigned char any_key(void)
{
	return (unsigned char)any_below(KEYS);
}

static void any_set(void)
{
	const struct bm_map_type own = type();

	any_slots(&s.map, &own);
}

static void any_two(void)
{
	const struct bm_map_type own = type();

	any_set();
	__CPROVER_havoc_object(other_memory);
	memcpy(other_was, other_memory, sizeof(other_was));
	other.map.object = s.map.object;
	other.map.object.object = (struct bm_object *)other_memory;
	other.map.secret.word[0] = 1;
	bind(&other.map, &own);
	were_sound = was_sound && is_sound(&OTHER->map);
}

static bool had(unsigned char key)
{
	return slot_before(key) < SLOTS;
}

/* The other set is as it was, if it is another one. */
static bool other_had(unsigned char key)
{
	return &s == OTHER ? had(key) : slot_now(&other.map, key) < SLOTS;
}

static void assert_other_kept(void)
{
	uint32_t i = any_below(sizeof(other_was));

	assert(other_memory[i] == other_was[i]);
}

void prove_set_insert(void)
{
	const struct entry fresh = { any_key(), 0 };
	int err;

	any_set();
	err = things_insert(&s, &fresh.key);
	assert_put(&s.map, err, fresh, false);
	REACHED();
}

void prove_set_remove(void)
{
	unsigned char key = any_key();
	int err;

	any_set();
	err = things_remove(&s, &key);
	assert_removed(&s.map, err, key);
	REACHED();
}

void prove_set_find(void)
{
	unsigned char key = any_key();
	int err;

	any_set();
	err = things_find(&s, &key);
	assert(err == 0 || err == -ENOENT);
	assert(things_contains(&s, &key) == !err);
	assert(err || had(key));
	assert(!was_sound || err == if_so(!had(key), -ENOENT));
	assert_nothing_done(0);
	REACHED();
}

void prove_set_next(void)
{
	const struct entry untouched = { 7, 0 };
	struct entry out = untouched;
	size_t from = nondet_u64(), cursor = from;
	int err;

	any_set();
	err = things_next(&s, &cursor, &out.key);
	assert_next(from, cursor, err, out, untouched);
	REACHED();
}

void prove_set_clear(void)
{
	any_set();
	things_clear(&s);
	assert_cleared(&s.map);
	assert(things_is_empty(&s) && !things_len(&s));
	REACHED();
}

void prove_set_invariants(void)
{
	any_set();
	assert_invariants(things_invariants(&s), was_sound, ENTRY_SIZE);
	REACHED();
}

void prove_set_repair(void)
{
	any_set();
	assert(!things_repair(&s));
	assert_repaired(&s.map);
	REACHED();
}

static bool keep(const unsigned char *key, void *context)
{
	return wants(*key, context);
}

void prove_set_retain(void)
{
	want_some();
	any_set();
	assert_retained(&s.map, things_retain(&s, keep, wanted));
	REACHED();
}

static int other_error(void)
{
	uint32_t len = &s == OTHER ? before.object.len : other.map.object.object->len;

	return if_so(len > CAPACITY, -EUCLEAN);
}

/*
 * A verb that returns @expected for sound sets made one of two: it has the key exactly if it
 * @is_there. The other one's damage is told first.
 */
static void assert_combined(int err, int expected, unsigned char key, bool is_there)
{
	int error = either(other_error(), write_error());

	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert_other_kept();
	assert(!err || err == expected || err == -EUCLEAN || err == -EOWNERDEAD);
	if (error) {
		assert(err == error);
		assert_nothing_done(0);
	}
	if (!were_sound)
		return;
	assert(err == expected);
	assert((slot_now(&s.map, key) < SLOTS) == is_there);
	assert_len(&s.map, OBJECT->len);
}

/* All keys of the other set, or none of them. */
void prove_set_insert_all(void)
{
	unsigned char key = any_key();
	uint32_t all;
	int err;

	any_two();
	all = before.object.len;
	for (uint32_t i = 0; i < SLOTS; i++)
		all += OTHER->map.tags[i] && !had(entry(&OTHER->map, i).key);
	err = things_insert_all(&s, OTHER);
	if (!were_sound)
		all = err == -ENOSPC ? CAPACITY + 1 : 0;
	assert_combined(err, if_so(all > CAPACITY, -ENOSPC), key,
			had(key) || (!err && other_had(key)));
	REACHED();
}

/* Those of the other set, or all but those where @keep says so. */
static void drop_all(bool keep)
{
	unsigned char key = any_key();
	int err;

	any_two();
	err = keep ? things_keep_all(&s, OTHER) : things_remove_all(&s, OTHER);
	assert_combined(err, 0, key, had(key) && other_had(key) == keep);
}

void prove_set_remove_all(void)
{
	drop_all(false);
	REACHED();
}

void prove_set_keep_all(void)
{
	drop_all(true);
	REACHED();
}

/* How many keys of the set the other one has. */
static uint32_t count_common(void)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < SLOTS; i++)
		count += tag_was[i] && other_had(was[i].key);
	return count;
}

void prove_set_compare(void)
{
	bool is_subset = nondet_bool(), is_disjoint = nondet_bool();
	bool subset_was = is_subset, disjoint_was = is_disjoint;
	int err;

	any_two();
	err = things_is_subset(&s, OTHER, &is_subset);
	assert(things_is_disjoint(&s, OTHER, &is_disjoint) == err);
	assert(err == either(read_error(), other_error()));
	if (err)
		assert(is_subset == subset_was && is_disjoint == disjoint_was);
	if (were_sound) {
		assert(is_subset == (count_common() == before.object.len));
		assert(is_disjoint == !count_common());
	}
	assert_nothing_done(0);
	assert_other_kept();
	REACHED();
}
