// SPDX-License-Identifier: MIT
/*
 * Bitsets of CAPACITY bits in CONTENTS bytes, from every state of the pool; one verb
 * from there.
 *
 * Bits behind the last are a neighbour's affair: no verb gives or changes one.
 */
#include <budgetmem/bitset.h>

#include "pool.h"
#include "ones.h"
#include "runs.c"
#include "bitset.c"

BM_BITSET(bits, CAPACITY)

#define SET_WORDS	((CAPACITY + 63) / 64)

static uint64_t was[SET_WORDS];
static bool was_sound;

static uint64_t word_now(uint32_t word)
{
	uint64_t bits;

	memcpy(&bits, CONTENTS_NOW + word * sizeof(bits), sizeof(bits));
	return bits;
}

static struct bits any_bitset(void)
{
	struct bits b = { .bitset = any_object(CAPACITY, 0) };

	for (uint32_t i = 0; i < SET_WORDS; i++)
		was[i] = word_now(i);
	was_sound = !bits_invariants(&b);
	return b;
}

static bool had(size_t index)
{
	return was[index / 64] >> (index % 64) & 1;
}

static bool has(size_t index)
{
	return word_now((uint32_t)index / 64) >> (index % 64) & 1;
}

/* The bits of a word that are from @from to before @to. */
static uint64_t between(uint32_t word, size_t from, size_t to)
{
	uint64_t first = word * 64, mask = ~(uint64_t)0;

	if (to <= first || from >= first + 64)
		return 0;
	if (from > first)
		mask &= ~(uint64_t)0 << (from - first);
	if (to < first + 64)
		mask &= ~(~(uint64_t)0 << (to - first));
	return mask;
}

/* Is one of the bits from @from to before @to what is looked for? */
static bool any_between(size_t from, size_t to, uint64_t flip)
{
	for (uint32_t i = 0; i < SET_WORDS; i++)
		if ((was[i] ^ flip) & between(i, from, to))
			return true;
	return false;
}

static int write_error(void)
{
	return if_so(before.object.updating, -EOWNERDEAD);
}

static int index_error(size_t index)
{
	return either(write_error(), if_so(index >= CAPACITY, -ERANGE));
}

/* After a verb that changed bits or refused to: nothing else is different. */
static void assert_only_bits(const struct bits *b, int err)
{
	assert_headers_kept(err);
	assert(!was_sound || !bits_invariants(b));
	if (err)
		assert_contents_kept();
}

/* One bit is what it has to be, and every other one what it was. */
static void assert_bit(const struct bits *b, int err, size_t index, bool value)
{
	uint32_t i = any_below(SET_WORDS * 64);

	assert_only_bits(b, err);
	if (!err || err == -EEXIST || err == -ENOENT)
		assert(has(i) == (i == index ? value : had(i)));
}

void prove_bitset_insert(void)
{
	struct bits b = any_bitset();
	size_t index = nondet_u64();
	int err = bits_insert(&b, index);
	int refused = index_error(index);

	assert(err == (refused ? refused : if_so(had(index), -EEXIST)));
	assert_bit(&b, err, index, true);
	REACHED();
}

void prove_bitset_remove(void)
{
	struct bits b = any_bitset();
	size_t index = nondet_u64();
	int err = bits_remove(&b, index);
	int refused = index_error(index);

	assert(err == (refused ? refused : if_so(!had(index), -ENOENT)));
	assert_bit(&b, err, index, false);
	REACHED();
}

/* And toggle, which is to set what is not there. */
void prove_bitset_set(void)
{
	struct bits b = any_bitset();
	size_t index = nondet_u64();
	bool is_toggle = nondet_bool(), value = nondet_bool();
	int err = is_toggle ? bits_toggle(&b, index) : bits_set(&b, index, value);

	assert(err == index_error(index));
	if (!err && is_toggle)
		value = !had(index);
	assert_bit(&b, err, index, value);
	REACHED();
}

