/* SPDX-License-Identifier: MIT */
/*
 * table.h: columns as wide as what stands in them
 */
#ifndef BUDGETCTL_TABLE_H
#define BUDGETCTL_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of a cell's text, the closing zero included. */
#define TABLE_CELL	48

struct table {
	const char *columns;
	size_t cells;
	char (*text)[TABLE_CELL];
};

/* Begins a table; @columns has a letter for each: l aligned left, r right. */
void table_begin(struct table *table, const char *columns);

/* Adds the next cell, row by row. Bytes that are not printable show as '?'. */
void table_cell(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a cell with so many bytes in units: 512, 8K, 1.5M. */
void table_size(struct table *table, uint64_t bytes);

/* Writes the table and frees it. Returns 0 or -ENOMEM if it lacks cells. */
int table_end(struct table *table, FILE *out);

/* Writes so many bytes in units into @text. */
void size_text(char text[TABLE_CELL], uint64_t bytes);

#endif /* BUDGETCTL_TABLE_H */
