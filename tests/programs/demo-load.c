// SPDX-License-Identifier: MIT
/* demo-load.c - insmod with a table of budgets */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "demo.h"
#include "screen.h"

#define BUDGETS	"words:2M,measure:32M,panel:512K:uid=1000:mode=0660"

static int load(const char *directory)
{
	char path[128];
	int file, err;

	snprintf(path, sizeof(path), "%s/budgetmem.ko", directory);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	err = syscall(SYS_finit_module, file, "budgets=" BUDGETS, 0) ? -errno : 0;
	close(file);
	return err;
}

int demo_load(struct demo *demo)
{
	struct budgetmem_query query;
	char bytes[SCREEN_TEXT];
	int err;

	screen_heading("The administrator sets memory aside, in named budgets");
	screen_command("insmod budgetmem.ko \\");
	screen_line("      budgets=%s", BUDGETS);
	err = load(demo->directory);
	if (!err)
		err = demo_query(&query);
	if (err)
		return err;
	demo->set_aside = query.set_aside;
	screen_command("budgetctl status");
	err = demo_run(demo, "budgetctl", "status");
	if (err)
		return err;
	demo_verdict(demo, query.held_pages * query.page_size == query.set_aside,
		     "%s of memory are set aside now: memory, not a promise",
		     screen_bytes(bytes, query.held_pages * query.page_size));
	return 0;
}
