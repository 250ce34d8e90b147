// SPDX-License-Identifier: MIT
/*
 * fake_device.c: what the tool would hear from a device, made up
 *
 * FAKE_DEVICE in the environment says which device: full (two budgets, two
 * clients, three pools), empty, missing, denied, foreign, lost (pages are missing),
 * old, breaking (fails in the middle of the list of pools).
 */
#include "device.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *kind)
{
	const char *chosen = getenv("FAKE_DEVICE");

	return chosen && !strcmp(chosen, kind);
}

int device_open(void)
{
	if (is("missing"))
		return -ENODEV;
	return is("denied") ? -EACCES : 1000;
}

void device_close(int fd)
{
	if (fd != 1000)
		abort();
}

bool device_is_writable(void)
{
	return true;
}

int device_query(int fd, struct budgetmem_query *query)
{
	if (fd != 1000)
		abort();
	if (is("foreign"))
		return -ENOTTY;
	*query = (struct budgetmem_query){
		.version = is("old") ? 0 : 1, .page_size = 4096, .total = 8 << 20,
		.set_aside = 2621440, .overhead = 12345,
		.held_pages = is("lost") ? 639 : 640,
		.budgets = 3, .clients = 2, .pools = 3,
	};
	return 0;
}

int device_next_budget(int fd, struct budgetmem_budget_info *info)
{
	static const struct budgetmem_budget_info budgets[] = {
		{
			.name = "words", .size = 2 << 20, .used = 1536 << 10,
			.high_water = 1572965, .quarantined = 8192, .overhead = 100,
			.refused_over_budget = 1, .refused_locked = 20,
			.refused_access = 300, .uid = 0, .gid = 0, .mode = 0600,
			.clients = 2, .client_limit = 16, .pools = 3, .pool_limit = 64,
		}, {
			.name = "a-name-of-31-characters-in-full", .size = 512 << 10,
			.uid = 1000, .gid = 1000, .mode = 0666, .client_limit = 1,
			.pool_limit = 8,
		},
	};

	uint64_t cursor = info->cursor;

	(void)fd;
	if (is("empty") || cursor >= 2)
		return -ENOENT;
	*info = budgets[cursor];
	info->cursor = cursor + 1;
	return 0;
}

int device_next_client(int fd, struct budgetmem_client_info *info)
{
	uint64_t cursor = info->cursor;

	(void)fd;
	if (is("empty") || cursor >= 2)
		return -ENOENT;
	*info = (struct budgetmem_client_info){
		.cursor = cursor + 1, .client = cursor + 5, .budget = "words",
		.pid = cursor ? 0 : 123, .uid = 1000,
		.phase = cursor ? BUDGETMEM_PHASE_INIT : BUDGETMEM_PHASE_LOCKED,
		.pools = cursor ? 1 : 2, .used = cursor ? 512 << 10 : 1 << 20,
		.high_water = 1 << 20, .refused = 21,
	};
	/* Not even the end of the name can be relied on. */
	memcpy(info->command, cursor ? "\x1b[2J\"\\\xff\xc3\xa4-123456" : "wordcount\0\0\0\0\0\0",
	       sizeof(info->command));
	return 0;
}

int device_next_pool(int fd, struct budgetmem_pool_info *info)
{
	static const char *const names[] = { "counts", "ranking", "raw" };
	uint64_t cursor = info->cursor;

	(void)fd;
	if (is("breaking") && cursor)
		return -ENOMEM;
	if (is("empty") || cursor >= 3)
		return -ENOENT;
	*info = (struct budgetmem_pool_info){
		.cursor = cursor + 1, .client = cursor < 2 ? 5 : 6,
		.size = 512 << 10, .mappings = cursor < 2, .reported = cursor < 2,
	};
	memcpy(info->name, names[cursor], strlen(names[cursor]));
	if (info->reported) {
		info->reported_used = 1000;
		info->reported_high_water = 2000;
		info->reported_refused = 7;
		info->layout = 0x0123456789abcdef;
	}
	return 0;
}
