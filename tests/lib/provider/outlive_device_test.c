// SPDX-License-Identifier: MIT
/*
 * outlive_device_test.c: what outlives a client or leaves it, against the real device
 * in a guest: persistent pools, exports, events, clients that are handed over
 *
 * Expects the budget table of guest.plan, and to be root.
 */
#include "device_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <budgetmem/vec.h>
#include <linux/budgetmem.h>

#define SIZE		((size_t)16 << 10)
#define LAYOUT		UINT64_C(0xfedcba9876543210)
#define TEXT		"what was left"

/* Long enough on a busy machine; what is waited for comes much earlier. */
#define WAIT		10000

BM_VEC(numbers, uint32_t, 100)

static struct bm_pool *open_pool(struct bm_client *client, bool was_there)
{
	struct bm_pool *pool = NULL;
	bool attached = !was_there;

	if (!tap_equal(bm_pool_open_persistent(client, "kept", SIZE, LAYOUT, &pool,
					       &attached), 0))
		exit(1);
	tap_equal(attached, was_there);
	tap_equal(bm_pool_size(pool), SIZE);
	return pool;
}

static char *text_in(struct bm_pool *pool)
{
	return bm_pool_region(pool).base;
}

/* Runs @run in a child that does not come back from it: it is killed. */
static void in_victim(void (*run)(void *), void *argument)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		tap_failed = false;
		run(argument);
		fflush(stdout);
		if (tap_failed)
			_exit(1);
		raise(SIGKILL);
	}
	tap_equal(waitpid(child, &status, 0), child);
	tap_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void leave_pool(void *unused)
{
	(void)unused;
	strcpy(text_in(open_pool(open_client(), false)), TEXT);
}

/* The budget is as it was before. */
static void take_pool_away(void)
{
	struct bm_client *client = open_client();

	tap_equal(bm_pool_destroy(open_pool(client, true)), 0);
	tap_equal(inspect(client).budget_used, 0);
	bm_client_close(client);
}

static void a_pool_outlives_a_client_that_is_killed(void)
{
	struct bm_client *client;

	in_victim(leave_pool, NULL);
	client = open_client();
	tap_equal(inspect(client).budget_used, SIZE);
	tap_equal(inspect(client).used, 0);
	tap_expect(!strcmp(text_in(open_pool(client, true)), TEXT));
	tap_equal(inspect(client).used, SIZE);
	bm_client_close(client);
	take_pool_away();
}

static void a_pool_that_was_taken_away_is_new_and_zeroed(void)
{
	struct bm_client *client;
	const char *text;

	in_victim(leave_pool, NULL);
	take_pool_away();
	client = open_client();
	text = text_in(open_pool(client, false));
	tap_expect(!text[0] && !memcmp(text, text + 1, SIZE - 1));
	bm_client_close(client);
	take_pool_away();
}

static void attach_refuses_another_layout(void)
{
	struct bm_client *client;
	struct bm_pool *pool = NULL;

	in_victim(leave_pool, NULL);
	client = open_client();
	tap_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT + 1, &pool), -EMEDIUMTYPE);
	tap_equal(bm_pool_attach(client, "kept", SIZE + 1, LAYOUT, &pool), -EMEDIUMTYPE);
	tap_equal(bm_pool_open_persistent(client, "kept", SIZE, 0, &pool, NULL),
		  -EMEDIUMTYPE);
	tap_equal(bm_pool_attach(client, "other", SIZE, LAYOUT, &pool), -ENOENT);
	tap_expect(!pool);
	tap_equal(inspect(client).pools, 0);
	tap_expect(!strcmp(text_in(open_pool(client, true)), TEXT));
	bm_client_close(client);
	take_pool_away();
}

static void attach_as_another_user(void *unused)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)unused;
	tap_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -EACCES);
	tap_equal(bm_pool_create(client, "kept", SIZE, BM_POOL_PERSISTENT, &pool),
		  -EEXIST);
	tap_expect(!pool);
	bm_client_close(client);
}

static void attach_refuses_another_user(void)
{
	in_victim(leave_pool, NULL);
	in_child(NOBODY, attach_as_another_user, NULL);
	take_pool_away();
}

static void attach_refuses_what_another_client_has(void)
{
	struct bm_client *client = open_client(), *other = open_client();
	struct bm_pool *pool = NULL;

	open_pool(client, false);
	tap_equal(bm_pool_attach(other, "kept", SIZE, LAYOUT, &pool), -EBUSY);
	tap_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -EEXIST);
	tap_expect(!pool);
	bm_client_close(client);
	open_pool(other, true);
	bm_client_close(other);
	take_pool_away();
}

