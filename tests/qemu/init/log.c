// SPDX-License-Identifier: MIT
/* The kernel's messages, record by record, from /dev/kmsg. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

/* The kernel hands out one record at a time and none is longer. */
#define RECORD_BYTES	8192

static int kmsg = -1;

void log_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0) {
		channel_line("guest stops: no kernel log: %s", strerror(errno));
		guest_end();
	}
}

/* A record is "number,number,number,...;text\n" and lines of properties. */
static void pass_record(char *record, size_t bytes)
{
	char *text = memchr(record, ';', bytes);
	char *end;

	if (!text++)
		return;
	end = memchr(text, '\n', record + bytes - text);
	if (!end)
		end = record + bytes;
	channel_pass("log: ", text, end - text);
	channel_pass("log: ", "\n", 1);
}

void log_pass(void)
{
	char record[RECORD_BYTES];
	ssize_t bytes;

	for (;;) {
		bytes = read(kmsg, record, sizeof(record));
		if (bytes > 0)
			pass_record(record, bytes);
		else if (bytes < 0 && errno == EPIPE)
			channel_line("log: LOST: the kernel overwrote messages");
		else
			return;
	}
}
