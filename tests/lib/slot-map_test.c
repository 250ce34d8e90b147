// SPDX-License-Identifier: MIT
/*
 * slot-map_test.c: exact behaviour of slot maps
 */
#include "cmocka_test.h"

struct odd {
	char text[7];
};

BM_SLOT_MAP(three, uint32_t, 3)
BM_SLOT_MAP(numbers, uint32_t, 1000)
BM_SLOT_MAP(odds, struct odd, 5)
BM_SLOT_MAP_CHECKED(twice, uint32_t, 20, redundant)
BM_SLOT_MAP_CHECKED(every_number, uint32_t, 20, every)

static struct bm_region region;
static struct three m;
static struct three_handle h[3];

static int set_up(void **state)
{
	(void)state;
	region = take_region(32768);
	return three_create(&m, region, "three");
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

/* 10, 20, 30 */
static void fill(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t item = 10 * i + 10;

		assert_int_equal(three_insert(&m, &item, &h[i]), 0);
		assert_int_equal(three_invariants(&m), 0);
	}
}

static void check(size_t len)
{
	assert_int_equal(three_len(&m), len);
	assert_int_equal(three_is_empty(&m), len == 0);
	assert_int_equal(three_is_full(&m), len == 3);
	assert_int_equal(three_invariants(&m), 0);
	check_layout(region);
}

static void check_stale(struct three_handle handle)
{
	uint32_t item = 7;

	assert_false(three_contains(&m, handle));
	assert_int_equal(three_find(&m, handle), -ENOENT);
	assert_int_equal(three_get(&m, handle, &item), -ENOENT);
	assert_int_equal(three_set(&m, handle, &item), -ENOENT);
	assert_int_equal(three_remove(&m, handle, &item), -ENOENT);
	assert_null(three_at(&m, handle));
	assert_int_equal(item, 7);
}

static void check_found(struct three_handle handle, uint32_t expected)
{
	uint32_t item = 7;

	assert_true(three_contains(&m, handle));
	assert_int_equal(three_find(&m, handle), 0);
	assert_int_equal(three_get(&m, handle, &item), 0);
	assert_int_equal(item, expected);
	assert_int_equal(*three_at(&m, handle), expected);
}

static void new_map_is_empty(void **state)
{
	struct three_handle zero = { 0, 0 };
	size_t cursor = 0;
	uint32_t item = 7;

	(void)state;
	assert_int_equal(three_capacity(&m), 3);
	assert_int_equal(three_first(&m, &zero, &item), -ENOENT);
	assert_int_equal(three_next(&m, &cursor, &zero, &item), -ENOENT);
	assert_int_equal(item, 7);
	check_stale(zero);
	check(0);
}

/* Contents of a fresh object may be anything. */
static void rubbish_in_the_region_is_not_taken_for_elements(void **state)
{
	struct odds o;

	(void)state;
	memset((char *)m.map.object + BM_BYTES(three), 0xff, BM_BYTES(odds));
	assert_int_equal(odds_create(&o, region, "odds"), 0);
	assert_int_equal(odds_invariants(&o), 0);
	assert_true(odds_is_empty(&o));
}

static void handles_find_their_elements(void **state)
{
	uint32_t item = 21;

	(void)state;
	fill(3);
	for (uint32_t i = 0; i < 3; i++) {
		check_found(h[i], 10 * i + 10);
		assert_int_equal(h[i].slot, i);
		assert_int_equal(h[i].generation, 1);
	}
	assert_int_equal(three_set(&m, h[1], &item), 0);
	*three_at(&m, h[0]) += 1;
	check_found(h[0], 11);
	check_found(h[1], 21);
	check(3);
}

static void full_map_keeps_the_item(void **state)
{
	struct three_handle handle = { 5, 6 };
	uint32_t item = 40;

	(void)state;
	fill(3);
	assert_int_equal(three_insert(&m, &item, &handle), -ENOSPC);
	assert_int_equal(item, 40);
	assert_true(handle.slot == 5 && handle.generation == 6);
	assert_int_equal(m.map.object->refused, 1);
	assert_int_equal(header_of(region)->refused, 1);
	check(3);
}

