// SPDX-License-Identifier: MIT
/*
 * heap_damage_test.c: heaps whose users, or whose neighbours, do what they must not
 */
#include "cmocka_test.h"

/* 1000 words of 64 granules, the last of which has 10 less: levels lie above each other. */
#define WIDE	((size_t)1024000 - 160)
#define WORD	((size_t)1024)

BM_HEAP(wide, WIDE)

#include "heap_test.h"

/* Each verb that takes a block is tried. */
static void check_misuse(struct scratch *h, void *memory, int expected)
{
	size_t size = 77;
	void *copy = memory;

	assert_int_equal(scratch_free(h, memory), expected);
	assert_int_equal(scratch_free_sized(h, memory, 100), expected);
	assert_int_equal(scratch_resize(h, &copy, 200), expected);
	assert_int_equal(scratch_usable_size(h, memory, &size), expected);
	assert_int_equal(size, 77);
	assert_ptr_equal(copy, memory);
	assert_false(scratch_owns(h, memory));
	assert_int_equal(scratch_offset(h, memory), 0);
}

static void misuse_is_noticed_and_changes_nothing(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 100);
	char *b = take(&h, 5000);
	char *c = take(&h, 100);
	char local[64];

	(void)state;
	check_misuse(&h, local, -EINVAL);
	check_misuse(&h, a - 16, -EINVAL);
	check_misuse(&h, a + BYTES, -EINVAL);
	check_misuse(&h, a + 1, -EINVAL);
	check_misuse(&h, a + 16, -EINVAL);
	check_misuse(&h, b + 4992, -EINVAL);
	check_misuse(&h, region.base, -EINVAL);
	assert_int_equal(scratch_free_sized(&h, a, 96), -EINVAL);
	assert_int_equal(scratch_free_sized(&h, a, 113), -EINVAL);
	assert_int_equal(scratch_free_sized(&h, a, SIZE_MAX), -EINVAL);
	check(&h, 3, 224 + 5008);
	assert_int_equal(scratch_free(&h, a), 0);
	check_misuse(&h, a, -ENOENT);
	check_misuse(&h, a + 16, -ENOENT);
	assert_int_equal(scratch_free(&h, b), 0);
	check_misuse(&h, b, -ENOENT);
	assert_int_equal(scratch_free(&h, c), 0);
	check_misuse(&h, b, -ENOENT);
	check_misuse(&h, c + 16, -ENOENT);
	check_misuse(&h, c + 8, -EINVAL);
	assert_int_equal(scratch_free(&h, NULL), 0);
	assert_int_equal(scratch_free_sized(&h, NULL, 5), 0);
	check(&h, 0, 0);
}

static void write_after_free_is_noticed_and_mended(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 5000);
	char *b = take(&h, 5000);
	char *c = take(&h, 5000);
	void *memory;

	(void)state;
	assert_int_equal(scratch_free(&h, b), 0);
	memset(b, 0x11, 5000);
	assert_int_equal(scratch_alloc(&h, 4500, &memory), -EUCLEAN);
	assert_int_equal(scratch_free(&h, a), -EUCLEAN);
	assert_int_equal(scratch_free(&h, c), -EUCLEAN);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_alloc(&h, 100, &memory), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 2, 2 * 5008);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(scratch_free(&h, c), 0);
	check(&h, 0, 0);
	assert_int_equal(scratch_largest_free(&h), BYTES);
}

static void overrun_destroys_no_more_than_contents(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 100);
	char *b = take(&h, 100);

	(void)state;
	memset(a, 0xff, 224);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(scratch_free(&h, b), 0);
	check(&h, 0, 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 100);
	void *memory = a;
	size_t size;

	(void)state;
	h.heap.object.object->updating = 1;
	assert_int_equal(scratch_alloc(&h, 1, &memory), -EOWNERDEAD);
	assert_int_equal(scratch_alloc_zeroed(&h, 1, &memory), -EOWNERDEAD);
	assert_int_equal(scratch_alloc_aligned(&h, 64, 1, &memory), -EOWNERDEAD);
	assert_int_equal(scratch_resize(&h, &memory, 500), -EOWNERDEAD);
	assert_int_equal(scratch_free(&h, a), -EOWNERDEAD);
	assert_int_equal(scratch_free_sized(&h, a, 100), -EOWNERDEAD);
	assert_int_equal(scratch_invariants(&h), -EOWNERDEAD);
	assert_int_equal(scratch_usable_size(&h, a, &size), 0);
	assert_true(scratch_owns(&h, a));
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 1, 112);
	assert_int_equal(scratch_free(&h, a), 0);
}

