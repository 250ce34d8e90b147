// SPDX-License-Identifier: MIT
/*
 * arena_test.c: exact behaviour of arenas
 */
#include "arena_test.h"

struct word {
	uint64_t count;
	char text[5];
};

struct __attribute__((aligned(64))) line {
	char byte[64];
};

BM_ARENA_OF(scratch_words, scratch, struct word)
BM_ARENA_OF(scratch_bytes, scratch, char)
BM_ARENA_OF(scratch_lines, scratch, struct line)

static void new_arena_is_empty(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;
	size_t offset = 7;

	(void)state;
	assert_true(scratch_is_empty(&a));
	assert_int_equal(scratch_capacity(&a), 1000);
	assert_int_equal(scratch_peak(&a), 0);
	assert_null(scratch_at(&a, 0));
	assert_int_equal(scratch_get(&a, 0, &memory), -ERANGE);
	assert_int_equal(scratch_offset(&a, contents_of(&a), &offset), -EINVAL);
	assert_ptr_equal(memory, &a);
	assert_int_equal(offset, 7);
	check(&a, 0);
}

static void allocations_follow_each_other_aligned(void **state)
{
	struct scratch a = make_scratch();

	(void)state;
	assert_ptr_equal(take(&a, 1), contents_of(&a));
	assert_ptr_equal(take(&a, 16), contents_of(&a) + 16);
	assert_ptr_equal(take(&a, 17), contents_of(&a) + 32);
	check(&a, 49);
	assert_ptr_equal(take(&a, 5), contents_of(&a) + 64);
	check(&a, 69);
}

static void full_arena_refuses_and_changes_nothing(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = { 1, 2, 3 };
	void *memory = &a;

	(void)state;
	take(&a, 980);
	assert_int_equal(scratch_alloc(&a, 9, &memory), -ENOSPC);
	assert_int_equal(scratch_alloc(&a, SIZE_MAX, &memory), -ENOSPC);
	assert_int_equal(scratch_alloc_zeroed(&a, 9, &memory), -ENOSPC);
	assert_int_equal(scratch_alloc_array(&a, 3, 3, &memory), -ENOSPC);
	assert_int_equal(scratch_alloc_aligned(&a, 64, 1, &memory), -ENOSPC);
	assert_int_equal(scratch_mark(&a, &scope), -ENOSPC);
	assert_ptr_equal(memory, &a);
	assert_int_equal(scope.offset, 2);
	assert_int_equal(a.arena.object->refused, 6);
	assert_ptr_equal(take(&a, 8), contents_of(&a) + 992);
	assert_true(scratch_is_full(&a));
	assert_int_equal(scratch_alloc(&a, 1, &memory), -ENOSPC);
	check(&a, 1000);
}

