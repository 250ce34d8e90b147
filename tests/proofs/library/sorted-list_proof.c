// SPDX-License-Identifier: MIT
/*
 * Sorted lists, from every state of the pool, an order that is damaged too; one verb
 * from there.
 */
#include <budgetmem/sorted-list.h>

#include "elements.h"
#include "errors.h"
#include "counted.c"
#include "marks.h"
#include "vec.c"
#include "vec-range.c"
#include "move.h"
#include "orders.h"
#include "vec-order.c"

static int insert_one(struct bm_handle *list, const struct thing *item);

BM_SORTED_LIST(things, struct thing, CAPACITY, compare)

static bool was_sound;

static struct things any_list(void)
{
	struct things l = { .list = any_object(CAPACITY, SIZE) };

	was_sound = !things_invariants(&l);
	return l;
}

/* The first of those that are equal. */
void prove_sorted_list_find(void)
{
	struct things l = any_list();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = CAPACITY;
	int err = things_find(&l, &item, &index);

	assert(!read_error() || err == read_error());
	assert(read_error() || !err || err == -ENOENT);
	assert(things_contains(&l, &item) == !err);
	if (!err) {
		assert(index < len);
		assert(was((uint32_t)index).byte[0] == item.byte[0]);
	} else {
		assert(index == CAPACITY);
	}
	if (was_sound && i < len && (err || i < index))
		assert(was(i).byte[0] != item.byte[0]);
	assert_nothing_done(0);
	REACHED();
}

/* A verb of this result made it @len elements long, in order if it was. */
static void assert_len(const struct things *l, int err, uint32_t len)
{
	if (!is_done(err))
		return;
	assert(OBJECT->len == len && len <= CAPACITY);
	assert(!was_sound || !things_invariants(l));
	if (was_sound)
		assert_accounted(unmarked(before.object.place[0]),
				 unmarked(OBJECT->place[0]), SIZE);
}

/*
 * All that were there are, in their order, and the item behind those equal to it. Where it
 * goes is looked for before the mark of an update: a length that cannot be is told first.
 */
void prove_sorted_list_push(void)
{
	struct things l = any_list();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	uint32_t at = count_before(item, true);
	int err = things_push(&l, &item);

	assert(err == either(either(read_error(), write_error()),
			     if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&l, err, len + 1);
	if (!err && was_sound && i <= len)
		assert(same(is(i), i < at ? was(i) : i == at ? item : was(i - 1)));
	REACHED();
}

void prove_sorted_list_remove(void)
{
	struct things l = any_list();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_remove(&l, index, &item);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	assert_len(&l, err, len - 1);
	assert(same(item, err ? untouched : was((uint32_t)index)));
	if (!err && i < len - 1)
		assert(same(is(i), was(i + (i >= index))));
	REACHED();
}

/* The first of those that are equal; the others stay in their order. */
void prove_sorted_list_remove_item(void)
{
	struct things l = any_list();
	const struct thing item = nondet_thing();
	struct thing removed = item;
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	uint32_t at = count_before(item, false);
	int err = things_remove_item(&l, &item, &removed);

	assert(!write_error() || err == write_error());
	assert(write_error() || !err || err == -ENOENT);
	assert_len(&l, err, len - 1);
	if (err) {
		assert(same(removed, item));
	} else {
		assert(removed.byte[0] == item.byte[0]);
		assert(!was_sound || same(removed, was(at)));
	}
	if (err == -ENOENT && was_sound)
		assert(at == len || was(at).byte[0] > item.byte[0]);
	if (!err && was_sound && i < len - 1)
		assert(same(is(i), was(i + (i >= at))));
	REACHED();
}

void prove_sorted_list_pop_first(void)
{
	struct things l = any_list();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_pop_first(&l, &item);

	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&l, err, len - 1);
	assert(same(item, err ? untouched : was(0)));
	if (!err && i < len - 1)
		assert(same(is(i), was(i + 1)));
	REACHED();
}

