// SPDX-License-Identifier: MIT
/*
 * record.c: where the records of a client and its pools live
 *
 * In private pages and not in malloc()'s heap, because an allocator may be built
 * on this library. The first page begins with the client; further ones are
 * chained. Records of pools that are gone wait on a list for the next pool.
 */
#include "provider.h"
#include "system.h"

#include <errno.h>
#include <string.h>

struct record_page {
	struct record_page *next;
	struct bm_pool records[];
};

void bm_record_spare(struct bm_client *client, struct bm_pool *records,
		     size_t count)
{
	for (size_t i = 0; i < count; i++)
		bm_record_give(client, &records[i]);
}

void bm_record_give(struct bm_client *client, struct bm_pool *pool)
{
	memset(pool, 0, sizeof(*pool));
	pool->next = client->spare;
	client->spare = pool;
}

int bm_record_take(struct bm_client *client, struct bm_pool **pool)
{
	int err = client->spare ? 0 : client->provider->more_records(client);

	if (err)
		return err;
	*pool = client->spare;
	client->spare = (*pool)->next;
	(*pool)->client = client;
	return 0;
}

int bm_record_more(struct bm_client *client)
{
	size_t size = bm_system_page_size();
	struct record_page *page;
	void *address;
	int err = bm_system_map_private(size, &address);

	if (err)
		return err;
	page = address;
	page->next = client->pages;
	client->pages = page;
	bm_record_spare(client, page->records,
			(size - sizeof(*page)) / sizeof(page->records[0]));
	return 0;
}

int bm_record_open(struct bm_client **client, const struct bm_provider *provider,
		   const char *budget)
{
	size_t size = bm_system_page_size();
	void *address;
	int err = bm_system_map_private(size, &address);

	if (err)
		return err;
	*client = address;
	bm_client_init(*client, provider, budget);
	(*client)->process = bm_system_process();
	bm_record_spare(*client, (struct bm_pool *)(*client + 1),
			(size - sizeof(**client)) / sizeof(struct bm_pool));
	return 0;
}

/*
 * In a child of fork() the pools' addresses may belong to something else by now:
 * whoever unmaps must ask.
 */
bool bm_record_is_foreign(const struct bm_client *client)
{
	return client->process != bm_system_process();
}

void bm_record_close(struct bm_client *client)
{
	size_t size = bm_system_page_size();
	struct record_page *page = client->pages;

	while (page) {
		struct record_page *next = page->next;

		bm_system_unmap(page, size);
		page = next;
	}
	bm_system_unmap(client, size);
}
