// SPDX-License-Identifier: MIT
/*
 * string_test.c: exact behaviour of strings
 */
#include "cmocka_test.h"

BM_STRING(ten, 10)
BM_STRING(large, 1000)
BM_STRING(page, 4096)

REGION_OF_EACH_CASE(8192)

static struct ten make_ten(const char *text)
{
	struct ten s;

	assert_int_equal(ten_create(&s, region, "ten"), 0);
	assert_int_equal(ten_append(&s, text), 0);
	return s;
}

static void check_text(const struct ten *s, const char *text)
{
	char copy[11];

	assert_int_equal(ten_copy(s, copy, sizeof(copy)), 0);
	assert_string_equal(copy, text);
	assert_int_equal(ten_len(s), strlen(text));
	assert_int_equal(ten_compare(s, text), 0);
	assert_memory_equal(ten_data(s), text, strlen(text));
	assert_int_equal(ten_invariants(s), 0);
	check_layout(region);
}

static void new_string_is_empty(void **state)
{
	struct ten s = make_ten("");
	uint32_t character = 7;
	size_t cursor = 0;

	(void)state;
	assert_true(ten_is_empty(&s));
	assert_int_equal(ten_capacity(&s), 10);
	assert_int_equal(ten_pop(&s, &character), -ENOENT);
	assert_int_equal(ten_first(&s, &character), -ENOENT);
	assert_int_equal(ten_last(&s, &character), -ENOENT);
	assert_int_equal(ten_next(&s, &cursor, &character), -ENOENT);
	assert_int_equal(ten_get(&s, 0, &character), -ERANGE);
	assert_int_equal(character, 7);
	assert_true(ten_contains(&s, ""));
	assert_false(ten_contains(&s, "a"));
	check_text(&s, "");
}

static void append_is_whole_or_not_at_all(void **state)
{
	struct ten s = make_ten("12345678");

	(void)state;
	assert_int_equal(ten_append(&s, "9ab"), -ENOSPC);
	check_text(&s, "12345678");
	assert_int_equal(ten_append(&s, "9a"), 0);
	check_text(&s, "123456789a");
	assert_true(ten_is_full(&s));
	assert_int_equal(ten_append(&s, ""), 0);
	assert_int_equal(ten_push(&s, 'x'), -ENOSPC);
	assert_int_equal(header_of(region)->refused, 2);
}

/* Silent truncation is what happens elsewhere. */
static void format_is_whole_or_not_at_all(void **state)
{
	struct ten s = make_ten("a");

	(void)state;
	assert_int_equal(ten_append_format(&s, "%d-%s", 12, "bc"), 0);
	check_text(&s, "a12-bc");
	assert_int_equal(ten_append_format(&s, "%05d", 1), -ENOSPC);
	check_text(&s, "a12-bc");
	assert_int_equal(ten_append_format(&s, "%04d", 1), 0);
	check_text(&s, "a12-bc0001");
	assert_int_equal(ten_append_format(&s, "%s", ""), 0);
	assert_int_equal(ten_append_format(&s, "%c", 'x'), -ENOSPC);
	check_text(&s, "a12-bc0001");
	assert_int_equal(s.string.object->refused, 2);
}

/* More than an int can count; from a variable, since the compiler warns of it otherwise. */
static void format_that_libc_refuses_changes_nothing(void **state)
{
	const char *volatile format = "%2147483648d";
	struct ten s = make_ten("abc");

	(void)state;
	errno = 5;
	assert_int_equal(ten_append_format(&s, format, 1), -EINVAL);
	assert_int_equal(errno, 5);
	check_text(&s, "abc");
}

static void format_leaves_errno_alone(void **state)
{
	struct ten s = make_ten("");

	(void)state;
	errno = EXFULL;
	assert_int_equal(ten_append_format(&s, "%ls", L"\xfffffff"), -EILSEQ);
	assert_int_equal(errno, EXFULL);
	check_text(&s, "");
}

static void only_utf8_goes_in(void **state)
{
	static const char *const wrong[] = {
		"\x80", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xac", "\xff", "\xfe",
		"\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80", "a\xc3", "a\xe2\x82" "b",
	};
	struct ten s = make_ten("a");

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ten_append(&s, wrong[i]), -EILSEQ);
		assert_int_equal(ten_insert(&s, 0, wrong[i]), -EILSEQ);
		assert_int_equal(ten_append_format(&s, "%s", wrong[i]), -EILSEQ);
	}
	check_text(&s, "a");
}

