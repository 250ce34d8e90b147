// SPDX-License-Identifier: MIT
/*
 * heap-place.c: taking memory from free blocks, and merging it back
 *
 * Bins are rings of links: the bin itself is one, so that there is no first and no
 * last block that would be a case of its own.
 */
#include "heap.h"

/* Of what is held back, what one operation passes by and merges at most. */
#define TRIM_CLASSES	8
#define TRIM_BLOCKS	2

static bool is_link(const struct bm_heap *heap, uint32_t number)
{
	return number < heap->bins + heap->object.capacity;
}

static void mark_bin(const struct bm_heap *heap, uint32_t bin)
{
	struct bm_heap_state *state = heap->state;
	__u64 *word = &state->bins[bin / 64];

	bm_heap_write(word, bm_heap_read(word) | bm_heap_bit(bin));
	bm_heap_write(&state->filled,
		      bm_heap_read(&state->filled) | bm_heap_bit(bin / 64));
}

static void unmark_bin(const struct bm_heap *heap, uint32_t bin)
{
	struct bm_heap_state *state = heap->state;
	__u64 *word = &state->bins[bin / 64];
	__u64 rest = bm_heap_read(word) & ~bm_heap_bit(bin);

	bm_heap_write(word, rest);
	if (!rest)
		bm_heap_write(&state->filled, bm_heap_read(&state->filled) &
			      ~bm_heap_bit(bin / 64));
}

int bm_heap_push(const struct bm_heap *heap, uint32_t start, uint32_t end)
{
	uint32_t bin = bm_heap_class(end - start);
	uint32_t own = heap->bins + start;
	uint32_t next = bm_heap_read_half(&heap->links[bin].next);

	if (unlikely(!is_link(heap, next)))
		return HALF_DONE;
	bm_heap_write_half(&heap->links[own].next, next);
	bm_heap_write_half(&heap->links[own].previous, bin);
	bm_heap_write_half(&heap->links[next].previous, own);
	bm_heap_write_half(&heap->links[bin].next, own);
	mark_bin(heap, bin);
	return 0;
}

/* Reads the links of a free block: its neighbours in the ring must agree. */
static inline bool read_links(const struct bm_heap *heap, uint32_t granule,
			      struct bm_heap_link *link)
{
	uint32_t own = heap->bins + granule;

	link->next = bm_heap_read_half(&heap->links[own].next);
	link->previous = bm_heap_read_half(&heap->links[own].previous);
	return is_link(heap, link->next) && is_link(heap, link->previous) &&
	       bm_heap_read_half(&heap->links[link->next].previous) == own &&
	       bm_heap_read_half(&heap->links[link->previous].next) == own;
}

static inline int unlink_block(const struct bm_heap *heap, uint32_t granule)
{
	struct bm_heap_link link;

	if (unlikely(!read_links(heap, granule, &link)))
		return -EUCLEAN;
	bm_heap_write_half(&heap->links[link.next].previous, link.previous);
	bm_heap_write_half(&heap->links[link.previous].next, link.next);
	if (link.next == link.previous && link.next < heap->bins)
		unmark_bin(heap, link.next);
	return 0;
}

/* The classes that are held back are steps: a single granule is class 1. */
static bool is_held_single(const struct bm_heap *heap, uint32_t granule)
{
	const struct bm_heap_held *held = &heap->held[1];
	uint32_t count;

	if (heap->held_classes < 2)
		return false;
	count = bm_heap_held_count(held);
	for (uint32_t i = 0; i < count; i++) {
		if (bm_heap_read_half(&held->granule[i]) == granule)
			return true;
	}
	return false;
}

bool bm_heap_is_held(const struct bm_heap *heap, uint32_t start, uint32_t end)
{
	if (end - start == 1)
		return is_held_single(heap, start);
	return !bm_heap_is_free(heap, end - 1);
}

/* Where the free block begins that ends at @start: @start itself if there is none. */
static inline int find_before(const struct bm_heap *heap, uint32_t start,
			      uint32_t *before)
{
	uint32_t found;

	*before = start;
	if (!start || !bm_heap_is_free(heap, start - 1))
		return 0;
	found = bm_heap_start(heap, start);
	if (unlikely(found == NO_GRANULE))
		return -EUCLEAN;
	if (likely(!bm_heap_is_held(heap, found, start)))
		*before = found;
	return 0;
}

