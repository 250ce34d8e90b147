// SPDX-License-Identifier: MIT
/*
 * memfd.c: the provider for development hosts without the module
 *
 * The whole budget is one memfd, taken when the client is opened and not pool by
 * pool: so here, too, a pool within the budget is never refused for lack of RAM.
 */
#include "provider.h"
#include "system.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static void close_memfd(struct bm_client *client)
{
	if (client->base && !bm_record_is_foreign(client))
		bm_system_unmap(client->base, client->size);
	if (client->fd >= 0)
		bm_system_close(client->fd);
	bm_record_close(client);
}

static const struct bm_provider memfd_provider = {
	.guarantees = BM_G5_CLEAN | BM_G6_RETURN | BM_G8_INPUT |
		      BM_G10_CONTAINMENT | BM_G11_BOUNDS,
	.gaps = {
		[BM_GAP(1)] = "a memfd is bounded by this process alone, which can make another one at any time; no kernel keeps the sum",
		[BM_GAP(2)] = "a memfd provider is locked by this process alone: seals bind one memfd, not the process",
		[BM_GAP(3)] = "mlock() keeps a memfd's pages in memory, but compaction may move them and the next access waits in a page fault",
		[BM_GAP(4)] = "a memfd's pages come from the kernel's allocator, those of the next client as well",
		[BM_GAP(7)] = "a memfd's owner may map it executable, and whoever may trace the process may write to it",
		[BM_GAP(9)] = "a memfd shows neither its pools nor its refusals to an administrator",
	},
	.create = bm_carve_create,
	.destroy = bm_carve_destroy,
	.lock = bm_carve_lock,
	.inspect = bm_carve_inspect,
	.close = close_memfd,
	.more_records = bm_record_more,
};

/*
 * mlock() maps the pages of a shared mapping as clean, and a processor that does
 * not set the dirty bit by itself faults at the first store: so it happens here.
 */
static void touch(char *base, size_t size)
{
	size_t page = bm_system_page_size();

	for (size_t at = 0; at < size; at += page)
		*(volatile char *)(base + at) = 0;
}

static int make_resident(char *base, size_t size)
{
	int err = bm_system_lock_memory(base, size);

	if (err)
		return err;
	touch(base, size);
	return bm_system_hide_from_children(base, size);
}

/*
 * Whatever is left to undo is in @client, for close_memfd(). The kernel does not
 * refuse a memfd that is too large: it kills for it, so it is not asked.
 */
static int set_aside(struct bm_client *client, size_t size)
{
	void *base = NULL;
	int err;

	if (size > bm_system_available())
		return -ENOMEM;
	client->fd = bm_system_memfd(client->budget);
	if (client->fd < 0)
		return client->fd;
	err = bm_system_allocate(client->fd, size);
	if (!err)
		err = bm_system_seal(client->fd);
	if (!err)
		err = bm_system_map_file(client->fd, 0, size, &base);
	if (err)
		return err;
	client->base = base;
	client->size = size;
	return make_resident(base, size);
}

/* The contract knows one errno for memory that cannot be had. */
static int no_memory(int err)
{
	return err == -ENOSPC || err == -EFBIG ? -ENOMEM : err;
}

int bm_client_open_memfd(struct bm_client **client, const char *budget,
			 size_t size)
{
	size_t page = bm_system_page_size();
	struct bm_client *opened;
	int err;

	size = bm_round_up(size, page);
	if (!client || !size || size > PTRDIFF_MAX || !bm_name_is_valid(budget))
		return -EINVAL;
	err = bm_record_open(&opened, &memfd_provider, budget);
	if (err)
		return err;
	opened->granule = page;
	err = set_aside(opened, size);
	if (err) {
		bm_client_close(opened);
		return no_memory(err);
	}
	*client = opened;
	return 0;
}
