/* SPDX-License-Identifier: MIT */
/*
 * faults.h - which page faults this process takes, and where
 *
 * getrusage() counts all faults of a process: those of its stack and of its
 * program text too. The kernel's performance events also tell the address of
 * each fault, so that the faults of one piece of memory can be told apart.
 *
 * Linux only; needs CAP_PERFMON or root. One thread, one counter at a time.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct faults - a running count
 * @base: first byte of the memory that is watched
 * @bytes: its size
 * @inside: faults in that memory, minor and major
 * @outside: faults of the process anywhere else
 * @lost: faults whose address was not recorded; the count is then useless
 * @file: descriptor of the performance event
 * @control: first page of its ring buffer
 */
struct faults {
	uintptr_t base;
	size_t bytes;
	uint64_t inside;
	uint64_t outside;
	uint64_t lost;
	int file;
	struct perf_event_mmap_page *control;
};

/**
 * faults_start() - begin to count the calling thread's faults
 * @faults: filled in
 * @base: first byte of the memory to watch
 * @bytes: its size
 *
 * Takes a ring buffer of 1 MiB, resident from the start: room for 65,536 faults
 * between two calls of faults_collect().
 * Return: 0, or -errno of perf_event_open(2) or mmap(2).
 */
int faults_start(struct faults *faults, const void *base, size_t bytes);

/**
 * faults_mark() - a number that changes with every fault
 * @faults: a running count
 *
 * Cheap: one load. Comparing it before and after a touch tells whether the
 * touch faulted.
 */
static inline uint64_t faults_mark(const struct faults *faults)
{
	return __atomic_load_n(&faults->control->data_head, __ATOMIC_ACQUIRE);
}

/**
 * faults_collect() - add what was recorded to @inside, @outside and @lost
 * @faults: a running count
 */
void faults_collect(struct faults *faults);

/**
 * faults_stop() - stop counting and give the buffer back
 * @faults: a running count; its sums stay readable
 */
void faults_stop(struct faults *faults);

#endif /* FAULTS_H */
