/* SPDX-License-Identifier: MIT */
/*
 * blocks.h: memory in blocks of one size, at most N of them
 *
 *	BM_BLOCKS(orders, struct order, 1024)
 *
 * declares struct orders, a small handle in the program's private memory, and these
 * functions: what is known elsewhere as a fixed-block or object pool. `b` is the
 * handle. Blocks that are allocated are live; they stay where they are until they are
 * freed. O(1) unless stated.
 *
 *	int orders_create(struct orders *b, struct bm_region region, const char *name)
 *		Makes N free blocks in the region. O(N). Errors: bm_layout_reserve().
 *	int orders_attach(struct orders *b, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int orders_alloc(struct orders *b, struct order **block)
 *		A block, aligned as its type is: the one that was freed last, if any was.
 *		It is not zero but what was left there. -ENOSPC, and *block stays as it
 *		was.
 *	int orders_free(struct orders *b, struct order *block)
 *		Gives a block back; NULL is none. -EINVAL if it does not point to the
 *		beginning of a block of these; -ENOENT if the block is free already. Then
 *		nothing changes.
 *	int orders_index(const struct orders *b, const struct order *block,
 *			 size_t *index)
 *		Which block it is, as a number below N that any process can use: the way to
 *		refer from one block to another. -EINVAL, -ENOENT as orders_free().
 *	int orders_get(const struct orders *b, size_t index, struct order **block)
 *		The other way round. -ERANGE; -ENOENT if that block is free.
 *	struct order *orders_at(const struct orders *b, size_t index)
 *		The same, or NULL.
 *	bool orders_is_live(const struct orders *b, size_t index)
 *		The same without the block.
 *	bool orders_owns(const struct orders *b, const void *memory)
 *		Does it point into any of these blocks, live or free?
 *	int orders_next(const struct orders *b, size_t *cursor, struct order **block)
 *		Iterates over live blocks, which may be freed meanwhile:
 *		size_t cursor = 0; while (!orders_next(&b, &cursor, &block)).
 *		-ENOENT at the end. O(N) for all of them.
 *	void orders_clear(struct orders *b)
 *		Frees all blocks, and makes it sound, whatever it was. O(N).
 *	int orders_count(const struct orders *b, size_t *len)
 *		Live blocks, or that the number is damaged.
 *	size_t orders_len(const struct orders *b)
 *	size_t orders_capacity(const struct orders *b)
 *	bool orders_is_empty(const struct orders *b)
 *	bool orders_is_full(const struct orders *b)
 *	int orders_repair(struct orders *b)
 *		Makes the stack of free blocks anew: all are on it that are not live.
 *		After a death, or after damage to anything but what says which blocks are
 *		live. O(N).
 *	int orders_invariants(const struct orders *b)
 *		For tests: 0, or what is wrong as one of the errors below. -EOWNERDEAD if
 *		blocks are neither live nor to be had, and nothing else is wrong. O(N);
 *		while there are such blocks O(N * (1 + N / 2048)).
 *
 * All that return int can return -EUCLEAN, and alloc and free -EOWNERDEAD, as object.h
 * says; orders_len() of damaged blocks is N. orders_alloc() gives nobody a block that
 * is live: if the stack of free blocks says otherwise that is -EUCLEAN.
 *
 * BM_BLOCKS_CHECKED(orders, struct order, 1024, every) declares one that is checked
 * while it is used: integrity.h. It has no orders_len(), _is_empty(), _is_full(),
 * _is_live() and _at(). There is no `redundant`: the program writes into its blocks
 * when it likes, and no copy could keep up.
 *
 * Death within orders_alloc() or orders_free(): the block on which it was at work is
 * neither live nor to be had until orders_repair(), and all else goes on. Blocks that a
 * dead process had stay live: orders_next() finds them.
 *
 * Space: 64 bytes, and for each block its size and 5 bytes more, each of the three
 * parts rounded up to a multiple of 64.
 *
 * Threads: see object.h. What a block holds is memory that another process may change
 * between two looks at it.
 *
 * Example:
 *
 *	struct order *order;
 *	struct orders b;
 *	int err = orders_create(&b, bm_pool_region(pool), "orders");
 *
 *	if (!err)
 *		err = orders_alloc(&b, &order);
 *	if (!err) {
 *		fill_in(order);
 *		err = orders_free(&b, order);
 *	}
 */
