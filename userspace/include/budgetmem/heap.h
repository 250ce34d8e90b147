/* SPDX-License-Identifier: MIT */
/*
 * heap.h: memory of any size from one run of bytes: malloc() in a pool
 *
 *	BM_HEAP(scratch, 1 << 20)
 *
 * declares struct scratch, a small handle in the program's private memory, and these
 * functions. `h` is the handle. A block is what an alloc gives: its memory is aligned
 * to BM_HEAP_ALIGNMENT bytes and not zeroed. O(1) unless stated.
 *
 *	int scratch_create(struct scratch *h, struct bm_region region, const char *name)
 *		Makes a new, empty heap in the region. O(N / 1024), N its bytes.
 *		Errors: bm_layout_reserve().
 *	int scratch_attach(struct scratch *h, struct bm_region region, const char *name,
 *			   struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int scratch_alloc(struct scratch *h, size_t size, void **memory)
 *		A block of at least @size bytes; 0 gives the smallest. -ENOSPC.
 *	int scratch_alloc_zeroed(struct scratch *h, size_t size, void **memory)
 *		The same, and its first @size bytes are zero. O(size). -ENOSPC.
 *	int scratch_alloc_aligned(struct scratch *h, size_t alignment, size_t size,
 *				  void **memory)
 *		At an address that is a multiple of @alignment in this process.
 *		-EINVAL if that is no power of two, -ENOSPC.
 *	int scratch_resize(struct scratch *h, void **memory, size_t size)
 *		Makes the block larger or smaller, where it is if the memory behind it
 *		is free and not held back, else in another place: then *memory changes
 *		and the contents are copied, O(size). If *memory is NULL: as alloc.
 *		After an error the block is what and where it was. -ENOSPC, -EINVAL,
 *		-ENOENT.
 *	int scratch_free(struct scratch *h, void *memory)
 *		Gives a block back; NULL is accepted. -EINVAL, -ENOENT.
 *	int scratch_free_sized(struct scratch *h, void *memory, size_t size)
 *		The same, if the block is one that an alloc or a resize of @size bytes
 *		gives. -EINVAL, -ENOENT.
 *	int scratch_usable_size(const struct scratch *h, const void *memory,
 *				size_t *size)
 *		Bytes of a block, all of which may be used. -EINVAL, -ENOENT.
 *	bool scratch_owns(const struct scratch *h, const void *memory)
 *		Is it a block of this heap, in use?
 *	uint32_t scratch_offset(const struct scratch *h, const void *memory)
 *		A number that names the block in every process and may be stored in
 *		the pool: its distance from the heap's header in BM_HEAP_ALIGNMENT
 *		bytes, never 0. 0 if it is not a block in use.
 *	void *scratch_at(const struct scratch *h, uint32_t offset)
 *		The block, or NULL if there is none in use with that number.
 *	int scratch_next(const struct scratch *h, size_t *cursor, void **memory,
 *			 size_t *size)
 *		Iterates over the blocks in use, in the order of their addresses:
 *		size_t cursor = 0; while (!scratch_next(&h, &cursor, &memory, &size)).
 *		size, the usable one, may be NULL. O(free blocks in between). -ENOENT
 *		at the end. Writing between two calls may make it miss blocks.
 *	size_t scratch_largest_free(const struct scratch *h)
 *		Bytes that an alloc is sure to get now; 0 if there is nothing. A larger
 *		one may succeed too: see "What is held back" below.
 *	size_t scratch_used(const struct scratch *h)
 *		Usable bytes of all blocks in use.
 *	size_t scratch_peak(const struct scratch *h)
 *		The most that scratch_used() ever was.
 *	size_t scratch_refused(const struct scratch *h)
 *		Allocs and resizes that ended with -ENOSPC; stays at UINT32_MAX.
 *	size_t scratch_len(const struct scratch *h)
 *		Blocks in use.
 *	size_t scratch_capacity(const struct scratch *h)
 *		Usable bytes if all is free: what one alloc can get from an empty heap.
 *	bool scratch_is_empty(const struct scratch *h)
 *	void scratch_clear(struct scratch *h)
 *		Takes all blocks back and makes the heap sound, whatever it was.
 *		O(N / 1024).
 *	int scratch_repair(struct scratch *h)
 *		After -EOWNERDEAD or -EUCLEAN: makes the heap sound. Blocks in use stay
 *		as and where they are; one that was being allocated, resized or freed is
 *		in use or not. O(N / 1024 + blocks). Always 0.
 *	int scratch_invariants(const struct scratch *h)
 *		For tests: 0, or what is wrong as one of the errors below.
 *		O(N / 1024 + blocks).
 *
 * Errors, beside those that object.h states:
 *
 *	-ENOSPC	every free block is smaller than what was asked for, rounded up to its
 *		class of sizes (see "Cost" below); counted as refused
 *	-EINVAL	not a block of this heap: foreign memory, a pointer into a block, a
 *		size that the block does not have
 *	-ENOENT	the memory is free already: it was freed twice
 *	-EUCLEAN	the heap is damaged; if that is because somebody wrote into a
 *		block after freeing it, nothing else is wrong and repair mends it
 *
 * None of them changes the heap. A block that was freed, and allocated again by
 * somebody else at the same address, is in use: to free it once more is not noticed.
 *
 * What a program can damage: what the heap knows of its blocks lies before all of them, and not between them: a
 * program that writes beyond the end of a block destroys other blocks' contents, and
 * of the heap at most the links of free blocks, eight bytes in each. These are
 * checked before use, and repair rebuilds them from the rest.
 *
 * Cost: no loop depends on the number or the size of blocks. Sizes up to BM_HEAP_HELD_SIZE
 * bytes are rounded up to one of 16 steps for each power of two, which are 16 bytes or
 * more: 6.25 % at most from 256 bytes on, and 2 % on average; 17 bytes take 32. Larger
 * sizes, and those for whose step there is no room, are rounded up to 16 bytes. Free blocks are
 * in classes, each of the sizes from one such step to the next. An alloc takes the first
 * block of the best class all of whose blocks are large enough, and splits it; where
 * there is none, it looks at the first block, and no other, of the class below: it may
 * refuse although a free block is large enough, if that is less than 6.25 % larger than
 * needed, and more than 512 bytes. A free merges the block with its neighbours.
 *
 * What is held back: blocks of each step, BM_HEAP_HELD at most, are kept when they are freed
 * as they are for the next alloc of their size, which is several times faster than to
 * merge and split them again; what is freed while its step has so many is merged. All of
 * them together take at most an eighth of the heap and as much as its largest free block;
 * where they take more because that has become smaller, every operation that merges or
 * splits merges two of them, one step after the other, unless it has passed by eight of
 * at most 81 that hold none. An alloc that finds nothing else merges, before it refuses,
 * what is still held back: BM_HEAP_HELD_ALL blocks at most. This is the worst case of
 * the heap, also of a resize that moves, which is an alloc and a free. Every other alloc
 * merges two blocks at most, a free five, a resize that does not move three.
 *
 * Never refusing: a heap of BM_HEAP_BYTES_NEVER_REFUSING(M, n, k) bytes never refuses a program that
 * has at any time at most k blocks of M bytes together, none larger than n. That is
 * M + k * n, with all that rounding adds: when an alloc of n is refused, every free
 * block is smaller than n rounded up to its class, and at most one lies behind each
 * block in use, and one before the first. Without a limit on the number of blocks k is
 * M / 16: the bound of every heap that fits as closely as it can (Robson, "Worst case
 * fragmentation of first fit and best fit storage allocation strategies", 1977). What
 * programs really need is nearer to M: random sizes from 16 to 4096 bytes took
 * 1.15 * M. A resize that moves counts as two blocks, and alignment is added to n.
 *
 * Space: BM_BYTES(scratch): N, 1.6 % of N, 16 for each class of sizes (16
 * for each power of two from 16 to N / 16), 128 for each step that is held back (those up
 * to N / 512 bytes, 81 at most), 192 and the roundings.
 *
 * Threads: see object.h: give each thread its own heap or lock; heap-cache.h lets
 * threads share one.
 *
 * Example:
 *
 *	struct scratch scratch;
 *	void *memory;
 *	int err = scratch_create(&scratch, bm_pool_region(pool), "scratch");
 *
 *	if (!err)
 *		err = scratch_alloc(&scratch, 100, &memory);
 *	if (!err)
 *		err = scratch_free(&scratch, memory);
 */
