// SPDX-License-Identifier: MIT
/* why-dmabuf.c - a heap has no budget, and nobody is charged */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/dma-heap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "cgroup.h"
#include "screen.h"
#include "settings.h"
#include "victim.h"
#include "why.h"

#define MIB	((size_t)1 << 20)
#define HEAP	"/dev/dma_heap/system"
#define BUFFERS	64

static int allocate(int heap)
{
	struct dma_heap_allocation_data data = {
		.len = MIB,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};

	return ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data) ? -errno : 0;
}

/* In a group that may have 16 MiB, with no memory to lock. */
static int take_buffers(volatile uint64_t *touched)
{
	const struct rlimit nothing = { 0, 0 };
	const int heap = open(HEAP, O_RDWR | O_CLOEXEC);
	int err = heap < 0 ? -errno : cgroup_enter("heap");

	setrlimit(RLIMIT_MEMLOCK, &nothing);
	for (int i = 0; i < BUFFERS && !err; i++) {
		err = allocate(heap);
		if (!err)
			*touched += MIB;
	}
	screen_line("asked for 64 MiB in buffers of 1 MiB:  %" PRIu64
		    " MiB granted", *touched / MIB);
	screen_line("the group's charge (memory.current):   %" PRIu64 " KiB",
		    cgroup_number("heap", "memory.current", NULL) / 1024);
	screen_line("the process's size (VmRSS):            %" PRIu64 " KiB",
		    setting_read("/proc/self/status", "VmRSS:"));
	return -err;
}

static int show_heap(void)
{
	struct victim victim;
	int err;

	screen_heading("dma-buf heap, in a group with memory.max = 16 MiB");
	if (access(HEAP, F_OK)) {
		screen_line("this kernel has no " HEAP);
		return -ENOENT;
	}
	err = cgroup_create("heap", 16 * MIB);
	if (!err)
		err = victim_run(take_buffers, &victim);
	if (err)
		return err;
	screen_line("the program %s", victim_end(&victim));
	return 0;
}

static int show_budget(struct bm_client *client)
{
	struct bm_client_state state;
	struct bm_pool *pool;
	int err;

	err = bm_pool_create(client, "large", 64 * MIB, 0, &pool);
	screen_line("asked for a pool of 64 MiB:            %s",
		    err ? strerror(-err) : "created");
	err = bm_pool_create(client, "fitting", 8 * MIB, 0, &pool);
	screen_line("asked for a pool of 8 MiB:             %s",
		    err ? strerror(-err) : "created");
	err = bm_client_inspect(client, &state);
	if (!err)
		screen_line("charged to this client:                %" PRIu64
			    " KiB, %" PRIu64 " refused", state.used / 1024,
			    state.refused);
	return err;
}

int why_dmabuf(void)
{
	struct bm_client *client;
	int err = show_heap();

	if (err && err != -ENOENT)
		return err;
	screen_heading("A budget of 32 MiB");
	err = bm_client_open(&client, "measure");
	if (err)
		return err;
	err = show_budget(client);
	bm_client_close(client);
	return err;
}
