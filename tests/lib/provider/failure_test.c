// SPDX-License-Identifier: MIT
/*
 * failure_test.c: the memfd provider when a system call fails, each in turn
 */
#include "local.h"

#include "failing_system.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* More pools than the first page of records holds, and the second and the third. */
#define POOLS	200

static int live(void)
{
	struct bm_client *client = NULL;
	struct bm_pool *pool;
	char name[20];
	int err = bm_client_open_memfd(&client, "local", POOLS * (size_t)4096);

	if (err) {
		assert_null(client);
		return err;
	}
	for (int i = 0; i < POOLS && !err; i++) {
		uint32_t pools = local_state(client).pools;

		snprintf(name, sizeof(name), "pool-%d", i);
		err = bm_pool_create(client, name, 1, 0, &pool);
		assert_int_equal(local_state(client).pools, pools + !err);
		if (!err)
			memset(bm_pool_region(pool).base, 'x', bm_pool_size(pool));
	}
	bm_client_close(client);
	return err;
}

static void expect_nothing_left(void)
{
	assert_int_equal(failing.files, 0);
	assert_int_equal(failing.mappings, 0);
}

static void expect_each_failure(int error, int reported)
{
	unsigned int calls;

	failing = (struct failing){ 0 };
	assert_int_equal(live(), 0);
	calls = failing.calls;
	assert_true(calls > 8);
	expect_nothing_left();
	for (unsigned int n = 1; n <= calls; n++) {
		failing = (struct failing){ .fail_at = n, .error = error };
		assert_int_equal(live(), reported);
		expect_nothing_left();
	}
}

static void every_call_may_fail_once(void **context)
{
	(void)context;
	expect_each_failure(ENOMEM, -ENOMEM);
}

static void a_full_file_system_is_a_lack_of_memory(void **context)
{
	struct bm_client *client = NULL;

	(void)context;
	/* The third call asks for the memory, after the record's page and the memfd. */
	failing = (struct failing){ .fail_at = 3, .error = ENOSPC };
	assert_int_equal(bm_client_open_memfd(&client, "local", 1), -ENOMEM);
	failing = (struct failing){ .fail_at = 3, .error = EFBIG };
	assert_int_equal(bm_client_open_memfd(&client, "local", 1), -ENOMEM);
	assert_null(client);
}

static void a_kernel_without_memfd_is_reported(void **context)
{
	struct bm_client *client = NULL;

	(void)context;
	failing = (struct failing){ .fail_at = 2, .error = ENOSYS };
	assert_int_equal(bm_client_open_memfd(&client, "local", 1), -ENOSYS);
	assert_null(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_may_fail_once),
		cmocka_unit_test(a_full_file_system_is_a_lack_of_memory),
		cmocka_unit_test(a_kernel_without_memfd_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
