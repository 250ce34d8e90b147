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
_Static_assert(BM_POOL_PERSISTENT == BUDGETMEM_POOL_PERSISTENT &&
	       BM_EXPORT_WRITE == BUDGETMEM_EXPORT_WRITE,
	       "flags are handed on as they are");
_Static_assert((int)BM_PHASE_INIT == (int)BUDGETMEM_PHASE_INIT &&
	       (int)BM_PHASE_LOCKED == (int)BUDGETMEM_PHASE_LOCKED,
	       "phases are handed on as they are");

static int give_back(struct bm_client *client, uint64_t offset)
{
	struct budgetmem_pool_destroy destroy = { .offset = offset };

	return bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_DESTROY, &destroy);
}

static int map(struct bm_client *client, struct bm_pool *pool, uint64_t offset,
	       uint64_t size)
{
	if (size > SIZE_MAX)
		return -ENOMEM;
	pool->offset = offset;
	pool->size = (size_t)size;
	return bm_system_map_file(client->fd, pool->offset, pool->size, &pool->base);
}

static void enter(struct bm_client *client, struct bm_pool *pool)
{
	pool->next = client->pools;
	client->pools = pool;
}

/* Takes the pool and maps it, or leaves nothing behind. */
static int take(struct bm_client *client, struct bm_pool *pool,
		const struct bm_request *request)
{
	struct budgetmem_pool_create create = {
		.size = request->size,
		.flags = request->flags,
		.layout = request->layout,
	};
	int err;

	memcpy(create.name, pool->name, BM_NAME_SIZE);
	err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_CREATE, &create);
	if (err)
		return err;
	err = map(client, pool, create.offset, create.size);
	if (err)
		give_back(client, create.offset);
	return err;
}

/*
 * A pool that this client has, but this process does not: it was taken over and
 * could not be mapped then, or by another process that shares the descriptor.
 */
static int find_own(struct bm_client *client, const struct bm_pool *pool,
		    const struct bm_request *request,
		    struct budgetmem_pool_attach *attach)
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NAME };
	int err;

	if (bm_pool_find(client, pool->name))
		return -EEXIST;
	memcpy(info.name, pool->name, BM_NAME_SIZE);
	err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_INFO, &info);
	if (err)
		return err;
	if (!(info.properties & BUDGETMEM_POOL_PERSISTENT))
		return -EEXIST;
	if (info.layout != request->layout ||
	    info.size != bm_round_up(request->size, bm_system_page_size()))
		return -EMEDIUMTYPE;
	attach->offset = info.offset;
	attach->size = info.size;
	return 0;
}

/*
 * Takes the pool over and maps it. The kernel has no way back but to destroy it,
 * with its contents: a pool that cannot be mapped stays the client's, and the next
 * call goes on from there.
 */
static int take_over(struct bm_client *client, struct bm_pool *pool,
		     const struct bm_request *request)
{
	struct budgetmem_pool_attach attach = {
		.size = request->size,
		.layout = request->layout,
	};
	int err;

	memcpy(attach.name, pool->name, BM_NAME_SIZE);
	err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_ATTACH, &attach);
	if (err == -EEXIST)
		err = find_own(client, pool, request, &attach);
	return err ? err : map(client, pool, attach.offset, attach.size);
}

typedef int take_function(struct bm_client *client, struct bm_pool *pool,
			  const struct bm_request *request);

static int take_with(take_function *take_it, struct bm_client *client,
		     const struct bm_request *request, struct bm_pool **pool)
{
	struct bm_pool *record;
	int err;

	/* The kernel would round it up, but this process could not count it. */
	if (!bm_round_up(request->size, bm_system_page_size()))
		return -EINVAL;
	err = bm_record_take(client, &record);
	if (err)
		return err;
	bm_name_copy(record->name, request->name);
	err = take_it(client, record, request);
	if (err) {
		bm_record_give(client, record);
		return err;
	}
	enter(client, record);
	*pool = record;
	return 0;
}

static int create_device(struct bm_client *client, const struct bm_request *request,
			 struct bm_pool **pool)
{
	return take_with(take, client, request, pool);
}

static int attach_device(struct bm_client *client, const struct bm_request *request,
			 struct bm_pool **pool)
{
	return take_with(take_over, client, request, pool);
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

static int export_device(const struct bm_pool *pool, unsigned int flags, int *fd)
{
	struct budgetmem_pool_export export = {
		.offset = pool->offset,
		.flags = flags,
	};
	int err = bm_system_ioctl(pool->client->fd, BUDGETMEM_IOC_POOL_EXPORT,
				  &export);

	if (!err)
		*fd = export.fd;
	return err;
}

static int watch_device(const struct bm_pool *pool, uint64_t threshold)
{
	struct budgetmem_pool_watch watch = {
		.offset = pool->offset,
		.threshold = threshold,
	};

	return bm_system_ioctl(pool->client->fd, BUDGETMEM_IOC_POOL_WATCH, &watch);
}

static int events_device(struct bm_client *client, struct bm_events *events)
{
	struct budgetmem_events answer = { .flags = 0 };
	int err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_EVENTS, &answer);