static void removed_elements_leave_stale_handles(void **state)
{
	struct three_handle again;
	uint32_t item;

	(void)state;
	fill(3);
	assert_int_equal(three_remove(&m, h[1], &item), 0);
	assert_int_equal(item, 20);
	check_stale(h[1]);
	check_found(h[0], 10);
	check_found(h[2], 30);
	check(2);
	item = 50;
	assert_int_equal(three_insert(&m, &item, &again), 0);
	assert_int_equal(again.slot, h[1].slot);
	check_stale(h[1]);
	check_found(again, 50);
	check(3);
	assert_int_equal(three_remove(&m, again, NULL), 0);
	check_stale(again);
	check(2);
}

static void foreign_handles_are_refused(void **state)
{
	struct three_handle wrong[] = { { 0, 0 }, { 0, 2 }, { 0, 3 }, { 1, 0 },
					{ 2, UINT32_MAX }, { 3, 1 }, { 3, 0 },
					{ UINT32_MAX, 1 }, { 0x80000000, 1 },
					{ UINT32_MAX, UINT32_MAX } };

	(void)state;
	fill(2);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		check_stale(wrong[i]);
	check(2);
}

/* Free slots have even generations, which no handle has. */
static void guessed_generation_of_a_free_slot_is_refused(void **state)
{
	struct three_handle guess;

	(void)state;
	fill(1);
	assert_int_equal(three_remove(&m, h[0], NULL), 0);
	guess = h[0];
	guess.generation++;
	check_stale(guess);
}

static void generations_come_round(void **state)
{
	uint32_t *generations = (uint32_t *)(m.map.object + 1);
	struct three_handle last;
	struct three_handle next;
	uint32_t item = 60;

	(void)state;
	generations[0] = UINT32_MAX - 1;
	assert_int_equal(three_invariants(&m), 0);
	assert_int_equal(three_insert(&m, &item, &last), 0);
	assert_int_equal(last.generation, UINT32_MAX);
	check_found(last, 60);
	assert_int_equal(three_remove(&m, last, NULL), 0);
	check_stale(last);
	check_stale((struct three_handle){ 0, 0 });
	assert_int_equal(three_insert(&m, &item, &next), 0);
	assert_int_equal(next.slot, 0);
	assert_int_equal(next.generation, 1);
	check_stale(last);
	check(1);
}

static void iteration_gives_all_in_the_order_of_slots(void **state)
{
	struct three_handle handle;
	size_t cursor = 0;
	uint32_t item;

	(void)state;
	fill(3);
	assert_int_equal(three_remove(&m, h[0], NULL), 0);
	assert_int_equal(three_first(&m, &handle, &item), 0);
	assert_int_equal(item, 20);
	assert_int_equal(three_first(&m, NULL, NULL), 0);
	assert_int_equal(three_next(&m, &cursor, &handle, &item), 0);
	assert_int_equal(item, 20);
	assert_true(handle.slot == 1 && handle.generation == h[1].generation);
	assert_int_equal(three_remove(&m, handle, NULL), 0);
	assert_int_equal(three_next(&m, &cursor, NULL, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(three_next(&m, &cursor, &handle, &item), -ENOENT);
	assert_int_equal(three_next(&m, &cursor, &handle, &item), -ENOENT);
	assert_int_equal(cursor, 3);
	cursor = SIZE_MAX;
	assert_int_equal(three_next(&m, &cursor, &handle, &item), -ENOENT);
}

static void clear_makes_all_handles_stale(void **state)
{
	struct three_handle old[3];

	(void)state;
	fill(2);
	memcpy(old, h, sizeof(old));
	three_clear(&m);
	check(0);
	check_stale(old[0]);
	check_stale(old[1]);
	fill(3);
	check_stale(old[0]);
	check_stale(old[1]);
	check(3);
	assert_int_equal(m.map.object->peak, 2);
}

static void many_come_and_go(void **state)
{
	static struct numbers_handle handles[1000];
	struct numbers n;
	uint32_t item;

	(void)state;
	assert_int_equal(numbers_create(&n, region, "numbers"), 0);
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 1000; i++) {
			item = i + round;
			assert_int_equal(numbers_insert(&n, &item, &handles[i]), 0);
		}
		assert_true(numbers_is_full(&n));
		assert_int_equal(numbers_invariants(&n), 0);
		for (uint32_t i = 0; i < 1000; i++) {
			uint32_t which = i * 377 % 1000;

			assert_int_equal(numbers_remove(&n, handles[which], &item),
					 0);
			assert_int_equal(item, which + round);
		}
		assert_true(numbers_is_empty(&n));
		assert_int_equal(numbers_invariants(&n), 0);
	}
	check_layout(region);
}

