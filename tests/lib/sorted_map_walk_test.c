// SPDX-License-Identifier: MIT
/*
 * sorted_map_walk_test.c: iterations of sorted maps with writes in between
 */
#include "sorted_map_damage.h"

#define KEYS	2000

static uint32_t seed;

static uint32_t draw(uint32_t limit)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)seed * limit >> 32);
}

static void make_random(uint32_t count)
{
	tear_down(NULL);
	set_up(NULL);
	make_many(0);
	for (uint32_t i = 0; i < count; i++)
		insert(draw(KEYS));
}

static void remove_from(uint32_t key, uint32_t end)
{
	for (; key < end; key++)
		assert_int_equal(take_out(key), 0);
	assert_int_equal(many_invariants(&m), 0);
}

/* Cursors before @key, which another call may have left there. */
static size_t cursor_at(uint32_t key)
{
	size_t cursor = 0;

	assert_int_equal(many_lower_bound(&m, &key, &cursor), 0);
	return cursor;
}

static void check_next(size_t cursor, int err, uint32_t wanted)
{
	uint32_t key = wanted;

	assert_int_equal(many_next(&m, &cursor, &key, NULL), err);
	assert_int_equal(key, wanted);
}

static void check_previous(size_t cursor, int err, uint32_t wanted)
{
	uint32_t key = wanted;

	assert_int_equal(many_previous(&m, &cursor, &key, NULL), err);
	assert_int_equal(key, wanted);
}

static void leaf_that_is_merged_is_found_again(void **state)
{
	size_t inside;
	size_t before;

	(void)state;
	make_many(200);
	inside = cursor_at(70);
	before = cursor_at(60);
	assert_int_equal((before - 1) % 64, 0);
	remove_from(90, 200);
	remove_from(31, 60);
	/* 31 and 30 are left. */
	assert_int_equal(m.map.tree->height, 1);
	remove_from(89, 90);
	assert_int_equal(m.map.tree->height, 0);
	check_next(inside, 0, 70);
	check_next(before, 0, 60);
	check_previous(inside, 0, 69);
	check_previous(before, 0, 30);
	remove_from(60, 89);
	check_next(inside, -ENOENT, 0);
	check_next(before, -ENOENT, 0);
	check_previous(inside, 0, 30);
	check_previous(before, 0, 30);
}

/* What the leaf held may be anywhere by now. */
static void leaf_whose_entries_are_others_gives_keys_that_are_there(void **state)
{
	size_t inside;

	(void)state;
	make_many(200);
	inside = cursor_at(70);
	remove_from(31, 200);
	for (uint32_t key = 1000; key < 1020; key++)
		assert_int_equal(insert(key), 0);
	assert_int_equal(m.map.tree->height, 0);
	check_next(inside, 0, 1000);
	check_previous(inside, 0, 30);
}

static void cursor_of_a_map_that_was_cleared_is_sound(void **state)
{
	size_t inside;
	size_t before;

	(void)state;
	make_many(200);
	inside = cursor_at(70);
	before = cursor_at(60);
	many_clear(&m);
	check_next(inside, -ENOENT, 0);
	check_next(before, -ENOENT, 0);
	check_previous(inside, -ENOENT, 0);
	check_previous(before, -ENOENT, 0);
	assert_int_equal(insert(50), 0);
	assert_int_equal(insert(90), 0);
	check_next(inside, 0, 90);
	check_next(before, 0, 90);
	check_previous(inside, 0, 50);
	check_previous(before, 0, 50);
}

/* As after a clear, but with all leaves full. */
static void cursor_of_a_map_that_was_repaired_is_sound(void **state)
{
	size_t inside;

	(void)state;
	make_many(200);
	inside = cursor_at(190);
	m.map.object.object->updating = 1;
	assert_int_equal(many_repair(&m), 0);
	assert_true((inside - 1) / 64 >= m.map.tree->leaves);
	check_next(inside, 0, 190);
	check_previous(inside, 0, 189);
}

/* One key after another, some of which go, and other ones come. */
static void walk(bool forward, uint32_t mod, bool inserts)
{
	size_t cursor = forward ? 0 : SIZE_MAX;
	uint32_t steps = 0;
	uint32_t key;
	int err;

	while (!(err = forward ? many_next(&m, &cursor, &key, NULL) :
				 many_previous(&m, &cursor, &key, NULL))) {
		assert_true(many_contains(&m, &key));
		assert_true(++steps < 5 * KEYS);
		if (key % 5 >= mod)
			assert_int_equal(take_out(key), 0);
		if (inserts && draw(3) == 0)
			insert(draw(KEYS));
	}
	assert_int_equal(err, -ENOENT);
	assert_int_equal(many_invariants(&m), 0);
}

