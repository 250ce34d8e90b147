/* SPDX-License-Identifier: MIT */
/*
 * bench.h - what the parts of the kernel benchmark share
 *
 * The program runs in a guest whose clock counts instructions. It prints what it
 * measured and judges nothing; tests/bench/kernel/figures.awk makes ratios of it.
 * Whatever fails ends the program: a measurement of failures is worth nothing.
 */
#ifndef BUDGETMEM_BENCH_H
#define BUDGETMEM_BENCH_H

#include <linux/types.h>

/* Budget that most measurements work in. */
#define BENCH_BUDGET	"bench"

/* Nanoseconds, which are instructions in the guest, since some moment. */
__u64 clock_now(void);

/* Ends the program and says what failed if @result is negative; returns it otherwise. */
int must(int result, const char *what);

/*
 * Each of these prints the lines of @rounds rounds. Round 0 is one more, which warms
 * up and is not counted.
 *
 *	lap ROUND SOURCE BYTES STEP NANOSECONDS
 *	call ROUND NAME NANOSECONDS TIMES
 *	crowd ROUND WHO CALL NANOSECONDS TIMES
 *	pieces ROUND WHO NANOSECONDS TIMES
 */
void memory_measure(unsigned int rounds);
void calls_measure(unsigned int rounds);
void crowd_measure(unsigned int rounds);
void pieces_measure(unsigned int rounds);

/*
 * Prints, once,
 *
 *	budget NAME BYTES POOLS CLIENTS OVERHEAD	as the kernel says it
 *	loaded BYTES			that the module takes, initialisation gone
 */
void records_measure(unsigned int rounds);

#endif /* BUDGETMEM_BENCH_H */
