// SPDX-License-Identifier: MIT
/*
 * What a level of integrity makes of a collection: every one is made with these macros, so
 * it stands here for any verbs, which do anything to the object, and any structure.
 */
#include <budgetmem/integrity.h>
#include <budgetmem/object.h>

#define WHOLE	(BM_OBJECT_OVERHEAD + CONTENTS)
static unsigned char both[2 * WHOLE] __attribute__((aligned(64)));
#define MEMORY	both
#include "pool.h"
#include "integrity.c"

enum level { off, sampled, every, redundant };

#define PASTE(a, b)	a##b
#define NAMED(a, b)	PASTE(a, b)

static int look(const struct bm_handle *handle);

BM_DECLARE_BYTES_(things, NAMED(BM_INTEGRITY_BYTES_, LEVEL)(CONTENTS));
struct things {
	struct bm_handle handle;
	NAMED(BM_INTEGRITY_MEMBER_, LEVEL)
};
NAMED(BM_DEFINE_INTEGRITY_, LEVEL)(things, handle, look(&object->handle))

static struct things things;
static unsigned char both_were[2 * WHOLE];
static int structure, result;
static uint32_t looks, works;
#define COPY	((struct bm_object *)(both + WHOLE))

/* The structure, as it is found each time. */
static int look(const struct bm_handle *handle)
{
	assert(handle == &things.handle);
	looks++;
	return structure;
}

static int read_something(const struct bm_handle *handle)
{
	assert(handle == &things.handle);
	works++;
	return result;
}

/* While a verb writes, a copy says so: a death then is seen. */
static int write_something(const struct bm_handle *handle)
{
	static unsigned char anything[WHOLE];

	assert(LEVEL != redundant || COPY->updating);
	__CPROVER_havoc_object(anything);
	memcpy(both, anything, WHOLE);
	return read_something(handle);
}

static int things_get(const struct things *object)
{
	BM_READ_(things, object, read_something(&object->handle));
}

static int things_put(struct things *object)
{
	BM_WRITE_(things, object, write_something(&object->handle));
}

BM_WHOLE_(things, write_something(&object->handle), read_something(&object->handle),
	  look(&object->handle))

static uint32_t *verbs(void)
{
#if IS_OFF
	static uint32_t none;

	return &none;
#else
	return &things.integrity.verbs;
#endif
}

static void any_things(void)
{
	things.handle = any_object(CONTENTS, 1);
	things_start_(&things, false);
	*verbs() = nondet_u32();
	memcpy(both_were, both, sizeof(both));
	structure = nondet_bool() ? 0 : nondet_bool() ? -EUCLEAN : -EOWNERDEAD;
	result = nondet_bool() ? 0 : -ENOENT;
}

/* Is any byte of the copy another one than that of the object? */
static bool are_different(void)
{
	for (uint32_t i = 0; i < WHOLE; i++)
		if (both_were[i] != both_were[WHOLE + i])
			return true;
	return false;
}

static bool is_due(uint32_t verb)
{
	return LEVEL == every || LEVEL == redundant ||
	       (LEVEL == sampled && verb % BM_INTEGRITY_PERIOD == 0);
}

/* What a verb has to tell before it does anything. An interrupted update is no damage. */
static int found(uint32_t verb)
{
	if (is_due(verb) && structure == -EUCLEAN)
		return -EUCLEAN;
	return if_so(LEVEL == redundant && !before.object.updating && !COPY->updating &&
		     are_different(), -EUCLEAN);
}

static void assert_copy_kept(void)
{
	uint32_t i = any_below(WHOLE);

	assert(both[WHOLE + i] == both_were[WHOLE + i]);
}

static void assert_all_kept(void)
{
	uint32_t i = any_below(WHOLE);

	assert(both[i] == both_were[i]);
	assert_copy_kept();
}

/* Byte by byte, but that the mark is 1 or 0. */
static void assert_copied(void)
{
	uint32_t i = any_below(WHOLE);
	uint32_t mark = __builtin_offsetof(struct bm_object, updating);

	if (LEVEL != redundant)
		assert_copy_kept();
	else
		assert(both[WHOLE + i] == (i == mark ? !!both[i] : both[i]));
}

/* Looks as often as the level says, and works if nothing was found. */
static void assert_looked(uint32_t verb, bool worked)
{
	assert(looks == is_due(verb) && works == worked);
	assert(*verbs() == verb + (LEVEL == sampled));
}

void prove_integrity_read(void)
{
	uint32_t verb;
	int expected, err;

	any_things();
	verb = *verbs();
	expected = found(verb);
	err = things_get(&things);
	assert(err == either(expected, result));
	assert_looked(verb, !expected);
	assert_all_kept();
	REACHED();
}

/* A copy that was not complete is a death that somebody has to look at. */
void prove_integrity_write(void)
{
	uint32_t verb;
	int expected, err;

	any_things();
	verb = *verbs();
	expected = either(found(verb), if_so(LEVEL == redundant && COPY->updating,
					     -EOWNERDEAD));
	err = things_put(&things);
	assert(err == either(expected, result));
	assert_looked(verb, !expected);
	if (expected)
		assert_all_kept();
	else
		assert_copied();
	REACHED();
}

/* Does not look, whatever there is. */
void prove_integrity_clear(void)
{
	any_things();
	things_clear(&things);
	assert(!looks && works == 1);
	assert_copied();
	REACHED();
}

/* A repaired object is copied if its structure is sound, and only then. */
void prove_integrity_repair(void)
{
	bool renews = LEVEL == redundant;
	int err;

	any_things();
	err = things_repair(&things);
	assert(err == either(result, if_so(renews, structure)));
	assert(works == 1 && looks == (renews && !result));
	if (err)
		assert_all_kept();
	else
		assert_copied();
	REACHED();
}
