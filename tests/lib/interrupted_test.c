// SPDX-License-Identifier: MIT
/*
 * interrupted_test.c: what a death within a verb of a bitset, priority queue or slot
 * map leaves, and what repair makes of it
 *
 * Each verb is stopped wherever it has changed a byte. Elements are numbers of which
 * each was put in once.
 */
#include "cmocka_test.h"

#define COUNT	40
#define LARGEST	1000

static bool is_less(const uint32_t *a, const uint32_t *b)
{
	return *a < *b;
}

BM_PRIORITY_QUEUE(numbers, uint32_t, 64, is_less)
BM_SLOT_MAP(slots, uint32_t, 64)
BM_BITSET(bits, 700)

/* Behind what declares functions with a parameter of the name that it has. */
#define SIZE	4096
#include "death.h"

static struct numbers q;
static struct slots m;
static struct slots_handle handles[COUNT];
static struct bits b;

/* Makes the numbers 100, 103, 106 ... come in an order without a pattern. */
static uint32_t number(uint32_t i)
{
	return 100 + 3 * (i * 7919 % COUNT);
}

static bool was_there(uint32_t item)
{
	return item >= 100 && item < 100 + 3 * COUNT && (item - 100) % 3 == 0;
}

/* How many were lost, and how many are there that were not. */
struct difference {
	size_t lost;
	size_t more;
};

static struct difference difference_of(const struct numbers *found)
{
	struct difference difference = { COUNT, 0 };
	uint8_t seen[LARGEST] = { 0 };
	size_t cursor = 0;
	uint32_t item;

	while (!numbers_next(found, &cursor, &item)) {
		assert_in_range(item, 0, LARGEST - 1);
		assert_int_equal(seen[item]++, 0);
		if (was_there(item))
			difference.lost--;
		else
			difference.more++;
	}
	return difference;
}

/* Nothing says so before the update that has to follow. */
static bool is_changed_directly;

static struct difference repaired_queue(void)
{
	struct numbers found;

	assert_int_equal(numbers_attach(&found, copy, "q", NULL), 0);
	if (!found.queue.object->updating && !is_changed_directly)
		assert_int_equal(numbers_invariants(&found), 0);
	assert_int_equal(numbers_repair(&found), 0);
	assert_int_equal(numbers_invariants(&found), 0);
	return difference_of(&found);
}

static void lost_none(void)
{
	struct difference difference = repaired_queue();

	assert_int_equal(difference.lost, 0);
	assert_in_range(difference.more, 0, 1);
}

static void lost_one_at_most(void)
{
	struct difference difference = repaired_queue();

	assert_in_range(difference.lost, 0, 1);
	assert_int_equal(difference.more, 0);
}

static void lost_the_replaced_at_most(void)
{
	struct difference difference = repaired_queue();

	assert_in_range(difference.lost, 0, 1);
	assert_true(difference.more <= difference.lost);
}

static void got_all_or_none(void)
{
	struct difference difference = repaired_queue();

	assert_int_equal(difference.lost, 0);
	assert_true(difference.more == 0 || difference.more == 20);
}

static void lost_the_unwanted_at_most(void)
{
	struct difference difference = repaired_queue();

	assert_in_range(difference.lost, 0, COUNT / 2);
	assert_int_equal(difference.more, 0);
}

static void lost_nothing_at_all(void)
{
	struct difference difference = repaired_queue();

	assert_true(difference.lost == 0 && difference.more == 0);
}

static const uint32_t least = 1;
static const uint32_t most = 999;

static void push(void)
{
	numbers_push(&q, &least);
}

static void pop(void)
{
	numbers_pop(&q, NULL);
}

static void replace_first(void)
{
	numbers_replace_first(&q, &most, NULL);
}

static void remove_fifth(void)
{
	numbers_remove(&q, 5, NULL);
}

static void set_second(void)
{
	numbers_set(&q, 1, &most);
}

static void update_second(void)
{
	*numbers_at(&q, 1) = most;
	numbers_update(&q, 1);
}

static void extend(void)
{
	uint32_t items[20];

	for (uint32_t i = 0; i < 20; i++)
		items[i] = 50 - i;
	numbers_extend(&q, items, 20);
}

static bool is_even(const uint32_t *item, void *context)
{
	(void)context;
	return *item % 2 == 0;
}

static void retain(void)
{
	numbers_retain(&q, is_even, NULL);
}

static void repair(void)
{
	numbers_repair(&q);
}

