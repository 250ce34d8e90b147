// SPDX-License-Identifier: MIT
/*
 * heap_fuzz.c: blocks do not overlap, keep what is in them, and are what was asked for
 *
 * Every block in use is filled with a pattern of its own, whole. Whatever is done to
 * the heap, and every way to misuse it is tried, the patterns must survive.
 */
#include "fuzz.h"

#define BYTES	24576
#define BLOCKS	64

BM_HEAP(scratch, BYTES)

struct block {
	unsigned char *memory;
	size_t asked;
	size_t size;
	unsigned char pattern;
};

static struct block model[BLOCKS];
static size_t used;
static size_t count;
static unsigned char pattern;

static void fill(struct block *block)
{
	block->pattern = ++pattern;
	memset(block->memory, block->pattern, block->size);
}

static void check_filled(const struct block *block, size_t size)
{
	for (size_t i = 0; i < size; i++)
		FUZZ_CHECK(block->memory[i] == block->pattern);
}

/* Small ones mostly, some that are larger than all that is held back. */
static size_t next_size(struct fuzz_input *input)
{
	uint8_t kind = fuzz_byte(input);

	if (kind < 128)
		return fuzz_byte(input);
	if (kind < 240)
		return fuzz_below(input, 1200);
	return fuzz_below(input, BYTES + 100);
}

static void enter(const struct scratch *h, struct block *block, size_t asked)
{
	FUZZ_CHECK(!scratch_usable_size(h, block->memory, &block->size));
	FUZZ_CHECK(block->size >= asked);
	FUZZ_CHECK(block->size <= (asked / 16 + 1) * 17 + 16);
	FUZZ_CHECK((uintptr_t)block->memory % BM_HEAP_ALIGNMENT == 0);
	block->asked = asked;
	used += block->size;
	count++;
	fill(block);
}

static void forget(struct block *block)
{
	used -= block->size;
	count--;
	block->memory = NULL;
}

/* A refusal is right only if there is no such gap, rounded up as stated. */
static void check_refusal(const struct scratch *h, size_t size)
{
	FUZZ_CHECK(scratch_largest_free(h) < size / 16 * 17 + 32);
}

static void alloc(struct scratch *h, struct block *block, struct fuzz_input *input)
{
	size_t size = next_size(input);
	size_t alignment = (size_t)1 << fuzz_below(input, 10);
	void *memory = NULL;
	int err;

	if (block->memory)
		return;
	switch (fuzz_byte(input) % 4) {
	case 0:
		err = scratch_alloc_aligned(h, alignment, size, &memory);
		FUZZ_CHECK(err || (uintptr_t)memory % alignment == 0);
		break;
	case 1:
		err = scratch_alloc_zeroed(h, size, &memory);
		for (size_t i = 0; i < size && !err; i++)
			FUZZ_CHECK(!((char *)memory)[i]);
		alignment = 1;
		break;
	default:
		err = scratch_alloc(h, size, &memory);
		alignment = 1;
	}
	FUZZ_CHECK(!err || err == -ENOSPC);
	if (err) {
		check_refusal(h, size + alignment);
		return;
	}
	block->memory = memory;
	enter(h, block, size);
}

static void give(struct scratch *h, struct block *block, struct fuzz_input *input)
{
	void *memory = block->memory;
	bool sized = fuzz_byte(input) % 2;

	if (!memory)
		return;
	check_filled(block, block->size);
	FUZZ_CHECK(scratch_free_sized(h, memory, block->size + 1) == -EINVAL);
	FUZZ_CHECK(!(sized ? scratch_free_sized(h, memory, block->asked) :
			     scratch_free(h, memory)));
	FUZZ_CHECK(scratch_free(h, memory) == -ENOENT);
	forget(block);
}

