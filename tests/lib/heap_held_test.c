// SPDX-License-Identifier: MIT
/*
 * heap_held_test.c: blocks that a heap holds back, and merges when it has to
 */
#include "cmocka_test.h"

/* Holds blocks of up to 125 granules back; steps above 32 are of two granules or four. */
BM_HEAP(wide, (size_t)64000 * 16)

#include "heap_test.h"

/*
 * 10 blocks of 8 granules are held back, between others, and the bin into which they
 * are to be merged leads nowhere.
 */
static void hold_ten(struct scratch *h, char **spare)
{
	char *block[10];

	for (int i = 0; i < 10; i++) {
		block[i] = take(h, 128);
		(void)take(h, 16);
	}
	*spare = take(h, 128);
	(void)take(h, 16);
	for (int i = 0; i < 10; i++)
		assert_int_equal(scratch_free(h, block[i]), 0);
	assert_int_equal(h->heap.state->held, 80);
	h->heap.links[8].next = UINT32_MAX;
}

/* The alloc needs none of them: it has its memory, and the next verb hears of it. */
static void alloc_that_cannot_merge_others_is_done(void **state)
{
	struct scratch h = make();
	char *spare;
	char *all;

	(void)state;
	hold_ten(&h, &spare);
	h.heap.state->victim = 7;
	all = take(&h, scratch_largest_free(&h) - 50 * 16);
	assert_int_equal(scratch_free(&h, all), -EOWNERDEAD);
	assert_true(scratch_owns(&h, all));
	assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_invariants(&h), 0);
	assert_int_equal(scratch_len(&h), 13);
	assert_int_equal(scratch_free(&h, all), 0);
	assert_int_equal(scratch_invariants(&h), 0);
}

static void free_that_cannot_merge_others_needs_a_repair(void **state)
{
	struct scratch h = make();
	char *spare;

	(void)state;
	hold_ten(&h, &spare);
	(void)take(&h, scratch_largest_free(&h) - 84 * 16);
	assert_int_equal(h.heap.state->held, 80);
	h.heap.state->victim = 7;
	assert_int_equal(scratch_free(&h, spare), -EUCLEAN);
	assert_int_equal(scratch_free(&h, spare), -EOWNERDEAD);
	assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_invariants(&h), 0);
	assert_int_equal(scratch_len(&h), 13);
	assert_int_equal(scratch_free(&h, spare), 0);
	assert_int_equal(scratch_invariants(&h), 0);
}

/*
 * No granule, too few of them, within the block, a block in use, a free one of another
 * size. What is merged because nothing else is left must be what it was when
 * it was held.
 */
static void held_block_that_is_another_is_damage(void **state)
{
	struct scratch h = make();
	struct bm_heap_held *seven = &h.heap.held[7];
	char *a = take(&h, 112);
	uint32_t wrong[5];
	uint32_t found;
	void *memory;

	(void)state;
	(void)take(&h, 112);
	(void)take(&h, scratch_largest_free(&h) - 20 * 16);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(seven->count, 1);
	found = seven->granule[0];
	wrong[0] = h.heap.object.capacity;
	wrong[1] = h.heap.object.capacity - 1;
	wrong[2] = found + 1;
	wrong[3] = found + 7;
	wrong[4] = h.heap.object.capacity - 20;
	for (int i = 0; i < 5; i++) {
		seven->granule[0] = wrong[i];
		assert_int_equal(scratch_alloc(&h, 25 * 16, &memory), -EUCLEAN);
		seven->granule[0] = found;
		assert_int_equal(scratch_invariants(&h), 0);
	}
	assert_int_equal(scratch_alloc(&h, 25 * 16, &memory), -ENOSPC);
	assert_int_equal(seven->count, 0);
	assert_int_equal(scratch_invariants(&h), 0);
}

/* The program has written behind its block, where the free one has its links. */
static void resize_that_cannot_merge_what_is_left_changes_nothing(void **state)
{
	struct scratch h = make();
	char *block = take(&h, 1024);
	void *memory = block;

	(void)state;
	memset(block + 1024, 0xff, 8);
	assert_int_equal(scratch_resize(&h, &memory, 112), -EUCLEAN);
	assert_ptr_equal(memory, block);
	assert_int_equal(scratch_used(&h), 1024);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 1, 1024);
	assert_int_equal(scratch_resize(&h, &memory, 112), 0);
	check(&h, 1, 112);
}

