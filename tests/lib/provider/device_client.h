/* SPDX-License-Identifier: MIT */
/*
 * device_client.h: clients of the real device, for tests in a guest
 *
 * The budget table is that of guest.plan, and the tests are root.
 */
#ifndef TESTS_PROVIDER_DEVICE_CLIENT_H
#define TESTS_PROVIDER_DEVICE_CLIENT_H

#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/pool.h>

#define BUDGET		"provider"
#define BUDGET_SIZE	((size_t)256 << 10)
#define POOL_LIMIT	4
#define CLIENT_LIMIT	2
#define NOBODY		1000

static inline struct bm_client *open_client(void)
{
	struct bm_client *client = NULL;

	if (!tap_equal(bm_client_open(&client, BUDGET), 0))
		exit(1);
	return client;
}

static inline struct bm_pool *create(struct bm_client *client, const char *name,
				     size_t size)
{
	struct bm_pool *pool = NULL;

	if (!tap_equal(bm_pool_create(client, name, size, 0, &pool), 0))
		exit(1);
	return pool;
}

static inline struct bm_client_state inspect(struct bm_client *client)
{
	struct bm_client_state state;

	tap_equal(bm_client_inspect(client, &state), 0);
	return state;
}

/* Runs @run in a child, as @uid; the child's findings are the case's. */
static inline void in_child(uid_t uid, void (*run)(void *), void *argument)
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		tap_failed = false;
		if (uid && (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(2);
		run(argument);
		fflush(stdout);
		_exit(tap_failed);
	}
	tap_equal(waitpid(child, &status, 0), child);
	tap_equal(status, 0);
}

#endif /* TESTS_PROVIDER_DEVICE_CLIENT_H */
