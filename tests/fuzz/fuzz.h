/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h: what the fuzzed models share
 *
 * A model is one function, LLVMFuzzerTestOneInput(): it reads its input as a sequence
 * of operations, does each on a collection of the library and on a model of it that
 * is too simple to be wrong, and compares both. libFuzzer makes inputs up that reach
 * new code (make fuzz); random_main.c makes plain random ones and replays those that
 * are kept (make check).
 */
#ifndef BUDGETMEM_TESTS_FUZZ_H
#define BUDGETMEM_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/budgetmem.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Not assert(): it is compiled out somewhere, and libFuzzer wants a crash. */
#define FUZZ_CHECK(condition)						\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "%s:%d: %s\n", __FILE__,	\
				__LINE__, #condition);			\
			abort();					\
		}							\
	} while (0)

struct fuzz_input {
	const uint8_t *next;
	size_t left;
};

static inline bool fuzz_at_end(const struct fuzz_input *input)
{
	return !input->left;
}

/* 0 at the end. */
static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->next++;
}

static inline uint16_t fuzz_short(struct fuzz_input *input)
{
	uint8_t high = fuzz_byte(input);

	return (uint16_t)(high << 8 | fuzz_byte(input));
}

/* A number below @limit, which is at most 65536. */
static inline uint32_t fuzz_below(struct fuzz_input *input, uint32_t limit)
{
	return (limit > 256 ? fuzz_short(input) : fuzz_byte(input)) % limit;
}

/*
 * A fresh region that ends where its allocation ends, so that the address sanitizer
 * sees the first byte beyond.
 */
static inline struct bm_region fuzz_take_region(size_t size)
{
	struct bm_region region = { NULL, size };

	FUZZ_CHECK(!posix_memalign(&region.base, BM_REGION_ALIGNMENT, size));
	memset(region.base, 0, size);
	return region;
}

static inline void fuzz_give_region(struct bm_region region)
{
	FUZZ_CHECK(!bm_layout_invariants(region, NULL));
	free(region.base);
}

#endif /* BUDGETMEM_TESTS_FUZZ_H */