static void characters_of_every_size(void **state)
{
	static const uint32_t characters[] = {
		'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000,
		0x10ffff,
	};
	struct large s;
	size_t count = sizeof(characters) / sizeof(characters[0]);
	size_t cursor = 0;
	size_t offset = 0;
	uint32_t found;

	(void)state;
	assert_int_equal(large_create(&s, region, "large"), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(large_push(&s, characters[i]), 0);
	assert_int_equal(large_len(&s), 1 + 1 + 2 + 2 + 3 + 3 + 3 + 3 + 4 + 4);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(large_get(&s, offset, &found), 0);
		assert_int_equal(found, characters[i]);
		assert_int_equal(large_next(&s, &cursor, &found), 0);
		assert_int_equal(found, characters[i]);
		if (cursor - offset > 1)
			assert_int_equal(large_get(&s, offset + 1, &found), -EILSEQ);
		offset = cursor;
	}
	assert_int_equal(large_next(&s, &cursor, &found), -ENOENT);
	for (size_t i = count; i--; ) {
		assert_int_equal(large_last(&s, &found), 0);
		assert_int_equal(found, characters[i]);
		assert_int_equal(large_pop(&s, &found), 0);
		assert_int_equal(found, characters[i]);
		assert_int_equal(large_invariants(&s), 0);
	}
	assert_true(large_is_empty(&s));
	assert_int_equal(large_push(&s, 0xd800), -EILSEQ);
	assert_int_equal(large_push(&s, 0xdfff), -EILSEQ);
	assert_int_equal(large_push(&s, 0x110000), -EILSEQ);
	assert_int_equal(large_push(&s, UINT32_MAX), -EILSEQ);
}

static void insert_and_remove_keep_characters_whole(void **state)
{
	struct ten s = make_ten("a\xc3\xa4z");

	(void)state;
	assert_int_equal(ten_insert(&s, 2, "x"), -EILSEQ);
	assert_int_equal(ten_insert(&s, 5, "x"), -ERANGE);
	assert_int_equal(ten_insert(&s, 1, "bcdefgh"), -ENOSPC);
	assert_int_equal(ten_insert(&s, 3, "xy"), 0);
	check_text(&s, "a\xc3\xa4xyz");
	assert_int_equal(ten_insert(&s, 0, "-"), 0);
	assert_int_equal(ten_insert(&s, 7, "!"), 0);
	check_text(&s, "-a\xc3\xa4xyz!");
	assert_int_equal(ten_remove(&s, 2, 1), -EILSEQ);
	assert_int_equal(ten_remove(&s, 3, 1), -EILSEQ);
	assert_int_equal(ten_remove(&s, 8, 1), -ERANGE);
	assert_int_equal(ten_remove(&s, 1, SIZE_MAX), -ERANGE);
	assert_int_equal(ten_remove(&s, SIZE_MAX, 1), -ERANGE);
	assert_int_equal(ten_insert(&s, SIZE_MAX, "x"), -ERANGE);
	assert_int_equal(ten_remove(&s, 1, 4), 0);
	check_text(&s, "-yz!");
	assert_int_equal(ten_remove(&s, 0, 4), 0);
	check_text(&s, "");
}

static void compare_orders_by_bytes_then_length(void **state)
{
	struct ten s = make_ten("bb");

	(void)state;
	assert_true(ten_compare(&s, "b") > 0);
	assert_true(ten_compare(&s, "bbb") < 0);
	assert_true(ten_compare(&s, "a") > 0);
	assert_true(ten_compare(&s, "c") < 0);
	assert_true(ten_compare(&s, "\xc3\xa4") < 0);
}

static void contains_finds_any_part(void **state)
{
	struct ten s = make_ten("abcabd");

	(void)state;
	assert_true(ten_contains(&s, "abd"));
	assert_true(ten_contains(&s, "abcabd"));
	assert_true(ten_contains(&s, "a"));
	assert_false(ten_contains(&s, "abe"));
	assert_false(ten_contains(&s, "abcabdx"));
}

static void copy_needs_room_for_the_zero(void **state)
{
	struct ten s = make_ten("abc");
	char text[4] = "???";

	(void)state;
	assert_int_equal(ten_copy(&s, text, 3), -ENOSPC);
	assert_string_equal(text, "???");
	assert_int_equal(ten_copy(&s, text, 4), 0);
	assert_string_equal(text, "abc");
}

