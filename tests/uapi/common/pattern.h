/* SPDX-License-Identifier: MIT */
/*
 * pattern - bytes that are known again
 */
#ifndef BUDGETMEM_TESTS_PATTERN_H
#define BUDGETMEM_TESTS_PATTERN_H

#include <stddef.h>

/* Fill memory with bytes that differ by place and by seed and are never 0. */
void pattern_fill(void *memory, size_t size, unsigned int seed);

/* How many bytes are not those of pattern_fill()? */
size_t pattern_wrong(const void *memory, size_t size, unsigned int seed);

/* How many bytes are not 0? */
size_t bytes_not_zero(const void *memory, size_t size);

#endif /* BUDGETMEM_TESTS_PATTERN_H */