/* The last room there is, which is less than a step: for no other alloc to be held. */
static void block_that_is_no_step_is_not_held_back(void **state)
{
	struct wide w;
	void *block;
	size_t size;

	(void)state;
	assert_int_equal(wide_create(&w, region, "wide"), 0);
	assert_int_equal(wide_alloc(&w, (size_t)(64000 - 33) * 16, &block), 0);
	assert_int_equal(wide_alloc(&w, 33 * 16, &block), 0);
	assert_int_equal(wide_usable_size(&w, block, &size), 0);
	assert_int_equal(size, 33 * 16);
	assert_true(BM_HEAP_CLASS_(33) < w.heap.held_classes);
	w.heap.state->held_limit = UINT32_MAX;
	assert_int_equal(wide_free(&w, block), 0);
	assert_int_equal(w.heap.state->held, 0);
	assert_int_equal(wide_largest_free(&w), 33 * 16);
	assert_int_equal(wide_invariants(&w), 0);
}

/* A block that may be merged is in a bin: nobody may hold it back as well. */
static void block_in_a_bin_that_is_held_is_noticed(void **state)
{
	struct scratch h = make();
	char *held = take(&h, 112);
	char *binned;
	uint32_t found;

	(void)state;
	(void)take(&h, 16);
	binned = take(&h, 5008);
	(void)take(&h, 16);
	assert_int_equal(scratch_free(&h, held), 0);
	assert_int_equal(scratch_free(&h, binned), 0);
	check(&h, 2, 32);
	found = h.heap.held[7].granule[0];
	h.heap.held[7].granule[0] = 8;
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	h.heap.held[7].granule[0] = found;
	check(&h, 2, 32);
}

/* Somebody has written that as much may be held back as one likes. */
static void more_held_back_than_an_eighth_is_noticed_and_mended(void **state)
{
	struct scratch h = make();
	char *block[3][BM_HEAP_HELD];
	size_t used = 0;

	(void)state;
	for (int i = 0; i < BM_HEAP_HELD; i++) {
		for (size_t kind = 0; kind < 3; kind++)
			block[kind][i] = take(&h, (kind + 6) * 16);
		(void)take(&h, 16);
		used += 16;
	}
	h.heap.state->held_limit = UINT32_MAX;
	for (int i = 0; i < BM_HEAP_HELD; i++) {
		for (int kind = 0; kind < 3; kind++)
			assert_int_equal(scratch_free(&h, block[kind][i]), 0);
	}
	assert_int_equal(h.heap.state->held, 31 * (6 + 7 + 8));
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, BM_HEAP_HELD, used);
	assert_int_equal(h.heap.state->held, 0);
}

static void iteration_from_within_a_block_goes_on_behind_it(void **state)
{
	struct scratch h = make();
	char *b;
	size_t cursor = 3;
	void *memory;
	size_t size;

	(void)state;
	(void)take(&h, 112);
	b = take(&h, 128);
	assert_int_equal(scratch_next(&h, &cursor, &memory, &size), 0);
	assert_ptr_equal(memory, b);
	assert_int_equal(size, 128);
	assert_int_equal(scratch_next(&h, &cursor, &memory, &size), -ENOENT);
}

/* A block that is held back is told to be larger than it is: it reaches into the one that moves. */
static void resize_copies_to_where_the_old_block_begins(void **state)
{
	struct scratch h = make();
	struct bm_heap_held *held = h.heap.held;
	char *one = take(&h, 16);
	char *old = take(&h, 32);
	void *memory = old;

	(void)state;
	(void)take(&h, 16);
	assert_int_equal(scratch_free(&h, one), 0);
	assert_int_equal(held[1].count, 1);
	held[3].granule[0] = held[1].granule[0];
	held[3].count = 1;
	for (int i = 0; i < 32; i++)
		old[i] = (char)i;
	assert_int_equal(scratch_resize(&h, &memory, 48), 0);
	assert_ptr_equal(memory, one);
	for (int i = 0; i < 16; i++)
		assert_int_equal(one[i], i);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(alloc_that_cannot_merge_others_is_done),
		CASE(free_that_cannot_merge_others_needs_a_repair),
		CASE(held_block_that_is_another_is_damage),
		CASE(resize_that_cannot_merge_what_is_left_changes_nothing),
		CASE(block_that_is_no_step_is_not_held_back),
		CASE(block_in_a_bin_that_is_held_is_noticed),
		CASE(more_held_back_than_an_eighth_is_noticed_and_mended),
		CASE(iteration_from_within_a_block_goes_on_behind_it),
		CASE(resize_copies_to_where_the_old_block_begins),
	};

	return cmocka_run_group_tests_name("heap held", tests, NULL, NULL);
}
