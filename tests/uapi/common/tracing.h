/* SPDX-License-Identifier: MIT */
/*
 * tracing - the module's trace events, recorded for a while
 */
#ifndef BUDGETMEM_TESTS_TRACING_H
#define BUDGETMEM_TESTS_TRACING_H

#include <stdbool.h>
#include <stddef.h>

#define TRACING		"/sys/kernel/tracing"

/* One event's switch and format are in a directory of that name below it. */
#define TRACING_EVENTS	TRACING "/events/budgetmem/"

/* Enough for what is recorded in one case. */
#define TRACING_SIZE	((size_t)64 << 10)

/* Are there trace events of the module? Mounts their file system. */
bool tracing_is_there(void);

/*
 * Forget what was recorded, and record this event from here on, or all of the module
 * with NULL: 0 or -ENODEV.
 */
int tracing_begin(const char *event);

/* Record no more of them. */
int tracing_end(const char *event);

/* What was recorded, as text: 0 or -errno. */
int tracing_read(char *text, size_t size);

#endif /* BUDGETMEM_TESTS_TRACING_H */
