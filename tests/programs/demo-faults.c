// SPDX-License-Identifier: MIT
/* demo-faults.c - the same work on three kinds of locked memory */
#include <inttypes.h>
#include <stdio.h>

#include "demo.h"
#include "screen.h"

/* Pages that the kernel moves while the stores go on. */
#define MOVES	40000u

const char *const demo_kind_names[DEMO_KINDS] = {
	[DEMO_MALLOC]	= "malloc + mlockall",
	[DEMO_MEMFD]	= "memfd + mlock",
	[DEMO_POOL]	= "budgetmem pool",
};

static const memory_source sources[DEMO_KINDS] = {
	[DEMO_MALLOC]	= memory_from_malloc,
	[DEMO_MEMFD]	= memory_from_memfd,
	[DEMO_POOL]	= memory_from_pool,
};

static void explain(void)
{
	screen_heading("Does a locked program ever wait for its own memory?");
	screen_text("32 MiB of each kind, present and locked. A program stores "
		    "one byte into each page, again and again, while a "
		    "neighbour fills, frees and compacts the machine's memory; "
		    "and once more after one fork(). Each page fault is a wait "
		    "in the kernel. (malloc and memfd are written once "
		    "beforehand; the pool is not.)");
}

/* Which one is being measured, for the progress. */
static const char *measuring;

static void show_progress(uint64_t moves)
{
	screen_progress("%s: %" PRIu64 " of %u pages moved", measuring, moves,
			MOVES);
}

static int measure_all(struct demo *demo)
{
	struct trial trial = {
		.bytes = (size_t)32 << 20,
		.moves = MOVES,
		.seconds = 20,
		.tick = show_progress,
	};

	for (int kind = 0; kind < DEMO_KINDS; kind++) {
		trial.source = sources[kind];
		measuring = demo_kind_names[kind];
		show_progress(0);
		measure(&trial, &demo->measured[kind]);
		if (demo->measured[kind].error)
			return demo->measured[kind].error;
	}
	return 0;
}

static const char *duration_or_none(char text[SCREEN_TEXT], uint64_t value)
{
	return value ? screen_duration(text, value) : "-";
}

static void show_row(const char *name, const struct measured *measured)
{
	const struct touches *busy = &measured->busy;
	const struct touches *forked = &measured->forked;
	char text[4][SCREEN_TEXT];

	screen_line("%-18s|%7" PRIu64 " %8s %8s |%7" PRIu64 " %8s %8s", name,
		    busy->faults,
		    duration_or_none(text[0], busy->longest_fault),
		    duration_or_none(text[1], busy->longest_other),
		    forked->faults,
		    duration_or_none(text[2], forked->longest_fault),
		    duration_or_none(text[3], forked->longest_other));
}

static void show_table(const struct demo *demo)
{
	putchar('\n');
	screen_line("%-18s|  %-24s|  %s", "", "compacting neighbour",
		    "after one fork()");
	screen_line("%-18s|%7s %17s |%7s %17s", "", "", "longest touch", "",
		    "longest touch");
	screen_line("%-18s|%7s %8s %8s |%7s %8s %8s", "memory", "faults",
		    "faulted", "other", "faults", "faulted", "other");
	screen_line("------------------+--------------------------+"
		    "--------------------------");
	for (int kind = 0; kind < DEMO_KINDS; kind++)
		show_row(demo_kind_names[kind], &demo->measured[kind]);
	putchar('\n');
}

static void show_circumstances(const struct demo *demo)
{
	const struct measured *pool = &demo->measured[DEMO_POOL];

	screen_text("Meanwhile the kernel moved %" PRIu64 ", %" PRIu64 " and %"
		    PRIu64 " pages of the machine. \"Other\" touches did not "
		    "wait for memory: interrupts, other programs and this "
		    "emulated processor made them long. Not in the table: %"
		    PRIu64 " faults of the pool's program in its stack and "
		    "text, which are no pools; mlockall is for those.",
		    demo->measured[DEMO_MALLOC].moves,
		    demo->measured[DEMO_MEMFD].moves, pool->moves,
		    pool->busy.elsewhere + pool->forked.elsewhere);
}

int demo_faults(struct demo *demo)
{
	const struct measured *pool = &demo->measured[DEMO_POOL];
	int err;

	explain();
	err = measure_all(demo);
	if (err)
		return err;
	show_table(demo);
	show_circumstances(demo);
	demo_verdict(demo, !pool->busy.faults && !pool->forked.faults,
		     "the pool: %" PRIu64 " faults in %" PRIu64 " touches",
		     pool->busy.faults + pool->forked.faults,
		     pool->busy.count + pool->forked.count);
	demo_verdict(demo, !pool->damaged,
		     "the pool: %" PRIu64 " pages damaged", pool->damaged);
	return 0;
}
