// SPDX-License-Identifier: MIT
/*
 * sorted_map_fuzz.c: a sorted map does what an array does that is indexed by the key
 */
#include "fuzz.h"

/* Enough for leaves with two nodes above them. */
#define CAPACITY	1800
#define KEYS		2048

struct key {
	uint16_t number;
};

static int compare_keys(const struct key *a, const struct key *b)
{
	return a->number - b->number;
}

BM_SORTED_MAP(numbers, struct key, uint32_t, CAPACITY, compare_keys)

/* Values, or 0 where the key is not there. */
static uint32_t model[KEYS];
static size_t model_len;
static uint32_t next_value;

static struct key next_key(struct fuzz_input *input)
{
	struct key key = { (uint16_t)fuzz_below(input, KEYS) };

	return key;
}

static void insert(struct numbers *m, struct key key)
{
	uint32_t value = ++next_value;
	int err = numbers_insert(m, &key, &value);

	if (model[key.number])
		FUZZ_CHECK(err == -EEXIST);
	else
		FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (err)
		return;
	model[key.number] = value;
	model_len++;
}

static void upsert(struct numbers *m, struct key key)
{
	uint32_t value = ++next_value;
	int err = numbers_upsert(m, &key, &value);

	FUZZ_CHECK(err == (model[key.number] || model_len < CAPACITY ? 0 : -ENOSPC));
	if (err)
		return;
	model_len += !model[key.number];
	model[key.number] = value;
}

static void remove_key(struct numbers *m, struct key key)
{
	uint32_t value;
	int err = numbers_remove(m, &key, &value);

	FUZZ_CHECK(err == (model[key.number] ? 0 : -ENOENT));
	if (err)
		return;
	FUZZ_CHECK(value == model[key.number]);
	model[key.number] = 0;
	model_len--;
}

/* Many at once, or the tree would stay low. */
static void run(struct numbers *m, struct fuzz_input *input,
		void (*verb)(struct numbers *m, struct key key))
{
	struct key key = next_key(input);
	unsigned int count = fuzz_byte(input) * 4;
	unsigned int step = 1 + fuzz_byte(input) % 7;

	for (unsigned int i = 0; i < count; i++) {
		verb(m, key);
		key.number = (uint16_t)((key.number + step) % KEYS);
	}
}

static size_t first_from(size_t key)
{
	while (key < KEYS && !model[key])
		key++;
	return key;
}

static void pop(struct numbers *m, struct fuzz_input *input)
{
	bool last = fuzz_byte(input) % 2;
	struct key key;
	uint32_t value;
	int err = last ? numbers_pop_last(m, &key, &value) :
			 numbers_pop_first(m, &key, &value);
	size_t wanted = last ? KEYS - 1 : first_from(0);

	FUZZ_CHECK(err == (model_len ? 0 : -ENOENT));
	if (err)
		return;
	while (!model[wanted])
		wanted--;
	FUZZ_CHECK(key.number == wanted && value == model[wanted]);
	model[wanted] = 0;
	model_len--;
}

static void get(const struct numbers *m, struct fuzz_input *input)
{
	struct key key = next_key(input);
	uint32_t wanted = model[key.number];
	uint32_t value = 0;

	FUZZ_CHECK(numbers_get(m, &key, &value) == (wanted ? 0 : -ENOENT));
	FUZZ_CHECK(value == wanted);
	FUZZ_CHECK(numbers_contains(m, &key) == !!wanted);
	if (wanted)
		FUZZ_CHECK(*numbers_at(m, &key) == wanted);
}

static void bounds(const struct numbers *m, struct fuzz_input *input)
{
	bool upper = fuzz_byte(input) % 2;
	struct key key = next_key(input);
	size_t limit = (size_t)key.number + upper;
	size_t wanted = first_from(limit);
	size_t back;
	size_t cursor;
	struct key found;
	int err;

	FUZZ_CHECK(!(upper ? numbers_upper_bound(m, &key, &cursor) :
			     numbers_lower_bound(m, &key, &cursor)));
	back = cursor;
	err = numbers_next(m, &cursor, &found, NULL);
	FUZZ_CHECK(err == (wanted < KEYS ? 0 : -ENOENT));
	FUZZ_CHECK(err || found.number == wanted);
	while (limit && !model[limit - 1])
		limit--;
	err = numbers_previous(m, &back, &found, NULL);
	FUZZ_CHECK(err == (limit ? 0 : -ENOENT));
	FUZZ_CHECK(err || found.number == limit - 1);
}

/* Wherever earlier verbs have left it: what it gives is there. */
static size_t old_cursor;

static void walk(const struct numbers *m, struct fuzz_input *input)
{
	bool forward = fuzz_byte(input) % 2;
	unsigned int steps = fuzz_byte(input);
	struct key key;
	uint32_t value;
	int err = 0;

	while (!err && steps--) {
		err = forward ? numbers_next(m, &old_cursor, &key, &value) :
				numbers_previous(m, &old_cursor, &key, &value);
		FUZZ_CHECK(!err || err == -ENOENT);
		FUZZ_CHECK(err || (value && model[key.number] == value));
	}
}

