// SPDX-License-Identifier: MIT
/*
 * child - other processes, other users, and descriptors handed to them
 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

#define AFTER_EXEC "BUDGETMEM_TEST_AFTER_EXEC"

/*
 * Every program is static and alone in its guest: the only program it can be
 * sure to be able to execute is itself.
 */
__attribute__((constructor))
static void after_exec(void)
{
	const char *task = getenv(AFTER_EXEC);

	if (!task)
		return;
	while (!strcmp(task, "wait"))
		pause();
	_exit(0);
}

static int exec_self(const char *task)
{
	char *const arguments[] = { "after-exec", NULL };

	if (setenv(AFTER_EXEC, task, 1))
		return -errno;
	execv("/proc/self/exe", arguments);
	return -errno;
}

int exec_to_exit(void)
{
	return exec_self("exit");
}

int exec_to_wait(void)
{
	return exec_self("wait");
}

pid_t child_start(int (*body)(void *argument), void *argument)
{
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(body(argument));
	}
	return child;
}

int child_wait(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return 255;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int child_run(int (*body)(void *argument), void *argument)
{
	pid_t child = child_start(body, argument);

	return child < 0 ? 255 : child_wait(child);
}

int identity_take(const struct identity *identity)
{
	if (setgroups(identity->group_count, identity->groups) ||
	    setresgid(identity->gid, identity->gid, identity->gid) ||
	    setresuid(identity->uid, identity->uid, identity->uid))
		return -errno;
	return 0;
}

int line_open(int line[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return -errno;
	return 0;
}

int line_say(int end)
{
	return send(end, "!", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int line_wait(int end)
{
	ssize_t got;
	char word;

	do {
		got = recv(end, &word, 1, 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return got == 1 ? 0 : -EPIPE;
}

/* Room for one descriptor beside one byte, aligned as the kernel wants it. */
union envelope {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

int line_send(int end, int fd)
{
	union envelope envelope = { 0 };
	char word = '!';
	struct iovec text = { .iov_base = &word, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = envelope.bytes,
		.msg_controllen = sizeof(envelope.bytes),
	};

	envelope.header.cmsg_level = SOL_SOCKET;
	envelope.header.cmsg_type = SCM_RIGHTS;
	envelope.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&envelope.header), &fd, sizeof(fd));
	return sendmsg(end, &message, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int line_receive(int end)
{
	union envelope envelope = { 0 };
	char word;
	struct iovec text = { .iov_base = &word, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = envelope.bytes,
		.msg_controllen = sizeof(envelope.bytes),
	};
	ssize_t got = recvmsg(end, &message, MSG_CMSG_CLOEXEC);
	int fd;

	if (got < 0)
		return -errno;
	if (got != 1 || message.msg_controllen < CMSG_LEN(sizeof(int)))
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(&envelope.header), sizeof(fd));
	return fd;
}