static void walk_that_writes_gives_what_is_there_and_ends(void **state)
{
	(void)state;
	seed = 1;
	for (uint32_t run = 0; run < 400; run++) {
		make_random(100 + draw(KEYS));
		walk(run % 2, 1 + draw(5), run & 2);
	}
}

/* Each removal may hide keys, but none of them ends the walk. */
static void walk_that_removes_comes_to_the_end(void **state)
{
	size_t cursor = 0;
	uint32_t last = 0;
	uint32_t given = 0;
	uint32_t key;

	(void)state;
	make_many(5000);
	while (!many_next(&m, &cursor, &key, NULL)) {
		last = key > last ? key : last;
		given++;
		assert_int_equal(take_out(key), 0);
	}
	assert_true(last >= 4998 && given >= 2400);
	assert_int_equal(many_invariants(&m), 0);
}

/* A walk would give what is in it. */
static void free_leaf_with_entries_is_noticed(void **state)
{
	uint32_t *count;

	(void)state;
	make_many(200);
	remove_from(31, 200);
	count = &m.map.leaves[m.map.tree->free_leaf].count;
	assert_int_equal(*count, 0);
	*count = 30;
	assert_int_equal(many_invariants(&m), -EUCLEAN);
	*count = 0;
	check_keys(0, 31);
}

/* Going on there, a walk would not know that it has been there. */
static void leaf_that_was_never_in_use_is_damage(void **state)
{
	size_t inside;

	(void)state;
	make_many(200);
	inside = cursor_at(29) + 1;
	m.map.leaves[0].next = m.map.tree->leaves;
	check_next(inside, -EUCLEAN, 0);
	m.map.leaves[1].previous = m.map.tree->leaves;
	check_previous(cursor_at(30), -EUCLEAN, 0);
	m.map.tree->first = m.map.tree->leaves;
	check_next(0, -EUCLEAN, 0);
	m.map.tree->last = m.map.tree->leaves;
	check_previous(SIZE_MAX, -EUCLEAN, 0);
	assert_int_equal(many_repair(&m), 0);
	check_keys(0, 200);
}

static void place_that_cannot_be_found_again_is_the_end(void **state)
{
	size_t cursor;

	(void)state;
	make_many(200);
	cursor = cursor_at(70);
	many_clear(&m);
	m.map.leaves[(cursor - 1) / 64].entry[(cursor - 1) % 64 - 1] = NONE;
	check_next(cursor, -ENOENT, 0);
	check_previous(cursor, -ENOENT, 0);
	/* No leaf has so many. */
	cursor += 63 - (cursor - 1) % 64;
	check_next(cursor, -ENOENT, 0);
	check_previous(cursor, -ENOENT, 0);
}

static void damage_where_a_place_is_found_again_is_damage(void **state)
{
	size_t cursor;

	(void)state;
	make_many(200);
	cursor = cursor_at(70);
	many_clear(&m);
	m.map.tree->root = m.map.tree->leaves;
	check_next(cursor, -EUCLEAN, 0);
	check_previous(cursor, -EUCLEAN, 0);
	m.map.tree->root = m.map.leaf_count;
	check_next(cursor, -EUCLEAN, 0);
	check_previous(cursor, -EUCLEAN, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(leaf_that_is_merged_is_found_again),
		CASE(leaf_whose_entries_are_others_gives_keys_that_are_there),
		CASE(cursor_of_a_map_that_was_cleared_is_sound),
		CASE(cursor_of_a_map_that_was_repaired_is_sound),
		CASE(walk_that_writes_gives_what_is_there_and_ends),
		CASE(walk_that_removes_comes_to_the_end),
		CASE(free_leaf_with_entries_is_noticed),
		CASE(leaf_that_was_never_in_use_is_damage),
		CASE(place_that_cannot_be_found_again_is_the_end),
		CASE(damage_where_a_place_is_found_again_is_damage),
	};

	return cmocka_run_group_tests_name("sorted_map_walk", tests, NULL, NULL);
}
