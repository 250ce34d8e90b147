// SPDX-License-Identifier: MIT
/*
 * heap-cache.c: a heap that many threads of a process share
 *
 * For the heap, what is in a cache is in use. A bit that is only changed atomically
 * says for each such block that it is in somebody's cache: whoever sets it may keep
 * the block, whoever finds it set frees twice. Apart from that, threads without the
 * lock read the bits around their own blocks, which do not change while they are in
 * use. What they find wrong they look at again with the lock.
 *
 * Who frees what is free sets the bit too, and takes it away when it has seen that with
 * the lock. What the heap gives out meanwhile, nobody can tell from a block of that
 * thread's: it is left to it, and is nobody else's.
 */
#include "heap.h"

#include <budgetmem/heap-cache.h>

#include <string.h>

void bm_heap_cache_share_(struct bm_heap_shared *shared,
			  const struct bm_heap *heap, struct bm_heap_lock lock,
			  uint64_t *cached, size_t limit)
{
	shared->heap = *heap;
	shared->lock = lock;
	shared->cached = cached;
	shared->limit = limit;
	memset(cached, 0, sizeof(*cached) * heap->words);
}

void bm_heap_cache_open_(struct bm_heap_cache *cache,
			 struct bm_heap_shared *shared)
{
	memset(cache, 0, sizeof(*cache));
	cache->shared = shared;
}

static void lock(const struct bm_heap_shared *shared)
{
	shared->lock.take(shared->lock.lock);
}

static void unlock(const struct bm_heap_shared *shared)
{
	shared->lock.give(shared->lock.lock);
}

/* False if it is set already. */
static inline bool claim(const struct bm_heap_shared *shared, uint32_t granule)
{
	uint64_t bit = (uint64_t)1 << (granule & 63);

	return !(__atomic_fetch_or(shared->cached + granule / 64, bit,
				   __ATOMIC_ACQ_REL) & bit);
}

static inline void unclaim(const struct bm_heap_shared *shared, uint32_t granule)
{
	__atomic_fetch_and(shared->cached + granule / 64,
			   ~((uint64_t)1 << (granule & 63)), __ATOMIC_ACQ_REL);
}

static inline size_t bytes_of(uint32_t class)
{
	return (size_t)bm_heap_class_size(class) * BM_HEAP_ALIGNMENT;
}

static inline void push(struct bm_heap_cache *cache, uint32_t class,
			uint32_t granule)
{
	cache->granule[class][cache->count[class]++] = granule;
	cache->held += bytes_of(class);
}

static inline uint32_t pop(struct bm_heap_cache *cache, uint32_t class)
{
	cache->held -= bytes_of(class);
	return cache->granule[class][--cache->count[class]];
}

/* With the lock. The bit goes last: until then nobody else can free the block. */
static int return_block(struct bm_heap_shared *shared, uint32_t granule)
{
	int err = bm_heap_free_(&shared->heap,
				bm_heap_address(&shared->heap, granule));

	if (!err)
		unclaim(shared, granule);
	return err;
}

/* Gives the heap @count blocks of a class; what it does not take stays. */
static int return_some(struct bm_heap_cache *cache, uint32_t class,
		       uint32_t count)
{
	int err = 0;

	lock(cache->shared);
	while (count-- && !err) {
		uint32_t granule = pop(cache, class);

		err = return_block(cache->shared, granule);
		if (err)
			push(cache, class, granule);
	}
	unlock(cache->shared);
	return err;
}

int bm_heap_cache_flush_(struct bm_heap_cache *cache)
{
	int err = 0;

	for (uint32_t class = 1; class < BM_HEAP_CACHE_CLASSES && !err; class++) {
		if (cache->count[class])
			err = return_some(cache, class, cache->count[class]);
	}
	return err;
}

static uint32_t granule_of(const struct bm_heap *heap, const void *memory)
{
	return (uint32_t)(((uintptr_t)memory - (uintptr_t)heap->memory) /
			  BM_HEAP_ALIGNMENT);
}

/* With the lock: more blocks than were asked for. */
static void fill(struct bm_heap_cache *cache, uint32_t class)
{
	struct bm_heap_shared *shared = cache->shared;
	void *memory;

	for (int i = 0; i < BM_HEAP_CACHE_BATCH; i++) {
		uint32_t granule;
		uint32_t end;

		if (cache->held + bytes_of(class) > shared->limit ||
		    bm_heap_largest_free_(&shared->heap) < bytes_of(class) ||
		    bm_heap_alloc_(&shared->heap, bytes_of(class), &memory))
			return;
		granule = granule_of(&shared->heap, memory);
		if (!claim(shared, granule))
			continue;
		end = bm_heap_end(&shared->heap, granule);
		if (end - granule != bm_heap_class_size(class)) {
			return_block(shared, granule);
			return;
		}
		push(cache, class, granule);
	}
}

