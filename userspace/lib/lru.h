/* SPDX-License-Identifier: MIT */
/*
 * lru.h: what the files of the least-recently-used cache share
 *
 *	lru.c		its verbs
 *	lru-order.c	the order of use after a death or damage
 */
#ifndef BUDGETMEM_LIB_LRU_H
#define BUDGETMEM_LIB_LRU_H

#include <budgetmem/lru.h>

#include "map-places.h"

/* Links the entries up to the length in the order of use, as far as it can be known. */
void bm_lru_restore_order(const struct bm_map *map, uint32_t len);

#endif /* BUDGETMEM_LIB_LRU_H */
