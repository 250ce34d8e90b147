// SPDX-License-Identifier: MIT
/*
 * arena_test.c: exact behaviour of arenas
 */
#include "cmocka_test.h"

struct word {
	uint64_t count;
	char text[5];
};

struct __attribute__((aligned(64))) line {
	char byte[64];
};

BM_ARENA(scratch, 1000)
BM_ARENA(large, 65536)
BM_ARENA_CHECKED(watched, 1000, every)
BM_ARENA_OF(scratch_words, scratch, struct word)
BM_ARENA_OF(scratch_bytes, scratch, char)
BM_ARENA_OF(scratch_lines, scratch, struct line)

static struct bm_region region;

static int set_up(void **state)
{
	(void)state;
	region = take_region(128 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static struct scratch make_scratch(void)
{
	struct scratch a;

	assert_int_equal(scratch_create(&a, region, "scratch"), 0);
	return a;
}

static char *contents_of(const struct scratch *a)
{
	return (char *)(a->arena.object + 1);
}

static void *take(struct scratch *a, size_t size)
{
	void *memory = NULL;

	assert_int_equal(scratch_alloc(a, size, &memory), 0);
	return memory;
}

static struct bm_arena_scope mark(struct scratch *a)
{
	struct bm_arena_scope scope;

	assert_int_equal(scratch_mark(a, &scope), 0);
	return scope;
}

static void check(const struct scratch *a, size_t len)
{
	assert_int_equal(scratch_len(a), len);
	assert_int_equal(scratch_invariants(a), 0);
	check_layout(region);
}

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
	assert_int_equal(scratch_alloc_aligned(&a, 1, 64, &memory), -ENOSPC);
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
	assert_int_equal(scratch_alloc_aligned(&a, 0, 8, &memory), -EINVAL);
	assert_ptr_equal(memory, &a);
	check(&a, 0);
}

static void alignment_is_a_power_of_two_up_to_the_regions(void **state)
{
	struct scratch a = make_scratch();
	void *memory = &a;

	(void)state;
	assert_int_equal(scratch_alloc_aligned(&a, 1, 0, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&a, 1, 3, &memory), -EINVAL);
	assert_int_equal(scratch_alloc_aligned(&a, 1, 128, &memory), -EINVAL);
	assert_ptr_equal(memory, &a);
	assert_int_equal(scratch_alloc_aligned(&a, 3, 1, &memory), 0);
	assert_int_equal(scratch_alloc_aligned(&a, 1, 1, &memory), 0);
	assert_ptr_equal(memory, contents_of(&a) + 3);
	assert_int_equal(scratch_alloc_aligned(&a, 4, 4, &memory), 0);
	assert_ptr_equal(memory, contents_of(&a) + 4);
	assert_int_equal(scratch_alloc_aligned(&a, 4, 64, &memory), 0);
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

static void release_gives_back_what_came_after_the_mark(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope;

	(void)state;
	take(&a, 21);
	scope = mark(&a);
	check(&a, 48);
	take(&a, 100);
	check(&a, 148);
	assert_int_equal(scratch_release(&a, scope), 0);
	check(&a, 21);
	assert_int_equal(scratch_peak(&a), 148);
}

static void outer_release_ends_the_inner_scopes(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope outer, middle, inner;

	(void)state;
	outer = mark(&a);
	take(&a, 10);
	middle = mark(&a);
	inner = mark(&a);
	take(&a, 10);
	assert_int_equal(scratch_release(&a, middle), 0);
	check(&a, 26);
	assert_int_equal(scratch_release(&a, inner), -ENOENT);
	assert_int_equal(scratch_release(&a, middle), -ENOENT);
	check(&a, 26);
	assert_int_equal(scratch_release(&a, outer), 0);
	assert_int_equal(scratch_release(&a, outer), -ENOENT);
	check(&a, 0);
}

/* Its record is still in memory, and another scope is open at its place. */
static void ended_scope_is_not_the_one_at_its_place(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope old = mark(&a);
	struct bm_arena_scope new, stale;

	(void)state;
	stale = mark(&a);
	assert_int_equal(scratch_release(&a, old), 0);
	new = mark(&a);
	assert_int_equal(new.offset, old.offset);
	take(&a, 100);
	assert_int_equal(scratch_release(&a, old), -ENOENT);
	assert_int_equal(scratch_release(&a, stale), -ENOENT);
	check(&a, 116);
	assert_int_equal(scratch_release(&a, new), 0);
	check(&a, 0);
}

static void clear_ends_all_scopes(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = mark(&a);

	(void)state;
	scratch_clear(&a);
	check(&a, 0);
	assert_int_equal(scratch_peak(&a), 16);
	assert_int_equal(scratch_release(&a, scope), -ENOENT);
	mark(&a);
	assert_int_equal(scratch_release(&a, scope), -ENOENT);
	check(&a, 16);
}

static void scope_of_another_arena_is_refused(void **state)
{
	struct bm_region elsewhere = take_region(8192);
	struct scratch a = make_scratch();
	struct scratch b, c;
	struct bm_arena_scope scope;

	(void)state;
	assert_int_equal(scratch_create(&b, region, "other"), 0);
	assert_int_equal(scratch_create(&c, elsewhere, "scratch"), 0);
	mark(&a);
	mark(&b);
	scope = mark(&c);
	assert_int_equal(scratch_release(&a, scope), -ENOENT);
	scope = mark(&a);
	assert_int_equal(scratch_release(&b, scope), -EINVAL);
	assert_int_equal(scratch_len(&a), 32);
	assert_int_equal(scratch_len(&b), 16);
	give_region(elsewhere);
}

static void rubbish_is_no_scope(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = mark(&a);
	struct bm_arena_scope wrong = scope;

	(void)state;
	mark(&a);
	wrong.offset = 16;
	assert_int_equal(scratch_release(&a, wrong), -ENOENT);
	wrong.offset = 8;
	assert_int_equal(scratch_release(&a, wrong), -EINVAL);
	wrong.offset = 1008;
	assert_int_equal(scratch_release(&a, wrong), -EINVAL);
	wrong.offset = 992;
	assert_int_equal(scratch_release(&a, wrong), -ENOENT);
	wrong = scope;
	wrong.number++;
	assert_int_equal(scratch_release(&a, wrong), -ENOENT);
	wrong = scope;
	wrong.arena++;
	assert_int_equal(scratch_release(&a, wrong), -EINVAL);
	check(&a, 32);
}

/* A program that writes what a record looks like does not make a scope. */
static void written_record_is_no_scope(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope outer = mark(&a);
	struct bm_arena_scope inner = mark(&a);
	char record[16];

	(void)state;
	memcpy(record, contents_of(&a) + inner.offset, sizeof(record));
	assert_int_equal(scratch_release(&a, inner), 0);
	memcpy(take(&a, 16), record, sizeof(record));
	assert_int_equal(scratch_release(&a, inner), -ENOENT);
	assert_int_equal(scratch_release(&a, outer), 0);
	check(&a, 0);
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

static void resize_stays_within_its_scope(void **state)
{
	struct scratch a = make_scratch();
	char *outside = take(&a, 16);
	char *inside;

	(void)state;
	mark(&a);
	assert_int_equal(scratch_resize(&a, outside, 16, 20), -EINVAL);
	assert_int_equal(scratch_resize(&a, outside, 32, 20), -EINVAL);
	assert_int_equal(scratch_resize(&a, outside + 16, 16, 20), -EINVAL);
	inside = take(&a, 5);
	assert_int_equal(scratch_resize(&a, inside, 5, 20), 0);
	check(&a, 52);
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

static void another_handle_knows_the_scopes(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = mark(&a);
	struct scratch b;

	(void)state;
	assert_int_equal(scratch_attach(&b, region, "scratch", NULL), 0);
	assert_int_equal(scratch_release(&b, scope), 0);
	assert_int_equal(scratch_release(&a, scope), -ENOENT);
	check(&b, 0);
}

static void numbers_of_marks_wrap(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope first, second;

	(void)state;
	a.arena.object->place[1] = UINT32_MAX;
	first = mark(&a);
	second = mark(&a);
	assert_int_equal(second.number, 0);
	assert_int_equal(scratch_release(&a, second), 0);
	assert_int_equal(scratch_release(&a, first), 0);
	check(&a, 0);
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

static void expect_damaged_scopes(struct scratch *a, struct bm_arena_scope scope)
{
	size_t len = scratch_len(a);

	assert_int_equal(scratch_invariants(a), -EUCLEAN);
	assert_int_equal(scratch_release(a, scope), -EUCLEAN);
	assert_int_equal(scratch_repair(a), -EUCLEAN);
	assert_int_equal(scratch_len(a), len);
}

static void damaged_record_is_an_error(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope scope = mark(&a);

	(void)state;
	mark(&a);
	for (int i = 0; i < 32 * 8; i++) {
		contents_of(&a)[i / 8] ^= (char)(1 << i % 8);
		expect_damaged_scopes(&a, scope);
		contents_of(&a)[i / 8] ^= (char)(1 << i % 8);
	}
	assert_int_equal(scratch_invariants(&a), 0);
	for (uint32_t link = 2; link < 2000; link++) {
		a.arena.object->place[0] = link;
		if (link != 17)
			expect_damaged_scopes(&a, scope);
	}
	a.arena.object->place[0] = UINT32_MAX;
	expect_damaged_scopes(&a, scope);
	assert_int_equal(scratch_resize(&a, contents_of(&a) + 16, 16, 17),
			 -EUCLEAN);
	scratch_clear(&a);
	check(&a, 0);
}

/* A mark that died before its record could be reached, and a release likewise. */
static void death_leaves_only_memory_in_use(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope outer = mark(&a);
	struct bm_arena_scope inner;

	(void)state;
	inner = mark(&a);
	take(&a, 20);
	a.arena.object->place[0] = outer.offset + 1;
	check(&a, 52);
	assert_int_equal(scratch_release(&a, inner), -ENOENT);
	assert_int_equal(scratch_release(&a, outer), 0);
	check(&a, 0);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_arena_is_empty),
		CASE(allocations_follow_each_other_aligned),
		CASE(full_arena_refuses_and_changes_nothing),
		CASE(nothing_is_no_size),
		CASE(alignment_is_a_power_of_two_up_to_the_regions),
		CASE(product_beyond_a_size_is_full),
		CASE(zeroed_memory_is_zero_and_other_is_not),
		CASE(elements_of_a_type_are_aligned_as_it_is),
		CASE(release_gives_back_what_came_after_the_mark),
		CASE(outer_release_ends_the_inner_scopes),
		CASE(ended_scope_is_not_the_one_at_its_place),
		CASE(clear_ends_all_scopes),
		CASE(scope_of_another_arena_is_refused),
		CASE(rubbish_is_no_scope),
		CASE(written_record_is_no_scope),
		CASE(last_allocation_is_resized_in_place),
		CASE(resize_stays_within_its_scope),
		CASE(offsets_hold_in_another_place),
		CASE(another_handle_knows_the_scopes),
		CASE(numbers_of_marks_wrap),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(damaged_record_is_an_error),
		CASE(death_leaves_only_memory_in_use),
		CASE(counters_of_the_pool_follow_in_steps),
		CASE(checked_arena_notices_damage_first),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
