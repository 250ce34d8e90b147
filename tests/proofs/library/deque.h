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

/* After a verb: some of them look for the one mark alone. */
static int write_error(void)
{
	assume_both_marks(before.object.len);
	return either(if_so(before.object.updating, -EOWNERDEAD), read_error());
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

/* @is_sound: what the invariants say now; @was_sound: before the verb. */
static void assert_ends(int err, uint32_t len, bool was_sound, bool is_sound)
{
	if (err) {
		assert_nothing_done(err);
		return;
	}
	assert_declaration_kept();
	assert_refused(false);
	assert(head_of(OBJECT) < CAPACITY);
	assert(len_of(OBJECT) == len);
	assert(len <= CAPACITY);
	assert(unmarked(OBJECT->len) <= CAPACITY ||
	       unmarked(OBJECT->len) == unmarked(before.object.len));
	assert(!was_sound || is_sound);
	if (was_sound)
		assert_accounted(unmarked(before.object.len),
				 unmarked(OBJECT->len), SIZE);
}

#endif
