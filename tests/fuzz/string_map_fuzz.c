// SPDX-License-Identifier: MIT
/*
 * string_map_fuzz.c: a map by text does what an array of texts and values does
 *
 * An input whose first byte is odd has a neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	70
#define LONGEST		19

BM_STRING_MAP(ages, LONGEST, uint16_t, CAPACITY)

struct text {
	size_t size;
	char byte[LONGEST + 2];
};

static struct text keys[CAPACITY];
static uint16_t values[CAPACITY];
static size_t model_len;
static bool has_neighbour;

/* What a verb returned, beside what it should have. */
static bool went_well(int err, int expected)
{
	if (has_neighbour) {
		if (err != -EEXIST && err != -EINVAL)
			check_documented(err);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

/* One too long now and then; few letters, so that keys are met again. */
static struct text next_key(struct fuzz_input *input)
{
	struct text key = { fuzz_below(input, LONGEST + 2), { 0 } };
	uint8_t letters = fuzz_byte(input);

	for (size_t i = 0; i < key.size; i++)
		key.byte[i] = (char)(letters >> i % 8 & 1 ? 'a' + letters % 4 : 0);
	return key;
}

static size_t model_find(const struct text *key)
{
	size_t i = 0;

	while (i < model_len && (keys[i].size != key->size ||
				 memcmp(keys[i].byte, key->byte, key->size)))
		i++;
	return i;
}

static void put(struct ages *m, struct fuzz_input *input)
{
	struct text key = next_key(input);
	bool replace = fuzz_below(input, 2);
	uint16_t value = fuzz_byte(input);
	size_t at = model_find(&key);
	int expected = key.size > LONGEST ? -EINVAL :
		       at < model_len ? (replace ? 0 : -EEXIST) :
		       model_len < CAPACITY ? 0 : -ENOSPC;
	int err = replace ? ages_upsert_bytes(m, key.byte, key.size, &value) :
			    ages_insert_bytes(m, key.byte, key.size, &value);

	if (!went_well(err, expected))
		return;
	model_len += at == model_len;
	keys[at] = key;
	values[at] = value;
}

static void take(struct ages *m, struct fuzz_input *input)
{
	struct text key = next_key(input);
	size_t at = model_find(&key);
	uint16_t value = 0;

	if (!went_well(ages_remove_bytes(m, key.byte, key.size, &value),
		       at < model_len ? 0 : -ENOENT))
		return;
	FUZZ_CHECK(value == values[at]);
	model_len--;
	keys[at] = keys[model_len];
	values[at] = values[model_len];
}

/* As text that ends with a zero. */
static void look(struct ages *m, struct fuzz_input *input)
{
	struct text key = next_key(input);
	uint16_t value = 0;
	size_t at;

	key.size = strnlen(key.byte, key.size);
	key.byte[key.size] = 0;
	at = model_find(&key);
	if (went_well(ages_get(m, key.byte, &value),
		      at < model_len ? 0 : -ENOENT))
		FUZZ_CHECK(value == values[at] &&
			   *ages_at(m, key.byte) == value);
	if (!has_neighbour)
		FUZZ_CHECK(ages_contains(m, key.byte) == (at < model_len));
}

static void compare(const struct ages *m)
{
	struct text key = { 0, { 0 } };
	size_t cursor = 0;
	size_t count = 0;
	uint16_t value;
	uint16_t got;

	key.byte[LONGEST + 1] = 'x';
	for (; !ages_next(m, &cursor, key.byte, &value); count++) {
		FUZZ_CHECK(count < m->map.slots);
		FUZZ_CHECK(key.byte[LONGEST + 1] == 'x');
	}
	if (has_neighbour)
		return;
	FUZZ_CHECK(count == model_len && ages_len(m) == model_len);
	for (size_t i = 0; i < model_len; i++) {
		FUZZ_CHECK(!ages_get_bytes(m, keys[i].byte, keys[i].size, &got));
		FUZZ_CHECK(got == values[i]);
	}
	FUZZ_CHECK(!ages_invariants(m));
}

static void step(struct ages *m, struct fuzz_input *input)
{
	static void (*const verbs[])(struct ages *, struct fuzz_input *) = {
		put, put, put, take, take, look,
	};

	verbs[fuzz_below(input, sizeof(verbs) / sizeof(verbs[0]))](m, input);
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct ages *m)
{
	uint16_t value = 1;

	check_documented(ages_repair(m));
	check_documented(ages_invariants(m));
	ages_clear(m);
	FUZZ_CHECK(!ages_insert(m, "one", &value));
	FUZZ_CHECK(!ages_remove(m, "one", NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(ages));
	struct fuzz_input input = { bytes, size };
	struct ages m;

	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!ages_create_seeded(&m, region, "ages", 1));
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