static void resize(struct scratch *h, struct block *block, struct fuzz_input *input)
{
	size_t size = next_size(input);
	size_t kept = size < block->size ? size : block->size;
	void *memory = block->memory;
	int err;

	if (!memory)
		return;
	check_filled(block, block->size);
	err = scratch_resize(h, &memory, size);
	FUZZ_CHECK(!err || err == -ENOSPC);
	if (err) {
		FUZZ_CHECK(memory == block->memory && size > block->size);
		check_filled(block, block->size);
		return;
	}
	forget(block);
	block->memory = memory;
	check_filled(block, kept);
	enter(h, block, size);
}

/* A pointer to anywhere: what it is, the model knows. */
static void misuse(struct scratch *h, struct fuzz_input *input)
{
	unsigned char *first = (unsigned char *)(h->heap.links + h->heap.bins);
	unsigned char *memory = first + fuzz_below(input, BYTES + 64) - 32;
	int expected = memory >= first && memory < first + BYTES &&
		       (memory - first) % 16 == 0 ? -ENOENT : -EINVAL;

	for (int i = 0; i < BLOCKS; i++) {
		if (!model[i].memory)
			continue;
		if (memory == model[i].memory)
			return;
		if (memory > model[i].memory &&
		    memory < model[i].memory + model[i].size)
			expected = -EINVAL;
	}
	FUZZ_CHECK(scratch_free(h, memory) == expected);
	FUZZ_CHECK(scratch_free_sized(h, memory, 16) == expected);
	FUZZ_CHECK(!scratch_owns(h, memory));
	FUZZ_CHECK(scratch_resize(h, (void **)&memory, 16) == expected);
}

/* Writes into memory that is free, which at worst has to be repaired. */
static void write_after_free(struct scratch *h, struct fuzz_input *input)
{
	unsigned char *first = (unsigned char *)(h->heap.links + h->heap.bins);
	unsigned char *memory = first + fuzz_below(input, BYTES);

	for (int i = 0; i < BLOCKS; i++) {
		if (model[i].memory && memory >= model[i].memory &&
		    memory < model[i].memory + model[i].size)
			return;
	}
	*memory ^= fuzz_byte(input);
	FUZZ_CHECK(!scratch_repair(h));
}

static void check_all(const struct scratch *h)
{
	size_t cursor = 0;
	size_t found = 0;
	size_t size;
	void *memory;

	while (!scratch_next(h, &cursor, &memory, &size)) {
		FUZZ_CHECK(scratch_at(h, scratch_offset(h, memory)) == memory);
		found++;
	}
	FUZZ_CHECK(found == count);
	for (int i = 0; i < BLOCKS; i++) {
		if (model[i].memory)
			check_filled(&model[i], model[i].size);
	}
}

static void compare(const struct scratch *h)
{
	FUZZ_CHECK(scratch_used(h) == used);
	FUZZ_CHECK(scratch_len(h) == count);
	FUZZ_CHECK(scratch_largest_free(h) + used <= scratch_capacity(h));
	FUZZ_CHECK(!scratch_invariants(h));
}

static void do_one(struct scratch *h, struct fuzz_input *input)
{
	uint8_t verb = fuzz_byte(input);
	struct block *block = &model[fuzz_byte(input) % BLOCKS];

	switch (verb % 16) {
	case 0: case 1: case 2: case 3: case 4: case 5:
		alloc(h, block, input);
		break;
	case 6: case 7: case 8: case 9: case 10:
		give(h, block, input);
		break;
	case 11: case 12:
		resize(h, block, input);
		break;
	case 13:
		write_after_free(h, input);
		break;
	case 14:
		check_all(h);
		break;
	default:
		misuse(h, input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(scratch));
	struct fuzz_input input = { bytes, size };
	struct scratch h;

	memset(model, 0, sizeof(model));
	used = 0;
	count = 0;
	FUZZ_CHECK(!scratch_create(&h, region, "scratch"));
	while (!fuzz_at_end(&input)) {
		do_one(&h, &input);
		compare(&h);
	}
	check_all(&h);
	fuzz_give_region(region);
	return 0;
}
