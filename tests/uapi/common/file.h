/* SPDX-License-Identifier: MIT */
/*
 * file - the small text files of proc, sysfs and configfs
 */
#ifndef BUDGETMEM_TESTS_FILE_H
#define BUDGETMEM_TESTS_FILE_H

#include <stddef.h>

/* Write a text to a file that exists: 0 or -errno. */
int file_write(const char *path, const char *text);

/* Read a file as text, up to size - 1 bytes: 0 or -errno. */
int file_read(const char *path, char *text, size_t size);

/* Read the number with which a file begins: the number, or -errno. */
long long file_number(const char *path);

/* Mount a kernel filesystem where nothing is mounted yet: 0 or -errno. */
int file_mount(const char *type, const char *path);

#endif /* BUDGETMEM_TESTS_FILE_H */
