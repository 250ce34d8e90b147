/* SPDX-License-Identifier: MIT */
/*
 * provider.h: what stands behind a client
 *
 * A provider says where a pool's bytes come from and who holds the budget and
 * the lock. client.c and pool.c check arguments, wait for their turn and call the
 * provider; none of them knows which provider it is.
 */
#ifndef BUDGETMEM_LIB_PROVIDER_H
#define BUDGETMEM_LIB_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <budgetmem/client.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/pool.h>

#include "turn.h"

/**
 * struct bm_pool - record of a pool
 * @client: the client whose pool it is
 * @next: next pool of the client, or next spare record
 * @base: address of the pool
 * @size: bytes
 * @offset: the device's name for the pool
 * @name: filled up with zeros
 */
struct bm_pool {
	struct bm_client *client;
	struct bm_pool *next;
	void *base;
	size_t size;
	uint64_t offset;
	char name[BM_NAME_SIZE];
};

/**
 * struct bm_request - what a caller wants of a pool
 * @name: its name
 * @size: bytes
 * @flags: bits BM_POOL_...
 * @layout: number that names what it holds
 */
struct bm_request {
	const char *name;
	size_t size;
	unsigned int flags;
	uint64_t layout;
};

/* Index of guarantee @number in bm_provider.gaps. */
#define BM_GAP(number)	((number) - 1)

/**
 * struct bm_provider - what a provider does, and what it can give
 * @guarantees: bits of enum bm_guarantee
 * @gaps: for each guarantee that it lacks, at BM_GAP(number), why
 * @create: takes a pool and enters it into the client's list
 * @attach: takes over a persistent pool and enters it into the list
 * @destroy: gives a pool back and takes it from the list
 * @lock: makes the pools final
 * @inspect: fills in a zeroed state
 * @export: makes a descriptor of a pool
 * @watch: sets a pool's threshold
 * @events: fills in what happened
 * @close: gives everything back, the client itself included
 * @more_records: puts at least one more record on the spare list
 *
 * All but @close are called when it is the caller's turn, with sound arguments.
 * A provider without a kernel behind it has no @attach, @export, @watch and @events,
 * and no flag of a pool.
 */
struct bm_provider {
	unsigned int guarantees;
	const char *gaps[BM_GUARANTEE_COUNT];
	int (*create)(struct bm_client *client, const struct bm_request *request,
		      struct bm_pool **pool);
	int (*attach)(struct bm_client *client, const struct bm_request *request,
		      struct bm_pool **pool);
	int (*destroy)(struct bm_client *client, struct bm_pool *pool);
	int (*lock)(struct bm_client *client);
	int (*inspect)(struct bm_client *client, struct bm_client_state *state);
	int (*export)(const struct bm_pool *pool, unsigned int flags, int *fd);
	int (*watch)(const struct bm_pool *pool, uint64_t threshold);
	int (*events)(struct bm_client *client, struct bm_events *events);
	void (*close)(struct bm_client *client);
	int (*more_records)(struct bm_client *client);
};

/**
 * struct bm_client - record of a client
 * @provider: what stands behind it; never changes once the client is open
 * @turn: protects all that changes
 * @pools: its pools; in a carved budget ascending by address
 * @spare: records that no pool uses
 * @pages: further pages of records
 * @base: address of the memory of a carved budget
 * @size: its bytes
 * @granule: pools in it are multiples of so many bytes
 * @used: bytes of pools in it
 * @high_water: bytes, the most that @used ever was
 * @refused: calls refused by it
 * @process: the process that opened the client
 * @fd: descriptor, or -1; never changes
 * @phase: phase of a carved budget's client
 * @pool_count: number of pools in it
 * @budget: filled up with zeros; never changes
 */
struct bm_client {
	const struct bm_provider *provider;
	struct bm_turn turn;
	struct bm_pool *pools;
	struct bm_pool *spare;
	struct record_page *pages;
	char *base;
	size_t size;
	size_t granule;
	uint64_t used;
	uint64_t high_water;
	uint64_t refused;
	long process;
	int fd;
	enum bm_phase phase;
	uint32_t pool_count;
	char budget[BM_NAME_SIZE];
};

/* client.c */
bool bm_name_is_valid(const char *name);
void bm_name_copy(char to[BM_NAME_SIZE], const char *name);
void bm_client_init(struct bm_client *client, const struct bm_provider *provider,
		    const char *budget);

/* record.c: records in private pages */
int bm_record_open(struct bm_client **client, const struct bm_provider *provider,
		   const char *budget);
int bm_record_more(struct bm_client *client);
void bm_record_close(struct bm_client *client);
int bm_record_take(struct bm_client *client, struct bm_pool **pool);
void bm_record_give(struct bm_client *client, struct bm_pool *pool);
void bm_record_spare(struct bm_client *client, struct bm_pool *records,
		     size_t count);
bool bm_record_is_foreign(const struct bm_client *client);

/* carve.c: pools carved from one run of zeroed memory of this process */
int bm_carve_create(struct bm_client *client, const struct bm_request *request,
		    struct bm_pool **pool);
int bm_carve_destroy(struct bm_client *client, struct bm_pool *pool);
int bm_carve_lock(struct bm_client *client);
int bm_carve_inspect(struct bm_client *client, struct bm_client_state *state);
void bm_carve_clear(struct bm_client *client);

/* pool.c */
struct bm_pool *bm_pool_find(const struct bm_client *client, const char *name);

/* Rounds up to a multiple of @granule, a power of two; 0 if that overflows. */
static inline size_t bm_round_up(size_t size, size_t granule)
{
	return (size + granule - 1) & ~(granule - 1);
}

#endif /* BUDGETMEM_LIB_PROVIDER_H */
