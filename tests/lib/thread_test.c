// SPDX-License-Identifier: MIT
/*
 * thread_test.c: threads that lay out one region at the same time
 *
 * For the thread sanitizer: what one thread publishes, the others may read. Threads
 * stand for processes here; the claim is by process, so a thread meets the claim of
 * another as that of a live creator.
 */
#include "cmocka_test.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#define THREADS	4
#define ROUNDS	50

BM_VEC(numbers, uint32_t, 200)
BM_MAP(counts, uint32_t, uint32_t, 100)

static struct bm_region region;
static pthread_barrier_t barrier;

struct worker {
	pthread_t thread;
	unsigned int number;
	unsigned int created;
	bool failed;
};

static void run(void *(*body)(void *), struct worker workers[THREADS])
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int created = 0;

		region = take_region(32768);
		pthread_barrier_init(&barrier, NULL, THREADS);
		for (unsigned int i = 0; i < THREADS; i++) {
			workers[i] = (struct worker){ .number = i };
			assert_int_equal(pthread_create(&workers[i].thread, NULL,
							body, &workers[i]), 0);
		}
		for (unsigned int i = 0; i < THREADS; i++) {
			pthread_join(workers[i].thread, NULL);
			assert_false(workers[i].failed);
			created += workers[i].created;
		}
		pthread_barrier_destroy(&barrier);
		assert_int_equal(created, 1);
		check_layout(region);
		give_region(region);
	}
}

static int create_patiently(struct numbers *v, const char *name)
{
	int err;

	do {
		err = numbers_create(v, region, name);
		if (err == -EBUSY)
			sched_yield();
	} while (err == -EBUSY);
	return err;
}

/* All want to be the first, one is; each then makes its own and uses it. */
static void *create_and_use(void *argument)
{
	struct worker *self = argument;
	struct numbers v;
	char name[16];
	int err;

	pthread_barrier_wait(&barrier);
	err = create_patiently(&v, "shared");
	self->created = !err;
	self->failed = err && err != -EEXIST;
	snprintf(name, sizeof(name), "own-%u", self->number);
	self->failed |= create_patiently(&v, name) != 0;
	for (uint32_t i = 0; i < 250; i++)
		self->failed |= numbers_push(&v, &i) != (i < 200 ? 0 : -ENOSPC);
	for (uint32_t i = 0; i < 30; i++)
		self->failed |= numbers_pop(&v, NULL) != 0;
	self->failed |= numbers_len(&v) != 170;
	return NULL;
}

static void creators_do_not_disturb_each_other(void **state)
{
	struct worker workers[THREADS];

	(void)state;
	run(create_and_use, workers);
}

/* One creates and fills, the others attach as soon as they can and read. */
static void *publish_or_read(void *argument)
{
	struct worker *self = argument;
	struct counts m;
	uint32_t key = 7;
	uint32_t value = 0;
	int err;

	pthread_barrier_wait(&barrier);
	if (!self->number) {
		self->failed = counts_create_seeded(&m, region, "counts", 5) != 0;
		self->created = 1;
		return NULL;
	}
	do {
		err = counts_attach(&m, region, "counts", NULL);
		sched_yield();
	} while (err == -EBUSY || err == -ENOENT);
	self->failed = err || counts_get(&m, &key, &value) != -ENOENT;
	return NULL;
}

static void what_is_found_is_complete(void **state)
{
	struct worker workers[THREADS];

	(void)state;
	run(publish_or_read, workers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creators_do_not_disturb_each_other),
		cmocka_unit_test(what_is_found_is_complete),
	};

	return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
