// SPDX-License-Identifier: MIT
/*
 * device.c: the provider that the kernel stands behind
 *
 * The kernel decides; nothing is decided here that it could decide itself, so
 * that its counters of refusals see everything.
 */
#include "provider.h"
#include "system.h"

#include <errno.h>
#include <string.h>

#include <linux/budgetmem.h>

#define DEVICE_PATH	"/dev/budgetmem"

_Static_assert(BM_NAME_SIZE == BUDGETMEM_NAME_SIZE, "names are handed on whole");
_Static_assert((int)BM_PHASE_INIT == (int)BUDGETMEM_PHASE_INIT &&
	       (int)BM_PHASE_LOCKED == (int)BUDGETMEM_PHASE_LOCKED,
	       "phases are handed on as they are");

static int give_back(struct bm_client *client, uint64_t offset)
{
	struct budgetmem_pool_destroy destroy = { .offset = offset };

	return bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_DESTROY, &destroy);
}

/* Takes the pool and maps it, or leaves nothing behind. */
static int take(struct bm_client *client, struct bm_pool *pool, size_t size)
{
	struct budgetmem_pool_create create = { .size = size };
	int err;

	memcpy(create.name, pool->name, BM_NAME_SIZE);
	err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_CREATE, &create);
	if (err)
		return err;
	pool->offset = create.offset;
	pool->size = (size_t)create.size;
	err = bm_system_map_file(client->fd, pool->offset, pool->size, &pool->base);
	if (err)
		give_back(client, pool->offset);
	return err;
}

static int create_device(struct bm_client *client, const char *name, size_t size,
			 struct bm_pool **pool)
{
	struct bm_pool *record;
	int err;

	/* The kernel would round it up, but this process could not count it. */
	if (!bm_round_up(size, bm_system_page_size()))
		return -EINVAL;
	err = bm_record_take(client, &record);
	if (err)
		return err;
	bm_name_copy(record->name, name);
	err = take(client, record, size);
	if (err) {
		bm_record_give(client, record);
		return err;
	}
	record->next = client->pools;
	client->pools = record;
	*pool = record;
	return 0;
}

/*
 * The kernel destroys only what is not mapped. It is asked once before anything
 * is unmapped, because it says EPERM before it says EBUSY: a locked client's
 * pools stay untouched. The addresses stay reserved until the kernel has agreed,
 * so that a pool which somebody else maps, or locks in this very moment through
 * the same descriptor, is back where it was.
 */
static int release(struct bm_client *client, struct bm_pool *pool)
{
	int err = give_back(client, pool->offset);

	if (err != -EBUSY)
		return err;
	err = bm_system_reserve(pool->base, pool->size);
	if (err)
		return err;
	err = give_back(client, pool->offset);
	if (err)
		bm_system_map_file(client->fd, pool->offset, pool->size,
				   &pool->base);
	return err;
}

static int destroy_device(struct bm_client *client, struct bm_pool *pool)
{
	struct bm_pool **link = &client->pools;
	int err = release(client, pool);

	if (err)
		return err;
	bm_system_unmap(pool->base, pool->size);
	while (*link != pool)
		link = &(*link)->next;
	*link = pool->next;
	bm_record_give(client, pool);
	return 0;
}

static int lock_device(struct bm_client *client)
{
	struct budgetmem_lock lock = { 0 };

	return bm_system_ioctl(client->fd, BUDGETMEM_IOC_LOCK, &lock);
}

static int inspect_device(struct bm_client *client, struct bm_client_state *state)
{
	struct budgetmem_client_info own = { .select = BUDGETMEM_SELECT_OWN };
	struct budgetmem_budget_info budget = { .select = BUDGETMEM_SELECT_OWN };
	int err;

	err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_CLIENT_INFO, &own);
	if (!err)
		err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_BUDGET_INFO, &budget);
	if (err)
		return err;
	state->phase = (enum bm_phase)own.phase;
	state->pools = own.pools;
	state->used = own.used;
	state->high_water = own.high_water;
	state->refused = own.refused;
	state->budget_size = budget.size;
	state->budget_used = budget.used;
	state->budget_high_water = budget.high_water;
	return 0;
}

static void close_device(struct bm_client *client)
{
	bool foreign = bm_record_is_foreign(client);

	for (struct bm_pool *pool = client->pools; pool && !foreign; pool = pool->next)
		bm_system_unmap(pool->base, pool->size);
	if (client->fd >= 0)
		bm_system_close(client->fd);
	bm_record_close(client);
}

static const struct bm_provider device_provider = {
	.guarantees = BM_G1_SUM | BM_G2_LOCK | BM_G3_NO_FAULTS | BM_G5_CLEAN |
		      BM_G6_RETURN | BM_G7_ACCESS | BM_G8_INPUT |
		      BM_G9_ATTRIBUTION | BM_G10_CONTAINMENT | BM_G11_BOUNDS,
	.gaps = {
		[BM_GAP(4)] = "version 1 of the contract has no lock for the whole system: a new client may still make the kernel allocate its records",
	},
	.create = create_device,
	.destroy = destroy_device,
	.lock = lock_device,
	.inspect = inspect_device,
	.close = close_device,
	.more_records = bm_record_more,
};

/*
 * To the caller a missing node is a missing device, whatever open() calls it; and
 * a container's device filter says EPERM, which here means locked.
 */
static int open_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
	case -ENXIO:
		return -ENODEV;
	case -EPERM:
	case -EROFS:
		return -EACCES;
	default:
		return err;
	}
}

static int bind_device(struct bm_client *client)
{
	struct budgetmem_bind bind = { .flags = 0 };
	int fd = bm_system_open(DEVICE_PATH);

	if (fd < 0)
		return open_error(fd);
	client->fd = fd;
	memcpy(bind.name, client->budget, BM_NAME_SIZE);
	return bm_system_ioctl(fd, BUDGETMEM_IOC_BIND, &bind);
}

int bm_client_open(struct bm_client **client, const char *budget)
{
	struct bm_client *opened;
	int err;

	if (!client || !bm_name_is_valid(budget))
		return -EINVAL;
	err = bm_record_open(&opened, &device_provider, budget);
	if (err)
		return err;
	err = bind_device(opened);
	if (err) {
		bm_client_close(opened);
		return err;
	}
	*client = opened;
	return 0;
}
