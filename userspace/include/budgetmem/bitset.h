/* SPDX-License-Identifier: MIT */
/*
 * bitset.h: N bits, each in the set or not
 *
 *	BM_BITSET(channels, 1024)
 *
 * declares struct channels, a small handle in the program's private memory, and these
 * functions. `b` is the handle; bits have the numbers 0 to N - 1; ranges are from @from
 * to before @to. A bit that is in the set is called one, the others are clear. O(1)
 * unless stated.
 *
 *	int channels_create(struct channels *b, struct bm_region region, const char *name)
 *		Makes a new one without any bit. O(N / 64). Errors: bm_layout_reserve().
 *	int channels_attach(struct channels *b, struct bm_region region, const char *name,
 *			    struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int channels_insert(struct channels *b, size_t index)
 *		-EEXIST if it is there already. -ERANGE.
 *	int channels_remove(struct channels *b, size_t index)
 *		-ENOENT if it is not there. -ERANGE.
 *	int channels_set(struct channels *b, size_t index, bool value)
 *		Inserts or removes, whatever was. -ERANGE.
 *	int channels_toggle(struct channels *b, size_t index)
 *		Inserts what is not there, removes what is. -ERANGE.
 *	int channels_get(const struct channels *b, size_t index, bool *value)
 *		Is it there? -ERANGE.
 *	bool channels_contains(const struct channels *b, size_t index)
 *		The same without an error: false beyond N.
 *	int channels_claim(struct channels *b, size_t *index)
 *		Inserts the first clear bit and says which. -ENOSPC. O(N / 64).
 *	int channels_claim_run(struct channels *b, size_t count, size_t *start)
 *		Inserts the first @count clear bits that lie side by side and says where.
 *		-ENOSPC; -EINVAL if @count is 0. O(N / 64).
 *	int channels_find_run(const struct channels *b, size_t count, size_t *start)
 *		Where these are; inserts nothing. -ENOENT, -EINVAL. O(N / 64).
 *	int channels_first(const struct channels *b, size_t *index)
 *	int channels_last(const struct channels *b, size_t *index)
 *	int channels_first_clear(const struct channels *b, size_t *index)
 *	int channels_last_clear(const struct channels *b, size_t *index)
 *		The first or last one or clear bit. -ENOENT. O(N / 64).
 *	int channels_next(const struct channels *b, size_t *cursor, size_t *index)
 *	int channels_next_clear(const struct channels *b, size_t *cursor, size_t *index)
 *		The first one or clear bit that is not before @cursor, which is moved
 *		behind it: size_t cursor = 0; while (!channels_next(&b, &cursor, &i)).
 *		-ENOENT at the end. O(N / 64).
 *	int channels_each(const struct channels *b, struct bm_bits *bits, size_t *index)
 *	int channels_each_clear(const struct channels *b, struct bm_bits *bits,
 *				size_t *index)
 *		The same for a whole pass, faster where many bits are given: looks at 64
 *		bits once, when it comes to them. struct bm_bits bits = { 0, 0, 0 };
 *		while (!channels_each(&b, &bits, &i)). -ENOENT at the end. O(N / 64).
 *	int channels_insert_range(struct channels *b, size_t from, size_t to)
 *	int channels_remove_range(struct channels *b, size_t from, size_t to)
 *	int channels_toggle_range(struct channels *b, size_t from, size_t to)
 *		-ERANGE if @from is more than @to, or @to more than N. O(N / 64).
 *	int channels_count_range(const struct channels *b, size_t from, size_t to,
 *				 size_t *count)
 *		How many of them are there. -ERANGE. O(N / 64).
 *	bool channels_contains_range(const struct channels *b, size_t from, size_t to)
 *	bool channels_intersects_range(const struct channels *b, size_t from, size_t to)
 *		All or some of them; false if there is no such range. O(N / 64).
 *	int channels_set_all(struct channels *b)
 *		Inserts all. O(N / 64).
 *	int channels_and(struct channels *b, const struct channels *other)
 *	int channels_or(struct channels *b, const struct channels *other)
 *	int channels_xor(struct channels *b, const struct channels *other)
 *	int channels_andnot(struct channels *b, const struct channels *other)
 *		Keeps the bits that are in both; in one or both; in one of them; in @b and
 *		not in @other. O(N / 64).
 *	int channels_count_common(const struct channels *b, const struct channels *other,
 *				  size_t *count)
 *		How many bits are in both. O(N / 64).
 *	bool channels_is_subset(const struct channels *b, const struct channels *other)
 *	bool channels_intersects(const struct channels *b, const struct channels *other)
 *	bool channels_is_equal(const struct channels *b, const struct channels *other)
 *		Is all of @b in @other, some of it, or are both the same? O(N / 64).
 *	void channels_clear(struct channels *b)
 *		Makes it empty and sound, whatever it was. O(N / 64).
 *	int channels_count(const struct channels *b, size_t *count)
 *	size_t channels_len(const struct channels *b)
 *		How many bits are there. O(N / 64).
 *	size_t channels_capacity(const struct channels *b)
 *	bool channels_is_empty(const struct channels *b)
 *	bool channels_is_full(const struct channels *b)
 *		O(N / 64), until the first word that says no.
 *	int channels_repair(struct channels *b)
 *		After -EOWNERDEAD. What had been begun is done for some words and not for
 *		others.
 *	int channels_invariants(const struct channels *b)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that write can return -EOWNERDEAD, as object.h says; repair and invariants
 * -EUCLEAN, if a bit behind the last is set. No verb gives a bit that is not below N.
 *
 * BM_BITSET_CHECKED(channels, 1024, sampled) declares one that is checked while it is
 * used: integrity.h. All its verbs can return -EUCLEAN. It has no channels_len(),
 * _is_empty(), _is_full(), _contains(), _contains_range(), _intersects_range(),
 * _is_subset(), _intersects() and _is_equal(); _get() and the three that count say
 * the same.
 *
 * Space: 64 bytes beside the bits, N / 8 bytes rounded up to a multiple of 64. Bit i is
 * bit i % 64 of word i / 64; words of 64 bits in the machine's byte order.
 *
 * Cost: how many bits are there is not kept but counted. A number beside the bits would
 * make every verb for one bit twice as slow (2.2 measured), and need a mark for the moment
 * in which only one of both is changed. So insert, remove, set, toggle and what changes
 * a single word (half a word, where pointers have 32 bits) is one store: a death before or
 * after it leaves nothing half done. The pool's counters take the whole bitset for used,
 * always, and the object's length that is listed is 0.
 *
 * Threads: see object.h.
 *
 * Example:
 *
 *	struct channels used;
 *	size_t channel;
 *	int err = channels_create(&used, bm_pool_region(pool), "used");
 *
 *	if (!err)
 *		err = channels_claim(&used, &channel);
 *	if (!err)
 *		err = channels_remove(&used, channel);
 */
