// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that race: sums hold at every instant (G1), nothing appears after the
 * lock (G2), a page has one owner (G5, G6).
 *
 * A thread that finds something wrong says so in a sentence, which the case
 * expects to be empty.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../../module/inspect.h"
#include "fixture.h"
#include "suites.h"

#define RACERS	4
#define ROUNDS	12
#define LAPS	30

struct bm_race;

/**
 * struct bm_racer - a thread
 * @race: that it takes part in
 * @task: itself
 * @number: 0 to RACERS - 1
 * @random: of its own, seeded by its number
 * @client: its own, where the race wants that
 * @result: of what it did
 * @broken: "" or what was wrong
 * @warm: has run some laps, or is done
 */
struct bm_racer {
	struct bm_race *race;
	struct task_struct *task;
	int number;
	struct rnd_state random;
	struct bm_client *client;
	int result;
	const char *broken;
	struct completion warm;
};

/**
 * struct bm_race - what the threads have in common
 * @system: of the fixture
 * @file: of an administrator
 * @client: shared, where the race wants that
 * @offset: of a pool that all know
 * @inside: number of threads that have what only one may have
 * @locked: the lock of @client has returned
 * @over: set when threads are to come to an end
 * @run: what each does
 * @go: all have been started
 * @racer: all threads
 */
struct bm_race {
	struct bm_system *system;
	const struct file *file;
	struct bm_client *client;
	u64 offset;
	atomic_t inside;
	bool locked;
	bool over;
	void (*run)(struct bm_racer *racer);
	struct completion go;
	struct bm_racer racer[RACERS];
};

static int racer_thread(void *data)
{
	struct bm_racer *racer = data;

	wait_for_completion(&racer->race->go);
	racer->race->run(racer);
	complete(&racer->warm);
	/* kthread_stop() wants to find it alive. */
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static struct bm_race *race_create(struct kunit *test)
{
	struct bm_race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, race);
	race->system = bm_fixture_system(test);
	race->file = bm_fixture_root(test);
	for (i = 0; i < RACERS; i++) {
		race->racer[i].race = race;
		race->racer[i].number = i;
		prandom_seed_state(&race->racer[i].random, 30 + i);
	}
	return race;
}

/* Starts all threads, none of which runs ahead. */
static void race_start(struct kunit *test, struct bm_race *race,
		       void (*run)(struct bm_racer *racer))
{
	int i;

	race->run = run;
	race->over = false;
	race->locked = false;
	init_completion(&race->go);
	for (i = 0; i < RACERS; i++) {
		struct bm_racer *racer = &race->racer[i];

		racer->broken = "";
		racer->result = 0;
		init_completion(&racer->warm);
		racer->task = kthread_create(racer_thread, racer, "bm-racer-%d", i);
		if (IS_ERR(racer->task))
			break;
	}
	if (i < RACERS)
		while (i-- > 0)
			kthread_stop(race->racer[i].task);
	KUNIT_ASSERT_EQ_MSG(test, i, RACERS, "no memory for threads");
	for (i = 0; i < RACERS; i++)
		wake_up_process(race->racer[i].task);
	complete_all(&race->go);
}

/* Until every thread has run some laps, or is done. */
static void race_wait(struct bm_race *race)
{
	int i;

	for (i = 0; i < RACERS; i++)
		wait_for_completion(&race->racer[i].warm);
}

static void race_finish(struct kunit *test, struct bm_race *race)
{
	int i;

	WRITE_ONCE(race->over, true);
	for (i = 0; i < RACERS; i++)
		kthread_stop(race->racer[i].task);
	for (i = 0; i < RACERS; i++)
		KUNIT_EXPECT_STREQ(test, "", race->racer[i].broken);
}

/* Counts laps, and says when there were enough to go on. */
static bool racer_goes_on(struct bm_racer *racer, int lap)
{
	if (lap == LAPS)
		complete(&racer->warm);
	cond_resched();
	return !*racer->broken && (lap <= LAPS || !READ_ONCE(racer->race->over));
}

static int count_results(const struct bm_race *race, int result)
{
	int i, count = 0;

	for (i = 0; i < RACERS; i++)
		count += race->racer[i].result == result;
	return count;
}

