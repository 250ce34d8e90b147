// SPDX-License-Identifier: MIT
/* why-cgroup.c - memory.max is a cap that kills, not memory that is there */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "cgroup.h"
#include "memory.h"
#include "screen.h"
#include "settings.h"
#include "victim.h"
#include "why.h"

#define MIB	((size_t)1 << 20)
#define CAP	(16 * MIB)
#define WANTED	(32 * MIB)

static int use_too_much(volatile uint64_t *touched)
{
	void *base;
	int err = cgroup_enter("capped");

	if (err)
		return -err;
	base = malloc(WANTED);
	if (!base)
		return ENOMEM;
	victim_touch(base, WANTED, touched);
	return 0;
}

static int show_kill(void)
{
	struct victim victim;
	int err;

	screen_heading("memory.max = 16 MiB, and a program that wants 32 MiB");
	err = cgroup_create("capped", CAP);
	if (!err)
		err = victim_run(use_too_much, &victim);
	if (err)
		return err;
	screen_line("malloc(32 MiB): %s",
		    victim.status ? strerror(victim.status) : "succeeded");
	screen_line("after %" PRIu64 " MiB of stores the program %s",
		    victim.touched / MIB, victim_end(&victim));
	screen_line("memory.events: oom_kill %" PRIu64,
		    cgroup_number("capped", "memory.events", "oom_kill"));
	return 0;
}

static int show_no_reservation(void)
{
	const uint64_t total = setting_read("/proc/meminfo", "MemTotal:") * 1024;
	const uint64_t before = setting_read("/proc/meminfo", "MemFree:");
	int err;

	screen_heading("Two groups with all of the machine's %" PRIu64 " MiB each",
		       total / MIB);
	err = cgroup_create("first", total);
	if (!err)
		err = cgroup_create("second", total);
	screen_line("both limits: %s", err ? strerror(-err) : "accepted");
	screen_line("memory set aside for them: %" PRId64 " MiB",
		    (int64_t)(before - setting_read("/proc/meminfo",
						    "MemFree:")) / 1024);
	return err;
}

static int show_pool(void)
{
	struct bm_client *client;
	struct bm_pool *pool;
	int err;

	screen_heading("A budget of 32 MiB, and a program that wants 64 MiB");
	err = bm_client_open(&client, "measure");
	if (err)
		return err;
	err = bm_pool_create(client, "large", 64 * MIB, 0, &pool);
	screen_line("a pool of 64 MiB: %s; the program goes on",
		    err ? strerror(-err) : "created");
	err = bm_pool_create(client, "fitting", WANTED, 0, &pool);
	screen_line("a pool of 32 MiB: %s; it was set aside at insmod",
		    err ? strerror(-err) : "created");
	bm_client_close(client);
	return 0;
}

int why_cgroup(void)
{
	int err = show_kill();

	if (!err)
		err = show_no_reservation();
	return err ? err : show_pool();
}
