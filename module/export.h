/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools as dma-bufs: mapped by other processes, imported by drivers, used by other
 * kernel modules.
 *
 * An export is what one dma-buf is to this module. It holds its pool: as long as it is
 * there the pool is published, whether it has a client or not. It goes with the last
 * reference to the dma-buf: descriptor, mapping, importing driver.
 *
 * Locking: bm_system::lock protects how many exports and importers a pool has;
 * bm_system::table is held for reading while its pages are walked. The dma-buf core
 * has locks of its own, in which most of its calls are made: they are outside of ours
 * and inside mmap_lock. bm_export::lock is the innermost.
 */
#ifndef BUDGETMEM_EXPORT_H
#define BUDGETMEM_EXPORT_H

#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct bm_pool;
struct file;

/* Whether this kernel has dma-bufs, and the module is built to make them. */
#ifdef BM_WITHOUT_EXPORT
#define BM_HAS_EXPORT	0
#else
#define BM_HAS_EXPORT	IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)
#endif

#if BM_HAS_EXPORT
struct file *bm_export_make(struct bm_pool *pool, bool write);
#else
static inline struct file *bm_export_make(struct bm_pool *pool, bool write)
{
	return ERR_PTR(-EOPNOTSUPP);
}
#endif

#endif