static void lock_once(struct bm_racer *racer)
{
	racer->result = bm_client_lock(racer->race->client);
}

static void test_one_lock_succeeds(struct kunit *test)
{
	struct bm_race *race = race_create(test);
	int round;

	for (round = 0; round < ROUNDS; round++) {
		race->client = bm_fixture_bind(test, BM_MAIN);
		race_start(test, race, lock_once);
		race_wait(race);
		race_finish(test, race);
		KUNIT_EXPECT_EQ(test, count_results(race, 0), 1);
		KUNIT_EXPECT_EQ(test, count_results(race, -EPERM), RACERS - 1);
		KUNIT_EXPECT_EQ(test, race->client->refused, RACERS - 1ULL);
		bm_fixture_end(test, race->client);
	}
}

static void destroy_once(struct bm_racer *racer)
{
	racer->result = bm_pool_destroy(racer->race->client, racer->race->offset);
}

static void test_one_destroy_succeeds(struct kunit *test)
{
	struct bm_race *race = race_create(test);
	int round;

	race->client = bm_fixture_bind(test, BM_MAIN);
	for (round = 0; round < ROUNDS; round++) {
		race->offset = bm_pool_offset(bm_fixture_pool(test, race->client,
							      "a", 9));
		race_start(test, race, destroy_once);
		race_wait(race);
		race_finish(test, race);
		KUNIT_EXPECT_EQ(test, count_results(race, 0), 1);
		KUNIT_EXPECT_EQ(test, count_results(race, -ENOENT), RACERS - 1);
		BM_EXPECT_SOUND(test);
	}
}

static void create_once(struct bm_racer *racer)
{
	struct bm_pool *pool;

	racer->result = bm_pool_create(racer->race->client, "a", 2, &pool);
}

static void test_one_of_a_name_succeeds(struct kunit *test)
{
	struct bm_race *race = race_create(test);
	int round;

	race->client = bm_fixture_bind(test, BM_MAIN);
	for (round = 0; round < ROUNDS; round++) {
		race_start(test, race, create_once);
		race_wait(race);
		race_finish(test, race);
		KUNIT_EXPECT_EQ(test, count_results(race, 0), 1);
		KUNIT_EXPECT_EQ(test, count_results(race, -EEXIST), RACERS - 1);
		BM_EXPECT_SOUND(test);
		bm_fixture_destroy(test, bm_fixture_find_name(race->client, "a"));
	}
}

/* A quarter of the budget and one page more each: three fit, the fourth not. */
static void create_a_quarter(struct bm_racer *racer)
{
	char name[] = { 'a' + racer->number, 0 };
	struct bm_pool *pool;

	racer->result = bm_pool_create(racer->race->client, name,
				       BM_MAIN_PAGES / RACERS + 1, &pool);
}

static void test_budget_is_not_overrun(struct kunit *test)
{
	struct bm_race *race = race_create(test);
	int round;

	for (round = 0; round < ROUNDS; round++) {
		race->client = bm_fixture_bind(test, BM_MAIN);
		race_start(test, race, create_a_quarter);
		race_wait(race);
		race_finish(test, race);
		KUNIT_EXPECT_EQ(test, count_results(race, 0), RACERS - 1);
		KUNIT_EXPECT_EQ(test, count_results(race, -EDQUOT), 1);
		BM_EXPECT_SOUND(test);
		bm_fixture_end(test, race->client);
	}
}

/* Binds to a budget for one client, again and again. */
static void bind_alone(struct bm_racer *racer)
{
	struct bm_race *race = racer->race;
	struct bm_client *client;
	int lap, err;

	for (lap = 0; racer_goes_on(racer, lap); lap++) {
		err = bm_client_prepare(race->system, race->file, BM_SMALL,
					&client);
		if (err && err != -EDQUOT)
			racer->broken = "binding was refused for another reason";
		if (err)
			continue;
		bm_fixture_publish(client);
		if (atomic_inc_return(&race->inside) > 1)
			racer->broken = "two clients where one may be";
		cond_resched();
		atomic_dec(&race->inside);
		bm_client_end(client);
	}
}

