/* SPDX-License-Identifier: MIT */
/*
 * system-process.h: the gate to the operating system, for questions about
 * processes
 *
 * Functions leave errno alone and are thread-safe, as those in system.h.
 */
#ifndef BUDGETMEM_LIB_SYSTEM_PROCESS_H
#define BUDGETMEM_LIB_SYSTEM_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a small file of /proc, at most @size - 1 bytes, and adds a closing zero.
 * False if there is none or it is empty.
 */
bool bm_system_read(const char *path, char *text, size_t size);

/* The file's inode number; 0 if there is no such file. */
uint64_t bm_system_file_number(const char *path);

/* Is there a process of this number, whoever's it is? */
bool bm_system_process_exists(long number);

#endif /* BUDGETMEM_LIB_SYSTEM_PROCESS_H */
