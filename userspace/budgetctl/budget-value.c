// SPDX-License-Identifier: MIT
/*
 * budget-value.c: what may be said in a table of budgets, one function a kind
 */
#include "budget-table.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_CHARACTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."

/* The number that means nobody. */
#define NOBODY_AT_ALL	0xffffffffu

const char *const budget_keys[BUDGET_KEYS] = {
	[BUDGET_SIZE]		= "size",
	[BUDGET_USER]		= "user",
	[BUDGET_GROUP]		= "group",
	[BUDGET_MODE]		= "mode",
	[BUDGET_POOLS]		= "pools",
	[BUDGET_CLIENTS]	= "clients",
	[BUDGET_NODE]		= "node",
};

/* All of @text is digits of @base, and not too many of them. */
static bool number(const char *text, int base, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, base);
	return !*end && !errno;
}

/* Bytes that @suffix stands for, 0 if for nothing. */
static uint64_t unit(const char *suffix)
{
	static const char letters[] = "KMGT";
	const char *letter = *suffix ? strchr(letters, toupper((unsigned char)*suffix)) :
			     NULL;

	if (!*suffix)
		return 1;
	if (!letter || (suffix[1] && strcmp(suffix + 1, "iB")))
		return 0;
	return UINT64_C(1024) << 10 * (letter - letters);
}

static int take_size(struct budget_table *table, int line, const char *key,
		     const char *text, uint64_t *size)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t count, bytes = unit(text + digits);
	char copy[32];

	snprintf(copy, sizeof(copy), "%.*s", (int)digits, text);
	if (!digits || !bytes || digits >= sizeof(copy))
		return budget_refuse(table, line, "%s '%.40s' is no number of bytes; write a number, with K, M or G for units of 1024, such as 64M",
				     key, text);
	if (!number(copy, 10, &count) || count > UINT64_MAX / bytes)
		return budget_refuse(table, line, "%s %.40s is more than 64 bits can say; write less",
				     key, text);
	if (!count)
		return budget_refuse(table, line, "%s is 0; write how much memory is to be set aside, or leave the line out",
				     key);
	*size = count * bytes;
	return 0;
}

int budget_take_total(struct budget_table *table, int line, const char *text)
{
	if (table->total_line)
		return budget_refuse(table, line, "total is there twice, first in line %d; remove one",
				     table->total_line);
	table->total_line = line;
	return take_size(table, line, "total", text, &table->total);
}

static int refuse_name(struct budget_table *table, int line, const char *text)
{
	return budget_refuse(table, line, "'%.40s' is no name of a budget: it has 1 to %d characters of A-Z a-z 0-9 _ - . ; rename it",
			     text, BUDGETMEM_NAME_SIZE - 1);
}

/* Appends a budget; the room doubles whenever the count reaches a power of two. */
static int append(struct budget_table *table)
{
	size_t room = table->count ? table->count * 2 : 1;
	void *grown;

	if (table->count & (table->count - 1))
		return 0;
	grown = reallocarray(table->entries, room, sizeof(*table->entries));
	if (!grown)
		return -ENOMEM;
	table->entries = grown;
	grown = reallocarray(table->lines, room, sizeof(*table->lines));
	if (!grown)
		return -ENOMEM;
	table->lines = grown;
	return 0;
}

int budget_take_name(struct budget_table *table, int line, const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= BUDGETMEM_NAME_SIZE ||
	    strspn(text, NAME_CHARACTERS) != length)
		return refuse_name(table, line, text);
	for (size_t i = 0; i < table->count; i++) {
		if (!strcmp(table->entries[i].name, text))
			return budget_refuse(table, line, "budget '%s' is there twice, first in line %d; rename or remove one",
					     text, table->lines[i].name);
	}
	if (table->count == BUDGETMEM_BUDGETS_MAX)
		return budget_refuse(table, line, "a table has %d budgets at most; remove some",
				     BUDGETMEM_BUDGETS_MAX);
	if (append(table))
		return budget_refuse(table, line, "no memory to read on; free some");
	table->lines[table->count] = (struct budget_lines){ .name = line };
	table->entries[table->count] = (struct budgetmem_budget_entry){
		.mode = BUDGET_MODE_DEFAULT,
		.pool_limit = BUDGET_POOLS_DEFAULT,
		.client_limit = BUDGET_CLIENTS_DEFAULT,
		.node = BUDGETMEM_NODE_ANY,
	};
	memcpy(table->entries[table->count].name, text, length);
	table->count++;
	return 0;
}

