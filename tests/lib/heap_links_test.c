// SPDX-License-Identifier: MIT
/*
 * heap_links_test.c: free blocks of a heap whose links, or whose levels, are damaged
 */
#include "cmocka_test.h"

/* 1000 words of 64 granules: levels lie above each other. */
#define WORD	((size_t)1024)

BM_HEAP(wide, 1000 * WORD)

#include "heap_test.h"

static uint32_t granule_of(const struct scratch *h, const void *memory)
{
	return (uint32_t)(((const unsigned char *)memory - h->heap.memory) / 16);
}

/* The number with which a free block's neighbours in the ring know it. */
static uint32_t number_of(const struct scratch *h, const void *memory)
{
	return h->heap.bins + granule_of(h, memory);
}

static struct bm_heap_link *link_of(const struct scratch *h, const void *memory)
{
	return h->heap.links + number_of(h, memory);
}

/* Two free blocks of one size between blocks in use: the second to go is the first. */
static struct scratch make_ring(char *block[2])
{
	struct scratch h = make();

	for (int i = 0; i < 2; i++) {
		block[i] = take(&h, 5008);
		(void)take(&h, 160);
	}
	assert_int_equal(scratch_free(&h, block[0]), 0);
	assert_int_equal(scratch_free(&h, block[1]), 0);
	check(&h, 2, 320);
	return h;
}

/* What is written to the link is met by an alloc, which changes nothing. */
static void check_link(struct scratch *h, uint32_t *number, uint32_t value)
{
	uint32_t before = *number;
	void *memory = h;

	assert_int_not_equal(before, value);
	*number = value;
	assert_int_equal(scratch_alloc(h, 4864, &memory), -EUCLEAN);
	assert_ptr_equal(memory, h);
	assert_int_equal(scratch_invariants(h), -EUCLEAN);
	*number = before;
	check(h, 2, 320);
}

static void neighbours_of_a_free_block_must_agree(void **state)
{
	char *block[2];
	struct scratch h = make_ring(block);
	struct bm_heap_link *link = link_of(&h, block[1]);
	uint32_t none = h.heap.bins + h.heap.object.capacity;

	(void)state;
	assert_int_equal(link->previous, BM_HEAP_CLASS_(313));
	assert_int_equal(link->next, number_of(&h, block[0]));
	check_link(&h, &link->next, none);
	check_link(&h, &link->previous, none);
	check_link(&h, &link->next, link->previous);
	check_link(&h, &link->previous, link->next);
	assert_int_equal(scratch_alloc(&h, 4864, (void **)&block[0]), 0);
	assert_ptr_equal(block[0], block[1]);
	check(&h, 3, 4864 + 320);
}

/* The two know each other only, and the bin them no longer: it is not made empty. */
static void ring_without_a_bin_is_noticed_and_mended(void **state)
{
	char *block[2];
	struct scratch h = make_ring(block);

	(void)state;
	link_of(&h, block[1])->previous = number_of(&h, block[0]);
	link_of(&h, block[0])->next = number_of(&h, block[1]);
	assert_int_equal(scratch_free(&h, block[0] + 5008), 0);
	assert_int_equal(scratch_free(&h, block[1] + 5008), 0);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 0, 0);
	assert_int_equal(scratch_largest_free(&h), BYTES);
}

static void block_in_the_bin_of_another_size_is_noticed(void **state)
{
	char *block[2];
	struct scratch h = make_ring(block);
	uint32_t *next = &h.heap.links[BM_HEAP_CLASS_(313)].next;
	uint32_t before = *next;

	(void)state;
	*next = number_of(&h, block[1] + 5008 + 160);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	*next = before;
	check(&h, 2, 320);
}

static void block_in_no_bin_is_noticed_and_mended(void **state)
{
	char *block[2];
	struct scratch h = make_ring(block);
	uint32_t bin = BM_HEAP_CLASS_(313);

	(void)state;
	h.heap.links[bin].next = bin;
	h.heap.links[bin].previous = bin;
	h.heap.state->bins[bin / 64] &= ~((__u64)1 << bin % 64);
	h.heap.state->filled &= ~((__u64)1 << bin / 64);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 2, 320);
	(void)take(&h, 4864);
}

