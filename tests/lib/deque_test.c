// SPDX-License-Identifier: MIT
/*
 * deque_test.c: exact behaviour of deques
 */
#include "cmocka_test.h"

struct odd {
	char text[7];
};

struct __attribute__((aligned(64))) line {
	char byte[64];
};

BM_DEQUE(one, uint32_t, 1)
BM_DEQUE(thousand, uint32_t, 1000)
BM_DEQUE(odds, struct odd, 3)
BM_DEQUE(longs, uint64_t, 4)
BM_DEQUE(lines, struct line, 3)
BM_DEQUE_CHECKED(twice, uint32_t, 5, redundant)

#include "deque_five.h"

static void set_ends(struct five *d, uint32_t head, uint32_t len)
{
	d->deque.object->place[0] = head;
	d->deque.object->place[1] = len;
}

static void new_deque_is_empty(void **state)
{
	struct five d = make_five(0, 0);
	uint32_t item = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(five_is_empty(&d));
	assert_false(five_is_full(&d));
	assert_int_equal(five_capacity(&d), 5);
	assert_int_equal(five_pop_back(&d, &item), -ENOENT);
	assert_int_equal(five_pop_front(&d, &item), -ENOENT);
	assert_int_equal(five_pop(&d, &item), -ENOENT);
	assert_int_equal(five_first(&d, &item), -ENOENT);
	assert_int_equal(five_last(&d, &item), -ENOENT);
	assert_int_equal(five_next(&d, &cursor, &item), -ENOENT);
	assert_int_equal(five_next_back(&d, &cursor, &item), -ENOENT);
	assert_int_equal(five_find(&d, &item, &cursor), -ENOENT);
	assert_int_equal(five_set(&d, 0, &item), -ERANGE);
	assert_int_equal(five_remove(&d, 0, &item), -ERANGE);
	assert_int_equal(five_swap_remove_back(&d, 0, &item), -ERANGE);
	assert_int_equal(five_swap_remove_front(&d, 0, &item), -ERANGE);
	assert_int_equal(five_insert(&d, 1, &item), -ERANGE);
	assert_int_equal(five_drain(&d, 0, 1, &item), -ERANGE);
	assert_int_equal(five_rotate_left(&d, 1), -ERANGE);
	assert_int_equal(five_rotate_right(&d, 1), -ERANGE);
	assert_int_equal(five_rotate_left(&d, 0), 0);
	assert_int_equal(five_drain(&d, 0, 0, &item), 0);
	assert_int_equal(five_truncate(&d, 0), 0);
	assert_null(five_at(&d, 0));
	assert_int_equal(item, 7);
	check_five(&d, 0, NULL);
}

static void full_push_keeps_the_item(void **state)
{
	struct five d = make_five(3, 5);
	uint32_t items[] = { 60, 70 };

	(void)state;
	assert_true(five_is_full(&d));
	assert_int_equal(five_push_back(&d, items), -ENOSPC);
	assert_int_equal(five_push_front(&d, items), -ENOSPC);
	assert_int_equal(five_push(&d, items), -ENOSPC);
	assert_int_equal(five_insert(&d, 0, items), -ENOSPC);
	assert_int_equal(five_insert(&d, 2, items), -ENOSPC);
	assert_int_equal(five_insert(&d, 5, items), -ENOSPC);
	assert_int_equal(five_insert(&d, 6, items), -ERANGE);
	assert_int_equal(five_extend(&d, items, 1), -ENOSPC);
	assert_int_equal(five_extend(&d, items, 0), 0);
	assert_int_equal(items[0], 60);
	assert_int_equal(d.deque.object->refused, 7);
	assert_int_equal(header_of(region)->refused, 7);
	CHECK(&d, 10, 20, 30, 40, 50);
}

static void both_ends_push_and_pop(void **state)
{
	struct five d = make_five(0, 0);
	uint32_t item;

	(void)state;
	assert_int_equal(five_push_back(&d, &(uint32_t){ 2 }), 0);
	assert_int_equal(five_push_front(&d, &(uint32_t){ 1 }), 0);
	assert_int_equal(five_push_back(&d, &(uint32_t){ 3 }), 0);
	assert_int_equal(head_of(&d), 4);
	CHECK(&d, 1, 2, 3);
	assert_int_equal(five_first(&d, &item), 0);
	assert_int_equal(item, 1);
	assert_int_equal(five_last(&d, &item), 0);
	assert_int_equal(item, 3);
	assert_int_equal(five_pop_front(&d, &item), 0);
	assert_int_equal(item, 1);
	assert_int_equal(five_pop_back(&d, &item), 0);
	assert_int_equal(item, 3);
	CHECK(&d, 2);
	assert_int_equal(five_pop_back(&d, NULL), 0);
	assert_true(five_is_empty(&d));
}

