// SPDX-License-Identifier: MIT
/*
 * queue_fuzz.c: a queue gives what it was given, in the same order
 *
 * An input whose first byte is odd has a neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	21
#define BATCH		(CAPACITY + 2)

BM_QUEUE(numbers, uint16_t, CAPACITY)

/* The n-th number that is pushed is n: the model needs no memory. */
static uint16_t pushed;
static uint16_t popped;
static bool has_neighbour;

static size_t model_len(void)
{
	return (uint16_t)(pushed - popped);
}

/* What a verb returned, beside what it should have. */
static bool went_well(int err, int expected)
{
	if (has_neighbour) {
		check_documented(err);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

static void push(struct numbers *q)
{
	uint16_t item = pushed;

	if (went_well(numbers_push(q, &item),
		      model_len() < CAPACITY ? 0 : -ENOSPC))
		pushed++;
}

static void pop(struct numbers *q)
{
	uint16_t item = 0;

	if (went_well(numbers_pop(q, &item), model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(item == popped++);
}

static void extend(struct numbers *q, size_t count)
{
	bool fits = count <= CAPACITY - model_len();
	uint16_t items[BATCH];

	for (size_t i = 0; i < count; i++)
		items[i] = (uint16_t)(pushed + i);
	if (went_well(numbers_extend(q, items, count), fits ? 0 : -ENOSPC))
		pushed = (uint16_t)(pushed + count);
}

static void pop_many(struct numbers *q, size_t count)
{
	uint16_t items[CAPACITY];
	size_t most = count < CAPACITY ? count : CAPACITY;
	size_t taken = 0;
	int err = numbers_pop_many(q, items, most, &taken);

	FUZZ_CHECK(taken <= most);
	if (!went_well(err, model_len() ? 0 : -ENOENT))
		return;
	FUZZ_CHECK(taken == (most < model_len() ? most : model_len()));
	for (size_t i = 0; i < taken; i++)
		FUZZ_CHECK(items[i] == popped++);
}

static void look(struct numbers *q, size_t index)
{
	uint16_t item = (uint16_t)(popped + index);
	size_t found = index;

	if (went_well(numbers_find(q, &item, &found),
		      index < model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(found == index);
	if (went_well(numbers_get(q, index, &item),
		      index < model_len() ? 0 : -ERANGE))
		FUZZ_CHECK(item == (uint16_t)(popped + index));
	if (went_well(numbers_last(q, &item), model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(item == (uint16_t)(pushed - 1));
	if (went_well(numbers_first(q, &item), model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(item == popped);
}

static void step(struct numbers *q, struct fuzz_input *input)
{
	switch (fuzz_below(input, 8)) {
	case 0: case 1: case 2:
		push(q);
		break;
	case 3: case 4:
		pop(q);
		break;
	case 5:
		extend(q, fuzz_below(input, BATCH + 1));
		break;
	case 6:
		pop_many(q, fuzz_below(input, BATCH));
		break;
	default:
		look(q, fuzz_below(input, BATCH));
	}
}

static void compare(const struct numbers *q)
{
	uint16_t item = 0;
	size_t cursor = 0;
	size_t i = 0;

	for (; i < CAPACITY && !numbers_next(q, &cursor, &item); i++)
		FUZZ_CHECK(has_neighbour || item == (uint16_t)(popped + i));
	if (has_neighbour)
		return;
	FUZZ_CHECK(i == model_len());
	FUZZ_CHECK(numbers_len(q) == model_len());
	FUZZ_CHECK(!numbers_invariants(q));
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct numbers *q)
{
	uint16_t item = 1;

	check_documented(numbers_repair(q));
	check_documented(numbers_invariants(q));
	numbers_clear(q);
	FUZZ_CHECK(!numbers_push(q, &item));
	FUZZ_CHECK(!numbers_pop(q, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(numbers));
	struct fuzz_input input = { bytes, size };
	struct numbers q;

	pushed = 0;
	popped = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!numbers_create(&q, region, "numbers"));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&q, &input);
		compare(&q);
	}
	if (has_neighbour) {
		quiet_down(&q);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
