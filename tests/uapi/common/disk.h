/* SPDX-License-Identifier: MIT */
/*
 * disk - a block device of 16 MiB that takes O_DIRECT, made by null_blk
 *
 * Needs root, null_blk (in the kernel, or loaded with nr_devices=0) and
 * configfs, which is mounted if it is not yet.
 */
#ifndef BUDGETMEM_TESTS_DISK_H
#define BUDGETMEM_TESTS_DISK_H

#include <stdbool.h>

struct disk {
	char directory[64];
	char path[32];
	char name[16];
};

/* A disk that remembers what is written. 0; -ENODEV: no null_blk; -errno. */
int disk_make(struct disk *disk);

/*
 * A disk that remembers nothing and ends each request that many seconds after
 * it was given. Likewise.
 */
int disk_make_slow(struct disk *disk, unsigned int seconds);

/* Take it away; nobody may have it open. */
void disk_remove(struct disk *disk);

/* Number of requests that the disk was given and has not ended; or -errno. */
int disk_busy(const struct disk *disk);

#endif /* BUDGETMEM_TESTS_DISK_H */
