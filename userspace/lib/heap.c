// SPDX-License-Identifier: MIT
/*
 * heap.c: memory of any size from one run of bytes: the verbs
 */
#include "heap.h"

#include <string.h>

/* Where the parts are: BM_HEAP_CONTENTS_() in numbers that are not constant. */
static void bind(struct bm_heap *heap)
{
	uint32_t capacity = heap->object.capacity;
	unsigned char *contents = bm_handle_contents_(&heap->object);
	unsigned char *next = contents + sizeof(struct bm_heap_state);
	uint64_t bits = BM_HEAP_WORDS_(capacity);

	heap->words = (uint32_t)bits;
	heap->bins = BM_HEAP_BINS_(capacity);
	heap->held_classes = BM_HEAP_HELD_CLASSES_(capacity);
	heap->state = (struct bm_heap_state *)contents;
	heap->held = (struct bm_heap_held *)next;
	next += sizeof(struct bm_heap_held) * heap->held_classes;
	heap->map = (struct bm_heap_map *)next;
	next += sizeof(struct bm_heap_map) * heap->words;
	for (int i = 0; i < BM_HEAP_LEVELS; i++) {
		bits = BM_HEAP_WORDS_(bits);
		heap->level[i] = (__u64 *)next;
		heap->level_words[i] = (uint32_t)bits;
		next += sizeof(__u64) * bits;
	}
	/* The bins end where the memory begins, which is aligned like the region. */
	heap->memory = contents + BM_BYTES_ROUND_(BM_HEAP_TABLES_(capacity));
	heap->links = (struct bm_heap_link *)heap->memory - heap->bins;
}

int bm_heap_create_(struct bm_heap *heap, struct bm_region region,
		    const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, &heap->object);

	if (err)
		return err;
	bind(heap);
	memset(heap->state, 0, sizeof(*heap->state));
	bm_heap_reset(heap);
	bm_layout_commit(&layout, &heap->object);
	return 0;
}

int bm_heap_attach_(struct bm_heap *heap, struct bm_region region,
		    const char *name, const struct bm_type *type,
		    struct bm_mismatch *mismatch)
{
	int err = bm_layout_attach(region, name, type, &heap->object, mismatch);

	if (!err)
		bind(heap);
	return err;
}

/* Granules of a block for @size bytes; more than there are if it is too large. */
static uint32_t granules_for(const struct bm_heap *heap, size_t size)
{
	size_t granules = size / BM_HEAP_ALIGNMENT +
			  (size % BM_HEAP_ALIGNMENT != 0);

	if (granules > heap->object.capacity)
		return heap->object.capacity + 1;
	return granules ? (uint32_t)granules : 1;
}

/* bm_handle_set_len_() without a call, as long as the pool's counters do not move. */
static inline void set_len(const struct bm_heap *heap, uint32_t before,
			   uint32_t after)
{
	struct bm_object *object = heap->object.object;
	uint32_t step = heap->object.step;

	if (after < before &&
	    unlikely(before > __atomic_load_n(&object->peak, __ATOMIC_RELAXED)))
		__atomic_store_n(&object->peak, before, __ATOMIC_RELAXED);
	if (unlikely(((before - 1) ^ (after - 1)) & (0 - step)))
		bm_handle_account_(&heap->object, before, after);
	__atomic_store_n(&object->len, after, __ATOMIC_RELEASE);
}

static inline void add(uint32_t *number, uint32_t more)
{
	__atomic_store_n(number, __atomic_load_n(number, __ATOMIC_RELAXED) + more,
			 __ATOMIC_RELAXED);
}

static inline void count(const struct bm_heap *heap, uint32_t len,
			 uint32_t new_len, uint32_t more_blocks)
{
	set_len(heap, len, new_len);
	add(&heap->state->blocks, more_blocks);
}

/* The mark stays if what it stands for is true. */
static int finish(const struct bm_heap *heap, int err)
{
	if (unlikely(err == HALF_DONE))
		return -EUCLEAN;
	bm_handle_update_end_(&heap->object);
	return err == -ENOSPC ? bm_handle_refuse_(&heap->object) : err;
}

/* What merging others meets is theirs: it is met again by who needs them. */
static int finish_trimmed(const struct bm_heap *heap)
{
	int err = bm_heap_trim(heap, 0);

	if (unlikely(err == HALF_DONE))
		return 0;
	return finish(heap, 0);
}

static __attribute__((__noinline__)) int
alloc_slowly(const struct bm_heap *heap, uint32_t len, uint32_t need,
	     size_t alignment, void **memory)
{
	struct bm_span taken;
	int err;

	if (need > heap->object.capacity - len)
		return bm_handle_refuse_(&heap->object);
	bm_handle_update_begin_(&heap->object);
	err = bm_heap_take(heap, need, alignment, &taken);
	if (unlikely(err))
		return finish(heap, err);
	count(heap, len, len + taken.end - taken.start, 1);
	*memory = bm_heap_address(heap, taken.start);
	return finish_trimmed(heap);
}

