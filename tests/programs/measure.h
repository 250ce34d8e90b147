/* SPDX-License-Identifier: MIT */
/*
 * measure.h - what a program that uses one kind of memory has to wait for
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/**
 * struct trial - what to measure, and for how long
 * @source: where the memory comes from
 * @bytes: how much
 * @moves: the stores go on until the kernel has moved so many pages of the whole
 *	system, so that every source stands the same test ...
 * @seconds: ... or this time is up
 * @tick: called every two seconds with the moves so far, for somebody who waits;
 *	may be NULL
 */
struct trial {
	memory_source source;
	size_t bytes;
	uint64_t moves;
	unsigned int seconds;
	void (*tick)(uint64_t moves);
};

/**
 * struct touches - what storing one byte into each page, again and again, cost
 * @count: stores
 * @faults: page faults in the memory, minor and major
 * @elsewhere: page faults of the same process outside of it
 * @longest_fault: nanoseconds, the longest store that faulted; 0 if none did
 * @longest_other: nanoseconds, the longest of the others
 */
struct touches {
	uint64_t count;
	uint64_t faults;
	uint64_t elsewhere;
	uint64_t longest_fault;
	uint64_t longest_other;
};

/**
 * struct measured - one source of memory, measured
 * @error: 0, or -errno of what could not be done; nothing else counts then
 * @pages: pages of the memory
 * @moves: pages of the whole system that the kernel moved meanwhile
 * @busy: the stores beside the neighbour
 * @forked: one store into each page after one fork(), while the child lives
 * @damaged: pages that did not hold at the end what was stored last
 */
struct measured {
	int error;
	size_t pages;
	uint64_t moves;
	struct touches busy;
	struct touches forked;
	uint64_t damaged;
};

/**
 * measure() - have one source of memory do the work
 * measure_fork() - the same, but only what comes after the fork()
 * @trial: what to measure
 * @result: filled in
 *
 * The work runs in processes of its own, and so does the neighbour. Needs root.
 */
void measure(const struct trial *trial, struct measured *result);
void measure_fork(const struct trial *trial, struct measured *result);

#endif /* MEASURE_H */
