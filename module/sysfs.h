/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the system and of its budgets, one value a file, for administrators:
 * docs/abi/sysfs-class-misc-budgetmem.
 *
 * Locking: bm_system::applying for all that makes or removes directories. Neither
 * bm_system::table nor bm_system::lock may be held: reading a file takes them, and
 * removing it waits for whoever reads.
 */
#ifndef BUDGETMEM_SYSFS_H
#define BUDGETMEM_SYSFS_H

#include <linux/types.h>

struct attribute_group;
struct bm_system;
struct device;

const struct attribute_group **bm_sysfs_prepare(struct bm_system *system);
void bm_sysfs_register(struct bm_system *system, struct device *device);
void bm_sysfs_unregister(struct bm_system *system);

int bm_sysfs_add(struct bm_system *system, const char *budget);
void bm_sysfs_remove(struct bm_system *system, const char *budget);

#endif
