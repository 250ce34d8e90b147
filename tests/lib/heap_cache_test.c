// SPDX-License-Identifier: MIT
/*
 * heap_cache_test.c: threads that share a heap through caches of their own
 *
 * For the thread sanitizer: the lock is a mutex that it knows, so that whatever is
 * read or written without it must be atomic.
 */
#include "cmocka_test.h"

#include <pthread.h>

#define THREADS	4
#define ROUNDS	3000
#define BLOCKS	40
#define LIMIT	16384

BM_HEAP(memory, 1 << 20)
BM_HEAP_CACHE(cache, memory, LIMIT)
BM_HEAP(small, 4096)
BM_HEAP_CACHE(small_cache, small, 1 << 20)
BM_HEAP(odd, 135 * 16)
BM_HEAP_CACHE(odd_cache, odd, 1 << 20)

static struct bm_region region;
static struct memory heap;
static struct cache_shared shared;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned int locked;

static void take_lock(void *lock)
{
	pthread_mutex_lock(lock);
	locked++;
}

static void give_lock(void *lock)
{
	pthread_mutex_unlock(lock);
}

static const struct bm_heap_lock by_mutex = { take_lock, give_lock, &mutex };

static int set_up(void **state)
{
	(void)state;
	region = take_region(BM_REGION_OVERHEAD + BM_BYTES(memory) +
			     BM_BYTES(small) + BM_BYTES(odd));
	assert_int_equal(memory_create(&heap, region, "memory"), 0);
	cache_share(&shared, &heap, by_mutex);
	locked = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static void *take(struct cache *c, size_t size)
{
	void *block = NULL;

	assert_int_equal(cache_alloc(c, size, &block), 0);
	assert_non_null(block);
	return block;
}

/* With its own cache a thread takes the lock once for a batch, and for many none. */
static void most_of_the_time_no_lock_is_taken(void **state)
{
	struct cache c;

	(void)state;
	cache_open(&c, &shared);
	for (int i = 0; i < 1000; i++) {
		void *a = take(&c, 100);
		void *b = take(&c, 100);

		assert_int_equal(cache_free(&c, a), 0);
		assert_int_equal(cache_free_sized(&c, b, 100), 0);
	}
	assert_int_equal(locked, 1);
	assert_int_equal(cache_held(&c), (BM_HEAP_CACHE_BATCH + 1) * 112);
	assert_int_equal(memory_len(&heap), BM_HEAP_CACHE_BATCH + 1);
	assert_int_equal(cache_flush(&c), 0);
	assert_int_equal(cache_held(&c), 0);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(memory_invariants(&heap), 0);
}

static void a_cache_holds_at_most_what_is_stated(void **state)
{
	static void *block[3000];
	struct cache c;

	(void)state;
	cache_open(&c, &shared);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 300; i++)
			block[i] = take(&c, (i * 37 * (size_t)(round + 1)) % 5000);
		for (size_t i = 0; i < 300; i++) {
			assert_int_equal(cache_free(&c, block[i]), 0);
			assert_true(cache_held(&c) <= LIMIT);
		}
		for (size_t i = 0; i < BM_HEAP_CACHE_CLASSES; i++)
			assert_true(c.cache.count[i] <= BM_HEAP_CACHE_BLOCKS);
		assert_int_equal(memory_used(&heap), cache_held(&c));
	}
	assert_true(cache_held(&c) > LIMIT / 2);
	assert_int_equal(cache_flush(&c), 0);
	assert_true(memory_is_empty(&heap));
}

static void misuse_is_noticed(void **state)
{
	struct cache mine;
	struct cache other;
	char local[32];
	size_t size = 5;
	char *a;
	void *b;

	(void)state;
	cache_open(&mine, &shared);
	cache_open(&other, &shared);
	a = take(&mine, 100);
	assert_int_equal(cache_free_sized(&mine, a, 96), -EINVAL);
	assert_int_equal(cache_free_sized(&mine, a, SIZE_MAX), -EINVAL);
	assert_int_equal(cache_free(&mine, a + 16), -EINVAL);
	assert_int_equal(cache_free(&mine, a + 1), -EINVAL);
	assert_int_equal(cache_free(&mine, local), -EINVAL);
	assert_int_equal(cache_free(&mine, NULL), 0);
	assert_int_equal(cache_usable_size(&mine, a, &size), 0);
	assert_int_equal(size, 112);
	assert_int_equal(cache_free(&mine, a), 0);
	/* In a cache, whoever's it is. */
	assert_int_equal(cache_free(&mine, a), -ENOENT);
	assert_int_equal(cache_free(&other, a), -ENOENT);
	assert_int_equal(cache_free_sized(&other, a, 100), -ENOENT);
	assert_int_equal(cache_usable_size(&other, a, &size), -ENOENT);
	b = a;
	assert_int_equal(cache_resize(&other, &b, 50), -ENOENT);
	assert_int_equal(cache_flush(&mine), 0);
	/* In no cache. */
	assert_int_equal(cache_free(&other, a), -ENOENT);
	assert_int_equal(cache_usable_size(&other, a, &size), -ENOENT);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(memory_invariants(&heap), 0);
	a = take(&other, 100);
	assert_int_equal(cache_free(&mine, a), 0);
	assert_int_equal(cache_held(&mine), 112);
}

