// SPDX-License-Identifier: MIT
/*
 * tracing - the module's trace events, recorded for a while
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"
#include "tracing.h"

static int tracing_switch(const char *event, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING_EVENTS "%s%senable", event ? event : "",
		 event ? "/" : "");
	return file_write(path, value);
}

bool tracing_is_there(void)
{
	return !file_mount("tracefs", TRACING) &&
	       !access(TRACING_EVENTS "enable", F_OK);
}

int tracing_begin(const char *event)
{
	if (!tracing_is_there() || tracing_switch(NULL, "0"))
		return -ENODEV;
	/* Opening it for writing anew empties it. */
	close(open(TRACING "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC));
	return tracing_switch(event, "1") ? -ENODEV : 0;
}

int tracing_end(const char *event)
{
	return tracing_switch(event, "0");
}

int tracing_read(char *text, size_t size)
{
	return file_read(TRACING "/trace", text, size);
}
