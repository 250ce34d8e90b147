// SPDX-License-Identifier: MIT
/*
 * heap_bound_test.c: how large a heap must be to never refuse
 */
#include "cmocka_test.h"

#define LIVE	4096
#define MOST	512
#define COUNT	(LIVE / 16)

BM_HEAP(ample, BM_HEAP_BYTES_NEVER_REFUSING(LIVE, MOST, COUNT))
BM_HEAP(scarce, LIVE + LIVE / 4)

#include "heap_test.h"

static void *there[65536];

/* What Robson's program does to any allocator: see below. */
static size_t attack(struct bm_heap *heap)
{
	char *base = (char *)(heap->links + heap->bins);
	size_t live = 0;
	size_t refused = 0;
	void *memory;

	memset(there, 0, sizeof(there));
	for (size_t size = 16; size <= MOST; size *= 2) {
		/* Keep one block in each stretch of @size that is used at all. */
		size_t last = SIZE_MAX;

		for (size_t i = 0; i < heap->object.capacity; i++) {
			size_t usable_size;

			if (!there[i])
				continue;
			if (i * 16 / size == last) {
				assert_int_equal(bm_heap_usable_size_(
					heap, there[i], &usable_size), 0);
				assert_int_equal(bm_heap_free_(heap, there[i]), 0);
				live -= usable_size;
				there[i] = NULL;
			} else {
				last = i * 16 / size;
			}
		}
		while (live + size <= LIVE) {
			if (bm_heap_alloc_(heap, size, &memory)) {
				refused++;
				break;
			}
			there[((char *)memory - base) / 16] = memory;
			live += size;
		}
	}
	return refused;
}

/*
 * Ever larger requests, and before each all blocks are freed but one in each stretch
 * of that size, so that no gap is of use (Robson, "Bounds for some functions
 * concerning dynamic storage allocation", 1974).
 */
static void robsons_program_is_never_refused(void **state)
{
	struct ample a;
	struct scarce s;

	(void)state;
	assert_int_equal(ample_create(&a, region, "ample"), 0);
	assert_int_equal(scarce_create(&s, region, "scarce"), 0);
	assert_int_equal(attack(&a.heap), 0);
	assert_int_equal(ample_refused(&a), 0);
	assert_true(attack(&s.heap) > 0);
	assert_int_equal(ample_invariants(&a), 0);
	assert_int_equal(scarce_invariants(&s), 0);
}

/* The worst there is for this bound: blocks as far apart as they can be. */
static void nothing_within_the_bound_is_refused(void **state)
{
	static void *block[COUNT];
	struct ample h;
	uint64_t random = 1;
	size_t live = 0;
	size_t size;

	(void)state;
	assert_int_equal(ample_create(&h, region, "ample"), 0);
	for (int round = 0; round < 60000; round++) {
		void **at = &block[next_random(&random) % COUNT];

		if (*at) {
			assert_int_equal(ample_usable_size(&h, *at, &size), 0);
			assert_int_equal(ample_free(&h, *at), 0);
			live -= size;
			*at = NULL;
		}
		size = next_random(&random) % 3 ? 16 : next_random(&random) % MOST;
		if (live + size + size / 16 + 16 > LIVE)
			continue;
		assert_int_equal(ample_alloc(&h, size, at), 0);
		assert_int_equal(ample_usable_size(&h, *at, &size), 0);
		live += size;
	}
	assert_int_equal(ample_invariants(&h), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(robsons_program_is_never_refused),
		CASE(nothing_within_the_bound_is_refused),
	};

	return cmocka_run_group_tests_name("heap bound", tests, NULL, NULL);
}