static void nothing_is_no_size(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;

	(void)state;
	assert_int_equal(scratch_alloc(&a, 0, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_zeroed(&a, 0, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_array(&a, 0, 8, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_array(&a, 8, 0, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&a, 8, 0, &memory), -EINVAL);
	assert_ptr_equal(memory, &a);
	check(&a, 0);
}

static void alignment_is_a_power_of_two_up_to_the_regions(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;

	(void)state;
	assert_int_equal(scratch_alloc_aligned(&a, 0, 1, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&a, 3, 1, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&a, 128, 1, &memory), -EINVAL);
	assert_ptr_equal(memory, &a);
	assert_int_equal(scratch_alloc_aligned(&a, 1, 3, &memory), 0);
	assert_int_equal(scratch_alloc_aligned(&a, 1, 1, &memory), 0);
	assert_ptr_equal(memory, contents_of(&a) + 3);
	assert_int_equal(scratch_alloc_aligned(&a, 4, 4, &memory), 0);
	assert_ptr_equal(memory, contents_of(&a) + 4);
	assert_int_equal(scratch_alloc_aligned(&a, 64, 4, &memory), 0);
	assert_ptr_equal(memory, contents_of(&a) + 64);
	assert_int_equal((uintptr_t)memory % 64, 0);
	check(&a, 68);
}

static void product_beyond_a_size_is_full(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;

	(void)state;
	assert_int_equal(scratch_alloc_array(&a, SIZE_MAX / 2 + 2, 2, &memory),
			 -ENOSPC);
	assert_int_equal(scratch_alloc_array(&a, 2, SIZE_MAX / 2 + 2, &memory),
			 -ENOSPC);
	assert_ptr_equal(memory, &a);
	assert_int_equal(scratch_alloc_array(&a, 3, 20, &memory), 0);
	check(&a, 60);
}

static void zeroed_memory_is_zero_and_other_is_not(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = mark(&a);
	char zeros[100] = { 0 };
	void *memory;

	(void)state;
	memset(take(&a, 200), 0xee, 200);
	assert_int_equal(scratch_release(&a, scope), 0);
	scope = mark(&a);
	memory = take(&a, 50);
	assert_int_equal(((unsigned char *)memory)[49], 0xee);
	assert_int_equal(scratch_release(&a, scope), 0);
	mark(&a);
	assert_int_equal(scratch_alloc_zeroed(&a, 100, &memory), 0);
	assert_memory_equal(memory, zeros, 100);
	assert_int_equal(((unsigned char *)memory)[100], 0xee);
}

static void elements_of_a_type_are_aligned_as_it_is(void **state)
{
	struct scratch a = make_scratch();
	struct word *words = NULL;
	struct line *lines = NULL;
	char *bytes = NULL;

	(void)state;
	assert_int_equal(scratch_bytes(&a, 3, &bytes), 0);
	assert_int_equal(scratch_words(&a, 2, &words), 0);
	assert_ptr_equal(words, contents_of(&a) + 8);
	assert_int_equal(scratch_lines(&a, 1, &lines), 0);
	assert_ptr_equal(lines, contents_of(&a) + 64);
	assert_int_equal(scratch_words(&a, 0, &words), -EINVAL);
	assert_int_equal(scratch_words(&a, SIZE_MAX / 8, &words), -ENOSPC);
	assert_ptr_equal(words, contents_of(&a) + 8);
	check(&a, 128);
}

static void last_allocation_is_resized_in_place(void **state)
{
	struct scratch a = make_scratch();
	char *first = take(&a, 10);
	char *last = take(&a, 10);

	(void)state;
	assert_int_equal(scratch_resize(&a, last, 10, 500), 0);
	check(&a, 516);
	assert_int_equal(scratch_resize(&a, last, 500, 985), -ENOSPC);
	assert_int_equal(scratch_resize(&a, last, 500, 984), 0);
	check(&a, 1000);
	assert_int_equal(scratch_resize(&a, last, 984, 3), 0);
	check(&a, 19);
	assert_int_equal(scratch_peak(&a), 1000);
	assert_int_equal(scratch_resize(&a, last, 3, 0), -EINVAL);
	assert_int_equal(scratch_resize(&a, first, 10, 11), -EINVAL);
	assert_int_equal(scratch_resize(&a, last, 4, 11), -EINVAL);
	assert_int_equal(scratch_resize(&a, last, 0, 11), -EINVAL);
	assert_int_equal(scratch_resize(&a, last + 3, 0, 11), -EINVAL);
	assert_int_equal(scratch_resize(&a, &a, 3, 11), -EINVAL);
	assert_int_equal(scratch_resize(&a, NULL, 3, 11), -EINVAL);
	check(&a, 19);
}

static void offsets_hold_in_another_place(void **state)
{
	struct scratch a = make_scratch();
	struct bm_region copy = take_region(region.size);
	struct scratch b;
	void *memory;
	size_t offset;

	(void)state;
	take(&a, 10);
	memory = take(&a, 5);
	memcpy(memory, "text", 5);
	assert_int_equal(scratch_offset(&a, memory, &offset), 0);
	assert_int_equal(offset, 16);
	assert_ptr_equal(scratch_at(&a, offset), memory);
	memcpy(copy.base, region.base, region.size);
	assert_int_equal(scratch_attach(&b, copy, "scratch", NULL), 0);
	assert_int_equal(scratch_get(&b, offset, &memory), 0);
	assert_string_equal((char *)memory, "text");
	assert_null(scratch_at(&b, 21));
	assert_int_equal(scratch_get(&b, 21, &memory), -ERANGE);
	assert_int_equal(scratch_offset(&b, memory, &offset), 0);
	assert_int_equal(scratch_offset(&b, (char *)memory + 5, &offset), -EINVAL);
	assert_int_equal(scratch_offset(&b, b.arena.object, &offset), -EINVAL);
	give_region(copy);
}

static void expect_everywhere(struct scratch *a, int err)
{
	struct bm_arena_scope scope = { 2, 0, 0 };
	void *memory = a;

	assert_int_equal(scratch_alloc(a, 1, &memory), err);
	assert_int_equal(scratch_alloc_aligned(a, 1, 1, &memory), err);
	assert_int_equal(scratch_alloc_array(a, 1, 1, &memory), err);
	assert_int_equal(scratch_alloc_zeroed(a, 1, &memory), err);
	assert_int_equal(scratch_resize(a, contents_of(a), 1, 2), err);
	assert_int_equal(scratch_mark(a, &scope), err);
	assert_int_equal(scratch_release(a, scope), err);
	assert_int_equal(scratch_invariants(a), err);
	assert_ptr_equal(memory, a);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;
	size_t number;

	(void)state;
	a.arena.object->len = 1001;
	expect_everywhere(&a, -EUCLEAN);
	assert_int_equal(scratch_get(&a, 0, &memory), -EUCLEAN);
	assert_int_equal(scratch_offset(&a, contents_of(&a), &number), -EUCLEAN);
	assert_int_equal(scratch_count(&a, &number), -EUCLEAN);
	assert_int_equal(scratch_repair(&a), -EUCLEAN);
	assert_int_equal(scratch_len(&a), 1000);
	assert_int_equal(scratch_peak(&a), 1000);
	scratch_clear(&a);
	assert_ptr_equal(take(&a, 1), contents_of(&a));
	assert_int_equal(scratch_invariants(&a), 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct scratch a = make_scratch();
	void *memory;

	(void)state;
	take(&a, 1);
	a.arena.object->updating = 1;
	expect_everywhere(&a, -EOWNERDEAD);
	assert_int_equal(scratch_get(&a, 0, &memory), 0);
	assert_int_equal(scratch_repair(&a), 0);
	check(&a, 1);
}

static void counters_of_the_pool_follow_in_steps(void **state)
{
	struct bm_arena_scope scope;
	struct large a;
	uint64_t base;
	void *memory;

	(void)state;
	assert_int_equal(large_create(&a, region, "large"), 0);
	base = header_of(region)->used;
	assert_int_equal(large_mark(&a, &scope), 0);
	assert_int_equal(a.arena.step, 1024);
	for (size_t size = 1; size < 350; size++) {
		assert_int_equal(large_alloc(&a, size, &memory), 0);
		assert_true(header_of(region)->used >= base + large_len(&a));
		assert_true(header_of(region)->used < base + large_len(&a) + 1024);
		check_layout(region);
	}
	assert_int_equal(large_release(&a, scope), 0);
	assert_int_equal(header_of(region)->used, base);
	check_layout(region);
}

static void checked_arena_notices_damage_first(void **state)
{
	struct bm_arena_scope scope;
	struct watched a;
	void *memory;
	size_t number;

	(void)state;
	assert_int_equal(watched_create(&a, region, "watched"), 0);
	assert_int_equal(watched_mark(&a, &scope), 0);
	assert_int_equal(watched_alloc(&a, 10, &memory), 0);
	assert_int_equal(watched_offset(&a, memory, &number), 0);
	*((char *)memory - 1) ^= 1;
	assert_int_equal(watched_alloc(&a, 10, &memory), -EUCLEAN);
	assert_int_equal(watched_offset(&a, memory, &number), -EUCLEAN);
	assert_int_equal(watched_get(&a, 20, &memory), -EUCLEAN);
	assert_int_equal(watched_count(&a, &number), -EUCLEAN);
	*((char *)memory - 1) ^= 1;
	assert_int_equal(watched_alloc(&a, 10, &memory), 0);
	assert_int_equal(watched_release(&a, scope), 0);
	assert_int_equal(watched_count(&a, &number), 0);
	assert_int_equal(number, 0);
}

static void name_that_is_taken_is_refused(void **state)
{
	struct scratch a = make_scratch();
	struct scratch b;

	(void)state;
	(void)take(&a, 100);
	assert_int_equal(scratch_create(&b, region, "scratch"), -EEXIST);
	check(&a, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_arena_is_empty),
		CASE(name_that_is_taken_is_refused),
		CASE(allocations_follow_each_other_aligned),
		CASE(full_arena_refuses_and_changes_nothing),
		CASE(nothing_is_no_size),
		CASE(alignment_is_a_power_of_two_up_to_the_regions),
		CASE(product_beyond_a_size_is_full),
		CASE(zeroed_memory_is_zero_and_other_is_not),
		CASE(elements_of_a_type_are_aligned_as_it_is),
		CASE(last_allocation_is_resized_in_place),
		CASE(offsets_hold_in_another_place),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(counters_of_the_pool_follow_in_steps),
		CASE(checked_arena_notices_damage_first),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
