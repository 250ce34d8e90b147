// SPDX-License-Identifier: MIT
/*
 * vec_more_test.c: exact behaviour of the verbs of a vec that are about many elements
 */
#include "cmocka_test.h"

/* A size for each way in which elements are moved, and one larger than an exchange. */
struct odd {
	char text[7];
};

struct three_words {
	uint64_t word[3];
};

struct large {
	unsigned char byte[150];
};

BM_VEC(six, uint32_t, 6)
BM_VEC(odds, struct odd, 40)
BM_VEC(words, struct three_words, 40)
BM_VEC(larges, struct large, 12)
BM_VEC_CHECKED(twice, uint32_t, 6, redundant)

REGION_OF_EACH_CASE(16384)

/* 10, 20, 30 ... */
static struct six make_six(uint32_t count)
{
	struct six v;

	assert_int_equal(six_create(&v, region, "six"), 0);
	for (uint32_t i = 1; i <= count; i++)
		assert_int_equal(six_push(&v, &(uint32_t){ i * 10 }), 0);
	return v;
}

#define CHECK(v, ...)							\
	check_six(v, (const uint32_t[]){ 0, __VA_ARGS__ },		\
		  sizeof((uint32_t[]){ 0, __VA_ARGS__ }) / 4 - 1)

/* The first of @expected is there for an empty list only. */
static void check_six(const struct six *v, const uint32_t *expected, size_t len)
{
	assert_int_equal(six_len(v), len);
	assert_memory_equal(six_data(v), expected + 1, len * sizeof(*expected));
	assert_int_equal(six_invariants(v), 0);
	check_layout(region);
}

static void extend_appends_all_or_nothing(void **state)
{
	struct six v = make_six(2);
	const uint32_t items[] = { 1, 2, 3, 4, 5 };

	(void)state;
	assert_int_equal(six_extend(&v, items, 5), -ENOSPC);
	assert_int_equal(v.vec.object->refused, 1);
	CHECK(&v, 10, 20);
	assert_int_equal(six_extend(&v, items, SIZE_MAX), -ENOSPC);
	assert_int_equal(six_extend(&v, NULL, 0), 0);
	CHECK(&v, 10, 20);
	assert_int_equal(six_extend(&v, items, 4), 0);
	CHECK(&v, 10, 20, 1, 2, 3, 4);
}

static void truncate_makes_shorter_only(void **state)
{
	struct six v = make_six(4);

	(void)state;
	assert_int_equal(six_truncate(&v, 9), 0);
	assert_int_equal(six_truncate(&v, 4), 0);
	CHECK(&v, 10, 20, 30, 40);
	assert_int_equal(six_truncate(&v, 1), 0);
	CHECK(&v, 10);
	assert_int_equal(v.vec.object->peak, 4);
	assert_int_equal(six_truncate(&v, 0), 0);
	assert_true(six_is_empty(&v));
}

static void resize_fills_with_the_item(void **state)
{
	struct six v = make_six(2);
	uint32_t item = 7;

	(void)state;
	assert_int_equal(six_resize(&v, 7, &item), -ENOSPC);
	CHECK(&v, 10, 20);
	assert_int_equal(six_resize(&v, 6, &item), 0);
	CHECK(&v, 10, 20, 7, 7, 7, 7);
	assert_int_equal(six_resize(&v, 6, NULL), 0);
	assert_int_equal(six_resize(&v, 1, NULL), 0);
	CHECK(&v, 10);
}

static void swap_remove_puts_the_last_in_its_place(void **state)
{
	struct six v = make_six(4);
	uint32_t item = 0;

	(void)state;
	assert_int_equal(six_swap_remove(&v, 1, &item), 0);
	assert_int_equal(item, 20);
	CHECK(&v, 10, 40, 30);
	assert_int_equal(six_swap_remove(&v, 2, &item), 0);
	assert_int_equal(item, 30);
	assert_int_equal(six_swap_remove(&v, 2, &item), -ERANGE);
	assert_int_equal(six_swap_remove(&v, 0, NULL), 0);
	CHECK(&v, 40);
}

static void swap_and_reverse_exchange(void **state)
{
	struct six v = make_six(5);

	(void)state;
	assert_int_equal(six_swap(&v, 0, 3), 0);
	assert_int_equal(six_swap(&v, 1, 1), 0);
	CHECK(&v, 40, 20, 30, 10, 50);
	assert_int_equal(six_swap(&v, 0, 5), -ERANGE);
	assert_int_equal(six_swap(&v, 5, 0), -ERANGE);
	assert_int_equal(six_reverse(&v), 0);
	CHECK(&v, 50, 10, 30, 20, 40);
	assert_int_equal(six_truncate(&v, 2), 0);
	assert_int_equal(six_reverse(&v), 0);
	CHECK(&v, 10, 50);
}

