// SPDX-License-Identifier: MIT
/*
 * bitset.c: what looks at many words of a bitset
 *
 * The words are those of the handle's capacity, whatever the pool says. Bits behind
 * the last are always left out: a neighbour may have set them.
 */
#include <budgetmem/bitset.h>

#include "object.h"
#include "runs.h"

#include <string.h>

#define ALL	(~(uint64_t)0)

static size_t words_of(const struct bm_handle *bitset)
{
	return (size_t)BM_BITSET_WORDS_(bitset->capacity);
}

static uint64_t load(const struct bm_handle *bitset, size_t word)
{
	return bm_bitset_load_(bitset, word);
}

static void store(const struct bm_handle *bitset, size_t word, uint64_t bits)
{
	*bm_bitset_word_(bitset, word) = bits;
}

/* The bits of the last word that are below the capacity. */
static uint64_t last_mask(const struct bm_handle *bitset)
{
	return ALL >> (-bitset->capacity % 64);
}

static uint64_t mask_of(const struct bm_handle *bitset, size_t word)
{
	return word + 1 == words_of(bitset) ? last_mask(bitset) : ALL;
}

int bm_bitset_create_(struct bm_handle *bitset, struct bm_region region,
		      const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, bitset);

	if (err)
		return err;
	memset(bm_handle_contents_(bitset), 0,
	       (size_t)BM_BYTES_ROUND_(type->bytes));
	bm_layout_commit(&layout, bitset);
	return 0;
}

/*
 * The first such bit in @word, which there is, or behind. May be one beyond the
 * capacity: then there is none below.
 */
size_t bm_bitset_scan_(const struct bm_handle *bitset, size_t word, uint64_t flip)
{
	size_t left = words_of(bitset) - word;

	word += bm_words_find(bm_bitset_word_(bitset, word), left - 1, flip);
	return bm_bitset_find_(bitset, word * 64, flip, bitset->capacity);
}

int bm_bitset_last_(const struct bm_handle *bitset, uint64_t flip, size_t *index)
{
	for (size_t word = words_of(bitset); word--;) {
		uint64_t bits = (load(bitset, word) ^ flip) & mask_of(bitset, word);

		if (!bits)
			continue;
		*index = word * 64 + 63 - (size_t)__builtin_clzll(bits);
		return 0;
	}
	return -ENOENT;
}

/* The bits of @clear at which @count of them begin, in this word. */
static uint64_t run_starts(uint64_t clear, size_t count)
{
	size_t width = 1;

	while (count > width && clear) {
		size_t step = count - width < width ? count - width : width;

		clear &= clear >> step;
		width += step;
	}
	return clear;
}

/* @before: clear bits at the end of the words before */
static bool run_in_word(uint64_t clear, size_t count, size_t *before,
			size_t *offset)
{
	size_t low = clear == ALL ? 64 : (size_t)__builtin_ctzll(~clear);
	uint64_t starts;

	*offset = 0;
	if (*before + low >= count)
		return true;
	if (low == 64) {
		*before += 64;
		return false;
	}
	*before = (size_t)__builtin_clzll(~clear);
	starts = count < 64 ? run_starts(clear, count) : 0;
	if (starts)
		*offset = (size_t)__builtin_ctzll(starts);
	return starts;
}

int bm_bitset_find_run_(const struct bm_handle *bitset, size_t count,
			size_t *start)
{
	size_t words = words_of(bitset);
	size_t before = 0;

	if (!count)
		return -EINVAL;
	for (size_t word = 0; word < words; word++) {
		uint64_t clear = ~load(bitset, word) & mask_of(bitset, word);
		size_t already = before;
		size_t offset;

		if (!run_in_word(clear, count, &before, &offset))
			continue;
		*start = word * 64 + offset - (offset ? 0 : already);
		return 0;
	}
	return -ENOENT;
}

static uint64_t apply(uint64_t bits, uint64_t mask,
		      enum bm_bitset_operation operation)
{
	switch (operation) {
	case BM_BITSET_AND:
		return bits & mask;
	case BM_BITSET_OR:
		return bits | mask;
	case BM_BITSET_XOR:
		return bits ^ mask;
	case BM_BITSET_ANDNOT:
	default:
		return bits & ~mask;
	}
}

static void change(const struct bm_handle *bitset, size_t word, uint64_t mask,
		   enum bm_bitset_operation operation)
{
	store(bitset, word, apply(load(bitset, word), mask, operation));
}

/* All bits of these words. */
static void change_words(const struct bm_handle *bitset, size_t word, size_t end,
			 enum bm_bitset_operation operation)
{
	if (operation == BM_BITSET_XOR)
		for (; word < end; word++)
			change(bitset, word, ALL, operation);
	else
		memset(bm_bitset_word_(bitset, word),
		       operation == BM_BITSET_OR ? 0xff : 0,
		       (end - word) * sizeof(uint64_t));
}

/* Are these bits in one word of the machine? A single store needs no mark. */
static bool is_one_store(size_t from, size_t to)
{
	size_t bits = 8 * sizeof(size_t);

	return from / bits == (to - 1) / bits;
}

static void change_range(const struct bm_handle *bitset, size_t from, size_t to,
			 enum bm_bitset_operation operation)
{
	uint64_t first = ALL << (from % 64);
	uint64_t last = ALL >> (-to % 64);
	size_t word = from / 64;
	size_t end = (to - 1) / 64;
	bool is_marked = !is_one_store(from, to);

	if (is_marked)
		bm_handle_update_begin_(bitset);
	if (word == end) {
		change(bitset, word, first & last, operation);
	} else {
		change(bitset, word, first, operation);
		change_words(bitset, word + 1, end, operation);
		change(bitset, end, last, operation);
	}
	if (is_marked)
		bm_handle_update_end_(bitset);
}

