// SPDX-License-Identifier: MIT
/*
 * failing_system.c: the library's gate to the system, of which one call may fail
 *
 * The real gate is taken in under other names. What it would leave behind is
 * counted.
 */
#include "failing_system.h"

#define bm_system_open			real_open
#define bm_system_close			real_close
#define bm_system_close_at_exec		real_close_at_exec
#define bm_system_ioctl			real_ioctl
#define bm_system_map_file		real_map_file
#define bm_system_map_private		real_map_private
#define bm_system_reserve		real_reserve
#define bm_system_unmap			real_unmap
#define bm_system_hide_from_children	real_hide_from_children
#define bm_system_memfd			real_memfd
#define bm_system_allocate		real_allocate
#define bm_system_seal			real_seal
#define bm_system_lock_memory		real_lock_memory
#define bm_system_available		real_available
#define bm_system_page_size		real_page_size
#define bm_system_process		real_process
#include "system.c"
#undef bm_system_open
#undef bm_system_close
#undef bm_system_close_at_exec
#undef bm_system_ioctl
#undef bm_system_map_file
#undef bm_system_map_private
#undef bm_system_reserve
#undef bm_system_unmap
#undef bm_system_hide_from_children
#undef bm_system_memfd
#undef bm_system_allocate
#undef bm_system_seal
#undef bm_system_lock_memory
#undef bm_system_available
#undef bm_system_page_size
#undef bm_system_process

struct failing failing;

static bool fails(void)
{
	return ++failing.calls == failing.fail_at;
}

int bm_system_open(const char *path)
{
	int fd = fails() ? -failing.error : real_open(path);

	failing.files += fd >= 0;
	return fd;
}

int bm_system_memfd(const char *name)
{
	int fd = fails() ? -failing.error : real_memfd(name);

	failing.files += fd >= 0;
	return fd;
}

void bm_system_close(int fd)
{
	failing.files--;
	real_close(fd);
}

int bm_system_close_at_exec(int fd)
{
	return fails() ? -failing.error : real_close_at_exec(fd);
}

int bm_system_ioctl(int fd, unsigned long command, void *argument)
{
	return fails() ? -failing.error : real_ioctl(fd, command, argument);
}

int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address)
{
	int err = fails() ? -failing.error : real_map_file(fd, offset, size, address);

	failing.mappings += !err;
	return err;
}

int bm_system_map_private(size_t size, void **address)
{
	int err = fails() ? -failing.error : real_map_private(size, address);

	failing.mappings += !err;
	return err;
}

int bm_system_reserve(void *address, size_t size)
{
	return fails() ? -failing.error : real_reserve(address, size);
}

void bm_system_unmap(void *address, size_t size)
{
	failing.mappings--;
	real_unmap(address, size);
}

int bm_system_hide_from_children(void *address, size_t size)
{
	return fails() ? -failing.error : real_hide_from_children(address, size);
}

int bm_system_allocate(int fd, size_t size)
{
	return fails() ? -failing.error : real_allocate(fd, size);
}

int bm_system_seal(int fd)
{
	return fails() ? -failing.error : real_seal(fd);
}

int bm_system_lock_memory(void *address, size_t size)
{
	return fails() ? -failing.error : real_lock_memory(address, size);
}

uint64_t bm_system_available(void)
{
	return real_available();
}

size_t bm_system_page_size(void)
{
	return real_page_size();
}

long bm_system_process(void)
{
	return real_process();
}
