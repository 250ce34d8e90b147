// SPDX-License-Identifier: MIT
/*
 * local_test.c: what the memfd and the static provider have in common, which is
 * the contract. Every case runs with both.
 */
#include "local.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_memfd(void **state)
{
	*state = local_open(LOCAL_MEMFD);
	return 0;
}

static int open_static(void **state)
{
	*state = local_open(LOCAL_STATIC);
	return 0;
}

static int close_client(void **state)
{
	bm_client_close(*state);
	return 0;
}

/* Expects a refusal that changes nothing, not even a counter. */
static void expect_malformed(struct bm_client *client, const char *name, size_t size,
			     unsigned int flags)
{
	struct bm_client_state before = local_state(client), after;
	struct bm_pool *pool = NULL;

	assert_int_equal(bm_pool_create(client, name, size, flags, &pool), -EINVAL);
	assert_null(pool);
	after = local_state(client);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void a_new_client_is_empty(void **context)
{
	struct bm_client_state state = local_state(*context);

	assert_string_equal(state.budget, "local");
	assert_int_equal(state.phase, BM_PHASE_INIT);
	assert_int_equal(state.pools, 0);
	assert_int_equal(state.used, 0);
	assert_int_equal(state.high_water, 0);
	assert_int_equal(state.refused, 0);
	assert_int_equal(state.budget_size, BUDGET_SIZE);
	assert_int_equal(state.budget_used, 0);
	assert_int_equal(state.budget_high_water, 0);
}

static void create_refuses_a_bad_name(void **context)
{
	static const char *const names[] = {
		NULL, "", " ", "a b", "a/b", "a\n", "\xc3\xa4", "a:b", "a,b", "a@", "[",
		"`", "{", "/", "32-characters-are-one-too-many.."
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_malformed(*context, names[i], 1, 0);
}

static void create_accepts_every_character_of_a_name(void **context)
{
	local_create(*context, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1);
	local_create(*context, "abcdefghijklmnopqrstuvwxyz", 1);
	local_create(*context, "0123456789_-.", 1);
	local_create(*context, "31-characters-are-still-allowed", 1);
}

static void create_refuses_size_0(void **context)
{
	expect_malformed(*context, "pool", 0, 0);
}

static void create_refuses_a_size_that_cannot_be_rounded(void **context)
{
	expect_malformed(*context, "pool", SIZE_MAX, 0);
	expect_malformed(*context, "pool", SIZE_MAX - BM_STATIC_ALIGN + 2, 0);
}

static void create_refuses_every_flag(void **context)
{
	for (int bit = 0; bit < 32; bit++) {
		if (1u << bit != BM_POOL_PERSISTENT)
			expect_malformed(*context, "pool", 1, 1u << bit);
	}
	expect_malformed(*context, "pool", 1, BM_POOL_PERSISTENT | 2);
	expect_malformed(*context, "", 1, BM_POOL_PERSISTENT);
	expect_malformed(*context, "pool", 0, BM_POOL_PERSISTENT);
}

/* What only a kernel can do is refused, whatever the phase, and changes nothing. */
static void expect_not_supported(struct bm_client *client, struct bm_pool *pool)
{
	struct bm_client_state before = local_state(client), after;
	struct bm_pool *more = NULL;
	struct bm_events events;
	int fd = -1;

	assert_int_equal(bm_pool_create(client, "more", 1, BM_POOL_PERSISTENT, &more),
			 -EOPNOTSUPP);
	assert_int_equal(bm_pool_attach(client, "more", 1, 0, &more), -EOPNOTSUPP);
	assert_int_equal(bm_pool_open_persistent(client, "more", 1, 0, &more, NULL),
			 -EOPNOTSUPP);
	assert_int_equal(bm_pool_export(pool, 0, &fd), -EOPNOTSUPP);
	assert_int_equal(bm_pool_watch(pool, 1), -EOPNOTSUPP);
	assert_int_equal(bm_client_events(client, &events), -EOPNOTSUPP);
	assert_int_equal(fd, -1);
	assert_null(more);
	after = local_state(client);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void what_needs_the_device_is_refused(void **context)
{
	struct bm_pool *pool = local_create(*context, "pool", 1), *same = NULL;

	expect_not_supported(*context, pool);
	assert_int_equal(bm_client_lock(*context), 0);
	expect_not_supported(*context, pool);
	assert_int_equal(bm_pool_lookup(*context, "pool", &same), 0);
	assert_ptr_equal(same, pool);
}

/* A layout number means something to pools that outlive their client only. */
static void a_layout_number_may_be_stated(void **context)
{
	struct bm_pool *pool = NULL;

	assert_int_equal(bm_pool_create_layout(*context, "pool", 1, 0, 4711, &pool), 0);
	assert_string_equal(bm_pool_name(pool), "pool");
}

static void null_is_refused(void **context)
{
	struct bm_client_state state;
	struct bm_pool *pool;

	assert_int_equal(bm_pool_create(NULL, "pool", 1, 0, &pool), -EINVAL);
	assert_int_equal(bm_pool_create(*context, "pool", 1, 0, NULL), -EINVAL);
	assert_int_equal(bm_pool_lookup(NULL, "pool", &pool), -EINVAL);
	assert_int_equal(bm_pool_lookup(*context, NULL, &pool), -EINVAL);
	assert_int_equal(bm_pool_lookup(*context, "pool", NULL), -EINVAL);
	assert_int_equal(bm_pool_create_layout(NULL, "pool", 1, 0, 0, &pool), -EINVAL);
	assert_int_equal(bm_pool_attach(NULL, "pool", 1, 0, &pool), -EINVAL);
	assert_int_equal(bm_pool_attach(*context, NULL, 1, 0, &pool), -EINVAL);
	assert_int_equal(bm_pool_attach(*context, "pool", 1, 0, NULL), -EINVAL);
	assert_int_equal(bm_pool_open_persistent(NULL, "pool", 1, 0, &pool, NULL),
			 -EINVAL);
	assert_int_equal(bm_pool_export(NULL, 0, &(int){ 0 }), -EINVAL);
	assert_int_equal(bm_pool_watch(NULL, 0), -EINVAL);
	assert_int_equal(bm_client_events(NULL, &(struct bm_events){ 0 }), -EINVAL);
	assert_int_equal(bm_client_events(*context, NULL), -EINVAL);
	assert_int_equal(bm_client_lock(NULL), -EINVAL);
	assert_int_equal(bm_client_inspect(NULL, &state), -EINVAL);
	assert_int_equal(bm_client_inspect(*context, NULL), -EINVAL);
	assert_int_equal(bm_client_fd(NULL), -1);
	assert_int_equal(bm_client_guarantees(NULL), 0);
	assert_null(bm_client_guarantee_gap(NULL, 1));
	assert_int_equal(local_state(*context).pools, 0);
}

static void null_is_closed_and_destroyed(void **context)
{
	(void)context;
	assert_int_equal(bm_pool_destroy(NULL), 0);
	bm_client_close(NULL);
}

static void a_pool_has_its_name_and_size(void **context)
{
	char name[] = "pool";
	struct bm_pool *pool = local_create(*context, name, BUDGET_SIZE / 2);
	struct bm_region region = bm_pool_region(pool);

	name[0] = 'x';
	assert_string_equal(bm_pool_name(pool), "pool");
	assert_int_equal(bm_pool_size(pool), BUDGET_SIZE / 2);
	assert_int_equal(region.size, BUDGET_SIZE / 2);
	assert_int_equal((uintptr_t)region.base % BM_STATIC_ALIGN, 0);
	memset(region.base, 0x5a, region.size);
}

static void sizes_are_rounded_up(void **context)
{
	size_t size = bm_pool_size(local_create(*context, "one", 1));

	assert_true(size >= BM_STATIC_ALIGN && !(size & (size - 1)));
	assert_int_equal(bm_pool_size(local_create(*context, "all", size)), size);
	assert_int_equal(bm_pool_size(local_create(*context, "more", size + 1)), 2 * size);
	assert_int_equal(local_state(*context).used, 4 * size);
}

static void a_name_that_is_taken_is_refused(void **context)
{
	struct bm_pool *pool = NULL;

	local_create(*context, "pool", 1);
	assert_int_equal(bm_pool_create(*context, "pool", 1, 0, &pool), -EEXIST);
	/* The name comes before the budget. */
	assert_int_equal(bm_pool_create(*context, "pool", 2 * BUDGET_SIZE, 0, &pool),
			 -EEXIST);
	assert_null(pool);
	assert_int_equal(local_state(*context).pools, 1);
	assert_int_equal(local_state(*context).refused, 0);
}

static void the_budget_can_be_used_up_and_not_a_byte_more(void **context)
{
	struct bm_pool *pool = NULL;

	assert_int_equal(bm_pool_create(*context, "pool", BUDGET_SIZE + 1, 0, &pool),
			 -EDQUOT);
	local_create(*context, "one", BUDGET_SIZE / 4);
	local_create(*context, "two", BUDGET_SIZE / 4 * 3);
	assert_int_equal(bm_pool_create(*context, "more", 1, 0, &pool), -EDQUOT);
	assert_null(pool);
	assert_int_equal(local_state(*context).used, BUDGET_SIZE);
	assert_int_equal(local_state(*context).pools, 2);
	assert_int_equal(local_state(*context).refused, 2);
}

static void an_enormous_pool_is_over_budget(void **context)
{
	struct bm_pool *pool = NULL;

	assert_int_equal(bm_pool_create(*context, "pool", SIZE_MAX / 2, 0, &pool),
			 -EDQUOT);
	assert_null(pool);
}

static void lookup_finds_what_is_there(void **context)
{
	struct bm_pool *one = local_create(*context, "one", 1);
	struct bm_pool *two = local_create(*context, "two", 1), *found = NULL;

	assert_int_equal(bm_pool_lookup(*context, "one", &found), 0);
	assert_ptr_equal(found, one);
	assert_int_equal(bm_pool_lookup(*context, "two", &found), 0);
	assert_ptr_equal(found, two);
	assert_int_equal(bm_pool_lookup(*context, "on", &found), -ENOENT);
	assert_int_equal(bm_pool_lookup(*context, "ones", &found), -ENOENT);
	assert_ptr_equal(found, two);
}

static void a_destroyed_pool_is_gone(void **context)
{
	struct bm_pool *pool = local_create(*context, "pool", BUDGET_SIZE), *found;

	assert_int_equal(bm_pool_destroy(pool), 0);
	assert_int_equal(bm_pool_lookup(*context, "pool", &found), -ENOENT);
	assert_int_equal(local_state(*context).pools, 0);
	assert_int_equal(local_state(*context).used, 0);
	assert_int_equal(local_state(*context).high_water, BUDGET_SIZE);
	local_create(*context, "pool", BUDGET_SIZE);
}

static void memory_is_zero_when_it_is_used_again(void **context)
{
	struct bm_region region;

	for (int round = 0; round < 3; round++) {
		struct bm_pool *pool = local_create(*context, "pool", BUDGET_SIZE);
		const unsigned char *byte;

		region = bm_pool_region(pool);
		byte = region.base;
		for (size_t i = 0; i < region.size; i++)
			assert_int_equal(byte[i], 0);
		memset(region.base, 0xa5, region.size);
		assert_int_equal(bm_pool_destroy(pool), 0);
	}
}

static void the_gap_of_a_destroyed_pool_is_used_again(void **context)
{
	struct bm_pool *pools[4], *pool;
	char name[] = "0";

	for (int i = 0; i < 4; i++, name[0]++)
		pools[i] = local_create(*context, name, BUDGET_SIZE / 4);
	assert_int_equal(bm_pool_destroy(pools[1]), 0);
	local_create(*context, "again", BUDGET_SIZE / 4);
	assert_int_equal(bm_pool_destroy(pools[0]), 0);
	assert_int_equal(bm_pool_destroy(pools[2]), 0);
	/* Half of the budget is free, but not in one piece: the header says so. */
	assert_int_equal(bm_pool_create(*context, "half", BUDGET_SIZE / 2, 0, &pool),
			 -EDQUOT);
}

static void the_lock_makes_pools_final(void **context)
{
	struct bm_pool *pool = local_create(*context, "pool", 1), *more = NULL;
	char *byte = bm_pool_region(pool).base;

	assert_int_equal(bm_client_lock(*context), 0);
	assert_int_equal(bm_pool_create(*context, "more", 1, 0, &more), -EPERM);
	assert_int_equal(bm_pool_destroy(pool), -EPERM);
	assert_int_equal(bm_client_lock(*context), -EPERM);
	*byte = 'x';
	assert_int_equal(bm_pool_lookup(*context, "pool", &more), 0);
	assert_ptr_equal(more, pool);
	assert_int_equal(local_state(*context).phase, BM_PHASE_LOCKED);
	assert_int_equal(local_state(*context).pools, 1);
	assert_int_equal(local_state(*context).refused, 3);
}

/* As in the contract: malformed, then the phase, then the name, then the budget. */
static void the_lock_comes_before_name_and_budget(void **context)
{
	struct bm_pool *pool = NULL;

	local_create(*context, "pool", 1);
	assert_int_equal(bm_client_lock(*context), 0);
	assert_int_equal(bm_pool_create(*context, "pool", 1, 0, &pool), -EPERM);
	assert_int_equal(bm_pool_create(*context, "more", 2 * BUDGET_SIZE, 0, &pool),
			 -EPERM);
	expect_malformed(*context, "pool", 0, 0);
	expect_malformed(*context, "pool", 1, 2);
	expect_malformed(*context, "pool", SIZE_MAX, 0);
	assert_null(pool);
}

static void an_empty_client_may_be_locked(void **context)
{
	assert_int_equal(bm_client_lock(*context), 0);
	assert_int_equal(local_state(*context).pools, 0);
}

static void errno_is_left_alone(void **context)
{
	struct bm_client_state state;
	struct bm_pool *pool, *found;

	errno = 4711;
	assert_int_equal(bm_pool_create(*context, "pool", 1, 0, &pool), 0);
	bm_pool_create(*context, "pool", 1, 0, &found);
	bm_pool_create(*context, "more", 2 * BUDGET_SIZE, 0, &found);
	bm_pool_lookup(*context, "nowhere", &found);
	bm_client_inspect(*context, &state);
	bm_pool_destroy(pool);
	bm_client_lock(*context);
	bm_client_lock(*context);
	assert_int_equal(errno, 4711);
}

static void each_guarantee_is_given_or_its_absence_explained(void **context)
{
	unsigned int given = bm_client_guarantees(*context);

	for (int number = 1; number <= BM_GUARANTEE_COUNT; number++) {
		const char *gap = bm_client_guarantee_gap(*context, number);

		assert_int_equal(!gap, !!(given & BM_GUARANTEE(number)));
		assert_true(!gap || strlen(gap) > 20);
		assert_non_null(bm_guarantee_name(number));
		assert_non_null(bm_guarantee_text(number));
	}
	assert_int_equal(given >> BM_GUARANTEE_COUNT, 0);
	assert_null(bm_client_guarantee_gap(*context, 0));
	assert_null(bm_client_guarantee_gap(*context, BM_GUARANTEE_COUNT + 1));
	assert_null(bm_guarantee_name(0));
	assert_null(bm_guarantee_name(BM_GUARANTEE_COUNT + 1));
	assert_null(bm_guarantee_text(0));
	assert_null(bm_guarantee_text(BM_GUARANTEE_COUNT + 1));
}

/* What only a kernel can hold, a process must not claim. */
static void what_needs_the_kernel_is_not_claimed(void **context)
{
	unsigned int kernel = BM_G1_SUM | BM_G2_LOCK | BM_G3_NO_FAULTS |
			      BM_G4_NO_ALLOCATION | BM_G7_ACCESS | BM_G9_ATTRIBUTION;

	assert_int_equal(bm_client_guarantees(*context) & kernel, 0);
}

/* The model: pools by number, with the letter that fills them. */
struct model {
	struct bm_pool *pool[POOL_LIMIT];
	uint64_t used;
	uint64_t high_water;
	uint32_t pools;
};

static void expect_filled(const struct model *model)
{
	for (int i = 0; i < POOL_LIMIT; i++) {
		struct bm_region region;
		const char *byte;

		if (!model->pool[i])
			continue;
		region = bm_pool_region(model->pool[i]);
		byte = region.base;
		assert_true(byte[0] == 'a' + i &&
			    !memcmp(byte, byte + 1, region.size - 1));
	}
}

static void model_create(struct model *model, struct bm_client *client, int i)
{
	char name[] = { (char)('a' + i), 0 };
	struct bm_region region;
	int err = bm_pool_create(client, name, (size_t)(rand() % 20000 + 1), 0,
				 &model->pool[i]);

	if (err) {
		assert_int_equal(err, -EDQUOT);
		return;
	}
	region = bm_pool_region(model->pool[i]);
	for (size_t at = 0; at < region.size; at++)
		assert_int_equal(((char *)region.base)[at], 0);
	memset(region.base, name[0], region.size);
	model->pools++;
	model->used += region.size;
	if (model->used > model->high_water)
		model->high_water = model->used;
}

static void model_destroy(struct model *model, int i)
{
	model->used -= bm_pool_size(model->pool[i]);
	model->pools--;
	assert_int_equal(bm_pool_destroy(model->pool[i]), 0);
	model->pool[i] = NULL;
}

static void random_pools_never_touch_each_other(void **context)
{
	struct model model = { .used = 0 };
	struct bm_client_state state;

	srand(2);
	for (int step = 0; step < 2000; step++) {
		int i = rand() % POOL_LIMIT;

		if (model.pool[i])
			model_destroy(&model, i);
		else
			model_create(&model, *context, i);
		expect_filled(&model);
		state = local_state(*context);
		assert_int_equal(state.pools, model.pools);
		assert_int_equal(state.used, model.used);
		assert_int_equal(state.high_water, model.high_water);
		assert_true(state.used <= state.budget_size);
	}
	assert_true(model.high_water > BUDGET_SIZE / 2);
	assert_true(state.refused > 10);
}

int main(void)
{
#define BOTH(name) \
	{ "memfd: " #name, name, open_memfd, close_client, NULL }, \
	{ "static: " #name, name, open_static, close_client, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(a_new_client_is_empty),
		BOTH(create_refuses_a_bad_name),
		BOTH(create_accepts_every_character_of_a_name),
		BOTH(create_refuses_size_0),
		BOTH(create_refuses_a_size_that_cannot_be_rounded),
		BOTH(create_refuses_every_flag),
		BOTH(what_needs_the_device_is_refused),
		BOTH(a_layout_number_may_be_stated),
		BOTH(null_is_refused),
		BOTH(null_is_closed_and_destroyed),
		BOTH(a_pool_has_its_name_and_size),
		BOTH(sizes_are_rounded_up),
		BOTH(a_name_that_is_taken_is_refused),
		BOTH(the_budget_can_be_used_up_and_not_a_byte_more),
		BOTH(an_enormous_pool_is_over_budget),
		BOTH(lookup_finds_what_is_there),
		BOTH(a_destroyed_pool_is_gone),
		BOTH(memory_is_zero_when_it_is_used_again),
		BOTH(the_gap_of_a_destroyed_pool_is_used_again),
		BOTH(the_lock_makes_pools_final),
		BOTH(the_lock_comes_before_name_and_budget),
		BOTH(an_empty_client_may_be_locked),
		BOTH(errno_is_left_alone),
		BOTH(each_guarantee_is_given_or_its_absence_explained),
		BOTH(what_needs_the_kernel_is_not_claimed),
		BOTH(random_pools_never_touch_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
