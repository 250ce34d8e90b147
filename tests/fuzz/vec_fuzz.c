// SPDX-License-Identifier: MIT
/*
 * vec_fuzz.c: a vec does what an array does
 */
#include "fuzz.h"

#define CAPACITY	12

struct three {
	uint8_t byte[3];
};

BM_VEC(threes, struct three, CAPACITY)

static struct three model[CAPACITY];
static size_t model_len;

static struct three next_item(struct fuzz_input *input)
{
	struct three item = { { fuzz_byte(input), 1, 2 } };

	return item;
}

static void insert(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item = next_item(input);
	int err = threes_insert(v, index, &item);

	if (index > model_len) {
		FUZZ_CHECK(err == -ERANGE);
	} else if (model_len == CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
	} else {
		FUZZ_CHECK(!err);
		memmove(model + index + 1, model + index,
			(model_len - index) * sizeof(item));
		model[index] = item;
		model_len++;
	}
}

static void remove_one(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item;
	int err = threes_remove(v, index, &item);

	FUZZ_CHECK(err == (index < model_len ? 0 : -ERANGE));
	if (err)
		return;
	FUZZ_CHECK(!memcmp(&item, model + index, sizeof(item)));
	model_len--;
	memmove(model + index, model + index + 1,
		(model_len - index) * sizeof(item));
}

static void push(struct threes *v, struct fuzz_input *input)
{
	struct three item = next_item(input);
	int err = threes_push(v, &item);

	FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (!err)
		model[model_len++] = item;
}

static void pop(struct threes *v)
{
	struct three item;
	int err = threes_pop(v, &item);

	FUZZ_CHECK(err == (model_len ? 0 : -ENOENT));
	if (!err)
		FUZZ_CHECK(!memcmp(&item, model + --model_len, sizeof(item)));
}

static void compare(const struct threes *v)
{
	FUZZ_CHECK(threes_len(v) == model_len);
	FUZZ_CHECK(!memcmp(threes_data(v), model, model_len * sizeof(*model)));
	FUZZ_CHECK(!threes_invariants(v));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes v;

	model_len = 0;
	FUZZ_CHECK(!threes_create(&v, region, "threes"));
	while (!fuzz_at_end(&input)) {
		switch (fuzz_byte(&input) % 8) {
		case 0: case 1: case 2:
			push(&v, &input);
			break;
		case 3:
			pop(&v);
			break;
		case 4: case 5:
			insert(&v, &input);
			break;
		default:
			remove_one(&v, &input);
		}
		compare(&v);
	}
	fuzz_give_region(region);
	return 0;
}
