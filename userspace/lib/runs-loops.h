/* SPDX-License-Identifier: MIT */
/*
 * runs-loops.h: what goes over long runs, for one width
 *
 * runs.c includes this once for each width, behind wide.h, which says what NAME() and the
 * others are. Whole lines of 64 bytes are worked on here, and what is left by what is
 * the same for all widths.
 */
/* How many ones each byte has. */
static inline TARGET WIDE NAME(ones)(WIDE bits)
{
	bits -= bits >> 1 & PAIRS;
	bits = (bits & NIBBLES) + (bits >> 2 & NIBBLES);
	return (bits + (bits >> 4)) & BYTES;
}

static TARGET size_t NAME(find_zero)(const unsigned char *bytes, size_t count)
{
	size_t i;

	for (i = 0; count - i >= BM_LINE; i += BM_LINE) {
		size_t found = BM_LINE;

#define ZERO(n)		NAME(zeros)(NAME(load)(bytes + i, n))
		if (NAME(is_any)(OF_LINE(ZERO, |)))
			found = find_zero_of_few(bytes + i, BM_LINE);
		if (found < BM_LINE)
			return i + found;
	}
	return i + find_zero_of_few(bytes + i, count - i);
}

static TARGET size_t NAME(find_upper)(const unsigned char *bytes, size_t count)
{
	size_t i;

	for (i = 0; count - i >= BM_LINE; i += BM_LINE) {
		size_t found = BM_LINE;

#define LOAD(n)		NAME(load)(bytes + i, n)
		if (NAME(has_upper)(OF_LINE(LOAD, |)))
			found = find_upper_of_few(bytes + i, BM_LINE);
		if (found < BM_LINE)
			return i + found;
	}
	return i + find_upper_of_few(bytes + i, count - i);
}

/*
 * In each lane of 16 bits, how many ones two bytes of these lines have; so few lines that
 * the sum of a word's lanes fits into one.
 */
static TARGET size_t NAME(count_lines)(const uint64_t *words, const uint64_t *others,
				       size_t lines)
{
	WIDE lanes = { 0 };

	for (size_t i = 0; i < lines * WORDS; i += WORDS) {
#define ONES(n)		NAME(ones)(NAME(load)(words + i, n) & NAME(load)(others + i, n))
		WIDE bytes = OF_LINE(ONES, +);

		lanes += (bytes & EVEN_BYTES) + (bytes >> 8 & EVEN_BYTES);
	}
	return OF_WORDS(sum_of_lanes, +, lanes);
}

static TARGET size_t NAME(count_common)(const uint64_t *words, const uint64_t *others,
					size_t count)
{
	size_t lines = count / WORDS;
	size_t ones = 0;
	size_t i = 0;

	while (i < lines) {
		size_t some = lines - i < LINES_COUNTED ? lines - i : LINES_COUNTED;

		ones += NAME(count_lines)(words + i * WORDS, others + i * WORDS, some);
		i += some;
	}
	for (i = lines * WORDS; i < count; i++)
		ones += bm_word_ones(word_at(words, i) & word_at(others, i));
	return ones;
}

static TARGET size_t NAME(find)(const uint64_t *words, size_t count, uint64_t flip)
{
	size_t i;

	for (i = 0; count - i >= WORDS; i += WORDS) {
#define FLIPPED(n)	(NAME(load)(words + i, n) ^ flip)
		if (NAME(is_any)(OF_LINE(FLIPPED, |)))
			break;
	}
	while (i < count && !(word_at(words, i) ^ flip))
		i++;
	return i;
}

static TARGET bool NAME(are_equal)(const uint64_t *words, const uint64_t *others,
				   size_t count)
{
	size_t i;

	for (i = 0; count - i >= WORDS; i += WORDS) {
#define DIFFERENT(n)	(NAME(load)(words + i, n) ^ NAME(load)(others + i, n))
		if (NAME(is_any)(OF_LINE(DIFFERENT, |)))
			return false;
	}
	while (i < count && word_at(words, i) == word_at(others, i))
		i++;
	return i == count;
}

static TARGET bool NAME(have_common)(const uint64_t *words, const uint64_t *others,
				     size_t count, uint64_t flip)
{
	size_t i;

	for (i = 0; count - i >= WORDS; i += WORDS) {
#define COMMON(n)	(NAME(load)(words + i, n) & (NAME(load)(others + i, n) ^ flip))
		if (NAME(is_any)(OF_LINE(COMMON, |)))
			return true;
	}
	while (i < count && !(word_at(words, i) & (word_at(others, i) ^ flip)))
		i++;
	return i < count;
}

#define COMBINE(operator)							\
	for (size_t i = 0; i < lines * BM_LINE / sizeof(WIDE); i++) {		\
		WIDE wide = NAME(load)(into, i);				\
										\
		wide operator NAME(load)(from, i);				\
		NAME(store)(into, i, wide);					\
	}

static TARGET void NAME(combine)(uint64_t *into, const uint64_t *from, size_t lines,
				 enum bm_bitset_operation operation)
{
	switch (operation) {
	case BM_BITSET_AND:
		COMBINE(&=)
		break;
	case BM_BITSET_OR:
		COMBINE(|=)
		break;
	case BM_BITSET_XOR:
		COMBINE(^=)
		break;
	case BM_BITSET_ANDNOT:
		COMBINE(&= ~)
	}
}

#undef ZERO
#undef LOAD
#undef ONES
#undef FLIPPED
#undef DIFFERENT
#undef COMMON
#undef COMBINE
