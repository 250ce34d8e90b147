// SPDX-License-Identifier: MIT
/*
 * snapshot.c: everything that this user may see, read once
 */
#include "snapshot.h"
#include "device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Appends a copy; the room doubles whenever the count reaches a power of two. */
static int append(void **array, size_t *count, const void *element, size_t size)
{
	if (!(*count & (*count - 1))) {
		void *grown = reallocarray(*array, *count ? *count * 2 : 1, size);

		if (!grown)
			return -ENOMEM;
		*array = grown;
	}
	memcpy((char *)*array + *count * size, element, size);
	(*count)++;
	return 0;
}

static int read_budgets(struct snapshot *snapshot, int fd)
{
	struct budgetmem_budget_info info = { .cursor = 0 };
	void *array = NULL;
	int err;

	while (!(err = device_next_budget(fd, &info))) {
		err = append(&array, &snapshot->budget_count, &info, sizeof(info));
		snapshot->budgets = array;
		if (err)
			break;
	}
	return err == -ENOENT ? 0 : err;
}

static int read_clients(struct snapshot *snapshot, int fd)
{
	struct budgetmem_client_info info = { .cursor = 0 };
	void *array = NULL;
	int err;

	while (!(err = device_next_client(fd, &info))) {
		err = append(&array, &snapshot->client_count, &info, sizeof(info));
		snapshot->clients = array;
		if (err)
			break;
	}
	return err == -ENOENT ? 0 : err;
}

static int read_pools(struct snapshot *snapshot, int fd)
{
	struct budgetmem_pool_info info = { .cursor = 0 };
	void *array = NULL;
	int err;

	while (!(err = device_next_pool(fd, &info))) {
		err = append(&array, &snapshot->pool_count, &info, sizeof(info));
		snapshot->pools = array;
		if (err)
			break;
	}
	return err == -ENOENT ? 0 : err;
}

/* Who holds a pool is only known to the processes' own files: a slow look. */
static int read_holders(struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->pool_count; i++) {
		if (snapshot->pools[i].exports)
			return holders_read(&snapshot->holders);
	}
	return 0;
}

int snapshot_read(struct snapshot *snapshot, int fd)
{
	int err;

	memset(snapshot, 0, sizeof(*snapshot));
	err = device_query(fd, &snapshot->system);
	if (!err)
		err = read_budgets(snapshot, fd);
	if (!err)
		err = read_clients(snapshot, fd);
	if (!err)
		err = read_pools(snapshot, fd);
	if (!err)
		err = read_holders(snapshot);
	return err;
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->budgets);
	free(snapshot->clients);
	free(snapshot->pools);
	holders_free(&snapshot->holders);
}

const struct budgetmem_client_info *
snapshot_client(const struct snapshot *snapshot, const struct budgetmem_pool_info *pool)
{
	if (pool->properties & BUDGETMEM_POOL_DETACHED)
		return NULL;
	for (size_t i = 0; i < snapshot->client_count; i++) {
		if (snapshot->clients[i].client == pool->client)
			return &snapshot->clients[i];
	}
	return NULL;
}

uint64_t snapshot_refused(const struct budgetmem_budget_info *budget)
{
	return budget->refused_over_budget + budget->refused_locked +
	       budget->refused_access;
}

const char *snapshot_phase(uint32_t phase)
{
	return phase == BUDGETMEM_PHASE_LOCKED ? "locked" : "init";
}

const char *snapshot_system_phase(uint32_t phase)
{
	return phase == BUDGETMEM_SYSTEM_LOCKED ? "locked" : "setup";
}