static void what_is_pushed_last_is_popped_first(void **state)
{
	struct five d = make_five(3, 3);
	uint32_t item = 40;

	(void)state;
	assert_int_equal(five_push(&d, &item), 0);
	CHECK(&d, 10, 20, 30, 40);
	item = 0;
	assert_int_equal(five_pop(&d, &item), 0);
	assert_int_equal(item, 40);
	CHECK(&d, 10, 20, 30);
}

static void slices_are_the_elements_in_order(void **state)
{
	struct five d = make_five(3, 4);
	uint32_t *first;
	uint32_t *second;
	size_t first_len;
	size_t second_len;

	(void)state;
	assert_int_equal(five_slices(&d, &first, &first_len, &second, &second_len), 0);
	assert_int_equal(first_len, 2);
	assert_int_equal(second_len, 2);
	assert_ptr_equal(first, five_at(&d, 0));
	assert_ptr_equal(second, five_at(&d, 2));
	second[1] = 41;
	CHECK(&d, 10, 20, 30, 41);
	assert_int_equal(five_truncate(&d, 2), 0);
	assert_int_equal(five_slices(&d, &first, &first_len, &second, &second_len), 0);
	assert_int_equal(first_len, 2);
	assert_int_equal(second_len, 0);
}

static void find_looks_at_elements_only(void **state)
{
	struct five d = make_five(3, 4);
	uint32_t item = 40;
	size_t index;

	(void)state;
	assert_int_equal(five_find(&d, &item, &index), 0);
	assert_int_equal(index, 3);
	assert_true(five_contains(&d, &item));
	assert_int_equal(five_pop_back(&d, NULL), 0);
	assert_int_equal(five_find(&d, &item, NULL), -ENOENT);
	assert_false(five_contains(&d, &item));
}

static void iteration_goes_both_ways(void **state)
{
	struct five d = make_five(4, 3);
	uint32_t item;
	size_t cursor = 0;
	uint32_t seen = 0;

	(void)state;
	while (!five_next(&d, &cursor, &item))
		seen = seen * 10 + item / 10;
	assert_int_equal(seen, 123);
	assert_int_equal(five_next(&d, &cursor, &item), -ENOENT);
	cursor = 0;
	while (!five_next_back(&d, &cursor, &item))
		seen = seen * 10 + item / 10;
	assert_int_equal(seen, 123321);
	assert_int_equal(five_next_back(&d, &cursor, &item), -ENOENT);
}

static void set_and_at_are_the_element_itself(void **state)
{
	struct five d = make_five(4, 2);
	uint32_t item = 21;

	(void)state;
	assert_int_equal(five_set(&d, 1, &item), 0);
	*five_at(&d, 0) += 1;
	CHECK(&d, 11, 21);
	assert_null(five_at(&d, 2));
}

static void clear_makes_room(void **state)
{
	struct five d = make_five(4, 5);
	uint64_t used;

	(void)state;
	five_clear(&d);
	check_five(&d, 0, NULL);
	used = header_of(region)->used;
	assert_int_equal(five_push_back(&d, &(uint32_t){ 1 }), 0);
	CHECK(&d, 1);
	assert_true(header_of(region)->used > used);
	assert_int_equal(d.deque.object->peak, 5);
}

static void one_place_is_enough(void **state)
{
	uint32_t item = 1;
	struct one d;

	(void)state;
	assert_int_equal(one_create(&d, region, "one"), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(one_push_front(&d, &item), 0);
		assert_int_equal(one_push_back(&d, &item), -ENOSPC);
		assert_int_equal(one_pop_back(&d, &item), 0);
		assert_int_equal(one_push_back(&d, &item), 0);
		assert_int_equal(one_rotate_left(&d, 1), 0);
		assert_int_equal(one_pop_front(&d, &item), 0);
	}
	assert_int_equal(item, 1);
	assert_int_equal(one_invariants(&d), 0);
	check_layout(region);
}

static void odd_sizes_are_not_padded(void **state)
{
	struct odd item = { "abcdef" };
	struct odd *first;
	struct odd *second;
	struct odds d;
	size_t len;

	(void)state;
	assert_int_equal(odds_create(&d, region, "d"), 0);
	assert_int_equal(odds_push_front(&d, &item), 0);
	for (int i = 0; i < 2; i++) {
		item.text[0] = (char)('0' + i);
		assert_int_equal(odds_push_back(&d, &item), 0);
	}
	assert_int_equal(odds_insert(&d, 1, &item), -ENOSPC);
	assert_int_equal(odds_slices(&d, &first, &len, &second, &len), 0);
	assert_memory_equal(second, "0bcdef\0001bcdef\000abcdef", 21);
	assert_int_equal(odds_remove(&d, 1, &item), 0);
	assert_string_equal(item.text, "0bcdef");
	assert_int_equal(odds_insert(&d, 1, &item), 0);
	assert_string_equal(odds_at(&d, 0)->text, "abcdef");
	assert_string_equal(odds_at(&d, 1)->text, "0bcdef");
	assert_string_equal(odds_at(&d, 2)->text, "1bcdef");
}

