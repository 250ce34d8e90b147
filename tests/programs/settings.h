/* SPDX-License-Identifier: MIT */
/* settings.h - values below /proc and /sys */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

/**
 * setting_write() - write a value
 * @path: the file
 * @format: the value
 *
 * Return: 0 or -errno.
 */
int setting_write(const char *path, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * setting_read() - read a number
 * @path: the file
 * @key: what stands before the number at the beginning of its line, with the
 *	colon that some files have; NULL if the file holds one number only
 *
 * Return: the number; 0 if the file or the key is not there.
 */
uint64_t setting_read(const char *path, const char *key);

#endif /* SETTINGS_H */
