// SPDX-License-Identifier: MIT
/*
 * index_map_fuzz.c: an index map is a list of keys that are all different
 *
 * Hashes are few, so that windows overflow. An input whose first byte is odd has a
 * neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	90
#define KEYS		120

struct three {
	uint8_t byte[3];
};

static uint64_t hash_few(const struct bm_hash_key *secret, const uint16_t *key)
{
	(void)secret;
	return *key % 3;
}

static bool equal_keys(const uint16_t *a, const uint16_t *b)
{
	return *a == *b;
}

BM_INDEX_MAP_WITH(threes, uint16_t, struct three, CAPACITY, hash_few, equal_keys)

static struct {
	uint16_t key;
	struct three value;
} model[CAPACITY];
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

static size_t model_find(uint16_t key)
{
	size_t i = 0;

	while (i < model_len && model[i].key != key)
		i++;
	return i;
}

static void model_take(size_t index)
{
	memmove(model + index, model + index + 1,
		(model_len - 1 - index) * sizeof(*model));
	model_len--;
}

static uint16_t next_key(struct fuzz_input *input)
{
	return (uint16_t)fuzz_below(input, KEYS);
}

static void check_value(const struct three *value, size_t index)
{
	FUZZ_CHECK(!memcmp(value, &model[index].value, sizeof(*value)));
}

static void put(struct threes *m, struct fuzz_input *input, bool replace)
{
	uint16_t key = next_key(input);
	struct three value = { { fuzz_byte(input), 1, 2 } };
	size_t i = model_find(key);
	int expected = 0;
	int err = replace ? threes_upsert(m, &key, &value) :
			    threes_insert(m, &key, &value);

	if (i < model_len)
		expected = replace ? 0 : -EEXIST;
	else if (model_len == CAPACITY)
		expected = -ENOSPC;
	if (!went_well(err, expected))
		return;
	model[i].key = key;
	model[i].value = value;
	model_len += i == model_len;
}

static void take(struct threes *m, struct fuzz_input *input, bool shift)
{
	uint16_t key = next_key(input);
	struct three value = { { 0 } };
	size_t i = model_find(key);
	int err = shift ? threes_shift_remove(m, &key, &value) :
			  threes_swap_remove(m, &key, &value);

	if (!went_well(err, i < model_len ? 0 : -ENOENT))
		return;
	check_value(&value, i);
	if (shift)
		model_take(i);
	else
		model[i] = model[--model_len];
}

static void pop(struct threes *m)
{
	struct three value = { { 0 } };
	uint16_t key = 0;

	if (!went_well(threes_pop(m, &key, &value), model_len ? 0 : -ENOENT))
		return;
	model_len--;
	FUZZ_CHECK(key == model[model_len].key);
	check_value(&value, model_len);
}

static bool keep(const uint16_t *key, struct three *value, void *context)
{
	const uint32_t *divisor = context;

	value->byte[1] = 9;
	return *key % *divisor;
}

static void retain(struct threes *m, struct fuzz_input *input)
{
	uint32_t divisor = 2 + fuzz_below(input, 20);

	if (!went_well(threes_retain(m, keep, &divisor), 0))
		return;
	for (size_t i = 0; i < model_len;) {
		model[i].value.byte[1] = 9;
		if (model[i].key % divisor)
			i++;
		else
			model_take(i);
	}
}

static void look(struct threes *m, struct fuzz_input *input)
{
	uint16_t key = next_key(input);
	size_t i = model_find(key);
	int expected = i < model_len ? 0 : -ENOENT;
	struct three value = { { 0 } };
	size_t index = 0;

	if (went_well(threes_get(m, &key, &value), expected))
		check_value(&value, i);
	if (went_well(threes_index_of(m, &key, &index), expected))
		FUZZ_CHECK(index == i);
	if (went_well(threes_first(m, &key, NULL), model_len ? 0 : -ENOENT))
		FUZZ_CHECK(key == model[0].key);
	if (went_well(threes_last(m, &key, NULL), model_len ? 0 : -ENOENT))
		FUZZ_CHECK(key == model[model_len - 1].key);
}

static void step(struct threes *m, struct fuzz_input *input)
{
	switch (fuzz_below(input, 16)) {
	case 0: case 1: case 2: case 3: case 4:
		put(m, input, false);
		break;
	case 5: case 6:
		put(m, input, true);
		break;
	case 7: case 8:
		take(m, input, false);
		break;
	case 9: case 10:
		take(m, input, true);
		break;
	case 11:
		pop(m);
		break;
	case 12:
		if (!fuzz_below(input, 8))
			retain(m, input);
		break;
	case 13:
		went_well(threes_repair(m), 0);
		break;
	default:
		look(m, input);
	}
}

static void compare(const struct threes *m)
{
	struct three value;
	size_t cursor = 0;
	uint16_t key;
	size_t i = 0;

	for (; i < CAPACITY && !threes_next(m, &cursor, &key, &value); i++) {
		if (has_neighbour)
			continue;
		FUZZ_CHECK(i < model_len && key == model[i].key);
		check_value(&value, i);
	}
	cursor = 0;
	if (has_neighbour) {
		check_documented(threes_invariants(m));
		return;
	}
	FUZZ_CHECK(i == model_len);
	while (!threes_next_back(m, &cursor, &key, NULL))
		FUZZ_CHECK(key == model[--i].key);
	FUZZ_CHECK(i == 0);
	FUZZ_CHECK(threes_len(m) == model_len);
	FUZZ_CHECK(!threes_invariants(m));
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct threes *m)
{
	struct three value = { { 1, 2, 3 } };
	uint16_t key = 7;

	check_documented(threes_repair(m));
	check_documented(threes_invariants(m));
	threes_clear(m);
	FUZZ_CHECK(!threes_insert(m, &key, &value));
	FUZZ_CHECK(!threes_pop(m, NULL, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes m;

	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!threes_create_seeded(&m, region, "threes", 1));
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
