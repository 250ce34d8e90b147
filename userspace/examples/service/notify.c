// SPDX-License-Identifier: MIT
/*
 * notify.c: the few lines of a service manager's protocol that are needed
 */
#include "notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The first descriptor that a service manager hands to a service. */
#define FIRST_STORED	3

/* A name that begins with @ is one outside of all directories. */
static socklen_t make_address(struct sockaddr_un *address, const char *path)
{
	size_t length = strlen(path);

	if (!length || length >= sizeof(address->sun_path))
		return 0;
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, length);
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static void add_descriptor(struct msghdr *message, int fd)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
}

static int send_to(struct sockaddr_un *address, socklen_t size, const char *text,
		   int fd)
{
	union {
		struct cmsghdr alignment;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec content = {
		.iov_base = (void *)text,
		.iov_len = strlen(text),
	};
	struct msghdr message = {
		.msg_name = address,
		.msg_namelen = size,
		.msg_iov = &content,
		.msg_iovlen = 1,
	};
	int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	if (out < 0)
		return -errno;
	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.bytes);
		add_descriptor(&message, fd);
	}
	err = sendmsg(out, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
	close(out);
	return err;
}

int notify_send(const char *message, int fd)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t size;

	if (!path)
		return 0;
	size = make_address(&address, path);
	return size ? send_to(&address, size, message, fd) : -EINVAL;
}

/* Descriptors are for the process that they were meant for, not for its children. */
static long number_of_stored(void)
{
	const char *process = getenv("LISTEN_PID");
	const char *count = getenv("LISTEN_FDS");

	if (!process || !count || strtol(process, NULL, 10) != getpid())
		return 0;
	return strtol(count, NULL, 10);
}

int notify_stored(const char *name)
{
	const char *names = getenv("LISTEN_FDNAMES");
	long count = number_of_stored();
	size_t length = strlen(name);

	for (int i = 0; i < count && names; i++) {
		size_t size = strcspn(names, ":");

		if (size == length && !memcmp(names, name, length))
			return FIRST_STORED + i;
		names = names[size] ? names + size + 1 : NULL;
	}
	return -1;
}
