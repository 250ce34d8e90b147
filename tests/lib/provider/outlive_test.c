// SPDX-License-Identifier: MIT
/*
 * outlive_test.c: what outlives a client or leaves it: persistent pools, exports,
 * events, and clients that are handed over; with a kernel that is made up
 */
#include "local.h"

#include "fake_system.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No pool here has the size of a page: fake_system.c tells records by that. */
#define SIZE	((size_t)8192)
#define LAYOUT	UINT64_C(0x1234567890abcdef)

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

/* Opens it, and says whether it was there already. */
static struct bm_pool *open_pool(struct bm_client *client, bool was_there)
{
	struct bm_pool *pool = NULL;
	bool attached = !was_there;

	assert_int_equal(bm_pool_open_persistent(client, "kept", SIZE, LAYOUT, &pool,
						 &attached), 0);
	assert_non_null(pool);
	assert_int_equal(attached, was_there);
	return pool;
}

static void expect_nothing_left(void)
{
	assert_int_equal(fake.files, 0);
	assert_int_equal(fake.pages, 0);
	assert_int_equal(fake_mappings(), 0);
}

/* A client that died leaves the pool "kept", filled with x. */
static void leave_pool(void)
{
	memset(bm_pool_region(open_pool(open_client(), false)).base, 'x', SIZE);
	fake_die(false);
	assert_int_equal(fake_find("kept")->client, 0);
}

static void expect_x(struct bm_pool *pool)
{
	const char *byte = bm_pool_region(pool).base;

	assert_int_equal(bm_pool_size(pool), SIZE);
	assert_true(byte[0] == 'x' && !memcmp(byte, byte + 1, SIZE - 1));
}

static void a_persistent_pool_is_created_with_its_layout(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)context;
	open_pool(client, false);
	assert_true(fake_find("kept")->persistent);
	assert_int_equal(fake_find("kept")->layout, LAYOUT);
	assert_int_equal(bm_pool_create(client, "plain", SIZE, BM_POOL_PERSISTENT,
					&pool), 0);
	assert_true(fake_find("plain")->persistent);
	assert_int_equal(fake_find("plain")->layout, 0);
	assert_int_equal(bm_pool_create_layout(client, "own", SIZE, 0, LAYOUT, &pool), 0);
	assert_false(fake_find("own")->persistent);
	assert_int_equal(fake_find("own")->layout, LAYOUT);
	bm_client_close(client);
	assert_int_equal(fake_pools(), 2);
	expect_nothing_left();
}

static void the_next_client_finds_what_was_left(void **context)
{
	struct bm_client *client;
	struct bm_pool *pool, *found = NULL;

	(void)context;
	leave_pool();
	client = open_client();
	pool = open_pool(client, true);
	expect_x(pool);
	assert_string_equal(bm_pool_name(pool), "kept");
	assert_int_equal(bm_pool_lookup(client, "kept", &found), 0);
	assert_ptr_equal(found, pool);
	bm_client_close(client);
	client = open_client();
	assert_int_equal(bm_pool_attach(client, "kept", SIZE - 1, LAYOUT, &pool), 0);
	expect_x(pool);
	assert_int_equal(bm_pool_destroy(pool), 0);
	assert_int_equal(fake_pools(), 0);
	open_pool(client, false);
	bm_client_close(client);
	expect_nothing_left();
}

/* One rule violated at a time; the pool is what it was. */
static void expect_attach_error(struct bm_client *client, size_t size,
				uint64_t layout, int expected)
{
	struct bm_pool *pool = NULL;
	bool attached = true;
	int pools = fake_pools();

	assert_int_equal(bm_pool_attach(client, "kept", size, layout, &pool), expected);
	assert_int_equal(bm_pool_open_persistent(client, "kept", size, layout, &pool,
						 &attached), expected);
	assert_null(pool);
	assert_true(attached);
	assert_int_equal(fake_pools(), pools);
	assert_int_equal(fake_mappings(), 0);
}