static void bytes_may_hold_zeros(void **state)
{
	struct ten s = make_ten("");
	uint32_t character;

	(void)state;
	assert_int_equal(ten_append_bytes(&s, "a\0b", 3), 0);
	assert_int_equal(ten_len(&s), 3);
	assert_int_equal(ten_get(&s, 1, &character), 0);
	assert_int_equal(character, 0);
}

/* Memory that ends with the text: what reads beyond it is found. */
static char *text_alone(const char *text, size_t size)
{
	char *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, text, size);
	return copy;
}

static void check_append(struct large *s, const char *text, size_t size, int result)
{
	char *alone = text_alone(text, size);
	size_t before = large_len(s);

	assert_int_equal(large_append_bytes(s, alone, size), result);
	assert_int_equal(large_len(s), before + (result ? 0 : size));
	if (!result)
		assert_memory_equal(large_data(s) + before, text, size);
	free(alone);
}

/* Short, some and many bytes go different ways, with and without room behind them. */
static void append_of_every_length(void **state)
{
	struct large s;
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 0x80);
	assert_int_equal(large_create(&s, region, "large"), 0);
	for (size_t size = 0; size <= sizeof(text); size++) {
		large_clear(&s);
		check_append(&s, "abc", 3, 0);
		check_append(&s, text, size, 0);
		check_append(&s, text, size, 0);
		assert_memory_equal(large_data(&s), "abc", 3);
		assert_int_equal(large_invariants(&s), 0);
	}
}

static void append_up_to_the_end(void **state)
{
	struct large s;
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(large_create(&s, region, "large"), 0);
	for (size_t size = 0; size <= 300; size++) {
		large_clear(&s);
		check_append(&s, text, sizeof(text) - size, 0);
		check_append(&s, text, size + 1, -ENOSPC);
		check_append(&s, text, size, 0);
		assert_true(large_is_full(&s));
		assert_int_equal(large_data(&s)[1000], '\0');
		assert_int_equal(large_invariants(&s), 0);
	}
}

/* A wrong byte, and a character of two bytes, at each place. */
static void append_looks_at_every_byte(void **state)
{
	struct large s;
	char text[200];

	(void)state;
	assert_int_equal(large_create(&s, region, "large"), 0);
	for (size_t size = 1; size <= sizeof(text); size++) {
		for (size_t i = 0; i < size; i++) {
			memset(text, 'x', size);
			text[i] = (char)0x80;
			large_clear(&s);
			check_append(&s, text, size, -EILSEQ);
			text[i] = (char)0xc3;
			check_append(&s, text, size, -EILSEQ);
			if (i + 1 == size)
				continue;
			text[i + 1] = (char)0xa4;
			check_append(&s, text, size, 0);
		}
	}
	assert_int_equal(large_invariants(&s), 0);
}

/* What fits is looked at before what does not is counted as refused. */
static void wrong_text_is_not_a_refusal(void **state)
{
	struct ten s = make_ten("1234567");

	(void)state;
	assert_int_equal(ten_append(&s, "abc\x80"), -EILSEQ);
	assert_int_equal(s.string.object->refused, 0);
	assert_int_equal(ten_append(&s, "abcd"), -ENOSPC);
	assert_int_equal(s.string.object->refused, 1);
}

