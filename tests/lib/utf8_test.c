// SPDX-License-Identifier: MIT
/*
 * utf8_test.c: where a character ends, and what is none
 *
 * That this is so for all texts is proved: tests/proofs/library/utf8_proof.c.
 */
#include "cmocka_test.h"

#include "../../userspace/lib/utf8.h"

static void no_byte_is_no_character(void **state)
{
	uint32_t character = 7;

	(void)state;
	assert_int_equal(bm_utf8_decode("a", 0, &character), 0);
	assert_int_equal(character, 7);
	assert_int_equal(bm_utf8_sound("", 0), 0);
}

static void character_needs_all_its_bytes(void **state)
{
	static const char *const text[] = { "a", "\xc3\xa4", "\xe2\x82\xac",
					    "\xf0\x9f\x98\x80" };
	static const uint32_t expected[] = { 'a', 0xe4, 0x20ac, 0x1f600 };
	uint32_t character;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		character = 7;
		assert_int_equal(bm_utf8_decode(text[i], i, &character), 0);
		assert_int_equal(character, 7);
		assert_int_equal(bm_utf8_decode(text[i], i + 1, &character), i + 1);
		assert_int_equal(character, expected[i]);
		assert_int_equal(bm_utf8_sound(text[i], i), 0);
		assert_int_equal(bm_utf8_sound(text[i], i + 1), i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_byte_is_no_character),
		cmocka_unit_test(character_needs_all_its_bytes),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