static void what_is_not_ones_own_is_refused(void **context)
{
	struct bm_client *client;
	struct fake_pool *left;

	(void)context;
	leave_pool();
	left = fake_find("kept");
	client = open_client();
	expect_attach_error(client, SIZE, LAYOUT + 1, -EMEDIUMTYPE);
	expect_attach_error(client, SIZE + 1, LAYOUT, -EMEDIUMTYPE);
	left->foreign = true;
	expect_attach_error(client, SIZE, LAYOUT, -EACCES);
	left->foreign = false;
	left->client = FAKE_OTHER;
	expect_attach_error(client, SIZE, LAYOUT, -EBUSY);
	left->client = 0;
	assert_int_equal(bm_client_lock(client), 0);
	expect_attach_error(client, SIZE, LAYOUT, -EPERM);
	bm_client_close(client);
	client = open_client();
	expect_x(open_pool(client, true));
	bm_client_close(client);
}

static void attach_finds_nothing_where_nothing_is(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)context;
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -ENOENT);
	/* A pool of that name that ends with its client is not one that can be had. */
	local_create(client, "kept", SIZE);
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, 0, &pool), -ENOENT);
	assert_int_equal(bm_pool_open_persistent(client, "kept", SIZE, 0, &pool, NULL),
			 -EEXIST);
	assert_null(pool);
	assert_int_equal(fake_pools(), 1);
	bm_client_close(client);
	expect_nothing_left();
}

/* Between the question whether it is there and the attempt to create it. */
static void a_pool_that_appears_meanwhile_is_taken_over(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)context;
	fake.appears = true;
	open_pool(client, true);
	assert_int_equal(fake_pools(), 1);
	bm_client_close(client);
	fake_reset();
	client = open_client();
	fake.appears = true;
	fake.appears_client = FAKE_OTHER;
	assert_int_equal(bm_pool_open_persistent(client, "kept", SIZE, LAYOUT, &pool,
						 NULL), -EBUSY);
	assert_null(pool);
	bm_client_close(client);
	expect_nothing_left();
}

static void ones_own_pool_is_not_attached_twice(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)context;
	open_pool(client, false);
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -EEXIST);
	assert_int_equal(bm_pool_open_persistent(client, "kept", SIZE, LAYOUT, &pool,
						 NULL), -EEXIST);
	assert_null(pool);
	bm_client_close(client);
}

/* Destroying it is the only way back, and no way at all. */
static void a_pool_that_cannot_be_mapped_is_not_destroyed(void **context)
{
	struct bm_client *client;
	struct bm_pool *pool = NULL;

	(void)context;
	leave_pool();
	client = open_client();
	fake.map_error = -ENOMEM;
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -ENOMEM);
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT, &pool), -ENOMEM);
	assert_null(pool);
	assert_int_equal(fake_pools(), 1);
	assert_int_equal(bm_pool_lookup(client, "kept", &pool), -ENOENT);
	fake.map_error = 0;
	assert_int_equal(bm_pool_attach(client, "kept", SIZE, LAYOUT + 1, &pool),
			 -EMEDIUMTYPE);
	assert_int_equal(bm_pool_attach(client, "kept", SIZE + 1, LAYOUT, &pool),
			 -EMEDIUMTYPE);
	expect_x(open_pool(client, true));
	bm_client_close(client);
	expect_nothing_left();
}

static void a_size_beyond_counting_is_not_asked_for(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;
	unsigned int calls = fake.calls;

	(void)context;
	assert_int_equal(bm_pool_attach(client, "kept", SIZE_MAX, 0, &pool), -EINVAL);
	assert_int_equal(fake.calls, calls);
	bm_client_close(client);
}

static void an_export_is_a_descriptor_of_ones_own(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = open_pool(client, false);
	struct stat about;
	int fd = -1;

	(void)context;
	assert_int_equal(bm_pool_export(pool, BM_EXPORT_WRITE, &fd), 0);
	assert_int_equal(fstat(fd, &about), 0);
	assert_int_equal(about.st_size, SIZE);
	close(fd);
	fd = -1;
	assert_int_equal(bm_pool_export(pool, 2, &fd), -EINVAL);
	assert_int_equal(bm_pool_export(pool, 0, NULL), -EINVAL);
	fake.no_export = true;
	assert_int_equal(bm_pool_export(pool, 0, &fd), -EOPNOTSUPP);
	assert_int_equal(fd, -1);
	bm_client_close(client);
	expect_nothing_left();
}