/* Only the bits of the map are needed: all else is made anew. */
static void repair_rebuilds_all_but_the_map(void **state)
{
	struct scratch h = make();
	char *block[50];

	(void)state;
	for (int i = 0; i < 50; i++)
		block[i] = take(&h, (size_t)i * 37);
	for (int i = 0; i < 50; i += 3)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	memset(h.heap.state, 0xa7, sizeof(*h.heap.state));
	memset(h.heap.held, 0xa7, sizeof(*h.heap.held) * h.heap.held_classes);
	memset(h.heap.level[0], 0, 8);
	memset(h.heap.links, 0xa7, sizeof(*h.heap.links) * h.heap.bins);
	assert_int_not_equal(scratch_invariants(&h), 0);
	assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_invariants(&h), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(scratch_free(&h, block[i]), i % 3 ? 0 : -ENOENT);
	check(&h, 0, 0);
	(void)take(&h, BYTES);
}

/* Whatever the verbs say, they return, and touch nothing outside the object. */
static void use_wildly(struct scratch *h, uint64_t *random)
{
	void *memory;
	size_t size;
	size_t cursor = 0;

	for (int i = 0; i < 40; i++) {
		memory = (char *)h->heap.links +
			 next_random(random) % (BYTES + 4096);
		memory = (void *)((uintptr_t)memory & ~(uintptr_t)15);
		switch (next_random(random) % 7) {
		case 0:
			scratch_free(h, memory);
			break;
		case 1:
			scratch_resize(h, &memory, next_random(random) % 6000);
			break;
		case 2:
			scratch_alloc_aligned(h, 64, next_random(random) % 6000,
					      &memory);
			break;
		case 3:
			scratch_usable_size(h, memory, &size);
			scratch_at(h, next_random(random) % (BYTES / 16));
			break;
		default:
			scratch_alloc(h, next_random(random) % 6000, &memory);
		}
		h->heap.object.object->updating = 0;
	}
	while (!scratch_next(h, &cursor, &memory, &size))
		;
	scratch_largest_free(h);
	scratch_peak(h);
	scratch_len(h);
	scratch_invariants(h);
}

static void hostile_bytes_cost_errors_only(void **state)
{
	struct bm_region narrow =
		take_region(BM_REGION_OVERHEAD + BM_BYTES(scratch));
	struct scratch h;
	unsigned char *tables;
	size_t size;
	uint64_t random = 3;

	(void)state;
	assert_int_equal(scratch_create(&h, narrow, "scratch"), 0);
	tables = (unsigned char *)h.heap.state;
	size = (size_t)((unsigned char *)(h.heap.links + h.heap.bins) - tables) +
	       2048;
	for (int round = 0; round < 6000; round++) {
		uint32_t count = 1 + next_random(&random) % 30;

		if (round % 8 == 0)
			scratch_clear(&h);
		for (uint32_t i = 0; i < count; i++)
			tables[next_random(&random) % size] =
				(unsigned char)next_random(&random);
		if (round % 5 == 0)
			memset(tables + next_random(&random) % (size - 200),
			       (int)next_random(&random), 200);
		if (round % 11 == 0)
			h.heap.object.object->len = next_random(&random);
		use_wildly(&h, &random);
		if (round % 3)
			continue;
		assert_int_equal(scratch_repair(&h), 0);
		assert_int_equal(scratch_invariants(&h), 0);
	}
	give_region(narrow);
}

static struct wide wide;

static char *take_wide(size_t size)
{
	void *memory = NULL;

	assert_int_equal(wide_alloc(&wide, size, &memory), 0);
	return memory;
}

/* Blocks from word 0, 300 and 990 on, to the end. */
static void make_wide(char *block[3])
{
	assert_int_equal(wide_create(&wide, region, "wide"), 0);
	block[0] = take_wide(300 * WORD);
	block[1] = take_wide(690 * WORD);
	block[2] = take_wide(WIDE - 990 * WORD);
	assert_int_equal(wide.heap.words, 1000);
	assert_int_equal(wide_invariants(&wide), 0);
}

