// SPDX-License-Identifier: MIT
/*
 * allocator_death_test.c: a process that is killed while it allocates or frees
 */
#include "cmocka_test.h"

#define SIZE	((size_t)8192)
#define BLOCKS	8u

BM_ARENA(scratch, 1000)
BM_BLOCKS(blocks, uint64_t, BLOCKS)
BM_GUARD(fence, 200)

#include "death.h"

/* Arenas */

static struct bm_arena_scope outer;
static struct bm_arena_scope inner;

static void make_scratch(void)
{
	void *memory = NULL;
	struct scratch a;

	assert_int_equal(scratch_create(&a, region, "scratch"), 0);
	assert_int_equal(scratch_alloc(&a, 5, &memory), 0);
	memset(memory, 'a', 5);
	assert_int_equal(scratch_mark(&a, &outer), 0);
	assert_int_equal(scratch_alloc(&a, 20, &memory), 0);
	assert_int_equal(scratch_mark(&a, &inner), 0);
	assert_int_equal(scratch_alloc(&a, 30, &memory), 0);
}

static void allocate_in_scopes(void)
{
	struct bm_arena_scope scope;
	struct scratch a;
	void *memory;

	if (scratch_attach(&a, region, "scratch", NULL) ||
	    scratch_mark(&a, &scope) || scratch_alloc(&a, 100, &memory) ||
	    scratch_resize(&a, memory, 100, 150) || scratch_mark(&a, &scope) ||
	    scratch_alloc_zeroed(&a, 200, &memory) ||
	    scratch_release(&a, inner))
		_exit(1);
}

