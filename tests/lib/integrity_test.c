// SPDX-License-Identifier: MIT
/*
 * integrity_test.c: each level checks what it says, as often as it says
 */
#include "cmocka_test.h"

BM_VEC(plain, uint32_t, 30)
BM_VEC_CHECKED(sampled_vec, uint32_t, 30, sampled)
BM_VEC_CHECKED(every_vec, uint32_t, 30, every)
BM_VEC_CHECKED(twice, uint32_t, 30, redundant)
BM_STRING_CHECKED(text, 40, redundant)
BM_MAP_CHECKED(every_map, uint64_t, uint64_t, 30, every)

REGION_OF_EACH_CASE(8192)

static struct twice make_twice(uint32_t count)
{
	struct twice v;

	assert_int_equal(twice_create(&v, region, "twice"), 0);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(twice_push(&v, &i), 0);
	return v;
}

/* What the structure is checked for, without a change to the length. */
static void damage_structure(struct bm_object *object)
{
	object->peak = 1000;
}

static void off_does_not_look(void **state)
{
	uint32_t item = 1;
	struct plain v;

	(void)state;
	assert_int_equal(plain_create(&v, region, "plain"), 0);
	assert_int_equal(plain_push(&v, &item), 0);
	damage_structure(v.vec.object);
	assert_int_equal(plain_get(&v, 0, &item), 0);
	assert_int_equal(plain_push(&v, &item), 0);
	assert_int_equal(plain_invariants(&v), -EUCLEAN);
}

static void every_verb_looks(void **state)
{
	uint32_t item = 1;
	struct every_vec v;
	size_t at = 0;

	(void)state;
	assert_int_equal(every_vec_create(&v, region, "every"), 0);
	assert_int_equal(every_vec_push(&v, &item), 0);
	damage_structure(v.vec.object);
	assert_int_equal(every_vec_push(&v, &item), -EUCLEAN);
	assert_int_equal(every_vec_pop(&v, &item), -EUCLEAN);
	assert_int_equal(every_vec_get(&v, 0, &item), -EUCLEAN);
	assert_int_equal(every_vec_set(&v, 0, &item), -EUCLEAN);
	assert_int_equal(every_vec_first(&v, &item), -EUCLEAN);
	assert_int_equal(every_vec_last(&v, &item), -EUCLEAN);
	assert_int_equal(every_vec_next(&v, &at, &item), -EUCLEAN);
	assert_int_equal(every_vec_find(&v, &item, &at), -EUCLEAN);
	assert_int_equal(every_vec_count(&v, &at), -EUCLEAN);
	assert_int_equal(every_vec_insert(&v, 0, &item), -EUCLEAN);
	assert_int_equal(every_vec_remove(&v, 0, &item), -EUCLEAN);
	assert_int_equal(v.vec.object->len, 1);
}

/* Exactly one verb in a period, wherever it begins. */
static void sampled_looks_once_in_a_period(void **state)
{
	struct sampled_vec v;
	uint32_t item = 1;
	int found = 0;

	(void)state;
	assert_int_equal(sampled_vec_create(&v, region, "sampled"), 0);
	assert_int_equal(sampled_vec_push(&v, &item), 0);
	damage_structure(v.vec.object);
	for (int i = 0; i < 10 * BM_INTEGRITY_PERIOD; i++) {
		int err = sampled_vec_get(&v, 0, &item);

		assert_true(!err || err == -EUCLEAN);
		found += err == -EUCLEAN;
		if (i % BM_INTEGRITY_PERIOD == BM_INTEGRITY_PERIOD - 1)
			assert_int_equal(found, 1 + i / BM_INTEGRITY_PERIOD);
	}
	assert_int_equal(found, 10);
}

static void sampled_begins_with_the_first_verb(void **state)
{
	struct sampled_vec v;
	uint32_t item = 1;

	(void)state;
	assert_int_equal(sampled_vec_create(&v, region, "sampled"), 0);
	damage_structure(v.vec.object);
	assert_int_equal(sampled_vec_push(&v, &item), -EUCLEAN);
	assert_int_equal(sampled_vec_push(&v, &item), 0);
}

