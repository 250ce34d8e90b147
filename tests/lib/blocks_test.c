// SPDX-License-Identifier: MIT
/*
 * blocks_test.c: exact behaviour of blocks
 */
#include "cmocka_test.h"

#define NUMBERS 5

struct odd {
	char text[7];
};

struct __attribute__((aligned(64))) line {
	char byte[64];
};

struct large {
	char byte[1000];
};

BM_BLOCKS(numbers, uint64_t, NUMBERS)
BM_BLOCKS(bytes, uint8_t, 300)
BM_BLOCKS(odds, struct odd, 100)
BM_BLOCKS(lines, struct line, 3)
BM_BLOCKS(larges, struct large, 20)
BM_BLOCKS(thousand, uint32_t, 1000)
/* More than are looked at in one go. */
BM_BLOCKS(many, uint8_t, 5000)
BM_BLOCKS_CHECKED(watched, uint64_t, NUMBERS, every)

static struct bm_region region;

static int set_up(void **state)
{
	(void)state;
	region = take_region(64 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static struct numbers make_numbers(void)
{
	struct numbers b;

	assert_int_equal(numbers_create(&b, region, "numbers"), 0);
	return b;
}

static uint64_t *take(struct numbers *b)
{
	uint64_t *block = NULL;

	assert_int_equal(numbers_alloc(b, &block), 0);
	assert_non_null(block);
	return block;
}

static uint64_t *contents_of(const struct numbers *b)
{
	return (uint64_t *)(b->blocks.object + 1);
}

static uint32_t *stack_of(const struct numbers *b)
{
	return (uint32_t *)((char *)(b->blocks.object + 1) + 64);
}

static uint8_t *live_of(const struct numbers *b)
{
	return (uint8_t *)(b->blocks.object + 1) + 128;
}

static void check(const struct numbers *b, size_t len)
{
	assert_int_equal(numbers_len(b), len);
	assert_int_equal(numbers_invariants(b), 0);
	check_layout(region);
}

static void new_blocks_are_free(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block = NULL;
	size_t cursor = 0;
	size_t index = 9;

	(void)state;
	assert_true(numbers_is_empty(&b));
	assert_int_equal(numbers_capacity(&b), NUMBERS);
	assert_int_equal(numbers_get(&b, 0, &block), -ENOENT);
	assert_int_equal(numbers_get(&b, NUMBERS, &block), -ERANGE);
	assert_int_equal(numbers_get(&b, SIZE_MAX, &block), -ERANGE);
	assert_null(numbers_at(&b, 0));
	assert_null(numbers_at(&b, NUMBERS));
	assert_false(numbers_is_live(&b, 0));
	assert_false(numbers_is_live(&b, NUMBERS));
	assert_int_equal(numbers_next(&b, &cursor, &block), -ENOENT);
	assert_int_equal(numbers_index(&b, contents_of(&b), &index), -ENOENT);
	assert_int_equal(numbers_free(&b, contents_of(&b)), -ENOENT);
	assert_int_equal(index, 9);
	assert_null(block);
	check(&b, 0);
}

static void names_are_unique(void **state)
{
	struct numbers b = make_numbers();
	struct numbers other;
	uint64_t *block;

	(void)state;
	assert_int_equal(numbers_alloc(&b, &block), 0);
	assert_int_equal(numbers_create(&other, region, "numbers"), -EEXIST);
	assert_int_equal(numbers_len(&b), 1);
}

static void all_blocks_can_be_had_and_no_more(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block;
	uint64_t other;

	(void)state;
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_ptr_equal(take(&b), contents_of(&b) + i);
		check(&b, i + 1);
	}
	assert_true(numbers_is_full(&b));
	block = &other;
	assert_int_equal(numbers_alloc(&b, &block), -ENOSPC);
	assert_ptr_equal(block, &other);
	assert_int_equal(b.blocks.object->refused, 1);
	assert_int_equal(header_of(region)->refused, 1);
	check(&b, NUMBERS);
}

static void freed_last_is_had_first(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block[NUMBERS];

	(void)state;
	for (size_t i = 0; i < NUMBERS; i++)
		block[i] = take(&b);
	assert_int_equal(numbers_free(&b, block[3]), 0);
	assert_int_equal(numbers_free(&b, block[1]), 0);
	check(&b, 3);
	assert_ptr_equal(take(&b), block[1]);
	assert_ptr_equal(take(&b), block[3]);
	assert_int_equal(b.blocks.object->peak, NUMBERS);
	check(&b, NUMBERS);
}

static void second_free_is_noticed(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *first = take(&b);
	uint64_t *second = take(&b);

	(void)state;
	assert_int_equal(numbers_free(&b, first), 0);
	assert_int_equal(numbers_free(&b, first), -ENOENT);
	assert_int_equal(numbers_free(&b, second + 1), -ENOENT);
	check(&b, 1);
	assert_ptr_equal(take(&b), first);
	assert_ptr_equal(take(&b), second + 1);
	check(&b, 3);
}

static void foreign_pointer_is_noticed(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block = take(&b);
	uint64_t foreign;
	size_t index = 9;

	(void)state;
	assert_int_equal(numbers_free(&b, &foreign), -EINVAL);
	assert_int_equal(numbers_free(&b, block - 1), -EINVAL);
	assert_int_equal(numbers_free(&b, block + NUMBERS), -EINVAL);
	for (uintptr_t i = 1; i < 8; i++)
		assert_int_equal(numbers_free(&b, (uint64_t *)
					      ((uintptr_t)block + i)), -EINVAL);
	assert_int_equal(numbers_index(&b, block + NUMBERS, &index), -EINVAL);
	assert_int_equal(numbers_index(&b, NULL, &index), -EINVAL);
	assert_int_equal(index, 9);
	assert_int_equal(numbers_free(&b, NULL), 0);
	check(&b, 1);
}

static void owns_tells_every_byte(void **state)
{
	struct numbers b = make_numbers();
	char *first = (char *)contents_of(&b);

	(void)state;
	assert_true(numbers_owns(&b, first));
	assert_true(numbers_owns(&b, first + 39));
	assert_false(numbers_owns(&b, first + 40));
	assert_false(numbers_owns(&b, first - 1));
	assert_false(numbers_owns(&b, NULL));
}

static void indices_lead_to_blocks_and_back(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block;
	size_t index;

	(void)state;
	take(&b);
	take(&b);
	block = take(&b);
	assert_int_equal(numbers_index(&b, block, &index), 0);
	assert_int_equal(index, 2);
	assert_ptr_equal(numbers_at(&b, 2), block);
	assert_true(numbers_is_live(&b, 2));
	block = NULL;
	assert_int_equal(numbers_get(&b, 2, &block), 0);
	assert_ptr_equal(block, contents_of(&b) + 2);
	assert_int_equal(numbers_free(&b, block), 0);
	assert_null(numbers_at(&b, 2));
}

static void iteration_gives_live_blocks_only(void **state)
{
	struct bytes b;
	uint8_t *block;
	size_t cursor = 0;
	unsigned int seen = 0;

	(void)state;
	assert_int_equal(bytes_create(&b, region, "bytes"), 0);
	for (int i = 0; i < 300; i++)
		assert_int_equal(bytes_alloc(&b, &block), 0);
	for (size_t i = 0; i < 300; i++)
		if (i % 50 != 7 && i != 299)
			assert_int_equal(bytes_free(&b, bytes_at(&b, i)), 0);
	while (!bytes_next(&b, &cursor, &block)) {
		size_t index;

		assert_int_equal(bytes_index(&b, block, &index), 0);
		assert_int_equal(index, seen == 6 ? 299 : seen * 50 + 7);
		assert_int_equal(bytes_free(&b, block), 0);
		seen++;
	}
	assert_int_equal(seen, 7);
	assert_int_equal(bytes_next(&b, &cursor, &block), -ENOENT);
	cursor = SIZE_MAX;
	assert_int_equal(bytes_next(&b, &cursor, &block), -ENOENT);
	assert_true(bytes_is_empty(&b));
}

/* Every byte of all blocks, and as many around: only first bytes of blocks are. */
#define CHECK_EVERY_BYTE(name, type, n)					\
	do {								\
		struct name b;						\
		type *block;						\
		char *start;						\
									\
		assert_int_equal(name##_create(&b, region, #name), 0);	\
		start = (char *)(b.blocks.object + 1);			\
		for (size_t i = 0; i < (n); i++) {			\
			assert_int_equal(name##_alloc(&b, &block), 0);	\
			assert_ptr_equal(block, start + i * sizeof(type)); \
		}							\
		for (intptr_t i = -100; i < (intptr_t)(n * sizeof(type)) + 100; i++) { \
			bool is_block = i >= 0 && i % (intptr_t)sizeof(type) == 0 && \
					i < (intptr_t)(n * sizeof(type)); \
			size_t index;					\
			int err = name##_index(&b, (type *)		\
					       ((uintptr_t)start + (uintptr_t)i), \
					       &index);			\
									\
			assert_int_equal(err, is_block ? 0 : -EINVAL);	\
			if (is_block)					\
				assert_int_equal(index, (size_t)i / sizeof(type)); \
		}							\
		for (size_t i = 0; i < (n); i++)			\
			assert_int_equal(name##_free(&b, name##_at(&b, i)), 0); \
		assert_int_equal(name##_invariants(&b), 0);		\
	} while (0)

static void sizes_of_all_kinds_are_divided_right(void **state)
{
	(void)state;
	CHECK_EVERY_BYTE(bytes, uint8_t, 300);
	CHECK_EVERY_BYTE(odds, struct odd, 100);
	CHECK_EVERY_BYTE(lines, struct line, 3);
	CHECK_EVERY_BYTE(larges, struct large, 20);
}

static void large_alignment_is_kept(void **state)
{
	struct lines b;
	struct line *line;

	(void)state;
	(void)make_numbers();
	assert_int_equal(lines_create(&b, region, "lines"), 0);
	assert_int_equal(lines_alloc(&b, &line), 0);
	assert_int_equal((uintptr_t)line % 64, 0);
	assert_int_equal(lines_alloc(&b, &line), 0);
	assert_int_equal((uintptr_t)line % 64, 0);
}

static void clear_frees_all(void **state)
{
	struct numbers b = make_numbers();

	(void)state;
	take(&b);
	take(&b);
	assert_int_equal(numbers_free(&b, take(&b) - 2), 0);
	numbers_clear(&b);
	check(&b, 0);
	assert_int_equal(b.blocks.object->peak, 3);
	assert_ptr_equal(take(&b), contents_of(&b));
}

static void another_process_sees_the_same_blocks(void **state)
{
	struct numbers b = make_numbers();
	struct bm_region copy = take_region(region.size);
	struct numbers c;

	(void)state;
	take(&b);
	*take(&b) = 77;
	memcpy(copy.base, region.base, region.size);
	assert_int_equal(numbers_attach(&c, copy, "numbers", NULL), 0);
	assert_int_equal(*numbers_at(&c, 1), 77);
	assert_int_equal(numbers_free(&c, numbers_at(&c, 1)), 0);
	assert_int_equal(numbers_free(&c, contents_of(&b)), -EINVAL);
	assert_int_equal(numbers_invariants(&c), 0);
	give_region(copy);
}

static void other_type_is_refused(void **state)
{
	struct bm_mismatch mismatch;
	struct odds other;

	(void)state;
	(void)make_numbers();
	assert_int_equal(odds_attach(&other, region, "numbers", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "size of an element");
}

static void damaged_length_is_an_error_everywhere(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block = take(&b);
	uint64_t *none = NULL;
	size_t number = 0;

	(void)state;
	b.blocks.object->len = NUMBERS + 1;
	assert_int_equal(numbers_alloc(&b, &none), -EUCLEAN);
	assert_int_equal(numbers_free(&b, block), -EUCLEAN);
	assert_int_equal(numbers_next(&b, &number, &none), -EUCLEAN);
	assert_int_equal(numbers_count(&b, &number), -EUCLEAN);
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	assert_int_equal(numbers_len(&b), NUMBERS);
	assert_null(none);
	b.blocks.object->len = 0;
	assert_int_equal(numbers_free(&b, block), -EUCLEAN);
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	assert_int_equal(numbers_repair(&b), 0);
	assert_int_equal(numbers_len(&b), 1);
	assert_int_equal(numbers_invariants(&b), 0);
	assert_int_equal(numbers_free(&b, block), 0);
}

/* Nobody gets a block that is live, nor one that is not there. */
static void damaged_stack_is_an_error(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *none = NULL;

	(void)state;
	take(&b);
	stack_of(&b)[1] = 0;
	assert_int_equal(numbers_alloc(&b, &none), -EUCLEAN);
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	stack_of(&b)[1] = NUMBERS;
	assert_int_equal(numbers_alloc(&b, &none), -EUCLEAN);
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	stack_of(&b)[1] = UINT32_MAX;
	assert_int_equal(numbers_alloc(&b, &none), -EUCLEAN);
	stack_of(&b)[1] = 2;
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	assert_ptr_equal(take(&b), contents_of(&b) + 2);
	assert_int_equal(numbers_alloc(&b, &none), -EUCLEAN);
	assert_null(none);
	assert_int_equal(numbers_repair(&b), 0);
	check(&b, 2);
	assert_ptr_equal(take(&b), contents_of(&b) + 1);
	assert_ptr_equal(take(&b), contents_of(&b) + 3);
	assert_ptr_equal(take(&b), contents_of(&b) + 4);
	check(&b, NUMBERS);
}

static void two_of_many_are_told_apart(void **state)
{
	struct many b;
	uint32_t *stack;

	(void)state;
	assert_int_equal(many_create(&b, region, "many"), 0);
	stack = (uint32_t *)((char *)(b.blocks.object + 1) + 5056);
	assert_int_equal(stack[4999], 4999);
	assert_int_equal(many_invariants(&b), 0);
	stack[4999] = 4998;
	assert_int_equal(many_invariants(&b), -EUCLEAN);
	assert_int_equal(many_repair(&b), 0);
	assert_int_equal(many_invariants(&b), 0);
	assert_int_equal(many_len(&b), 0);
}

/* As a death leaves it, where there are more blocks than are compared in one go. */
static void lost_one_of_many_hides_no_damage(void **state)
{
	struct many b;
	uint8_t *block;
	uint32_t *stack;

	(void)state;
	assert_int_equal(many_create(&b, region, "many"), 0);
	stack = (uint32_t *)((char *)(b.blocks.object + 1) + 5056);
	assert_int_equal(many_alloc(&b, &block), 0);
	b.blocks.object->len = 2;
	assert_int_equal(many_invariants(&b), -EOWNERDEAD);
	stack[4999] = 4998;
	assert_int_equal(many_invariants(&b), -EUCLEAN);
	assert_int_equal(many_repair(&b), 0);
	assert_int_equal(many_len(&b), 1);
}

static void damaged_mark_of_a_block_is_noticed(void **state)
{
	struct numbers b = make_numbers();

	(void)state;
	take(&b);
	take(&b);
	live_of(&b)[1] = 2;
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	live_of(&b)[1] = 1;
	live_of(&b)[4] = 1;
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	live_of(&b)[4] = 255;
	assert_int_equal(numbers_repair(&b), 0);
	check(&b, 3);
	assert_true(numbers_is_live(&b, 4));
}

static void death_in_alloc_or_free_loses_a_block_until_repair(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block = take(&b);
	uint64_t *none = NULL;

	(void)state;
	take(&b);
	live_of(&b)[0] = 0;
	assert_int_equal(numbers_invariants(&b), -EOWNERDEAD);
	assert_int_equal(numbers_free(&b, block), -ENOENT);
	for (int i = 2; i < NUMBERS; i++)
		take(&b);
	assert_int_equal(numbers_alloc(&b, &none), -ENOSPC);
	assert_int_equal(numbers_repair(&b), 0);
	check(&b, NUMBERS - 1);
	assert_ptr_equal(take(&b), block);
}

/* A block may be lost, and yet no other may be there twice. */
static void death_hides_no_damage(void **state)
{
	struct numbers b = make_numbers();

	(void)state;
	take(&b);
	take(&b);
	live_of(&b)[0] = 0;
	assert_int_equal(numbers_invariants(&b), -EOWNERDEAD);
	stack_of(&b)[4] = stack_of(&b)[3];
	assert_int_equal(numbers_invariants(&b), -EUCLEAN);
	assert_int_equal(numbers_repair(&b), 0);
	check(&b, 1);
}

static void interrupted_clear_stops_writing_until_repair(void **state)
{
	struct numbers b = make_numbers();
	uint64_t *block = take(&b);
	uint64_t *none = NULL;

	(void)state;
	take(&b);
	b.blocks.object->updating = 1;
	live_of(&b)[0] = 0;
	assert_int_equal(numbers_alloc(&b, &none), -EOWNERDEAD);
	assert_int_equal(numbers_free(&b, block + 1), -EOWNERDEAD);
	assert_int_equal(numbers_free(&b, NULL), 0);
	assert_int_equal(numbers_invariants(&b), -EOWNERDEAD);
	assert_ptr_equal(numbers_at(&b, 1), block + 1);
	assert_int_equal(numbers_repair(&b), 0);
	check(&b, 1);
	assert_ptr_equal(take(&b), block);
}

static void counters_of_the_pool_follow_in_steps(void **state)
{
	struct thousand b;
	uint32_t *block;
	uint64_t base;

	(void)state;
	assert_int_equal(thousand_create(&b, region, "thousand"), 0);
	base = header_of(region)->used;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(thousand_alloc(&b, &block), 0);
		check_layout(region);
	}
	assert_int_equal(header_of(region)->used, base + 4000);
	for (uint32_t i = 0; i < 900; i++) {
		assert_int_equal(thousand_free(&b, thousand_at(&b, i)), 0);
		check_layout(region);
	}
	assert_int_equal(header_of(region)->used, base + 4 * 112);
	assert_int_equal(header_of(region)->high_water, base + 4000);
	thousand_clear(&b);
	assert_int_equal(header_of(region)->used, base);
}

static void checked_blocks_notice_damage_first(void **state)
{
	struct watched b;
	uint64_t *block = NULL;
	uint64_t *other;
	size_t number;

	(void)state;
	assert_int_equal(watched_create(&b, region, "watched"), 0);
	assert_int_equal(watched_alloc(&b, &block), 0);
	*block = UINT64_MAX;
	b.blocks.object->peak = 100;
	assert_int_equal(watched_alloc(&b, &other), -EUCLEAN);
	assert_int_equal(watched_free(&b, block), -EUCLEAN);
	assert_int_equal(watched_get(&b, 0, &other), -EUCLEAN);
	assert_int_equal(watched_index(&b, block, &number), -EUCLEAN);
	number = 0;
	assert_int_equal(watched_next(&b, &number, &other), -EUCLEAN);
	assert_int_equal(watched_count(&b, &number), -EUCLEAN);
	assert_true(watched_owns(&b, block));
	b.blocks.object->peak = 0;
	assert_int_equal(watched_free(&b, block), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_blocks_are_free),
		CASE(names_are_unique),
		CASE(all_blocks_can_be_had_and_no_more),
		CASE(freed_last_is_had_first),
		CASE(second_free_is_noticed),
		CASE(foreign_pointer_is_noticed),
		CASE(owns_tells_every_byte),
		CASE(indices_lead_to_blocks_and_back),
		CASE(iteration_gives_live_blocks_only),
		CASE(sizes_of_all_kinds_are_divided_right),
		CASE(large_alignment_is_kept),
		CASE(clear_frees_all),
		CASE(another_process_sees_the_same_blocks),
		CASE(other_type_is_refused),
		CASE(damaged_length_is_an_error_everywhere),
		CASE(damaged_stack_is_an_error),
		CASE(two_of_many_are_told_apart),
		CASE(lost_one_of_many_hides_no_damage),
		CASE(damaged_mark_of_a_block_is_noticed),
		CASE(death_in_alloc_or_free_loses_a_block_until_repair),
		CASE(death_hides_no_damage),
		CASE(interrupted_clear_stops_writing_until_repair),
		CASE(counters_of_the_pool_follow_in_steps),
		CASE(checked_blocks_notice_damage_first),
	};

	return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