static void large_alignment_is_kept(void **state)
{
	struct line item = { { 1 } };
	struct lines d;

	(void)state;
	(void)make_five(0, 1);
	assert_int_equal(lines_create(&d, region, "d"), 0);
	assert_int_equal(lines_push_front(&d, &item), 0);
	assert_int_equal((uintptr_t)lines_at(&d, 0) % 64, 0);
}

static bool keep_all(const uint32_t *item, void *argument)
{
	(void)item;
	(void)argument;
	return true;
}

/* Every verb that writes, with arguments that would do something. */
static void check_writing_fails(struct five *d, int err)
{
	uint32_t item = 5;

	assert_int_equal(five_push_back(d, &item), err);
	assert_int_equal(five_push_front(d, &item), err);
	assert_int_equal(five_push(d, &item), err);
	assert_int_equal(five_pop_back(d, &item), err);
	assert_int_equal(five_pop_front(d, &item), err);
	assert_int_equal(five_pop(d, &item), err);
	assert_int_equal(five_extend(d, &item, 1), err);
	assert_int_equal(five_set(d, 0, &item), err);
	assert_int_equal(five_insert(d, 1, &item), err);
	assert_int_equal(five_remove(d, 0, &item), err);
	assert_int_equal(five_swap_remove_back(d, 0, &item), err);
	assert_int_equal(five_swap_remove_front(d, 0, &item), err);
	assert_int_equal(five_drain(d, 0, 1, &item), err);
	assert_int_equal(five_truncate(d, 0), err);
	assert_int_equal(five_retain(d, keep_all, NULL), err);
	assert_int_equal(five_rotate_left(d, 1), err);
	assert_int_equal(five_rotate_right(d, 1), err);
	assert_int_equal(item, 5);
}

static void count_is_the_length(void **state)
{
	struct five d = make_five(3, 2);
	size_t count = 9;

	(void)state;
	assert_int_equal(five_count(&d, &count), 0);
	assert_int_equal(count, five_len(&d));
}

static void eight_bytes_move_whole(void **state)
{
	const uint64_t wanted[] = { 1, 5, 2, 3 };
	struct longs d;
	uint64_t item;

	(void)state;
	assert_int_equal(longs_create(&d, region, "longs"), 0);
	for (uint64_t i = 1; i <= 3; i++) {
		item = i << 40 | i;
		assert_int_equal(longs_push_back(&d, &item), 0);
	}
	item = UINT64_C(5) << 40 | 5;
	assert_int_equal(longs_insert(&d, 1, &item), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(longs_get(&d, i, &item), 0);
		assert_int_equal(item, wanted[i] << 40 | wanted[i]);
	}
}

static void check_damaged(struct five *d)
{
	uint32_t item = 5;
	uint32_t *part;
	size_t cursor = 0;

	check_writing_fails(d, -EUCLEAN);
	assert_int_equal(five_get(d, 0, &item), -EUCLEAN);
	assert_int_equal(five_first(d, &item), -EUCLEAN);
	assert_int_equal(five_last(d, &item), -EUCLEAN);
	assert_int_equal(five_next(d, &cursor, &item), -EUCLEAN);
	assert_int_equal(five_next_back(d, &cursor, &item), -EUCLEAN);
	assert_int_equal(five_find(d, &item, &cursor), -EUCLEAN);
	assert_int_equal(five_count(d, &cursor), -EUCLEAN);
	assert_int_equal(five_slices(d, &part, &cursor, &part, &cursor), -EUCLEAN);
	assert_int_equal(five_repair(d), -EUCLEAN);
	assert_int_equal(five_invariants(d), -EUCLEAN);
	assert_false(five_contains(d, &item));
	assert_null(five_at(d, 0));
	assert_true(five_len(d) <= 5);
	assert_int_equal(item, 5);
	five_clear(d);
	assert_int_equal(five_push_front(d, &item), 0);
	CHECK(d, 5);
}

static void damaged_head_is_an_error_everywhere(void **state)
{
	struct five d = make_five(3, 2);

	(void)state;
	set_ends(&d, 5, 2);
	check_damaged(&d);
	set_ends(&d, UINT32_MAX, 2);
	check_damaged(&d);
	set_ends(&d, 5, 0);
	check_damaged(&d);
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct five d = make_five(3, 2);

	(void)state;
	set_ends(&d, 3, 6);
	check_damaged(&d);
	set_ends(&d, 3, UINT32_MAX);
	assert_int_equal(five_len(&d), 5);
	check_damaged(&d);
}

