// SPDX-License-Identifier: MIT
/*
 * system-process.c: the gate to the operating system, for questions about
 * processes
 */
#include "system-process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

bool bm_system_read(const char *path, char *text, size_t size)
{
	int saved = errno;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	if (fd >= 0) {
		got = read(fd, text, size - 1);
		close(fd);
	}
	text[got > 0 ? got : 0] = '\0';
	errno = saved;
	return got > 0;
}

uint64_t bm_system_file_number(const char *path)
{
	struct stat status;
	int saved = errno;
	bool found = !stat(path, &status);

	errno = saved;
	return found ? status.st_ino : 0;
}

bool bm_system_process_exists(long number)
{
	int saved = errno;
	bool exists = !kill((pid_t)number, 0) || errno != ESRCH;

	errno = saved;
	return exists;
}