/*
 * What is held back last is taken first: the processor may still have it. That it is of
 * the class in whose list it stands is not looked up: only who writes into the tables can
 * make it another, and he can make any block any size. NO_GRANULE: this is no such block.
 */
static inline uint32_t unhold(const struct bm_heap *heap, struct bm_heap_held *held,
			      uint32_t have, uint32_t size)
{
	uint32_t start = __atomic_load_n(&held->granule[have - 1], __ATOMIC_RELAXED);
	uint32_t capacity = heap->object.capacity;
	struct bm_heap_map *map;
	__u64 bit = bm_heap_bit(start);
	__u64 frees;

	if (unlikely(start >= capacity) || unlikely(size > capacity - start))
		return NO_GRANULE;
	map = &heap->map[start / 64];
	frees = bm_heap_read(&map->frees);
	if (unlikely(!(bm_heap_read(&map->starts) & frees & bit)))
		return NO_GRANULE;
	bm_handle_update_begin_(&heap->object);
	bm_heap_write(&map->frees, frees & ~bit);
	__atomic_store_n(&held->count, have - 1, __ATOMIC_RELAXED);
	add(&heap->state->held, 0 - size);
	return start;
}

int bm_heap_alloc_(struct bm_heap *heap, size_t size, void **memory)
{
	uint32_t granules;
	uint32_t class;
	uint32_t step;
	uint32_t start;
	uint32_t have;
	uint32_t len;
	int err = bm_handle_writable_(&heap->object, &len);

	if (unlikely(err))
		return err;
	if (unlikely(size - 1 >= BM_HEAP_HELD_SIZE))
		goto none;
	granules = (uint32_t)(size + BM_HEAP_ALIGNMENT - 1) / BM_HEAP_ALIGNMENT;
	class = bm_heap_class_above(granules);
	step = bm_heap_round(granules);
	if (unlikely(class >= heap->held_classes))
		goto none;
	have = bm_heap_held_count(heap->held + class);
	if (unlikely(!have))
		goto none;
	start = unhold(heap, heap->held + class, have, step);
	if (unlikely(start == NO_GRANULE))
		return -EUCLEAN;
	count(heap, len, len + step, 1);
	bm_handle_update_end_(&heap->object);
	*memory = bm_heap_address(heap, start);
	return 0;
none:
	return alloc_slowly(heap, len, granules_for(heap, size),
			    BM_HEAP_ALIGNMENT, memory);
}

int bm_heap_alloc_zeroed_(struct bm_heap *heap, size_t size, void **memory)
{
	int err = bm_heap_alloc_(heap, size, memory);

	if (!err)
		memset(*memory, 0, size);
	return err;
}

int bm_heap_alloc_aligned_(struct bm_heap *heap, size_t alignment, size_t size,
			   void **memory)
{
	uint32_t len;
	int err = bm_handle_writable_(&heap->object, &len);

	if (err)
		return err;
	if (!alignment || (alignment & (alignment - 1)))
		return -EINVAL;
	if (alignment <= BM_HEAP_ALIGNMENT)
		return bm_heap_alloc_(heap, size, memory);
	if (alignment / BM_HEAP_ALIGNMENT > heap->object.capacity)
		return bm_handle_refuse_(&heap->object);
	return alloc_slowly(heap, len, granules_for(heap, size), alignment,
			    memory);
}

/* A pointer that is no block: was the memory freed, or is it within a block? */
static __attribute__((__noinline__)) int
explain(const struct bm_heap *heap, uint32_t granule)
{
	uint32_t start = granule;

	if (!bm_heap_is_start(heap, granule))
		start = bm_heap_start(heap, granule);
	if (start == NO_GRANULE)
		return -EUCLEAN;
	return bm_heap_is_free(heap, start) ? -ENOENT : -EINVAL;
}

/* The block in use that begins at @memory. -EINVAL, -ENOENT, -EUCLEAN. */
static inline __attribute__((__always_inline__)) int
find(const struct bm_heap *heap, const void *memory, struct bm_span *block)
{
	uintptr_t offset = (uintptr_t)memory - (uintptr_t)heap->memory;
	uintptr_t granule = offset / BM_HEAP_ALIGNMENT;
	const struct bm_heap_map *map;
	__u64 starts;

	block->start = (uint32_t)granule;
	block->end = (uint32_t)granule;
	if (unlikely(offset % BM_HEAP_ALIGNMENT) ||
	    unlikely(granule >= heap->object.capacity))
		return -EINVAL;
	map = &heap->map[granule / 64];
	starts = bm_heap_read(&map->starts);
	if (unlikely(!(starts & ~bm_heap_read(&map->frees) &
		       bm_heap_bit((uint32_t)granule))))
		return explain(heap, (uint32_t)granule);
	block->end = bm_heap_end_from(heap, starts, (uint32_t)granule);
	return unlikely(block->end == NO_GRANULE) ? -EUCLEAN : 0;
}

