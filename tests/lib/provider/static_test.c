// SPDX-License-Identifier: MIT
/*
 * static_test.c: what is the static provider's alone
 */
#include "local.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES		1024
#define POOLS		3
#define NEEDED		BM_STATIC_SIZE(BYTES, POOLS)
#define CANARY		0xc5

/* Room for every misalignment, and a canary on both sides. */
static _Alignas(BM_STATIC_ALIGN) unsigned char room[NEEDED + 4 * BM_STATIC_ALIGN];

static struct bm_client *open_at(size_t offset, size_t size)
{
	struct bm_client *client = NULL;

	memset(room, CANARY, sizeof(room));
	assert_int_equal(bm_client_open_static(&client, "local", room + offset, size,
					       POOLS), 0);
	return client;
}

static void expect_canaries(size_t offset, size_t size)
{
	for (size_t i = 0; i < sizeof(room); i++) {
		if (i < offset || i >= offset + size)
			assert_int_equal(room[i], CANARY);
	}
}

static void the_promised_bytes_fit_at_every_alignment(void **context)
{
	(void)context;
	for (size_t offset = BM_STATIC_ALIGN; offset < 2 * BM_STATIC_ALIGN; offset++) {
		struct bm_client *client = open_at(offset, NEEDED);
		struct bm_region region;

		assert_int_equal(local_state(client).budget_size, BYTES);
		region = bm_pool_region(local_create(client, "pool", BYTES));
		assert_int_equal((uintptr_t)region.base % BM_STATIC_ALIGN, 0);
		assert_true((unsigned char *)region.base >= room + offset);
		assert_true((unsigned char *)region.base + region.size <=
			    room + offset + NEEDED);
		memset(region.base, 'x', region.size);
		bm_client_close(client);
		expect_canaries(offset, NEEDED);
	}
}

static void a_buffer_that_is_too_small_is_refused(void **context)
{
	size_t least = BM_STATIC_SIZE(BM_STATIC_ALIGN, POOLS) - (BM_STATIC_ALIGN - 1);
	struct bm_client *client = NULL;

	(void)context;
	memset(room, CANARY, sizeof(room));
	for (size_t size = 0; size < least; size++) {
		assert_int_equal(bm_client_open_static(&client, "local", room, size,
						       POOLS), -EINVAL);
		assert_null(client);
		expect_canaries(0, 0);
	}
	assert_int_equal(bm_client_open_static(&client, "local", room, least, POOLS), 0);
	assert_int_equal(local_state(client).budget_size, BM_STATIC_ALIGN);
	bm_client_close(client);
}

static void open_refuses_what_is_malformed(void **context)
{
	struct bm_client *client = NULL;
	size_t size = sizeof(room);

	(void)context;
	assert_int_equal(bm_client_open_static(NULL, "local", room, size, 1), -EINVAL);
	assert_int_equal(bm_client_open_static(&client, NULL, room, size, 1), -EINVAL);
	assert_int_equal(bm_client_open_static(&client, "a b", room, size, 1), -EINVAL);
	assert_int_equal(bm_client_open_static(&client, "local", NULL, size, 1), -EINVAL);
	assert_int_equal(bm_client_open_static(&client, "local", room, size, 0), -EINVAL);
	assert_int_equal(bm_client_open_static(&client, "local", room, size, SIZE_MAX),
			 -EINVAL);
	assert_int_equal(bm_client_open_static(&client, "local", room, size,
					       SIZE_MAX / BM_STATIC_POOL + 1), -EINVAL);
	assert_null(client);
}

static void the_number_of_pools_is_limited(void **context)
{
	struct bm_client *client = open_at(0, NEEDED);
	struct bm_pool *pools[POOLS], *more = NULL;
	char name[] = "0";

	(void)context;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < POOLS; i++) {
			name[0] = (char)('0' + i);
			pools[i] = local_create(client, name, 1);
		}
		assert_int_equal(bm_pool_create(client, "more", 1, 0, &more), -EDQUOT);
		assert_int_equal(bm_pool_create(client, "0", 1, 0, &more), -EEXIST);
		assert_null(more);
		for (int i = 0; i < POOLS; i++)
			assert_int_equal(bm_pool_destroy(pools[i]), 0);
	}
	assert_int_equal(local_state(client).refused, 3);
	bm_client_close(client);
}

static void close_leaves_zeros(void **context)
{
	struct bm_client *client = open_at(0, NEEDED);
	struct bm_region region = bm_pool_region(local_create(client, "pool", BYTES));

	(void)context;
	memset(region.base, 'x', region.size);
	assert_int_equal(bm_client_lock(client), 0);
	bm_client_close(client);
	for (size_t i = 0; i < NEEDED; i++)
		assert_int_equal(room[i], 0);
}

static void there_is_no_descriptor(void **context)
{
	struct bm_client *client = open_at(0, NEEDED);

	(void)context;
	assert_int_equal(bm_client_fd(client), -1);
	bm_client_close(client);
}

/* Nothing below may allocate, print or return. The kernel kills what makes a call. */
static int live_without_system_calls(void)
{
	struct bm_client_state state;
	struct bm_client *client;
	struct bm_pool *pool;
	int failures = 0;

	failures += bm_client_open_static(&client, "local", room, NEEDED, POOLS) != 0;
	failures += bm_pool_create(client, "one", 1, 0, &pool) != 0;
	failures += bm_pool_create(client, "two", BYTES, 0, &pool) != -EDQUOT;
	failures += bm_pool_destroy(pool) != 0;
	failures += bm_pool_create(client, "two", BYTES, 0, &pool) != 0;
	failures += bm_client_lock(client) != 0;
	failures += bm_pool_lookup(client, "two", &pool) != 0;
	failures += bm_client_inspect(client, &state) != 0;
	bm_client_close(client);
	return failures;
}

static void no_system_call_is_made(void **context)
{
	int status = -1;
	pid_t child = fork();

	(void)context;
	if (!child) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
			syscall(SYS_exit, 100);
		syscall(SYS_exit, live_without_system_calls());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_promised_bytes_fit_at_every_alignment),
		cmocka_unit_test(a_buffer_that_is_too_small_is_refused),
		cmocka_unit_test(open_refuses_what_is_malformed),
		cmocka_unit_test(the_number_of_pools_is_limited),
		cmocka_unit_test(close_leaves_zeros),
		cmocka_unit_test(there_is_no_descriptor),
		cmocka_unit_test(no_system_call_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
