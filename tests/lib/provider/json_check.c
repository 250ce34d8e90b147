// SPDX-License-Identifier: MIT
/*
 * json_check.c: is a text JSON, as RFC 8259 defines it and not a byte more?
 *
 * Each function takes the text at a point, returns where its piece ends, or NULL
 * after noting where it broke.
 */
#include "json_check.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Deeper than the tool writes; keeps a bad text from ending the stack. */
#define DEPTH_MOST	16

static const char *broken;

static const char *break_at(const char *text)
{
	broken = text;
	return NULL;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\n\r");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *digits(const char *text)
{
	if (!is_digit(*text))
		return break_at(text);
	while (is_digit(*text))
		text++;
	return text;
}

static const char *number(const char *text)
{
	if (*text == '-')
		text++;
	text = *text == '0' ? text + 1 : digits(text);
	if (text && *text == '.')
		text = digits(text + 1);
	if (text && (*text == 'e' || *text == 'E')) {
		text++;
		text = digits(text + (*text == '+' || *text == '-'));
	}
	return text;
}

static const char *escape(const char *text)
{
	if (*text != 'u')
		return *text && strchr("\"\\/bfnrt", *text) ? text + 1 : break_at(text);
	if (strspn(text + 1, "0123456789abcdefABCDEF") < 4)
		return break_at(text);
	return text + 5;
}

/* One UTF-8 character beyond ASCII; the forms that are not allowed are told apart. */
static const char *wide(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	int more = c[0] >= 0xf0 ? 3 : c[0] >= 0xe0 ? 2 : 1;

	if (c[0] < 0xc2 || c[0] > 0xf4 || (c[0] == 0xe0 && c[1] < 0xa0) ||
	    (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
	    (c[0] == 0xf4 && c[1] > 0x8f))
		return break_at(text);
	for (int i = 1; i <= more; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return break_at(text);
	}
	return text + more + 1;
}

static const char *string(const char *text)
{
	if (*text != '"')
		return break_at(text);
	text++;
	while (text && *text != '"') {
		if ((unsigned char)*text < 0x20)
			return break_at(text);
		if (*text == '\\')
			text = escape(text + 1);
		else if ((unsigned char)*text >= 0x80)
			text = wide(text);
		else
			text++;
	}
	return text ? text + 1 : NULL;
}

static const char *value(const char *text, int depth);

static const char *member(const char *text, bool named, int depth)
{
	if (!named)
		return value(text, depth);
	text = string(skip_blanks(text));
	if (!text)
		return NULL;
	text = skip_blanks(text);
	return *text == ':' ? value(text + 1, depth) : break_at(text);
}

static const char *group(const char *text, char end, int depth)
{
	if (!depth)
		return break_at(text);
	text = skip_blanks(text);
	if (*text == end)
		return text + 1;
	for (;;) {
		text = member(text, end == '}', depth);
		if (!text || *text == end)
			return text ? text + 1 : NULL;
		if (*text != ',')
			return break_at(text);
		text++;
	}
}

static const char *word(const char *text, const char *expected)
{
	size_t length = strlen(expected);

	return strncmp(text, expected, length) ? break_at(text) : text + length;
}

/* Blanks around it included. */
static const char *value(const char *text, int depth)
{
	text = skip_blanks(text);
	switch (*text) {
	case '{':
		text = group(text + 1, '}', depth - 1);
		break;
	case '[':
		text = group(text + 1, ']', depth - 1);
		break;
	case '"':
		text = string(text);
		break;
	case 't':
		text = word(text, "true");
		break;
	case 'f':
		text = word(text, "false");
		break;
	case 'n':
		text = word(text, "null");
		break;
	default:
		text = number(text);
	}
	return text ? skip_blanks(text) : NULL;
}

const char *json_check(const char *text)
{
	const char *end = value(text, DEPTH_MOST);

	if (!end)
		return broken;
	return *end ? end : NULL;
}
