// SPDX-License-Identifier: MIT
/*
 * bitset_fuzz.c: a bitset does what an array of bool does
 *
 * The first byte chooses: compare both after each operation, or write random bytes
 * into the object between the operations and demand no more than that nothing beyond
 * the bitset is read, written or given.
 */
#include "fuzz.h"

#define CAPACITY	200

BM_BITSET(bits, CAPACITY)

static bool model[2][CAPACITY];
static bool is_hostile;

static size_t model_count(const bool *set, size_t from, size_t to)
{
	size_t count = 0;

	while (from < to)
		count += set[from++];
	return count;
}

static size_t model_find(const bool *set, size_t from, bool value)
{
	while (from < CAPACITY && set[from] != value)
		from++;
	return from;
}

static size_t model_run(const bool *set, size_t count)
{
	size_t start = 0;

	while (start + count <= CAPACITY &&
	       model_count(set, start, start + count))
		start++;
	return start + count <= CAPACITY ? start : CAPACITY;
}

/* What a verb returned, against what it should where nobody interferes. */
static void expect(int err, int expected)
{
	FUZZ_CHECK(is_hostile ? err <= 0 : err == expected);
}

static void expect_index(int err, size_t index, size_t expected, int none)
{
	if (is_hostile)
		FUZZ_CHECK(err ? err == none || err == -EOWNERDEAD :
				 index < CAPACITY);
	else if (expected == CAPACITY)
		FUZZ_CHECK(err == none);
	else
		FUZZ_CHECK(!err && index == expected);
}

static void one(struct bits *b, bool *set, struct fuzz_input *input)
{
	size_t i = fuzz_below(input, CAPACITY + 4);
	bool inside = i < CAPACITY;
	bool was = inside && set[i];
	bool value = fuzz_byte(input) & 1;

	switch (fuzz_byte(input) % 4) {
	case 0:
		expect(bits_insert(b, i), !inside ? -ERANGE : was ? -EEXIST : 0);
		value = true;
		break;
	case 1:
		expect(bits_remove(b, i), !inside ? -ERANGE : was ? 0 : -ENOENT);
		value = false;
		break;
	case 2:
		expect(bits_set(b, i, value), inside ? 0 : -ERANGE);
		break;
	default:
		expect(bits_toggle(b, i), inside ? 0 : -ERANGE);
		value = !was;
	}
	if (inside)
		set[i] = value;
}

static void range(struct bits *b, bool *set, struct fuzz_input *input)
{
	size_t from = fuzz_below(input, CAPACITY + 4);
	size_t to = fuzz_below(input, CAPACITY + 4);
	bool is_range = from <= to && to <= CAPACITY;
	uint8_t verb = fuzz_byte(input) % 3;

	expect(verb == 0 ? bits_insert_range(b, from, to) :
	       verb == 1 ? bits_remove_range(b, from, to) :
			   bits_toggle_range(b, from, to), is_range ? 0 : -ERANGE);
	for (size_t i = from; is_range && i < to; i++)
		set[i] = verb == 0 || (verb == 2 && !set[i]);
}

static void combine(struct bits *b, const struct bits *other, bool *set,
		    const bool *from, struct fuzz_input *input)
{
	uint8_t verb = fuzz_byte(input) % 4;

	expect(verb == 0 ? bits_and(b, other) : verb == 1 ? bits_or(b, other) :
	       verb == 2 ? bits_xor(b, other) : bits_andnot(b, other), 0);
	for (size_t i = 0; i < CAPACITY; i++)
		set[i] = verb == 0 ? set[i] && from[i] :
			 verb == 1 ? set[i] || from[i] :
			 verb == 2 ? set[i] != from[i] : set[i] && !from[i];
}

static void claim(struct bits *b, bool *set, struct fuzz_input *input)
{
	size_t count = fuzz_byte(input) % 100;
	size_t start = model_run(set, count);
	size_t found = 0;
	int err;

	if (!count) {
		err = bits_claim(b, &found);
		count = 1;
		start = model_find(set, 0, false);
	} else {
		err = bits_claim_run(b, count, &found);
	}
	expect_index(err, found, start, -ENOSPC);
	FUZZ_CHECK(err || found + count <= CAPACITY);
	if (start < CAPACITY)
		memset(set + start, true, count);
}

static void find_runs(const struct bits *b, const bool *set,
		      struct fuzz_input *input)
{
	size_t count = fuzz_byte(input);
	size_t start = 0;
	int err = bits_find_run(b, count, &start);

	if (count)
		expect_index(err, start, model_run(set, count), -ENOENT);
	else
		FUZZ_CHECK(err == -EINVAL);
}

static void search(const struct bits *b, const bool *set,
		   struct fuzz_input *input)
{
	size_t from = fuzz_byte(input);
	size_t cursor = from;
	size_t index = 0;
	size_t start = from < CAPACITY ? from : CAPACITY;
	int err = bits_next(b, &cursor, &index);

