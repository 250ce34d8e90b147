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

pid_t churn_start(void)
{
	const pid_t child = fork();

	if (child)
		return child < 0 ? -errno : child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		fill_free_compact();
}

void churn_stop(pid_t churn)
{
	kill(churn, SIGKILL);
	waitpid(churn, NULL, 0);
}
