// SPDX-License-Identifier: MIT
/*
 * order_death_test.c: a process that is killed at any instruction of a verb of an index
 * map or a least-recently-used cache
 */
#include "cmocka_test.h"

#define SIZE	((size_t)4096)

/* Larger than what is copied at once, so that a copy can be half done. */
struct long_key {
	uint64_t word[15];
};

BM_INDEX_MAP(columns, struct long_key, uint64_t, 12)
BM_INDEX_MAP(wide, uint32_t, uint32_t, 100)
BM_LRU(pages, struct long_key, uint64_t, 9)

#include "death.h"

static struct long_key key_of(uint64_t number)
{
	struct long_key key;

	for (unsigned int i = 0; i < 15; i++)
		key.word[i] = number * (i + 1);
	return key;
}

/* What must hold whenever: the layout can be put in order, and is then. */
static void check_region(void)
{
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

/* Index maps */

static void attach_columns(struct columns *m, struct bm_region where)
{
	if (columns_attach(m, where, "columns", NULL))
		_exit(1);
}

static void insert_column(struct columns *m, uint64_t number)
{
	struct long_key key = key_of(number);
	uint64_t value = number * 100;

	columns_insert(m, &key, &value);
}

/* 1 to 8. */
static void fill_columns(void)
{
	struct columns m;

	assert_int_equal(columns_create_seeded(&m, region, "columns", 7), 0);
	for (uint64_t i = 1; i <= 8; i++)
		insert_column(&m, i);
}

static bool keep_even(const struct long_key *key, uint64_t *value, void *context)
{
	(void)value;
	(void)context;
	return key->word[0] % 2 == 0;
}

/*
 * Takes all kinds of ways; 2, 4, 6 and 8 stay, and their order but for those that
 * are swapped.
 */
static void change_columns(void)
{
	struct long_key key = key_of(3);
	struct columns m;

	attach_columns(&m, region);
	columns_shift_remove(&m, &key, NULL);
	insert_column(&m, 9);
	key = key_of(1);
	columns_shift_remove(&m, &key, NULL);
	columns_pop(&m, NULL, NULL);
	insert_column(&m, 11);
	columns_retain(&m, keep_even, NULL);
}

static void swap_columns(void)
{
	struct long_key key = key_of(3);
	struct columns m;

	attach_columns(&m, region);
	columns_swap_remove(&m, &key, NULL);
	key = key_of(1);
	columns_swap_remove(&m, &key, NULL);
	key = key_of(5);
	columns_swap_remove(&m, &key, NULL);
}

/* Every key is whole, those that nobody took are there, once. Returns them in order. */
static unsigned int check_whole(struct columns *m, uint64_t *numbers)
{
	struct long_key key;
	unsigned int evens = 0;
	uint64_t value = 0;
	size_t cursor = 0;
	size_t index = 0;

	attach_columns(m, copy);
	if (m->map.object.object->updating) {
		assert_int_equal(columns_pop(m, NULL, NULL), -EOWNERDEAD);
		assert_int_equal(columns_repair(m), 0);
	}
	assert_int_equal(columns_invariants(m), 0);
	while (!columns_next(m, &cursor, &key, &value)) {
		struct long_key expected = key_of(value / 100);

		assert_memory_equal(&key, &expected, sizeof(key));
		assert_int_equal(columns_index_of(m, &key, &index), 0);
		assert_int_equal(index, cursor - 1);
		if (key.word[0] % 2 == 0)
			numbers[evens++] = key.word[0];
	}
	check_region();
	return evens;
}

static void check_order(void)
{
	uint64_t numbers[12] = { 0 };
	struct columns m;

	assert_int_equal(check_whole(&m, numbers), 4);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(numbers[i], 2 * i + 2);
}

static void check_all(void)
{
	uint64_t numbers[12] = { 0 };
	uint64_t sum = 0;
	struct columns m;

	assert_int_equal(check_whole(&m, numbers), 4);
	for (unsigned int i = 0; i < 4; i++)
		sum += numbers[i];
	assert_int_equal(sum, 20);
}

static void removals_that_keep_the_order(void **state)
{
	(void)state;
	fill_columns();
	assert_true(die_everywhere(change_columns, check_order) > 60);
}

static void removals_that_swap(void **state)
{
	(void)state;
	fill_columns();
	assert_true(die_everywhere(swap_columns, check_all) > 30);
}

static struct columns repaired;

/* A death in the repair after a death. */
static void leave_a_hole(void)
{
	struct columns_entry *entries;
	struct bm_map_hole *hole;

	fill_columns();
	attach_columns(&repaired, region);
	entries = (struct columns_entry *)(void *)repaired.map.entries;
	memset(entries + 2, 0x55, sizeof(*entries));
	entries[6] = entries[1];
	hole = (struct bm_map_hole *)(void *)(repaired.map.places +
					      repaired.map.slots);
	*hole = (struct bm_map_hole){ 2, 3 };
	repaired.map.object.object->updating = 1;
}

static void repair_columns(void)
{
	columns_repair(&repaired);
}

static void repair_itself(void **state)
{
	(void)state;
	leave_a_hole();
	assert_true(die_everywhere(repair_columns, check_order) > 30);
}

static void attach_wide(struct wide *m, struct bm_region where)
{
	if (wide_attach(m, where, "wide", NULL))
		_exit(1);
}

static void fill_wide(void)
{
	struct wide m;

	assert_int_equal(wide_create_seeded(&m, region, "wide", 7), 0);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(wide_insert(&m, &i, &i), 0);
}

/* So many that move that slots are told afterwards, and so few that they are at once. */
static void shift_wide(void)
{
	uint32_t key = 3;
	struct wide m;

	attach_wide(&m, region);
	wide_shift_remove(&m, &key, NULL);
	key = 37;
	wide_shift_remove(&m, &key, NULL);
}

static void check_wide(void)
{
	uint32_t last = 0;
	uint32_t key = 0;
	size_t cursor = 1;
	struct wide m;

	attach_wide(&m, copy);
	if (m.map.object.object->updating)
		assert_int_equal(wide_repair(&m), 0);
	assert_int_equal(wide_invariants(&m), 0);
	for (; !wide_next(&m, &cursor, &key, NULL); last = key) {
		assert_true(key > last);
		assert_true(key == last + 1 || last == 2 || last == 36);
	}
	assert_int_equal(last, 39);
	check_region();
}

static void many_that_move(void **state)
{
	(void)state;
	fill_wide();
	assert_true(die_everywhere(shift_wide, check_wide) > 60);
}

/* Caches */

static void attach_pages(struct pages *c, struct bm_region where)
{
	if (pages_attach(c, where, "pages", NULL))
		_exit(1);
}

static void put_page(struct pages *c, uint64_t number)
{
	struct long_key key = key_of(number);
	uint64_t value = number * 100;

	pages_upsert(c, &key, &value);
}

static void get_page(struct pages *c, uint64_t number)
{
	struct long_key key = key_of(number);
	uint64_t value;

	pages_get(c, &key, &value);
}

static void remove_page(struct pages *c, uint64_t number)
{
	struct long_key key = key_of(number);

	pages_remove(c, &key, NULL);
}

/* 1 to 9, of which 1 is the oldest: full. */
static void fill_pages(void)
{
	struct pages c;

	assert_int_equal(pages_create_seeded(&c, region, "pages", 7), 0);
	for (uint64_t i = 1; i <= 9; i++)
		put_page(&c, i);
	assert_true(pages_is_full(&c));
}

/* Nothing uses 8, 6 and 4, nor takes them out. */
static void use_pages(void)
{
	struct pages c;

	attach_pages(&c, region);
	get_page(&c, 3);
	get_page(&c, 1);
	get_page(&c, 9);
	put_page(&c, 9);
	put_page(&c, 10);
	remove_page(&c, 5);
	put_page(&c, 12);
	remove_page(&c, 12);
	remove_page(&c, 7);
	put_page(&c, 11);
}

static void pop_pages(void)
{
	struct pages c;

	attach_pages(&c, region);
	pages_pop_oldest(&c, NULL, NULL);
	pages_pop_oldest(&c, NULL, NULL);
	remove_page(&c, 3);
	put_page(&c, 13);
	remove_page(&c, 9);
	remove_page(&c, 7);
	remove_page(&c, 5);
	remove_page(&c, 13);
}

static struct pages cache;

/* Sound after a repair; every key is whole and there once; 8, 6, 4 in this order. */
static void check_pages(void)
{
	struct long_key key;
	uint64_t expected = 8;
	uint64_t value = 0;
	uint64_t cursor = 0;

	attach_pages(&cache, copy);
	if (cache.map.object.object->updating) {
		assert_int_equal(pages_pop_oldest(&cache, NULL, NULL), -EOWNERDEAD);
		assert_int_equal(pages_repair(&cache), 0);
	}
	assert_int_equal(pages_invariants(&cache), 0);
	while (!pages_next(&cache, &cursor, &key, &value)) {
		struct long_key whole = key_of(value / 100);

		assert_memory_equal(&key, &whole, sizeof(key));
		assert_int_equal(pages_peek(&cache, &key, &value), 0);
		if (key.word[0] == 8 || key.word[0] == 6 || key.word[0] == 4) {
			assert_int_equal(key.word[0], expected);
			expected -= 2;
		}
	}
	assert_int_equal(expected, 2);
	put_page(&cache, 20);
	assert_int_equal(pages_first(&cache, NULL, &value), 0);
	assert_int_equal(value, 2000);
	assert_int_equal(pages_invariants(&cache), 0);
	check_region();
}

static void uses_of_a_cache(void **state)
{
	(void)state;
	fill_pages();
	assert_true(die_everywhere(use_pages, check_pages) > 100);
}

static void removals_from_a_cache(void **state)
{
	(void)state;
	fill_pages();
	assert_true(die_everywhere(pop_pages, check_pages) > 50);
}

static void evict_page(void)
{
	struct pages c;

	attach_pages(&c, region);
	put_page(&c, 10);
}

/* A key that was being put in is not the next to go: it is the newest or not there. */
static void check_newest(void)
{
	struct long_key key = key_of(10);
	uint64_t value = 0;

	attach_pages(&cache, copy);
	if (cache.map.object.object->updating)
		assert_int_equal(pages_repair(&cache), 0);
	assert_int_equal(pages_invariants(&cache), 0);
	if (pages_peek(&cache, &key, &value))
		return;
	assert_int_equal(pages_first(&cache, &key, NULL), 0);
	assert_int_equal(key.word[0], 10);
}

static void insertions_that_evict(void **state)
{
	(void)state;
	fill_pages();
	assert_true(die_everywhere(evict_page, check_newest) > 8);
}

static void repair_pages(void)
{
	struct pages c;

	attach_pages(&c, region);
	pages_repair(&c);
}

/* Entry 1 is void, and 3 is on no way. */
static void repair_of_a_cache(void **state)
{
	struct pages_entry *entries;
	struct bm_lru_link *links;

	(void)state;
	fill_pages();
	attach_pages(&cache, region);
	entries = (struct pages_entry *)(void *)cache.map.entries;
	memset(entries + 1, 0x55, sizeof(*entries));
	*(struct bm_map_hole *)(void *)(cache.map.places + cache.map.slots) =
		(struct bm_map_hole){ 1, 2 };
	links = bm_lru_links_(&cache.map);
	links[4].older = 2;
	links[2].newer = 4;
	cache.map.object.object->updating = 1;
	assert_true(die_everywhere(repair_pages, check_pages) > 30);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(removals_that_keep_the_order),
		CASE(removals_that_swap),
		CASE(repair_itself),
		CASE(many_that_move),
		CASE(uses_of_a_cache),
		CASE(removals_from_a_cache),
		CASE(insertions_that_evict),
		CASE(repair_of_a_cache),
	};

	return cmocka_run_group_tests_name("order_death", tests, NULL, NULL);
}