void prove_bitset_get(void)
{
	struct bits b = any_bitset();
	size_t index = nondet_u64();
	bool untouched = nondet_bool(), value = untouched;
	int err = bits_get(&b, index, &value);

	assert(err == if_so(index >= CAPACITY, -ERANGE));
	assert(value == (err ? untouched : had(index)));
	assert(bits_contains(&b, index) == (!err && value));
	assert_nothing_done(0);
	REACHED();
}

/* One or clear bits, the first and the last, and from any place on. */
void prove_bitset_next(void)
{
	struct bits b = any_bitset();
	bool clear = nondet_bool();
	size_t from = nondet_u64(), cursor = from, index = CAPACITY;
	uint64_t flip = clear ? ~(uint64_t)0 : 0;
	int err = clear ? bits_next_clear(&b, &cursor, &index) :
			  bits_next(&b, &cursor, &index);

	assert(err == if_so(!any_between(from, CAPACITY, flip), -ENOENT));
	if (err) {
		assert(cursor == CAPACITY && index == CAPACITY);
	} else {
		assert(index >= from && index < CAPACITY && cursor == index + 1);
		assert(had(index) != clear);
		assert(!any_between(from, index, flip));
	}
	assert_nothing_done(0);
	REACHED();
}

void prove_bitset_first(void)
{
	struct bits b = any_bitset();
	bool clear = nondet_bool();
	size_t first = CAPACITY, last = CAPACITY;
	uint64_t flip = clear ? ~(uint64_t)0 : 0;
	int expected = if_so(!any_between(0, CAPACITY, flip), -ENOENT);
	int err = clear ? bits_first_clear(&b, &first) : bits_first(&b, &first);

	assert(err == expected);
	err = clear ? bits_last_clear(&b, &last) : bits_last(&b, &last);
	assert(err == expected);
	if (!err) {
		assert(first < CAPACITY && last < CAPACITY);
		assert(had(first) != clear && had(last) != clear);
		assert(!any_between(0, first, flip));
		assert(!any_between(last + 1, CAPACITY, flip));
	}
	assert((clear ? bits_is_full(&b) : bits_is_empty(&b)) == !!expected);
	assert_nothing_done(0);
	REACHED();
}

/* From every place in a pass: some bits of the word before @next are left. */
void prove_bitset_each(void)
{
	struct bits b = any_bitset();
	bool clear = nondet_bool();
	uint32_t word = any_below(SET_WORDS + 1);
	struct bm_bits pass = { nondet_u64(), word, nondet_u32() };
	uint64_t left = pass.left, flip = clear ? ~(uint64_t)0 : 0;
	size_t index = CAPACITY;
	int err;

	__CPROVER_assume(!left || (word && pass.first == word * 64 - 64));
	__CPROVER_assume(!left || !(left & ~between(word - 1, 0, CAPACITY)));
	err = clear ? bits_each_clear(&b, &pass, &index) :
		      bits_each(&b, &pass, &index);
	assert(pass.word <= SET_WORDS);
	assert(err == if_so(!left && !any_between(word * 64, CAPACITY, flip),
			    -ENOENT));
	if (err) {
		assert(index == CAPACITY && pass.word == SET_WORDS && !pass.left);
	} else {
		assert(index < CAPACITY && index / 64 == pass.word - 1);
		assert(pass.first == pass.word * 64 - 64);
		assert(!(pass.left & between(pass.word - 1, 0, index + 1)));
		if (left) {
			assert(pass.word == word);
		} else {
			assert(pass.word > word);
			assert(!any_between(word * 64, index, flip));
			left = (was[index / 64] ^ flip) &
			       between(pass.word - 1, 0, CAPACITY);
		}
		assert(left == (pass.left | (uint64_t)1 << index % 64));
	}
	assert_nothing_done(0);
	REACHED();
}

