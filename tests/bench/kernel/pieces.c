// SPDX-License-Identifier: MIT
/*
 * What a pool costs when the free memory of the budget is in pieces: two pages, where
 * all that comes before the first free run of two is 10,000 single pages.
 */
#include <stdio.h>

#include "bench.h"
#include "device.h"

#define CROWD_BUDGET	"crowd"
#define PIECES		10000
#define TIMES		200

static __u64 offsets[2 * PIECES];

static void name_pool(char *name, unsigned int number)
{
	snprintf(name, BUDGETMEM_NAME_SIZE, "pool-%u", number);
}

static void measure(unsigned int round, const char *who, int fd)
{
	__u64 time = 0;
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		__u64 begin = clock_now();
		__u64 offset;

		must(pool_create(fd, "two", 2 * page_size(), &offset), "POOL_CREATE");
		time += clock_now() - begin;
		must(pool_destroy(fd, offset), "POOL_DESTROY");
	}
	printf("pieces %u %s %llu %u\n", round, who, time, TIMES);
}

void pieces_measure(unsigned int rounds)
{
	/* A client of its own is what POOL_CREATE looks through for the name. */
	int maker = must(client_open(CROWD_BUDGET), "BIND");
	int fd = must(client_open(CROWD_BUDGET), "BIND");
	char name[BUDGETMEM_NAME_SIZE];
	unsigned int round, i;

	for (i = 0; i < 2 * PIECES; i++) {
		name_pool(name, i);
		must(pool_create(maker, name, page_size(), &offsets[i]), "POOL_CREATE");
	}
	for (round = 0; round <= rounds; round++)
		measure(round, "whole", fd);
	for (i = 0; i < 2 * PIECES; i += 2)
		must(pool_destroy(maker, offsets[i]), "POOL_DESTROY");
	for (round = 0; round <= rounds; round++)
		measure(round, "pieces", fd);
}
