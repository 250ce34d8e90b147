// SPDX-License-Identifier: MIT
/*
 * device - every call of /dev/budgetmem as one function
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>

#include "device.h"

size_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

void name_set(char field[BUDGETMEM_NAME_SIZE], const char *name)
{
	memset(field, 0, BUDGETMEM_NAME_SIZE);
	memcpy(field, name, strnlen(name, BUDGETMEM_NAME_SIZE));
}

int device_open(int flags)
{
	int fd = open(DEVICE_PATH, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Whoever is not root has no capability that counts. */
int device_open_as(uid_t user, int flags)
{
	int fd;

	if (seteuid(user))
		return -errno;
	fd = device_open(flags);
	if (seteuid(0)) {
		close(fd);
		return -errno;
	}
	return fd;
}

int device_call(int fd, unsigned long command, void *argument)
{
	int result = ioctl(fd, command, argument);

	return result < 0 ? -errno : result;
}

int client_bind(int fd, const char *budget)
{
	struct budgetmem_bind bind = { 0 };

	name_set(bind.name, budget);
	return device_call(fd, BUDGETMEM_IOC_BIND, &bind);
}

int client_lock(int fd)
{
	struct budgetmem_lock lock = { 0 };

	return device_call(fd, BUDGETMEM_IOC_LOCK, &lock);
}

int client_open(const char *budget)
{
	int fd = device_open(O_RDWR);
	int error;

	if (fd < 0)
		return fd;
	error = client_bind(fd, budget);
	if (error) {
		close(fd);
		return error;
	}
	return fd;
}

int pool_create(int fd, const char *name, __u64 size, __u64 *offset)
{
	struct budgetmem_pool_create create = { .size = size };
	int error;

	name_set(create.name, name);
	error = device_call(fd, BUDGETMEM_IOC_POOL_CREATE, &create);
	if (!error && offset)
		*offset = create.offset;
	return error;
}

int pool_destroy(int fd, __u64 offset)
{
	struct budgetmem_pool_destroy destroy = { .offset = offset };

	return device_call(fd, BUDGETMEM_IOC_POOL_DESTROY, &destroy);
}

int pool_create_persistent(int fd, const char *name, __u64 size, __u64 layout,
			   __u64 *offset)
{
	struct budgetmem_pool_create create = {
		.size = size,
		.flags = BUDGETMEM_POOL_PERSISTENT,
		.layout = layout,
	};
	int error;

	name_set(create.name, name);
	error = device_call(fd, BUDGETMEM_IOC_POOL_CREATE, &create);
	if (!error && offset)
		*offset = create.offset;
	return error;
}

int pool_attach(int fd, const char *name, __u64 size, __u64 layout,
		__u64 *offset)
{
	struct budgetmem_pool_attach attach = {
		.size = size,
		.layout = layout,
	};
	int error;

	name_set(attach.name, name);
	error = device_call(fd, BUDGETMEM_IOC_POOL_ATTACH, &attach);
	if (!error && offset)
		*offset = attach.offset;
	return error;
}

int pool_leave(const char *budget, const char *name, __u64 size)
{
	int fd = client_open(budget);
	int error;

	if (fd < 0)
		return fd;
	error = pool_create_persistent(fd, name, size, 1, NULL);
	close(fd);
	return error;
}

