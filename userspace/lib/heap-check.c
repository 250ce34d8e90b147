// SPDX-License-Identifier: MIT
/*
 * heap-check.c: is a heap as it must be, and making it so
 */
#include "heap.h"

/* The bits of a word that stand for granules which there are. */
static __u64 existing(const struct bm_heap *heap, uint32_t word)
{
	uint32_t rest = heap->object.capacity - word * 64;

	return rest < 64 ? bm_heap_bit(rest) - 1 : ~(__u64)0;
}

static __u64 word_below(const struct bm_heap *heap, unsigned int level,
			uint32_t at)
{
	return level ? bm_heap_read(heap->level[level - 1] + at) :
		       bm_heap_read(&heap->map[at].starts);
}

static uint32_t words_below(const struct bm_heap *heap, unsigned int level)
{
	return level ? heap->level_words[level - 1] : heap->words;
}

/* What a word of a level has to be. */
static __u64 summary(const struct bm_heap *heap, unsigned int level, uint32_t at)
{
	uint32_t below = words_below(heap, level) - at * 64;
	__u64 word = 0;

	for (uint32_t i = 0; i < 64 && i < below; i++) {
		if (word_below(heap, level, at * 64 + i))
			word |= bm_heap_bit(i);
	}
	return word;
}

static void rebuild_levels(const struct bm_heap *heap)
{
	for (unsigned int i = 0; i < BM_HEAP_LEVELS; i++) {
		for (uint32_t at = 0; at < heap->level_words[i]; at++)
			bm_heap_write(heap->level[i] + at, summary(heap, i, at));
	}
}

static bool levels_agree(const struct bm_heap *heap)
{
	for (unsigned int i = 0; i < BM_HEAP_LEVELS; i++) {
		for (uint32_t at = 0; at < heap->level_words[i]; at++) {
			if (bm_heap_read(heap->level[i] + at) != summary(heap, i, at))
				return false;
		}
	}
	return true;
}

/*
 * Whoever dies here leaves blocks that were there before, from one of them on, and free
 * memory before: a block is said to be free before its start bit goes.
 */
static void make_one_block(const struct bm_heap *heap)
{
	bm_heap_set_free(heap, 0);
	for (uint32_t at = 0; at < heap->words; at++) {
		struct bm_heap_map *map = &heap->map[at];
		__u64 first = at ? 0 : 1;

		bm_heap_write(&map->frees, bm_heap_read(&map->frees) |
			      bm_heap_read(&map->starts));
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		bm_heap_write(&map->starts, first);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		bm_heap_write(&map->frees, first);
	}
}

void bm_heap_reset(const struct bm_heap *heap)
{
	uint32_t capacity = heap->object.capacity;

	make_one_block(heap);
	rebuild_levels(heap);
	bm_heap_empty_bins(heap);
	bm_heap_set_free(heap, capacity - 1);
	__atomic_store_n(&heap->state->blocks, 0, __ATOMIC_RELAXED);
	bm_heap_push(heap, 0, capacity);
	bm_heap_trim(heap, 0);
}

void bm_heap_clear_(struct bm_heap *heap)
{
	bm_handle_update_begin_(&heap->object);
	bm_heap_reset(heap);
	bm_handle_empty_(&heap->object);
}

/*
 * Only the bits at starts are believed, and free blocks that lie side by side become
 * one: bit by bit from the first to the last, so that whoever dies here leaves what
 * can be repaired as well.
 */
static void keep_truth(const struct bm_heap *heap)
{
	bool last_is_free = false;

	for (uint32_t at = 0; at < heap->words; at++) {
		struct bm_heap_map *map = &heap->map[at];
		__u64 starts = bm_heap_read(&map->starts) & existing(heap, at);
		__u64 frees;

		if (!at)
			starts |= 1;
		frees = bm_heap_read(&map->frees) & starts;
		for (__u64 left = starts; left; left &= left - 1) {
			__u64 bit = left & (0 - left);

			if ((frees & bit) && last_is_free)
				starts &= ~bit;
			last_is_free = frees & bit;
		}
		bm_heap_write(&map->starts, starts);
		bm_heap_write(&map->frees, frees & starts);
	}
}