static void a_threshold_is_within_the_pool(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = open_pool(client, false);

	(void)context;
	assert_int_equal(bm_pool_watch(pool, SIZE), 0);
	assert_int_equal(fake_find("kept")->threshold, SIZE);
	assert_int_equal(bm_pool_watch(pool, SIZE + 1), -EINVAL);
	assert_int_equal(fake_find("kept")->threshold, SIZE);
	assert_int_equal(bm_pool_watch(pool, 0), 0);
	assert_int_equal(fake_find("kept")->threshold, 0);
	bm_client_close(client);
}

static void events_are_told_as_the_kernel_tells_them(void **context)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;
	struct bm_events events = { .refused = 9 };

	(void)context;
	assert_int_equal(bm_pool_create(client, "large", 2 * FAKE_LIMIT, 0, &pool),
			 -EDQUOT);
	assert_int_equal(bm_client_events(client, &events), 0);
	assert_int_equal(events.refused, 1);
	assert_int_equal(events.crossed, 5);
	assert_int_equal(bm_client_events(client, &events), 0);
	assert_int_equal(events.refused, 0);
	bm_client_close(client);
}

static void a_locked_system_does_not_allocate(void **context)
{
	struct bm_client *client = open_client();
	unsigned int given = bm_client_guarantees(client);

	(void)context;
	assert_false(given & BM_G4_NO_ALLOCATION);
	assert_non_null(strstr(bm_client_guarantee_gap(client, 4), "not locked"));
	bm_client_close(client);
	fake.system_locked = true;
	client = open_client();
	assert_int_equal(bm_client_guarantees(client), given | BM_G4_NO_ALLOCATION);
	assert_int_equal(bm_client_guarantees(client), (1u << BM_GUARANTEE_COUNT) - 1);
	for (int number = 1; number <= BM_GUARANTEE_COUNT; number++)
		assert_null(bm_client_guarantee_gap(client, number));
	bm_client_close(client);
}

/* A service with two pools and a lock dies, and its manager has the descriptor. */
static int leave_client(void)
{
	struct bm_client *client = open_client();

	memset(bm_pool_region(open_pool(client, false)).base, 'x', SIZE);
	memset(bm_pool_region(local_create(client, "other", 2 * SIZE)).base, 'y', SIZE);
	assert_int_equal(bm_client_lock(client), 0);
	return fake_die(true);
}

static void expect_adopted(struct bm_client *client)
{
	struct bm_pool *pool = NULL, *more = NULL;

	assert_int_equal(bm_pool_lookup(client, "kept", &pool), 0);
	expect_x(pool);
	assert_int_equal(bm_pool_lookup(client, "other", &pool), 0);
	assert_int_equal(bm_pool_size(pool), 2 * SIZE);
	assert_int_equal(*(char *)bm_pool_region(pool).base, 'y');
	assert_int_equal(bm_pool_create(client, "more", SIZE, 0, &more), -EPERM);
	assert_int_equal(bm_pool_destroy(pool), -EPERM);
	assert_string_equal(local_state(client).budget, "words");
	assert_int_equal(local_state(client).phase, BM_PHASE_LOCKED);
}

static void a_client_is_handed_over_with_its_pools_and_its_lock(void **context)
{
	struct bm_client *client = NULL;
	int fd = leave_client();

	(void)context;
	assert_int_equal(bm_client_adopt(&client, fd), 0);
	assert_int_equal(bm_client_fd(client), fd);
	assert_true(fake.closed_at_exec);
	expect_adopted(client);
	bm_client_close(client);
	expect_nothing_left();
	/* The client is gone, but what was persistent is there. */
	assert_int_equal(fake_pools(), 1);
}

static void pools_of_others_are_not_adopted(void **context)
{
	struct bm_client *client = NULL;
	struct bm_pool *pool = NULL;
	int fd = leave_client();

	(void)context;
	fake_find("kept")->client = FAKE_OTHER;
	assert_int_equal(bm_client_adopt(&client, fd), 0);
	assert_int_equal(bm_pool_lookup(client, "kept", &pool), -ENOENT);
	assert_int_equal(bm_pool_lookup(client, "other", &pool), 0);
	assert_int_equal(fake_mappings(), 1);
	bm_client_close(client);
}

