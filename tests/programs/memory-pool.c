// SPDX-License-Identifier: MIT
/* memory-pool.c - the same number of bytes from a pool */
#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "memory.h"

static int fill_client(struct bm_client *client, struct memory *memory,
		       size_t bytes)
{
	struct bm_region region;
	struct bm_pool *pool;
	int err;

	err = bm_pool_create(client, "measure", bytes, 0, &pool);
	if (!err)
		err = bm_client_lock(client);
	if (err)
		return err;
	region = bm_pool_region(pool);
	memory->base = region.base;
	memory->bytes = region.size;
	memory->client = client;
	return 0;
}

int memory_from_pool(struct memory *memory, size_t bytes)
{
	struct bm_client *client;
	int err;

	err = bm_client_open(&client, "measure");
	if (err)
		return err;
	err = fill_client(client, memory, bytes);
	if (err)
		bm_client_close(client);
	return err;
}
