// SPDX-License-Identifier: MIT
/*
 * frame.c: what budgetctl top shows, line by line
 *
 * A tree: budgets, their clients, the clients' pools, and below each budget the pools
 * that have no client and who holds them.
 */
#include "frame.h"
#include "table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Columns, blanks between them not counted. */
#define NAME_LEAST	21
#define BAR_LEAST	10
#define BAR_MOST	30
#define SHARE		4
#define SIZE		7
#define REFUSED		7
#define COLUMNS_LEAST	(NAME_LEAST + BAR_LEAST + SHARE + 3 * SIZE + HISTORY_STEPS + REFUSED + 7)

/* A pool that is fuller than that, in percent, is worth a look. */
#define BUSY		75
#define ALARM		90

/* Room for a bar of BAR_MOST characters of three bytes. */
#define BAR_TEXT	(3 * BAR_MOST + 1)

static int bar_width(const struct painter *painter)
{
	int more = (painter->width - COLUMNS_LEAST) / 2;

	if (more < 0)
		return BAR_LEAST;
	return more > BAR_MOST - BAR_LEAST ? BAR_MOST : BAR_LEAST + more;
}

static int name_width(const struct painter *painter)
{
	int more = painter->width - COLUMNS_LEAST - (bar_width(painter) - BAR_LEAST);

	return more < 0 ? NAME_LEAST : NAME_LEAST + more;
}

/* A line never breaks a terminal, whatever a command is called. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static void put(struct painter *painter, enum paint paint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct painter *painter, enum paint paint, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	make_printable(text);
	painter->text(painter, paint, text);
}

/* The first column; a name that does not fit ends in a tilde. */
static void put_name(struct painter *painter, enum paint paint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_name(struct painter *painter, enum paint paint, const char *format, ...)
{
	int width = name_width(painter);
	char text[256];
	va_list arguments;

	if (width >= (int)sizeof(text))
		width = sizeof(text) - 1;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if ((int)strlen(text) > width)
		strcpy(text + width - 1, "~");
	put(painter, paint, "%-*s ", width, text);
}

/* Parts of @all that @part is, not all of them before it is whole, 1 if it is little. */
static unsigned int parts(uint64_t part, uint64_t all, unsigned int count)
{
	unsigned int result;

	if (!all || !part)
		return 0;
	if (part >= all)
		return count;
	result = (unsigned int)((double)part / (double)all * count);
	if (result == count)
		return count - 1;
	return result ? result : 1;
}

static void append(char *text, const char *more)
{
	strcat(text, more);
}

static void put_bar(struct painter *painter, enum paint paint, uint64_t used, uint64_t size)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
	char taken[BAR_TEXT] = "", left[BAR_TEXT] = "";
	unsigned int width = (unsigned int)bar_width(painter);
	unsigned int filled = parts(used, size, painter->unicode ? 8 * width : width);
	unsigned int per_cell = painter->unicode ? 8 : 1;

	for (unsigned int i = 0; i < width; i++) {
		unsigned int here = filled > per_cell ? per_cell : filled;

		if (here)
			append(taken, painter->unicode ? eighths[here] : "#");
		else
			append(left, painter->unicode ? "░" : ".");
		filled -= here;
	}
	painter->text(painter, paint, taken);
	painter->text(painter, PAINT_FAINT, left);
	put(painter, PAINT_PLAIN, " %3u%% ", parts(used, size, 100));
}

static void put_no_bar(struct painter *painter)
{
	put(painter, PAINT_FAINT, "%*s %*s ", bar_width(painter), "", SHARE, "");
}

static void put_size(struct painter *painter, uint64_t bytes)
{
	char text[TABLE_CELL];

	size_text(text, bytes);
	put(painter, PAINT_PLAIN, "%*s ", SIZE, text);
}

static void put_no_size(struct painter *painter, const char *text)
{
	put(painter, PAINT_FAINT, "%*s ", SIZE, text);
}

/* What has no trend says something else in its place. */
static void put_word(struct painter *painter, enum paint paint, const char *word)
{
	put(painter, paint, "%-*s ", HISTORY_STEPS, word);
}

