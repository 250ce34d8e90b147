// SPDX-License-Identifier: MIT
/* victim.c - something that may end the process that does it */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "victim.h"

static int wait_for(pid_t child, struct victim *victim)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		return -errno;
	victim->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	victim->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	return 0;
}

int victim_run(int (*work)(volatile uint64_t *touched), struct victim *victim)
{
	volatile uint64_t *touched;
	pid_t child;
	int err;

	touched = mmap(NULL, sizeof(*touched), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (touched == MAP_FAILED)
		return -errno;
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(work(touched));
	}
	err = child < 0 ? -errno : wait_for(child, victim);
	victim->touched = *touched;
	munmap((void *)touched, sizeof(*touched));
	return err;
}

void victim_touch(void *base, size_t bytes, volatile uint64_t *touched)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile unsigned char *byte = base;

	for (size_t at = 0; at < bytes; at += page) {
		byte[at] = 1;
		*touched += page;
	}
}

const char *victim_end(const struct victim *victim)
{
	switch (victim->signal) {
	case 0:
		return "went on to its end";
	case SIGKILL:
		return "was killed (SIGKILL)";
	case SIGBUS:
		return "was killed (SIGBUS)";
	default:
		return "was killed by another signal";
	}
}