#ifndef BUDGETMEM_HEAP_H
#define BUDGETMEM_HEAP_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_HEAP_VERSION		2

/* Bytes: what every block is aligned to, and what its size is a multiple of. */
#define BM_HEAP_ALIGNMENT	16

/* Most blocks of one step that are held back, and the largest step in bytes. */
#define BM_HEAP_HELD		31
#define BM_HEAP_HELD_SIZE	4096

/* Most blocks that are held back: 80 steps of BM_HEAP_HELD each. */
#define BM_HEAP_HELD_ALL	2480

/* Levels of bits over the blocks' own: as many as the largest capacity needs. */
#define BM_HEAP_LEVELS		4

/*
 * The layout, version 2, for a capacity of @granules of 16 bytes. A class of sizes is
 * a sixteenth of a power of two; class c < 32 is c granules.
 */
#define BM_HEAP_GRANULES_(bytes)					\
	((uint64_t)(bytes) / BM_HEAP_ALIGNMENT +			\
	 ((uint64_t)(bytes) % BM_HEAP_ALIGNMENT != 0))
#define BM_HEAP_SHIFT_(granules)					\
	(27 - __builtin_clz((uint32_t)(granules) | 16u))
#define BM_HEAP_CLASS_(granules)					\
	(((uint32_t)BM_HEAP_SHIFT_(granules) << 4) +			\
	 ((uint32_t)(granules) >> BM_HEAP_SHIFT_(granules)))
