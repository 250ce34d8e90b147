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

/* How many of these have the value of @any. */
static uint32_t count_in(const struct thing *items, size_t len)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < CAPACITY; i++)
		found += i < len && same(items[i], any);
	return found;
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

/* The nearest to the first of all that are the same; and at, contains. */
void prove_priority_queue_find(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t position = CAPACITY;
	const unsigned char *at = CONTENTS_NOW + BM_PRIORITY_QUEUE_FIRST_ * SIZE;
	int err = things_find(&q, &item, &position);

	assert(!err || err == either(read_error(), -ENOENT));
	assert(things_find(&q, &item, NULL) == err);
	assert(things_contains(&q, &item) == !err);
	assert(err ? position == CAPACITY :
		     position < len && same(old_element((uint32_t)position), item));
	if (!read_error() && i < len && i < position)
		assert(!same(old_element(i), item));
	assert(things_at(&q, i) == (i < len ? (void *)(at + i * SIZE) : NULL));
	assert(!things_at(&q, nondet_u64() | CAPACITY));
	assert_nothing_done(0);
	REACHED();
}

/* From whatever there was. */
void prove_priority_queue_clear(void)
{
	struct things q = any_queue();

	things_clear(&q);
	is_done(0);
	assert(!OBJECT->len && things_is_empty(&q));
	assert(things_invariants(&q) == if_so(!has_declaration(SIZE), -EUCLEAN));
	assert_contents_kept();
	REACHED();
}

/* No element comes out before that above it. */
static bool was_in_order(void)
{
	for (uint32_t i = 1; i < CAPACITY && i < before.object.len; i++)
		if (old_element(i).byte[0] < old_element((i - 1) / 4).byte[0])
			return false;
	return true;
}

void prove_priority_queue_invariants(void)
{
	struct things q = any_queue();

	assert_invariants(things_invariants(&q), !write_error() && was_in_order(), SIZE);
	REACHED();
}

/* The program has changed an element, of any order then, and says so. */
void prove_priority_queue_update(void)
{
	struct things q = any_queue();
	const struct thing item = nondet_thing();
	size_t position = nondet_u64();
	struct thing *at = things_at(&q, position);
	uint32_t len = before.object.len;
	int err;

	if (at)
		*at = item;
	memcpy(before.contents, CONTENTS_NOW, CONTENTS);
	any_before = count(len);
	err = things_update(&q, position);
	assert(err == either(write_error(), if_so(position >= len, -ERANGE)));
	assert_len(&q, err, len, 0);
	REACHED();
}

/* All, or none of them; in order whatever there was. */
void prove_priority_queue_extend(void)
{
	struct things q = any_queue();
	struct thing items[CAPACITY];
	uint32_t len = before.object.len;
	size_t many = nondet_u64();
	int err;

	for (uint32_t i = 0; i < CAPACITY; i++)
		items[i] = nondet_thing();
	err = things_extend(&q, items, many);
	assert(err == either(write_error(), if_so(many > CAPACITY - len, -ENOSPC)));
	assert_len(&q, err, len + (uint32_t)many, (int)count_in(items, many));
	REACHED();
}

/* No room takes nothing and finds nothing wrong; what is damaged is left as it is. */
void prove_priority_queue_drain(void)
{
	struct things q = any_queue();
	struct thing items[CAPACITY], untouched[CAPACITY];
	uint32_t len = before.object.len, i = any_below(CAPACITY), first;
	size_t room = nondet_u64(), taken = 7;
	int err;

	for (uint32_t k = 0; k < CAPACITY; k++) {
		untouched[k] = nondet_thing();
		items[k] = untouched[k];
	}
	first = any_below(i + 1);
	err = things_drain(&q, items, room, &taken);
	assert(err == if_so(room, write_error()));
	assert(taken == (err || !room ? 0 : room < len ? room : len));
	assert(i < taken || same(items[i], untouched[i]));
	if (!taken) {
		assert_nothing_done(0);
	} else {
		assert_len(&q, err, len - (uint32_t)taken,
			   -(int)count_in(items, taken));
		if (was_sound && i < taken)
			assert(items[first].byte[0] <= items[i].byte[0]);
	}
	REACHED();
}

static bool wanted[256];
static uint32_t calls;

static bool keep(const struct thing *item, void *context)
{
	assert(context == wanted);
	calls++;
	return wanted[item->byte[0]];
}

/* Each is asked for once; in order whatever there was. */
void prove_priority_queue_retain(void)
{
	struct things q = any_queue();
	uint32_t len = before.object.len, kept = 0;
	int err;

	__CPROVER_havoc_object(wanted);
	err = things_retain(&q, keep, wanted);
	assert(err == write_error());
	for (uint32_t i = 0; i < CAPACITY; i++)
		kept += i < len && wanted[old_element(i).byte[0]];
	assert_len(&q, err, kept, wanted[any.byte[0]] ? 0 : -(int)any_before);
	assert(calls == (err ? 0 : len));
	REACHED();
}

/**
 * struct hole - what an interrupted verb has said of one
 * @err: it cannot be
 * @position: of the element that is void, or CAPACITY
 * @from: slot of what it will be
 * @len: elements then
 */
struct hole {
	int err;
	uint32_t position;
	uint32_t from;
	uint32_t len;
};

static struct hole hole_before(void)
{
	uint32_t slot = before.object.place[0], without = before.object.place[1];
	struct hole hole = { 0, CAPACITY, 0, before.object.len };
	bool is_spare = without == BM_HEAP_SPARE_, is_last;

	if (read_error() || !before.object.updating || !slot)
		return hole;
	hole.position = slot - BM_PRIORITY_QUEUE_FIRST_;
	is_last = without < CAPACITY &&
		  (without == hole.len || without + 1 == hole.len) &&
		  slot >= BM_PRIORITY_QUEUE_FIRST_ && hole.position <= without;
	if (is_spare ? hole.position >= hole.len : !is_last)
		hole.err = -EUCLEAN;
	if (is_spare)
		return hole;
	hole.from = without + BM_PRIORITY_QUEUE_FIRST_;
	hole.len = without;
	return hole;
}

/* What a verb had made a hole for is in it, or is gone; all others are there. */
void prove_priority_queue_repair(void)
{
	struct things q = any_queue();
	struct thing expected[CAPACITY];
	struct hole hole = hole_before();
	int err = things_repair(&q);

	assert(err == either(read_error(), hole.err));
	if (!is_done(err)) {
		REACHED();
		return;
	}
	for (uint32_t i = 0; i < CAPACITY; i++)
		expected[i] = i == hole.position ? was(hole.from) : old_element(i);
	assert(OBJECT->len == hole.len && OBJECT->peak <= CAPACITY);
	assert(count(hole.len) == count_in(expected, hole.len));
	assert_accounted(before.object.len, hole.len, SIZE);
	assert(things_invariants(&q) == if_so(!has_declaration(SIZE), -EUCLEAN));
	REACHED();
}
