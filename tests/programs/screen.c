// SPDX-License-Identifier: MIT
/* screen.c - a report for a terminal of 80 columns */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "screen.h"

#define BOLD	"\033[1m"
#define GREEN	"\033[32m"
#define RED	"\033[1;31m"
#define CYAN	"\033[36m"
#define PLAIN	"\033[0m"

static bool coloured;
static unsigned int headings;

void screen_start(bool colour)
{
	coloured = colour;
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void write_painted(const char *before, const char *paint,
			  const char *format, va_list arguments)
{
	fputs(before, stdout);
	if (coloured)
		fputs(paint, stdout);
	vprintf(format, arguments);
	if (coloured)
		fputs(PLAIN, stdout);
	putchar('\n');
}

void screen_heading(const char *format, ...)
{
	char before[16];
	va_list arguments;

	snprintf(before, sizeof(before), "\n%u. ", ++headings);
	va_start(arguments, format);
	write_painted(before, BOLD, format, arguments);
	va_end(arguments);
}

void screen_line(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_painted("  ", "", format, arguments);
	va_end(arguments);
}

void screen_command(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_painted("  # ", CYAN, format, arguments);
	va_end(arguments);
}

bool screen_verdict(bool good, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_painted(good ? "  [ ok ] " : "  [FAIL] ", good ? GREEN : RED,
		      format, arguments);
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

const char *screen_bytes(char text[SCREEN_TEXT], uint64_t value)
{
	if (value >= 1 << 20 && value % (1 << 20) == 0)
		snprintf(text, SCREEN_TEXT, "%" PRIu64 " MiB", value >> 20);
	else if (value >= 1 << 10 && value % (1 << 10) == 0)
		snprintf(text, SCREEN_TEXT, "%" PRIu64 " KiB", value >> 10);
	else
		snprintf(text, SCREEN_TEXT, "%" PRIu64 " bytes", value);
	return text;
}
