/* SPDX-License-Identifier: MIT */
/*
 * arena.h: memory that is taken piece by piece and given back all at once
 *
 *	BM_ARENA(scratch, 65536)
 *
 * declares struct scratch, a small handle in the program's private memory, and these
 * functions. `a` is the handle; sizes and offsets are in bytes. Each allocation begins
 * where the one before ended; nothing is given back by itself, but all that was
 * allocated since a mark by one call. O(1) unless stated.
 *
 *	int scratch_create(struct scratch *a, struct bm_region region, const char *name)
 *		Makes a new, empty arena in the region. Errors: bm_layout_reserve(),
 *		bm_hash_seed().
 *	int scratch_attach(struct scratch *a, struct bm_region region, const char *name,
 *			   struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int scratch_alloc(struct scratch *a, size_t size, void **memory)
 *		@size bytes, aligned to 16. They are not zero but what was left there.
 *		-EINVAL if @size is 0; -ENOSPC, and *memory stays as it was.
 *	int scratch_alloc_aligned(struct scratch *a, size_t alignment, size_t size,
 *				  void **memory)
 *		Aligned otherwise. -EINVAL too if @alignment is not a power of two or is
 *		more than BM_REGION_ALIGNMENT.
 *	int scratch_alloc_array(struct scratch *a, size_t count, size_t size,
 *				void **memory)
 *		@count times @size bytes. -ENOSPC also where the product is no size_t.
 *	int scratch_alloc_zeroed(struct scratch *a, size_t size, void **memory)
 *		All zeros. O(@size).
 *	int scratch_resize(struct scratch *a, void *memory, size_t old_size, size_t size)
 *		Makes the last allocation longer or shorter where it is. @old_size is what
 *		it has now. -EINVAL if @memory and @old_size do not end where all that is
 *		in use ends, a scope was opened after it, or @size is 0; -ENOSPC, and it
 *		stays as it was. The arena knows of no other sizes: an @old_size that
 *		reaches over later allocations makes them part of this one, and what is
 *		beyond @size then is given out again.
 *	int scratch_mark(struct scratch *a, struct bm_arena_scope *scope)
 *		Opens a scope. -ENOSPC.
 *	int scratch_release(struct scratch *a, struct bm_arena_scope scope)
 *		Gives back all that was allocated since, and ends the scopes that were
 *		opened since and this one. O(scopes that were opened since). -EINVAL if the
 *		scope is of another arena of this region, or is none at all; -ENOENT if it
 *		was ended already. Then nothing changes.
 *	int scratch_offset(const struct scratch *a, const void *memory, size_t *offset)
 *		Where @memory is, as a number that any process can use: the way to refer
 *		from one piece to another. -EINVAL if it is not allocated.
 *	int scratch_get(const struct scratch *a, size_t offset, void **memory)
 *		The other way round. -ERANGE if it is not allocated.
 *	void *scratch_at(const struct scratch *a, size_t offset)
 *		The same, or NULL.
 *	void scratch_clear(struct scratch *a)
 *		Gives everything back, ends all scopes, and makes it sound, whatever it was.
 *	int scratch_count(const struct scratch *a, size_t *len)
 *		Bytes in use, or that the number is damaged.
 *	size_t scratch_len(const struct scratch *a)
 *	size_t scratch_peak(const struct scratch *a)
 *		Bytes in use, now and at most.
 *	size_t scratch_capacity(const struct scratch *a)
 *	bool scratch_is_empty(const struct scratch *a)
 *	bool scratch_is_full(const struct scratch *a)
 *	int scratch_repair(struct scratch *a)
 *		After -EOWNERDEAD.
 *	int scratch_invariants(const struct scratch *a)
 *		For tests: 0, or what is wrong as one of the errors below. O(open scopes).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; scratch_len() of a damaged arena is its capacity.
 *
 *	BM_ARENA_OF(scratch_words, scratch, struct word)
 *
 * declares a function that allocates elements of a type, with its alignment:
 *
 *	int scratch_words(struct scratch *a, size_t count, struct word **words)
 *		Errors as scratch_alloc_array().
 *
 * A scope that was ended is told from an open one by a number that grows with every
 * mark. The number begins anew after 2^32 marks: a scope that is kept for exactly so
 * long is taken for the one that is open at its place.
 *
 * BM_ARENA_CHECKED(scratch, 65536, every) declares one that is checked while it is
 * used: integrity.h. It has no scratch_len(), _peak(), _is_empty(), _is_full() and
 * _at(). There is no `redundant`: the program writes into what it allocated when it
 * likes, and no copy could keep up.
 *
 * Death within a verb: a mark or release that was not done leaves at most that in use
 * which an outer release or a clear gives back.
 *
 * Space: 64 bytes beside the capacity, rounded up to a multiple of 64. An open scope
 * takes 16 bytes of the capacity; what aligns an allocation is lost until it is given
 * back.
 *
 * Threads: see object.h. What an allocation holds is memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct bm_arena_scope scope;
 *	struct scratch a;
 *	void *line;
 *	int err = scratch_create(&a, bm_pool_region(pool), "scratch");
 *
 *	if (!err)
 *		err = scratch_mark(&a, &scope);
 *	if (!err) {
 *		err = scratch_alloc(&a, 200, &line);
 *		if (!err)
 *			answer(line, 200);
 *		scratch_release(&a, scope);
 *	}
 */
