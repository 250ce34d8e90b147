// SPDX-License-Identifier: MIT
/*
 * frame-sort.c: the order of the rows of budgetctl top
 *
 * The largest first, or by name; what is equal stands by name, so that rows do not
 * jump about.
 */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

const char *const order_names[ORDER_COUNT] = {
	[ORDER_NAME]	= "name",
	[ORDER_USED]	= "used",
	[ORDER_FULL]	= "how full",
	[ORDER_REFUSED]	= "refused",
};

/* Larger numbers come first. */
static int fall(double one, double other)
{
	return (one < other) - (one > other);
}

static double share(uint64_t used, uint64_t size)
{
	return size ? (double)used / (double)size : 0;
}

static int by_number(enum order order, uint64_t used[2], uint64_t size[2],
		     uint64_t refused[2])
{
	switch (order) {
	case ORDER_USED:
		return fall((double)used[0], (double)used[1]);
	case ORDER_FULL:
		return fall(share(used[0], size[0]), share(used[1], size[1]));
	case ORDER_REFUSED:
		return fall((double)refused[0], (double)refused[1]);
	default:
		return 0;
	}
}

static int compare_budgets(const void *first, const void *second, void *order)
{
	const struct budgetmem_budget_info *one = first, *other = second;
	int result = by_number(*(enum order *)order, (uint64_t []){ one->used, other->used },
			       (uint64_t []){ one->size, other->size },
			       (uint64_t []){ snapshot_refused(one),
					      snapshot_refused(other) });

	return result ? result : strncmp(one->name, other->name, BUDGETMEM_NAME_SIZE);
}

/* Clients of a budget are as full as they use of it. */
static int compare_clients(const void *first, const void *second, void *order)
{
	const struct budgetmem_client_info *one = first, *other = second;
	int result = by_number(*(enum order *)order,
			       (uint64_t []){ one->used, other->used },
			       (uint64_t []){ 1, 1 },
			       (uint64_t []){ one->refused, other->refused });

	if (!result)
		result = strncmp(one->command, other->command, BUDGETMEM_COMMAND_SIZE);
	return result ? result : (one->client > other->client) -
				 (one->client < other->client);
}

static int compare_pools(const void *first, const void *second, void *order)
{
	const struct budgetmem_pool_info *one = first, *other = second;
	int result = by_number(*(enum order *)order,
			       (uint64_t []){ one->reported_used, other->reported_used },
			       (uint64_t []){ one->size, other->size },
			       (uint64_t []){ one->reported_refused, other->reported_refused });

	return result ? result : strncmp(one->name, other->name, BUDGETMEM_NAME_SIZE);
}

static void sort(void *objects, size_t count, size_t size,
		 int (*compare)(const void *, const void *, void *), enum order order)
{
	if (count)
		qsort_r(objects, count, size, compare, &order);
}

void frame_sort(struct snapshot *snapshot, enum order order)
{
	sort(snapshot->budgets, snapshot->budget_count, sizeof(*snapshot->budgets),
	     compare_budgets, order);
	sort(snapshot->clients, snapshot->client_count, sizeof(*snapshot->clients),
	     compare_clients, order);
	sort(snapshot->pools, snapshot->pool_count, sizeof(*snapshot->pools),
	     compare_pools, order);
}
