/* SPDX-License-Identifier: MIT */
/*
 * A heap of CAPACITY granules, and what of it proofs ask for.
 *
 * The parts of the heap are objects of their own here, where a heap has them one behind
 * the other: so an access beyond any of them is found. Declared heaps hold nothing back
 * below 512 granules; here classes up to HELD are, and two blocks of each. Two levels of
 * bits are one more than there is use for.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_SMALL_HEAP_H
#define BUDGETMEM_PROOFS_LIBRARY_SMALL_HEAP_H

#include <budgetmem/heap.h>

#undef BM_HEAP_HELD
#define BM_HEAP_HELD	2
#undef BM_HEAP_LEVELS
#define BM_HEAP_LEVELS	2

#define CONTENTS	1
#include "errors.h"

#include "heap.h"

/* Where they are used: a pointer to what is not known costs the model checker minutes. */
#define bm_heap_read_half(number)		(*(number))
#define bm_heap_write_half(number, value)	(*(number) = (value))

#include "heap-map.c"
#if HELD
#include "heap-place.c"
#else
/* Nothing is held back, and so there is nothing to trim. */
#define bm_heap_trim	bm_heap_trim_held
#include "heap-place.c"
#undef bm_heap_trim

int bm_heap_trim(const struct bm_heap *heap, uint32_t room)
{
	(void)room;
	heap->state->held_limit = 0;
	return 0;
}
#endif
#include "heap-check.c"
#define find_block	find_block_in_use
#include "heap.c"

#define BINS		BM_HEAP_BINS_(CAPACITY)

/* Granules that may be held back, where an eighth is none: a stand-in makes it a half. */
#define MOST_HELD	(CAPACITY / 2)

static struct bm_heap_state state;
static struct bm_heap_held held[HELD + 1];
static struct bm_heap_map map[1];
static __u64 level_0[1], level_1[1];
static struct bm_heap_link links[BINS + CAPACITY];

/**
 * struct parts - of the heap, before the verb
 * @state: all of it
 * @held: of each class
 * @map: the only word
 * @level: the only word of each
 * @links: bins, then memory
 */
struct parts {
	struct bm_heap_state state;
	struct bm_heap_held held[HELD + 1];
	struct bm_heap_map map;
	__u64 level[2];
	struct bm_heap_link links[BINS + CAPACITY];
};

static struct parts was;

static void remember(void)
{
	was.state = state;
	was.map = map[0];
	was.level[0] = level_0[0];
	was.level[1] = level_1[0];
	for (uint32_t i = 0; i < HELD + 1; i++)
		was.held[i] = held[i];
	for (uint32_t i = 0; i < BINS + CAPACITY; i++)
		was.links[i] = links[i];
}

static uint32_t granule_of_address(uintptr_t address)
{
	return (uint32_t)((address - (uintptr_t)(links + BINS)) / 16);
}

static struct bm_heap any_heap(void)
{
	struct bm_heap heap = {
		.object = any_object(CAPACITY, BM_HEAP_ALIGNMENT),
		.state = &state, .held = held,
		.map = map,
		.level = { level_0, level_1 },
		.links = links, .memory = (unsigned char *)(links + BINS),
		.level_words = { 1, 1 },
		.words = 1, .bins = BINS, .held_classes = HELD + 1,
	};

	__CPROVER_havoc_object(&state);
	__CPROVER_havoc_object(map);
	__CPROVER_havoc_object(level_0);
	__CPROVER_havoc_object(level_1);
	__CPROVER_havoc_object(held);
	__CPROVER_havoc_object(links);
	remember();
	return heap;
}

static bool has_bit(__u64 word, uint32_t number)
{
	return word >> number & 1;
}

/* How many granules the block has that begins there, 0 if there is none. */
static void measure(uint32_t *size)
{
	uint32_t end = CAPACITY;

	for (uint32_t i = CAPACITY; i-- > 0;) {
		size[i] = has_bit(map[0].starts, i) ? end - i : 0;
		if (size[i])
			end = i;
	}
}

/* Single granules that are held back are in the list of class 1. */
static bool is_listed(uint32_t granule)
{
	const struct bm_heap_held *list = held + (HELD > 0);
	bool found = false;

	for (uint32_t i = 0; i < BM_HEAP_HELD; i++)
		found |= i < list->count && list->granule[i] == granule;
	return found;
}

/* Others that are have no free bit at their end. */
static bool is_held_back(const uint32_t *size, uint32_t i)
{
	if (!HELD || !size[i] || !has_bit(map[0].frees, i))
		return false;
	return size[i] == 1 ? is_listed(i) : !has_bit(map[0].frees, i + size[i] - 1);
}

/* Does a block begin there that is in a bin? */
static bool is_binned_at(const uint32_t *size, uint32_t i)
{
	return size[i] && has_bit(map[0].frees, i) && !is_held_back(size, i);
}

/* Free bits are at both ends of blocks in bins, and these are not side by side. */
static bool are_bits_sound(const uint32_t *size)
{
	__u64 frees = 0;
	bool last_is_binned = false;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (!size[i])
			continue;
		if (is_binned_at(size, i)) {
			if (last_is_binned)
				return false;
			frees |= (__u64)1 << (i + size[i] - 1);
		}
		frees |= map[0].frees & (__u64)1 << i;
		last_is_binned = is_binned_at(size, i);
	}
	return size[0] && map[0].frees == frees && map[0].starts >> CAPACITY == 0;
}

