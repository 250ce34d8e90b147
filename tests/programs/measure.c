// SPDX-License-Identifier: MIT
/* measure.c - what a program that uses one kind of memory has to wait for */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "churn.h"
#include "faults.h"
#include "measure.h"

#define SECOND	1000000000ull

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

static void note_longest(uint64_t *longest, uint64_t took)
{
	if (took > *longest)
		*longest = took;
}

/* Faults of the stack or of program text hit this process too: tell them apart. */
static bool faulted_inside(struct faults *faults)
{
	const uint64_t before = faults->inside;

	faults_collect(faults);
	return faults->inside != before;
}

/* Stores @value into one byte of each page. */
static void touch_all(const struct memory *memory, unsigned char value,
		      struct faults *faults, struct touches *touches)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile unsigned char *base = memory->base;
	uint64_t mark = faults_mark(faults);
	uint64_t before = now();

	for (size_t at = 0; at < memory->bytes; at += page) {
		uint64_t after;

		base[at] = value;
		after = now();
		note_longest(&touches->longest, after - before);
		if (faults_mark(faults) != mark) {
			mark = faults_mark(faults);
			if (faulted_inside(faults))
				note_longest(&touches->longest_fault,
					     after - before);
			after = now();
		}
		before = after;
	}
	touches->count += memory->bytes / page;
}

static void add_faults(struct touches *touches, const struct faults *faults)
{
	touches->faults = faults->inside;
	touches->elsewhere = faults->outside;
}

static int touch_for(const struct memory *memory, unsigned int seconds,
		     unsigned char *value, struct touches *touches)
{
	struct faults faults;
	int err = faults_start(&faults, memory->base, memory->bytes);
	uint64_t end;

	if (err)
		return err;
	end = now() + seconds * SECOND;
	while (now() < end)
		touch_all(memory, ++*value, &faults, touches);
	faults_stop(&faults);
	add_faults(touches, &faults);
	return faults.lost ? -EOVERFLOW : 0;
}

static pid_t sleeping_child(void)
{
	const pid_t child = fork();

	if (child)
		return child < 0 ? -errno : child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static int touch_after_fork(const struct memory *memory, unsigned char *value,
			    struct touches *touches)
{
	struct faults faults;
	int err = faults_start(&faults, memory->base, memory->bytes);
	pid_t child;

	if (err)
		return err;
	child = sleeping_child();
	if (child > 0)
		touch_all(memory, ++*value, &faults, touches);
	faults_stop(&faults);
	if (child < 0)
		return child;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	add_faults(touches, &faults);
	return faults.lost ? -EOVERFLOW : 0;
}

static uint64_t count_damaged(const struct memory *memory, unsigned char value)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t damaged = 0;

	for (size_t at = 0; at < memory->bytes; at += page)
		damaged += memory->base[at] != value;
	return damaged;
}

/* What one process does: take the memory, work on it, look at what it holds. */
static int work(const struct memory_source *source, size_t bytes,
		unsigned int seconds, struct measured *result)
{
	struct memory memory = { 0 };
	unsigned char value = 1;
	int err;

	err = source->take(&memory, bytes);
	if (err)
		return err;
	if (seconds)
		err = touch_for(&memory, seconds, &value, &result->busy);
	else
		err = touch_after_fork(&memory, &value, &result->forked);
	result->damaged += count_damaged(&memory, value);
	return err;
}

/* A process of its own, because mlockall() and fork() concern all its memory. */
static int work_in_child(const struct memory_source *source, size_t bytes,
			 unsigned int seconds, struct measured *shared)
{
	const pid_t child = fork();
	int status;

	if (child < 0)
		return -errno;
	if (!child) {
		shared->error = work(source, bytes, seconds, shared);
		_exit(0);
	}
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : shared->error;
}

static int work_beside_neighbour(const struct memory_source *source,
				 size_t bytes, unsigned int seconds,
				 struct measured *shared)
{
	const uint64_t moved = churn_moved_pages();
	const pid_t churn = churn_start();
	int err;

	if (churn < 0)
		return churn;
	err = work_in_child(source, bytes, seconds, shared);
	churn_stop(churn);
	shared->moved = churn_moved_pages() - moved;
	return err;
}

/* The children leave what they measure in memory that they share with us. */
static struct measured *share_result(void)
{
	void *shared = mmap(NULL, sizeof(struct measured),
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

static void measure_parts(const struct memory_source *source, size_t bytes,
			  unsigned int seconds, struct measured *result)
{
	struct measured *shared = share_result();
	int err = shared ? 0 : -ENOMEM;

	memset(result, 0, sizeof(*result));
	if (!err && seconds)
		err = work_beside_neighbour(source, bytes, seconds, shared);
	if (!err)
		err = work_in_child(source, bytes, 0, shared);
	if (shared) {
		*result = *shared;
		munmap(shared, sizeof(*shared));
	}
	result->error = err;
	result->bytes = bytes;
	result->pages = bytes / (size_t)sysconf(_SC_PAGESIZE);
}

void measure(const struct memory_source *source, size_t bytes,
	     unsigned int seconds, struct measured *result)
{
	measure_parts(source, bytes, seconds, result);
}

void measure_fork(const struct memory_source *source, size_t bytes,
		  struct measured *result)
{
	measure_parts(source, bytes, 0, result);
}
