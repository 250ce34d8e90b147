// SPDX-License-Identifier: MIT
/*
 * demo.c - shows on one screen what budgetmem does
 *
 * Runs in the guest as root. Exit status: 0 if everything was as the guarantees
 * say, 1 if not, 2 if something could not be shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "screen.h"
#include "settings.h"

#define DEVICE	"/dev/budgetmem"

static int ask(unsigned long command, void *argument)
{
	const int file = open(DEVICE, O_RDWR | O_CLOEXEC);
	int err;

	if (file < 0)
		return -errno;
	err = ioctl(file, command, argument) ? -errno : 0;
	close(file);
	return err;
}

int demo_query(struct budgetmem_query *query)
{
	memset(query, 0, sizeof(*query));
	return ask(BUDGETMEM_IOC_QUERY, query);
}

int demo_budget(const char *name, struct budgetmem_budget_info *info)
{
	memset(info, 0, sizeof(*info));
	info->select = BUDGETMEM_SELECT_NAME;
	strncpy(info->name, name, sizeof(info->name) - 1);
	return ask(BUDGETMEM_IOC_BUDGET_INFO, info);
}

int demo_run(const struct demo *demo, const char *program,
	     const char *argument)
{
	char path[128];
	pid_t child;
	int status;

	snprintf(path, sizeof(path), "%s/%s", demo->directory, program);
	fflush(stdout);
	child = fork();
	if (child < 0)
		return -errno;
	if (!child) {
		execl(path, program, argument, NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : 0;
}

static void introduce(void)
{
	struct utsname system;

	uname(&system);
	screen_line("This is Linux %s on %s, with %ld processors and %llu MiB.",
		    system.release, system.machine,
		    sysconf(_SC_NPROCESSORS_ONLN),
		    (unsigned long long)setting_read("/proc/meminfo",
						     "MemTotal:") / 1024);
}

static const struct {
	const char *what;
	int (*show)(struct demo *demo);
} steps[] = {
	{ "load the module", demo_load },
	{ "count words", demo_count },
	{ "have pools refused", demo_refusals },
	{ "count page faults", demo_faults },
	{ "see the memory come back", demo_return },
};

int main(int count, char **arguments)
{
	struct demo demo = { .directory = count > 1 ? arguments[1] : "." };
	int err;

	screen_start();
	introduce();
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		err = steps[i].show(&demo);
		if (err) {
			printf("demo: could not %s: %s\n", steps[i].what,
			       strerror(-err));
			return 2;
		}
	}
	demo_summary(&demo);
	return demo.wrong ? 1 : 0;
}
