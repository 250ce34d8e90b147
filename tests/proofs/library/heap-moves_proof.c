// SPDX-License-Identifier: MIT
/*
 * What a heap does with the contents of blocks, in a memory of CAPACITY granules: a resize
 * that has to move, and an alloc of zeroed memory.
 *
 * Alloc and free, which have proofs of their own, return anything that they may here.
 */
#include <budgetmem/heap.h>

#define CONTENTS	1
#include "pool.h"
#include "heap.c"

#define BYTES		(CAPACITY * BM_HEAP_ALIGNMENT)

static unsigned char bytes[BYTES];

/* One byte of them, which may be any, and what it was. */
static uint32_t where;
static unsigned char was;

/* What the stand-ins return, and what they were called for. */
static int alloc_error, free_error;
static unsigned char *given;
static size_t given_size;
static void *freed[2];
static uint32_t allocs, frees;

static int any_error(void)
{
	int err = (int)nondet_u32();

	__CPROVER_assume(!err || err == -ENOSPC || err == -EUCLEAN ||
			 err == -EOWNERDEAD);
	return err;
}

int bm_heap_alloc_(struct bm_heap *heap, size_t size, void **memory)
{
	uint32_t start = any_below(CAPACITY) * BM_HEAP_ALIGNMENT;

	(void)heap;
	allocs++;
	given_size = size;
	if (alloc_error)
		return alloc_error;
	__CPROVER_assume(size <= BYTES - start);
	given = bytes + start;
	*memory = given;
	return 0;
}

int bm_heap_free_(struct bm_heap *heap, void *memory)
{
	(void)heap;
	assert(frees < 2);
	freed[frees++] = memory;
	return frees == 1 ? free_error : any_error();
}

static void any_bytes(void)
{
	__CPROVER_havoc_object(bytes);
	where = any_below(BYTES);
	was = bytes[where];
	alloc_error = any_error();
	free_error = any_error();
}

/* Is the byte looked at one of what was given? */
static bool is_given(size_t size)
{
	return given && bytes + where >= given && bytes + where < given + size;
}

/* Contents are copied as far as both blocks have room. After an error all is as it was. */
void prove_heap_move(void)
{
	struct bm_heap heap;
	struct bm_span block = { .start = any_below(CAPACITY) };
	size_t size = nondet_u64(), offset = nondet_u64(), both;
	unsigned char *old = bytes + block.start * BM_HEAP_ALIGNMENT;
	void *place = old;
	unsigned char byte;
	int err;

	any_bytes();
	block.end = block.start + 1 + any_below(CAPACITY - block.start);
	both = (size_t)(block.end - block.start) * BM_HEAP_ALIGNMENT;
	both = size < both ? size : both;
	__CPROVER_assume(offset < (both ? both : 1));
	byte = old[offset];
	err = move(&heap, &place, size, block);
	assert(allocs == 1 && given_size == size);
	assert(err == either(alloc_error, free_error));
	assert(place == (err ? old : given));
	assert(frees == (alloc_error ? 0 : free_error ? 2 : 1));
	assert(!frees || freed[0] == old);
	assert(frees < 2 || freed[1] == given);
	assert(is_given(both) || bytes[where] == was);
	if (!alloc_error && both)
		assert(given[offset] == byte);
	REACHED();
}

void prove_heap_alloc_zeroed(void)
{
	struct bm_heap heap;
	size_t size = nondet_u64();
	void *place = &heap;
	int err;

	any_bytes();
	err = bm_heap_alloc_zeroed_(&heap, size, &place);
	assert(allocs == 1 && given_size == size && !frees);
	assert(err == alloc_error);
	assert(place == (err ? (void *)&heap : given));
	assert(bytes[where] == (is_given(size) ? 0 : was));
	REACHED();
}
