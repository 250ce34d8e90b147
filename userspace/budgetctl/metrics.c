// SPDX-License-Identifier: MIT
/*
 * metrics.c: the state as OpenMetrics text
 *
 * The names are listed in budgetctl(1) and stay as they are; new ones may be added.
 * Only gauges and counters are used: the node exporter refuses a file with the kinds
 * that are OpenMetrics' own, such as info.
 */
#include "metrics.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct metric - one number of an object
 * @name: of the metric, without what all of them have in front
 * @help: what it says
 * @reason: label that tells rows of the same name apart, or NULL
 * @offset: where the number is in the object
 * @size: bytes of it, 4 or 8
 * @counter: whether it only ever grows
 * @reported: whether it is there only if the client reports
 * @bits: if not 0, the metric is 1 if one of these is set, else 0
 *
 * A name that ends in _bytes has that unit.
 */
struct metric {
	const char *name;
	const char *help;
	const char *reason;
	size_t offset;
	size_t size;
	bool counter;
	bool reported;
	uint64_t bits;
};

#define FIELD(object, field)						\
	.offset = offsetof(struct budgetmem_##object, field),		\
	.size = sizeof(((struct budgetmem_##object *)0)->field)

static const struct metric system_metrics[] = {
	{ "system_total_bytes", "What budgets and overhead together may take.",
	  FIELD(query, total) },
	{ "system_set_aside_bytes", "Set aside for all budgets.",
	  FIELD(query, set_aside) },
	{ "system_overhead_bytes", "Records of the module.", FIELD(query, overhead) },
	{ "system_held_pages", "Pages that are there, free or used.",
	  FIELD(query, held_pages) },
	{ "system_budgets", "Budgets.", FIELD(query, budgets) },
	{ "system_clients", "Clients in all budgets.", FIELD(query, clients) },
	{ "system_pools", "Pools in all budgets.", FIELD(query, pools) },
	{ "system_locked", "1 once the table of budgets is final.",
	  FIELD(query, phase), .bits = BUDGETMEM_SYSTEM_LOCKED },
	{ .name = NULL },
};

static const struct metric budget_metrics[] = {
	{ "budget_size_bytes", "Set aside for the pools of this budget.",
	  FIELD(budget_info, size) },
	{ "budget_used_bytes", "Used by pools, quarantine included.",
	  FIELD(budget_info, used) },
	{ "budget_high_water_bytes", "The most that was ever used.",
	  FIELD(budget_info, high_water) },
	{ "budget_quarantined_bytes", "Given back, but still pinned by somebody.",
	  FIELD(budget_info, quarantined) },
	{ "budget_detached_bytes", "Used by pools without a client.",
	  FIELD(budget_info, detached) },
	{ "budget_detached_pools", "Pools without a client.",
	  FIELD(budget_info, detached_pools) },
	{ "budget_overhead_bytes", "Records of the module for this budget.",
	  FIELD(budget_info, overhead) },
	{ "budget_clients", "Clients.", FIELD(budget_info, clients) },
	{ "budget_client_limit", "The most clients at a time.",
	  FIELD(budget_info, client_limit) },
	{ "budget_pools", "Pools.", FIELD(budget_info, pools) },
	{ "budget_pool_limit", "The most pools at a time.",
	  FIELD(budget_info, pool_limit) },
	{ "budget_refusals", "Calls that were refused.", "over_budget",
	  FIELD(budget_info, refused_over_budget), .counter = true },
	{ "budget_refusals", "Calls that were refused.", "locked",
	  FIELD(budget_info, refused_locked), .counter = true },
	{ "budget_refusals", "Calls that were refused.", "access",
	  FIELD(budget_info, refused_access), .counter = true },
	{ .name = NULL },
};

static const struct metric client_metrics[] = {
	{ "client_used_bytes", "Used by the pools of this client.",
	  FIELD(client_info, used) },
	{ "client_high_water_bytes", "The most that was ever used.",
	  FIELD(client_info, high_water) },
	{ "client_pools", "Pools.", FIELD(client_info, pools) },
	{ "client_locked", "1 once the pools are final.",
	  FIELD(client_info, phase), .bits = BUDGETMEM_PHASE_LOCKED },
	{ "client_refusals", "Calls that were refused.",
	  FIELD(client_info, refused), .counter = true },
	{ .name = NULL },
};

static const struct metric pool_metrics[] = {
	{ "pool_size_bytes", "Size of this pool.", FIELD(pool_info, size) },
	{ "pool_threshold_bytes", "High-water mark that is watched for, or 0.",
	  FIELD(pool_info, threshold) },
	{ "pool_persistent", "1 if it outlives its client.", FIELD(pool_info, properties),
	  .bits = BUDGETMEM_POOL_PERSISTENT },
	{ "pool_detached", "1 if it has no client.", FIELD(pool_info, properties),
	  .bits = BUDGETMEM_POOL_DETACHED },
	{ "pool_exports", "Its dma-bufs.", FIELD(pool_info, exports) },
	{ "pool_importers", "Devices that are attached to them.",
	  FIELD(pool_info, importers) },
	{ "pool_mappings", "Mappings.", FIELD(pool_info, mappings) },
	{ "pool_reported_used_bytes", "Used, as the client reports it.",
	  FIELD(pool_info, reported_used), .reported = true },
	{ "pool_reported_high_water_bytes", "The most used, as the client reports it.",
	  FIELD(pool_info, reported_high_water), .reported = true },
	{ "pool_reported_refusals", "What did not fit, as the client reports it.",
	  FIELD(pool_info, reported_refused), .reported = true, .counter = true },
	{ .name = NULL },
};

static uint64_t value_of(const struct metric *metric, const void *object)
{
	const char *at = (const char *)object + metric->offset;
	uint64_t value = 0;
	uint32_t word;

	if (metric->size == sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		value = word;
	} else {
		memcpy(&value, at, sizeof(value));
	}
	return metric->bits ? (value & metric->bits) != 0 : value;
}

/* What stands between the quotes of a label: any character, three of them escaped. */
static void put_text(const char *text, size_t size, FILE *out)
{
	size_t left = strnlen(text, size);

	for (const unsigned char *at = (const unsigned char *)text; left;) {
		size_t length = utf8_size(at, left);

		if (!length)
			fputs("\xef\xbf\xbd", out);
		else if (*at == '\n')
			fputs("\\n", out);
		else if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else
			fwrite(at, 1, length, out);
		length = length ? length : 1;
		at += length;
		left -= length;
	}
}

static void put_label(const char *name, const char *text, size_t size, FILE *out)
{
	fprintf(out, "%s=\"", name);
	put_text(text, size, out);
	fputc('"', out);
}

static void label_nothing(const void *object, FILE *out)
{
	(void)object;
	(void)out;
}

static void label_budget(const void *object, FILE *out)
{
	const struct budgetmem_budget_info *budget = object;

	put_label("budget", budget->name, BUDGETMEM_NAME_SIZE, out);
}

static void label_client(const void *object, FILE *out)
{
	const struct budgetmem_client_info *client = object;

	put_label("budget", client->budget, BUDGETMEM_NAME_SIZE, out);
	fprintf(out, ",client=\"%" PRIu64 "\",", (uint64_t)client->client);
	put_label("command", client->command, BUDGETMEM_COMMAND_SIZE, out);
}

static void label_pool(const void *object, FILE *out)
{
	const struct budgetmem_pool_info *pool = object;

	put_label("budget", pool->budget, BUDGETMEM_NAME_SIZE, out);
	fprintf(out, ",client=\"%" PRIu64 "\",", (uint64_t)pool->client);
	put_label("pool", pool->name, BUDGETMEM_NAME_SIZE, out);
}

static bool has_value(const struct metric *metric, const void *object)
{
	const struct budgetmem_pool_info *pool = object;

	return !metric->reported || pool->reported;
}

/**
 * struct kind - all objects of a kind
 * @metrics: what is told of each
 * @label: writes the labels that tell them apart
 * @objects: one after the other
 * @count: number of them
 * @size: bytes of each
 */
struct kind {
	const struct metric *metrics;
	void (*label)(const void *object, FILE *out);
	const void *objects;
	size_t count;
	size_t size;
};

static void put_sample(const struct kind *kind, const struct metric *metric,
		       const void *object, FILE *out)
{
	bool labelled = kind->label != label_nothing;

	if (!has_value(metric, object))
		return;
	fprintf(out, "budgetmem_%s%s", metric->name, metric->counter ? "_total" : "");
	if (labelled)
		fputc('{', out);
	kind->label(object, out);
	if (metric->reason)
		fprintf(out, ",reason=\"%s\"", metric->reason);
	fprintf(out, "%s %" PRIu64 "\n", labelled ? "}" : "", value_of(metric, object));
}

static void put_head(const struct metric *metric, FILE *out)
{
	size_t length = strlen(metric->name);

	fprintf(out, "# TYPE budgetmem_%s %s\n", metric->name,
		metric->counter ? "counter" : "gauge");
	if (length > 6 && !strcmp(metric->name + length - 6, "_bytes"))
		fprintf(out, "# UNIT budgetmem_%s bytes\n", metric->name);
	fprintf(out, "# HELP budgetmem_%s %s\n", metric->name, metric->help);
}

/* All samples of a name stand together, those that a reason tells apart as well. */
static const struct metric *put_family(const struct kind *kind, const struct metric *first,
				       FILE *out)
{
	const struct metric *end = first;

	while (end->name && !strcmp(end->name, first->name))
		end++;
	put_head(first, out);
	for (size_t i = 0; i < kind->count; i++) {
		const void *object = (const char *)kind->objects + i * kind->size;

		for (const struct metric *metric = first; metric < end; metric++)
			put_sample(kind, metric, object, out);
	}
	return end;
}

void metrics_write(const struct snapshot *snapshot, FILE *out)
{
	const struct kind kinds[] = {
		{ system_metrics, label_nothing, &snapshot->system, 1, 0 },
		{ budget_metrics, label_budget, snapshot->budgets,
		  snapshot->budget_count, sizeof(*snapshot->budgets) },
		{ client_metrics, label_client, snapshot->clients,
		  snapshot->client_count, sizeof(*snapshot->clients) },
		{ pool_metrics, label_pool, snapshot->pools,
		  snapshot->pool_count, sizeof(*snapshot->pools) },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct metric *metric = kinds[i].metrics;

		while (metric->name)
			metric = put_family(&kinds[i], metric, out);
	}
	fputs("# EOF\n", out);
}