static void put_trend(struct painter *painter, const struct trend *trend, uint64_t size)
{
	static const char *const unicode[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { "_", ".", "-", "=", "+", "*", "%", "#" };
	const char *const *levels = painter->unicode ? unicode : ascii;
	char text[3 * HISTORY_STEPS + 2] = "";
	unsigned int steps = trend ? trend->steps : 0;

	for (unsigned int i = 0; i < HISTORY_STEPS; i++) {
		if (i < HISTORY_STEPS - steps)
			append(text, " ");
		else
			append(text, levels[parts(trend->used[i], size, 7)]);
	}
	append(text, " ");
	painter->text(painter, PAINT_CALM, text);
}

/* The last column: all of them, and those of the last minute. */
static void put_refused(struct painter *painter, uint64_t refused, uint64_t lately)
{
	char text[48];

	if (lately)
		snprintf(text, sizeof(text), "%" PRIu64 " +%" PRIu64, refused, lately);
	else
		snprintf(text, sizeof(text), "%" PRIu64, refused);
	put(painter, lately ? PAINT_ALARM : refused ? PAINT_PLAIN : PAINT_FAINT, "%*s",
	    REFUSED, text);
	painter->end_line(painter);
}

static enum paint paint_of(uint64_t used, uint64_t size)
{
	unsigned int share = parts(used, size, 100);

	return share >= ALARM ? PAINT_ALARM : share >= BUSY ? PAINT_BUSY : PAINT_CALM;
}

static uint64_t refused_lately(const struct history *history)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < history->count; i++)
		sum += trend_refused(&history->trends[i]);
	return sum;
}

static void put_column_heads(struct painter *painter)
{
	put_name(painter, PAINT_HEAD, "BUDGET/CLIENT/POOL");
	put(painter, PAINT_HEAD, "%-*s %*s ", bar_width(painter), "FULL", SHARE, "");
	put(painter, PAINT_HEAD, "%*s %*s %*s ", SIZE, "USED", SIZE, "SIZE", SIZE, "HIGH");
	put(painter, PAINT_HEAD, "%-*s %*s", HISTORY_STEPS, "MINUTE", REFUSED, "REFUSED");
	painter->end_line(painter);
}

void frame_head(struct painter *painter, const struct snapshot *snapshot,
		const struct history *history)
{
	const struct budgetmem_query *system = &snapshot->system;
	char aside[TABLE_CELL], overhead[TABLE_CELL], total[TABLE_CELL];
	bool locked = system->phase == BUDGETMEM_SYSTEM_LOCKED;
	uint64_t lately = refused_lately(history);

	size_text(aside, system->set_aside);
	size_text(overhead, system->overhead);
	size_text(total, system->total);
	put(painter, PAINT_BUDGET, "system ");
	put(painter, locked ? PAINT_CALM : PAINT_BUSY, "%s",
	    snapshot_system_phase(system->phase));
	put(painter, PAINT_PLAIN, ": %s set aside and %s overhead of %s", aside, overhead,
	    total);
	painter->end_line(painter);
	put(painter, PAINT_PLAIN, "budgets %u, clients %u, pools %u; ", system->budgets,
	    system->clients, system->pools);
	put(painter, lately ? PAINT_ALARM : PAINT_PLAIN,
	    "refused in the last minute %" PRIu64, lately);
	painter->end_line(painter);
	painter->end_line(painter);
	put_column_heads(painter);
}

static const char *state_of(const struct budgetmem_pool_info *pool)
{
	if (pool->properties & BUDGETMEM_POOL_DETACHED)
		return "detached";
	if (pool->exports)
		return "exported";
	return pool->properties & BUDGETMEM_POOL_PERSISTENT ? "persistent" : "";
}

static void show_holders(struct painter *painter, const struct snapshot *snapshot,
			 const struct budgetmem_pool_info *pool)
{
	for (size_t i = 0; i < snapshot->holders.count; i++) {
		const struct holder *holder = &snapshot->holders.all[i];

		if (!holder_has(holder, pool))
			continue;
		put(painter, PAINT_FAINT, "      held by %.*s %u", BUDGETMEM_COMMAND_SIZE,
		    holder->command, holder->pid);
		painter->end_line(painter);
	}
}

