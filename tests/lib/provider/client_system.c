// SPDX-License-Identifier: MIT
/*
 * client_system.c: a kernel for one client that is handed on, made up
 *
 * Takes the place of the library's gate to the system. The client is a memfd, its
 * state is the first page and its one pool the rest: whoever has the descriptor has
 * the client, as with the real device, and when the last descriptor is closed it ends.
 */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/budgetmem.h>

#define MAGIC		0x6c636d62u
#define FAKE_OFFSET	65536

/**
 * struct state - the client, at the start of its memfd
 * @magic: MAGIC
 * @bound: whether it is bound
 * @locked: whether it is locked
 * @size: bytes of its pool, 0 if it has none
 * @budget: name of the budget
 * @name: name of the pool
 */
struct state {
	uint32_t magic;
	uint32_t bound;
	uint32_t locked;
	uint64_t size;
	char budget[BUDGETMEM_NAME_SIZE];
	char name[BUDGETMEM_NAME_SIZE];
};

static bool load(int fd, struct state *state)
{
	return pread(fd, state, sizeof(*state), 0) == sizeof(*state) &&
	       state->magic == MAGIC;
}

static void store(int fd, const struct state *state)
{
	if (pwrite(fd, state, sizeof(*state), 0) != sizeof(*state))
		abort();
}

static int do_bind(struct state *state, const struct budgetmem_bind *bind)
{
	if (state->bound)
		return -EBUSY;
	state->bound = 1;
	memcpy(state->budget, bind->name, sizeof(state->budget));
	return 0;
}

static int do_create(int fd, struct state *state, struct budgetmem_pool_create *create)
{
	if (state->locked)
		return -EPERM;
	if (state->size)
		return -EDQUOT;
	create->size = (create->size + 4095) & ~UINT64_C(4095);
	create->offset = FAKE_OFFSET;
	if (ftruncate(fd, (off_t)(FAKE_OFFSET + create->size)))
		abort();
	state->size = create->size;
	memcpy(state->name, create->name, sizeof(state->name));
	return 0;
}

static int do_lock(struct state *state)
{
	if (state->locked)
		return -EPERM;
	state->locked = 1;
	return 0;
}

static int do_client_info(const struct state *state, struct budgetmem_client_info *info)
{
	if (!state->bound)
		return -EBUSY;
	memcpy(info->budget, state->budget, sizeof(info->budget));
	info->phase = state->locked ? BUDGETMEM_PHASE_LOCKED : BUDGETMEM_PHASE_INIT;
	return 0;
}

static int do_pool_info(const struct state *state, struct budgetmem_pool_info *info)
{
	if (info->select != BUDGETMEM_SELECT_NEXT)
		abort();
	if (info->cursor || !state->size)
		return -ENOENT;
	info->cursor = 1;
	info->offset = FAKE_OFFSET;
	info->size = state->size;
	memcpy(info->name, state->name, sizeof(info->name));
	return 0;
}

static int dispatch(int fd, struct state *state, unsigned long command, void *argument)
{
	switch (command) {
	case BUDGETMEM_IOC_QUERY:
		return 0;
	case BUDGETMEM_IOC_BIND:
		return do_bind(state, argument);
	case BUDGETMEM_IOC_POOL_CREATE:
		return do_create(fd, state, argument);
	case BUDGETMEM_IOC_LOCK:
		return do_lock(state);
	case BUDGETMEM_IOC_CLIENT_INFO:
		return do_client_info(state, argument);
	case BUDGETMEM_IOC_POOL_INFO:
		return do_pool_info(state, argument);
	default:
		return -ENOTTY;
	}
}

int bm_system_ioctl(int fd, unsigned long command, void *argument)
{
	struct state state;
	int err;

	if (!load(fd, &state))
		return -ENOTTY;
	err = dispatch(fd, &state, command, argument);
	if (!err)
		store(fd, &state);
	return err;
}

int bm_system_open(const char *path)
{
	const struct state state = { .magic = MAGIC };
	int fd = memfd_create(path, MFD_CLOEXEC);

	if (fd < 0)
		abort();
	store(fd, &state);
	return fd;
}

void bm_system_close(int fd)
{
	close(fd);
}

int bm_system_close_at_exec(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) ? -errno : 0;
}

static int map(void **address, size_t size, int flags, int fd, off_t offset)
{
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);
	return *address == MAP_FAILED ? -errno : 0;
}

int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address)
{
	return map(address, size, MAP_SHARED, fd, (off_t)offset);
}

int bm_system_map_private(size_t size, void **address)
{
	return map(address, size, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void bm_system_unmap(void *address, size_t size)
{
	munmap(address, size);
}

size_t bm_system_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

long bm_system_process(void)
{
	return getpid();
}

/* No pool is destroyed here. */
int bm_system_reserve(void *address, size_t size)
{
	(void)address;
	(void)size;
	abort();
}
