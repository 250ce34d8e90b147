// SPDX-License-Identifier: MIT
/* The sources of memory: a pool, a memfd, the system heap of dma-buf. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-heap.h>

#include "bench.h"
#include "device.h"
#include "source.h"

#define HEAP "/dev/dma_heap/system"

unsigned char *must_map(int fd, size_t bytes, __u64 offset, int more_flags)
{
	void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_SHARED | more_flags, fd, offset);

	must(base == MAP_FAILED ? -1 : 0, "mmap");
	return base;
}

static bool always_there(void)
{
	return true;
}

static void pool_source_open(struct memory *memory)
{
	memory->owner = must(device_open(O_RDWR), DEVICE_PATH);
	must(client_bind(memory->owner, BENCH_BUDGET), "BIND");
}

static void pool_source_create(struct memory *memory)
{
	must(pool_create(memory->owner, "pool", memory->bytes, &memory->offset),
	     "POOL_CREATE");
}

static void pool_source_map(struct memory *memory)
{
	memory->base = must_map(memory->owner, memory->bytes, memory->offset, 0);
}

static void owner_close(struct memory *memory)
{
	must(close(memory->owner), "close");
}

const struct source source_pool = {
	.name = "pool",
	.is_there = always_there,
	.open = pool_source_open,
	.create = pool_source_create,
	.map = pool_source_map,
	.close = owner_close,
};

static void memfd_source_open(struct memory *memory)
{
	memory->owner = must(memfd_create("bench", MFD_CLOEXEC), "memfd_create");
}

static void memfd_source_create(struct memory *memory)
{
	must(ftruncate(memory->owner, memory->bytes), "ftruncate");
}

static void memfd_source_map(struct memory *memory)
{
	memory->base = must_map(memory->owner, memory->bytes, 0, MAP_POPULATE);
	must(mlock(memory->base, memory->bytes), "mlock");
}

const struct source source_memfd = {
	.name = "memfd",
	.is_there = always_there,
	.open = memfd_source_open,
	.create = memfd_source_create,
	.map = memfd_source_map,
	.close = owner_close,
};

static bool heap_source_is_there(void)
{
	return !access(HEAP, R_OK | W_OK);
}

static void heap_source_open(struct memory *memory)
{
	memory->owner = must(open(HEAP, O_RDWR | O_CLOEXEC), HEAP);
}

static void heap_source_create(struct memory *memory)
{
	struct dma_heap_allocation_data data = {
		.len = memory->bytes,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	must(ioctl(memory->owner, DMA_HEAP_IOCTL_ALLOC, &data), "DMA_HEAP_IOCTL_ALLOC");
	memory->object = data.fd;
}

static void heap_source_map(struct memory *memory)
{
	memory->base = must_map(memory->object, memory->bytes, 0, 0);
}

static void heap_source_close(struct memory *memory)
{
	must(close(memory->object), "close");
	owner_close(memory);
}

const struct source source_heap = {
	.name = "heap",
	.is_there = heap_source_is_there,
	.open = heap_source_open,
	.create = heap_source_create,
	.map = heap_source_map,
	.close = heap_source_close,
};
