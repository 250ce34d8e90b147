// SPDX-License-Identifier: MIT
/*
 * error_test.c: what an error means, in a sentence
 */
#include "cmocka_test.h"

#include <string.h>

static const int known[] = {
	EDQUOT, EPERM, EACCES, ENOENT, ENODEV, EINVAL, EEXIST, EBUSY, ENOMEM, ENOTTY,
	EBADF, EOPNOTSUPP, E2BIG, EMFILE, ENFILE, ENOSYS, ERANGE, EILSEQ, EOWNERDEAD,
	EUCLEAN, EMEDIUMTYPE, ENOSPC,
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static void every_error_has_a_text_of_its_own(void **state)
{
	const char *unknown = bm_error_text(-ENOTEMPTY);

	(void)state;
	for (size_t i = 0; i < KNOWN; i++) {
		const char *text = bm_error_text(-known[i]);

		assert_string_not_equal(text, unknown);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(text, bm_error_text(-known[k]));
	}
}

static void sign_does_not_matter(void **state)
{
	(void)state;
	for (size_t i = 0; i < KNOWN; i++)
		assert_string_equal(bm_error_text(known[i]),
				    bm_error_text(-known[i]));
}

static void no_error_is_said_to_be_none(void **state)
{
	(void)state;
	assert_string_equal(bm_error_text(0), "no error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_a_text_of_its_own),
		cmocka_unit_test(sign_does_not_matter),
		cmocka_unit_test(no_error_is_said_to_be_none),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
