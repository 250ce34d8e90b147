/* SPDX-License-Identifier: MIT */
/*
 * bitset-words.h: the inside of bitset.h: words, and the bits in them
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_BITSET_WORDS_H
#define BUDGETMEM_BITSET_WORDS_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_BITSET_VERSION	1

/* Words of 64 bits. */
#define BM_BITSET_WORDS_(capacity)	(((uint64_t)(capacity) + 63) / 64)

/**
 * struct bm_bits - where a pass over a bitset is
 * @left: bits of the word looked at last that were not given yet
 * @word: to look at next
 * @first: bit of the word looked at last
 *
 * All zeros before the first.
 */
struct bm_bits {
	uint64_t left;
	uint32_t word;
	uint32_t first;
};

/* What is done with the words of two bitsets, or with those of a range. */
enum bm_bitset_operation {
	BM_BITSET_AND,
	BM_BITSET_OR,
	BM_BITSET_XOR,
	BM_BITSET_ANDNOT,
};

int bm_bitset_create_(struct bm_handle *bitset, struct bm_region region,
		      const char *name, const struct bm_type *type);
size_t bm_bitset_scan_(const struct bm_handle *bitset, size_t word, uint64_t flip);
int bm_bitset_last_(const struct bm_handle *bitset, uint64_t flip, size_t *index);
int bm_bitset_find_run_(const struct bm_handle *bitset, size_t count,
			size_t *start);
int bm_bitset_claim_(struct bm_handle *bitset, size_t count, size_t *start);
int bm_bitset_range_(struct bm_handle *bitset, size_t from, size_t to,
		     enum bm_bitset_operation operation);
int bm_bitset_count_range_(const struct bm_handle *bitset, size_t from, size_t to,
			   size_t *count);
bool bm_bitset_contains_range_(const struct bm_handle *bitset, size_t from,
			       size_t to, bool all);
int bm_bitset_combine_(struct bm_handle *bitset, const struct bm_handle *other,
		       enum bm_bitset_operation operation);
size_t bm_bitset_count_common_(const struct bm_handle *bitset,
			       const struct bm_handle *other);
bool bm_bitset_has_common_(const struct bm_handle *bitset,
			   const struct bm_handle *other, uint64_t flip);
bool bm_bitset_is_equal_(const struct bm_handle *bitset,
			 const struct bm_handle *other);
void bm_bitset_clear_(struct bm_handle *bitset);
int bm_bitset_repair_(struct bm_handle *bitset);
int bm_bitset_invariants_(const struct bm_handle *bitset);

/* Bits are no elements with a size: all of the object is used, always. */
static inline struct bm_type bm_bitset_type_(size_t capacity)
{
	struct bm_type type;

	type.kind = BM_KIND_BITSET;
	type.version = BM_BITSET_VERSION;
	type.element_size = 0;
	type.alignment = (uint32_t)sizeof(uint64_t);
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type("bit", sizeof(uint64_t), sizeof(uint64_t));
	type.bytes = BM_BITSET_WORDS_(capacity) * sizeof(uint64_t);
	return type;
}

/*
 * What follows is inline because it is a few instructions, some of them less where
 * the capacity is a constant; a call would cost more than the work.
 *
 * A machine of 32 bits reads and writes a word in halves, of which a verb for one bit
 * changes one.
 */
static inline uint64_t *bm_bitset_word_(const struct bm_handle *bitset, size_t word)
{
	return (uint64_t *)(void *)bm_handle_contents_(bitset) + word;
}

/*
 * Once, for those who decide by it: a neighbour may change it at any time. An atomic
 * read of 64 bits is dear on machines of 32, and the halves need not match.
 */
static inline uint64_t bm_bitset_read_(const uint64_t *word)
{
#if UINTPTR_MAX > UINT32_MAX
	return __atomic_load_n(word, __ATOMIC_RELAXED);
#else
	return *(const volatile uint64_t *)word;
#endif
}

static inline uint64_t bm_bitset_load_(const struct bm_handle *bitset, size_t word)
{
	return bm_bitset_read_(bm_bitset_word_(bitset, word));
}

/* May this bit be changed? The usual answer is yes. */
static inline int bm_bitset_check_(const struct bm_handle *bitset, size_t index,
				   size_t capacity)
{
	if (bm_object_is_updating_(bitset->object))
		return -EOWNERDEAD;
	return __builtin_expect(index >= capacity, 0) ? -ERANGE : 0;
}

static inline uint64_t bm_bitset_bit_(size_t index)
{
	return (uint64_t)1 << (index % 64);
}

/*
 * Stores even what is there already: who does not look at the error pays no branch
 * for it.
 */
static inline int bm_bitset_insert_(struct bm_handle *bitset, size_t index,
				    size_t capacity)
{
	uint64_t *word;
	uint64_t bits;
	int err = bm_bitset_check_(bitset, index, capacity);

	if (__builtin_expect(err, 0))
		return err;
	word = bm_bitset_word_(bitset, index / 64);
	bits = *word;
	*word = bits | bm_bitset_bit_(index);
	return bits & bm_bitset_bit_(index) ? -EEXIST : 0;
}

