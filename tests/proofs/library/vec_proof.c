// SPDX-License-Identifier: MIT
/*
 * Vecs, from every state of the pool; one verb from there.
 */
#include "vecs.h"

void prove_vec_push(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_push(&v, &item);

	assume_both_marks(before.object.place[0]);
	assert(err == either(write_error(), if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&v, err, len + 1);
	assert(same(is(i), !err && i == len ? item : was(i)));
	REACHED();
}

void prove_vec_pop(void)
{
	struct things v = any_vec();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	bool wanted = nondet_bool();
	uint32_t len = before.object.len;
	int err = things_pop(&v, wanted ? &item : NULL);

	assume_both_marks(before.object.place[0]);
	assert(err == either(write_error(), if_so(!len, -ENOENT)));
	assert_len(&v, err, len - 1);
	assert_contents_kept();
	assert(same(item, !err && wanted ? was(len - 1) : untouched));
	REACHED();
}

void prove_vec_insert(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_insert(&v, index, &item);

	assert(err == either(either(write_error(), if_so(index > len, -ERANGE)),
			     if_so(len == CAPACITY, -ENOSPC)));
	assert_len(&v, err, len + 1);
	if (!err && i <= len)
		assert(same(is(i), i < index ? was(i) :
			    i == index ? item : was(i - 1)));
	else
		assert(same(is(i), was(i)));
	REACHED();
}

void prove_vec_remove(void)
{
	struct things v = any_vec();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	bool wanted = nondet_bool();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_remove(&v, index, wanted ? &item : NULL);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	assert_len(&v, err, len - 1);
	assert(same(item, !err && wanted ? was((uint32_t)index) : untouched));
	if (!err && i < len - 1)
		assert(same(is(i), i < index ? was(i) : was(i + 1)));
	else
		assert(same(is(i), was(i)));
	REACHED();
}

void prove_vec_set(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_set(&v, index, &item);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	assert_len(&v, err, len);
	assert(same(is(i), !err && i == index ? item : was(i)));
	REACHED();
}

/* All that copy one element out. */
void prove_vec_get(void)
{
	struct things v = any_vec();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched, first = item, last = item, next = item;
	uint32_t len = before.object.len;
	size_t index = nondet_u64();
	size_t cursor = index;
	int empty = either(read_error(), if_so(!len, -ENOENT));
	int err = things_get(&v, index, &item);

	assert(err == either(read_error(), if_so(index >= len, -ERANGE)));
	assert(same(item, err ? untouched : was((uint32_t)index)));
	assert(things_next(&v, &cursor, &next) == (err == -ERANGE ? -ENOENT : err));
	assert(cursor == index + !err);
	assert(same(next, item));
	assert(things_first(&v, &first) == empty);
	assert(same(first, empty ? untouched : was(0)));
	assert(things_last(&v, &last) == empty);
	assert(same(last, empty ? untouched : was(len - 1)));
	assert(!things_at(&v, index) ==
	       (index >= (len > CAPACITY ? CAPACITY : len)));
	assert_nothing_done(0);
	REACHED();
}

/* The first of several, and none behind the length. */
void prove_vec_find(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	size_t index = nondet_u64();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_find(&v, &item, &index);

	assert(!read_error() || err == read_error());
	assert(read_error() || !err || err == -ENOENT);
	assert(things_contains(&v, &item) == !err);
	if (!err) {
		assert(index < len);
		assert(same(was((uint32_t)index), item));
	}
	if (err == -ENOENT ? i < len : !err && i < index)
		assert(!same(was(i), item));
	assert_nothing_done(0);
	REACHED();
}

static bool is_declared(void)
{
	return was_declared(CAPACITY, SIZE) && before.object.peak <= CAPACITY;
}

/* Makes it sound whatever it was. */
void prove_vec_clear(void)
{
	struct things v = any_vec();

	things_clear(&v);
	assert_declaration_kept();
	assert_contents_kept();
	assert(OBJECT->len == 0);
	assert(OBJECT->place[0] == 0);
	assert(!OBJECT->updating);
	if (was_sound)
		assert_accounted(known(&before.object), 0, SIZE);
	REACHED();
}

void prove_vec_repair(void)
{
	struct things v = any_vec();
	int err = things_repair(&v);

	assert(err == read_error());
	if (!err)
		assert(!OBJECT->updating && OBJECT->peak <= CAPACITY &&
		       OBJECT->place[0] <= CAPACITY);
	assert(err || !is_declared() || !things_invariants(&v));
	assert_contents_kept();
	assert_declaration_kept();
	assert(OBJECT->len == before.object.len);
	REACHED();
}

void prove_vec_invariants(void)
{
	struct things v = any_vec();
	const struct bm_object *object = &before.object;
	bool is_counted = object->len <= known(object) &&
			  known(object) <= CAPACITY &&
			  are_marks_right(object->place[0]);

	assert(things_invariants(&v) ==
	       (is_declared() && is_counted && !read_error() ? write_error() : -EUCLEAN));
	assert_nothing_done(0);
	REACHED();
}