static void insert_many_opens_a_gap(void **state)
{
	struct six v = make_six(3);
	const uint32_t items[] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(six_insert_many(&v, 4, items, 1), -ERANGE);
	assert_int_equal(six_insert_many(&v, 1, items, 4), -ENOSPC);
	assert_int_equal(six_insert_many(&v, 1, items, SIZE_MAX), -ENOSPC);
	assert_int_equal(six_insert_many(&v, 1, NULL, 0), 0);
	CHECK(&v, 10, 20, 30);
	assert_int_equal(six_insert_many(&v, 1, items, 1), 0);
	CHECK(&v, 10, 1, 20, 30);
	assert_int_equal(six_insert_many(&v, 4, items + 1, 2), 0);
	CHECK(&v, 10, 1, 20, 30, 2, 3);
	assert_int_equal(six_truncate(&v, 2), 0);
	assert_int_equal(six_insert_many(&v, 1, items, 4), 0);
	CHECK(&v, 10, 1, 2, 3, 4, 1);
}

static void drain_takes_a_range(void **state)
{
	struct six v = make_six(6);
	uint32_t items[3] = { 0 };

	(void)state;
	assert_int_equal(six_drain(&v, 3, 2, items), -ERANGE);
	assert_int_equal(six_drain(&v, 3, 7, items), -ERANGE);
	assert_int_equal(six_drain(&v, 6, 6, items), 0);
	assert_int_equal(six_drain(&v, 1, 4, items), 0);
	assert_memory_equal(items, ((uint32_t[]){ 20, 30, 40 }), 12);
	CHECK(&v, 10, 50, 60);
	assert_int_equal(six_drain(&v, 1, 3, NULL), 0);
	CHECK(&v, 10);
}

static bool is_above(const uint32_t *item, void *context)
{
	return *item > *(const uint32_t *)context;
}

static void retain_keeps_the_order(void **state)
{
	struct six v = make_six(6);
	uint32_t limit = 0;

	(void)state;
	assert_int_equal(six_retain(&v, is_above, &limit), 0);
	CHECK(&v, 10, 20, 30, 40, 50, 60);
	assert_int_equal(six_swap(&v, 0, 4), 0);
	limit = 25;
	assert_int_equal(six_retain(&v, is_above, &limit), 0);
	CHECK(&v, 50, 30, 40, 60);
	limit = 60;
	assert_int_equal(six_retain(&v, is_above, &limit), 0);
	assert_true(six_is_empty(&v));
	assert_int_equal(v.vec.object->peak, 6);
}

static bool same_ten(const uint32_t *first, const uint32_t *item, void *context)
{
	*(uint32_t *)context += 1;
	return *first / 10 == *item / 10;
}

static void dedup_leaves_the_first_of_neighbours(void **state)
{
	struct six v = make_six(0);
	const uint32_t items[] = { 10, 10, 11, 20, 10, 10 };
	uint32_t calls = 0;

	(void)state;
	assert_int_equal(six_dedup(&v), 0);
	assert_int_equal(six_extend(&v, items, 6), 0);
	assert_int_equal(six_dedup(&v), 0);
	CHECK(&v, 10, 11, 20, 10);
	assert_int_equal(six_dedup_with(&v, same_ten, &calls), 0);
	CHECK(&v, 10, 20, 10);
	assert_int_equal(calls, 3);
}

static void slices_are_the_elements_themselves(void **state)
{
	struct six v = make_six(4);
	struct six_slice slice = six_as_slice(&v);

	(void)state;
	assert_ptr_equal(slice.data, six_data(&v));
	assert_int_equal(slice.len, 4);
	assert_int_equal(six_range(&v, 1, 3, &slice), 0);
	assert_ptr_equal(slice.data, six_at(&v, 1));
	assert_int_equal(slice.len, 2);
	assert_int_equal(six_range(&v, 4, 4, &slice), 0);
	assert_int_equal(slice.len, 0);
	assert_int_equal(six_range(&v, 3, 2, &slice), -ERANGE);
	assert_int_equal(six_range(&v, 0, 5, &slice), -ERANGE);
	v.vec.object->len = 7;
	assert_int_equal(six_range(&v, 0, 1, &slice), -EUCLEAN);
	assert_int_equal(six_as_slice(&v).len, 6);
}

/* Numbers in all bytes of an element, so that one out of place is seen. */
#define FILLED(type, number)						\
	({								\
		type item_;						\
									\
		memset(&item_, (int)(number), sizeof(item_));		\
		item_;							\
	})

