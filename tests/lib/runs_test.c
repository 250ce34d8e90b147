// SPDX-License-Identifier: MIT
/*
 * runs_test.c: each way to go over long runs gives what going one by one gives
 *
 * Built three times: as the library is, with -DBM_PLAIN_C and with -mavx2. What the
 * library chooses when it runs is called by its own name here, whatever it would choose.
 */
#include "cmocka_test.h"

#include "../../userspace/lib/runs.c"

#include <stdio.h>

#define MOST_BYTES	200
#define MOST_WORDS	40

/* The functions of one width. */
struct way {
	size_t (*find_zero)(const unsigned char *bytes, size_t count);
	size_t (*find_upper)(const unsigned char *bytes, size_t count);
	bool (*copy_lines)(char *to, const char *from, size_t count);
	size_t (*count_common)(const uint64_t *words, const uint64_t *others,
			       size_t count);
	size_t (*find)(const uint64_t *words, size_t count, uint64_t flip);
	bool (*are_equal)(const uint64_t *words, const uint64_t *others, size_t count);
	bool (*have_common)(const uint64_t *words, const uint64_t *others, size_t count,
			    uint64_t flip);
	void (*combine)(uint64_t *into, const uint64_t *from, size_t lines,
			enum bm_bitset_operation operation);
};

