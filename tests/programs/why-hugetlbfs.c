// SPDX-License-Identifier: MIT
/* why-hugetlbfs.c - reserved huge pages are reserved until fork() */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "measure.h"
#include "screen.h"
#include "settings.h"
#include "victim.h"
#include "why.h"

#define MIB		((size_t)1 << 20)
#define HUGE_PAGES	4
#define SETTING		"/proc/sys/vm/nr_hugepages"

/* The memory that both sides of the fork use. */
static unsigned char *shared_base;
static size_t shared_bytes;

static int store_in_child(volatile uint64_t *touched)
{
	victim_touch(shared_base, shared_bytes, touched);
	return 0;
}

static int show_fork(const char *what)
{
	struct victim victim;
	const int err = victim_run(store_in_child, &victim);

	if (err)
		return err;
	screen_line("%s after %" PRIu64 " MiB of stores the child %s", what,
		    victim.touched / MIB, victim_end(&victim));
	return 0;
}

static uint64_t huge_page_bytes(void)
{
	return setting_read("/proc/meminfo", "Hugepagesize:") * 1024;
}

static int show_reservation(void)
{
	int err;

	shared_bytes = HUGE_PAGES * huge_page_bytes();
	shared_base = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (shared_base == MAP_FAILED)
		return -errno;
	memset(shared_base, 1, shared_bytes);
	screen_line("mapped and written: %zu MiB; free huge pages now: %" PRIu64,
		    shared_bytes / MIB,
		    setting_read("/proc/meminfo", "HugePages_Free:"));
	err = show_fork("then one fork():");
	screen_line("smallest piece: %" PRIu64 " KiB, also for 8 KiB of data",
		    huge_page_bytes() / 1024);
	munmap(shared_base, shared_bytes);
	return err;
}

static int show_pool(void)
{
	const struct trial trial = {
		.source = memory_from_pool,
		.bytes = 8 * MIB,
	};
	struct measured result;

	screen_heading("A pool of 8 MiB");
	measure_fork(&trial, &result);
	if (result.error)
		return result.error;
	screen_line("one fork(), and the parent stores into all its pages: "
		    "%" PRIu64 " faults", result.forked.faults);
	screen_line("smallest piece: %ld KiB", sysconf(_SC_PAGESIZE) / 1024);
	return 0;
}

int why_hugetlbfs(void)
{
	int err;

	screen_heading("hugetlbfs: %d huge pages are set aside", HUGE_PAGES);
	err = setting_write(SETTING, "%d", HUGE_PAGES);
	if (!err && setting_read(SETTING, NULL) != HUGE_PAGES)
		err = -ENOMEM;
	if (!err)
		err = show_reservation();
	setting_write(SETTING, "0");
	return err ? err : show_pool();
}
