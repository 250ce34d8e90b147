// SPDX-License-Identifier: MIT
/*
 * bitset_test.c: exact behaviour of bitsets
 */
#include "cmocka_test.h"

/* A last word with room, one without, and one word alone. */
#define BITS	700

BM_BITSET(bits, BITS)
BM_BITSET(lines, 1024)
BM_BITSET(five, 5)
BM_BITSET_CHECKED(twice, 100, redundant)
BM_BITSET_CHECKED(every_bits, 100, every)

static struct bm_region region;
static struct bits b;

static int set_up(void **state)
{
	(void)state;
	region = take_region(BM_REGION_OVERHEAD + 4 * BM_BYTES(lines));
	return bits_create(&b, region, "bits");
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static uint64_t *words_of(const struct bm_handle *bitset)
{
	return (uint64_t *)(bitset->object + 1);
}

static void check_ones(const struct bits *set, size_t count, const size_t *ones)
{
	struct bm_bits pass = { 0, 0, 0 };
	size_t cursor = 0;
	size_t index;

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(bits_next(set, &cursor, &index), 0);
		assert_int_equal(index, ones[i]);
		assert_int_equal(bits_each(set, &pass, &index), 0);
		assert_int_equal(index, ones[i]);
		assert_true(bits_contains(set, index));
	}
	assert_int_equal(bits_next(set, &cursor, &index), -ENOENT);
	assert_int_equal(bits_next(set, &cursor, &index), -ENOENT);
	assert_int_equal(bits_each(set, &pass, &index), -ENOENT);
	assert_int_equal(bits_each(set, &pass, &index), -ENOENT);
	assert_int_equal(bits_len(set), count);
	assert_int_equal(bits_invariants(set), 0);
	check_layout(region);
}

#define CHECK_ONES(set, ...)						\
	check_ones(set, sizeof((size_t[]){ __VA_ARGS__ }) / sizeof(size_t), \
		   (size_t[]){ __VA_ARGS__ })

