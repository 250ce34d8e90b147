// SPDX-License-Identifier: MIT
/*
 * file_system.c: a kernel for one program after the other, made up
 *
 * Takes the place of the library's gate to the system. The one persistent pool is the
 * file that FAKE_POOL in the environment names: like the real one it is there when its
 * program has been killed. Knows one client at a time, and no budget.
 */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/budgetmem.h>

#define FAKE_FD		1000
#define FAKE_OFFSET	4096

static bool locked;
static int memory = -1;

static const char *pool_path(void)
{
	const char *path = getenv("FAKE_POOL");

	if (!path)
		abort();
	return path;
}

static uint64_t round_up(uint64_t size)
{
	return (size + bm_system_page_size() - 1) & ~(bm_system_page_size() - 1);
}

/* The file has its size before it has its name: a death leaves all or nothing. */
static int make_file(uint64_t size)
{
	char path[512];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s.%d", pool_path(), getpid());
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)size))
		abort();
	if (link(path, pool_path())) {
		err = -errno;
		close(fd);
	} else {
		memory = fd;
	}
	unlink(path);
	return err;
}

static int do_create(struct budgetmem_pool_create *create)
{
	if (locked)
		return -EPERM;
	if (create->flags != BUDGETMEM_POOL_PERSISTENT || memory >= 0)
		abort();
	create->size = round_up(create->size);
	create->offset = FAKE_OFFSET;
	return make_file(create->size);
}

static int do_attach(struct budgetmem_pool_attach *attach)
{
	struct stat about;
	int fd;

	if (locked)
		return -EPERM;
	fd = open(pool_path(), O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	attach->size = round_up(attach->size);
	attach->offset = FAKE_OFFSET;
	if (fstat(fd, &about) || about.st_size != (off_t)attach->size) {
		close(fd);
		return -EMEDIUMTYPE;
	}
	memory = fd;
	return 0;
}

static int do_destroy(void)
{
	if (locked)
		return -EPERM;
	return unlink(pool_path()) ? -errno : 0;
}

int bm_system_ioctl(int fd, unsigned long command, void *argument)
{
	if (fd != FAKE_FD)
		abort();
	switch (command) {
	case BUDGETMEM_IOC_QUERY:
	case BUDGETMEM_IOC_BIND:
		return 0;
	case BUDGETMEM_IOC_POOL_CREATE:
		return do_create(argument);
	case BUDGETMEM_IOC_POOL_ATTACH:
		return do_attach(argument);
	case BUDGETMEM_IOC_POOL_DESTROY:
		return do_destroy();
	case BUDGETMEM_IOC_LOCK:
		locked = true;
		return 0;
	default:
		return -ENOTTY;
	}
}

int bm_system_open(const char *path)
{
	(void)path;
	return FAKE_FD;
}

void bm_system_close(int fd)
{
	if (fd != FAKE_FD)
		abort();
}

int bm_system_close_at_exec(int fd)
{
	(void)fd;
	return 0;
}

static int map(void **address, size_t size, int flags, int fd)
{
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	return *address == MAP_FAILED ? -errno : 0;
}

int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address)
{
	if (fd != FAKE_FD || offset != FAKE_OFFSET || memory < 0 || *address)
		abort();
	return map(address, size, MAP_SHARED, memory);
}

int bm_system_map_private(size_t size, void **address)
{
	return map(address, size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
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

/* Nothing here is mapped elsewhere. */
int bm_system_reserve(void *address, size_t size)
{
	(void)address;
	(void)size;
	abort();
}
