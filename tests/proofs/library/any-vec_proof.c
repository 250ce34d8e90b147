// SPDX-License-Identifier: MIT
/*
 * Vecs of every capacity: any-capacity.h.
 */
#include "any-capacity.h"
#include "vec.c"

static void any_vec(void)
{
	any_collection();
	was_sound = !bm_vec_invariants_(&any);
	len = before.object.len;
	known = before.object.place[0];
}

static void assert_vec(int err, uint32_t now)
{
	assert_rest(err);
	assert(OBJECT->len == now);
	assert_known(OBJECT->place[0], now);
}

void prove_any_vec_push(void)
{
	const struct thing item = nondet_thing();
	int err;

	any_vec();
	err = bm_vec_push_(&any, &item, SIZE, capacity);
	assert(err == verb_error(len == capacity, -ENOSPC));
	assert_vec(err, len + !err);
	assert(!err && where == len ? same(is(where), item) : is_kept());
	REACHED();
}

void prove_any_vec_pop(void)
{
	struct thing item;
	int err;

	any_vec();
	err = bm_vec_pop_(&any, &item, SIZE, capacity);
	assert(err == verb_error(!len, -ENOENT));
	assert_vec(err, len - !err);
	assert(is_kept());
	assert(err || where != len - 1 || same(item, kept));
	REACHED();
}

void prove_any_vec_get(void)
{
	struct thing item, last;
	size_t index = nondet_u64();
	int damage, err;

	any_vec();
	damage = if_so(len > capacity, -EUCLEAN);
	err = bm_vec_get_(&any, index, &item, SIZE, any.capacity);
	assert(err == either(damage, if_so(index >= len, -ERANGE)));
	assert(err || index != where || same(item, kept));
	err = bm_vec_last_(&any, &last, SIZE);
	assert(err == either(damage, if_so(!len, -ENOENT)));
	assert(err || where != len - 1 || same(last, kept));
	assert(is_kept());
	assert_headers_kept(0);
	REACHED();
}

void prove_any_vec_set(void)
{
	const struct thing item = nondet_thing();
	size_t index = nondet_u64();
	int err;

	any_vec();
	err = bm_vec_set_(&any, index, &item, SIZE);
	assert(err == verb_error(index >= len, -ERANGE));
	assert_rest(err);
	assert(!err && where == index ? same(is(where), item) : is_kept());
	assert(OBJECT->len == len);
	REACHED();
}