/* Where the free block ends that begins at @end: @end itself if there is none. */
static inline int find_behind(const struct bm_heap *heap, uint32_t end,
			      uint32_t *behind)
{
	uint32_t found;

	*behind = end;
	if (end >= heap->object.capacity || !bm_heap_is_free(heap, end))
		return 0;
	found = bm_heap_end(heap, end);
	if (unlikely(found == NO_GRANULE))
		return -EUCLEAN;
	if (!bm_heap_is_held(heap, end, found))
		*behind = found;
	return 0;
}

/* Takes what lies before and behind a block out of the bins: both or none of them. */
static inline int unlink_neighbours(const struct bm_heap *heap, uint32_t before,
				    uint32_t start, uint32_t end, uint32_t behind)
{
	int err = 0;

	if (before != start)
		err = unlink_block(heap, before);
	if (likely(!err) && behind != end) {
		err = unlink_block(heap, end);
		if (unlikely(err) && before != start &&
		    bm_heap_push(heap, before, start))
			err = HALF_DONE;
	}
	return err;
}

/*
 * The block at @start is part of what lies before it from here on. The start bit goes
 * first: without it the others mean nothing.
 */
static inline void join(const struct bm_heap *heap, uint32_t start)
{
	bm_heap_clear_start(heap, start);
	bm_heap_clear_free(heap, start);
}

int bm_heap_merge(const struct bm_heap *heap, uint32_t start, uint32_t end)
{
	uint32_t before;
	uint32_t behind;
	int err = find_before(heap, start, &before);

	if (!err)
		err = find_behind(heap, end, &behind);
	if (!err)
		err = unlink_neighbours(heap, before, start, end, behind);
	if (unlikely(err))
		return err;
	bm_heap_set_free(heap, start);
	if (before != start) {
		join(heap, start);
		if (start - 1 != before)
			bm_heap_clear_free(heap, start - 1);
	}
	if (behind != end)
		join(heap, end);
	bm_heap_set_free(heap, behind - 1);
	return bm_heap_push(heap, before, behind);
}

/* A class at least as good as @class that has a block, or no bin. */
static inline uint32_t find_bin(const struct bm_heap *heap, uint32_t class)
{
	const struct bm_heap_state *state = heap->state;
	uint32_t at = class / 64;
	__u64 word;
	__u64 filled;

	if (class >= heap->bins)
		return heap->bins;
	word = bm_heap_read(&state->bins[at]) & ~(bm_heap_bit(class) - 1);
	if (!word) {
		filled = bm_heap_read(&state->filled);
		filled &= (~(__u64)1 << at) & 0xff;
		if (!filled)
			return heap->bins;
		at = bm_lowest_bit(filled);
		word = bm_heap_read(&state->bins[at]);
	}
	return word ? at * 64 + bm_lowest_bit(word) : heap->bins;
}

/* The first block of a bin, checked to be one of that class. -EUCLEAN. */
static inline int first_of(const struct bm_heap *heap, uint32_t bin,
			   struct bm_span *block)
{
	uint32_t granule = bm_heap_read_half(&heap->links[bin].next) - heap->bins;

	if (unlikely(granule >= heap->object.capacity) ||
	    unlikely(!bm_heap_is_start(heap, granule)) ||
	    unlikely(!bm_heap_is_free(heap, granule)))
		return -EUCLEAN;
	block->start = granule;
	block->end = bm_heap_end(heap, granule);
	if (unlikely(block->end == NO_GRANULE))
		return -EUCLEAN;
	return likely(bm_heap_class(block->end - granule) == bin) ? 0 : -EUCLEAN;
}

/* Where in a free block @need granules can be, or NO_GRANULE. */
static inline uint32_t fit(const struct bm_heap *heap,
			   const struct bm_span *block, uint32_t need,
			   size_t alignment)
{
	uintptr_t address = (uintptr_t)bm_heap_address(heap, block->start);
	size_t skip = ((0 - address) & (alignment - 1)) / BM_HEAP_ALIGNMENT;
	uint32_t size = block->end - block->start;

	if (unlikely(size < skip + need))
		return NO_GRANULE;
	return block->start + (uint32_t)skip;
}

