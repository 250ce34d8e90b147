// SPDX-License-Identifier: MIT
/*
 * service_test.c: a service manager that keeps a client over restarts
 *
 *	service_test SERVICE BUDGET
 *
 * Does what systemd does for a unit with Type=notify and FileDescriptorStoreMax=1:
 * listens to what the service tells, keeps the descriptor that comes with FDSTORE=1,
 * and starts the service anew with it when it has been killed. SERVICE is
 * examples/service; on the host it is one with a kernel that is made up.
 */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Long enough on a busy machine; what is waited for comes much earlier. */
#define WAIT		30000
#define RESTARTS	20

/**
 * struct manager - a service manager
 * @program: the service
 * @budget: its argument
 * @socket: that the service tells things to
 * @address: of the socket, as NOTIFY_SOCKET says it
 * @service: the process, 0 if it does not run
 * @stored: the descriptor that is kept, or -1
 * @stores: how often one came
 * @name: its FDNAME
 * @status: what the last STATUS said
 * @ready: whether the service said so
 * @stopping: whether it said so
 */
static struct manager {
	const char *program;
	const char *budget;
	int socket;
	char address[108];
	pid_t service;
	int stored;
	int stores;
	char name[64];
	char status[128];
	bool ready;
	bool stopping;
} manager = { .stored = -1 };

/* A name outside of all directories, which nobody has to remove. */
static void listen_to_service(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = sizeof(address);

	manager.socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(manager.socket, (struct sockaddr *)&address, sizeof(sa_family_t)) ||
	    getsockname(manager.socket, (struct sockaddr *)&address, &size))
		exit(1);
	size -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
	snprintf(manager.address, sizeof(manager.address), "@%.*s", (int)size - 1,
		 address.sun_path + 1);
}

/* In the child. The stored descriptor becomes number 3, and survives exec. */
static void become_service(void)
{
	char number[16];

	if (manager.stored >= 0) {
		snprintf(number, sizeof(number), "%d", getpid());
		setenv("LISTEN_PID", number, 1);
		setenv("LISTEN_FDS", "1", 1);
		setenv("LISTEN_FDNAMES", manager.name, 1);
		if (manager.stored == 3)
			fcntl(3, F_SETFD, 0);
		else
			dup2(manager.stored, 3);
	}
	setenv("NOTIFY_SOCKET", manager.address, 1);
	execl(manager.program, manager.program, manager.budget, NULL);
	_exit(127);
}

static void start_service(void)
{
	manager.ready = false;
	manager.stopping = false;
	fflush(stdout);
	manager.service = fork();
	if (!manager.service)
		become_service();
}

static void stop_service(int signal, bool killed)
{
	int status = 0;

	kill(manager.service, signal);
	tap_equal(waitpid(manager.service, &status, 0), manager.service);
	if (killed)
		tap_expect(WIFSIGNALED(status) && WTERMSIG(status) == signal);
	else
		tap_equal(status, 0);
	manager.service = 0;
}

static void take_line(const char *line, int fd)
{
	if (!strcmp(line, "READY=1"))
		manager.ready = true;
	if (!strcmp(line, "STOPPING=1"))
		manager.stopping = true;
	if (!strncmp(line, "STATUS=", 7))
		snprintf(manager.status, sizeof(manager.status), "%s", line + 7);
	if (!strncmp(line, "FDNAME=", 7))
		snprintf(manager.name, sizeof(manager.name), "%s", line + 7);
	if (!strcmp(line, "FDSTORE=1")) {
		tap_expect(fd >= 0 && manager.stored < 0);
		manager.stored = fd;
		manager.stores++;
	}
}

/* Waits for a message and does what it says. False if none comes. */
static bool take_message(void)
{
	struct pollfd ready = { .fd = manager.socket, .events = POLLIN };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	char text[256];
	struct iovec content = { .iov_base = text, .iov_len = sizeof(text) - 1 };
	struct msghdr message = { .msg_iov = &content, .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.bytes) };
	char *rest = NULL;
	ssize_t bytes;
	int fd = -1;

	if (poll(&ready, 1, WAIT) != 1)
		return false;
	bytes = recvmsg(manager.socket, &message, MSG_CMSG_CLOEXEC);
	if (bytes <= 0)
		return false;
	text[bytes] = '\0';
	if (message.msg_controllen)
		memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		take_line(line, fd);
	return true;
}

static void wait_until(const bool *said)
{
	while (!*said && tap_expect(take_message()))
		;
}

/* Whether the service says that it is started for the n-th time with this client. */
static void expect_starts(unsigned int starts)
{
	char begin[64];

	snprintf(begin, sizeof(begin), "started %u times, counted ", starts);
	if (!tap_expect(!strncmp(manager.status, begin, strlen(begin))))
		printf("# %s\n", manager.status);
}

/* What was told before a death and not read yet is not about the next life. */
static void forget_messages(void)
{
	char text[256];

	while (recv(manager.socket, text, sizeof(text), MSG_DONTWAIT) >= 0)
		;
}

static void the_descriptor_is_handed_over_at_the_first_start(void)
{
	start_service();
	wait_until(&manager.ready);
	tap_equal(manager.stores, 1);
	tap_expect(!strcmp(manager.name, "budgetmem"));
	expect_starts(1);
}

static void a_service_that_is_killed_goes_on_with_its_client(void)
{
	for (unsigned int restart = 1; restart <= RESTARTS && !tap_failed; restart++) {
		stop_service(SIGKILL, true);
		forget_messages();
		start_service();
		wait_until(&manager.ready);
		expect_starts(1 + restart);
	}
	tap_equal(manager.stores, 1);
}

static void what_is_kept_raises_neither_hup_nor_err(void)
{
	struct pollfd stored = { .fd = manager.stored, .events = 0 };

	tap_equal(poll(&stored, 1, 0), 0);
	stop_service(SIGKILL, true);
	tap_equal(poll(&stored, 1, 0), 0);
	forget_messages();
	start_service();
	wait_until(&manager.ready);
	expect_starts(RESTARTS + 2);
}

static void a_service_that_is_asked_to_end_does(void)
{
	stop_service(SIGTERM, false);
	wait_until(&manager.stopping);
}

static void without_the_descriptor_it_begins_anew(void)
{
	close(manager.stored);
	manager.stored = -1;
	forget_messages();
	start_service();
	wait_until(&manager.ready);
	tap_equal(manager.stores, 2);
	expect_starts(1);
	stop_service(SIGTERM, false);
}

static const struct tap_case cases[] = {
#define CASE(name)	{ #name, name }
	CASE(the_descriptor_is_handed_over_at_the_first_start),
	CASE(a_service_that_is_killed_goes_on_with_its_client),
	CASE(what_is_kept_raises_neither_hup_nor_err),
	CASE(a_service_that_is_asked_to_end_does),
	CASE(without_the_descriptor_it_begins_anew),
};

int main(int argc, char *argv[])
{
	if (argc != 3) {
		fprintf(stderr, "usage: service_test SERVICE BUDGET\n");
		return 2;
	}
	manager.program = argv[1];
	manager.budget = argv[2];
	listen_to_service();
	return tap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
