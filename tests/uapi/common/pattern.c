// SPDX-License-Identifier: MIT
/*
 * pattern - bytes that are known again
 */
#include "pattern.h"

/* The page counts too, so that pages that change places are noticed. */
static unsigned char pattern_byte(size_t place, unsigned int seed)
{
	return (place * 7 + (place >> 12) * 31 + seed * 101) % 255 + 1;
}

void pattern_fill(void *memory, size_t size, unsigned int seed)
{
	unsigned char *bytes = memory;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = pattern_byte(i, seed);
}

size_t pattern_wrong(const void *memory, size_t size, unsigned int seed)
{
	const unsigned char *bytes = memory;
	size_t wrong = 0;
	size_t i;

	for (i = 0; i < size; i++)
		wrong += bytes[i] != pattern_byte(i, seed);
	return wrong;
}

size_t bytes_not_zero(const void *memory, size_t size)
{
	const unsigned char *bytes = memory;
	size_t count = 0;
	size_t i;

	for (i = 0; i < size; i++)
		count += bytes[i] != 0;
	return count;
}
