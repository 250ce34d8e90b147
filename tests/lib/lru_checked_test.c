// SPDX-License-Identifier: MIT
/*
 * lru_checked_test.c: least-recently-used caches that are checked while they are used
 */
#include "cmocka_test.h"

BM_LRU_CHECKED(looked_at, uint32_t, uint64_t, 5, every)
BM_LRU_CHECKED(twice, uint32_t, uint64_t, 5, redundant)

REGION_OF_EACH_CASE(65536)

static void checked_cache_tells_of_damage(void **state)
{
	struct looked_at c;
	uint32_t key = 1;
	uint64_t value = 2;
	size_t len = 0;

	(void)state;
	assert_int_equal(looked_at_create(&c, region, "c"), 0);
	assert_int_equal(looked_at_insert(&c, &key, &value), 0);
	assert_int_equal(looked_at_get(&c, &key, &value), 0);
	bm_lru_links_(&c.map)[1].older = 1;
	assert_int_equal(looked_at_get(&c, &key, &value), -EUCLEAN);
	assert_int_equal(looked_at_peek(&c, &key, &value), -EUCLEAN);
	assert_int_equal(looked_at_remove(&c, &key, NULL), -EUCLEAN);
	assert_int_equal(looked_at_count(&c, &len), -EUCLEAN);
	assert_int_equal(looked_at_repair(&c), 0);
	assert_int_equal(looked_at_pop_oldest(&c, &key, &value), 0);
}

static void redundant_cache_tells_of_a_changed_value(void **state)
{
	struct twice c;
	uint32_t key = 1;
	uint64_t value = 2;

	(void)state;
	assert_int_equal(twice_create(&c, region, "c"), 0);
	assert_int_equal(twice_insert(&c, &key, &value), 0);
	assert_int_equal(twice_get(&c, &key, &value), 0);
	c.map.entries[8] ^= 1;
	assert_int_equal(twice_get(&c, &key, &value), -EUCLEAN);
	assert_int_equal(twice_peek(&c, &key, &value), -EUCLEAN);
	c.map.entries[8] ^= 1;
	assert_int_equal(twice_pop_oldest(&c, &key, NULL), 0);
	assert_int_equal(twice_peek(&c, &key, &value), -ENOENT);
	twice_clear(&c);
	assert_int_equal(twice_upsert(&c, &key, &value), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(checked_cache_tells_of_damage),
		CASE_IN_REGION(redundant_cache_tells_of_a_changed_value),
	};

	return cmocka_run_group_tests_name("lru_checked", tests, NULL, NULL);
}
