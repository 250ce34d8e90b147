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
}

/* A verb that returned this: the first is there, and there are so many. */
static void assert_deque(int err, uint32_t first, uint32_t now)
{
	assert_rest(err);
	assert(head_now() == first && len_now() == now);
	assert_known(before.object.len, OBJECT->len, now);
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