/* The bins anew, from the bits. Returns the granules in use. */
static uint32_t rebuild_bins(const struct bm_heap *heap)
{
	struct bm_span block = { 0, 0 };
	uint32_t blocks = 0;
	uint32_t used = 0;

	bm_heap_empty_bins(heap);
	while (block.start < heap->object.capacity) {
		block.end = bm_heap_end(heap, block.start);
		if (block.end == NO_GRANULE)
			break;
		if (bm_heap_is_free(heap, block.start)) {
			bm_heap_set_free(heap, block.end - 1);
			bm_heap_push(heap, block.start, block.end);
		} else {
			used += block.end - block.start;
			blocks++;
		}
		block.start = block.end;
	}
	__atomic_store_n(&heap->state->blocks, blocks, __ATOMIC_RELAXED);
	return used;
}

int bm_heap_repair_(struct bm_heap *heap)
{
	uint32_t before = (uint32_t)bm_handle_bounded_len_(&heap->object);
	uint32_t used;

	bm_handle_update_begin_(&heap->object);
	keep_truth(heap);
	rebuild_levels(heap);
	used = rebuild_bins(heap);
	bm_heap_trim(heap, 0);
	bm_handle_set_len_(&heap->object, before, used);
	if (heap->object.object->peak > heap->object.capacity)
		heap->object.object->peak = used;
	bm_handle_end_repair(&heap->object);
	return 0;
}

/* What a walk over all blocks has found. */
struct tally {
	uint32_t used;
	uint32_t blocks;
	uint32_t binned;
	uint32_t held;
	uint32_t held_blocks;
	uint32_t free_bits;
};

static void count_block(const struct bm_heap *heap, struct bm_span block,
			struct tally *tally)
{
	uint32_t size = block.end - block.start;

	if (!bm_heap_is_free(heap, block.start)) {
		tally->used += size;
		tally->blocks++;
	} else if (bm_heap_is_held(heap, block.start, block.end)) {
		tally->held += size;
		tally->held_blocks++;
		tally->free_bits++;
	} else {
		tally->binned++;
		tally->free_bits += size > 1 ? 2 : 1;
	}
}

static bool is_binned(const struct bm_heap *heap, struct bm_span block)
{
	return bm_heap_is_free(heap, block.start) &&
	       !bm_heap_is_held(heap, block.start, block.end);
}

static int walk_blocks(const struct bm_heap *heap, struct tally *tally)
{
	struct bm_span block = { 0, 0 };
	bool last_is_binned = false;

	if (!bm_heap_is_start(heap, 0))
		return -EUCLEAN;
	while (block.start < heap->object.capacity) {
		block.end = bm_heap_end(heap, block.start);
		if (block.end == NO_GRANULE)
			return -EUCLEAN;
		count_block(heap, block, tally);
		if (is_binned(heap, block) && last_is_binned)
			return -EUCLEAN;
		last_is_binned = is_binned(heap, block);
		block.start = block.end;
	}
	return 0;
}

static bool bits_agree(const struct bm_heap *heap, const struct tally *tally)
{
	uint32_t starts = 0;
	uint32_t frees = 0;

	for (uint32_t at = 0; at < heap->words; at++) {
		__u64 word = bm_heap_read(&heap->map[at].starts);

		if (word & ~existing(heap, at))
			return false;
		starts += (uint32_t)__builtin_popcountll(word);
		word = bm_heap_read(&heap->map[at].frees);
		frees += (uint32_t)__builtin_popcountll(word);
	}
	return frees == tally->free_bits &&
	       starts == tally->blocks + tally->binned + tally->held_blocks;
}

