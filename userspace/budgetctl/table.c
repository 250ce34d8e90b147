// SPDX-License-Identifier: MIT
/*
 * table.c: columns as wide as what stands in them
 */
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* More columns than any table here has. */
#define COLUMNS_MOST	16

/* Rounded to a tenth; exact where no point is shown. */
void size_text(char text[TABLE_CELL], uint64_t bytes)
{
	static const char letters[] = "KMGTPE";
	uint64_t unit = 1, whole, tenth;
	size_t power = 0;

	while (power < 6 && bytes / unit >= 1024) {
		unit *= 1024;
		power++;
	}
	whole = bytes / unit;
	tenth = (bytes % unit * 10 + unit / 2) / unit;
	whole += tenth / 10;
	tenth %= 10;
	if (!power)
		snprintf(text, TABLE_CELL, "%" PRIu64, bytes);
	else if (bytes % unit == 0)
		snprintf(text, TABLE_CELL, "%" PRIu64 "%c", whole, letters[power - 1]);
	else
		snprintf(text, TABLE_CELL, "%" PRIu64 ".%" PRIu64 "%c", whole, tenth,
			 letters[power - 1]);
}

void table_begin(struct table *table, const char *columns)
{
	*table = (struct table){ .columns = columns };
}

/* The room doubles whenever the count reaches a power of two. */
static char *next_cell(struct table *table)
{
	size_t count = table->cells;

	if (table->cells == SIZE_MAX)
		return NULL;
	if (!(count & (count - 1))) {
		void *grown = reallocarray(table->text, count ? count * 2 : 1,
					   TABLE_CELL);

		if (!grown) {
			table->cells = SIZE_MAX;
			return NULL;
		}
		table->text = grown;
	}
	return table->text[table->cells++];
}

/* A command's name is whatever a program calls itself, even to a terminal. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

void table_cell(struct table *table, const char *format, ...)
{
	char *text = next_cell(table);
	va_list arguments;

	if (!text)
		return;
	va_start(arguments, format);
	vsnprintf(text, TABLE_CELL, format, arguments);
	va_end(arguments);
	make_printable(text);
}

void table_size(struct table *table, uint64_t bytes)
{
	char text[TABLE_CELL];

	size_text(text, bytes);
	table_cell(table, "%s", text);
}

static void measure(const struct table *table, int widths[COLUMNS_MOST])
{
	memset(widths, 0, COLUMNS_MOST * sizeof(widths[0]));
	for (size_t i = 0; i < table->cells; i++) {
		int width = (int)strlen(table->text[i]);
		int *widest = &widths[i % strlen(table->columns)];

		if (*widest < width)
			*widest = width;
	}
}

/* A line does not end in blanks. */
static void put_cell(const char *text, bool left, bool last, int width, FILE *out)
{
	if (left)
		fprintf(out, "%-*s", last ? 0 : width, text);
	else
		fprintf(out, "%*s", width, text);
	fputs(last ? "\n" : "  ", out);
}

int table_end(struct table *table, FILE *out)
{
	size_t columns = strlen(table->columns);
	int widths[COLUMNS_MOST];
	int err = table->cells == SIZE_MAX ? -ENOMEM : 0;

	if (err)
		table->cells = 0;
	measure(table, widths);
	for (size_t i = 0; i < table->cells; i++) {
		size_t column = i % columns;

		put_cell(table->text[i], table->columns[column] == 'l',
			 column + 1 == columns, widths[column], out);
	}
	free(table->text);
	return err;
}
