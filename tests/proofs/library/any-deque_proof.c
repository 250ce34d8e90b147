// SPDX-License-Identifier: MIT
/*
 * Deques of every capacity, one that is a power of two (POWER=1) or not: any-capacity.h.
 */
#include <budgetmem/deque-core.h>

#include "any-capacity.h"
#include "deque.c"

/* The first of them. */
static uint32_t head;

static bool is_power(void)
{
	return !(capacity & (capacity - 1));
}

static uint32_t head_now(void)
{
	return is_power() ? OBJECT->place[0] & (capacity - 1) : OBJECT->place[0];
}

static uint32_t len_now(void)
{
	return OBJECT->place[1] - (is_power() ? OBJECT->place[0] : 0);
}

static void any_deque(void)
{
	any_collection();
	__CPROVER_assume(is_power() == POWER);
	was_sound = !bm_deque_invariants_(&any);
	head = head_now();
	len = len_now();
	known = before.object.len;
}

/* A verb that returned this: the first is there, and there are so many. */
static void assert_deque(int err, uint32_t first, uint32_t now)
{
	assert_rest(err);
	assert(head_now() == first && len_now() == now);
	assert_known(OBJECT->len, now);
}

/* The place so many behind the first one, which may be the first one again. */
static uint32_t behind(uint32_t count)
{
	uint64_t place = (uint64_t)head + count;

	return (uint32_t)(place < capacity ? place : place - capacity);
}

static int full_error(void)
{
	return either(verb_error(head >= capacity, -EUCLEAN),
		      if_so(len == capacity, -ENOSPC));
}

/* After a push of this result nothing is another one, but what is new in its place. */
static void assert_pushed(int err, uint32_t place, struct thing item)
{
	if (!err && where == place)
		assert(same(is(where), item));
	else
		assert(is_kept());
}

void prove_any_deque_push_back(void)
{
	const struct thing item = nondet_thing();
	int err;

	any_deque();
	err = bm_deque_push_back_(&any, &item, SIZE, capacity);
	assert(err == full_error());
	assert_deque(err, head, len + !err);
	assert_pushed(err, behind(len), item);
	REACHED();
}

void prove_any_deque_push_front(void)
{
	const struct thing item = nondet_thing();
	uint32_t place;
	int err;

	any_deque();
	place = (head ? head : capacity) - 1;
	err = bm_deque_push_front_(&any, &item, SIZE, capacity);
	assert(err == full_error());
	assert_deque(err, err ? head : place, len + !err);
	assert_pushed(err, place, item);
	REACHED();
}

void prove_any_deque_pop_back(void)
{
	struct thing item;
	int err;

	any_deque();
	err = bm_deque_pop_back_(&any, &item, SIZE, capacity);
	assert(err == either(verb_error(head >= capacity, -EUCLEAN), if_so(!len, -ENOENT)));
	assert_deque(err, head, len - !err);
	assert(is_kept());
	assert(err || where != behind(len - 1) || same(item, kept));
	REACHED();
}

void prove_any_deque_pop_front(void)
{
	struct thing item;
	int err;

	any_deque();
	err = bm_deque_pop_front_(&any, &item, SIZE, capacity);
	assert(err == either(verb_error(head >= capacity, -EUCLEAN), if_so(!len, -ENOENT)));
	assert_deque(err, err ? head : head + 1 == capacity ? 0 : head + 1, len - !err);
	assert(is_kept());
	assert(err || where != head || same(item, kept));
	REACHED();
}