#define CHECK_FILLED(name, v, index, number)				\
	do {								\
		__typeof__(*name##_at(v, 0)) want_ =			\
			FILLED(__typeof__(want_), number);		\
									\
		assert_memory_equal(name##_at(v, index), &want_,	\
				    sizeof(want_));			\
	} while (0)

#define MOVES(name, T, count)						\
	static void elements_of_##name##_stay_whole(void **state)	\
	{								\
		struct name v;						\
		T items[2] = { FILLED(T, 101), FILLED(T, 102) };	\
									\
		(void)state;						\
		assert_int_equal(name##_create(&v, region, "v"), 0);	\
		for (unsigned char i = 0; i < (count); i++) {		\
			T item = FILLED(T, i);				\
									\
			assert_int_equal(name##_push(&v, &item), 0);	\
		}							\
		assert_int_equal(name##_insert_many(&v, 3, items, 2), 0); \
		for (unsigned char i = 0; i < (count) + 2; i++)		\
			CHECK_FILLED(name, &v, i, i < 3 ? i :		\
				     i < 5 ? i + 98 : i - 2);		\
		assert_int_equal(name##_drain(&v, 2, 4, items), 0);	\
		assert_memory_equal(items, ((T[]){ FILLED(T, 2),	\
						   FILLED(T, 101) }),	\
				    2 * sizeof(T));			\
		assert_int_equal(name##_reverse(&v), 0);		\
		for (unsigned char i = 0; i + 3 < (count); i++)		\
			CHECK_FILLED(name, &v, i, (count) - 1 - i);	\
		CHECK_FILLED(name, &v, (count) - 3, 102);		\
		CHECK_FILLED(name, &v, (count) - 1, 0);			\
		assert_int_equal(name##_invariants(&v), 0);		\
	}

MOVES(odds, struct odd, 37)
MOVES(words, struct three_words, 37)
MOVES(larges, struct large, 10)

#define EACH_WRITER(name, v, expected)					\
	do {								\
		uint32_t item_ = 1;					\
									\
		assert_int_equal(name##_extend(v, &item_, 1), expected);	\
		assert_int_equal(name##_insert_many(v, 0, &item_, 1), expected); \
		assert_int_equal(name##_truncate(v, 0), expected);	\
		assert_int_equal(name##_resize(v, 1, &item_), expected);	\
		assert_int_equal(name##_swap_remove(v, 0, NULL), expected); \
		assert_int_equal(name##_drain(v, 0, 1, NULL), expected);	\
		assert_int_equal(name##_swap(v, 0, 1), expected);	\
		assert_int_equal(name##_reverse(v), expected);		\
		assert_int_equal(name##_dedup(v), expected);		\
		assert_int_equal(name##_dedup_with(v, same_ten, &item_), expected); \
		assert_int_equal(name##_retain(v, is_above, &item_), expected); \
	} while (0)

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct six v = make_six(4);

	(void)state;
	v.vec.object->len = 7;
	EACH_WRITER(six, &v, -EUCLEAN);
	assert_int_equal(v.vec.object->len, 7);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct six v = make_six(4);

	(void)state;
	bm_vec_update_begin_(&v.vec);
	EACH_WRITER(six, &v, -EOWNERDEAD);
	assert_int_equal(six_repair(&v), 0);
	CHECK(&v, 10, 20, 30, 40);
	assert_int_equal(six_reverse(&v), 0);
	CHECK(&v, 40, 30, 20, 10);
}

static void redundant_notices_a_changed_element(void **state)
{
	const uint32_t items[] = { 5, 6, 7 };
	struct twice v;
	size_t len;

	(void)state;
	assert_int_equal(twice_create(&v, region, "twice"), 0);
	assert_int_equal(twice_extend(&v, items, 3), 0);
	assert_int_equal(twice_reverse(&v), 0);
	assert_int_equal(twice_swap_remove(&v, 0, NULL), 0);
	assert_int_equal(twice_count(&v, &len), 0);
	assert_int_equal(len, 2);
	*(uint32_t *)(v.vec.object + 1) ^= 1;
	EACH_WRITER(twice, &v, -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(extend_appends_all_or_nothing),
		CASE_IN_REGION(truncate_makes_shorter_only),
		CASE_IN_REGION(resize_fills_with_the_item),
		CASE_IN_REGION(swap_remove_puts_the_last_in_its_place),
		CASE_IN_REGION(swap_and_reverse_exchange),
		CASE_IN_REGION(insert_many_opens_a_gap),
		CASE_IN_REGION(drain_takes_a_range),
		CASE_IN_REGION(retain_keeps_the_order),
		CASE_IN_REGION(dedup_leaves_the_first_of_neighbours),
		CASE_IN_REGION(slices_are_the_elements_themselves),
		CASE_IN_REGION(elements_of_odds_stay_whole),
		CASE_IN_REGION(elements_of_words_stay_whole),
		CASE_IN_REGION(elements_of_larges_stay_whole),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
		CASE_IN_REGION(redundant_notices_a_changed_element),
	};

	return cmocka_run_group_tests_name("vec_more", tests, NULL, NULL);
}
