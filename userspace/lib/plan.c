// SPDX-License-Identifier: MIT
/*
 * plan.c: what a plan's number is made of
 */
#include <budgetmem/hash.h>
#include <budgetmem/plan.h>

_Static_assert(sizeof(struct bm_type) == 32, "a type is hashed whole: no padding");

/* The sum of a plan: neither the order of its arguments nor their grouping counts. */
uint64_t bm_plan_number_(struct bm_type type, uint64_t objects)
{
	const struct bm_hash_key key = { { BM_DIRECTORY_VERSION } };

	return objects * bm_hash_bytes(&key, &type, sizeof(type));
}