static void resize_keeps_the_contents(void **state)
{
	struct cache c;
	void *block = NULL;
	void *same;

	(void)state;
	cache_open(&c, &shared);
	assert_int_equal(cache_resize(&c, &block, 40), 0);
	memset(block, 3, 40);
	same = block;
	assert_int_equal(cache_resize(&c, &block, 48), 0);
	assert_ptr_equal(block, same);
	assert_int_equal(cache_resize(&c, &block, 6000), 0);
	same = block;
	assert_int_equal(cache_resize(&c, &block, 9000), 0);
	assert_ptr_equal(block, same);
	for (int i = 0; i < 40; i++)
		assert_int_equal(((char *)block)[i], 3);
	assert_int_equal(cache_resize(&c, &block, 1 << 21), -ENOSPC);
	assert_int_equal(cache_resize(&c, &block, 1), 0);
	assert_int_equal(*(char *)block, 3);
	assert_int_equal(cache_free(&c, block), 0);
	assert_int_equal(cache_flush(&c), 0);
	assert_true(memory_is_empty(&heap));
}

/* What the cache has of other sizes is given back before an alloc is refused. */
static void a_refused_thread_gives_back_its_own(void **state)
{
	static struct small_cache_shared small_shared;
	struct small_cache c;
	struct small h;
	void *block[60];
	void *all;

	(void)state;
	assert_int_equal(small_create(&h, region, "small"), 0);
	small_cache_share(&small_shared, &h, by_mutex);
	small_cache_open(&c, &small_shared);
	for (int i = 0; i < 30; i++)
		assert_int_equal(small_cache_alloc(&c, (size_t)i * 4,
						   &block[i]), 0);
	for (int i = 0; i < 30; i++)
		assert_int_equal(small_cache_free(&c, block[i]), 0);
	assert_true(small_cache_held(&c) > 0);
	assert_int_equal(small_cache_alloc(&c, 4096, &all), 0);
	assert_int_equal(small_cache_held(&c), 0);
	assert_int_equal(small_cache_alloc(&c, 1, &block[0]), -ENOSPC);
	assert_int_equal(small_invariants(&h), 0);
}

/* One that succeeds after that was not refused, and one that does not was once. */
static void refusals_are_counted_once(void **state)
{
	static struct small_cache_shared small_shared;
	struct small_cache c;
	struct small h;
	void *block[4];
	void *all;

	(void)state;
	assert_int_equal(small_create(&h, region, "small"), 0);
	small_cache_share(&small_shared, &h, by_mutex);
	small_cache_open(&c, &small_shared);
	for (int i = 0; i < 4; i++)
		assert_int_equal(small_cache_alloc(&c, 512, &block[i]), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(small_cache_free(&c, block[i]), 0);
	assert_true(small_cache_held(&c) >= 4 * 512);
	assert_int_equal(small_cache_alloc(&c, 3500, &all), 0);
	assert_int_equal(small_refused(&h), 0);
	assert_int_equal(header_of(region)->refused, 0);
	assert_int_equal(small_cache_alloc(&c, 16, &block[0]), 0);
	assert_int_equal(small_cache_free(&c, block[0]), 0);
	assert_true(small_cache_held(&c) > 0);
	assert_int_equal(small_cache_alloc(&c, 4096, &block[1]), -ENOSPC);
	assert_int_equal(small_refused(&h), 1);
	assert_int_equal(header_of(region)->refused, 1);
	assert_int_equal(small_cache_held(&c), 0);
	assert_int_equal(small_invariants(&h), 0);
}

/* A block that is no whole step, because the heap had no room for it. */
static void block_below_its_step_may_become_smaller(void **state)
{
	static struct odd_cache_shared odd_shared;
	struct odd_cache c;
	struct odd h;
	void *block;
	void *same;

	(void)state;
	assert_int_equal(odd_create(&h, region, "odd"), 0);
	odd_cache_share(&odd_shared, &h, by_mutex);
	odd_cache_open(&c, &odd_shared);
	assert_int_equal(odd_cache_alloc(&c, 135 * 16, &block), 0);
	same = block;
	assert_int_equal(odd_cache_resize(&c, &block, 130 * 16), 0);
	assert_ptr_equal(block, same);
	assert_int_equal(odd_cache_free_sized(&c, block, 128 * 16), -EINVAL);
	assert_int_equal(odd_cache_free_sized(&c, block, 136 * 16), -EINVAL);
	assert_int_equal(odd_cache_free_sized(&c, block, 130 * 16), 0);
	assert_true(odd_is_empty(&h));
}

static void an_error_of_the_heap_changes_nothing(void **state)
{
	struct cache c;
	void *block;
	void *other;

	(void)state;
	cache_open(&c, &shared);
	block = take(&c, 5000);
	other = take(&c, 100);
	heap.heap.object.object->updating = 1;
	assert_int_equal(cache_alloc(&c, 5000, &block), -EOWNERDEAD);
	assert_int_equal(cache_free(&c, block), -EOWNERDEAD);
	assert_int_equal(cache_flush(&c), -EOWNERDEAD);
	assert_int_equal(cache_held(&c), BM_HEAP_CACHE_BATCH * 112);
	assert_int_equal(memory_repair(&heap), 0);
	assert_int_equal(cache_free(&c, block), 0);
	assert_int_equal(cache_free(&c, other), 0);
	assert_int_equal(cache_flush(&c), 0);
	assert_true(memory_is_empty(&heap));
}

/* Threads */

/* A place where threads leave blocks for others to free. */
static void *exchange[64];

struct worker {
	pthread_t thread;
	unsigned int number;
	bool failed;
};

static uint32_t next_random(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33);
}

