// SPDX-License-Identifier: MIT
/* jemalloc.c: two functions of jemalloc under names of their own; see heap.hpp. */
#include <jemalloc/jemalloc.h>

void *peer_jemalloc_malloc(size_t size);
void peer_jemalloc_free(void *memory);

void *peer_jemalloc_malloc(size_t size)
{
	return malloc(size);
}

void peer_jemalloc_free(void *memory)
{
	free(memory);
}
