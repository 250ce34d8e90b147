// SPDX-License-Identifier: MIT
/* settings.c - values below /proc and /sys */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"

int setting_write(const char *path, const char *format, ...)
{
	const int file = open(path, O_WRONLY | O_CLOEXEC);
	va_list arguments;
	int written;

	if (file < 0)
		return -errno;
	va_start(arguments, format);
	written = vdprintf(file, format, arguments);
	va_end(arguments);
	if (written < 0)
		written = -errno;
	close(file);
	return written < 0 ? written : 0;
}

uint64_t setting_read(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char line[256], name[128];
	uint64_t found = 0, value;

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (!key && sscanf(line, "%" SCNu64, &value) == 1)
			found = value;
		else if (key && sscanf(line, "%127s %" SCNu64, name, &value) == 2 &&
			 !strcmp(name, key))
			found = value;
	}
	fclose(file);
	return found;
}
