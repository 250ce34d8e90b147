// SPDX-License-Identifier: MIT
/*
 * Verbs of a vec that are about many elements, from every state of the pool.
 */
#include "vecs.h"

/* Several of how many bytes is not constant in a row: a model checker does better with this. */
static void copy_bytes(void *to, const void *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
}

#define memcpy(to, from, count)	copy_bytes(to, from, count)
#include "vec-range.c"
#undef memcpy

/* What goes into a vec or comes out of it: more than it holds is never touched. */
static unsigned char items[CAPACITY * SIZE];

/*
 * The last @count of them: nothing follows, so that one too many is found. A count that is
 * no vec's is for the verb to refuse.
 */
static struct thing *any_items(size_t count)
{
	__CPROVER_havoc_object(items);
	return (struct thing *)items + (count > CAPACITY ? 0 : CAPACITY - count);
}

/* One of @count of them. */
static struct thing item_at(size_t count, uint32_t place)
{
	return thing_at(items, CAPACITY - (uint32_t)count + place);
}

/* All of them or none. */
void prove_vec_extend(void)
{
	struct things v = any_vec();
	size_t count = nondet_u64();
	const struct thing *item = any_items(count);
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_extend(&v, item, count);

	assert(err == either(write_error(), if_so(count > CAPACITY - len, -ENOSPC)));
	assert_stored(&v, err, len + (uint32_t)count);
	assert(same(is(i), !err && i >= len && i < len + count ?
		    item_at(count, i - len) : was(i)));
	REACHED();
}

void prove_vec_insert_many(void)
{
	struct things v = any_vec();
	size_t index = nondet_u64(), count = nondet_u64();
	const struct thing *item = any_items(count);
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_insert_many(&v, index, item, count);

	assert(err == either(either(write_error(), if_so(index > len, -ERANGE)),
			     if_so(count > CAPACITY - len, -ENOSPC)));
	if (index == len || !count)
		assert_stored(&v, err, len + (uint32_t)count);
	else
		assert_len(&v, err, len + (uint32_t)count);
	if (err || i < index || i >= len + count)
		assert(same(is(i), was(i)));
	else if (i < index + count)
		assert(same(is(i), item_at(count, i - (uint32_t)index)));
	else
		assert(same(is(i), was(i - (uint32_t)count)));
	REACHED();
}

/* Those that are taken out are given in their order, if they are wanted. */
void prove_vec_drain(void)
{
	struct things v = any_vec();
	size_t from = nondet_u64(), to = nondet_u64();
	struct thing *item = any_items(to - from);
	bool wanted = nondet_bool();
	uint32_t len = before.object.len, count = (uint32_t)(to - from);
	uint32_t i = any_below(CAPACITY), k = any_below(CAPACITY);
	const struct thing untouched = thing_at(items, k);
	int err = things_drain(&v, from, to, wanted ? item : NULL);

	assert(err == either(write_error(),
			     if_so(from > to || to > len, -ERANGE)));
	if (from == to)
		assert_stored(&v, err, len);
	else
		assert_len(&v, err, len - count);
	if (!err && wanted && k < count)
		assert(same(item_at(count, k), was((uint32_t)from + k)));
	if (err || !wanted)
		assert(same(thing_at(items, k), untouched));
	if (!err && i >= from && i < len - count)
		assert(same(is(i), was(i + count)));
	else
		assert(same(is(i), was(i)));
	REACHED();
}

void prove_vec_truncate(void)
{
	struct things v = any_vec();
	size_t wanted = nondet_u64();
	uint32_t len = before.object.len;
	int err = things_truncate(&v, wanted);

	assert(err == write_error());
	assert_stored(&v, err, wanted < len ? (uint32_t)wanted : len);
	assert_contents_kept();
	REACHED();
}

void prove_vec_resize(void)
{
	struct things v = any_vec();
	const struct thing item = nondet_thing();
	size_t wanted = nondet_u64();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_resize(&v, wanted, &item);

	assert(err == either(write_error(), if_so(wanted > CAPACITY, -ENOSPC)));
	assert_stored(&v, err, (uint32_t)wanted);
	assert(same(is(i), !err && i >= len && i < wanted ? item : was(i)));
	REACHED();
}

/* The last takes its place. */
void prove_vec_swap_remove(void)
{
	struct things v = any_vec();
	const struct thing untouched = nondet_thing();
	struct thing item = untouched;
	bool wanted = nondet_bool();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t index = nondet_u64();
	int err = things_swap_remove(&v, index, wanted ? &item : NULL);

	assert(err == either(write_error(), if_so(index >= len, -ERANGE)));
	if (index + 1 == len)
		assert_stored(&v, err, len - 1);
	else
		assert_len(&v, err, len - 1);
	assert(same(item, !err && wanted ? was((uint32_t)index) : untouched));
	assert(same(is(i), !err && i == index ? was(len - 1) : was(i)));
	REACHED();
}