static void odd_sizes_are_not_padded(void **state)
{
	struct odds_handle handle;
	struct odd item = { "abcdef" };
	struct odds o;

	(void)state;
	assert_int_equal(BM_BYTES(odds), 64 + 64 + 64 + 64);
	assert_int_equal(odds_create(&o, region, "odds"), 0);
	for (int i = 0; i < 5; i++) {
		item.text[0] = (char)('0' + i);
		assert_int_equal(odds_insert(&o, &item, &handle), 0);
	}
	assert_string_equal(odds_at(&o, handle)->text, "4bcdef");
	assert_memory_equal(odds_at(&o, handle) - 4, "0bcdef\0001bcdef", 14);
}

static void damaged_length_is_an_error(void **state)
{
	struct three_handle handle;
	uint32_t item = 5;
	size_t count;

	(void)state;
	fill(2);
	m.map.object->len = 4;
	assert_int_equal(three_insert(&m, &item, &handle), -EUCLEAN);
	assert_int_equal(three_remove(&m, h[0], &item), -EUCLEAN);
	assert_int_equal(three_set(&m, h[0], &item), -EUCLEAN);
	assert_int_equal(three_count(&m, &count), -EUCLEAN);
	assert_int_equal(three_repair(&m), -EUCLEAN);
	assert_int_equal(three_invariants(&m), -EUCLEAN);
	assert_int_equal(three_len(&m), 3);
	assert_int_equal(item, 5);
	m.map.object->len = 0;
	assert_int_equal(three_remove(&m, h[0], &item), -EUCLEAN);
	assert_int_equal(three_invariants(&m), -EUCLEAN);
	three_clear(&m);
	assert_int_equal(three_invariants(&m), 0);
	check_stale(h[0]);
}

static void damaged_list_of_free_slots_is_an_error(void **state)
{
	uint32_t *free_slots = (uint32_t *)(m.map.object + 2);
	uint32_t wrong[] = { 0, 3, UINT32_MAX };
	struct three_handle handle;
	uint32_t item = 5;

	(void)state;
	fill(1);
	assert_int_equal(free_slots[1], 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		free_slots[1] = wrong[i];
		assert_int_equal(three_invariants(&m), -EUCLEAN);
		assert_int_equal(three_insert(&m, &item, &handle), -EUCLEAN);
	}
	free_slots[1] = 2;
	assert_int_equal(three_invariants(&m), -EUCLEAN);
	assert_int_equal(three_repair(&m), 0);
	check_found(h[0], 10);
	check(1);
	fill(2);
	check(3);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct three_handle handle;
	uint32_t item = 5;

	(void)state;
	fill(2);
	m.map.object->updating = 1;
	assert_int_equal(three_insert(&m, &item, &handle), -EOWNERDEAD);
	assert_int_equal(three_remove(&m, h[0], NULL), -EOWNERDEAD);
	assert_int_equal(three_set(&m, h[0], &item), -EOWNERDEAD);
	assert_int_equal(three_invariants(&m), -EOWNERDEAD);
	check_found(h[1], 20);
	assert_int_equal(three_repair(&m), 0);
	check_found(h[1], 20);
	check(2);
}