/* With the lock: a block that is in no cache, and that no thread frees twice. */
static int alloc_unclaimed(struct bm_heap_shared *shared, size_t size, void **memory)
{
	uint32_t granule;
	void *place;

	do {
		int err = bm_heap_alloc_(&shared->heap, size, &place);

		if (err)
			return err;
		granule = granule_of(&shared->heap, place);
	} while (!claim(shared, granule));
	unclaim(shared, granule);
	*memory = place;
	return 0;
}

/* With the lock: will the heap not refuse this, nor merge all that it holds back? */
static bool is_sure(const struct bm_heap *heap, size_t size, uint32_t class)
{
	return (class < heap->held_classes && bm_heap_held_count(heap->held + class)) ||
	       bm_heap_largest_free_(heap) >= (size ? size : 1);
}

/* What is refused is counted by the heap: all that can be done is done before. */
static int alloc_locked(struct bm_heap_cache *cache, size_t size, uint32_t class,
			void **memory)
{
	struct bm_heap_shared *shared = cache->shared;
	int err = 0;

	lock(shared);
	if (cache->held && !is_sure(&shared->heap, size, class)) {
		unlock(shared);
		err = bm_heap_cache_flush_(cache);
		if (err)
			return err;
		lock(shared);
	}
	err = alloc_unclaimed(shared, size, memory);
	if (!err && class < BM_HEAP_CACHE_CLASSES)
		fill(cache, class);
	unlock(shared);
	return err;
}

int bm_heap_cache_alloc_(struct bm_heap_cache *cache, size_t size, void **memory)
{
	uint32_t class = BM_HEAP_CACHE_CLASSES;

	if (likely(size <= BM_HEAP_HELD_SIZE))
		class = bm_heap_class_above(size ? (uint32_t)(size + 15) /
					    BM_HEAP_ALIGNMENT : 1);
	if (likely(class < BM_HEAP_CACHE_CLASSES) && likely(cache->count[class])) {
		uint32_t granule = pop(cache, class);

		unclaim(cache->shared, granule);
		*memory = bm_heap_address(&cache->shared->heap, granule);
		return 0;
	}
	return alloc_locked(cache, size, class, memory);
}

static int size_with_lock(const struct bm_heap_shared *shared, const void *memory,
			  size_t *size)
{
	int err;

	lock(shared);
	err = bm_heap_usable_size_(&shared->heap, memory, size);
	unlock(shared);
	return err;
}

/* It is in a cache, or is not a block: what is wrong with it. */
static int explain(const struct bm_heap_shared *shared, const void *memory)
{
	size_t size;
	int err = size_with_lock(shared, memory, &size);

	return err ? err : -ENOENT;
}

/* A block that is claimed and looks like none. If it is one now, it was left to us. */
static int look_again(const struct bm_heap_shared *shared, uint32_t granule,
		      uint32_t *granules)
{
	size_t size = 0;
	int err;

	lock(shared);
	err = bm_heap_usable_size_(&shared->heap,
				   bm_heap_address(&shared->heap, granule), &size);
	if (err)
		unclaim(shared, granule);
	unlock(shared);
	*granules = (uint32_t)(size / BM_HEAP_ALIGNMENT);
	return err;
}

/* The block, claimed for the caller's cache, if it is one in use. */
static int take_block(const struct bm_heap_shared *shared, const void *memory,
		      uint32_t *granule, uint32_t *size)
{
	const struct bm_heap *heap = &shared->heap;
	uintptr_t offset = (uintptr_t)memory - (uintptr_t)heap->memory;
	uint32_t end;

	if (unlikely(offset % BM_HEAP_ALIGNMENT) ||
	    unlikely(offset / BM_HEAP_ALIGNMENT >= heap->object.capacity))
		return -EINVAL;
	*granule = (uint32_t)(offset / BM_HEAP_ALIGNMENT);
	if (unlikely(!claim(shared, *granule)))
		return explain(shared, memory);
	if (unlikely(!bm_heap_is_start(heap, *granule)) ||
	    unlikely(bm_heap_is_free(heap, *granule)))
		return look_again(shared, *granule, size);
	end = bm_heap_end(heap, *granule);
	if (unlikely(end == NO_GRANULE))
		return look_again(shared, *granule, size);
	*size = end - *granule;
	return 0;
}

/* Gives back blocks of one class after the other, a batch at each call. */
static int rotate(struct bm_heap_cache *cache)
{
	for (uint32_t i = 0; i < BM_HEAP_CACHE_CLASSES; i++) {
		uint32_t class = cache->victim;
		uint32_t count = cache->count[class];

		cache->victim = class + 1 < BM_HEAP_CACHE_CLASSES ? class + 1 : 0;
		if (count)
			return return_some(cache, class,
					   count < BM_HEAP_CACHE_BATCH ?
					   count : BM_HEAP_CACHE_BATCH);
	}
	return 0;
}