static void length_beyond_what_is_listed_is_damage(void **state)
{
	struct five d = make_five(3, 3);

	(void)state;
	d.deque.object->len = 2;
	assert_int_equal(five_invariants(&d), -EUCLEAN);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct five d = make_five(4, 2);
	uint32_t item;

	(void)state;
	bm_deque_update_begin_(&d.deque);
	check_writing_fails(&d, -EOWNERDEAD);
	assert_int_equal(five_invariants(&d), -EOWNERDEAD);
	assert_int_equal(five_get(&d, 1, &item), 0);
	assert_int_equal(item, 20);
	assert_int_equal(five_repair(&d), 0);
	CHECK(&d, 10, 20);
}

/* The pool's counters may know of more than there is, never of less. */
static void counters_follow_with_slack(void **state)
{
	struct bm_object_info info;
	struct thousand d;
	size_t cursor = 0;
	uint64_t base;
	uint32_t known = 0;
	unsigned int moves = 0;

	(void)state;
	assert_int_equal(thousand_create(&d, region, "d"), 0);
	base = header_of(region)->used;
	for (uint32_t i = 0; i < 3000; i++) {
		int err = i % 1000 < 500 ? thousand_push_back(&d, &i) :
					   thousand_pop_front(&d, NULL);

		assert_int_equal(err, 0);
		moves += i >= 1000 && known != d.deque.object->len;
		known = d.deque.object->len;
		assert_true(known >= thousand_len(&d));
		assert_true(known <= thousand_len(&d) + 128);
		assert_true(header_of(region)->used >= base + known * 4);
		assert_true(header_of(region)->used <= base + known * 4 + 64);
		assert_int_equal(d.deque.object->peak, i < 500 ? i + 1 : 500);
	}
	assert_true(moves > 0 && moves < 2000 / 64);
	check_layout(region);
	assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	assert_int_equal(info.high_water, 500);
	thousand_clear(&d);
	assert_int_equal(header_of(region)->used, base);
}

/* Died after the counters were told, before the element was there for all. */
static void told_and_not_done_needs_no_repair(void **state)
{
	struct five d = make_five(0, 0);

	(void)state;
	d.deque.object->peak = 1;
	d.deque.object->len = 1;
	assert_true(five_is_empty(&d));
	assert_int_equal(five_invariants(&d), 0);
	assert_int_equal(bm_layout_recover(region), 0);
	assert_int_equal(five_push_front(&d, &(uint32_t){ 3 }), 0);
	CHECK(&d, 3);
}

static void redundant_copy_follows(void **state)
{
	uint32_t items[] = { 1, 2, 3 };
	uint32_t item;
	struct twice d;

	(void)state;
	assert_int_equal(twice_create(&d, region, "twice"), 0);
	assert_int_equal(twice_extend(&d, items, 3), 0);
	assert_int_equal(twice_push_front(&d, items), 0);
	assert_int_equal(twice_insert(&d, 1, items), 0);
	assert_int_equal(twice_push_back(&d, items), -ENOSPC);
	assert_int_equal(twice_pop_front(&d, &item), 0);
	assert_int_equal(twice_rotate_left(&d, 2), 0);
	assert_int_equal(twice_retain(&d, keep_all, NULL), 0);
	assert_int_equal(twice_get(&d, 0, &item), 0);
	assert_int_equal(item, 2);
	((unsigned char *)(d.deque.object + 1))[2] ^= 1;
	assert_int_equal(twice_get(&d, 0, &item), -EUCLEAN);
	assert_int_equal(twice_pop_back(&d, &item), -EUCLEAN);
	twice_clear(&d);
	assert_int_equal(twice_push_front(&d, items), 0);
	assert_int_equal(twice_pop_back(&d, &item), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_deque_is_empty),
		CASE(full_push_keeps_the_item),
		CASE(both_ends_push_and_pop),
		CASE(what_is_pushed_last_is_popped_first),
		CASE(slices_are_the_elements_in_order),
		CASE(find_looks_at_elements_only),
		CASE(iteration_goes_both_ways),
		CASE(set_and_at_are_the_element_itself),
		CASE(clear_makes_room),
		CASE(one_place_is_enough),
		CASE(odd_sizes_are_not_padded),
		CASE(large_alignment_is_kept),
		CASE(count_is_the_length),
		CASE(eight_bytes_move_whole),
		CASE(damaged_head_is_an_error_everywhere),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(length_beyond_what_is_listed_is_damage),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(counters_follow_with_slack),
		CASE(told_and_not_done_needs_no_repair),
		CASE(redundant_copy_follows),
	};

	return cmocka_run_group_tests_name("deque", tests, NULL, NULL);
}