void prove_vec_swap(void)
{
	struct things v = any_vec();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	size_t a = nondet_u64(), b = nondet_u64();
	int err = things_swap(&v, a, b);

	assert(err == either(write_error(), if_so(a >= len || b >= len, -ERANGE)));
	if (a == b)
		assert_stored(&v, err, len);
	else
		assert_len(&v, err, len);
	assert(same(is(i), err ? was(i) : i == a ? was((uint32_t)b) :
		    i == b ? was((uint32_t)a) : was(i)));
	REACHED();
}

/* The last becomes the first. */
void prove_vec_reverse(void)
{
	struct things v = any_vec();
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	int err = things_reverse(&v);

	assert(err == write_error());
	assert_len(&v, err, len);
	assert(same(is(i), !err && i < len ? was(len - 1 - i) : was(i)));
	REACHED();
}

/**
 * struct asked - what a program's function answers, and how often it was asked
 * @keeps: that it wants this element, or that it is not equal to the one before it
 * @next: the element that it must be asked about
 */
struct asked {
	bool keeps[CAPACITY];
	uint32_t next;
};

static struct asked any_answers(void)
{
	struct asked asked = { .next = 0 };

	for (uint32_t i = 0; i < CAPACITY; i++)
		asked.keeps[i] = nondet_bool();
	return asked;
}

/* How many before this place it wants. */
static uint32_t kept_before(const struct asked *asked, uint32_t place)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < CAPACITY && i < place; i++)
		count += asked->keeps[i];
	return count;
}

/*
 * About each once, in their order and as they were, under the mark of an update: the
 * program's function may be what dies.
 */
static bool answer(struct asked *asked, const struct thing *item)
{
	assert(asked->next < CAPACITY && asked->next < before.object.len);
	assert(same(*item, was(asked->next)));
	assert(OBJECT->updating);
	return asked->keeps[asked->next++];
}

/* Those that are kept are there in their order, and nothing else has moved. */
static void assert_kept(const struct things *v, int err, const struct asked *asked)
{
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	uint32_t count = kept_before(asked, len);

	assert(err == write_error());
	assert_len(v, err, count);
	if (!err && i < len && asked->keeps[i])
		assert(same(is(kept_before(asked, i)), was(i)));
	if (err || i >= count)
		assert(same(is(i), was(i)));
}

static bool keep(const struct thing *item, void *context)
{
	return answer(context, item);
}

void prove_vec_retain(void)
{
	struct things v = any_vec();
	struct asked asked = any_answers();
	int err = things_retain(&v, keep, &asked);

	assert(asked.next == (err ? 0 : before.object.len));
	assert_kept(&v, err, &asked);
	REACHED();
}

/* An element is compared with the last that was kept. */
static bool equal(const struct thing *first, const struct thing *item, void *context)
{
	struct asked *asked = context;
	uint32_t last = asked->next - 1;

	while (last && !asked->keeps[last])
		last--;
	assert(same(*first, was(last)));
	return !answer(asked, item);
}

void prove_vec_dedup_with(void)
{
	struct things v = any_vec();
	struct asked asked = any_answers();
	uint32_t len = before.object.len;
	int err;

	asked.keeps[0] = true;
	asked.next = 1;
	err = things_dedup_with(&v, equal, &asked);
	assert(asked.next == (err || len < 1 ? 1 : len));
	assert_kept(&v, err, &asked);
	REACHED();
}

void prove_vec_dedup(void)
{
	struct things v = any_vec();
	struct asked asked = { .keeps = { true } };
	int err = things_dedup(&v);

	for (uint32_t i = 1; i < CAPACITY; i++)
		asked.keeps[i] = !same(was(i), was(i - 1));
	assert_kept(&v, err, &asked);
	REACHED();
}

/* All that is told without an error, of a damaged vec too: never more than there is room. */
static void assert_lengths(const struct things *v)
{
	uint32_t len = read_error() ? CAPACITY : before.object.len;
	struct things_slice all = things_as_slice(v);

	assert(things_len(v) == len && all.len == len);
	assert(all.data == things_data(v) && (void *)all.data == CONTENTS_NOW);
	assert(things_capacity(v) == CAPACITY);
	assert(things_is_empty(v) == !len && things_is_full(v) == (len == CAPACITY));
}

void prove_vec_slices(void)
{
	struct things v = any_vec();
	struct things_slice slice = { NULL, CAPACITY + 1 };
	uint32_t len = before.object.len;
	size_t from = nondet_u64(), to = nondet_u64(), count = CAPACITY + 1;
	int err = things_range(&v, from, to, &slice);

	assert(err == either(read_error(), if_so(from > to || to > len, -ERANGE)));
	assert(slice.len == (err ? CAPACITY + 1 : to - from));
	assert(slice.data == (err ? NULL : things_data(&v) + from));
	assert(things_count(&v, &count) == read_error());
	assert(count == (read_error() ? CAPACITY + 1 : len));
	assert_lengths(&v);
	assert_nothing_done(0);
	REACHED();
}
