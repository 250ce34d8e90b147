/* SPDX-License-Identifier: MIT */
/*
 * death.h: a process that is killed at any instruction
 *
 * A child does something in a region, one instruction at a time (ptrace). Whenever a
 * byte of the region has changed, the parent takes a copy of it: that is what a death
 * at this moment would leave to the others. Each copy is then used as they would.
 *
 * Whoever includes this defines SIZE, bytes of the region, before.
 */
#ifndef BUDGETMEM_TESTS_DEATH_H
#define BUDGETMEM_TESTS_DEATH_H

#include "cmocka_test.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the child works, and a copy for each state that it left. */
static struct bm_region region;
static struct bm_region copy;

static inline int set_up(void **state)
{
	(void)state;
	region.size = SIZE;
	region.base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	copy = take_region(SIZE);
	return region.base == MAP_FAILED;
}

static inline int tear_down(void **state)
{
	(void)state;
	give_region(copy);
	return munmap(region.base, SIZE);
}

/* A claim like that of a process that is gone: the same number, started before. */
static inline uint64_t dead(uint64_t claim)
{
	return claim ? claim ^ 1 : 0;
}

/*
 * Child and parent wait for each other at each instruction: to wake another processor
 * from its sleep would take most of the time.
 */
static inline void stay_on_one_processor(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET((size_t)sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
}

static inline pid_t start(void (*verb)(void))
{
	pid_t child;
	int status;

	stay_on_one_processor();
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		verb();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	return child;
}

/*
 * Steps through the verb and lets @check look at every state. Returns how many
 * different ones there were, the one before the verb included.
 */
static inline unsigned int die_everywhere(void (*verb)(void), void (*check)(void))
{
	unsigned char *last = malloc(SIZE);
	unsigned int states = 0;
	pid_t child = start(verb);
	int status = 0;

	do {
		if (!states || memcmp(last, region.base, SIZE)) {
			memcpy(last, region.base, SIZE);
			memcpy(copy.base, region.base, SIZE);
			directory_of(copy)->claim = dead(directory_of(copy)->claim);
			check();
			states++;
		}
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	} while (WIFSTOPPED(status));
	assert_true(WIFEXITED(status));
	free(last);
	return states;
}

#endif /* BUDGETMEM_TESTS_DEATH_H */
