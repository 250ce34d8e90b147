// SPDX-License-Identifier: MIT
/*
 * A heap's resize, from every state of the pool and from every sound one: where the block
 * can stay, and when it has to move.
 *
 * Moving is done by a stand-in that does nothing: heap-moves_proof.c has what it does.
 */
#include <budgetmem/heap.h>

struct bm_span;
static int move(struct bm_heap *heap, void **memory, size_t size,
		struct bm_span block);

#include "small-heap.h"

/* What the stand-ins return, and what they were called for. */
static int result;
static uint32_t allocs, moves;
static size_t asked;
static struct bm_span moved;

static int move(struct bm_heap *heap, void **memory, size_t size,
		struct bm_span block)
{
	(void)heap;
	(void)memory;
	moves++;
	asked = size;
	moved = block;
	return result;
}

int bm_heap_alloc_(struct bm_heap *heap, size_t size, void **memory)
{
	(void)heap;
	(void)memory;
	allocs++;
	asked = size;
	return result;
}

/* Whatever there is, a block that moves is one of this heap. */
void prove_heap_resize_any(void)
{
	struct bm_heap heap = any_heap();
	uintptr_t address = nondet_u64();
	void *place = (void *)address;
	int err;

	result = -EUCLEAN;
	err = bm_heap_resize_(&heap, &place, nondet_u64());
	assert(!err || err == -EINVAL || err == -ENOENT || err == -ENOSPC ||
	       err == -EUCLEAN || err == -EOWNERDEAD);
	assert(place == (void *)address);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(allocs == !address);
	assert(err ? OBJECT->len == before.object.len : OBJECT->len <= 2 * CAPACITY);
	if (moves) {
		assert(moves == 1 && err == result);
		assert(moved.start == granule_of_address(address));
		assert(moved.start < moved.end && moved.end <= CAPACITY);
		assert(asked <= CAPACITY * 16);
	}
	REACHED();
}

/* What lies behind a block up to there may be added to it. */
static uint32_t end_of_room(struct bm_span block)
{
	if (block.end == CAPACITY || is_used(was.map, block.end))
		return block.end;
	return block_at(was.map, block.end).end;
}

static void assert_resized(struct bm_span block, uint32_t size)
{
	uint32_t end = block.start + size, i = any_below(CAPACITY);

	assert(block_at(map[0], block.start).start == block.start);
	assert(block_at(map[0], block.start).end == end);
	assert(is_used(map[0], block.start));
	if (i >= block.start && i < end && i < block.end)
		assert(are_equal(links + BINS + i, was.links + BINS + i));
	assert_others_kept(block.start, end > block.end ? end : block.end);
	assert_accounted(before.object.len,
			 before.object.len + size - (block.end - block.start), 16);
}

/* Of any address at all but none. */
void prove_heap_resize(void)
{
	struct bm_heap heap = sound_heap();
	uintptr_t address = nondet_u64();
	void *place = (void *)address;
	size_t size = nondet_u64();
	uint32_t need = granules_of(size);
	struct bm_span block = { 0, 0 };
	int err, wrong;

	__CPROVER_assume(address);
	wrong = error_of(address);
	if (!wrong)
		block = block_at(was.map, granule_of_address(address));
	result = nondet_bool() ? 0 : -ENOTRECOVERABLE;
	err = bm_heap_resize_(&heap, &place, size);
	assert(place == (void *)address && !allocs);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(is_sound() && state.blocks == was.state.blocks);
	if (!wrong && block.start + need <= end_of_room(block)) {
		assert(!err && !moves);
		assert_resized(block, need);
		REACHED();
		return;
	}
	assert_others_kept(0, 0);
	assert_accounted(before.object.len, before.object.len, 16);
	assert(moves == (!wrong && need <= CAPACITY));
	assert(err == (moves ? result : either(wrong, -ENOSPC)));
	if (moves)
		assert(asked == size && moved.start == block.start &&
		       moved.end == block.end);
	REACHED();
}
