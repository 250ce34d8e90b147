// SPDX-License-Identifier: MIT
/*
 * blocks_fuzz.c: blocks do what a stack of indices and a table of owners do
 *
 * The first byte of an input chooses: the model, or blocks into which somebody else
 * writes anything at any time.
 */
#include "fuzz.h"

#define CAPACITY	20

struct three {
	uint8_t byte[3];
};

BM_BLOCKS(threes, struct three, CAPACITY)

/* What a live block holds, or 0. Free blocks, those that are taken next at the end. */
static uint8_t held[CAPACITY];
static uint8_t unused[CAPACITY];
static size_t unused_count;

static struct three *first_of(const struct threes *b)
{
	return (struct three *)(b->blocks.object + 1);
}

static void reset(void)
{
	memset(held, 0, sizeof(held));
	unused_count = 0;
	for (int i = CAPACITY; i-- > 0;)
		unused[unused_count++] = (uint8_t)i;
}

static void alloc(struct threes *b, struct fuzz_input *input)
{
	struct three *block = NULL;
	int err = threes_alloc(b, &block);
	size_t index;

	FUZZ_CHECK(err == (unused_count ? 0 : -ENOSPC));
	if (err)
		return;
	index = unused[--unused_count];
	FUZZ_CHECK(block == first_of(b) + index);
	held[index] = fuzz_byte(input) | 1;
	memset(block, held[index], sizeof(*block));
}

static void free_one(struct threes *b, struct fuzz_input *input)
{
	size_t byte = fuzz_below(input, 3 * CAPACITY + 20);
	size_t index;
	int err = threes_free(b, (struct three *)
			      ((uintptr_t)first_of(b) + byte - 10));

	FUZZ_CHECK(byte >= 10 || err == -EINVAL);
	if (byte < 10)
		return;
	byte -= 10;
	index = byte / 3;
	if (byte % 3 || index >= CAPACITY) {
		FUZZ_CHECK(err == -EINVAL);
	} else if (!held[index]) {
		FUZZ_CHECK(err == -ENOENT);
	} else {
		FUZZ_CHECK(!err);
		held[index] = 0;
		unused[unused_count++] = (uint8_t)index;
	}
}

/* As if a process had died in alloc or free: the block is lost until repair. */
static void die_and_repair(struct threes *b, struct fuzz_input *input)
{
	uint8_t *live = (uint8_t *)first_of(b) +
			(size_t)BM_BLOCKS_LIVE_(sizeof(struct three), CAPACITY);
	size_t index = fuzz_below(input, CAPACITY);

	if (!held[index])
		return;
	live[index] = 0;
	held[index] = 0;
	FUZZ_CHECK(threes_invariants(b) == -EOWNERDEAD);
	FUZZ_CHECK(threes_free(b, first_of(b) + index) == -ENOENT);
	FUZZ_CHECK(!threes_repair(b));
	unused_count = 0;
	for (int i = CAPACITY; i-- > 0;)
		if (!held[i])
			unused[unused_count++] = (uint8_t)i;
}

static void compare(const struct threes *b)
{
	struct three *block;
	size_t cursor = 0;

	FUZZ_CHECK(threes_len(b) == CAPACITY - unused_count);
	for (size_t i = 0; i < CAPACITY; i++) {
		struct three *expected = held[i] ? first_of(b) + i : NULL;

		FUZZ_CHECK(threes_at(b, i) == expected);
		FUZZ_CHECK(threes_is_live(b, i) == (expected != NULL));
		if (!expected)
			continue;
		FUZZ_CHECK(!threes_next(b, &cursor, &block));
		FUZZ_CHECK(block == expected && cursor == i + 1);
		for (int byte = 0; byte < 3; byte++)
			FUZZ_CHECK(block->byte[byte] == held[i]);
	}
	FUZZ_CHECK(threes_next(b, &cursor, &block) == -ENOENT);
	FUZZ_CHECK(!threes_invariants(b));
}

static void run_model(struct threes *b, struct fuzz_input *input)
{
	reset();
	while (!fuzz_at_end(input)) {
		switch (fuzz_byte(input) % 16) {
		case 0: case 1: case 2: case 3: case 4: case 5: case 6:
			alloc(b, input);
			break;
		case 7:
			die_and_repair(b, input);
			break;
		case 8:
			if (fuzz_byte(input) % 8)
				break;
			threes_clear(b);
			reset();
			break;
		default:
			free_one(b, input);
		}
		compare(b);
	}
}

static void expect(int err)
{
	FUZZ_CHECK(err == 0 || err == -ENOSPC || err == -EINVAL ||
		   err == -ENOENT || err == -ERANGE || err == -EOWNERDEAD ||
		   err == -EUCLEAN);
}

static void write_rubbish(struct threes *b, struct fuzz_input *input)
{
	struct bm_object *object = b->blocks.object;
	uint8_t value = fuzz_byte(input);

	switch (fuzz_byte(input) % 4) {
	case 0:
		object->len = value % (CAPACITY + 3);
		break;
	case 1:
		object->updating = value % 2;
		break;
	default:
		((uint8_t *)object)[fuzz_below(input, BM_BYTES(threes))] = value;
	}
}

static void run_hostile(struct threes *b, struct fuzz_input *input)
{
	struct three *block = NULL;
	size_t index;

	while (!fuzz_at_end(input)) {
		write_rubbish(b, input);
		expect(threes_alloc(b, &block));
		if (block) {
			FUZZ_CHECK(threes_owns(b, block));
			memset(block, 1, sizeof(*block));
			expect(threes_index(b, block, &index));
		}
		expect(threes_free(b, first_of(b) + fuzz_byte(input) % 25));
		index = fuzz_byte(input) % 25;
		expect(threes_get(b, index, &block));
		expect(threes_next(b, &index, &block));
		expect(threes_count(b, &index));
		expect(threes_invariants(b));
		FUZZ_CHECK(threes_len(b) <= CAPACITY);
		if (fuzz_byte(input) % 4 == 0)
			expect(threes_repair(b));
	}
	threes_clear(b);
	for (int i = 0; i < CAPACITY; i++) {
		FUZZ_CHECK(!threes_alloc(b, &block));
		FUZZ_CHECK(block == first_of(b) + i);
	}
	FUZZ_CHECK(threes_alloc(b, &block) == -ENOSPC);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	struct threes b;

	FUZZ_CHECK(!threes_create(&b, region, "threes"));
	if (fuzz_byte(&input) % 2) {
		run_hostile(&b, &input);
		free(region.base);
	} else {
		run_model(&b, &input);
		fuzz_give_region(region);
	}
	return 0;
}