/*
 * Read here and not asked of libc, which in a static program has only what its
 * shared parts of the very same version bring along.
 */
static bool find_user(const char *name, uint32_t *uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry = NULL;

	while (file && (entry = fgetpwent(file)) && strcmp(entry->pw_name, name))
		;
	if (entry)
		*uid = entry->pw_uid;
	if (file)
		fclose(file);
	return entry;
}

static bool find_group(const char *name, uint32_t *gid)
{
	FILE *file = fopen("/etc/group", "re");
	const struct group *entry = NULL;

	while (file && (entry = fgetgrent(file)) && strcmp(entry->gr_name, name))
		;
	if (entry)
		*gid = entry->gr_gid;
	if (file)
		fclose(file);
	return entry;
}

static int take_owner(struct budget_table *table, int line, enum budget_key key,
		      const char *text, uint32_t *id)
{
	const char *path = key == BUDGET_USER ? "/etc/passwd" : "/etc/group";
	uint64_t value;

	if (number(text, 10, &value)) {
		*id = (uint32_t)value;
		if (value < NOBODY_AT_ALL)
			return 0;
		return budget_refuse(table, line, "%s %s is more than %u; write the number of a %s",
				     budget_keys[key], text, NOBODY_AT_ALL - 1,
				     budget_keys[key]);
	}
	if (key == BUDGET_USER ? find_user(text, id) : find_group(text, id))
		return 0;
	return budget_refuse(table, line, "%s '%.40s' is not in %s; write a name from there, or a number",
			     budget_keys[key], text, path);
}

static int take_mode(struct budget_table *table, int line, const char *text, uint32_t *mode)
{
	uint64_t value;

	if (!number(text, 8, &value) || value & ~(uint64_t)BUDGET_MODE_MOST)
		return budget_refuse(table, line, "mode '%.40s' has other bits than %04o; write it like a file's, r to see and w to use, such as 0660",
				     text, BUDGET_MODE_MOST);
	*mode = (uint32_t)value;
	return 0;
}

static int take_limit(struct budget_table *table, int line, enum budget_key key,
		      const char *text, uint32_t most, uint32_t *limit)
{
	uint64_t value;

	if (!number(text, 10, &value) || value < 1 || value > most)
		return budget_refuse(table, line, "%s '%.40s' is not 1 to %u; write how many there may be at a time",
				     budget_keys[key], text, most);
	*limit = (uint32_t)value;
	return 0;
}

static int take_node(struct budget_table *table, int line, const char *text, uint32_t *node)
{
	uint64_t value;

	*node = BUDGETMEM_NODE_ANY;
	if (!strcmp(text, "any"))
		return 0;
	if (!number(text, 10, &value) || value >= BUDGETMEM_NODE_ANY)
		return budget_refuse(table, line, "node '%.40s' is no number of a node; write one from /sys/devices/system/node/online, or any",
				     text);
	*node = (uint32_t)value;
	return 0;
}

int budget_take_key(struct budget_table *table, enum budget_key key, int line,
		    const char *text)
{
	struct budgetmem_budget_entry *entry = &table->entries[table->count - 1];
	int *first = &table->lines[table->count - 1].keys[key];
	uint64_t size = 0;
	int err;

	if (*first)
		return budget_refuse(table, line, "%s of budget '%s' is there twice, first in line %d; remove one",
				     budget_keys[key], entry->name, *first);
	*first = line;
	switch (key) {
	case BUDGET_SIZE:
		err = take_size(table, line, "size", text, &size);
		entry->size = size;
		return err;
	case BUDGET_USER:
		return take_owner(table, line, key, text, &entry->uid);
	case BUDGET_GROUP:
		return take_owner(table, line, key, text, &entry->gid);
	case BUDGET_MODE:
		return take_mode(table, line, text, &entry->mode);
	case BUDGET_POOLS:
		return take_limit(table, line, key, text, BUDGET_POOLS_MOST,
				  &entry->pool_limit);
	case BUDGET_CLIENTS:
		return take_limit(table, line, key, text, BUDGET_CLIENTS_MOST,
				  &entry->client_limit);
	case BUDGET_NODE:
		return take_node(table, line, text, &entry->node);
	case BUDGET_KEYS:
		break;
	}
	return -EINVAL;
}
