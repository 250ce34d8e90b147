// SPDX-License-Identifier: MIT
/*
 * arena_scope_test.c: exact behaviour of an arena's scopes
 */
#include "arena_test.h"

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

/* Whoever writes it knows how a record is checked. */
static void write_before(struct scratch *a, uint32_t offset, uint32_t before)
{
	uint32_t *record = (uint32_t *)(void *)(contents_of(a) + offset);

	record[3] ^= record[1] << 7 ^ before << 7;
	record[1] = before;
}

/* What was in use before a mark ends where its record begins, or just before that. */
static void record_with_another_length_before_it_is_damage(void **state)
{
	struct scratch a = make_scratch();
	struct bm_arena_scope outer = mark(&a);

	(void)state;
	mark(&a);
	write_before(&a, 16, 0);
	expect_damaged_scopes(&a, outer);
	write_before(&a, 16, 17);
	expect_damaged_scopes(&a, outer);
	write_before(&a, 16, UINT32_MAX);
	expect_damaged_scopes(&a, outer);
	write_before(&a, 16, 16);
	assert_int_equal(scratch_invariants(&a), 0);
	assert_int_equal(scratch_release(&a, outer), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(release_gives_back_what_came_after_the_mark),
		CASE(outer_release_ends_the_inner_scopes),
		CASE(ended_scope_is_not_the_one_at_its_place),
		CASE(clear_ends_all_scopes),
		CASE(scope_of_another_arena_is_refused),
		CASE(rubbish_is_no_scope),
		CASE(written_record_is_no_scope),
		CASE(resize_stays_within_its_scope),
		CASE(another_handle_knows_the_scopes),
		CASE(numbers_of_marks_wrap),
		CASE(damaged_record_is_an_error),
		CASE(record_with_another_length_before_it_is_damage),
		CASE(death_leaves_only_memory_in_use),
	};

	return cmocka_run_group_tests_name("arena_scope", tests, NULL, NULL);
}