#define BM_HEAP_BINS_(granules)		(BM_HEAP_CLASS_(granules) + 1)
#define BM_HEAP_HELD_GRANULES_(granules)				\
	((granules) / 512 < BM_HEAP_HELD_SIZE / BM_HEAP_ALIGNMENT ?	\
	 (granules) / 512 : BM_HEAP_HELD_SIZE / BM_HEAP_ALIGNMENT)
#define BM_HEAP_HELD_CLASSES_(granules)					\
	(BM_HEAP_CLASS_(BM_HEAP_HELD_GRANULES_(granules)) + 1)
#define BM_HEAP_WORDS_(bits)		(((uint64_t)(bits) + 63) / 64)
#define BM_HEAP_LEVEL_1_(granules)					\
	BM_HEAP_WORDS_(BM_HEAP_WORDS_(granules))
#define BM_HEAP_LEVEL_2_(granules)	BM_HEAP_WORDS_(BM_HEAP_LEVEL_1_(granules))
#define BM_HEAP_LEVEL_3_(granules)	BM_HEAP_WORDS_(BM_HEAP_LEVEL_2_(granules))
#define BM_HEAP_LEVEL_4_(granules)	BM_HEAP_WORDS_(BM_HEAP_LEVEL_3_(granules))
#define BM_HEAP_LEVEL_BYTES_(granules)					\
	(8 * (BM_HEAP_LEVEL_1_(granules) + BM_HEAP_LEVEL_2_(granules) +	\
	      BM_HEAP_LEVEL_3_(granules) + BM_HEAP_LEVEL_4_(granules)))
#define BM_HEAP_TABLES_(granules)					\
	(sizeof(struct bm_heap_state) +					\
	 sizeof(struct bm_heap_held) *					\
	 (uint64_t)BM_HEAP_HELD_CLASSES_(granules) +			\
	 sizeof(struct bm_heap_map) * BM_HEAP_WORDS_(granules) +	\
	 BM_HEAP_LEVEL_BYTES_(granules) +				\
	 sizeof(struct bm_heap_link) * (uint64_t)BM_HEAP_BINS_(granules))
