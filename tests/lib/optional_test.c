// SPDX-License-Identifier: MIT
/*
 * optional_test.c: results that nobody wants: NULL, wherever a manual allows it
 *
 * Each collection holds 10, 20 and 30, whose keys are 1, 2 and 3.
 */
#include "each_collection.h"

REGION_OF_EACH_CASE(16384)

static const uint32_t twenty = 20;
static const uint32_t two = 2;

/* Makes a collection of items. */
#define FILL(name, object, push)					\
	do {								\
		assert_int_equal(name##_create(object, region, #name), 0); \
		for (uint32_t item = 10; item <= 30; item += 10)	\
			assert_int_equal(push(object, &item), 0);	\
	} while (0)

/* Makes a map of keys. */
#define FILL_MAP(name, object)						\
	do {								\
		assert_int_equal(name##_create(object, region, #name), 0); \
		for (uint32_t key = 1; key <= COUNT; key++) {		\
			uint32_t value = key * 10;			\
									\
			assert_int_equal(name##_insert(object, &key, &value), 0); \
		}							\
	} while (0)

#define CHECK(name, object, expected)					\
	do {								\
		assert_int_equal(name##_len(object), expected);		\
		assert_int_equal(name##_invariants(object), 0);		\
	} while (0)

static void of_a_vec(void **state)
{
	struct vec v;

	(void)state;
	FILL(vec, &v, vec_push);
	assert_int_equal(vec_find(&v, &twenty, NULL), 0);
	assert_int_equal(vec_remove(&v, 1, NULL), 0);
	assert_int_equal(vec_find(&v, &twenty, NULL), -ENOENT);
	assert_int_equal(vec_pop(&v, NULL), 0);
	CHECK(vec, &v, 1);
}

static void of_a_stack(void **state)
{
	struct stack s;

	(void)state;
	FILL(stack, &s, stack_push);
	assert_int_equal(stack_find(&s, &twenty, NULL), 0);
	assert_int_equal(stack_pop(&s, NULL), 0);
	assert_int_equal(stack_pop(&s, NULL), 0);
	assert_int_equal(stack_find(&s, &twenty, NULL), -ENOENT);
	CHECK(stack, &s, 1);
}

static void of_a_deque(void **state)
{
	struct deque d;

	(void)state;
	FILL(deque, &d, deque_push_back);
	assert_int_equal(deque_find(&d, &twenty, NULL), 0);
	assert_int_equal(deque_remove(&d, 1, NULL), 0);
	assert_int_equal(deque_find(&d, &twenty, NULL), -ENOENT);
	assert_int_equal(deque_drain(&d, 0, 0, NULL), 0);
	assert_int_equal(deque_pop_front(&d, NULL), 0);
	CHECK(deque, &d, 1);
	assert_int_equal(deque_pop_back(&d, NULL), 0);
	CHECK(deque, &d, 0);
}

static void of_a_queue(void **state)
{
	struct queue q;
	size_t popped = 0;

	(void)state;
	FILL(queue, &q, queue_push);
	assert_int_equal(queue_find(&q, &twenty, NULL), 0);
	assert_int_equal(queue_pop(&q, NULL), 0);
	assert_int_equal(queue_pop_many(&q, NULL, 1, &popped), 0);
	assert_int_equal(popped, 1);
	assert_int_equal(queue_find(&q, &twenty, NULL), -ENOENT);
	CHECK(queue, &q, 1);
}

static void of_a_sorted_list(void **state)
{
	struct list l;

	(void)state;
	FILL(list, &l, list_push);
	assert_int_equal(list_find(&l, &twenty, NULL), 0);
	assert_int_equal(list_remove_item(&l, &twenty, NULL), 0);
	assert_int_equal(list_find(&l, &twenty, NULL), -ENOENT);
	assert_int_equal(list_pop_first(&l, NULL), 0);
	CHECK(list, &l, 1);
	assert_int_equal(list_pop(&l, NULL), 0);
	CHECK(list, &l, 0);
}

static void of_a_priority_queue(void **state)
{
	struct timers q;
	uint32_t forty = 40;
	uint32_t first = 0;

	(void)state;
	FILL(timers, &q, timers_push);
	assert_int_equal(timers_find(&q, &twenty, NULL), 0);
	assert_int_equal(timers_replace_first(&q, &forty, NULL), 0);
	assert_int_equal(timers_first(&q, &first), 0);
	assert_int_equal(first, 20);
	assert_int_equal(timers_pop(&q, NULL), 0);
	assert_int_equal(timers_remove(&q, 1, NULL), 0);
	CHECK(timers, &q, 1);
}

static void of_a_slot_map(void **state)
{
	struct slots m;
	struct slots_handle handle;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(slots_create(&m, region, "slots"), 0);
	assert_int_equal(slots_insert(&m, &twenty, &handle), 0);
	assert_int_equal(slots_first(&m, NULL, NULL), 0);
	assert_int_equal(slots_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(slots_next(&m, &cursor, NULL, NULL), -ENOENT);
	assert_int_equal(slots_remove(&m, handle, NULL), 0);
	CHECK(slots, &m, 0);
}

static void of_a_map(void **state)
{
	struct map m;
	size_t cursor = 0;

	(void)state;
	FILL_MAP(map, &m);
	assert_int_equal(map_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(map_remove(&m, &two, NULL), 0);
	assert_false(map_contains(&m, &two));
	CHECK(map, &m, 2);
}

static void of_a_string_map(void **state)
{
	struct texts m;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(texts_create(&m, region, "texts"), 0);
	assert_int_equal(texts_insert(&m, "two", &twenty), 0);
	assert_int_equal(texts_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(texts_remove(&m, "two", NULL), 0);
	CHECK(texts, &m, 0);
}

static void of_an_index_map(void **state)
{
	struct columns m;
	size_t cursor = 0;

	(void)state;
	FILL_MAP(columns, &m);
	assert_int_equal(columns_index_of(&m, &two, NULL), 0);
	assert_int_equal(columns_get_index(&m, 1, NULL, NULL), 0);
	assert_int_equal(columns_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(columns_swap_remove(&m, &two, NULL), 0);
	assert_int_equal(columns_index_of(&m, &two, NULL), -ENOENT);
	assert_int_equal(columns_pop(&m, NULL, NULL), 0);
	CHECK(columns, &m, 1);
}

static void of_a_sorted_map(void **state)
{
	struct sorted m;
	size_t cursor = 0;

	(void)state;
	FILL_MAP(sorted, &m);
	assert_int_equal(sorted_get(&m, &two, NULL), 0);
	assert_int_equal(sorted_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(sorted_remove(&m, &two, NULL), 0);
	assert_int_equal(sorted_get(&m, &two, NULL), -ENOENT);
	assert_int_equal(sorted_pop_first(&m, NULL, NULL), 0);
	CHECK(sorted, &m, 1);
	assert_int_equal(sorted_pop_last(&m, NULL, NULL), 0);
	CHECK(sorted, &m, 0);
}

static void of_a_linear_map(void **state)
{
	struct linear m;
	size_t cursor = 0;

	(void)state;
	FILL_MAP(linear, &m);
	assert_int_equal(linear_get(&m, &two, NULL), 0);
	assert_int_equal(linear_next(&m, &cursor, NULL, NULL), 0);
	assert_int_equal(linear_remove(&m, &two, NULL), 0);
	assert_int_equal(linear_get(&m, &two, NULL), -ENOENT);
	CHECK(linear, &m, 2);
}

static void of_a_cache(void **state)
{
	struct cache c;
	uint64_t cursor = 0;

	(void)state;
	FILL_MAP(cache, &c);
	assert_int_equal(cache_first(&c, NULL, NULL), 0);
	assert_int_equal(cache_last(&c, NULL, NULL), 0);
	assert_int_equal(cache_next(&c, &cursor, NULL, NULL), 0);
	assert_int_equal(cache_remove(&c, &two, NULL), 0);
	assert_false(cache_contains(&c, &two));
	assert_int_equal(cache_pop_oldest(&c, NULL, NULL), 0);
	CHECK(cache, &c, 1);
}

static void of_a_heap(void **state)
{
	struct memory h;
	void *block;
	void *found = NULL;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(memory_create(&h, region, "memory"), 0);
	assert_int_equal(memory_alloc(&h, 16, &block), 0);
	assert_int_equal(memory_next(&h, &cursor, &found, NULL), 0);
	assert_ptr_equal(found, block);
	assert_int_equal(memory_free(&h, NULL), 0);
	CHECK(memory, &h, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(of_a_vec),
		CASE_IN_REGION(of_a_stack),
		CASE_IN_REGION(of_a_deque),
		CASE_IN_REGION(of_a_queue),
		CASE_IN_REGION(of_a_sorted_list),
		CASE_IN_REGION(of_a_priority_queue),
		CASE_IN_REGION(of_a_slot_map),
		CASE_IN_REGION(of_a_map),
		CASE_IN_REGION(of_a_string_map),
		CASE_IN_REGION(of_an_index_map),
		CASE_IN_REGION(of_a_sorted_map),
		CASE_IN_REGION(of_a_linear_map),
		CASE_IN_REGION(of_a_cache),
		CASE_IN_REGION(of_a_heap),
	};

	return cmocka_run_group_tests_name("optional", tests, NULL, NULL);
}