static void what_is_no_client_is_not_adopted(void **context)
{
	struct bm_client *client = NULL;
	int fd = leave_client();

	(void)context;
	fake.client = 0;
	assert_int_equal(bm_client_adopt(&client, fd), -EBUSY);
	assert_int_equal(bm_client_adopt(NULL, fd), -EINVAL);
	assert_null(client);
	assert_int_equal(fake.files, 1);
	assert_int_equal(fake.pages, 0);
}

static void adoption_knows_of_a_locked_system(void **context)
{
	struct bm_client *client = NULL;
	int fd = leave_client();

	(void)context;
	fake.system_locked = true;
	assert_int_equal(bm_client_adopt(&client, fd), 0);
	assert_null(bm_client_guarantee_gap(client, 4));
	bm_client_close(client);
}

/* Whatever fails, the descriptor is the caller's, and the next try finds it all. */
static void each_call_of_an_adoption_may_fail(void **context)
{
	struct bm_client *client = NULL;
	int fd = leave_client();
	unsigned int n = 1;
	int err;

	(void)context;
	for (;; n++) {
		fake.calls = 0;
		fake.fail_at = n;
		err = bm_client_adopt(&client, fd);
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_null(client);
		assert_int_equal(fake.files, 1);
		assert_int_equal(fake.pages, 0);
		assert_int_equal(fake_mappings(), 0);
	}
	/* CLIENT_INFO, a page, QUERY, two pools of two calls, the end, close at exec */
	assert_int_equal(n, 10);
	fake.fail_at = 0;
	expect_adopted(client);
	bm_client_close(client);
	expect_nothing_left();
}

/* A whole life after somebody's death, as far as there is something to go on with. */
static void live_on(void)
{
	struct bm_client *client = NULL;
	struct bm_pool *pool = NULL;
	struct bm_events events;
	int fd = -1;

	if (bm_client_open(&client, "words"))
		return;
	if (!bm_pool_open_persistent(client, "kept", SIZE, LAYOUT, &pool, NULL)) {
		expect_x(pool);
		bm_pool_watch(pool, 1);
		if (!bm_pool_export(pool, 0, &fd))
			close(fd);
	}
	bm_client_events(client, &events);
	bm_client_close(client);
}

static void every_call_may_fail_once(void **context)
{
	unsigned int calls;

	(void)context;
	leave_pool();
	fake.calls = 0;
	live_on();
	calls = fake.calls;
	assert_true(calls > 8);
	for (unsigned int n = 1; n <= calls; n++) {
		fake.calls = 0;
		fake.fail_at = n;
		live_on();
		assert_true(fake.calls >= n);
		expect_nothing_left();
		assert_int_equal(fake_pools(), 1);
		assert_int_equal(fake_find("kept")->client, 0);
	}
}

int main(void)
{
#define CASE(name)	cmocka_unit_test_setup(name, reset)
	const struct CMUnitTest tests[] = {
		CASE(a_persistent_pool_is_created_with_its_layout),
		CASE(the_next_client_finds_what_was_left),
		CASE(what_is_not_ones_own_is_refused),
		CASE(attach_finds_nothing_where_nothing_is),
		CASE(a_pool_that_appears_meanwhile_is_taken_over),
		CASE(ones_own_pool_is_not_attached_twice),
		CASE(a_pool_that_cannot_be_mapped_is_not_destroyed),
		CASE(a_size_beyond_counting_is_not_asked_for),
		CASE(an_export_is_a_descriptor_of_ones_own),
		CASE(a_threshold_is_within_the_pool),
		CASE(events_are_told_as_the_kernel_tells_them),
		CASE(a_locked_system_does_not_allocate),
		CASE(a_client_is_handed_over_with_its_pools_and_its_lock),
		CASE(pools_of_others_are_not_adopted),
		CASE(what_is_no_client_is_not_adopted),
		CASE(adoption_knows_of_a_locked_system),
		CASE(each_call_of_an_adoption_may_fail),
		CASE(every_call_may_fail_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
