// SPDX-License-Identifier: MIT
/*
 * system.c: the one gate to the operating system
 */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL		0x0008U
#endif

/* Turns the way of libc into the way of the library. */
static int result(int returned, int saved)
{
	int err = returned < 0 ? -errno : returned;

	errno = saved;
	return err;
}

int bm_system_open(const char *path)
{
	int saved = errno;

	return result(open(path, O_RDWR | O_CLOEXEC), saved);
}

void bm_system_close(int fd)
{
	int saved = errno;

	result(close(fd), saved);
}

int bm_system_close_at_exec(int fd)
{
	int saved = errno;

	return result(fcntl(fd, F_SETFD, FD_CLOEXEC), saved);
}

int bm_system_ioctl(int fd, unsigned long command, void *argument)
{
	int saved = errno;

	return result(ioctl(fd, command, argument), saved);
}

/*
 * A mapping is refused with EAGAIN where mlockall(MCL_FUTURE) meets
 * RLIMIT_MEMLOCK: to the caller that is a lack of memory like any other.
 */
static int map(void **address, size_t size, int flags, int fd, uint64_t offset)
{
	int saved = errno;
	void *mapped = mmap(*address, size, PROT_READ | PROT_WRITE, flags, fd, (off_t)offset);
	int err = result(mapped == MAP_FAILED ? -1 : 0, saved);

	if (!err)
		*address = mapped;
	return err == -EAGAIN ? -ENOMEM : err;
}

int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address)
{
	int fixed = *address ? MAP_FIXED : 0;

	return map(address, size, MAP_SHARED | fixed, fd, offset);
}

int bm_system_map_private(size_t size, void **address)
{
	*address = NULL;
	return map(address, size, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int bm_system_reserve(void *address, size_t size)
{
	int saved = errno;
	void *mapped = mmap(address, size, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			    MAP_FIXED, -1, 0);

	return result(mapped == MAP_FAILED ? -1 : 0, saved);
}

void bm_system_unmap(void *address, size_t size)
{
	int saved = errno;

	result(munmap(address, size), saved);
}

int bm_system_hide_from_children(void *address, size_t size)
{
	int saved = errno;

	return result(madvise(address, size, MADV_DONTFORK), saved);
}

int bm_system_memfd(const char *name)
{
	int saved = errno;
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	/* Kernels before 6.3 do not know the flag. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, flags);
	return result(fd, saved);
}

int bm_system_allocate(int fd, size_t size)
{
	int saved = errno;
	int returned;

	do {
		returned = fallocate(fd, 0, 0, (off_t)size);
	} while (returned < 0 && errno == EINTR);
	return result(returned, saved);
}

int bm_system_seal(int fd)
{
	int saved = errno;
	int seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;

	return result(fcntl(fd, F_ADD_SEALS, seals), saved);
}

int bm_system_lock_memory(void *address, size_t size)
{
	int saved = errno;
	int err = result(mlock(address, size), saved);

	/* All three say that the limit, or the memory, does not suffice. */
	return err == -EPERM || err == -EAGAIN ? -ENOMEM : err;
}

/* The start of the file suffices: the value is in its third line, of 30 bytes each. */
static size_t read_memory_state(char *text, size_t size)
{
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

static uint64_t parse_kibibytes(const char *digits)
{
	uint64_t value = 0;

	digits += strspn(digits, " ");
	for (; *digits >= '0' && *digits <= '9'; digits++)
		value = value * 10 + (uint64_t)(*digits - '0');
	return value * 1024;
}

/* Without /proc, all memory there is bounds it at least. */
uint64_t bm_system_available(void)
{
	static const char key[] = "MemAvailable:";
	int saved = errno;
	char text[256];
	size_t length = read_memory_state(text, sizeof(text));
	const char *found = length ? strstr(text, key) : NULL;

	errno = saved;
	if (found)
		return parse_kibibytes(found + sizeof(key) - 1);
	return (uint64_t)sysconf(_SC_PHYS_PAGES) * bm_system_page_size();
}

size_t bm_system_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

long bm_system_process(void)
{
	return getpid();
}
