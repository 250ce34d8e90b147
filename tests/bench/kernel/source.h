/* SPDX-License-Identifier: MIT */
/*
 * source.h - where resident memory comes from, step by step
 *
 * Each source is used at its best: all pages are there, and stay, when the step
 * "map" is over. What a source has no use for is an empty step.
 */
#ifndef BUDGETMEM_BENCH_SOURCE_H
#define BUDGETMEM_BENCH_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * struct memory - bytes of one source
 * @bytes: size, whole pages
 * @owner: descriptor of the client, or of the heap
 * @object: descriptor of the memory itself, where it has one
 * @offset: of the pool
 * @base: where it is mapped
 */
struct memory {
	size_t bytes;
	int owner;
	int object;
	__u64 offset;
	unsigned char *base;
};

/**
 * struct source - pool, memfd or heap
 * @name: of the source
 * @is_there: does this kernel have it
 * @open: open() and what else comes before memory
 * @create: make the memory
 * @map: map it
 * @close: after munmap(): the end of the memory
 *
 * None of the steps returns if it fails.
 */
struct source {
	const char *name;
	bool (*is_there)(void);
	void (*open)(struct memory *memory);
	void (*create)(struct memory *memory);
	void (*map)(struct memory *memory);
	void (*close)(struct memory *memory);
};

extern const struct source source_pool;
extern const struct source source_memfd;
extern const struct source source_heap;

/* Maps @bytes of @fd from @offset for reading and writing. */
unsigned char *must_map(int fd, size_t bytes, __u64 offset, int more_flags);

#endif /* BUDGETMEM_BENCH_SOURCE_H */