#define BM_HEAP_CONTENTS_(granules)					\
	(BM_BYTES_ROUND_(BM_HEAP_TABLES_(granules)) +			\
	 (uint64_t)(granules) * BM_HEAP_ALIGNMENT)

/**
 * BM_HEAP_BYTES_NEVER_REFUSING() - bytes of a heap that never refuses a program
 * @bytes: the most that all blocks in use have together, as they were asked for
 * @largest: bytes of the largest one, and its alignment if that is more than 16
 * @blocks: the most that are in use at a time
 *
 * A constant expression if the arguments are constant. Each argument counts the
 * block that is being allocated.
 */
#define BM_HEAP_BYTES_NEVER_REFUSING(bytes, largest, blocks)		\
	(((uint64_t)(bytes) + 16 * (uint64_t)(blocks)) / 16 * 17 + 32 +	\
	 (uint64_t)(blocks) * (((uint64_t)(largest) + 31) / 16 * 17 + 16))

/**
 * struct bm_heap_state - what a heap knows of all its blocks
 * @bins: a bit for each class of sizes that has free blocks
 * @filled: a bit for each word of @bins that is not 0
 * @blocks: in use
 * @held: granules that are held back
 * @held_limit: granules; nothing more is held back from there on
 * @victim: class whose blocks are merged next if there is too much
 * @reserved: 0
 */
struct bm_heap_state {
	__aligned_u64 bins[8];
	__aligned_u64 filled;
	uint32_t blocks;
	uint32_t held;
	uint32_t held_limit;
	uint32_t victim;
	uint32_t reserved[10];
};
BM_STATIC_ASSERT(sizeof(struct bm_heap_state) == 128,
		 "the layout is the same on every machine");

/**
 * struct bm_heap_held - blocks of one size that are held back
 * @count: how many
 * @granule: where each begins
 */
struct bm_heap_held {
	uint32_t count;
	uint32_t granule[BM_HEAP_HELD];
};

/**
 * struct bm_heap_map - of 64 granules, which are which
 * @starts: blocks begin there
 * @frees: first and last ones of free blocks; of held ones of more than one granule
 *	the first only
 */
struct bm_heap_map {
	__aligned_u64 starts;
	__aligned_u64 frees;
};

/**
 * struct bm_heap_link - free blocks of a class, as a ring
 * @next: a bin's number, or a granule's and the number of bins added
 * @previous: likewise
 * @unused: not written
 *
 * The bins, one for each class, are followed by the memory itself: a free block
 * begins with its link.
 */
struct bm_heap_link {
	uint32_t next;
	uint32_t previous;
	uint32_t unused[2];
};

/**
 * struct bm_heap - private part of a heap
 * @object: as for every object; an element is a granule of 16 bytes
 * @state: in the region
 * @held: in the region, for each class that is held back
 * @map: in the region
 * @level: in the region: a bit for each word below with a bit set; those of level 0
 *	are for @map's starts
 * @links: in the region: bins, then granules
 * @memory: in the region: the first granule
 * @level_words: words of each level
 * @words: of @map
 * @bins: number of bins
 * @held_classes: number of classes that are held back, class 0 included
 */
struct bm_heap {
	struct bm_handle object;
	struct bm_heap_state *state;
	struct bm_heap_held *held;
	struct bm_heap_map *map;
	__aligned_u64 *level[BM_HEAP_LEVELS];
	struct bm_heap_link *links;
	unsigned char *memory;
	uint32_t level_words[BM_HEAP_LEVELS];
	uint32_t words;
	uint32_t bins;
	uint32_t held_classes;
};

int bm_heap_create_(struct bm_heap *heap, struct bm_region region,
		    const char *name, const struct bm_type *type);
int bm_heap_attach_(struct bm_heap *heap, struct bm_region region,
		    const char *name, const struct bm_type *type,
		    struct bm_mismatch *mismatch);