#ifndef BUDGETMEM_BLOCKS_H
#define BUDGETMEM_BLOCKS_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_BLOCKS_VERSION	1

/*
 * The contents: the blocks, a stack of the indices of free ones, and a byte a block
 * that is 1 if it is live. The stack ends at the last place: what is beyond the length
 * is free, and the length is the place of its top.
 *
 * A stack, and not a list through the free blocks, because what is taken next is known
 * without a look at the block itself; a byte, and not a bit, because the next verb does
 * not wait for the one before to have changed the same word.
 */
#define BM_BLOCKS_STACK_(size, n)	BM_BYTES_ROUND_((uint64_t)(size) * (n))
#define BM_BLOCKS_LIVE_(size, n)					\
	(BM_BLOCKS_STACK_(size, n) +					\
	 BM_BYTES_ROUND_(sizeof(uint32_t) * (uint64_t)(n)))
#define BM_BLOCKS_CONTENTS_(size, n)	(BM_BLOCKS_LIVE_(size, n) + (n))

int bm_blocks_create_(struct bm_handle *blocks, struct bm_region region,
		      const char *name, const struct bm_type *type);
int bm_blocks_next_(const struct bm_handle *blocks, size_t *cursor,
		    void **block);
void bm_blocks_clear_(struct bm_handle *blocks);
int bm_blocks_repair_(struct bm_handle *blocks);
int bm_blocks_invariants_(const struct bm_handle *blocks);

static inline struct bm_type bm_blocks_type_(size_t size, size_t alignment,
					     size_t capacity,
					     const char *spelling)
{
	struct bm_type type;

	type.kind = BM_KIND_BLOCKS;
	type.version = BM_BLOCKS_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = BM_BLOCKS_CONTENTS_(size, capacity);
	return type;
}

/*
 * What follows is inline because a block's size and their number are known here:
 * where the parts are is then a constant, and a division a multiplication.
 */
static inline uint32_t *bm_blocks_stack_(unsigned char *contents, size_t size,
					 uint32_t n)
{
	return (uint32_t *)(void *)(contents +
				    (size_t)BM_BLOCKS_STACK_(size, n));
}

static inline uint8_t *bm_blocks_live_(unsigned char *contents, size_t size,
				       uint32_t n)
{
	return contents + (size_t)BM_BLOCKS_LIVE_(size, n);
}

static inline bool bm_blocks_is_live_(const struct bm_handle *blocks,
				      size_t index, size_t size, uint32_t n)
{
	unsigned char *contents = bm_handle_contents_(blocks);

	return __atomic_load_n(bm_blocks_live_(contents, size, n) + index,
			       __ATOMIC_RELAXED);
}

/* Newton's iteration: each step doubles the number of right bits, of which 5 are. */
static inline size_t bm_blocks_inverse_(size_t odd)
{
	size_t inverse = (odd * 3) ^ 2;

	inverse *= 2 - odd * inverse;
	inverse *= 2 - odd * inverse;
	inverse *= 2 - odd * inverse;
	inverse *= 2 - odd * inverse;
	return inverse;
}

/*
 * Which block begins at @memory: a number beyond all blocks if none does. To multiply
 * by the inverse and to rotate brings the multiples of the size in front of all other
 * numbers, so that one comparison tells both what is foreign and what points into a
 * block.
 */
static inline size_t bm_blocks_place_(const unsigned char *contents,
				      const void *memory, size_t size)
{
	size_t offset = (size_t)((uintptr_t)memory - (uintptr_t)contents);
	unsigned int shift = (unsigned int)__builtin_ctzll(size);
	unsigned int bits = 8 * sizeof(size_t);
	size_t product = offset * bm_blocks_inverse_(size >> shift);

	return product >> shift | product << (bits - shift) % bits;
}

static inline int bm_blocks_len_(const struct bm_object *object, uint32_t *len,
				 uint32_t n)
{
	*len = __atomic_load_n(&object->len, __ATOMIC_RELAXED);
	if (bm_object_is_updating_(object))
		return -EOWNERDEAD;
	return *len > n ? -EUCLEAN : 0;
}

/*
 * The length first: whoever dies before the block is live leaves it lost, not free.
 * The handle is read once, at the beginning: the compiler must take each store to a
 * pool for one that may have changed it.
 */
