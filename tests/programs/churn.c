// SPDX-License-Identifier: MIT
/* churn.c - a neighbour that keeps the kernel's memory in motion */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"
#include "settings.h"

uint64_t churn_moved_pages(void)
{
	return setting_read("/proc/vmstat", "pgmigrate_success");
}

static void fill_free_compact(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t bytes = setting_read("/proc/meminfo", "MemFree:") / 2 * 1024;
	unsigned char *base;

	base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return;
	/* Huge pages would leave nothing to compact. */
	madvise(base, bytes, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < bytes; at += page)
		base[at] = 1;
	for (size_t at = 0; at < bytes; at += 2 * page)
		madvise(base + at, page, MADV_DONTNEED);
	setting_write("/proc/sys/vm/compact_memory", "1");
	munmap(base, bytes);
}

int churn_start(struct churn *churn)
{
	churn->rounds = mmap(NULL, sizeof(*churn->rounds),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	if (churn->rounds == MAP_FAILED)
		return -errno;
	churn->process = fork();
	if (churn->process < 0)
		return -errno;
	if (churn->process)
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;; ++*churn->rounds)
		fill_free_compact();
}

uint64_t churn_stop(struct churn *churn)
{
	uint64_t rounds;

	kill(churn->process, SIGKILL);
	waitpid(churn->process, NULL, 0);
	rounds = *churn->rounds;
	munmap((void *)churn->rounds, sizeof(*churn->rounds));
	return rounds;
}