/* Is this link, found in the ring of a bin, that of a free block of its class? */
static bool belongs(const struct bm_heap *heap, uint32_t bin, uint32_t number)
{
	uint32_t granule = number - heap->bins;
	struct bm_span block = { granule, 0 };

	if (number < heap->bins || granule >= heap->object.capacity ||
	    !bm_heap_is_start(heap, granule))
		return false;
	block.end = bm_heap_end(heap, granule);
	return block.end != NO_GRANULE && is_binned(heap, block) &&
	       bm_heap_class(block.end - block.start) == bin;
}

/* Walks one ring and takes its blocks from @left, how many there can be. */
static bool ring_agrees(const struct bm_heap *heap, uint32_t bin, uint32_t *left)
{
	uint32_t last = bin;
	uint32_t next = bm_heap_read_half(&heap->links[bin].next);
	bool empty = next == bin;
	bool marked = bm_heap_read(&heap->state->bins[bin / 64]) &
		      bm_heap_bit(bin);

	if (marked == empty)
		return false;
	while (next != bin) {
		if (!*left || !belongs(heap, bin, next) ||
		    heap->links[next].previous != last)
			return false;
		--*left;
		last = next;
		next = bm_heap_read_half(&heap->links[last].next);
	}
	return heap->links[bin].previous == last;
}

static bool bins_agree(const struct bm_heap *heap, uint32_t binned)
{
	const struct bm_heap_state *state = heap->state;
	__u64 filled = 0;

	for (uint32_t bin = 0; bin < heap->bins; bin++) {
		if (!ring_agrees(heap, bin, &binned))
			return false;
	}
	for (uint32_t at = 0; at < 8; at++) {
		__u64 word = bm_heap_read(&state->bins[at]);

		if (word && at * 64 + bm_highest_bit(word) >= heap->bins)
			return false;
		if (word)
			filled |= bm_heap_bit(at);
	}
	return !binned && filled == bm_heap_read(&state->filled);
}

/* Held blocks are counted by their bits: each must be in the list of its class. */
static bool is_list_sound(const struct bm_heap *heap, uint32_t class)
{
	const struct bm_heap_held *held = &heap->held[class];
	uint32_t count = bm_heap_read_half(&held->count);

	if (count > BM_HEAP_HELD)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct bm_span block = { bm_heap_read_half(&held->granule[i]), 0 };

		if (block.start >= heap->object.capacity ||
		    !bm_heap_is_start(heap, block.start) ||
		    !bm_heap_is_free(heap, block.start))
			return false;
		block.end = bm_heap_end(heap, block.start);
		if (block.end == NO_GRANULE || !bm_heap_is_held(heap, block.start, block.end) ||
		    block.end - block.start != bm_heap_class_size(class))
			return false;
		for (uint32_t j = 0; j < i; j++) {
			if (held->granule[j] == block.start)
				return false;
		}
	}
	return true;
}

static bool held_agree(const struct bm_heap *heap, const struct tally *tally)
{
	uint32_t most = heap->object.capacity / 8;
	uint32_t blocks = 0;

	for (uint32_t class = 0; class < heap->held_classes; class++) {
		if (!is_list_sound(heap, class))
			return false;
		blocks += heap->held[class].count;
	}
	return blocks == tally->held_blocks && heap->state->held == tally->held &&
	       tally->held <= most && bm_heap_read_half(&heap->state->held_limit) <= most;
}

int bm_heap_invariants_(const struct bm_heap *heap)
{
	struct tally tally = { .used = 0 };
	int err = bm_handle_invariants(&heap->object);

	if (!err)
		err = walk_blocks(heap, &tally);
	if (err)
		return err;
	if (tally.used != heap->object.object->len ||
	    tally.blocks != heap->state->blocks ||
	    !bits_agree(heap, &tally) || !levels_agree(heap) ||
	    !bins_agree(heap, tally.binned) || !held_agree(heap, &tally))
		return -EUCLEAN;
	return 0;
}
