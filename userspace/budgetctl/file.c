// SPDX-License-Identifier: MIT
/*
 * file.c: small files of /proc and /sys
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

static bool next_line(FILE *file, char *line, int size)
{
	if (!fgets(line, size, file))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool file_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool read = file && next_line(file, line, size);

	if (file)
		fclose(file);
	return read;
}

bool file_value(const char *path, const char *key, char *value, int size)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(key);
	bool found = false;

	while (file && !found && next_line(file, value, size))
		found = !strncmp(value, key, length);
	if (file)
		fclose(file);
	if (!found)
		return false;
	length += strspn(value + length, " \t");
	memmove(value, value + length, strlen(value + length) + 1);
	return true;
}