#ifndef BUDGETMEM_BITSET_H
#define BUDGETMEM_BITSET_H

#include <budgetmem/bitset-words.h>

/**
 * BM_BITSET() - declare a bitset
 * @name: of the struct, and how the functions begin
 * @N: capacity in bits, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_BITSET(name, N)	BM_BITSET_CHECKED(name, N, off)

/**
 * BM_BITSET_CHECKED() - declare a bitset that is checked
 * @name: as BM_BITSET()
 * @N: as BM_BITSET()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_BITSET_CHECKED(name, N, level)				\
	BM_ASSERT_ELEMENT_(unsigned char, N);				\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  BM_BITSET_WORDS_(N) * sizeof(uint64_t)));	\
	struct name {							\
		struct bm_handle bitset;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, bitset,			\
				    bm_bitset_invariants_(&object->bitset)) \
	BM_DEFINE_MAKE_(name, bitset, level, bm_bitset_type_(N),	\
			bm_bitset_create_, bm_object_attach_)		\
	BM_BITSET_ONE_(name, N)						\
	BM_BITSET_SEARCH_(name, 0, N, first, last, next, each)		\
	BM_BITSET_SEARCH_(name, ~(uint64_t)0, N, first_clear, last_clear, \
			  next_clear, each_clear)			\
	BM_BITSET_RUN_(name)						\
	BM_BITSET_RANGE_(name, insert_range, BM_BITSET_OR)		\
	BM_BITSET_RANGE_(name, remove_range, BM_BITSET_ANDNOT)		\
	BM_BITSET_RANGE_(name, toggle_range, BM_BITSET_XOR)		\
	BM_BITSET_TWO_(name, and, BM_BITSET_AND)			\
	BM_BITSET_TWO_(name, or, BM_BITSET_OR)				\
	BM_BITSET_TWO_(name, xor, BM_BITSET_XOR)			\
	BM_BITSET_TWO_(name, andnot, BM_BITSET_ANDNOT)			\
	BM_BITSET_COUNT_(name)						\
	BM_BITSET_WHOLE_(name, N)					\
	BM_IF_OFF_##level(BM_BITSET_DIRECT_(name, N)			\
			  BM_BITSET_COMPARE_(name))

#define BM_BITSET_ONE_(name, N)						\
	BM_INLINE_ int name##_insert(struct name *b, size_t index)	\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_insert_(&b->bitset, index, N));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *b, size_t index)	\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_remove_(&b->bitset, index, N));	\
	}								\
	BM_INLINE_ int name##_set(struct name *b, size_t index, bool value)	\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_set_(&b->bitset, index, value, N));	\
	}								\
	BM_INLINE_ int name##_toggle(struct name *b, size_t index)	\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_toggle_(&b->bitset, index, N));	\
	}								\
	BM_INLINE_ int name##_get(const struct name *b, size_t index,	\
				  bool *value)				\
	{								\
		BM_READ_(name, b,					\
			 bm_bitset_get_(&b->bitset, index, value, N));	\
	}

#define BM_BITSET_SEARCH_(name, flip, N, first, last, next, each)	\
	BM_INLINE_ int name##_##first(const struct name *b, size_t *index)	\
	{								\
		BM_READ_(name, b,					\
			 bm_bitset_first_(&b->bitset, index, flip, N));	\
	}								\
	BM_INLINE_ int name##_##last(const struct name *b, size_t *index)	\
	{								\
		BM_READ_(name, b,					\
			 bm_bitset_last_(&b->bitset, flip, index));	\
	}								\
	BM_INLINE_ int name##_##next(const struct name *b, size_t *cursor,	\
				     size_t *index)			\
	{								\
		BM_READ_(name, b, bm_bitset_next_(&b->bitset, cursor,	\
						  index, flip, N));	\
	}								\
	BM_INLINE_ int name##_##each(const struct name *b,		\
				     struct bm_bits *bits, size_t *index)	\
	{								\
		BM_READ_(name, b, bm_bitset_each_(&b->bitset, bits,	\
						  index, flip, N));	\
	}

#define BM_BITSET_RUN_(name)						\
	BM_INLINE_ int name##_find_run(const struct name *b, size_t count,	\
				       size_t *start)			\
	{								\
		BM_READ_(name, b,					\
			 bm_bitset_find_run_(&b->bitset, count, start));	\
	}								\
	BM_INLINE_ int name##_claim_run(struct name *b, size_t count,	\
					size_t *start)			\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_claim_(&b->bitset, count, start));	\
	}								\
	BM_INLINE_ int name##_claim(struct name *b, size_t *index)	\
	{								\
		BM_WRITE_(name, b,					\
			  bm_bitset_claim_(&b->bitset, 1, index));	\
	}

#define BM_BITSET_RANGE_(name, verb, operation)				\
	BM_INLINE_ int name##_##verb(struct name *b, size_t from, size_t to)	\
	{								\
		BM_WRITE_(name, b, bm_bitset_range_(&b->bitset, from, to,	\
						    operation));	\
	}

#define BM_BITSET_TWO_(name, verb, operation)				\
	BM_INLINE_ int name##_##verb(struct name *b,			\
				     const struct name *other)		\
	{								\
		int other_err_ = name##_verify_(other);			\
									\
		if (other_err_)						\
			return other_err_;				\
		BM_WRITE_(name, b,					\
			  bm_bitset_combine_(&b->bitset, &other->bitset, \
					     operation));		\
	}

#define BM_BITSET_COUNT_(name)						\
	BM_INLINE_ int name##_count(const struct name *b, size_t *count)	\
	{								\
		BM_READ_(name, b, bm_bitset_count_(&b->bitset, count));	\
	}								\
	BM_INLINE_ int name##_count_range(const struct name *b, size_t from,	\
					  size_t to, size_t *count)	\
	{								\
		BM_READ_(name, b, bm_bitset_count_range_(&b->bitset, from, \
							 to, count));	\
	}								\
	BM_INLINE_ int name##_count_common(const struct name *b,	\
					   const struct name *other,	\
					   size_t *count)		\
	{								\
		int err = name##_verify_(b);				\
									\
		if (!err)						\
			err = name##_verify_(other);			\
		if (!err)						\
			*count = bm_bitset_count_common_(&b->bitset,	\
							 &other->bitset); \
		return err;						\
	}

#define BM_BITSET_WHOLE_(name, N)					\
	BM_INLINE_ int name##_set_all(struct name *b)			\
	{								\
		BM_WRITE_(name, b, bm_bitset_range_(&b->bitset, 0, N,	\
						    BM_BITSET_OR));	\
	}								\
	BM_INLINE_ size_t name##_capacity(const struct name *b)		\
	{								\
		return b->bitset.capacity;				\
	}								\
	BM_WHOLE_(name, bm_bitset_clear_(&object->bitset),		\
		  bm_bitset_repair_(&object->bitset),			\
		  bm_bitset_invariants_(&object->bitset))

#define BM_BITSET_DIRECT_(name, N)					\
	BM_INLINE_ bool name##_contains(const struct name *b, size_t index)	\
	{								\
		return bm_bitset_contains_(&b->bitset, index, N);	\
	}								\
	BM_INLINE_ size_t name##_len(const struct name *b)		\
	{								\
		return bm_bitset_count_common_(&b->bitset, &b->bitset);	\
	}								\
	BM_INLINE_ bool name##_is_empty(const struct name *b)		\
	{								\
		size_t index;						\
									\
		return bm_bitset_first_(&b->bitset, &index, 0, N) != 0;	\
	}								\
	BM_INLINE_ bool name##_is_full(const struct name *b)		\
	{								\
		size_t index;						\
									\
		return bm_bitset_first_(&b->bitset, &index,		\
					~(uint64_t)0, N) != 0;		\
	}

#define BM_BITSET_COMPARE_(name)					\
	BM_INLINE_ bool name##_contains_range(const struct name *b,	\
					      size_t from, size_t to)	\
	{								\
		return bm_bitset_contains_range_(&b->bitset, from, to, true); \
	}								\
	BM_INLINE_ bool name##_intersects_range(const struct name *b,	\
						size_t from, size_t to)	\
	{								\
		return bm_bitset_contains_range_(&b->bitset, from, to, false); \
	}								\
	BM_INLINE_ bool name##_is_subset(const struct name *b,		\
					 const struct name *other)	\
	{								\
		return !bm_bitset_has_common_(&b->bitset, &other->bitset, \
					      ~(uint64_t)0);		\
	}								\
	BM_INLINE_ bool name##_intersects(const struct name *b,		\
					  const struct name *other)	\
	{								\
		return bm_bitset_has_common_(&b->bitset, &other->bitset, 0); \
	}								\
	BM_INLINE_ bool name##_is_equal(const struct name *b,		\
					const struct name *other)	\
	{								\
		return bm_bitset_is_equal_(&b->bitset, &other->bitset);	\
	}

#endif /* BUDGETMEM_BITSET_H */
