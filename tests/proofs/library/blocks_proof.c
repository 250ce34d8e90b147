// SPDX-License-Identifier: MIT
/*
 * Blocks, from every state of the pool; one verb from there.
 *
 * Sound is what *_invariants() means, and without the sums that it forms: each free
 * block is on the stack once.
 */
#include <budgetmem/blocks.h>

struct thing {
	unsigned char byte[SIZE];
};

#define CONTENTS	BM_BLOCKS_CONTENTS_(SIZE, CAPACITY)
#include "errors.h"
#include "blocks.c"

BM_BLOCKS(things, struct thing, CAPACITY)

static bool was_live[CAPACITY];
static bool was_sound;

static uint8_t live(uint32_t index)
{
	return bm_blocks_live_(CONTENTS_NOW, SIZE, CAPACITY)[index];
}

static uint32_t stacked(uint32_t place)
{
	return bm_blocks_stack_(CONTENTS_NOW, SIZE, CAPACITY)[place];
}

static bool is_sound(void)
{
	bool seen[CAPACITY] = { false };
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (live(i) > 1)
			return false;
		count += live(i);
	}
	if (OBJECT->updating || OBJECT->len != count ||
	    OBJECT->peak > CAPACITY)
		return false;
	for (uint32_t i = 0; i < CAPACITY; i++) {
		uint32_t index = stacked(i);

		if (i < count)
			continue;
		if (index >= CAPACITY || live(index) || seen[index])
			return false;
		seen[index] = true;
	}
	return true;
}

static struct things any_blocks(void)
{
	struct things b = { .blocks = any_object(CAPACITY, SIZE) };

	for (uint32_t i = 0; i < CAPACITY; i++) {
		was_live[i] = live(i);
	}
	was_sound = is_sound();
	return b;
}

/* What a program has in its blocks is its own affair. */
static void assert_blocks_kept(void)
{
	uint32_t i = any_below(CAPACITY * SIZE);

	assert(CONTENTS_NOW[i] == before.contents[i]);
}

static uint32_t index_of(const struct thing *block)
{
	return (uint32_t)(((const unsigned char *)block - CONTENTS_NOW) / SIZE);
}

void prove_blocks_alloc(void)
{
	struct things b = any_blocks();
	struct thing *block = NULL;
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_alloc(&b, &block);
	int expected = either(write_error(), if_so(len == CAPACITY, -ENOSPC));

	assert(err == expected || (!expected && err == -EUCLEAN && !was_sound));
	assert(!block == !!err);
	if (err) {
		assert_nothing_done(err);
		REACHED();
		return;
	}
	assert_declaration_kept();
	assert_refused(false);
	assert_blocks_kept();
	assert_accounted(len, len + 1, SIZE);
	assert(((unsigned char *)block - CONTENTS_NOW) % SIZE == 0);
	assert(index_of(block) < CAPACITY);
	assert(!was_live[index_of(block)]);
	assert(!live(i) == (!was_live[i] && i != index_of(block)));
	assert(!was_sound || is_sound());
	REACHED();
}

/* Of any address at all. */
void prove_blocks_free(void)
{
	struct things b = any_blocks();
	uintptr_t address = nondet_u64();
	uintptr_t offset = address - (uintptr_t)CONTENTS_NOW;
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	bool is_ours = offset < SIZE * CAPACITY && offset % SIZE == 0;
	uint32_t index = is_ours ? (uint32_t)offset / SIZE : 0;
	int err = things_free(&b, (struct thing *)address);
	int expected = !address ? 0 :
		       either(write_error(), !is_ours ? -EINVAL :
			      !was_live[index] ? -ENOENT : if_so(!len, -EUCLEAN));

	assert(err == expected);
	if (err || !is_ours) {
		assert_nothing_done(err);
		REACHED();
		return;
	}
	assert_declaration_kept();
	assert_refused(false);
	assert_blocks_kept();
	assert_accounted(len, len - 1, SIZE);
	assert(!live(i) == (!was_live[i] || i == index));
	assert(!was_sound || is_sound());
	REACHED();
}

/* From whatever there is: live blocks stay, and all others are to be had again. */
void prove_blocks_repair(void)
{
	struct things b = any_blocks();
	uint32_t i = any_below(CAPACITY);
	int err = things_repair(&b);

	assert(!err);
	assert_declaration_kept();
	assert_blocks_kept();
	assert(!live(i) == !was_live[i]);
	assert(is_sound());
	REACHED();
}
