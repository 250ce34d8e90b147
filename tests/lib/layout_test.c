// SPDX-License-Identifier: MIT
/*
 * layout_test.c: exact behaviour of regions and their directory
 */
#include "cmocka_test.h"

BM_VEC(numbers, uint32_t, 10)
BM_VEC(more_numbers, uint32_t, 11)
BM_VEC(wider, uint64_t, 10)
BM_VEC(signed_numbers, int32_t, 10)
BM_MAP(counts, uint64_t, uint64_t, 100)
BM_STRING(report, 20)

BM_STACK(frames, uint32_t, 60)
BM_DEQUE(ends, uint32_t, 60)
BM_QUEUE(jobs, uint32_t, 60)
BM_QUEUE(eight_jobs, uint32_t, 8)
BM_HISTORY(samples, uint32_t, 60)
BM_HISTORY(four_samples, uint32_t, 4)

static struct bm_region region;
static struct bm_mismatch mismatch;

static int set_up(void **state)
{
	(void)state;
	region = take_region(4096);
	memset(&mismatch, 0, sizeof(mismatch));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	give_region(region);
	return 0;
}

static struct numbers make_numbers(const char *name)
{
	struct numbers v;

	assert_int_equal(numbers_create(&v, region, name), 0);
	return v;
}

static void check_mismatch(const char *field, uint64_t expected, uint64_t found)
{
	assert_string_equal(mismatch.field, field);
	assert_true(mismatch.expected == expected);
	assert_true(mismatch.found == found);
}

static void first_object_lays_the_region_out(void **state)
{
	struct numbers v = make_numbers("v");

	(void)state;
	assert_int_equal(header_of(region)->magic, BUDGETMEM_POOL_MAGIC);
	assert_int_equal(header_of(region)->version, 1);
	assert_int_equal(header_of(region)->size, 4096);
	assert_int_equal(header_of(region)->used, 128 + BM_BYTES(numbers) - 40);
	assert_int_equal(header_of(region)->high_water, header_of(region)->used);
	assert_int_equal(header_of(region)->refused, 0);
	assert_int_equal(header_of(region)->reserved[0], 0);
	assert_int_equal(header_of(region)->reserved[1], 0);
	assert_int_equal(directory_of(region)->claim, 0);
	assert_ptr_equal(v.vec.object, first_object_of(region));
	check_layout(region);
}

static void sound_regions_only(void **state)
{
	struct numbers v;
	struct bm_region none = { NULL, 4096 };
	struct bm_region crooked = { (char *)region.base + 8, 1024 };
	struct bm_region tiny = { region.base, 191 };
	struct bm_object_info info;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(numbers_create(&v, none, "v"), -EINVAL);
	assert_int_equal(numbers_create(&v, crooked, "v"), -EINVAL);
	assert_int_equal(numbers_create(&v, tiny, "v"), -EINVAL);
	assert_int_equal(numbers_attach(&v, none, "v", NULL), -EINVAL);
	assert_int_equal(bm_layout_recover(crooked), -EINVAL);
	assert_int_equal(bm_layout_next(tiny, &cursor, &info), -EINVAL);
	assert_int_equal(bm_layout_invariants(tiny, NULL), -EINVAL);
	tiny.size = 192;
	assert_int_equal(numbers_create(&v, tiny, "v"), -ENOSPC);
}

static void sound_names_only(void **state)
{
	static const char *const wrong[] = {
		NULL, "", "12345678901234567890", "a b", "a/b", "\xc3\xa4", "a\n",
	};
	struct numbers v;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(numbers_create(&v, region, wrong[i]), -EINVAL);
		assert_int_equal(numbers_attach(&v, region, wrong[i], NULL),
				 -EINVAL);
	}
	make_numbers("1234567890123456789");
	make_numbers("AZaz09_-.");
	check_layout(region);
}

static void names_are_unique_in_a_region(void **state)
{
	struct report s;
	struct numbers v = make_numbers("v");

	(void)state;
	assert_int_equal(numbers_create(&v, region, "v"), -EEXIST);
	assert_int_equal(report_create(&s, region, "v"), -EEXIST);
	assert_int_equal(report_create(&s, region, "vv"), 0);
	check_layout(region);
}