static void new_bitset_is_empty(void **state)
{
	size_t index = 7;
	bool value = true;

	(void)state;
	assert_true(bits_is_empty(&b));
	assert_false(bits_is_full(&b));
	assert_int_equal(bits_capacity(&b), BITS);
	assert_int_equal(bits_first(&b, &index), -ENOENT);
	assert_int_equal(bits_last(&b, &index), -ENOENT);
	assert_int_equal(index, 7);
	assert_int_equal(bits_get(&b, 0, &value), 0);
	assert_false(value);
	assert_int_equal(bits_first_clear(&b, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(bits_last_clear(&b, &index), 0);
	assert_int_equal(index, BITS - 1);
	check_ones(&b, 0, NULL);
}

/* Contents of a fresh object may be anything. */
static void rubbish_in_the_region_is_not_taken_for_bits(void **state)
{
	struct five f;

	(void)state;
	memset((char *)(b.bitset.object + 1) + 128, 0xff, 256);
	assert_int_equal(five_create(&f, region, "five"), 0);
	assert_true(five_is_empty(&f));
	assert_int_equal(five_invariants(&f), 0);
}

static void insert_and_remove_say_what_was(void **state)
{
	(void)state;
	assert_int_equal(bits_insert(&b, 699), 0);
	assert_int_equal(bits_insert(&b, 699), -EEXIST);
	assert_int_equal(bits_insert(&b, 64), 0);
	assert_int_equal(bits_insert(&b, 63), 0);
	CHECK_ONES(&b, 63, 64, 699);
	assert_int_equal(bits_remove(&b, 64), 0);
	assert_int_equal(bits_remove(&b, 64), -ENOENT);
	CHECK_ONES(&b, 63, 699);
}

static void set_and_toggle_do_not_care_what_was(void **state)
{
	(void)state;
	assert_int_equal(bits_set(&b, 1, true), 0);
	assert_int_equal(bits_set(&b, 1, true), 0);
	assert_int_equal(bits_set(&b, 2, false), 0);
	assert_int_equal(bits_toggle(&b, 3), 0);
	assert_int_equal(bits_toggle(&b, 4), 0);
	assert_int_equal(bits_toggle(&b, 4), 0);
	CHECK_ONES(&b, 1, 3);
	assert_int_equal(bits_set(&b, 1, false), 0);
	CHECK_ONES(&b, 3);
}

static void beyond_the_end_is_an_error(void **state)
{
	size_t wrong[] = { BITS, BITS + 1, 703, 704, 1 << 20, SIZE_MAX };
	size_t cursor;
	size_t index;
	bool value;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(bits_insert(&b, wrong[i]), -ERANGE);
		assert_int_equal(bits_remove(&b, wrong[i]), -ERANGE);
		assert_int_equal(bits_set(&b, wrong[i], true), -ERANGE);
		assert_int_equal(bits_toggle(&b, wrong[i]), -ERANGE);
		assert_int_equal(bits_get(&b, wrong[i], &value), -ERANGE);
		assert_false(bits_contains(&b, wrong[i]));
		cursor = wrong[i];
		assert_int_equal(bits_next(&b, &cursor, &index), -ENOENT);
		assert_int_equal(bits_next_clear(&b, &cursor, &index), -ENOENT);
	}
	check_ones(&b, 0, NULL);
}

static void full_bitset(void **state)
{
	size_t index = 7;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(bits_set_all(&b), 0);
	assert_true(bits_is_full(&b));
	assert_int_equal(bits_len(&b), BITS);
	assert_int_equal(bits_first_clear(&b, &index), -ENOENT);
	assert_int_equal(bits_last_clear(&b, &index), -ENOENT);
	assert_int_equal(bits_next_clear(&b, &cursor, &index), -ENOENT);
	assert_int_equal(bits_claim(&b, &index), -ENOSPC);
	assert_int_equal(bits_claim_run(&b, 2, &index), -ENOSPC);
	assert_int_equal(index, 7);
	assert_int_equal(b.bitset.object->refused, 2);
	assert_int_equal(header_of(region)->refused, 2);
	assert_int_equal(bits_last(&b, &index), 0);
	assert_int_equal(index, BITS - 1);
	assert_int_equal(bits_invariants(&b), 0);
	bits_clear(&b);
	check_ones(&b, 0, NULL);
}

static void searches_for_clear_bits(void **state)
{
	struct bm_bits pass = { 0, 0, 0 };
	size_t cursor = 0;
	size_t index;

	(void)state;
	assert_int_equal(bits_set_all(&b), 0);
	assert_int_equal(bits_remove(&b, 5), 0);
	assert_int_equal(bits_remove(&b, 640), 0);
	assert_int_equal(bits_first_clear(&b, &index), 0);
	assert_int_equal(index, 5);
	assert_int_equal(bits_last_clear(&b, &index), 0);
	assert_int_equal(index, 640);
	assert_int_equal(bits_next_clear(&b, &cursor, &index), 0);
	assert_int_equal(bits_next_clear(&b, &cursor, &index), 0);
	assert_int_equal(index, 640);
	assert_int_equal(bits_next_clear(&b, &cursor, &index), -ENOENT);
	assert_int_equal(bits_each_clear(&b, &pass, &index), 0);
	assert_int_equal(index, 5);
	assert_int_equal(bits_each_clear(&b, &pass, &index), 0);
	assert_int_equal(index, 640);
	assert_int_equal(bits_each_clear(&b, &pass, &index), -ENOENT);
}

static void claim_takes_the_first_clear_bit(void **state)
{
	size_t index;

	(void)state;
	for (size_t i = 0; i < 130; i++) {
		assert_int_equal(bits_claim(&b, &index), 0);
		assert_int_equal(index, i);
	}
	assert_int_equal(bits_remove(&b, 70), 0);
	assert_int_equal(bits_claim(&b, &index), 0);
	assert_int_equal(index, 70);
	assert_int_equal(bits_len(&b), 130);
}

/* Every length of a run, at every place in two words, found and not one more. */
static void runs_are_found_wherever_they_are(void **state)
{
	size_t start;

	(void)state;
	for (size_t at = 1; at < 140; at++) {
		for (size_t count = 1; count < 200; count += count < 70 ? 1 : 17) {
			assert_int_equal(bits_set_all(&b), 0);
			assert_int_equal(bits_remove_range(&b, at, at + count), 0);
			assert_int_equal(bits_find_run(&b, count, &start), 0);
			assert_int_equal(start, at);
			assert_int_equal(bits_find_run(&b, count + 1, &start),
					 -ENOENT);
		}
	}
}

static void runs_are_the_first_that_fit(void **state)
{
	size_t start = 7;

	(void)state;
	assert_int_equal(bits_find_run(&b, 0, &start), -EINVAL);
	assert_int_equal(bits_claim_run(&b, 0, &start), -EINVAL);
	assert_int_equal(bits_claim_run(&b, BITS + 1, &start), -ENOSPC);
	assert_int_equal(bits_claim_run(&b, SIZE_MAX, &start), -ENOSPC);
	assert_int_equal(start, 7);
	assert_int_equal(bits_set_all(&b), 0);
	assert_int_equal(bits_remove_range(&b, 10, 12), 0);
	assert_int_equal(bits_remove_range(&b, 60, 70), 0);
	assert_int_equal(bits_remove_range(&b, 80, 83), 0);
	assert_int_equal(bits_claim_run(&b, 3, &start), 0);
	assert_int_equal(start, 60);
	assert_int_equal(bits_claim_run(&b, 2, &start), 0);
	assert_int_equal(start, 10);
	assert_int_equal(bits_claim_run(&b, 7, &start), 0);
	assert_int_equal(start, 63);
	assert_int_equal(bits_claim_run(&b, 3, &start), 0);
	assert_int_equal(start, 80);
	assert_true(bits_is_full(&b));
	bits_clear(&b);
	assert_int_equal(bits_claim_run(&b, BITS, &start), 0);
	assert_int_equal(start, 0);
	assert_true(bits_is_full(&b));
	assert_int_equal(bits_invariants(&b), 0);
}

static void ranges_change_nothing_else(void **state)
{
	size_t count;

	(void)state;
	for (size_t from = 0; from <= 200; from += 7) {
		for (size_t to = from; to <= 210; to++) {
			bits_clear(&b);
			assert_int_equal(bits_insert_range(&b, from, to), 0);
			assert_int_equal(bits_len(&b), to - from);
			assert_true(bits_contains_range(&b, from, to));
			assert_false(bits_contains_range(&b, from, to + 1));
			assert_int_equal(bits_intersects_range(&b, from, to),
					 from != to);
			assert_false(bits_intersects_range(&b, 0, from));
			assert_false(bits_intersects_range(&b, to, BITS));
			assert_int_equal(bits_count_range(&b, from, BITS, &count),
					 0);
			assert_int_equal(count, to - from);
			assert_int_equal(bits_count_range(&b, 0, from, &count), 0);
			assert_int_equal(count, 0);
			assert_int_equal(bits_toggle_range(&b, 0, BITS), 0);
			assert_int_equal(bits_len(&b), BITS - (to - from));
			assert_int_equal(bits_remove_range(&b, to, BITS), 0);
			assert_int_equal(bits_len(&b), from);
			assert_int_equal(bits_invariants(&b), 0);
		}
	}
}

static void wrong_ranges_are_errors(void **state)
{
	size_t wrong[][2] = { { 0, BITS + 1 }, { 2, 1 }, { BITS, BITS + 4 },
			      { SIZE_MAX, SIZE_MAX }, { 0, SIZE_MAX } };
	size_t count = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		size_t from = wrong[i][0];
		size_t to = wrong[i][1];

		assert_int_equal(bits_insert_range(&b, from, to), -ERANGE);
		assert_int_equal(bits_remove_range(&b, from, to), -ERANGE);
		assert_int_equal(bits_toggle_range(&b, from, to), -ERANGE);
		assert_int_equal(bits_count_range(&b, from, to, &count), -ERANGE);
		assert_false(bits_contains_range(&b, from, to));
		assert_false(bits_intersects_range(&b, from, to));
	}
	assert_int_equal(count, 7);
	assert_int_equal(bits_insert_range(&b, BITS, BITS), 0);
	check_ones(&b, 0, NULL);
}

