// SPDX-License-Identifier: MIT
/*
 * json.c: writes JSON, indented, one member a line
 */
#include "json.h"
#include "utf8.h"

#include <inttypes.h>
#include <string.h>

static void new_line(struct json *json)
{
	fputc('\n', json->out);
	for (int i = 0; i < json->depth; i++)
		fputs("  ", json->out);
}

static size_t put_character(FILE *out, const unsigned char *text, size_t left)
{
	size_t size = utf8_size(text, left);

	if (!size) {
		fputs("\\ufffd", out);
		return 1;
	}
	if (size == 1 && (text[0] < 0x20 || text[0] == 0x7f))
		fprintf(out, "\\u%04x", text[0]);
	else if (size == 1 && (text[0] == '"' || text[0] == '\\'))
		fprintf(out, "\\%c", text[0]);
	else
		fwrite(text, 1, size, out);
	return size;
}

static void put_string(FILE *out, const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	size_t at = 0;

	fputc('"', out);
	while (at < length)
		at += put_character(out, (const unsigned char *)text + at, length - at);
	fputc('"', out);
}

static void begin_member(struct json *json, const char *name)
{
	if (!json->empty)
		fputc(',', json->out);
	if (json->depth)
		new_line(json);
	json->empty = false;
	if (!name)
		return;
	put_string(json->out, name, strlen(name));
	fputs(": ", json->out);
}

static void open_with(struct json *json, const char *name, char bracket)
{
	begin_member(json, name);
	fputc(bracket, json->out);
	json->depth++;
	json->empty = true;
}

static void close_with(struct json *json, char bracket)
{
	json->depth--;
	if (!json->empty)
		new_line(json);
	fputc(bracket, json->out);
	json->empty = false;
}

void json_begin(struct json *json, FILE *out)
{
	*json = (struct json){ .out = out, .empty = true };
	json_open_object(json, NULL);
}

void json_end(struct json *json)
{
	json_close_object(json);
	fputc('\n', json->out);
}

void json_open_object(struct json *json, const char *name)
{
	open_with(json, name, '{');
}

void json_close_object(struct json *json)
{
	close_with(json, '}');
}

void json_open_array(struct json *json, const char *name)
{
	open_with(json, name, '[');
}

void json_close_array(struct json *json)
{
	close_with(json, ']');
}

void json_number(struct json *json, const char *name, uint64_t value)
{
	begin_member(json, name);
	fprintf(json->out, "%" PRIu64, value);
}

void json_boolean(struct json *json, const char *name, bool value)
{
	begin_member(json, name);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *name)
{
	begin_member(json, name);
	fputs("null", json->out);
}

void json_string(struct json *json, const char *name, const char *text, size_t size)
{
	begin_member(json, name);
	put_string(json->out, text, size);
}
