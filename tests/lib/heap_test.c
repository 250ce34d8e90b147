// SPDX-License-Identifier: MIT
/*
 * heap_test.c: exact behaviour of heaps
 */
#include "cmocka_test.h"

#define LARGE	((size_t)1 << 21)

BM_HEAP(large, LARGE)
BM_HEAP(tiny, 48)
BM_HEAP(one, 1)
BM_HEAP(odd, 100000)
BM_HEAP(tight, 2160)
BM_HEAP(held, 1200 * 16)

#include "heap_test.h"

static void refuse(struct scratch *h, size_t size)
{
	void *memory = h;

	assert_int_equal(scratch_alloc(h, size, &memory), -ENOSPC);
	assert_ptr_equal(memory, h);
}

static size_t usable(const struct scratch *h, const void *memory)
{
	size_t size = 0;

	assert_int_equal(scratch_usable_size(h, memory, &size), 0);
	return size;
}

static void new_heap_is_empty(void **state)
{
	struct scratch h = make();
	size_t cursor = 0;
	void *memory = &h;

	(void)state;
	assert_true(scratch_is_empty(&h));
	assert_int_equal(scratch_capacity(&h), BYTES);
	assert_int_equal(scratch_largest_free(&h), BYTES);
	assert_int_equal(scratch_peak(&h), 0);
	assert_int_equal(scratch_next(&h, &cursor, &memory, NULL), -ENOENT);
	assert_int_equal(scratch_next(&h, &cursor, &memory, NULL), -ENOENT);
	assert_ptr_equal(memory, &h);
	check(&h, 0, 0);
}

static void one_alloc_can_have_everything(void **state)
{
	struct scratch h = make();
	char *all = take(&h, BYTES);

	(void)state;
	memset(all, 1, BYTES);
	check(&h, 1, BYTES);
	assert_int_equal(scratch_largest_free(&h), 0);
	refuse(&h, 0);
	assert_int_equal(scratch_free(&h, all), 0);
	check(&h, 0, 0);
	assert_int_equal(scratch_largest_free(&h), BYTES);
	assert_int_equal(scratch_peak(&h), BYTES);
}

static void too_much_is_refused_and_counted(void **state)
{
	struct scratch h = make();
	void *memory = NULL;

	(void)state;
	refuse(&h, BYTES + 1);
	refuse(&h, SIZE_MAX);
	refuse(&h, SIZE_MAX - 14);
	assert_int_equal(scratch_alloc_zeroed(&h, BYTES + 1, &memory), -ENOSPC);
	assert_int_equal(scratch_alloc_aligned(&h, 64, SIZE_MAX, &memory),
			 -ENOSPC);
	assert_int_equal(scratch_alloc_aligned(&h, SIZE_MAX / 2 + 1, 1, &memory),
			 -ENOSPC);
	memory = take(&h, 1);
	assert_int_equal(scratch_resize(&h, &memory, SIZE_MAX), -ENOSPC);
	assert_int_equal(scratch_refused(&h), 7);
	assert_int_equal(header_of(region)->refused, 7);
	check(&h, 1, 16);
}

/* 16 steps for each power of two up to 4096 bytes, multiples of 16 above. */
static void sizes_are_rounded_as_stated(void **state)
{
	static const size_t sizes[][2] = {
		{ 0, 16 }, { 1, 16 }, { 16, 16 }, { 17, 32 }, { 255, 256 },
		{ 257, 272 }, { 496, 496 }, { 512, 512 }, { 513, 544 },
		{ 1025, 1088 }, { 1088, 1088 }, { 2049, 2176 }, { 4095, 4096 },
		{ 4096, 4096 }, { 4097, 4112 }, { 5000, 5008 },
	};
	struct scratch h = make();

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char *memory = take(&h, sizes[i][0]);

		assert_int_equal(usable(&h, memory), sizes[i][1]);
		check(&h, 1, sizes[i][1]);
		assert_int_equal(scratch_free_sized(&h, memory, sizes[i][0]), 0);
	}
	for (size_t size = 16; size < 9000; size++) {
		char *memory = take(&h, size);

		assert_true(usable(&h, memory) >= size);
		assert_true(usable(&h, memory) <= (size + 15) / 16 * 17);
		assert_int_equal(scratch_free(&h, memory), 0);
	}
	check(&h, 0, 0);
}

