// SPDX-License-Identifier: MIT
/*
 * heap_death_test.c: a process that is killed at any instruction of a heap's verb
 */
#include "cmocka_test.h"

#define SIZE	((size_t)16384)
#define BYTES	8192
#define STAYING	12

BM_HEAP(scratch, BYTES)

#include "death.h"

/* Blocks that nobody touches, between gaps; and one that the verbs are about. */
static uint32_t staying[STAYING];
static uint32_t victim;

static void attach(struct scratch *h, struct bm_region where)
{
	if (scratch_attach(h, where, "scratch", NULL))
		_exit(1);
}

static void *take(struct scratch *h, size_t size)
{
	void *memory;

	assert_int_equal(scratch_alloc(h, size, &memory), 0);
	return memory;
}

static void prepare(void)
{
	struct scratch h;
	void *gap[STAYING];

	assert_int_equal(scratch_create(&h, region, "scratch"), 0);
	for (int i = 0; i < STAYING; i++) {
		void *memory = take(&h, 100);

		memset(memory, i + 1, 112);
		staying[i] = scratch_offset(&h, memory);
		gap[i] = take(&h, 16 + (size_t)i * 16);
	}
	for (int i = 0; i < STAYING; i++)
		assert_int_equal(scratch_free(&h, gap[i]), 0);
	victim = scratch_offset(&h, take(&h, 2000));
	assert_int_equal(scratch_invariants(&h), 0);
}

/* Those that stay are whole, nothing else is lost or doubled. */
static void check_blocks(size_t least, size_t most)
{
	struct scratch h;
	void *memory;
	int err;

	attach(&h, copy);
	err = scratch_alloc(&h, BYTES + 1, &memory);
	assert_true(err == -ENOSPC || err == -EOWNERDEAD);
	if (err == -EOWNERDEAD)
		assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_invariants(&h), 0);
	assert_in_range(scratch_len(&h), STAYING + least, STAYING + most);
	for (int i = 0; i < STAYING; i++) {
		unsigned char *block = scratch_at(&h, staying[i]);
		size_t size;

		assert_int_equal(scratch_usable_size(&h, block, &size), 0);
		assert_int_equal(size, 112);
		for (size_t j = 0; j < size; j++)
			assert_int_equal(block[j], i + 1);
	}
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

/* Everything can be freed and is one block again. */
static void check_end(void)
{
	struct scratch h;
	size_t cursor = 0;
	void *memory;

	attach(&h, copy);
	while (!scratch_next(&h, &cursor, &memory, NULL))
		assert_int_equal(scratch_free(&h, memory), 0);
	assert_int_equal(scratch_alloc(&h, BYTES, &memory), 0);
	assert_int_equal(scratch_invariants(&h), 0);
}

static void check_one_more_or_not(void)
{
	check_blocks(1, 2);
	check_end();
}

static void alloc_split(void)
{
	struct scratch h;
	void *memory;

	attach(&h, region);
	if (scratch_alloc(&h, 1000, &memory))
		_exit(1);
}

static void alloc_held(void)
{
	struct scratch h;
	void *memory;

	attach(&h, region);
	if (scratch_alloc(&h, 16, &memory))
		_exit(1);
}

static void alloc_aligned(void)
{
	struct scratch h;
	void *memory;

	attach(&h, region);
	if (scratch_alloc_aligned(&h, 1024, 300, &memory))
		_exit(1);
}

static void alloc_rest(void)
{
	struct scratch h;
	void *memory;

	attach(&h, region);
	if (scratch_alloc(&h, scratch_largest_free(&h), &memory))
		_exit(1);
}

static void allocating(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(alloc_split, check_one_more_or_not) > 8);
}

static void allocating_what_is_held_back(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(alloc_held, check_one_more_or_not) > 4);
}

static void allocating_aligned(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(alloc_aligned, check_one_more_or_not) > 12);
}

static void allocating_a_whole_free_block(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(alloc_rest, check_one_more_or_not) > 4);
}

static void free_victim(void)
{
	struct scratch h;

	attach(&h, region);
	if (scratch_free(&h, scratch_at(&h, victim)))
		_exit(1);
}

static void check_one_less_or_not(void)
{
	check_blocks(0, 1);
	check_end();
}

static void freeing(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(free_victim, check_one_less_or_not) > 8);
}

static void freeing_between_free_blocks(void **state)
{
	struct scratch h;
	void *memory;

	(void)state;
	prepare();
	attach(&h, region);
	memory = take(&h, 800);
	(void)take(&h, 800);
	assert_int_equal(scratch_free(&h, scratch_at(&h, victim)), 0);
	victim = scratch_offset(&h, memory);
	assert_int_equal(scratch_alloc(&h, BYTES, &memory), -ENOSPC);
	assert_true(die_everywhere(free_victim, check_one_more_or_not) > 12);
}

static void resize_victim(void)
{
	struct scratch h;
	void *memory;

	attach(&h, region);
	memory = scratch_at(&h, victim);
	if (scratch_resize(&h, &memory, 3000) || scratch_resize(&h, &memory, 500))
		_exit(1);
}

static void check_resized(void)
{
	struct scratch h;
	size_t size;

	check_blocks(1, 1);
	attach(&h, copy);
	assert_int_equal(scratch_usable_size(&h, scratch_at(&h, victim), &size),
			 0);
	assert_true(size == 496 + 16 || size == 2048 || size == 3072);
	check_end();
}

static void resizing(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(resize_victim, check_resized) > 16);
}

static void clear_all(void)
{
	struct scratch h;

	attach(&h, region);
	scratch_clear(&h);
}

/* Was this block, of the copy, there before the verb? */
static bool was_there(uint32_t offset, size_t size)
{
	for (int i = 0; i < STAYING; i++) {
		if (offset == staying[i])
			return size == 112;
	}
	return offset == victim && size == 2048;
}

static void check_no_new_blocks(void)
{
	struct scratch h;
	size_t cursor = 0;
	void *memory;
	size_t size;

	attach(&h, copy);
	assert_int_equal(scratch_repair(&h), 0);
	assert_int_equal(scratch_invariants(&h), 0);
	while (!scratch_next(&h, &cursor, &memory, &size))
		assert_true(was_there(scratch_offset(&h, memory), size));
	check_end();
}

static void clearing(void **state)
{
	(void)state;
	prepare();
	assert_true(die_everywhere(clear_all, check_no_new_blocks) > 20);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(allocating),
		CASE(allocating_what_is_held_back),
		CASE(allocating_aligned),
		CASE(allocating_a_whole_free_block),
		CASE(freeing),
		CASE(freeing_between_free_blocks),
		CASE(resizing),
		CASE(clearing),
	};

	return cmocka_run_group_tests_name("heap death", tests, NULL, NULL);
}