/* The same for those who are in less of a hurry. */
static __attribute__((__noinline__)) int
find_block(const struct bm_heap *heap, const void *memory, struct bm_span *block)
{
	return find(heap, memory, block);
}

/* Where blocks of this size are held back, if they are. */
static inline struct bm_heap_held *held_for(const struct bm_heap *heap, uint32_t size)
{
	uint32_t class = bm_heap_class(size);

	if (unlikely(class >= heap->held_classes) ||
	    unlikely(bm_heap_round(size) != size))
		return NULL;
	return heap->held + class;
}

/*
 * Holds a block back if its class and the heap have room for that. Its memory is not
 * touched: fetching it for whoever gets it next cost more than all the rest.
 */
static inline bool hold(const struct bm_heap *heap, struct bm_heap_held *held,
			uint32_t start, uint32_t size)
{
	struct bm_heap_state *state = heap->state;
	uint32_t all = __atomic_load_n(&state->held, __ATOMIC_RELAXED) + size;
	uint32_t have = __atomic_load_n(&held->count, __ATOMIC_RELAXED);

	if (unlikely(have >= BM_HEAP_HELD) ||
	    unlikely(all > __atomic_load_n(&state->held_limit, __ATOMIC_RELAXED)))
		return false;
	bm_handle_update_begin_(&heap->object);
	bm_heap_set_free(heap, start);
	__atomic_store_n(&held->granule[have], start, __ATOMIC_RELAXED);
	__atomic_store_n(&held->count, have + 1, __ATOMIC_RELAXED);
	__atomic_store_n(&state->held, all, __ATOMIC_RELAXED);
	return true;
}

/* There may be no room to hold the block back: others that are held make some. */
static int hold_or_merge(const struct bm_heap *heap, uint32_t start, uint32_t size)
{
	struct bm_heap_held *held = held_for(heap, size);
	int err = 0;

	if (held && bm_heap_held_count(held) < BM_HEAP_HELD) {
		err = bm_heap_trim(heap, size);
		if (err == HALF_DONE)
			return err;
		if (hold(heap, held, start, size))
			return 0;
	}
	return bm_heap_merge(heap, start, start + size);
}

static __attribute__((__noinline__)) int
free_slowly(const struct bm_heap *heap, uint32_t start, uint32_t size, uint32_t len)
{
	int err;

	if (size > len)
		return -EUCLEAN;
	bm_handle_update_begin_(&heap->object);
	err = hold_or_merge(heap, start, size);
	if (unlikely(err))
		return finish(heap, err);
	count(heap, len, len - size, UINT32_MAX);
	return finish_trimmed(heap);
}

static inline __attribute__((__always_inline__)) int
give(const struct bm_heap *heap, uint32_t start, uint32_t size)
{
	struct bm_heap_held *held = held_for(heap, size);
	uint32_t len;
	int err = bm_handle_writable_(&heap->object, &len);

	if (unlikely(err))
		return err;
	if (unlikely(!held) || unlikely(size > len) ||
	    unlikely(!hold(heap, held, start, size)))
		return free_slowly(heap, start, size, len);
	count(heap, len, len - size, UINT32_MAX);
	bm_handle_update_end_(&heap->object);
	return 0;
}

int bm_heap_free_(struct bm_heap *heap, void *memory)
{
	struct bm_span block;
	int err;

	if (!memory)
		return 0;
	err = find(heap, memory, &block);
	return unlikely(err) ? err : give(heap, block.start, block.end - block.start);
}

int bm_heap_free_sized_(struct bm_heap *heap, void *memory, size_t size)
{
	uint32_t granules = granules_for(heap, size);
	struct bm_span block;
	int err;

	if (!memory)
		return 0;
	err = find_block(heap, memory, &block);
	if (unlikely(err))
		return err;
	if (!bm_heap_is_size(granules, block.end - block.start))
		return -EINVAL;
	return give(heap, block.start, block.end - block.start);
}

int bm_heap_usable_size_(const struct bm_heap *heap, const void *memory,
			 size_t *size)
{
	struct bm_span block;
	int err = find_block(heap, memory, &block);

	if (!err)
		*size = (size_t)(block.end - block.start) * BM_HEAP_ALIGNMENT;
	return err;
}

/*
 * The new block is there before the old one is gone: after an error it still is. In a heap
 * that is damaged the one may reach into the other.
 */