/*
 * A free block with room for @need granules, aligned: any of a class all of whose
 * blocks are large enough, or else the first of the class below, which may be.
 */
static inline int find_block(const struct bm_heap *heap, uint32_t need,
			     size_t alignment, struct bm_span *block)
{
	uint32_t slack = (uint32_t)(alignment / BM_HEAP_ALIGNMENT) - 1;
	uint32_t above = bm_heap_class_above(need + slack);
	uint32_t bin = find_bin(heap, above);

	if (likely(bin < heap->bins))
		return first_of(heap, bin, block);
	bin = bm_heap_class(need + slack);
	if (bin == above || bin >= heap->bins || find_bin(heap, bin) != bin)
		return -ENOSPC;
	return first_of(heap, bin, block);
}

/* Divides a free block, which is in no bin any more: @taken of it is in use. */
static inline int carve(const struct bm_heap *heap, const struct bm_span *block,
			const struct bm_span *taken)
{
	int err = 0;

	if (taken->end != block->end) {
		bm_heap_set_free(heap, taken->end);
		bm_heap_set_start(heap, taken->end);
		err = bm_heap_push(heap, taken->end, block->end);
	} else {
		bm_heap_clear_free(heap, block->end - 1);
	}
	if (likely(taken->start == block->start)) {
		bm_heap_clear_free(heap, taken->start);
		return err;
	}
	bm_heap_set_free(heap, taken->start - 1);
	bm_heap_set_start(heap, taken->start);
	return err ? err : bm_heap_push(heap, block->start, taken->start);
}

static inline int take_once(const struct bm_heap *heap, uint32_t need,
			    size_t alignment, struct bm_span *taken)
{
	struct bm_span block;
	int err = find_block(heap, need, alignment, &block);

	if (unlikely(err))
		return err;
	taken->start = fit(heap, &block, need, alignment);
	taken->end = taken->start + need;
	if (unlikely(taken->start == NO_GRANULE))
		return -ENOSPC;
	err = unlink_block(heap, block.start);
	return unlikely(err) ? err : carve(heap, &block, taken);
}

/* Merges the block of a class that was held back last: of @count, which are some. */
static int merge_held(const struct bm_heap *heap, uint32_t class, uint32_t count)
{
	struct bm_heap_held *held = &heap->held[class];
	uint32_t start = bm_heap_read_half(&held->granule[count - 1]);
	uint32_t size = bm_heap_class_size(class);
	int err;

	if (start >= heap->object.capacity ||
	    size > heap->object.capacity - start ||
	    !bm_heap_is_start(heap, start) || !bm_heap_is_free(heap, start) ||
	    bm_heap_end(heap, start) != start + size)
		return -EUCLEAN;
	err = bm_heap_merge(heap, start, start + size);
	if (err)
		return err;
	bm_heap_write_half(&held->count, count - 1);
	bm_heap_write_half(&heap->state->held, bm_heap_read_half(&heap->state->held) - size);
	return 0;
}

/* With room for its step, if there is that. */
static int take_step_or_less(const struct bm_heap *heap, uint32_t need,
			     size_t alignment, struct bm_span *taken)
{
	uint32_t step = bm_heap_step(need);
	int err = take_once(heap, step, alignment, taken);

	if (unlikely(err == -ENOSPC) && step != need)
		err = take_once(heap, need, alignment, taken);
	return err;
}

/* Merges what is held back, the largest blocks first, until the class has one. */
static int merge_all_held(const struct bm_heap *heap, uint32_t wanted)
{
	int err = 0;

	for (uint32_t class = heap->held_classes - 1; class && !err; class--) {
		uint32_t count = bm_heap_held_count(&heap->held[class]);

		for (uint32_t i = count; i && !err; i--)
			err = merge_held(heap, class, i);
		if (count && find_bin(heap, wanted) < heap->bins)
			break;
	}
	return err;
}

int bm_heap_take(const struct bm_heap *heap, uint32_t need, size_t alignment,
		 struct bm_span *taken)
{
	uint32_t slack = (uint32_t)(alignment / BM_HEAP_ALIGNMENT) - 1;
	int err = take_step_or_less(heap, need, alignment, taken);

