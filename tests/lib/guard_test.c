// SPDX-License-Identifier: MIT
/*
 * guard_test.c: exact behaviour of guards between objects
 */
#include "cmocka_test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE	(128 * 1024)

BM_VEC(numbers, uint32_t, 16)
BM_VEC(many, uint32_t, 4096)
BM_GUARD(fence, 1)
BM_GUARD(band, 300)
BM_GUARD(narrow, 2 * BM_GUARD_PAGE - 128)
BM_GUARD(wall, 2 * BM_GUARD_PAGE - 64)
BM_GUARD(broad, 5 * BM_GUARD_PAGE)
BM_PLAN(guarded, BM_NEEDS_MANY(numbers, 2), BM_NEEDS(fence), BM_NEEDS(band));

static struct bm_region region;

static int set_up(void **state)
{
	(void)state;
	region = (struct bm_region){ NULL, SIZE };
	assert_int_equal(posix_memalign(&region.base, BM_GUARD_PAGE, SIZE), 0);
	memset(region.base, 0, SIZE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static unsigned char *byte_at(uint64_t offset)
{
	return (unsigned char *)region.base + offset;
}

/* Two objects of 128 bytes and a guard of 64 + 320 between them. */
static void make_three(void)
{
	struct numbers v;

	assert_int_equal(numbers_create(&v, region, "front"), 0);
	assert_int_equal(band_create(region, "band"), 0);
	assert_int_equal(numbers_create(&v, region, "back"), 0);
	check_layout(region);
}

#define FRONT		128
#define BAND		256
#define BACK		(BAND + 64 + 320)

static void check_damage(const char *guard, const char *before, uint64_t offset,
			 uint64_t bytes)
{
	struct bm_guard_damage damage;

	assert_int_equal(bm_guard_check(region, &damage), -EUCLEAN);
	assert_int_equal(bm_guard_check(region, NULL), -EUCLEAN);
	assert_string_equal(damage.guard, guard);
	assert_string_equal(damage.before, before);
	assert_int_equal(damage.offset, offset);
	assert_int_equal(damage.bytes, bytes);
}

static void check_whole(void)
{
	struct bm_guard_damage damage;

	assert_int_equal(bm_guard_check(region, &damage), 0);
	assert_int_equal(bm_guard_check(region, NULL), 0);
	assert_string_equal(damage.guard, "");
}

static void regions_without_guards_are_whole(void **state)
{
	struct numbers v;

	(void)state;
	check_whole();
	assert_int_equal(numbers_create(&v, region, "numbers"), 0);
	check_whole();
}

static void errors_are_those_of_the_layout(void **state)
{
	struct bm_region small = { region.base, 128 + 64 + 64 };
	struct bm_region none = { NULL, SIZE };
	struct bm_guard_damage damage;

	(void)state;
	assert_int_equal(bm_guard_check(none, &damage), -EINVAL);
	assert_int_equal(fence_create(none, "fence"), -EINVAL);
	assert_int_equal(fence_create(small, "not a name"), -EINVAL);
	assert_int_equal(band_create(small, "band"), -ENOSPC);
	assert_int_equal(fence_create(small, "fence"), 0);
	assert_int_equal(fence_create(small, "fence"), -EEXIST);
	assert_int_equal(bm_guard_check(small, &damage), 0);
	assert_int_equal(bm_guard_check(region, &damage), -EMEDIUMTYPE);
	*byte_at(64) ^= 1;
	assert_int_equal(bm_guard_check(small, &damage), -EUCLEAN);
	assert_int_equal(damage.offset, 0);
}

static void every_changed_bit_of_the_pattern_is_found(void **state)
{
	(void)state;
	make_three();
	check_whole();
	for (uint64_t i = BAND + 64; i < BACK; i++) {
		for (int bit = 0; bit < 8; bit++) {
			*byte_at(i) ^= (unsigned char)(1 << bit);
			check_damage("band", "front", i, 1);
			*byte_at(i) ^= (unsigned char)(1 << bit);
		}
	}
	check_whole();
}

/* What hides the header's end, its kind or its name from the others is told too. */
static void every_changed_bit_of_the_header_is_found(void **state)
{
	(void)state;
	make_three();
	for (uint64_t i = BAND; i < BAND + 64; i++) {
		for (int bit = 0; bit < 8; bit++) {
			struct bm_guard_damage damage;
			bool is_kind = i == BAND +
				       offsetof(struct bm_object, kind);

			*byte_at(i) ^= (unsigned char)(1 << bit);
			if (!is_kind) {
				assert_int_equal(bm_guard_check(region, &damage),
						 -EUCLEAN);
				assert_int_equal(damage.offset, BAND);
				assert_int_equal(damage.bytes, 64);
				assert_string_equal(damage.before, "front");
			}
			*byte_at(i) ^= (unsigned char)(1 << bit);
		}
	}
	check_whole();
}

static void extent_of_damage_is_told(void **state)
{
	(void)state;
	make_three();
	*byte_at(BACK - 1) ^= 1;
	*byte_at(BACK - 100) ^= 1;
	check_damage("band", "front", BACK - 100, 100);
}

static void overrun_from_the_front_is_found(void **state)
{
	(void)state;
	make_three();
	memset(byte_at(FRONT + 64), 0, 64 + 1);
	check_damage("", "front", BAND, 64);
}

static void zeros_are_no_pattern(void **state)
{
	(void)state;
	make_three();
	memset(byte_at(BAND + 64), 0, 320);
	assert_int_equal(bm_guard_check(region, NULL), -EUCLEAN);
}

/* Header, pattern and all, as a copy that went astray would leave it. */
static void copy_of_another_guard_is_no_guard(void **state)
{
	(void)state;
	assert_int_equal(fence_create(region, "first"), 0);
	assert_int_equal(fence_create(region, "second"), 0);
	memcpy(byte_at(256), byte_at(128), 128);
	check_damage("first", "first", 256, 64);
}

static void pattern_of_another_guard_is_none(void **state)
{
	(void)state;
	assert_int_equal(fence_create(region, "first"), 0);
	assert_int_equal(fence_create(region, "second"), 0);
	memcpy(byte_at(256 + 64), byte_at(128 + 64), 64);
	assert_int_equal(bm_guard_check(region, NULL), -EUCLEAN);
}

static void first_damaged_guard_is_told(void **state)
{
	(void)state;
	assert_int_equal(fence_create(region, "first"), 0);
	assert_int_equal(fence_create(region, "second"), 0);
	*byte_at(256 + 70) ^= 1;
	check_damage("second", "first", 256 + 70, 1);
	*byte_at(128 + 71) ^= 1;
	check_damage("first", "", 128 + 71, 1);
}

static void attach_looks_at_the_guards_beside(void **state)
{
	struct bm_mismatch mismatch;
	struct numbers v;

	(void)state;
	make_three();
	assert_int_equal(fence_create(region, "fence"), 0);
	assert_int_equal(numbers_create(&v, region, "far"), 0);
	assert_int_equal(numbers_attach(&v, region, "front", NULL), 0);
	assert_int_equal(numbers_attach(&v, region, "back", NULL), 0);
	*byte_at(BACK - 1) ^= 1;
	assert_int_equal(numbers_attach(&v, region, "front", &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "guard behind the object");
	assert_int_not_equal(mismatch.expected, mismatch.found);
	assert_int_equal(numbers_attach(&v, region, "back", &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "guard before the object");
	assert_int_equal(numbers_attach(&v, region, "far", NULL), 0);
}

static void attach_beyond_a_lost_header_fails(void **state)
{
	struct numbers v;

	(void)state;
	make_three();
	*byte_at(BAND) ^= 1;
	assert_int_equal(numbers_attach(&v, region, "back", NULL), -EUCLEAN);
}

static void guards_survive_being_moved(void **state)
{
	struct bm_region copy = take_region(SIZE);

	(void)state;
	make_three();
	memcpy(copy.base, region.base, SIZE);
	assert_int_equal(bm_guard_check(copy, NULL), 0);
	give_region(copy);
}

static void guards_count_in_plans_and_are_listed(void **state)
{
	struct bm_object_info info;
	struct numbers v;
	size_t cursor = 0;

	(void)state;
	region.size = BM_PLAN_SIZE(guarded);
	make_three();
	assert_int_equal(fence_create(region, "fence"), 0);
	assert_int_equal(numbers_create(&v, region, "more"), -ENOSPC);
	for (int i = 0; i < 4; i++)
		assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	assert_string_equal(info.name, "fence");
	assert_int_equal(info.kind, BM_KIND_GUARD);
	assert_int_equal(info.bytes, BM_BYTES(fence));
	assert_int_equal(info.bytes, 128);
	assert_int_equal(bm_layout_next(region, &cursor, &info), -ENOENT);
	assert_int_equal(header_of(region)->used, BM_PLAN_SIZE(guarded) - 2 * 64);
}

static void whole_pages_have_no_pattern(void **state)
{
	struct bm_region pages;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(wall_create(region, "wall"), 0);
	assert_int_equal(broad_create(region, "broad"), 0);
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), 0);
	assert_ptr_equal(pages.base, byte_at(BM_GUARD_PAGE));
	assert_int_equal(pages.size, BM_GUARD_PAGE);
	memset(pages.base, 0xee, pages.size);
	check_whole();
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), 0);
	assert_ptr_equal(pages.base, byte_at(3 * BM_GUARD_PAGE));
	assert_int_equal(pages.size, 4 * BM_GUARD_PAGE);
	memset(pages.base, 0xee, pages.size);
	check_whole();
	*((char *)pages.base - 1) ^= 1;
	check_damage("broad", "wall", 3 * BM_GUARD_PAGE - 1, 1);
	*((char *)pages.base - 1) ^= 1;
	*((char *)pages.base + pages.size) ^= 1;
	check_damage("broad", "wall", 7 * BM_GUARD_PAGE, 1);
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -ENOENT);
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -ENOENT);
}

