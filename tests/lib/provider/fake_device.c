// SPDX-License-Identifier: MIT
/*
 * fake_device.c: what the tool would hear from a device, made up
 *
 * FAKE_DEVICE in the environment says which device: full (two budgets, two
 * clients, three pools), kept (the system is locked; of the pools one is exported and
 * one has no client), empty, missing, denied, foreign, lost (pages are missing), old,
 * breaking (fails in the middle of the list of pools).
 *
 * What changes the system is written down in the file FAKE_CALLS, and answered as
 * FAKE_ANSWER says: "ERRNO [REASON FAILED MISSING NAME]", or success without it.
 */
#include "device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
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
		.phase = is("kept") ? BUDGETMEM_SYSTEM_LOCKED : BUDGETMEM_SYSTEM_SETUP,
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
			.node = BUDGETMEM_NODE_ANY,
		}, {
			.name = "a-name-of-31-characters-in-full", .size = 512 << 10,
			.uid = 1000, .gid = 1000, .mode = 0666, .client_limit = 1,
			.pool_limit = 8, .node = BUDGETMEM_NODE_ANY,
		},
	};

	uint64_t cursor = info->cursor;

	(void)fd;
	if (is("empty") || cursor >= 2)
		return -ENOENT;
	*info = budgets[cursor];
	info->cursor = cursor + 1;
	if (is("kept") && !cursor) {
		info->detached = 512 << 10;
		info->detached_pools = 1;
		info->node = 1;
	}
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
	memcpy(info->command, cursor ? "\x1b[2J\"\\\xff\xc3\xa4\n123456" : "wordcount\0\0\0\0\0\0",
	       sizeof(info->command));
	return 0;
}

/* The second pool is exported, and the third one is without a client. */
static void keep(struct budgetmem_pool_info *info, uint64_t number)
{
	info->layout = UINT64_MAX - number;
	info->uid = 1000;
	info->threshold = number ? 0 : 256 << 10;
	info->exports = number == 1 ? 2 : 0;
	info->importers = number == 1;
	if (number == 2)
		info->properties = BUDGETMEM_POOL_PERSISTENT | BUDGETMEM_POOL_DETACHED;
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
		.cursor = cursor + 1, .client = cursor < 2 ? 5 : 6, .budget = "words",
		.size = 512 << 10, .mappings = cursor < 2, .reported = cursor < 2,
	};
	memcpy(info->name, names[cursor], strlen(names[cursor]));
	if (info->reported) {
		info->reported_used = cursor ? 500000 : 1000;
		info->reported_high_water = 2000;
		info->reported_refused = 7;
		info->reported_layout = 0x0123456789abcdef;
	}
	if (is("kept"))
		keep(info, cursor);
	return 0;
}

static FILE *open_calls(void)
{
	const char *path = getenv("FAKE_CALLS");
	FILE *calls = fopen(path ? path : "/dev/null", "a");

	if (!calls)
		abort();
	return calls;
}

static int answer(uint32_t *reason, uint32_t *failed, uint64_t *missing, char name[32])
{
	const char *text = getenv("FAKE_ANSWER");
	int err = 0;

	if (text)
		sscanf(text, "%d %" SCNu32 " %" SCNu32 " %" SCNu64 " %31s", &err, reason,
		       failed, missing, name);
	return -err;
}

int device_apply(int fd, struct budgetmem_system_apply *apply)
{
	const struct budgetmem_budget_entry *entry =
		(const struct budgetmem_budget_entry *)(uintptr_t)apply->entries;
	uint32_t reason = 0, failed = 0;
	char name[BUDGETMEM_NAME_SIZE] = "";
	uint64_t missing = 0, sum = 0;
	FILE *calls = open_calls();
	int err = answer(&reason, &failed, &missing, name);

	if (fd != 1000 || apply->entry_size != sizeof(*entry) || apply->reserved)
		abort();
	fprintf(calls, "apply flags %u total %llu\n", apply->flags,
		(unsigned long long)apply->total);
	for (uint32_t i = 0; i < apply->count; i++) {
		fprintf(calls, "%s %llu %u %u %04o %u %u %u\n", entry[i].name,
			(unsigned long long)entry[i].size, entry[i].uid, entry[i].gid,
			entry[i].mode, entry[i].pool_limit, entry[i].client_limit,
			entry[i].node);
		sum += entry[i].size;
		if (entry[i].flags || entry[i].reserved)
			abort();
	}
	fclose(calls);
	apply->reason = reason;
	apply->failed = failed;
	apply->missing = missing;
	memcpy(apply->name, name, sizeof(name));
	apply->set_aside = sum;
	apply->overhead = 4096;
	apply->total = apply->total ? apply->total : sum + 4096;
	return err;
}

int device_lock(int fd)
{
	FILE *calls = open_calls();

	(void)fd;
	fprintf(calls, "lock\n");
	fclose(calls);
	return answer(&(uint32_t){ 0 }, &(uint32_t){ 0 }, &(uint64_t){ 0 }, (char [32]){ 0 });
}

int device_remove(int fd, const char *budget, const char *pool)
{
	FILE *calls = open_calls();

	(void)fd;
	fprintf(calls, "remove %s %s\n", budget, pool);
	fclose(calls);
	return answer(&(uint32_t){ 0 }, &(uint32_t){ 0 }, &(uint64_t){ 0 }, (char [32]){ 0 });
}
