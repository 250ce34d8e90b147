// SPDX-License-Identifier: MIT
/*
 * region.c: regions in memory that somebody else hands over as a descriptor
 */
#include <budgetmem/region.h>

#include "system-share.h"
#include "system.h"

#include <errno.h>
#include <stdint.h>

/* The library's own errnos for what the kernel calls otherwise. */
static int region_error(int err)
{
	switch (err) {
	case -ESPIPE:
	case -ENODEV:
		return -EINVAL;
	case -EPERM:
		return -EACCES;
	case -EAGAIN:
		return -ENOMEM;
	default:
		return err;
	}
}

int bm_region_map(int fd, unsigned int flags, struct bm_region *region)
{
	uint64_t size = 0;
	void *base = NULL;
	int err;

	if (!region || flags & ~BM_REGION_WRITE)
		return -EINVAL;
	err = bm_system_size(fd, &size);
	if (!err && (!size || size > PTRDIFF_MAX))
		err = -EINVAL;
	if (!err)
		err = bm_system_map_shared(fd, (size_t)size,
					   flags & BM_REGION_WRITE, &base);
	if (err)
		return region_error(err);
	region->base = base;
	region->size = (size_t)size;
	return 0;
}

void bm_region_unmap(struct bm_region region)
{
	if (region.base)
		bm_system_unmap(region.base, region.size);
}
