// SPDX-License-Identifier: MIT
/*
 * history_fuzz.c: a history keeps what was pushed last
 *
 * An input whose first byte is odd has a neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	16
#define BATCH		(2 * CAPACITY + 2)

struct three {
	uint8_t byte[3];
};

BM_HISTORY(threes, struct three, CAPACITY)

/* The n-th that is pushed says n: the model needs no memory. */
static uint16_t pushed;
static uint16_t gone;
static bool has_neighbour;

static size_t model_len(void)
{
	return (uint16_t)(pushed - gone);
}

static struct three numbered(uint16_t number)
{
	struct three item = { { (uint8_t)number, (uint8_t)(number >> 8), 3 } };

	return item;
}

static bool is_numbered(struct three item, size_t number)
{
	struct three expected = numbered((uint16_t)number);

	return !memcmp(&item, &expected, sizeof(item));
}

static void model_push(size_t count)
{
	pushed = (uint16_t)(pushed + count);
	if (model_len() > CAPACITY)
		gone = (uint16_t)(pushed - CAPACITY);
}

/* What a verb returned, beside what it should have. */
static bool went_well(int err, int expected)
{
	if (has_neighbour) {
		FUZZ_CHECK(err != -ENOSPC);
		check_documented(err);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

static void push(struct threes *h)
{
	struct three item = numbered(pushed);

	if (went_well(threes_push(h, &item), 0))
		model_push(1);
}

static void push_evict(struct threes *h)
{
	struct three item = numbered(pushed);
	struct three evicted = numbered(0);
	bool was_full = false;

	if (!went_well(threes_push_evict(h, &item, &evicted, &was_full), 0))
		return;
	FUZZ_CHECK(was_full == (model_len() == CAPACITY));
	if (was_full)
		FUZZ_CHECK(is_numbered(evicted, gone));
	model_push(1);
}

static void extend(struct threes *h, size_t count)
{
	struct three items[BATCH];

	for (size_t i = 0; i < count; i++)
		items[i] = numbered((uint16_t)(pushed + i));
	if (went_well(threes_extend(h, items, count), 0))
		model_push(count);
}

static void pop(struct threes *h)
{
	struct three item = numbered(0);

	if (went_well(threes_pop(h, &item), model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(is_numbered(item, gone++));
}

static void look(struct threes *h, size_t index)
{
	struct three item = numbered((uint16_t)(gone + index));
	size_t found = index;

	if (went_well(threes_find(h, &item, &found),
		      index < model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(found == index);
	if (went_well(threes_get(h, index, &item),
		      index < model_len() ? 0 : -ERANGE))
		FUZZ_CHECK(is_numbered(item, gone + index));
	if (went_well(threes_last(h, &item), model_len() ? 0 : -ENOENT))
		FUZZ_CHECK(is_numbered(item, pushed - 1u));
}

static void step(struct threes *h, struct fuzz_input *input)
{
	switch (fuzz_below(input, 8)) {
	case 0: case 1: case 2:
		push(h);
		break;
	case 3:
		push_evict(h);
		break;
	case 4:
		extend(h, fuzz_below(input, BATCH + 1));
		break;
	case 5: case 6:
		pop(h);
		break;
	default:
		look(h, fuzz_below(input, CAPACITY + 2));
	}
}

static void compare(const struct threes *h)
{
	struct three item;
	size_t cursor = 0;
	size_t i = 0;

	for (; i < CAPACITY && !threes_next_back(h, &cursor, &item); i++)
		FUZZ_CHECK(has_neighbour || is_numbered(item, pushed - 1u - i));
	if (has_neighbour)
		return;
	FUZZ_CHECK(i == model_len());
	FUZZ_CHECK(threes_len(h) == model_len());
	FUZZ_CHECK(!threes_invariants(h));
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct threes *h)
{
	struct three item = numbered(1);

	check_documented(threes_repair(h));
	check_documented(threes_invariants(h));
	threes_clear(h);
	FUZZ_CHECK(!threes_push(h, &item));
	FUZZ_CHECK(!threes_pop(h, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes h;

	pushed = 0;
	gone = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!threes_create(&h, region, "threes"));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&h, &input);
		compare(&h);
	}
	if (has_neighbour) {
		quiet_down(&h);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
