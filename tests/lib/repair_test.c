// SPDX-License-Identifier: MIT
/*
 * repair_test.c: what repair makes of numbers in a header that cannot be
 */
#include "each_collection.h"

REGION_OF_EACH_CASE(16384)

/* The highest length of an object beyond its capacity, in an update that did not end. */
#define MENDS_THE_PEAK(name)						\
	static void peak_of_##name##_is_mended(void **state)		\
	{								\
		struct bm_object *object = first_object_of(region);	\
		struct name damaged;					\
									\
		(void)state;						\
		assert_int_equal(name##_create(&damaged, region, "x"), 0); \
		object->peak = UINT32_MAX;				\
		object->updating = 1;					\
		assert_int_equal(name##_invariants(&damaged), -EUCLEAN); \
		assert_int_equal(name##_repair(&damaged), 0);		\
		assert_in_range(object->peak, 0, object->capacity);	\
		assert_int_equal(name##_invariants(&damaged), 0);	\
	}

MENDS_THE_PEAK(vec)
MENDS_THE_PEAK(string)
MENDS_THE_PEAK(stack)
MENDS_THE_PEAK(deque)
MENDS_THE_PEAK(queue)
MENDS_THE_PEAK(history)
MENDS_THE_PEAK(list)
MENDS_THE_PEAK(timers)
MENDS_THE_PEAK(slots)
MENDS_THE_PEAK(map)
MENDS_THE_PEAK(set)
MENDS_THE_PEAK(texts)
MENDS_THE_PEAK(columns)
MENDS_THE_PEAK(sorted)
MENDS_THE_PEAK(linear)
MENDS_THE_PEAK(cache)
MENDS_THE_PEAK(scratch)
MENDS_THE_PEAK(blocks)
MENDS_THE_PEAK(memory)

/* Which has an end of its own. */
static void peak_of_linear_remove_is_mended(void **state)
{
	struct bm_object *object = first_object_of(region);
	uint32_t one = 1;
	struct linear m;

	(void)state;
	assert_int_equal(linear_create(&m, region, "m"), 0);
	assert_int_equal(linear_insert(&m, &one, &one), 0);
	object->peak = UINT32_MAX;
	object->updating = 1;
	object->place[0] = 1;
	object->place[1] = 1;
	assert_int_equal(linear_repair(&m), 0);
	assert_int_equal(linear_len(&m), 0);
	assert_int_equal(linear_invariants(&m), 0);
}

/* What the counters know of three elements, less than these or more than can be. */
#define MENDS_WHAT_IS_KNOWN(name, push, known)				\
	static void what_is_known_of_##name##_is_mended(void **state)	\
	{								\
		struct bm_object *object = first_object_of(region);	\
		const uint32_t wrong[] = { 0, 2, 9, UINT32_MAX }; \
		struct name damaged;					\
		uint64_t used;						\
									\
		(void)state;						\
		assert_int_equal(name##_create(&damaged, region, "x"), 0); \
		for (uint32_t i = 1; i <= 3; i++)			\
			assert_int_equal(push(&damaged, &i), 0);	\
		used = header_of(region)->used;				\
		for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) { \
			known = wrong[i];				\
			assert_int_equal(name##_invariants(&damaged), -EUCLEAN); \
			assert_int_equal(name##_repair(&damaged), 0);	\
			assert_int_equal(name##_invariants(&damaged), 0); \
			assert_int_equal(name##_len(&damaged), 3);	\
			assert_int_equal(bm_layout_recover(region), 0);	\
			assert_in_range(header_of(region)->used, used,	\
					used + 4 * (object->capacity - 3)); \
		}							\
	}

MENDS_WHAT_IS_KNOWN(vec, vec_push, object->place[0])
MENDS_WHAT_IS_KNOWN(stack, stack_push, object->len)
MENDS_WHAT_IS_KNOWN(deque, deque_push_back, object->len)
MENDS_WHAT_IS_KNOWN(power, power_push_back, object->len)
MENDS_WHAT_IS_KNOWN(queue, queue_push, object->len)
MENDS_WHAT_IS_KNOWN(history, history_push, object->len)

#define PEAK(name)	CASE_IN_REGION(peak_of_##name##_is_mended)
#define KNOWN(name)	CASE_IN_REGION(what_is_known_of_##name##_is_mended)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEAK(vec), PEAK(string), PEAK(stack), PEAK(deque), PEAK(queue),
		PEAK(history), PEAK(list), PEAK(timers), PEAK(slots), PEAK(map),
		PEAK(set), PEAK(texts), PEAK(columns), PEAK(sorted), PEAK(linear),
		PEAK(cache), PEAK(scratch), PEAK(blocks), PEAK(memory),
		CASE_IN_REGION(peak_of_linear_remove_is_mended),
		KNOWN(vec), KNOWN(stack), KNOWN(deque), KNOWN(power),
		KNOWN(queue), KNOWN(history),
	};

	return cmocka_run_group_tests_name("repair", tests, NULL, NULL);
}