/* The block begins there and ends nowhere. */
static void check_endless(char *block)
{
	void *copy = block;
	size_t size = 77;

	assert_int_equal(wide_usable_size(&wide, block, &size), -EUCLEAN);
	assert_int_equal(wide_resize(&wide, &copy, 16), -EUCLEAN);
	assert_int_equal(wide_free(&wide, block), -EUCLEAN);
	assert_int_equal(wide_invariants(&wide), -EUCLEAN);
	assert_true(size == 77 && copy == block);
}

static void damaged_levels_hide_the_end_of_a_block(void **state)
{
	char *block[3];
	__u64 *top;
	__u64 *low;

	(void)state;
	make_wide(block);
	top = wide.heap.level[1];
	low = wide.heap.level[0];
	low[4] = 0;
	check_endless(block[0]);
	*top = 1 | 1 << 15;
	low[15] = (__u64)1 << 63;
	check_endless(block[0]);
	*top = 1 | 1 << 20;
	check_endless(block[0]);
	*top = 1 | 1 << 15;
	low[15] = (__u64)1 << 39;
	check_endless(block[0]);
	wide.heap.map[999].starts = (__u64)1 << 63;
	check_endless(block[0]);
	assert_int_equal(wide_repair(&wide), 0);
	wide.heap.map[999].starts = (__u64)1 << 63;
	low[15] |= (__u64)1 << 39;
	check_endless(block[2]);
	assert_int_equal(wide_repair(&wide), 0);
	low[15] |= (__u64)1 << 50;
	check_endless(block[2]);
	assert_int_equal(wide_repair(&wide), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(wide_free(&wide, block[i]), 0);
	assert_int_equal(wide_invariants(&wide), 0);
	assert_int_equal(wide_largest_free(&wide), WIDE);
}

/* Who frees memory within a block is told which mistake it is, if that can be known. */
static void damaged_levels_hide_the_start_of_a_block(void **state)
{
	char *block[3];
	void *within;

	(void)state;
	make_wide(block);
	within = block[0] + 290 * WORD;
	assert_int_equal(wide_free(&wide, within), -EINVAL);
	wide.heap.level[0][0] = 0;
	assert_int_equal(wide_free(&wide, within), -EUCLEAN);
	wide.heap.level[0][0] = 1;
	wide.heap.map[0].starts = 0;
	assert_int_equal(wide_free(&wide, within), -EUCLEAN);
	wide.heap.map[0].starts = 1;
	assert_int_equal(wide_free(&wide, within), -EINVAL);
	assert_int_equal(wide_invariants(&wide), 0);
}

static void free_beside_a_block_without_ends_changes_nothing(void **state)
{
	char *block[3];
	void *within;

	(void)state;
	make_wide(block);
	assert_int_equal(wide_free(&wide, block[0]), 0);
	wide.heap.level[0][0] = 0;
	assert_int_equal(wide_free(&wide, block[1]), -EUCLEAN);
	wide.heap.level[0][0] = 1;
	assert_int_equal(wide_invariants(&wide), 0);
	assert_int_equal(wide_free(&wide, block[2]), 0);
	wide.heap.level[0][15] |= (__u64)1 << 50;
	assert_int_equal(wide_free(&wide, block[1]), -EUCLEAN);
	within = block[1];
	assert_int_equal(wide_resize(&wide, &within, 691 * WORD), -EUCLEAN);
	assert_ptr_equal(within, block[1]);
	wide.heap.level[0][15] &= ~((__u64)1 << 50);
	assert_int_equal(wide_invariants(&wide), 0);
	assert_int_equal(wide_free(&wide, block[1]), 0);
	assert_int_equal(wide_largest_free(&wide), WIDE);
}

/* Neighbours are taken out of their bins both, or none of them. */
static void free_between_a_sound_and_a_damaged_block_changes_nothing(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 5000);
	char *b = take(&h, 5000);
	char *c = take(&h, 6000);
	void *memory;

	(void)state;
	(void)take(&h, 100);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(scratch_free(&h, c), 0);
	memset(c, 0x11, 16);
	assert_int_equal(scratch_free(&h, b), -EUCLEAN);
	assert_true(scratch_owns(&h, b));
	assert_int_equal(scratch_alloc(&h, 4864, &memory), 0);
	assert_ptr_equal(memory, a);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 3, 4864 + 5008 + 112);
}

