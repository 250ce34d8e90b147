// SPDX-License-Identifier: MIT
/* screen.c - a report for a terminal of 80 columns */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "screen.h"

#define COLUMNS	78
#define BLANKS	"        "

static unsigned int headings;

void screen_start(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void write_line(const char *before, const char *format,
		       va_list arguments)
{
	fputs(before, stdout);
	vprintf(format, arguments);
	putchar('\n');
}

void screen_heading(const char *format, ...)
{
	char before[16];
	va_list arguments;

	snprintf(before, sizeof(before), "\n%u. ", ++headings);
	va_start(arguments, format);
	write_line(before, format, arguments);
	va_end(arguments);
}

void screen_line(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line("  ", format, arguments);
	va_end(arguments);
}

/* Where to break @text, which is longer than @width: at the last blank before. */
static size_t line_length(const char *text, size_t width)
{
	size_t length = width;

	while (length > 0 && text[length] != ' ')
		length--;
	return length ? length : width;
}

static void write_wrapped(const char *first, const char *format,
			  va_list arguments)
{
	const size_t width = COLUMNS - strlen(first);
	const char *before = first;
	char buffer[1024];
	const char *text = buffer;

	vsnprintf(buffer, sizeof(buffer), format, arguments);
	while (strlen(text) > width) {
		const size_t length = line_length(text, width);

		printf("%s%.*s\n", before, (int)length, text);
		text += length;
		text += strspn(text, " ");
		before = BLANKS + strlen(BLANKS) - strlen(first);
	}
	printf("%s%s\n", before, text);
}

void screen_text(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_wrapped("  ", format, arguments);
	va_end(arguments);
}

void screen_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_wrapped("    ", format, arguments);
	va_end(arguments);
}

void screen_item(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_wrapped("  - ", format, arguments);
	va_end(arguments);
}

void screen_progress(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line("  ... ", format, arguments);
	va_end(arguments);
}

void screen_command(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line("  # ", format, arguments);
	va_end(arguments);
}

bool screen_verdict(bool good, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(good ? "  [ OK ] " : "  [FAIL] ", format, arguments);
	va_end(arguments);
	return good;
}

const char *screen_duration(char text[SCREEN_TEXT], uint64_t value)
{
	if (value < 1000)
		snprintf(text, SCREEN_TEXT, "%" PRIu64 " ns", value);
	else if (value < 1000000)
		snprintf(text, SCREEN_TEXT, "%.1f us", (double)value / 1e3);
	else if (value < 1000000000)
		snprintf(text, SCREEN_TEXT, "%.1f ms", (double)value / 1e6);
	else
		snprintf(text, SCREEN_TEXT, "%.1f s", (double)value / 1e9);
	return text;
}

static const char *write_scaled(char text[SCREEN_TEXT], double value,
				const char *unit)
{
	const char *format = value == (double)(uint64_t)value ? "%.0f %s" :
			     "%.1f %s";

	snprintf(text, SCREEN_TEXT, format, value, unit);
	return text;
}

const char *screen_bytes(char text[SCREEN_TEXT], uint64_t value)
{
	if (value >= 1 << 20)
		return write_scaled(text, (double)value / (1 << 20), "MiB");
	if (value >= 1 << 10)
		return write_scaled(text, (double)value / (1 << 10), "KiB");
	return write_scaled(text, (double)value, "bytes");
}