#ifndef BUDGETMEM_ARENA_H
#define BUDGETMEM_ARENA_H

#include <string.h>

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_ARENA_VERSION	1

/* What an allocation is aligned to unless it says otherwise. */
#define BM_ARENA_ALIGNMENT	16

/**
 * struct bm_arena_scope - what *_mark() gives and *_release() takes
 * @arena: which arena of its region
 * @offset: where in the arena
 * @number: which mark of the arena
 *
 * Private to the arena; may be copied, and kept after its end.
 */
struct bm_arena_scope {
	uint32_t arena;
	uint32_t offset;
	uint32_t number;
};

int bm_arena_create_(struct bm_handle *arena, struct bm_region region,
		     const char *name, const struct bm_type *type);
int bm_arena_alloc_zeroed_(struct bm_handle *arena, size_t size, void **memory);
int bm_arena_resize_(struct bm_handle *arena, void *memory, size_t old_size,
		     size_t size);
int bm_arena_mark_(struct bm_handle *arena, struct bm_arena_scope *scope);
int bm_arena_release_(struct bm_handle *arena, struct bm_arena_scope scope);
int bm_arena_offset_(const struct bm_handle *arena, const void *memory,
		     size_t *offset);
int bm_arena_get_(const struct bm_handle *arena, size_t offset, void **memory);
size_t bm_arena_peak_(const struct bm_handle *arena);
void bm_arena_clear_(struct bm_handle *arena);
int bm_arena_repair_(struct bm_handle *arena);
int bm_arena_invariants_(const struct bm_handle *arena);

static inline struct bm_type bm_arena_type_(size_t bytes)
{
	struct bm_type type;

	type.kind = BM_KIND_ARENA;
	type.version = BM_ARENA_VERSION;
	type.element_size = 1;
	type.alignment = BM_ARENA_ALIGNMENT;
	type.capacity = (uint32_t)bytes;
	type.hash = bm_hash_type("byte", 1, 1);
	type.bytes = bytes;
	return type;
}

/*
 * What follows is inline because the size is mostly a constant where it is called,
 * and a call would cost more than the work.
 */
static inline void bm_arena_grow_(const struct bm_handle *arena, uint32_t before,
				  uint32_t after)
{
	/* Have the lengths, rounded up, different multiples of the step? */
	if (((before - 1) ^ (after - 1)) & ~(arena->step - 1))
		bm_handle_account_(arena, before, after);
	__atomic_store_n(&arena->object->len, after, __ATOMIC_RELEASE);
}