static void fill_with_multiples(struct bits *set, size_t of)
{
	bits_clear(set);
	for (size_t i = 0; i < BITS; i += of)
		assert_int_equal(bits_insert(set, i), 0);
}

static bool is_multiple(size_t i, size_t of)
{
	return i % of == 0;
}

static void two_bitsets(void **state)
{
	struct bits other;
	size_t count;

	(void)state;
	assert_int_equal(bits_create(&other, region, "other"), 0);
	fill_with_multiples(&other, 3);
	for (int verb = 0; verb < 4; verb++) {
		fill_with_multiples(&b, 2);
		assert_int_equal(verb == 0 ? bits_and(&b, &other) :
				 verb == 1 ? bits_or(&b, &other) :
				 verb == 2 ? bits_xor(&b, &other) :
					     bits_andnot(&b, &other), 0);
		for (size_t i = 0; i < BITS; i++) {
			bool two = is_multiple(i, 2);
			bool three = is_multiple(i, 3);
			bool expected = verb == 0 ? two && three :
					verb == 1 ? two || three :
					verb == 2 ? two != three : two && !three;

			assert_int_equal(bits_contains(&b, i), expected);
		}
		assert_int_equal(bits_invariants(&b), 0);
	}
	fill_with_multiples(&b, 2);
	assert_int_equal(bits_count_common(&b, &other, &count), 0);
	assert_int_equal(count, 117);
	assert_int_equal(bits_xor(&b, &b), 0);
	check_ones(&b, 0, NULL);
}

