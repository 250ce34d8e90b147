// SPDX-License-Identifier: MIT
/*
 * What deques, queues and histories, of which WHICH says one, have in common, from every
 * state of the pool; one verb from there.
 */
#include <budgetmem/deque.h>
#include <budgetmem/history.h>
#include <budgetmem/queue.h>

#include "deque.h"
#include "given.h"

WHICH(things, struct thing, CAPACITY)

/* The only member, whatever its name. */
#define HANDLE(things)	((const struct bm_handle *)&(things))

/* Of a deque or queue: all of them or none, and nothing moves. */
void prove_deque_extend(void)
{
	struct things d = { any_deque() };
	uint32_t head = head_before(), len = len_before(), i = any_below(CAPACITY);
	size_t count = nondet_u64();
	const struct thing *items = any_given(count);
	int err = things_extend(&d, items, count);

	assert(err == either(update_error(),
			     if_so(count && count > CAPACITY - len, -ENOSPC)));
	assert_ends(HANDLE(d), err, len + (uint32_t)count);
	assert(err || head_of(OBJECT) == head);
	if (!err)
		assert(same(new_element(i), i >= len && i < len + count ?
			    given(items, i - len) : old_element(i)));
	REACHED();
}

/* Of a queue or history: at the front. */
void prove_queue_pop(void)
{
	struct things d = { any_deque() };
	struct thing item;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_pop(&d, &item);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_ends(HANDLE(d), err, len - 1);
	assert_contents_kept();
	if (!err) {
		assert(same(item, old_element(0)));
		assert(i >= len - 1 || same(new_element(i), old_element(i + 1)));
	}
	REACHED();
}

/* All that copy one element out. */
void prove_deque_get(void)
{
	struct things d = { any_deque() };
	const struct thing untouched = nondet_thing();
	struct thing item = untouched, first = item, last = item;
	uint32_t len = len_before();
	size_t index = nondet_u64();
	int empty = either(read_error(), if_so(!len, -ENOENT));
	int err = things_get(&d, index, &item);

	assert(err == either(read_error(), if_so(index >= len, -ERANGE)));
	assert(same(item, err ? untouched : old_element((uint32_t)index)));
	assert(things_first(&d, &first) == empty);
	assert(same(first, empty ? untouched : old_element(0)));
	assert(things_last(&d, &last) == empty);
	assert(same(last, empty ? untouched : old_element(len - 1)));
	assert_nothing_done(0);
	REACHED();
}

/* From both ends; the cursor stays at the end, and where there is an error. */
void prove_deque_next(void)
{
	struct things d = { any_deque() };
	const struct thing untouched = nondet_thing();
	struct thing next = untouched, back = untouched;
	uint32_t len = len_before();
	const size_t index = nondet_u64();
	size_t cursor = index, cursor_back = index;
	int err = either(read_error(), if_so(index >= len, -ENOENT));

	assert(things_next(&d, &cursor, &next) == err);
	assert(things_next_back(&d, &cursor_back, &back) == err);
	assert(cursor == index + !err && cursor_back == index + !err);
	assert(same(next, err ? untouched : old_element((uint32_t)index)));
	assert(same(back, err ? untouched : old_element(len - 1 - (uint32_t)index)));
	assert_nothing_done(0);
	REACHED();
}

/* The first of several, and none behind the length. */
void prove_deque_find(void)
{
	struct things d = { any_deque() };
	const struct thing item = nondet_thing();
	const size_t untouched = nondet_u64();
	size_t index = untouched;
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err = things_find(&d, &item, &index);

	assert(!read_error() || err == read_error());
	assert(read_error() || !err || err == -ENOENT);
	if (err)
		assert(index == untouched);
	else
		assert(index < len && same(old_element((uint32_t)index), item));
	if (err == -ENOENT ? i < len : !err && i < index)
		assert(!same(old_element(i), item));
	assert(things_find(&d, &item, NULL) == err);
	assert(things_contains(&d, &item) == !err);
	assert_nothing_done(0);
	REACHED();
}