	if (!err)
		*events = (struct bm_events){ answer.refused, answer.crossed };
	return err;
}

static void unmap_all(struct bm_client *client)
{
	for (struct bm_pool *pool = client->pools; pool; pool = pool->next)
		bm_system_unmap(pool->base, pool->size);
}

static void close_device(struct bm_client *client)
{
	if (!bm_record_is_foreign(client))
		unmap_all(client);
	if (client->fd >= 0)
		bm_system_close(client->fd);
	bm_record_close(client);
}

#define GIVEN_ALWAYS	(BM_G1_SUM | BM_G2_LOCK | BM_G3_NO_FAULTS | BM_G5_CLEAN | \
			 BM_G6_RETURN | BM_G7_ACCESS | BM_G8_INPUT | \
			 BM_G9_ATTRIBUTION | BM_G10_CONTAINMENT | BM_G11_BOUNDS)

#define DEVICE_FUNCTIONS			\
	.create = create_device,		\
	.attach = attach_device,		\
	.destroy = destroy_device,		\
	.lock = lock_device,			\
	.inspect = inspect_device,		\
	.export = export_device,		\
	.watch = watch_device,			\
	.events = events_device,		\
	.close = close_device,			\
	.more_records = bm_record_more

static const struct bm_provider device_provider = {
	.guarantees = GIVEN_ALWAYS,
	.gaps = {
		[BM_GAP(4)] = "the system was not locked when this client was opened: a new table of budgets may still make the kernel allocate; `budgetctl lock`, or lock=1 at insmod, ends that",
	},
	DEVICE_FUNCTIONS,
};

static const struct bm_provider locked_device_provider = {
	.guarantees = GIVEN_ALWAYS | BM_G4_NO_ALLOCATION,
	DEVICE_FUNCTIONS,
};

/* A lock of the system is final: what is found now holds as long as the client. */
static int note_system_phase(struct bm_client *client)
{
	struct budgetmem_query query = { .flags = 0 };
	int err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_QUERY, &query);

	if (!err && query.phase == BUDGETMEM_SYSTEM_LOCKED)
		client->provider = &locked_device_provider;
	return err;
}

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
	int err;

	if (fd < 0)
		return open_error(fd);
	client->fd = fd;
	memcpy(bind.name, client->budget, BM_NAME_SIZE);
	err = bm_system_ioctl(fd, BUDGETMEM_IOC_BIND, &bind);
	return err ? err : note_system_phase(client);
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

static int adopt_pool(struct bm_client *client,
		      const struct budgetmem_pool_info *info)
{
	struct bm_pool *record;
	int err = bm_record_take(client, &record);

	if (err)
		return err;
	bm_name_copy(record->name, info->name);
	err = map(client, record, info->offset, info->size);
	if (err)
		bm_record_give(client, record);
	else
		enter(client, record);
	return err;
}

/* Others' pools may be visible too. They have no offset. */
static int adopt_pools(struct bm_client *client)
{
	struct budgetmem_pool_info info = { .cursor = 0 };
	int err = 0;

	while (!err) {
		info = (struct budgetmem_pool_info){
			.select = BUDGETMEM_SELECT_NEXT,
			.cursor = info.cursor,
		};
		err = bm_system_ioctl(client->fd, BUDGETMEM_IOC_POOL_INFO, &info);
		if (!err && info.offset)
			err = adopt_pool(client, &info);
	}
	return err == -ENOENT ? 0 : err;
}

static int adopt(struct bm_client *client)
{
	int err = note_system_phase(client);

	if (!err)
		err = adopt_pools(client);
	return err ? err : bm_system_close_at_exec(client->fd);
}

int bm_client_adopt(struct bm_client **client, int fd)
{
	struct budgetmem_client_info own = { .select = BUDGETMEM_SELECT_OWN };
	struct bm_client *adopted;
	int err;

	if (!client)
		return -EINVAL;
	err = bm_system_ioctl(fd, BUDGETMEM_IOC_CLIENT_INFO, &own);
	if (err)
		return err;
	own.budget[BM_NAME_SIZE - 1] = '\0';
	err = bm_record_open(&adopted, &device_provider, own.budget);
	if (err)
		return err;
	adopted->fd = fd;
	err = adopt(adopted);
	if (err) {
		/* The descriptor is still the caller's. */
		unmap_all(adopted);
		bm_record_close(adopted);
		return err;
	}
	*client = adopted;
	return 0;
}
