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
 * another process or at another time. bm_region_map() maps what another process
 * exported.
 */
#ifndef BUDGETMEM_REGION_H
#define BUDGETMEM_REGION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* For bm_region_map(): the region may be written to. */
#define BM_REGION_WRITE		(1u << 0)

/**
 * bm_region_map() - use memory that somebody else handed over
 * @fd: descriptor of it: of a dma-buf that bm_pool_export() made, or of a memfd. It
 *	stays the caller's and may be closed afterwards
 * @flags: 0 to read only, or BM_REGION_WRITE
 * @region: receives the whole of it; bm_region_unmap() gives it back
 *
 * What others may write there is checked as object.h says; a store to a region that
 * was mapped to read only is a SIGSEGV. Moves the position of @fd. The pages of a
 * dma-buf of a pool are all there when this returns; those of a memfd come when
 * they are touched, and whoever shrinks it ends its readers with SIGBUS. Between
 * processes nothing else is needed; who shares a dma-buf with a device that does not
 * see the processor's caches brackets accesses with DMA_BUF_IOCTL_SYNC. O(size).
 *
 * Return: 0, or
 *	-EINVAL	@flags has another bit, or @fd has no size, or a size of 0 or beyond
 *		the address space, or cannot be mapped
 *	-EBADF	@fd is not open
 *	-EACCES	BM_REGION_WRITE, and it is for reading only
 *	-ENOMEM	no addresses, or no memory for page tables
 */
int bm_region_map(int fd, unsigned int flags, struct bm_region *region);

/**
 * bm_region_unmap() - give back what bm_region_map() mapped
 * @region: the region, or one whose base is NULL
 *
 * Every handle to something in it is void afterwards. O(size).
 */
void bm_region_unmap(struct bm_region region);

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_REGION_H */