static void redundant_finds_any_changed_bit(void **state)
{
	struct twice v = make_twice(5);
	size_t bytes = BM_BYTES(twice);
	unsigned char *byte = (unsigned char *)v.vec.object;
	uint32_t item;

	(void)state;
	for (size_t i = 0; i < bytes; i++) {
		bool is_mark = i % (bytes / 2) ==
			       offsetof(struct bm_object, updating);

		if (is_mark)
			continue;
		for (int bit = 0; bit < 8; bit++) {
			byte[i] ^= (unsigned char)(1 << bit);
			assert_int_equal(twice_get(&v, 0, &item), -EUCLEAN);
			byte[i] ^= (unsigned char)(1 << bit);
		}
	}
	assert_int_equal(twice_get(&v, 4, &item), 0);
	assert_int_equal(item, 4);
}

static void redundant_takes_the_object_twice(void **state)
{
	(void)state;
	assert_int_equal(BM_BYTES(twice), 2 * BM_BYTES(plain));
	assert_int_equal(BM_BYTES(every_vec), BM_BYTES(plain));
}

static void levels_without_a_copy_share_an_object(void **state)
{
	struct bm_mismatch mismatch;
	struct sampled_vec s;
	uint32_t item = 3;
	struct twice t;
	struct plain p;

	(void)state;
	assert_int_equal(plain_create(&p, region, "shared"), 0);
	assert_int_equal(sampled_vec_attach(&s, region, "shared", NULL), 0);
	assert_int_equal(sampled_vec_push(&s, &item), 0);
	assert_int_equal(plain_pop(&p, &item), 0);
	assert_int_equal(twice_attach(&t, region, "shared", &mismatch),
			 -EMEDIUMTYPE);
}

/* Refused verbs count: the copy knows of that as well. */
static void refusals_keep_the_copy(void **state)
{
	struct twice v = make_twice(30);
	uint32_t item = 7;

	(void)state;
	assert_int_equal(twice_push(&v, &item), -ENOSPC);
	assert_int_equal(twice_push(&v, &item), -ENOSPC);
	assert_int_equal(twice_pop(&v, &item), 0);
	assert_int_equal(item, 29);
	check_layout(region);
}

static void another_handle_sees_the_same_copy(void **state)
{
	struct twice v = make_twice(3);
	struct twice w;
	uint32_t item = 9;
	size_t count;

	(void)state;
	assert_int_equal(twice_attach(&w, region, "twice", NULL), 0);
	assert_int_equal(twice_push(&w, &item), 0);
	assert_int_equal(twice_pop(&v, &item), 0);
	assert_int_equal(item, 9);
	assert_int_equal(twice_count(&w, &count), 0);
	assert_int_equal(count, 3);
}

/* Died after the verb and before its copy: the object is newer. */
static void uncopied_update_stops_writing_until_repair(void **state)
{
	struct twice v = make_twice(3);
	uint32_t item = 9;

	(void)state;
	assert_int_equal(twice_begin_(&v), 0);
	assert_int_equal(bm_vec_push_(&v.vec, &item, sizeof(item), 30), 0);
	assert_int_equal(twice_get(&v, 3, &item), 0);
	assert_int_equal(twice_push(&v, &item), -EOWNERDEAD);
	assert_int_equal(twice_repair(&v), 0);
	assert_int_equal(twice_push(&v, &item), 0);
	assert_int_equal(twice_get(&v, 4, &item), 0);
	assert_int_equal(item, 9);
}

