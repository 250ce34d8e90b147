// SPDX-License-Identifier: MIT
/*
 * pool.c: pools, whatever provider stands behind their client
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

int bm_pool_create(struct bm_client *client, const char *name, size_t size,
		   unsigned int flags, struct bm_pool **pool)
{
	int err;

	if (!client || !pool || !size || flags || !bm_name_is_valid(name))
		return -EINVAL;
	bm_turn_begin(&client->turn);
	err = client->provider->create(client, name, size, pool);
	bm_turn_end(&client->turn);
	return err;
}

int bm_pool_destroy(struct bm_pool *pool)
{
	struct bm_client *client;
	int err;

	if (!pool)
		return 0;
	client = pool->client;
	bm_turn_begin(&client->turn);
	err = client->provider->destroy(client, pool);
	bm_turn_end(&client->turn);
	return err;
}

/* It is the caller's turn. */
struct bm_pool *bm_pool_find(const struct bm_client *client, const char *name)
{
	struct bm_pool *pool = client->pools;

	while (pool && strcmp(pool->name, name))
		pool = pool->next;
	return pool;
}

int bm_pool_lookup(struct bm_client *client, const char *name,
		   struct bm_pool **pool)
{
	struct bm_pool *found;

	if (!client || !pool || !bm_name_is_valid(name))
		return -EINVAL;
	bm_turn_begin(&client->turn);
	found = bm_pool_find(client, name);
	bm_turn_end(&client->turn);
	if (!found)
		return -ENOENT;
	*pool = found;
	return 0;
}

struct bm_region bm_pool_region(const struct bm_pool *pool)
{
	return (struct bm_region){ .base = pool->base, .size = pool->size };
}

const char *bm_pool_name(const struct bm_pool *pool)
{
	return pool->name;
}

size_t bm_pool_size(const struct bm_pool *pool)
{
	return pool->size;
}
