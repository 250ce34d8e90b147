// SPDX-License-Identifier: MIT
/*
 * static.c: the provider that lives in a buffer of the caller
 *
 * Makes no system call: system.h is not even included.
 *
 * The buffer, from its first aligned byte on:
 *	the client's record	BM_STATIC_CLIENT bytes
 *	records of pools	BM_STATIC_POOL bytes each
 *	the budget		the rest, down to a multiple of BM_STATIC_ALIGN
 */
#include "provider.h"

#include <errno.h>
#include <string.h>

_Static_assert(sizeof(struct bm_client) <= BM_STATIC_CLIENT,
	       "client.h promises that the record fits");
_Static_assert(sizeof(struct bm_pool) <= BM_STATIC_POOL,
	       "client.h promises that the record fits");
_Static_assert(BM_STATIC_CLIENT % BM_STATIC_ALIGN == 0 &&
	       BM_STATIC_POOL % BM_STATIC_ALIGN == 0,
	       "the budget begins aligned");

/* All records are on the spare list from the start. */
static int no_more_records(struct bm_client *client)
{
	(void)client;
	return -EDQUOT;
}

/* The client is within the memory that is cleared: it goes last. */
static void close_static(struct bm_client *client)
{
	bm_carve_clear(client);
	memset((void *)client, 0, (size_t)(client->base - (char *)client));
}

static const struct bm_provider static_provider = {
	.guarantees = BM_G5_CLEAN | BM_G8_INPUT | BM_G11_BOUNDS,
	.gaps = {
		[BM_GAP(1)] = "a static buffer is the program's own memory: this process alone keeps the sum, and no kernel holds it to that",
		[BM_GAP(2)] = "a static buffer is locked by this process alone, which can always take other memory",
		[BM_GAP(3)] = "a static buffer is ordinary memory: its pages may be absent, swapped out, moved, or copied after fork()",
		[BM_GAP(4)] = "a static buffer's pages come from the kernel's allocator whenever they are first touched",
		[BM_GAP(6)] = "a static buffer is given back to the program only, which may use pages that are still pinned",
		[BM_GAP(7)] = "a static buffer has no owner and mode: all code of the program can reach it",
		[BM_GAP(9)] = "a static buffer is seen by this process only: no administrator can read its state",
		[BM_GAP(10)] = "a static buffer is shared with whatever else the program does: a stray store harms all pools in it",
	},
	.create = bm_carve_create,
	.destroy = bm_carve_destroy,
	.lock = bm_carve_lock,
	.inspect = bm_carve_inspect,
	.close = close_static,
	.more_records = no_more_records,
};

static void add_records(struct bm_client *client, char *start, size_t pools)
{
	for (size_t i = pools; i-- > 0;)
		bm_record_give(client, (struct bm_pool *)(void *)
				       (start + i * BM_STATIC_POOL));
}

/* Bytes before the budget, from @buffer on; 0 if that is too much to count. */
static size_t head_size(const void *buffer, size_t pools)
{
	size_t skip = -(uintptr_t)buffer % BM_STATIC_ALIGN;

	if (pools > (SIZE_MAX / 2) / BM_STATIC_POOL)
		return 0;
	return skip + BM_STATIC_CLIENT + pools * BM_STATIC_POOL;
}

int bm_client_open_static(struct bm_client **client, const char *budget,
			  void *buffer, size_t size, size_t pools)
{
	struct bm_client *opened;
	size_t head, skip;

	if (!client || !buffer || !pools || !bm_name_is_valid(budget))
		return -EINVAL;
	head = head_size(buffer, pools);
	if (!head || size < head || size - head < BM_STATIC_ALIGN)
		return -EINVAL;
	memset(buffer, 0, size);
	skip = head - BM_STATIC_CLIENT - pools * BM_STATIC_POOL;
	opened = (struct bm_client *)(void *)((char *)buffer + skip);
	bm_client_init(opened, &static_provider, budget);
	opened->base = (char *)buffer + head;
	opened->size = (size - head) & ~((size_t)BM_STATIC_ALIGN - 1);
	opened->granule = BM_STATIC_ALIGN;
	add_records(opened, (char *)opened + BM_STATIC_CLIENT, pools);
	*client = opened;
	return 0;
}
