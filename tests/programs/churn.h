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
 * churn_start() - start the neighbour
 *
 * Needs root. The process ends with churn_stop() or with its parent.
 * Return: its process number, or -errno of fork(2).
 */
pid_t churn_start(void);

/**
 * churn_stop() - end the neighbour and wait until it is gone
 * @churn: what churn_start() returned
 */
void churn_stop(pid_t churn);

/**
 * churn_moved_pages() - pages that the kernel has moved since it booted
 *
 * Return: pgmigrate_success of /proc/vmstat; 0 where the kernel has none.
 */
uint64_t churn_moved_pages(void);

#endif /* CHURN_H */
