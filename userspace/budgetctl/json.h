/* SPDX-License-Identifier: MIT */
/*
 * json.h: writes JSON, indented, one member a line
 *
 * Debian has libraries for this. None is used: writing, without reading, is this one
 * file, and a library would have to be there for every machine the tool is built for.
 *
 * Every function takes the member's name, or NULL for an element of an array.
 */
#ifndef BUDGETCTL_JSON_H
#define BUDGETCTL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	int depth;
	bool empty;
};

void json_begin(struct json *json, FILE *out);
void json_end(struct json *json);

void json_open_object(struct json *json, const char *name);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *name);
void json_close_array(struct json *json);

void json_number(struct json *json, const char *name, uint64_t value);
void json_boolean(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

/* At most @size bytes of @text, to the first zero; no need to be valid UTF-8. */
void json_string(struct json *json, const char *name, const char *text,
		 size_t size);

#endif /* BUDGETCTL_JSON_H */