static void attach_refuses_a_locked_client(void)
{
	struct bm_client *client;
	struct bm_pool *pool = NULL;

	in_victim(leave_pool, NULL);
	client = open_client();
	tap_equal(bm_client_lock(client), 0);
	tap_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -EPERM);
	tap_expect(!pool);
	bm_client_close(client);
	take_pool_away();
}

static bool kernel_can_export(struct bm_client *client)
{
	struct budgetmem_query query = { .flags = 0 };

	tap_equal(ioctl(bm_client_fd(client), BUDGETMEM_IOC_QUERY, &query), 0);
	return query.features & BUDGETMEM_FEATURE_EXPORT;
}

/* A descriptor of the pool; -1, with the errno that belongs to it, without dma-buf. */
static int export(struct bm_client *client, struct bm_pool *pool, unsigned int flags)
{
	int fd = -1;

	if (!kernel_can_export(client)) {
		tap_equal(bm_pool_export(pool, flags, &fd), -EOPNOTSUPP);
		return -1;
	}
	tap_equal(bm_pool_export(pool, flags, &fd), 0);
	tap_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return fd;
}

static void write_to_export(void *argument)
{
	struct bm_region region = { NULL, 0 };

	if (!tap_equal(bm_region_map(*(int *)argument, BM_REGION_WRITE, &region), 0))
		return;
	tap_equal(region.size, SIZE);
	tap_expect(!strcmp(region.base, TEXT));
	strcpy(region.base, "seen");
	bm_region_unmap(region);
}

static void another_process_uses_an_export(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", SIZE);
	int fd;

	strcpy(text_in(pool), TEXT);
	fd = export(client, pool, BM_EXPORT_WRITE);
	if (fd >= 0) {
		in_child(NOBODY, write_to_export, &fd);
		tap_expect(!strcmp(text_in(pool), "seen"));
		tap_equal(bm_pool_destroy(pool), -EBUSY);
		close(fd);
		tap_equal(bm_pool_destroy(pool), 0);
	}
	bm_client_close(client);
}

static void an_export_to_read_cannot_be_written(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", SIZE);
	struct bm_region region = { NULL, 0 };
	int fd;

	strcpy(text_in(pool), TEXT);
	fd = export(client, pool, 0);
	if (fd >= 0) {
		tap_equal(bm_region_map(fd, BM_REGION_WRITE, &region), -EACCES);
		tap_equal(bm_region_map(fd, 0, &region), 0);
		close(fd);
		tap_expect(!strcmp(region.base, TEXT));
		bm_region_unmap(region);
	}
	bm_client_close(client);
}

static void an_export_outlives_the_client(void)
{
	struct bm_client *client = open_client(), *other = open_client();
	struct bm_pool *pool = create(client, "pool", SIZE);
	struct bm_region region = { NULL, 0 };
	int fd;

	strcpy(text_in(pool), TEXT);
	fd = export(client, pool, 0);
	bm_client_close(client);
	if (fd >= 0) {
		tap_equal(inspect(other).budget_used, SIZE);
		tap_equal(bm_region_map(fd, 0, &region), 0);
		close(fd);
		tap_equal(inspect(other).budget_used, SIZE);
		tap_expect(!strcmp(region.base, TEXT));
		bm_region_unmap(region);
	}
	tap_equal(inspect(other).budget_used, 0);
	bm_client_close(other);
}

static bool is_readable(struct bm_client *client, int milliseconds)
{
	struct pollfd poll_one = { .fd = bm_client_fd(client), .events = POLLIN };

	poll(&poll_one, 1, milliseconds);
	tap_equal(poll_one.revents & (POLLHUP | POLLERR), 0);
	return poll_one.revents & POLLIN;
}

static void refusals_are_told_once(void)
{
	struct bm_client *client = open_client();
	struct bm_events events = { 7, 7 };
	struct bm_pool *pool = NULL;

	tap_expect(!is_readable(client, 0));
	tap_equal(bm_pool_create(client, "pool", BUDGET_SIZE + 1, 0, &pool), -EDQUOT);
	tap_equal(bm_client_lock(client), 0);
	tap_equal(bm_client_lock(client), -EPERM);
	tap_expect(is_readable(client, WAIT));
	tap_equal(bm_client_events(client, &events), 0);
	tap_equal(events.refused, 2);
	tap_equal(events.crossed, 0);
	tap_expect(!is_readable(client, 0));
	tap_equal(bm_client_events(client, &events), 0);
	tap_equal(events.refused, 0);
	bm_client_close(client);
}

