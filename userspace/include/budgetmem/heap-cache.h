/* SPDX-License-Identifier: MIT */
/*
 * heap-cache.h: a heap that many threads of a process share
 *
 *	BM_HEAP(memory, 1 << 20)
 *	BM_HEAP_CACHE(cache, memory, 32768)
 *
 * declares struct cache_shared, what all threads have in common, struct cache, of
 * which each thread has one of its own, both in the program's private memory, and these
 * functions. Blocks go to and from the heap in batches, under a lock that the program
 * gives; most of the time a thread is served by its own cache and takes no lock. A
 * block may be freed by any thread. `c` is the thread's cache.
 *
 *	void cache_share(struct cache_shared *s, const struct memory *h,
 *			 struct bm_heap_lock lock)
 *		Once, before all others. The heap is one that was created or attached;
 *		from here on its own functions may be used as "Beside caches" says.
 *	void cache_open(struct cache *c, struct cache_shared *s)
 *		Makes an empty cache of the calling thread.
 *	int cache_alloc(struct cache *c, size_t size, void **memory)
 *		As the heap's. -ENOSPC.
 *	int cache_resize(struct cache *c, void **memory, size_t size)
 *		As the heap's, but a block of up to BM_HEAP_HELD_SIZE bytes whose step
 *		changes moves always. A size that is rounded up to as much as the block
 *		has or more leaves it as it is. -ENOSPC, -EINVAL, -ENOENT.
 *	int cache_free(struct cache *c, void *memory)
 *	int cache_free_sized(struct cache *c, void *memory, size_t size)
 *		As the heap's. -EINVAL, -ENOENT. The size may be that of a resize too.
 *	int cache_usable_size(const struct cache *c, const void *memory, size_t *size)
 *		As the heap's. -EINVAL, -ENOENT.
 *	size_t cache_held(const struct cache *c)
 *		Bytes of all blocks in the cache.
 *	int cache_flush(struct cache *c)
 *		Gives all of them back to the heap: before a thread ends, or sleeps for
 *		long.
 *
 * Errors are those of heap.h. If the heap says -EOWNERDEAD or -EUCLEAN, what the call
 * was about has not been done. Allocs and resizes that end with -ENOSPC, and no others,
 * count as refused, once each.
 *
 * Beside caches, by the heap's own functions: each of them with the lock. Reading ones
 * tell what is in a cache as in use, as the heap sees it. alloc*() at any time; free(),
 * free_sized() and resize() for blocks in use by the program: that a block is in a cache
 * they do not notice, and it has two owners then. clear() only while every cache is
 * flushed and no call of any cache is at work. repair() only while none is at work;
 * after -EOWNERDEAD caches go on as they were. After -EUCLEAN the damage may have made of
 * a block in a cache one that is free, or part of another: then flush every cache right
 * after repair(), before any other call; if a flush fails, call cache_share() and
 * cache_open() anew for all, and what the caches still had stays in use.
 *
 * Bounds: a cache holds at most BM_HEAP_CACHE_BLOCKS blocks of each step and BYTES bytes
 * in all; for the heap they are in use. A heap that never refuses t threads has
 * BM_HEAP_BYTES_NEVER_REFUSING(M + t * BYTES, n, k + t * BM_HEAP_CACHE_ALL) bytes.
 *
 * Cost: an alloc takes the lock once, for BM_HEAP_CACHE_BATCH allocs of the heap and one more,
 * a free at most twice, for as many frees. Before an alloc is refused, or merges all that
 * the heap holds back, it gives back what its own cache holds, and takes the lock once
 * for each step. What is found wrong is looked at once more with it. Most calls take no lock
 * and do the same few things whatever the heap is like. A cache takes 2.7 KiB, and what
 * is shared one bit for each 16 bytes of the heap.
 *
 * Misuse is noticed as by the heap, whichever thread has the block in its cache. Only a
 * double free at the very moment at which another thread gets the memory again is not
 * always told from a free by its new owner: it returns 0.
 *
 * Death: a process that dies leaves what is in its caches in use, as it leaves what it
 * has allocated.
 *
 * Threads: a cache is used by one; what is said of share above holds.
 *
 * Example:
 *
 *	struct bm_heap_lock lock = { take_mutex, release_mutex, &mutex };
 *	struct cache_shared shared;
 *	struct cache mine;
 *	void *block;
 *	int err;
 *
 *	cache_share(&shared, &heap, lock);
 *	cache_open(&mine, &shared);
 *	err = cache_alloc(&mine, 100, &block);
 *	if (!err)
 *		err = cache_free(&mine, block);
 *	cache_flush(&mine);
 */
#ifndef BUDGETMEM_HEAP_CACHE_H
#define BUDGETMEM_HEAP_CACHE_H

#include <budgetmem/heap.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Blocks: at most of each step in a cache; in all; given to the heap at a time. */
#define BM_HEAP_CACHE_BLOCKS	8
#define BM_HEAP_CACHE_ALL	640
#define BM_HEAP_CACHE_BATCH	4

