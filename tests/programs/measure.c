// SPDX-License-Identifier: MIT
/* measure.c - what a program that uses one kind of memory has to wait for */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "churn.h"
#include "faults.h"
#include "measure.h"

#define SECOND			1000000000ull
#define TICK_MILLISECONDS	2000

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

/* Faults of the stack or of program text hit this process too: tell them apart. */
static bool faulted_inside(struct faults *faults, uint64_t *mark)
{
	const uint64_t before = faults->inside;

	if (faults_mark(faults) == *mark)
		return false;
	*mark = faults_mark(faults);
	faults_collect(faults);
	return faults->inside != before;
}

static void note_longest(struct touches *touches, bool faulted, uint64_t took)
{
	uint64_t *longest = faulted ? &touches->longest_fault :
			    &touches->longest_other;

	if (took > *longest)
		*longest = took;
}

/* Stores @value into one byte of each page. */
static void touch_all(const struct memory *memory, unsigned char value,
		      struct faults *faults, struct touches *touches)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile unsigned char *base = memory->base;
	uint64_t mark = faults_mark(faults);

	for (size_t at = 0; at < memory->bytes; at += page) {
		const uint64_t before = now();
		uint64_t after;

		base[at] = value;
		after = now();
		note_longest(touches, faulted_inside(faults, &mark),
			     after - before);
	}
	touches->count += memory->bytes / page;
}

static void add_faults(struct touches *touches, const struct faults *faults)
{
	touches->faults = faults->inside;
	touches->elsewhere = faults->outside;
}

static int touch_beside(const struct memory *memory, const struct trial *trial,
			const struct churn *churn, unsigned char *value,
			struct touches *touches)
{
	const uint64_t end = now() + trial->seconds * SECOND;
	struct faults faults;
	int err = faults_start(&faults, memory->base, memory->bytes);

	if (err)
		return err;
	while (*churn->rounds < trial->compactions && now() < end)
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
static int work(const struct trial *trial, const struct churn *churn,
		struct measured *result)
{
	struct memory memory = { 0 };
	unsigned char value = 1;
	int err;

	err = trial->source(&memory, trial->bytes);
	if (err)
		return err;
	if (churn)
		err = touch_beside(&memory, trial, churn, &value, &result->busy);
	else
		err = touch_after_fork(&memory, &value, &result->forked);
	result->damaged += count_damaged(&memory, value);
	return err;
}

static int wait_ticking(pid_t child, const struct trial *trial,
			const struct churn *churn)
{
	struct pollfd ended = { .fd = pidfd_open(child, 0), .events = POLLIN };
	int status;

	if (ended.fd < 0)
		return -errno;
	while (!poll(&ended, 1, TICK_MILLISECONDS))
		if (churn && trial->tick)
			trial->tick(*churn->rounds);
	close(ended.fd);
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : 0;
}

/* A process of its own, because mlockall() and fork() concern all its memory. */
static int work_in_child(const struct trial *trial, const struct churn *churn,
			 struct measured *shared)
{
	const pid_t child = fork();
	int err;

	if (child < 0)
		return -errno;
	if (!child) {
		shared->error = work(trial, churn, shared);
		_exit(0);
	}
	err = wait_ticking(child, trial, churn);
	return err ? err : shared->error;
}

static int work_beside_neighbour(const struct trial *trial,
				 struct measured *shared)
{
	const uint64_t moved = churn_moved_pages();
	struct churn churn;
	int err = churn_start(&churn);

	if (err)
		return err;
	err = work_in_child(trial, &churn, shared);
	shared->compactions = churn_stop(&churn);
	shared->moved = churn_moved_pages() - moved;
	return err;
}

static void measure_parts(const struct trial *trial, bool beside_neighbour,
			  struct measured *result)
{
	struct measured *shared;
	int err = 0;

	memset(result, 0, sizeof(*result));
	/* The children leave here what they measure. */
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		result->error = -errno;
		return;
	}
	if (beside_neighbour)
		err = work_beside_neighbour(trial, shared);
	if (!err)
		err = work_in_child(trial, NULL, shared);
	*result = *shared;
	munmap(shared, sizeof(*shared));
	result->error = err;
	result->pages = trial->bytes / (size_t)sysconf(_SC_PAGESIZE);
}

void measure(const struct trial *trial, struct measured *result)
{
	measure_parts(trial, true, result);
}

void measure_fork(const struct trial *trial, struct measured *result)
{
	measure_parts(trial, false, result);
}
