// SPDX-License-Identifier: MIT
/* why-memfd.c - a seal binds one object; what is not there yet may never come */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "memory.h"
#include "screen.h"
#include "settings.h"
#include "victim.h"
#include "why.h"

#define MIB		((size_t)1 << 20)
#define STRICT		"/proc/sys/vm/overcommit_memory"

static uint64_t system_bytes(void)
{
	return setting_read("/proc/meminfo", "MemTotal:") * 1024;
}

static int show_seal(void)
{
	int first, second;

	screen_heading("memfd: a seal binds one object");
	first = memfd_create("first", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (first < 0 || ftruncate(first, 8 * MIB) ||
	    fcntl(first, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		return -errno;
	screen_line("sealed 8 MiB, then make it larger: %s",
		    ftruncate(first, 64 * MIB) ? strerror(errno) : "done");
	second = memfd_create("second", MFD_CLOEXEC);
	screen_line("make another one, of 64 MiB:       %s",
		    second < 0 || ftruncate(second, 64 * MIB) ?
		    strerror(errno) : "done");
	close(first);
	if (second >= 0)
		close(second);
	return 0;
}

/* Twice the memory that the machine has: every call says yes. */
static int use_twice_the_memory(volatile uint64_t *touched)
{
	const size_t bytes = 2 * system_bytes();
	const int file = memfd_create("large", MFD_CLOEXEC);
	void *base;

	if (file < 0 || ftruncate(file, (off_t)bytes))
		return errno;
	base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (base == MAP_FAILED)
		return errno;
	victim_touch(base, bytes, touched);
	return 0;
}

static int show_shortage(const char *overcommit, const char *what)
{
	struct victim victim;
	int err;

	err = setting_write(STRICT, "%s", overcommit);
	if (!err)
		err = victim_run(use_twice_the_memory, &victim);
	setting_write(STRICT, "0");
	if (err)
		return err;
	screen_line("%s", what);
	screen_line("  memfd_create, ftruncate, mmap: %s",
		    victim.status ? strerror(victim.status) : "all succeeded");
	screen_line("  then, in the middle of its work, after %" PRIu64 " MiB:",
		    victim.touched / MIB);
	screen_line("  the program %s", victim_end(&victim));
	return 0;
}

static int show_pool(void)
{
	struct memory memory;
	struct bm_pool *pool;
	int err = memory_from_pool(&memory, 8 * MIB);

	if (err)
		return err;
	screen_heading("A locked client of a budget");
	err = bm_pool_create(memory.client, "second", 64 * MIB, 0, &pool);
	screen_line("another pool, of 64 MiB:           %s",
		    err ? strerror(-err) : "done");
	screen_line("its own pool: 8 MiB, all there since mmap() returned");
	bm_client_close(memory.client);
	return 0;
}

int why_memfd(void)
{
	int err = show_seal();

	if (err)
		return err;
	screen_heading("memfd of %" PRIu64 " MiB in a machine with %" PRIu64
		       " MiB", 2 * system_bytes() / MIB, system_bytes() / MIB);
	err = show_shortage("2", "the strictest setting, "
			    "vm.overcommit_memory=2:");
	if (!err)
		err = show_shortage("0", "the usual setting, "
				    "vm.overcommit_memory=0:");
	return err ? err : show_pool();
}
