// SPDX-License-Identifier: MIT
/* why-mlockall.c - locked memory still faults; a pool does not */
#include <inttypes.h>

#include "measure.h"
#include "screen.h"
#include "why.h"

/* Pages that the kernel moves while the stores go on. */
#define MOVES	40000u

static void show_progress(uint64_t moves)
{
	screen_progress("%" PRIu64 " of %u pages moved", moves, MOVES);
}

static void show_touches(const char *what, const struct touches *touches)
{
	char longest[SCREEN_TEXT];

	screen_line("  %-26s %5" PRIu64 " faults%s%s", what, touches->faults,
		    touches->faults ? ", the longest took " : "",
		    touches->faults ?
		    screen_duration(longest, touches->longest_fault) : "");
}

static int show(const char *name, memory_source source)
{
	const struct trial trial = {
		.source = source,
		.bytes = (size_t)32 << 20,
		.moves = MOVES,
		.seconds = 40,
		.tick = show_progress,
	};
	struct measured result;

	screen_heading("%s, 32 MiB = 8192 pages", name);
	measure(&trial, &result);
	if (result.error)
		return result.error;
	screen_text("One byte into each page, again and again, while a neighbour "
		    "has the kernel compact memory, which moves %" PRIu64
		    " pages; then once more after one fork():", result.moves);
	show_touches("beside the neighbour:", &result.busy);
	show_touches("after the fork:", &result.forked);
	return 0;
}

int why_mlockall(void)
{
	const int err = show("malloc, mlockall, every page written",
			     memory_from_malloc);

	return err ? err : show("a pool of a budget", memory_from_pool);
}
