// SPDX-License-Identifier: MIT
/*
 * cmd-status.c: budgetctl status
 *
 * Columns that say nothing are left out, so that a line is short where it can be.
 */
#include "command.h"
#include "device.h"
#include "snapshot.h"
#include "status-json.h"
#include "table.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include <budgetmem/client.h>

static void show_system(const struct budgetmem_query *system)
{
	char total[TABLE_CELL], aside[TABLE_CELL], overhead[TABLE_CELL];

	size_text(total, system->total);
	size_text(aside, system->set_aside);
	size_text(overhead, system->overhead);
	printf("system: %s total, %s set aside, %s overhead, %s\n"
	       "        budgets %u, clients %u, pools %u\n", total, aside, overhead,
	       snapshot_system_phase(system->phase), system->budgets, system->clients,
	       system->pools);
}

/* The columns of budgets that not everybody has a use for. */
struct columns {
	bool node;
	bool detached;
};

static struct columns columns_of(const struct snapshot *snapshot)
{
	struct columns columns = { .node = false };

	for (size_t i = 0; i < snapshot->budget_count; i++) {
		columns.node |= snapshot->budgets[i].node != BUDGETMEM_NODE_ANY;
		columns.detached |= snapshot->budgets[i].detached_pools != 0;
	}
	return columns;
}

static void show_budget(struct table *table, struct columns columns,
			const struct budgetmem_budget_info *budget)
{
	table_cell(table, "%.*s", BUDGETMEM_NAME_SIZE, budget->name);
	table_size(table, budget->size);
	table_size(table, budget->used);
	table_size(table, budget->high_water);
	table_size(table, budget->quarantined);
	table_cell(table, "%u/%u", budget->clients, budget->client_limit);
	table_cell(table, "%u/%u", budget->pools, budget->pool_limit);
	table_cell(table, "%" PRIu64, snapshot_refused(budget));
	table_cell(table, "%u:%u", budget->uid, budget->gid);
	table_cell(table, "%04o", budget->mode);
	if (columns.detached)
		table_size(table, budget->detached);
	if (columns.node && budget->node == BUDGETMEM_NODE_ANY)
		table_cell(table, "any");
	else if (columns.node)
		table_cell(table, "%u", budget->node);
}

static int show_budgets(const struct snapshot *snapshot)
{
	static const char *const head[] = {
		"BUDGET", "SIZE", "USED", "HIGH", "QUARANTINE", "CLIENTS", "POOLS",
		"REFUSED", "OWNER", "MODE",
	};
	static const char *const letters[] = {
		"lrrrrrrrrr", "lrrrrrrrrrr", "lrrrrrrrrrrr",
	};
	struct columns columns = columns_of(snapshot);
	struct table table;

	table_begin(&table, letters[columns.node + columns.detached]);
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	if (columns.detached)
		table_cell(&table, "DETACHED");
	if (columns.node)
		table_cell(&table, "NODE");
	for (size_t i = 0; i < snapshot->budget_count; i++)
		show_budget(&table, columns, &snapshot->budgets[i]);
	return table_end(&table, stdout);
}

static int show_clients(const struct snapshot *snapshot)
{
	static const char *const head[] = {
		"CLIENT", "BUDGET", "COMMAND", "PID", "UID", "PHASE", "POOLS", "USED",
		"HIGH", "REFUSED",
	};
	struct table table;

	table_begin(&table, "lllrrlrrrr");
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	for (size_t i = 0; i < snapshot->client_count; i++) {
		const struct budgetmem_client_info *client = &snapshot->clients[i];

		table_cell(&table, "%llu", (unsigned long long)client->client);
		table_cell(&table, "%.*s", BUDGETMEM_NAME_SIZE, client->budget);
		table_cell(&table, "%.*s", BUDGETMEM_COMMAND_SIZE, client->command);
		if (client->pid)
			table_cell(&table, "%u", client->pid);
		else
			table_cell(&table, "-");
		table_cell(&table, "%u", client->uid);
		table_cell(&table, "%s", snapshot_phase(client->phase));
		table_cell(&table, "%u", client->pools);
		table_size(&table, client->used);
		table_size(&table, client->high_water);
		table_cell(&table, "%llu", (unsigned long long)client->refused);
	}
	return table_end(&table, stdout);
}

static void show_reported(struct table *table, const struct budgetmem_pool_info *pool)
{
	if (!pool->reported) {
		for (int i = 0; i < 3; i++)
			table_cell(table, "-");
		return;
	}
	table_size(table, pool->reported_used);
	table_size(table, pool->reported_high_water);
	table_cell(table, "%llu", (unsigned long long)pool->reported_refused);
}

