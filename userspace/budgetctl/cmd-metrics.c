// SPDX-License-Identifier: MIT
/*
 * cmd-metrics.c: budgetctl metrics
 *
 * A collector may read the file at any moment: it is written beside its place, under
 * a name that collectors pass over, and then put there in one step.
 */
#include "command.h"
#include "device.h"
#include "metrics.h"
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <budgetmem/client.h>

/* The pattern for a file beside @path; NULL without memory. */
static char *beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path) + 1 : 0;
	char *pattern;

	if (asprintf(&pattern, "%.*s.%s.XXXXXX", length, path, path + length) < 0)
		return NULL;
	return pattern;
}

/* As open() would have done: mkostemp() lets nobody else read. */
static int admit_readers(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask);
}

/* Returns 0 or a negative errno. */
static int fill(int fd, const struct snapshot *snapshot)
{
	FILE *out = fdopen(fd, "w");
	int err = 0;

	if (!out) {
		close(fd);
		return -ENOMEM;
	}
	metrics_write(snapshot, out);
	if (admit_readers(fd) || fflush(out) || fsync(fd))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

static int replace(const char *path, const struct snapshot *snapshot)
{
	char *name = beside(path);
	int fd = name ? mkostemp(name, O_CLOEXEC) : -1;
	int err = fd < 0 ? -errno : 0;

	if (!err)
		err = fill(fd, snapshot);
	if (!err && rename(name, path))
		err = -errno;
	if (err && fd >= 0)
		unlink(name);
	free(name);
	if (err)
		return command_fail("metrics: %s cannot be written: %s", path,
				    strerror(-err));
	return EXIT_OK;
}

int command_metrics(int argc, char **argv)
{
	struct option options[] = { { .name = "--output", .valued = true },
				    { .name = NULL } };
	struct snapshot snapshot;
	int fd, err, code = EXIT_OK;

	if (!command_options(argc, argv, options, NULL, 0))
		return EXIT_USAGE;
	fd = device_open();
	if (fd < 0)
		return command_fail("metrics: %s", bm_error_text(fd));
	err = snapshot_read(&snapshot, fd);
	if (err)
		code = command_fail("metrics: %s", bm_error_text(err));
	else if (options[0].given)
		code = replace(options[0].value, &snapshot);
	else
		metrics_write(&snapshot, stdout);
	snapshot_free(&snapshot);
	device_close(fd);
	return code;
}
