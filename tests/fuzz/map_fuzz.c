// SPDX-License-Identifier: MIT
/*
 * map_fuzz.c: a map does what an array does that has a place for each key
 *
 * An input whose first byte is odd has a neighbour who writes into the region; the
 * second byte says how many hashes there are, so that keys collide or do not.
 */
#include "harm.h"

#define CAPACITY	150
#define KEYS		256

static uint8_t hashes;

static uint64_t hash_some(const struct bm_hash_key *secret, const uint32_t *key)
{
	(void)secret;
	return *key % (hashes + 1u);
}

static bool equal_numbers(const uint32_t *a, const uint32_t *b)
{
	return *a == *b;
}

BM_MAP_WITH(counts, uint32_t, uint16_t, CAPACITY, hash_some, equal_numbers)

static uint16_t model[KEYS];
static bool there[KEYS];
static size_t model_len;
static bool has_neighbour;

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

static void put(struct counts *m, struct fuzz_input *input)
{
	uint32_t key = fuzz_below(input, KEYS);
	bool replace = fuzz_below(input, 2);
	uint16_t value = fuzz_byte(input);
	int expected = there[key] ? (replace ? 0 : -EEXIST) :
		       model_len < CAPACITY ? 0 : -ENOSPC;
	int err = replace ? counts_upsert(m, &key, &value) :
			    counts_insert(m, &key, &value);

	if (!went_well(err, expected))
		return;
	model_len += !there[key];
	there[key] = true;
	model[key] = value;
}

/* Enough to fill it, which single keys seldom do. */
static void put_many(struct counts *m, struct fuzz_input *input)
{
	uint32_t first = fuzz_below(input, KEYS);
	uint32_t count = fuzz_below(input, KEYS);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t key = (first + i) % KEYS;
		uint16_t value = (uint16_t)i;

		if (!went_well(counts_upsert(m, &key, &value),
			       there[key] || model_len < CAPACITY ? 0 : -ENOSPC))
			continue;
		model_len += !there[key];
		there[key] = true;
		model[key] = value;
	}
}

static void take(struct counts *m, struct fuzz_input *input)
{
	uint32_t key = fuzz_below(input, KEYS);
	uint16_t value = 0;

	if (!went_well(counts_remove(m, &key, &value), there[key] ? 0 : -ENOENT))
		return;
	FUZZ_CHECK(value == model[key]);
	there[key] = false;
	model_len--;
}

static bool is_kept(const uint32_t *key, uint16_t *value, void *context)
{
	return (*key + *value) % 8 < *(uint32_t *)context;
}

static void retain(struct counts *m, struct fuzz_input *input)
{
	uint32_t limit = fuzz_below(input, 9);

	if (!went_well(counts_retain(m, is_kept, &limit), 0))
		return;
	for (uint32_t key = 0; key < KEYS; key++) {
		if (there[key] && !is_kept(&key, model + key, &limit)) {
			there[key] = false;
			model_len--;
		}
	}
}

static void look(struct counts *m, struct fuzz_input *input)
{
	uint32_t key = fuzz_below(input, KEYS);
	uint16_t value = 0;

	if (went_well(counts_get(m, &key, &value), there[key] ? 0 : -ENOENT))
		FUZZ_CHECK(value == model[key] && counts_contains(m, &key));
	FUZZ_CHECK(counts_longest_probe(m) <= m->map.slots);
}

/* A repair of what is whole changes nothing. */
static void repair(struct counts *m, struct fuzz_input *input)
{
	if (fuzz_below(input, 16) == 0)
		went_well(counts_repair(m), 0);
}

static void compare(const struct counts *m)
{
	size_t cursor = 0;
	size_t count = 0;
	uint16_t value;
	uint32_t key;

	for (; !counts_next(m, &cursor, &key, &value); count++) {
		FUZZ_CHECK(count < m->map.slots);
		if (!has_neighbour)
			FUZZ_CHECK(key < KEYS && there[key] &&
				   value == model[key]);
	}
	if (has_neighbour)
		return;
	FUZZ_CHECK(count == model_len && counts_len(m) == model_len);
	FUZZ_CHECK(!counts_invariants(m));
}

static void step(struct counts *m, struct fuzz_input *input)
{
	static void (*const verbs[])(struct counts *, struct fuzz_input *) = {
		put, put, put_many, take, take, take, retain, look, repair,
	};

	verbs[fuzz_below(input, sizeof(verbs) / sizeof(verbs[0]))](m, input);
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct counts *m)
{
	uint16_t value = 1;
	uint32_t key = 1;

	check_documented(counts_repair(m));
	check_documented(counts_invariants(m));
	counts_clear(m);
	FUZZ_CHECK(!counts_insert(m, &key, &value));
	FUZZ_CHECK(!counts_remove(m, &key, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(counts));
	struct fuzz_input input = { bytes, size };
	struct counts m;

	memset(there, 0, sizeof(there));
	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	hashes = fuzz_byte(&input);
	FUZZ_CHECK(!counts_create_seeded(&m, region, "counts", 1));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&m, &input);
		compare(&m);
	}
	if (has_neighbour) {
		quiet_down(&m);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
