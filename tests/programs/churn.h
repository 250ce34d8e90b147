/* SPDX-License-Identifier: MIT */
/*
 * churn.h - a neighbour that keeps the kernel's memory in motion
 *
 * A process of its own that fills half of the free memory, gives every second
 * page back, has the kernel compact what is left (/proc/sys/vm/compact_memory)
 * and begins again. That is an hour of a busy system, condensed.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdint.h>
#include <sys/types.h>

/**
 * struct churn - a neighbour at work
 * @process: its process number
 * @rounds: how often it has had memory compacted; shared with it
 */
struct churn {
	pid_t process;
	volatile uint64_t *rounds;
};

/**
 * churn_start() - start the neighbour
 * @churn: filled in
 *
 * Needs root. The process ends with churn_stop() or with its parent.
 * Return: 0, or -errno of mmap(2) or fork(2).
 */
int churn_start(struct churn *churn);

/**
 * churn_stop() - end the neighbour and wait until it is gone
 * @churn: what churn_start() filled in, void afterwards
 *
 * Return: how often it has had memory compacted.
 */
uint64_t churn_stop(struct churn *churn);

/**
 * churn_moved_pages() - pages that the kernel has moved since it booted
 *
 * Return: pgmigrate_success of /proc/vmstat; 0 where the kernel has none.
 */
uint64_t churn_moved_pages(void);

#endif /* CHURN_H */
