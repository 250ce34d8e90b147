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
 * struct touches - what storing one byte into each page, again and again, cost
 * @count: stores
 * @faults: page faults in the memory, minor and major
 * @elsewhere: page faults of the same process outside of it
 * @longest: nanoseconds, the longest single store
 * @longest_fault: nanoseconds, the longest store that faulted; 0 if none did
 */
struct touches {
	uint64_t count;
	uint64_t faults;
	uint64_t elsewhere;
	uint64_t longest;
	uint64_t longest_fault;
};

/**
 * struct measured - one source of memory, measured
 * @error: 0, or -errno of what could not be set up; nothing else counts then
 * @bytes: size of the memory
 * @pages: its pages
 * @moved: pages that the kernel moved in the meantime, in the whole system
 * @busy: the stores beside a neighbour that churns and compacts memory
 * @forked: one store into each page after one fork(), while the child lives
 * @damaged: bytes that did not hold at the end what was stored last
 */
struct measured {
	int error;
	size_t bytes;
	size_t pages;
	uint64_t moved;
	struct touches busy;
	struct touches forked;
	uint64_t damaged;
};

/**
 * measure() - run the same work on one source of memory
 * @source: where the memory comes from
 * @bytes: how much
 * @seconds: how long to store beside the neighbour, > 0
 * @result: filled in
 *
 * The work runs in processes of its own, and so does the neighbour. Needs root.
 */
void measure(const struct memory_source *source, size_t bytes,
	     unsigned int seconds, struct measured *result);

/**
 * measure_fork() - the same, but only what comes after the fork()
 * @source: where the memory comes from
 * @bytes: how much
 * @result: filled in, but for @busy and @moved
 */
void measure_fork(const struct memory_source *source, size_t bytes,
		  struct measured *result);

#endif /* MEASURE_H */
