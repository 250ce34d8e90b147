// SPDX-License-Identifier: MIT
/*
 * cmd-status.c: budgetctl status
 *
 * The keys of the JSON form are listed in budgetctl(1) and stay as they are; new
 * ones may be added.
 */
#include "command.h"
#include "device.h"
#include "json.h"
#include "snapshot.h"
#include "table.h"

#include <inttypes.h>

#include <budgetmem/client.h>

static const char *phase_name(uint32_t phase)
{
	return phase == BUDGETMEM_PHASE_LOCKED ? "locked" : "init";
}

static uint64_t refused(const struct budgetmem_budget_info *budget)
{
	return budget->refused_over_budget + budget->refused_locked +
	       budget->refused_access;
}

static void show_system(const struct budgetmem_query *system)
{
	char total[TABLE_CELL], aside[TABLE_CELL], overhead[TABLE_CELL];

	size_text(total, system->total);
	size_text(aside, system->set_aside);
	size_text(overhead, system->overhead);
	printf("system: %s total, %s set aside, %s overhead\n"
	       "        budgets %u, clients %u, pools %u\n", total, aside, overhead,
	       system->budgets, system->clients, system->pools);
}

static int show_budgets(const struct snapshot *snapshot)
{
	static const char *const head[] = {
		"BUDGET", "SIZE", "USED", "HIGH", "QUARANTINE", "CLIENTS", "POOLS",
		"REFUSED", "OWNER", "MODE",
	};
	struct table table;

	table_begin(&table, "lrrrrrrrrr");
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	for (size_t i = 0; i < snapshot->budget_count; i++) {
		const struct budgetmem_budget_info *budget = &snapshot->budgets[i];

		table_cell(&table, "%.*s", BUDGETMEM_NAME_SIZE, budget->name);
		table_size(&table, budget->size);
		table_size(&table, budget->used);
		table_size(&table, budget->high_water);
		table_size(&table, budget->quarantined);
		table_cell(&table, "%u/%u", budget->clients, budget->client_limit);
		table_cell(&table, "%u/%u", budget->pools, budget->pool_limit);
		table_cell(&table, "%" PRIu64, refused(budget));
		table_cell(&table, "%u:%u", budget->uid, budget->gid);
		table_cell(&table, "%04o", budget->mode);
	}
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
		table_cell(&table, "%s", phase_name(client->phase));
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
		table_cell(&table, "%llu", (unsigned long long)pool->client);
		table_size(&table, pool->size);
		table_cell(&table, "%u", pool->mappings);
		show_reported(&table, pool);
	}
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
	return err;
}

static void write_system(struct json *json, const struct budgetmem_query *system)
{
	json_open_object(json, "system");
	json_number(json, "version", system->version);
	json_number(json, "features", system->features);
	json_number(json, "page_size", system->page_size);
	json_number(json, "total", system->total);
	json_number(json, "set_aside", system->set_aside);
	json_number(json, "overhead", system->overhead);
	json_number(json, "held_pages", system->held_pages);
	json_number(json, "budgets", system->budgets);
	json_number(json, "clients", system->clients);
	json_number(json, "pools", system->pools);
	json_close_object(json);
}

static void write_budget(struct json *json, const struct budgetmem_budget_info *budget)
{
	char mode[8];

	json_open_object(json, NULL);
	json_string(json, "name", budget->name, BUDGETMEM_NAME_SIZE);
	json_number(json, "size", budget->size);
	json_number(json, "used", budget->used);
	json_number(json, "high_water", budget->high_water);
	json_number(json, "quarantined", budget->quarantined);
	json_number(json, "overhead", budget->overhead);
	json_open_object(json, "refused");
	json_number(json, "over_budget", budget->refused_over_budget);
	json_number(json, "locked", budget->refused_locked);
	json_number(json, "access", budget->refused_access);
	json_close_object(json);
	json_number(json, "uid", budget->uid);
	json_number(json, "gid", budget->gid);
	snprintf(mode, sizeof(mode), "%04o", budget->mode & 07777u);
	json_string(json, "mode", mode, sizeof(mode));
	json_number(json, "clients", budget->clients);
	json_number(json, "client_limit", budget->client_limit);
	json_number(json, "pools", budget->pools);
	json_number(json, "pool_limit", budget->pool_limit);
	json_close_object(json);
}

static void write_client(struct json *json, const struct budgetmem_client_info *client)
{
	json_open_object(json, NULL);
	json_number(json, "client", client->client);
	json_string(json, "budget", client->budget, BUDGETMEM_NAME_SIZE);
	json_string(json, "command", client->command, BUDGETMEM_COMMAND_SIZE);
	if (client->pid)
		json_number(json, "pid", client->pid);
	else
		json_null(json, "pid");
	json_number(json, "uid", client->uid);
	json_string(json, "phase", phase_name(client->phase), SIZE_MAX);
	json_number(json, "pools", client->pools);
	json_number(json, "used", client->used);
	json_number(json, "high_water", client->high_water);
	json_number(json, "refused", client->refused);
	json_close_object(json);
}

/* A layout is a 64-bit number: as a JSON number many readers would round it. */
static void write_pool(struct json *json, const struct budgetmem_pool_info *pool)
{
	char layout[24];

	json_open_object(json, NULL);
	json_string(json, "name", pool->name, BUDGETMEM_NAME_SIZE);
	json_number(json, "client", pool->client);
	json_number(json, "size", pool->size);
	json_number(json, "mappings", pool->mappings);
	if (pool->reported) {
		json_open_object(json, "reported");
		json_number(json, "used", pool->reported_used);
		json_number(json, "high_water", pool->reported_high_water);
		json_number(json, "refused", pool->reported_refused);
		snprintf(layout, sizeof(layout), "0x%016llx",
			 (unsigned long long)pool->layout);
		json_string(json, "layout", layout, sizeof(layout));
		json_close_object(json);
	} else {
		json_null(json, "reported");
	}
	json_close_object(json);
}

static void write_json(const struct snapshot *snapshot)
{
	struct json json;

	json_begin(&json, stdout);
	json_number(&json, "format", 1);
	write_system(&json, &snapshot->system);
	json_open_array(&json, "budgets");
	for (size_t i = 0; i < snapshot->budget_count; i++)
		write_budget(&json, &snapshot->budgets[i]);
	json_close_array(&json);
	json_open_array(&json, "clients");
	for (size_t i = 0; i < snapshot->client_count; i++)
		write_client(&json, &snapshot->clients[i]);
	json_close_array(&json);
	json_open_array(&json, "pools");
	for (size_t i = 0; i < snapshot->pool_count; i++)
		write_pool(&json, &snapshot->pools[i]);
	json_close_array(&json);
	json_end(&json);
}

int command_status(int argc, char **argv)
{
	struct snapshot snapshot;
	bool as_json;
	int fd, err;

	if (!command_option(argc, argv, "--json", &as_json))
		return EXIT_USAGE;
	fd = device_open();
	if (fd < 0)
		return command_fail("status: %s", bm_error_text(fd));
	err = snapshot_read(&snapshot, fd);
	if (!err && as_json)
		write_json(&snapshot);
	else if (!err)
		err = show_tables(&snapshot);
	snapshot_free(&snapshot);
	device_close(fd);
	return err ? command_fail("status: %s", bm_error_text(err)) : EXIT_OK;
}