static void test_clients_are_not_overrun(struct kunit *test)
{
	struct bm_race *race = race_create(test);

	race_start(test, race, bind_alone);
	race_wait(race);
	race_finish(test, race);
	BM_EXPECT_SOUND(test);
}

/* Once the lock has returned anywhere, every call is refused with EPERM. */
static int racer_expects(struct bm_racer *racer, bool locked, int err)
{
	if (locked && err != -EPERM)
		racer->broken = "a call was not refused after the lock";
	return err;
}

static bool race_is_locked(struct bm_race *race)
{
	/* Pairs with the release after the lock. */
	return smp_load_acquire(&race->locked);
}

/* Prepares and publishes with a gap, in which the lock may come. */
static int create_slowly(struct bm_racer *racer, const char *name,
			 struct bm_pool **pool)
{
	struct bm_race *race = racer->race;
	bool locked = race_is_locked(race);
	int err;

	err = bm_pool_begin(race->client, name, PAGE_SIZE, pool);
	if (racer_expects(racer, locked, err))
		return err;
	locked = race_is_locked(race);
	schedule();
	err = bm_pool_publish(*pool);
	if (racer_expects(racer, locked, err))
		bm_pool_give_back(*pool);
	return err;
}

static void create_and_destroy(struct bm_racer *racer)
{
	struct bm_race *race = racer->race;
	char name[] = { 'a' + racer->number, 0 };
	struct bm_pool *pool;
	int lap;

	for (lap = 0; racer_goes_on(racer, lap); lap++) {
		bool locked;

		if (create_slowly(racer, name, &pool))
			continue;
		locked = race_is_locked(race);
		racer_expects(racer, locked,
			      bm_pool_destroy(race->client,
					      bm_pool_offset(pool)));
	}
}

/* Which pool objects are published, and in which use. */
static void take_picture(struct bm_client *client, u32 picture[BM_MAIN_POOLS])
{
	struct bm_budget *budget = client->budget;
	u32 i;

	mutex_lock(&budget->system->lock);
	for (i = 0; i < BM_MAIN_POOLS; i++)
		picture[i] = budget->pool[i].state == BM_POOL_PUBLISHED ?
			     budget->pool[i].generation : 0;
	mutex_unlock(&budget->system->lock);
}

/* G2: nothing appears, disappears or changes once the lock has returned. */
static void test_creators_race_with_lock(struct kunit *test)
{
	u32 before[BM_MAIN_POOLS], after[BM_MAIN_POOLS];
	struct bm_race *race = race_create(test);
	int round;

	for (round = 0; round < ROUNDS; round++) {
		race->client = bm_fixture_bind(test, BM_MAIN);
		race_start(test, race, create_and_destroy);
		race_wait(race);
		KUNIT_EXPECT_EQ(test, bm_client_lock(race->client), 0);
		take_picture(race->client, before);
		/* Pairs with the acquire before each call. */
		smp_store_release(&race->locked, true);
		race_finish(test, race);
		take_picture(race->client, after);
		KUNIT_EXPECT_EQ(test, memcmp(before, after, sizeof(before)), 0);
		BM_EXPECT_SOUND(test);
		bm_fixture_end(test, race->client);
	}
}

static u32 turn(struct bm_racer *racer, u32 below)
{
	return prandom_u32_state(&racer->random) % below;
}

/* A pool whose pages are this thread's alone while it has them. */
static void use_a_pool(struct bm_racer *racer)
{
	u8 byte = 1 + racer->number;
	struct page *page = NULL;
	struct bm_pool *pool;

	if (bm_pool_create(racer->client, "a", 1 + turn(racer, 9), &pool))
		return;
	if (!bm_pool_is(pool, 0))
		racer->broken = "a new pool is not zero";
	bm_pool_fill(pool, byte);
	cond_resched();
	if (!bm_pool_is(pool, byte))
		racer->broken = "somebody else has written to a pool";
	if (turn(racer, 3) == 0) {
		page = bm_pool_page(pool, turn(racer, pool->chain.pages));
		get_page(page);
	}
	if (bm_pool_destroy(racer->client, bm_pool_offset(pool)))
		racer->broken = "a pool could not be destroyed";
	cond_resched();
	if (page && !bm_page_is(page, byte))
		racer->broken = "a pinned page was given to somebody else";
	if (page)
		put_page(page);
}

