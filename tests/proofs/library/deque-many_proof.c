// SPDX-License-Identifier: MIT
/*
 * Deques, from every state of the pool; one verb from there that drops many elements.
 */
#include <budgetmem/deque.h>

#include "deque.h"

BM_DEQUE(things, struct thing, CAPACITY)

/* Nothing is touched but the length. */
void prove_deque_truncate(void)
{
	struct things d = { .deque = any_deque() };
	uint32_t head = head_before(), len = len_before();
	size_t wanted = nondet_u64();
	int err = things_truncate(&d, wanted);

	assert(err == update_error());
	assert_ends(&d.deque, err, wanted < len ? (uint32_t)wanted : len);
	assert(err || head_of(OBJECT) == head);
	assert_contents_kept();
	REACHED();
}

static bool wanted[CAPACITY];
static uint32_t asked;

/* Each is shown once, from the first to the last, where it was before, and as it was. */
static bool keep(const struct thing *item, void *argument)
{
	uint32_t place = around(head_before() + asked);

	assert(argument == wanted);
	assert(asked < len_before());
	assert((const unsigned char *)item == CONTENTS_NOW + place * SIZE);
	assert(same(*item, was(place)));
	assert(OBJECT->updating);
	return wanted[asked++];
}

/* How many of the first @count are wanted. */
static uint32_t kept_of(uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < CAPACITY; i++)
		kept += i < count && wanted[i];
	return kept;
}

void prove_deque_retain(void)
{
	struct things d = { .deque = any_deque() };
	uint32_t len = len_before(), i = any_below(CAPACITY);
	int err;

	for (uint32_t k = 0; k < CAPACITY; k++)
		wanted[k] = nondet_bool();
	err = things_retain(&d, keep, wanted);
	assert(err == update_error());
	assert_ends(&d.deque, err, kept_of(len));
	assert(asked == (err ? 0 : len));
	if (!err && i < len && wanted[i])
		assert(same(new_element(kept_of(i)), old_element(i)));
	REACHED();
}