static void bitsets_are_compared(void **state)
{
	struct bits other;

	(void)state;
	assert_int_equal(bits_create(&other, region, "other"), 0);
	assert_true(bits_is_equal(&b, &other));
	assert_true(bits_is_subset(&b, &other));
	assert_false(bits_intersects(&b, &other));
	fill_with_multiples(&b, 6);
	fill_with_multiples(&other, 3);
	assert_true(bits_is_subset(&b, &other));
	assert_false(bits_is_subset(&other, &b));
	assert_true(bits_intersects(&b, &other));
	assert_false(bits_is_equal(&b, &other));
	bits_clear(&b);
	bits_clear(&other);
	assert_int_equal(bits_insert(&b, BITS - 1), 0);
	assert_false(bits_is_subset(&b, &other));
	assert_false(bits_is_equal(&b, &other));
	assert_int_equal(bits_insert(&other, BITS - 1), 0);
	assert_true(bits_intersects(&b, &other));
	assert_true(bits_is_equal(&b, &other));
}

static void bits_beyond_the_end_are_never_given(void **state)
{
	struct bits other;
	size_t index = 7;
	size_t cursor = 0;
	struct bm_bits pass = { 0, 0, 0 };
	size_t count;

	(void)state;
	assert_int_equal(bits_create(&other, region, "other"), 0);
	words_of(&b.bitset)[BITS / 64] = ~UINT64_C(0) << (BITS % 64);
	assert_int_equal(bits_invariants(&b), -EUCLEAN);
	assert_int_equal(bits_repair(&b), -EUCLEAN);
	assert_int_equal(bits_first(&b, &index), -ENOENT);
	assert_int_equal(bits_last(&b, &index), -ENOENT);
	assert_int_equal(bits_next(&b, &cursor, &index), -ENOENT);
	assert_int_equal(bits_each(&b, &pass, &index), -ENOENT);
	assert_int_equal(bits_len(&b), 0);
	assert_true(bits_is_empty(&b));
	assert_true(bits_is_equal(&b, &other));
	assert_true(bits_is_subset(&b, &other));
	assert_false(bits_intersects(&b, &b));
	assert_int_equal(bits_count_common(&b, &b, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(bits_or(&other, &b), 0);
	assert_int_equal(bits_invariants(&other), 0);
	words_of(&b.bitset)[BITS / 64] = 0;
	assert_int_equal(bits_insert_range(&b, 0, BITS), 0);
	words_of(&b.bitset)[BITS / 64] ^= UINT64_C(1) << (BITS % 64);
	assert_int_equal(bits_first_clear(&b, &index), -ENOENT);
	words_of(&b.bitset)[BITS / 64] |= ~UINT64_C(0) << (BITS % 64);
	assert_true(bits_is_full(&b));
	bits_clear(&b);
	check_ones(&b, 0, NULL);
}

static void numbers_in_the_header_are_damage(void **state)
{
	(void)state;
	b.bitset.object->len = 1;
	assert_int_equal(bits_invariants(&b), -EUCLEAN);
	assert_int_equal(bits_insert(&b, 3), 0);
	assert_int_equal(bits_len(&b), 1);
	b.bitset.object->len = 0;
	b.bitset.object->peak = 1;
	assert_int_equal(bits_invariants(&b), -EUCLEAN);
	bits_clear(&b);
	assert_int_equal(bits_invariants(&b), 0);
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	size_t index;

	(void)state;
	assert_int_equal(bits_insert(&b, 3), 0);
	b.bitset.object->updating = 1;
	assert_int_equal(bits_insert(&b, 4), -EOWNERDEAD);
	assert_int_equal(bits_remove(&b, 3), -EOWNERDEAD);
	assert_int_equal(bits_set(&b, 4, true), -EOWNERDEAD);
	assert_int_equal(bits_toggle(&b, 4), -EOWNERDEAD);
	assert_int_equal(bits_claim(&b, &index), -EOWNERDEAD);
	assert_int_equal(bits_claim_run(&b, 2, &index), -EOWNERDEAD);
	assert_int_equal(bits_insert_range(&b, 0, 9), -EOWNERDEAD);
	assert_int_equal(bits_remove_range(&b, 0, 9), -EOWNERDEAD);
	assert_int_equal(bits_toggle_range(&b, 0, 9), -EOWNERDEAD);
	assert_int_equal(bits_set_all(&b), -EOWNERDEAD);
	assert_int_equal(bits_and(&b, &b), -EOWNERDEAD);
	assert_int_equal(bits_or(&b, &b), -EOWNERDEAD);
	assert_int_equal(bits_xor(&b, &b), -EOWNERDEAD);
	assert_int_equal(bits_andnot(&b, &b), -EOWNERDEAD);
	assert_int_equal(bits_invariants(&b), -EOWNERDEAD);
	assert_true(bits_contains(&b, 3));
	assert_int_equal(bits_repair(&b), 0);
	CHECK_ONES(&b, 3);
}

static void small_and_whole_words(void **state)
{
	struct lines l;
	struct five f;
	size_t count = 0;
	size_t index;

	(void)state;
	assert_int_equal(lines_create(&l, region, "lines"), 0);
	assert_int_equal(five_create(&f, region, "five"), 0);
	assert_int_equal(BM_BYTES(five), 128);
	assert_int_equal(BM_BYTES(lines), 64 + 128);
	assert_int_equal(lines_set_all(&l), 0);
	assert_int_equal(lines_len(&l), 1024);
	assert_true(lines_is_full(&l));
	for (struct bm_bits bits = { 0 }; !lines_each(&l, &bits, &index); count++)
		assert_int_equal(index, count);
	assert_int_equal(count, 1024);
	assert_int_equal(lines_remove(&l, 1023), 0);
	assert_int_equal(lines_first_clear(&l, &index), 0);
	assert_int_equal(index, 1023);
	assert_int_equal(lines_invariants(&l), 0);
	assert_int_equal(five_set_all(&f), 0);
	assert_int_equal(words_of(&f.bitset)[0], 31);
	assert_int_equal(five_first_clear(&f, &index), -ENOENT);
	assert_int_equal(five_last(&f, &index), 0);
	assert_int_equal(index, 4);
	assert_int_equal(five_invariants(&f), 0);
}

static void attached_by_name_and_bound_by_capacity(void **state)
{
	struct bm_mismatch mismatch;
	struct bits again;
	struct five f;

	(void)state;
	assert_int_equal(bits_insert(&b, 77), 0);
	assert_int_equal(bits_attach(&again, region, "bits", NULL), 0);
	CHECK_ONES(&again, 77);
	assert_int_equal(five_attach(&f, region, "bits", &mismatch), -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "capacity");
}

/* All of it is used, whatever the bits are. */
static void counters_of_the_pool_do_not_move(void **state)
{
	uint64_t used = header_of(region)->used;

	(void)state;
	assert_int_equal(used, BM_REGION_OVERHEAD + BM_BYTES(bits));
	assert_int_equal(bits_set_all(&b), 0);
	bits_clear(&b);
	assert_int_equal(header_of(region)->used, used);
	check_layout(region);
}

static void redundant_finds_a_changed_bit(void **state)
{
	struct twice t;
	size_t count;
	bool value;

	(void)state;
	assert_int_equal(twice_create(&t, region, "twice"), 0);
	assert_int_equal(twice_insert(&t, 99), 0);
	assert_int_equal(twice_insert_range(&t, 0, 90), 0);
	words_of(&t.bitset)[0] ^= 4;
	assert_int_equal(twice_get(&t, 1, &value), -EUCLEAN);
	assert_int_equal(twice_insert(&t, 95), -EUCLEAN);
	assert_int_equal(twice_or(&t, &t), -EUCLEAN);
	assert_int_equal(twice_count(&t, &count), -EUCLEAN);
	words_of(&t.bitset)[0] ^= 4;
	assert_int_equal(twice_count(&t, &count), 0);
	assert_int_equal(count, 91);
}

static void every_verb_looks_at_both(void **state)
{
	struct every_bits one;
	struct every_bits other;
	size_t count;

	(void)state;
	assert_int_equal(every_bits_create(&one, region, "one"), 0);
	assert_int_equal(every_bits_create(&other, region, "two"), 0);
	words_of(&other.bitset)[1] = UINT64_C(1) << 36;
	assert_int_equal(every_bits_or(&one, &other), -EUCLEAN);
	assert_int_equal(every_bits_or(&other, &one), -EUCLEAN);
	assert_int_equal(every_bits_count_common(&one, &other, &count), -EUCLEAN);
	assert_int_equal(every_bits_count_common(&other, &one, &count), -EUCLEAN);
	assert_int_equal(every_bits_claim(&other, &count), -EUCLEAN);
	assert_int_equal(every_bits_claim(&one, &count), 0);
}

static void name_that_is_taken_is_refused(void **state)
{
	struct bits other;

	(void)state;
	assert_int_equal(bits_insert(&b, 77), 0);
	assert_int_equal(bits_create(&other, region, "bits"), -EEXIST);
	CHECK_ONES(&b, 77);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_bitset_is_empty),
		CASE(name_that_is_taken_is_refused),
		CASE(rubbish_in_the_region_is_not_taken_for_bits),
		CASE(insert_and_remove_say_what_was),
		CASE(set_and_toggle_do_not_care_what_was),
		CASE(beyond_the_end_is_an_error),
		CASE(full_bitset),
		CASE(searches_for_clear_bits),
		CASE(claim_takes_the_first_clear_bit),
		CASE(runs_are_found_wherever_they_are),
		CASE(runs_are_the_first_that_fit),
		CASE(ranges_change_nothing_else),
		CASE(wrong_ranges_are_errors),
		CASE(two_bitsets),
		CASE(bitsets_are_compared),
		CASE(bits_beyond_the_end_are_never_given),
		CASE(numbers_in_the_header_are_damage),
		CASE(interrupted_update_stops_writing_until_repair),
		CASE(small_and_whole_words),
		CASE(attached_by_name_and_bound_by_capacity),
		CASE(counters_of_the_pool_do_not_move),
		CASE(redundant_finds_a_changed_bit),
		CASE(every_verb_looks_at_both),
	};

	return cmocka_run_group_tests_name("bitset", tests, NULL, NULL);
}
