/* SPDX-License-Identifier: MIT */
/*
 * What the proofs of deques, queues and histories share.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_DEQUE_H
#define BUDGETMEM_PROOFS_LIBRARY_DEQUE_H

#include "elements.h"
#include "counted.c"
#include "deque.c"
#include "marks.h"

#define IS_POWER	(!(CAPACITY & (CAPACITY - 1)))

static uint32_t head_of(const struct bm_object *object)
{
	return IS_POWER ? object->place[0] % CAPACITY : object->place[0];
}

static uint32_t len_of(const struct bm_object *object)
{
	return object->place[1] - (IS_POWER ? object->place[0] : 0);
}

static uint32_t head_before(void)
{
	return head_of(&before.object);
}

static uint32_t len_before(void)
{
	return len_of(&before.object);
}

static int read_error(void)
{
	return if_so(head_before() >= CAPACITY || len_before() > CAPACITY,
		     -EUCLEAN);
}

/* Of a verb that looks for the mark of an update itself. */
static int update_error(void)
{
	return either(if_so(before.object.updating, -EOWNERDEAD), read_error());
}

/* After a verb that looks for the one mark alone. */
static int write_error(void)
{
	assume_both_marks(before.object.len);
	return update_error();
}

static uint32_t around(uint32_t place)
{
	return place % CAPACITY;
}

/* Element @index, which is there, before and after. */
static struct thing old_element(uint32_t index)
{
	return was(around(head_before() + index));
}

static struct thing new_element(uint32_t index)
{
	return is(around(head_of(OBJECT) + index));
}

static bool was_sound;

static struct bm_handle any_deque(void)
{
	struct bm_handle deque = any_object(CAPACITY, SIZE);

	was_sound = !bm_deque_invariants_(&deque);
	return deque;
}

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t least_of(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*
 * What the counters know stays near the length and not above the high-water mark, which is
 * exact, if so it was.
 */
static void assert_counted(uint32_t len)
{
	uint32_t known = unmarked(before.object.len), now = unmarked(OBJECT->len);

	assert(now <= CAPACITY || now == known);
	if (!was_sound)
		return;
	assert_accounted(known, now, SIZE);
	assert(known > len_before() + CAPACITY / 4 + 8 || now <= len + CAPACITY / 4 + 8);
	if (known <= before.object.peak) {
		assert(OBJECT->peak == most(before.object.peak, len));
		assert(now <= OBJECT->peak);
	}
}

/* A verb of this result made it @len elements long, or has done nothing. */
static void assert_ends(const struct bm_handle *deque, int err, uint32_t len)
{
	if (!is_done(err))
		return;
	assert(head_of(OBJECT) < CAPACITY);
	assert(len_of(OBJECT) == len && len <= CAPACITY);
	assert(!was_sound || !bm_deque_invariants_(deque));
	assert_counted(len);
}

#endif