/* Where the first is to be put back something else is wrong: the mark stays. */
static void free_that_is_half_done_needs_a_repair(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 5000);
	char *b = take(&h, 5000);
	char *c = take(&h, 6000);
	char *other;
	uint32_t bin = BM_HEAP_CLASS_(313);

	(void)state;
	(void)take(&h, 100);
	other = take(&h, 5000);
	(void)take(&h, 100);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(scratch_free(&h, other), 0);
	assert_int_equal(scratch_free(&h, c), 0);
	h.heap.links[bin].next = UINT32_MAX;
	memset(c, 0x11, 16);
	assert_int_equal(scratch_free(&h, b), -EUCLEAN);
	assert_int_equal(scratch_free(&h, b), -EOWNERDEAD);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 3, 5008 + 2 * 112);
	assert_int_equal(scratch_free(&h, b), 0);
}

static void resize_that_cannot_free_keeps_the_old_block(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 5000);
	char *b = take(&h, 5000);
	void *memory = b;

	(void)state;
	(void)take(&h, 100);
	memset(b, 7, 5000);
	assert_int_equal(scratch_free(&h, a), 0);
	memset(a, 0x11, 16);
	assert_int_equal(scratch_resize(&h, &memory, 6000), -EUCLEAN);
	assert_ptr_equal(memory, b);
	assert_int_equal(b[0] + b[4999], 14);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 2, 5008 + 112);
}

static void damaged_peak_is_bounded_and_mended(void **state)
{
	struct scratch h = make();

	(void)state;
	(void)take(&h, 5000);
	h.heap.object.object->peak = UINT32_MAX;
	assert_int_equal(scratch_peak(&h), BYTES);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_peak(&h), 5008);
	check(&h, 1, 5008);
}

static void damage_32(const struct scratch *h, uint32_t *number, uint32_t value)
{
	uint32_t before = *number;

	assert_int_not_equal(before, value);
	*number = value;
	assert_int_equal(scratch_invariants(h), -EUCLEAN);
	*number = before;
	assert_int_equal(scratch_invariants(h), 0);
}

static void damage_64(const struct scratch *h, __u64 *word, __u64 value)
{
	__u64 before = *word;

	assert_int_not_equal(before, value);
	*word = value;
	assert_int_equal(scratch_invariants(h), -EUCLEAN);
	*word = before;
	assert_int_equal(scratch_invariants(h), 0);
}

static void every_damage_to_the_tables_is_noticed(void **state)
{
	struct scratch h = make();
	struct bm_heap_link *links = h.heap.links;
	uint32_t bin = BM_HEAP_CLASS_(313);
	char *a = take(&h, 5000);
	uint32_t next;

	(void)state;
	(void)take(&h, 100);
	assert_int_equal(scratch_free(&h, a), 0);
	check(&h, 1, 112);
	next = links[bin].next;
	damage_64(&h, h.heap.level[0], 0);
	damage_64(&h, h.heap.level[1], 0);
	damage_64(&h, &h.heap.map[0].starts, h.heap.map[0].starts & ~(__u64)1);
	damage_64(&h, &h.heap.map[2].frees, 1);
	damage_64(&h, &h.heap.state->filled, 0);
	damage_64(&h, &h.heap.state->bins[bin / 64], 0);
	damage_64(&h, &h.heap.state->bins[2],
		  h.heap.state->bins[2] | (__u64)1 << h.heap.bins % 64);
	damage_32(&h, &h.heap.state->blocks, 2);
	damage_32(&h, &h.heap.state->held, 1);
	damage_32(&h, &h.heap.state->held_limit, BYTES / 16 / 8 + 1);
	damage_32(&h, &h.heap.object.object->len, 8);
	damage_32(&h, &links[bin].next, bin);
	damage_32(&h, &links[bin].next, bin + 1);
	damage_32(&h, &links[bin].next, next + 1);
	damage_32(&h, &links[bin].next, next + 313);
	damage_32(&h, &links[bin].next, h.heap.bins + h.heap.object.capacity);
	damage_32(&h, &links[bin].previous, bin);
	damage_32(&h, &links[next].previous, next);
	damage_32(&h, &links[next].next, next);
	check(&h, 1, 112);
}