/* The generation had been stored, the length had not; and the other way to remove. */
static void repair_ends_what_was_begun(void **state)
{
	uint32_t *generations = (uint32_t *)(m.map.object + 1);

	(void)state;
	fill(1);
	generations[1] = 1;
	m.map.object->updating = 1;
	assert_int_equal(three_repair(&m), 0);
	check(2);
	generations[0] = 2;
	m.map.object->updating = 1;
	assert_int_equal(three_repair(&m), 0);
	check_stale(h[0]);
	check(1);
}

static void counters_of_the_pool_follow(void **state)
{
	static struct numbers_handle handles[1000];
	struct numbers n;
	uint64_t base;

	(void)state;
	assert_int_equal(numbers_create(&n, region, "numbers"), 0);
	base = header_of(region)->used;
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(numbers_insert(&n, &i, &handles[i]), 0);
	assert_int_equal(header_of(region)->used, base + 4000);
	for (uint32_t i = 0; i < 900; i++)
		assert_int_equal(numbers_remove(&n, handles[i], NULL), 0);
	assert_int_equal(header_of(region)->used, base + 4 * 112);
	assert_int_equal(n.map.object->peak, 1000);
	check_layout(region);
}

static void redundant_finds_a_changed_bit(void **state)
{
	struct twice_handle handle;
	struct twice t;
	uint32_t item = 3;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(twice_create(&t, region, "twice"), 0);
	assert_int_equal(twice_insert(&t, &item, &handle), 0);
	((unsigned char *)(t.map.object + 1))[2 * 128] ^= 1;
	assert_int_equal(twice_get(&t, handle, &item), -EUCLEAN);
	assert_int_equal(twice_find(&t, handle), -EUCLEAN);
	assert_int_equal(twice_next(&t, &cursor, NULL, NULL), -EUCLEAN);
	assert_int_equal(twice_remove(&t, handle, &item), -EUCLEAN);
	((unsigned char *)(t.map.object + 1))[2 * 128] ^= 1;
	assert_int_equal(twice_remove(&t, handle, &item), 0);
	assert_int_equal(item, 3);
}

static void every_verb_looks_at_what_is_free(void **state)
{
	struct every_number_handle handle;
	struct every_number e;
	uint32_t item = 3;

	(void)state;
	assert_int_equal(every_number_create(&e, region, "every"), 0);
	assert_int_equal(every_number_insert(&e, &item, &handle), 0);
	((uint32_t *)(e.map.object + 1))[7] = 1;
	assert_int_equal(every_number_find(&e, handle), -EUCLEAN);
	assert_int_equal(every_number_insert(&e, &item, &handle), -EUCLEAN);
	assert_int_equal(every_number_repair(&e), 0);
	assert_int_equal(every_number_find(&e, handle), 0);
}

static void name_that_is_taken_is_refused(void **state)
{
	struct three other;
	uint32_t item = 0;

	(void)state;
	fill(2);
	assert_int_equal(three_create(&other, region, "three"), -EEXIST);
	check(2);
	assert_int_equal(three_get(&m, h[1], &item), 0);
	assert_int_equal(item, 20);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_map_is_empty),
		CASE(name_that_is_taken_is_refused),
		CASE(rubbish_in_the_region_is_not_taken_for_elements),
		CASE(handles_find_their_elements),
		CASE(full_map_keeps_the_item),
		CASE(removed_elements_leave_stale_handles),
		CASE(foreign_handles_are_refused),
		CASE(guessed_generation_of_a_free_slot_is_refused),
		CASE(generations_come_round),
		CASE(iteration_gives_all_in_the_order_of_slots),
		CASE(clear_makes_all_handles_stale),
		CASE(many_come_and_go),
		CASE(odd_sizes_are_not_padded),
		CASE(damaged_length_is_an_error),
		CASE(damaged_list_of_free_slots_is_an_error),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(repair_ends_what_was_begun),
		CASE(counters_of_the_pool_follow),
		CASE(redundant_finds_a_changed_bit),
		CASE(every_verb_looks_at_what_is_free),
	};

	return cmocka_run_group_tests_name("slot-map", tests, NULL, NULL);
}
