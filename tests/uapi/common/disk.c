// SPDX-License-Identifier: MIT
/*
 * disk - a block device of 16 MiB that takes O_DIRECT, made by null_blk
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "file.h"

#define CONFIGFS	"/sys/kernel/config"

/* Of the values of irqmode: requests are ended by a timer. */
#define ENDED_BY_TIMER	"2"

static int disk_set(const struct disk *disk, const char *key, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", disk->directory, key);
	return file_write(path, value);
}

/*
 * Older kernels name the device after the index that null_blk gives out, newer
 * ones after the directory.
 */
static int disk_find(struct disk *disk)
{
	char path[128];
	long long index;

	snprintf(path, sizeof(path), "%s/index", disk->directory);
	index = file_number(path);
	if (index < 0)
		return index;
	snprintf(disk->name, sizeof(disk->name), "nullb%d", (int)index);
	snprintf(disk->path, sizeof(disk->path), "/dev/%s", disk->name);
	if (access(disk->path, R_OK | W_OK)) {
		strcpy(disk->name, "budgetmem-disk");
		strcpy(disk->path, "/dev/budgetmem-disk");
	}
	return access(disk->path, R_OK | W_OK) ? -errno : 0;
}

static int disk_start(struct disk *disk, const char *const (*settings)[2])
{
	int error = 0;

	strcpy(disk->directory, CONFIGFS "/nullb/budgetmem-disk");
	if (file_mount("configfs", CONFIGFS) || access(CONFIGFS "/nullb", F_OK))
		return -ENODEV;
	if (mkdir(disk->directory, 0700))
		return -errno;
	for (; !error && (*settings)[0]; settings++)
		error = disk_set(disk, (*settings)[0], (*settings)[1]);
	if (!error)
		error = disk_find(disk);
	if (error)
		rmdir(disk->directory);
	return error;
}

int disk_make(struct disk *disk)
{
	static const char *const settings[][2] = {
		{ "size", "16" },
		{ "blocksize", "512" },
		{ "memory_backed", "1" },
		{ "power", "1" },
		{ NULL, NULL },
	};

	return disk_start(disk, settings);
}

int disk_make_slow(struct disk *disk, unsigned int seconds)
{
	char delay[24];
	const char *const settings[][2] = {
		{ "size", "16" },
		{ "blocksize", "512" },
		{ "irqmode", ENDED_BY_TIMER },
		{ "completion_nsec", delay },
		{ "power", "1" },
		{ NULL, NULL },
	};

	snprintf(delay, sizeof(delay), "%u000000000", seconds);
	return disk_start(disk, settings);
}

void disk_remove(struct disk *disk)
{
	rmdir(disk->directory);
}

int disk_busy(const struct disk *disk)
{
	char path[64];
	char text[64];
	int reads;
	int writes;
	int error;

	snprintf(path, sizeof(path), "/sys/block/%s/inflight", disk->name);
	error = file_read(path, text, sizeof(text));
	if (error)
		return error;
	if (sscanf(text, "%d %d", &reads, &writes) != 2)
		return -EINVAL;
	return reads + writes;
}
