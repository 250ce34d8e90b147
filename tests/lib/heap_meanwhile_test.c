// SPDX-License-Identifier: MIT
/*
 * heap_meanwhile_test.c: another process writes into a heap between two looks of one verb
 *
 * The heap's own code is compiled here: whenever it has read a number of the pool,
 * another process may be there first before the next one is read.
 */
#include "cmocka_test.h"

/* The list that the other process changes after so many looks, and to what. */
static uint32_t *changed_number;
static uint32_t number_written;
static unsigned int looks_left;

static void look(void)
{
	if (looks_left && !--looks_left)
		*changed_number = number_written;
}

#define __atomic_load_n(address, order)					\
	({								\
		__typeof__(*(address)) seen_ = __atomic_load_n(address, order); \
									\
		look();							\
		seen_;							\
	})

#include "../../userspace/lib/heap-map.c"
#include "../../userspace/lib/heap-place.c"
#include "../../userspace/lib/heap-check.c"
#define find_block find_block_in_use
#include "../../userspace/lib/heap.c"

#include "heap_test.h"

/* Ten blocks of a granule are held back, and more of the heap than there is. */
static struct scratch hold_ten(void)
{
	struct scratch h;
	char *block[10];

	memset(region.base, 0, region.size);
	h = make();
	for (int i = 0; i < 10; i++) {
		block[i] = take(&h, 16);
		(void)take(&h, 16);
	}
	for (int i = 0; i < 10; i++)
		assert_int_equal(scratch_free(&h, block[i]), 0);
	assert_int_equal(h.heap.held[1].count, 10);
	h.heap.state->held = BYTES;
	changed_number = &h.heap.held[1].count;
	return h;
}

/* After each of the looks in turn; the verb's error is one of those that are stated. */
static void write_everywhere(int (*verb)(struct scratch *h), uint32_t written)
{
	unsigned int looks = 0;

	do {
		struct scratch h = hold_ten();
		int err;

		number_written = written;
		looks_left = ++looks;
		err = verb(&h);
		assert_true(!err || err == -ENOSPC || err == -EUCLEAN);
		if (looks_left)
			break;
		assert_int_equal(scratch_repair(&h), 0);
		assert_int_equal(scratch_invariants(&h), 0);
	} while (true);
	looks_left = 0;
	assert_true(looks > 20);
}

static int alloc_some(struct scratch *h)
{
	void *memory;

	return scratch_alloc(h, 5000, &memory);
}

static int alloc_too_much(struct scratch *h)
{
	void *memory;

	return scratch_alloc(h, BYTES - 160, &memory);
}

static int free_last(struct scratch *h)
{
	size_t cursor = 19;
	void *memory;

	assert_int_equal(scratch_next(h, &cursor, &memory, NULL), 0);
	return scratch_free(h, memory);
}

static int check_all(struct scratch *h)
{
	h->heap.state->held = 10;
	return scratch_invariants(h);
}

static void held_blocks_that_vanish_cost_errors_only(void **state)
{
	(void)state;
	write_everywhere(alloc_some, 0);
	write_everywhere(alloc_too_much, 0);
	write_everywhere(free_last, 0);
	write_everywhere(check_all, 0);
}

static void held_blocks_that_appear_cost_errors_only(void **state)
{
	(void)state;
	write_everywhere(alloc_some, UINT32_MAX);
	write_everywhere(alloc_too_much, UINT32_MAX);
	write_everywhere(free_last, UINT32_MAX);
	write_everywhere(check_all, UINT32_MAX);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(held_blocks_that_vanish_cost_errors_only),
		CASE(held_blocks_that_appear_cost_errors_only),
	};

	return cmocka_run_group_tests_name("heap meanwhile", tests, NULL, NULL);
}
