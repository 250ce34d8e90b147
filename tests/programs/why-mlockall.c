// SPDX-License-Identifier: MIT
/* why-mlockall.c - locked memory still faults; a pool does not */
#include <inttypes.h>

#include "measure.h"
#include "screen.h"
#include "why.h"

#define BYTES	((size_t)32 << 20)
#define SECONDS	10

static void show_touches(const char *what, const struct touches *touches)
{
	char longest[SCREEN_TEXT];

	screen_line("  %-38s %7" PRIu64 " faults, longest %s", what,
		    touches->faults,
		    screen_duration(longest, touches->longest_fault));
}

static int show(const struct memory_source *source)
{
	struct measured result;

	screen_heading("%s, 32 MiB = 8192 pages", source->name);
	measure(source, BYTES, SECONDS, &result);
	if (result.error)
		return result.error;
	screen_line("one byte into each page, again and again:");
	show_touches("10 s while a neighbour makes the kernel", &result.busy);
	screen_line("  move pages (%" PRIu64 " moved)", result.moved);
	show_touches("once, after one fork()", &result.forked);
	return 0;
}

int why_mlockall(void)
{
	static const struct memory_source locked = {
		"malloc, mlockall, every page written", memory_from_malloc,
	};
	static const struct memory_source pool = {
		"a pool of a budget", memory_from_pool,
	};
	const int err = show(&locked);

	return err ? err : show(&pool);
}
