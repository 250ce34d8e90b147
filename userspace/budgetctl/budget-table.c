// SPDX-License-Identifier: MIT
/*
 * budget-table.c: reads a table of budgets
 *
 * libyaml says what stands where. Its events are read one by one, so that every
 * refusal knows its line, and whatever else YAML can do is refused where it begins.
 */
#include "budget-table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int budget_refuse(struct budget_table *table, int line, const char *format, ...)
{
	size_t size = sizeof(table->refusal);
	va_list arguments;
	int at;

	if (line)
		at = snprintf(table->refusal, size, "%.200s:%d: ", table->file, line);
	else
		at = snprintf(table->refusal, size, "%.200s: ", table->file);
	va_start(arguments, format);
	vsnprintf(table->refusal + at, size - (size_t)at, format, arguments);
	va_end(arguments);
	/* One line, whatever the file has in it. */
	for (char *c = table->refusal; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	return -EINVAL;
}

void budget_table_free(struct budget_table *table)
{
	free(table->entries);
	free(table->lines);
}

#ifdef HAVE_LIBYAML
#include <yaml.h>

/* Much more than a full table takes; what is longer is something else. */
#define FILE_MOST	((size_t)1 << 20)

/**
 * struct reader - a place in the file
 * @table: what was read before
 * @parser: libyaml's
 * @event: what stands here
 * @bytes: all of the file
 */
struct reader {
	struct budget_table *table;
	yaml_parser_t parser;
	yaml_event_t event;
	const char *bytes;
};

static int line_of(const struct reader *reader)
{
	return (int)reader->event.start_mark.line + 1;
}

/* libyaml reads ahead: where it is when it finds a bad byte says nothing. */
static int line_of_byte(const char *bytes, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes[i] == '\n';
	return line;
}

static int refuse_syntax(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	size_t line = parser->problem_mark.line;

	if (parser->error == YAML_READER_ERROR)
		return budget_refuse(reader->table,
				     line_of_byte(reader->bytes, parser->problem_offset),
				     "this is no text in UTF-8 (%s); write plain letters",
				     parser->problem);
	return budget_refuse(reader->table, (int)line + 1, "this cannot be understood (%s); write one 'key: value' a line, and indent with blanks, the same for lines that belong together",
			     parser->problem ? parser->problem : "no memory");
}

static int advance(struct reader *reader)
{
	yaml_event_delete(&reader->event);
	if (!yaml_parser_parse(&reader->parser, &reader->event))
		return refuse_syntax(reader);
	if (reader->event.type == YAML_ALIAS_EVENT)
		return budget_refuse(reader->table, line_of(reader), "a table has no aliases (*); write out what is meant");
	return 0;
}

static bool at(const struct reader *reader, yaml_event_type_t type)
{
	return reader->event.type == type;
}

static const char *text(const struct reader *reader)
{
	return (const char *)reader->event.data.scalar.value;
}

/* A byte of zero would hide what follows it. */
static int check_scalar(struct reader *reader, const char *what)
{
	if (!at(reader, YAML_SCALAR_EVENT))
		return budget_refuse(reader->table, line_of(reader), "%s is one word or number; write 'key: value'",
				     what);
	if (strlen(text(reader)) != reader->event.data.scalar.length)
		return budget_refuse(reader->table, line_of(reader), "%s has a byte of zero in it; remove it",
				     what);
	return 0;
}

/* The value of @key, which is the event before. */
static int read_value(struct reader *reader, const char *key)
{
	int line = line_of(reader);
	int err = advance(reader);

	if (!err && at(reader, YAML_SCALAR_EVENT) && !*text(reader))
		err = budget_refuse(reader->table, line, "%s has no value; write it after the colon, or remove the line",
				    key);
	return err ? err : check_scalar(reader, key);
}

static enum budget_key find_key(const char *name)
{
	int key = 0;

	while (key < BUDGET_KEYS && strcmp(budget_keys[key], name))
		key++;
	return (enum budget_key)key;
}

static int read_key(struct reader *reader)
{
	struct budget_table *table = reader->table;
	int err = check_scalar(reader, "a key");
	int line = line_of(reader);
	enum budget_key key;

	if (err)
		return err;
	key = find_key(text(reader));
	if (key == BUDGET_KEYS)
		return budget_refuse(table, line, "a budget has no '%.40s'; it has size, user, group, mode, pools, clients and node",
				     text(reader));
	err = read_value(reader, budget_keys[key]);
	return err ? err : budget_take_key(table, key, line, text(reader));
}

static int read_budget(struct reader *reader)
{
	struct budget_table *table = reader->table;
	int err = check_scalar(reader, "a budget's name");
	int line = line_of(reader);

	if (!err)
		err = budget_take_name(table, line, text(reader));
	if (!err)
		err = advance(reader);
	if (err)
		return err;
	if (!at(reader, YAML_MAPPING_START_EVENT))
		return budget_refuse(table, line, "nothing is said of budget '%s'; write 'size: 64M' in the next line, indented more than the name",
				     table->entries[table->count - 1].name);
	while (!(err = advance(reader)) && !at(reader, YAML_MAPPING_END_EVENT)) {
		err = read_key(reader);
		if (err)
			break;
	}
	if (!err && !table->entries[table->count - 1].size)
		err = budget_refuse(table, line, "budget '%s' has no size; write 'size: 64M' below it",
				    table->entries[table->count - 1].name);
	return err;
}

static int read_budgets(struct reader *reader)
{
	struct budget_table *table = reader->table;
	int line = line_of(reader), err;

	if (table->budgets_line)
		return budget_refuse(table, line, "budgets is there twice, first in line %d; put all of them below that",
				     table->budgets_line);
	table->budgets_line = line;
	err = advance(reader);
	if (!err && !at(reader, YAML_MAPPING_START_EVENT))
		err = budget_refuse(table, line, "no budget follows; write their names below, indented, or 'budgets: {}' to have none");
	while (!err) {
		err = advance(reader);
		if (err || at(reader, YAML_MAPPING_END_EVENT))
			break;
		err = read_budget(reader);
	}
	return err;
}

static int read_top(struct reader *reader)
{
	int err = check_scalar(reader, "a key");
	int line = line_of(reader);

	if (err)
		return err;
	if (!strcmp(text(reader), "budgets"))
		return read_budgets(reader);
	if (strcmp(text(reader), "total"))
		return budget_refuse(reader->table, line, "a table has no '%.40s'; it has total and budgets, and names of budgets stand indented below budgets",
				     text(reader));
	err = read_value(reader, "total");
	return err ? err : budget_take_total(reader->table, line, text(reader));
}

static int read_document(struct reader *reader)
{
	struct budget_table *table = reader->table;
	int err;

	if (!at(reader, YAML_MAPPING_START_EVENT))
		return budget_refuse(table, line_of(reader), "a table begins with 'total:' or 'budgets:'; see the example in budgetctl(1)");
	while (!(err = advance(reader)) && !at(reader, YAML_MAPPING_END_EVENT)) {
		err = read_top(reader);
		if (err)
			break;
	}
	if (!err && !table->budgets_line)
		err = budget_refuse(table, line_of(reader), "there are no budgets; write 'budgets:' and their names below, or 'budgets: {}' to have none");
	return err;
}

/* Goes on after @event, which libyaml always has here. */
static int pass(struct reader *reader, yaml_event_type_t event)
{
	return at(reader, event) ? advance(reader) : 0;
}

static int read_file(struct reader *reader)
{
	int err = advance(reader);

	if (!err)
		err = pass(reader, YAML_STREAM_START_EVENT);
	if (!err && at(reader, YAML_STREAM_END_EVENT))
		return budget_refuse(reader->table, line_of(reader), "the table is empty; to have no budgets, write 'budgets: {}'");
	if (!err)
		err = pass(reader, YAML_DOCUMENT_START_EVENT);
	if (!err)
		err = read_document(reader);
	if (!err)
		err = advance(reader);
	if (!err)
		err = pass(reader, YAML_DOCUMENT_END_EVENT);
	if (!err && !at(reader, YAML_STREAM_END_EVENT))
		err = budget_refuse(reader->table, line_of(reader), "a second table begins here; put all into one");
	return err;
}

static int read_bytes(struct budget_table *table, const char *bytes, size_t size)
{
	struct reader reader = { .table = table, .bytes = bytes };
	int err;

	if (!yaml_parser_initialize(&reader.parser))
		return budget_refuse(table, 0, "no memory to read it; free some");
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, size);
	err = read_file(&reader);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	return err;
}

int budget_table_read(struct budget_table *table, FILE *in, const char *file)
{
	char *bytes = malloc(FILE_MOST + 1);
	size_t size;
	int err;

	*table = (struct budget_table){ .file = file };
	if (!bytes)
		return budget_refuse(table, 0, "no memory to read it; free some");
	size = fread(bytes, 1, FILE_MOST + 1, in);
	if (ferror(in))
		err = budget_refuse(table, 0, "it cannot be read: %s", strerror(errno));
	else if (size > FILE_MOST)
		err = budget_refuse(table, 0, "it is longer than a table of budgets can be (%zu bytes); name another file",
				    FILE_MOST);
	else
		err = read_bytes(table, bytes, size);
	free(bytes);
	return err;
}

#else

int budget_table_read(struct budget_table *table, FILE *in, const char *file)
{
	(void)in;
	*table = (struct budget_table){ .file = file };
	return budget_refuse(table, 0, "this budgetctl was built without libyaml and cannot read tables; install libyaml-dev and build it again");
}

#endif /* HAVE_LIBYAML */