/* What does not divide into steps is not lost. */
static void the_last_granule_can_be_had(void **state)
{
	struct scratch h = make();

	(void)state;
	(void)take(&h, BYTES - 33 * 16);
	assert_int_equal(scratch_largest_free(&h), 33 * 16);
	(void)take(&h, 33 * 16);
	check(&h, 2, BYTES);
	refuse(&h, 1);
}

static void neighbours_are_merged(void **state)
{
	struct scratch h = make();
	char *block[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		block[i] = take(&h, BYTES / 4);
	refuse(&h, 1);
	assert_int_equal(scratch_free(&h, block[1]), 0);
	assert_int_equal(scratch_largest_free(&h), BYTES / 4);
	assert_int_equal(scratch_free(&h, block[3]), 0);
	check(&h, 2, BYTES / 2);
	refuse(&h, BYTES / 4 + 1);
	assert_int_equal(scratch_free(&h, block[2]), 0);
	assert_int_equal(scratch_largest_free(&h), BYTES / 4 * 3);
	check(&h, 1, BYTES / 4);
	assert_int_equal(scratch_free(&h, block[0]), 0);
	assert_int_equal(scratch_largest_free(&h), BYTES);
	check(&h, 0, 0);
}

/* Small blocks fill all, every other one is freed, then the rest. */
static void what_is_held_back_is_not_lost(void **state)
{
	static char *block[BYTES / 16];
	struct scratch h = make();

	(void)state;
	for (size_t i = 0; i < BYTES / 16; i++)
		block[i] = take(&h, 16);
	refuse(&h, 1);
	for (size_t i = 0; i < BYTES / 16; i += 2)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	check(&h, BYTES / 32, BYTES / 2);
	refuse(&h, 17);
	for (size_t i = 1; i < BYTES / 16; i += 2)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	check(&h, 0, 0);
	(void)take(&h, BYTES);
	check(&h, 1, BYTES);
}

static void freed_last_is_taken_first(void **state)
{
	struct scratch h = make();
	char *a = take(&h, 100);
	char *b = take(&h, 100);

	(void)state;
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(scratch_free(&h, b), 0);
	assert_int_equal(h.heap.state->held, 14);
	check(&h, 0, 0);
	assert_ptr_equal(take(&h, 98), b);
	assert_ptr_equal(take(&h, 98), a);
	check(&h, 2, 224);
}

static void held_back_is_at_most_what_is_stated(void **state)
{
	struct large h;
	static void *block[2000];

	(void)state;
	assert_int_equal(large_create(&h, region, "large"), 0);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(large_alloc(&h, 512, &block[i]), 0);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(large_free(&h, block[i]), 0);
	assert_int_equal(h.heap.state->held, BM_HEAP_HELD * 32);
	assert_int_equal(large_invariants(&h), 0);
	/* Other sizes up to an eighth of the heap; then the oldest make room. */
	for (size_t size = 16; size <= BM_HEAP_HELD_SIZE; size += 16) {
		for (int i = 0; i < 20; i++)
			assert_int_equal(large_alloc(&h, size, &block[i]), 0);
		for (int i = 0; i < 20; i++)
			assert_int_equal(large_free(&h, block[i]), 0);
		assert_int_equal(large_invariants(&h), 0);
	}
	assert_true(h.heap.state->held > LARGE / 16 / 8 - 512);
	assert_int_equal(large_alloc(&h, LARGE, &block[0]), 0);
	assert_int_equal(h.heap.state->held, 0);
	assert_int_equal(large_invariants(&h), 0);
}

static void zeroed_is_zero(void **state)
{
	struct scratch h = make();
	char *dirty = take(&h, 5000);
	void *memory;

	(void)state;
	memset(dirty, 0xff, 5000);
	assert_int_equal(scratch_free(&h, dirty), 0);
	assert_int_equal(scratch_alloc_zeroed(&h, 5000, &memory), 0);
	assert_ptr_equal(memory, dirty);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(dirty[i], 0);
}

static void alignment_is_kept(void **state)
{
	struct scratch h = make();
	void *block[20];
	int count = 0;

	(void)state;
	for (size_t alignment = 1; alignment <= 8192; alignment *= 2) {
		(void)take(&h, 16);
		assert_int_equal(scratch_alloc_aligned(&h, alignment, 40,
						       &block[count]), 0);
		assert_int_equal((uintptr_t)block[count] % alignment, 0);
		assert_int_equal(usable(&h, block[count]), 48);
		memset(block[count++], 1, 48);
		assert_int_equal(scratch_invariants(&h), 0);
	}
	for (int i = 0; i < count; i++)
		assert_int_equal(scratch_free_sized(&h, block[i], 40), 0);
	check(&h, 14, 14 * 16);
	assert_int_equal(scratch_alloc_aligned(&h, 0, 1, block), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&h, 48, 1, block), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&h, 1 << 17, 1, block), -ENOSPC);
	/* With what alignment may need, more than the largest class. */
	scratch_clear(&h);
	for (size_t size = BYTES - 8192; size <= BYTES; size += 16) {
		int err = scratch_alloc_aligned(&h, 8192, size, block);

		assert_true(!err || err == -ENOSPC);
		if (!err)
			assert_int_equal(scratch_free(&h, block[0]), 0);
	}
	assert_true(scratch_refused(&h) > 1);
	check(&h, 0, 0);
}

