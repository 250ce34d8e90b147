// SPDX-License-Identifier: MIT
/*
 * service - a service that keeps its memory and its lock when it is restarted
 *
 *	service BUDGET
 *
 * Becomes a client of the budget, takes a pool, locks, and hands the client's
 * descriptor to the service manager (FDSTORE=1). Should it crash or be updated, the
 * manager starts it anew with that descriptor, and it goes on with the same client:
 * the pool is what it was, and the lock holds. budgetmem-example.service beside this
 * file is the unit for systemd. Without a service manager it works as well, and begins
 * at the beginning each time.
 *
 * Its work is to count seconds and its own starts; STATUS= says how many there were.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <budgetmem/budgetmem.h>

#include "notify.h"

#define STORED_NAME	"budgetmem"

/* Each is changed by one store: whoever comes next finds the old or the new one. */
struct state {
	__aligned_u64 starts;
	__aligned_u64 seconds;
};

BM_VEC(states, struct state, 1)
BM_PLAN(service, BM_NEEDS(states));

static void increase(__u64 *number)
{
	__atomic_store_n(number, *number + 1, __ATOMIC_RELEASE);
}

/*
 * The manager gets the descriptor last: then whoever is started with it finds all
 * there is to find. Who dies before that has had no client that anybody knows of.
 */
static int begin(struct bm_client *client, struct states *states)
{
	static const struct state empty;
	struct bm_pool *pool;
	int err;

	err = bm_pool_create(client, "state", BM_PLAN_SIZE(service), 0, &pool);
	if (!err)
		err = states_create(states, bm_pool_region(pool), "state");
	if (!err)
		err = states_push(states, &empty);
	if (!err)
		err = bm_client_lock(client);
	return err ? err : notify_send("FDSTORE=1\nFDNAME=" STORED_NAME,
				       bm_client_fd(client));
}

static int go_on(struct bm_client *client, struct states *states)
{
	struct bm_pool *pool;
	int err = bm_pool_lookup(client, "state", &pool);

	return err ? err : states_attach(states, bm_pool_region(pool), "state", NULL);
}

static int open_client(const char *budget, struct bm_client **client,
		       struct states *states)
{
	int stored = notify_stored(STORED_NAME);
	int err;

	err = stored < 0 ? bm_client_open(client, budget) :
			   bm_client_adopt(client, stored);
	if (err)
		return err;
	err = stored < 0 ? begin(*client, states) : go_on(*client, states);
	if (err)
		bm_client_close(*client);
	return err;
}

static int tell(const struct state *state, const char *more)
{
	char message[128];

	snprintf(message, sizeof(message),
		 "STATUS=started %" PRIu64 " times, counted %" PRIu64 " seconds\n%s",
		 (uint64_t)state->starts, (uint64_t)state->seconds, more);
	return notify_send(message, -1);
}

/* Until somebody asks it to end. */
static int serve(struct state *state, const sigset_t *end)
{
	const struct timespec second = { .tv_sec = 1 };
	int err;

	increase(&state->starts);
	err = tell(state, "READY=1");
	while (!err && sigtimedwait(end, NULL, &second) < 0) {
		increase(&state->seconds);
		err = tell(state, "");
	}
	return err ? err : notify_send("STOPPING=1", -1);
}

int main(int argc, char *argv[])
{
	struct bm_client *client;
	struct states states;
	sigset_t end;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: service BUDGET\n");
		return EXIT_FAILURE;
	}
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	err = open_client(argv[1], &client, &states);
	if (!err) {
		struct state *state = states_at(&states, 0);

		err = state ? serve(state, &end) : -EUCLEAN;
		bm_client_close(client);
	}
	if (err)
		fprintf(stderr, "service: %s\n", bm_error_text(err));
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
