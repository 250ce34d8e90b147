/* SPDX-License-Identifier: MIT */
/*
 * object.h: what the files of the collections share
 */
#ifndef BUDGETMEM_LIB_OBJECT_H
#define BUDGETMEM_LIB_OBJECT_H

#include <budgetmem/layout.h>

/* Makes a handle for the object @offset bytes into the region. */
void bm_handle_fill(struct bm_handle *handle, void *base, uint64_t offset,
		    const struct bm_type *type);

/* Bytes that the pool's counters know of for @len elements. */
uint64_t bm_object_counted(uint32_t capacity, uint32_t element_size, uint32_t len);

void bm_pool_raise_high_water(struct budgetmem_pool_header *pool, uint64_t used);

/* Makes the highest length one that can be. */
void bm_handle_bound_peak(const struct bm_handle *handle);

/* The end of every repair that succeeds: the highest length, then the mark. */
void bm_handle_end_repair(const struct bm_handle *handle);

/* The same where the counters know of more than @len, or should: counted.h. */
void bm_counted_end_repair(const struct bm_handle *handle, uint32_t *known,
			   uint32_t len);

/* What holds for every header: 0 or -EUCLEAN. */
int bm_handle_header_invariants(const struct bm_handle *handle);

/* What holds for every object between two verbs: 0, -EOWNERDEAD or -EUCLEAN. */
int bm_handle_invariants(const struct bm_handle *handle);

#endif /* BUDGETMEM_LIB_OBJECT_H */
