/* SPDX-License-Identifier: MIT */
/*
 * heap.h: what the files of the heap share
 *
 *	heap.c		the verbs
 *	heap-map.c	which granules are what
 *	heap-place.c	taking memory from free blocks, and merging it back
 *	heap-check.c	is it all as it must be, and making it so
 *
 * Memory is counted in granules of 16 bytes. A block reaches from its start bit to the
 * next one. A free bit at its start says that it is not in use; one at its end, that
 * it is in a bin and may be merged with what is freed behind it. Blocks that are held
 * back have only the first; where both are the same bit, the list of those held back
 * tells. All other free bits are 0. The bits at starts are the truth: all else can be
 * made anew from them, whatever they are.
 *
 * Numbers from the pool can be anything: granules are below the capacity before they
 * are used, links below the number of bins and granules, and the length of every loop
 * is known before it begins.
 */
#ifndef BUDGETMEM_LIB_HEAP_H
#define BUDGETMEM_LIB_HEAP_H

#include <budgetmem/heap.h>

#include "object.h"

#define NO_GRANULE	UINT32_MAX

#define likely(condition)	__builtin_expect(!!(condition), 1)
#define unlikely(condition)	__builtin_expect(!!(condition), 0)

/*
 * Granules of a block: [start, end). Passed as two numbers: as one argument it would be
 * read from memory in one piece right after having been written in two, which costs
 * processors as much as all the rest of an operation.
 */
struct bm_span {
	uint32_t start;
	uint32_t end;
};

/* heap-map.c: NO_GRANULE if the pool is damaged. */
uint32_t bm_heap_next_far(const struct bm_heap *heap, uint32_t word);
uint32_t bm_heap_previous_far(const struct bm_heap *heap, uint32_t word);

/* Takes the bit of a word that has become 0 from the levels above. */
void bm_heap_forget_word(const struct bm_heap *heap, uint32_t word);

/*
 * heap-place.c: the caller has begun an update. What returns -EUCLEAN has changed
 * nothing; after HALF_DONE, which only somebody who writes into the tables meanwhile
 * can bring about, the mark of the update must stay.
 */
#define HALF_DONE	(-ENOTRECOVERABLE)

/*
 * Takes @need granules, rounded up to a step if there is room for that, at a multiple of
 * @alignment bytes. -ENOSPC, -EUCLEAN.
 */
int bm_heap_take(const struct bm_heap *heap, uint32_t need, size_t alignment,
		 struct bm_span *taken);

/* Puts a block that is in no bin into one, merged with its neighbours. -EUCLEAN. */
int bm_heap_merge(const struct bm_heap *heap, uint32_t start, uint32_t end);

/*
 * Makes a block in use end at @new_end: sooner, or in the free block behind it. -EUCLEAN;
 * -ENOSPC if there is none that is large enough.
 */
int bm_heap_shrink(const struct bm_heap *heap, uint32_t new_end, uint32_t end);
int bm_heap_grow(const struct bm_heap *heap, uint32_t end, uint32_t new_end);

/*
 * Says anew how much may be held back, and merges some if that and @room granules are
 * too much. -EUCLEAN.
 */
int bm_heap_trim(const struct bm_heap *heap, uint32_t room);

/* Puts a free block into its bin and does nothing else. -EUCLEAN. */
int bm_heap_push(const struct bm_heap *heap, uint32_t start, uint32_t end);

/* Is this block, which is not in use, one of those that are held back? */
bool bm_heap_is_held(const struct bm_heap *heap, uint32_t start, uint32_t end);

/* Makes the bins and what is held back empty. */
void bm_heap_empty_bins(const struct bm_heap *heap);

/* heap-check.c: makes one free block of everything. */
void bm_heap_reset(const struct bm_heap *heap);

/* Granules of the first block of the largest class, 0 if there is none. -EUCLEAN. */
int bm_heap_top_block(const struct bm_heap *heap, uint32_t *size);

/* The class of a free block, and the smallest size of a class. */
static inline uint32_t bm_heap_class(uint32_t granules)
{
	return BM_HEAP_CLASS_(granules);
}

static inline uint32_t bm_heap_class_size(uint32_t class)
{
	return class < 16 ? class : (16 + (class & 15)) << ((class >> 4) - 1);
}

/* The first class whose blocks are all at least that large. */
static inline uint32_t bm_heap_class_above(uint32_t granules)
{
	unsigned int shift = (unsigned int)BM_HEAP_SHIFT_(granules);

	return (shift << 4) + ((granules + (1u << shift) - 1) >> shift);
}

/* The smallest size of that class: one look for the highest bit serves both. */
static inline uint32_t bm_heap_round(uint32_t granules)
{
	unsigned int shift = (unsigned int)BM_HEAP_SHIFT_(granules);

	return (granules + (1u << shift) - 1) >> shift << shift;
}

/* What a block of so many granules is rounded up to. */
static inline uint32_t bm_heap_step(uint32_t granules)
{
	return granules > BM_HEAP_HELD_SIZE / BM_HEAP_ALIGNMENT ? granules :
	       bm_heap_round(granules);
}

/*
 * Is a block of @have granules one that an alloc of @granules gives? Or one that was given
 * for more, with less than its whole step, and was made smaller within that.
 */
static inline bool bm_heap_is_size(uint32_t granules, uint32_t have)
{
	return granules <= have && have <= bm_heap_step(granules);
}

/*
 * A 64-bit word is read and written whole. Threads that share a heap by caches read
 * the bits of their own blocks while another thread, which has the lock, writes those
 * of others.
 */
