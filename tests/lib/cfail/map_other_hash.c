// SPDX-License-Identifier: MIT
// expect: incompatible.*pointer
#include <budgetmem/budgetmem.h>

struct word {
	char text[8];
};

#ifdef TWIN
static uint64_t hash(const struct bm_hash_key *secret, const struct word *key)
#else
static uint64_t hash(const struct bm_hash_key *secret, const struct bm_map *key)
#endif
{
	return bm_hash_bytes(secret, key, 8);
}

static bool equal(const struct word *a, const struct word *b)
{
	return a->text[0] == b->text[0];
}

BM_MAP_WITH(counts, struct word, int, 10, hash, equal)