/* Leaves pools behind: the end of the client gives them back. */
static void renew_client(struct bm_racer *racer)
{
	struct bm_race *race = racer->race;
	struct bm_pool *pool;

	if (!bm_pool_create(racer->client, "left", 1 + turn(racer, 4), &pool))
		bm_pool_fill(pool, 0xff);
	bm_client_end(racer->client);
	racer->client = NULL;
	if (bm_client_prepare(race->system, race->file, BM_MAIN, &racer->client))
		racer->broken = "a client could not be bound again";
	else
		bm_fixture_publish(racer->client);
}

/* Lists all clients and pools while they come and go. */
static void list(struct bm_racer *racer)
{
	struct budgetmem_client_info client = { .select = BUDGETMEM_SELECT_NEXT };
	struct budgetmem_pool_info pool = { .select = BUDGETMEM_SELECT_NEXT };
	const struct bm_asker asker = {
		.system = racer->race->system,
		.file = racer->race->file,
	};
	u64 listed = 0;

	mutex_lock(&asker.system->lock);
	while (!bm_inspect_client_locked(&asker, &client))
		if (client.phase != BUDGETMEM_PHASE_INIT)
			racer->broken = "a client is in a phase that it is not in";
	while (!bm_inspect_pool_locked(&asker, &pool))
		listed += pool.size;
	if (listed > asker.system->budget[0]->account.used)
		racer->broken = "pools are listed that are not charged";
	mutex_unlock(&asker.system->lock);
}

static void watch(struct bm_racer *racer)
{
	struct bm_system *system = racer->race->system;
	struct budgetmem_budget_info info;
	int lap;

	for (lap = 0; racer_goes_on(racer, lap); lap++) {
		racer->broken = bm_broken_sums(system);
		list(racer);
		bm_budget_sweep(system->budget[0]);
		mutex_lock(&system->lock);
		bm_budget_describe_locked(system->budget[0], &info);
		mutex_unlock(&system->lock);
		if (info.used > info.size)
			racer->broken = "more is used than the budget has";
		if (info.used > info.high_water)
			racer->broken = "more is used than the high-water mark";
	}
}

/* One watches, the others each have a client and work with it. */
static void watch_or_work(struct bm_racer *racer)
{
	int lap;

	if (racer->number == 0) {
		watch(racer);
		return;
	}
	for (lap = 0; racer_goes_on(racer, lap); lap++) {
		if (turn(racer, 8))
			use_a_pool(racer);
		else
			renew_client(racer);
	}
}

static void test_sums_hold_at_every_instant(struct kunit *test)
{
	struct bm_race *race = race_create(test);
	int i;

	for (i = 1; i < RACERS; i++) {
		KUNIT_ASSERT_EQ(test, 0,
				bm_client_prepare(race->system, race->file, BM_MAIN,
						  &race->racer[i].client));
		bm_fixture_publish(race->racer[i].client);
	}
	for (i = 0; i < ROUNDS / 2; i++) {
		race_start(test, race, watch_or_work);
		race_wait(race);
		race_finish(test, race);
	}
	for (i = 1; i < RACERS; i++)
		if (race->racer[i].client)
			bm_client_end(race->racer[i].client);
	bm_budget_sweep(bm_fixture_budget(test, BM_MAIN));
	BM_EXPECT_SOUND(test);
}

static struct kunit_case bm_race_cases[] = {
	KUNIT_CASE(test_one_lock_succeeds),
	KUNIT_CASE(test_one_destroy_succeeds),
	KUNIT_CASE(test_one_of_a_name_succeeds),
	KUNIT_CASE(test_budget_is_not_overrun),
	KUNIT_CASE(test_clients_are_not_overrun),
	KUNIT_CASE(test_creators_race_with_lock),
	KUNIT_CASE(test_sums_hold_at_every_instant),
	{}
};

struct kunit_suite bm_race_suite = {
	.name = "budgetmem_race",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_race_cases,
};