	expect_index(err, index, model_find(set, start, true), -ENOENT);
	FUZZ_CHECK(err || cursor == index + 1);
	cursor = from;
	err = bits_next_clear(b, &cursor, &index);
	expect_index(err, index, model_find(set, start, false), -ENOENT);
	err = bits_first(b, &index);
	expect_index(err, index, model_find(set, 0, true), -ENOENT);
	err = bits_first_clear(b, &index);
	expect_index(err, index, model_find(set, 0, false), -ENOENT);
	err = bits_last(b, &index);
	FUZZ_CHECK(err ? err == -ENOENT : index < CAPACITY);
	if (!is_hostile && !err)
		FUZZ_CHECK(set[index] &&
			   model_find(set, index + 1, true) == CAPACITY);
	err = bits_last_clear(b, &index);
	FUZZ_CHECK(err ? err == -ENOENT : index < CAPACITY);
	if (!is_hostile && !err)
		FUZZ_CHECK(!set[index] &&
			   model_find(set, index + 1, false) == CAPACITY);
}

static void count_ranges(const struct bits *b, const bool *set,
			 struct fuzz_input *input)
{
	size_t from = fuzz_below(input, CAPACITY + 4);
	size_t to = fuzz_below(input, CAPACITY + 4);
	size_t count = 0;
	size_t expected;

	if (from > to || to > CAPACITY) {
		FUZZ_CHECK(bits_count_range(b, from, to, &count) == -ERANGE);
		return;
	}
	expected = model_count(set, from, to);
	FUZZ_CHECK(!bits_count_range(b, from, to, &count));
	FUZZ_CHECK(count <= to - from);
	if (is_hostile)
		return;
	FUZZ_CHECK(count == expected);
	FUZZ_CHECK(bits_contains_range(b, from, to) == (count == to - from));
	FUZZ_CHECK(bits_intersects_range(b, from, to) == (count > 0));
}

static void relate(const struct bits *b, const struct bits *other)
{
	size_t common = 0;
	size_t count;

	FUZZ_CHECK(!bits_count_common(b, other, &count));
	FUZZ_CHECK(count <= CAPACITY);
	if (is_hostile)
		return;
	for (size_t i = 0; i < CAPACITY; i++)
		common += model[0][i] && model[1][i];
	FUZZ_CHECK(count == common);
	FUZZ_CHECK(bits_intersects(b, other) == (common > 0));
	FUZZ_CHECK(bits_is_subset(b, other) ==
		   (common == model_count(model[0], 0, CAPACITY)));
	FUZZ_CHECK(bits_is_equal(b, other) ==
		   !memcmp(model[0], model[1], CAPACITY));
}

static void compare(const struct bits *b, const bool *set)
{
	size_t count = model_count(set, 0, CAPACITY);
	struct bm_bits pass = { 0, 0, 0 };
	struct bm_bits clear_pass = { 0, 0, 0 };
	size_t index;

	FUZZ_CHECK(!bits_invariants(b));
	FUZZ_CHECK(bits_len(b) == count);
	FUZZ_CHECK(bits_is_empty(b) == !count);
	FUZZ_CHECK(bits_is_full(b) == (count == CAPACITY));
	for (size_t i = 0; i < CAPACITY; i++) {
		FUZZ_CHECK(bits_contains(b, i) == set[i]);
		FUZZ_CHECK(set[i] ? !bits_each(b, &pass, &index) :
				    !bits_each_clear(b, &clear_pass, &index));
		FUZZ_CHECK(index == i);
	}
	FUZZ_CHECK(bits_each(b, &pass, &index) == -ENOENT);
	FUZZ_CHECK(bits_each_clear(b, &clear_pass, &index) == -ENOENT);
}

static void damage(const struct bits *b, struct fuzz_input *input)
{
	unsigned char *bytes = (unsigned char *)b->bitset.object;

	bytes[fuzz_below(input, (uint32_t)BM_BYTES(bits))] = fuzz_byte(input);
}

static void whole(struct bits *b, bool *set, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 8) {
	case 0:
		bits_clear(b);
		FUZZ_CHECK(!bits_len(b));
		memset(set, false, CAPACITY);
		break;
	case 1:
		expect(bits_set_all(b), 0);
		memset(set, true, CAPACITY);
		break;
	default:
		expect(bits_repair(b), 0);
	}
}

static void operate(struct bits *b, struct fuzz_input *input)
{
	uint8_t verb = fuzz_byte(input);
	int which = verb >> 7;

	switch (verb % 16) {
	case 0: case 1: case 2: case 3: case 4:
		one(&b[which], model[which], input);
		break;
	case 5: case 6:
		range(&b[which], model[which], input);
		break;
	case 7:
		combine(&b[which], &b[!which], model[which], model[!which], input);
		break;
	case 8: case 9:
		claim(&b[which], model[which], input);
		break;
	case 10:
		find_runs(&b[which], model[which], input);
		break;
	case 11: case 12:
		search(&b[which], model[which], input);
		break;
	case 13:
		count_ranges(&b[which], model[which], input);
		break;
	case 14:
		relate(&b[0], &b[1]);
		break;
	default:
		whole(&b[which], model[which], input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + 2 * BM_BYTES(bits));
	struct fuzz_input input = { bytes, size };
	struct bits b[2];

	memset(model, false, sizeof(model));
	is_hostile = fuzz_byte(&input) % 4 == 3;
	FUZZ_CHECK(!bits_create(&b[0], region, "one"));
	FUZZ_CHECK(!bits_create(&b[1], region, "two"));
	while (!fuzz_at_end(&input)) {
		operate(b, &input);
		if (is_hostile) {
			damage(&b[fuzz_byte(&input) % 2], &input);
		} else {
			compare(&b[0], model[0]);
			compare(&b[1], model[1]);
		}
	}
	if (is_hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