static bool is_range(const struct bm_handle *bitset, size_t from, size_t to)
{
	return from <= to && to <= bitset->capacity;
}

int bm_bitset_range_(struct bm_handle *bitset, size_t from, size_t to,
		     enum bm_bitset_operation operation)
{
	if (bm_object_is_updating_(bitset->object))
		return -EOWNERDEAD;
	if (!is_range(bitset, from, to))
		return -ERANGE;
	if (from < to)
		change_range(bitset, from, to, operation);
	return 0;
}

/* For one bit without what long runs need. */
static int find_clear(const struct bm_handle *bitset, size_t count, size_t *start)
{
	if (count == 1) {
		*start = bm_bitset_scan_(bitset, 0, ALL);
		return *start < bitset->capacity ? 0 : -ENOENT;
	}
	return bm_bitset_find_run_(bitset, count, start);
}

int bm_bitset_claim_(struct bm_handle *bitset, size_t count, size_t *start)
{
	size_t found;
	int err;

	if (bm_object_is_updating_(bitset->object))
		return -EOWNERDEAD;
	err = find_clear(bitset, count, &found);
	if (err == -ENOENT)
		return bm_handle_refuse_(bitset);
	if (err)
		return err;
	change_range(bitset, found, found + count, BM_BITSET_OR);
	*start = found;
	return 0;
}

size_t bm_bitset_count_common_(const struct bm_handle *bitset,
			       const struct bm_handle *other)
{
	size_t last = words_of(bitset) - 1;

	return bm_words_count_common(bm_bitset_word_(bitset, 0),
				     bm_bitset_word_(other, 0), last) +
	       bm_word_ones(load(bitset, last) & load(other, last) &
			    last_mask(bitset));
}

int bm_bitset_count_range_(const struct bm_handle *bitset, size_t from, size_t to,
			   size_t *count)
{
	uint64_t first = ALL << (from % 64);
	uint64_t last = ALL >> (-to % 64);
	const uint64_t *inner;
	size_t word = from / 64;
	size_t end;

	if (!is_range(bitset, from, to))
		return -ERANGE;
	*count = 0;
	if (from == to)
		return 0;
	end = (to - 1) / 64;
	if (word == end) {
		*count = bm_word_ones(load(bitset, word) & first & last);
		return 0;
	}
	inner = bm_bitset_word_(bitset, word + 1);
	*count = bm_word_ones(load(bitset, word) & first) +
		 bm_words_count_common(inner, inner, end - word - 1) +
		 bm_word_ones(load(bitset, end) & last);
	return 0;
}

/* All of them: there is no clear one before the end. */
bool bm_bitset_contains_range_(const struct bm_handle *bitset, size_t from,
			       size_t to, bool all)
{
	size_t cursor = from;
	size_t found;
	int err;

	if (!is_range(bitset, from, to))
		return false;
	err = bm_bitset_next_(bitset, &cursor, &found, all ? ALL : 0, to);
	return all == (err != 0);
}

/* Contents are whole lines of 64 bytes. */
int bm_bitset_combine_(struct bm_handle *bitset, const struct bm_handle *other,
		       enum bm_bitset_operation operation)
{
	size_t last = words_of(bitset) - 1;

	if (bm_object_is_updating_(bitset->object))
		return -EOWNERDEAD;
	bm_handle_update_begin_(bitset);
	bm_lines_combine(bm_bitset_word_(bitset, 0), bm_bitset_word_(other, 0),
			 last / 8 + 1, operation);
	change(bitset, last, last_mask(bitset), BM_BITSET_AND);
	bm_handle_update_end_(bitset);
	return 0;
}

bool bm_bitset_has_common_(const struct bm_handle *bitset,
			   const struct bm_handle *other, uint64_t flip)
{
	size_t last = words_of(bitset) - 1;

	return bm_words_have_common(bm_bitset_word_(bitset, 0),
				    bm_bitset_word_(other, 0), last, flip) ||
	       (load(bitset, last) & (load(other, last) ^ flip) & last_mask(bitset));
}

bool bm_bitset_is_equal_(const struct bm_handle *bitset,
			 const struct bm_handle *other)
{
	size_t last = words_of(bitset) - 1;

	return bm_words_are_equal(bm_bitset_word_(bitset, 0),
				  bm_bitset_word_(other, 0), last) &&
	       !((load(bitset, last) ^ load(other, last)) & last_mask(bitset));
}

void bm_bitset_clear_(struct bm_handle *bitset)
{
	struct bm_object *object = bitset->object;

	bm_handle_update_begin_(bitset);
	memset(bm_handle_contents_(bitset), 0, words_of(bitset) * sizeof(uint64_t));
	__atomic_store_n(&object->len, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&object->peak, 0, __ATOMIC_RELAXED);
	bm_handle_update_end_(bitset);
}

/* No verb writes a bit behind the last, nor counts. */
static bool is_damaged(const struct bm_handle *bitset)
{
	const struct bm_object *object = bitset->object;

	return load(bitset, words_of(bitset) - 1) & ~last_mask(bitset) ||
	       __atomic_load_n(&object->len, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&object->peak, __ATOMIC_RELAXED);
}

int bm_bitset_repair_(struct bm_handle *bitset)
{
	if (is_damaged(bitset))
		return -EUCLEAN;
	bm_handle_end_repair(bitset);
	return 0;
}

int bm_bitset_invariants_(const struct bm_handle *bitset)
{
	return is_damaged(bitset) ? -EUCLEAN : bm_handle_invariants(bitset);
}
