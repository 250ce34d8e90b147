// SPDX-License-Identifier: MIT
/*
 * set_fuzz.c: two sets do what two arrays of bool do
 *
 * An input whose first byte is odd has a neighbour who writes into the region; the
 * second byte says how many hashes there are, so that keys collide or do not.
 */
#include "harm.h"

#define CAPACITY	90
#define KEYS		128

static uint8_t hashes;

static uint64_t hash_some(const struct bm_hash_key *secret, const uint16_t *key)
{
	(void)secret;
	return *key % (hashes + 1u);
}

static bool equal_numbers(const uint16_t *a, const uint16_t *b)
{
	return *a == *b;
}

BM_SET_WITH(seen, uint16_t, CAPACITY, hash_some, equal_numbers)

static struct seen sets[2];
static bool there[2][KEYS];
static bool has_neighbour;

static size_t model_len(unsigned int which)
{
	size_t len = 0;

	for (unsigned int key = 0; key < KEYS; key++)
		len += there[which][key];
	return len;
}

/* What a verb returned, beside what it should have. */
static bool went_well(int err, int expected)
{
	if (has_neighbour) {
		if (err != -EEXIST)
			check_documented(err);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

static void insert(unsigned int which, struct fuzz_input *input)
{
	uint16_t first = (uint16_t)fuzz_below(input, KEYS);
	uint32_t count = fuzz_below(input, 32);

	for (uint32_t i = 0; i <= count; i++) {
		uint16_t key = (uint16_t)((first + i) % KEYS);
		bool is_there = there[which][key];

		if (went_well(seen_insert(&sets[which], &key),
			      is_there ? -EEXIST :
			      model_len(which) < CAPACITY ? 0 : -ENOSPC))
			there[which][key] = true;
	}
}

static void take(unsigned int which, struct fuzz_input *input)
{
	uint16_t key = (uint16_t)fuzz_below(input, KEYS);
	int expected = there[which][key] ? 0 : -ENOENT;

	went_well(seen_find(&sets[which], &key), expected);
	if (went_well(seen_remove(&sets[which], &key), expected))
		there[which][key] = false;
}

static bool is_kept(const uint16_t *key, void *context)
{
	return *key % 8 < *(uint32_t *)context;
}

static void retain(unsigned int which, struct fuzz_input *input)
{
	uint32_t limit = fuzz_below(input, 9);

	if (!went_well(seen_retain(&sets[which], is_kept, &limit), 0))
		return;
	for (uint16_t key = 0; key < KEYS; key++)
		there[which][key] = there[which][key] && is_kept(&key, &limit);
}

/* The other set may be the same one. */
static void insert_all(unsigned int which, struct fuzz_input *input)
{
	unsigned int other = fuzz_below(input, 2);
	size_t len = 0;

	for (unsigned int key = 0; key < KEYS; key++)
		len += there[which][key] || there[other][key];
	if (!went_well(seen_insert_all(&sets[which], &sets[other]),
		       len <= CAPACITY ? 0 : -ENOSPC))
		return;
	for (unsigned int key = 0; key < KEYS; key++)
		there[which][key] |= there[other][key];
}

static void drop_all(unsigned int which, struct fuzz_input *input)
{
	unsigned int other = fuzz_below(input, 2);
	bool keep = fuzz_below(input, 2);
	int err = keep ? seen_keep_all(&sets[which], &sets[other]) :
			 seen_remove_all(&sets[which], &sets[other]);

	if (!went_well(err, 0))
		return;
	for (unsigned int key = 0; key < KEYS; key++)
		there[which][key] = there[which][key] &&
				    there[other][key] == keep;
}

static void compare_both(unsigned int which, struct fuzz_input *input)
{
	unsigned int other = fuzz_below(input, 2);
	bool is_disjoint = true;
	bool is_subset = true;
	bool result = false;

	for (unsigned int key = 0; key < KEYS; key++) {
		is_subset &= !there[which][key] || there[other][key];
		is_disjoint &= !there[which][key] || !there[other][key];
	}
	if (went_well(seen_is_subset(&sets[which], &sets[other], &result), 0))
		FUZZ_CHECK(result == is_subset);
	if (went_well(seen_is_disjoint(&sets[which], &sets[other], &result), 0))
		FUZZ_CHECK(result == is_disjoint);
}

static void compare(unsigned int which)
{
	const struct seen *s = &sets[which];
	size_t cursor = 0;
	size_t count = 0;
	uint16_t key;

	for (; !seen_next(s, &cursor, &key); count++) {
		FUZZ_CHECK(count < s->map.slots);
		FUZZ_CHECK(has_neighbour || (key < KEYS && there[which][key]));
	}
	if (has_neighbour)
		return;
	FUZZ_CHECK(count == model_len(which) && seen_len(s) == count);
	FUZZ_CHECK(!seen_invariants(s));
}

static void step(struct fuzz_input *input)
{
	static void (*const verbs[])(unsigned int, struct fuzz_input *) = {
		insert, insert, take, take, retain, insert_all, drop_all,
		compare_both,
	};
	uint8_t choice = fuzz_byte(input);

	verbs[choice / 2 % (sizeof(verbs) / sizeof(verbs[0]))](choice % 2, input);
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct seen *s)
{
	uint16_t key = 1;

	check_documented(seen_repair(s));
	check_documented(seen_invariants(s));
	seen_clear(s);
	FUZZ_CHECK(!seen_insert(s, &key));
	FUZZ_CHECK(!seen_remove(s, &key));
}

/* Harm goes most often to the header of the first, otherwise anywhere. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + 2 * BM_BYTES(seen));
	struct fuzz_input input = { bytes, size };

	memset(there, 0, sizeof(there));
	has_neighbour = fuzz_byte(&input) % 2;
	hashes = fuzz_byte(&input);
	FUZZ_CHECK(!seen_create_seeded(&sets[0], region, "one", 1));
	FUZZ_CHECK(!seen_create_seeded(&sets[1], region, "two", 2));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&input);
		compare(0);
		compare(1);
	}
	if (has_neighbour) {
		quiet_down(&sets[0]);
		quiet_down(&sets[1]);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