static void compare(const struct numbers *m)
{
	size_t forward = 0;
	size_t backward = SIZE_MAX;
	struct key key;
	uint32_t value;

	FUZZ_CHECK(numbers_len(m) == model_len);
	for (size_t i = 0; i < KEYS; i++) {
		if (!model[i])
			continue;
		FUZZ_CHECK(!numbers_next(m, &forward, &key, &value));
		FUZZ_CHECK(key.number == i && value == model[i]);
	}
	FUZZ_CHECK(numbers_next(m, &forward, &key, &value) == -ENOENT);
	for (size_t i = KEYS; i-- > 0;) {
		if (!model[i])
			continue;
		FUZZ_CHECK(!numbers_previous(m, &backward, &key, &value));
		FUZZ_CHECK(key.number == i && value == model[i]);
	}
	FUZZ_CHECK(numbers_previous(m, &backward, &key, &value) == -ENOENT);
}

static void operate(struct numbers *m, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 16) {
	case 0: case 1: case 2:
		run(m, input, insert);
		break;
	case 3:
		run(m, input, upsert);
		break;
	case 4: case 5: case 6:
		run(m, input, remove_key);
		break;
	case 7: case 8:
		insert(m, next_key(input));
		break;
	case 9:
		remove_key(m, next_key(input));
		break;
	case 10: case 11:
		pop(m, input);
		break;
	case 12:
		get(m, input);
		break;
	case 13:
		bounds(m, input);
		break;
	case 14:
		walk(m, input);
		break;
	default:
		/* As if an update had been interrupted: the tree is built anew. */
		m->map.object.object->updating = 1;
		FUZZ_CHECK(!numbers_repair(m));
		compare(m);
		if (fuzz_byte(input) % 4)
			break;
		numbers_clear(m);
		memset(model, 0, sizeof(model));
		model_len = 0;
	}
}

/* Any answer that the manual has, no crash, and iterations that end. */
static void misuse(struct numbers *m, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)m->map.object.object;
	struct key key = next_key(input);
	size_t cursor = fuzz_byte(input);
	uint32_t value = 1;
	int err[] = {
		numbers_insert(m, &key, &value), numbers_upsert(m, &key, &value),
		numbers_next(m, &cursor, &key, &value), numbers_remove(m, &key, &value),
		numbers_previous(m, &cursor, &key, &value),
		numbers_pop_first(m, &key, &value), numbers_pop_last(m, NULL, NULL),
		numbers_lower_bound(m, &key, &cursor), numbers_get(m, &key, &value),
		numbers_first(m, &key, &value), numbers_last(m, &key, &value),
		numbers_insert(m, &key, &value), numbers_invariants(m),
	};

	for (size_t i = 0; i < sizeof(err) / sizeof(*err); i++)
		FUZZ_CHECK(!err[i] || err[i] == -EUCLEAN || err[i] == -EEXIST ||
			   err[i] == -ENOSPC || err[i] == -EOWNERDEAD ||
			   err[i] == -ENOENT);
	cursor = 0;
	while (!numbers_next(m, &cursor, &key, NULL))
		;
	cursor = SIZE_MAX;
	while (!numbers_previous(m, &cursor, &key, NULL))
		;
	/* The header and the tree's beginning more often than entries. */
	bytes[fuzz_below(input, fuzz_byte(input) % 2 ? 128 : (uint32_t)BM_BYTES(numbers))] =
		fuzz_byte(input);
	if (fuzz_byte(input) % 4 == 0 && !numbers_repair(m))
		FUZZ_CHECK(!numbers_invariants(m) ||
			   numbers_invariants(m) == -EUCLEAN);
	if (fuzz_byte(input) % 16 == 0)
		numbers_clear(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(numbers));
	struct fuzz_input input = { bytes, size };
	bool hostile = fuzz_byte(&input) % 4 == 0;
	unsigned int operations = 0;
	struct numbers m;

	memset(model, 0, sizeof(model));
	model_len = 0;
	next_value = 0;
	old_cursor = 0;
	FUZZ_CHECK(!numbers_create(&m, region, "numbers"));
	if (hostile)
		run(&m, &input, insert);
	while (!fuzz_at_end(&input)) {
		if (hostile) {
			misuse(&m, &input);
			continue;
		}
		operate(&m, &input);
		/* O(n), and so not each time. */
		if (++operations % 4 == 0)
			FUZZ_CHECK(!numbers_invariants(&m));
		if (operations % 32 == 0)
			compare(&m);
	}
	if (hostile) {
		free(region.base);
		return 0;
	}
	FUZZ_CHECK(!numbers_invariants(&m));
	compare(&m);
	fuzz_give_region(region);
	return 0;
}
