// SPDX-License-Identifier: MIT
/* why-mlockall.c - locked memory still faults; a pool does not */
#include <inttypes.h>

#include "measure.h"
#include "screen.h"
#include "why.h"

#define COMPACTIONS	15u

static void show_progress(uint64_t compactions)
{
	screen_progress("%" PRIu64 " of %u compactions", compactions,
			COMPACTIONS);
}

static int show(const char *name, memory_source source)
{
	const struct trial trial = {
		.source = source,
		.bytes = (size_t)32 << 20,
		.compactions = COMPACTIONS,
		.seconds = 40,
		.tick = show_progress,
	};
	char longest[SCREEN_TEXT];
	struct measured result;

	screen_heading("%s, 32 MiB = 8192 pages", name);
	measure(&trial, &result);
	if (result.error)
		return result.error;
	screen_text("One byte into each page, again and again, while a neighbour "
		    "has the kernel compact memory %" PRIu64 " times, which moves "
		    "%" PRIu64 " pages:", result.compactions, result.moved);
	screen_line("  %6" PRIu64 " faults, the longest took %s",
		    result.busy.faults,
		    screen_duration(longest, result.busy.longest_fault));
	screen_text("One byte into each page after one fork():");
	screen_line("  %6" PRIu64 " faults, the longest took %s",
		    result.forked.faults,
		    screen_duration(longest, result.forked.longest_fault));
	return 0;
}

int why_mlockall(void)
{
	const int err = show("malloc, mlockall, every page written",
			     memory_from_malloc);

	return err ? err : show("a pool of a budget", memory_from_pool);
}
