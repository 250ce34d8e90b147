// SPDX-License-Identifier: MIT
/*
 * check-user.c: what this user may do
 */
#include "check.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Numbers of linux/capability.h. */
#define CAPABILITY_IPC_LOCK	14
#define CAPABILITY_SYS_ADMIN	21

static bool has_capability(int number)
{
	char value[32];

	return file_value("/proc/self/status", "CapEff:", value, sizeof(value)) &&
	       strtoull(value, NULL, 16) >> number & 1;
}

/* In the namespace that the system began with, every number maps to itself. */
static bool is_initial_namespace(void)
{
	unsigned long inside, outside, count;
	char line[128];

	return file_line("/proc/self/uid_map", line, sizeof(line)) &&
	       sscanf(line, "%lu %lu %lu", &inside, &outside, &count) == 3 &&
	       !inside && !outside && count == 0xffffffffUL;
}

bool user_is_administrator(void)
{
	return has_capability(CAPABILITY_SYS_ADMIN) && is_initial_namespace();
}

bool user_is_in_group(unsigned int gid)
{
	int count = getgroups(0, NULL);
	gid_t *groups = count > 0 ? calloc((size_t)count, sizeof(*groups)) : NULL;
	bool found = getegid() == gid;

	if (groups)
		count = getgroups(count, groups);
	for (int i = 0; groups && i < count; i++)
		found |= groups[i] == gid;
	free(groups);
	return found;
}

void check_user(struct examination *examination)
{
	(void)examination;
	find(VERDICT_OK, "user", "uid %u, gid %u%s", geteuid(), getegid(),
	     user_is_administrator() ? ", CAP_SYS_ADMIN: every budget is open to it" : "");
}

void check_memlock(struct examination *examination)
{
	char text[TABLE_CELL];
	struct rlimit limit;

	(void)examination;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY ||
	    has_capability(CAPABILITY_IPC_LOCK)) {
		find(VERDICT_OK, "memlock", "no limit for memfd budgets and mlockall()");
		return;
	}
	size_text(text, limit.rlim_cur);
	find(VERDICT_NOTE, "memlock",
	     "memfd budgets and mlockall() are limited to %s, pools only after mlockall(MCL_FUTURE); raise it: ulimit -l, or LimitMEMLOCK= of systemd",
	     text);
}

/* The limit's file; the second hierarchy is the only one on newer systems. */
static bool limit_path(char *path, size_t size)
{
	char group[256];
	int length;

	if (!file_value("/proc/self/cgroup", "0::", group, sizeof(group)))
		return false;
	length = snprintf(path, size, "/sys/fs/cgroup%s/memory.max", group);
	return length > 0 && (size_t)length < size;
}

void check_cgroup(struct examination *examination)
{
	char path[320], limit[64];

	(void)examination;
	if (!limit_path(path, sizeof(path)) || !file_line(path, limit, sizeof(limit)) ||
	    !strcmp(limit, "max"))
		find(VERDICT_OK, "cgroup", "no memory.max applies to this process");
	else
		find(VERDICT_NOTE, "cgroup",
		     "memory.max is %s: pools are not counted in it, all else of the program is and may be killed; leave room there",
		     limit);
}
