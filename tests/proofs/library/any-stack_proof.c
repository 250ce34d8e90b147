// SPDX-License-Identifier: MIT
/*
 * Stacks of every capacity: any-capacity.h.
 */
#include <budgetmem/stack.h>

#include "any-capacity.h"
#include "stack.c"

static void any_stack(void)
{
	any_collection();
	was_sound = !bm_stack_invariants_(&any);
	len = before.object.place[0];
	known = before.object.len;
}

static void assert_stack(int err, uint32_t now)
{
	assert_rest(err);
	assert(OBJECT->place[0] == now);
	assert_known(OBJECT->len, now);
}

void prove_any_stack_push(void)
{
	const struct thing item = nondet_thing();
	int err;

	any_stack();
	err = bm_stack_push_(&any, &item, SIZE, capacity);
	assert(err == verb_error(len == capacity, -ENOSPC));
	assert_stack(err, len + !err);
	assert(!err && where == len ? same(is(where), item) : is_kept());
	REACHED();
}

void prove_any_stack_pop(void)
{
	struct thing item;
	int err;

	any_stack();
	err = bm_stack_pop_(&any, &item, SIZE, capacity);
	assert(err == verb_error(!len, -ENOENT));
	assert_stack(err, len - !err);
	assert(is_kept());
	assert(err || where != len - 1 || same(item, kept));
	REACHED();
}
