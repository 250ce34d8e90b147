// SPDX-License-Identifier: MIT
/*
 * deque_fuzz.c: a deque does what an array does whose elements may be moved at will
 *
 * An input whose first byte is odd has a neighbour who writes into the region.
 */
#include "harm.h"

#ifndef CAPACITY
#define CAPACITY	37
#endif

struct three {
	uint8_t byte[3];
};

BM_DEQUE(threes, struct three, CAPACITY)

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

static void model_insert(size_t index, struct three item)
{
	memmove(model + index + 1, model + index,
		(model_len - index) * sizeof(item));
	model[index] = item;
	model_len++;
}

static void model_drain(size_t index, size_t count)
{
	model_len -= count;
	memmove(model + index, model + index + count,
		(model_len - index) * sizeof(*model));
}

static void model_rotate_left(size_t count)
{
	struct three turned[CAPACITY];

	for (size_t i = 0; i < model_len; i++)
		turned[i] = model[(i + count) % model_len];
	memcpy(model, turned, sizeof(turned));
}

static void push(struct threes *d, struct fuzz_input *input)
{
	int expected = model_len < CAPACITY ? 0 : -ENOSPC;
	bool front = fuzz_below(input, 2);
	struct three item = next_item(input);
	int err = front ? threes_push_front(d, &item) : threes_push_back(d, &item);

	if (went_well(err, expected))
		model_insert(front ? 0 : model_len, item);
}

static void pop(struct threes *d, struct fuzz_input *input)
{
	int expected = model_len ? 0 : -ENOENT;
	bool front = fuzz_below(input, 2);
	struct three item;
	int err = front ? threes_pop_front(d, &item) : threes_pop(d, &item);

	if (!went_well(err, expected))
		return;
	check_item(item, front ? 0 : model_len - 1);
	model_drain(front ? 0 : model_len - 1, 1);
}

static void insert(struct threes *d, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item = next_item(input);
	int expected = index > model_len ? -ERANGE :
		       model_len == CAPACITY ? -ENOSPC : 0;

	if (went_well(threes_insert(d, index, &item), expected))
		model_insert(index, item);
}

static void remove_one(struct threes *d, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item;
	int err = threes_remove(d, index, &item);

	if (!went_well(err, index < model_len ? 0 : -ERANGE))
		return;
	check_item(item, index);
	model_drain(index, 1);
}

static void swap_remove(struct threes *d, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	bool front = fuzz_below(input, 2);
	struct three item;
	int err = front ? threes_swap_remove_front(d, index, &item) :
			  threes_swap_remove_back(d, index, &item);

	if (!went_well(err, index < model_len ? 0 : -ERANGE))
		return;
	check_item(item, index);
	model[index] = front ? model[0] : model[model_len - 1];
	model_drain(front ? 0 : model_len - 1, 1);
}

static void drain(struct threes *d, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	size_t count = fuzz_below(input, CAPACITY + 2);
	bool fits = index <= model_len && count <= model_len - index;
	struct three items[CAPACITY];
	int err = threes_drain(d, index, index + count, items);

	if (!went_well(err, fits ? 0 : -ERANGE))
		return;
	FUZZ_CHECK(!memcmp(items, model + index, count * sizeof(*items)));
	model_drain(index, count);
}

static void extend(struct threes *d, struct fuzz_input *input)
{
	size_t count = fuzz_below(input, CAPACITY + 2);
	struct three items[CAPACITY + 2];
	bool fits = count <= CAPACITY - model_len;

	for (size_t i = 0; i < count; i++)
		items[i] = next_item(input);
	if (!went_well(threes_extend(d, items, count), fits ? 0 : -ENOSPC))
		return;
	memcpy(model + model_len, items, count * sizeof(*items));
	model_len += count;
}

static bool is_below(const struct three *item, void *limit)
{
	return item->byte[0] < *(uint8_t *)limit;
}

static void retain(struct threes *d, struct fuzz_input *input)
{
	uint8_t limit = (uint8_t)(fuzz_byte(input) | 0x80);
	size_t kept = 0;

	if (!went_well(threes_retain(d, is_below, &limit), 0))
		return;
	for (size_t i = 0; i < model_len; i++) {
		if (is_below(model + i, &limit))
			model[kept++] = model[i];
	}
	model_len = kept;
}

static void rotate(struct threes *d, struct fuzz_input *input)
{
	size_t count = fuzz_below(input, CAPACITY + 2);
	bool left = fuzz_below(input, 2);
	int err = left ? threes_rotate_left(d, count) :
			 threes_rotate_right(d, count);

	if (went_well(err, count <= model_len ? 0 : -ERANGE) && model_len)
		model_rotate_left(left ? count : model_len - count);
}

static void change_one(struct threes *d, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item = next_item(input);

	if (went_well(threes_set(d, index, &item),
		      index < model_len ? 0 : -ERANGE))
		model[index] = item;
}

static void shorten(struct threes *d, struct fuzz_input *input)
{
	size_t len = fuzz_below(input, CAPACITY + 2);

	if (went_well(threes_truncate(d, len), 0) && len < model_len)
		model_len = len;
}

/* What reads, in one order and the other. */
static void look(struct threes *d, struct fuzz_input *input)
{
	struct three item = next_item(input);
	size_t found = model_len;
	size_t cursor = 0;
	size_t i = 0;

	while (i < model_len && memcmp(model + i, &item, sizeof(item)))
		i++;
	if (went_well(threes_find(d, &item, &found),
		      i < model_len ? 0 : -ENOENT))
		FUZZ_CHECK(found == i);
	for (i = 0; i < CAPACITY && !threes_next_back(d, &cursor, &item); i++) {
		if (!has_neighbour)
			check_item(item, model_len - 1 - i);
	}
	FUZZ_CHECK(has_neighbour || i == model_len);
}

static void compare(const struct threes *d)
{
	struct three *part[2];
	size_t len[2] = { 0, 0 };

	if (!went_well(threes_slices(d, part, len, part + 1, len + 1), 0))
		return;
	FUZZ_CHECK(threes_len(d) == model_len);
	FUZZ_CHECK(len[0] + len[1] == model_len);
	FUZZ_CHECK(!memcmp(part[0], model, len[0] * sizeof(*model)));
	FUZZ_CHECK(!memcmp(part[1], model + len[0], len[1] * sizeof(*model)));
	FUZZ_CHECK(!threes_invariants(d));
}

static void step(struct threes *d, struct fuzz_input *input)
{
	static void (*const verbs[])(struct threes *, struct fuzz_input *) = {
		push, push, push, pop, insert, remove_one, swap_remove, drain,
		extend, retain, rotate, change_one, shorten, look,
	};

	verbs[fuzz_below(input, sizeof(verbs) / sizeof(verbs[0]))](d, input);
}

/* Afterwards it can be used again, whatever it was. */
static void quiet_down(struct threes *d)
{
	struct three item = { { 1, 2, 3 } };

	check_documented(threes_repair(d));
	check_documented(threes_invariants(d));
	threes_clear(d);
	FUZZ_CHECK(!threes_push_front(d, &item));
	FUZZ_CHECK(!threes_pop_back(d, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes d;

	model_len = 0;
	has_neighbour = fuzz_byte(&input) % 2;
	FUZZ_CHECK(!threes_create(&d, region, "threes"));
	while (!fuzz_at_end(&input)) {
		if (has_neighbour)
			harm(region, &input);
		step(&d, &input);
		compare(&d);
	}
	if (has_neighbour) {
		quiet_down(&d);
		free(region.base);
		return 0;
	}
	fuzz_give_region(region);
	return 0;
}
