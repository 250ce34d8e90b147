// SPDX-License-Identifier: MIT
/*
 * linear_map_fuzz.c: a linear map does what an array does that is indexed by the key
 */
#include "fuzz.h"

#define CAPACITY	20
#define KEYS		32

BM_LINEAR_MAP(numbers, uint16_t, uint32_t, CAPACITY)

/* Values, or 0 where the key is not there. */
static uint32_t model[KEYS];
static size_t model_len;
static uint32_t next_value;

static uint16_t next_key(struct fuzz_input *input)
{
	return fuzz_byte(input) % KEYS;
}

static void insert(struct numbers *m, struct fuzz_input *input)
{
	uint16_t key = next_key(input);
	uint32_t value = ++next_value;
	int err = numbers_insert(m, &key, &value);

	if (model[key])
		FUZZ_CHECK(err == -EEXIST);
	else
		FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (err)
		return;
	model[key] = value;
	model_len++;
}

static void upsert(struct numbers *m, struct fuzz_input *input)
{
	uint16_t key = next_key(input);
	uint32_t value = ++next_value;
	int err = numbers_upsert(m, &key, &value);

	FUZZ_CHECK(err == (model[key] || model_len < CAPACITY ? 0 : -ENOSPC));
	if (err)
		return;
	model_len += !model[key];
	model[key] = value;
}

static void remove_key(struct numbers *m, struct fuzz_input *input)
{
	uint16_t key = next_key(input);
	uint32_t value;
	int err = numbers_remove(m, &key, &value);

	FUZZ_CHECK(err == (model[key] ? 0 : -ENOENT));
	if (err)
		return;
	FUZZ_CHECK(value == model[key]);
	model[key] = 0;
	model_len--;
}

static void compare(const struct numbers *m)
{
	size_t cursor = 0;
	size_t seen = 0;
	uint16_t key;
	uint32_t value;

	while (!numbers_next(m, &cursor, &key, &value)) {
		FUZZ_CHECK(key < KEYS && model[key] == value);
		seen++;
	}
	FUZZ_CHECK(seen == model_len && numbers_len(m) == model_len);
	for (key = 0; key < KEYS; key++) {
		value = 0;
		FUZZ_CHECK(numbers_get(m, &key, &value) == (model[key] ? 0 : -ENOENT));
		FUZZ_CHECK(value == model[key]);
	}
	FUZZ_CHECK(!numbers_invariants(m));
}

/* Any answer that the manual has, and no crash. */
static void misuse(struct numbers *m, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)m->map.object.object;
	uint16_t key = next_key(input);
	size_t cursor = fuzz_byte(input);
	uint32_t value = 1;
	int err[] = {
		numbers_insert(m, &key, &value), numbers_upsert(m, &key, &value),
		numbers_get(m, &key, &value), numbers_next(m, &cursor, &key, &value),
		numbers_remove(m, &key, &value), numbers_insert(m, &key, &value),
		numbers_first(m, &key, &value), numbers_invariants(m),
	};

	for (size_t i = 0; i < sizeof(err) / sizeof(*err); i++)
		FUZZ_CHECK(!err[i] || err[i] == -EUCLEAN || err[i] == -EEXIST ||
			   err[i] == -ENOSPC || err[i] == -EOWNERDEAD ||
			   err[i] == -ENOENT);
	bytes[fuzz_below(input, BM_BYTES(numbers))] = fuzz_byte(input);
	if (fuzz_byte(input) % 4 == 0)
		(void)numbers_repair(m);
	if (fuzz_byte(input) % 16 == 0)
		numbers_clear(m);
}

static void operate(struct numbers *m, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 8) {
	case 0: case 1: case 2:
		insert(m, input);
		break;
	case 3: case 4:
		upsert(m, input);
		break;
	default:
		remove_key(m, input);
	}
	compare(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(numbers));
	struct fuzz_input input = { bytes, size };
	bool hostile = fuzz_byte(&input) % 4 == 0;
	struct numbers m;

	memset(model, 0, sizeof(model));
	model_len = 0;
	next_value = 0;
	FUZZ_CHECK(!numbers_create(&m, region, "numbers"));
	while (!fuzz_at_end(&input)) {
		if (hostile)
			misuse(&m, &input);
		else
			operate(&m, &input);
	}
	if (hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
