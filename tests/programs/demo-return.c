// SPDX-License-Identifier: MIT
/* demo-return.c - what is left when all clients have ended */
#include <inttypes.h>
#include <stdio.h>

#include "demo.h"
#include "screen.h"

/* Sums over the budgets, as the kernel counts them. */
static int count_left(struct demo *demo)
{
	static const char *const names[] = { "words", "measure", "panel" };
	struct budgetmem_budget_info info;
	int err;

	demo->left_bytes = 0;
	demo->left_clients = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		err = demo_budget(names[i], &info);
		if (err)
			return err;
		demo->left_bytes += info.used;
		demo->left_clients += info.clients;
	}
	return 0;
}

int demo_return(struct demo *demo)
{
	struct budgetmem_query query;
	int err;

	screen_heading("All programs have ended: their budgets are whole again");
	screen_command("budgetctl status");
	err = demo_run(demo, "budgetctl", "status");
	if (!err)
		err = count_left(demo);
	if (!err)
		err = demo_query(&query);
	if (err)
		return err;
	demo_verdict(demo, !demo->left_bytes && !demo->left_clients,
		     "still in use: %" PRIu64 " bytes, by %" PRIu32 " clients",
		     demo->left_bytes, demo->left_clients);
	demo_verdict(demo, query.held_pages * query.page_size == demo->set_aside,
		     "pages that got lost: %" PRId64,
		     (int64_t)(demo->set_aside / query.page_size) -
		     (int64_t)query.held_pages);
	return 0;
}
