// SPDX-License-Identifier: MIT
/*
 * extra - budgets beside those that the guest was given
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "extra.h"
#include "table.h"

#define ENTRIES	32

struct budgetmem_budget_entry extra_entry(const char *name, __u64 bytes,
					  unsigned int node)
{
	struct budgetmem_budget_entry entry = {
		.size = bytes,
		.mode = 0666,
		.pool_limit = 64,
		.client_limit = 16,
		.node = node,
	};

	name_set(entry.name, name);
	return entry;
}

/* Those that are not extra: how many, or -errno. */
static int read_table(int fd, struct budgetmem_budget_entry entry[ENTRIES])
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int count = 0;
	int error;

	while (!(error = device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info))) {
		if (!strncmp(info.name, "extra", strlen("extra")))
			continue;
		if (count == ENTRIES)
			return -ENOBUFS;
		entry[count++] = table_entry(&info);
	}
	return error == -ENOENT ? count : error;
}

static int apply(int fd, const struct budgetmem_budget_entry *extra,
		 unsigned int count, struct budgetmem_system_apply *answer)
{
	struct budgetmem_budget_entry entry[ENTRIES];
	int others = read_table(fd, entry);

	if (others < 0)
		return others;
	if (others + count > ENTRIES)
		return -ENOBUFS;
	memcpy(entry + others, extra, count * sizeof(*extra));
	*answer = (struct budgetmem_system_apply) {
		.entries = (uintptr_t)entry,
		.count = others + count,
		.entry_size = sizeof(entry[0]),
	};
	return device_call(fd, BUDGETMEM_IOC_SYSTEM_APPLY, answer);
}

int extra_apply(const struct budgetmem_budget_entry *extra, unsigned int count,
		struct budgetmem_system_apply *answer)
{
	struct budgetmem_system_apply ignored;
	int fd = device_open(O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	error = apply(fd, extra, count, answer ? answer : &ignored);
	close(fd);
	return error;
}

int extra_set(const char *name, __u64 bytes, unsigned int node)
{
	struct budgetmem_budget_entry entry = extra_entry(name, bytes, node);

	return extra_apply(&entry, 1, NULL);
}

int extra_remove(void)
{
	struct budgetmem_budget_entry none;

	return extra_apply(&none, 0, NULL);
}