/* Text comes in pieces: the counters go as far ahead as counted.h says. */
static void counters_are_changed_seldom(void **state)
{
	uint32_t before = 0;
	size_t changes = 0;
	struct page s;

	(void)state;
	assert_int_equal(page_create(&s, region, "page"), 0);
	while (!page_append(&s, "0123456789abcdef"))
		;
	page_clear(&s);
	while (!page_append(&s, "0123456789abcdef")) {
		uint32_t known = s.string.object->place[0];

		assert_in_range(known, page_len(&s), page_len(&s) + 4096 / 32);
		changes += known != before;
		before = known;
	}
	assert_in_range(changes, 4096 / (4096 / 32 + 16), 4096 / (4096 / 32));
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct ten s = make_ten("abc");
	uint32_t character;
	char text[20];

	(void)state;
	s.string.object->len = 11;
	assert_int_equal(ten_push(&s, 'x'), -EUCLEAN);
	assert_int_equal(ten_push(&s, 0xe4), -EUCLEAN);
	assert_int_equal(ten_pop(&s, NULL), -EUCLEAN);
	assert_int_equal(ten_append(&s, "x"), -EUCLEAN);
	assert_int_equal(ten_append_format(&s, "x"), -EUCLEAN);
	assert_int_equal(ten_insert(&s, 0, "x"), -EUCLEAN);
	assert_int_equal(ten_remove(&s, 0, 1), -EUCLEAN);
	assert_int_equal(ten_get(&s, 0, &character), -EUCLEAN);
	assert_int_equal(ten_first(&s, &character), -EUCLEAN);
	assert_int_equal(ten_last(&s, &character), -EUCLEAN);
	assert_int_equal(ten_copy(&s, text, sizeof(text)), -EUCLEAN);
	assert_int_equal(ten_find(&s, "a", NULL), -EUCLEAN);
	assert_int_equal(ten_repair(&s), -EUCLEAN);
	assert_int_equal(ten_invariants(&s), -EUCLEAN);
	assert_int_equal(ten_len(&s), 10);
	ten_clear(&s);
	assert_int_equal(bm_layout_recover(region), 0);
	check_text(&s, "");
}

static void damaged_text_is_an_error_where_it_is_met(void **state)
{
	struct ten s = make_ten("abcde");
	char *text = (char *)bm_handle_contents_(&s.string);
	uint32_t character;
	char copy[11];

	(void)state;
	text[2] = (char)0xff;
	text[4] = (char)0x80;
	assert_int_equal(ten_get(&s, 2, &character), -EUCLEAN);
	assert_int_equal(ten_last(&s, &character), -EUCLEAN);
	assert_int_equal(ten_pop(&s, &character), -EUCLEAN);
	assert_int_equal(ten_copy(&s, copy, sizeof(copy)), -EUCLEAN);
	assert_int_equal(ten_invariants(&s), -EUCLEAN);
	assert_int_equal(ten_repair(&s), 0);
	check_text(&s, "ab");
}

static void interrupted_update_stops_writing_until_repair(void **state)
{
	struct ten s = make_ten("abc");
	uint32_t character;

	(void)state;
	s.string.object->updating = 1;
	assert_int_equal(ten_push(&s, 'x'), -EOWNERDEAD);
	assert_int_equal(ten_push(&s, 0xe4), -EOWNERDEAD);
	assert_int_equal(ten_pop(&s, NULL), -EOWNERDEAD);
	assert_int_equal(ten_append(&s, "x"), -EOWNERDEAD);
	assert_int_equal(ten_append_format(&s, "x"), -EOWNERDEAD);
	assert_int_equal(ten_insert(&s, 0, "x"), -EOWNERDEAD);
	assert_int_equal(ten_remove(&s, 0, 1), -EOWNERDEAD);
	assert_int_equal(ten_last(&s, &character), 0);
	assert_int_equal(ten_repair(&s), 0);
	check_text(&s, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(new_string_is_empty),
		CASE_IN_REGION(append_is_whole_or_not_at_all),
		CASE_IN_REGION(format_is_whole_or_not_at_all),
		CASE_IN_REGION(format_leaves_errno_alone),
		CASE_IN_REGION(format_that_libc_refuses_changes_nothing),
		CASE_IN_REGION(only_utf8_goes_in),
		CASE_IN_REGION(characters_of_every_size),
		CASE_IN_REGION(insert_and_remove_keep_characters_whole),
		CASE_IN_REGION(compare_orders_by_bytes_then_length),
		CASE_IN_REGION(contains_finds_any_part),
		CASE_IN_REGION(copy_needs_room_for_the_zero),
		CASE_IN_REGION(bytes_may_hold_zeros),
		CASE_IN_REGION(append_of_every_length),
		CASE_IN_REGION(append_up_to_the_end),
		CASE_IN_REGION(append_looks_at_every_byte),
		CASE_IN_REGION(wrong_text_is_not_a_refusal),
		CASE_IN_REGION(counters_are_changed_seldom),
		CASE_IN_REGION(damaged_length_is_an_error_everywhere),
		CASE_IN_REGION(damaged_text_is_an_error_where_it_is_met),
		CASE_IN_REGION(interrupted_update_stops_writing_until_repair),
	};

	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
