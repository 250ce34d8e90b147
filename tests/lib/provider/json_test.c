// SPDX-License-Identifier: MIT
/*
 * json_test.c: what the tool writes is JSON, and the check is strict
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "json_check.h"

#include <stdlib.h>
#include <string.h>

static char *text;
static size_t size;

static void begin(struct json *json)
{
	json_begin(json, open_memstream(&text, &size));
}

static void end(struct json *json)
{
	json_end(json);
	fclose(json->out);
	assert_null(json_check(text));
}

static void expect_written(const char *bytes, size_t most, const char *written)
{
	struct json json;

	begin(&json);
	json_string(&json, "key", bytes, most);
	end(&json);
	if (!strstr(text, written))
		fail_msg("%s is not in %s", written, text);
	free(text);
}

static void an_empty_object(void **context)
{
	struct json json;

	(void)context;
	begin(&json);
	end(&json);
	assert_string_equal(text, "{}\n");
	free(text);
}

static void members_and_elements(void **context)
{
	struct json json;

	(void)context;
	begin(&json);
	json_number(&json, "most", UINT64_MAX);
	json_null(&json, "none");
	json_open_array(&json, "empty");
	json_close_array(&json);
	json_open_array(&json, "array");
	json_open_object(&json, NULL);
	json_close_object(&json);
	json_number(&json, NULL, 0);
	json_close_array(&json);
	end(&json);
	assert_string_equal(text, "{\n"
			    "  \"most\": 18446744073709551615,\n"
			    "  \"none\": null,\n"
			    "  \"empty\": [],\n"
			    "  \"array\": [\n"
			    "    {},\n"
			    "    0\n"
			    "  ]\n"
			    "}\n");
	free(text);
}

static void strings_end_at_zero_or_where_they_must(void **context)
{
	(void)context;
	expect_written("abcdef", 3, "\"key\": \"abc\"");
	expect_written("ab\0cd", 5, "\"key\": \"ab\"");
	expect_written("", 1, "\"key\": \"\"");
	expect_written("x", 0, "\"key\": \"\"");
}

static void strings_are_escaped(void **context)
{
	(void)context;
	expect_written("a\"b\\c", 9, "a\\\"b\\\\c");
	expect_written("\n\x01\x1f\x7f", 9, "\\u000a\\u0001\\u001f\\u007f");
	expect_written("/", 9, "\"/\"");
}

static void valid_utf8_is_kept(void **context)
{
	(void)context;
	expect_written("\xc3\xa4", 9, "\xc3\xa4");
	expect_written("\xe2\x82\xac", 9, "\xe2\x82\xac");
	expect_written("\xf0\x9f\x98\x80", 9, "\xf0\x9f\x98\x80");
	expect_written("\xf4\x8f\xbf\xbf", 9, "\xf4\x8f\xbf\xbf");
}

static void invalid_utf8_is_replaced(void **context)
{
	static const char *const bad[] = {
		"\x80", "\xff", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\xc3",
		"\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xac",
	};

	(void)context;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_written(bad[i], 9, "\"key\": \"\\ufffd");
	/* Cut off in the middle by the size, as a command's name may be. */
	expect_written("\xe2\x82\xac", 2, "\"\\ufffd\\ufffd\"");
}

static void every_byte_gives_json(void **context)
{
	char bytes[3] = "";

	(void)context;
	for (int first = 1; first < 256; first++) {
		for (int second = 0; second < 256; second++) {
			bytes[0] = (char)first;
			bytes[1] = (char)second;
			expect_written(bytes, sizeof(bytes), "\"key\": \"");
		}
	}
}

static void the_check_accepts_json(void **context)
{
	static const char *const good[] = {
		"0", "-0", "1.5", "-12.5e+3", "1E5", "\"\"", "true", "false", "null", "[]",
		"{}", " [ 1 , 2 ] ", "{\"a\":{\"b\":[null]}}", "\"\\u00e4\\n\\\"\"",
	};

	(void)context;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(json_check(good[i]));
}

static void the_check_refuses_all_else(void **context)
{
	static const char *const bad[] = {
		"", " ", "01", "+1", "1.", ".5", "1e", "-", "nul", "True", "'a'", "\"",
		"\"\\x\"", "\"\\u12\"", "\"\n\"", "[1,]", "[,1]", "[1 2]", "[", "[1",
		"{", "{}}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "1 2",
		"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
		"\"\xc3\"", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
	};

	(void)context;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!json_check(bad[i]))
			fail_msg("accepted: %s", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_object),
		cmocka_unit_test(members_and_elements),
		cmocka_unit_test(strings_end_at_zero_or_where_they_must),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(valid_utf8_is_kept),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(every_byte_gives_json),
		cmocka_unit_test(the_check_accepts_json),
		cmocka_unit_test(the_check_refuses_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
