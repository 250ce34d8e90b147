// SPDX-License-Identifier: MIT
/*
 * blocks.c: memory in blocks of one size, where the size is not constant
 *
 * The bytes that say which blocks are live are what is believed: all else can be made
 * from them.
 */
#include <budgetmem/blocks.h>

#include "object.h"
#include "scatter.h"

#include <string.h>

/* Blocks that are looked at in one go: a bit for each on the program's stack. */
#define WINDOW	2048u

static uint32_t *stack_of(const struct bm_handle *blocks)
{
	return bm_blocks_stack_(bm_handle_contents_(blocks),
				blocks->element_size, blocks->capacity);
}

static uint8_t *live_of(const struct bm_handle *blocks)
{
	return bm_blocks_live_(bm_handle_contents_(blocks),
			       blocks->element_size, blocks->capacity);
}

static uint8_t read_live(const uint8_t *live, uint32_t index)
{
	return __atomic_load_n(live + index, __ATOMIC_RELAXED);
}

/* Puts on the stack all that is not live, the least on top. Returns the length. */
static uint32_t fill_stack(const struct bm_handle *blocks)
{
	uint32_t *stack = stack_of(blocks);
	uint8_t *live = live_of(blocks);
	uint32_t top = blocks->capacity;

	for (uint32_t i = blocks->capacity; i-- > 0;) {
		if (read_live(live, i))
			__atomic_store_n(live + i, 1, __ATOMIC_RELAXED);
		else
			stack[--top] = i;
	}
	return top;
}

int bm_blocks_create_(struct bm_handle *blocks, struct bm_region region,
		      const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	int err = bm_layout_reserve(&layout, region, name, type, blocks);

	if (err)
		return err;
	memset(live_of(blocks), 0, blocks->capacity);
	fill_stack(blocks);
	bm_layout_commit(&layout, blocks);
	return 0;
}

/* Eight at a time where none is live. */
static uint32_t first_live(const struct bm_handle *blocks, uint32_t from)
{
	const uint8_t *live = live_of(blocks);
	uint32_t n = blocks->capacity;
	uint64_t eight;

	while (n - from >= sizeof(eight)) {
		memcpy(&eight, live + from, sizeof(eight));
		if (eight)
			break;
		from += (uint32_t)sizeof(eight);
	}
	while (from < n && !read_live(live, from))
		from++;
	return from;
}

int bm_blocks_next_(const struct bm_handle *blocks, size_t *cursor, void **block)
{
	uint32_t n = blocks->capacity;
	uint32_t index = n;
	uint32_t len;
	int err = bm_handle_len_(blocks, &len);

	if (err)
		return err;
	if (*cursor < n)
		index = first_live(blocks, (uint32_t)*cursor);
	if (index == n) {
		*cursor = n;
		return -ENOENT;
	}
	*block = bm_handle_contents_(blocks) +
		 (size_t)index * blocks->element_size;
	*cursor = (size_t)index + 1;
	return 0;
}

static void make_stack(const struct bm_handle *blocks, uint32_t before)
{
	bm_handle_set_len_(blocks, before, fill_stack(blocks));
	bm_handle_end_repair(blocks);
}

void bm_blocks_clear_(struct bm_handle *blocks)
{
	bm_handle_update_begin_(blocks);
	memset(live_of(blocks), 0, blocks->capacity);
	make_stack(blocks, (uint32_t)bm_handle_bounded_len_(blocks));
}

int bm_blocks_repair_(struct bm_handle *blocks)
{
	bm_handle_update_begin_(blocks);
	make_stack(blocks, (uint32_t)bm_handle_bounded_len_(blocks));
	return 0;
}

/* The free blocks' sum, and the number of the others. */
static int sum_live(const struct bm_handle *blocks, uint64_t *sum,
		    uint32_t *count)
{
	const uint8_t *live = live_of(blocks);

	*sum = 0;
	*count = 0;
	for (uint32_t i = 0; i < blocks->capacity; i++) {
		uint8_t byte = read_live(live, i);

		if (byte > 1)
			return -EUCLEAN;
		*count += byte;
		*sum += byte ? 0 : bm_scatter(i);
	}
	return 0;
}

static int sum_stack(const struct bm_handle *blocks, uint32_t len, uint64_t *sum)
{
	const uint32_t *stack = stack_of(blocks);
	const uint8_t *live = live_of(blocks);

	*sum = 0;
	for (uint32_t i = len; i < blocks->capacity; i++) {
		uint32_t index = __atomic_load_n(stack + i, __ATOMIC_RELAXED);

		if (index >= blocks->capacity || read_live(live, index))
			return -EUCLEAN;
		*sum += bm_scatter(index);
	}
	return 0;
}

/* Is one of the WINDOW blocks from @first on the stack twice? */
static bool has_double_within(const struct bm_handle *blocks, uint32_t len,
			      uint32_t first)
{
	const uint32_t *stack = stack_of(blocks);
	uint64_t seen[WINDOW / 64] = { 0 };

	for (uint32_t i = len; i < blocks->capacity; i++) {
		uint32_t at = __atomic_load_n(stack + i, __ATOMIC_RELAXED) - first;
		uint64_t bit = (uint64_t)1 << (at & 63);

		if (at >= WINDOW)
			continue;
		if (seen[at / 64] & bit)
			return true;
		seen[at / 64] |= bit;
	}
	return false;
}

/* There is no memory to look at all of them at once. */
static bool has_double(const struct bm_handle *blocks, uint32_t len)
{
	for (uint64_t first = 0; first < blocks->capacity; first += WINDOW) {
		if (has_double_within(blocks, len, (uint32_t)first))
			return true;
	}
	return false;
}

/* With lost blocks the sums differ, as they should, and say nothing of doubles. */
int bm_blocks_invariants_(const struct bm_handle *blocks)
{
	uint64_t free_sum, stack_sum;
	uint32_t count;
	uint32_t len;
	int err = bm_handle_invariants(blocks);

	if (!err)
		err = bm_handle_len_(blocks, &len);
	if (!err)
		err = sum_live(blocks, &free_sum, &count);
	if (!err)
		err = sum_stack(blocks, len, &stack_sum);
	if (err)
		return err;
	if (count < len)
		return has_double(blocks, len) ? -EUCLEAN : -EOWNERDEAD;
	return count == len && free_sum == stack_sum ? 0 : -EUCLEAN;
}
