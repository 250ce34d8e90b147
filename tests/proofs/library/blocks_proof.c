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

/* Does a block begin at this address, and which? */
static bool begins(uintptr_t address, uint32_t *index)
{
	uintptr_t offset = address - (uintptr_t)CONTENTS_NOW;

	*index = offset < SIZE * CAPACITY ? (uint32_t)offset / SIZE : 0;
	return offset < SIZE * CAPACITY && offset % SIZE == 0;
}

/* Of any address at all. */
void prove_blocks_free(void)
{
	struct things b = any_blocks();
	uintptr_t address = nondet_u64();
	uint32_t index, len = before.object.len, i = any_below(CAPACITY);
	bool is_ours = begins(address, &index);
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

static unsigned char *block_at(size_t index)
{
	return CONTENTS_NOW + index * SIZE;
}

/* Of any index. */
void prove_blocks_get(void)
{
	struct things b = any_blocks();
	struct thing *block = NULL;
	size_t index = nondet_u64();
	bool is_there = index < CAPACITY && was_live[index];
	int err = things_get(&b, index, &block);

	assert(err == either(if_so(index >= CAPACITY, -ERANGE),
			     if_so(!is_there, -ENOENT)));
	assert((unsigned char *)block == (err ? NULL : block_at(index)));
	assert(things_is_live(&b, index) == is_there);
	assert(things_at(&b, index) == block);
	assert_nothing_done(0);
	REACHED();
}

/* Of any address at all. */
void prove_blocks_index(void)
{
	struct things b = any_blocks();
	uintptr_t address = nondet_u64();
	size_t number = CAPACITY;
	uint32_t index;
	bool is_ours = begins(address, &index);
	int err = things_index(&b, (const struct thing *)address, &number);

	assert(err == (!is_ours ? -EINVAL : if_so(!was_live[index], -ENOENT)));
	assert(number == (err ? CAPACITY : index));
	assert(things_owns(&b, (const void *)address) ==
	       (address - (uintptr_t)CONTENTS_NOW < SIZE * CAPACITY));
	assert_nothing_done(0);
	REACHED();
}

/* From any cursor on: the first that is live. */
void prove_blocks_next(void)
{
	struct things b = any_blocks();
	struct thing *block = NULL;
	size_t start = nondet_u64(), cursor = start, first = start;
	int err = things_next(&b, &cursor, &block);

	while (first < CAPACITY && !was_live[first])
		first++;
	assert(err == either(read_error(), if_so(first >= CAPACITY, -ENOENT)));
	if (read_error())
		assert(cursor == start);
	else
		assert(cursor == (err ? CAPACITY : first + 1));
	assert((unsigned char *)block == (err ? NULL : block_at(first)));
	assert_nothing_done(0);
	REACHED();
}

/* Makes it sound whatever it was, and the least block is the next to be had. */
void prove_blocks_clear(void)
{
	struct things b = any_blocks();
	uint32_t i = any_below(CAPACITY);

	things_clear(&b);
	assert_declaration_kept();
	assert_refused(false);
	assert_blocks_kept();
	assert(!OBJECT->len && !live(i) && stacked(i) == i);
	assert(is_sound());
	REACHED();
}

/* Is what lies beyond the length free, whether or not it is all that is? */
static bool is_stack_free(void)
{
	for (uint32_t i = before.object.len; i < CAPACITY; i++)
		if (stacked(i) >= CAPACITY || live(stacked(i)))
			return false;
	return true;
}

static bool is_on_stack_twice(void)
{
	for (uint32_t i = before.object.len; i < CAPACITY; i++)
		for (uint32_t k = before.object.len; k < i; k++)
			if (stacked(i) == stacked(k))
				return true;
	return false;
}

/* Fewer live blocks than the length are what a death leaves, if all else is right. */
void prove_blocks_invariants(void)
{
	struct things b = any_blocks();
	bool is_declared = has_declaration(SIZE) && before.object.peak <= CAPACITY;
	bool is_right = is_stack_free();
	uint32_t count = 0;
	int err = things_invariants(&b), expected;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		is_right = is_right && live(i) <= 1;
		count += live(i);
	}
	is_right = is_right && !is_on_stack_twice() && count < before.object.len;
	expected = is_right ? -EOWNERDEAD : if_so(!was_sound, -EUCLEAN);
	assert(err == either(if_so(!is_declared, -EUCLEAN),
			     either(write_error(), expected)));
	assert_nothing_done(0);
	REACHED();
}
