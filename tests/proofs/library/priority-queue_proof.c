// SPDX-License-Identifier: MIT
/*
 * Priority queues, from every state of the pool; one verb from there.
 *
 * The order is that of an element's first byte, so elements of two bytes can be
 * different and nevertheless equal. What elements there are is said of one of any value:
 * how many of it.
 */
#include <budgetmem/priority-queue.h>

#define CONTENTS	((CAPACITY + BM_PRIORITY_QUEUE_FIRST_) * SIZE)
#include "elements.h"
#include "errors.h"
#include "priority-queue.c"

static bool is_earlier(const struct thing *a, const struct thing *b)
{
	return a->byte[0] < b->byte[0];
}

BM_PRIORITY_QUEUE(things, struct thing, CAPACITY, is_earlier)

static struct thing any;
static uint32_t any_before;
static bool was_sound;

static struct thing old_element(uint32_t position)
{
	return was(position + BM_PRIORITY_QUEUE_FIRST_);
}

static struct thing new_element(uint32_t position)
{
	return is(position + BM_PRIORITY_QUEUE_FIRST_);
}

/* How many elements have the value of @any. */
static uint32_t count(uint32_t len)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < CAPACITY; i++)
		found += i < len && same(new_element(i), any);
	return found;
}

static struct things any_queue(void)
{
	struct things q = { .queue = any_object(CAPACITY, SIZE) };

	any = nondet_thing();
	any_before = count(before.object.len);
	was_sound = !things_invariants(&q);
	return q;
}

/* A verb of this result: @len elements, @more of the value of @any. */
static void assert_len(const struct things *q, int err, uint32_t len, int more)
{
	assert_result(err, len, CAPACITY, SIZE);
	if (err)
		return;
	assert(count(len) == any_before + (uint32_t)more);
	assert(!was_sound || !things_invariants(q));
}

static void assert_is_first(struct thing first)
{
	uint32_t i = any_below(CAPACITY);

	if (was_sound && i < before.object.len)
		assert(first.byte[0] <= old_element(i).byte[0]);
}

void prove_priority_queue_push(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len;
	int err = things_push(&q, &item);

	assert(err == either(write_error(), if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&q, err, len + 1, same(item, any));
	REACHED();
}

void prove_priority_queue_get(void)
{
	struct things q = any_queue();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched, first = item, next = item;
	uint32_t len = before.object.len;
	size_t position = nondet_u64();
	size_t cursor = position;
	int empty = either(read_error(), if_so(!len, -ENOENT));
	int err = things_get(&q, position, &item);

	assert(err == either(read_error(), if_so(position >= len, -ERANGE)));
	assert(same(item, err ? untouched : old_element((uint32_t)position)));
	assert(things_next(&q, &cursor, &next) == (err == -ERANGE ? -ENOENT : err));
	assert(cursor == position + !err);
	assert(same(next, item));
	assert(things_first(&q, &first) == empty);
	assert(same(first, empty ? untouched : old_element(0)));
	if (!empty)
		assert_is_first(first);
	assert_nothing_done(0);
	REACHED();
}

void prove_priority_queue_pop(void)
{
	struct things q = any_queue();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len;
	int err = things_pop(&q, &item);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&q, err, len - 1, -same(item, any));
	assert(same(item, err ? untouched : old_element(0)));
	if (!err)
		assert_is_first(item);
	REACHED();
}

void prove_priority_queue_replace_first(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing(), untouched = nondet_thing();
	struct thing first = untouched;
	uint32_t len = before.object.len;
	int err = things_replace_first(&q, &item, &first);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&q, err, len, same(item, any) - same(first, any));
	assert(same(first, err ? untouched : old_element(0)));
	if (!err)
		assert_is_first(first);
	REACHED();
}

/* At any place. */
void prove_priority_queue_remove(void)
{
	struct things q = any_queue();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len;
	size_t position = nondet_u64();
	int err = things_remove(&q, position, &item);

	assert(err == either(write_error(), if_so(position >= len, -ERANGE)));
	assert_len(&q, err, len - 1, -same(item, any));
	assert(same(item, err ? untouched : old_element((uint32_t)position)));
	REACHED();
}

void prove_priority_queue_set(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len;
	size_t position = nondet_u64();
	int err = things_set(&q, position, &item);
	bool was_any = !err && same(old_element((uint32_t)position), any);

	assert(err == either(write_error(), if_so(position >= len, -ERANGE)));
	assert_len(&q, err, len, same(item, any) - was_any);
	REACHED();
}
