// SPDX-License-Identifier: MIT
/*
 * cmd-remove.c: budgetctl remove
 */
#include "command.h"
#include "device.h"

#include <errno.h>
#include <stdio.h>

#include <budgetmem/client.h>

static int explain(const char *budget, const char *pool, int err)
{
	switch (err) {
	case -EACCES:
		return command_fail("remove: only an administrator may remove pools; do it as root (CAP_SYS_ADMIN), outside of containers");
	case -EBUSY:
		return command_fail("remove: a client has pool %s of budget %s; end that client first (budgetctl status)",
				    pool, budget);
	case -ENOENT:
		return command_fail("remove: budget %s has no persistent pool %s; budgetctl status lists them",
				    budget, pool);
	case -ENOTTY:
		return command_fail("remove: this module has no persistent pools; update the module");
	default:
		return command_fail("remove: %s", bm_error_text(err));
	}
}

int command_remove(int argc, char **argv)
{
	struct option none = { .name = NULL };
	const char *words[2];
	int fd, err;

	if (!command_options(argc, argv, &none, words, 2))
		return EXIT_USAGE;
	fd = device_open();
	if (fd < 0)
		return command_fail("remove: %s", bm_error_text(fd));
	err = device_remove(fd, words[0], words[1]);
	device_close(fd);
	if (err)
		return explain(words[0], words[1], err);
	printf("Removed: pool %s of budget %s.\n", words[1], words[0]);
	return EXIT_OK;
}
