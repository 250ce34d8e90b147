/* SPDX-License-Identifier: MIT */
/*
 * budget-table.h: a table of budgets as people write it
 *
 * It is YAML, of which only keys and plain values are used; budgetctl(1) shows all of
 * it. Each refusal is one line: where it stands, what is wrong, by which limit, and
 * what to do.
 */
#ifndef BUDGETCTL_BUDGET_TABLE_H
#define BUDGETCTL_BUDGET_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/budgetmem.h>

/* What is not said of a budget is this, as at insmod. */
#define BUDGET_MODE_DEFAULT	0600
#define BUDGET_POOLS_DEFAULT	64
#define BUDGET_CLIENTS_DEFAULT	16

/* Limits of the contract that have no name there. */
#define BUDGET_MODE_MOST	0666u
#define BUDGET_POOLS_MOST	131072u
#define BUDGET_CLIENTS_MOST	65536u

/* What may be said of a budget. */
enum budget_key {
	BUDGET_SIZE,
	BUDGET_USER,
	BUDGET_GROUP,
	BUDGET_MODE,
	BUDGET_POOLS,
	BUDGET_CLIENTS,
	BUDGET_NODE,
	BUDGET_KEYS,
};

extern const char *const budget_keys[BUDGET_KEYS];

/**
 * struct budget_lines - where it stands
 * @name: line of the budget's name
 * @keys: lines of what is said of it, 0 for what is not
 */
struct budget_lines {
	int name;
	int keys[BUDGET_KEYS];
};

/**
 * struct budget_table - what a file says
 * @file: its name, for refusals
 * @total: bytes, or 0
 * @total_line: where that stands, or 0
 * @budgets_line: where the list of budgets begins, or 0
 * @count: number of budgets
 * @entries: the budgets, as SYSTEM_APPLY takes them
 * @lines: where each stands
 * @refusal: the one line, if it was refused
 */
struct budget_table {
	const char *file;
	uint64_t total;
	int total_line;
	int budgets_line;
	size_t count;
	struct budgetmem_budget_entry *entries;
	struct budget_lines *lines;
	char refusal[512];
};

/*
 * Reads all of @in. Returns 0 or a negative errno, with a refusal; to be given to
 * budget_table_free() either way.
 */
int budget_table_read(struct budget_table *table, FILE *in, const char *file);

void budget_table_free(struct budget_table *table);

/* Writes the refusal "FILE:LINE: ...", without a line if that is 0; returns -EINVAL. */
int budget_refuse(struct budget_table *table, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* budget-value.c: these take one value, or refuse it; 0 or -EINVAL */
int budget_take_total(struct budget_table *table, int line, const char *text);
int budget_take_name(struct budget_table *table, int line, const char *text);
int budget_take_key(struct budget_table *table, enum budget_key key, int line,
		    const char *text);

#endif /* BUDGETCTL_BUDGET_TABLE_H */