static int move(struct bm_heap *heap, void **memory, size_t size,
		struct bm_span block)
{
	size_t old_size = (size_t)(block.end - block.start) * BM_HEAP_ALIGNMENT;
	void *place;
	int err = bm_heap_alloc_(heap, size, &place);

	if (err)
		return err;
	memmove(place, *memory, size < old_size ? size : old_size);
	err = bm_heap_free_(heap, *memory);
	if (err)
		bm_heap_free_(heap, place);
	else
		*memory = place;
	return err;
}

/* Where it is. -ENOSPC if that cannot be. */
static int resize_here(const struct bm_heap *heap, struct bm_span block,
		       uint32_t size, uint32_t len)
{
	uint32_t end = block.start + size;
	int err;

	bm_handle_update_begin_(&heap->object);
	err = end < block.end ? bm_heap_shrink(heap, end, block.end) :
				bm_heap_grow(heap, block.end, end);
	if (err == -ENOSPC)
		bm_handle_update_end_(&heap->object);
	if (err)
		return err == -ENOSPC ? err : finish(heap, err);
	count(heap, len, len - (block.end - block.start) + size, 0);
	return finish_trimmed(heap);
}

int bm_heap_resize_(struct bm_heap *heap, void **memory, size_t size)
{
	uint32_t granules = granules_for(heap, size);
	struct bm_span block;
	uint32_t len;
	int err;

	if (!*memory)
		return bm_heap_alloc_(heap, size, memory);
	err = find_block(heap, *memory, &block);
	if (!err)
		err = bm_handle_writable_(&heap->object, &len);
	if (err)
		return err;
	if (granules > heap->object.capacity)
		return bm_handle_refuse_(&heap->object);
	if (bm_heap_is_size(granules, block.end - block.start))
		return 0;
	granules = bm_heap_step(granules);
	if (len < block.end - block.start)
		return -EUCLEAN;
	if (block.start + granules > heap->object.capacity)
		return move(heap, memory, size, block);
	err = resize_here(heap, block, granules, len);
	return err == -ENOSPC ? move(heap, memory, size, block) : err;
}

/* In BM_HEAP_ALIGNMENT bytes: of the first granule. */
static uint32_t first_offset(const struct bm_heap *heap)
{
	return (uint32_t)((size_t)(heap->memory -
				   (unsigned char *)heap->object.object) /
			  BM_HEAP_ALIGNMENT);
}

uint32_t bm_heap_offset_(const struct bm_heap *heap, const void *memory)
{
	struct bm_span block;

	return find_block(heap, memory, &block) ? 0 :
	       first_offset(heap) + block.start;
}

void *bm_heap_at_(const struct bm_heap *heap, uint32_t offset)
{
	uint32_t granule = offset - first_offset(heap);
	struct bm_span block;
	void *memory;

	if (granule >= heap->object.capacity)
		return NULL;
	memory = bm_heap_address(heap, granule);
	return find_block(heap, memory, &block) ? NULL : memory;
}

int bm_heap_next_(const struct bm_heap *heap, size_t *cursor, void **memory,
		  size_t *size)
{
	size_t granule = *cursor;
	uint32_t end;

	while (granule < heap->object.capacity) {
		end = bm_heap_end(heap, (uint32_t)granule);
		if (end == NO_GRANULE)
			return -EUCLEAN;
		if (bm_heap_is_start(heap, (uint32_t)granule) &&
		    !bm_heap_is_free(heap, (uint32_t)granule)) {
			*memory = bm_heap_address(heap, (uint32_t)granule);
			if (size)
				*size = (end - granule) * BM_HEAP_ALIGNMENT;
			*cursor = end;
			return 0;
		}
		granule = end;
	}
	*cursor = heap->object.capacity;
	return -ENOENT;
}

size_t bm_heap_largest_free_(const struct bm_heap *heap)
{
	uint32_t granules;

	if (bm_heap_top_block(heap, &granules))
		return 0;
	return (size_t)granules * BM_HEAP_ALIGNMENT;
}

size_t bm_heap_peak_(const struct bm_heap *heap)
{
	size_t len = bm_handle_bounded_len_(&heap->object);
	size_t peak = __atomic_load_n(&heap->object.object->peak,
				      __ATOMIC_RELAXED);

	if (peak < len)
		peak = len;
	if (peak > heap->object.capacity)
		peak = heap->object.capacity;
	return peak * BM_HEAP_ALIGNMENT;
}

size_t bm_heap_len_(const struct bm_heap *heap)
{
	uint32_t blocks = __atomic_load_n(&heap->state->blocks,
					  __ATOMIC_RELAXED);

	return blocks < heap->object.capacity ? blocks : heap->object.capacity;
}
