// SPDX-License-Identifier: MIT
/* why-mlockall.c - locked memory still faults; a pool does not */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "measure.h"
#include "screen.h"
#include "settings.h"
#include "victim.h"
#include "why.h"

#define MIB	((size_t)1 << 20)
#define LOCKED	(8 * MIB)
#define MORE	(16 * MIB)

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

/* Asks for more after mlockall(), as any library may. */
static int take_more(volatile uint64_t *touched)
{
	struct memory memory;
	void *more;

	if (memory_from_malloc(&memory, LOCKED))
		return 1;
	more = malloc(MORE);
	if (more)
		victim_touch(more, MORE, touched);
	screen_line("after mlockall and %zu MiB, %zu MiB more:  %s",
		    LOCKED / MIB, MORE / MIB, more ? "granted" : "refused");
	screen_line("locked in all, with stacks and libraries: %" PRIu64 " KiB",
		    setting_read("/proc/self/status", "VmLck:"));
	return 0;
}

static int show_no_budget(void)
{
	struct victim victim;

	screen_heading("mlockall is no budget");
	return victim_run(take_more, &victim);
}

static int show_budget(void)
{
	struct memory memory;
	struct bm_pool *pool;
	int err;

	screen_heading("A locked client of a budget");
	err = memory_from_pool(&memory, LOCKED);
	if (err)
		return err;
	err = bm_pool_create(memory.client, "more", MORE, 0, &pool);
	screen_line("after the lock and %zu MiB, %zu MiB more:  %s",
		    LOCKED / MIB, MORE / MIB, err ? strerror(-err) : "granted");
	bm_client_close(memory.client);
	return 0;
}

int why_mlockall(void)
{
	int err;

	err = show("malloc, mlockall, every page written", memory_from_malloc);
	if (!err)
		err = show("A pool of a budget", memory_from_pool);
	if (!err)
		err = show_no_budget();
	return err ? err : show_budget();
}
