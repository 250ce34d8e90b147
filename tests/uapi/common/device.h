/* SPDX-License-Identifier: MIT */
/*
 * device - every call of /dev/budgetmem as one function
 *
 * Whatever can fail returns 0 (or what it promises) or -errno, so that a test
 * compares one number. All sizes are in bytes. Any thread may call anything
 * here; nothing is kept between calls.
 */
#ifndef BUDGETMEM_TESTS_DEVICE_H
#define BUDGETMEM_TESTS_DEVICE_H

#include <stddef.h>
#include <sys/types.h>

#include <linux/budgetmem.h>

#define DEVICE_PATH "/dev/budgetmem"

/* A pool and where this process has it mapped. */
struct pool {
	__u64 offset;
	size_t size;
	unsigned char *memory;
};

size_t page_size(void);

/* Fill the name field of a struct: the text, then zeros. */
void name_set(char field[BUDGETMEM_NAME_SIZE], const char *name);

/* Open the device. flags as for open(); O_CLOEXEC is added. */
int device_open(int flags);

/*
 * Open the device as an ordinary user, without any capability; the caller is root,
 * and is so again afterwards.
 */
int device_open_as(uid_t user, int flags);

/* One ioctl(): its own result, or -errno. */
int device_call(int fd, unsigned long command, void *argument);

int client_bind(int fd, const char *budget);
int client_lock(int fd);

/* Open the device for reading and writing and bind: a descriptor or -errno. */
int client_open(const char *budget);

int pool_create(int fd, const char *name, __u64 size, __u64 *offset);
int pool_destroy(int fd, __u64 offset);

/* A persistent one; the offset is not told if it is NULL. */
int pool_create_persistent(int fd, const char *name, __u64 size, __u64 layout,
			   __u64 *offset);
int pool_attach(int fd, const char *name, __u64 size, __u64 layout,
		__u64 *offset);

/* Leave a persistent pool of layout 1 behind that has no client: 0 or -errno. */
int pool_leave(const char *budget, const char *name, __u64 size);

/* Through a file that is opened for the purpose. */
int pool_remove(const char *budget, const char *name);

/* Map a whole pool; protection as for mmap(). */
int pool_map(int fd, __u64 offset, size_t size, int protection, void **memory);

/* Create a pool of that many pages and map it for reading and writing. */
int pool_open(struct pool *pool, int fd, const char *name, size_t pages);
int pool_unmap(struct pool *pool);

/*
 * Let children inherit the mapping of the pool. -EINVAL where the kernel refuses this
 * for whatever a driver mapped, as newer ones do.
 */
int pool_hand_on(const struct pool *pool);

/*
 * Make a dma-buf of a pool; flags as for POOL_EXPORT. A descriptor or -errno, or
 * DEVICE_BROKEN if the call returned something else than it promises.
 */
#define DEVICE_BROKEN (-0xbad)
int pool_export(int fd, __u64 offset, __u32 flags);

/* Begin and end to access a dma-buf's memory: 0 or -errno. */
int buffer_begin(int fd);
int buffer_end(int fd);

int system_lock(int fd);

int pool_watch(int fd, __u64 offset, __u64 threshold);
int events_read(int fd, struct budgetmem_events *events);

int query_read(int fd, struct budgetmem_query *query);
int budget_read(int fd, const char *name, struct budgetmem_budget_info *info);
int client_read(int fd, struct budgetmem_client_info *info);
int pool_read(int fd, __u64 offset, struct budgetmem_pool_info *info);

/*
 * What the next three return is read through a file opened for the purpose, as
 * whoever the caller is; (__u64)-1 if it cannot be read.
 */
__u64 held_pages(void);
__u64 budget_used(const char *name);
__u64 budget_quarantined(const char *name);

/* Create and destroy a pool of the whole budget: 0 if all of it is free. */
int budget_take_whole(const char *name);

#endif /* BUDGETMEM_TESTS_DEVICE_H */
