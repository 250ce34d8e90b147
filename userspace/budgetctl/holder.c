// SPDX-License-Identifier: MIT
/*
 * holder.c: which processes hold a dma-buf of a pool
 *
 * Processes come and go while this looks: what is gone is passed over.
 */
#include "holder.h"
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PROC_PATH
#define PROC_PATH	"/proc"
#endif

/* As the contract says: what stands in the fdinfo of a pool's dma-buf. */
#define EXPORTER	"exp_name:"
#define PREFIX		"budgetmem:"

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool is_same(const struct holder *a, const struct holder *b)
{
	return a->pid == b->pid && !strcmp(a->budget, b->budget) &&
	       !strcmp(a->pool, b->pool);
}

static bool is_known(const struct holders *holders, const struct holder *holder)
{
	for (size_t i = 0; i < holders->count; i++) {
		if (is_same(&holders->all[i], holder))
			return true;
	}
	return false;
}

/* The room doubles whenever the count reaches a power of two. */
static int append(struct holders *holders, const struct holder *holder)
{
	size_t count = holders->count;

	if (is_known(holders, holder))
		return 0;
	if (!(count & (count - 1))) {
		void *grown = reallocarray(holders->all, count ? count * 2 : 1,
					   sizeof(*holder));

		if (!grown)
			return -ENOMEM;
		holders->all = grown;
	}
	holders->all[holders->count++] = *holder;
	return 0;
}

/* Takes BUDGET:POOL apart. False if it is not that. */
static bool split(const char *text, struct holder *holder)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (!length || length >= sizeof(holder->budget) || !colon[1] ||
	    strlen(colon + 1) >= sizeof(holder->pool))
		return false;
	memcpy(holder->budget, text, length);
	memcpy(holder->pool, colon + 1, strlen(colon + 1));
	return true;
}

/* A name of 15 characters fills it up to the closing zero. */
static void read_command(struct holder *holder)
{
	char path[64], line[64] = "";

	snprintf(path, sizeof(path), "%s/%u/comm", PROC_PATH, holder->pid);
	if (file_line(path, line, sizeof(line)))
		memcpy(holder->command, line, strnlen(line, sizeof(holder->command)));
}

static int look_at_file(struct holders *holders, uint32_t pid, const char *fd)
{
	struct holder holder = { .pid = pid };
	char path[128], value[128];

	snprintf(path, sizeof(path), "%s/%u/fdinfo/%.16s", PROC_PATH, pid, fd);
	if (!file_value(path, EXPORTER, value, sizeof(value)) ||
	    strncmp(value, PREFIX, strlen(PREFIX)) ||
	    !split(value + strlen(PREFIX), &holder))
		return 0;
	read_command(&holder);
	return append(holders, &holder);
}

static int look_at_process(struct holders *holders, uint32_t pid)
{
	char path[64];
	struct dirent *entry;
	DIR *directory;
	int err = 0;

	snprintf(path, sizeof(path), "%s/%u/fdinfo", PROC_PATH, pid);
	directory = opendir(path);
	while (directory && !err && (entry = readdir(directory))) {
		if (is_number(entry->d_name))
			err = look_at_file(holders, pid, entry->d_name);
	}
	if (directory)
		closedir(directory);
	return err;
}

int holders_read(struct holders *holders)
{
	DIR *directory = opendir(PROC_PATH);
	struct dirent *entry;
	int err = 0;

	*holders = (struct holders){ .count = 0 };
	while (directory && !err && (entry = readdir(directory))) {
		if (is_number(entry->d_name))
			err = look_at_process(holders,
					      (uint32_t)strtoul(entry->d_name, NULL, 10));
	}
	if (directory)
		closedir(directory);
	return err;
}

void holders_free(struct holders *holders)
{
	free(holders->all);
}

bool holder_has(const struct holder *holder, const struct budgetmem_pool_info *pool)
{
	return !strncmp(holder->budget, pool->budget, BUDGETMEM_NAME_SIZE) &&
	       !strncmp(holder->pool, pool->name, BUDGETMEM_NAME_SIZE);
}
