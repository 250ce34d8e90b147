// SPDX-License-Identifier: MIT
/* demo-summary.c - what was seen, in plain words */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "demo.h"
#include "screen.h"

static void tell_refusals(const struct demo *demo)
{
	if (demo->refused_beyond == EDQUOT)
		screen_item("A program that asked for more than its budget got "
			    "an error that it can handle, and went on.");
	if (demo->refused_locked == EPERM)
		screen_item("After it had locked, it got nothing more, although "
			    "its budget was not used up.");
}

static void tell_faults(const char *name, const struct measured *measured)
{
	const struct touches *busy = &measured->busy;
	char longest[SCREEN_TEXT];

	if (busy->faults)
		screen_item("%s: %" PRIu64 " times the program had to wait for "
			    "its own memory, once for %s; after one fork() %"
			    PRIu64 " of %zu pages faulted again.", name,
			    busy->faults,
			    screen_duration(longest, busy->longest_fault),
			    measured->forked.faults, measured->pages);
	else
		screen_item("%s: the program never had to wait for its own "
			    "memory; after one fork() %" PRIu64 " of %zu pages "
			    "faulted again.", name, measured->forked.faults,
			    measured->pages);
}

void demo_summary(const struct demo *demo)
{
	char bytes[SCREEN_TEXT];

	screen_heading("What you have seen");
	screen_item("%s of memory were set aside before any program ran.",
		    screen_bytes(bytes, demo->set_aside));
	tell_refusals(demo);
	for (int kind = 0; kind < DEMO_KINDS; kind++)
		tell_faults(demo_kind_names[kind], &demo->measured[kind]);
	screen_item("When all programs had ended, %" PRIu64
		    " bytes of the budgets were in use.", demo->left_bytes);
	putchar('\n');
	if (demo->wrong)
		screen_verdict(false, "not as budgetmem guarantees it: %u of the "
			       "verdicts above", demo->wrong);
	else
		screen_verdict(true, "everything was as budgetmem guarantees it");
}
