// SPDX-License-Identifier: MIT
/*
 * hash_test.c: the hashes are what they say they are
 */
#include "cmocka_test.h"

/* What CPython 3.11 computes with PYTHONHASHSEED=0, a key of zeros. */
static void bytes_equal_siphash_1_3_of_cpython(void **state)
{
	static const struct {
		size_t size;
		uint64_t hash;
	} known[] = {
		{ 1, UINT64_C(0x68a914128e01e473) },
		{ 3, UINT64_C(0x4d4c9a4a8ef6e0ad) },
		{ 7, UINT64_C(0x2f098ab0c751325a) },
		{ 8, UINT64_C(0xead411e67ebe2eea) },
		{ 9, UINT64_C(0x75927f9d95124362) },
		{ 15, UINT64_C(0xf30eb725bb91c9ea) },
		{ 16, UINT64_C(0x8972188433a5c5b7) },
		{ 32, UINT64_C(0x31ef8061c910629b) },
		{ 63, UINT64_C(0x385d3e39e5f37359) },
	};
	struct bm_hash_key zero = { { 0, 0, 0, 0 } };
	unsigned char bytes[64];

	(void)state;
	for (unsigned char i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_true(bm_hash_bytes(&zero, bytes, known[i].size) ==
			    known[i].hash);
}

/* The first of the values that Rust's standard library is tested with. */
static void bytes_equal_siphash_1_3_of_rust(void **state)
{
	struct bm_hash_key key = { {
		UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908), 0, 0,
	} };

	(void)state;
	assert_true(bm_hash_bytes(&key, "", 0) == UINT64_C(0xabac0158050fc4dc));
}

static void product_has_two_halves(void **state)
{
	static const uint64_t factors[] = {
		0, 1, 2, UINT32_MAX, UINT64_C(1) << 32, UINT64_C(1) << 63,
		UINT64_MAX, UINT64_C(0x0123456789abcdef),
		UINT64_C(0xfedcba9876543210),
	};
	size_t count = sizeof(factors) / sizeof(factors[0]);

	(void)state;
	for (size_t i = 0; i < count * count; i++) {
		uint64_t a = factors[i / count];
		uint64_t b = factors[i % count];
		unsigned __int128 product = (unsigned __int128)a * b;
		uint64_t high;

		assert_true(bm_hash_multiply_(a, b, &high) == (uint64_t)product);
		assert_true(high == (uint64_t)(product >> 64));
	}
}

/* Against the definition, in 128 bits. */
static void integers_are_multiplied_and_folded(void **state)
{
	struct bm_hash_key key;

	(void)state;
	bm_hash_key_init(&key, 42);
	assert_true(key.word[1] & 1);
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t value = i * UINT64_C(0x123456789abcdef1);
		unsigned __int128 product =
			(unsigned __int128)(value + key.word[0]) * key.word[1];

		assert_true(bm_hash_integer(&key, value) ==
			    ((uint64_t)product ^ (uint64_t)(product >> 64)) *
			    UINT64_C(0x9e3779b97f4a7c15));
	}
}

/*
 * Against the definition in 128 bits, in another shape: words at the places that
 * overlap, and every product by itself.
 */
static uint64_t word_at(const unsigned char *bytes, size_t width)
{
	uint64_t word = 0;

	for (size_t i = 0; i < width; i++)
		word |= (uint64_t)bytes[i] << 8 * i;
	return word;
}

