// SPDX-License-Identifier: MIT
/*
 * apply-answer.c: why the kernel did not apply a table, in words
 *
 * Most rules are checked before the kernel is asked; it has the last word all the
 * same, and only it knows the machine.
 */
#include "apply-answer.h"
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include <budgetmem/client.h>

/* The entry that the failure is about, or NULL. */
static const struct budgetmem_budget_entry *entry_of(const struct budget_table *table,
						     const struct budgetmem_system_apply *answer)
{
	return answer->failed < table->count ? &table->entries[answer->failed] : NULL;
}

/* The line of @key of that entry, or that of its name. */
static int line_of(const struct budget_table *table,
		   const struct budgetmem_system_apply *answer, enum budget_key key)
{
	const struct budget_lines *lines;

	if (answer->failed >= table->count)
		return 0;
	lines = &table->lines[answer->failed];
	return key < BUDGET_KEYS && lines->keys[key] ? lines->keys[key] : lines->name;
}

static void explain_total(struct budget_table *table,
			  const struct budgetmem_system_apply *answer)
{
	int line = table->total_line ? table->total_line :
		   line_of(table, answer, BUDGET_SIZE);
	char missing[TABLE_CELL], total[TABLE_CELL];

	size_text(missing, answer->missing);
	size_text(total, table->total);
	if (table->total_line)
		budget_refuse(table, line, "the table needs %s (%" PRIu64 " bytes) more than this total of %s; raise it, or make budgets smaller",
			      missing, (uint64_t)answer->missing, total);
	else
		budget_refuse(table, line, "the table needs %s (%" PRIu64 " bytes) more than the total that was stated before; write a larger 'total:', or make budgets smaller",
			      missing, (uint64_t)answer->missing);
}

static void explain_memory(struct budget_table *table,
			   const struct budgetmem_system_apply *answer)
{
	const struct budgetmem_budget_entry *entry = entry_of(table, answer);
	char missing[TABLE_CELL], node[32] = "";

	size_text(missing, answer->missing);
	if (entry && entry->node != BUDGETMEM_NODE_ANY)
		snprintf(node, sizeof(node), " on node %u", entry->node);
	budget_refuse(table, line_of(table, answer, BUDGET_SIZE), "budget '%.*s' cannot be set aside: the machine has %s too little free memory%s; free some, ask for less, or apply the table earlier after boot",
		      BUDGETMEM_NAME_SIZE, answer->name, missing, node);
}

static void explain_use(struct budget_table *table,
			const struct budgetmem_system_apply *answer)
{
	const struct budgetmem_budget_entry *entry = entry_of(table, answer);
	char missing[TABLE_CELL];

	size_text(missing, answer->missing);
	if (!entry)
		budget_refuse(table, table->budgets_line, "budget '%.*s' is not in this table and would go, but it is in use; end its clients (budgetctl status), remove its pools (budgetctl remove), or put it in",
			      BUDGETMEM_NAME_SIZE, answer->name);
	else if (answer->missing)
		budget_refuse(table, line_of(table, answer, BUDGET_SIZE), "budget '%s' cannot shrink so far: %s of what would go are in use; end a client (budgetctl status), or ask for so much more",
			      entry->name, missing);
	else
		budget_refuse(table, line_of(table, answer, BUDGET_KEYS), "budget '%s' is in use: pools, clients and node change only while it has no client, no pool and no pinned page; end its clients (budgetctl status), or leave them as they are",
			      entry->name);
}

static void explain_owner(struct budget_table *table,
			  const struct budgetmem_system_apply *answer)
{
	const struct budgetmem_budget_entry *entry = entry_of(table, answer);
	bool user = entry && entry->uid == UINT32_MAX;

	budget_refuse(table, line_of(table, answer, user ? BUDGET_USER : BUDGET_GROUP), "the kernel knows no user %u or no group %u; write other numbers",
		      entry ? entry->uid : 0, entry ? entry->gid : 0);
}

static void explain_node(struct budget_table *table,
			 const struct budgetmem_system_apply *answer)
{
	const struct budgetmem_budget_entry *entry = entry_of(table, answer);

	budget_refuse(table, line_of(table, answer, BUDGET_NODE), "this machine has no memory of node %u; write one from /sys/devices/system/node/has_memory, or any",
		      entry ? entry->node : 0);
}

/* Refusals that no entry has a part in. */
static void explain_error(struct budget_table *table, int err)
{
	switch (err) {
	case -EPERM:
		budget_refuse(table, 0, "the system is locked: its table of budgets is final until the module is unloaded");
		break;
	case -EACCES:
		budget_refuse(table, 0, "only an administrator may apply a table; do it as root (CAP_SYS_ADMIN), outside of containers");
		break;
	case -ENOTTY:
		budget_refuse(table, 0, "this module cannot change its table; update the module, or give the table at insmod");
		break;
	default:
		budget_refuse(table, 0, "the kernel refused it: %s", bm_error_text(err));
	}
}

void apply_answer(struct budget_table *table,
		  const struct budgetmem_system_apply *answer, int err)
{
	switch ((enum budgetmem_reason)answer->reason) {
	case BUDGETMEM_REASON_NAME:
		budget_refuse(table, line_of(table, answer, BUDGET_KEYS), "the kernel takes no budget of this name: it has 1 to %d characters of A-Z a-z 0-9 _ - . ; rename it",
			      BUDGETMEM_NAME_SIZE - 1);
		return;
	case BUDGETMEM_REASON_TWICE:
		budget_refuse(table, line_of(table, answer, BUDGET_KEYS), "budget '%.*s' is there twice; rename or remove one",
			      BUDGETMEM_NAME_SIZE, answer->name);
		return;
	case BUDGETMEM_REASON_SIZE:
		budget_refuse(table, line_of(table, answer, BUDGET_SIZE), "the size of budget '%.*s' is more than the kernel can keep records of; write less",
			      BUDGETMEM_NAME_SIZE, answer->name);
		return;
	case BUDGETMEM_REASON_OWNER:
		explain_owner(table, answer);
		return;
	case BUDGETMEM_REASON_MODE:
		budget_refuse(table, line_of(table, answer, BUDGET_MODE), "the mode has other bits than %04o; write it like a file's, r to see and w to use",
			      BUDGET_MODE_MOST);
		return;
	case BUDGETMEM_REASON_LIMIT:
		budget_refuse(table, line_of(table, answer, BUDGET_POOLS), "the kernel takes 1 to %u pools and 1 to %u clients; write such a number",
			      BUDGET_POOLS_MOST, BUDGET_CLIENTS_MOST);
		return;
	case BUDGETMEM_REASON_NODE:
		explain_node(table, answer);
		return;
	case BUDGETMEM_REASON_UNKNOWN:
		budget_refuse(table, line_of(table, answer, BUDGET_KEYS), "the module does not know all that can be said of a budget here; update the module");
		return;
	case BUDGETMEM_REASON_TOTAL:
		explain_total(table, answer);
		return;
	case BUDGETMEM_REASON_MEMORY:
		explain_memory(table, answer);
		return;
	case BUDGETMEM_REASON_IN_USE:
		explain_use(table, answer);
		return;
	case BUDGETMEM_REASON_NONE:
		break;
	}
	explain_error(table, err);
}
