// SPDX-License-Identifier: MIT
/*
 * heap_cache_damage_test.c: caches of a heap that is damaged or refuses
 *
 * One thread: the lock only counts.
 */
#include "cmocka_test.h"

#define LIMIT	16384
#define BATCH	BM_HEAP_CACHE_BATCH

BM_HEAP(memory, 1 << 20)
BM_HEAP_CACHE(cache, memory, LIMIT)
BM_HEAP_CACHE(tiny_cache, memory, 64)

static struct bm_region region;
static struct memory heap;
static struct cache_shared shared;
static struct cache c;
static unsigned int locked;

/* What another thread does right before this one gets the lock. */
static void (*meanwhile)(void);

static void take_lock(void *lock)
{
	void (*now)(void) = meanwhile;

	(void)lock;
	locked++;
	meanwhile = NULL;
	if (now)
		now();
}

static void give_lock(void *lock)
{
	(void)lock;
}

static const struct bm_heap_lock no_lock = { take_lock, give_lock, NULL };

static int set_up(void **state)
{
	(void)state;
	region = take_region(BM_REGION_OVERHEAD + BM_BYTES(memory));
	assert_int_equal(memory_create(&heap, region, "memory"), 0);
	cache_share(&shared, &heap, no_lock);
	cache_open(&c, &shared);
	meanwhile = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static void *take(size_t size)
{
	void *block = NULL;

	assert_int_equal(cache_alloc(&c, size, &block), 0);
	assert_non_null(block);
	return block;
}

/* Whatever is in the cache goes back, and nothing is in use then. */
static void check_all_returned(void)
{
	assert_int_equal(cache_flush(&c), 0);
	assert_int_equal(cache_held(&c), 0);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(memory_invariants(&heap), 0);
}

/* The heap holds blocks of 112 bytes back, and one of 128. */
static void hold_back(size_t count)
{
	void *block[8];
	void *other;

	for (size_t i = 0; i < count; i++)
		assert_int_equal(memory_alloc(&heap, 112, &block[i]), 0);
	assert_int_equal(memory_alloc(&heap, 128, &other), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(memory_free(&heap, block[i]), 0);
	assert_int_equal(memory_free(&heap, other), 0);
	assert_int_equal(heap.heap.held[7].count, count);
	assert_int_equal(heap.heap.held[8].count, 1);
}

/* An alloc gets what it asked for; what more there is for the cache cannot be had. */
static void batch_that_meets_damage_ends(void **state)
{
	uint32_t found;
	void *block;

	(void)state;
	hold_back(2);
	found = heap.heap.held[7].granule[0];
	heap.heap.held[7].granule[0] = heap.heap.object.capacity;
	block = take(112);
	assert_int_equal(cache_held(&c), 0);
	heap.heap.held[7].granule[0] = found;
	assert_int_equal(memory_invariants(&heap), 0);
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

/* A list of the heap names a block of another size: no cache gives it out for its own. */
static void batch_takes_no_block_of_another_size(void **state)
{
	void *block;

	(void)state;
	hold_back(2);
	heap.heap.held[7].granule[0] = heap.heap.held[8].granule[0];
	block = take(112);
	assert_int_equal(cache_held(&c), 0);
	assert_int_equal(memory_repair(&heap), 0);
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

/* Another thread frees it a second time: it has set the bit and not looked yet. */
static void batch_leaves_a_block_that_another_thread_looks_at(void **state)
{
	void *block;
	uint32_t granule;

	(void)state;
	hold_back(2);
	granule = heap.heap.held[7].granule[0];
	shared.shared.cached[granule / 64] |= (uint64_t)1 << granule % 64;
	block = take(112);
	assert_int_equal(cache_held(&c), (BATCH - 1) * 112);
	assert_int_equal(memory_len(&heap), BATCH + 1);
	shared.shared.cached[granule / 64] &= ~((uint64_t)1 << granule % 64);
	assert_int_equal(cache_free(&c, block), 0);
	block = heap.heap.memory + (size_t)granule * 16;
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

static void *taken;

static void take_a_batch(void)
{
	taken = take(112);
}

/*
 * It frees what is free, has seen that, and then the memory is in a batch that leaves
 * it the block: it is nobody else's.
 */
static void block_that_was_left_to_a_second_free_is_not_lost(void **state)
{
	struct cache other;
	void *block;

	(void)state;
	hold_back(2);
	cache_open(&other, &shared);
	block = heap.heap.memory + (size_t)heap.heap.held[7].granule[0] * 16;
	meanwhile = take_a_batch;
	assert_int_equal(cache_free(&other, block), 0);
	assert_null(meanwhile);
	assert_int_equal(cache_held(&other), 112);
	assert_int_equal(cache_held(&c), (BATCH - 1) * 112);
	assert_int_equal(cache_flush(&other), 0);
	assert_int_equal(cache_free(&c, taken), 0);
	check_all_returned();
}

/* An alloc gets no block either that such a thread looks at. */
static void block_of_a_second_free_is_nobodys_meanwhile(void **state)
{
	struct cache other;
	void *block;

	(void)state;
	hold_back(1);
	cache_open(&other, &shared);
	block = heap.heap.memory + (size_t)heap.heap.held[7].granule[0] * 16;
	meanwhile = take_a_batch;
	assert_int_equal(cache_free(&other, block), 0);
	assert_null(meanwhile);
	assert_ptr_not_equal(taken, block);
	assert_int_equal(cache_free(&c, taken), 0);
	assert_int_equal(cache_flush(&other), 0);
	check_all_returned();
}

static void second_free_of_what_stays_free_is_told_with_the_lock(void **state)
{
	void *block = take(112);
	uint32_t granule;

	(void)state;
	assert_int_equal(cache_free(&c, block), 0);
	assert_int_equal(cache_flush(&c), 0);
	locked = 0;
	assert_int_equal(cache_free(&c, block), -ENOENT);
	assert_int_equal(locked, 1);
	granule = (uint32_t)((unsigned char *)block - heap.heap.memory) / 16;
	assert_int_equal(shared.shared.cached[granule / 64] >> granule % 64 & 1, 0);
	check_all_returned();
}

static __u64 level_word;

static void finish_level(void)
{
	heap.heap.level[0][0] = level_word;
}

/* What another thread has half done is looked at again when it has the lock no more. */
static void half_a_change_by_another_thread_is_no_damage(void **state)
{
	char *block;
	size_t size;

	(void)state;
	assert_int_equal(memory_alloc(&heap, 64 * 1024, (void **)&block), 0);
	level_word = heap.heap.level[0][0];
	heap.heap.level[0][0] = 0;
	meanwhile = finish_level;
	assert_int_equal(cache_free(&c, block + 32 * 1024), -EINVAL);
	heap.heap.level[0][0] = 0;
	meanwhile = finish_level;
	assert_int_equal(cache_usable_size(&c, block + 32 * 1024, &size), -EINVAL);
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

static void block_without_an_end_is_not_cached(void **state)
{
	__u64 *level = heap.heap.level[0];
	void *block;
	void *far_off;
	size_t size;

	(void)state;
	assert_int_equal(memory_alloc(&heap, 112, &block), 0);
	assert_int_equal(memory_alloc(&heap, 112, &far_off), 0);
	assert_int_equal(memory_free(&heap, block), 0);
	assert_int_equal(memory_alloc(&heap, 5000 * 16, &block), 0);
	level[1] |= 1;
	assert_int_equal(memory_invariants(&heap), -EUCLEAN);
	assert_int_equal(cache_free(&c, block), -EUCLEAN);
	assert_int_equal(cache_free_sized(&c, block, 5000 * 16), -EUCLEAN);
	level[1] &= ~(__u64)1;
	assert_int_equal(cache_usable_size(&c, block, &size), 0);
	assert_int_equal(size, 5000 * 16);
	assert_int_equal(cache_free(&c, block), 0);
	assert_int_equal(cache_free(&c, far_off), 0);
	check_all_returned();
}

static void cache_smaller_than_a_block_holds_none(void **state)
{
	struct tiny_cache_shared tiny_shared;
	struct tiny_cache tiny;
	void *block;

	(void)state;
	tiny_cache_share(&tiny_shared, &heap, no_lock);
	tiny_cache_open(&tiny, &tiny_shared);
	assert_int_equal(tiny_cache_alloc(&tiny, 112, &block), 0);
	assert_int_equal(tiny_cache_held(&tiny), 0);
	locked = 0;
	assert_int_equal(tiny_cache_free(&tiny, block), 0);
	assert_int_equal(locked, 1);
	assert_int_equal(tiny_cache_held(&tiny), 0);
	assert_true(memory_is_empty(&heap));
	assert_int_equal(tiny_cache_free(&tiny, block), -ENOENT);
	assert_int_equal(tiny_cache_free_sized(&tiny, NULL, 112), 0);
}

/* Some of the step would go back to the heap, which takes nothing. */
static void free_without_room_in_the_cache_changes_nothing(void **state)
{
	void *block[BM_HEAP_CACHE_BLOCKS + 1];

	(void)state;
	for (int i = 0; i <= BM_HEAP_CACHE_BLOCKS; i++)
		block[i] = take(112);
	assert_int_equal(cache_flush(&c), 0);
	for (int i = 0; i < BM_HEAP_CACHE_BLOCKS; i++)
		assert_int_equal(cache_free(&c, block[i]), 0);
	heap.heap.object.object->updating = 1;
	assert_int_equal(cache_free(&c, block[8]), -EOWNERDEAD);
	assert_int_equal(cache_held(&c), BM_HEAP_CACHE_BLOCKS * 112);
	assert_int_equal(memory_repair(&heap), 0);
	assert_int_equal(cache_free(&c, block[8]), 0);
	assert_int_equal(cache_free(&c, block[8]), -ENOENT);
	assert_int_equal(cache_held(&c), (BM_HEAP_CACHE_BLOCKS - BATCH + 1) * 112);
	check_all_returned();
}

/* The heap says that less is in use than the cache would give back. */
static void refused_alloc_that_cannot_give_back_keeps_it(void **state)
{
	uint32_t len;
	void *block = take(112);
	void *all = NULL;

	(void)state;
	assert_int_equal(cache_held(&c), BATCH * 112);
	len = heap.heap.object.object->len;
	heap.heap.object.object->len = 6;
	assert_int_equal(cache_alloc(&c, 1 << 20, &all), -EUCLEAN);
	assert_null(all);
	assert_int_equal(cache_held(&c), BATCH * 112);
	heap.heap.object.object->len = len;
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

static void refused_resize_leaves_the_block(void **state)
{
	void *block = take(40);
	void *same = block;

	(void)state;
	memset(block, 5, 40);
	assert_int_equal(cache_resize(&c, &block, 1 << 21), -ENOSPC);
	assert_ptr_equal(block, same);
	for (int i = 0; i < 40; i++)
		assert_int_equal(((char *)block)[i], 5);
	assert_int_equal(cache_free(&c, block), 0);
	check_all_returned();
}

/* The smaller block is in the cache; the larger one can only go to the heap. */
static void resize_that_cannot_free_keeps_the_old_block(void **state)
{
	void *small = take(112);
	void *block = take(6000);
	void *same = block;
	size_t size;

	(void)state;
	assert_int_equal(cache_held(&c), BATCH * 112);
	memset(block, 5, 6000);
	heap.heap.object.object->updating = 1;
	assert_int_equal(cache_resize(&c, &block, 112), -EOWNERDEAD);
	assert_ptr_equal(block, same);
	assert_int_equal(((char *)block)[5999], 5);
	assert_int_equal(cache_held(&c), BATCH * 112);
	assert_int_equal(memory_repair(&heap), 0);
	assert_int_equal(cache_usable_size(&c, block, &size), 0);
	assert_int_equal(size, 6000);
	assert_int_equal(cache_resize(&c, &block, 112), 0);
	assert_int_equal(*(char *)block, 5);
	assert_int_equal(cache_free(&c, block), 0);
	assert_int_equal(cache_free(&c, small), 0);
	check_all_returned();
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(batch_that_meets_damage_ends),
		CASE(batch_takes_no_block_of_another_size),
		CASE(batch_leaves_a_block_that_another_thread_looks_at),
		CASE(block_that_was_left_to_a_second_free_is_not_lost),
		CASE(block_of_a_second_free_is_nobodys_meanwhile),
		CASE(second_free_of_what_stays_free_is_told_with_the_lock),
		CASE(half_a_change_by_another_thread_is_no_damage),
		CASE(block_without_an_end_is_not_cached),
		CASE(cache_smaller_than_a_block_holds_none),
		CASE(free_without_room_in_the_cache_changes_nothing),
		CASE(refused_alloc_that_cannot_give_back_keeps_it),
		CASE(refused_resize_leaves_the_block),
		CASE(resize_that_cannot_free_keeps_the_old_block),
	};

	return cmocka_run_group_tests_name("heap cache damage", tests, NULL, NULL);
}
