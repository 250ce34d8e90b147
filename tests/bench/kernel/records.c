// SPDX-License-Identifier: MIT
/* What the module needs for itself, as the kernel says it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "device.h"
#include "file.h"

static void print_budgets(int fd)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int error;

	while (!(error = device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info)))
		printf("budget %s %llu %u %u %llu\n", info.name, info.size,
		       info.pool_limit, info.client_limit, info.overhead);
	must(error == -ENOENT ? 0 : error, "BUDGET_INFO");
}

void records_measure(unsigned int rounds)
{
	long long bytes = file_number("/sys/module/budgetmem/coresize");

	(void)rounds;
	must(bytes < 0 ? (int)bytes : 0, "coresize");
	printf("loaded %lld\n", bytes);
	print_budgets(must(device_open(O_RDONLY), DEVICE_PATH));
}