/* @alignment is a power of two and at most BM_REGION_ALIGNMENT. */
static inline int bm_arena_take_(struct bm_handle *arena, size_t size,
				 size_t alignment, void **memory)
{
	uint32_t mask = (uint32_t)alignment - 1;
	uint32_t start;
	uint32_t len;
	int err = bm_handle_writable_(arena, &len);

	if (err)
		return err;
	if (!size)
		return -EINVAL;
	start = (len + mask) & ~mask;
	if (start > arena->capacity || size > arena->capacity - start) {
		bm_handle_refuse_(arena);
		/* Said here, so that the compiler knows when @memory is set. */
		return -ENOSPC;
	}
	bm_arena_grow_(arena, len, start + (uint32_t)size);
	*memory = bm_handle_contents_(arena) + start;
	return 0;
}

static inline int bm_arena_alloc_(struct bm_handle *arena, size_t size,
				  void **memory)
{
	return bm_arena_take_(arena, size, BM_ARENA_ALIGNMENT, memory);
}

static inline int bm_arena_alloc_aligned_(struct bm_handle *arena, size_t size,
					  size_t alignment, void **memory)
{
	if (!alignment || alignment & (alignment - 1) ||
	    alignment > BM_REGION_ALIGNMENT)
		return -EINVAL;
	return bm_arena_take_(arena, size, alignment, memory);
}

/* A product that is no size_t fits as little as the largest one. */
static inline int bm_arena_alloc_array_(struct bm_handle *arena, size_t count,
					size_t size, size_t alignment,
					void **memory)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX;
	return bm_arena_take_(arena, bytes, alignment, memory);
}

static inline void *bm_arena_at_(const struct bm_handle *arena, size_t offset)
{
	return offset < bm_handle_bounded_len_(arena) ?
	       bm_handle_contents_(arena) + offset : NULL;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_ARENA() - declare an arena
 * @name: of the struct, and how the functions begin
 * @BYTES: capacity in bytes, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_ARENA(name, BYTES)	BM_ARENA_CHECKED(name, BYTES, off)

/**
 * BM_ARENA_CHECKED() - declare an arena that is checked
 * @name: as BM_ARENA()
 * @BYTES: as BM_ARENA()
 * @level: off, sampled or every, see integrity.h
 */
#define BM_ARENA_CHECKED(name, BYTES, level)				\
	BM_ASSERT_ELEMENT_(char, BYTES);				\
	BM_ARENA_ASSERT_##level						\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)(BYTES)));			\
	struct name {							\
		struct bm_handle arena;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, arena,			\
				    bm_arena_invariants_(&object->arena)) \
	BM_DEFINE_MAKE_(name, arena, level, bm_arena_type_(BYTES),	\
			bm_arena_create_, bm_object_attach_)		\
	BM_ARENA_ALLOC_(name)						\
	BM_ARENA_SCOPES_(name)						\
	BM_ARENA_PLACES_(name)						\
	BM_ARENA_WHOLE_(name)						\
	BM_DEFINE_CAPACITY_(name, arena)				\
	BM_IF_OFF_##level(BM_ARENA_DIRECT_(name)			\
			  BM_DEFINE_COUNTS_(name, arena))

#define BM_ARENA_ASSERT_off
#define BM_ARENA_ASSERT_sampled
#define BM_ARENA_ASSERT_every
#define BM_ARENA_ASSERT_redundant					\
	BM_STATIC_ASSERT(0, "an arena cannot be redundant");

/**
 * BM_ARENA_OF() - declare a function that allocates elements of a type
 * @function: its name
 * @name: of the arena
 * @T: type of an element: a plain one, that can be copied byte by byte
 *
 * At file scope, after the arena. What it declares is described above.
 */
#define BM_ARENA_OF(function, name, T)					\
	BM_ASSERT_ELEMENT_(T, 1);					\
	BM_INLINE_ int function(struct name *a, size_t count, T **elements) \
	{								\
		void *memory = NULL;					\
		int err = name##_alloc_elements_(a, count, sizeof(T),	\
						 BM_ALIGNOF(T), &memory); \
									\
		if (!err)						\
			*elements = (T *)memory;			\
		return err;						\
	}