#define WAY(name)							\
	{ find_zero_##name, find_upper_##name, copy_lines_##name,	\
	  count_common_##name, find_##name, are_equal_##name,		\
	  have_common_##name, combine_##name }

static const struct way always = WAY(always);
#ifdef BM_CHOICE_AT_RUN_TIME
static const struct way avx2 = WAY(avx2);
#endif

static uint64_t random_word(void)
{
	static uint64_t number = 1;

	number = number * UINT64_C(6364136223846793005) + 1442695040888963407;
	return number ^ number >> 29;
}

/*
 * Memory of its own, the given bytes at its end: a sanitizer finds what reads behind
 * them, and they lie at every offset to a line.
 */
static void *alone(size_t bytes)
{
	void *memory = malloc(bytes ? bytes : 1);

	assert_non_null(memory);
	return memory;
}

/* Every length and every place, with a later one that must not be found. */
static void finds_first(size_t (*find)(const unsigned char *bytes, size_t count),
			unsigned char usual, unsigned char wanted)
{
	for (size_t count = 0; count <= MOST_BYTES; count++) {
		unsigned char *memory = alone(count);

		memset(memory, usual, count);
		for (size_t i = count; i--; ) {
			assert_int_equal(find(memory + i, count - i), count - i);
			assert_int_equal(find(memory, i), i);
		}
		for (size_t i = count; i--; ) {
			memory[i] = wanted;
			assert_int_equal(find(memory, count), i);
			assert_int_equal(find(memory + i / 2, count - i / 2), i - i / 2);
		}
		free(memory);
	}
}

static void find_bytes(const struct way *way)
{
	finds_first(way->find_zero, 1, 0);
	finds_first(way->find_zero, 0x80, 0);
	finds_first(way->find_zero, 0xff, 0);
	finds_first(way->find_upper, 0, 0x80);
	finds_first(way->find_upper, 0x7f, 0xff);
}

static void check_copy(const struct way *way, const char *from, size_t count, bool upper)
{
	char *to = alone(count);

	memset(to, '?', count);
	assert_int_equal(way->copy_lines(to, from, count), upper);
	assert_memory_equal(to, from, count);
	free(to);
}

static void copy_all(const struct way *way)
{
	for (size_t count = BM_LINE; count <= MOST_BYTES; count++) {
		char *from = alone(count);

		for (size_t i = 0; i < count; i++)
			from[i] = (char)(random_word() & 0x7f);
		check_copy(way, from, count, false);
		for (size_t i = 0; i < count; i++) {
			from[i] = (char)(from[i] | 0x80);
			check_copy(way, from, count, true);
			from[i] = (char)(from[i] & 0x7f);
		}
		free(from);
	}
}

static size_t count_by_bit(const uint64_t *words, const uint64_t *others, size_t count)
{
	size_t ones = 0;

	for (size_t bit = 0; bit < count * 64; bit++)
		ones += (words[bit / 64] & others[bit / 64]) >> (bit % 64) & 1;
	return ones;
}

static void count_bits(const struct way *way)
{
	for (size_t count = 0; count <= MOST_WORDS; count++) {
		uint64_t *words = alone(count * sizeof(*words));
		uint64_t *others = alone(count * sizeof(*others));

		for (size_t i = 0; i < count; i++) {
			words[i] = random_word();
			others[i] = random_word();
		}
		assert_int_equal(way->count_common(words, others, count),
				 count_by_bit(words, others, count));
		free(others);
		free(words);
	}
}

/* Sums that are as large as they can be. */
static void count_many_bits(const struct way *way)
{
	static uint64_t words[4 * LINES_COUNTED * WORDS + 3];
	size_t all = sizeof(words) / sizeof(words[0]);

	memset(words, 0xff, sizeof(words));
	for (size_t count = all - 2 * WORDS * LINES_COUNTED; count <= all; count++)
		assert_int_equal(way->count_common(words, words, count), count * 64);
}

/* All words of one kind but one. */
static void find_words(const struct way *way)
{
	for (size_t count = 1; count <= MOST_WORDS; count++) {
		uint64_t *words = alone(count * sizeof(*words));
		uint64_t *others = alone(count * sizeof(*others));

		for (size_t i = 0; i < count; i++) {
			uint64_t bit = UINT64_C(1) << random_word() % 64;

			memset(words, 0, count * sizeof(*words));
			memset(others, 0, count * sizeof(*words));
			assert_int_equal(way->find(words, count, 0), count);
			assert_int_equal(way->find(words, count, ~UINT64_C(0)), 0);
			assert_true(way->are_equal(words, others, count));
			words[i] = bit;
			assert_int_equal(way->find(words, count, 0), i);
			assert_false(way->are_equal(words, others, count));
			assert_false(way->have_common(words, others, count, 0));
			assert_true(way->have_common(words, others, count, bit));
			assert_false(way->have_common(words, others, count, ~bit));
			assert_false(way->have_common(words, others, i, bit));
			others[i] = bit;
			assert_true(way->are_equal(words, others, count));
			assert_true(way->have_common(words, others, count, 0));
			assert_false(way->have_common(words, others, count, bit));
			memset(words, 0xff, count * sizeof(*words));
			words[i] ^= bit;
			assert_int_equal(way->find(words, count, ~UINT64_C(0)), i);
			assert_int_equal(way->find(words, i, ~UINT64_C(0)), i);
		}
		free(others);
		free(words);
	}
}

static uint64_t combined(uint64_t word, uint64_t other, enum bm_bitset_operation operation)
{
	switch (operation) {
	case BM_BITSET_AND:
		return word & other;
	case BM_BITSET_OR:
		return word | other;
	case BM_BITSET_XOR:
		return word ^ other;
	case BM_BITSET_ANDNOT:
	default:
		return word & ~other;
	}
}

static void combine_lines(const struct way *way, enum bm_bitset_operation operation)
{
	for (size_t lines = 0; lines <= 5; lines++) {
		size_t count = lines * WORDS;
		uint64_t *words = alone(count * sizeof(*words));
		uint64_t *others = alone(count * sizeof(*others));
		uint64_t wanted[5 * WORDS];

		for (size_t i = 0; i < count; i++) {
			words[i] = random_word();
			others[i] = random_word();
			wanted[i] = combined(words[i], others[i], operation);
		}
		way->combine(words, others, lines, operation);
		assert_memory_equal(words, wanted, count * sizeof(*words));
		free(others);
		free(words);
	}
}

static void check_way(const struct way *way)
{
	find_bytes(way);
	copy_all(way);
	count_bits(way);
	count_many_bits(way);
	find_words(way);
	combine_lines(way, BM_BITSET_AND);
	combine_lines(way, BM_BITSET_OR);
	combine_lines(way, BM_BITSET_XOR);
	combine_lines(way, BM_BITSET_ANDNOT);
}

static void what_every_processor_can(void **state)
{
	(void)state;
	check_way(&always);
}

#ifdef BM_CHOICE_AT_RUN_TIME
static void with_avx2(void **state)
{
	(void)state;
	if (!bm_processor_has_avx2())
		skip();
	check_way(&avx2);
}
#endif

/* Whichever it is. */
static void what_is_chosen(void **state)
{
	static const unsigned char bytes[100] = { 1, 2, 3, 0x80 };
	uint64_t words[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	(void)state;
	assert_int_equal(bm_bytes_find_zero(bytes, sizeof(bytes)), 4);
	assert_int_equal(bm_bytes_find_upper(bytes, sizeof(bytes)), 3);
	assert_int_equal(bm_words_count_common(words, words, 9), 15);
	assert_int_equal(bm_words_find(words, 9, 1), 1);
	assert_true(bm_words_are_equal(words, words, 9));
	assert_true(bm_words_have_common(words, words, 9, 0));
	bm_lines_combine(words, words, 1, BM_BITSET_XOR);
	assert_int_equal(bm_words_count_common(words, words, 9), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_every_processor_can),
#ifdef BM_CHOICE_AT_RUN_TIME
		cmocka_unit_test(with_avx2),
#endif
		cmocka_unit_test(what_is_chosen),
	};

#if defined(__AVX2__)
	if (!__builtin_cpu_supports("avx2")) {
		puts("1..0 # SKIP no AVX2");
		return 0;
	}
#endif
	return cmocka_run_group_tests_name("long runs", tests, NULL, NULL);
}