/* The levels tell of one word only, and that loses its one start. */
static void levels_that_lose_their_last_word_are_mended(void **state)
{
	struct wide w;
	void *block[3];

	(void)state;
	assert_int_equal(wide_create(&w, region, "wide"), 0);
	assert_int_equal(wide_alloc(&w, 300 * WORD, &block[0]), 0);
	assert_int_equal(wide_alloc(&w, 690 * WORD, &block[1]), 0);
	assert_int_equal(wide_alloc(&w, 10 * WORD, &block[2]), 0);
	assert_int_equal(wide_free(&w, block[2]), 0);
	assert_int_equal(w.heap.level[0][15], (__u64)1 << 30);
	w.heap.level[1][0] = 1 << 15;
	assert_int_equal(wide_free(&w, block[1]), 0);
	for (int i = 1; i < BM_HEAP_LEVELS; i++)
		assert_int_equal(w.heap.level[i][0], 0);
	assert_int_equal(wide_invariants(&w), -EUCLEAN);
	assert_int_equal(wide_repair(&w), 0);
	assert_int_equal(wide_invariants(&w), 0);
	assert_int_equal(wide_largest_free(&w), 700 * WORD);
	assert_int_equal(wide_free(&w, block[0]), 0);
	assert_int_equal(wide_largest_free(&w), 1000 * WORD);
}

/* What is put into an empty level says so on all that lie above it. */
static void levels_that_have_lost_all_are_filled_again(void **state)
{
	struct wide w;
	void *block;
	void *other;

	(void)state;
	assert_int_equal(wide_create(&w, region, "wide"), 0);
	for (int i = 0; i < BM_HEAP_LEVELS; i++)
		w.heap.level[i][0] = 0;
	assert_int_equal(wide_alloc(&w, 300 * WORD, &block), 0);
	assert_int_equal(w.heap.level[0][4], (__u64)1 << 44);
	assert_int_equal(w.heap.level[1][0], 1 << 4);
	assert_int_equal(w.heap.level[2][0], 1);
	assert_int_equal(w.heap.level[3][0], 1);
	assert_int_equal(wide_invariants(&w), -EUCLEAN);
	assert_int_equal(wide_repair(&w), 0);
	assert_int_equal(wide_invariants(&w), 0);
	assert_int_equal(wide_alloc(&w, 700 * WORD, &other), 0);
	assert_int_equal(wide_free(&w, block), 0);
	assert_int_equal(wide_free(&w, other), 0);
	assert_int_equal(wide_largest_free(&w), 1000 * WORD);
}

/* A level tells of a start where there is none: what the memory is cannot be said. */
static void memory_behind_a_lost_start_is_damage(void **state)
{
	struct wide w;
	void *block;

	(void)state;
	assert_int_equal(wide_create(&w, region, "wide"), 0);
	assert_int_equal(wide_alloc(&w, 300 * WORD, &block), 0);
	assert_int_equal(wide_free(&w, (char *)block + 10 * WORD), -EINVAL);
	w.heap.map[0].starts = 0;
	assert_int_equal(wide_free(&w, (char *)block + 10 * WORD), -EUCLEAN);
	w.heap.map[0].starts = 1;
	assert_int_equal(wide_invariants(&w), 0);
	assert_int_equal(wide_free(&w, block), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(neighbours_of_a_free_block_must_agree),
		CASE(ring_without_a_bin_is_noticed_and_mended),
		CASE(block_in_the_bin_of_another_size_is_noticed),
		CASE(block_in_no_bin_is_noticed_and_mended),
		CASE(levels_that_lose_their_last_word_are_mended),
		CASE(levels_that_have_lost_all_are_filled_again),
		CASE(memory_behind_a_lost_start_is_damage),
	};

	return cmocka_run_group_tests_name("heap links", tests, NULL, NULL);
}