/* What the client reports of it; the size is the kernel's. */
static void show_pool(struct painter *painter, const struct snapshot *snapshot,
		      const struct budgetmem_pool_info *pool)
{
	put_name(painter, PAINT_PLAIN, "    %.*s", BUDGETMEM_NAME_SIZE, pool->name);
	if (pool->reported) {
		put_bar(painter, paint_of(pool->reported_used, pool->size),
			pool->reported_used, pool->size);
		put_size(painter, pool->reported_used);
	} else {
		put_no_bar(painter);
		put_no_size(painter, "-");
	}
	put_size(painter, pool->size);
	if (pool->reported)
		put_size(painter, pool->reported_high_water);
	else
		put_no_size(painter, "-");
	put_word(painter, PAINT_BUSY, state_of(pool));
	if (pool->reported) {
		put_refused(painter, pool->reported_refused, 0);
	} else {
		put(painter, PAINT_FAINT, "%*s", REFUSED, "-");
		painter->end_line(painter);
	}
	show_holders(painter, snapshot, pool);
}

static bool is_of(const char *budget, const char *name)
{
	return !strncmp(budget, name, BUDGETMEM_NAME_SIZE);
}

static void show_client(struct painter *painter, const struct snapshot *snapshot,
			const struct budgetmem_budget_info *budget,
			const struct budgetmem_client_info *client)
{
	bool locked = client->phase == BUDGETMEM_PHASE_LOCKED;
	char pid[16] = "";

	if (client->pid)
		snprintf(pid, sizeof(pid), " %u", client->pid);
	put_name(painter, PAINT_PLAIN, "  %.*s%s", BUDGETMEM_COMMAND_SIZE, client->command,
		 pid);
	put_bar(painter, PAINT_CALM, client->used, budget->size);
	put_size(painter, client->used);
	put_no_size(painter, "");
	put_size(painter, client->high_water);
	put_word(painter, locked ? PAINT_CALM : PAINT_BUSY, snapshot_phase(client->phase));
	put_refused(painter, client->refused, 0);
	for (size_t i = 0; i < snapshot->pool_count; i++) {
		const struct budgetmem_pool_info *pool = &snapshot->pools[i];

		if (snapshot_client(snapshot, pool) == client)
			show_pool(painter, snapshot, pool);
	}
}

/* Bytes that belong to a budget but to no client. */
static void show_rest(struct painter *painter, const struct budgetmem_budget_info *budget,
		      const char *name, uint64_t bytes, const char *word)
{
	if (!bytes)
		return;
	put_name(painter, PAINT_BUSY, "  %s", name);
	put_bar(painter, PAINT_BUSY, bytes, budget->size);
	put_size(painter, bytes);
	put_no_size(painter, "");
	put_no_size(painter, "");
	put_word(painter, PAINT_BUSY, word);
	painter->end_line(painter);
}

static void show_detached(struct painter *painter, const struct snapshot *snapshot,
			  const struct budgetmem_budget_info *budget)
{
	show_rest(painter, budget, "(no client)", budget->detached, "detached");
	for (size_t i = 0; i < snapshot->pool_count; i++) {
		const struct budgetmem_pool_info *pool = &snapshot->pools[i];

		if (is_of(pool->budget, budget->name) &&
		    pool->properties & BUDGETMEM_POOL_DETACHED)
			show_pool(painter, snapshot, pool);
	}
}

static void show_budget(struct painter *painter, const struct snapshot *snapshot,
			const struct history *history,
			const struct budgetmem_budget_info *budget)
{
	const struct trend *trend = history_find(history, budget->name);

	put_name(painter, PAINT_BUDGET, "%.*s", BUDGETMEM_NAME_SIZE, budget->name);
	put_bar(painter, PAINT_BUDGET, budget->used, budget->size);
	put_size(painter, budget->used);
	put_size(painter, budget->size);
	put_size(painter, budget->high_water);
	put_trend(painter, trend, budget->size);
	put_refused(painter, snapshot_refused(budget), trend ? trend_refused(trend) : 0);
	for (size_t i = 0; i < snapshot->client_count; i++) {
		if (is_of(snapshot->clients[i].budget, budget->name))
			show_client(painter, snapshot, budget, &snapshot->clients[i]);
	}
	show_detached(painter, snapshot, budget);
	show_rest(painter, budget, "(quarantine)", budget->quarantined, "pinned");
}

void frame_body(struct painter *painter, const struct snapshot *snapshot,
		const struct history *history)
{
	for (size_t i = 0; i < snapshot->budget_count; i++)
		show_budget(painter, snapshot, history, &snapshot->budgets[i]);
	if (!snapshot->budget_count) {
		put(painter, PAINT_PLAIN, "No budget is visible to this user.");
		painter->end_line(painter);
	}
}
