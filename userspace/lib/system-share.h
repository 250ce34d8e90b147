/* SPDX-License-Identifier: MIT */
/*
 * system-share.h: the gate to the operating system, for memory that somebody else
 * hands over as a descriptor
 *
 * Functions return 0 or a negative errno, leave errno alone, and are thread-safe.
 */
#ifndef BUDGETMEM_LIB_SYSTEM_SHARE_H
#define BUDGETMEM_LIB_SYSTEM_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a file, as seeking to its end tells; dma-bufs are asked like this. */
int bm_system_size(int fd, uint64_t *size);

/* Maps the first @size bytes, shared: for reading, or for both. */
int bm_system_map_shared(int fd, size_t size, bool writable, void **address);

#endif /* BUDGETMEM_LIB_SYSTEM_SHARE_H */