/* A start that lies behind the last granule, in a word that no level tells of. */
static void start_beyond_the_end_is_noticed(void **state)
{
	void *memory;

	(void)state;
	assert_int_equal(wide_create(&wide, region, "wide"), 0);
	assert_int_equal(wide_alloc(&wide, 100, &memory), 0);
	wide.heap.map[999].starts = (__u64)1 << 63;
	assert_int_equal(wide_invariants(&wide), -EUCLEAN);
	assert_int_equal(wide_repair(&wide), 0);
	assert_int_equal(wide_invariants(&wide), 0);
	assert_int_equal(wide_len(&wide), 1);
}

static void every_damage_to_what_is_held_is_noticed(void **state)
{
	struct scratch h = make();
	struct bm_heap_held *seven = &h.heap.held[7];
	struct bm_heap_held *eight = &h.heap.held[8];
	char *block[4];
	uint32_t first;

	(void)state;
	for (int i = 0; i < 4; i++)
		block[i] = take(&h, i < 2 ? 112 : 128);
	(void)take(&h, 16);
	for (int i = 0; i < 3; i++)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	check(&h, 2, 128 + 16);
	assert_int_equal(seven->count, 2);
	assert_int_equal(eight->count, 1);
	first = seven->granule[0];
	damage_32(&h, &seven->granule[0], h.heap.object.capacity);
	damage_32(&h, &seven->granule[0], first + 1);
	damage_32(&h, &seven->granule[0], seven->granule[1]);
	damage_32(&h, &seven->granule[0], eight->granule[0]);
	damage_32(&h, &seven->granule[0], eight->granule[0] + 8);
	damage_32(&h, &seven->count, 1);
	damage_32(&h, &seven->count, BM_HEAP_HELD + 1);
	damage_32(&h, &h.heap.state->held, 14 + 8 + 1);
	check(&h, 2, 128 + 16);
	seven->granule[1] = h.heap.object.capacity;
	assert_int_equal(scratch_alloc(&h, 112, (void **)&block[0]), -EUCLEAN);
	seven->granule[1] = h.heap.object.capacity - 1;
	assert_int_equal(scratch_alloc(&h, 112, (void **)&block[0]), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 2, 128 + 16);
}

/* The length says that less is in use than this block takes. */
static void free_of_more_than_is_in_use_is_damage(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 100);

	(void)state;
	h.heap.object.object->len = 6;
	assert_int_equal(scratch_free(&h, a), -EUCLEAN);
	assert_int_equal(scratch_free_sized(&h, a, 100), -EUCLEAN);
	h.heap.object.object->len = 7;
	check(&h, 1, 112);
	assert_int_equal(scratch_free(&h, a), 0);
}

/* Where the table of tables tells of a bin in a group that has none, nothing is found. */
static void group_without_bins_has_no_block(void **state)
{
	struct scratch h = make();
	void *memory;

	(void)state;
	(void)take(&h, BYTES - 100 * 16);
	h.heap.state->filled |= 1 << 3;
	assert_int_equal(scratch_alloc(&h, 2000, &memory), -ENOSPC);
	assert_int_equal(scratch_invariants(&h), -EUCLEAN);
	assert_int_equal(scratch_repair(&h), 0);
	check(&h, 1, BYTES - 100 * 16);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(misuse_is_noticed_and_changes_nothing),
		CASE(write_after_free_is_noticed_and_mended),
		CASE(overrun_destroys_no_more_than_contents),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(repair_rebuilds_all_but_the_map),
		CASE(hostile_bytes_cost_errors_only),
		CASE(damaged_levels_hide_the_end_of_a_block),
		CASE(damaged_levels_hide_the_start_of_a_block),
		CASE(free_beside_a_block_without_ends_changes_nothing),
		CASE(free_between_a_sound_and_a_damaged_block_changes_nothing),
		CASE(free_that_is_half_done_needs_a_repair),
		CASE(resize_that_cannot_free_keeps_the_old_block),
		CASE(damaged_peak_is_bounded_and_mended),
		CASE(every_damage_to_the_tables_is_noticed),
		CASE(start_beyond_the_end_is_noticed),
		CASE(every_damage_to_what_is_held_is_noticed),
		CASE(free_of_more_than_is_in_use_is_damage),
		CASE(group_without_bins_has_no_block),
	};

	return cmocka_run_group_tests_name("heap damage", tests, NULL, NULL);
}
