// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: counted once, told once, and whoever waits is woken. No timer runs when
 * nobody waits.
 */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../../module/events.h"
#include "fixture.h"
#include "suites.h"

/**
 * struct waiter - somebody in the wait queue of a client
 * @table: what poll() is called with
 * @entry: in the queue
 * @queue: the queue, NULL before poll() was called
 * @wakes: how often it was woken
 * @key: with what, the last time
 */
struct waiter {
	poll_table table;
	wait_queue_entry_t entry;
	wait_queue_head_t *queue;
	unsigned int wakes;
	__poll_t key;
};

static int waiter_wake(wait_queue_entry_t *entry, unsigned int mode, int sync,
		       void *key)
{
	struct waiter *waiter = container_of(entry, struct waiter, entry);

	waiter->wakes++;
	waiter->key = key_to_poll(key);
	return 1;
}

static void waiter_enqueue(struct file *file, wait_queue_head_t *queue,
			   poll_table *table)
{
	struct waiter *waiter = container_of(table, struct waiter, table);

	waiter->queue = queue;
	add_wait_queue(queue, &waiter->entry);
}

static __poll_t waiter_begin(struct waiter *waiter, struct bm_client *client)
{
	*waiter = (struct waiter) {};
	init_waitqueue_func_entry(&waiter->entry, waiter_wake);
	init_poll_funcptr(&waiter->table, waiter_enqueue);
	return bm_events_poll(client, NULL, &waiter->table);
}

static void waiter_end(struct waiter *waiter)
{
	remove_wait_queue(waiter->queue, &waiter->entry);
}

/* Without waiting: only looks. */
static __poll_t look(struct bm_client *client)
{
	return bm_events_poll(client, NULL, NULL);
}

static void mark_set(const struct bm_pool *pool, u64 mark)
{
	const struct budgetmem_pool_header header = {
		.magic = BUDGETMEM_POOL_MAGIC,
		.version = 1,
		.size = bm_pool_bytes(pool),
		.high_water = mark,
	};

	memcpy_to_page(bm_pool_page(pool, 0), 0, (const char *)&header,
		       sizeof(header));
}

static void refuse(struct bm_client *client, int err)
{
	struct bm_system *system = client->budget->system;

	mutex_lock(&system->lock);
	bm_client_refuse_locked(client, err);
	mutex_unlock(&system->lock);
}

static int watch(const struct bm_pool *pool, u64 threshold)
{
	return bm_events_watch(pool->client, bm_pool_offset(pool), threshold);
}

static void expect_told(struct kunit *test, struct bm_client *client, u64 refused,
			u64 crossed)
{
	struct budgetmem_events told;

	bm_events_tell(client, &told);
	KUNIT_EXPECT_EQ(test, told.refused, refused);
	KUNIT_EXPECT_EQ(test, told.crossed, crossed);
	KUNIT_EXPECT_EQ(test, look(client), (__poll_t)0);
}

/* As if 100 milliseconds had passed, if anything waits for that. */
static void pass_time(struct bm_system *system)
{
	flush_delayed_work(&system->watch.work);
}

/* Or what it started is at work at this moment. */
static bool timer_runs(struct bm_system *system)
{
	return work_busy(&system->watch.work.work);
}

static void test_refusal_is_an_event(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);

	KUNIT_EXPECT_EQ(test, look(client), (__poll_t)0);
	refuse(client, -EDQUOT);
	refuse(client, -EPERM);
	KUNIT_EXPECT_EQ(test, look(client), EPOLLIN | EPOLLRDNORM);
	expect_told(test, client, 2, 0);
	expect_told(test, client, 0, 0);
}

static void test_other_errors_are_none(struct kunit *test)
{
	static const int errors[] = { -EEXIST, -ENOENT, -EBUSY, -EINVAL, -EACCES };
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		refuse(client, errors[i]);
	expect_told(test, client, 0, 0);
}