static void make_numbers(unsigned int count)
{
	struct numbers v;
	char name[20];

	for (unsigned int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "numbers%u", i);
		assert_int_equal(numbers_create(&v, region, name), 0);
	}
}

/* Objects of 128 bytes in front move it through a whole page. */
static void smallest_guard_with_a_page_wherever_it_begins(void **state)
{
	struct bm_region pages;
	size_t cursor;

	for (unsigned int count = 0; count < BM_GUARD_PAGE / 128; count++) {
		tear_down(state);
		set_up(state);
		cursor = 0;
		make_numbers(count);
		assert_int_equal(wall_create(region, "wall"), 0);
		assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), 0);
		assert_int_equal(pages.size, BM_GUARD_PAGE);
		check_whole();
	}
}

static void guard_without_a_whole_page_is_all_pattern(void **state)
{
	unsigned int count = BM_GUARD_PAGE / 128 - 1;
	uint64_t offset = BM_GUARD_PAGE;
	struct bm_region pages;
	size_t cursor = 0;

	(void)state;
	make_numbers(count);
	assert_int_equal(narrow_create(region, "narrow"), 0);
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -ENOENT);
	check_whole();
	offset += 64;
	for (uint64_t i = 0; i < 2 * BM_GUARD_PAGE - 128; i++) {
		*byte_at(offset + i) ^= 1;
		assert_int_equal(bm_guard_check(region, NULL), -EUCLEAN);
		*byte_at(offset + i) ^= 1;
	}
}

