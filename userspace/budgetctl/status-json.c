// SPDX-License-Identifier: MIT
/*
 * status-json.c: the state as JSON
 *
 * The keys are listed in budgetctl(1) and stay as they are; new ones may be added.
 */
#include "status-json.h"
#include "json.h"

#include <inttypes.h>
#include <stdint.h>

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
	json_string(json, "phase", snapshot_system_phase(system->phase), SIZE_MAX);
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
	if (budget->node == BUDGETMEM_NODE_ANY)
		json_null(json, "node");
	else
		json_number(json, "node", budget->node);
	json_number(json, "detached", budget->detached);
	json_number(json, "detached_pools", budget->detached_pools);
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
	json_string(json, "phase", snapshot_phase(client->phase), SIZE_MAX);
	json_number(json, "pools", client->pools);
	json_number(json, "used", client->used);
	json_number(json, "high_water", client->high_water);
	json_number(json, "refused", client->refused);
	json_close_object(json);
}

/* A layout is a 64-bit number: as a JSON number many readers would round it. */
static void write_layout(struct json *json, uint64_t layout)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%016" PRIx64, layout);
	json_string(json, "layout", text, sizeof(text));
}

static void write_reported(struct json *json, const struct budgetmem_pool_info *pool)
{
	if (!pool->reported) {
		json_null(json, "reported");
		return;
	}
	json_open_object(json, "reported");
	json_number(json, "used", pool->reported_used);
	json_number(json, "high_water", pool->reported_high_water);
	json_number(json, "refused", pool->reported_refused);
	write_layout(json, pool->reported_layout);
	json_close_object(json);
}

static void write_holders(struct json *json, const struct holders *holders,
			  const struct budgetmem_pool_info *pool)
{
	json_open_array(json, "holders");
	for (size_t i = 0; i < holders->count; i++) {
		const struct holder *holder = &holders->all[i];

		if (!holder_has(holder, pool))
			continue;
		json_open_object(json, NULL);
		json_number(json, "pid", holder->pid);
		json_string(json, "command", holder->command, BUDGETMEM_COMMAND_SIZE);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_pool(struct json *json, const struct snapshot *snapshot,
		       const struct budgetmem_pool_info *pool)
{
	json_open_object(json, NULL);
	json_string(json, "name", pool->name, BUDGETMEM_NAME_SIZE);
	json_number(json, "client", pool->client);
	json_string(json, "budget", pool->budget, BUDGETMEM_NAME_SIZE);
	json_number(json, "size", pool->size);
	write_layout(json, pool->layout);
	json_number(json, "threshold", pool->threshold);
	json_number(json, "uid", pool->uid);
	json_boolean(json, "persistent", pool->properties & BUDGETMEM_POOL_PERSISTENT);
	json_boolean(json, "detached", pool->properties & BUDGETMEM_POOL_DETACHED);
	json_number(json, "exports", pool->exports);
	json_number(json, "importers", pool->importers);
	json_number(json, "mappings", pool->mappings);
	write_holders(json, &snapshot->holders, pool);
	write_reported(json, pool);
	json_close_object(json);
}

void status_json(const struct snapshot *snapshot, FILE *out)
{
	struct json json;

	json_begin(&json, out);
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
		write_pool(&json, snapshot, &snapshot->pools[i]);
	json_close_array(&json);
	json_end(&json);
}