static void test_refusal_wakes(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct waiter waiter;

	KUNIT_EXPECT_EQ(test, waiter_begin(&waiter, client), (__poll_t)0);
	refuse(other, -EDQUOT);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 0U);
	refuse(client, -EACCES);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 0U);
	refuse(client, -EDQUOT);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 1U);
	KUNIT_EXPECT_EQ(test, waiter.key, EPOLLIN | EPOLLRDNORM);
	waiter_end(&waiter);
}

static void test_no_timer_without_something_to_look_for(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct waiter waiter;

	waiter_begin(&waiter, client);
	refuse(client, -EDQUOT);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	waiter_end(&waiter);
}

static void test_no_timer_without_somebody_who_waits(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	KUNIT_EXPECT_EQ(test, look(client), (__poll_t)0);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	mark_set(pool, 100);
	KUNIT_EXPECT_EQ(test, look(client), EPOLLIN | EPOLLRDNORM);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	expect_told(test, client, 0, 1);
}

static void test_timer_while_somebody_waits(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct waiter waiter;

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	KUNIT_EXPECT_EQ(test, waiter_begin(&waiter, client), (__poll_t)0);
	KUNIT_EXPECT_TRUE(test, timer_runs(system));
	pass_time(system);
	KUNIT_EXPECT_TRUE(test, timer_runs(system));
	KUNIT_EXPECT_EQ(test, waiter.wakes, 0U);
	mark_set(pool, 99);
	pass_time(system);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 0U);
	mark_set(pool, 100);
	pass_time(system);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 1U);
	/* There is nothing left to look for. */
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	waiter_end(&waiter);
	expect_told(test, client, 0, 1);
}

static void test_timer_ends_when_nobody_waits_any_more(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct waiter waiter;

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	waiter_begin(&waiter, client);
	waiter_end(&waiter);
	pass_time(system);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	/* What the kernel did not look at is not lost. */
	mark_set(pool, 100);
	KUNIT_EXPECT_EQ(test, waiter_begin(&waiter, client), EPOLLIN | EPOLLRDNORM);
	waiter_end(&waiter);
}

static void test_timer_begins_with_a_threshold(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct waiter waiter;

	waiter_begin(&waiter, client);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	KUNIT_EXPECT_TRUE(test, timer_runs(system));
	KUNIT_EXPECT_EQ(test, watch(pool, 0), 0);
	pass_time(system);
	KUNIT_EXPECT_FALSE(test, timer_runs(system));
	waiter_end(&waiter);
}

/* Every client has its turn, and nobody is looked at for whom nobody waits. */
static void test_timer_looks_at_all_who_wait(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);
	struct bm_client *client[BM_MAIN_CLIENTS];
	struct waiter waiter[BM_MAIN_CLIENTS];
	struct bm_pool *pool;
	int i;

	for (i = 0; i < BM_MAIN_CLIENTS; i++) {
		client[i] = bm_fixture_bind(test, BM_MAIN);
		pool = bm_fixture_pool(test, client[i], "a", 1);
		KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
		if (i)
			waiter_begin(&waiter[i], client[i]);
		mark_set(pool, 100);
	}
	pass_time(system);
	KUNIT_EXPECT_EQ(test, client[0]->events.crossed, 0ULL);
	for (i = 1; i < BM_MAIN_CLIENTS; i++) {
		KUNIT_EXPECT_EQ(test, waiter[i].wakes, 1U);
		KUNIT_EXPECT_EQ(test, client[i]->events.crossed, 1ULL);
		waiter_end(&waiter[i]);
	}
	expect_told(test, client[0], 0, 1);
}

/* Whoever looks takes the event from the timer, and so has to wake the others. */
static void test_looking_wakes_others(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);
	struct waiter waiter;

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	waiter_begin(&waiter, client);
	mark_set(pool, 100);
	KUNIT_EXPECT_EQ(test, look(client), EPOLLIN | EPOLLRDNORM);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 1U);
	waiter_end(&waiter);
}

