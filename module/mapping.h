/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mappings: pools in the address spaces of processes.
 *
 * Every page is installed, young and dirty, before mmap() returns. A mapping
 * holds the file, so its client and its pool stay as long as it does.
 *
 * Locking: mmap_lock is held by the caller of all that is here;
 * bm_system::lock is taken inside it to find the pool, and dropped again before
 * pages are installed.
 */
#ifndef BUDGETMEM_MAPPING_H
#define BUDGETMEM_MAPPING_H

struct bm_client;
struct vm_area_struct;

int bm_mapping_create(struct bm_client *client, struct vm_area_struct *vma);

#endif
