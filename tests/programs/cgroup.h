/* SPDX-License-Identifier: MIT */
/* cgroup.h - groups of processes with a limit on their memory */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdint.h>

/**
 * cgroup_create() - make a group with a limit
 * @name: the group's name
 * @limit: bytes, its memory.max
 *
 * Mounts the cgroup2 file system first where that has not been done.
 * Return: 0 or -errno.
 */
int cgroup_create(const char *name, uint64_t limit);

/**
 * cgroup_enter() - move this process into a group
 * @name: the group's name
 *
 * Return: 0 or -errno.
 */
int cgroup_enter(const char *name);

/**
 * cgroup_number() - a number that the kernel keeps of a group
 * @name: the group's name
 * @file: memory.current or memory.events, say
 * @key: as setting_read() takes it
 *
 * Return: the number; 0 if it is not there.
 */
uint64_t cgroup_number(const char *name, const char *file, const char *key);

#endif /* CGROUP_H */
