// SPDX-License-Identifier: MIT
/* memory.c - locked memory from malloc and from a memfd */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

int memory_from_malloc(struct memory *memory, size_t bytes)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start;

	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		return -errno;
	start = (uintptr_t)malloc(bytes + page);
	if (!start)
		return -ENOMEM;
	memory->base = (unsigned char *)((start + page - 1) & ~(page - 1));
	memory->bytes = bytes;
	memset(memory->base, 1, bytes);
	return 0;
}

/* Sealed against every change of its size, as a careful user would. */
static int sealed_memfd(size_t bytes)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
	const int file = memfd_create("memory", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	if (file < 0)
		return -errno;
	if (!ftruncate(file, (off_t)bytes) && !fcntl(file, F_ADD_SEALS, seals))
		return file;
	err = -errno;
	close(file);
	return err;
}

int memory_from_memfd(struct memory *memory, size_t bytes)
{
	const int file = sealed_memfd(bytes);
	void *base;

	if (file < 0)
		return file;
	base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, file, 0);
	close(file);
	if (base == MAP_FAILED || mlock(base, bytes))
		return -errno;
	memory->base = base;
	memory->bytes = bytes;
	memset(base, 1, bytes);
	return 0;
}
