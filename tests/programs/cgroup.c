// SPDX-License-Identifier: MIT
/* cgroup.c - groups of processes with a limit on their memory */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "settings.h"

#define ROOT		"/sys/fs/cgroup"
#define PATH_BYTES	128

static const char *path_of(char path[PATH_BYTES], const char *name,
			   const char *file)
{
	snprintf(path, PATH_BYTES, ROOT "/%s/%s", name, file);
	return path;
}

static int prepare(void)
{
	if (!access(ROOT "/cgroup.subtree_control", F_OK))
		return 0;
	if (mount("cgroup2", ROOT, "cgroup2", 0, NULL))
		return -errno;
	return 0;
}

int cgroup_create(const char *name, uint64_t limit)
{
	char path[PATH_BYTES];
	int err = prepare();

	if (!err)
		err = setting_write(ROOT "/cgroup.subtree_control", "+memory");
	if (err)
		return err;
	if (mkdir(path_of(path, name, ""), 0755) && errno != EEXIST)
		return -errno;
	return setting_write(path_of(path, name, "memory.max"), "%" PRIu64,
			     limit);
}

int cgroup_enter(const char *name)
{
	char path[PATH_BYTES];

	return setting_write(path_of(path, name, "cgroup.procs"), "0");
}

uint64_t cgroup_number(const char *name, const char *file, const char *key)
{
	char path[PATH_BYTES];

	return setting_read(path_of(path, name, file), key);
}
