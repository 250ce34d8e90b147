/* SPDX-License-Identifier: MIT */
/*
 * The first and only program of a test guest. It runs the steps of /plan one
 * after the other and records what happened; it judges nothing, the host does.
 *
 * Every step runs in a process of its own with a time limit. Its output, its exit
 * status and the kernel's messages go line by line to the channel, a serial port
 * that ends in a file of the host:
 *
 *	guest begins: STEPS steps
 *	step N begins: WORD WORD ...
 *	out: LINE			of the step's standard output and error
 *	log: LINE			of the kernel, after the step
 *	step N ends: exit STATUS	or "signal NUMBER" or "time limit"
 *	guest ends: STEPS steps
 *
 * The last line is missing if anything cut the guest short. One thread only.
 */
#ifndef BUDGETMEM_TEST_INIT_H
#define BUDGETMEM_TEST_INIT_H

#include <stdbool.h>
#include <stddef.h>

/* Words of one step at most, the closing NULL included. */
#define STEP_WORDS	64

/**
 * struct step - one line of the plan
 * @seconds: time limit
 * @words: the verb and its arguments, NULL at the end; they point into the plan
 * @count: number of words
 */
struct step {
	unsigned int seconds;
	char *words[STEP_WORDS];
	unsigned int count;
};

/* channel.c: lines to the host. */

/* Open the port that the kernel's command line names; end the guest if it fails. */
void channel_open(void);

/* Write one line, printf() style. */
void channel_line(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * channel_pass - write what came from a descriptor, line by line
 * @prefix: what each line begins with
 * @bytes: what was read; unfinished lines are kept until the next call
 * @count: number of bytes; 0 writes what was kept
 */
void channel_pass(const char *prefix, const char *bytes, size_t count);

/* Wait until the host has everything. */
void channel_drain(void);

/* log.c: the kernel's messages. */

/* Skip what was logged so far. */
void log_open(void);

/* Write to the channel what was logged since the last call. */
void log_pass(void);

/* plan.c */

/**
 * plan_read - read and split the plan
 * @path: its file
 * @steps: out, freed by nobody: it lives as long as the guest
 *
 * Returns the number of steps; ends the guest if there is no plan.
 */
unsigned int plan_read(const char *path, struct step **steps);

/* child.c */

/**
 * child_run - run a step in a process of its own and report how it ended
 * @number: the step's number, from 1
 * @step: what to do
 *
 * Returns false if the time limit struck: the state of the kernel is unknown then.
 */
bool child_run(unsigned int number, const struct step *step);

/* verbs.c */

/**
 * verb_do - do what a step says; called in the step's own process
 * @step: what to do
 *
 * Returns the exit status: 0, or the errno of what failed. A program that is run
 * replaces the process.
 */
int verb_do(const struct step *step);

/* init.c */

/* Restart the machine, which ends the emulator. */
void guest_end(void) __attribute__((noreturn));

#endif
