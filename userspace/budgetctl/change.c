// SPDX-License-Identifier: MIT
/*
 * change.c: what a new table of budgets changes
 */
#include "change.h"
#include "table.h"

#include <stdbool.h>
#include <string.h>

static const struct budgetmem_budget_info *find_before(const struct snapshot *before,
						       const char *name)
{
	for (size_t i = 0; i < before->budget_count; i++) {
		if (!strncmp(before->budgets[i].name, name, BUDGETMEM_NAME_SIZE))
			return &before->budgets[i];
	}
	return NULL;
}

static bool is_in(const struct budget_table *after, const char *name)
{
	for (size_t i = 0; i < after->count; i++) {
		if (!strncmp(after->entries[i].name, name, BUDGETMEM_NAME_SIZE))
			return true;
	}
	return false;
}

/* What stays of a budget's state, in the form of a table. */
static struct budgetmem_budget_entry entry_of(const struct budgetmem_budget_info *info)
{
	struct budgetmem_budget_entry entry = {
		.size = info->size, .uid = info->uid, .gid = info->gid,
		.mode = info->mode, .pool_limit = info->pool_limit,
		.client_limit = info->client_limit, .node = info->node, };

	memcpy(entry.name, info->name, sizeof(entry.name));
	return entry;
}

static bool is_same(const struct budgetmem_budget_entry *old,
		    const struct budgetmem_budget_entry *new)
{
	return old->uid == new->uid && old->gid == new->gid && old->mode == new->mode &&
	       old->pool_limit == new->pool_limit &&
	       old->client_limit == new->client_limit && old->node == new->node;
}

static const char *kind(const struct budgetmem_budget_entry *old,
			const struct budgetmem_budget_entry *new)
{
	if (!old)
		return "new";
	if (!new)
		return "goes";
	if (old->size != new->size)
		return old->size < new->size ? "grows" : "shrinks";
	return is_same(old, new) ? "stays" : "changes";
}

/* One text, or "old -> new" where they differ. */
static void put(struct table *table, const char *old, const char *new)
{
	if (old && new && strcmp(old, new))
		table_cell(table, "%s -> %s", old, new);
	else
		table_cell(table, "%s", new ? new : old);
}

/* The cells of an entry as texts, from its size on. */
struct texts {
	char cell[6][TABLE_CELL / 2];
};

static const struct texts *describe(const struct budgetmem_budget_entry *entry,
				    struct texts *texts)
{
	char size[TABLE_CELL];
	size_t most = sizeof(texts->cell[0]);

	if (!entry)
		return NULL;
	size_text(size, entry->size);
	snprintf(texts->cell[0], most, "%.20s", size);
	snprintf(texts->cell[1], most, "%u:%u", entry->uid, entry->gid);
	snprintf(texts->cell[2], most, "%04o", entry->mode);
	snprintf(texts->cell[3], most, "%u", entry->pool_limit);
	snprintf(texts->cell[4], most, "%u", entry->client_limit);
	if (entry->node == BUDGETMEM_NODE_ANY)
		snprintf(texts->cell[5], most, "any");
	else
		snprintf(texts->cell[5], most, "%u", entry->node);
	return texts;
}

static void show_row(struct table *table, const struct budgetmem_budget_entry *old,
		     const struct budgetmem_budget_entry *new)
{
	struct texts old_texts, new_texts;
	const struct texts *from = describe(old, &old_texts);
	const struct texts *to = describe(new, &new_texts);

	table_cell(table, "%.*s", BUDGETMEM_NAME_SIZE, new ? new->name : old->name);
	table_cell(table, "%s", kind(old, new));
	for (int i = 0; i < 6; i++)
		put(table, from ? from->cell[i] : NULL, to ? to->cell[i] : NULL);
}

/* The kernel rounds up to whole pages; a size near the end of 64 bits it refuses. */
static uint64_t round_up(uint64_t size, uint64_t page)
{
	return page && size <= UINT64_MAX - page ? (size + page - 1) / page * page : size;
}

static void show_new(struct table *table, const struct snapshot *before,
		     const struct budgetmem_budget_entry *entry)
{
	const struct budgetmem_budget_info *info = find_before(before, entry->name);
	struct budgetmem_budget_entry old, new = *entry;

	new.size = round_up(entry->size, before->system.page_size);
	if (info)
		old = entry_of(info);
	show_row(table, info ? &old : NULL, &new);
}

int change_show(const struct snapshot *before, const struct budget_table *after, FILE *out)
{
	static const char *const head[] = {
		"BUDGET", "CHANGE", "SIZE", "OWNER", "MODE", "POOLS", "CLIENTS", "NODE",
	};
	struct table table;

	table_begin(&table, "llrrrrrr");
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		table_cell(&table, "%s", head[i]);
	for (size_t i = 0; i < after->count; i++)
		show_new(&table, before, &after->entries[i]);
	for (size_t i = 0; i < before->budget_count; i++) {
		struct budgetmem_budget_entry old = entry_of(&before->budgets[i]);

		if (!is_in(after, old.name))
			show_row(&table, &old, NULL);
	}
	return table_end(&table, out);
}
