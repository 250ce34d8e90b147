// SPDX-License-Identifier: MIT
/* Sets the guest up, goes through the plan, and restarts the machine. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static const struct {
	const char *type;
	const char *path;
} mounts[] = {
	{ "devtmpfs", "/dev" },
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "tmpfs", "/dev/shm" },
	{ "tmpfs", "/tmp" },
};

/*
 * What ends the guest at the first mistake. A kernel without one of them has no
 * such detector. The limits are wide: the host may be busy.
 */
static const struct {
	const char *path;
	const char *value;
} settings[] = {
	{ "/proc/sys/kernel/panic_on_warn", "1" },
	{ "/proc/sys/kernel/panic_on_oops", "1" },
	{ "/proc/sys/kernel/panic_on_rcu_stall", "1" },
	{ "/proc/sys/kernel/watchdog_thresh", "30" },
	{ "/proc/sys/kernel/softlockup_panic", "1" },
	{ "/proc/sys/kernel/hung_task_timeout_secs", "60" },
	{ "/proc/sys/kernel/hung_task_panic", "1" },
	{ "/proc/sys/kernel/printk_ratelimit", "0" },
	/* Scanned when the plan says so, not at any odd moment. */
	{ "/sys/kernel/debug/kmemleak", "scan=off" },
};

void guest_end(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].path, 0755);
		if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, ""))
			perror(mounts[i].path);
	}
}

static void set_all(void)
{
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int fd = open(settings[i].path, O_WRONLY);

		if (fd < 0)
			continue;
		if (write(fd, settings[i].value, strlen(settings[i].value)) < 0)
			perror(settings[i].path);
		close(fd);
	}
}

static bool run_all(const struct step *steps, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!child_run(i + 1, &steps[i]))
			return false;
	}
	return true;
}

int main(void)
{
	struct step *steps;
	unsigned int count;

	mount_all();
	channel_open();
	set_all();
	log_open();
	count = plan_read("/plan", &steps);
	channel_line("guest begins: %u steps", count);
	if (run_all(steps, count))
		channel_line("guest ends: %u steps", count);
	channel_drain();
	guest_end();
}