	if (likely(err != -ENOSPC) || !bm_heap_read_half(&heap->state->held))
		return err;
	err = merge_all_held(heap, bm_heap_class_above(bm_heap_step(need) + slack));
	return err ? err : take_step_or_less(heap, need, alignment, taken);
}

int bm_heap_shrink(const struct bm_heap *heap, uint32_t new_end, uint32_t end)
{
	int err;

	bm_heap_set_free(heap, new_end);
	bm_heap_set_start(heap, new_end);
	err = bm_heap_merge(heap, new_end, end);
	if (err == -EUCLEAN) {
		bm_heap_clear_start(heap, new_end);
		bm_heap_clear_free(heap, new_end);
	}
	return err;
}

/* The free block is divided first: whoever dies leaves the old size or the new one. */
int bm_heap_grow(const struct bm_heap *heap, uint32_t end, uint32_t new_end)
{
	uint32_t behind;
	int err = find_behind(heap, end, &behind);

	if (!err && behind < new_end)
		err = -ENOSPC;
	if (!err)
		err = unlink_block(heap, end);
	if (err)
		return err;
	if (new_end != behind) {
		bm_heap_set_free(heap, new_end);
		bm_heap_set_start(heap, new_end);
	}
	join(heap, end);
	if (new_end != behind)
		return bm_heap_push(heap, new_end, behind);
	bm_heap_clear_free(heap, behind - 1);
	return 0;
}

static uint32_t top_bin(const struct bm_heap *heap)
{
	__u64 filled = bm_heap_read(&heap->state->filled) & 0xff;
	uint32_t at = filled ? bm_highest_bit(filled) : 0;
	__u64 word = bm_heap_read(&heap->state->bins[at]);
	uint32_t bin = word ? at * 64 + bm_highest_bit(word) : 0;

	return bin < heap->bins ? bin : 0;
}

int bm_heap_top_block(const struct bm_heap *heap, uint32_t *size)
{
	uint32_t bin = top_bin(heap);
	struct bm_span block = { 0, 0 };
	int err = bin ? first_of(heap, bin, &block) : 0;

	*size = block.end - block.start;
	return err;
}

/* How much may be held back: an eighth, and no more than the largest free block has. */
static uint32_t held_limit(const struct bm_heap *heap)
{
	uint32_t limit = heap->object.capacity / 8;
	uint32_t top = bm_heap_class_size(top_bin(heap));

	return top < limit ? top : limit;
}

static bool is_too_much(const struct bm_heap *heap, uint32_t room, uint32_t limit)
{
	uint32_t held = bm_heap_read_half(&heap->state->held);

	return held && held + room > limit;
}

/* Stays at a class until that has none left: most classes have none. */
int bm_heap_trim(const struct bm_heap *heap, uint32_t room)
{
	struct bm_heap_state *state = heap->state;
	uint32_t limit = held_limit(heap);
	uint32_t victim = bm_heap_read_half(&state->victim);
	int merged = 0;
	int passed = 0;
	int err = 0;

	if (victim >= heap->held_classes)
		victim = 0;
	bm_heap_write_half(&state->held_limit, limit);
	while (passed < TRIM_CLASSES && merged < TRIM_BLOCKS && !err &&
	       is_too_much(heap, room, limit)) {
		uint32_t count = bm_heap_held_count(&heap->held[victim]);

		if (count) {
			err = merge_held(heap, victim, count);
			merged++;
		} else {
			victim = victim + 1 < heap->held_classes ? victim + 1 : 0;
			passed++;
		}
	}
	bm_heap_write_half(&state->victim, victim);
	return err;
}

void bm_heap_empty_bins(const struct bm_heap *heap)
{
	struct bm_heap_state *state = heap->state;

	for (int i = 0; i < 8; i++)
		bm_heap_write(&state->bins[i], 0);
	bm_heap_write(&state->filled, 0);
	for (uint32_t bin = 0; bin < heap->bins; bin++) {
		bm_heap_write_half(&heap->links[bin].next, bin);
		bm_heap_write_half(&heap->links[bin].previous, bin);
	}
	for (uint32_t class = 0; class < heap->held_classes; class++)
		bm_heap_write_half(&heap->held[class].count, 0);
	bm_heap_write_half(&state->held, 0);
	bm_heap_write_half(&state->victim, 0);
}
