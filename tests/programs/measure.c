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
#include <unistd.h>

#include "churn.h"
#include "faults.h"
#include "measure.h"
#include "ticks.h"

#define SECOND			1000000000ull
#define LOOK_MILLISECONDS	200
#define LOOKS_A_TICK		10

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

/* Stores @value into one byte of each page; the longest times are in ticks yet. */
static void touch_all(const struct memory *memory, unsigned char value,
		      struct faults *faults, struct touches *touches)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile unsigned char *base = memory->base;
	uint64_t mark = faults_mark(faults);

	for (size_t at = 0; at < memory->bytes; at += page) {
		const uint64_t before = ticks();
		uint64_t after;

		base[at] = value;
		after = ticks();
		note_longest(touches, faulted_inside(faults, &mark),
			     after - before);
	}
	touches->count += memory->bytes / page;
}

static void complete(struct touches *touches, const struct faults *faults,
		     const struct tick_scale *begin)
{
	const double tick = tick_scale_end(begin);

	touches->faults = faults->inside;
	touches->elsewhere = faults->outside;
	touches->longest_fault = (uint64_t)((double)touches->longest_fault * tick);
	touches->longest_other = (uint64_t)((double)touches->longest_other * tick);
}

/* What the process that works and the one that waits for it both see. */
struct shared {
	volatile bool begun;
	volatile bool end;
	struct measured measured;
};

static int touch_until_end(const struct memory *memory, unsigned char *value,
			   struct shared *shared)
{
	const struct tick_scale begin = tick_scale_begin();
	struct touches *touches = &shared->measured.busy;
	struct faults faults;
	int err = faults_start(&faults, memory->base, memory->bytes);

	if (err)
		return err;
	shared->begun = true;
	while (!shared->end)
		touch_all(memory, ++*value, &faults, touches);
	faults_stop(&faults);
	complete(touches, &faults, &begin);
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
	const struct tick_scale begin = tick_scale_begin();
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
	complete(touches, &faults, &begin);
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
static int work(const struct trial *trial, bool beside_neighbour,
		struct shared *shared)
{
	struct measured *result = &shared->measured;
	struct memory memory = { 0 };
	unsigned char value = 1;
	int err;

	err = trial->source(&memory, trial->bytes);
	if (err)
		return err;
	if (beside_neighbour)
		err = touch_until_end(&memory, &value, shared);
	else
		err = touch_after_fork(&memory, &value, &result->forked);
	result->damaged += count_damaged(&memory, value);
	return err;
}

static bool has_lasted(const struct trial *trial, uint64_t begin, uint64_t moves)
{
	return moves >= trial->moves || nanoseconds() - begin > trial->seconds * SECOND;
}

/* Ends the work when it has gone on for long enough since it began. */
static void supervise(int child, const struct trial *trial,
		      struct shared *shared)
{
	struct pollfd ended = { .fd = child, .events = POLLIN };
	uint64_t begin = nanoseconds(), before = churn_moved_pages(), moves;

	for (unsigned int look = 1; !poll(&ended, 1, LOOK_MILLISECONDS); look++) {
		if (!shared->begun) {
			begin = nanoseconds();
			before = churn_moved_pages();
		}
		moves = churn_moved_pages() - before;
		shared->measured.moves = moves;
		shared->end = has_lasted(trial, begin, moves);
		if (look % LOOKS_A_TICK == 0 && trial->tick)
			trial->tick(moves);
	}
}

static int wait_for(pid_t child, const struct trial *trial, bool supervised,
		    struct shared *shared)
{
	const int handle = pidfd_open(child, 0);
	int status;

	if (handle < 0)
		return -errno;
	if (supervised)
		supervise(handle, trial, shared);
	close(handle);
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : shared->measured.error;
}

/* A process of its own, because mlockall() and fork() concern all its memory. */
static int work_in_child(const struct trial *trial, bool beside_neighbour,
			 struct shared *shared)
{
	const pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		shared->measured.error = work(trial, beside_neighbour, shared);
		_exit(0);
	}
	return wait_for(child, trial, beside_neighbour, shared);
}

static int work_beside_neighbour(const struct trial *trial,
				 struct shared *shared)
{
	const pid_t churn = churn_start();
	int err;

	if (churn < 0)
		return churn;
	err = work_in_child(trial, true, shared);
	churn_stop(churn);
	return err;
}

static void measure_parts(const struct trial *trial, bool beside_neighbour,
			  struct measured *result)
{
	struct shared *shared;
	int err = 0;

	memset(result, 0, sizeof(*result));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		result->error = -errno;
		return;
	}
	if (beside_neighbour)
		err = work_beside_neighbour(trial, shared);
	if (!err)
		err = work_in_child(trial, false, shared);
	*result = shared->measured;
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
