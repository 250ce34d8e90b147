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

/* Number of a client that is not this one. */
#define FAKE_OTHER	77

/**
 * struct fake_pool - a pool
 * @exists: whether it is one
 * @name: filled up with zeros
 * @size: bytes
 * @layout: layout number
 * @threshold: that POOL_WATCH set
 * @client: number of its client, 0 if it is detached
 * @persistent: whether it may outlive its client
 * @foreign: another user created it
 * @memory: a memfd
 * @mapped: where the library maps it
 * @mapped_elsewhere: somebody else maps it
 */
struct fake_pool {
	bool exists;
	char name[32];
	size_t size;
	uint64_t layout;
	uint64_t threshold;
	uint64_t client;
	bool persistent;
	bool foreign;
	int memory;
	void *mapped;
	bool mapped_elsewhere;
};

/**
 * struct fake - the state, and what to do
 * @pools: of all clients
 * @client: number of the client, 0 if the file is not bound
 * @clients: number of clients so far
 * @system_locked: whether the system is locked
 * @no_export: the kernel has no dma-buf
 * @closed_at_exec: whether the descriptor would be closed by exec
 * @refused: calls refused since EVENTS was asked
 * @appears: before the next pool is created, another client has created the same
 *	one, and has died as well if @appears_client is 0
 * @appears_client: number of that client
 * @locked: whether the client is locked
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
	uint64_t client;
	uint64_t clients;
	bool system_locked;
	bool no_export;
	bool closed_at_exec;
	uint64_t refused;
	bool appears;
	uint64_t appears_client;
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

/* Pools that exist, and those that are mapped. */
int fake_pools(void);
int fake_mappings(void);

struct fake_pool *fake_find(const char *name);

/* The process dies: the next one holds nothing, or the descriptor if it is kept. */
int fake_die(bool keep);

#endif /* TESTS_PROVIDER_FAKE_SYSTEM_H */
