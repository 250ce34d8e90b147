// SPDX-License-Identifier: MIT
/*
 * device_fake_test.c: what the device provider does when the kernel says no, and
 * in the moments that a real kernel does not offer on demand
 */
#include "local.h"

#include "fake_system.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* No pool here has the size of a page: fake_system.c tells records by that. */
#define SIZE	((size_t)8192)

static int reset(void **context)
{
	(void)context;
	fake_reset();
	return 0;
}

static struct bm_client *open_client(void)
{
	struct bm_client *client = NULL;

	assert_int_equal(bm_client_open(&client, "words"), 0);
	assert_non_null(client);
	return client;
}

static void expect_nothing_left(void)
{
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.pages, 0);
	assert_int_equal(fake_mappings(), 0);
}

static void expect_open_error(int kernel, int library)
{
	struct bm_client *client = NULL;

	fake_reset();
	fake.open_error = kernel;
	assert_int_equal(bm_client_open(&client, "words"), library);
	assert_null(client);
	expect_nothing_left();
}

static void a_device_that_cannot_be_opened_is_reported(void **context)
{
	(void)context;
	expect_open_error(-ENOENT, -ENODEV);
	expect_open_error(-ENOTDIR, -ENODEV);
	expect_open_error(-ENXIO, -ENODEV);
	expect_open_error(-ENODEV, -ENODEV);
	expect_open_error(-EACCES, -EACCES);
	expect_open_error(-EROFS, -EACCES);
	/* From a container's device filter; EPERM is kept for what is locked. */
	expect_open_error(-EPERM, -EACCES);
	expect_open_error(-EMFILE, -EMFILE);
	expect_open_error(-ENFILE, -ENFILE);
}

static void a_budget_that_refuses_leaves_nothing_open(void **context)
{
	static const int errors[] = { -EBUSY, -ENOENT, -EACCES, -EDQUOT, -ENOTTY };

	(void)context;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct bm_client *client = NULL;

		fake_reset();
		fake.bind_error = errors[i];
		assert_int_equal(bm_client_open(&client, "words"), errors[i]);
		assert_null(client);
		expect_nothing_left();
	}
}

static void a_pool_that_cannot_be_mapped_is_destroyed(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)context;
	fake.map_error = -ENOMEM;
	assert_int_equal(bm_pool_create(client, "pool", SIZE, 0, &pool), -ENOMEM);
	assert_null(pool);
	assert_int_equal(fake_pools(), 0);
	assert_int_equal(bm_pool_lookup(client, "pool", &pool), -ENOENT);
	fake.map_error = 0;
	local_create(client, "pool", SIZE);
	assert_int_equal(fake_pools(), 1);
	bm_client_close(client);
	expect_nothing_left();
}

static void the_kernels_refusals_are_handed_on(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = local_create(client, "pool", SIZE), *more = NULL;

	(void)context;
	assert_int_equal(bm_pool_create(client, "pool", SIZE, 0, &more), -EEXIST);
	assert_int_equal(bm_pool_create(client, "more", FAKE_LIMIT, 0, &more), -EDQUOT);
	assert_int_equal(bm_client_lock(client), 0);
	assert_int_equal(bm_client_lock(client), -EPERM);
	assert_int_equal(bm_pool_create(client, "more", SIZE, 0, &more), -EPERM);
	assert_null(more);
	assert_int_equal(bm_pool_destroy(pool), -EPERM);
	/* Another thread may be using the pool: it was never away. */
	assert_int_equal(fake_mappings(), 1);
	assert_int_equal(fake.reserves, 0);
	bm_client_close(client);
	expect_nothing_left();
}

/* A 64-bit kernel could round up what a 32-bit process cannot count. */
static void a_size_beyond_counting_is_not_asked_for(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;
	unsigned int calls = fake.calls;

	(void)context;
	assert_int_equal(bm_pool_create(client, "pool", SIZE_MAX, 0, &pool), -EINVAL);
	assert_int_equal(bm_pool_create(client, "pool", SIZE_MAX - 4094, 0, &pool),
			 -EINVAL);
	assert_int_equal(fake.calls, calls);
	assert_null(pool);
	bm_client_close(client);
}

static void expect_untouched(struct bm_pool *pool, const char *byte)
{
	assert_ptr_equal(bm_pool_region(pool).base, byte);
	assert_int_equal(*byte, 'x');
	assert_int_equal(fake_pools(), 1);
	assert_int_equal(fake_mappings(), 1);
}

