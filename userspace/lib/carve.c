// SPDX-License-Identifier: MIT
/*
 * carve.c: a budget that is one run of memory of this process
 *
 * Keeps to the contract of the device as closely as a process can keep to a
 * contract with itself: the same order of checks, the same errno, the same
 * counters. Memory that no pool uses is always zero.
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

static int note_refusal(struct bm_client *client, int err)
{
	if (err == -EPERM || err == -EDQUOT)
		client->refused++;
	return err;
}

/* The first gap that is long enough: where it begins, and which pool follows. */
static struct bm_pool **find_gap(struct bm_client *client, size_t size,
				 char **start)
{
	char *end = client->base + client->size;
	struct bm_pool **link = &client->pools;

	*start = client->base;
	while (*link && (size_t)((char *)(*link)->base - *start) < size) {
		*start = (char *)(*link)->base + (*link)->size;
		link = &(*link)->next;
	}
	return (size_t)(end - *start) < size ? NULL : link;
}

static void enter(struct bm_client *client, struct bm_pool **link,
		  struct bm_pool *pool)
{
	pool->next = *link;
	*link = pool;
	client->pool_count++;
	client->used += pool->size;
	if (client->used > client->high_water)
		client->high_water = client->used;
}

static int try_create(struct bm_client *client, const char *name, size_t size,
		      struct bm_pool **pool)
{
	struct bm_pool **link;
	struct bm_pool *record;
	char *start;
	int err;

	if (client->phase == BM_PHASE_LOCKED)
		return -EPERM;
	if (bm_pool_find(client, name))
		return -EEXIST;
	link = find_gap(client, size, &start);
	if (!link)
		return -EDQUOT;
	err = bm_record_take(client, &record);
	if (err)
		return err;
	record->base = start;
	record->size = size;
	bm_name_copy(record->name, name);
	enter(client, link, record);
	*pool = record;
	return 0;
}

/* The layout number is for pools that outlive their client: none of these does. */
int bm_carve_create(struct bm_client *client, const struct bm_request *request,
		    struct bm_pool **pool)
{
	size_t size = bm_round_up(request->size, client->granule);

	if (!size)
		return -EINVAL;
	return note_refusal(client, try_create(client, request->name, size, pool));
}

int bm_carve_destroy(struct bm_client *client, struct bm_pool *pool)
{
	struct bm_pool **link = &client->pools;

	if (client->phase == BM_PHASE_LOCKED)
		return note_refusal(client, -EPERM);
	while (*link != pool)
		link = &(*link)->next;
	*link = pool->next;
	client->pool_count--;
	client->used -= pool->size;
	memset(pool->base, 0, pool->size);
	bm_record_give(client, pool);
	return 0;
}

int bm_carve_lock(struct bm_client *client)
{
	if (client->phase == BM_PHASE_LOCKED)
		return note_refusal(client, -EPERM);
	client->phase = BM_PHASE_LOCKED;
	return 0;
}

/* Nobody else is in such a budget: what the client uses is what is used. */
int bm_carve_inspect(struct bm_client *client, struct bm_client_state *state)
{
	state->phase = client->phase;
	state->pools = client->pool_count;
	state->used = client->used;
	state->high_water = client->high_water;
	state->refused = client->refused;
	state->budget_size = client->size;
	state->budget_used = client->used;
	state->budget_high_water = client->high_water;
	return 0;
}

void bm_carve_clear(struct bm_client *client)
{
	for (struct bm_pool *pool = client->pools; pool; pool = pool->next)
		memset(pool->base, 0, pool->size);
}