static void pages_need_a_region_that_begins_at_one(void **state)
{
	struct bm_region inside = { byte_at(64), SIZE - 64 };
	struct bm_region pages;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(wall_create(inside, "wall"), 0);
	assert_int_equal(bm_guard_next_pages(inside, &cursor, &pages), -EINVAL);
	assert_int_equal(cursor, 0);
	assert_int_equal(bm_guard_check(inside, NULL), 0);
}

/* What would be protected are somebody's elements. */
static void pages_of_what_is_no_guard_are_not_told(void **state)
{
	struct bm_region pages;
	struct bm_object *object;
	size_t cursor = 0;
	struct many v;

	(void)state;
	assert_int_equal(many_create(&v, region, "many"), 0);
	assert_int_equal(wall_create(region, "wall"), 0);
	v.vec.object->kind = BM_KIND_GUARD;
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -EUCLEAN);
	assert_int_equal(cursor, 0);
	v.vec.object->kind = BM_KIND_VEC;
	object = (struct bm_object *)((char *)v.vec.object + BM_BYTES(many));
	object->place[0] ^= 1;
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -EUCLEAN);
	object->place[0] ^= 1;
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), 0);
	assert_int_equal(pages.size, BM_GUARD_PAGE);
	assert_int_equal(bm_guard_next_pages(region, &cursor, &pages), -ENOENT);
}

/* Writes in a child, which must die of it. */
static void write_and_die(volatile char *place)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		*place = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

/* The library works on without a look at them. */
static void pages_without_access_end_an_overrun(void **state)
{
	struct bm_region mapped = { NULL, SIZE };
	int fd = memfd_create("guarded", MFD_CLOEXEC);
	struct bm_region pages;
	struct numbers v;
	size_t cursor = 0;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, SIZE), 0);
	mapped.base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mapped.base, MAP_FAILED);
	assert_int_equal(numbers_create(&v, mapped, "front"), 0);
	assert_int_equal(broad_create(mapped, "broad"), 0);
	assert_int_equal(numbers_create(&v, mapped, "back"), 0);
	assert_int_equal(bm_guard_next_pages(mapped, &cursor, &pages), 0);
	assert_int_equal(mprotect(pages.base, pages.size, PROT_NONE), 0);
	assert_int_equal(bm_guard_check(mapped, NULL), 0);
	assert_int_equal(numbers_push(&v, &(uint32_t){ 1 }), 0);
	assert_int_equal(numbers_attach(&v, mapped, "front", NULL), 0);
	assert_int_equal(bm_layout_invariants(mapped, NULL), 0);
	write_and_die((char *)pages.base);
	write_and_die((char *)pages.base + pages.size - 1);
	munmap(mapped.base, SIZE);
	close(fd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(regions_without_guards_are_whole),
		CASE(errors_are_those_of_the_layout),
		CASE(every_changed_bit_of_the_pattern_is_found),
		CASE(every_changed_bit_of_the_header_is_found),
		CASE(extent_of_damage_is_told),
		CASE(overrun_from_the_front_is_found),
		CASE(zeros_are_no_pattern),
		CASE(copy_of_another_guard_is_no_guard),
		CASE(pattern_of_another_guard_is_none),
		CASE(first_damaged_guard_is_told),
		CASE(attach_looks_at_the_guards_beside),
		CASE(attach_beyond_a_lost_header_fails),
		CASE(guards_survive_being_moved),
		CASE(guards_count_in_plans_and_are_listed),
		CASE(whole_pages_have_no_pattern),
		CASE(smallest_guard_with_a_page_wherever_it_begins),
		CASE(guard_without_a_whole_page_is_all_pattern),
		CASE(pages_need_a_region_that_begins_at_one),
		CASE(pages_of_what_is_no_guard_are_not_told),
		CASE(pages_without_access_end_an_overrun),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