/* The whole rest of the heap, where it is aligned by itself. */
static void aligned_alloc_can_have_the_rest(void **state)
{
	struct scratch h = make();
	char *first = take(&h, 16);
	void *memory;

	(void)state;
	assert_int_equal(scratch_alloc_aligned(&h, 64, BYTES - 64, &memory), 0);
	assert_ptr_equal(memory, first + 64);
	check(&h, 2, BYTES - 48);
	assert_int_equal(scratch_largest_free(&h), 48);
	assert_ptr_equal(take(&h, 48), first + 16);
	check(&h, 3, BYTES);
}

static void resize_stays_where_it_can(void **state)
{
	struct scratch h = make();
	void *memory = take(&h, 5000);
	char *place = memory;
	char *behind;

	(void)state;
	memset(place, 7, 5000);
	assert_int_equal(scratch_resize(&h, &memory, 20000), 0);
	assert_ptr_equal(memory, place);
	check(&h, 1, 20000);
	assert_int_equal(scratch_resize(&h, &memory, 6000), 0);
	assert_ptr_equal(memory, place);
	check(&h, 1, 6000);
	assert_int_equal(scratch_resize(&h, &memory, 6000), 0);
	behind = take(&h, 16);
	assert_ptr_equal(behind, place + 6000);
	assert_int_equal(scratch_resize(&h, &memory, 6001), 0);
	assert_ptr_not_equal(memory, place);
	place = memory;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(place[i], 7);
	check(&h, 2, 6032);
	assert_int_equal(scratch_resize(&h, &memory, 0), 0);
	check(&h, 2, 32);
}

static void resize_to_the_very_end(void **state)
{
	struct scratch h = make();
	void *memory = take(&h, 16);

	(void)state;
	assert_int_equal(scratch_resize(&h, &memory, BYTES), 0);
	check(&h, 1, BYTES);
	assert_int_equal(scratch_resize(&h, &memory, BYTES - 16), 0);
	check(&h, 1, BYTES - 16);
	assert_int_equal(scratch_resize(&h, &memory, BYTES), 0);
	check(&h, 1, BYTES);
}

static void refused_resize_leaves_the_block(void **state)
{
	struct scratch h = make();
	char *block = take(&h, 30000);
	void *memory = block;

	(void)state;
	(void)take(&h, 30000);
	memset(block, 9, 30000);
	assert_int_equal(scratch_resize(&h, &memory, 40000), -ENOSPC);
	assert_ptr_equal(memory, block);
	for (int i = 0; i < 30000; i++)
		assert_int_equal(block[i], 9);
	assert_int_equal(scratch_refused(&h), 1);
	check(&h, 2, 60000);
}