static inline __u64 bm_heap_read(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void bm_heap_write(__u64 *word, __u64 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* The same for numbers of 32 bits. Whoever decides by one of a pool reads it once. */
static inline uint32_t bm_heap_read_half(const uint32_t *number)
{
	return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static inline void bm_heap_write_half(uint32_t *number, uint32_t value)
{
	__atomic_store_n(number, value, __ATOMIC_RELAXED);
}

static inline __u64 bm_heap_bit(uint32_t number)
{
	return (__u64)1 << (number & 63);
}

static inline uint32_t bm_lowest_bit(__u64 word)
{
	return (uint32_t)__builtin_ctzll(word);
}

static inline uint32_t bm_highest_bit(__u64 word)
{
	return 63 - (uint32_t)__builtin_clzll(word);
}

static inline bool bm_heap_is_start(const struct bm_heap *heap, uint32_t granule)
{
	return bm_heap_read(&heap->map[granule / 64].starts) &
	       bm_heap_bit(granule);
}

static inline bool bm_heap_is_free(const struct bm_heap *heap, uint32_t granule)
{
	return bm_heap_read(&heap->map[granule / 64].frees) &
	       bm_heap_bit(granule);
}

static inline void bm_heap_set_free(const struct bm_heap *heap, uint32_t granule)
{
	__u64 *word = &heap->map[granule / 64].frees;

	bm_heap_write(word, bm_heap_read(word) | bm_heap_bit(granule));
}

static inline void bm_heap_clear_free(const struct bm_heap *heap, uint32_t granule)
{
	__u64 *word = &heap->map[granule / 64].frees;

	bm_heap_write(word, bm_heap_read(word) & ~bm_heap_bit(granule));
}

/*
 * Whoever dies leaves the bits at starts as they were at one moment: a start is set
 * after it has been said whether the block is free, and taken away before.
 */
static inline void bm_heap_set_start(const struct bm_heap *heap, uint32_t granule)
{
	uint32_t at = granule / 64;
	__u64 *word = &heap->map[at].starts;

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	bm_heap_write(word, bm_heap_read(word) | bm_heap_bit(granule));
	for (unsigned int i = 0; i < BM_HEAP_LEVELS; i++) {
		__u64 above;

		word = heap->level[i] + at / 64;
		above = bm_heap_read(word);
		if (above & bm_heap_bit(at))
			return;
		bm_heap_write(word, above | bm_heap_bit(at));
		at /= 64;
	}
}

static inline void bm_heap_clear_start(const struct bm_heap *heap,
				       uint32_t granule)
{
	__u64 *word = &heap->map[granule / 64].starts;
	__u64 rest = bm_heap_read(word) & ~bm_heap_bit(granule);

	bm_heap_write(word, rest);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!rest)
		bm_heap_forget_word(heap, granule / 64);
}

/*
 * Where the block ends that begins at @granule: the next start, or the capacity.
 * @word holds the start bits around it. Blocks of up to some kilobytes end there or in
 * one of the next words, for which a look at one level is enough. NO_GRANULE if the
 * pool is damaged.
 */
static inline uint32_t bm_heap_end_from(const struct bm_heap *heap, __u64 word,
					uint32_t granule)
{
	uint32_t at = granule / 64;
	__u64 above;

	word &= ~(__u64)1 << (granule & 63);
	if (word)
		goto found;
	above = bm_heap_read(heap->level[0] + at / 64);
	above &= ~(__u64)1 << (at & 63);
	if (unlikely(!above))
		return bm_heap_next_far(heap, at);
	at = at / 64 * 64 + bm_lowest_bit(above);
	if (unlikely(at >= heap->words))
		return NO_GRANULE;
	word = bm_heap_read(&heap->map[at].starts);
	if (unlikely(!word))
		return NO_GRANULE;
found:
	at = at * 64 + bm_lowest_bit(word);
	return likely(at < heap->object.capacity) ? at : NO_GRANULE;
}

static inline uint32_t bm_heap_end(const struct bm_heap *heap, uint32_t granule)
{
	return bm_heap_end_from(heap,
				bm_heap_read(&heap->map[granule / 64].starts),
				granule);
}

/* Where the block begins that ends before @granule. NO_GRANULE: damaged. */
static inline uint32_t bm_heap_start(const struct bm_heap *heap, uint32_t granule)
{
	uint32_t at = granule / 64;
	__u64 word = bm_heap_read(&heap->map[at].starts);
	__u64 above;

	word &= bm_heap_bit(granule) - 1;
	if (word)
		return at * 64 + bm_highest_bit(word);
	above = bm_heap_read(heap->level[0] + at / 64) & (bm_heap_bit(at) - 1);
	if (unlikely(!above))
		return bm_heap_previous_far(heap, at);
	at = at / 64 * 64 + bm_highest_bit(above);
	word = bm_heap_read(&heap->map[at].starts);
	return likely(word) ? at * 64 + bm_highest_bit(word) : NO_GRANULE;
}

static inline void *bm_heap_address(const struct bm_heap *heap, uint32_t granule)
{
	return heap->memory + (size_t)granule * BM_HEAP_ALIGNMENT;
}

/* How many of a class are held back: never more than there is room for. */
static inline uint32_t bm_heap_held_count(const struct bm_heap_held *held)
{
	uint32_t count = bm_heap_read_half(&held->count);

	return count < BM_HEAP_HELD ? count : BM_HEAP_HELD;
}

#endif /* BUDGETMEM_LIB_HEAP_H */
