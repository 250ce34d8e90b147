// SPDX-License-Identifier: MIT
/*
 * state - all that an administrator can see of the module, taken at one moment
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "state.h"

/* More than tests/uapi/budgets lets any test have at a time. */
#define STATE_BUDGETS	16
#define STATE_CLIENTS	128
#define STATE_POOLS	1024

struct state {
	struct budgetmem_query query;
	unsigned int budgets;
	unsigned int clients;
	unsigned int pools;
	struct budgetmem_budget_info budget[STATE_BUDGETS];
	struct budgetmem_client_info client[STATE_CLIENTS];
	struct budgetmem_pool_info pool[STATE_POOLS];
};

static int state_read_budgets(int fd, struct state *state)
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int error;

	while (!(error = device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info))) {
		if (state->budgets == STATE_BUDGETS)
			return -ENOBUFS;
		info.refused_over_budget = 0;
		info.refused_locked = 0;
		info.refused_access = 0;
		state->budget[state->budgets++] = info;
	}
	return error == -ENOENT ? 0 : error;
}

static int state_read_clients(int fd, struct state *state)
{
	struct budgetmem_client_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int error;

	while (!(error = device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, &info))) {
		if (state->clients == STATE_CLIENTS)
			return -ENOBUFS;
		info.refused = 0;
		state->client[state->clients++] = info;
	}
	return error == -ENOENT ? 0 : error;
}

static int state_read_pools(int fd, struct state *state)
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int error;

	while (!(error = device_call(fd, BUDGETMEM_IOC_POOL_INFO, &info))) {
		if (state->pools == STATE_POOLS)
			return -ENOBUFS;
		state->pool[state->pools++] = info;
	}
	return error == -ENOENT ? 0 : error;
}

static int state_read(struct state *state)
{
	int fd = device_open(O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	error = query_read(fd, &state->query);
	if (!error)
		error = state_read_budgets(fd, state);
	if (!error)
		error = state_read_clients(fd, state);
	if (!error)
		error = state_read_pools(fd, state);
	close(fd);
	return error;
}

struct state *state_take(void)
{
	struct state *state = calloc(1, sizeof(*state));
	int error;

	if (!state)
		return NULL;
	error = state_read(state);
	if (!error)
		return state;
	fprintf(stderr, "# the state cannot be read: %s\n", strerror(-error));
	free(state);
	return NULL;
}

static bool state_part_same(const char *what, const void *before,
			    const void *after, size_t size)
{
	if (!memcmp(before, after, size))
		return true;
	fprintf(stderr, "# changed: %s\n", what);
	return false;
}

/* Objects of one kind: as many as before, and each as it was. */
static bool state_list_same(const char *what, unsigned int before_count,
			    const void *before, unsigned int after_count,
			    const void *after, size_t size)
{
	if (before_count != after_count) {
		fprintf(stderr, "# changed: the number of those like %s\n", what);
		return false;
	}
	return state_part_same(what, before, after, before_count * size);
}

static bool state_same(const struct state *before, const struct state *after)
{
	bool same = state_part_same("what QUERY says", &before->query,
				    &after->query, sizeof(before->query));

	same &= state_list_same("a budget", before->budgets, before->budget,
				after->budgets, after->budget,
				sizeof(before->budget[0]));
	same &= state_list_same("a client", before->clients, before->client,
				after->clients, after->client,
				sizeof(before->client[0]));
	same &= state_list_same("a pool", before->pools, before->pool,
				after->pools, after->pool,
				sizeof(before->pool[0]));
	return same;
}

bool state_unchanged(struct state *before)
{
	struct state *after = state_take();
	bool same = before && after && state_same(before, after);

	free(after);
	free(before);
	return same;
}

unsigned int state_pools(const struct state *state)
{
	return state->pools;
}
