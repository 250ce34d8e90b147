/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the same number of bytes from three sources
 *
 * Each source is used at its best: all pages present and locked before the
 * first use.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

struct bm_client;

/**
 * struct memory - bytes of one source
 * @base: first byte, aligned to a page
 * @bytes: size
 * @client: who holds the pool; NULL for the other sources
 */
struct memory {
	unsigned char *base;
	size_t bytes;
	struct bm_client *client;
};

/**
 * memory_from_malloc() - malloc(3), mlockall(MCL_CURRENT | MCL_FUTURE), written
 * memory_from_memfd() - memfd_create(2), sealed, MAP_POPULATE, mlock(2)
 * memory_from_pool() - a pool of the budget "measure", locked
 * @memory: filled in
 * @bytes: how many, a multiple of the page size
 *
 * What was taken is given back by the end of the process.
 * Return: 0 or -errno.
 */
int memory_from_malloc(struct memory *memory, size_t bytes);
int memory_from_memfd(struct memory *memory, size_t bytes);
int memory_from_pool(struct memory *memory, size_t bytes);

/* One of the functions above. */
typedef int (*memory_source)(struct memory *memory, size_t bytes);

#endif /* MEMORY_H */