int pool_remove(const char *budget, const char *name)
{
	struct budgetmem_pool_remove remove = { 0 };
	int fd = device_open(O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	name_set(remove.budget, budget);
	name_set(remove.name, name);
	error = device_call(fd, BUDGETMEM_IOC_POOL_REMOVE, &remove);
	close(fd);
	return error;
}

int pool_export(int fd, __u64 offset, __u32 flags)
{
	struct budgetmem_pool_export export = {
		.offset = offset,
		.flags = flags,
		.fd = -1,
	};
	int error = device_call(fd, BUDGETMEM_IOC_POOL_EXPORT, &export);

	if (error < 0)
		return error;
	return error || export.fd < 0 ? DEVICE_BROKEN : export.fd;
}

static int buffer_sync(int fd, __u64 flags)
{
	struct dma_buf_sync sync = { .flags = flags | DMA_BUF_SYNC_RW };

	return device_call(fd, DMA_BUF_IOCTL_SYNC, &sync);
}

int buffer_begin(int fd)
{
	return buffer_sync(fd, DMA_BUF_SYNC_START);
}

int buffer_end(int fd)
{
	return buffer_sync(fd, DMA_BUF_SYNC_END);
}

int system_lock(int fd)
{
	struct budgetmem_system_lock lock = { 0 };

	return device_call(fd, BUDGETMEM_IOC_SYSTEM_LOCK, &lock);
}

int pool_watch(int fd, __u64 offset, __u64 threshold)
{
	struct budgetmem_pool_watch watch = {
		.offset = offset,
		.threshold = threshold,
	};

	return device_call(fd, BUDGETMEM_IOC_POOL_WATCH, &watch);
}

int events_read(int fd, struct budgetmem_events *events)
{
	memset(events, 0, sizeof(*events));
	return device_call(fd, BUDGETMEM_IOC_EVENTS, events);
}

int pool_map(int fd, __u64 offset, size_t size, int protection, void **memory)
{
	void *mapped = mmap(NULL, size, protection, MAP_SHARED, fd, offset);

	if (mapped == MAP_FAILED)
		return -errno;
	*memory = mapped;
	return 0;
}

int pool_open(struct pool *pool, int fd, const char *name, size_t pages)
{
	void *memory = NULL;
	int error;

	pool->size = pages * page_size();
	error = pool_create(fd, name, pool->size, &pool->offset);
	if (error)
		return error;
	error = pool_map(fd, pool->offset, pool->size, PROT_READ | PROT_WRITE,
			 &memory);
	pool->memory = memory;
	return error;
}

int pool_unmap(struct pool *pool)
{
	return munmap(pool->memory, pool->size) ? -errno : 0;
}

int pool_hand_on(const struct pool *pool)
{
	return madvise(pool->memory, pool->size, MADV_DOFORK) ? -errno : 0;
}

int query_read(int fd, struct budgetmem_query *query)
{
	memset(query, 0, sizeof(*query));
	return device_call(fd, BUDGETMEM_IOC_QUERY, query);
}

int budget_read(int fd, const char *name, struct budgetmem_budget_info *info)
{
	memset(info, 0, sizeof(*info));
	info->select = BUDGETMEM_SELECT_NAME;
	name_set(info->name, name);
	return device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, info);
}

int client_read(int fd, struct budgetmem_client_info *info)
{
	memset(info, 0, sizeof(*info));
	return device_call(fd, BUDGETMEM_IOC_CLIENT_INFO, info);
}

int pool_read(int fd, __u64 offset, struct budgetmem_pool_info *info)
{
	memset(info, 0, sizeof(*info));
	info->select = BUDGETMEM_SELECT_OFFSET;
	info->offset = offset;
	return device_call(fd, BUDGETMEM_IOC_POOL_INFO, info);
}

__u64 held_pages(void)
{
	struct budgetmem_query query;
	int fd = device_open(O_RDONLY);
	int error = fd < 0 ? fd : query_read(fd, &query);

	close(fd);
	return error ? (__u64)-1 : query.held_pages;
}

static int budget_look(const char *name, struct budgetmem_budget_info *info)
{
	int fd = device_open(O_RDONLY);
	int error = fd < 0 ? fd : budget_read(fd, name, info);

	close(fd);
	return error;
}

__u64 budget_used(const char *name)
{
	struct budgetmem_budget_info info;

	return budget_look(name, &info) ? (__u64)-1 : info.used;
}

__u64 budget_quarantined(const char *name)
{
	struct budgetmem_budget_info info;

	return budget_look(name, &info) ? (__u64)-1 : info.quarantined;
}

static __u64 budget_size(const char *name)
{
	struct budgetmem_budget_info info;

	return budget_look(name, &info) ? (__u64)-1 : info.size;
}

int budget_take_whole(const char *name)
{
	int fd = client_open(name);
	int error;

	if (fd < 0)
		return fd;
	error = pool_create(fd, "whole", budget_size(name), NULL);
	close(fd);
	return error;
}
