// SPDX-License-Identifier: MIT
/*
 * cmd-lock.c: budgetctl lock
 */
#include "command.h"
#include "device.h"
#include "table.h"

#include <errno.h>

#include <budgetmem/client.h>

static int explain(int err)
{
	switch (err) {
	case -EACCES:
		return command_fail("lock: only an administrator may lock the system; do it as root (CAP_SYS_ADMIN), outside of containers");
	case -ENOTTY:
		return command_fail("lock: this module has no lock for the system; update the module");
	default: return command_fail("lock: %s", bm_error_text(err));
	}
}

static void describe(const struct budgetmem_query *system, const char *what)
{
	char aside[TABLE_CELL];

	size_text(aside, system->set_aside);
	printf("%s: %u budget%s of %s. No budget appears, disappears or changes any more until the module is unloaded.\n",
	       what, system->budgets, system->budgets == 1 ? "" : "s", aside);
}

/* That somebody else was first is no failure: the system is what it was to be. */
static int lock(int fd, bool dry)
{
	struct budgetmem_query system;
	int err = device_query(fd, &system);

	if (err)
		return explain(err);
	if (system.phase == BUDGETMEM_SYSTEM_LOCKED) {
		describe(&system, "Locked before");
		return EXIT_OK;
	}
	if (dry) {
		describe(&system, "Would be locked");
		return EXIT_OK;
	}
	err = device_lock(fd);
	if (err && err != -EPERM)
		return explain(err);
	device_query(fd, &system);
	describe(&system, "Locked");
	return EXIT_OK;
}

int command_lock(int argc, char **argv)
{
	struct option options[] = { { .name = "--dry-run" }, { .name = NULL } };
	int fd, code;

	if (!command_options(argc, argv, options, NULL, 0))
		return EXIT_USAGE;
	fd = device_open();
	if (fd < 0)
		return command_fail("lock: %s", bm_error_text(fd));
	code = lock(fd, options[0].given);
	device_close(fd);
	return code;
}