/* The ring of a bin has all its blocks: free ones of its class, which is their size. */
static bool is_bin_sound(const uint32_t *size, uint32_t bin)
{
	uint32_t next = links[bin].next, last = bin, count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++)
		count += size[i] == bin && is_binned_at(size, i);
	if (has_bit(state.bins[0], bin) != (count > 0))
		return false;
	for (uint32_t i = 0; i < (CAPACITY + 1) / 2 && i < count; i++) {
		uint32_t granule = next - BINS;

		if (granule >= CAPACITY || size[granule] != bin ||
		    !is_binned_at(size, granule) ||
		    links[next].previous != last)
			return false;
		last = next;
		next = links[next].next;
	}
	return next == bin && links[bin].previous == last;
}

static bool are_bins_sound(const uint32_t *size)
{
	for (uint32_t bin = 1; bin < BINS; bin++)
		if (!is_bin_sound(size, bin))
			return false;
	return !links[0].next && !links[0].previous &&
	       state.filled == (state.bins[0] != 0) &&
	       state.bins[0] >> BINS == 0 && !has_bit(state.bins[0], 0);
}

static bool are_counts_sound(const uint32_t *size)
{
	uint32_t used = 0, blocks = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (!size[i] || has_bit(map[0].frees, i))
			continue;
		used += size[i];
		blocks++;
	}
	return OBJECT->len == used && state.blocks == blocks;
}

/* A class has blocks of its own size, each of them once. */
static bool is_list_whole(const uint32_t *size, uint32_t class)
{
	const struct bm_heap_held *list = held + class;

	if (list->count > BM_HEAP_HELD)
		return false;
	for (uint32_t i = 0; i < BM_HEAP_HELD && i < list->count; i++) {
		uint32_t granule = list->granule[i];

		if (granule >= CAPACITY || size[granule] != class ||
		    !is_held_back(size, granule))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (list->granule[k] == granule)
				return false;
	}
	return true;
}

/* What is held back is in the lists, and no more than there may be. */
static bool are_lists_sound(const uint32_t *size)
{
	uint32_t granules = 0, blocks = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (!is_held_back(size, i))
			continue;
		granules += size[i];
		blocks++;
	}
	for (uint32_t class = 1; class <= HELD; class++) {
		if (!is_list_whole(size, class))
			return false;
		blocks -= held[class].count;
	}
	return !held[0].count && !blocks && state.held == granules &&
	       (!HELD || (granules <= MOST_HELD && state.held_limit <= MOST_HELD));
}

/* All but what the header says of an update. */
static bool are_parts_sound(void)
{
	uint32_t size[CAPACITY];

	measure(size);
	if (level_0[0] != 1 || level_1[0] != 1)
		return false;
	for (uint32_t i = 1; i < 8; i++)
		if (state.bins[i])
			return false;
	return OBJECT->peak <= CAPACITY && are_bits_sound(size) &&
	       are_bins_sound(size) && are_counts_sound(size) &&
	       are_lists_sound(size);
}

/* What *_invariants() means, but for what the header declares. */
static bool is_sound(void)
{
	return !OBJECT->updating && are_parts_sound();
}

static struct bm_heap sound_heap(void)
{
	struct bm_heap heap = any_heap();

	__CPROVER_assume(is_sound());
	return heap;
}

/* The block that this granule is in, as the bits say it. */
static struct bm_span block_at(struct bm_heap_map bits, uint32_t granule)
{
	struct bm_span block = { granule, granule + 1 };

	while (block.start && !(bits.starts >> block.start & 1))
		block.start--;
	while (block.end < CAPACITY && !(bits.starts >> block.end & 1))
		block.end++;
	return block;
}

static bool is_used(struct bm_heap_map bits, uint32_t granule)
{
	return !(bits.frees >> block_at(bits, granule).start & 1);
}

/* How many granules of none that is in use lie one behind the other. */
static uint32_t longest_run(struct bm_heap_map bits)
{
	uint32_t run = 0, longest = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		run = is_used(bits, i) ? 0 : run + 1;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static uint32_t granules_of(size_t size)
{
	size_t granules = size / 16 + (size % 16 != 0);

	return granules > CAPACITY ? CAPACITY + 1 : granules ? (uint32_t)granules : 1;
}

static bool are_equal(const struct bm_heap_link *a, const struct bm_heap_link *b)
{
	return a->next == b->next && a->previous == b->previous &&
	       a->unused[0] == b->unused[0] && a->unused[1] == b->unused[1];
}

/* All blocks in use are what and where they were; but this one, if there is one. */
static void assert_others_kept(uint32_t start, uint32_t end)
{
	uint32_t i = any_below(CAPACITY);
	struct bm_span then = block_at(was.map, i), now = block_at(map[0], i);

	if (i >= start && i < end)
		return;
	assert(is_used(was.map, i) == is_used(map[0], i));
	if (!is_used(was.map, i))
		return;
	assert(then.start == now.start && then.end == now.end);
	assert(are_equal(links + BINS + i, was.links + BINS + i));
}

static int error_of(uintptr_t address)
{
	uintptr_t offset = address - (uintptr_t)(links + BINS);
	uint32_t granule = (uint32_t)(offset / 16);

	if (offset >= 16 * CAPACITY || offset % 16)
		return -EINVAL;
	if (!is_used(was.map, granule))
		return -ENOENT;
	return if_so(!(was.map.starts >> granule & 1), -EINVAL);
}

#endif