int bm_heap_alloc_(struct bm_heap *heap, size_t size, void **memory);
int bm_heap_alloc_zeroed_(struct bm_heap *heap, size_t size, void **memory);
int bm_heap_alloc_aligned_(struct bm_heap *heap, size_t alignment, size_t size,
			   void **memory);
int bm_heap_resize_(struct bm_heap *heap, void **memory, size_t size);
int bm_heap_free_(struct bm_heap *heap, void *memory);
int bm_heap_free_sized_(struct bm_heap *heap, void *memory, size_t size);
int bm_heap_usable_size_(const struct bm_heap *heap, const void *memory,
			 size_t *size);
uint32_t bm_heap_offset_(const struct bm_heap *heap, const void *memory);
void *bm_heap_at_(const struct bm_heap *heap, uint32_t offset);
int bm_heap_next_(const struct bm_heap *heap, size_t *cursor, void **memory,
		  size_t *size);
size_t bm_heap_largest_free_(const struct bm_heap *heap);
size_t bm_heap_peak_(const struct bm_heap *heap);
size_t bm_heap_len_(const struct bm_heap *heap);
void bm_heap_clear_(struct bm_heap *heap);
int bm_heap_repair_(struct bm_heap *heap);
int bm_heap_invariants_(const struct bm_heap *heap);

static inline struct bm_type bm_heap_type_(uint64_t granules)
{
	struct bm_type type;

	type.kind = BM_KIND_HEAP;
	type.version = BM_HEAP_VERSION;
	type.element_size = BM_HEAP_ALIGNMENT;
	type.alignment = BM_HEAP_ALIGNMENT;
	type.capacity = (uint32_t)granules;
	type.hash = bm_hash_type("heap", BM_HEAP_ALIGNMENT, BM_HEAP_ALIGNMENT);
	type.bytes = BM_HEAP_CONTENTS_(granules);
	return type;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_HEAP() - declare a heap
 * @name: of the struct, and how the functions begin
 * @BYTES: capacity in bytes, a constant > 0; rounded up to a multiple of 16
 *
 * At file scope. What it declares is described above.
 */
#define BM_HEAP(name, BYTES)						\
	BM_STATIC_ASSERT((BYTES) > 0, "the capacity is more than 0");	\
	BM_STATIC_ASSERT(BM_HEAP_GRANULES_(BYTES) <= BM_CAPACITY_MAX,	\
			 "the capacity is at most BM_CAPACITY_MAX");	\
	BM_DECLARE_BYTES_(name, BM_OBJECT_BYTES_(			\
		BM_HEAP_CONTENTS_(BM_HEAP_GRANULES_(BYTES))));		\
	enum {								\
		name##_granules_ = (int)BM_HEAP_GRANULES_(BYTES)	\
	};								\
	struct name {							\
		struct bm_heap heap;					\
	};								\
	BM_HEAP_MAKE_(name, BM_HEAP_GRANULES_(BYTES))			\
	BM_HEAP_ALLOC_(name)						\
	BM_HEAP_FREE_(name)						\
	BM_HEAP_FIND_(name)						\
	BM_HEAP_WHOLE_(name)						\
	BM_HEAP_COUNTS_(name)

#define BM_HEAP_MAKE_(name, granules)					\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return bm_heap_type_(granules);				\
	}								\
	BM_INLINE_ int name##_create(struct name *h,			\
				     struct bm_region region,		\
				     const char *object)		\
	{								\
		struct bm_type type = name##_type_();			\
									\
		return bm_heap_create_(&h->heap, region, object, &type); \
	}								\
	BM_INLINE_ int name##_attach(struct name *h,			\
				     struct bm_region region,		\
				     const char *object,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_type type = name##_type_();			\
									\
		return bm_heap_attach_(&h->heap, region, object, &type,	\
				       mismatch);			\
	}