static void test_put_back_is_not_lost(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct budgetmem_events told;
	struct waiter waiter;

	refuse(client, -EDQUOT);
	bm_events_tell(client, &told);
	KUNIT_EXPECT_EQ(test, waiter_begin(&waiter, client), (__poll_t)0);
	refuse(client, -EDQUOT);
	bm_events_put_back(client, &told);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 2U);
	expect_told(test, client, 2, 0);
	/* Nothing is no reason to wake anybody. */
	bm_events_tell(client, &told);
	bm_events_put_back(client, &told);
	KUNIT_EXPECT_EQ(test, waiter.wakes, 2U);
	waiter_end(&waiter);
}

static void test_thresholds_that_are_refused(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 2);
	u64 offset = bm_pool_offset(pool);

	KUNIT_EXPECT_EQ(test, watch(pool, 2 * PAGE_SIZE + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, watch(pool, U64_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, bm_events_watch(client, offset + 1, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_events_watch(other, offset, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, pool->threshold, 0ULL);
	KUNIT_EXPECT_TRUE(test, list_empty(&client->events.armed));
	KUNIT_EXPECT_EQ(test, watch(pool, 2 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, pool->threshold, 2ULL * PAGE_SIZE);
}

/* What the threshold before was crossed by is told, and crosses nothing else. */
static void test_another_threshold(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	mark_set(pool, 150);
	KUNIT_EXPECT_EQ(test, watch(pool, 200), 0);
	expect_told(test, client, 0, 1);
	KUNIT_EXPECT_EQ(test, watch(pool, 150), 0);
	expect_told(test, client, 0, 1);
	KUNIT_EXPECT_EQ(test, watch(pool, 0), 0);
	expect_told(test, client, 0, 0);
}

static void test_pool_that_goes_is_not_armed(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_system *system = bm_fixture_system(test);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);

	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	KUNIT_EXPECT_FALSE(test, list_empty(&system->watch.watched));
	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_TRUE(test, list_empty(&system->watch.watched));
	KUNIT_EXPECT_TRUE(test, list_empty(&pool->armed));

	pool = bm_fixture_pool(test, client, "b", 1);
	KUNIT_EXPECT_EQ(test, pool->threshold, 0ULL);
	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_TRUE(test, list_empty(&system->watch.watched));
	KUNIT_EXPECT_TRUE(test, list_empty(&pool->armed));
}

static void test_next_client_begins_with_nothing(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_SMALL);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 1);

	refuse(client, -EDQUOT);
	KUNIT_EXPECT_EQ(test, watch(pool, 100), 0);
	mark_set(pool, 100);
	bm_fixture_end(test, client);
	client = bm_fixture_bind(test, BM_SMALL);
	expect_told(test, client, 0, 0);
}

/* A system may go while the work is still to come. */
static void test_timer_ends_with_the_system(struct kunit *test)
{
	struct bm_system *system = bm_fixture_system(test);

	schedule_delayed_work(&system->watch.work, 1000 * HZ);
	KUNIT_EXPECT_TRUE(test, timer_runs(system));
	/* bm_fixture_exit() frees it, and the kernel looks whether it is still armed. */
}

static struct kunit_case bm_events_cases[] = {
	KUNIT_CASE(test_refusal_is_an_event),
	KUNIT_CASE(test_other_errors_are_none),
	KUNIT_CASE(test_refusal_wakes),
	KUNIT_CASE(test_no_timer_without_something_to_look_for),
	KUNIT_CASE(test_no_timer_without_somebody_who_waits),
	KUNIT_CASE(test_timer_while_somebody_waits),
	KUNIT_CASE(test_timer_ends_when_nobody_waits_any_more),
	KUNIT_CASE(test_timer_begins_with_a_threshold),
	KUNIT_CASE(test_timer_looks_at_all_who_wait),
	KUNIT_CASE(test_looking_wakes_others),
	KUNIT_CASE(test_put_back_is_not_lost),
	KUNIT_CASE(test_thresholds_that_are_refused),
	KUNIT_CASE(test_another_threshold),
	KUNIT_CASE(test_pool_that_goes_is_not_armed),
	KUNIT_CASE(test_next_client_begins_with_nothing),
	KUNIT_CASE(test_timer_ends_with_the_system),
	{}
};

struct kunit_suite bm_events_suite = {
	.name = "budgetmem_events",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_events_cases,
};
