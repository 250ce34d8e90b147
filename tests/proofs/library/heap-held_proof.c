// SPDX-License-Identifier: MIT
/*
 * Heaps of CAPACITY granules that hold blocks back, from every sound state.
 *
 * In three steps: one block that is held back is merged; others are with the first one's
 * stand-in, which does anything that is proved of it; alloc and free, as heap_proof.c has
 * them, are with stand-ins of the second ones. What they stand for is called _itself here.
 */
#include <budgetmem/heap.h>

static int merge_held(const struct bm_heap *heap, uint32_t class, uint32_t count);
static int merge_all_held(const struct bm_heap *heap, uint32_t wanted);

#include "heap_proof.c"

/* What is in the bins becomes anything: sound, and blocks in use are where they were. */
static void any_bins(void)
{
	struct bm_heap_map old = map[0];
	struct bm_heap_link memory[CAPACITY];
	uint32_t size[CAPACITY], old_size[CAPACITY], end = 0;

	measure(old_size);
	for (uint32_t i = 0; i < CAPACITY; i++)
		memory[i] = links[BINS + i];
	__CPROVER_havoc_object(map);
	__CPROVER_havoc_object(links);
	state.bins[0] = nondet_u64();
	state.filled = nondet_u64();
	measure(size);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		bool used = old_size[i] && !has_bit(old.frees, i);

		__CPROVER_assume(used == (size[i] && !has_bit(map[0].frees, i)));
		__CPROVER_assume(!used || size[i] == old_size[i]);
		if (used)
			end = i + size[i];
		if (i < end)
			links[BINS + i] = memory[i];
	}
	__CPROVER_assume(are_parts_sound());
}

/* And so does what is held back, but that it is not more. */
static void any_held(void)
{
	uint32_t old = state.held;

	assert(are_parts_sound());
	state.held = nondet_u32();
	__CPROVER_assume(state.held <= old);
	__CPROVER_havoc_object(held);
	any_bins();
}

static int merge_held(const struct bm_heap *heap, uint32_t class, uint32_t count)
{
	(void)heap;
	assert(are_parts_sound());
	assert(class && class <= HELD && count && count == held[class].count);
	held[class].count--;
	state.held -= class;
	any_bins();
	return 0;
}

static int merge_all_held(const struct bm_heap *heap, uint32_t wanted)
{
	any_held();
	__CPROVER_assume(!state.held || find_bin(heap, wanted) < BINS);
	return 0;
}

int bm_heap_trim(const struct bm_heap *heap, uint32_t room)
{
	(void)heap;
	assert(room <= CAPACITY);
	any_held();
	state.held_limit = any_below(MOST_HELD + 1);
	state.victim = nondet_u32();
	return 0;
}

/* A heap that is being changed, and of which nothing but that is to be said. */
static struct bm_heap heap_in_update(void)
{
	struct bm_heap heap = any_heap();

	__CPROVER_assume(are_parts_sound());
	return heap;
}

/* No block that is in use is another one, nor is any of what counts them. */
static void assert_blocks_kept(void)
{
	assert(are_parts_sound());
	assert_headers_kept(0);
	assert_others_kept(0, 0);
	assert(state.blocks == was.state.blocks);
	assert(state.held <= was.state.held);
}

void prove_heap_merge_held(void)
{
	struct bm_heap heap = heap_in_update();
	uint32_t class = 1 + any_below(HELD), other = any_below(HELD + 1);
	uint32_t count = held[class].count, i = any_below(BM_HEAP_HELD);

	__CPROVER_assume(count);
	assert(!merge_held_itself(&heap, class, count));
	assert_blocks_kept();
	assert(held[other].count == was.held[other].count - (other == class));
	assert(held[other].granule[i] == was.held[other].granule[i]);
	assert(state.held == was.state.held - class);
	assert(state.held_limit == was.state.held_limit);
	assert(state.victim == was.state.victim);
	REACHED();
}

/* All of it, unless there is enough before. */
void prove_heap_merge_all_held(void)
{
	struct bm_heap heap = heap_in_update();
	uint32_t wanted = nondet_u32();

	assert(!merge_all_held_itself(&heap, wanted));
	assert_blocks_kept();
	assert(!state.held || find_bin(&heap, wanted) < BINS);
	assert(state.held_limit == was.state.held_limit);
	assert(state.victim == was.state.victim);
	REACHED();
}

/* Where there is too much with what is to be added, some of it is merged. */
void prove_heap_trim(void)
{
	struct bm_heap heap = heap_in_update();
	uint32_t room = any_below(CAPACITY + 1);

	assert(!bm_heap_trim_itself(&heap, room));
	assert_blocks_kept();
	assert(state.held_limit <= longest_run(was.map));
	assert(state.held < was.state.held || !was.state.held ||
	       was.state.held + room <= state.held_limit);
	REACHED();
}