static void a_pool_that_is_mapped_elsewhere_comes_back(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = local_create(client, "pool", SIZE);
	char *byte = bm_pool_region(pool).base;

	(void)context;
	*byte = 'x';
	fake.pools[0].mapped_elsewhere = true;
	assert_int_equal(bm_pool_destroy(pool), -EBUSY);
	expect_untouched(pool, byte);
	fake.pools[0].mapped_elsewhere = false;
	assert_int_equal(bm_pool_destroy(pool), 0);
	bm_client_close(client);
	expect_nothing_left();
}

static void a_pool_comes_back_if_somebody_locks_meanwhile(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = local_create(client, "pool", SIZE);
	char *byte = bm_pool_region(pool).base;

	(void)context;
	*byte = 'x';
	fake.lock_at_reserve = true;
	assert_int_equal(bm_pool_destroy(pool), -EPERM);
	expect_untouched(pool, byte);
	bm_client_close(client);
	expect_nothing_left();
}

static void state_is_what_the_kernel_says(void **context)
{
	struct bm_client *client = open_client();
	struct bm_client_state state;

	(void)context;
	local_create(client, "pool", SIZE);
	state = local_state(client);
	assert_string_equal(state.budget, "words");
	assert_int_equal(state.phase, BM_PHASE_INIT);
	assert_int_equal(state.pools, 1);
	assert_int_equal(state.used, SIZE);
	assert_int_equal(state.high_water, 11);
	assert_int_equal(state.refused, 22);
	assert_int_equal(state.budget_size, FAKE_LIMIT);
	assert_int_equal(state.budget_used, SIZE + 33);
	assert_int_equal(state.budget_high_water, 44);
	fake.locked = true;
	assert_int_equal(local_state(client).phase, BM_PHASE_LOCKED);
	bm_client_close(client);
}

static void a_child_unmaps_no_pool(void **context)
{
	struct bm_client *client = open_client();
	struct bm_region region = bm_pool_region(local_create(client, "pool", SIZE));

	(void)context;
	fake.process = 2;
	bm_client_close(client);
	assert_int_equal(fake_mappings(), 1);
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.pages, 0);
	munmap(region.base, region.size);
}

static void records_are_used_again(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool;

	(void)context;
	for (int i = 0; i < 500; i++) {
		pool = local_create(client, "pool", SIZE);
		assert_int_equal(bm_pool_destroy(pool), 0);
		assert_int_equal(bm_pool_create(client, "pool", 2 * FAKE_LIMIT, 0, &pool),
				 -EDQUOT);
	}
	assert_int_equal(fake.pages, 1);
	bm_client_close(client);
	expect_nothing_left();
}

/* A whole life; goes on after failures, as far as there is something to go on with. */
static void live(void)
{
	struct bm_client_state state;
	struct bm_client *client = NULL;
	struct bm_pool *one = NULL, *two = NULL;

	if (bm_client_open(&client, "words")) {
		assert_null(client);
		return;
	}
	bm_pool_create(client, "one", SIZE, 0, &one);
	bm_pool_create(client, "two", SIZE, 0, &two);
	assert_int_equal(fake_pools(), !!one + !!two);
	if (!bm_pool_destroy(one))
		one = NULL;
	assert_int_equal(fake_pools(), !!one + !!two);
	bm_client_inspect(client, &state);
	bm_client_lock(client);
	if (two)
		memset(bm_pool_region(two).base, 'x', SIZE);
	bm_client_close(client);
}

static void every_call_may_fail_once(void **context)
{
	unsigned int calls;

	(void)context;
	live();
	calls = fake.calls;
	assert_true(calls > 10);
	for (unsigned int n = 1; n <= calls; n++) {
		fake_reset();
		fake.fail_at = n;
		live();
		assert_true(fake.calls >= n);
		expect_nothing_left();
	}
}

int main(void)
{
#define CASE(name)	cmocka_unit_test_setup(name, reset)
	const struct CMUnitTest tests[] = {
		CASE(a_device_that_cannot_be_opened_is_reported),
		CASE(a_budget_that_refuses_leaves_nothing_open),
		CASE(a_pool_that_cannot_be_mapped_is_destroyed),
		CASE(the_kernels_refusals_are_handed_on),
		CASE(a_size_beyond_counting_is_not_asked_for),
		CASE(a_pool_that_is_mapped_elsewhere_comes_back),
		CASE(a_pool_comes_back_if_somebody_locks_meanwhile),
		CASE(state_is_what_the_kernel_says),
		CASE(a_child_unmaps_no_pool),
		CASE(records_are_used_again),
		CASE(every_call_may_fail_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
