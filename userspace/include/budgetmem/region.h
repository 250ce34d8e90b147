/* SPDX-License-Identifier: MIT */
/*
 * region.h: the bytes that collections live in
 *
 * A region is a view by value: an address and a size. Collections know nothing
 * else of where their bytes come from. bm_pool_region() gives the region of a
 * pool; a program without a client may describe any zeroed buffer:
 *
 *	static _Alignas(BM_REGION_ALIGNMENT) unsigned char buffer[BM_POOL_8K];
 *	struct bm_region region = { buffer, sizeof(buffer) };
 *
 * A fresh region is all zeros. The first collection created in it lays it out:
 *
 *	offset 0	struct budgetmem_pool_header (linux/budgetmem.h)
 *	offset 64	struct bm_directory (layout.h)
 *	offset 128	the objects, one behind the other (layout.h)
 *
 * Nothing in a region depends on its address: it may be mapped elsewhere in
 * another process or at another time.
 */
#ifndef BUDGETMEM_REGION_H
#define BUDGETMEM_REGION_H

#include <stddef.h>

/* Alignment in bytes that a region's base must have and that its objects get. */
#define BM_REGION_ALIGNMENT	64

/* Bytes of a region that no object can use. */
#define BM_REGION_OVERHEAD	128

/**
 * struct bm_region - memory that collections are laid out in
 * @base: first byte, a multiple of BM_REGION_ALIGNMENT
 * @size: bytes, more than BM_REGION_OVERHEAD
 *
 * Owns nothing: whoever made the memory keeps it for as long as a handle to
 * something in it is used.
 */
struct bm_region {
	void *base;
	size_t size;
};

#endif /* BUDGETMEM_REGION_H */