#define BM_ARENA_ALLOC_(name)						\
	BM_INLINE_ int name##_alloc(struct name *a, size_t size,	\
				    void **memory)			\
	{								\
		BM_WRITE_(name, a,					\
			  bm_arena_alloc_(&a->arena, size, memory));	\
	}								\
	BM_INLINE_ int name##_alloc_aligned(struct name *a,		\
					    size_t alignment,		\
					    size_t size, void **memory)	\
	{								\
		BM_WRITE_(name, a,					\
			  bm_arena_alloc_aligned_(&a->arena, size,	\
						  alignment, memory));	\
	}								\
	BM_INLINE_ int name##_alloc_elements_(struct name *a, size_t count, \
					      size_t size,		\
					      size_t alignment,		\
					      void **memory)		\
	{								\
		BM_WRITE_(name, a,					\
			  bm_arena_alloc_array_(&a->arena, count, size,	\
						alignment, memory));	\
	}								\
	BM_INLINE_ int name##_alloc_array(struct name *a, size_t count,	\
					  size_t size, void **memory)	\
	{								\
		return name##_alloc_elements_(a, count, size,		\
					      BM_ARENA_ALIGNMENT, memory); \
	}								\
	BM_INLINE_ int name##_alloc_zeroed(struct name *a, size_t size,	\
					   void **memory)		\
	{								\
		BM_WRITE_(name, a,					\
			  bm_arena_alloc_zeroed_(&a->arena, size,	\
						 memory));		\
	}								\
	BM_INLINE_ int name##_resize(struct name *a, void *memory,	\
				     size_t old_size, size_t size)	\
	{								\
		BM_WRITE_(name, a,					\
			  bm_arena_resize_(&a->arena, memory, old_size,	\
					   size));			\
	}

#define BM_ARENA_SCOPES_(name)						\
	BM_INLINE_ int name##_mark(struct name *a,			\
				   struct bm_arena_scope *scope)	\
	{								\
		BM_WRITE_(name, a, bm_arena_mark_(&a->arena, scope));	\
	}								\
	BM_INLINE_ int name##_release(struct name *a,			\
				      struct bm_arena_scope scope)	\
	{								\
		BM_WRITE_(name, a, bm_arena_release_(&a->arena, scope)); \
	}

#define BM_ARENA_PLACES_(name)						\
	BM_INLINE_ int name##_offset(const struct name *a,		\
				     const void *memory, size_t *offset) \
	{								\
		BM_READ_(name, a,					\
			 bm_arena_offset_(&a->arena, memory, offset));	\
	}								\
	BM_INLINE_ int name##_get(const struct name *a, size_t offset,	\
				  void **memory)			\
	{								\
		BM_READ_(name, a,					\
			 bm_arena_get_(&a->arena, offset, memory));	\
	}

#define BM_ARENA_WHOLE_(name)						\
	BM_INLINE_ void name##_clear(struct name *a)			\
	{								\
		bm_arena_clear_(&a->arena);				\
		name##_end_(a);						\
	}								\
	BM_INLINE_ int name##_repair(struct name *a)			\
	{								\
		int err = bm_arena_repair_(&a->arena);			\
									\
		if (!err)						\
			name##_end_(a);					\
		return err;						\
	}								\
	BM_INLINE_ int name##_invariants(const struct name *a)		\
	{								\
		return bm_arena_invariants_(&a->arena);			\
	}

#define BM_ARENA_DIRECT_(name)						\
	BM_INLINE_ void *name##_at(const struct name *a, size_t offset)	\
	{								\
		return bm_arena_at_(&a->arena, offset);			\
	}								\
	BM_INLINE_ size_t name##_peak(const struct name *a)		\
	{								\
		return bm_arena_peak_(&a->arena);			\
	}

#endif /* BUDGETMEM_ARENA_H */
