/* SPDX-License-Identifier: MIT */
/*
 * faults - how many page faults were taken, and where
 */
#ifndef BUDGETMEM_TESTS_FAULTS_H
#define BUDGETMEM_TESTS_FAULTS_H

#include <stddef.h>

/*
 * Page faults, minor and major, that the calling thread has taken so far
 * anywhere. Exact, but the thread's own stack and text count too: right for a
 * quiet moment after a warm-up.
 */
long faults_of_thread(void);

/*
 * Store to, or read, the first byte of every page. The number of faults that
 * this took in the calling thread.
 */
long faults_storing(volatile unsigned char *memory, size_t size);
long faults_reading(const volatile unsigned char *memory, size_t size);

/*
 * A list of the addresses at which the thread that opened it faulted since. It
 * tells a fault on a pool from one on the thread's stack or text, which
 * compaction, say, may move at any time.
 */
struct fault_log {
	int fd;
	size_t size;
	void *ring;
};

/* 0; -errno if the kernel has no software event for page faults. */
int fault_log_open(struct fault_log *log);
void fault_log_close(struct fault_log *log);

/*
 * Number of faults within [memory, memory + size) since the log was opened; -1
 * if the log became full, so that nobody can tell.
 */
long fault_log_count(const struct fault_log *log, const void *memory,
		     size_t size);

#endif /* BUDGETMEM_TESTS_FAULTS_H */