/* Whoever creates has published the object, and dies before the copy or makes it now. */
static void uncopied_creation_stops_writing_until_repair(void **state)
{
	struct bm_type type = twice_type_();
	struct bm_handle uncopied;
	uint32_t item = 9;
	struct twice v;
	size_t count;

	(void)state;
	assert_int_equal(bm_object_create_(&uncopied, region, "v", &type), 0);
	assert_int_equal(twice_attach(&v, region, "v", NULL), 0);
	assert_int_equal(twice_count(&v, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(twice_push(&v, &item), -EOWNERDEAD);
	assert_int_equal(twice_repair(&v), 0);
	assert_int_equal(twice_push(&v, &item), 0);
	assert_int_equal(twice_get(&v, 0, &item), 0);
}

/* What repair does not mend is still there, and the copy is what it was. */
static void damage_that_repair_leaves_is_not_copied(void **state)
{
	struct twice v = make_twice(3);
	struct bm_object *copy;
	uint32_t item = 9;

	(void)state;
	copy = (struct bm_object *)((char *)v.vec.object + BM_BYTES(plain));
	v.vec.object->capacity = 31;
	assert_int_equal(twice_repair(&v), -EUCLEAN);
	assert_int_equal(copy->capacity, 30);
	assert_int_equal(twice_get(&v, 0, &item), -EUCLEAN);
	v.vec.object->capacity = 30;
	assert_int_equal(twice_repair(&v), 0);
	assert_int_equal(twice_get(&v, 2, &item), 0);
	assert_int_equal(item, 2);
}

static void clear_makes_both_sound(void **state)
{
	struct twice v = make_twice(3);
	uint32_t item = 9;

	(void)state;
	memset(v.vec.object + 1, 0xff, 60);
	assert_int_equal(twice_push(&v, &item), -EUCLEAN);
	twice_clear(&v);
	assert_int_equal(twice_push(&v, &item), 0);
	assert_int_equal(twice_first(&v, &item), 0);
}

/* Whatever it was: the mark of the highest length too. */
static void clear_makes_the_structure_sound(void **state)
{
	uint64_t key = 1;
	struct every_vec v;
	struct every_map m;
	uint32_t item = 9;

	(void)state;
	assert_int_equal(every_vec_create(&v, region, "v"), 0);
	assert_int_equal(every_map_create(&m, region, "m"), 0);
	damage_structure(v.vec.object);
	damage_structure(m.map.object.object);
	assert_int_equal(every_vec_push(&v, &item), -EUCLEAN);
	assert_int_equal(every_map_insert(&m, &key, &key), -EUCLEAN);
	every_vec_clear(&v);
	every_map_clear(&m);
	assert_int_equal(every_vec_push(&v, &item), 0);
	assert_int_equal(every_map_insert(&m, &key, &key), 0);
}

static void text_is_checked_too(void **state)
{
	struct text s;
	size_t at;
	int order;

	(void)state;
	assert_int_equal(text_create(&s, region, "text"), 0);
	assert_int_equal(text_append_format(&s, "%d of %d", 3, 4), 0);
	assert_int_equal(text_find(&s, "of", &at), 0);
	assert_int_equal(at, 2);
	assert_int_equal(text_order(&s, "4", &order), 0);
	assert_int_equal(order, -1);
	((char *)(s.string.object + 1))[0] = '5';
	assert_int_equal(text_find(&s, "of", &at), -EUCLEAN);
	assert_int_equal(text_order(&s, "4", &order), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_IN_REGION(off_does_not_look),
		CASE_IN_REGION(every_verb_looks),
		CASE_IN_REGION(sampled_looks_once_in_a_period),
		CASE_IN_REGION(sampled_begins_with_the_first_verb),
		CASE_IN_REGION(redundant_finds_any_changed_bit),
		CASE_IN_REGION(redundant_takes_the_object_twice),
		CASE_IN_REGION(levels_without_a_copy_share_an_object),
		CASE_IN_REGION(refusals_keep_the_copy),
		CASE_IN_REGION(another_handle_sees_the_same_copy),
		CASE_IN_REGION(uncopied_update_stops_writing_until_repair),
		CASE_IN_REGION(uncopied_creation_stops_writing_until_repair),
		CASE_IN_REGION(damage_that_repair_leaves_is_not_copied),
		CASE_IN_REGION(clear_makes_both_sound),
		CASE_IN_REGION(clear_makes_the_structure_sound),
		CASE_IN_REGION(text_is_checked_too),
	};

	return cmocka_run_group_tests_name("integrity", tests, NULL, NULL);
}