void prove_sorted_list_pop(void)
{
	struct things l = any_list();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len;
	int err = things_pop(&l, &item);

	assume_both_marks(before.object.place[0]);
	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&l, err, len - 1);
	assert(same(item, err ? untouched : was(len - 1)));
	assert_contents_kept();
	REACHED();
}

/*
 * For an extend, which has looked for room and for an update: what a push is proved to do
 * then. Where there is no order it goes anywhere.
 */
static int insert_one(struct bm_handle *list, const struct thing *item)
{
	uint32_t len = OBJECT->len, at = any_below(CAPACITY);

	assert(len < CAPACITY && !OBJECT->updating);
	__CPROVER_assume(at <= len);
	for (uint32_t i = 0; are_in_order(is, len) && i < len; i++)
		__CPROVER_assume((i < at) == (is(i).byte[0] <= item->byte[0]));
	for (uint32_t i = CAPACITY - 1; i > 0; i--)
		if (i > at && i <= len)
			memcpy(CONTENTS_NOW + i * SIZE, CONTENTS_NOW + (i - 1) * SIZE,
			       SIZE);
	memcpy(CONTENTS_NOW + at * SIZE, item, SIZE);
	bm_counted_set_len_(list, len + 1, CAPACITY);
	return 0;
}

/* All of them, or none if there is not room for all; those that were there stay. */
void prove_sorted_list_extend(void)
{
	struct things l = any_list();
	struct thing items[CAPACITY];
	const struct thing any = nondet_thing();
	uint32_t len = before.object.len, more = 0;
	size_t count = nondet_u64();
	int err;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		items[i] = nondet_thing();
		more += i < count && same(items[i], any);
	}
	err = things_extend(&l, items, count);
	assert(err == either(write_error(), if_so(count > CAPACITY - len, -ENOSPC)));
	assert_len(&l, err, len + (uint32_t)count);
	assert(err || times(is, OBJECT->len, any) == times(was, len, any) + more);
	REACHED();
}

/* All that copy out the one at an index, and none else. */
void prove_sorted_list_get(void)
{
	struct things l = any_list();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched, first = item, last = item, next = item;
	uint32_t len = before.object.len;
	size_t index = nondet_u64(), cursor = index;
	int empty = either(read_error(), if_so(!len, -ENOENT));
	int err = things_get(&l, index, &item);

	assert(err == either(read_error(), if_so(index >= len, -ERANGE)));
	assert(same(item, err ? untouched : was((uint32_t)index)));
	assert(things_next(&l, &cursor, &next) == (err == -ERANGE ? -ENOENT : err));
	assert(cursor == index + !err && same(next, item));
	assert(things_first(&l, &first) == empty && things_last(&l, &last) == empty);
	assert(same(first, empty ? untouched : was(0)));
	assert(same(last, empty ? untouched : was(len - 1)));
	assert(things_at(&l, index) ==
	       (index < (len > CAPACITY ? CAPACITY : len) ?
		(const struct thing *)CONTENTS_NOW + index : NULL));
	assert_nothing_done(0);
	REACHED();
}

/* What lies before a cursor; any that is beyond the end is at the end. */
void prove_sorted_list_previous(void)
{
	struct things l = any_list();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	uint32_t len = before.object.len;
	size_t start = nondet_u64(), cursor = start;
	uint32_t behind = start < len ? (uint32_t)start : len;
	int err = things_previous(&l, &cursor, &item);

	assert(err == either(read_error(), if_so(!behind, -ENOENT)));
	assert(cursor == (read_error() ? start : behind - !err));
	assert(same(item, err ? untouched : was(behind - 1)));
	assert_nothing_done(0);
	REACHED();
}