static void attach_finds_what_was_created(void **state)
{
	struct numbers v = make_numbers("v");
	struct numbers again;
	uint32_t item = 5;

	(void)state;
	make_numbers("w");
	assert_int_equal(numbers_push(&v, &item), 0);
	assert_int_equal(numbers_attach(&again, region, "v", &mismatch), 0);
	assert_null(mismatch.field);
	item = 0;
	assert_int_equal(numbers_pop(&again, &item), 0);
	assert_int_equal(item, 5);
	assert_true(numbers_is_empty(&v));
}

static void attach_works_at_another_address(void **state)
{
	struct numbers v = make_numbers("v");
	struct bm_region copy = take_region(region.size);
	uint32_t item = 5;

	(void)state;
	assert_int_equal(numbers_push(&v, &item), 0);
	memcpy(copy.base, region.base, region.size);
	assert_int_equal(numbers_attach(&v, copy, "v", NULL), 0);
	assert_int_equal(numbers_first(&v, &item), 0);
	assert_int_equal(item, 5);
	give_region(copy);
}

static void attach_to_nothing(void **state)
{
	struct numbers v;

	(void)state;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -ENOENT);
	make_numbers("w");
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -ENOENT);
	assert_null(mismatch.field);
}

static void attach_names_what_the_caller_declares_otherwise(void **state)
{
	struct more_numbers more;
	struct wider wide;
	struct signed_numbers numbers;
	struct report s;

	(void)state;
	make_numbers("v");
	assert_int_equal(report_attach(&s, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("kind of collection", BM_KIND_STRING, BM_KIND_VEC);
	assert_int_equal(wider_attach(&wide, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("size of an element", 8, 4);
	assert_int_equal(more_numbers_attach(&more, region, "v", &mismatch),
			 -EMEDIUMTYPE);
	check_mismatch("capacity", 11, 10);
	assert_int_equal(signed_numbers_attach(&numbers, region, "v", &mismatch),
			 -EMEDIUMTYPE);
	assert_string_equal(mismatch.field, "type of an element");
	assert_int_equal(signed_numbers_attach(&numbers, region, "v", NULL),
			 -EMEDIUMTYPE);
}

static void attach_compares_every_field_of_the_header(void **state)
{
	struct numbers v = make_numbers("v");
	struct bm_object *object = first_object_of(region);

	(void)state;
	object->version++;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("version of the collection", BM_VEC_VERSION,
		       BM_VEC_VERSION + 1);
	object->version--;
	object->alignment = 8;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("alignment of an element", 4, 8);
	object->alignment = 4;
	object->blocks--;
	directory_of(region)->committed -= 64;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("size of the object", BM_BYTES(numbers),
		       BM_BYTES(numbers) - 64);
}

static void damaged_objects_are_rejected(void **state)
{
	struct numbers v = make_numbers("v");
	struct bm_object *object = first_object_of(region);

	(void)state;
	object->magic = 1;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EUCLEAN);
	check_mismatch("mark of an object", BM_OBJECT_MAGIC, 1);
	assert_int_equal(numbers_create(&v, region, "w"), -EUCLEAN);
	object->magic = BM_OBJECT_MAGIC;
	object->blocks = 0;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EUCLEAN);
	check_mismatch("size of an object", BM_BYTES(numbers), 0);
	object->blocks = UINT32_MAX;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EUCLEAN);
	assert_int_equal(bm_layout_recover(region), -EUCLEAN);
	assert_int_equal(directory_of(region)->claim, 0);
}

static void region_of_another_size_or_version_is_rejected(void **state)
{
	struct bm_region half = { region.base, 2048 };
	struct numbers v = make_numbers("v");

	(void)state;
	assert_int_equal(numbers_attach(&v, half, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("size of the region", 2048, 4096);
	assert_int_equal(numbers_create(&v, half, "w"), -EMEDIUMTYPE);
	directory_of(region)->version = 2;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("version of the layout", BM_DIRECTORY_VERSION, 2);
	directory_of(region)->version = BM_DIRECTORY_VERSION;
	header_of(region)->version = 2;
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EMEDIUMTYPE);
	check_mismatch("version of the pool header", 1, 2);
}

/* In each case the bytes stay as they are: nothing is laid out anew. */
static void check_rejected(const char *field)
{
	unsigned char before[4096];
	struct numbers v;

	memcpy(before, region.base, sizeof(before));
	assert_int_equal(numbers_attach(&v, region, "v", &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, field);
	assert_int_equal(numbers_create(&v, region, "w"), -EUCLEAN);
	assert_int_equal(bm_layout_recover(region), -EUCLEAN);
	assert_int_equal(bm_layout_invariants(region, NULL), -EUCLEAN);
	assert_memory_equal(before, region.base, sizeof(before));
}

static void foreign_regions_are_rejected(void **state)
{
	(void)state;
	((char *)region.base)[100] = 1;
	check_rejected("mark of a laid out region");
	memset(region.base, 'x', region.size);
	check_rejected("mark of a laid out region");
}

static void torn_regions_are_rejected(void **state)
{
	(void)state;
	make_numbers("v");
	directory_of(region)->magic = 0;
	check_rejected("mark of a laid out region");
	directory_of(region)->magic = BM_DIRECTORY_MAGIC;
	header_of(region)->magic = 0;
	check_rejected("mark of the pool header");
	header_of(region)->magic = BUDGETMEM_POOL_MAGIC;
	header_of(region)->size = 0;
	check_rejected("size in the pool header");
	header_of(region)->size = 4096;
	directory_of(region)->committed = 4160;
	check_rejected("end of the objects");
	directory_of(region)->committed = 64;
	check_rejected("end of the objects");
	directory_of(region)->committed = 200;
	check_rejected("end of the objects");
}

static void refused_creation_changes_nothing_else(void **state)
{
	struct counts m;
	uint64_t committed;

	(void)state;
	make_numbers("v");
	committed = directory_of(region)->committed;
	for (uint64_t i = 1; i <= 3; i++) {
		int err = counts_create(&m, region, i == 1 ? "m" : "n");

		assert_int_equal(err, i == 1 ? 0 : -ENOSPC);
		assert_int_equal(header_of(region)->refused, i - 1);
		if (i == 1)
			committed = directory_of(region)->committed;
	}
	assert_int_equal(directory_of(region)->committed, committed);
	check_layout(region);
}

/* Its header counts blocks of 64 bytes in 32 bits. Nothing but headers is written. */
static void object_takes_less_than_256_gib(void **state)
{
	struct bm_region large = { region.base, (size_t)1 << 40 };
	struct bm_type type = { .kind = BM_KIND_VEC, .alignment = 1,
				.element_size = 1, .capacity = 1 };
	struct bm_layout layout;
	struct bm_handle handle;

	(void)state;
	type.bytes = (UINT64_C(1) << 38) - 2 * BM_REGION_ALIGNMENT + 1;
	assert_int_equal(bm_layout_reserve(&layout, large, "v", &type, &handle),
			 -ENOSPC);
	assert_int_equal(header_of(large)->refused, 1);
	assert_int_equal(directory_of(large)->claim, 0);
	type.bytes--;
	assert_int_equal(bm_layout_reserve(&layout, large, "v", &type, &handle), 0);
	assert_int_equal(handle.object->blocks, UINT32_MAX);
	bm_layout_abandon(&layout);
}

static struct bm_object_info told_of(const char *name)
{
	struct bm_object_info info;
	size_t cursor = 0;

	do
		assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	while (strcmp(info.name, name));
	return info;
}

static void check_told(const char *name, uint32_t len, uint32_t high_water)
{
	struct bm_object_info info = told_of(name);

	assert_int_equal(info.len, len);
	assert_int_equal(info.high_water, high_water);
}

/* Though the counters of the pool know of more of them. */
static void listing_tells_exact_lengths(void **state)
{
	struct samples samples;
	struct frames frames;
	struct ends ends;
	struct jobs jobs;

	(void)state;
	assert_int_equal(frames_create(&frames, region, "frames"), 0);
	assert_int_equal(ends_create(&ends, region, "ends"), 0);
	assert_int_equal(jobs_create(&jobs, region, "jobs"), 0);
	assert_int_equal(samples_create(&samples, region, "samples"), 0);
	for (uint32_t i = 0; i < 7; i++) {
		assert_int_equal(frames_push(&frames, &i), 0);
		assert_int_equal(ends_push(&ends, &i), 0);
		assert_int_equal(jobs_push(&jobs, &i), 0);
		assert_int_equal(samples_push(&samples, &i), 0);
	}
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(frames_pop(&frames, NULL), 0);
		assert_int_equal(ends_pop_front(&ends, NULL), 0);
		assert_int_equal(jobs_pop(&jobs, NULL), 0);
		assert_int_equal(samples_pop(&samples, NULL), 0);
	}
	check_told("frames", 4, 7);
	check_told("ends", 4, 7);
	check_told("jobs", 4, 7);
	check_told("samples", 4, 7);
}

/* Of which the pool holds what was ever put in and taken out. */
static void listing_tells_exact_lengths_of_powers_of_two(void **state)
{
	struct four_samples samples;
	struct eight_jobs jobs;

	(void)state;
	assert_int_equal(eight_jobs_create(&jobs, region, "jobs"), 0);
	assert_int_equal(four_samples_create(&samples, region, "samples"), 0);
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(eight_jobs_push(&jobs, &i), 0);
		assert_int_equal(four_samples_push(&samples, &i), 0);
		if (i)
			assert_int_equal(eight_jobs_pop(&jobs, NULL), 0);
	}
	check_told("jobs", 1, 2);
	check_told("samples", 4, 4);
}

static void listing_tells_no_length_beyond_the_capacity(void **state)
{
	struct eight_jobs jobs;
	struct frames frames;

	(void)state;
	assert_int_equal(eight_jobs_create(&jobs, region, "jobs"), 0);
	assert_int_equal(frames_create(&frames, region, "frames"), 0);
	jobs.queue.object->place[0] = 5;
	jobs.queue.object->place[1] = 3;
	frames.stack.object->place[0] = 61;
	assert_int_equal(told_of("jobs").len, 8);
	assert_int_equal(told_of("frames").len, 60);
}

static void listing_tells_all_objects(void **state)
{
	struct numbers v = make_numbers("v");
	struct report s;
	struct bm_object_info info;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(report_create(&s, region, "s"), 0);
	assert_int_equal(report_append(&s, "hello"), 0);
	assert_int_equal(report_pop(&s, NULL), 0);
	s.string.object->updating = 1;
	for (uint32_t i = 0; i < 12; i++)
		numbers_push(&v, &i);
	assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	assert_string_equal(info.name, "v");
	assert_int_equal(info.kind, BM_KIND_VEC);
	assert_int_equal(info.element_size, 4);
	assert_int_equal(info.capacity, 10);
	assert_int_equal(info.len, 10);
	assert_int_equal(info.high_water, 10);
	assert_int_equal(info.refused, 2);
	assert_int_equal(info.bytes, BM_BYTES(numbers));
	assert_false(info.updating);
	assert_int_equal(bm_layout_next(region, &cursor, &info), 0);
	assert_string_equal(info.name, "s");
	assert_int_equal(info.kind, BM_KIND_STRING);
	assert_int_equal(info.len, 4);
	assert_int_equal(info.high_water, 5);
	assert_true(info.updating);
	assert_int_equal(bm_layout_next(region, &cursor, &info), -ENOENT);
	cursor = 130;
	assert_int_equal(bm_layout_next(region, &cursor, &info), -EINVAL);
	cursor = 64;
	assert_int_equal(bm_layout_next(region, &cursor, &info), -EINVAL);
	cursor = 1 << 20;
	assert_int_equal(bm_layout_next(region, &cursor, &info), -EINVAL);
	cursor = 192;
	assert_int_equal(bm_layout_next(region, &cursor, &info), -EUCLEAN);
}

static void fresh_region_has_no_objects(void **state)
{
	struct bm_object_info info;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(bm_layout_next(region, &cursor, &info), -ENOENT);
	assert_int_equal(bm_layout_recover(region), 0);
	check_layout(region);
}

/* The same objects in the same order: whatever they hold. */
static void layout_number_names_the_layout(void **state)
{
	struct bm_region other = take_region(4096);
	struct numbers v = make_numbers("v");
	struct numbers w;
	struct report s;

	(void)state;
	assert_int_equal(report_create(&s, region, "s"), 0);
	assert_int_equal(numbers_push(&v, &(uint32_t){ 1 }), 0);
	assert_int_equal(numbers_create(&w, other, "v"), 0);
	assert_true(header_of(other)->layout != header_of(region)->layout);
	assert_int_equal(report_create(&s, other, "s"), 0);
	assert_true(header_of(other)->layout == header_of(region)->layout);
	give_region(other);
}

static void recover_counts_anew(void **state)
{
	struct numbers v = make_numbers("v");
	uint64_t used;

	(void)state;
	numbers_push(&v, &(uint32_t){ 1 });
	used = header_of(region)->used;
	header_of(region)->used = 1;
	header_of(region)->layout = 1;
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	check_mismatch("used bytes", used, 1);
	assert_int_equal(bm_layout_recover(region), 0);
	assert_int_equal(header_of(region)->used, used);
	check_layout(region);
}

static void invariants_name_what_is_wrong(void **state)
{
	struct numbers v = make_numbers("v");
	struct numbers w = make_numbers("w");

	(void)state;
	v.vec.object->len = 11;
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	check_mismatch("length within the capacity", 1, 0);
	v.vec.object->len = 0;
	memcpy(w.vec.object->name, "v", 2);
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "only object of its name");
	memcpy(w.vec.object->name, "\n", 2);
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "sound name of an object");
	memset(w.vec.object->name, 'w', sizeof(w.vec.object->name));
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	check_mismatch("sound name of an object", 1, 0);
	memset(w.vec.object->name, 0, sizeof(w.vec.object->name));
	memcpy(w.vec.object->name, "w\0x", 4);
	assert_int_equal(numbers_attach(&w, region, "w", NULL), -ENOENT);
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "first object of its name");
	memset(w.vec.object->name, 0, sizeof(w.vec.object->name));
	memcpy(w.vec.object->name, "w", 2);
	v.vec.object->capacity = 1000;
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field, "room for the capacity");
	v.vec.object->capacity = 10;
	header_of(region)->high_water = 0;
	assert_int_equal(bm_layout_invariants(region, &mismatch), -EUCLEAN);
	assert_string_equal(mismatch.field,
			    "high-water mark not below used bytes");
}

