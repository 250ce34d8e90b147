/* SPDX-License-Identifier: MIT */
/*
 * holder.h: which processes hold a dma-buf of a pool
 *
 * The kernel counts them; who they are stands in /proc/PID/fdinfo, which every user
 * may read of own processes, and an administrator of all.
 */
#ifndef BUDGETCTL_HOLDER_H
#define BUDGETCTL_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/budgetmem.h>

/**
 * struct holder - a process that holds a pool
 * @budget: name of the pool's budget
 * @pool: name of the pool
 * @command: any bytes that the process gave itself for a name
 * @pid: its number
 */
struct holder {
	char budget[BUDGETMEM_NAME_SIZE];
	char pool[BUDGETMEM_NAME_SIZE];
	char command[BUDGETMEM_COMMAND_SIZE];
	uint32_t pid;
};

struct holders {
	struct holder *all;
	size_t count;
};

/*
 * Finds those that may be seen, each process once for a pool. Returns 0 or -ENOMEM;
 * to be given to holders_free() either way.
 */
int holders_read(struct holders *holders);

void holders_free(struct holders *holders);

/* Does it hold this pool? */
bool holder_has(const struct holder *holder, const struct budgetmem_pool_info *pool);

#endif /* BUDGETCTL_HOLDER_H */
