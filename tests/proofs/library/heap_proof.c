// SPDX-License-Identifier: MIT
/*
 * Heaps of CAPACITY granules, from every state of the pool and from every sound one; one
 * verb from there.
 */
#include "small-heap.h"

/* Of any size, whatever there is. */
void prove_heap_alloc_any(void)
{
	struct bm_heap heap = any_heap();
	void *given = &heap;
	int err = bm_heap_alloc_(&heap, nondet_u64(), &given);

	assert(!write_error() || err == write_error());
	assert(!err || err == -ENOSPC || err == -EUCLEAN || err == -EOWNERDEAD);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	if (err)
		assert(given == &heap);
	else
		assert(granule_of_address((uintptr_t)given) < CAPACITY);
	REACHED();
}

/* Of any address, whatever there is. */
void prove_heap_free_any(void)
{
	struct bm_heap heap = any_heap();
	uintptr_t address = nondet_u64();
	int err = bm_heap_free_(&heap, (void *)address);

	assert(!err || err == -EINVAL || err == -ENOENT || err == -EUCLEAN ||
	       err == -EOWNERDEAD);
	assert_declaration_kept();
	assert_refused(false);
	if (err || !address)
		assert(OBJECT->len == before.object.len);
	else
		assert(!write_error() && OBJECT->len < before.object.len);
	REACHED();
}

void prove_heap_usable_size(void)
{
	struct bm_heap heap = any_heap();
	uintptr_t address = nondet_u64();
	uint32_t granule = granule_of_address(address);
	size_t size = 7;
	int err = bm_heap_usable_size_(&heap, (void *)address, &size);

	assert_nothing_done(0);
	assert(map[0].starts == was.map.starts && map[0].frees == was.map.frees);
	assert(!err || err == -EINVAL || err == -ENOENT || err == -EUCLEAN);
	if (err) {
		assert(size == 7);
	} else {
		assert(granule < CAPACITY && address % 16 == 0);
		assert(was.map.starts & ~was.map.frees & (__u64)1 << granule);
		assert(size && size % 16 == 0 && size / 16 <= CAPACITY - granule);
	}
	REACHED();
}

/* The block that is new is aligned and in the heap, and no other one was there. */
static void assert_new(const void *given, uint32_t need)
{
	uint32_t start = granule_of_address((uintptr_t)given);

	assert(start < CAPACITY && given == &links[BINS + start]);
	assert(block_at(map[0], start).start == start);
	assert(block_at(map[0], start).end == start + need);
	assert(is_used(map[0], start));
	for (uint32_t i = 0; i < CAPACITY; i++)
		assert(i < start || i >= start + need || !is_used(was.map, i));
	assert_others_kept(start, start + need);
	assert(state.blocks == was.state.blocks + 1);
	assert_accounted(before.object.len, before.object.len + need, 16);
}

/* Only if there is really no room it is refused, however the rings lie. */
void prove_heap_alloc(void)
{
	struct bm_heap heap = sound_heap();
	size_t size = nondet_u64();
	uint32_t need = granules_of(size);
	void *given = NULL;
	int err = bm_heap_alloc_(&heap, size, &given);

	assert(err == if_so(longest_run(was.map) < need, -ENOSPC));
	assert_declaration_kept();
	assert_refused(err);
	assert(is_sound());
	if (!err)
		assert_new(given, need);
	else
		assert_others_kept(0, 0);
	REACHED();
}

/* Is there room for so much in all of these places: then it is not refused. */
static bool is_room_sure(uint32_t need, size_t alignment)
{
	return longest_run(was.map) >= need + alignment / 16 - 1;
}

/* At a multiple of any number, or none where that is no power of two. */
void prove_heap_alloc_aligned(void)
{
	struct bm_heap heap = sound_heap();
	size_t size = nondet_u64(), alignment = nondet_u64();
	uint32_t need = granules_of(size);
	void *given = NULL;
	int err;

	__CPROVER_assume(alignment > 16 || alignment & (alignment - 1) || !alignment);
	err = bm_heap_alloc_aligned_(&heap, alignment, size, &given);
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(is_sound());
	if (!err) {
		assert((uintptr_t)given % alignment == 0);
		assert_new(given, need);
	} else {
		assert(!given);
		assert_others_kept(0, 0);
	}
	if (!alignment || alignment & (alignment - 1))
		assert(err == -EINVAL);
	else
		assert(!err || (err == -ENOSPC && !is_room_sure(need, alignment)));
	REACHED();
}

/* The first block in use that begins there or behind it, which may be within a block. */
static void assert_next(size_t from, int err, uint32_t start, size_t cursor)
{
	size_t at = from;

	while (at < CAPACITY && !(was.map.starts & ~was.map.frees & (__u64)1 << at))
		at++;
	assert(err == if_so(at >= CAPACITY, -ENOENT));
	if (err)
		assert(cursor == CAPACITY);
	else
		assert(start == at && cursor == block_at(was.map, start).end);
}

