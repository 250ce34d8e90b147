// SPDX-License-Identifier: MIT
/* Lines to the host. Control characters would tear them and become '?'. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

#define LINE_BYTES	1024

static int channel = -1;
static char kept[LINE_BYTES];
static size_t kept_bytes;

void channel_open(void)
{
	/* The kernel hands words of its command line on as environment. */
	const char *path = getenv("channel");
	struct termios settings;

	if (path)
		channel = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (channel < 0 || tcgetattr(channel, &settings)) {
		perror("no channel to the host");
		guest_end();
	}
	cfmakeraw(&settings);
	tcsetattr(channel, TCSANOW, &settings);
}

static void write_line(const char *line, size_t bytes)
{
	while (bytes) {
		ssize_t written = write(channel, line, bytes);

		if (written <= 0) {
			perror("the channel to the host is broken");
			guest_end();
		}
		line += written;
		bytes -= written;
	}
}

void channel_line(const char *format, ...)
{
	char line[LINE_BYTES + 32];
	va_list arguments;
	int bytes;

	va_start(arguments, format);
	bytes = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (bytes > (int)sizeof(line) - 2)
		bytes = sizeof(line) - 2;
	line[bytes] = '\n';
	write_line(line, bytes + 1);
}

static void flush_kept(const char *prefix)
{
	channel_line("%s%.*s", prefix, (int)kept_bytes, kept);
	kept_bytes = 0;
}

void channel_pass(const char *prefix, const char *bytes, size_t count)
{
	size_t i;

	if (!count && kept_bytes)
		flush_kept(prefix);
	for (i = 0; i < count; i++) {
		unsigned char c = bytes[i];

		if (c == '\n' || kept_bytes == sizeof(kept))
			flush_kept(prefix);
		if (c != '\n')
			kept[kept_bytes++] = c < ' ' && c != '\t' ? '?' : c;
	}
}

void channel_drain(void)
{
	tcdrain(channel);
}
