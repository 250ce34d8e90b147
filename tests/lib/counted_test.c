// SPDX-License-Identifier: MIT
/*
 * counted_test.c: the mark beside what the counters know, which makes a push or a pop look
 * for an update that has not ended
 */
#include "cmocka_test.h"

BM_VEC(vec, uint32_t, 3)
BM_STACK(stack, uint32_t, 3)
BM_DEQUE(deque, uint32_t, 3)
BM_DEQUE(power, uint32_t, 4)
BM_QUEUE(queue, uint32_t, 3)
BM_HISTORY(history, uint32_t, 3)
BM_VEC(hundred, uint32_t, 100)

static int compare(const uint32_t *a, const uint32_t *b)
{
	return (*a > *b) - (*a < *b);
}

BM_SORTED_LIST(list, uint32_t, 3, compare)

REGION_OF_EACH_CASE(8192)

static uint32_t *known_of(struct bm_object *object)
{
	return object->kind == BM_KIND_VEC || object->kind == BM_KIND_SORTED_LIST ?
	       &object->place[0] : &object->len;
}

static bool is_marked(struct bm_object *object)
{
	return *known_of(object) & BM_COUNTED_MARK_;
}

static void check_listing(uint32_t high_water)
{
	struct bm_object_info info;
	size_t cursor = 0;

	assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	assert_int_equal(info.high_water, high_water);
	assert_false(info.updating);
	check_layout(region);
}

