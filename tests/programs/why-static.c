// SPDX-License-Identifier: MIT
/* why-static.c - a check inside the program binds only programs without errors */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "screen.h"
#include "why.h"

#define KIB	((size_t)1 << 10)
#define MIB	((size_t)1 << 20)

/* What many libraries have: storage, a limit, and a check before each grant. */
struct static_pool {
	char name[8];
	size_t limit;
	size_t used;
	unsigned char storage[64 * KIB];
};

static struct static_pool pool = { .name = "pool", .limit = 64 * KIB };

static int static_take(size_t bytes)
{
	if (bytes > pool.limit - pool.used)
		return -ENOSPC;
	pool.used += bytes;
	return 0;
}

static const char *answer(int err)
{
	return err ? strerror(-err) : "granted";
}

static void show_static(void)
{
	const size_t damaged = SIZE_MAX;
	void *more;

	screen_heading("A static pool of 64 KiB inside the program");
	screen_line("take 48 KiB:                                %s",
		    answer(static_take(48 * KIB)));
	screen_line("take 48 KiB again:                          %s",
		    answer(static_take(48 * KIB)));
	/* What a copy that runs past the end of the name would do. */
	memcpy(&pool.limit, &damaged, sizeof(damaged));
	screen_line("one stray store hits the limit; 48 KiB:     %s",
		    answer(static_take(48 * KIB)));
	screen_line("granted in all, of 64 KiB:                  %zu KiB",
		    pool.used / KIB);
	more = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	screen_line("a library asks the system for 16 MiB more:  %s",
		    more == MAP_FAILED ? strerror(errno) : "granted");
	screen_line("who holds what:                             the program alone knows");
}

static void take_pool(struct bm_client *client, const char *name)
{
	struct bm_pool *taken;

	screen_line("a pool of 20 MiB:                           %s",
		    answer(bm_pool_create(client, name, 20 * MIB, 0, &taken)));
}

int why_static(void)
{
	struct bm_client_state state;
	struct bm_client *client;
	int err;

	show_static();
	screen_heading("A budget of the kernel");
	err = bm_client_open(&client, "measure");
	if (err)
		return err;
	take_pool(client, "first");
	take_pool(client, "second");
	err = bm_client_inspect(client, &state);
	if (!err)
		screen_line("the kernel's own count: %" PRIu64 " of %" PRIu64
			    " KiB, %" PRIu64 " refused",
			    state.budget_used / KIB, state.budget_size / KIB,
			    state.refused);
	bm_client_close(client);
	return err;
}
