/* SPDX-License-Identifier: MIT */
/*
 * demo.h - the whole idea on one screen
 *
 * The steps run in this order. Each shows what it does and what came of it, and
 * leaves in struct demo what the summary tells; nothing in the summary is known
 * beforehand.
 */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/budgetmem.h>

#include "measure.h"

/* The kinds of memory that are compared. */
enum demo_kind {
	DEMO_MALLOC,
	DEMO_MEMFD,
	DEMO_POOL,
	DEMO_KINDS,
};

/* How they are called on the screen, at most 18 characters each. */
extern const char *const demo_kind_names[DEMO_KINDS];

/**
 * struct demo - what was seen
 * @directory: where the module, the programs and the text lie
 * @set_aside: bytes, all budgets
 * @counted_locked: the word counter was locked while it counted
 * @refused_beyond: errno of the pool that was larger than its budget
 * @refused_locked: errno of the pool that was asked for after the lock
 * @measured: what was measured, for each kind of memory
 * @left_bytes: bytes that clients still hold after all of them have ended
 * @left_clients: clients that are still there
 * @wrong: number of verdicts that were not good
 */
struct demo {
	const char *directory;
	uint64_t set_aside;
	bool counted_locked;
	int refused_beyond;
	int refused_locked;
	struct measured measured[DEMO_KINDS];
	uint64_t left_bytes;
	uint32_t left_clients;
	unsigned int wrong;
};

/* Each returns 0, or -errno of what kept it from showing anything. */
int demo_load(struct demo *demo);
int demo_count(struct demo *demo);
int demo_refusals(struct demo *demo);
int demo_faults(struct demo *demo);
int demo_return(struct demo *demo);

/* The closing words. */
void demo_summary(const struct demo *demo);

/* Show a verdict and keep it. */
#define demo_verdict(demo, good, ...) \
	((demo)->wrong += !screen_verdict(good, __VA_ARGS__))

/**
 * demo_run() - run a program beside this one and show what it prints
 * @demo: tells where it lies
 * @program: its name, and its one argument or NULL
 * @argument: likewise
 *
 * Return: 0, -errno, or -ECHILD when the program failed.
 */
int demo_run(const struct demo *demo, const char *program,
	     const char *argument);

/**
 * demo_budget() - ask the kernel for the state of a budget
 * demo_query() - ask the kernel for the state of the whole module
 *
 * Return: 0 or -errno.
 */
int demo_budget(const char *name, struct budgetmem_budget_info *info);
int demo_query(struct budgetmem_query *query);

#endif /* DEMO_H */
