// SPDX-License-Identifier: MIT
/*
 * guard_fuzz.c: guards tell the first byte that was changed
 *
 * The first byte of an input chooses: bytes of guards alone are changed, and a copy of
 * the region tells what a check must say; or somebody writes anything anywhere.
 */
#include "fuzz.h"

BM_VEC(numbers, uint32_t, 16)
BM_GUARD(fence, 64)
BM_GUARD(wall, 2 * BM_GUARD_PAGE)

/* Two vecs of 128 bytes and two guards of 128 and 64 + 8192 bytes. */
#define FENCE	(BM_REGION_OVERHEAD + 128)
#define WALL	(FENCE + 128 + 128)
#define SIZE	(WALL + 64 + 2 * BM_GUARD_PAGE)
#define PAGES	BM_GUARD_PAGE
#define PAGES_END	(2 * BM_GUARD_PAGE)

static uint8_t whole[SIZE];

static void make(struct bm_region region)
{
	struct numbers v;

	FUZZ_CHECK(!numbers_create(&v, region, "front"));
	FUZZ_CHECK(!fence_create(region, "fence"));
	FUZZ_CHECK(!numbers_create(&v, region, "back"));
	FUZZ_CHECK(!wall_create(region, "wall"));
	memcpy(whole, region.base, SIZE);
}

static bool has_pattern(size_t offset)
{
	return (offset >= FENCE + 64 && offset < FENCE + 128) ||
	       (offset >= WALL + 64 && offset < PAGES) ||
	       (offset >= PAGES_END && offset < SIZE);
}

/* The first and the last changed byte within one guard, from @start to @end. */
static bool find_damage(const uint8_t *bytes, size_t start, size_t end,
			size_t *first, size_t *last)
{
	bool found = false;

	for (size_t i = start; i < end; i++) {
		if (!has_pattern(i) || bytes[i] == whole[i])
			continue;
		if (!found)
			*first = i;
		*last = i;
		found = true;
	}
	return found;
}

static void compare(struct bm_region region)
{
	const uint8_t *bytes = (const uint8_t *)region.base;
	struct bm_guard_damage damage;
	int err = bm_guard_check(region, &damage);
	const char *guard = "fence";
	bool is_fence, is_wall = false;
	size_t first, last;
	struct numbers v;

	is_fence = find_damage(bytes, FENCE, FENCE + 128, &first, &last);
	if (!is_fence) {
		guard = "wall";
		is_wall = find_damage(bytes, WALL, SIZE, &first, &last);
	}
	FUZZ_CHECK(err == (is_fence || is_wall ? -EUCLEAN : 0));
	if (err) {
		FUZZ_CHECK(!strcmp(damage.guard, guard));
		FUZZ_CHECK(damage.offset == first);
		FUZZ_CHECK(damage.bytes == last - first + 1);
	}
	FUZZ_CHECK(numbers_attach(&v, region, "front", NULL) ==
		   (is_fence ? -EUCLEAN : 0));
	FUZZ_CHECK(numbers_attach(&v, region, "back", NULL) == err);
}

static void run_model(struct bm_region region, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)region.base;

	while (!fuzz_at_end(input)) {
		size_t offset = fuzz_below(input, SIZE);
		uint8_t value = fuzz_byte(input);

		if (fuzz_byte(input) % 2)
			memcpy(bytes, whole, SIZE);
		if (has_pattern(offset) || (offset >= PAGES && offset < PAGES_END))
			bytes[offset] = value;
		compare(region);
	}
	memcpy(bytes, whole, SIZE);
}

static void expect(int err)
{
	FUZZ_CHECK(err == 0 || err == -EINVAL || err == -ENOENT ||
		   err == -EBUSY || err == -EOWNERDEAD ||
		   err == -EMEDIUMTYPE || err == -EUCLEAN);
}

static void run_hostile(struct bm_region region, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)region.base;
	struct bm_guard_damage damage;
	struct bm_region pages;
	struct numbers v;
	size_t cursor;

	while (!fuzz_at_end(input)) {
		size_t offset = fuzz_below(input, fuzz_byte(input) % 4 ? WALL + 64 :
									 SIZE);

		bytes[offset] = fuzz_byte(input);
		expect(bm_guard_check(region, &damage));
		FUZZ_CHECK(damage.offset + damage.bytes <= SIZE + 64);
		expect(numbers_attach(&v, region, "back", NULL));
		expect(bm_layout_invariants(region, NULL));
		cursor = 0;
		if (bm_guard_next_pages(region, &cursor, &pages))
			continue;
		FUZZ_CHECK((uint8_t *)pages.base >= bytes + BM_GUARD_PAGE);
		FUZZ_CHECK((uint8_t *)pages.base + pages.size <= bytes + SIZE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = { bytes, size };
	struct bm_region region = { NULL, SIZE };

	FUZZ_CHECK(!posix_memalign(&region.base, BM_GUARD_PAGE, SIZE));
	memset(region.base, 0, SIZE);
	make(region);
	if (fuzz_byte(&input) % 2) {
		run_hostile(region, &input);
		free(region.base);
	} else {
		run_model(region, &input);
		fuzz_give_region(region);
	}
	return 0;
}