void prove_heap_next(void)
{
	struct bm_heap heap = any_heap();
	size_t from = nondet_u64(), cursor = from, size = 7;
	bool wanted = nondet_bool(), was_sound = is_sound();
	void *given = &heap;
	int err = bm_heap_next_(&heap, &cursor, &given, wanted ? &size : NULL);
	uint32_t start = granule_of_address((uintptr_t)given);

	assert_nothing_done(0);
	assert(map[0].starts == was.map.starts && map[0].frees == was.map.frees);
	assert(!err || err == -ENOENT || err == -EUCLEAN);
	assert(err ? given == &heap && size == 7 :
	       start < CAPACITY && given == &links[BINS + start]);
	if (!err) {
		assert(was.map.starts & ~was.map.frees & (__u64)1 << start);
		assert(start >= from && cursor > start && cursor <= CAPACITY);
		assert(size == (wanted ? (cursor - start) * 16 : 7));
	}
	if (was_sound)
		assert_next(from, err, start, cursor);
	REACHED();
}

void prove_heap_largest_free(void)
{
	struct bm_heap heap = any_heap();
	bool was_sound = is_sound();
	size_t size = bm_heap_largest_free_(&heap);

	assert_nothing_done(0);
	assert(size % 16 == 0 && size <= CAPACITY * 16);
	assert(!was_sound || size == longest_run(was.map) * 16);
	REACHED();
}

/* Not a byte of the heap is different, nor of the headers. */
static void assert_heap_kept(void)
{
	uint32_t i = any_below(BINS + CAPACITY), word = any_below(8);

	assert_headers_kept(0);
	assert(are_equal(links + i, was.links + i));
	assert(map[0].starts == was.map.starts && map[0].frees == was.map.frees);
	assert(level_0[0] == was.level[0] && level_1[0] == was.level[1]);
	assert(state.bins[word] == was.state.bins[word]);
	assert(state.filled == was.state.filled);
	assert(state.blocks == was.state.blocks && state.held == was.state.held);
	assert(state.held_limit == was.state.held_limit);
	assert(state.victim == was.state.victim);
	word = any_below(10);
	assert(state.reserved[word] == was.state.reserved[word]);
	word = any_below(BM_HEAP_HELD);
	i = any_below(HELD + 1);
	assert(held[i].count == was.held[i].count);
	assert(held[i].granule[word] == was.held[i].granule[word]);
}

/* What the proofs take for sound is what the library does. */
void prove_heap_invariants(void)
{
	struct bm_heap heap = any_heap();
	int err = bm_heap_invariants_(&heap);

	assert_heap_kept();
	assert(!err || err == -EOWNERDEAD || err == -EUCLEAN);
	assert(!err == (is_sound() && !bm_handle_invariants(&heap.object)));
	REACHED();
}

/* Of any address at all. */
void prove_heap_free(void)
{
	struct bm_heap heap = sound_heap();
	uintptr_t address = nondet_u64();
	int err = bm_heap_free_(&heap, (void *)address);
	struct bm_span block = { 0, 0 };

	assert(err == if_so(address, error_of(address)));
	assert_declaration_kept();
	assert_refused(false);
	assert(is_sound());
	if (!err && address) {
		block = block_at(was.map, granule_of_address(address));
		assert(!is_used(map[0], block.start));
		assert(state.blocks == was.state.blocks - 1);
	}
	assert_others_kept(block.start, block.end);
	assert_accounted(before.object.len,
			 before.object.len - (block.end - block.start), 16);
	REACHED();
}

/* A block that was freed, and nothing else was. */
static void assert_freed(struct bm_span block)
{
	assert_declaration_kept();
	assert_refused(false);
	assert(!is_used(map[0], block.start));
	assert(state.blocks == was.state.blocks - 1);
	assert_others_kept(block.start, block.end);
	assert_accounted(before.object.len,
			 before.object.len - (block.end - block.start), 16);
}

/* Of any address and any size: only a block that an alloc of this size gives is freed. */
void prove_heap_free_sized(void)
{
	struct bm_heap heap = sound_heap();
	uintptr_t address = nondet_u64();
	size_t size = nondet_u64();
	int wrong = if_so(address, error_of(address));
	struct bm_span block = { 0, 0 };
	int err = bm_heap_free_sized_(&heap, (void *)address, size);

	if (address && !wrong) {
		block = block_at(was.map, granule_of_address(address));
		wrong = if_so(granules_of(size) != block.end - block.start, -EINVAL);
	}
	assert(err == wrong);
	if (err || !address)
		assert_heap_kept();
	else
		assert_freed(block);
	assert(is_sound());
	REACHED();
}

/* From whatever there is: what bits at starts say stays in use, and all else is free. */
void prove_heap_repair(void)
{
	struct bm_heap heap = any_heap();
	struct bm_heap_map truth = was.map;

	truth.starts |= 1;
	assert(!bm_heap_repair_(&heap));
	was.map = truth;
	assert_others_kept(0, 0);
	assert_declaration_kept();
	assert_refused(false);
	assert(is_sound());
	REACHED();
}

void prove_heap_clear(void)
{
	struct bm_heap heap = any_heap();

	bm_heap_clear_(&heap);
	assert_declaration_kept();
	assert_refused(false);
	assert(is_sound() && !OBJECT->len && !state.blocks);
	assert(longest_run(map[0]) == CAPACITY);
	REACHED();
}
