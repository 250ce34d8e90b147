// SPDX-License-Identifier: MIT
/*
 * lru-order.c: the order of use after a death or damage
 *
 * The links are followed from the newest entry on as long as each one's neighbour
 * confirms it, and so from the oldest: an entry cannot be met twice on such a way, nor
 * on both unless they are one. Both are joined. What is on neither becomes the newest.
 *
 * While that is looked for, a bit in the links marks what is on them.
 */
#include "lru.h"

/* Above all numbers. */
#define MARK	(UINT32_C(1) << 31)
_Static_assert(BM_CAPACITY_MAX < MARK, "no number has the mark");

/**
 * struct way - confirmed links
 * @end: the last number, 0 if there are none
 * @count: how many
 */
struct way {
	uint32_t end;
	uint32_t count;
};

static uint32_t older_than(const struct bm_lru_link *links, uint32_t number)
{
	return bm_lru_load_(&links[number].older) & ~MARK;
}

static uint32_t newer_than(const struct bm_lru_link *links, uint32_t number)
{
	return bm_lru_load_(&links[number].newer);
}

static struct way follow_older(const struct bm_lru_link *links, uint32_t len)
{
	struct way way = { 0, 0 };

	while (way.count < len) {
		uint32_t next = older_than(links, way.end);

		if (!next || next > len || newer_than(links, next) != way.end)
			break;
		way.end = next;
		way.count++;
	}
	return way;
}

static struct way follow_newer(const struct bm_lru_link *links, uint32_t len,
			       uint32_t limit)
{
	struct way way = { 0, 0 };

	while (way.count < limit) {
		uint32_t next = newer_than(links, way.end);

		if (!next || next > len || older_than(links, next) != way.end)
			break;
		way.end = next;
		way.count++;
	}
	return way;
}

/* Makes one way of both. Returns how many entries are on it. */
static uint32_t join(struct bm_lru_link *links, uint32_t len)
{
	struct way newest = follow_older(links, len);
	struct way oldest = { 0, 0 };

	if (older_than(links, newest.end) || newer_than(links, 0) != newest.end)
		oldest = follow_newer(links, len, len - newest.count);
	bm_lru_store_(&links[newest.end].older, oldest.end);
	bm_lru_store_(&links[oldest.end].newer, newest.end);
	return newest.count + oldest.count;
}

static void unmark_all(struct bm_lru_link *links, uint32_t len)
{
	for (uint32_t number = 0; number <= len; number++)
		bm_lru_store_(&links[number].older, older_than(links, number));
}

static void mark_linked(struct bm_lru_link *links, uint32_t len, uint32_t count)
{
	uint32_t number = older_than(links, 0);

	for (uint32_t i = 0; i < count && number <= len; i++) {
		uint32_t next = older_than(links, number);

		bm_lru_store_(&links[number].older, next | MARK);
		number = next;
	}
}

static void link_others(struct bm_lru_link *links, uint32_t len)
{
	for (uint32_t number = 1; number <= len; number++) {
		uint32_t newest = older_than(links, 0);

		if (bm_lru_load_(&links[number].older) & MARK || newest > len)
			continue;
		bm_lru_link_(links, number, newest);
	}
}

void bm_lru_restore_order(const struct bm_map *map, uint32_t len)
{
	struct bm_lru_link *links = bm_lru_links_(map);
	uint32_t count;

	unmark_all(links, len);
	count = join(links, len);
	if (count == len)
		return;
	mark_linked(links, len, count);
	link_others(links, len);
	unmark_all(links, len);
}
