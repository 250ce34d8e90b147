// SPDX-License-Identifier: MIT
/*
 * lru_fuzz.c: a cache is a list of keys that are all different, the newest in front
 *
 * Hashes are few, so that windows overflow. An input whose first byte is odd has a
 * neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	70
#define KEYS		100

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

BM_LRU_WITH(threes, uint16_t, struct three, CAPACITY, hash_few, equal_keys)

struct pair {
	uint16_t key;
	struct three value;
};

static struct pair model[CAPACITY];
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

static void model_put(struct pair pair)
{
	memmove(model + 1, model, model_len * sizeof(*model));
	model[0] = pair;
	model_len++;
}

static uint16_t next_key(struct fuzz_input *input)
{
	return (uint16_t)fuzz_below(input, KEYS);
}

static void check_pair(uint16_t key, const struct three *value, size_t index)
{
	FUZZ_CHECK(index < model_len && key == model[index].key);
	FUZZ_CHECK(!memcmp(value, &model[index].value, sizeof(*value)));
}

static void put(struct threes *c, struct fuzz_input *input, bool replace)
{
	struct pair pair = { next_key(input), { { fuzz_byte(input), 1, 2 } } };
	size_t i = model_find(pair.key);
	bool is_there = i < model_len;
	struct pair old = { 0, { { 0 } } };
	bool evicted;
	int err = replace ?
		  threes_upsert_evict(c, &pair.key, &pair.value, &old.key,
				      &old.value, &evicted) :
		  threes_insert_evict(c, &pair.key, &pair.value, &old.key,
				      &old.value, &evicted);

	if (!went_well(err, is_there && !replace ? -EEXIST : 0))
		return;
	FUZZ_CHECK(evicted == (!is_there && model_len == CAPACITY));
	if (evicted)
		check_pair(old.key, &old.value, model_len - 1);
	if (is_there || evicted)
		model_take(is_there ? i : model_len - 1);
	model_put(pair);
}

static void get(struct threes *c, struct fuzz_input *input)
{
	struct pair pair = { next_key(input), { { 0 } } };
	size_t i = model_find(pair.key);

	if (!went_well(threes_get(c, &pair.key, &pair.value),
		       i < model_len ? 0 : -ENOENT))
		return;
	check_pair(pair.key, &pair.value, i);
	model_take(i);
	model_put(pair);
}

static void take(struct threes *c, struct fuzz_input *input)
{
	struct pair pair = { next_key(input), { { 0 } } };
	size_t i = model_find(pair.key);

	if (!went_well(threes_remove(c, &pair.key, &pair.value),
		       i < model_len ? 0 : -ENOENT))
		return;
	check_pair(pair.key, &pair.value, i);
	model_take(i);
}

static void pop(struct threes *c)
{
	struct pair pair = { 0, { { 0 } } };

	if (!went_well(threes_pop_oldest(c, &pair.key, &pair.value),
		       model_len ? 0 : -ENOENT))
		return;
	check_pair(pair.key, &pair.value, model_len - 1);
	model_len--;
}

static void look(struct threes *c, struct fuzz_input *input)
{
	struct pair pair = { next_key(input), { { 0 } } };
	size_t i = model_find(pair.key);
	int not_empty = model_len ? 0 : -ENOENT;

	if (went_well(threes_peek(c, &pair.key, &pair.value),
		      i < model_len ? 0 : -ENOENT))
		check_pair(pair.key, &pair.value, i);
	if (went_well(threes_first(c, &pair.key, &pair.value), not_empty))
		check_pair(pair.key, &pair.value, 0);
	if (went_well(threes_last(c, &pair.key, &pair.value), not_empty))
		check_pair(pair.key, &pair.value, model_len - 1);
}

static void step(struct threes *c, struct fuzz_input *input)
{
	switch (fuzz_below(input, 16)) {
	case 0: case 1: case 2: case 3: case 4:
		put(c, input, false);
		break;
	case 5: case 6:
		put(c, input, true);
		break;
	case 7: case 8: case 9:
		get(c, input);
		break;
	case 10: case 11:
		take(c, input);
		break;
	case 12:
		pop(c);
		break;
	case 13:
		went_well(threes_repair(c), 0);
		break;
	default:
		look(c, input);
	}
}

static void compare(const struct threes *c)
{
	struct pair pair;
	uint64_t cursor = 0;
	size_t i = 0;

	/* Ends whatever the links are. */
	for (; !threes_next(c, &cursor, &pair.key, &pair.value); i++) {
		if (!has_neighbour)
			check_pair(pair.key, &pair.value, i);
	}
	FUZZ_CHECK(i <= CAPACITY);
	cursor = 0;
	if (has_neighbour) {
		check_documented(threes_invariants(c));
		return;
	}
	FUZZ_CHECK(i == model_len);
	while (!threes_next_back(c, &cursor, &pair.key, &pair.value))
		check_pair(pair.key, &pair.value, --i);
	FUZZ_CHECK(i == 0);
	FUZZ_CHECK(threes_len(c) == model_len);
	FUZZ_CHECK(!threes_invariants(c));
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct threes *c)
{
	struct three value = { { 1, 2, 3 } };
	uint16_t key = 7;

	check_documented(threes_repair(c));
	check_documented(threes_invariants(c));
	threes_clear(c);
	FUZZ_CHECK(!threes_insert(c, &key, &value));
	FUZZ_CHECK(!threes_pop_oldest(c, NULL, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes c;

	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!threes_create_seeded(&c, region, "threes", 1));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&c, &input);
		compare(&c);
	}
	if (has_neighbour) {
		quiet_down(&c);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
