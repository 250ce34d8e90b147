// SPDX-License-Identifier: MIT
/*
 * Sorted lists, from every state of the pool, an order that is damaged too; one verb
 * from there.
 *
 * The order is that of an element's first byte, so elements of two bytes can be
 * different and nevertheless equal.
 */
#include <budgetmem/sorted-list.h>

#include "elements.h"
#include "counted.c"
#include "vec-move.c"
#include "vec.c"
#include "vec-order.c"

static int compare(const struct thing *a, const struct thing *b)
{
	return a->byte[0] - b->byte[0];
}

BM_SORTED_LIST(things, struct thing, CAPACITY, compare)

static bool was_sound;

static struct things any_list(void)
{
	struct things l = { .list = any_object(CAPACITY, SIZE) };

	was_sound = !things_invariants(&l);
	return l;
}

static int read_error(void)
{
	return if_so(before.object.len > CAPACITY, -EUCLEAN);
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