/* All three that change a range. */
void prove_bitset_range(void)
{
	struct bits b = any_bitset();
	size_t from = nondet_u64(), to = nondet_u64();
	uint32_t verb = any_below(3), i = any_below(SET_WORDS * 64);
	bool value = verb == 2 ? !had(i) : verb == 0;
	int err = verb == 0 ? bits_insert_range(&b, from, to) :
		  verb == 1 ? bits_remove_range(&b, from, to) :
			      bits_toggle_range(&b, from, to);

	assert(err == either(write_error(),
			     if_so(from > to || to > CAPACITY, -ERANGE)));
	assert_only_bits(&b, err);
	if (!err)
		assert(has(i) == (i >= from && i < to ? value : had(i)));
	REACHED();
}

void prove_bitset_contains_range(void)
{
	struct bits b = any_bitset();
	size_t from = nondet_u64(), to = nondet_u64();
	bool is_range = from <= to && to <= CAPACITY;

	assert(bits_contains_range(&b, from, to) ==
	       (is_range && !any_between(from, to, ~(uint64_t)0)));
	assert(bits_intersects_range(&b, from, to) ==
	       (is_range && any_between(from, to, 0)));
	assert_nothing_done(0);
	REACHED();
}

/* @count clear bits from @start on, or an error if there are none; the first ones. */
static void assert_run(int missing, size_t count, size_t start)
{
	size_t earlier = any_below(CAPACITY);

	assert(missing == -ENOENT || missing == if_so(!count, -EINVAL));
	if (!missing) {
		assert(count <= CAPACITY && start <= CAPACITY - count);
		assert(!any_between(start, start + count, 0));
	}
	if (count && count <= CAPACITY && earlier <= CAPACITY - count &&
	    (missing || earlier < start))
		assert(any_between(earlier, earlier + count, 0));
}

void prove_bitset_find_run(void)
{
	struct bits b = any_bitset();
	size_t count = nondet_u64(), start = CAPACITY;
	int err = bits_find_run(&b, count, &start);

	assert_run(err, count, start);
	assert(!err || start == CAPACITY);
	assert_nothing_done(0);
	REACHED();
}

void prove_bitset_claim_run(void)
{
	struct bits b = any_bitset();
	size_t count = nondet_u64(), start = CAPACITY;
	uint32_t i = any_below(SET_WORDS * 64);
	int err = bits_claim_run(&b, count, &start);

	assert(!write_error() || err == write_error());
	if (!write_error())
		assert_run(err == -ENOSPC ? -ENOENT : err, count, start);
	assert_only_bits(&b, err);
	assert(!err || start == CAPACITY);
	if (!err)
		assert(has(i) == (had(i) || (i >= start && i - start < count)));
	REACHED();
}

void prove_bitset_claim(void)
{
	struct bits b = any_bitset();
	size_t index = CAPACITY;
	int err = bits_claim(&b, &index);

	assert(!write_error() || err == write_error());
	if (!write_error())
		assert_run(err == -ENOSPC ? -ENOENT : err, 1, index);
	assert_bit(&b, err, index, true);
	REACHED();
}

static unsigned char other_memory[BM_OBJECT_OVERHEAD + CONTENTS]
	__attribute__((aligned(64)));

/* Another bitset, or the same one. */
static struct bits any_other(const struct bits *b)
{
	struct bits other = *b;

	__CPROVER_havoc_object(other_memory);
	if (nondet_bool())
		other.bitset.object = (struct bm_object *)other_memory;
	return other;
}

static bool expected_of_two(uint32_t verb, bool a, bool b)
{
	return verb == 0 ? a && b : verb == 1 ? a || b : verb == 2 ? a != b : a && !b;
}

/* Words behind the last one that is used are nobody's. */
void prove_bitset_combine(void)
{
	struct bits b = any_bitset(), other = any_other(&b);
	uint32_t verb = any_below(4), i = any_below(CAPACITY);
	uint64_t second = bm_bitset_load_(&other.bitset, i / 64);
	int err = verb == 0 ? bits_and(&b, &other) :
		  verb == 1 ? bits_or(&b, &other) :
		  verb == 2 ? bits_xor(&b, &other) : bits_andnot(&b, &other);

	assert(err == write_error());
	assert_only_bits(&b, err);
	if (!err)
		assert(has(i) == expected_of_two(verb, had(i),
						 second >> (i % 64) & 1));
	REACHED();
}

