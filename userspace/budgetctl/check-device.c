// SPDX-License-Identifier: MIT
/*
 * check-device.c: is the module there, may this user reach it, and what does it hold?
 */
#include "check.h"
#include "device.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/guarantee.h>

/* The oldest kernel that the module is built and tested for. */
#define KERNEL_MAJOR	6
#define KERNEL_MINOR	1

void check_kernel(struct examination *examination)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	(void)examination;
	uname(&name);
	sscanf(name.release, "%u.%u", &major, &minor);
	if (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR))
		find(VERDICT_OK, "kernel", "Linux %s on %s", name.release, name.machine);
	else
		find(VERDICT_NOTE, "kernel",
		     "Linux %s is older than %d.%d, for which the module is tested; use a newer one",
		     name.release, KERNEL_MAJOR, KERNEL_MINOR);
}

/* What is lost without it is for check_node() to say: the device is what counts. */
void check_module(struct examination *examination)
{
	char version[64];
	struct stat status;

	if (file_line("/sys/module/budgetmem/version", version, sizeof(version)))
		find(VERDICT_OK, "module", "budgetmem %s is loaded", version);
	else if (!stat("/sys/module/budgetmem", &status))
		find(VERDICT_OK, "module", "budgetmem is loaded");
	else if (stat("/sys/module", &status))
		find(VERDICT_NOTE, "module",
		     "whether it is loaded cannot be seen; mount -t sysfs sysfs /sys");
	else
		find_problem(examination, 0, "module",
			     "budgetmem is not loaded; load it: modprobe budgetmem, or insmod budgetmem.ko");
}

static void explain_node(struct examination *examination, int err)
{
	switch (err) {
	case -ENODEV:
		find_problem(examination, ALL_LOST, "device",
			     DEVICE_PATH " is missing; load the module, and check that devtmpfs is mounted on /dev");
		break;
	case -EACCES:
		find_problem(examination, ALL_LOST, "device",
			     DEVICE_PATH " may not be opened by this user; chmod 0666 it by a udev rule, or admit it in the container's device list");
		break;
	default:
		find_problem(examination, ALL_LOST, "device",
			     DEVICE_PATH " cannot be opened: %s", bm_error_text(err));
	}
}

void check_node(struct examination *examination)
{
	int fd = device_open();

	if (fd < 0) {
		explain_node(examination, fd);
		return;
	}
	examination->fd = fd;
	if (device_is_writable())
		find(VERDICT_OK, "device", DEVICE_PATH " may be opened for reading and writing");
	else
		find_problem(examination, ALL_LOST, "device",
			     DEVICE_PATH " may be read but not written by this user; chmod 0666 it by a udev rule");
}

static void check_pages(struct examination *examination,
			const struct budgetmem_query *query)
{
	unsigned long long expected = query->set_aside / query->page_size;
	char text[TABLE_CELL];

	size_text(text, query->page_size);
	if ((long)query->page_size != sysconf(_SC_PAGESIZE))
		find_problem(examination, BM_G3_NO_FAULTS, "page size",
			     "the module's pages are %s and this program's are not; build it for this kernel",
			     text);
	else
		find(VERDICT_OK, "page size", "%s; sizes of pools are multiples of it", text);

	size_text(text, query->set_aside);
	if (query->held_pages != expected)
		find_problem(examination, BM_G1_SUM | BM_G6_RETURN, "set aside",
			     "%llu pages are held and %llu should be; this is a fault of the module: please report it",
			     (unsigned long long)query->held_pages, expected);
	else
		find(VERDICT_OK, "set aside", "%s for %u budgets, all of it there",
		     text, query->budgets);
}

static void check_phase(struct examination *examination,
			const struct budgetmem_query *query)
{
	examination->locked = query->phase == BUDGETMEM_SYSTEM_LOCKED;
	if (examination->locked)
		find(VERDICT_OK, "system", "locked: no budget appears, disappears or changes any more");
	else
		find(VERDICT_NOTE, "system",
		     "not locked yet: an administrator may still replace the table of budgets; once it is right, budgetctl lock, or lock=1 at insmod");
}

void check_contract(struct examination *examination)
{
	struct budgetmem_query query;
	int err = device_query(examination->fd, &query);

	if (err) {
		find_problem(examination, ALL_LOST, "contract",
			     DEVICE_PATH " does not answer: %s", bm_error_text(err));
		device_close(examination->fd);
		examination->fd = -1;
		return;
	}
	if (query.version < BUDGETMEM_VERSION)
		find_problem(examination, ALL_LOST, "contract",
			     "the module has version %u and this tool needs %d; update the module",
			     query.version, BUDGETMEM_VERSION);
	else
		find(VERDICT_OK, "contract", "version %u", query.version);
	check_pages(examination, &query);
	check_phase(examination, &query);
}

/* As the contract says: the class is chosen once, w admits to bind. */
static bool may_bind(const struct budgetmem_budget_info *budget)
{
	unsigned int mode = budget->mode;

	if (user_is_administrator())
		return true;
	if (budget->uid == geteuid())
		mode >>= 6;
	else if (user_is_in_group(budget->gid))
		mode >>= 3;
	return mode & 2;
}

static void check_budget(const struct budgetmem_budget_info *budget, bool bindable)
{
	char size[TABLE_CELL], left[TABLE_CELL], pinned[TABLE_CELL];
	const char *name = budget->name;

	size_text(size, budget->size);
	size_text(left, budget->size - budget->used);
	size_text(pinned, budget->quarantined);
	if (!bindable)
		find(VERDICT_NOTE, "budget",
		     "%s: this user may not bind to it (owner %u:%u, mode %04o); change uid=, gid= or mode= in the budget table",
		     name, budget->uid, budget->gid, budget->mode);
	else if (budget->clients >= budget->client_limit)
		find(VERDICT_NOTE, "budget",
		     "%s: all %u clients are taken; end one, or raise clients= in the budget table",
		     name, budget->client_limit);
	else if (budget->quarantined)
		find(VERDICT_NOTE, "budget",
		     "%s: %s of it wait until nobody holds them pinned (O_DIRECT, io_uring, vmsplice); see who still reads or writes",
		     name, pinned);
	else
		find(VERDICT_OK, "budget", "%s: this user may bind to it; %s of %s are free",
		     name, left, size);
}

void check_budgets(struct examination *examination)
{
	struct budgetmem_budget_info budget = { .cursor = 0 };
	unsigned int visible = 0, bindable = 0;
	int err;

	while (!(err = device_next_budget(examination->fd, &budget))) {
		bool admitted = may_bind(&budget);

		check_budget(&budget, admitted);
		visible++;
		bindable += admitted;
	}
	if (err != -ENOENT)
		find_problem(examination, BM_G9_ATTRIBUTION, "budgets",
			     "they cannot be listed: %s", bm_error_text(err));
	else if (!visible)
		find_problem(examination, BM_G9_ATTRIBUTION, "budgets",
			     "none is visible to this user; change uid=, gid= or mode= in the budget table");
	else if (!bindable)
		find_problem(examination, ALL_LOST, "budgets",
			     "none admits this user; change uid=, gid= or mode= in the budget table");
}
