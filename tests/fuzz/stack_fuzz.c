// SPDX-License-Identifier: MIT
/*
 * stack_fuzz.c: a stack gives back what was pushed last
 *
 * An input whose first byte is odd has a neighbour who writes into the region.
 */
#include "harm.h"

#define CAPACITY	23
#define BATCH		(CAPACITY + 2)

struct three {
	uint8_t byte[3];
};

BM_STACK(threes, struct three, CAPACITY)

static struct three model[CAPACITY];
static size_t model_len;
static bool has_neighbour;

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

static struct three next_item(struct fuzz_input *input)
{
	struct three item = { { fuzz_byte(input), 1, 2 } };

	return item;
}

static void check_item(struct three item, size_t index)
{
	FUZZ_CHECK(!memcmp(&item, model + index, sizeof(item)));
}

static void push(struct threes *s, struct fuzz_input *input)
{
	struct three item = next_item(input);

	if (went_well(threes_push(s, &item), model_len < CAPACITY ? 0 : -ENOSPC))
		model[model_len++] = item;
}

static void pop(struct threes *s)
{
	struct three item = { { 0 } };

	if (went_well(threes_pop(s, &item), model_len ? 0 : -ENOENT))
		check_item(item, --model_len);
}

static void extend(struct threes *s, struct fuzz_input *input)
{
	size_t count = fuzz_below(input, BATCH + 1);
	bool fits = count <= CAPACITY - model_len;
	struct three items[BATCH];

	for (size_t i = 0; i < count; i++)
		items[i] = next_item(input);
	if (!went_well(threes_extend(s, items, count), fits ? 0 : -ENOSPC))
		return;
	memcpy(model + model_len, items, count * sizeof(*items));
	model_len += count;
}

static void shorten(struct threes *s, size_t len)
{
	if (went_well(threes_truncate(s, len), 0) && len < model_len)
		model_len = len;
}

static void look(struct threes *s, struct fuzz_input *input)
{
	struct three item = next_item(input);
	size_t found = 0;
	size_t i = model_len;

	while (i > 0 && memcmp(model + i - 1, &item, sizeof(item)))
		i--;
	if (went_well(threes_find(s, &item, &found), i > 0 ? 0 : -ENOENT))
		FUZZ_CHECK(found == model_len - i);
	if (went_well(threes_last(s, &item), model_len ? 0 : -ENOENT))
		check_item(item, model_len - 1);
	if (went_well(threes_first(s, &item), model_len ? 0 : -ENOENT))
		check_item(item, 0);
}

static void step(struct threes *s, struct fuzz_input *input)
{
	switch (fuzz_below(input, 8)) {
	case 0: case 1: case 2:
		push(s, input);
		break;
	case 3: case 4:
		pop(s);
		break;
	case 5:
		extend(s, input);
		break;
	case 6:
		shorten(s, fuzz_below(input, BATCH));
		break;
	default:
		look(s, input);
	}
}

static void compare(const struct threes *s)
{
	struct three item;
	size_t cursor = 0;
	size_t i = 0;

	for (; i < CAPACITY && !threes_next(s, &cursor, &item); i++) {
		if (!has_neighbour)
			check_item(item, model_len - 1 - i);
	}
	if (has_neighbour)
		return;
	FUZZ_CHECK(i == model_len);
	FUZZ_CHECK(threes_len(s) == model_len);
	FUZZ_CHECK(!threes_invariants(s));
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct threes *s)
{
	struct three item = { { 1, 2, 3 } };

	check_documented(threes_repair(s));
	check_documented(threes_invariants(s));
	threes_clear(s);
	FUZZ_CHECK(!threes_push(s, &item));
	FUZZ_CHECK(!threes_pop(s, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes s;

	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!threes_create(&s, region, "threes"));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&s, &input);
		compare(&s);
	}
	if (has_neighbour) {
		quiet_down(&s);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
