// SPDX-License-Identifier: MIT
/*
 * process.c: who is laying out a region
 *
 * An identity fits into the 64 bits of one compare-and-swap, so that nobody can
 * die between claiming and saying who he is:
 *
 *	bits 63..42	process number; Linux has none of more than 22 bits
 *	bits 41..32	of the numbers of its pid and time namespaces: elsewhere the
 *			other two mean something else
 *	bits 31..0	start time in clock ticks; 0 is unknown
 */
#include "process.h"
#include "system-process.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_SHIFT	42
#define PLACE_SHIFT	32
#define PLACE_MASK	0x3ffu

/* Fields of /proc/PID/stat behind the name: proc(5) counts from 1. */
#define FIELD_STATE	3
#define FIELD_THREADS	20
#define FIELD_START	22

struct process {
	char state;
	long threads;
	uint32_t start;
};

/* The name may hold blanks and parentheses: fields are counted from its end. */
static bool parse(const char *text, struct process *process)
{
	const char *field = strrchr(text, ')');
	unsigned int number = FIELD_STATE;

	if (!field || strlen(field) < 3)
		return false;
	field += 2;
	process->state = *field;
	while (number < FIELD_START) {
		field = strchr(field, ' ');
		if (!field)
			return false;
		field++;
		if (++number == FIELD_THREADS)
			process->threads = strtol(field, NULL, 10);
	}
	process->start = (uint32_t)strtoull(field, NULL, 10);
	return true;
}

/* Up to the start time the longest line has less than 320 bytes. */
static bool look_up(long number, struct process *process)
{
	char path[32];
	char text[320];

	snprintf(path, sizeof(path), "/proc/%ld/stat", number);
	return bm_system_read(path, text, sizeof(text)) &&
	       parse(text, process);
}

static uint64_t place(void)
{
	uint64_t pids = bm_system_file_number("/proc/self/ns/pid");
	uint64_t clocks = bm_system_file_number("/proc/self/ns/time");

	return (pids ^ clocks << 5) & PLACE_MASK;
}

uint64_t bm_process_identity(void)
{
	long number = bm_system_process();
	struct process self = { .start = 0 };

	if (look_up(number, &self) && !self.start)
		self.start = 1;
	return (uint64_t)number << NUMBER_SHIFT | place() << PLACE_SHIFT |
	       self.start;
}

/* A process whose only thread is left as a zombie will do nothing more. */
bool bm_process_is_gone(uint64_t identity)
{
	long number = (long)(identity >> NUMBER_SHIFT);
	uint32_t start = (uint32_t)identity;
	struct process process;

	if ((identity >> PLACE_SHIFT & PLACE_MASK) != place())
		return false;
	if (!number || !bm_system_process_exists(number))
		return true;
	if (!look_up(number, &process))
		return false;
	if ((process.state == 'Z' || process.state == 'X') && process.threads <= 1)
		return true;
	return start && process.start && process.start != start;
}
