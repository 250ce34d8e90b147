// SPDX-License-Identifier: MIT
/*
 * tags_test.c: each way to compare tags gives what comparing bytes gives
 *
 * Built three times: as the library is, with -DBM_PLAIN_C and with -mavx2.
 */
#include "cmocka_test.h"

#include <stdio.h>

static uint64_t match_by_byte(const unsigned char *tags, unsigned char tag)
{
	uint64_t match = 0;

	for (int i = 0; i < BM_TAGS_AT_ONCE; i++)
		match |= (uint64_t)(tags[i] == tag) << i;
	return match;
}

/* Slot @i of those from @first on: is its key's home behind the first, or before it? */
static void check_homes(const unsigned char *tags, uint32_t first)
{
	struct bm_tags_homes_ homes = bm_tags_find_homes_(tags, first);

	for (uint32_t i = 0; i < BM_TAGS_NEAR; i++) {
		bool near = tags[i] % 16;
		uint32_t home = first + i;

		while (home % 16 != tags[i] / 16)
			home--;
		assert_int_equal(homes.later >> i & 1, near && home > first);
		assert_int_equal(homes.earlier >> i & 1, near && home < first);
		assert_int_equal(bm_tags_far_(tags) >> i & 1, tags[i] && !near);
	}
	assert_int_equal((homes.later | homes.earlier | bm_tags_far_(tags)) >> 16, 0);
}

static void check_all_tags(const unsigned char *tags)
{
	for (unsigned int tag = 0; tag < 256; tag++) {
		uint64_t match = match_by_byte(tags, (unsigned char)tag);

		assert_true(bm_tags_match_(tags, (unsigned char)tag) == match);
		assert_int_equal(bm_tags_match_near_(tags, (unsigned char)tag),
				 match & 0xffff);
		check_homes(tags, 1000 + tag);
	}
}

/* Among them those that differ in one bit, and lie beside each other. */
static void one_byte_differs(void **state)
{
	unsigned char tags[BM_TAGS_AT_ONCE];

	(void)state;
	for (unsigned int tag = 0; tag < 256; tag++) {
		for (unsigned int i = 0; i < sizeof(tags); i++) {
			memset(tags, (int)tag, sizeof(tags));
			tags[i] ^= (unsigned char)(1u << i % 8);
			assert_true(bm_tags_match_(tags, (unsigned char)tag) ==
				    ~(UINT64_C(1) << i));
			assert_true(bm_tags_match_(tags, tags[i]) ==
				    UINT64_C(1) << i);
		}
	}
}

static void random_bytes(void **state)
{
	unsigned char tags[BM_TAGS_AT_ONCE + 8];
	uint64_t number = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		/* Few values now and then, so that many are equal. */
		unsigned char mask = round % 2 ? 0xff : 0x83;

		for (size_t i = 0; i < sizeof(tags); i++) {
			number = number * UINT64_C(6364136223846793005) + 1;
			tags[i] = (unsigned char)(number >> 40) & mask;
		}
		check_all_tags(tags + round % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_byte_differs),
		cmocka_unit_test(random_bytes),
	};

#if defined(__AVX2__)
	if (!__builtin_cpu_supports("avx2")) {
		puts("1..0 # SKIP no AVX2");
		return 0;
	}
#endif
	return cmocka_run_group_tests_name("tags with " BM_TAGS_COMPARED_WITH_,
					   tests, NULL, NULL);
}
