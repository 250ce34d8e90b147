/* SPDX-License-Identifier: MIT */
/*
 * fake_system.h: a kernel for the device provider, made up
 *
 * Keeps the contract's state for one client and can be told to fail.
 */
#ifndef TESTS_PROVIDER_FAKE_SYSTEM_H
#define TESTS_PROVIDER_FAKE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_POOLS	8
#define FAKE_LIMIT	((size_t)256 << 10)

struct fake_pool {
	bool exists;
	char name[32];
	size_t size;
	int memory;
	void *mapped;
	bool mapped_elsewhere;
};

/**
 * struct fake - the state, and what to do
 * @pools: of the client
 * @bound: whether the client is one
 * @locked: whether it is locked
 * @files: open descriptors
 * @pages: mappings of private memory
 * @open_error: what opening the device answers
 * @bind_error: what BIND answers
 * @map_error: what mapping a pool answers
 * @lock_at_reserve: somebody else locks when addresses are reserved
 * @process: number of the process
 * @reserves: how often addresses were reserved
 * @fail_at: this call of all, counted from 1, fails with -ENOMEM
 * @calls: calls so far
 */
struct fake {
	struct fake_pool pools[FAKE_POOLS];
	bool bound;
	bool locked;
	int files;
	int pages;
	int open_error;
	int bind_error;
	int map_error;
	bool lock_at_reserve;
	long process;
	unsigned int reserves;
	unsigned int fail_at;
	unsigned int calls;
};

extern struct fake fake;

/* As after boot, with nothing to fail. */
void fake_reset(void);

int fake_pools(void);
int fake_mappings(void);

#endif /* TESTS_PROVIDER_FAKE_SYSTEM_H */