/* Classes of sizes up to BM_HEAP_HELD_SIZE, class 0 included. */
#define BM_HEAP_CACHE_CLASSES						\
	(BM_HEAP_CLASS_(BM_HEAP_HELD_SIZE / BM_HEAP_ALIGNMENT) + 1)

/**
 * struct bm_heap_lock - how the program locks the heap
 * @take: returns when the calling thread has the lock
 * @give: gives it back
 * @lock: argument of both, a pthread_mutex_t for instance
 */
struct bm_heap_lock {
	void (*take)(void *lock);
	void (*give)(void *lock);
	void *lock;
};

/**
 * struct bm_heap_shared - what the caches of all threads have in common
 * @heap: handle of the heap
 * @lock: the program's
 * @cached: a bit for each granule with which a block begins that is in a cache
 * @limit: bytes, the most that a cache holds
 */
struct bm_heap_shared {
	struct bm_heap heap;
	struct bm_heap_lock lock;
	uint64_t *cached;
	size_t limit;
};

/**
 * struct bm_heap_cache - what one thread has in its cache
 * @shared: with the others
 * @held: bytes
 * @victim: class that is given back next if there is too much
 * @count: blocks of each class
 * @granule: where they begin
 */
struct bm_heap_cache {
	struct bm_heap_shared *shared;
	size_t held;
	uint32_t victim;
	uint8_t count[BM_HEAP_CACHE_CLASSES];
	uint32_t granule[BM_HEAP_CACHE_CLASSES][BM_HEAP_CACHE_BLOCKS];
};

void bm_heap_cache_share_(struct bm_heap_shared *shared,
			  const struct bm_heap *heap, struct bm_heap_lock lock,
			  uint64_t *cached, size_t limit);
void bm_heap_cache_open_(struct bm_heap_cache *cache,
			 struct bm_heap_shared *shared);
int bm_heap_cache_alloc_(struct bm_heap_cache *cache, size_t size, void **memory);
int bm_heap_cache_resize_(struct bm_heap_cache *cache, void **memory, size_t size);
int bm_heap_cache_free_(struct bm_heap_cache *cache, void *memory);
int bm_heap_cache_free_sized_(struct bm_heap_cache *cache, void *memory,
			      size_t size);
int bm_heap_cache_usable_size_(const struct bm_heap_cache *cache,
			       const void *memory, size_t *size);
int bm_heap_cache_flush_(struct bm_heap_cache *cache);

#ifdef __cplusplus
}
#endif

/**
 * BM_HEAP_CACHE() - declare caches for the threads of a heap
 * @name: of the struct, and how the functions begin
 * @heap_name: the heap, as declared by BM_HEAP()
 * @BYTES: the most that one cache holds, a constant
 *
 * At file scope. What it declares is described above.
 */
#define BM_HEAP_CACHE(name, heap_name, BYTES)				\
	struct name##_shared {						\
		struct bm_heap_shared shared;				\
		uint64_t cached[((size_t)heap_name##_granules_ + 63) / 64]; \
	};								\
	struct name {							\
		struct bm_heap_cache cache;				\
	};								\
	BM_INLINE_ void name##_share(struct name##_shared *s,		\
				     const struct heap_name *h,		\
				     struct bm_heap_lock lock)		\
	{								\
		bm_heap_cache_share_(&s->shared, &h->heap, lock,	\
				     s->cached, BYTES);			\
	}								\
	BM_INLINE_ void name##_open(struct name *c, struct name##_shared *s) \
	{								\
		bm_heap_cache_open_(&c->cache, &s->shared);		\
	}								\
	BM_INLINE_ int name##_alloc(struct name *c, size_t size,	\
				    void **memory)			\
	{								\
		return bm_heap_cache_alloc_(&c->cache, size, memory);	\
	}								\
	BM_INLINE_ int name##_resize(struct name *c, void **memory,	\
				     size_t size)			\
	{								\
		return bm_heap_cache_resize_(&c->cache, memory, size);	\
	}								\
	BM_HEAP_CACHE_REST_(name)

#define BM_HEAP_CACHE_REST_(name)					\
	BM_INLINE_ int name##_free(struct name *c, void *memory)	\
	{								\
		return bm_heap_cache_free_(&c->cache, memory);		\
	}								\
	BM_INLINE_ int name##_free_sized(struct name *c, void *memory,	\
					 size_t size)			\
	{								\
		return bm_heap_cache_free_sized_(&c->cache, memory, size); \
	}								\
	BM_INLINE_ int name##_usable_size(const struct name *c,		\
					  const void *memory, size_t *size) \
	{								\
		return bm_heap_cache_usable_size_(&c->cache, memory, size); \
	}								\
	BM_INLINE_ size_t name##_held(const struct name *c)		\
	{								\
		return c->cache.held;					\
	}								\
	BM_INLINE_ int name##_flush(struct name *c)			\
	{								\
		return bm_heap_cache_flush_(&c->cache);			\
	}

#endif /* BUDGETMEM_HEAP_CACHE_H */
