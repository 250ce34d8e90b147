/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mappings: pools in the address spaces of processes.
 *
 * Every page is installed, young and dirty, before mmap() returns. A mapping
 * holds the file, so its client and its pool stay as long as it does; or it holds
 * the dma-buf, and with it the pool.
 *
 * Locking: mmap_lock is held by the caller of all that is here;
 * bm_system::lock is taken inside it to find the pool, and dropped again before
 * pages are installed under bm_system::table.
 */
#ifndef BUDGETMEM_MAPPING_H
#define BUDGETMEM_MAPPING_H

#include <linux/types.h>

struct bm_client;
struct bm_pool;
struct vm_area_struct;

int bm_mapping_create(struct bm_client *client, struct vm_area_struct *vma);
int bm_mapping_create_shared(struct bm_pool *pool, struct vm_area_struct *vma,
			     bool write);

#endif
