/* SPDX-License-Identifier: MIT */
/*
 * system.h: the one gate to the operating system
 *
 * Every system call that the library makes is in system.c, so that a reviewer
 * finds them in one place and a test can stand in for all of them. Functions
 * return 0 (or what they say) or a negative errno, leave errno alone, and are
 * thread-safe.
 */
#ifndef BUDGETMEM_LIB_SYSTEM_H
#define BUDGETMEM_LIB_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

/* Opens for reading and writing, closed by exec. Returns the descriptor. */
int bm_system_open(const char *path);

void bm_system_close(int fd);

/* Lets exec close it. */
int bm_system_close_at_exec(int fd);

int bm_system_ioctl(int fd, unsigned long command, void *argument);

/*
 * Maps @size bytes of a file, shared, for reading and writing: anywhere if
 * *@address is NULL, else exactly there in place of what is mapped.
 */
int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address);

/* Maps zeroed private memory of this process. */
int bm_system_map_private(size_t size, void **address);

/* Takes away what is mapped there, and keeps the addresses from others. */
int bm_system_reserve(void *address, size_t size);

void bm_system_unmap(void *address, size_t size);

/* Leaves the mapping out of children, as the device does. */
int bm_system_hide_from_children(void *address, size_t size);

/* Makes a memfd that can be sealed, closed by exec. Returns the descriptor. */
int bm_system_memfd(const char *name);

/* Gives the file @size bytes and the memory for them. */
int bm_system_allocate(int fd, size_t size);

/* Seals the file against growing, shrinking and further seals. */
int bm_system_seal(int fd);

/* Locks the mapping in memory; -ENOMEM if it does not fit or is not allowed. */
int bm_system_lock_memory(void *address, size_t size);

/* Bytes that the system could give without taking them from somebody. */
uint64_t bm_system_available(void);

size_t bm_system_page_size(void);

/* The number of this process. */
long bm_system_process(void);

#endif /* BUDGETMEM_LIB_SYSTEM_H */