static int show_pools(const struct snapshot *snapshot)
{
	static const char *const head[] = {
		"POOL", "CLIENT", "SIZE", "MAPPINGS", "USED*", "HIGH*", "REFUSED*",
	};
	struct table table;

	table_begin(&table, "lrrrrrr");
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	for (size_t i = 0; i < snapshot->pool_count; i++) {
		const struct budgetmem_pool_info *pool = &snapshot->pools[i];

		table_cell(&table, "%.*s", BUDGETMEM_NAME_SIZE, pool->name);
		if (pool->properties & BUDGETMEM_POOL_DETACHED)
			table_cell(&table, "-");
		else
			table_cell(&table, "%llu", (unsigned long long)pool->client);
		table_size(&table, pool->size);
		table_cell(&table, "%u", pool->mappings);
		show_reported(&table, pool);
	}
	return table_end(&table, stdout);
}

/* What is more than the memory of a client that is there. */
static bool is_kept(const struct budgetmem_pool_info *pool)
{
	return pool->properties || pool->exports || pool->threshold;
}

static void show_state(struct table *table, const struct budgetmem_pool_info *pool)
{
	bool persistent = pool->properties & BUDGETMEM_POOL_PERSISTENT;
	bool detached = pool->properties & BUDGETMEM_POOL_DETACHED;

	table_cell(table, "%s%s%s", persistent ? "persistent" : "",
		   persistent && detached ? ", " : "",
		   detached ? "detached" : persistent ? "" : "-");
}

static void show_kept(struct table *table, const struct budgetmem_pool_info *pool)
{
	table_cell(table, "%.*s", BUDGETMEM_NAME_SIZE, pool->name);
	table_cell(table, "%.*s", BUDGETMEM_NAME_SIZE, pool->budget);
	table_cell(table, "%u", pool->uid);
	show_state(table, pool);
	if (pool->threshold)
		table_size(table, pool->threshold);
	else
		table_cell(table, "-");
	table_cell(table, "%u", pool->exports);
	table_cell(table, "%u", pool->importers);
}

/* The first stands beside its pool, the others below it. */
static void show_holders(struct table *table, const struct holders *holders,
			 const struct budgetmem_pool_info *pool)
{
	bool first = true;

	for (size_t i = 0; i < holders->count; i++) {
		const struct holder *holder = &holders->all[i];

		if (!holder_has(holder, pool))
			continue;
		for (int column = 0; !first && column < 7; column++)
			table_cell(table, "%s", "");
		table_cell(table, "%.*s %u", BUDGETMEM_COMMAND_SIZE, holder->command,
			   holder->pid);
		first = false;
	}
	if (first)
		table_cell(table, "-");
}

static int show_kept_pools(const struct snapshot *snapshot)
{
	static const char *const head[] = {
		"POOL", "BUDGET", "UID", "STATE", "THRESHOLD", "EXPORTS", "IMPORTERS",
		"HOLDER",
	};
	struct table table;
	bool any = false;

	table_begin(&table, "llrlrrrl");
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	for (size_t i = 0; i < snapshot->pool_count; i++) {
		const struct budgetmem_pool_info *pool = &snapshot->pools[i];

		if (!is_kept(pool))
			continue;
		any = true;
		show_kept(&table, pool);
		show_holders(&table, &snapshot->holders, pool);
	}
	if (any)
		putchar('\n');
	else
		table.cells = 0;
	return table_end(&table, stdout);
}

static int show_tables(const struct snapshot *snapshot)
{
	int err = 0;

	show_system(&snapshot->system);
	putchar('\n');
	if (snapshot->budget_count)
		err = show_budgets(snapshot);
	else
		puts("No budget is visible to this user.");
	if (!err && snapshot->client_count) {
		putchar('\n');
		err = show_clients(snapshot);
	}
	if (!err && snapshot->pool_count) {
		putchar('\n');
		err = show_pools(snapshot);
		puts("* as the client reports it");
	}
	return err ? err : show_kept_pools(snapshot);
}

int command_status(int argc, char **argv)
{
	struct option options[] = { { .name = "--json" }, { .name = NULL } };
	struct snapshot snapshot;
	int fd, err;

	if (!command_options(argc, argv, options, NULL, 0))
		return EXIT_USAGE;
	fd = device_open();
	if (fd < 0)
		return command_fail("status: %s", bm_error_text(fd));
	err = snapshot_read(&snapshot, fd);
	if (!err && options[0].given)
		status_json(&snapshot, stdout);
	else if (!err)
		err = show_tables(&snapshot);
	snapshot_free(&snapshot);
	device_close(fd);
	return err ? command_fail("status: %s", bm_error_text(err)) : EXIT_OK;
}