/* Whoever died before its update began, or after it ended, leaves the mark alone. */
#define MARK_ALONE_IS_NOTHING(name, push, pop)				\
	static void mark_alone_of_a_##name##_is_nothing(void **state)	\
	{								\
		struct bm_object *object = first_object_of(region);	\
		uint32_t item = 5;					\
		struct name some;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&some, region, "x"), 0);	\
		*known_of(object) |= BM_COUNTED_MARK_;			\
		assert_int_equal(name##_invariants(&some), 0);		\
		check_listing(0);					\
		assert_int_equal(name##_##push(&some, &item), 0);	\
		assert_false(is_marked(object));			\
		*known_of(object) |= BM_COUNTED_MARK_;			\
		check_listing(1);					\
		assert_int_equal(name##_##pop(&some, &item), 0);	\
		assert_false(is_marked(object));			\
		assert_int_equal(item, 5);				\
		assert_int_equal(name##_invariants(&some), 0);		\
		check_listing(1);					\
	}

MARK_ALONE_IS_NOTHING(vec, push, pop)
MARK_ALONE_IS_NOTHING(stack, push, pop)
MARK_ALONE_IS_NOTHING(deque, push_back, pop_back)
MARK_ALONE_IS_NOTHING(power, push_front, pop_front)
MARK_ALONE_IS_NOTHING(queue, push, pop)

/* What the counters know goes back to nothing, and the pool's sums with it. */
#define CLEAR_COUNTS_RIGHT(name, push)					\
	static void clear_of_a_marked_##name##_counts_right(void **state) \
	{								\
		struct bm_object *object = first_object_of(region);	\
		uint32_t item = 5;					\
		struct name some;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&some, region, "x"), 0);	\
		assert_int_equal(name##_##push(&some, &item), 0);	\
		*known_of(object) |= BM_COUNTED_MARK_;			\
		name##_clear(&some);					\
		assert_int_equal(*known_of(object), 0);			\
		assert_int_equal(name##_invariants(&some), 0);		\
		check_listing(1);					\
	}

CLEAR_COUNTS_RIGHT(vec, push)
CLEAR_COUNTS_RIGHT(list, push)
CLEAR_COUNTS_RIGHT(stack, push)
CLEAR_COUNTS_RIGHT(deque, push_back)
CLEAR_COUNTS_RIGHT(queue, push)
CLEAR_COUNTS_RIGHT(history, push)

/* No verb leaves it. */
#define UPDATE_ALONE_IS_DAMAGE(name)					\
	static void update_alone_of_a_##name##_is_damage(void **state)	\
	{								\
		struct name some;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&some, region, "x"), 0);	\
		first_object_of(region)->updating = 1;			\
		assert_int_equal(name##_invariants(&some), -EUCLEAN);	\
		assert_int_equal(name##_repair(&some), 0);		\
		assert_int_equal(name##_invariants(&some), 0);		\
	}

UPDATE_ALONE_IS_DAMAGE(vec)
UPDATE_ALONE_IS_DAMAGE(list)
UPDATE_ALONE_IS_DAMAGE(stack)
UPDATE_ALONE_IS_DAMAGE(deque)
UPDATE_ALONE_IS_DAMAGE(queue)
UPDATE_ALONE_IS_DAMAGE(history)

/* Within an update too the counters follow, and the mark stays until its end. */
static bool is_small(const uint32_t *item, void *context)
{
	assert_true(is_marked((struct bm_object *)context));
	return *item < 3;
}

static void counters_follow_within_an_update(void **state)
{
	struct bm_object *object = first_object_of(region);
	struct hundred v;

	(void)state;
	assert_int_equal(hundred_create(&v, region, "x"), 0);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(hundred_push(&v, &i), 0);
	assert_int_equal(hundred_drain(&v, 10, 50, NULL), 0);
	assert_in_range(*known_of(object), 60, 60 + 2 * BM_COUNTED_SLACK_(100));
	assert_int_equal(hundred_retain(&v, is_small, object), 0);
	assert_in_range(*known_of(object), 3, 3 + 2 * BM_COUNTED_SLACK_(100));
	assert_int_equal(hundred_invariants(&v), 0);
	check_listing(100);
}

/* An update that did not end comes before every other answer, however many there are. */
#define UPDATE_STOPS_AT_EACH_LENGTH(name, capacity, push, pop)		\
	static void update_of_a_##name##_stops_at_each_length(void **state) \
	{								\
		struct bm_object *object = first_object_of(region);	\
		uint32_t item = 5;					\
		struct name some;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&some, region, "x"), 0);	\
		for (uint32_t len = 0; len <= capacity; len++) {	\
			*known_of(object) |= BM_COUNTED_MARK_;		\
			object->updating = 1;				\
			assert_int_equal(name##_##push(&some, &item),	\
					 -EOWNERDEAD);			\
			assert_int_equal(name##_##pop(&some, &item),	\
					 -EOWNERDEAD);			\
			assert_int_equal(name##_invariants(&some),	\
					 -EOWNERDEAD);			\
			assert_int_equal(name##_len(&some), len);	\
			assert_int_equal(name##_repair(&some), 0);	\
			assert_false(is_marked(object));		\
			assert_int_equal(name##_invariants(&some), 0);	\
			assert_int_equal(name##_##push(&some, &item),	\
					 len < capacity ? 0 : -ENOSPC);	\
		}							\
		*known_of(object) |= BM_COUNTED_MARK_;			\
		object->updating = 1;					\
		name##_clear(&some);					\
		assert_false(is_marked(object));			\
		assert_int_equal(name##_invariants(&some), 0);		\
		check_listing(capacity);				\
	}

UPDATE_STOPS_AT_EACH_LENGTH(vec, 3, push, pop)
UPDATE_STOPS_AT_EACH_LENGTH(stack, 3, push, pop)
UPDATE_STOPS_AT_EACH_LENGTH(deque, 3, push_front, pop_front)
UPDATE_STOPS_AT_EACH_LENGTH(power, 4, push_back, pop_back)
UPDATE_STOPS_AT_EACH_LENGTH(queue, 3, push, pop)

/* Both marks while elements move, and neither afterwards. */
static bool is_within_an_update(const uint32_t *item, void *context)
{
	struct bm_object *object = (struct bm_object *)context;

	assert_true(is_marked(object));
	assert_int_equal(object->updating, 1);
	return *item != 5;
}

#define VERBS_SET_BOTH_MARKS(name)					\
	static void verbs_of_a_##name##_set_both_marks(void **state)	\
	{								\
		struct bm_object *object = first_object_of(region);	\
		const uint32_t items[] = { 4, 5, 6 };			\
		struct name some;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&some, region, "x"), 0);	\
		assert_int_equal(name##_extend(&some, items, 3), 0);	\
		assert_int_equal(name##_retain(&some, is_within_an_update, object), 0); \
		assert_int_equal(name##_len(&some), 2);			\
		assert_false(is_marked(object));			\
		assert_int_equal(name##_invariants(&some), 0);		\
	}

VERBS_SET_BOTH_MARKS(vec)
VERBS_SET_BOTH_MARKS(deque)

int main(void)
{
	const struct CMUnitTest cases[] = {
		CASE_IN_REGION(mark_alone_of_a_vec_is_nothing),
		CASE_IN_REGION(mark_alone_of_a_stack_is_nothing),
		CASE_IN_REGION(mark_alone_of_a_deque_is_nothing),
		CASE_IN_REGION(mark_alone_of_a_power_is_nothing),
		CASE_IN_REGION(mark_alone_of_a_queue_is_nothing),
		CASE_IN_REGION(clear_of_a_marked_vec_counts_right),
		CASE_IN_REGION(clear_of_a_marked_list_counts_right),
		CASE_IN_REGION(clear_of_a_marked_stack_counts_right),
		CASE_IN_REGION(clear_of_a_marked_deque_counts_right),
		CASE_IN_REGION(clear_of_a_marked_queue_counts_right),
		CASE_IN_REGION(clear_of_a_marked_history_counts_right),
		CASE_IN_REGION(update_alone_of_a_vec_is_damage),
		CASE_IN_REGION(update_alone_of_a_list_is_damage),
		CASE_IN_REGION(update_alone_of_a_stack_is_damage),
		CASE_IN_REGION(update_alone_of_a_deque_is_damage),
		CASE_IN_REGION(update_alone_of_a_queue_is_damage),
		CASE_IN_REGION(update_alone_of_a_history_is_damage),
		CASE_IN_REGION(counters_follow_within_an_update),
		CASE_IN_REGION(update_of_a_vec_stops_at_each_length),
		CASE_IN_REGION(update_of_a_stack_stops_at_each_length),
		CASE_IN_REGION(update_of_a_deque_stops_at_each_length),
		CASE_IN_REGION(update_of_a_power_stops_at_each_length),
		CASE_IN_REGION(update_of_a_queue_stops_at_each_length),
		CASE_IN_REGION(verbs_of_a_vec_set_both_marks),
		CASE_IN_REGION(verbs_of_a_deque_set_both_marks),
	};

	return cmocka_run_group_tests_name("counted", cases, NULL, NULL);
}
