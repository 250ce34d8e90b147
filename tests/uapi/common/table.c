// SPDX-License-Identifier: MIT
/*
 * table - the budgets that there are, as a table that can be changed and applied
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "table.h"

struct budgetmem_budget_entry table_entry(const struct budgetmem_budget_info *info)
{
	struct budgetmem_budget_entry entry = {
		.size = info->size,
		.uid = info->uid,
		.gid = info->gid,
		.mode = info->mode,
		.pool_limit = info->pool_limit,
		.client_limit = info->client_limit,
		.node = info->node,
	};

	memcpy(entry.name, info->name, sizeof(entry.name));
	return entry;
}

int table_read(struct table *table)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int fd = device_open(O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	table->count = 0;
	while (!(error = device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info)) &&
	       table->count < TABLE_ENTRIES)
		table->entry[table->count++] = table_entry(&info);
	close(fd);
	return error == -ENOENT ? 0 : error ? error : -ENOBUFS;
}

struct budgetmem_budget_entry *table_find(struct table *table, const char *name)
{
	__u32 i;

	for (i = 0; i < table->count; i++) {
		if (!strcmp(table->entry[i].name, name))
			return &table->entry[i];
	}
	return NULL;
}

struct budgetmem_budget_entry *table_add(struct table *table, const char *name,
					 __u64 size)
{
	struct budgetmem_budget_entry *entry = &table->entry[table->count++];

	*entry = (struct budgetmem_budget_entry) {
		.size = size,
		.mode = 0666,
		.pool_limit = 4,
		.client_limit = 2,
		.node = BUDGETMEM_NODE_ANY,
	};
	name_set(entry->name, name);
	return entry;
}

void table_remove(struct table *table, const char *name)
{
	struct budgetmem_budget_entry *entry = table_find(table, name);
	struct budgetmem_budget_entry *end = &table->entry[table->count];

	if (!entry)
		return;
	memmove(entry, entry + 1, (char *)end - (char *)(entry + 1));
	table->count--;
}

struct budgetmem_system_apply table_call(const struct table *table)
{
	return (struct budgetmem_system_apply) {
		.entries = (uintptr_t)table->entry,
		.count = table->count,
		.entry_size = sizeof(table->entry[0]),
	};
}

static int table_make_call(const struct table *table, __u32 flags,
			   struct budgetmem_system_apply *answer)
{
	struct budgetmem_system_apply call = table_call(table);
	int fd = device_open(O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	call.flags = flags;
	error = device_call(fd, BUDGETMEM_IOC_SYSTEM_APPLY, &call);
	close(fd);
	if (answer)
		*answer = call;
	return error;
}

int table_apply(const struct table *table, struct budgetmem_system_apply *answer)
{
	return table_make_call(table, 0, answer);
}

int table_try(const struct table *table, struct budgetmem_system_apply *answer)
{
	return table_make_call(table, BUDGETMEM_APPLY_DRY_RUN, answer);
}