/* 135 granules are all there is: less than the step of 130 and of 135, which is 136. */
static void resize_of_a_block_without_its_whole_step_leaves_it(void **state)
{
	struct tight t;
	void *memory;
	void *block;

	(void)state;
	assert_int_equal(tight_create(&t, region, "tight"), 0);
	assert_int_equal(tight_alloc(&t, 2160, &memory), 0);
	block = memory;
	assert_int_equal(tight_resize(&t, &memory, 2160), 0);
	assert_int_equal(tight_resize(&t, &memory, 2080), 0);
	assert_ptr_equal(memory, block);
	assert_int_equal(tight_used(&t), 2160);
	assert_int_equal(tight_free_sized(&t, memory, 2048), -EINVAL);
	assert_int_equal(tight_free_sized(&t, memory, 2080), 0);
	assert_int_equal(tight_alloc(&t, 2160, &memory), 0);
	assert_ptr_equal(memory, block);
	assert_int_equal(tight_resize(&t, &memory, 2048), 0);
	assert_ptr_equal(memory, block);
	assert_int_equal(tight_used(&t), 2048);
	assert_int_equal(tight_refused(&t), 0);
	assert_int_equal(tight_invariants(&t), 0);
}

/* 35 granules in one piece are free, and 32 and 2 beside each other, the 2 held back. */
static void largest_free_can_be_had_though_others_are_held_back(void **state)
{
	struct held h;
	void *block[6];
	const size_t granules[] = { 34, 1, 1, 2, 32 };
	size_t largest;

	(void)state;
	assert_int_equal(held_create(&h, region, "held"), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(held_alloc(&h, granules[i] * 16, &block[i]), 0);
	assert_int_equal(held_alloc(&h, held_largest_free(&h), &block[5]), 0);
	assert_int_equal(held_free(&h, block[1]), 0);
	assert_int_equal(held_free(&h, block[0]), 0);
	assert_int_equal(held_free(&h, block[4]), 0);
	assert_int_equal(held_free(&h, block[3]), 0);
	largest = held_largest_free(&h);
	assert_in_range(largest, 32 * 16, 35 * 16);
	assert_int_equal(held_alloc(&h, largest, &block[0]), 0);
	assert_int_equal(held_invariants(&h), 0);
}

static void resize_of_nothing_allocates(void **state)
{
	struct scratch h = make();
	void *memory = NULL;

	(void)state;
	assert_int_equal(scratch_resize(&h, &memory, 100), 0);
	assert_non_null(memory);
	check(&h, 1, 112);
}

static void offsets_name_blocks_in_every_process(void **state)
{
	struct scratch h = make();
	struct scratch other;
	char *a = take(&h, 100);
	char *b = take(&h, 100);
	uint32_t offset = scratch_offset(&h, b);
	struct bm_region copy = take_region(region.size);
	char *there;

	(void)state;
	memcpy(b, "hello", 6);
	assert_int_not_equal(offset, 0);
	assert_int_not_equal(scratch_offset(&h, a), offset);
	assert_ptr_equal((char *)h.heap.object.object +
			 (size_t)offset * BM_HEAP_ALIGNMENT, b);
	memcpy(copy.base, region.base, region.size);
	assert_int_equal(scratch_attach(&other, copy, "scratch", NULL), 0);
	there = scratch_at(&other, offset);
	assert_ptr_equal(there - (char *)copy.base, b - (char *)region.base);
	assert_string_equal(there, "hello");
	assert_int_equal(scratch_free(&other, there), 0);
	assert_null(scratch_at(&other, offset));
	assert_null(scratch_at(&other, offset + 1));
	assert_null(scratch_at(&other, 0));
	assert_null(scratch_at(&other, UINT32_MAX));
	assert_int_equal(scratch_invariants(&other), 0);
	give_region(copy);
}

static void iteration_gives_blocks_in_use(void **state)
{
	struct scratch h = make();
	char *block[10];
	size_t cursor = 0;
	size_t size;
	void *memory;
	int expected = 1;

	(void)state;
	for (int i = 0; i < 10; i++)
		block[i] = take(&h, 100 + (size_t)i * 16);
	for (int i = 0; i < 10; i += 2)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	while (!scratch_next(&h, &cursor, &memory, &size)) {
		assert_ptr_equal(memory, block[expected]);
		assert_int_equal(size, 112 + expected * 16);
		expected += 2;
	}
	assert_int_equal(expected, 11);
}

static void clear_takes_all_back(void **state)
{
	struct scratch h = make();

	(void)state;
	for (int i = 0; i < 100; i++)
		(void)take(&h, 100);
	memset(h.heap.state, 0x3c, 4000);
	h.heap.object.object->updating = 1;
	scratch_clear(&h);
	check(&h, 0, 0);
	assert_int_equal(scratch_largest_free(&h), BYTES);
	(void)take(&h, BYTES);
}

static void smallest_heaps_work(void **state)
{
	struct tiny t;
	struct one o;
	void *memory[4];

	(void)state;
	assert_int_equal(tiny_create(&t, region, "tiny"), 0);
	assert_int_equal(one_create(&o, region, "one"), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3; i++)
			assert_int_equal(tiny_alloc(&t, 5, &memory[i]), 0);
		assert_int_equal(tiny_alloc(&t, 5, &memory[3]), -ENOSPC);
		assert_int_equal(tiny_free(&t, memory[round]), 0);
		assert_int_equal(tiny_invariants(&t), 0);
		assert_int_equal(tiny_free(&t, memory[(round + 1) % 3]), 0);
		assert_int_equal(tiny_free(&t, memory[(round + 2) % 3]), 0);
		assert_int_equal(tiny_largest_free(&t), 48);
		assert_int_equal(tiny_invariants(&t), 0);
		assert_int_equal(one_alloc(&o, 16, memory), 0);
		assert_int_equal(one_alloc(&o, 1, memory + 1), -ENOSPC);
		assert_int_equal(one_free(&o, memory[0]), 0);
		assert_int_equal(one_free(&o, memory[0]), -ENOENT);
		assert_int_equal(one_invariants(&o), 0);
	}
}