static inline int bm_blocks_alloc_(struct bm_handle *blocks, void **block,
				   size_t size, uint32_t n)
{
	struct bm_object *object = blocks->object;
	unsigned char *contents = (unsigned char *)(object + 1);
	uint8_t *live = bm_blocks_live_(contents, size, n);
	uint32_t part_of_step = blocks->step - 1;
	uint32_t index;
	uint32_t len;
	int err = bm_blocks_len_(object, &len, n);

	if (err)
		return err;
	if (len == n) {
		bm_handle_refuse_(blocks);
		return -ENOSPC;
	}
	index = __atomic_load_n(bm_blocks_stack_(contents, size, n) + len,
				__ATOMIC_RELAXED);
	if (index >= n || live[index])
		return -EUCLEAN;
	if (!(len & part_of_step))
		bm_handle_account_(blocks, len, len + 1);
	__atomic_store_n(&object->len, len + 1, __ATOMIC_RELEASE);
	__atomic_store_n(&live[index], 1, __ATOMIC_RELEASE);
	*block = contents + (size_t)index * size;
	return 0;
}

/* The other way round, for the same reason. */
static inline int bm_blocks_free_(struct bm_handle *blocks, void *block,
				  size_t size, uint32_t n)
{
	struct bm_object *object = blocks->object;
	unsigned char *contents = (unsigned char *)(object + 1);
	uint8_t *live = bm_blocks_live_(contents, size, n);
	size_t index = bm_blocks_place_(contents, block, size);
	uint32_t part_of_step = blocks->step - 1;
	uint32_t len;
	int err = bm_blocks_len_(object, &len, n);

	if (err)
		return block ? err : 0;
	if (index >= n)
		return block ? -EINVAL : 0;
	if (!live[index])
		return -ENOENT;
	if (!len--)
		return -EUCLEAN;
	__atomic_store_n(&live[index], 0, __ATOMIC_RELEASE);
	bm_blocks_stack_(contents, size, n)[len] = (uint32_t)index;
	if (object->peak <= len || !(len & part_of_step))
		bm_handle_set_len_(blocks, len + 1, len);
	else
		__atomic_store_n(&object->len, len, __ATOMIC_RELEASE);
	return 0;
}

static inline int bm_blocks_index_(const struct bm_handle *blocks,
				   const void *block, size_t *index,
				   size_t size, uint32_t n)
{
	size_t place = bm_blocks_place_(bm_handle_contents_(blocks), block,
					size);

	if (place >= n)
		return -EINVAL;
	if (!bm_blocks_is_live_(blocks, place, size, n))
		return -ENOENT;
	*index = place;
	return 0;
}

static inline int bm_blocks_get_(const struct bm_handle *blocks, size_t index,
				 void **block, size_t size, uint32_t n)
{
	if (index >= n)
		return -ERANGE;
	if (!bm_blocks_is_live_(blocks, index, size, n))
		return -ENOENT;
	*block = bm_handle_contents_(blocks) + index * size;
	return 0;
}