/* Nothing has to be repaired, and what is outside of the scopes is as it was. */
static void check_outer_scope(void)
{
	struct scratch a;
	void *memory;

	assert_int_equal(scratch_attach(&a, copy, "scratch", NULL), 0);
	assert_int_equal(scratch_invariants(&a), 0);
	assert_int_equal(scratch_alloc(&a, 1, &memory), 0);
	assert_int_equal(scratch_release(&a, outer), 0);
	assert_int_equal(scratch_len(&a), 5);
	assert_memory_equal(scratch_at(&a, 0), "aaaaa", 5);
	assert_int_equal(scratch_release(&a, outer), -ENOENT);
	assert_int_equal(scratch_release(&a, inner), -ENOENT);
	assert_int_equal(scratch_invariants(&a), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void in_an_arena(void **state)
{
	(void)state;
	make_scratch();
	assert_true(die_everywhere(allocate_in_scopes, check_outer_scope) > 12);
}

static void clear_scratch(void)
{
	struct scratch a;

	if (scratch_attach(&a, region, "scratch", NULL))
		_exit(1);
	scratch_clear(&a);
}

static void check_cleared_or_not(void)
{
	struct scratch a;
	int err;

	assert_int_equal(scratch_attach(&a, copy, "scratch", NULL), 0);
	assert_int_equal(scratch_invariants(&a), 0);
	err = scratch_release(&a, outer);
	assert_true(!err || err == -ENOENT);
	scratch_clear(&a);
	assert_true(scratch_is_empty(&a));
}

static void while_an_arena_is_cleared(void **state)
{
	(void)state;
	make_scratch();
	assert_true(die_everywhere(clear_scratch, check_cleared_or_not) > 2);
}

/* Blocks: those with even indices are live when it begins. */

static void make_blocks(void)
{
	uint64_t *block = NULL;
	struct blocks b;

	assert_int_equal(blocks_create(&b, region, "blocks"), 0);
	for (uint64_t i = 0; i < BLOCKS; i++) {
		assert_int_equal(blocks_alloc(&b, &block), 0);
		*block = i;
	}
	for (uint64_t i = 1; i < BLOCKS; i += 2)
		assert_int_equal(blocks_free(&b, blocks_at(&b, i)), 0);
}

static void alloc_and_free(void)
{
	struct blocks b;
	uint64_t *block;

	if (blocks_attach(&b, region, "blocks", NULL) ||
	    blocks_alloc(&b, &block) || blocks_alloc(&b, &block) ||
	    blocks_free(&b, blocks_at(&b, 7)) || blocks_free(&b, block) ||
	    blocks_alloc(&b, &block))
		_exit(1);
}

/* Allocates all that can be had: no block twice. Returns how many there were. */
static unsigned int take_all(struct blocks *b)
{
	unsigned int count = 0;
	uint64_t *block;
	int err;

	for (;;) {
		bool was_live[BLOCKS];
		size_t index = 0;

		for (size_t i = 0; i < BLOCKS; i++)
			was_live[i] = blocks_is_live(b, i);
		err = blocks_alloc(b, &block);
		if (err)
			break;
		assert_int_equal(blocks_index(b, block, &index), 0);
		assert_false(was_live[index]);
		count++;
	}
	assert_int_equal(err, -ENOSPC);
	return count;
}

static unsigned int count_live(const struct blocks *b)
{
	unsigned int count = 0;
	uint64_t *block;
	size_t cursor = 0;

	while (!blocks_next(b, &cursor, &block))
		count++;
	return count;
}

/* The even ones are live and hold what they held; one at most is lost. */
static void check_blocks(void)
{
	struct blocks b;
	unsigned int all;
	int err;

	assert_int_equal(blocks_attach(&b, copy, "blocks", NULL), 0);
	for (uint64_t i = 0; i < BLOCKS; i += 2)
		assert_int_equal(*blocks_at(&b, i), i);
	err = blocks_invariants(&b);
	all = count_live(&b) + take_all(&b);
	if (err) {
		assert_int_equal(err, -EOWNERDEAD);
		assert_int_equal(all, BLOCKS - 1);
		assert_int_equal(blocks_repair(&b), 0);
		assert_int_equal(take_all(&b), 1);
	} else {
		assert_int_equal(all, BLOCKS);
	}
	assert_int_equal(blocks_invariants(&b), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void in_blocks(void **state)
{
	(void)state;
	make_blocks();
	assert_true(die_everywhere(alloc_and_free, check_blocks) > 12);
}

static void clear_blocks(void)
{
	struct blocks b;

	if (blocks_attach(&b, region, "blocks", NULL))
		_exit(1);
	blocks_clear(&b);
}

static void check_cleared_or_marked(void)
{
	uint64_t *block;
	struct blocks b;
	int err;

	assert_int_equal(blocks_attach(&b, copy, "blocks", NULL), 0);
	err = blocks_invariants(&b);
	assert_true(!err || err == -EOWNERDEAD);
	if (err) {
		assert_int_equal(blocks_alloc(&b, &block), -EOWNERDEAD);
		assert_int_equal(blocks_repair(&b), 0);
	}
	assert_int_equal(blocks_invariants(&b), 0);
	assert_int_equal(count_live(&b) + take_all(&b), BLOCKS);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void while_blocks_are_cleared(void **state)
{
	(void)state;
	make_blocks();
	assert_true(die_everywhere(clear_blocks, check_cleared_or_marked) > 4);
}

/* Guards */

static void create_fence(void)
{
	if (fence_create(region, "fence"))
		_exit(1);
}

static void check_fence(void)
{
	struct scratch a;
	int err;

	assert_int_equal(bm_guard_check(copy, NULL), 0);
	assert_int_equal(scratch_attach(&a, copy, "scratch", NULL), 0);
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
	err = fence_create(copy, "fence");
	assert_true(!err || err == -EEXIST);
	assert_int_equal(bm_guard_check(copy, NULL), 0);
}

static void while_a_guard_is_created(void **state)
{
	(void)state;
	make_scratch();
	assert_true(die_everywhere(create_fence, check_fence) > 20);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(in_an_arena),
		CASE(while_an_arena_is_cleared),
		CASE(in_blocks),
		CASE(while_blocks_are_cleared),
		CASE(while_a_guard_is_created),
	};

	return cmocka_run_group_tests_name("allocator_death", tests, NULL, NULL);
}