/* What is taken out is given in order, and what was behind it comes to lie at its place. */
void prove_sorted_list_drain(void)
{
	struct things l = any_list();
	unsigned char items[CAPACITY * SIZE];
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t from = nondet_u64(), to = nondet_u64();
	int err = things_drain(&l, from, to, (struct thing *)items);
	uint32_t count = err ? 0 : (uint32_t)(to - from);

	assert(err == either(write_error(), if_so(from > to || to > len, -ERANGE)));
	assert_len(&l, err, len - count);
	if (i < count)
		assert(same(thing_at(items, i), was((uint32_t)from + i)));
	if (!err && i < len - count)
		assert(same(is(i), was(i < from ? i : i + count)));
	REACHED();
}

/* Makes it sound whatever it was. */
void prove_sorted_list_clear(void)
{
	struct things l = any_list();

	things_clear(&l);
	assert_declaration_kept();
	assert_contents_kept();
	assert_refused(false);
	assert(!OBJECT->len && !OBJECT->place[0] && !OBJECT->updating);
	assert(!was_sound || !things_invariants(&l));
	if (was_sound)
		assert_accounted(unmarked(before.object.place[0]), 0, SIZE);
	REACHED();
}

/* All before a bound are less, or not greater, and none behind it is. */
void prove_sorted_list_bounds(void)
{
	struct things l = any_list();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t lower = CAPACITY + 1, upper = lower;
	int err = things_lower_bound(&l, &item, &lower);

	assert(err == read_error());
	assert(things_upper_bound(&l, &item, &upper) == err);
	assert(err ? lower == CAPACITY + 1 && upper == lower :
	       lower <= len && upper <= len);
	if (was_sound && i < len) {
		assert((i < lower) == (was(i).byte[0] < item.byte[0]));
		assert((i < upper) == (was(i).byte[0] <= item.byte[0]));
	}
	assert_nothing_done(0);
	REACHED();
}

/* Where an element belongs, behind those equal to it that were before it. */
static uint32_t belongs(uint32_t place)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++)
		at += was(i).byte[0] < was(place).byte[0] ||
		      (was(i).byte[0] == was(place).byte[0] && i < place);
	return at;
}

/* Were all but this one in order? */
static bool are_others_in_order(uint32_t one)
{
	uint32_t least = 0;

	for (uint32_t i = 0; i < CAPACITY && i < before.object.len; i++) {
		if (i == one)
			continue;
		if (was(i).byte[0] < least)
			return false;
		least = was(i).byte[0];
	}
	return true;
}

/* Sound is what is declared as it must be, counted, in order, and not being changed. */
void prove_sorted_list_invariants(void)
{
	struct things l = any_list();
	uint32_t len = before.object.len, known = unmarked(before.object.place[0]);
	bool is_counted = was_declared(CAPACITY, SIZE) &&
			  before.object.peak <= CAPACITY &&
			  len <= known && known <= CAPACITY && !read_error() &&
			  are_marks_right(before.object.place[0]);
	bool in_order = are_others_in_order(CAPACITY);
	int err = things_invariants(&l);

	assert(err == (is_counted ? either(write_error(), if_so(!in_order, -EUCLEAN)) :
		       -EUCLEAN));
	assert_nothing_done(0);
	REACHED();
}

/*
 * From whatever there was: in order, and each element as often as before. Where no more
 * than one was out of place, equal ones have stayed in their order. The stand-in asserts
 * that so few elements never come to the ways in which many are sorted.
 */
void prove_sorted_list_repair(void)
{
	struct things l = any_list();
	const struct thing item = nondet_thing();
	uint32_t one = any_below(CAPACITY), i = any_below(CAPACITY);
	uint32_t len = before.object.len;
	int err = things_repair(&l);

	assert(err == read_error());
	if (!is_done(err)) {
		REACHED();
		return;
	}
	assert(OBJECT->len == len && OBJECT->peak <= CAPACITY);
	assert(things_invariants(&l) == if_so(!was_declared(CAPACITY, SIZE), -EUCLEAN));
	assert(are_in_order(is, len));
	assert(times(is, len, item) == times(was, len, item));
	if (i < len && are_others_in_order(one))
		assert(same(is(belongs(i)), was(i)));
	REACHED();
}