static void a_threshold_is_told_when_it_is_reached(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", SIZE);
	struct bm_region region = bm_pool_region(pool);
	struct budgetmem_pool_header *header = region.base;
	struct bm_events events = { 7, 7 };
	struct numbers v;

	tap_equal(numbers_create(&v, region, "numbers"), 0);
	tap_equal(bm_pool_watch(pool, (size_t)header->used + 4 * 50), 0);
	for (uint32_t i = 0; i < 49; i++)
		tap_equal(numbers_push(&v, &i), 0);
	tap_expect(!is_readable(client, 0));
	tap_equal(numbers_push(&v, &(uint32_t){ 49 }), 0);
	tap_expect(is_readable(client, WAIT));
	tap_equal(bm_client_events(client, &events), 0);
	tap_equal(events.crossed, 1);
	tap_equal(events.refused, 0);
	tap_equal(numbers_push(&v, &(uint32_t){ 50 }), 0);
	tap_expect(!is_readable(client, 0));
	bm_client_close(client);
}

/* Hands a descriptor to whoever has the other end. */
static void send_descriptor(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.bytes) };

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	tap_equal(sendmsg(socket, &message, 0), 1);
}

static int receive_descriptor(int socket)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec content = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &content, .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.bytes) };
	int fd = -1;

	if (tap_equal(recvmsg(socket, &message, 0), 1))
		memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}

static void serve_and_die(void *argument)
{
	struct bm_client *client = open_client();

	strcpy(text_in(open_pool(client, false)), TEXT);
	strcpy(text_in(create(client, "other", 2 * SIZE)), "other");
	tap_equal(bm_client_lock(client), 0);
	send_descriptor(*(int *)argument, bm_client_fd(client));
}

static void expect_adopted(struct bm_client *client)
{
	struct bm_pool *pool = NULL, *more = NULL;

	tap_equal(inspect(client).phase, BM_PHASE_LOCKED);
	tap_equal(inspect(client).pools, 2);
	tap_equal(bm_pool_lookup(client, "kept", &pool), 0);
	tap_expect(pool && bm_pool_size(pool) == SIZE && !strcmp(text_in(pool), TEXT));
	tap_equal(bm_pool_lookup(client, "other", &pool), 0);
	tap_expect(pool && bm_pool_size(pool) == 2 * SIZE &&
		   !strcmp(text_in(pool), "other"));
	tap_equal(bm_pool_create(client, "more", 1, 0, &more), -EPERM);
}

static void a_locked_client_is_handed_over(void)
{
	struct bm_client *client = NULL, *other = open_client();
	int ends[2], fd;

	/* Pools of others are visible to an administrator. */
	create(other, "others", 1);
	tap_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	in_victim(serve_and_die, &ends[0]);
	fd = receive_descriptor(ends[1]);
	if (tap_equal(bm_client_adopt(&client, fd), 0)) {
		tap_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		expect_adopted(client);
		bm_client_close(client);
		tap_equal(fcntl(fd, F_GETFD), -1);
	}
	close(ends[0]);
	close(ends[1]);
	bm_client_close(other);
	take_pool_away();
}

static void adopt_refuses_what_is_no_client(void)
{
	struct bm_client *client = NULL;
	int fd = open("/dev/budgetmem", O_RDWR | O_CLOEXEC);

	tap_equal(bm_client_adopt(&client, fd), -EBUSY);
	tap_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	tap_equal(bm_client_adopt(&client, fd), -EBADF);
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	tap_equal(bm_client_adopt(&client, fd), -ENOTTY);
	close(fd);
	tap_expect(!client);
}

static const struct tap_case cases[] = {
#define CASE(name)	{ #name, name }
	CASE(a_pool_outlives_a_client_that_is_killed),
	CASE(a_pool_that_was_taken_away_is_new_and_zeroed),
	CASE(attach_refuses_another_layout),
	CASE(attach_refuses_another_user),
	CASE(attach_refuses_what_another_client_has),
	CASE(attach_refuses_a_locked_client),
	CASE(another_process_uses_an_export),
	CASE(an_export_to_read_cannot_be_written),
	CASE(an_export_outlives_the_client),
	CASE(refusals_are_told_once),
	CASE(a_threshold_is_told_when_it_is_reached),
	CASE(a_locked_client_is_handed_over),
	CASE(adopt_refuses_what_is_no_client),
};

int main(void)
{
	return tap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
