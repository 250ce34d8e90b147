// SPDX-License-Identifier: MIT
/*
 * pool.c: pools, whatever provider stands behind their client
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

/* How often a pool may come and go between two questions before it is given up. */
#define OPEN_TRIES	8

static bool is_sound(const struct bm_client *client,
		     const struct bm_request *request)
{
	return client && request->size && bm_name_is_valid(request->name) &&
	       !(request->flags & ~BM_POOL_PERSISTENT);
}

static int create(struct bm_client *client, const struct bm_request *request,
		  struct bm_pool **pool)
{
	int err;

	if (!pool || !is_sound(client, request))
		return -EINVAL;
	if (request->flags && !client->provider->attach)
		return -EOPNOTSUPP;
	bm_turn_begin(&client->turn);
	err = client->provider->create(client, request, pool);
	bm_turn_end(&client->turn);
	return err;
}

int bm_pool_create(struct bm_client *client, const char *name, size_t size,
		   unsigned int flags, struct bm_pool **pool)
{
	return bm_pool_create_layout(client, name, size, flags, 0, pool);
}

int bm_pool_create_layout(struct bm_client *client, const char *name,
			  size_t size, unsigned int flags, uint64_t layout,
			  struct bm_pool **pool)
{
	struct bm_request request = {
		.name = name, .size = size, .flags = flags, .layout = layout,
	};

	return create(client, &request, pool);
}

int bm_pool_attach(struct bm_client *client, const char *name, size_t size,
		   uint64_t layout, struct bm_pool **pool)
{
	struct bm_request request = {
		.name = name, .size = size, .layout = layout,
	};
	int err;

	if (!pool || !is_sound(client, &request))
		return -EINVAL;
	if (!client->provider->attach)
		return -EOPNOTSUPP;
	bm_turn_begin(&client->turn);
	err = client->provider->attach(client, &request, pool);
	bm_turn_end(&client->turn);
	return err;
}

/*
 * Between the two questions another client may create the pool, or an administrator
 * remove it. -EEXIST time and again means that a pool of this client has the name,
 * and is not persistent.
 */
int bm_pool_open_persistent(struct bm_client *client, const char *name,
			    size_t size, uint64_t layout,
			    struct bm_pool **pool, bool *attached)
{
	bool found = false;
	int err = -EINVAL;

	for (int tries = 0; tries < OPEN_TRIES; tries++) {
		err = bm_pool_attach(client, name, size, layout, pool);
		found = err != -ENOENT;
		if (!found)
			err = bm_pool_create_layout(client, name, size,
						    BM_POOL_PERSISTENT, layout,
						    pool);
		if (found || err != -EEXIST)
			break;
	}
	if (!err && attached)
		*attached = found;
	return err;
}

int bm_pool_export(struct bm_pool *pool, unsigned int flags, int *fd)
{
	struct bm_client *client;
	int err;

	if (!pool || !fd || flags & ~BM_EXPORT_WRITE)
		return -EINVAL;
	client = pool->client;
	if (!client->provider->export)
		return -EOPNOTSUPP;
	bm_turn_begin(&client->turn);
	err = client->provider->export(pool, flags, fd);
	bm_turn_end(&client->turn);
	return err;
}

int bm_pool_watch(struct bm_pool *pool, size_t threshold)
{
	struct bm_client *client;
	int err;

	if (!pool || threshold > pool->size)
		return -EINVAL;
	client = pool->client;
	if (!client->provider->watch)
		return -EOPNOTSUPP;
	bm_turn_begin(&client->turn);
	err = client->provider->watch(pool, threshold);
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
