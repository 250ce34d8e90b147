// SPDX-License-Identifier: MIT
/*
 * Deques, from every state of the pool; one verb from there.
 */
#include <budgetmem/deque.h>

#include "deque.h"

BM_DEQUE(things, struct thing, CAPACITY)

static int full_error(void)
{
	return either(write_error(), if_so(len_before() == CAPACITY, -ENOSPC));
}

static int empty_error(void)
{
	return either(write_error(), if_so(!len_before(), -ENOENT));
}

void prove_deque_push_back(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push_back(&d, &item);

	assert(err == full_error());
	assert_ends(&d.deque, err, len + 1);
	if (!err && i <= len)
		assert(same(new_element(i), i == len ? item : old_element(i)));
	REACHED();
}

void prove_deque_push_front(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_push_front(&d, &item);

	assert(err == full_error());
	assert_ends(&d.deque, err, len + 1);
	if (!err && i <= len)
		assert(same(new_element(i), i ? old_element(i - 1) : item));
	REACHED();
}

void prove_deque_pop_back(void)
{
	struct things d = { .deque = any_deque() };
	struct thing item;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_pop_back(&d, &item);

	assert(err == empty_error());
	assert_ends(&d.deque, err, len - 1);
	assert_contents_kept();
	if (!err) {
		assert(same(item, old_element(len - 1)));
		assert(i >= len - 1 || same(new_element(i), old_element(i)));
	}
	REACHED();
}

void prove_deque_pop_front(void)
{
	struct things d = { .deque = any_deque() };
	struct thing item;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_pop_front(&d, &item);

	assert(err == empty_error());
	assert_ends(&d.deque, err, len - 1);
	assert_contents_kept();
	if (!err) {
		assert(same(item, old_element(0)));
		assert(i >= len - 1 || same(new_element(i), old_element(i + 1)));
	}
	REACHED();
}

void prove_deque_rotate_left(void)
{
	struct things d = { .deque = any_deque() };
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t count = nondet_u64();
	int err = things_rotate_left(&d, count);

	assert(err == either(write_error(), if_so(count > len, -ERANGE)));
	assert_ends(&d.deque, err, len);
	if (!err && i < len)
		assert(same(new_element(i), old_element(
			i < len - count ? i + (uint32_t)count :
			i + (uint32_t)count - len)));
	REACHED();
}

void prove_deque_rotate_right(void)
{
	struct things d = { .deque = any_deque() };
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t count = nondet_u64();
	int err = things_rotate_right(&d, count);

	assert(err == either(update_error(), if_so(count > len, -ERANGE)));
	assert_ends(&d.deque, err, len);
	if (!err && i < len)
		assert(same(new_element(i), old_element(
			i < count ? i + len - (uint32_t)count :
			i - (uint32_t)count)));
	REACHED();
}

/* No other element, and the counters do not follow. */
void prove_deque_set(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_set(&d, index, &item);

	assert(err == either(update_error(), if_so(index >= len, -ERANGE)));
	assert_ends(&d.deque, err, len);
	assert(OBJECT->seed == before.object.seed);
	assert(err || OBJECT->len == unmarked(before.object.len));
	assert(read_error() ||
	       same(new_element(i), !err && i == index ? item : old_element(i)));
	REACHED();
}

void prove_deque_insert(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing item = nondet_thing();
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_insert(&d, index, &item);

	assert(err == either(either(write_error(), if_so(index > len, -ERANGE)),
			     if_so(len == CAPACITY, -ENOSPC)));
	assert_ends(&d.deque, err, len + 1);
	if (!err && i <= len)
		assert(same(new_element(i), i < index ? old_element(i) :
			    i == index ? item : old_element(i - 1)));
	REACHED();
}

/* Those before and those behind stay in their order. */
void prove_deque_drain(void)
{
	struct things d = { .deque = any_deque() };
	struct thing items[CAPACITY];
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t from = nondet_u64(), to = nondet_u64();
	uint32_t count = (uint32_t)(to - from);
	int err = things_drain(&d, from, to, items);

	assert(err == either(write_error(),
			     if_so(from > to || to > len, -ERANGE)));
	assert_ends(&d.deque, err, len - count);
	if (!err && i < count)
		assert(same(items[i], old_element((uint32_t)from + i)));
	if (!err && i < len - count)
		assert(same(new_element(i), old_element(i < from ? i : i + count)));
	REACHED();
}

void prove_deque_remove(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_remove(&d, index, &item);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	assert_ends(&d.deque, err, len - 1);
	assert(same(item, err ? untouched : old_element((uint32_t)index)));
	if (!err && i < len - 1)
		assert(same(new_element(i), old_element(i + (i >= index))));
	REACHED();
}

/* The last or the first takes the place. */
void prove_deque_swap_remove(void)
{
	struct things d = { .deque = any_deque() };
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	size_t index = nondet_u64();
	bool back = nondet_bool();
	int err = back ? things_swap_remove_back(&d, index, &item) :
			 things_swap_remove_front(&d, index, &item);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	assert_ends(&d.deque, err, len - 1);
	assert(same(item, err ? untouched : old_element((uint32_t)index)));
	if (!err && i < len - 1)
		assert(same(new_element(i),
			    back ? old_element(i == index ? len - 1 : i) :
				   old_element(i + 1 == index ? 0 : i + 1)));
	REACHED();
}
