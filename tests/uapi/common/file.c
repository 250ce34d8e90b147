// SPDX-License-Identifier: MIT
/*
 * file - the small text files of proc, sysfs and configfs
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

int file_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + length, size - 1 - length);
		if (got > 0)
			length += got;
	} while (got > 0);
	close(fd);
	text[length] = '\0';
	return got < 0 ? -errno : 0;
}

long long file_number(const char *path)
{
	char text[64];
	int error = file_read(path, text, sizeof(text));

	return error ? error : strtoll(text, NULL, 10);
}

int file_mount(const char *type, const char *path)
{
	if (!mount(type, path, type, 0, NULL) || errno == EBUSY)
		return 0;
	return -errno;
}
