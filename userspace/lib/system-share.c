// SPDX-License-Identifier: MIT
/*
 * system-share.c: the gate to the operating system, for memory that somebody else
 * hands over as a descriptor
 */
#include "system-share.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int bm_system_size(int fd, uint64_t *size)
{
	int saved = errno;
	off_t end = lseek(fd, 0, SEEK_END);
	int err = end < 0 ? -errno : 0;

	errno = saved;
	if (!err)
		*size = (uint64_t)end;
	return err;
}

int bm_system_map_shared(int fd, size_t size, bool writable, void **address)
{
	int saved = errno;
	int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
	void *mapped = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	int err = mapped == MAP_FAILED ? -errno : 0;

	errno = saved;
	if (!err)
		*address = mapped;
	return err;
}
