// SPDX-License-Identifier: MIT
/*
 * heap_damage_test.c: heaps whose users, or whose neighbours, do what they must not
 */
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
	};

	return cmocka_run_group_tests_name("heap damage", tests, NULL, NULL);
}
