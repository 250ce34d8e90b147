// SPDX-License-Identifier: MIT
/*
 * creator_test.c: creators that are alive, dead or were never there
 *
 * A creator is a child that reserves an object and does not commit it.
 */
#include "cmocka_test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

BM_VEC(numbers, uint32_t, 10)

static struct bm_region region;

static int set_up(void **state)
{
	(void)state;
	region.size = 4096;
	region.base = mmap(NULL, region.size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return region.base == MAP_FAILED;
}

static int tear_down(void **state)
{
	(void)state;
	return munmap(region.base, region.size);
}

static void reserve(const char *name)
{
	struct bm_type type = bm_vec_type_(4, 4, 10, "uint32_t");
	struct bm_layout layout;
	struct bm_handle handle;

	if (bm_layout_reserve(&layout, region, name, &type, &handle))
		_exit(1);
}

/* Starts a creator that lives until its end of the pipe is closed. */
static pid_t start_creator(int *hold)
{
	int ends[2];
	int ready[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (!child) {
		close(ends[1]);
		reserve("begun");
		(void)!write(ready[1], "", 1);
		(void)!read(ends[0], &byte, 1);
		_exit(0);
	}
	close(ends[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	*hold = ends[1];
	return child;
}

static void end_creator(pid_t child, int hold)
{
	int status;

	close(hold);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void check_recovered(void)
{
	struct numbers v;

	assert_int_equal(bm_layout_recover(region), 0);
	check_layout(region);
	assert_int_equal(numbers_attach(&v, region, "begun", NULL), -ENOENT);
	assert_int_equal(numbers_create(&v, region, "begun"), 0);
	assert_int_equal(numbers_push(&v, &(uint32_t){ 1 }), 0);
	check_layout(region);
}

static void live_creator_is_not_waited_for(void **state)
{
	struct numbers v;
	struct numbers w;
	int hold;
	pid_t child;

	(void)state;
	assert_int_equal(numbers_create(&v, region, "done"), 0);
	child = start_creator(&hold);
	assert_int_equal(numbers_create(&w, region, "w"), -EBUSY);
	assert_int_equal(numbers_attach(&w, region, "begun", NULL), -EBUSY);
	assert_int_equal(numbers_attach(&w, region, "done", NULL), 0);
	assert_int_equal(bm_layout_recover(region), -EBUSY);
	assert_int_equal(numbers_push(&w, &(uint32_t){ 1 }), 0);
	end_creator(child, hold);
}

static void dead_creator_is_told(void **state)
{
	struct numbers v;
	struct numbers w;
	int hold;
	pid_t child;

	(void)state;
	assert_int_equal(numbers_create(&v, region, "done"), 0);
	child = start_creator(&hold);
	end_creator(child, hold);
	assert_int_equal(numbers_create(&w, region, "w"), -EOWNERDEAD);
	assert_int_equal(numbers_attach(&w, region, "begun", NULL), -EOWNERDEAD);
	assert_int_equal(numbers_attach(&w, region, "done", NULL), 0);
	assert_int_equal(numbers_push(&w, &(uint32_t){ 1 }), 0);
	check_recovered();
	assert_int_equal(numbers_len(&v), 1);
}

static void dead_first_creator_is_told(void **state)
{
	struct numbers v;
	int hold;
	pid_t child = start_creator(&hold);

	(void)state;
	assert_int_equal(numbers_create(&v, region, "v"), -EBUSY);
	end_creator(child, hold);
	assert_int_equal(numbers_create(&v, region, "v"), -EOWNERDEAD);
	check_recovered();
}

/* Dead, but its parent has not asked for its status: its number is still taken. */
static void zombie_is_dead(void **state)
{
	struct numbers v;
	siginfo_t info;
	int hold;
	pid_t child = start_creator(&hold);

	(void)state;
	close(hold);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(numbers_create(&v, region, "v"), -EOWNERDEAD);
	assert_int_equal(waitpid(child, NULL, 0), child);
	check_recovered();
}

/* What this process writes when it claims. */
static uint64_t own_claim(void)
{
	struct bm_type type = bm_vec_type_(4, 4, 10, "uint32_t");
	struct bm_layout layout;
	struct bm_handle handle;
	uint64_t claim;

	assert_int_equal(bm_layout_reserve(&layout, region, "begun", &type,
					   &handle), 0);
	claim = directory_of(region)->claim;
	bm_layout_abandon(&layout);
	return claim;
}

static void this_process_is_alive(void **state)
{
	struct numbers v;

	(void)state;
	directory_of(region)->claim = own_claim();
	assert_int_equal(numbers_create(&v, region, "v"), -EBUSY);
	assert_int_equal(bm_layout_recover(region), -EBUSY);
}

/* The same number, but another start time: the number was used again. */
static void process_with_the_number_of_a_dead_one_is_not_it(void **state)
{
	struct numbers v;

	(void)state;
	directory_of(region)->claim = own_claim() ^ 1;
	assert_int_equal(numbers_create(&v, region, "v"), -EOWNERDEAD);
	check_recovered();
}

/* In another namespace the same number is somebody else: nobody can tell. */
static void creator_elsewhere_counts_as_alive(void **state)
{
	struct numbers v;

	(void)state;
	directory_of(region)->claim = own_claim() ^ UINT64_C(1) << 32;
	assert_int_equal(numbers_create(&v, region, "v"), -EBUSY);
	directory_of(region)->claim ^= 1;
	assert_int_equal(numbers_create(&v, region, "v"), -EBUSY);
}

static void impossible_creator_is_dead(void **state)
{
	struct numbers v;

	(void)state;
	directory_of(region)->claim = (own_claim() & UINT64_C(0x3ff) << 32) | 1;
	assert_int_equal(numbers_create(&v, region, "v"), -EOWNERDEAD);
	check_recovered();
}

static void abandoned_object_leaves_nothing(void **state)
{
	struct numbers v;

	(void)state;
	(void)own_claim();
	check_layout(region);
	assert_int_equal(numbers_attach(&v, region, "begun", NULL), -ENOENT);
	assert_int_equal(numbers_create(&v, region, "begun"), 0);
}

/* A claim by a dead process does not make foreign bytes ours. */
static void recover_does_not_touch_what_is_foreign(void **state)
{
	uint64_t dead = own_claim() ^ 1;
	unsigned char before[4096];

	(void)state;
	memset(region.base, 0, region.size);
	directory_of(region)->claim = dead;
	header_of(region)->refused = 5;
	memcpy(before, region.base, region.size);
	assert_int_equal(bm_layout_recover(region), -EUCLEAN);
	assert_memory_equal(before, region.base, region.size);
	header_of(region)->refused = 0;
	header_of(region)->size = region.size + 1;
	assert_int_equal(bm_layout_recover(region), -EUCLEAN);
	header_of(region)->size = region.size;
	assert_int_equal(bm_layout_recover(region), 0);
	memset(before, 0, sizeof(before));
	assert_memory_equal(before, region.base, 128);
}

/* What a creator stores in turn while it lays out; whoever dies leaves some of it. */
static void each_field_is_what_a_creator_stores_or_foreign(void **state)
{
	uint64_t dead = own_claim() ^ 1;
	struct budgetmem_pool_header pool = *header_of(region);
	struct bm_directory directory = *directory_of(region);
	struct {
		void *field;
		const void *stored;
		size_t size;
	} fields[] = {
		{ &header_of(region)->magic, &pool.magic, 4 },
		{ &header_of(region)->version, &pool.version, 4 },
		{ &header_of(region)->size, &pool.size, 8 },
		{ &header_of(region)->used, &pool.used, 8 },
		{ &header_of(region)->high_water, &pool.high_water, 8 },
		{ &header_of(region)->layout, &pool.layout, 8 },
		{ &directory_of(region)->version, &directory.version, 4 },
		{ &directory_of(region)->size, &directory.size, 8 },
		{ &directory_of(region)->committed, &directory.committed, 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		unsigned char before[4096];

		memset(region.base, 0, region.size);
		directory_of(region)->claim = dead;
		memcpy(fields[i].field, fields[i].stored, fields[i].size);
		*(unsigned char *)fields[i].field ^= 4;
		memcpy(before, region.base, region.size);
		assert_int_equal(bm_layout_recover(region), -EUCLEAN);
		assert_memory_equal(before, region.base, region.size);
		*(unsigned char *)fields[i].field ^= 4;
		assert_int_equal(bm_layout_recover(region), 0);
		memset(before, 0, sizeof(before));
		assert_memory_equal(before, region.base, region.size);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(live_creator_is_not_waited_for),
		CASE(dead_creator_is_told),
		CASE(dead_first_creator_is_told),
		CASE(zombie_is_dead),
		CASE(this_process_is_alive),
		CASE(process_with_the_number_of_a_dead_one_is_not_it),
		CASE(creator_elsewhere_counts_as_alive),
		CASE(impossible_creator_is_dead),
		CASE(abandoned_object_leaves_nothing),
		CASE(recover_does_not_touch_what_is_foreign),
		CASE(each_field_is_what_a_creator_stores_or_foreign),
	};

	return cmocka_run_group_tests_name("creator", tests, NULL, NULL);
}