static void mismatch_is_told_in_a_sentence(void **state)
{
	char text[BM_MISMATCH_TEXT_SIZE];

	(void)state;
	assert_string_equal(bm_mismatch_text(&mismatch, text), "no mismatch");
	mismatch = (struct bm_mismatch){ "size of an element", 8, 16 };
	assert_string_equal(bm_mismatch_text(&mismatch, text),
			    "size of an element: expected 8, found 16");
	mismatch = (struct bm_mismatch){ "high-water mark not below used bytes",
					 UINT64_MAX, UINT64_MAX };
	assert_int_equal(strlen(bm_mismatch_text(&mismatch, text)), 95);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(first_object_lays_the_region_out),
		CASE(sound_regions_only),
		CASE(sound_names_only),
		CASE(names_are_unique_in_a_region),
		CASE(attach_finds_what_was_created),
		CASE(attach_works_at_another_address),
		CASE(attach_to_nothing),
		CASE(attach_names_what_the_caller_declares_otherwise),
		CASE(attach_compares_every_field_of_the_header),
		CASE(damaged_objects_are_rejected),
		CASE(region_of_another_size_or_version_is_rejected),
		CASE(foreign_regions_are_rejected),
		CASE(torn_regions_are_rejected),
		CASE(refused_creation_changes_nothing_else),
		CASE(listing_tells_all_objects),
		CASE(object_takes_less_than_256_gib),
		CASE(listing_tells_exact_lengths),
		CASE(listing_tells_exact_lengths_of_powers_of_two),
		CASE(listing_tells_no_length_beyond_the_capacity),
		CASE(fresh_region_has_no_objects),
		CASE(layout_number_names_the_layout),
		CASE(recover_counts_anew),
		CASE(invariants_name_what_is_wrong),
		CASE(mismatch_is_told_in_a_sentence),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