/* Room in the cache for a block of the class, if it can be made. */
static int make_room(struct bm_heap_cache *cache, uint32_t class)
{
	if (unlikely(cache->count[class] == BM_HEAP_CACHE_BLOCKS))
		return return_some(cache, class, BM_HEAP_CACHE_BATCH);
	if (unlikely(cache->held + bytes_of(class) > cache->shared->limit))
		return rotate(cache);
	return 0;
}

static int return_claimed(struct bm_heap_cache *cache, uint32_t granule)
{
	int err;

	lock(cache->shared);
	err = return_block(cache->shared, granule);
	unlock(cache->shared);
	if (err)
		unclaim(cache->shared, granule);
	return err;
}

/* A block that is claimed: into the cache, or back to the heap. */
static int keep_or_return(struct bm_heap_cache *cache, uint32_t granule,
			  uint32_t size)
{
	uint32_t class = bm_heap_class(size);
	int err;

	if (unlikely(class >= BM_HEAP_CACHE_CLASSES) ||
	    unlikely(bm_heap_class_size(class) != size))
		return return_claimed(cache, granule);
	err = make_room(cache, class);
	if (unlikely(err)) {
		unclaim(cache->shared, granule);
		return err;
	}
	if (unlikely(cache->held + bytes_of(class) > cache->shared->limit))
		return return_claimed(cache, granule);
	push(cache, class, granule);
	return 0;
}

int bm_heap_cache_free_(struct bm_heap_cache *cache, void *memory)
{
	uint32_t granule;
	uint32_t size;
	int err;

	if (!memory)
		return 0;
	err = take_block(cache->shared, memory, &granule, &size);
	return err ? err : keep_or_return(cache, granule, size);
}

/* Is it a block of @granules that an alloc or a resize of @size bytes gives? */
static bool is_size_of(size_t size, uint32_t granules)
{
	size_t asked = size / BM_HEAP_ALIGNMENT + (size % BM_HEAP_ALIGNMENT != 0);

	asked += !asked;
	return asked <= granules && bm_heap_is_size((uint32_t)asked, granules);
}

int bm_heap_cache_free_sized_(struct bm_heap_cache *cache, void *memory,
			      size_t size)
{
	uint32_t granule;
	uint32_t have;
	int err;

	if (!memory)
		return 0;
	err = take_block(cache->shared, memory, &granule, &have);
	if (err)
		return err;
	if (!is_size_of(size, have)) {
		unclaim(cache->shared, granule);
		return -EINVAL;
	}
	return keep_or_return(cache, granule, have);
}

int bm_heap_cache_usable_size_(const struct bm_heap_cache *cache,
			       const void *memory, size_t *size)
{
	const struct bm_heap_shared *shared = cache->shared;
	size_t found;
	uint32_t granule;
	int err = bm_heap_usable_size_(&shared->heap, memory, &found);

	if (err)
		err = size_with_lock(shared, memory, &found);
	if (err)
		return err;
	granule = granule_of(&shared->heap, memory);
	if (__atomic_load_n(shared->cached + granule / 64, __ATOMIC_ACQUIRE) &
	    ((uint64_t)1 << (granule & 63)))
		return -ENOENT;
	*size = found;
	return 0;
}

/* Large blocks grow and shrink where they are, as the heap can do it. */
static int resize_locked(struct bm_heap_cache *cache, void **memory, size_t size)
{
	int err;

	lock(cache->shared);
	err = bm_heap_resize_(&cache->shared->heap, memory, size);
	unlock(cache->shared);
	return err;
}

int bm_heap_cache_resize_(struct bm_heap_cache *cache, void **memory, size_t size)
{
	size_t have;
	void *place;
	int err;

	if (!*memory)
		return bm_heap_cache_alloc_(cache, size, memory);
	err = bm_heap_cache_usable_size_(cache, *memory, &have);
	if (err)
		return err;
	if (have > BM_HEAP_HELD_SIZE && size > BM_HEAP_HELD_SIZE)
		return resize_locked(cache, memory, size);
	if (is_size_of(size, (uint32_t)(have / BM_HEAP_ALIGNMENT)))
		return 0;
	err = bm_heap_cache_alloc_(cache, size, &place);
	if (err)
		return err;
	memcpy(place, *memory, size < have ? size : have);
	err = bm_heap_cache_free_(cache, *memory);
	if (err)
		bm_heap_cache_free_(cache, place);
	else
		*memory = place;
	return err;
}