void prove_bitset_compare(void)
{
	struct bits b = any_bitset(), other = any_other(&b);
	bool is_subset = true, intersects = false, is_equal = true;

	for (uint32_t i = 0; i < SET_WORDS; i++) {
		uint64_t mask = between(i, 0, CAPACITY);
		uint64_t first = was[i] & mask;
		uint64_t second = bm_bitset_load_(&other.bitset, i) & mask;

		is_subset &= !(first & ~second);
		intersects |= !!(first & second);
		is_equal &= first == second;
	}
	assert(bits_is_subset(&b, &other) == is_subset);
	assert(bits_intersects(&b, &other) == intersects);
	assert(bits_is_equal(&b, &other) == is_equal);
	assert_nothing_done(0);
	REACHED();
}

/* How many ones are from @from to before @to in what was and in @other too. */
static size_t count_between(size_t from, size_t to, const uint64_t *other)
{
	size_t count = 0;

	for (uint32_t i = 0; i < SET_WORDS; i++)
		count += bm_word_ones(was[i] & other[i] & between(i, from, to));
	return count;
}

void prove_bitset_count_range(void)
{
	struct bits b = any_bitset();
	size_t from = nondet_u64(), to = nondet_u64();
	size_t untouched = nondet_u64(), count = untouched;
	int err = bits_count_range(&b, from, to, &count);

	assert(err == if_so(from > to || to > CAPACITY, -ERANGE));
	assert(count == (err ? untouched : count_between(from, to, was)));
	assert_nothing_done(0);
	REACHED();
}

/* All of them, and those that another one has too. */
void prove_bitset_count(void)
{
	struct bits b = any_bitset(), other = any_other(&b);
	uint64_t second[SET_WORDS];
	size_t count, common;

	for (uint32_t i = 0; i < SET_WORDS; i++)
		second[i] = bm_bitset_load_(&other.bitset, i);
	assert(!bits_count(&b, &count));
	assert(count == count_between(0, CAPACITY, was));
	assert(!bits_count_common(&b, &other, &common));
	assert(common == count_between(0, CAPACITY, second));
	assert_nothing_done(0);
	REACHED();
}

/* Each bit that there is, and none behind the last. */
void prove_bitset_set_all(void)
{
	struct bits b = any_bitset();
	uint32_t i = any_below(SET_WORDS * 64);
	int err = bits_set_all(&b);

	assert(err == write_error());
	assert_only_bits(&b, err);
	assert(err || has(i) == (i < CAPACITY || had(i)));
	REACHED();
}

void prove_bitset_clear(void)
{
	struct bits b = any_bitset();
	uint32_t i = any_below(CAPACITY);

	bits_clear(&b);
	assert(!has(i));
	assert_declaration_kept();
	assert_refused(false);
	assert(!OBJECT->len && !OBJECT->peak && !OBJECT->updating);
	assert(POOL.used == before.pool.used);
	assert(POOL.high_water == before.pool.high_water);
	assert(before.object.magic != BM_OBJECT_MAGIC ||
	       before.object.capacity != CAPACITY || before.object.element_size ||
	       !bits_invariants(&b));
	REACHED();
}

void prove_bitset_repair(void)
{
	struct bits b = any_bitset();
	bool is_damaged = before.object.len || before.object.peak ||
			  was[SET_WORDS - 1] & ~between(SET_WORDS - 1, 0, CAPACITY);
	int err = bits_repair(&b);

	assert(err == if_so(is_damaged, -EUCLEAN));
	assert_contents_kept();
	assert_declaration_kept();
	assert(OBJECT->updating == (err ? before.object.updating : 0));
	REACHED();
}
