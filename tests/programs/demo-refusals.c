// SPDX-License-Identifier: MIT
/* demo-refusals.c - what a budget and what a lock do not let pass */
#include <errno.h>
#include <string.h>

#include <budgetmem/client.h>
#include <budgetmem/pool.h>

#include "demo.h"
#include "screen.h"

#define BUDGET	"words"

/* Asks, shows the answer, and returns it as a positive errno. */
static int ask_for(struct bm_client *client, const char *name, size_t bytes)
{
	struct bm_pool *pool;
	const int err = bm_pool_create(client, name, bytes, 0, &pool);
	char size[SCREEN_TEXT];

	screen_line("bm_pool_create(%s): %s", screen_bytes(size, bytes),
		    err ? strerrorname_np(-err) : "created");
	if (err)
		screen_note("\"%s\"", bm_error_text(err));
	return -err;
}

static const char *outcome(int error)
{
	return error ? strerrorname_np(error) : "granted";
}

static int show(struct demo *demo, struct bm_client *client)
{
	int err;

	demo->refused_beyond = ask_for(client, "large", 3 * BM_POOL_1M);
	demo_verdict(demo, demo->refused_beyond == EDQUOT,
		     "a pool beyond the budget: %s",
		     outcome(demo->refused_beyond));
	err = ask_for(client, "small", BM_POOL_64K);
	if (err)
		return -err;
	screen_line("bm_client_lock()");
	err = bm_client_lock(client);
	if (err)
		return err;
	demo->refused_locked = ask_for(client, "late", BM_POOL_8K);
	demo_verdict(demo, demo->refused_locked == EPERM,
		     "a pool after the lock: %s",
		     outcome(demo->refused_locked));
	return 0;
}

int demo_refusals(struct demo *demo)
{
	struct bm_client *client;
	int err;

	screen_heading("The budget and the lock refuse, and nobody gets killed");
	err = bm_client_open(&client, BUDGET);
	if (err)
		return err;
	err = show(demo, client);
	bm_client_close(client);
	return err;
}
