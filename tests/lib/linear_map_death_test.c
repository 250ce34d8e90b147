// SPDX-License-Identifier: MIT
/*
 * linear_map_death_test.c: a process that dies in the middle of a verb of a linear map
 */
#define SIZE	4096

#include "cmocka_test.h"

/* Larger than a machine word: it can be half written. */
struct name {
	char text[24];
};

BM_LINEAR_MAP(names, struct name, uint64_t, 12)

#include "death.h"

static struct name name_of(uint64_t number)
{
	struct name name;

	memset(name.text, (int)('a' + number), sizeof(name.text));
	return name;
}

static void attach_names(struct names *m, struct bm_region where)
{
	if (names_attach(m, where, "names", NULL))
		_exit(1);
}

static void fill_names(void)
{
	struct names m;

	assert_int_equal(names_create(&m, region, "names"), 0);
	for (uint64_t i = 0; i < 9; i++) {
		struct name name = name_of(i);

		assert_int_equal(names_insert(&m, &name, &i), 0);
	}
}

static void change(void)
{
	struct name name = name_of(20);
	uint64_t value = 20;
	struct names m;

	attach_names(&m, region);
	names_insert(&m, &name, &value);
	name = name_of(3);
	names_remove(&m, &name, NULL);
	name = name_of(5);
	value = 50;
	names_upsert(&m, &name, &value);
}

/* All keys that nobody took out are there once, whole and with their values. */
static void check_names(void)
{
	struct names m;
	struct name name;
	uint64_t value;
	size_t cursor = 0;

	attach_names(&m, copy);
	name = name_of(15);
	value = 15;
	if (names_insert(&m, &name, &value)) {
		assert_int_equal(names_repair(&m), 0);
		assert_int_equal(names_insert(&m, &name, &value), 0);
	}
	assert_int_equal(names_invariants(&m), 0);
	for (uint64_t i = 0; i < 9; i++) {
		int err;

		name = name_of(i);
		err = names_get(&m, &name, &value);
		assert_true(!err || (err == -ENOENT && i == 3));
		assert_true(err || value == i || (i == 5 && value == 50));
	}
	while (!names_next(&m, &cursor, &name, &value))
		assert_memory_equal(&name, name.text[0] == 'f' ?
				    name_of(5).text : name_of(value).text,
				    sizeof(name));
	assert_int_equal(bm_layout_recover(copy), 0);
	check_layout(copy);
}

static void insert_remove_and_upsert(void **state)
{
	(void)state;
	fill_names();
	assert_true(die_everywhere(change, check_names) > 12);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(insert_remove_and_upsert),
	};

	return cmocka_run_group_tests_name("linear_map_death", tests, NULL, NULL);
}