static bool is_filled(const unsigned char *block, size_t size)
{
	for (size_t i = 1; i < size; i++) {
		if (block[i] != block[0])
			return false;
	}
	return true;
}

/* Fills a block and leaves it for another thread, whose block it checks and frees. */
static bool pass_on(struct cache *c, uint64_t *random, unsigned int number)
{
	size_t size = 1 + next_random(random) % (next_random(random) % 16 ?
						 600 : 6000);
	void **place = &exchange[next_random(random) % 64];
	void *block;
	bool ok = true;

	if (cache_alloc(c, size, &block))
		return false;
	memset(block, (int)(number * 50 + next_random(random) % 50), size);
	block = __atomic_exchange_n(place, block, __ATOMIC_ACQ_REL);
	if (!block)
		return true;
	if (cache_usable_size(c, block, &size))
		return false;
	ok = is_filled(block, size < 16 ? size : 1);
	return !cache_free(c, block) && ok;
}

static void *work(void *argument)
{
	struct worker *self = argument;
	uint64_t random = self->number;
	unsigned char *block[BLOCKS] = { NULL };
	size_t size[BLOCKS];
	struct cache c;
	void *memory;

	cache_open(&c, &shared);
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t at = next_random(&random) % BLOCKS;

		if (block[at]) {
			self->failed |= !is_filled(block[at], size[at]);
			self->failed |= cache_free_sized(&c, block[at],
							 size[at]) != 0;
			block[at] = NULL;
		} else {
			size[at] = 1 + next_random(&random) % 2000;
			self->failed |= cache_alloc(&c, size[at], &memory) != 0;
			block[at] = memory;
			memset(memory, (int)next_random(&random), size[at]);
		}
		self->failed |= !pass_on(&c, &random, self->number);
	}
	for (int i = 0; i < BLOCKS; i++) {
		if (block[i])
			self->failed |= cache_free(&c, block[i]) != 0;
	}
	self->failed |= cache_flush(&c) != 0;
	return NULL;
}

static void threads_share_a_heap(void **state)
{
	struct worker workers[THREADS];
	struct cache c;

	(void)state;
	for (unsigned int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work,
						&workers[i]), 0);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_false(workers[i].failed);
	}
	cache_open(&c, &shared);
	for (int i = 0; i < 64; i++) {
		assert_int_equal(cache_free(&c, exchange[i]), 0);
		exchange[i] = NULL;
	}
	assert_int_equal(cache_flush(&c), 0);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(memory_invariants(&heap), 0);
}

/* Of all threads that free the same block, one succeeds. */
static void *contended;
static pthread_barrier_t barrier;
static unsigned int freed;

static void *free_contended(void *argument)
{
	struct worker *self = argument;
	struct cache c;

	cache_open(&c, &shared);
	for (int round = 0; round < 200; round++) {
		int err;

		pthread_barrier_wait(&barrier);
		if (!self->number)
			self->failed |= cache_alloc(&c, 200, &contended) != 0;
		pthread_barrier_wait(&barrier);
		err = cache_free(&c, contended);
		self->failed |= err && err != -ENOENT;
		__atomic_fetch_add(&freed, !err, __ATOMIC_RELAXED);
	}
	self->failed |= cache_flush(&c) != 0;
	return NULL;
}

static void one_of_many_frees_succeeds(void **state)
{
	struct worker workers[THREADS];

	(void)state;
	freed = 0;
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (unsigned int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL,
						free_contended, &workers[i]), 0);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_false(workers[i].failed);
	}
	pthread_barrier_destroy(&barrier);
	assert_int_equal(freed, 200);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(memory_invariants(&heap), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(most_of_the_time_no_lock_is_taken),
		CASE(a_cache_holds_at_most_what_is_stated),
		CASE(misuse_is_noticed),
		CASE(resize_keeps_the_contents),
		CASE(a_refused_thread_gives_back_its_own),
		CASE(refusals_are_counted_once),
		CASE(block_below_its_step_may_become_smaller),
		CASE(an_error_of_the_heap_changes_nothing),
		CASE(threads_share_a_heap),
		CASE(one_of_many_frees_succeeds),
	};

	return cmocka_run_group_tests_name("heap cache", tests, NULL, NULL);
}
