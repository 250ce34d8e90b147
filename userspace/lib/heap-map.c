// SPDX-License-Identifier: MIT
/*
 * heap-map.c: which granules are what: where it is not said nearby
 */
#include "heap.h"

/* From a word of level @level that has bits down to the first granule of it. */
static uint32_t descend_first(const struct bm_heap *heap, unsigned int level,
			      uint32_t at)
{
	__u64 word;

	while (level--) {
		if (at >= heap->level_words[level])
			return NO_GRANULE;
		word = bm_heap_read(heap->level[level] + at);
		if (!word)
			return NO_GRANULE;
		at = at * 64 + bm_lowest_bit(word);
	}
	if (at >= heap->words)
		return NO_GRANULE;
	word = bm_heap_read(&heap->map[at].starts);
	if (!word)
		return NO_GRANULE;
	at = at * 64 + bm_lowest_bit(word);
	return at < heap->object.capacity ? at : NO_GRANULE;
}

/* @word and those that its word on level 0 still speaks of have no start behind. */
uint32_t bm_heap_next_far(const struct bm_heap *heap, uint32_t word)
{
	uint32_t at = word / 64;

	for (unsigned int i = 1; i < BM_HEAP_LEVELS; i++) {
		__u64 above = bm_heap_read(heap->level[i] + at / 64);

		above &= ~(__u64)1 << (at & 63);
		at /= 64;
		if (above)
			return descend_first(heap, i,
					     at * 64 + bm_lowest_bit(above));
	}
	return heap->object.capacity;
}

static uint32_t descend_last(const struct bm_heap *heap, unsigned int level,
			     uint32_t at)
{
	__u64 word;

	while (level--) {
		word = bm_heap_read(heap->level[level] + at);
		if (!word)
			return NO_GRANULE;
		at = at * 64 + bm_highest_bit(word);
	}
	word = bm_heap_read(&heap->map[at].starts);
	return word ? at * 64 + bm_highest_bit(word) : NO_GRANULE;
}

/* What is found lies before what was asked for, so that it is within bounds. */
uint32_t bm_heap_previous_far(const struct bm_heap *heap, uint32_t word)
{
	uint32_t at = word / 64;

	for (unsigned int i = 1; i < BM_HEAP_LEVELS; i++) {
		__u64 above = bm_heap_read(heap->level[i] + at / 64);

		above &= bm_heap_bit(at) - 1;
		at /= 64;
		if (above)
			return descend_last(heap, i,
					    at * 64 + bm_highest_bit(above));
	}
	return NO_GRANULE;
}

void bm_heap_forget_word(const struct bm_heap *heap, uint32_t word)
{
	for (unsigned int i = 0; i < BM_HEAP_LEVELS; i++) {
		__u64 *above = heap->level[i] + word / 64;
		__u64 rest = bm_heap_read(above) & ~bm_heap_bit(word);

		bm_heap_write(above, rest);
		if (rest)
			return;
		word /= 64;
	}
}
