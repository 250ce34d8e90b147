// SPDX-License-Identifier: MIT
/*
 * Stacks, from every state of the pool; one verb from there.
 */
#include <budgetmem/stack.h>

#include "elements.h"
#include "counted.c"
#include "marks.h"
#include "stack.c"

BM_STACK(things, struct thing, CAPACITY)

static bool was_sound;

static struct things any_stack(void)
{
	struct things s = { .stack = any_object(CAPACITY, SIZE) };

	was_sound = !things_invariants(&s);
	return s;
}

static int read_error(void)
{
	return if_so(before.object.place[0] > CAPACITY, -EUCLEAN);
}

static int write_error(void)
{
	return either(if_so(before.object.updating, -EOWNERDEAD), read_error());
}

static void assert_len(const struct things *s, int err, uint32_t len)
{
	if (!is_done(err))
		return;
	assert(OBJECT->place[0] == len && len <= CAPACITY);
	assert(unmarked(OBJECT->len) <= CAPACITY ||
	       unmarked(OBJECT->len) == unmarked(before.object.len));
	assert(!was_sound || !things_invariants(s));
	if (was_sound)
		assert_accounted(unmarked(before.object.len),
				 unmarked(OBJECT->len), SIZE);
}

void prove_stack_push(void)
{
	struct things s = any_stack();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.place[0], i = any_below(CAPACITY);
	int err = things_push(&s, &item);

	assume_both_marks(before.object.len);
	assert(err == either(write_error(), if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&s, err, len + 1);
	assert(same(is(i), !err && i == len ? item : was(i)));
	REACHED();
}

void prove_stack_pop(void)
{
	struct things s = any_stack();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	bool wanted = nondet_bool();
	uint32_t len = before.object.place[0];
	int err = things_pop(&s, wanted ? &item : NULL);

	assume_both_marks(before.object.len);
	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&s, err, len - 1);
	assert_contents_kept();
	assert(same(item, !err && wanted ? was(len - 1) : untouched));
	REACHED();
}

/* All of them or none. */
void prove_stack_extend(void)
{
	struct things s = any_stack();
	struct thing items[CAPACITY + 1];
	uint32_t len = before.object.place[0], i = any_below(CAPACITY);
	uint32_t count = any_below(CAPACITY + 2);
	int err;

	for (uint32_t k = 0; k < CAPACITY + 1; k++)
		items[k] = nondet_thing();
	err = things_extend(&s, items, count);
	assert(err == either(write_error(),
			     if_so(count > CAPACITY - len, -ENOSPC)));
	assert_len(&s, err, len + count);
	assert(same(is(i), !err && i >= len && i < len + count ?
		    items[i - len] : was(i)));
	REACHED();
}

void prove_stack_truncate(void)
{
	struct things s = any_stack();
	uint32_t len = before.object.place[0];
	size_t wanted = nondet_u64();
	int err = things_truncate(&s, wanted);

	assert(err == write_error());
	assert_len(&s, err, wanted < len ? (uint32_t)wanted : len);
	assert_contents_kept();
	REACHED();
}

void prove_stack_get(void)
{
	struct things s = any_stack();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched, first = item, last = item;
	uint32_t len = before.object.place[0];
	size_t index = nondet_u64();
	int empty = either(read_error(), if_so(!len, -ENOENT));
	int err = things_get(&s, index, &item);

	assert(err == either(read_error(), if_so(index >= len, -ERANGE)));
	assert(same(item, err ? untouched : was(len - 1 - (uint32_t)index)));
	assert(things_last(&s, &last) == empty);
	assert(same(last, empty ? untouched : was(len - 1)));
	assert(things_first(&s, &first) == empty);
	assert(same(first, empty ? untouched : was(0)));
	assert(!things_at(&s, index) == !!err);
	assert_nothing_done(0);
	REACHED();
}

void prove_stack_clear(void)
{
	struct things s = any_stack();

	things_clear(&s);
	assert_declaration_kept();
	assert_contents_kept();
	assert(OBJECT->place[0] == 0);
	assert(OBJECT->len == 0);
	assert(!OBJECT->updating);
	REACHED();
}

/* From the top down. */
void prove_stack_next(void)
{
	struct things s = any_stack();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.place[0];
	size_t index = nondet_u64();
	size_t cursor = index;
	int err = things_next(&s, &cursor, &item);

	assert(err == either(read_error(), if_so(index >= len, -ENOENT)));
	assert(cursor == index + !err);
	assert(same(item, err ? untouched : was(len - 1 - (uint32_t)index)));
	assert_nothing_done(0);
	REACHED();
}

/* The topmost of several, and none above what is there. */
void prove_stack_find(void)
{
	struct things s = any_stack();
	const struct thing item = nondet_thing();
	size_t index = CAPACITY;
	uint32_t len = before.object.place[0], i = any_below(CAPACITY);
	int err = things_find(&s, &item, &index);

	assert(!read_error() || err == read_error());
	assert(read_error() || !err || err == -ENOENT);
	assert(things_contains(&s, &item) == !err);
	if (!err) {
		assert(index < len);
		assert(same(was(len - 1 - (uint32_t)index), item));
	} else {
		assert(index == CAPACITY);
	}
	if (err == -ENOENT ? i < len : !err && i < index)
		assert(!same(was(len - 1 - i), item));
	assert_nothing_done(0);
	REACHED();
}

/* What is told without an error, of a damaged stack too, is never more than there is room. */
void prove_stack_count(void)
{
	struct things s = any_stack();
	size_t untouched = nondet_u64();
	size_t count = untouched;
	uint32_t len = before.object.place[0];
	int err = things_count(&s, &count);

	assert(err == read_error());
	assert(count == (err ? untouched : len));
	if (err)
		len = CAPACITY;
	assert(things_len(&s) == len);
	assert(things_capacity(&s) == CAPACITY);
	assert(things_is_empty(&s) == !len);
	assert(things_is_full(&s) == (len == CAPACITY));
	assert_nothing_done(0);
	REACHED();
}

static bool is_declared(void)
{
	return was_declared(CAPACITY, SIZE) && before.object.peak <= CAPACITY;
}

/* No element is lost. */
void prove_stack_repair(void)
{
	struct things s = any_stack();
	int err = things_repair(&s);

	assert(err == read_error());
	if (err)
		assert_nothing_done(err);
	else
		assert(!OBJECT->updating && OBJECT->peak <= CAPACITY &&
		       OBJECT->len <= CAPACITY);
	assert(err || !was_declared(CAPACITY, SIZE) || !things_invariants(&s));
	assert_contents_kept();
	assert_declaration_kept();
	assert(OBJECT->place[0] == before.object.place[0]);
	REACHED();
}

void prove_stack_invariants(void)
{
	struct things s = any_stack();
	uint32_t known = unmarked(before.object.len);
	bool is_counted = before.object.place[0] <= known && known <= CAPACITY &&
			  are_marks_right(before.object.len);

	assert(things_invariants(&s) ==
	       (is_declared() && is_counted ? write_error() : -EUCLEAN));
	assert_nothing_done(0);
	REACHED();
}