static void priority_queue(void **state)
{
	const struct {
		void (*verb)(void);
		void (*check)(void);
		unsigned int least_states;
	} cases[] = {
		{ push, lost_none, 8 },
		{ pop, lost_one_at_most, 8 },
		{ replace_first, lost_the_replaced_at_most, 8 },
		{ remove_fifth, lost_one_at_most, 6 },
		{ set_second, lost_the_replaced_at_most, 6 },
		{ update_second, lost_the_replaced_at_most, 6 },
		{ extend, got_all_or_none, 40 },
		{ retain, lost_the_unwanted_at_most, 60 },
		{ repair, lost_nothing_at_all, 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(region.base, 0, SIZE);
		assert_int_equal(numbers_create(&q, region, "q"), 0);
		for (uint32_t n = 0; n < COUNT; n++) {
			uint32_t item = number(n);

			assert_int_equal(numbers_push(&q, &item), 0);
		}
		is_changed_directly = cases[i].verb == update_second;
		assert_true(die_everywhere(cases[i].verb, cases[i].check) >=
			    cases[i].least_states);
	}
}

/* Those that are there are what they were; how many that must be is the caller's. */
static size_t repaired_slots(struct slots *found)
{
	size_t count = 0;
	uint32_t item;

	assert_int_equal(slots_attach(found, copy, "m", NULL), 0);
	assert_int_equal(slots_repair(found), 0);
	assert_int_equal(slots_invariants(found), 0);
	for (uint32_t i = 0; i < COUNT; i++) {
		if (slots_get(found, handles[i], &item))
			continue;
		assert_int_equal(item, i);
		count++;
	}
	return count;
}

static void has_all(void)
{
	struct slots found;

	assert_int_equal(repaired_slots(&found), COUNT);
	assert_in_range(slots_len(&found), COUNT, COUNT + 1);
}

static void has_all_but_one(void)
{
	struct slots found;
	size_t count = repaired_slots(&found);

	assert_in_range(count, COUNT - 1, COUNT);
	assert_int_equal(slots_len(&found), count);
}

static void has_some(void)
{
	struct slots found;

	assert_int_equal(slots_len(&found), repaired_slots(&found));
}

static void insert_slot(void)
{
	struct slots_handle handle;

	slots_insert(&m, &most, &handle);
}

static void remove_slot(void)
{
	slots_remove(&m, handles[5], NULL);
}

static void clear_slots(void)
{
	slots_clear(&m);
}

static void repair_slots(void)
{
	slots_repair(&m);
}

static void slot_map(void **state)
{
	(void)state;
	assert_int_equal(slots_create(&m, region, "m"), 0);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(slots_insert(&m, &i, &handles[i]), 0);
	assert_true(die_everywhere(repair_slots, has_all) >= 2);
	assert_true(die_everywhere(insert_slot, has_all) >= 6);
}

static void slot_map_with_fewer(void **state)
{
	(void)state;
	assert_int_equal(slots_create(&m, region, "m"), 0);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(slots_insert(&m, &i, &handles[i]), 0);
	assert_true(die_everywhere(remove_slot, has_all_but_one) >= 6);
	assert_true(die_everywhere(clear_slots, has_some) >= COUNT);
}

static void insert_bit(void)
{
	bits_insert(&b, 3);
}

static void claim_bit(void)
{
	size_t index;

	bits_claim(&b, &index);
}

static void change_bits(void)
{
	bits_insert_range(&b, 60, 400);
	bits_remove_range(&b, 100, 300);
}

static void is_sound_at_any_time(void)
{
	struct bits found;

	assert_int_equal(bits_attach(&found, copy, "b", NULL), 0);
	assert_int_equal(bits_invariants(&found), 0);
}

static void is_sound_after_repair(void)
{
	struct bits found;
	size_t first;

	assert_int_equal(bits_attach(&found, copy, "b", NULL), 0);
	assert_int_equal(bits_repair(&found), 0);
	assert_int_equal(bits_invariants(&found), 0);
	assert_in_range(bits_len(&found), 2, 342);
	assert_int_equal(bits_first(&found, &first), 0);
	assert_int_equal(first, 0);
}

static void bitset(void **state)
{
	(void)state;
	assert_int_equal(bits_create(&b, region, "b"), 0);
	assert_int_equal(die_everywhere(insert_bit, is_sound_at_any_time), 2);
	assert_int_equal(die_everywhere(claim_bit, is_sound_at_any_time), 2);
	assert_true(die_everywhere(change_bits, is_sound_after_repair) >= 8);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(priority_queue),
		CASE(slot_map),
		CASE(slot_map_with_fewer),
		CASE(bitset),
	};

	return cmocka_run_group_tests_name("interrupted", tests, NULL, NULL);
}
