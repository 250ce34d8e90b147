// SPDX-License-Identifier: MIT
/*
 * race_test.c: threads on one client, under ThreadSanitizer
 */
#include "local.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define CREATORS	3
#define ROUNDS		60

struct creator {
	struct bm_client *client;
	struct bm_pool *kept;
	_Atomic bool started;
	bool sound;
	char name[4];
};

/* Takes and gives back pools until one of both is refused; keeps what it has then. */
static void *create_until_locked(void *argument)
{
	struct creator *creator = argument;
	int err;

	creator->sound = true;
	do {
		creator->kept = NULL;
		err = bm_pool_create(creator->client, creator->name, 1, 0,
				     &creator->kept);
		creator->started = true;
		if (err)
			break;
		memset(bm_pool_region(creator->kept).base, creator->name[0],
		       bm_pool_size(creator->kept));
		err = bm_pool_destroy(creator->kept);
	} while (!err);
	creator->sound = err == -EPERM;
	return NULL;
}

/* Reads what others change: the sums must hold at every moment. */
static void *watch_until_locked(void *argument)
{
	struct creator *watcher = argument;
	struct bm_client_state state;

	watcher->sound = true;
	watcher->started = true;
	do {
		struct bm_pool *pool;

		bm_client_inspect(watcher->client, &state);
		if (state.used > state.budget_size || state.used > state.high_water ||
		    state.pools > CREATORS || !!state.pools != !!state.used)
			watcher->sound = false;
		bm_pool_lookup(watcher->client, "0", &pool);
		sched_yield();
	} while (state.phase == BM_PHASE_INIT);
	return NULL;
}

static void start(pthread_t *thread, struct creator *creator, void *(*run)(void *))
{
	assert_int_equal(pthread_create(thread, NULL, run, creator), 0);
}

static void race(struct bm_client *client)
{
	struct creator creators[CREATORS + 1];
	struct creator *watcher = &creators[CREATORS];
	pthread_t threads[CREATORS + 1];
	struct bm_client_state locked, end;
	uint32_t kept = 0;

	for (int i = 0; i <= CREATORS; i++) {
		memset(&creators[i], 0, sizeof(creators[i]));
		creators[i].client = client;
		creators[i].name[0] = (char)('0' + i);
		start(&threads[i], &creators[i],
		      i < CREATORS ? create_until_locked : watch_until_locked);
	}
	for (int i = 0; i <= CREATORS; i++) {
		while (!creators[i].started)
			sched_yield();
	}
	assert_int_equal(bm_client_lock(client), 0);
	locked = local_state(client);
	for (int i = 0; i <= CREATORS; i++)
		pthread_join(threads[i], NULL);
	end = local_state(client);
	for (int i = 0; i < CREATORS; i++) {
		kept += creators[i].kept != NULL;
		assert_true(creators[i].sound);
	}
	assert_true(watcher->sound);
	/* What was there when the lock returned is there, and nothing else. */
	assert_int_equal(locked.pools, end.pools);
	assert_int_equal(locked.used, end.used);
	assert_int_equal(locked.high_water, end.high_water);
	assert_int_equal(end.pools, kept);
}

static void creators_race_with_the_lock_memfd(void **context)
{
	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		struct bm_client *client = local_open(LOCAL_MEMFD);

		race(client);
		bm_client_close(client);
	}
}

static void creators_race_with_the_lock_static(void **context)
{
	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		struct bm_client *client = local_open(LOCAL_STATIC);

		race(client);
		bm_client_close(client);
	}
}

static void *lock_once(void *argument)
{
	struct creator *creator = argument;

	creator->sound = !bm_client_lock(creator->client);
	return NULL;
}

static void one_lock_wins(void **context)
{
	(void)context;
	for (int round = 0; round < ROUNDS; round++) {
		struct bm_client *client = local_open(LOCAL_STATIC);
		struct creator lockers[CREATORS] = { 0 };
		pthread_t threads[CREATORS];
		int won = 0;

		for (int i = 0; i < CREATORS; i++) {
			lockers[i].client = client;
			start(&threads[i], &lockers[i], lock_once);
		}
		for (int i = 0; i < CREATORS; i++) {
			pthread_join(threads[i], NULL);
			won += lockers[i].sound;
		}
		assert_int_equal(won, 1);
		assert_int_equal(local_state(client).refused, CREATORS - 1);
		bm_client_close(client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creators_race_with_the_lock_memfd),
		cmocka_unit_test(creators_race_with_the_lock_static),
		cmocka_unit_test(one_lock_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