/* Where an element itself is. */
static struct thing *address(uint32_t place)
{
	return (struct thing *)(void *)CONTENTS_NOW + place;
}

/* The elements themselves: those until the last place, and those from the first place on. */
void prove_deque_slices(void)
{
	struct things d = { any_deque() };
	uint32_t head = head_before(), len = len_before(), i = any_below(CAPACITY);
	struct thing *first = NULL, *second = NULL;
	size_t first_len = CAPACITY + 1, second_len = CAPACITY + 1, index = nondet_u64();
	int err = things_slices(&d, &first, &first_len, &second, &second_len);

	assert(err == read_error());
	if (err) {
		assert(!first && !second && first_len + second_len == 2 * CAPACITY + 2);
	} else {
		assert(first_len == least_of(len, CAPACITY - head));
		assert(first_len + second_len == len);
		assert(first == address(head) && second == address(0));
	}
	if (!err && i < len)
		assert(same(i < first_len ? first[i] : second[i - first_len], old_element(i)));
	assert(things_at(&d, index) == (err || index >= len ? NULL :
					address(around(head + (uint32_t)index))));
	assert_nothing_done(0);
	REACHED();
}

/* Those that cannot return an error never say more than the capacity. */
void prove_deque_len(void)
{
	struct things d = { any_deque() };
	const size_t untouched = nondet_u64();
	uint32_t len = least_of(len_before(), CAPACITY);
	size_t count = untouched;
	int err = things_count(&d, &count);

	assert(err == read_error());
	assert(count == (err ? untouched : len));
	assert(things_len(&d) == len);
	assert(things_is_empty(&d) == !len);
	assert(things_is_full(&d) == (len == CAPACITY));
	assert(things_capacity(&d) == CAPACITY);
	assert_nothing_done(0);
	REACHED();
}

/* What the pool's counters take for the length. */
static uint32_t counted_before(void)
{
	return least_of(unmarked(before.object.len), CAPACITY);
}

/* Makes it sound whatever it was. */
void prove_deque_clear(void)
{
	struct things d = { any_deque() };

	things_clear(&d);
	assert(is_done(0));
	assert_contents_kept();
	assert(head_of(OBJECT) == 0 && len_of(OBJECT) == 0);
	assert(OBJECT->len == 0);
	assert(OBJECT->peak == most(least_of(before.object.peak, CAPACITY), counted_before()));
	assert_accounted(counted_before(), 0, SIZE);
	assert(!things_invariants(&d) == was_declared(CAPACITY, SIZE));
	REACHED();
}

/* The elements stay; what is said of them is made right, if they can be. */
void prove_deque_repair(void)
{
	struct things d = { any_deque() };
	uint32_t len = len_before();
	int err = things_repair(&d);

	assert(err == read_error());
	assert(OBJECT->seed == before.object.seed);
	assert_contents_kept();
	if (is_done(err)) {
		assert(OBJECT->len >= len && OBJECT->len <= CAPACITY);
		assert(OBJECT->peak <= CAPACITY);
		assert(OBJECT->peak >= len || before.object.peak < unmarked(before.object.len));
		assert_accounted(counted_before(), OBJECT->len, SIZE);
		assert(!things_invariants(&d) == was_declared(CAPACITY, SIZE));
	}
	REACHED();
}

void prove_deque_invariants(void)
{
	struct things d = { any_deque() };
	uint32_t known = unmarked(before.object.len);
	bool is_right = was_declared(CAPACITY, SIZE) && before.object.peak <= CAPACITY &&
			len_before() <= known && known <= CAPACITY &&
			are_marks_right(before.object.len) && !read_error();

	assert(things_invariants(&d) == (is_right ? update_error() : -EUCLEAN));
	assert_nothing_done(0);
	REACHED();
}
