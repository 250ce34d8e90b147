// SPDX-License-Identifier: MIT
/* QUERY beside system calls that do as little as can be. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/dma-buf.h>
#include <linux/dma-heap.h>

#include "bench.h"
#include "device.h"
#include "source.h"

#define TIMES	1000
#define TRIES	5

/* Descriptors that the calls work on. */
static int device, heap, buffer;

static int call_getppid(void)
{
	return syscall(SYS_getppid);
}

static int call_query(void)
{
	struct budgetmem_query query = { 0 };

	return ioctl(device, BUDGETMEM_IOC_QUERY, &query);
}

/* No command of the device: what any ioctl of any driver costs. */
static int call_unknown(void)
{
	return !ioctl(device, _IO(BUDGETMEM_IOC_TYPE, 0xff), 0);
}

/* The heap copies the struct in and finds the flags invalid. */
static int call_heap_refused(void)
{
	struct dma_heap_allocation_data data = { .len = 4096, .heap_flags = 1 };

	return !ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data);
}

/* Copies a struct in, takes a lock, looks through a list, which is empty. */
static int call_sync(void)
{
	struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };

	return ioctl(buffer, DMA_BUF_IOCTL_SYNC, &sync);
}

static __u64 time_taken(const char *name, int (*call)(void))
{
	__u64 begin = clock_now();
	unsigned int i;

	for (i = 0; i < TIMES; i++)
		must(call() < 0 ? -1 : 0, name);
	return clock_now() - begin;
}

/* The least of some tries: what the kernel does besides can only add to it. */
static void measure(unsigned int round, const char *name, int (*call)(void))
{
	__u64 least = time_taken(name, call);
	unsigned int try;

	for (try = 1; try < TRIES; try++) {
		__u64 taken = time_taken(name, call);

		if (taken < least)
			least = taken;
	}
	printf("call %u %s %llu %u\n", round, name, least, TIMES);
}

void calls_measure(unsigned int rounds)
{
	bool has_heap = source_heap.is_there();
	struct memory memory = { .bytes = 65536 };
	unsigned int round;

	device = must(device_open(O_RDWR), DEVICE_PATH);
	if (has_heap) {
		source_heap.open(&memory);
		source_heap.create(&memory);
		heap = memory.owner;
		buffer = memory.object;
	}
	for (round = 0; round <= rounds; round++) {
		measure(round, "getppid", call_getppid);
		measure(round, "query", call_query);
		measure(round, "unknown", call_unknown);
		if (!has_heap)
			continue;
		measure(round, "refused", call_heap_refused);
		measure(round, "sync", call_sync);
	}
}