static void any_capacity_can_be_filled(void **state)
{
	struct odd h;
	void *memory;

	(void)state;
	assert_int_equal(odd_create(&h, region, "odd"), 0);
	assert_int_equal(odd_capacity(&h), 100000);
	assert_int_equal(odd_alloc(&h, 100000, &memory), 0);
	memset(memory, 1, 100000);
	assert_int_equal(odd_free_sized(&h, memory, 100000), 0);
	assert_int_equal(odd_invariants(&h), 0);
}

static void attach_finds_the_same_heap(void **state)
{
	struct scratch h = make();
	struct scratch other;
	struct odd wrong;
	struct bm_mismatch mismatch;
	char *a = take(&h, 100);

	(void)state;
	assert_int_equal(odd_attach(&wrong, region, "scratch", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "capacity");
	assert_int_equal(scratch_attach(&other, region, "nothing", NULL), -ENOENT);
	assert_int_equal(scratch_attach(&other, region, "scratch", NULL), 0);
	assert_int_equal(scratch_free(&other, a), 0);
	check(&h, 0, 0);
	assert_int_equal(scratch_create(&other, region, "scratch"), -EEXIST);
}

static void counters_of_the_pool_follow(void **state)
{
	struct scratch h = make();
	uint64_t before = header_of(region)->used;
	char *a = take(&h, 10000);

	(void)state;
	assert_true(header_of(region)->used >= before + 10000);
	assert_true(header_of(region)->used <= before + 10000 + BYTES / 32);
	check_layout(region);
	assert_int_equal(scratch_free(&h, a), 0);
	assert_int_equal(header_of(region)->used, before);
	assert_int_equal(scratch_peak(&h), 10000);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_heap_is_empty),
		CASE(one_alloc_can_have_everything),
		CASE(too_much_is_refused_and_counted),
		CASE(sizes_are_rounded_as_stated),
		CASE(the_last_granule_can_be_had),
		CASE(neighbours_are_merged),
		CASE(what_is_held_back_is_not_lost),
		CASE(freed_last_is_taken_first),
		CASE(held_back_is_at_most_what_is_stated),
		CASE(zeroed_is_zero),
		CASE(alignment_is_kept),
		CASE(aligned_alloc_can_have_the_rest),
		CASE(resize_stays_where_it_can),
		CASE(resize_to_the_very_end),
		CASE(refused_resize_leaves_the_block),
		CASE(resize_of_a_block_without_its_whole_step_leaves_it),
		CASE(largest_free_can_be_had_though_others_are_held_back),
		CASE(resize_of_nothing_allocates),
		CASE(offsets_name_blocks_in_every_process),
		CASE(iteration_gives_blocks_in_use),
		CASE(clear_takes_all_back),
		CASE(smallest_heaps_work),
		CASE(any_capacity_can_be_filled),
		CASE(attach_finds_the_same_heap),
		CASE(counters_of_the_pool_follow),
	};

	return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
