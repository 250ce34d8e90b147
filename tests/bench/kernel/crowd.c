// SPDX-License-Identifier: MIT
/*
 * What a pool costs among few and among many: the same calls with 10 clients that
 * have a pool each, and with 10,000 clients and 100,000 pools in the same budget.
 *
 * One client of the many has a tenth of all pools, to show whether the cost grows
 * with the pools of the budget or with those of a client.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"

#define CROWD_BUDGET	"crowd"
#define TIMES		200

/**
 * struct crowd - clients with pools
 * @clients: number of them
 * @fds: descriptor of each
 * @offsets: of the last pool of each
 * @pools: number of pools of each; the first one has @many instead
 * @many: number of pools of the first client
 */
struct crowd {
	unsigned int clients;
	int *fds;
	__u64 *offsets;
	unsigned int pools;
	unsigned int many;
};

static unsigned int crowd_pools(const struct crowd *crowd, unsigned int client)
{
	return client ? crowd->pools : crowd->many;
}

static void name_pool(char *name, unsigned int number)
{
	snprintf(name, BUDGETMEM_NAME_SIZE, "pool-%u", number);
}

static __u64 create_one(int fd, unsigned int number)
{
	char name[BUDGETMEM_NAME_SIZE];
	__u64 offset;

	name_pool(name, number);
	must(pool_create(fd, name, page_size(), &offset), "POOL_CREATE");
	return offset;
}

static void crowd_gather(struct crowd *crowd)
{
	unsigned int i, p;

	crowd->fds = calloc(crowd->clients, sizeof(*crowd->fds));
	crowd->offsets = calloc(crowd->clients, sizeof(*crowd->offsets));
	if (!crowd->fds || !crowd->offsets)
		must(-1, "calloc");
	for (i = 0; i < crowd->clients; i++) {
		crowd->fds[i] = must(client_open(CROWD_BUDGET), "BIND");
		for (p = 0; p < crowd_pools(crowd, i); p++)
			crowd->offsets[i] = create_one(crowd->fds[i], p);
	}
}

static void crowd_disperse(struct crowd *crowd)
{
	unsigned int i;

	for (i = 0; i < crowd->clients; i++)
		must(close(crowd->fds[i]), "close");
	free(crowd->fds);
	free(crowd->offsets);
}

static void say(unsigned int round, const char *who, const char *call, __u64 time)
{
	printf("crowd %u %s %s %llu %u\n", round, who, call, time, TIMES);
}

/* One pool more, and gone again. */
static void measure_create(unsigned int round, const char *who, int fd)
{
	__u64 creating = 0, destroying = 0;
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		__u64 begin = clock_now(), middle;
		__u64 offset = create_one(fd, 1000000 + i);

		middle = clock_now();
		must(pool_destroy(fd, offset), "POOL_DESTROY");
		creating += middle - begin;
		destroying += clock_now() - middle;
	}
	say(round, who, "create", creating);
	say(round, who, "destroy", destroying);
}

static void measure_lookup(unsigned int round, const char *who, int fd,
			   const struct budgetmem_pool_info *wanted, const char *call)
{
	__u64 begin = clock_now();
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		struct budgetmem_pool_info info = *wanted;

		must(device_call(fd, BUDGETMEM_IOC_POOL_INFO, &info), "POOL_INFO");
	}
	say(round, who, call, clock_now() - begin);
}

static void measure_client(unsigned int round, const char *who,
			   const struct crowd *crowd, unsigned int client)
{
	struct budgetmem_pool_info name = { .select = BUDGETMEM_SELECT_NAME };
	struct budgetmem_pool_info offset = { .select = BUDGETMEM_SELECT_OFFSET };
	int fd = crowd->fds[client];

	name_pool(name.name, crowd_pools(crowd, client) - 1);
	offset.offset = crowd->offsets[client];
	measure_create(round, who, fd);
	measure_lookup(round, who, fd, &name, "name");
	measure_lookup(round, who, fd, &offset, "offset");
}

static void allow_descriptors(rlim_t count)
{
	struct rlimit limit = { count, count };

	must(setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE");
}

void crowd_measure(unsigned int rounds)
{
	struct crowd few = { .clients = 10, .pools = 1, .many = 1 };
	struct crowd crowd = { .clients = 10000, .pools = 9, .many = 10009 };
	unsigned int round;

	allow_descriptors(crowd.clients + 100);
	for (round = 0; round <= rounds; round++) {
		crowd_gather(&few);
		measure_client(round, "few", &few, few.clients / 2);
		crowd_disperse(&few);
		crowd_gather(&crowd);
		measure_client(round, "many", &crowd, crowd.clients / 2);
		measure_client(round, "largest", &crowd, 0);
		crowd_disperse(&crowd);
	}
}