static inline int bm_bitset_remove_(struct bm_handle *bitset, size_t index,
				    size_t capacity)
{
	uint64_t *word;
	uint64_t bits;
	int err = bm_bitset_check_(bitset, index, capacity);

	if (__builtin_expect(err, 0))
		return err;
	word = bm_bitset_word_(bitset, index / 64);
	bits = *word;
	*word = bits & ~bm_bitset_bit_(index);
	return bits & bm_bitset_bit_(index) ? 0 : -ENOENT;
}

static inline int bm_bitset_set_(struct bm_handle *bitset, size_t index, bool value,
				 size_t capacity)
{
	uint64_t *word;
	int err = bm_bitset_check_(bitset, index, capacity);

	if (__builtin_expect(err, 0))
		return err;
	word = bm_bitset_word_(bitset, index / 64);
	*word = (*word & ~bm_bitset_bit_(index)) |
		((uint64_t)value << (index % 64));
	return 0;
}

static inline int bm_bitset_toggle_(struct bm_handle *bitset, size_t index,
				    size_t capacity)
{
	int err = bm_bitset_check_(bitset, index, capacity);

	if (__builtin_expect(err, 0))
		return err;
	*bm_bitset_word_(bitset, index / 64) ^= bm_bitset_bit_(index);
	return 0;
}

static inline bool bm_bitset_contains_(const struct bm_handle *bitset,
				       size_t index, size_t capacity)
{
	return index < capacity &&
	       (bm_bitset_load_(bitset, index / 64) >> (index % 64) & 1);
}

static inline int bm_bitset_get_(const struct bm_handle *bitset, size_t index,
				 bool *value, size_t capacity)
{
	if (index >= capacity)
		return -ERANGE;
	*value = bm_bitset_contains_(bitset, index, capacity);
	return 0;
}

/* Unsigned: a sign need not be carried into the upper half. */
static inline size_t bm_bitset_lowest_(uint64_t bits)
{
	return (size_t)(unsigned int)__builtin_ctzll(bits);
}

/*
 * The first such bit not before @from, or one not below @capacity: then there is none.
 * @flip is all ones for those who look for clear bits.
 */
static inline size_t bm_bitset_find_(const struct bm_handle *bitset, size_t from,
				     uint64_t flip, size_t capacity)
{
	size_t words = (size_t)BM_BITSET_WORDS_(capacity);
	size_t word = from / 64;
	uint64_t bits = (bm_bitset_load_(bitset, word) ^ flip) &
			(~(uint64_t)0 << (from % 64));

	while (!bits) {
		if (++word >= words)
			return capacity;
		bits = bm_bitset_load_(bitset, word) ^ flip;
	}
	return word * 64 + bm_bitset_lowest_(bits);
}

static inline int bm_bitset_next_(const struct bm_handle *bitset, size_t *cursor,
				  size_t *index, uint64_t flip, size_t capacity)
{
	size_t found = *cursor;

	if (found < capacity)
		found = bm_bitset_find_(bitset, found, flip, capacity);
	if (found >= capacity) {
		*cursor = capacity;
		return -ENOENT;
	}
	*index = found;
	*cursor = found + 1;
	return 0;
}

/* Far away a call is less than the loop that it makes shorter. */
static inline int bm_bitset_first_(const struct bm_handle *bitset, size_t *index,
				   uint64_t flip, size_t capacity)
{
	size_t found = capacity > 512 ?
		       bm_bitset_scan_(bitset, 0, flip) :
		       bm_bitset_find_(bitset, 0, flip, capacity);

	if (found >= capacity)
		return -ENOENT;
	*index = found;
	return 0;
}

/* The bits of the next word that has some, and moves on behind it. 0 at the end. */
static inline uint64_t bm_bitset_more_(const uint64_t *words, struct bm_bits *pass,
				       uint64_t flip, size_t capacity)
{
	uint32_t end = (uint32_t)BM_BITSET_WORDS_(capacity);
	uint32_t word = pass->word;
	uint64_t bits = 0;

	while (!bits && word < end) {
		bits = bm_bitset_read_(words + word++) ^ flip;
		if (capacity % 64 && word == end)
			bits &= ~(uint64_t)0 >> (64 - capacity % 64);
	}
	pass->word = word;
	pass->first = word * 64 - 64;
	return bits;
}

/* Numbers of 32 bits, for the compiler would add up those of 64 in a dear order. */
static inline int bm_bitset_each_(const struct bm_handle *bitset,
				  struct bm_bits *pass, size_t *index,
				  uint64_t flip, size_t capacity)
{
	const uint64_t *words = bm_bitset_word_(bitset, 0);
	uint64_t left = pass->left;

	if (__builtin_expect(!left, 0)) {
		left = bm_bitset_more_(words, pass, flip, capacity);
		if (!left)
			return -ENOENT;
	}
	*index = pass->first + (uint32_t)__builtin_ctzll(left);
	pass->left = left & (left - 1);
	return 0;
}

static inline int bm_bitset_count_(const struct bm_handle *bitset, size_t *count)
{
	*count = bm_bitset_count_common_(bitset, bitset);
	return 0;
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_BITSET_WORDS_H */