static uint64_t nh_of(const struct bm_hash_key *key, const unsigned char *bytes,
		      size_t size)
{
	unsigned __int128 sum = (unsigned __int128)size << 64;
	size_t pairs = size <= 16 ? 1 : (size + 15) / 16;
	size_t width = size >= 8 ? 8 : size >= 4 ? 4 : 0;
	unsigned __int128 product;

	for (size_t i = 0; i < pairs; i++) {
		bool last = i == pairs - 1;
		size_t at = !last ? i * 16 : size > 16 ? size - 16 : 0;
		uint64_t a = word_at(bytes + at, width);
		uint64_t b = word_at(bytes + (last ? size - width : at + 8), width);

		if (!width && size) {
			a = (uint64_t)(bytes[0] + 256 * bytes[size / 2]);
			b = bytes[size - 1];
		}
		sum += (unsigned __int128)(a + key->word[4 + 2 * i]) *
		       (b + key->word[5 + 2 * i]);
	}
	product = (unsigned __int128)((uint64_t)sum + key->word[2]) *
		  ((uint64_t)(sum >> 64) ^ key->word[3]);
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static void short_bytes_are_summed_and_folded(void **state)
{
	struct bm_hash_key key;
	unsigned char bytes[80];

	(void)state;
	bm_hash_key_init(&key, 43);
	for (unsigned char i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 37 + 200);
	for (size_t size = 0; size <= 64; size++)
		assert_true(bm_hash_short(&key, bytes, size) ==
			    nh_of(&key, bytes, size));
	for (size_t size = 65; size <= 80; size++)
		assert_true(bm_hash_short(&key, bytes, size) ==
			    bm_hash_bytes(&key, bytes, size));
}

/* One bit, one byte more or less: never the same, for some thousand inputs. */
static void short_bytes_that_differ_have_other_hashes(void **state)
{
	unsigned char bytes[65] = { 0 };
	struct bm_hash_key key;

	(void)state;
	bm_hash_key_init(&key, 44);
	for (size_t size = 0; size <= 63; size++) {
		uint64_t hash = bm_hash_short(&key, bytes, size);

		assert_true(hash != bm_hash_short(&key, bytes, size + 1));
		for (size_t bit = 0; bit < 8 * size; bit++) {
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			assert_true(hash != bm_hash_short(&key, bytes, size));
			bytes[bit / 8] = 0;
		}
	}
}

static void seeds_give_different_keys(void **state)
{
	struct bm_hash_key one;
	struct bm_hash_key two;
	struct bm_hash_key again;

	(void)state;
	bm_hash_key_init(&one, 1);
	bm_hash_key_init(&two, 2);
	bm_hash_key_init(&again, 1);
	assert_memory_equal(&one, &again, sizeof(one));
	for (int i = 0; i < BM_HASH_WORDS; i++) {
		assert_true(one.word[i] != two.word[i]);
		assert_true(one.word[i] != one.word[(i + 1) % BM_HASH_WORDS]);
	}
}

static void seeds_of_a_process_depend_on_the_purpose(void **state)
{
	uint64_t one;
	uint64_t two;
	uint64_t again;

	(void)state;
	assert_int_equal(bm_hash_seed("a", 1, &one), 0);
	assert_int_equal(bm_hash_seed("b", 1, &two), 0);
	assert_int_equal(bm_hash_seed("a", 1, &again), 0);
	assert_true(one == again);
	assert_true(one != two);
}

static void types_differ_by_name_size_and_alignment(void **state)
{
	uint32_t type = bm_hash_type("struct a", 8, 4);

	(void)state;
	assert_true(type == bm_hash_type("struct a", 8, 4));
	assert_true(type != bm_hash_type("struct b", 8, 4));
	assert_true(type != bm_hash_type("struct a", 16, 4));
	assert_true(type != bm_hash_type("struct a", 8, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_equal_siphash_1_3_of_cpython),
		cmocka_unit_test(bytes_equal_siphash_1_3_of_rust),
		cmocka_unit_test(product_has_two_halves),
		cmocka_unit_test(integers_are_multiplied_and_folded),
		cmocka_unit_test(short_bytes_are_summed_and_folded),
		cmocka_unit_test(short_bytes_that_differ_have_other_hashes),
		cmocka_unit_test(seeds_give_different_keys),
		cmocka_unit_test(seeds_of_a_process_depend_on_the_purpose),
		cmocka_unit_test(types_differ_by_name_size_and_alignment),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