static inline bool bm_blocks_owns_(const struct bm_handle *blocks,
				   const void *memory, size_t size, uint32_t n)
{
	return (uintptr_t)memory - (uintptr_t)bm_handle_contents_(blocks) <
	       size * n;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_BLOCKS() - declare blocks
 * @name: of the struct, and how the functions begin
 * @T: type of what a block holds: a plain one, that can be copied byte by byte
 * @N: capacity in blocks, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_BLOCKS(name, T, N)	BM_BLOCKS_DEFINE_(name, T, N, off, #T)

/**
 * BM_BLOCKS_CHECKED() - declare blocks that are checked
 * @name: as BM_BLOCKS()
 * @T: as BM_BLOCKS()
 * @N: as BM_BLOCKS()
 * @level: off, sampled or every, see integrity.h
 */
#define BM_BLOCKS_CHECKED(name, T, N, level)				\
	BM_BLOCKS_DEFINE_(name, T, N, level, #T)

#define BM_BLOCKS_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_BLOCKS_ASSERT_##level					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  BM_BLOCKS_CONTENTS_(sizeof(T), N)));	\
	struct name {							\
		struct bm_handle blocks;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, blocks,			\
				    bm_blocks_invariants_(&object->blocks)) \
	BM_DEFINE_MAKE_(name, blocks, level,				\
			bm_blocks_type_(sizeof(T), BM_ALIGNOF(T), N,	\
					spelling),			\
			bm_blocks_create_, bm_object_attach_)		\
	BM_BLOCKS_ALLOC_(name, T, N)					\
	BM_BLOCKS_PLACES_(name, T, N)					\
	BM_BLOCKS_WHOLE_(name)						\
	BM_DEFINE_CAPACITY_(name, blocks)				\
	BM_IF_OFF_##level(BM_BLOCKS_DIRECT_(name, T, N)			\
			  BM_DEFINE_COUNTS_(name, blocks))

#define BM_BLOCKS_ASSERT_off
#define BM_BLOCKS_ASSERT_sampled
#define BM_BLOCKS_ASSERT_every
#define BM_BLOCKS_ASSERT_redundant					\
	BM_STATIC_ASSERT(0, "blocks cannot be redundant");

/* A void pointer between: a T ** must not be written as if it were a void **. */
#define BM_BLOCKS_ALLOC_(name, T, N)					\
	BM_INLINE_ int name##_alloc_memory_(struct name *b, void **memory) \
	{								\
		BM_WRITE_(name, b,					\
			  bm_blocks_alloc_(&b->blocks, memory,		\
					   sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_alloc(struct name *b, T **block)		\
	{								\
		void *memory = NULL;					\
		int err = name##_alloc_memory_(b, &memory);		\
									\
		if (!err)						\
			*block = (T *)memory;				\
		return err;						\
	}								\
	BM_INLINE_ int name##_free(struct name *b, T *block)		\
	{								\
		BM_WRITE_(name, b,					\
			  bm_blocks_free_(&b->blocks, block,		\
					  sizeof(T), N));		\
	}								\
	BM_INLINE_ bool name##_owns(const struct name *b,		\
				    const void *memory)			\
	{								\
		return bm_blocks_owns_(&b->blocks, memory, sizeof(T), N); \
	}

#define BM_BLOCKS_PLACES_(name, T, N)					\
	BM_INLINE_ int name##_index(const struct name *b, const T *block, \
				    size_t *index)			\
	{								\
		BM_READ_(name, b,					\
			 bm_blocks_index_(&b->blocks, block, index,	\
					  sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_get_memory_(const struct name *b,		\
					  size_t index, void **memory)	\
	{								\
		BM_READ_(name, b,					\
			 bm_blocks_get_(&b->blocks, index, memory,	\
					sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_get(const struct name *b, size_t index,	\
				  T **block)				\
	{								\
		void *memory = NULL;					\
		int err = name##_get_memory_(b, index, &memory);	\
									\
		if (!err)						\
			*block = (T *)memory;				\
		return err;						\
	}								\
	BM_INLINE_ int name##_next_memory_(const struct name *b,	\
					   size_t *cursor, void **memory) \
	{								\
		BM_READ_(name, b,					\
			 bm_blocks_next_(&b->blocks, cursor, memory));	\
	}								\
	BM_INLINE_ int name##_next(const struct name *b, size_t *cursor, \
				   T **block)				\
	{								\
		void *memory = NULL;					\
		int err = name##_next_memory_(b, cursor, &memory);	\
									\
		if (!err)						\
			*block = (T *)memory;				\
		return err;						\
	}

#define BM_BLOCKS_WHOLE_(name)						\
	BM_WHOLE_(name, bm_blocks_clear_(&object->blocks),		\
		  bm_blocks_repair_(&object->blocks),			\
		  bm_blocks_invariants_(&object->blocks))

#define BM_BLOCKS_DIRECT_(name, T, N)					\
	BM_INLINE_ T *name##_at(const struct name *b, size_t index)	\
	{								\
		void *memory = NULL;					\
									\
		return bm_blocks_get_(&b->blocks, index, &memory,	\
				      sizeof(T), N) ? NULL : (T *)memory; \
	}								\
	BM_INLINE_ bool name##_is_live(const struct name *b,		\
				       size_t index)			\
	{								\
		return index < (N) &&					\
		       bm_blocks_is_live_(&b->blocks, index, sizeof(T), N); \
	}

#endif /* BUDGETMEM_BLOCKS_H */