#define BM_HEAP_ALLOC_(name)						\
	BM_INLINE_ int name##_alloc(struct name *h, size_t size,	\
				    void **memory)			\
	{								\
		return bm_heap_alloc_(&h->heap, size, memory);		\
	}								\
	BM_INLINE_ int name##_alloc_zeroed(struct name *h, size_t size,	\
					   void **memory)		\
	{								\
		return bm_heap_alloc_zeroed_(&h->heap, size, memory);	\
	}								\
	BM_INLINE_ int name##_alloc_aligned(struct name *h,		\
					    size_t alignment,		\
					    size_t size, void **memory)	\
	{								\
		return bm_heap_alloc_aligned_(&h->heap, alignment, size, \
					      memory);			\
	}								\
	BM_INLINE_ int name##_resize(struct name *h, void **memory,	\
				     size_t size)			\
	{								\
		return bm_heap_resize_(&h->heap, memory, size);		\
	}

#define BM_HEAP_FREE_(name)						\
	BM_INLINE_ int name##_free(struct name *h, void *memory)	\
	{								\
		return bm_heap_free_(&h->heap, memory);			\
	}								\
	BM_INLINE_ int name##_free_sized(struct name *h, void *memory,	\
					 size_t size)			\
	{								\
		return bm_heap_free_sized_(&h->heap, memory, size);	\
	}

#define BM_HEAP_FIND_(name)						\
	BM_INLINE_ int name##_usable_size(const struct name *h,		\
					  const void *memory, size_t *size) \
	{								\
		return bm_heap_usable_size_(&h->heap, memory, size);	\
	}								\
	BM_INLINE_ uint32_t name##_offset(const struct name *h,		\
					  const void *memory)		\
	{								\
		return bm_heap_offset_(&h->heap, memory);		\
	}								\
	BM_INLINE_ bool name##_owns(const struct name *h,		\
				    const void *memory)			\
	{								\
		return bm_heap_offset_(&h->heap, memory) != 0;		\
	}								\
	BM_INLINE_ void *name##_at(const struct name *h, uint32_t offset) \
	{								\
		return bm_heap_at_(&h->heap, offset);			\
	}								\
	BM_INLINE_ int name##_next(const struct name *h, size_t *cursor, \
				   void **memory, size_t *size)		\
	{								\
		return bm_heap_next_(&h->heap, cursor, memory, size);	\
	}

#define BM_HEAP_WHOLE_(name)						\
	BM_INLINE_ void name##_clear(struct name *h)			\
	{								\
		bm_heap_clear_(&h->heap);				\
	}								\
	BM_INLINE_ int name##_repair(struct name *h)			\
	{								\
		return bm_heap_repair_(&h->heap);			\
	}								\
	BM_INLINE_ int name##_invariants(const struct name *h)		\
	{								\
		return bm_heap_invariants_(&h->heap);			\
	}

#define BM_HEAP_COUNTS_(name)						\
	BM_INLINE_ size_t name##_largest_free(const struct name *h)	\
	{								\
		return bm_heap_largest_free_(&h->heap);			\
	}								\
	BM_INLINE_ size_t name##_used(const struct name *h)		\
	{								\
		return bm_handle_bounded_len_(&h->heap.object) *	\
		       BM_HEAP_ALIGNMENT;				\
	}								\
	BM_INLINE_ size_t name##_peak(const struct name *h)		\
	{								\
		return bm_heap_peak_(&h->heap);				\
	}								\
	BM_INLINE_ size_t name##_refused(const struct name *h)		\
	{								\
		return __atomic_load_n(&h->heap.object.object->refused,	\
				       __ATOMIC_RELAXED);		\
	}								\
	BM_INLINE_ size_t name##_len(const struct name *h)		\
	{								\
		return bm_heap_len_(&h->heap);				\
	}								\
	BM_INLINE_ size_t name##_capacity(const struct name *h)		\
	{								\
		return (size_t)h->heap.object.capacity *		\
		       BM_HEAP_ALIGNMENT;				\
	}								\
	BM_INLINE_ bool name##_is_empty(const struct name *h)		\
	{								\
		return bm_heap_len_(&h->heap) == 0;			\
	}

#endif /* BUDGETMEM_HEAP_H */
